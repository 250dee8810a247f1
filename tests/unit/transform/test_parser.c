/* test_parser.c — the trees of expressions, and what is no expression.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "parser.h"

#include "novate/limits.h"

#include <stdio.h>

static void push_node(const struct node *node, struct text_buffer *out);

static void push_args(const struct node *node, struct text_buffer *out)
{
    for (int i = 0; i < node->arg_count; i++) {
        text_buffer_char(out, ' ');
        if (node->args[i] == NULL) {
            text_buffer_char(out, '-');
        } else {
            push_node(node->args[i], out);
        }
    }
    text_buffer_char(out, ')');
}

static void push_leaf(const struct node *node, struct text_buffer *out)
{
    if (node->kind == NODE_STRING) {
        text_buffer_literal(out, node->text);
    } else if (node->kind == NODE_BOOLEAN) {
        text_buffer_string(out, node->negated ? "false" : "true");
    } else if (node->kind == NODE_NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_push(out, node->text.data, node->text.size);
    }
}

/* (operator argument …) */
static void push_node(const struct node *node, struct text_buffer *out)
{
    static const char *const names[] = {
        [NODE_AND] = "and",
        [NODE_OR] = "or",
        [NODE_NOT] = "not",
        [NODE_IS] = "is",
        [NODE_DISTINCT] = "distinct",
        [NODE_IN] = "in",
        [NODE_BETWEEN] = "between",
        [NODE_LIKE] = "like",
        [NODE_CASE] = "case",
        [NODE_CAST] = "cast ",
    };
    if (node->kind <= NODE_NULL) {
        push_leaf(node, out);
        return;
    }
    text_buffer_string(out, node->negated ? "(!" : "(");
    if (node->kind == NODE_OPERATOR || node->kind == NODE_CALL) {
        text_buffer_push(out, node->text.data, node->text.size);
    } else {
        text_buffer_string(out, names[node->kind]);
    }
    if (node->kind == NODE_CAST) {
        type_format(node->type, out);
    }
    push_args(node, out);
}

static struct node *parse(const char *text)
{
    struct node *node = NULL;
    static struct expression_spec spec;

    spec = (struct expression_spec){.text = text, .place = {"m.yaml", 3, 1}};
    must(parser_parse(&spec, &run.arena, &run.problems, &node, &run.error), &run.error);
    return node;
}

static void check_tree(const char *text, const char *expected)
{
    struct text_buffer out;
    struct node *node = parse(text);

    ck_assert_msg(node != NULL, "%s: %s", text, mapping_run_problems(&run));
    text_buffer_init(&out, 1 << 20);
    push_node(node, &out);
    ck_assert_msg(strcmp(out.data, expected) == 0, "%s: %s", text, out.data);
    text_buffer_release(&out);
}

START_TEST(precedence_is_that_of_sql)
{
    check_tree("a or b and not c = d", "(or a (and b (not (= c d))))");
    check_tree("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)");
    check_tree("a - b - c", "(- (- a b) c)");
    check_tree("a || b + c || d", "(|| (|| a (+ b c)) d)");
    check_tree("a = b || c", "(= a (|| b c))");
    check_tree("-a::int", "(- (cast integer a))");
    check_tree("(-a)::int", "(cast integer (- a))");
    check_tree("- - 3", "3");
    check_tree("-9223372036854775808", "-9223372036854775808");
    check_tree("2 - -3", "(- 2 -3)");
    check_tree("a = b is null", "(is (= a b))");
    check_tree("not a is not null", "(not (!is a))");
    check_tree("a < b in (c, d)", "(< a (in b c d))");
    check_tree("a between 1 and 2 and b", "(and (between a 1 2) b)");
    check_tree("a not between b + 1 and c or d", "(or (!between a (+ b 1) c) d)");
    check_tree("a and b and c or d or e", "(or (and a b c) d e)");
    check_tree("a is distinct from b = c", "(distinct a (= b c))");
    check_tree("a is not distinct from b", "(!distinct a b)");
    check_tree("a not like 'x%' escape '!'", "(!like a 'x%' '!')");
}
END_TEST

START_TEST(forms_become_calls)
{
    check_tree("trim(x)", "(btrim x)");
    check_tree("TRIM(both from x)", "(btrim x)");
    check_tree("trim(leading '0' from x)", "(ltrim x '0')");
    check_tree("trim(trailing from x)", "(rtrim x)");
    check_tree("trim(x, 'y')", "(btrim x 'y')");
    check_tree("substring(x from 2 for 3)", "(substring x 2 3)");
    check_tree("substring(x for 3)", "(substring x 1 3)");
    check_tree("substring(x for 3 from 2)", "(substring x 2 3)");
    check_tree("substring(x, 2)", "(substring x 2)");
    check_tree("position('a' in x)", "(position x 'a')");
    check_tree("extract(year from a + 1)", "(extract 'year' (+ a 1))");
    check_tree("extract('dow' FROM a)", "(extract 'dow' a)");
    check_tree("a at time zone 'UTC'", "(timezone 'UTC' a)");
    check_tree("a at time zone b at time zone c", "(timezone c (timezone b a))");
    check_tree("-a at time zone b::text * 2", "(* (timezone (cast text b) (- a)) 2)");
    check_tree("interval '1' day", "(cast interval day '1')");
    check_tree("interval '1' hour to second(3) + a", "(+ (cast interval hour to second(3) '1') a)");
    check_tree("interval(2) '1 day'", "(cast interval(2) '1 day')");
    check_tree("a::interval day to minute", "(cast interval day to minute a)");
    check_tree("cast(a as interval second(0))", "(cast interval second(0) a)");
    check_tree("localtimestamp", "(localtimestamp)");
    check_tree("interval + at + extract", "(+ (+ interval at) extract)");
    check_tree("current_date", "(current_date)");
    check_tree("f()", "(f)");
}
END_TEST

START_TEST(literals_and_casts)
{
    check_tree("DATE '2024-01-31'", "(cast date '2024-01-31')");
    check_tree("timestamp with time zone 'x'", "(cast timestamp with time zone 'x')");
    check_tree("numeric(5, 2) '1.5'", "(cast numeric(5,2) '1.5')");
    check_tree("cast(a as character varying(20))", "(cast character varying(20) a)");
    check_tree("a::double precision + 1", "(+ (cast double precision a) 1)");
    check_tree("a::timestamp(3)::text", "(cast text (cast timestamp(3) without time zone a))");
    check_tree("true and FALSE", "(and true false)");
    check_tree("date + time", "(+ date time)");
}
END_TEST

START_TEST(both_forms_of_case)
{
    check_tree("case when a then b end", "(case - a b -)");
    check_tree("case x when 1 then 2 when 3 then 4 else 5 end", "(case x 1 2 3 4 5)");
    check_tree("case a + 1 when b then c end || d", "(|| (case (+ a 1) b c -) d)");
}
END_TEST

START_TEST(problems_point_at_their_token)
{
    static const struct {
        const char *text;
        const char *message;
        int column;
    } cases[] = {
        {"", "expression is empty", 1},
        {"  ", "expression is empty", 1},
        {"a +", "syntax error at end of expression", 4},
        {"a b", "syntax error at or near \"b\"", 3},
        {"a = b = c", "syntax error at or near \"=\"", 7},
        {"(a", "syntax error at end of expression", 3},
        {"a, b", "syntax error at or near \",\"", 2},
        {"a.b", "syntax error at or near \".\"", 2},
        {"case a end", "syntax error at or near \"end\"", 8},
        {"case when a end", "syntax error at or near \"end\"", 13},
        {"a in ()", "syntax error at or near \")\"", 7},
        {"a is 3", "syntax error at or near \"3\"", 6},
        {"a not b", "syntax error at or near \"not\"", 3},
        {"count(*)", "syntax error at or near \"*\"", 7},
        {"end", "syntax error at or near \"end\"", 1},
        {"a::", "syntax error at end of expression", 4},
        {"a::intger", "type \"intger\" does not exist", 4},
        {"extract(year a)", "syntax error at or near \"a\"", 14},
        {"extract(1 from a)", "syntax error at or near \"1\"", 9},
        {"a at zone 'x'", "syntax error at or near \"zone\"", 6},
        {"interval '1' day to year", "syntax error at or near \"day\"", 14},
        {"cast(a int)", "syntax error at or near \"int\"", 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        problems_init(&run.problems, &run.arena);
        ck_assert_msg(parse(cases[i].text) == NULL, "%s", cases[i].text);
        ck_assert_int_eq(run.problems.count, 1);
        const struct problem *problem = &run.problems.items[0];
        ck_assert_str_eq(problem->message, cases[i].message);
        ck_assert_msg(problem->place.column == cases[i].column,
                      "%s: column %d",
                      cases[i].text,
                      problem->place.column);
    }
}
END_TEST

START_TEST(near_types_are_named)
{
    ck_assert_ptr_null(parse("a::intger"));
    ck_assert_str_eq(run.problems.items[0].hint, "Perhaps you meant integer.");
}
END_TEST

/* `piece` again and again, before and behind x. */
static const char *repeat(const char *before, const char *behind, int count)
{
    struct text_buffer out;

    text_buffer_init(&out, 1 << 24);
    for (int i = 0; i < count; i++) {
        text_buffer_string(&out, before);
    }
    text_buffer_char(&out, 'x');
    for (int i = 0; i < count; i++) {
        text_buffer_string(&out, behind);
    }
    const char *text = arena_copy(&run.arena, out.data, out.size);
    text_buffer_release(&out);
    return text;
}

START_TEST(depth_is_limited_and_not_the_stack)
{
    static const char *const pieces[][2] = {{"(", ")"},
                                            {"not ", ""},
                                            {"- ", ""},
                                            {"f(", ")"},
                                            {"", "+1"},
                                            {"", "::int"},
                                            {"", " is null"},
                                            {"case when ", " then 1 end"},
                                            {"", "||'a'"}};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        ck_assert_ptr_nonnull(parse(repeat(pieces[i][0], pieces[i][1], LIMIT_DEPTH / 4)));
        problems_init(&run.problems, &run.arena);
        ck_assert_ptr_null(parse(repeat(pieces[i][0], pieces[i][1], 100000)));
        ck_assert_int_eq(run.problems.errors, 1);
        ck_assert_str_eq(run.problems.items[0].message, "expression is nested more than 200 deep");
    }
}
END_TEST

START_TEST(width_is_not_limited)
{
    ck_assert_ptr_nonnull(parse(repeat("", " and y", 5000)));
    ck_assert_ptr_nonnull(parse(repeat("y or ", "", 5000)));
    ck_assert_int_eq(run.problems.count, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        precedence_is_that_of_sql,
        forms_become_calls,
        literals_and_casts,
        both_forms_of_case,
        problems_point_at_their_token,
        near_types_are_named,
        depth_is_limited_and_not_the_stack,
        width_is_not_limited,
    };
    return RUN_TESTS("parser", tests);
}
