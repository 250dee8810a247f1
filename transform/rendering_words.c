/* rendering_words.c — an expression for the server, word by word as it is written.
 *
 * The tree says which words are columns and calls; it is not what is written out, so that the
 * server reads the expression for itself. SPDX-License-Identifier: Apache-2.0 */
#include "lookup_table.h"
#include "lookup_use.h"
#include "parser.h"
#include "rendering_internal.h"

#include "novate/datetime.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void words_refuse(struct words *words, const char *format, ...)
{
    char reason[256];
    va_list arguments;

    if (words->reason != NULL) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    words->reason = arena_string(words->arena, reason);
    if (words->reason == NULL) {
        words->reason = "memory ran out";
    }
}

static int find_token(const struct words *words, uint32_t offset)
{
    int low = 0;
    int high = words->token_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (words->tokens[middle].offset < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The parser bounds the depth of the tree, and so of this. */
static void note_nodes(struct words *words, const struct node *node)
{
    if (node == NULL) {
        return;
    }
    if (node->kind == NODE_NAME || node->kind == NODE_CALL) {
        int at = find_token(words, node->offset);
        if (at < words->token_count && words->tokens[at].offset == node->offset) {
            words->nodes[at] = node;
        }
    }
    for (int i = 0; i < node->arg_count; i++) {
        note_nodes(words, node->args[i]);
    }
}

bool words_read(struct words *words, const struct node **top, struct error *error)
{
    struct problems ignored;
    struct token *tokens = NULL;
    struct node *node = NULL;
    bool memory = false;

    *top = NULL;
    problems_init(&ignored, words->arena);
    if (!parser_parse(words->spec, words->arena, &ignored, &node, error)) {
        return false;
    }
    if (node == NULL || !lexer_scan(words->spec, words->arena, &ignored, &tokens, &memory)) {
        words_refuse(words, "the expression cannot be read");
        return !memory || error_set_memory(error);
    }
    words->tokens = tokens;
    while (tokens[words->token_count].kind != TOKEN_END) {
        words->token_count++;
    }
    words->nodes = ARENA_ARRAY(words->arena, const struct node *, (size_t)words->token_count + 1);
    if (words->nodes == NULL) {
        return error_set_memory(error);
    }
    note_nodes(words, node);
    *top = node;
    return true;
}

static bool is_symbol(const struct words *words, int at, const char *symbol)
{
    return at < words->token_count && words->tokens[at].kind == TOKEN_SYMBOL &&
           text_equal(words->tokens[at].text, text_of(symbol));
}

static int depth_change(const struct words *words, int at)
{
    bool opens = is_symbol(words, at, "(") || is_symbol(words, at, "[");
    bool closes = is_symbol(words, at, ")") || is_symbol(words, at, "]");
    return opens ? 1 : closes ? -1 : 0;
}

/* The arguments between the brackets that follow `name`; `*end` is behind the closing one. */
static int find_arguments(struct words *words, int name, struct span *spans, int max, int *end)
{
    int depth = 1;
    int count = 0;
    int first = name + 2;
    int at = first;

    for (; at < words->token_count && depth > 0; at++) {
        depth += depth_change(words, at);
        bool ends = depth == 0 || (depth == 1 && is_symbol(words, at, ","));
        if (ends && count == max) {
            words_refuse(words, "a call has more arguments than are rendered");
            return -1;
        }
        if (ends && at > first) {
            spans[count++] = (struct span){first, at};
            first = at + 1;
        }
    }
    *end = at;
    return count;
}

int words_arguments(struct words *words, const struct node *call, struct span *spans, int max)
{
    int end = 0;
    return find_arguments(words, find_token(words, call->offset), spans, max, &end);
}

static void push_column(struct words *words, int at, struct text_buffer *out)
{
    const struct token *token = &words->tokens[at];
    int index = schema_find(words->schema, token->text, token->kind == TOKEN_QUOTED);

    if (index < 0) {
        words_refuse(words, "it reads a column that no record has by itself");
        return;
    }
    if (words->reads != NULL) {
        words->reads[index] = true;
    }
    text_buffer_format(out, "%c.c%d ", words->row, index);
}

/* The time at which the run began, as the word means it. False: it is another word. */
static bool push_now(const struct words *words, const struct node *node, struct text_buffer *out)
{
    static const struct {
        const char *word;
        const char *type; /* NULL: none to be cast to */
    } moments[] = {
        {"now", NULL},
        {"current_timestamp", NULL},
        {"current_date", "date"},
        {"localtimestamp", "timestamp"},
    };

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        if (!text_equal_case(node->text, text_of(moments[i].word))) {
            continue;
        }
        text_buffer_string(out, moments[i].type == NULL ? "(" : "CAST(");
        text_buffer_string(out, "TIMESTAMPTZ '");
        timestamptz_format(words->program->now, words->program->zone, out);
        text_buffer_string(out, "'");
        if (moments[i].type != NULL) {
            text_buffer_format(out, " AS %s", moments[i].type);
        }
        text_buffer_string(out, ") ");
        return true;
    }
    return false;
}

static bool is_ours(struct text name)
{
    int count = 0;
    const struct reference_entry *entries = reference_table(&count);

    for (int i = 0; i < count; i++) {
        const struct function *function = &entries[i].function;
        if (function->name != NULL && (function->flags & FUNCTION_OURS) != 0 &&
            text_equal_case(name, text_of(function->name))) {
            return true;
        }
    }
    return false;
}

static int find_lookup(const struct mapping *mapping, struct text name)
{
    for (int i = 0; i < mapping->lookup_count; i++) {
        if (text_equal(text_of(mapping->lookups[i].name), name)) {
            return i;
        }
    }
    return -1;
}

/* Keys of these types have another text, or another number, in a session of the server. */
static bool has_odd_keys(const struct words *words)
{
    for (int i = 0; i < words->routine->count; i++) {
        const struct step *step = &words->routine->steps[i];
        if (step->op != STEP_CALL || step->function != internal_function(INTERNAL_LOOKUP)) {
            continue;
        }
        const struct lookup_use *use = step->state;
        for (int key = 0; key < use->key_count; key++) {
            enum type_id type = step->types[key]->id;
            if (type == TYPE_BOOL || type == TYPE_FLOAT4 || type == TYPE_FLOAT8 ||
                type == TYPE_TIMESTAMPTZ || type == TYPE_INTERVAL) {
                return true;
            }
        }
    }
    return false;
}

/* NULL: the lookup can be rendered. */
static const char *unfit(const struct words *words, int index)
{
    const struct lookup_spec *spec = &words->program->mapping->lookups[index];
    return words->withheld[index] != NULL  ? words->withheld[index]
           : spec->chase                   ? "it follows chains"
           : words->lookups[index] == NULL ? "its entries are not known"
           : has_odd_keys(words)           ? "it is asked with another type than texts and numbers"
                                           : NULL;
}

/* What a key without an entry gives; `count(*)` of the entries found is 0, and keeps the server
 * from computing an error before there is one. */
static void push_missing(struct words *words,
                         const struct lookup_spec *spec,
                         struct span key,
                         struct text_buffer *out)
{
    switch (spec->missing) {
    case LOOKUP_MISSING_REJECT:
        text_buffer_string(out, "CAST(CAST('no entry' || count(*) AS integer) AS text)");
        return;
    case LOOKUP_MISSING_NULL:
        text_buffer_string(out, "NULL");
        return;
    case LOOKUP_MISSING_KEEP:
        text_buffer_string(out, "CAST((");
        words_push(words, key, out);
        text_buffer_string(out, ") AS text)");
        return;
    case LOOKUP_MISSING_DEFAULT:
        text_buffer_literal(out, text_of(spec->missing_default));
        return;
    }
}

/* lookup('name', key …[, valid_at(when)][, 'column']): what it asks. */
struct question {
    int index; /* of the lookup */
    const struct lookup *lookup;
    const struct span *keys;
    int key_count;
    struct span when; /* empty: entries hold always */
    int value;        /* column */
};

/* Begins at, and ends before; open where there is no value. */
static void push_period(struct words *words,
                        const struct question *question,
                        struct text_buffer *out)
{
    for (int i = 0; i < 2; i++) {
        text_buffer_string(out,
                           i == 0 ? " AND (b IS NULL OR b <= CAST(("
                                  : " AND (e IS NULL OR e = 'infinity' OR e > CAST((");
        words_push(words, question->when, out);
        text_buffer_string(out, ") AS ");
        rendering_type(*lookup_period_type(question->lookup), out);
        text_buffer_string(out, "))");
    }
}

static void push_found(struct words *words,
                       const struct question *question,
                       struct text_buffer *out)
{
    const struct lookup_spec *spec = &words->program->mapping->lookups[question->index];
    struct type type = *lookup_value_type(question->lookup, question->value);

    if (spec->missing == LOOKUP_MISSING_KEEP || spec->missing == LOOKUP_MISSING_DEFAULT) {
        type = type_of(type.id);
    }
    text_buffer_string(out, "CAST((SELECT CASE WHEN count(*) = 0 THEN ");
    push_missing(words, spec, question->keys[0], out);
    text_buffer_format(out,
                       " ELSE max(v%d) END FROM pg_temp." RENDERING_LOOKUP "%d WHERE true",
                       question->value,
                       question->index);
    for (int i = 0; i < question->key_count; i++) {
        bool numeric = lookup_key_is_numeric(question->lookup, i);
        text_buffer_format(out, " AND k%d = CAST((", i);
        words_push(words, question->keys[i], out);
        text_buffer_string(out, numeric ? ") AS numeric)" : ") AS text)");
    }
    if (question->when.end > question->when.first) {
        push_period(words, question, out);
    }
    text_buffer_string(out, ") AS ");
    if (type.id == TYPE_NUMERIC || type.id == TYPE_VARCHAR) {
        type_format(type, out);
    } else {
        rendering_type(type, out);
    }
    text_buffer_char(out, ')');
}

/* False: a reason was given. `spans` are the arguments. */
static bool read_question(struct words *words,
                          const struct span *spans,
                          int count,
                          struct question *question)
{
    const struct mapping *mapping = words->program->mapping;
    int index = count < 2 ? -1 : find_lookup(mapping, words->tokens[spans[0].first].text);
    const char *why = index < 0 ? "it is not known" : unfit(words, index);
    int end = 0;

    if (why != NULL) {
        words_refuse(
            words, "lookup \"%.60s\": %s", index < 0 ? "?" : mapping->lookups[index].name, why);
        return false;
    }
    *question =
        (struct question){.index = index, .lookup = words->lookups[index], .keys = spans + 1};
    question->key_count = lookup_key_count(question->lookup);
    int rest = 1 + question->key_count;
    if (lookup_has_periods(question->lookup) && rest < count) {
        int one = find_arguments(words, spans[rest].first, &question->when, 1, &end);
        rest += one == 1 ? 1 : count;
    }
    if (rest + 1 == count) {
        question->value =
            lookup_value_column(question->lookup, words->tokens[spans[rest].first].text);
    }
    if (question->value < 0 || rest > count) {
        words_refuse(
            words, "lookup \"%.60s\": its arguments are not known", mapping->lookups[index].name);
        return false;
    }
    return true;
}

/* From the lookup's name on; gives the token behind it. */
static int push_lookup(struct words *words, int at, struct text_buffer *out)
{
    struct span spans[LIMIT_KEY_COLUMNS + 3];
    struct question question;
    int end = at;
    int count = find_arguments(words, at, spans, LIMIT_KEY_COLUMNS + 3, &end);

    if (!read_question(words, spans, count, &question)) {
        return end;
    }
    words->described[question.index].asked = true;
    text_buffer_string(out, "(CASE WHEN ");
    for (int i = 0; i < question.key_count; i++) {
        text_buffer_string(out, i == 0 ? "(" : " OR (");
        words_push(words, question.keys[i], out);
        text_buffer_string(out, ") IS NULL");
    }
    if (question.when.end > question.when.first) {
        text_buffer_string(out, " OR (");
        words_push(words, question.when, out);
        text_buffer_string(out, ") IS NULL");
    }
    text_buffer_string(out, " THEN NULL ELSE ");
    push_found(words, &question, out);
    text_buffer_string(out, " END) ");
    return end;
}

/* reject('name') is an error that the server computes for the record alone, of the type that the
 * mapping wants where it stands. */
static int push_reject(struct words *words, int at, struct text_buffer *out)
{
    const struct type *type = NULL;
    bool same = true;

    for (int i = 0; i < words->routine->count; i++) {
        const struct step *step = &words->routine->steps[i];
        if (step->op == STEP_CALL && step->function == internal_function(INTERNAL_REJECT)) {
            same = same && (type == NULL || type->id == step->type.id);
            type = &step->type;
        }
    }
    if (type == NULL || !same) {
        words_refuse(words, "reject() of several types");
        return at + 1;
    }
    text_buffer_format(
        out, "CAST(CAST(CAST('rejected' || %c.n AS integer) AS text) AS ", words->row);
    rendering_type(*type, out);
    text_buffer_string(out, ") ");
    return at + 4; /* the name, the bracket, the rule's name and the bracket */
}

/* truncate(text, n) is the first n characters, and no other count than substring() takes. */
static int push_truncate(struct words *words, int at, struct text_buffer *out)
{
    struct span spans[2];
    int end = at + 1;

    if (find_arguments(words, at, spans, 2, &end) != 2) {
        words_refuse(words, "truncate() within an expression");
        return end;
    }
    text_buffer_string(out, "substring(");
    words_push(words, spans[0], out);
    text_buffer_string(out, ", 1, ");
    words_push(words, spans[1], out);
    text_buffer_string(out, ") ");
    return end;
}

/* A call from its name on; gives the token behind what was written. */
static int push_call(struct words *words, int at, struct text_buffer *out)
{
    const struct node *node = words->nodes[at];
    const struct token *token = &words->tokens[at];

    if (push_now(words, node, out)) {
        return is_symbol(words, at + 1, "(") ? at + 3 : at + 1;
    }
    if (text_equal_case(node->text, text_of("lookup"))) {
        return push_lookup(words, at, out);
    }
    if (text_equal_case(node->text, text_of("note")) ||
        text_equal_case(node->text, text_of("repair"))) {
        text_buffer_string(out, "( ");
        return at + 4; /* the name, the bracket, the rule's name and the comma */
    }
    if (text_equal_case(node->text, text_of("reject"))) {
        return push_reject(words, at, out);
    }
    if (text_equal_case(node->text, text_of("truncate"))) {
        return push_truncate(words, at, out);
    }
    if (is_ours(node->text)) {
        words_refuse(words,
                     "%.*s() is novate's own",
                     (int)(node->text.size > 60 ? 60 : node->text.size),
                     node->text.data);
    }
    text_buffer_push(out, words->spec->text + token->offset, token->size);
    text_buffer_char(out, ' ');
    return at + 1;
}

void words_push(struct words *words, struct span span, struct text_buffer *out)
{
    for (int at = span.first; at < span.end && words->reason == NULL;) {
        const struct node *node = words->nodes[at];
        const struct token *token = &words->tokens[at];
        if (node != NULL && node->kind == NODE_NAME) {
            push_column(words, at++, out);
        } else if (node != NULL && token->kind == TOKEN_WORD) {
            at = push_call(words, at, out);
        } else {
            text_buffer_push(out, words->spec->text + token->offset, token->size);
            text_buffer_char(out, ' ');
            at++;
        }
    }
}
