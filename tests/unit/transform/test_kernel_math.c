/* test_kernel_math.c — powers, roots, logarithms, divisors and bits.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(powers_and_roots)
{
    static const struct value_case cases[] = {
        {"2 ^ 3 ^ 2", "64"}, /* from left to right */
        {"-2 ^ 2", "4"},     /* the sign first */
        {"2 * 3 ^ 2", "18"},
        {"0 ^ -1", "!2201F"},
        {"(-8::float8) ^ 0.5::float8", "!2201F"},
        {"'NaN'::float8 ^ 0::float8", "1"},
        {"1::float8 ^ 'NaN'::float8", "1"},
        {"'-Infinity'::float8 ^ 3::float8", "-Infinity"},
        {"10::float8 ^ 400::float8", "!22003"},
        {"10::float8 ^ -400::float8", "!22003"},
        {"2.5 ^ 3", "15.6250000000000000"},
        {"2::numeric ^ -2", "0.2500000000000000"},
        {"0.01 ^ -1", "100.0000000000000000"},
        {"0.1 ^ 12", "0.0000000000010000"},
        {"12345678.90 ^ -4", "0.0000000000000000"},
        {"1.0000001 ^ 100000", "1.0100501665791430"},
        {"10::numeric ^ 200000", "!22003"},
        {"0.0 ^ -1", "!2201F"},
        {"(-1.5) ^ 0.5", "!2201F"},
        {"2.0 ^ 0.5", "1.4142135623730950"},
        {"100 ^ 0.50", "10.000000000000000"},
        {"0.0 ^ 0.5", "0.0000000000000000"},
        {"(-1.0) ^ 4294967297", "-1.0000000000000000"},
        {"0.5 ^ -7878088", "!22003"}, /* what is in between has more digits than any number */
        {"9999.908363479469818607 ^ 8202 % 1000000", "588895.258112233554318220"},
        {"10.0 ^ 2605.8", "!22003"},
        {"scale(10.0 ^ -2700.5)", "1000"},
        {"exp(6000.0)", "!22003"},
        {"exp(-1.0)", "0.3678794411714423"},
        {"exp('-Infinity'::numeric)", "0"},
        {"ln(22026.4658)", "10.0000000002357747"},
        {"ln(1.00000000000000000001)", "0.000000000000000000010000000000000000"},
        {"ln(0.0)", "!2201E"},
        {"ln('-Infinity'::numeric)", "!2201E"},
        {"log(-2.0)", "!2201E"},
        {"log(2.0, 64)", "6.0000000000000000"},
        {"log(1.0, 5)", "!22012"},
        {"log('Infinity'::numeric, 5)", "0"},
        {"log10(1000.0)", "3.0000000000000000"},
        {"'Infinity'::numeric ^ -1", "0"},
        {"sqrt(2.0)", "1.414213562373095"},
        {"sqrt(0.0)", "0.000000000000000"},
        {"sqrt(152415787501905210000)", "12345678900.00000"},
        {"sqrt(1e-20)", "0.0000000001000000000000000"},
        {"sqrt(-1.0)", "!2201F"},
        {"sqrt(-1)", "!2201F"},
        {"cbrt(8)", "2"},
        {"exp(0)", "1"},
        {"exp(1000)", "!22003"},
        {"ln(0)", "!2201E"},
        {"log(-1)", "!2201E"},
        {"ln(2.5)", "0.9162907318741551"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(divisors_and_scales)
{
    static const struct value_case cases[] = {
        {"div(-7.5, 2)", "-3"},
        {"div(1, 0)", "!22012"},
        {"div('NaN', 0)", "NaN"},
        {"scale('NaN'::numeric)", "NULL"},
        {"min_scale(8.4100)", "2"},
        {"min_scale(100)", "0"},
        {"trim_scale(8.4100)", "8.41"},
        {"trim_scale(0.00)", "0"},
        {"gcd(-12, 18)", "6"},
        {"gcd(0, 0)", "0"},
        {"gcd(-2147483648, 0)", "!22003"},
        {"gcd(1.20, 1.8)", "0.60"},
        {"lcm(-4, 6)", "12"},
        {"lcm(0, 6)", "0"},
        {"lcm(2147483647, 2)", "!22003"},
        {"lcm(0.5, 0.75)", "1.50"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(bits)
{
    static const struct value_case cases[] = {
        {"6 & 3", "2"},
        {"6 | 3", "7"},
        {"6 # 3", "5"},
        {"~ 6", "-7"},
        {"~ 1 + 1", "-3"}, /* ~ binds less than + */
        {"1 << 4", "16"},
        {"1 << 33", "2"},
        {"-16 >> 2", "-4"},
        {"1::bigint << 40", "1099511627776"},
        {"1::smallint << 15", "-32768"},
        {"1 + 1 << 2", "8"},
        {"'1' & '2'", "?operator is not unique: unknown & unknown"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {powers_and_roots, divisors_and_scales, bits};
    return RUN_TESTS("kernel_math", tests);
}
