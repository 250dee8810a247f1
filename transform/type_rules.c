/* type_rules.c — PostgreSQL's choice among candidates.
 *
 * In short: an exact match wins. Otherwise, of the candidates that the arguments can become
 * implicitly, keep those with the most exact matches, then those that need a conversion only to
 * preferred types; literals of unknown type then take the category that all candidates agree on
 * (text if any candidate offers it), preferred types first; at last they are taken to be of the
 * type of the other arguments. What is left must be one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "type_rules.h"

#include "kernels.h"

#include <string.h>

enum {
    CANDIDATES_MAX = 64
};

struct candidates {
    const struct function *items[CANDIDATES_MAX];
    int count;
};

/* `id` may be TYPE_ANY, too. */
static char category_of(int id)
{
    if (id == (int)TYPE_ANY) {
        return 'P';
    }
    switch (id) {
    case TYPE_BOOL:
        return 'B';
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
    case TYPE_NUMERIC:
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        return 'N';
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_CHAR:
        return 'S';
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        return 'D';
    case TYPE_INTERVAL:
        return 'T';
    case TYPE_UNKNOWN:
        return 'X';
    default:
        return 'U';
    }
}

static bool is_preferred(int id)
{
    return id == TYPE_BOOL || id == TYPE_FLOAT8 || id == TYPE_TEXT || id == TYPE_TIMESTAMPTZ ||
           id == TYPE_INTERVAL;
}

struct coercion_path coercion_find(enum type_id source, enum type_id target, enum coercion when)
{
    const struct coercion_path none = {.kind = COERCION_NONE};
    const struct coercion_path same = {.kind = COERCION_SAME};

    if (source == target) {
        return same;
    }
    const struct cast *cast = cast_find(source, target);
    if (cast != NULL) {
        if (cast->coercion > when) {
            return none;
        }
        return cast->function.kernel == NULL
                   ? same
                   : (struct coercion_path){COERCION_FUNCTION, &cast->function};
    }
    if (category_of((int)target) == 'S' && when >= COERCE_ASSIGNMENT) {
        return (struct coercion_path){COERCION_FUNCTION, internal_function(INTERNAL_OUTPUT)};
    }
    if (category_of((int)source) == 'S' &&
        (when == COERCE_EXPLICIT || (target == TYPE_OTHER && when == COERCE_ASSIGNMENT))) {
        return (struct coercion_path){COERCION_FUNCTION, input_function(target)};
    }
    return none;
}

bool coercion_possible(int source, int target, enum coercion when)
{
    return source == TYPE_UNKNOWN || target == TYPE_ANY || source == target ||
           coercion_find((enum type_id)source, (enum type_id)target, when).kind != COERCION_NONE;
}

/* Keeps the candidates with the highest score. */
static void keep_best(struct candidates *candidates, const int *scores)
{
    int best = 0;
    int kept = 0;

    for (int i = 0; i < candidates->count; i++) {
        best = scores[i] > best ? scores[i] : best;
    }
    for (int i = 0; i < candidates->count; i++) {
        if (scores[i] == best) {
            candidates->items[kept++] = candidates->items[i];
        }
    }
    candidates->count = kept;
}

static void keep_exact(struct candidates *candidates, const enum type_id *types, int count)
{
    int scores[CANDIDATES_MAX] = {0};

    for (int i = 0; i < candidates->count; i++) {
        for (int arg = 0; arg < count; arg++) {
            scores[i] +=
                types[arg] != TYPE_UNKNOWN && candidates->items[i]->args[arg] == (int)types[arg];
        }
    }
    keep_best(candidates, scores);
}

static void keep_preferred(struct candidates *candidates, const enum type_id *types, int count)
{
    int scores[CANDIDATES_MAX] = {0};

    for (int i = 0; i < candidates->count; i++) {
        for (int arg = 0; arg < count; arg++) {
            int wanted = candidates->items[i]->args[arg];
            scores[i] +=
                types[arg] != TYPE_UNKNOWN &&
                (wanted == (int)types[arg] ||
                 (is_preferred(wanted) && category_of(wanted) == category_of((int)types[arg])));
        }
    }
    keep_best(candidates, scores);
}

/* The category that the candidates agree on for an argument; '\0': they do not. */
static char agreed_category(const struct candidates *candidates, int arg, bool *preferred)
{
    char category = '\0';
    bool conflict = false;

    *preferred = false;
    for (int i = 0; i < candidates->count; i++) {
        int id = candidates->items[i]->args[arg];
        char own = category_of(id);
        if (category == '\0' || (own == 'S' && category != 'S')) {
            conflict = conflict || category != '\0';
            category = own;
            *preferred = is_preferred(id);
        } else if (own == category) {
            *preferred = *preferred || is_preferred(id);
        } else {
            conflict = true;
        }
    }
    return conflict && category != 'S' ? '\0' : category;
}

/* Literals of unknown type take the category that all candidates agree on. */
static void keep_category(struct candidates *candidates, const enum type_id *types, int count)
{
    char categories[FUNCTION_ARGS_MAX] = {0};
    bool preferred[FUNCTION_ARGS_MAX] = {false};
    struct candidates kept = {.count = 0};

    for (int arg = 0; arg < count && arg < FUNCTION_ARGS_MAX; arg++) {
        if (types[arg] == TYPE_UNKNOWN) {
            categories[arg] = agreed_category(candidates, arg, &preferred[arg]);
            if (categories[arg] == '\0') {
                return;
            }
        }
    }
    for (int i = 0; i < candidates->count; i++) {
        bool keep = true;
        for (int arg = 0; arg < count; arg++) {
            int id = candidates->items[i]->args[arg];
            keep = keep && (types[arg] != TYPE_UNKNOWN || (category_of(id) == categories[arg] &&
                                                           (!preferred[arg] || is_preferred(id))));
        }
        if (keep) {
            kept.items[kept.count++] = candidates->items[i];
        }
    }
    if (kept.count > 0) {
        *candidates = kept;
    }
}

/* Literals of unknown type are taken to be of the one type of all other arguments. */
static void keep_same_type(struct candidates *candidates, const enum type_id *types, int count)
{
    enum type_id known = TYPE_UNKNOWN;
    struct candidates kept = {.count = 0};

    for (int arg = 0; arg < count; arg++) {
        if (types[arg] != TYPE_UNKNOWN && known != TYPE_UNKNOWN && types[arg] != known) {
            return;
        }
        known = types[arg] != TYPE_UNKNOWN ? types[arg] : known;
    }
    for (int i = 0; known != TYPE_UNKNOWN && i < candidates->count; i++) {
        bool keep = true;
        for (int arg = 0; arg < count; arg++) {
            keep = keep &&
                   coercion_possible((int)known, candidates->items[i]->args[arg], COERCE_IMPLICIT);
        }
        if (keep) {
            kept.items[kept.count++] = candidates->items[i];
        }
    }
    if (kept.count == 1) {
        *candidates = kept;
    }
}

static bool has_unknown(const enum type_id *types, int count)
{
    for (int arg = 0; arg < count; arg++) {
        if (types[arg] == TYPE_UNKNOWN) {
            return true;
        }
    }
    return false;
}

static enum resolution choose(struct candidates *candidates,
                              const enum type_id *types,
                              int count,
                              const struct function **function)
{
    *function = NULL;
    if (candidates->count > 1) {
        keep_exact(candidates, types, count);
    }
    if (candidates->count > 1) {
        keep_preferred(candidates, types, count);
    }
    if (candidates->count > 1 && has_unknown(types, count)) {
        keep_category(candidates, types, count);
    }
    if (candidates->count > 1 && has_unknown(types, count)) {
        keep_same_type(candidates, types, count);
    }
    if (candidates->count != 1) {
        return candidates->count == 0 ? RESOLVED_NONE : RESOLVED_MANY;
    }
    *function = candidates->items[0];
    return RESOLVED;
}

static bool matches(const struct function *function,
                    struct text name,
                    const enum type_id *types,
                    int count,
                    bool exactly)
{
    if (function->arg_count != count || !text_equal_case(text_of(function->name), name)) {
        return false;
    }
    for (int arg = 0; arg < count; arg++) {
        if (exactly ? function->args[arg] != (int)types[arg]
                    : !coercion_possible((int)types[arg], function->args[arg], COERCE_IMPLICIT)) {
            return false;
        }
    }
    return true;
}

static const struct function *find_exact(const struct function *table,
                                         int table_count,
                                         struct text name,
                                         const enum type_id *types,
                                         int count)
{
    for (int i = 0; i < table_count; i++) {
        if (matches(&table[i], name, types, count, true)) {
            return &table[i];
        }
    }
    return NULL;
}

static enum resolution resolve(const struct function *table,
                               int table_count,
                               struct text name,
                               const enum type_id *types,
                               int count,
                               const struct function **function)
{
    struct candidates candidates = {.count = 0};

    for (int i = 0; i < table_count && candidates.count < CANDIDATES_MAX; i++) {
        if (matches(&table[i], name, types, count, false)) {
            candidates.items[candidates.count++] = &table[i];
        }
    }
    return choose(&candidates, types, count, function);
}

enum resolution function_resolve(struct text name,
                                 const enum type_id *types,
                                 int count,
                                 const struct function **function)
{
    int table_count = 0;
    const struct function *table = function_table(&table_count);

    if (count > FUNCTION_ARGS_MAX) {
        return RESOLVED_NONE;
    }
    *function = find_exact(table, table_count, name, types, count);
    return *function != NULL ? RESOLVED : resolve(table, table_count, name, types, count, function);
}

enum resolution operator_resolve(struct text name,
                                 const enum type_id *types,
                                 int count,
                                 const struct function **function)
{
    int table_count = 0;
    const struct function *table = operator_table(&table_count);
    enum type_id guess[2] = {types[0], types[count - 1]};

    /* One literal of unknown type is tried as the other operand's type first. */
    if (guess[0] == TYPE_UNKNOWN) {
        guess[0] = guess[1];
    } else if (guess[1] == TYPE_UNKNOWN) {
        guess[1] = guess[0];
    }
    *function = find_exact(table, table_count, name, guess, count);
    return *function != NULL ? RESOLVED : resolve(table, table_count, name, types, count, function);
}

int type_common(const enum type_id *types, int count, enum type_id *common)
{
    enum type_id type = types[0];

    for (int i = 1; i < count; i++) {
        if (types[i] == TYPE_UNKNOWN || types[i] == type) {
            continue;
        }
        if (type == TYPE_UNKNOWN) {
            type = types[i];
        } else if (category_of((int)types[i]) != category_of((int)type)) {
            return i;
        } else if (!is_preferred((int)type) &&
                   coercion_possible((int)type, (int)types[i], COERCE_IMPLICIT) &&
                   !coercion_possible((int)types[i], (int)type, COERCE_IMPLICIT)) {
            type = types[i];
        }
    }
    *common = type == TYPE_UNKNOWN ? TYPE_TEXT : type;
    for (int i = 0; i < count; i++) {
        if (!coercion_possible((int)types[i], (int)*common, COERCE_IMPLICIT)) {
            return i;
        }
    }
    return -1;
}
