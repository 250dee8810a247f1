/* bind_lookup.c — lookup('name', key [, key …] [, valid_at(when)] [, 'column']).
 *
 * A key compares by numeric value if its expression gives a number, otherwise as text. All uses of
 * a lookup must agree on that, since it is decided before the lookup is filled.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "lookup_table.h"
#include "lookup_use.h"

#include <stdio.h>

static bool is_literal(const struct node *node)
{
    return node->kind == NODE_STRING;
}

static struct term *refuse_lookup(struct binder *binder, const struct node *node)
{
    const struct mapping *mapping = binder->context->mapping;
    size_t count = (size_t)mapping->lookup_count;
    const char **names = ARENA_ARRAY(binder->context->arena, const char *, count);
    char name[64];
    char hint[160] = "Lookups are declared under lookups: of the mapping.";

    if (names == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = mapping->lookups[i].name;
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)node->text.size, node->text.data);
    const char *nearest = text_nearest(name, names, count);
    if (nearest != NULL) {
        (void)snprintf(hint, sizeof hint, "Perhaps you meant '%.100s'.", nearest);
    }
    return bind_problem(binder, node->offset, hint, "lookup \"%s\" does not exist", name);
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

static bool is_valid_at(const struct node *node)
{
    return node->kind == NODE_CALL && text_equal_case(node->text, text_of("valid_at"));
}

struct term *bind_refuse_valid_at(struct binder *binder, const struct node *node)
{
    return bind_problem(binder,
                        node->offset,
                        "Write lookup('name', key, valid_at(when)): it stands behind the keys.",
                        "valid_at() is a part of lookup() and nothing of its own");
}

/* valid_at(…) stands behind the keys exactly where the lookup has periods. */
static bool check_valid_at(struct binder *binder,
                           const struct node *node,
                           const struct lookup_spec *spec)
{
    const int at = spec->from_count + 1;
    const bool given = node->arg_count > at && is_valid_at(node->args[at]);

    for (int i = 0; i < node->arg_count; i++) {
        if (i != at && is_valid_at(node->args[i])) {
            (void)bind_refuse_valid_at(binder, node->args[i]);
            return false;
        }
    }
    if (given && spec->valid_at_count == 0) {
        (void)bind_problem(binder,
                           node->args[at]->offset,
                           "Declare valid_at: [BEGINS, ENDS] of the lookup, or leave it out here.",
                           "entries of lookup \"%s\" have no periods",
                           spec->name);
        return false;
    }
    if (given && node->args[at]->arg_count != 1) {
        (void)bind_problem(binder,
                           node->args[at]->offset,
                           "Usage: valid_at(when)",
                           "valid_at() takes one argument");
        return false;
    }
    if (!given && spec->valid_at_count > 0 && node->arg_count >= at) {
        (void)bind_problem(binder,
                           node->offset,
                           "Say when, behind the keys: lookup('name', key, valid_at(when)).",
                           "lookup \"%s\" has periods, and is asked without valid_at()",
                           spec->name);
        return false;
    }
    return true;
}

bool bind_check_lookup(struct binder *binder, const struct node *node)
{
    if (node->arg_count == 0 || !is_literal(node->args[0])) {
        return true;
    }
    const struct mapping *mapping = binder->context->mapping;
    const int index = find_lookup(mapping, node->args[0]->text);
    if (index < 0) {
        (void)refuse_lookup(binder, node->args[0]);
        return false;
    }
    return check_valid_at(binder, node, &mapping->lookups[index]);
}

/* Which value column: the one named last, or the first one. */
static bool choose_column(struct binder *binder,
                          const struct node *node,
                          const struct lookup *lookup,
                          struct lookup_use *use)
{
    const struct node *last = node->args[node->arg_count - 1];
    const char *names[16];
    size_t count = 0;
    char name[64];
    char hint[160] = "Value columns are declared under to: of the lookup.";

    use->value_column = 0;
    if (node->arg_count == use->key_count + 1 + use->periods) {
        return true;
    }
    if (is_literal(last)) {
        use->value_column = lookup_value_column(lookup, last->text);
    }
    if (is_literal(last) && use->value_column >= 0) {
        return true;
    }
    if (!is_literal(last)) {
        (void)bind_problem(binder,
                           last->offset,
                           "Write it in single quotes.",
                           "column of a lookup must be a literal");
        return false;
    }
    while (count < 16 && (int)count < lookup_value_count(lookup)) {
        names[count] = lookup_value_name(lookup, (int)count);
        count++;
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)last->text.size, last->text.data);
    const char *nearest = text_nearest(name, names, count);
    if (nearest != NULL) {
        (void)snprintf(hint, sizeof hint, "Perhaps you meant '%.100s'.", nearest);
    }
    (void)bind_problem(
        binder, last->offset, hint, "lookup \"%s\" has no column \"%s\"", use->spec->name, name);
    return false;
}

/* Tells the lookup how its key compares. */
static bool bind_key(struct binder *binder,
                     struct lookup *lookup,
                     enum lookup_key_use *before,
                     struct lookup_use *use,
                     int index,
                     struct term **term)
{
    struct term *key = *term;

    if (key->type.id == TYPE_UNKNOWN) {
        key = bind_coerce(binder, key, type_of(TYPE_TEXT), COERCE_IMPLICIT, key->offset);
        if (key == NULL) {
            return false;
        }
    }
    use->numeric[index] = type_is_number(key->type.id);
    enum lookup_key_use now = use->numeric[index] ? LOOKUP_KEY_NUMERIC : LOOKUP_KEY_TEXT;
    if (*before != LOOKUP_KEY_UNUSED && *before != now) {
        (void)bind_problem(binder,
                           key->offset,
                           "Use one of the two throughout, with a CAST where it is needed.",
                           "lookup \"%s\" is asked with numbers in one place and texts in another",
                           use->spec->name);
        return false;
    }
    *before = now;
    lookup_bind_key(lookup, index, use->numeric[index]);
    *term = key;
    return true;
}

/* The moment that is asked for, as the type of the lookup's periods. */
static struct term *bind_moment(struct binder *binder,
                                const struct node *node,
                                const struct lookup *lookup)
{
    const struct type type = type_of(lookup_period_type(lookup)->id);
    struct term *when = bind_node(binder, node->args[0]);

    if (when == NULL || when->type.id == TYPE_UNKNOWN) {
        return bind_coerce(binder, when, type, COERCE_IMPLICIT, node->offset);
    }
    if (when->type.id != TYPE_DATE && when->type.id != TYPE_TIMESTAMP &&
        when->type.id != TYPE_TIMESTAMPTZ) {
        return bind_problem(binder,
                            when->offset,
                            "Write a CAST where it is meant.",
                            "argument of valid_at() must be a date or timestamp, not type %s",
                            bind_type_name(binder, when->type));
    }
    return bind_coerce(binder, when, type, COERCE_EXPLICIT, when->offset);
}

static struct term *make_lookup(struct binder *binder,
                                const struct node *node,
                                const struct lookup *lookup,
                                const struct lookup_use *use,
                                struct term **args)
{
    const struct type *type = lookup_value_type(lookup, use->value_column);
    int count = use->key_count + use->periods;

    if (use->spec->missing == LOOKUP_MISSING_KEEP) {
        args[count++] = bind_output(binder, args[0]);
    }
    struct term *term =
        bind_compound(binder, TERM_CALL, type_of(TYPE_TEXT), node->offset, args, count);
    if (term == NULL) {
        return NULL;
    }
    term->function = internal_function(INTERNAL_LOOKUP);
    term->state = use;
    return bind_coerce(binder, term, *type, COERCE_EXPLICIT, node->offset);
}

static struct term *refuse_arguments(struct binder *binder,
                                     const struct node *node,
                                     const struct lookup_use *use)
{
    return bind_problem(binder,
                        node->offset,
                        "Give as many keys as the lookup has columns under from:.",
                        "lookup \"%s\" has %d key column%s",
                        use->spec->name,
                        use->key_count,
                        use->key_count == 1 ? "" : "s");
}

static struct term *bind_use(struct binder *binder,
                             const struct node *node,
                             int index,
                             struct lookup_use *use)
{
    struct term *args[LIMIT_KEY_COLUMNS + 2] = {NULL};
    struct lookup *lookup = binder->context->lookups[index];
    struct lookup_keys *keys = &binder->context->lookup_keys[index];

    *use = (struct lookup_use){.lookup = lookup,
                               .spec = &binder->context->mapping->lookups[index],
                               .key_count = lookup_key_count(lookup),
                               .periods = lookup_has_periods(lookup)};
    use->keep = use->key_count + use->periods;
    if (!check_valid_at(binder, node, use->spec)) {
        return NULL;
    }
    if (node->arg_count != use->keep + 1 && node->arg_count != use->keep + 2) {
        return refuse_arguments(binder, node, use);
    }
    bool ok = bind_nodes(binder, node->args + 1, use->key_count, args) &&
              choose_column(binder, node, lookup, use);
    for (int i = 0; ok && i < use->key_count; i++) {
        ok = bind_key(binder, lookup, &keys->uses[i], use, i, &args[i]);
    }
    if (ok && use->periods) {
        args[use->key_count] = bind_moment(binder, node->args[use->keep], lookup);
        ok = args[use->key_count] != NULL;
    }
    return ok ? make_lookup(binder, node, lookup, use, args) : NULL;
}

struct term *bind_lookup(struct binder *binder, const struct node *node)
{
    struct lookup_use *use = ARENA_NEW(binder->context->arena, struct lookup_use);

    if (use == NULL) {
        binder->memory = true;
        return NULL;
    }
    if (node->arg_count < 2 || !is_literal(node->args[0])) {
        return bind_problem(binder,
                            node->offset,
                            "Usage: lookup('name', key [, key …] [, valid_at(when)] [, 'column'])",
                            "lookup() needs the name of a lookup in quotes and a key");
    }
    int index = find_lookup(binder->context->mapping, node->args[0]->text);
    return index < 0 ? refuse_lookup(binder, node->args[0]) : bind_use(binder, node, index, use);
}
