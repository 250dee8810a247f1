/* function_table.c — the .def files as tables.
 * SPDX-License-Identifier: Apache-2.0 */
#include "function_table.h"

#include "kernels.h"

#define STRICT   FUNCTION_STRICT
#define CAN_FAIL FUNCTION_CAN_FAIL
#define SWAPPED  FUNCTION_SWAPPED
#define A0                                                                                         \
    0,                                                                                             \
    {                                                                                              \
        0                                                                                          \
    }
#define A1(a)                                                                                      \
    1,                                                                                             \
    {                                                                                              \
        TYPE_##a                                                                                   \
    }
#define A2(a, b)                                                                                   \
    2,                                                                                             \
    {                                                                                              \
        TYPE_##a, TYPE_##b                                                                         \
    }
#define A3(a, b, c)                                                                                \
    3,                                                                                             \
    {                                                                                              \
        TYPE_##a, TYPE_##b, TYPE_##c                                                               \
    }

#define COUNT_OF(table) ((int)(sizeof(table) / sizeof(table)[0]))

const struct function *function_table(int *count)
{
    static const struct function table[] = {
#define GROUP(title)
#define FORM(name, usage, doc, example)
#define FUNCTION(name, args, result, flags, kernel, doc, example)                                  \
    {name, args, TYPE_##result, flags, kernel, doc, example},
#include "functions.def"
#undef GROUP
#undef FORM
#undef FUNCTION
    };
    *count = COUNT_OF(table);
    return table;
}

const struct reference_entry *reference_table(int *count)
{
    static const struct reference_entry table[] = {
#define GROUP(title) {title, NULL, {.name = NULL}},
#define FORM(name, usage, doc, example)                                                            \
    {NULL, usage, {name, A0, TYPE_UNKNOWN, 0, NULL, doc, example}},
#define FUNCTION(name, args, result, flags, kernel, doc, example)                                  \
    {NULL, NULL, {name, args, TYPE_##result, flags, kernel, doc, example}},
#include "functions.def"
#undef GROUP
#undef FORM
#undef FUNCTION
    };
    *count = COUNT_OF(table);
    return table;
}

const struct function *operator_table(int *count)
{
    static const struct function table[] = {
#define OPERATOR(name, args, result, flags, kernel)                                                \
    {name, args, TYPE_##result, flags, kernel, NULL, NULL},
#include "operators.def"
#undef OPERATOR
    };
    *count = COUNT_OF(table);
    return table;
}

const struct cast *cast_find(enum type_id source, enum type_id target)
{
    enum {
        I = COERCE_IMPLICIT,
        A = COERCE_ASSIGNMENT,
        E = COERCE_EXPLICIT
    };
    static const struct cast table[] = {
#define CAST(from, to, when, flags, kernel)                                                        \
    {TYPE_##from,                                                                                  \
     TYPE_##to,                                                                                    \
     (enum coercion)(when),                                                                        \
     {"cast", A1(from), TYPE_##to, flags, kernel, NULL, NULL}},
#include "casts.def"
#undef CAST
    };
    for (int i = 0; i < COUNT_OF(table); i++) {
        if (table[i].source == source && table[i].target == target) {
            return &table[i];
        }
    }
    return NULL;
}

const struct function *input_function(enum type_id target)
{
    static const struct function table[] = {
#define INPUT(type, flags, kernel) {"cast", A1(TEXT), TYPE_##type, flags, kernel, NULL, NULL},
#include "inputs.def"
#undef INPUT
    };
    for (int i = 0; i < COUNT_OF(table); i++) {
        if (table[i].result == target) {
            return &table[i];
        }
    }
    return NULL;
}

const struct function *internal_function(enum internal id)
{
    static const struct function table[] = {
#define INTERNAL(id, name, flags, kernel) {name, A0, TYPE_UNKNOWN, flags, kernel, NULL, NULL},
#include "internals.def"
#undef INTERNAL
    };
    return &table[id];
}
