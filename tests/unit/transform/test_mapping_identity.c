/* test_mapping_identity.c — which columns of the target are known by the key of a record.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

static const char *const key[] = {"TRUST", "NO"};

/* "trust=0 no=1" of a mapping with a key of two columns, of which one column is given. */
static void identified_by(const char *const *names,
                          const char *expression,
                          const char *copied,
                          const char *expected)
{
    const struct expression_spec column = {.name = "no", .text = expression};
    struct mapping mapping = {
        .entity = "episode",
        .source = {.table = "EPISODE", .key = names, .key_count = 2},
        .columns = &column,
        .column_count = expression == NULL ? 0 : 1,
        .copy = &copied,
        .copy_count = copied == NULL ? 0 : 1,
    };
    struct identity identity;
    struct text_buffer got;

    ck_assert(mapping_identity(&mapping, &run.arena, &identity, &run.error));
    ck_assert_str_eq(identity.entity, "episode");
    ck_assert_int_eq(identity.key_count, 2);
    text_buffer_init(&got, 1024);
    for (int i = 0; i < identity.count; i++) {
        text_buffer_format(
            &got, "%s%s=%d", i == 0 ? "" : " ", identity.columns[i], identity.positions[i]);
    }
    ck_assert_str_eq(got.size == 0 ? "" : got.data, expected);
    text_buffer_release(&got);
}

static void identified(const char *expression, const char *copied, const char *expected)
{
    identified_by(key, expression, copied, expected);
}

START_TEST(what_leaves_a_value_as_it_is_is_known)
{
    identified("NO", NULL, "no=1");
    identified("\"no\"", NULL, "no=1");
    identified("(trust)", NULL, "no=0");
    identified("CAST(NO AS integer)", NULL, "no=1");
    identified("fit(NO::bigint)", NULL, "no=1");
}
END_TEST

START_TEST(what_makes_another_value_is_not)
{
    identified("NO + 0", NULL, "");
    identified("trim(NO)", NULL, "");
    identified("coalesce(NO, 7)", NULL, "");
    identified("NO::bigint::text", NULL, "");
    identified("OTHER", NULL, "");
    identified("7", NULL, "");
    identified("NO +", NULL, ""); /* said where it is compiled */
}
END_TEST

START_TEST(copied_columns_are_known_unless_they_are_filled)
{
    identified(NULL, "*", "TRUST=0 NO=1");
    identified(NULL, "tr*", "TRUST=0");
    identified("OTHER", "*", "TRUST=0");
    identified("NO", "*", "no=1 TRUST=0");
}
END_TEST

START_TEST(names_in_quotes_are_exact)
{
    static const char *const quoted[] = {"\"Trust\"", "\"a \"\"No\"\"\""};
    identified_by(quoted, "\"Trust\"", NULL, "no=0");
    identified_by(quoted, "trust", NULL, "no=0"); /* the only one, or its expression is refused */
    identified_by(quoted, "\"TRUST\"", NULL, "");
    identified_by(quoted, "\"a \"\"No\"\"\"", NULL, "no=1");
    identified_by(quoted, NULL, "*", "Trust=0 a \"No\"=1");
}
END_TEST

START_TEST(a_record_that_gives_several_rows_is_not_known)
{
    const struct expression_spec column = {.name = "no", .text = "NO"};
    const struct emit_spec emit = {.name = "row"};
    struct mapping mapping = {
        .source = {.table = "EPISODE", .key = key, .key_count = 2},
        .columns = &column,
        .column_count = 1,
        .emits = &emit,
        .emit_count = 1,
    };
    struct identity identity;

    ck_assert(mapping_identity(&mapping, &run.arena, &identity, &run.error));
    ck_assert_int_eq(identity.count, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_leaves_a_value_as_it_is_is_known,
        what_makes_another_value_is_not,
        copied_columns_are_known_unless_they_are_filled,
        names_in_quotes_are_exact,
        a_record_that_gives_several_rows_is_not_known,
    };
    return RUN_TESTS("mapping_identity", tests);
}
