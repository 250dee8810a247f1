/* explain_words.c — an expression in words; the contract is in explain_words.h.
 *
 * Words are read from left to right, so an argument stands without brackets only where nothing
 * before or behind it can be taken for a part of it: alone, or at the beginning of what is said of
 * it. The parser bounds the depth of the tree, and so of this.
 * SPDX-License-Identifier: Apache-2.0 */
#include "explain_words.h"

#include "function_table.h"
#include "plan_file.h"

#include "novate/limits.h"

#include <string.h>

enum {
    ANY = -1
};

/* How firmly words hold together. */
enum bond {
    BOND_ATOM,  /* a name, a constant, or in brackets */
    BOND_CHAIN, /* an atom, and what becomes of it */
    BOND_LOOSE  /* anything */
};

struct words {
    const char *text;
    enum bond bond;
};

static const struct phrase {
    const char *name;
    int args;
    const char *words;
} phrases[] = {
#define PHRASE(name, args, words) {name, args, words},
#include "phrases.def"
#undef PHRASE
};

static struct words say(struct telling *telling, const struct node *node);

/* --- lists --- */

void word_list_add(struct telling *telling, struct word_list *list, const char *text)
{
    if (text == NULL) {
        telling->memory = true;
        return;
    }
    for (int i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], text) == 0) {
            return;
        }
    }
    if (list->count == list->capacity) {
        const int capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        const char **items = ARENA_ARRAY(telling->arena, const char *, (size_t)capacity);
        if (items == NULL) {
            telling->memory = true;
            return;
        }
        for (int i = 0; i < list->count; i++) {
            items[i] = list->items[i];
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = text;
}

const char *word_list_join(const struct word_list *list, const char *between, struct arena *arena)
{
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    text_buffer_string(&out, "");
    for (int i = 0; i < list->count; i++) {
        text_buffer_format(&out, "%s%s", i == 0 ? "" : between, list->items[i]);
    }
    const char *text = out.failed ? NULL : arena_copy(arena, out.data, out.size);
    text_buffer_release(&out);
    return text;
}

/* --- putting together --- */

static const char *keep(struct telling *telling, const char *text)
{
    telling->memory = telling->memory || text == NULL;
    return text == NULL ? "" : text;
}

static const char *copy_text(struct telling *telling, struct text text)
{
    return keep(telling, arena_copy(telling->arena, text.data == NULL ? "" : text.data, text.size));
}

/* In brackets unless it holds together as firmly as that. */
static const char *firm(struct telling *telling, struct words words, enum bond most)
{
    return words.bond <= most ? words.text
                              : keep(telling, arena_format(telling->arena, "(%s)", words.text));
}

static struct words loose(struct telling *telling, const char *text)
{
    return (struct words){keep(telling, text), BOND_LOOSE};
}

/* Closes a buffer as words. */
static struct words closed(struct telling *telling, struct text_buffer *out, enum bond bond)
{
    const char *text =
        out->failed ? NULL
                    : arena_copy(telling->arena, out->data == NULL ? "" : out->data, out->size);

    text_buffer_release(out);
    return (struct words){keep(telling, text), bond};
}

/* "a, b and c" */
static void push_list(struct telling *telling,
                      struct node *const *nodes,
                      int count,
                      const char *last,
                      struct text_buffer *out)
{
    for (int i = 0; i < count; i++) {
        const char *before = i == 0 ? "" : i == count - 1 ? last : ", ";
        text_buffer_format(out, "%s%s", before, firm(telling, say(telling, nodes[i]), BOND_ATOM));
    }
}

/* --- calls --- */

const char *phrase_find(struct text name, int arg_count)
{
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (text_equal_case(text_of(phrases[i].name), name) &&
            (phrases[i].args == ANY || phrases[i].args == arg_count)) {
            return phrases[i].words;
        }
    }
    return NULL;
}

static struct words fill_phrase(struct telling *telling,
                                const char *phrase,
                                const struct node *node)
{
    const bool reads_on = strncmp(phrase, "$1", 2) == 0;
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    for (const char *at = phrase; *at != '\0'; at++) {
        const int index = at[1] - '1';
        if (*at == '$' && at[1] == '*') {
            push_list(telling, node->args, node->arg_count, " and ", &out);
            at++;
        } else if (*at == '$' && index >= 0 && index < node->arg_count) {
            const enum bond most = at == phrase ? BOND_CHAIN : BOND_ATOM;
            text_buffer_string(&out, firm(telling, say(telling, node->args[index]), most));
            at++;
        } else {
            text_buffer_char(&out, *at);
        }
    }
    return closed(telling,
                  &out,
                  reads_on               ? BOND_CHAIN
                  : node->arg_count == 0 ? BOND_ATOM
                                         : BOND_LOOSE);
}

/* As written: "mod(a, b)". */
static struct words say_as_written(struct telling *telling, const struct node *node)
{
    const char *name = copy_text(telling, node->text);
    struct text_buffer out;

    word_list_add(telling, &telling->functions, name);
    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    text_buffer_format(&out, "%s(", name);
    for (int i = 0; i < node->arg_count; i++) {
        const char *text = node->args[i] == NULL ? "" : say(telling, node->args[i]).text;
        text_buffer_format(&out, "%s%s", i == 0 ? "" : ", ", text);
    }
    text_buffer_char(&out, ')');
    return closed(telling, &out, BOND_ATOM);
}

/* What the functions of that name and number of arguments may refuse. */
static void add_faults(struct telling *telling, const struct node *node)
{
    int count = 0;
    const struct function *table = function_table(&count);

    for (int i = 0; i < count; i++) {
        if (!text_equal_case(text_of(table[i].name), node->text) ||
            table[i].arg_count != node->arg_count) {
            continue;
        }
        for (int at = 0; at < FUNCTION_FAULTS_MAX; at++) {
            if (table[i].faults[at] != FAULT_NONE) {
                word_list_add(
                    telling, &telling->refusals, fault_info(table[i].faults[at])->message);
            }
        }
    }
}

static const struct lookup_spec *find_lookup(const struct mapping *mapping, struct text name)
{
    for (int i = 0; i < mapping->lookup_count; i++) {
        if (text_equal(text_of(mapping->lookups[i].name), name)) {
            return &mapping->lookups[i];
        }
    }
    return NULL;
}

/* Files of a fragment are relative to its folder. */
static const char *file_of(struct telling *telling, const struct lookup_spec *spec)
{
    const char *folder = telling->mapping->directory;

    return spec->source.in != NULL || spec->directory == NULL || folder == NULL ||
                   strcmp(spec->directory, folder) == 0
               ? spec->source.file
               : keep(telling, plan_path_join(spec->directory, spec->source.file, telling->arena));
}

const char *tell_lookup_place(struct telling *telling,
                              const struct lookup_spec *spec,
                              const char *column)
{
    const struct relation_spec *source = &spec->source;
    const char *where = spec->where.text != NULL ? spec->where.text : source->where;
    const char *what = source->file != NULL ? "file " : source->table != NULL ? "table " : "";
    const char *name = source->file != NULL         ? file_of(telling, spec)
                       : source->table != NULL      ? source->table
                       : spec->target_table != NULL ? spec->target_table
                                                    : "a query of the source";

    return keep(telling,
                arena_format(telling->arena,
                             "%s%s%s%s%s%s%s, column %s",
                             spec->target_table != NULL ? "target table " : what,
                             name,
                             where != NULL ? " where " : "",
                             where != NULL ? where : "",
                             spec->keep.text != NULL ? ", of several rows " : "",
                             spec->keep.text != NULL ? spec->keep.text : "",
                             spec->chase ? ", followed to the end of its chain" : "",
                             column));
}

static const char *tell_missing(struct telling *telling, const struct lookup_spec *spec)
{
    switch (spec->missing) {
    case LOOKUP_MISSING_NULL:
        return ", or NULL where there is none";
    case LOOKUP_MISSING_KEEP:
        return ", or that itself where there is none";
    case LOOKUP_MISSING_DEFAULT:
        return keep(
            telling,
            arena_format(telling->arena, ", or '%s' where there is none", spec->missing_default));
    case LOOKUP_MISSING_REJECT:
        break;
    }
    return "";
}

static struct words say_lookup(struct telling *telling, const struct node *node)
{
    const struct lookup_spec *spec = node->arg_count > 1 && node->args[0]->kind == NODE_STRING
                                         ? find_lookup(telling->mapping, node->args[0]->text)
                                         : NULL;
    struct text_buffer out;

    if (spec == NULL || spec->to_count == 0 || node->arg_count <= spec->from_count) {
        return say_as_written(telling, node);
    }
    const struct node *column =
        node->arg_count == spec->from_count + 2 ? node->args[node->arg_count - 1] : NULL;
    const char *name = column != NULL && column->kind == NODE_STRING
                           ? copy_text(telling, column->text)
                           : spec->to[0];
    word_list_add(telling, &telling->lookups, spec->name);
    if (telling->tries == 0 && spec->missing == LOOKUP_MISSING_REJECT) {
        word_list_add(telling, &telling->demanded, spec->name);
        word_list_add(telling,
                      &telling->refusals,
                      arena_format(telling->arena, "lookup \"%s\" has no entry", spec->name));
    }
    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    text_buffer_format(&out,
                       "the entry of lookup %s (%s) for ",
                       spec->name,
                       tell_lookup_place(telling, spec, name));
    push_list(telling, node->args + 1, spec->from_count, " and ", &out);
    text_buffer_string(&out, tell_missing(telling, spec));
    return closed(telling, &out, BOND_LOOSE);
}

static struct words say_call(struct telling *telling, const struct node *node)
{
    const bool is_try = text_equal_case(node->text, text_of("try"));
    const char *phrase = phrase_find(node->text, node->arg_count);

    if (text_equal_case(node->text, text_of("lookup"))) {
        return say_lookup(telling, node);
    }
    if (telling->tries == 0) {
        add_faults(telling, node);
    }
    telling->tries += is_try;
    const struct words words =
        phrase != NULL ? fill_phrase(telling, phrase, node) : say_as_written(telling, node);
    telling->tries -= is_try;
    return words;
}

/* --- operators and conditions --- */

static const char *operator_words(struct text name, int arg_count)
{
    static const char *const words[][2] = {
        {"||", "followed by"},
        {"+", "plus"},
        {"-", "minus"},
        {"*", "times"},
        {"/", "divided by"},
        {"%", "modulo"},
        {"=", "is"},
        {"<>", "is not"},
        {"<", "is less than"},
        {"<=", "is at most"},
        {">", "is more than"},
        {">=", "is at least"},
    };

    for (size_t i = 0; arg_count == 2 && i < sizeof words / sizeof words[0]; i++) {
        if (text_equal(text_of(words[i][0]), name)) {
            return words[i][1];
        }
    }
    return NULL;
}

/* Is it a chain of one operator that is read from left to right? */
static bool continues(const struct node *node, const struct node *left)
{
    return left->kind == NODE_OPERATOR && left->arg_count == 2 &&
           text_equal(node->text, left->text);
}

static struct words say_operator(struct telling *telling, const struct node *node)
{
    const char *words = operator_words(node->text, node->arg_count);

    if (telling->tries == 0 &&
        (text_equal(node->text, text_of("/")) || text_equal(node->text, text_of("%")))) {
        word_list_add(telling, &telling->refusals, fault_info(FAULT_DIVISION)->message);
    }
    if (node->arg_count == 1) {
        return loose(telling,
                     arena_format(telling->arena,
                                  "%s%s",
                                  text_equal(node->text, text_of("-")) ? "minus " : "",
                                  firm(telling, say(telling, node->args[0]), BOND_ATOM)));
    }
    const struct words left = say(telling, node->args[0]);
    const struct words right = say(telling, node->args[1]);
    const enum bond most = continues(node, node->args[0]) ? BOND_LOOSE : BOND_CHAIN;
    return loose(telling,
                 arena_format(telling->arena,
                              "%s %s %s",
                              firm(telling, left, most),
                              words != NULL ? words : copy_text(telling, node->text),
                              firm(telling, right, BOND_ATOM)));
}

/* AND of comparisons needs no brackets; OR within AND does. */
static struct words say_junction(struct telling *telling, const struct node *node)
{
    const char *between = node->kind == NODE_AND ? " and " : " or ";
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    for (int i = 0; i < node->arg_count; i++) {
        const enum node_kind kind = node->args[i]->kind;
        const bool mixes = kind == NODE_AND || kind == NODE_OR || kind == NODE_CASE ||
                           kind == NODE_BETWEEN || kind == NODE_IN;
        text_buffer_format(
            &out,
            "%s%s",
            i == 0 ? "" : between,
            firm(telling, say(telling, node->args[i]), mixes ? BOND_CHAIN : BOND_LOOSE));
    }
    return closed(telling, &out, BOND_LOOSE);
}

static struct words say_is(struct telling *telling, const struct node *node)
{
    static const char *const tests[][2] = {
        [IS_NULL] = {"has no value", "has a value"},
        [IS_TRUE] = {"is true", "is not true"},
        [IS_FALSE] = {"is false", "is not false"},
        [IS_UNKNOWN] = {"is neither true nor false", "is true or false"},
    };

    return loose(telling,
                 arena_format(telling->arena,
                              "%s %s",
                              firm(telling, say(telling, node->args[0]), BOND_CHAIN),
                              tests[node->test][node->negated]));
}

/* A value, words, and one or two further values with words between. */
static struct words say_test(struct telling *telling,
                             const struct node *node,
                             const char *words,
                             const char *between)
{
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    text_buffer_format(
        &out, "%s %s ", firm(telling, say(telling, node->args[0]), BOND_CHAIN), words);
    push_list(telling, node->args + 1, node->arg_count - 1, between, &out);
    return closed(telling, &out, BOND_LOOSE);
}

static struct words say_like(struct telling *telling, const struct node *node)
{
    const char *words =
        node->negated
            ? node->insensitive ? "does not match, in any case of letters," : "does not match"
        : node->insensitive ? "matches, in any case of letters,"
                            : "matches";

    return say_test(telling, node, words, " with escape character ");
}

/* node->args: operand or NULL, (condition, result) …, ELSE or NULL. */
static struct words say_case(struct telling *telling, const struct node *node)
{
    const char *operand =
        node->args[0] == NULL ? NULL : firm(telling, say(telling, node->args[0]), BOND_CHAIN);
    const struct node *otherwise = node->args[node->arg_count - 1];
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    for (int i = 1; i + 1 < node->arg_count; i += 2) {
        const struct words when = say(telling, node->args[i]);
        text_buffer_format(&out,
                           "if %s%s%s: %s; ",
                           operand == NULL ? "" : operand,
                           operand == NULL ? "" : " is ",
                           operand == NULL ? when.text : firm(telling, when, BOND_ATOM),
                           firm(telling, say(telling, node->args[i + 1]), BOND_CHAIN));
    }
    text_buffer_format(&out,
                       "otherwise %s",
                       otherwise == NULL ? "NULL"
                                         : firm(telling, say(telling, otherwise), BOND_CHAIN));
    return closed(telling, &out, BOND_LOOSE);
}

static struct words say_cast(struct telling *telling, const struct node *node)
{
    const struct words value = say(telling, node->args[0]);
    struct text_buffer type;

    text_buffer_init(&type, 256);
    type_format(node->type, &type);
    const char *name = keep(telling, arena_string(telling->arena, type.failed ? "" : type.data));
    text_buffer_release(&type);
    if (telling->tries == 0 && !type_is_text(node->type.id) && node->args[0]->kind != NODE_STRING) {
        word_list_add(
            telling, &telling->refusals, arena_format(telling->arena, "no value of type %s", name));
    }
    if (node->args[0]->kind == NODE_STRING) { /* date '2024-01-31' */
        return (struct words){
            keep(telling, arena_format(telling->arena, "%s %s", name, value.text)), BOND_ATOM};
    }
    return (struct words){
        keep(telling,
             arena_format(telling->arena, "%s as %s", firm(telling, value, BOND_CHAIN), name)),
        BOND_CHAIN};
}

/* --- everything --- */

static struct words say_name(struct telling *telling, const struct node *node)
{
    const char *name = copy_text(telling, node->text);

    word_list_add(telling, &telling->columns, name);
    return (struct words){name, BOND_ATOM};
}

static struct words say_string(struct telling *telling, const struct node *node)
{
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    text_buffer_literal(&out, node->text);
    return closed(telling, &out, BOND_ATOM);
}

static struct words say(struct telling *telling, const struct node *node)
{
    switch ((int)node->kind) {
    case NODE_NAME:
        return say_name(telling, node);
    case NODE_NUMBER:
        return (struct words){copy_text(telling, node->text), BOND_ATOM};
    case NODE_STRING:
        return say_string(telling, node);
    case NODE_BOOLEAN:
        return (struct words){node->negated ? "false" : "true", BOND_ATOM};
    case NODE_NULL:
        return (struct words){"NULL", BOND_ATOM};
    case NODE_OPERATOR:
        return say_operator(telling, node);
    case NODE_AND:
    case NODE_OR:
        return say_junction(telling, node);
    case NODE_NOT:
        return loose(telling,
                     arena_format(telling->arena, "not (%s)", say(telling, node->args[0]).text));
    case NODE_IS:
        return say_is(telling, node);
    case NODE_DISTINCT:
        return say_test(telling,
                        node,
                        node->negated ? "is, NULL or not, the same as"
                                      : "is, NULL or not, another than",
                        "");
    case NODE_IN:
        return say_test(telling, node, node->negated ? "is none of" : "is one of", ", ");
    case NODE_BETWEEN:
        return say_test(telling, node, node->negated ? "is not from" : "is from", " to ");
    case NODE_LIKE:
        return say_like(telling, node);
    case NODE_CASE:
        return say_case(telling, node);
    case NODE_CAST:
        return say_cast(telling, node);
    case NODE_CALL:
        return say_call(telling, node);
    default: /* a form that has no words yet */
        return say_as_written(telling, node);
    }
}

const char *tell_expression(struct telling *telling, const struct node *node)
{
    const char *words = say(telling, node).text;

    if (telling->demanded.count > 0) {
        words = keep(telling,
                     arena_format(telling->arena,
                                  "%s; a record without %s is rejected",
                                  words,
                                  telling->lookups.count == 1 ? "one"
                                  : telling->demanded.count == 1
                                      ? arena_format(telling->arena,
                                                     "an entry of lookup %s",
                                                     telling->demanded.items[0])
                                      : "an entry of each lookup that is asked"));
    }
    return telling->memory ? "" : words;
}
