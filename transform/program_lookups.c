/* program_lookups.c — what is left of a mapping for somebody who only wants to know what its
 * lookups are asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"

#include "novate/transform.h"

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

/* Does the expression ask one? Whether it can be parsed at all is somebody else's business. */
static bool spec_asks(const struct expression_spec *spec,
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

static bool keep_asking(const struct mapping *mapping,
                        struct arena *arena,
                        struct expression_spec *columns,
                        int *count,
                        struct error *error)
{
    *count = 0;
    for (int i = 0; i < mapping->column_count; i++) {
        bool asks = false;
        if (!spec_asks(&mapping->columns[i], arena, &asks, error)) {
            return false;
        }
        if (asks) {
            columns[(*count)++] = mapping->columns[i];
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
    struct expression_spec *columns =
        ARENA_ARRAY(arena, struct expression_spec, (size_t)mapping->column_count + 1);
    struct lookup_spec *lookups =
        ARENA_ARRAY(arena, struct lookup_spec, (size_t)mapping->lookup_count + 1);

    if (columns == NULL || lookups == NULL) {
        return error_set_memory(error);
    }
    *asking = *mapping;
    asking->target_key_count = 0;
    asking->copy_count = 0;
    asking->check_count = 0;
    asking->columns = columns;
    asking->lookups = lookups;
    for (int i = 0; i < mapping->lookup_count; i++) {
        lookups[i] = mapping->lookups[i];
        if (lookups[i].missing == LOOKUP_MISSING_REJECT) {
            lookups[i].missing = LOOKUP_MISSING_NULL;
        }
    }
    if (!keep_asking(mapping, arena, columns, &asking->column_count, error)) {
        return false;
    }
    *any = asking->column_count > 0;
    for (int i = 0; !*any && i < mapping->filter_count; i++) {
        if (!spec_asks(&mapping->filters[i], arena, any, error)) {
            return false;
        }
    }
    return true;
}
