/* program_syntax.c — the expressions of a mapping, checked as far as that goes without a catalogue.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "parser.h"

#include "novate/transform.h"

static bool is_call(const struct node *node, const char *name)
{
    return node != NULL && node->kind == NODE_CALL && text_equal_case(node->text, text_of(name));
}

static void check_args(struct binder *binder, const struct node *node);

static void check_names(struct binder *binder, const struct node *node)
{
    if (is_call(node, "lookup")) {
        (void)bind_check_lookup(binder, node);
    } else if (node->kind == NODE_CALL && !bind_name_exists(node->text)) {
        (void)bind_refuse_name(binder, node);
    }
    check_args(binder, node);
}

/* The parser bounds the depth of the tree, and so of this. */
static void check_args(struct binder *binder, const struct node *node)
{
    const bool lookup = is_call(node, "lookup");

    for (int i = 0; i < node->arg_count; i++) {
        const struct node *arg = node->args[i];
        if (is_call(arg, "valid_at") && !lookup) {
            (void)bind_refuse_valid_at(binder, arg);
        } else if (arg != NULL) {
            check_names(binder, arg);
        }
    }
}

/* latest() and earliest() of "keep" are no functions: of it the arguments are looked at. */
static bool check_spec(const struct bind_context *context,
                       const struct expression_spec *spec,
                       bool is_keep,
                       struct error *error)
{
    struct binder binder = {.context = context, .spec = spec};
    struct node *node = NULL;

    if (spec->text == NULL) {
        return true;
    }
    if (!parser_parse(spec, context->arena, context->problems, &node, error)) {
        return false;
    }
    if (is_call(node, "valid_at")) {
        (void)bind_refuse_valid_at(&binder, node);
    } else if (node != NULL && is_keep) {
        check_args(&binder, node);
    } else if (node != NULL) {
        check_names(&binder, node);
    }
    return !binder.memory || error_set_memory(error);
}

static bool check_specs(const struct bind_context *context,
                        const struct expression_spec *specs,
                        int count,
                        struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (!check_spec(context, &specs[i], false, error)) {
            return false;
        }
    }
    return true;
}

static bool check_grouping(const struct bind_context *context,
                           const struct grouping_spec *grouping,
                           struct error *error)
{
    if (grouping == NULL) {
        return true;
    }
    for (int i = 0; i < grouping->column_count; i++) {
        if (!check_spec(context, &grouping->columns[i].value, false, error)) {
            return false;
        }
    }
    return check_specs(context, grouping->by, grouping->by_count, error) &&
           check_spec(context, &grouping->keep, true, error) &&
           check_spec(context, &grouping->attribute, false, error) &&
           check_spec(context, &grouping->value, false, error);
}

static bool check_emits(const struct bind_context *context,
                        const struct mapping *mapping,
                        struct error *error)
{
    for (int i = 0; i < mapping->emit_count; i++) {
        const struct emit_spec *emit = &mapping->emits[i];
        if (!check_spec(context, &emit->when, false, error) ||
            !check_specs(context, emit->columns, emit->column_count, error)) {
            return false;
        }
    }
    return true;
}

bool program_check_syntax(const struct mapping *mapping,
                          struct arena *arena,
                          struct problems *problems,
                          struct error *error)
{
    struct bind_context context = {.arena = arena, .problems = problems, .mapping = mapping};

    return check_specs(&context, mapping->filters, mapping->filter_count, error) &&
           check_specs(&context, mapping->columns, mapping->column_count, error) &&
           check_emits(&context, mapping, error) &&
           check_grouping(&context, mapping->grouping, error) &&
           check_specs(&context, mapping->checks, mapping->check_count, error);
}
