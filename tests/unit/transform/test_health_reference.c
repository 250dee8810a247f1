/* test_health_reference.c — the lists of rules and words in mappings/README.md are the code's, and
 * every rule belongs to a function. SPDX-License-Identifier: Apache-2.0 */
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

int main(void)
{
    const TTest *const tests[] = {
        the_shipped_lists_are_these,
        rules_are_named_after_functions_that_remark,
        words_are_of_functions,
    };
    return RUN_TESTS("health_reference", tests);
}
