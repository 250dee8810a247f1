/* test_lexer.c — words of expressions and their places. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "lexer.h"

#include <stdio.h>

static struct token *tokens;

static bool scan(const char *text)
{
    bool memory = false;
    static struct expression_spec spec;

    spec = (struct expression_spec){.text = text, .place = {"m.yaml", 7, 20}};
    return lexer_scan(&spec, &run.arena, &run.problems, &tokens, &memory) && !memory;
}

static void expect(int index, enum token_kind kind, const char *text)
{
    ck_assert_int_eq(tokens[index].kind, kind);
    ck_assert_msg(text_equal(tokens[index].text, text_of(text)),
                  "token %d is \"%.*s\", not \"%s\"",
                  index,
                  (int)tokens[index].text.size,
                  tokens[index].text.data,
                  text);
}

START_TEST(words_numbers_and_symbols)
{
    ck_assert(scan("upper(Na_me$1) >= .5e-3 != 12. :: int"));
    expect(0, TOKEN_WORD, "upper");
    expect(1, TOKEN_SYMBOL, "(");
    expect(2, TOKEN_WORD, "Na_me$1");
    expect(3, TOKEN_SYMBOL, ")");
    expect(4, TOKEN_SYMBOL, ">=");
    expect(5, TOKEN_NUMBER, ".5e-3");
    expect(6, TOKEN_SYMBOL, "<>");
    expect(7, TOKEN_NUMBER, "12.");
    expect(8, TOKEN_SYMBOL, "::");
    expect(9, TOKEN_WORD, "int");
    ck_assert_int_eq(tokens[10].kind, TOKEN_END);
    ck_assert_uint_eq(tokens[2].offset, 6);
    ck_assert_uint_eq(tokens[4].offset, 15);
}
END_TEST

START_TEST(quotes_are_taken_off)
{
    ck_assert(scan("'it''s' \"a \"\"b\"\"\" E'\\t\\x41\\101\\u00e9\\'' ''"));
    expect(0, TOKEN_STRING, "it's");
    expect(1, TOKEN_QUOTED, "a \"b\"");
    expect(2, TOKEN_STRING, "\tAA\303\251'");
    expect(3, TOKEN_STRING, "");
    ck_assert(scan("'back\\slash'"));
    expect(0, TOKEN_STRING, "back\\slash");
}
END_TEST

START_TEST(comments_are_blanks)
{
    ck_assert(scan("1 -- one\n + /* two /* nested */ */ 2"));
    expect(0, TOKEN_NUMBER, "1");
    expect(1, TOKEN_SYMBOL, "+");
    expect(2, TOKEN_NUMBER, "2");
    ck_assert_int_eq(tokens[3].kind, TOKEN_END);
}
END_TEST

START_TEST(places_count_characters_and_lines)
{
    const struct expression_spec spec = {.text = "'\303\251\303\251' || x\n  + y",
                                         .place = {"m.yaml", 7, 20}};
    struct place place = expression_place(&spec, 10);

    ck_assert_int_eq(place.line, 7);
    ck_assert_int_eq(place.column, 28);
    place = expression_place(&spec, strlen(spec.text) - 1);
    ck_assert_int_eq(place.line, 8);
    ck_assert_int_eq(place.column, 24);
    place = expression_place(&spec, 9999);
    ck_assert_int_eq(place.line, 8);
}
END_TEST

START_TEST(what_is_wrong_is_pointed_at)
{
    static const struct {
        const char *text;
        const char *message;
        int column;
    } cases[] = {
        {"x = 'abc", "unterminated string", 24},
        {"x = \"abc", "unterminated quoted name", 24},
        {"\"\"", "quoted name is empty", 20},
        {"1 /* x", "unterminated comment", 22},
        {"12ab", "trailing junk after numeric literal", 20},
        {"a == b", "operator == does not exist", 22},
        {"a && b", "operator && does not exist", 22},
        {"a ? b", "syntax error at or near \"?\"", 22},
        {"'\303\251' @ 1", "syntax error at or near \"@\"", 24},
        {"E'\\uD800'", "invalid escape in string", 22},
        {"E'\\000'", "invalid escape in string", 22},
        {"E'\\xff'", "string is not valid UTF-8", 20},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        problems_init(&run.problems, &run.arena);
        ck_assert_msg(!scan(cases[i].text), "%s", cases[i].text);
        ck_assert_int_eq(run.problems.errors, 1);
        const struct problem *problem = &run.problems.items[0];
        ck_assert_str_eq(problem->message, cases[i].message);
        ck_assert_msg(problem->place.column == cases[i].column,
                      "%s: column %d",
                      cases[i].text,
                      problem->place.column);
        ck_assert_int_eq(problem->place.line, 7);
    }
}
END_TEST

START_TEST(many_tokens_are_kept)
{
    char text[2001];

    for (int i = 0; i < 1000; i++) {
        memcpy(text + i * 2, "+1", 2);
    }
    text[2000] = '\0';
    ck_assert(scan(text));
    expect(1998, TOKEN_SYMBOL, "+");
    expect(1999, TOKEN_NUMBER, "1");
    ck_assert_int_eq(tokens[2000].kind, TOKEN_END);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        words_numbers_and_symbols,
        quotes_are_taken_off,
        comments_are_blanks,
        places_count_characters_and_lines,
        what_is_wrong_is_pointed_at,
        many_tokens_are_kept,
    };
    return RUN_TESTS("lexer", tests);
}
