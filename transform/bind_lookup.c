/* bind_lookup.c — lookup('name', key [, key …] [, 'column']).
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

bool bind_lookup_exists(struct binder *binder, const struct node *node)
{
    if (node->arg_count == 0 || !is_literal(node->args[0]) ||
        find_lookup(binder->context->mapping, node->args[0]->text) >= 0) {
        return true;
    }
    (void)refuse_lookup(binder, node->args[0]);
    return false;
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
    if (node->arg_count == use->key_count + 1) {
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

static struct term *make_lookup(struct binder *binder,
                                const struct node *node,
                                const struct lookup *lookup,
                                const struct lookup_use *use,
                                struct term **args)
{
    struct type type = *lookup_value_type(lookup, use->value_column);
    enum lookup_missing missing = use->spec->missing;
    int count = use->key_count;

    /* A key or default of ours knows nothing of the length of the lookup's column. */
    if (missing == LOOKUP_MISSING_KEEP || missing == LOOKUP_MISSING_DEFAULT) {
        type = type_of(type.id);
    }

    if (missing == LOOKUP_MISSING_KEEP) {
        args[count++] = bind_output(binder, args[0]);
    }
    struct term *term =
        bind_compound(binder, TERM_CALL, type_of(TYPE_TEXT), node->offset, args, count);
    if (term == NULL) {
        return NULL;
    }
    term->function = internal_function(INTERNAL_LOOKUP);
    term->state = use;
    return bind_coerce(binder, term, type, COERCE_EXPLICIT, node->offset);
}

struct term *bind_lookup(struct binder *binder, const struct node *node)
{
    struct term *args[LIMIT_KEY_COLUMNS + 1] = {NULL};
    struct lookup_use *use = ARENA_NEW(binder->context->arena, struct lookup_use);

    if (use == NULL) {
        binder->memory = true;
        return NULL;
    }
    if (node->arg_count < 2 || !is_literal(node->args[0])) {
        return bind_problem(binder,
                            node->offset,
                            "Usage: lookup('name', key [, key …] [, 'column'])",
                            "lookup() needs the name of a lookup in quotes and a key");
    }
    int index = find_lookup(binder->context->mapping, node->args[0]->text);
    if (index < 0) {
        return refuse_lookup(binder, node->args[0]);
    }
    struct lookup *lookup = binder->context->lookups[index];
    use->lookup = lookup;
    use->spec = &binder->context->mapping->lookups[index];
    use->key_count = lookup_key_count(lookup);
    if (node->arg_count != use->key_count + 1 && node->arg_count != use->key_count + 2) {
        return bind_problem(binder,
                            node->offset,
                            "Give as many keys as the lookup has columns under from:.",
                            "lookup \"%s\" has %d key column%s",
                            use->spec->name,
                            use->key_count,
                            use->key_count == 1 ? "" : "s");
    }
    bool ok = bind_nodes(binder, node->args + 1, use->key_count, args) &&
              choose_column(binder, node, lookup, use);
    for (int i = 0; ok && i < use->key_count; i++) {
        enum lookup_key_use *before = &binder->context->lookup_keys[index].uses[i];
        ok = bind_key(binder, lookup, before, use, i, &args[i]);
    }
    return ok ? make_lookup(binder, node, lookup, use, args) : NULL;
}
