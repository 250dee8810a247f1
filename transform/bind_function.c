/* bind_function.c — calls by name: the special forms first, then the table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"

#include <stdio.h>
#include <string.h>

static struct term *bind_coalesce(struct binder *binder,
                                  const struct node *node,
                                  struct term **args)
{
    struct type type;

    return bind_common(binder, args, node->arg_count, "COALESCE", &type)
               ? bind_compound(binder, TERM_COALESCE, type, node->offset, args, node->arg_count)
               : NULL;
}

static struct term *bind_extreme(struct binder *binder,
                                 const struct node *node,
                                 struct term **args,
                                 enum internal id)
{
    const char *what = id == INTERNAL_GREATEST ? "GREATEST" : "LEAST";
    struct type type;

    return bind_common(binder, args, node->arg_count, what, &type)
               ? bind_internal(binder, id, type, node->offset, args, node->arg_count)
               : NULL;
}

static struct term *bind_greatest(struct binder *binder,
                                  const struct node *node,
                                  struct term **args)
{
    return bind_extreme(binder, node, args, INTERNAL_GREATEST);
}

static struct term *bind_least(struct binder *binder, const struct node *node, struct term **args)
{
    return bind_extreme(binder, node, args, INTERNAL_LEAST);
}

/* The type is that of the first operand as the comparison sees it: NULLIF(1, 2.5) is numeric. */
static struct term *bind_nullif(struct binder *binder, const struct node *node, struct term **args)
{
    struct term *equal = bind_operator(binder, text_of("="), node->offset, args, 2);
    const struct function *function = NULL;
    enum type_id types[2] = {args[0]->type.id, args[1]->type.id};

    if (equal == NULL || operator_resolve(text_of("="), types, 2, &function) != RESOLVED) {
        return NULL;
    }
    enum type_id seen = (enum type_id)function->args[0];
    if (args[0]->type.id != seen) {
        args[0] = bind_coerce(binder, args[0], type_of(seen), COERCE_IMPLICIT, args[0]->offset);
    }
    if (args[0] == NULL) {
        return NULL;
    }
    struct term *pair[2] = {equal, args[0]};
    return bind_internal(binder, INTERNAL_NULLIF, args[0]->type, node->offset, pair, 2);
}

static struct term *bind_try(struct binder *binder, const struct node *node, struct term **args)
{
    struct term *pair[2] = {args[0], NULL};
    struct type type;

    pair[1] =
        node->arg_count == 2 ? args[1] : bind_null(binder, type_of(TYPE_UNKNOWN), node->offset);
    return pair[1] != NULL && bind_common(binder, pair, 2, "try()", &type)
               ? bind_compound(binder, TERM_TRY, type, node->offset, pair, 2)
               : NULL;
}

/* concat() reads its arguments by their output functions and leaves NULLs out. */
static struct term *bind_concat(struct binder *binder, const struct node *node, struct term **args)
{
    for (int i = 0; i < node->arg_count; i++) {
        args[i] = bind_output(binder, args[i]);
    }
    return bind_internal(
        binder, INTERNAL_CONCAT, type_of(TYPE_TEXT), node->offset, args, node->arg_count);
}

static struct term *bind_now(struct binder *binder, const struct node *node, struct term **args)
{
    struct term *term = bind_null(binder, type_of(TYPE_TIMESTAMPTZ), node->offset);
    struct vector *vector = ARENA_NEW(binder->context->arena, struct vector);

    (void)args;
    if (term == NULL || vector == NULL) {
        binder->memory = true;
        return NULL;
    }
    *vector = *term->constant;
    vector->valid = NULL;
    vector->int64s[0] = binder->context->now;
    term->constant = vector;
    return term;
}

static struct term *bind_current_date(struct binder *binder,
                                      const struct node *node,
                                      struct term **args)
{
    return bind_coerce(
        binder, bind_now(binder, node, args), type_of(TYPE_DATE), COERCE_EXPLICIT, node->offset);
}

/* Forms whose arguments are bound before they are looked at. */
static const struct form {
    const char *name;
    int least;
    int most;
    struct term *(*bind)(struct binder *binder, const struct node *node, struct term **args);
} forms[] = {
    {"coalesce", 1, BIND_ARGS_MAX, bind_coalesce},
    {"concat", 1, BIND_ARGS_MAX, bind_concat},
    {"current_date", 0, 0, bind_current_date},
    {"current_timestamp", 0, 0, bind_now},
    {"greatest", 1, BIND_ARGS_MAX, bind_greatest},
    {"least", 1, BIND_ARGS_MAX, bind_least},
    {"now", 0, 0, bind_now},
    {"note", 2, 2, bind_note},
    {"nullif", 2, 2, bind_nullif},
    {"reject", 1, 1, bind_reject},
    {"repair", 2, 2, bind_repair},
    {"try", 1, 2, bind_try},
};

static const struct form *find_form(struct text name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (text_equal_case(text_of(forms[i].name), name)) {
            return &forms[i];
        }
    }
    return NULL;
}

bool bind_name_exists(struct text name)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < count; i++) {
        if (table[i].group == NULL && text_equal_case(text_of(table[i].function.name), name)) {
            return true;
        }
    }
    return false;
}

/* "upper(integer)" in the buffer. */
static void describe_call(struct binder *binder,
                          struct text name,
                          struct term *const *args,
                          int count,
                          struct text_buffer *out)
{
    text_buffer_push(out, name.data, name.size);
    text_buffer_char(out, '(');
    for (int i = 0; i < count; i++) {
        text_buffer_string(out, i == 0 ? "" : ", ");
        text_buffer_string(out, bind_type_name(binder, type_of(args[i]->type.id)));
    }
    text_buffer_string(out, ")");
}

struct term *bind_refuse_name(struct binder *binder, const struct node *node)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);
    const char **names = ARENA_ARRAY(binder->context->arena, const char *, (size_t)count);
    size_t used = 0;
    char name[64];
    char hint[128] = "The functions are listed in the reference of mappings.";

    if (names == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        if (table[i].group == NULL) {
            names[used++] = table[i].function.name;
        }
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)node->text.size, node->text.data);
    const char *nearest = text_nearest(name, names, used);
    struct type type;
    if (nearest != NULL) {
        (void)snprintf(hint, sizeof hint, "Perhaps you meant %s().", nearest);
    } else if (type_parse(node->text, &type)) {
        (void)snprintf(hint, sizeof hint, "To convert, write CAST(… AS %s).", name);
    }
    return bind_problem(binder, node->offset, hint, "function %s() does not exist", name);
}

static struct term *refuse_call(struct binder *binder,
                                const struct node *node,
                                struct term *const *args,
                                enum resolution resolution)
{
    struct text_buffer call;
    int count = 0;
    const struct function *table = function_table(&count);
    char hint[256] = "";

    for (int i = 0; i < count; i++) {
        if (table[i].kernel != NULL && text_equal_case(text_of(table[i].name), node->text)) {
            size_t used = strlen(hint);
            (void)snprintf(hint + used,
                           sizeof hint - used,
                           "%s%s(",
                           used == 0 ? "It takes " : " or ",
                           table[i].name);
            for (int arg = 0; arg < table[i].arg_count; arg++) {
                used = strlen(hint);
                (void)snprintf(hint + used,
                               sizeof hint - used,
                               "%s%s",
                               arg == 0 ? "" : ", ",
                               bind_type_name(binder, type_of((enum type_id)table[i].args[arg])));
            }
            used = strlen(hint);
            (void)snprintf(hint + used, sizeof hint - used, ")");
        }
    }
    size_t used = strlen(hint);
    (void)snprintf(hint + used, sizeof hint - used, ".");
    text_buffer_init(&call, 4096);
    describe_call(binder, node->text, args, node->arg_count, &call);
    (void)bind_problem(binder,
                       node->offset,
                       hint,
                       resolution == RESOLVED_MANY   ? "function %s is not unique"
                       : resolution == RESOLVED_NONE ? "function %s does not exist"
                                                     : "function %s is not available",
                       call.failed ? "" : call.data);
    text_buffer_release(&call);
    return NULL;
}

static struct term *wrong_count(struct binder *binder, const struct node *node, const char *usage)
{
    char hint[512];

    (void)snprintf(hint, sizeof hint, "Usage: %s", usage);
    return bind_problem(binder,
                        node->offset,
                        hint,
                        "wrong number of arguments of %.*s()",
                        (int)node->text.size,
                        node->text.data);
}

static const char *usage_of(struct text name)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < count; i++) {
        if (table[i].usage != NULL && text_equal_case(text_of(table[i].function.name), name)) {
            return table[i].usage;
        }
    }
    return "";
}

static struct term *bind_table_call(struct binder *binder,
                                    const struct node *node,
                                    struct term **args)
{
    const struct function *function = NULL;
    enum type_id types[BIND_ARGS_MAX];

    for (int i = 0; i < node->arg_count; i++) {
        types[i] = args[i]->type.id;
    }
    enum resolution resolution = function_resolve(node->text, types, node->arg_count, &function);
    if (resolution != RESOLVED || function->kernel == NULL) {
        return refuse_call(binder, node, args, resolution);
    }
    for (int i = 0; i < node->arg_count; i++) {
        enum type_id wanted = (enum type_id)function->args[i];
        if (args[i]->type.id != wanted) {
            args[i] =
                bind_coerce(binder, args[i], type_of(wanted), COERCE_IMPLICIT, args[i]->offset);
        }
    }
    return bind_call(
        binder, function, type_of(function->result), node->offset, args, node->arg_count);
}

struct term *bind_function_call(struct binder *binder, const struct node *node)
{
    struct term *args[BIND_ARGS_MAX];
    const struct form *form = find_form(node->text);

    if (text_equal_case(node->text, text_of("lookup"))) {
        return bind_lookup(binder, node);
    }
    if (text_equal_case(node->text, text_of("valid_at"))) {
        return bind_refuse_valid_at(binder, node);
    }
    if (form == NULL && !bind_name_exists(node->text)) {
        struct term *unused[1];
        for (int i = 0; i < node->arg_count; i++) { /* what is wrong inside is said as well */
            (void)bind_nodes(binder, node->args + i, 1, unused);
        }
        return bind_refuse_name(binder, node);
    }
    if (node->arg_count > BIND_ARGS_MAX) {
        return bind_problem(
            binder, node->offset, NULL, "more than %d arguments of a function", BIND_ARGS_MAX);
    }
    if (!bind_nodes(binder, node->args, node->arg_count, args)) {
        return NULL;
    }
    if (form == NULL) {
        return bind_table_call(binder, node, args);
    }
    if (node->arg_count < form->least || node->arg_count > form->most) {
        return wrong_count(binder, node, usage_of(node->text));
    }
    return form->bind(binder, node, args);
}
