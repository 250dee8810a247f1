/* function_table.c — the .def files as tables.
 * SPDX-License-Identifier: Apache-2.0 */
#include "function_table.h"

#include "kernels.h"

#define STRICT   FUNCTION_STRICT
#define CAN_FAIL FUNCTION_CAN_FAIL
#define SWAPPED  FUNCTION_SWAPPED
#define OURS     FUNCTION_OURS
#define REMARKS  FUNCTION_REMARKS
#define NULLS    FUNCTION_NULLS
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

#define A4(a, b, c, d)                                                                             \
    4,                                                                                             \
    {                                                                                              \
        TYPE_##a, TYPE_##b, TYPE_##c, TYPE_##d                                                     \
    }
#define A5(a, b, c, d, e)                                                                          \
    5,                                                                                             \
    {                                                                                              \
        TYPE_##a, TYPE_##b, TYPE_##c, TYPE_##d, TYPE_##e                                           \
    }
#define A6(a, b, c, d, e, f)                                                                       \
    6,                                                                                             \
    {                                                                                              \
        TYPE_##a, TYPE_##b, TYPE_##c, TYPE_##d, TYPE_##e, TYPE_##f                                 \
    }
#define A7(a, b, c, d, e, f, g)                                                                    \
    7,                                                                                             \
    {                                                                                              \
        TYPE_##a, TYPE_##b, TYPE_##c, TYPE_##d, TYPE_##e, TYPE_##f, TYPE_##g                       \
    }
/* Flags and faults of a function. */
#define NEVER                                                                                      \
    0,                                                                                             \
    {                                                                                              \
        FAULT_NONE                                                                                 \
    }
#define F1(a)                                                                                      \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a                                                                                  \
    }
#define F2(a, b)                                                                                   \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b                                                                       \
    }
#define F3(a, b, c)                                                                                \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b, FAULT_##c                                                            \
    }
#define F4(a, b, c, d)                                                                             \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b, FAULT_##c, FAULT_##d                                                 \
    }
#define F5(a, b, c, d, e)                                                                          \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b, FAULT_##c, FAULT_##d, FAULT_##e                                      \
    }
#define F6(a, b, c, d, e, f)                                                                       \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b, FAULT_##c, FAULT_##d, FAULT_##e, FAULT_##f                           \
    }

#define F5(a, b, c, d, e)                                                                          \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b, FAULT_##c, FAULT_##d, FAULT_##e                                      \
    }
#define F6(a, b, c, d, e, f)                                                                       \
    CAN_FAIL,                                                                                      \
    {                                                                                              \
        FAULT_##a, FAULT_##b, FAULT_##c, FAULT_##d, FAULT_##e, FAULT_##f                           \
    }

#define COUNT_OF(table) ((int)(sizeof(table) / sizeof(table)[0]))

const struct function *function_table(int *count)
{
    static const struct function table[] = {
#define GROUP(title)
#define FORM(name, usage, flags, nulls, errors, doc, example)
#define FUNCTION(name, args, result, flags, faults, kernel, doc, example)                          \
    {name, args, TYPE_##result, (flags) | faults, kernel, doc, example},
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
#define GROUP(title) {title, NULL, NULL, NULL, {.name = NULL}},
#define FORM(name, usage, flags, nulls, errors, doc, example)                                      \
    {NULL, usage, nulls, errors, {name, A0, TYPE_UNKNOWN, (flags) | NEVER, NULL, doc, example}},
#define FUNCTION(name, args, result, flags, faults, kernel, doc, example)                          \
    {NULL, NULL, NULL, NULL, {name, args, TYPE_##result, (flags) | faults, kernel, doc, example}},
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
    {name, args, TYPE_##result, (flags) | NEVER, kernel, NULL, NULL},
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
     {"cast", A1(from), TYPE_##to, (flags) | NEVER, kernel, NULL, NULL}},
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
#define INPUT(type, flags, kernel)                                                                 \
    {"cast", A1(TEXT), TYPE_##type, (flags) | NEVER, kernel, NULL, NULL},
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
#define INTERNAL(id, name, flags, kernel)                                                          \
    {name, A0, TYPE_UNKNOWN, (flags) | NEVER, kernel, NULL, NULL},
#include "internals.def"
#undef INTERNAL
    };
    return &table[id];
}
