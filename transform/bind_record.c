/* bind_record.c — note(), reject(), repair(): a name in quotes, and what it is said of.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"

/* The name, or NULL and a problem: it becomes a line of reports. */
static const char *bind_rule_name(struct binder *binder, const struct term *term)
{
    const struct vector *constant = term->kind == TERM_CONSTANT ? term->constant : NULL;
    bool literal =
        constant != NULL && term->type.id == TYPE_UNKNOWN && !vector_is_null(constant, 0);
    struct text name = literal ? constant->texts[0] : TEXT_NONE;

    if (name.size == 0 || name.size > BIND_RULE_NAME_MAX) {
        (void)bind_problem(binder,
                           term->offset,
                           "Reports count under this name, as in note('odd postcode', …).",
                           "the name must be a text in quotes of 1 to %d bytes",
                           BIND_RULE_NAME_MAX);
        return NULL;
    }
    const char *copy = arena_copy(binder->context->arena, name.data, name.size);
    binder->memory = binder->memory || copy == NULL;
    return copy;
}

/* A value that has met no type yet is text. */
static struct term *bind_settled(struct binder *binder, struct term *term)
{
    return term->type.id == TYPE_UNKNOWN
               ? bind_coerce(binder, term, type_of(TYPE_TEXT), COERCE_IMPLICIT, term->offset)
               : term;
}

static struct term *bind_remark(struct binder *binder,
                                const struct node *node,
                                enum internal id,
                                const char *name,
                                struct term *const *args,
                                int count)
{
    struct type type = count > 0 && args[0] != NULL ? args[0]->type : type_of(TYPE_UNKNOWN);
    struct term *term = bind_internal(binder, id, type, node->offset, args, count);

    if (term != NULL) {
        term->state = name;
    }
    return term;
}

struct term *bind_note(struct binder *binder, const struct node *node, struct term **args)
{
    const char *name = bind_rule_name(binder, args[0]);
    struct term *value = bind_settled(binder, args[1]);

    return name == NULL ? NULL : bind_remark(binder, node, INTERNAL_NOTE, name, &value, 1);
}

struct term *bind_reject(struct binder *binder, const struct node *node, struct term **args)
{
    const char *name = bind_rule_name(binder, args[0]);

    return name == NULL ? NULL : bind_remark(binder, node, INTERNAL_REJECT, name, NULL, 0);
}

/* The first column in the order of reading. */
static struct term *first_column(struct term *term)
{
    struct term *found = term->kind == TERM_COLUMN ? term : NULL;

    for (int i = 0; i < term->arg_count && found == NULL; i++) {
        found = first_column(term->args[i]);
    }
    return found;
}

struct term *bind_repair(struct binder *binder, const struct node *node, struct term **args)
{
    const char *name = bind_rule_name(binder, args[0]);
    struct term *value = bind_settled(binder, args[1]);
    struct term *before = value == NULL ? NULL : first_column(value);

    if (value != NULL && before == NULL) {
        return bind_problem(binder,
                            node->offset,
                            "It compares the value with the first column in it.",
                            "repair() needs a value that is made of a column");
    }
    if (name == NULL || value == NULL) {
        return NULL;
    }
    struct term *list[3] = {value, bind_output(binder, value), bind_output(binder, before)};
    return bind_remark(binder, node, INTERNAL_REPAIR, name, list, 3);
}
