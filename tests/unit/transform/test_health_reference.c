/* test_health_reference.c — the lists of rules and words in mappings/README.md are the code's,
 * every rule belongs to a function, and a mapping counts them. SPDX-License-Identifier: Apache-2.0
 */
#include "expression_fixture.h"
#include "function_table.h"
#include "kernel_health.h"
#include "readme_fixture.h"

static const char *const rules[] = {
#define REPAIR(id, rule, meaning) rule,
#define NOTE(id, rule, meaning)   rule,
#include "repairs.def"
#undef REPAIR
#undef NOTE
};

static const char *const word_functions[] = {
#define WORD(function, id, word, fault, meaning) function,
#include "health_words.def"
#undef WORD
};

START_TEST(the_shipped_lists_are_these)
{
    check_readme(&run.arena, __FILE__, "health", health_reference);
}
END_TEST

/* Is there a function whose name begins so, with those flags? */
static bool is_function(struct text name, unsigned flags)
{
    int count = 0;
    const struct function *table = function_table(&count);

    for (int i = 0; i < count; i++) {
        size_t size = strlen(table[i].name);
        if (size >= name.size && memcmp(table[i].name, name.data, name.size) == 0 &&
            (table[i].flags & flags) == flags) {
            return true;
        }
    }
    return false;
}

START_TEST(rules_are_named_after_functions_that_remark)
{
    for (int i = 0; i < (int)RULE_COUNT; i++) {
        const char *colon = strchr(rules[i], ':');
        ck_assert_ptr_nonnull(colon);
        struct text name = text_from(rules[i], (size_t)(colon - rules[i]));
        ck_assert_msg(is_function(name, FUNCTION_OURS | FUNCTION_REMARKS), "%s", rules[i]);
        for (int other = 0; other < i; other++) {
            ck_assert_str_ne(rules[i], rules[other]);
        }
    }
}
END_TEST

START_TEST(words_are_of_functions)
{
    for (size_t i = 0; i < sizeof word_functions / sizeof word_functions[0]; i++) {
        ck_assert_msg(
            is_function(text_of(word_functions[i]), FUNCTION_OURS), "%s", word_functions[i]);
    }
}
END_TEST

/* In a mapping: counted by rule, of records that are carried, and not of a value that try() gave up
 * or that a record was rejected for. */
START_TEST(a_mapping_counts_what_is_mended)
{
    mapping_run_source(&run, "N", "text");
    mapping_run_source(&run, "P", "text");
    mapping_run_column(&run, "nhs", "nhs_number(N)");
    mapping_run_column(&run, "postcode", "try(postcode(P))");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    mapping_run_row(&run, (const char *[]){"469 819 4180", "so225de"});
    mapping_run_row(&run, (const char *[]){"4698194180", "S022 5DE"});
    mapping_run_row(&run, (const char *[]){"469 819 4180", "so22"});
    mapping_run_row(&run, (const char *[]){"469 819 4181", "so225de"});
    mapping_run_row(&run, (const char *[]){NULL, NULL});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 4);
    ck_assert_int_eq(run.reject_count, 1);
    ck_assert_str_eq(mapping_run_value(&run, 1, 0), "SO22 5DE");
    ck_assert_ptr_null(mapping_run_value(&run, 1, 2));
    ck_assert_uint_eq(counters_get(&run.counters, "repair", "nhs_number: separators"), 2);
    ck_assert_uint_eq(counters_get(&run.counters, "repair", "postcode: case"), 1);
    ck_assert_uint_eq(counters_get(&run.counters, "repair", "postcode: digit 0 for letter O"), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_shipped_lists_are_these,
        rules_are_named_after_functions_that_remark,
        words_are_of_functions,
        a_mapping_counts_what_is_mended,
    };
    return RUN_TESTS("health_reference", tests);
}
