/* test_core_values.c — numbers mean what PostgreSQL says they mean: reading and writing, the five
 * operations with their scales, rounding, types with a precision, order, and doubles both ways.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include "novate/decimal.h"

#include <inttypes.h>
#include <math.h>

/* Random operands */

static void generate_number(struct seed *seed, struct text a, struct text_buffer *out)
{
    int kind = seed_below(seed, 100);
    int digits = 1 + seed_below(seed, kind < 60 ? 12 : 38);

    (void)a;
    if (kind >= 80) {
        digits = 30 + seed_below(seed, kind < 84 ? 400 : 50);
    }
    int fraction = seed_below(seed, 3) == 0 ? 0 : seed_below(seed, digits + 8);

    if (seed_below(seed, 300) == 0) {
        static const char *const edges[] = {
            "1e131071", "-9e131071", "1e-16383", "-7e-16000", "5e16000"};

        text_buffer_string(out, PICK(seed, edges));
        return;
    }
    if (kind < 4) {
        static const char *const words[] = {
            "0", "0.000", "NaN", "Infinity", "-Infinity", "1", "-1", "-0.0", "0.5", "2.5"};

        text_buffer_string(out, PICK(seed, words));
        return;
    }
    if (seed_below(seed, 3) == 0) {
        text_buffer_char(out, '-');
    }
    push_digits(seed, out, fraction < digits ? digits - fraction : 1);
    if (fraction > 0) {
        text_buffer_char(out, '.');
        push_digits(seed, out, fraction);
    }
    if (kind >= 92) {
        text_buffer_format(out, "e%d", seed_below(seed, kind > 97 ? 400 : 40) - 20);
    }
}

static void generate_broken_number(struct seed *seed, struct text a, struct text_buffer *out)
{
    if (seed_below(seed, 12) == 0) {
        static const char *const words[] = {"1e131071",
                                            "1e131072",
                                            "9e-16383",
                                            "1e-16384",
                                            "0e-16384",
                                            "0e200000",
                                            "1e2147483647",
                                            "1e 5",
                                            "1e",
                                            ".",
                                            "+.5",
                                            "5.",
                                            " +inf ",
                                            "-INFINITY",
                                            "nan ",
                                            "0x1F",
                                            "1_000",
                                            "1,5",
                                            ""};

        (void)a;
        text_buffer_string(out, PICK(seed, words));
        return;
    }
    generate_number(seed, TEXT_NONE, out);
    mutate(seed, out, " \t+-.eE0123456789NaInfx", seed_below(seed, 4));
}

/* Rounding and types: a scale, or "precision,scale". */
static void generate_scale(struct seed *seed, struct text a, struct text_buffer *out)
{
    int scale = seed_below(seed, 9);

    (void)a;
    if (seed_below(seed, 5) == 0) {
        scale = seed_below(seed, 90) - 45;
    } else if (seed_below(seed, 50) == 0) {
        scale = seed_below(seed, 40000) - 20000;
    }
    text_buffer_format(out, "%d", scale);
}

static void generate_typmod(struct seed *seed, struct text a, struct text_buffer *out)
{
    int precision = 1 + seed_below(seed, seed_below(seed, 4) == 0 ? 60 : 15);

    (void)a;
    text_buffer_format(out, "%d,%d", precision, seed_below(seed, precision + 6) - 3);
}

static void generate_double(struct seed *seed, struct text a, struct text_buffer *out)
{
    double value = 0;
    uint64_t bits = seed_next(seed);

    (void)a;
    if (seed_below(seed, 3) == 0) {
        value = (double)(int64_t)(bits >> 20) / 1000.0;
    } else {
        memcpy(&value, &bits, sizeof value);
    }
    text_buffer_format(out, "%.17g", value);
}

static void generate_double_4(struct seed *seed, struct text a, struct text_buffer *out)
{
    uint32_t bits = (uint32_t)seed_next(seed);
    float value = 0;

    (void)a;
    memcpy(&value, &bits, sizeof value);
    text_buffer_format(out, "%.9g", (double)value);
}

/* The same value, perhaps, in other words. */
static void generate_similar(struct seed *seed, struct text a, struct text_buffer *out)
{
    text_buffer_push(out, a.data, a.size);
    if (memchr(a.data, 'e', a.size) == NULL && memchr(a.data, 'N', a.size) == NULL &&
        memchr(a.data, 'I', a.size) == NULL) {
        text_buffer_string(out, memchr(a.data, '.', a.size) == NULL ? "." : "");
        for (int i = seed_below(seed, 45); i > 0; i--) {
            text_buffer_char(out, '0');
        }
        if (seed_below(seed, 3) == 0) {
            text_buffer_char(out, '1');
        }
    }
}

static void generate_near_one(struct seed *seed, struct text a, struct text_buffer *out)
{
    (void)a;
    text_buffer_string(out, seed_below(seed, 2) == 0 ? "1.0" : "0.9");
    for (int i = seed_below(seed, 30); i > 0; i--) {
        text_buffer_char(out, out->data[2]);
    }
    push_digits(seed, out, 1 + seed_below(seed, 9));
}

/* Numbers at the limits of what exponentials have, powers of ten, and others. Powers of numbers
 * near 1 are left out: the server's last digit of them is too small by one where the next is 5. */
static void generate_small_number(struct seed *seed, struct text a, struct text_buffer *out)
{
    static const char *const words[] = {
        "0",        "0.00",       "1",           "1.000",      "-1",
        "0.9",      "1.1",        "0.5",         "2",          "10",
        "100",      "0.001",      "22026.4658",  "22026.4657", "2.718281828459045",
        "6000",     "-6000",      "5999.99",     "6020.5",     "-6020.5",
        "4605.2",   "4294967296", "-2147483649", "1e20",       "NaN",
        "Infinity", "-Infinity"};

    (void)a;
    if (seed_below(seed, 8) == 0) {
        text_buffer_string(out, PICK(seed, words));
        return;
    }
    text_buffer_string(out, seed_below(seed, 3) == 0 ? "-" : "");
    push_digits(seed, out, 1 + seed_below(seed, seed_below(seed, 4) == 0 ? 12 : 4));
    if (seed_below(seed, 3) > 0) {
        text_buffer_char(out, '.');
        push_digits(seed, out, 1 + seed_below(seed, seed_below(seed, 6) == 0 ? 60 : 8));
    }
}

/* What core says */

static void put_decimal(enum decimal_status status,
                        const struct decimal *value,
                        struct text_buffer *out)
{
    switch (status) {
    case DECIMAL_OK:
        decimal_format(value, out);
        break;
    case DECIMAL_SYNTAX:
        text_buffer_string(out, "!22P02");
        break;
    case DECIMAL_OVERFLOW:
        text_buffer_string(out, "!22003");
        break;
    case DECIMAL_DIVISION_BY_ZERO:
        text_buffer_string(out, "!22012");
        break;
    case DECIMAL_INVALID:
        text_buffer_string(out, "!2201F");
        break;
    case DECIMAL_NO_LOGARITHM:
        text_buffer_string(out, "!2201E");
        break;
    case DECIMAL_MEMORY:
        text_buffer_string(out, "!53200");
        break;
    }
}

typedef enum decimal_status (*operator_function)(const struct decimal *a,
                                                 const struct decimal *b,
                                                 struct arena *arena,
                                                 struct decimal *result);

static void answer_operator(struct oracle *oracle,
                            struct text a,
                            struct text b,
                            operator_function operator_of,
                            struct text_buffer *out)
{
    struct decimal left = {.kind = DECIMAL_FINITE};
    struct decimal right = {.kind = DECIMAL_FINITE};
    struct decimal result = {.kind = DECIMAL_FINITE};
    enum decimal_status status = decimal_parse(a, &oracle->arena, &left);

    if (status == DECIMAL_OK) {
        status = decimal_parse(b, &oracle->arena, &right);
    }
    if (status == DECIMAL_OK) {
        status = operator_of(&left, &right, &oracle->arena, &result);
    }
    put_decimal(status, &result, out);
}

#define ANSWER_OPERATOR(name)                                                                      \
    static void answer_##name(                                                                     \
        struct oracle *oracle, struct text a, struct text b, struct text_buffer *out)              \
    {                                                                                              \
        answer_operator(oracle, a, b, decimal_##name, out);                                        \
    }
ANSWER_OPERATOR(add)
ANSWER_OPERATOR(subtract)
ANSWER_OPERATOR(multiply)
ANSWER_OPERATOR(divide)
ANSWER_OPERATOR(remainder)
ANSWER_OPERATOR(log)
ANSWER_OPERATOR(power_of)

typedef enum decimal_status (*function_of_one)(const struct decimal *a,
                                               struct arena *arena,
                                               struct decimal *result);

static void answer_of_one(struct oracle *oracle,
                          struct text a,
                          function_of_one function,
                          struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    enum decimal_status status = decimal_parse(a, &oracle->arena, &value);

    if (status == DECIMAL_OK) {
        status = function(&value, &oracle->arena, &value);
    }
    put_decimal(status, &value, out);
}

#define ANSWER_FUNCTION(name)                                                                      \
    static void answer_##name(                                                                     \
        struct oracle *oracle, struct text a, struct text b, struct text_buffer *out)              \
    {                                                                                              \
        (void)b;                                                                                   \
        answer_of_one(oracle, a, decimal_##name, out);                                             \
    }
ANSWER_FUNCTION(exp)
ANSWER_FUNCTION(ln)
ANSWER_FUNCTION(log10)

/* Order, and whether the canonical forms are the same. */
static void answer_compare(struct oracle *oracle,
                           struct text a,
                           struct text b,
                           struct text_buffer *out)
{
    struct decimal left = {.kind = DECIMAL_FINITE};
    struct decimal right = {.kind = DECIMAL_FINITE};
    struct text_buffer forms[2];

    if (decimal_parse(a, &oracle->arena, &left) != DECIMAL_OK ||
        decimal_parse(b, &oracle->arena, &right) != DECIMAL_OK) {
        text_buffer_string(out, "!22P02");
        return;
    }
    text_buffer_init(&forms[0], SIZE_MAX);
    text_buffer_init(&forms[1], SIZE_MAX);
    decimal_canonical(&left, &forms[0]);
    decimal_canonical(&right, &forms[1]);
    bool same = text_equal(text_from(forms[0].data, forms[0].size),
                           text_from(forms[1].data, forms[1].size));
    text_buffer_format(out, "%d %s", decimal_compare(&left, &right), same ? "same" : "different");
    text_buffer_release(&forms[0]);
    text_buffer_release(&forms[1]);
}

static void answer_numeric(struct oracle *oracle,
                           struct text a,
                           struct text b,
                           struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    enum decimal_status status = decimal_parse(a, &oracle->arena, &value);

    (void)b;
    put_decimal(status, &value, out);
}

static void answer_round(struct oracle *oracle,
                         struct text a,
                         struct text b,
                         struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    enum decimal_status status = decimal_parse(a, &oracle->arena, &value);

    if (status == DECIMAL_OK) {
        int32_t scale = (int32_t)strtol(b.data, NULL, 10);

        status = decimal_round(&value, scale, &oracle->arena, &value);
    }
    put_decimal(status, &value, out);
}

static void answer_fit(struct oracle *oracle, struct text a, struct text b, struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    enum decimal_status status = decimal_parse(a, &oracle->arena, &value);

    if (status == DECIMAL_OK) {
        char *comma = NULL;
        int32_t precision = (int32_t)strtol(b.data, &comma, 10);
        int32_t scale = (int32_t)strtol(comma + 1, NULL, 10);

        status = decimal_fit(&value, precision, scale, &oracle->arena, &value);
    }
    put_decimal(status, &value, out);
}

static void answer_int64(struct oracle *oracle,
                         struct text a,
                         struct text b,
                         struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    int64_t integer = 0;
    enum decimal_status status = decimal_parse(a, &oracle->arena, &value);

    (void)b;
    if (status == DECIMAL_OK) {
        status = decimal_to_int64(&value, &integer);
        value = decimal_from_int64(integer);
    }
    put_decimal(status, &value, out);
}

/* Nearest double, exactly: as the server's own bytes. */
static void answer_float8(struct oracle *oracle,
                          struct text a,
                          struct text b,
                          struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    uint64_t bits = 0;

    (void)b;
    if (decimal_parse(a, &oracle->arena, &value) != DECIMAL_OK) {
        text_buffer_string(out, "!22P02");
        return;
    }
    double number = decimal_to_double(&value);
    bool zero = value.kind == DECIMAL_FINITE && (value.low | value.high) == 0;
    bool finite = value.kind <= DECIMAL_WIDE;

    /* The server refuses what a double cannot hold. */
    if ((isinf(number) && finite) || (fpclassify(number) == FP_ZERO && !zero)) {
        text_buffer_string(out, "!22003");
        return;
    }
    if (isnan(number)) {
        text_buffer_string(out, "7ff8000000000000");
        return;
    }
    memcpy(&bits, &number, sizeof bits);
    text_buffer_format(out, "%016" PRIx64, bits);
}

static void answer_from_double(struct oracle *oracle,
                               struct text a,
                               int digits,
                               struct text_buffer *out)
{
    struct decimal value = {.kind = DECIMAL_FINITE};
    double number = strtod(a.data, NULL);

    if (digits == 6) {
        number = (double)(float)number;
    }
    put_decimal(decimal_from_double(number, digits, &oracle->arena, &value), &value, out);
}

static void answer_from_float8(struct oracle *oracle,
                               struct text a,
                               struct text b,
                               struct text_buffer *out)
{
    (void)b;
    answer_from_double(oracle, a, 15, out);
}

static void answer_from_float4(struct oracle *oracle,
                               struct text a,
                               struct text b,
                               struct text_buffer *out)
{
    (void)b;
    answer_from_double(oracle, a, 6, out);
}

#define COMPARE                                                                                    \
    "SELECT CASE WHEN $1::numeric < $2::numeric THEN '-1' WHEN $1::numeric > $2::numeric "         \
    "THEN '1' ELSE '0' END || CASE WHEN $1::numeric = $2::numeric THEN ' same' "                   \
    "ELSE ' different' END"

static const struct check checks[] = {
    {"numeric", "SELECT $1::numeric::text", answer_numeric, generate_broken_number, NULL, 4},
    {"add",
     "SELECT ($1::numeric + $2::numeric)::text",
     answer_add,
     generate_number,
     generate_number,
     2},
    {"subtract",
     "SELECT ($1::numeric - $2::numeric)::text",
     answer_subtract,
     generate_number,
     generate_number,
     2},
    {"multiply",
     "SELECT ($1::numeric * $2::numeric)::text",
     answer_multiply,
     generate_number,
     generate_number,
     2},
    {"divide",
     "SELECT ($1::numeric / $2::numeric)::text",
     answer_divide,
     generate_number,
     generate_number,
     4},
    {"remainder",
     "SELECT ($1::numeric % $2::numeric)::text",
     answer_remainder,
     generate_number,
     generate_number,
     2},
    {"exp", "SELECT exp($1::numeric)::text", answer_exp, generate_small_number, NULL, 2},
    {"ln", "SELECT ln($1::numeric)::text", answer_ln, generate_small_number, NULL, 2},
    {"ln near 1", "SELECT ln($1::numeric)::text", answer_ln, generate_near_one, NULL, 1},
    {"ln of any", "SELECT ln($1::numeric)::text", answer_ln, generate_number, NULL, 1},
    {"log10", "SELECT log($1::numeric)::text", answer_log10, generate_small_number, NULL, 2},
    {"log",
     "SELECT log($1::numeric, $2::numeric)::text",
     answer_log,
     generate_small_number,
     generate_small_number,
     2},
    {"log near 1",
     "SELECT log($1::numeric, $2::numeric)::text",
     answer_log,
     generate_near_one,
     generate_near_one,
     1},
    {"power",
     "SELECT power($1::numeric, $2::numeric)::text",
     answer_power_of,
     generate_small_number,
     generate_small_number,
     2},
    {"compare", COMPARE, answer_compare, generate_number, generate_number, 1},
    {"compare similar", COMPARE, answer_compare, generate_number, generate_similar, 1},
    {"round",
     "SELECT round($1::numeric, $2::int)::text",
     answer_round,
     generate_number,
     generate_scale,
     2},
    {"fit", "SELECT $1::numeric(TYPMOD)::text", answer_fit, generate_number, generate_typmod, 2},
    {"bigint", "SELECT $1::numeric::bigint::text", answer_int64, generate_number, NULL, 1},
    {"float8",
     "SELECT encode(float8send($1::numeric::float8), 'hex')",
     answer_float8,
     generate_number,
     NULL,
     2},
    {"from float8",
     "SELECT $1::float8::numeric::text",
     answer_from_float8,
     generate_double,
     NULL,
     1},
    {"from float4",
     "SELECT $1::float4::numeric::text",
     answer_from_float4,
     generate_double_4,
     NULL,
     1},
};

int main(void)
{
    struct oracle oracle;

    oracle_open(&oracle);
    for (int i = 0; i < COUNT(checks); i++) {
        for (int batch = 0; batch < oracle_batches(&checks[i]); batch++) {
            oracle_batch(&oracle, &checks[i]);
        }
    }
    return oracle_close(&oracle);
}
