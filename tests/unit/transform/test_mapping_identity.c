/* test_mapping_identity.c — which columns of the target are known by the key of a record.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

static const char *const key[] = {"TRUST", "NO"};

static void push(const struct identity_column *column, int index, struct text_buffer *out)
{
    text_buffer_format(out, "%s%s=", index == 0 ? "" : " ", column->name);
    text_buffer_push(out, column->before.data, column->before.size);
    text_buffer_format(out, "%d", column->position);
    text_buffer_push(out, column->after.data, column->after.size);
    if (column->added != 0) {
        text_buffer_format(out, "%+lld", (long long)column->added);
    }
}

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
        push(&identity.columns[i], i, &got);
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
    identified("NO * 2", NULL, "");
    identified("NO + 1 + 2", NULL, "");
    identified("NO + 1.5", NULL, "");
    identified("7 - NO", NULL, "");
    identified("NO + TRUST", NULL, "");
    identified("NO || TRUST", NULL, "");
    identified("NO + -9223372036854775808", NULL, "");
    identified("CAST(CAST(NO AS text) || 'x' AS char(3))", NULL, "");
    identified("CAST(NO + 1 AS text) || 'x'", NULL, "");
    identified("trim(NO)", NULL, "");
    identified("coalesce(NO, 7)", NULL, "");
    identified("NO::bigint::text", NULL, "");
    identified("OTHER", NULL, "");
    identified("7", NULL, "");
    identified("NO +", NULL, ""); /* said where it is compiled */
}
END_TEST

START_TEST(what_can_be_taken_off_again_is_known)
{
    identified("NO + 100", NULL, "no=1+100");
    identified("100 + fit(CAST(NO AS bigint))", NULL, "no=1+100");
    identified("NO - 100", NULL, "no=1-100");
    identified("NO + 0", NULL, "no=1");
    identified("'RN1-' || NO", NULL, "no=RN1-1");
    identified("CAST('a' || ('b' || (NO || 'c')) || 'd' AS varchar(9))", NULL, "no=ab1cd");
}
END_TEST

/* Of two rows under emit:, each with one column; `own` is the mapping's. */
static void identified_in_rows(const char *first,
                               const char *second,
                               const char *own,
                               const char *expected)
{
    const struct expression_spec columns[] = {
        {.name = "no", .text = first}, {.name = "no", .text = second}, {.name = "NO", .text = own}};
    const struct emit_spec emits[] = {
        {.name = "one", .columns = &columns[0], .column_count = first != NULL},
        {.name = "two", .columns = &columns[1], .column_count = first != NULL}};
    struct mapping mapping = {
        .source = {.table = "EPISODE", .key = key, .key_count = 2},
        .columns = &columns[2],
        .column_count = own != NULL,
        .emits = emits,
        .emit_count = 2,
    };
    struct identity identity;
    struct text_buffer got;

    ck_assert(mapping_identity(&mapping, &run.arena, &identity, &run.error));
    text_buffer_init(&got, 1024);
    for (int i = 0; i < identity.count; i++) {
        push(&identity.columns[i], i, &got);
    }
    ck_assert_str_eq(got.size == 0 ? "" : got.data, expected);
    text_buffer_release(&got);
}

START_TEST(a_text_that_all_rows_have_is_known)
{
    identified("'RN1'", NULL, "no=RN1-1");
    identified("CAST('RN1' AS varchar(3))", NULL, "no=RN1-1");
    identified("'RN1' || 'x'", NULL, "");
    identified("NULL", NULL, "");
    identified_in_rows("'x'", "'x'", NULL, "no=x-1");
    identified_in_rows("'x'", "'y'", NULL, "");
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

START_TEST(of_several_rows_is_known_what_all_have)
{
    identified_in_rows(NULL, NULL, "NO", "NO=1");
    identified_in_rows("NO", "NO", NULL, "no=1");
    identified_in_rows("NO", "NO::text", "7", "no=1");
    identified_in_rows("NO", "NO + 1", "NO", "");
    identified_in_rows("NO", "'x'", "NO", "");
    identified_in_rows("'x' || NO", "'x' || NO", NULL, "no=x1");
    identified_in_rows("'x' || NO", "'y' || NO", NULL, "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_leaves_a_value_as_it_is_is_known,
        what_makes_another_value_is_not,
        a_text_that_all_rows_have_is_known,
        copied_columns_are_known_unless_they_are_filled,
        names_in_quotes_are_exact,
        what_can_be_taken_off_again_is_known,
        of_several_rows_is_known_what_all_have,
    };
    return RUN_TESTS("mapping_identity", tests);
}
