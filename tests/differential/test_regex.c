/* test_regex.c — random regular expressions through PostgreSQL and through transform/regex.h.
 *
 * Compared are: whether a pattern is one, whether it matches, what its parentheses take, and what
 * replaces all matches. Patterns are made from the grammar, so that most of them match something of
 * the few letters that subjects have, and then some are spoilt. What is known not to be available
 * (REGEX_UNAVAILABLE, REGEX_LIMIT) is counted, and must stay rare.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"
#include "regex.h"

static void push_atom(struct seed *seed, struct text_buffer *out, int depth);

static void push_quantifier(struct seed *seed, struct text_buffer *out)
{
    static const char *const quantifiers[] = {
        "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{1,}", "{2,3}", "{0}", "{1,1}", "{3}", "{0,2}"};

    if (seed_below(seed, 5) < 2) {
        text_buffer_string(out, PICK(seed, quantifiers));
        if (seed_below(seed, 4) == 0) {
            text_buffer_char(out, '?');
        }
    }
}

static void push_branch(struct seed *seed, struct text_buffer *out, int depth)
{
    static const char *const constraints[] = {
        "^", "$", "\\m", "\\M", "\\y", "\\Y", "\\A", "\\Z", "[[:<:]]", "[[:>:]]"};
    int count = seed_below(seed, 4);

    for (int i = 0; i <= count; i++) {
        if (seed_below(seed, 12) == 0) {
            text_buffer_string(out, PICK(seed, constraints));
        } else {
            push_atom(seed, out, depth);
            push_quantifier(seed, out);
        }
    }
}

static void push_alternatives(struct seed *seed, struct text_buffer *out, int depth)
{
    int more = seed_below(seed, 3) == 0 ? 1 + seed_below(seed, 2) : 0;

    push_branch(seed, out, depth);
    while (more-- > 0) {
        text_buffer_char(out, '|');
        if (seed_below(seed, 10) > 0) {
            push_branch(seed, out, depth);
        }
    }
}

static void push_atom(struct seed *seed, struct text_buffer *out, int depth)
{
    static const char *const letters[] = {"a", "b", "c", "a", "b", "ab", "é", "_", "1"};
    static const char *const sets[] = {".",           "[ab]",   "[^a]",    "\\w",     "\\d",
                                       "[[:alpha:]]", "[a-c]",  "[^b-z]",  "\\s",     "\\W",
                                       "\\D",         "[\\d_]", "[]a]",    "[a\\-b]", "[[.a.]b]",
                                       "[[=a=]]",     "[^\\w]", "[[:^a]",  "\\x61",   "\\u0061",
                                       "\\.",         "[é-ü]",  "[^\\Da]", "\\S",     "[-a]"};
    static const char *const opens[] = {"(", "(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!"};
    static const char *const backs[] = {"\\1", "\\2", "\\1", "\\10"};
    int form = seed_below(seed, 20);

    if (form < 9 || depth <= 0) {
        text_buffer_string(out, PICK(seed, letters));
    } else if (form < 12) {
        text_buffer_string(out, PICK(seed, sets));
    } else if (form < 19) {
        text_buffer_string(out, opens[seed_below(seed, seed_below(seed, 3) == 0 ? 8 : 4)]);
        push_alternatives(seed, out, depth - 1);
        text_buffer_char(out, ')');
    } else {
        text_buffer_string(out, PICK(seed, backs));
    }
}

static void generate_pattern(struct seed *seed, struct text subject, struct text_buffer *out)
{
    static const char *const options[] = {
        "(?i)", "(?n)", "(?p)", "(?w)", "(?x)", "(?s)", "***:", "***=", "(?q)", "(?ix)"};

    (void)subject;
    if (seed_below(seed, 6) == 0) {
        text_buffer_string(out, PICK(seed, options));
    }
    push_alternatives(seed, out, 3);
    if (seed_below(seed, 10) == 0) {
        mutate(seed, out, "ab()[]{}*+?|\\^$.-:=,", 1 + seed_below(seed, 2));
    }
    if (!utf8_valid(out->data, out->size, NULL)) { /* half of an é */
        text_buffer_reset(out);
    }
}

static void generate_subject(struct seed *seed, struct text a, struct text_buffer *out)
{
    static const char *const letters[] = {
        "a", "b", "c", "a", "b", "A", "B", "1", "_", " ", "é", "\n", "ab", "abab", "ü", "]", "-"};
    int count = seed_below(seed, 10);

    (void)a;
    for (int i = 0; i < count; i++) {
        text_buffer_string(out, letters[seed_below(seed, i % 2 == 0 ? 5 : COUNT(letters))]);
    }
}

static bool has_pair(struct text text, const char *pair)
{
    for (uint32_t i = 0; i + 1 < text.size; i++) {
        if (memcmp(text.data + i, pair, 2) == 0) {
            return true;
        }
    }
    return false;
}

/* PostgreSQL does not look for an empty match at the very end once a reference back has failed
 * before: listed among the differences. */
static bool is_late(struct text subject, struct text pattern, struct regex_span match)
{
    return subject.size > 0 && match.begin == subject.size &&
           (has_pair(pattern, "\\1") || has_pair(pattern, "\\2"));
}

/* Compiles; NULL after answering why that cannot be. */
static const struct regex *compile(struct oracle *oracle,
                                   struct text pattern,
                                   struct text_buffer *out)
{
    const struct regex *regex = NULL;
    const char *why = NULL;
    struct regex_options options = {.global = false};
    enum regex_status status = regex_compile(pattern, options, &oracle->arena, &regex, &why);

    if (status == REGEX_OK) {
        return regex;
    }
    text_buffer_string(out, status == REGEX_SYNTAX ? "!2201B" : "?");
    return NULL;
}

static void push_span(struct text subject, struct regex_span span, struct text_buffer *out)
{
    if (span.begin == SIZE_MAX) {
        text_buffer_string(out, "<null>");
    } else {
        text_buffer_push(out, subject.data + span.begin, span.end - span.begin);
    }
}

static void answer_match(struct oracle *oracle,
                         struct text subject,
                         struct text pattern,
                         struct text_buffer *out)
{
    const struct regex *regex = compile(oracle, pattern, out);
    struct regex_span spans[100];

    if (regex == NULL) {
        return;
    }
    int count = regex_captures(regex);
    enum regex_status status =
        regex_search(regex_matcher_create(&oracle->arena), regex, subject, 0, spans, count + 1);
    if (status == REGEX_LIMIT || (status == REGEX_OK && is_late(subject, pattern, spans[0]))) {
        text_buffer_string(out, "?");
        return;
    }
    for (int i = count > 0; status == REGEX_OK && i <= count; i++) {
        push_span(subject, spans[i], out);
        text_buffer_string(out, i < count ? "|" : "");
    }
}

static void answer_like(struct oracle *oracle,
                        struct text subject,
                        struct text pattern,
                        struct text_buffer *out)
{
    const struct regex *regex = compile(oracle, pattern, out);

    if (regex != NULL) {
        struct regex_span match;
        enum regex_status status =
            regex_search(regex_matcher_create(&oracle->arena), regex, subject, 0, NULL, 0);
        bool late =
            regex_search(regex_matcher_create(&oracle->arena), regex, subject, 0, &match, 1) ==
                REGEX_OK &&
            is_late(subject, pattern, match);
        text_buffer_string(out,
                           status == REGEX_OK         ? late ? "?" : "true"
                           : status == REGEX_NO_MATCH ? "false"
                                                      : "?");
    }
}

/* As regexp_replace(subject, pattern, '<\&,\1>', 'g'). */
static void answer_replace(struct oracle *oracle,
                           struct text subject,
                           struct text pattern,
                           struct text_buffer *out)
{
    const struct regex *regex = compile(oracle, pattern, out);
    struct regex_matcher *matcher = regex_matcher_create(&oracle->arena);
    struct regex_span spans[2];
    size_t copied = 0;
    size_t at = 0;

    while (regex != NULL && regex_search(matcher, regex, subject, at, spans, 2) == REGEX_OK) {
        if (is_late(subject, pattern, spans[0])) {
            text_buffer_reset(out);
            text_buffer_string(out, "?");
            return;
        }
        text_buffer_push(out, subject.data + copied, spans[0].begin - copied);
        text_buffer_char(out, '<');
        push_span(subject, spans[0], out);
        text_buffer_char(out, ',');
        if (spans[1].begin != SIZE_MAX) {
            push_span(subject, spans[1], out);
        }
        text_buffer_char(out, '>');
        copied = spans[0].end;
        at = copied;
        if (spans[0].begin == spans[0].end) {
            at++;
            while (at < subject.size && ((unsigned char)subject.data[at] & 0xc0) == 0x80) {
                at++;
            }
        }
    }
    if (regex != NULL) {
        text_buffer_push(out, subject.data + copied, subject.size - copied);
    }
}

static const struct check checks[] = {
    {"match",
     "SELECT array_to_string(regexp_match($1, $2), '|', '<null>')",
     answer_match,
     generate_subject,
     generate_pattern,
     20},
    {"like", "SELECT regexp_like($1, $2)", answer_like, generate_subject, generate_pattern, 10},
    {"replace",
     "SELECT regexp_replace($1, $2, '<\\&,\\1>', 'g')",
     answer_replace,
     generate_subject,
     generate_pattern,
     20},
};

int main(void)
{
    struct oracle oracle;

    oracle_open(&oracle);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        for (int batch = 0; batch < oracle_batches(&checks[i]); batch++) {
            oracle_batch(&oracle, &checks[i]);
        }
    }
    printf("%ld are not available here\n", oracle.unavailable);
    if (oracle.unavailable * 20 > oracle.compared) {
        puts("that is too many");
        return 1;
    }
    return oracle_close(&oracle);
}
