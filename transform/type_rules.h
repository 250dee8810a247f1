/* type_rules.h — which function, operator or cast is meant, decided as PostgreSQL decides it
 * (chapter "Type Conversion" of its manual).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_TYPE_RULES_H
#define TRANSFORM_TYPE_RULES_H

#include "function_table.h"

#include "novate/text.h"
#include "novate/type.h"

#include <stdbool.h>

enum coercion_kind {
    COERCION_NONE,     /* there is no way */
    COERCION_SAME,     /* the value is the same in memory */
    COERCION_FUNCTION, /* by `function` */
};

struct coercion_path {
    enum coercion_kind kind;
    const struct function *function;
};

/* How a value of one type becomes one of another, if it may in that context. UNKNOWN is not a
 * source here: literals are read by the input function of the type they meet. */
struct coercion_path coercion_find(enum type_id source, enum type_id target, enum coercion when);

/* The same as a question, UNKNOWN sources and TYPE_ANY targets included. */
bool coercion_possible(int source, int target, enum coercion when);

enum resolution {
    RESOLVED,
    RESOLVED_NONE, /* no candidate takes the arguments */
    RESOLVED_MANY, /* several do equally well */
};

enum resolution function_resolve(struct text name,
                                 const enum type_id *types,
                                 int count,
                                 const struct function **function);
enum resolution operator_resolve(struct text name,
                                 const enum type_id *types,
                                 int count,
                                 const struct function **function);

/* The type that values of all these types become in CASE, COALESCE, IN and their like. -1, or the
 * index of the first one that does not go with those before it. */
int type_common(const enum type_id *types, int count, enum type_id *common);

#endif
