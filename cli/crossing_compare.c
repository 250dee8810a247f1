/* crossing_compare.c — one record, as the mapping and as the server computed it.
 *
 * Rules are tried in the order in which the mapping applies them, and no further than it came: what
 * lies behind a filter or a refusal has no value there. SPDX-License-Identifier: Apache-2.0 */
#include "crossing_internal.h"

#include "novate/canonical.h"

#include <string.h>

static int find_spec(const struct expression_spec *specs, int count, const char *name)
{
    for (int i = 0; name != NULL && i < count; i++) {
        if (strcmp(specs[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static void fate_of_reject(const struct program *program,
                           const struct mapping *mapping,
                           const struct reject *reject,
                           struct fate *fate)
{
    fate->class = reject->class;
    if (reject->column != NULL) {
        fate->index = schema_find(program_target_schema(program), text_of(reject->column), true);
        fate->kind = fate->index >= 0 ? FATE_COLUMN_REFUSED : FATE_UNKNOWN;
        return;
    }
    int filter = find_spec(mapping->filters, mapping->filter_count, reject->name);
    int check = find_spec(mapping->checks, mapping->check_count, reject->name);
    if ((filter >= 0) == (check >= 0)) {
        fate->kind = FATE_UNKNOWN; /* neither, or one of two: a lookup's name, say */
    } else if (filter >= 0) {
        fate->kind = FATE_FILTER_REFUSED;
        fate->index = filter;
    } else {
        fate->kind = reject->class == REJECT_CHECK ? FATE_CHECK_NOT_MET : FATE_CHECK_REFUSED;
        fate->index = check;
    }
}

void crossing_fate(const struct program *program,
                   const struct mapping *mapping,
                   const struct batch *out,
                   struct fate *fate)
{
    *fate = (struct fate){.kind = FATE_UNKNOWN, .index = -1};
    if (out->rows == 1) {
        fate->kind = FATE_KEPT;
    } else if (out->reject_count == 1) {
        fate_of_reject(program, mapping, &out->rejects[0], fate);
    } else if (out->tally.merged.rows > 0) {
        fate->kind = FATE_MERGED;
    } else {
        for (int i = 0; i < mapping->filter_count; i++) {
            if (counters_get(&out->tally.counters, "filter", mapping->filters[i].name) > 0) {
                *fate = (struct fate){.kind = FATE_FILTERED, .index = i};
            }
        }
    }
}

/* One record of the server's answer. */
struct view {
    struct crossing *crossing;
    const struct batch *batch;
    int row;
    int record; /* of the slice */
    const struct fate *fate;
    bool compared;
    bool differs;
};

static bool note(struct view *view, const char *kind, const char *name, struct error *error)
{
    struct cross_result *result = view->crossing->result;
    const struct picked *picked =
        pick_record(view->crossing->entity->pick, view->crossing->first + view->record);
    struct arena *arena = &view->crossing->job->arena;

    view->differs = true;
    if (result->difference_count == LIMIT_DIFFERENCES) {
        return true;
    }
    struct cross_difference *difference = &view->crossing->differences[result->difference_count++];
    difference->key = arena_string(arena, picked->key);
    difference->column = arena_format(arena, "%s%s", kind, name);
    return (difference->key != NULL && difference->column != NULL) || error_set_memory(error);
}

static int64_t number(const struct view *view, int column)
{
    const struct vector *vector = &view->batch->columns[column];
    return vector->int64s[vector_slot(vector, view->row)];
}

/* Which filter is to keep the record out, as the server counts them. */
static int64_t expected_filter(const struct view *view)
{
    const struct fate *fate = view->fate;
    bool seen = fate->index < view->crossing->filters;
    return fate->kind == FATE_FILTERED && seen         ? fate->index + 1
           : fate->kind == FATE_FILTER_REFUSED && seen ? -1
                                                       : 0;
}

static bool compare_filters(struct view *view, struct error *error)
{
    const struct crossing *crossing = view->crossing;
    int64_t found = number(view, CROSS_FILTER);
    int64_t expected = expected_filter(view);

    if (crossing->filters == 0) {
        return true;
    }
    view->compared = true;
    if (found == expected) {
        return true;
    }
    int index = found > 0 ? (int)found - 1 : expected > 0 ? (int)expected - 1 : 0;
    return note(view, "filter ", crossing->entity->mapping->filters[index].name, error);
}

static bool same_value(struct view *view, int column, bool *same, struct error *error)
{
    struct crossing *crossing = view->crossing;
    struct hash ours;
    struct hash theirs;

    if (!canonical_hash_value(
            &crossing->mapped->columns[column], view->fate->row, crossing->scratch, &ours, error) ||
        !canonical_hash_value(&view->batch->columns[CROSS_COLUMNS + column],
                              view->row,
                              crossing->scratch,
                              &theirs,
                              error)) {
        return false;
    }
    *same = hash_equal(ours, theirs);
    return true;
}

bool crossing_ask_losses(struct crossing *crossing, int count, struct error *error)
{
    for (int i = 0; i < count; i++) {
        struct fate *fate = &crossing->fates[i];
        bool lossy = fate->class == REJECT_RANGE || fate->class == REJECT_LENGTH;
        if (fate->kind == FATE_COLUMN_REFUSED && lossy &&
            crossing->rendering.columns[fate->index].sql != NULL &&
            !cross_check_failed(crossing->cross, i, fate->index) &&
            !cross_check_loses(crossing->cross, i, fate->index, &fate->loses, error)) {
            return false;
        }
    }
    return true;
}

/* The column that the mapping refused: the server refuses it too, or gives the NULL or the loss
 * that the mapping does not let through. */
static bool same_refusal(const struct view *view, int column, bool failed)
{
    bool null = vector_is_null(&view->batch->columns[CROSS_COLUMNS + column], view->row);
    return failed || view->fate->loses || (view->fate->class == REJECT_NULL_VALUE && null);
}

/* A value that its type refused when it was brought into the server's form. */
static bool was_refused(const struct view *view, int column)
{
    const struct batch *mapped = view->crossing->mapped;
    for (int i = 0; i < mapped->error_count; i++) {
        if (mapped->errors[i].row == view->fate->row && mapped->errors[i].column == column) {
            return true;
        }
    }
    return false;
}

static bool compare_column(struct view *view, int column, struct error *error)
{
    bool failed = cross_check_failed(view->crossing->cross, view->record, column);
    bool same = !failed;

    view->compared = true;
    if (view->fate->kind == FATE_KEPT && was_refused(view, column)) {
        same = true; /* by both, or neither: the value is the target's to judge */
    } else if (view->fate->kind == FATE_KEPT && !failed) {
        if (!same_value(view, column, &same, error)) {
            return false;
        }
    } else if (view->fate->kind == FATE_COLUMN_REFUSED && view->fate->index == column) {
        same = same_refusal(view, column, failed);
    }
    return same || note(view, "", view->crossing->rendering.columns[column].name, error);
}

static bool compare_columns(struct view *view, struct error *error)
{
    const struct rendering *rendering = &view->crossing->rendering;
    int count =
        view->fate->kind == FATE_COLUMN_REFUSED ? view->fate->index + 1 : rendering->column_count;

    for (int i = 0; i < count; i++) {
        if (rendering->columns[i].sql != NULL && !compare_column(view, i, error)) {
            return false;
        }
    }
    return true;
}

static bool compare_checks(struct view *view, struct error *error)
{
    const struct crossing *crossing = view->crossing;
    const struct fate *fate = view->fate;
    bool null = vector_is_null(&view->batch->columns[CROSS_CHECK], view->row);
    bool seen = fate->index < crossing->checks;
    int64_t expected = fate->kind == FATE_CHECK_NOT_MET && seen   ? fate->index + 1
                       : fate->kind == FATE_CHECK_REFUSED && seen ? -1
                                                                  : 0;

    if (crossing->checks == 0 || null || view->differs) {
        return true;
    }
    view->compared = true;
    int64_t found = number(view, CROSS_CHECK);
    if (found == expected) {
        return true;
    }
    int index = found > 0 ? (int)found - 1 : expected > 0 ? (int)expected - 1 : 0;
    return note(view, "check ", crossing->entity->mapping->checks[index].name, error);
}

static bool compare_record(struct view *view, struct error *error)
{
    enum fate_kind kind = view->fate->kind;

    if (kind == FATE_UNKNOWN) {
        return true;
    }
    if (!compare_filters(view, error)) {
        return false;
    }
    if (view->differs || kind == FATE_MERGED || kind == FATE_FILTERED ||
        kind == FATE_FILTER_REFUSED) {
        return true;
    }
    return compare_columns(view, error) &&
           (kind == FATE_COLUMN_REFUSED || compare_checks(view, error));
}

bool crossing_compare(void *state, struct batch *batch, struct error *error)
{
    struct crossing *crossing = state;

    for (int row = 0; row < batch->rows; row++) {
        struct view view = {.crossing = crossing, .batch = batch, .row = row};
        view.record = (int)number(&view, CROSS_RECORD);
        view.fate = &crossing->fates[view.record];
        if (!compare_record(&view, error)) {
            return false;
        }
        crossing->result->different += view.differs ? 1 : 0;
        crossing->result->equal += view.compared && !view.differs ? 1 : 0;
    }
    return true;
}
