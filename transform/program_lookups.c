/* program_lookups.c — what is left of a mapping for somebody who only wants to know what its
 * lookups are asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"
#include "program.h"

/* The parser bounds the depth of the tree, and so of this. */
static bool asks_lookup(const struct node *node)
{
    if (node == NULL) {
        return false;
    }
    if (node->kind == NODE_CALL && text_equal_case(node->text, text_of("lookup"))) {
        return true;
    }
    for (int i = 0; i < node->arg_count; i++) {
        if (asks_lookup(node->args[i])) {
            return true;
        }
    }
    return false;
}

bool expression_asks_lookup(const struct expression_spec *spec,
                            struct arena *arena,
                            bool *asks,
                            struct error *error)
{
    struct problems ignored;
    struct node *node = NULL;

    problems_init(&ignored, arena);
    if (!parser_parse(spec, arena, &ignored, &node, error)) {
        return false;
    }
    *asks = asks_lookup(node);
    return true;
}

/* A copy of those that ask. */
static bool keep_asking(const struct expression_spec *specs,
                        int spec_count,
                        struct arena *arena,
                        const struct expression_spec **kept,
                        int *count,
                        struct error *error)
{
    struct expression_spec *copy =
        ARENA_ARRAY(arena, struct expression_spec, (size_t)spec_count + 1);

    if (copy == NULL) {
        return error_set_memory(error);
    }
    *kept = copy;
    *count = 0;
    for (int i = 0; i < spec_count; i++) {
        bool asks = false;
        if (!expression_asks_lookup(&specs[i], arena, &asks, error)) {
            return false;
        }
        if (asks) {
            copy[(*count)++] = specs[i];
        }
    }
    return true;
}

/* Sets `*any` where one of them does. */
static bool any_asks(const struct expression_spec *specs,
                     int count,
                     struct arena *arena,
                     bool *any,
                     struct error *error)
{
    for (int i = 0; !*any && i < count; i++) {
        if (specs[i].text != NULL && !expression_asks_lookup(&specs[i], arena, any, error)) {
            return false;
        }
    }
    return true;
}

/* What records are grouped by, preferred by, and make the columns of. */
static bool grouping_asks(const struct grouping_spec *grouping,
                          struct arena *arena,
                          bool *any,
                          struct error *error)
{
    const struct expression_spec terms[] = {grouping->keep, grouping->attribute, grouping->value};

    for (int i = 0; i < grouping->column_count; i++) {
        if (!any_asks(&grouping->columns[i].value, 1, arena, any, error)) {
            return false;
        }
    }
    return any_asks(grouping->by, grouping->by_count, arena, any, error) &&
           any_asks(terms, sizeof terms / sizeof *terms, arena, any, error);
}

/* Does a row under emit: ask one, in its condition or its columns? */
static bool emit_asks(const struct emit_spec *emit,
                      struct arena *arena,
                      bool *asks,
                      struct error *error)
{
    const struct expression_spec *kept = NULL;
    int count = 0;

    *asks = false;
    if (emit->when.text != NULL && !expression_asks_lookup(&emit->when, arena, asks, error)) {
        return false;
    }
    if (*asks) {
        return true;
    }
    if (!keep_asking(emit->columns, emit->column_count, arena, &kept, &count, error)) {
        return false;
    }
    *asks = count > 0;
    return true;
}

/* The copy with none of its records rejected for want of an entry. */
static bool copy_mapping(const struct mapping *mapping,
                         struct arena *arena,
                         struct mapping *asking,
                         struct error *error)
{
    struct lookup_spec *lookups =
        ARENA_ARRAY(arena, struct lookup_spec, (size_t)mapping->lookup_count + 1);

    if (lookups == NULL) {
        return error_set_memory(error);
    }
    *asking = *mapping;
    asking->target_key_count = 0;
    asking->copy_count = 0;
    asking->check_count = 0;
    asking->lookups = lookups;
    for (int i = 0; i < mapping->lookup_count; i++) {
        lookups[i] = mapping->lookups[i];
        if (lookups[i].missing == LOOKUP_MISSING_REJECT) {
            lookups[i].missing = LOOKUP_MISSING_NULL;
        }
    }
    return true;
}

bool mapping_of_lookups(const struct mapping *mapping,
                        struct arena *arena,
                        struct mapping *asking,
                        bool *any,
                        struct error *error)
{
    const struct expression_spec *columns = NULL;
    int count = 0;

    if (!copy_mapping(mapping, arena, asking, error) ||
        !keep_asking(mapping->columns, mapping->column_count, arena, &columns, &count, error)) {
        return false;
    }
    *any = count > 0;
    if (!any_asks(mapping->filters, mapping->filter_count, arena, any, error) ||
        (mapping->grouping != NULL && !grouping_asks(mapping->grouping, arena, any, error))) {
        return false;
    }
    for (int i = 0; !*any && i < mapping->emit_count; i++) {
        if (!emit_asks(&mapping->emits[i], arena, any, error)) {
            return false;
        }
    }
    if (mapping->emit_count == 0) { /* else every row must fill the same columns */
        asking->columns = columns;
        asking->column_count = count;
    }
    return true;
}
