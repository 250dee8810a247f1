/* test_kernel_regex.c — regular expressions: PostgreSQL's rules of the longest match where they
 * differ from those of PCRE2, and that no pattern can take long. tests/differential/test_regex.c
 * compares thousands of others. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(operators)
{
    static const struct value_case cases[] = {
        {"'abc' ~ 'b'", "t"},
        {"'abc' ~ 'B'", "f"},
        {"'abc' ~* 'B'", "t"},
        {"'abc' !~ 'b'", "f"},
        {"'abc' !~* 'X'", "t"},
        {"'abc' ~ null", "NULL"},
        {"'a' || 'b' ~ '^ab$'", "t"}, /* from left to right */
        {"1 + 1 ~ 2::text", "?operator does not exist: integer ~ text"},
        {"'ab '::char(4) ~ 'b $'", "f"}, /* with its padding */
        {"'ab '::char(4) ~ 'b  $'", "t"},
        {"'\303\251' ~ '^.$'", "t"},
        {"'\303\251' ~ '\\w'", "f"}, /* as in collation C */
        {"'\303\251' ~* '\303\211'", "f"},
        {"'\342\204\252' ~* 'k'", "f"}, /* the sign of kelvin is no k */
        {"'a1' ~ '(?x) a  \\d # of them'", "t"},
        {"E'a\\nb' ~ '^b'", "f"},
        {"E'a\\nb' ~ '(?n)^b'", "t"},
        {"E'a\\n' ~ 'a$'", "f"},
        {"'a.b' ~ '***=a.b'", "t"},
        {"'axb' ~ '***=a.b'", "f"},
        {"'two words' ~ '\\mwords\\M'", "t"},
        {"'two words' ~ '[[:<:]]ords'", "f"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(the_longest_match_is_taken)
{
    static const struct value_case cases[] = {
        {"substring('abcd', 'a|ab|abc')", "abc"},
        {"substring('xyz', 'x?(xy)?')", "xy"},
        {"substring('XY1234Z', 'Y*([0-9]{1,3})')", "123"},
        {"substring('XY1234Z', 'Y*?([0-9]{1,3})')", "1"},
        {"(regexp_match('abcd', '(a|ab)(c|bcd)'))[1]", "a"},
        {"(regexp_match('abcd', '(a|ab)(c|bcd)(d*)'))[1]", "ab"},
        {"(regexp_match('abcd', '(a|ab)(c|bcd)(d*)'))[2]", "c"},
        {"(regexp_match('ab', '((a)|b)*'))[2]", "NULL"}, /* of the last turn only */
        {"substring('aXbXc', '.*?X')", "aX"},
        {"substring('abab', '(ab)\\1')", "ab"},
        {"'abac' ~ '^(a.)\\1'", "f"},
        {"'aAa' ~* '^(a)\\1\\1$'", "t"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(functions)
{
    static const struct value_case cases[] = {
        {"regexp_replace('a.b.c', '\\.', '-')", "a-b.c"},
        {"regexp_replace('a.b.c', '\\.', '-', 'g')", "a-b-c"},
        {"regexp_replace('abc', 'B', '[\\&]', 'i')", "a[b]c"},
        {"regexp_replace('abc', '(b)(x)?', '<\\1\\2\\\\\\q\\')", "a<b\\\\q\\c"},
        {"regexp_replace('aaa', '', '-', 'g')", "-a-a-a-"},
        {"regexp_replace('a\303\251', '', '-', 'g')", "-a-\303\251-"},
        {"regexp_replace('abc', 'b', 'x', '1')", "?invalid regular expression option"},
        {"regexp_replace('aaa', '^a', 'x', 'g')", "xaa"},
        {"regexp_replace('aaaa', 'a', 'b', 2, 2)", "aaba"},
        {"regexp_replace('aaaa', 'a', 'b', 0)", "!22023"},
        {"regexp_count('abcabc', 'abc', 2)", "1"},
        {"regexp_count('abc', '')", "4"},
        {"regexp_count('abc', 'x', 9)", "0"},
        {"regexp_substr('a1b22c333', '[0-9]+', 1, 2)", "22"},
        {"regexp_substr('abc', '(b)(c)', 1, 1, '', 2)", "c"},
        {"regexp_substr('abc', '(b)(c)', 1, 1, '', 3)", "NULL"},
        {"regexp_substr('abc', 'x')", "NULL"},
        {"regexp_substr('abc', 'b', 1, 0)", "!22023"},
        {"(regexp_match('abc', 'b'))[1]", "b"},
        {"(regexp_match('abc', 'b'))[2]", "NULL"},
        {"(regexp_match('abc', '(b)|(x)'))[2]", "NULL"},
        {"(regexp_match('abc', 'B', 'i'))[1]", "b"},
        {"(regexp_match('abc', 'x'))[1]", "NULL"},
        {"substring('abc' from 'b.')", "bc"},
        {"'a' ~ concat('(', null)", "?invalid regular expression: parentheses () not balanced"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(lists)
{
    static const struct value_case cases[] = {
        {"1 = any (array[1, 2])", "t"},
        {"3 = any (array[1, 2])", "f"},
        {"3 = any (array[1, null])", "NULL"},
        {"1 = any (array[1, null])", "t"},
        {"null = any (array[1, 2])", "NULL"},
        {"3 <> all (array[1, 2])", "t"},
        {"1 <> all (array[1, null])", "f"},
        {"3 <> all (array[1, null])", "NULL"},
        {"2 > all (array[1, 1.5])", "t"},
        {"2 < some (array[1, 3])", "t"},
        {"'b' = any ('{a,b}')", "t"},
        {"2 = any ('{1, 2}')", "t"},
        {"'a b' = any ('{\"a b\", NULL}')", "t"},
        {"'NULL' = any ('{\"NULL\"}')", "t"},
        {"'x' = any ('{a,NULL}')", "NULL"},
        {"1 = any ('{}')", "f"},
        {"null::int <> all ('{}')", "t"},
        {"7 = any ('{7}'::bigint[])", "t"},
        {"'abc' like any (array['x%', 'a%'])", "t"},
        {"'abc' not like all (array['x%', 'a%'])", "f"},
        {"'ABC' ilike any (array['a%'])", "t"},
        {"'abc' ~ any (array['^b', 'c$'])", "t"},
        {"'abc' !~ all (array['^b', 'c$'])", "f"},
    };
    CHECK_VALUES(cases);
}
END_TEST

/* Patterns on which a matcher that goes back takes for ever. */
START_TEST(no_pattern_takes_long)
{
    static const struct value_case cases[] = {
        {"repeat('a', 40) || 'b' ~ '^(a+)+$'", "f"},
        {"repeat('a', 40) ~ '^(a|aa)+$'", "t"},
        {"repeat('a', 30) || 'b' ~ '^(a*)*(a*)*(a*)*$'", "f"},
        {"length(regexp_replace(repeat('ab', 100000), '(a|b)+', 'x')) > 0", "t"},
        {"repeat('a', 100000) || 'b' ~ '^(a+)+$'", "f"},
        {"repeat('ab', 100000) ~ '^(a|b)+$'", "t"},
        {"repeat('a', 1000000) ~ 'a*a*a*b'", "f"},
        {"length(substring(repeat('a', 300000) || 'c' from '(a|b)*c'))", "1"},
        {"'a' ~ (repeat('(', 5000) || 'a' || repeat(')', 5000))",
         "?not available in regular expressions: so many parentheses"},
        {"'a' ~ (repeat('(', 90) || 'a' || repeat(')', 90))", "t"},
        {"'a' ~ '((a{255}){255}){255}'",
         "?not available in regular expressions: so large an expression"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        operators, the_longest_match_is_taken, functions, lists, no_pattern_takes_long};
    return RUN_TESTS("kernel_regex", tests);
}
