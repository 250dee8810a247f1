/* bind_list.c — x = ANY (ARRAY[…]) and (regexp_match(…))[n].
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"

static bool is_name(struct text text, const char *name)
{
    return text_equal_case(text, text_of(name));
}

/* The elements as the list has them: cast to its type, or to the type that all of them become. In
 * a literal each takes the type of the value that it is compared with. */
static bool bind_elements(struct binder *binder,
                          const struct node *node,
                          struct term **elements,
                          int count)
{
    struct type type;

    if (!node->typed) {
        return node->quoted || count == 0 || bind_common(binder, elements, count, "ARRAY", &type);
    }
    for (int i = 0; i < count; i++) {
        elements[i] =
            bind_coerce(binder, elements[i], node->type, COERCE_EXPLICIT, elements[i]->offset);
        if (elements[i] == NULL) {
            return false;
        }
    }
    return true;
}

static struct term *bind_one_test(struct binder *binder,
                                  const struct node *node,
                                  struct term *value,
                                  struct term *element)
{
    struct term *pair[3] = {value, element, NULL};

    return is_name(node->text, "LIKE") || is_name(node->text, "ILIKE")
               ? bind_like_terms(binder, node, pair, 2)
               : bind_operator(binder, node->text, node->offset, pair, 2);
}

/* One test per element, joined by OR or AND. */
static struct term *bind_tests(struct binder *binder,
                               const struct node *node,
                               struct term *const *terms,
                               int count)
{
    struct term **tests = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);

    if (tests == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (int i = 1; i < count; i++) {
        tests[i - 1] = bind_one_test(binder, node, terms[0], terms[i]);
        if (tests[i - 1] != NULL && tests[i - 1]->type.id != TYPE_BOOL) {
            return bind_problem(binder,
                                node->offset,
                                NULL,
                                "operator of ANY and ALL must give a boolean: %.*s",
                                (int)node->text.size,
                                node->text.data);
        }
    }
    if (count == 2) {
        return tests[0];
    }
    return bind_compound(
        binder, node->all ? TERM_AND : TERM_OR, type_of(TYPE_BOOL), node->offset, tests, count - 1);
}

/* Of no elements one is true, and all are. */
static struct term *bind_empty(struct binder *binder, const struct node *node)
{
    struct node literal = {.kind = NODE_BOOLEAN, .offset = node->offset, .negated = !node->all};

    return bind_node(binder, &literal);
}

struct term *bind_any(struct binder *binder, const struct node *node)
{
    int count = node->arg_count;
    struct term **terms = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);
    struct type boolean = type_of(TYPE_BOOL);

    if (terms == NULL) {
        binder->memory = true;
        return NULL;
    }
    if (!bind_nodes(binder, node->args, count, terms) ||
        !bind_elements(binder, node, terms + 1, count - 1)) {
        return NULL;
    }
    if (count == 1) {
        return bind_empty(binder, node);
    }
    if (is_name(node->text, "=") && !node->all) {
        return bind_in_list(binder, node->offset, terms, count);
    }
    if (is_name(node->text, "<>") && node->all) {
        struct term *found = bind_in_list(binder, node->offset, terms, count);
        return bind_internal(binder, INTERNAL_NOT, boolean, node->offset, &found, 1);
    }
    return bind_tests(binder, node, terms, count);
}

struct term *bind_part(struct binder *binder, const struct node *node)
{
    const struct node *call = node->args[0];
    struct term *args[4] = {NULL, NULL, NULL, NULL};
    int count = call->arg_count;
    const struct function *function = internal_function(INTERNAL_REGEXP_MATCH);
    const void *state = NULL;

    if (call->kind != NODE_CALL || !is_name(call->text, "regexp_match") || count < 2 || count > 3) {
        return bind_problem(binder,
                            node->offset,
                            "Write (regexp_match(text, pattern))[1].",
                            "only what regexp_match() gives has elements");
    }
    if (!bind_nodes(binder, call->args, count, args)) {
        return NULL;
    }
    args[count] = bind_node(binder, node->args[1]);
    for (int i = 0; i <= count; i++) {
        struct type type = type_of(i == count ? TYPE_INT4 : TYPE_TEXT);
        if (args[i] != NULL) {
            args[i] = bind_coerce(binder,
                                  args[i],
                                  type,
                                  i == count ? COERCE_ASSIGNMENT : COERCE_IMPLICIT,
                                  args[i]->offset);
        }
        if (args[i] == NULL) {
            return NULL;
        }
    }
    if (!bind_regex(binder, function, args, count + 1, &state)) {
        return NULL;
    }
    struct term *term =
        bind_call(binder, function, type_of(TYPE_TEXT), call->offset, args, count + 1);
    if (term != NULL && term->kind == TERM_CALL) {
        term->state = state;
    }
    return term;
}
