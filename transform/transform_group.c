/* transform_group.c — several records that become one row: the groups are found in a first reading,
 * in the second one of each group stays.
 *
 * Both readings do the same with a record up to its group: filters, then what it is grouped,
 * preferred and named by. What cannot be computed rejects the record in the second, and takes no
 * part in the first. A record whose key has a NULL belongs to no group: NULLs are not equal, and
 * persons without a number are not one person.
 * SPDX-License-Identifier: Apache-2.0 */
#include "groups.h"
#include "transform_internal.h"

#include "novate/canonical.h"

#include <string.h>

struct group_scratch {
    struct hash *keys; /* per row in play */
    struct hash *identities;
    uint64_t *keyed;     /* rows that have a key */
    uint64_t *leaves;    /* rows that go */
    uint64_t *tied;      /* rows that stand for others by nothing but their key */
    int16_t *columns;    /* of a pivot: the column that takes the row's attribute, or -1 */
    uint16_t *rows;      /* in play, while rules work on some of them */
    uint16_t *ordered;   /* rows by column */
    struct vector *made; /* of a pivot: its columns */
    struct text_buffer buffer;
};

static void clear_rows(uint64_t *rows)
{
    memset(rows, 0, validity_words(LIMIT_BATCH_ROWS) * sizeof *rows);
}

/* The columns that a pivot makes lie in registers of their own. */
static bool make_columns(struct transform *transform, struct group_scratch *scratch)
{
    const struct program *program = transform->program;
    struct arena *memory = &transform->memory;
    int count = program->inputs.count - program->source.count;

    scratch->made = ARENA_ARRAY(memory, struct vector, (size_t)count);
    if (scratch->made == NULL) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        struct type type = program->inputs.columns[program->source.count + i].type;
        scratch->made[i].type = type;
        scratch->made[i].data = arena_array(
            memory, LIMIT_BATCH_ROWS, storage_size(type_storage(type.id)), alignof(max_align_t));
        scratch->made[i].valid = ARENA_ARRAY(memory, uint64_t, validity_words(LIMIT_BATCH_ROWS));
        if (scratch->made[i].data == NULL || scratch->made[i].valid == NULL) {
            return false;
        }
    }
    return true;
}

bool group_scratch_create(struct transform *transform, struct error *error)
{
    struct arena *memory = &transform->memory;
    struct group_scratch *scratch = ARENA_NEW(memory, struct group_scratch);
    size_t words = validity_words(LIMIT_BATCH_ROWS);

    if (scratch == NULL) {
        return error_set_memory(error);
    }
    transform->group = scratch;
    text_buffer_init(&scratch->buffer, LIMIT_FIELD_BYTES);
    scratch->keys = ARENA_ARRAY(memory, struct hash, LIMIT_BATCH_ROWS);
    scratch->identities = ARENA_ARRAY(memory, struct hash, LIMIT_BATCH_ROWS);
    scratch->keyed = ARENA_ARRAY(memory, uint64_t, words);
    scratch->leaves = ARENA_ARRAY(memory, uint64_t, words);
    scratch->tied = ARENA_ARRAY(memory, uint64_t, words);
    scratch->columns = ARENA_ARRAY(memory, int16_t, LIMIT_BATCH_ROWS);
    scratch->rows = ARENA_ARRAY(memory, uint16_t, LIMIT_BATCH_ROWS);
    scratch->ordered = ARENA_ARRAY(memory, uint16_t, LIMIT_BATCH_ROWS);
    bool made = scratch->keys != NULL && scratch->identities != NULL && scratch->keyed != NULL &&
                scratch->leaves != NULL && scratch->tied != NULL && scratch->columns != NULL &&
                scratch->rows != NULL && scratch->ordered != NULL &&
                make_columns(transform, scratch);
    return made || error_set_memory(error);
}

void group_scratch_release(struct transform *transform)
{
    if (transform->group != NULL) {
        text_buffer_release(&transform->group->buffer);
    }
}

static bool run_rules(struct transform *transform,
                      const struct rule *rules,
                      int count,
                      struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (!transform_run_rule(
                transform, &rules[i], RULE_GROUP, i, transform->filter_notes, error)) {
            return false;
        }
    }
    return true;
}

static const struct vector *result_of(const struct transform *transform, const struct rule *rule)
{
    return &transform->evaluator.registers[rule->routine.result];
}

/* --- the columns of a pivot --- */

static int16_t find_column(const struct grouping_spec *spec, struct text attribute)
{
    for (int i = 0; i < spec->column_count; i++) {
        if (text_equal(text_of(spec->columns[i].attribute), attribute)) {
            return (int16_t)i;
        }
    }
    return -1;
}

/* Records of attributes that no column takes are left out, and counted. */
static void assign_columns(struct transform *transform, int *counts)
{
    const struct grouping *grouping = transform->program->grouping;
    const struct vector *attribute = result_of(transform, grouping->attribute);
    const struct selection *rows = &transform->evaluator.selections[0];
    struct group_scratch *scratch = transform->group;
    const struct decision left_out = {
        .outcome = OUTCOME_FILTERED, .kind = RULE_GROUP, .fault = FAULT_NONE};

    clear_rows(scratch->leaves);
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        int slot = vector_slot(attribute, row);
        int16_t column = validity_get(attribute->valid, slot)
                             ? find_column(grouping->spec, attribute->texts[slot])
                             : -1;
        scratch->columns[row] = column;
        if (column >= 0) {
            counts[column]++;
        } else {
            validity_set(scratch->leaves, row);
            transform_decide(transform, row, &left_out);
            transform->without_column++;
        }
    }
    transform_remove(transform, scratch->leaves);
}

/* Rows of one column together, ascending. */
static void order_by_column(struct transform *transform, const int *counts, int *starts)
{
    const struct selection *rows = &transform->evaluator.selections[0];
    struct group_scratch *scratch = transform->group;
    int count = transform->program->grouping->column_count;
    int next[LIMIT_PIVOT_COLUMNS];
    int at = 0;

    for (int i = 0; i < count; i++) {
        starts[i] = next[i] = at;
        at += counts[i];
    }
    starts[count] = at;
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        scratch->ordered[next[scratch->columns[row]]++] = (uint16_t)row;
    }
}

/* The value of a column is computed for the rows that have its attribute, and for no others. */
static bool run_values(struct transform *transform, struct error *error)
{
    const struct grouping *grouping = transform->program->grouping;
    struct selection *rows = &transform->evaluator.selections[0];
    struct group_scratch *scratch = transform->group;
    int counts[LIMIT_PIVOT_COLUMNS] = {0};
    int starts[LIMIT_PIVOT_COLUMNS + 1];

    assign_columns(transform, counts);
    order_by_column(transform, counts, starts);
    int count = rows->count;
    for (int k = 0; k < count; k++) {
        scratch->rows[k] = (uint16_t)selection_row(rows, k);
    }
    clear_rows(scratch->leaves);
    for (int i = 0; i < grouping->column_count; i++) {
        int some = counts[i];
        if (some == 0) {
            continue;
        }
        memcpy(rows->rows, scratch->ordered + starts[i], (size_t)some * sizeof *rows->rows);
        rows->count = some;
        rows->all = some == transform->evaluator.rows;
        if (!run_rules(transform, &grouping->values[i], 1, error)) {
            return false;
        }
        for (int k = 0, kept = 0; k < some; k++) { /* those that are not there any more failed */
            int row = scratch->ordered[starts[i] + k];
            if (kept < rows->count && selection_row(rows, kept) == row) {
                kept++;
            } else {
                validity_set(scratch->leaves, row);
            }
        }
    }
    memcpy(rows->rows, scratch->rows, (size_t)count * sizeof *rows->rows);
    rows->count = count;
    rows->all = count == transform->evaluator.rows;
    transform_remove(transform, scratch->leaves);
    return true;
}

/* --- keys --- */

/* False: a part of the key is NULL. */
static bool push_key(struct transform *transform, int row)
{
    const struct grouping *grouping = transform->program->grouping;
    struct text_buffer *buffer = &transform->group->buffer;

    text_buffer_reset(buffer);
    for (int i = 0; i < grouping->by_count; i++) {
        const struct vector *value = result_of(transform, &grouping->by[i]);
        if (vector_is_null(value, row)) {
            return false;
        }
        canonical_value(value, row, buffer);
    }
    return true;
}

/* What tells a record from all others: its key, or its place in its file. */
static struct hash identity_of(struct transform *transform, const struct batch *in, int row)
{
    const struct program *program = transform->program;
    struct text_buffer *buffer = &transform->group->buffer;
    struct vector keys[LIMIT_KEY_COLUMNS];

    text_buffer_reset(buffer);
    if (program->key_count == 0) {
        text_buffer_format(
            buffer, "%llu ", in->offsets == NULL ? 0ull : (unsigned long long)in->offsets[row]);
        text_buffer_string(buffer, in->file == NULL ? "" : in->file);
    } else {
        for (int i = 0; i < program->key_count; i++) {
            keys[i] = transform->evaluator.registers[program->keys[i]];
        }
        vectors_key_json(keys, program->key_count, row, buffer);
    }
    return hash_bytes(buffer->data, buffer->size);
}

static bool identify(struct transform *transform, const struct batch *in, struct error *error)
{
    const struct selection *rows = &transform->evaluator.selections[0];
    struct group_scratch *scratch = transform->group;

    clear_rows(scratch->keyed);
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        if (push_key(transform, row)) {
            validity_set(scratch->keyed, row);
            scratch->keys[row] = hash_bytes(scratch->buffer.data, scratch->buffer.size);
            scratch->identities[row] = identity_of(transform, in, row);
        }
        if (!text_buffer_check(&scratch->buffer, error)) {
            return false;
        }
    }
    return true;
}

/* Rows in play have a group, or are known to have none. */
static bool prepare(struct transform *transform, const struct batch *in, struct error *error)
{
    const struct grouping *grouping = transform->program->grouping;

    return run_rules(transform, grouping->by, grouping->by_count, error) &&
           run_rules(transform, grouping->orders, grouping->order_count, error) &&
           (!grouping->spec->pivot || (run_rules(transform, grouping->attribute, 1, error) &&
                                       run_values(transform, error))) &&
           identify(transform, in, error);
}

/* --- the first reading --- */

static bool collect_row(struct transform *transform,
                        struct groups *groups,
                        struct group_row *row,
                        struct error *error)
{
    const struct grouping *grouping = transform->program->grouping;
    const struct group_scratch *scratch = transform->group;
    struct group *group = NULL;

    row->key = scratch->keys[row->row];
    row->identity = scratch->identities[row->row];
    if (!groups_join(groups, row, &group, error)) {
        return false;
    }
    if (!grouping->spec->pivot) {
        return true;
    }
    int column = scratch->columns[row->row];
    const struct vector *value = result_of(transform, &grouping->values[column]);
    return groups_offer(groups, group, row, column, value, error);
}

bool transform_collect(struct transform *transform,
                       struct batch *in,
                       struct groups *groups,
                       struct error *error)
{
    const struct grouping *grouping = transform->program->grouping;
    const struct selection *rows = &transform->evaluator.selections[0];
    const struct vector *orders[GROUP_ORDERS_MAX];
    struct group_row row = {.orders = orders};

    if (!NOVATE_CHECK(error, grouping != NULL) || !transform_begin(transform, in, error) ||
        !transform_filter(transform, error) || !prepare(transform, in, error)) {
        return false;
    }
    for (int i = 0; i < grouping->order_count; i++) {
        orders[i] = result_of(transform, &grouping->orders[i]);
    }
    for (int k = 0; k < rows->count; k++) {
        row.row = selection_row(rows, k);
        if (validity_get(transform->group->keyed, row.row) &&
            !collect_row(transform, groups, &row, error)) {
            return error_context(error, "finding the groups of \"%s\"", grouping->name);
        }
    }
    return true;
}

/* --- the second reading --- */

/* Of rows without a key: a pivot cannot place them, everything else stays what it is. */
static void decide_keyless(struct transform *transform, int row)
{
    const struct decision no_key = {
        .outcome = OUTCOME_REJECTED, .kind = RULE_GROUP, .fault = FAULT_NOT_NULL};

    if (transform->program->grouping->spec->pivot) {
        validity_set(transform->group->leaves, row);
        transform_decide(transform, row, &no_key);
    }
}

static void decide_row(struct transform *transform, int row)
{
    const struct group_scratch *scratch = transform->group;
    const struct group *group = groups_find(transform->groups, scratch->keys[row]);
    const struct decision merged = {
        .outcome = OUTCOME_MERGED, .kind = RULE_GROUP, .fault = FAULT_NONE};

    if (group != NULL && !group_is_led_by(group, scratch->identities[row])) {
        validity_set(scratch->leaves, row);
        transform_decide(transform, row, &merged);
        transform->merged++;
    } else if (group != NULL && group_is_tied(group)) {
        validity_set(scratch->tied, row);
    }
}

/* The values of the group, for the row that stands for it. */
static void fill_columns(struct transform *transform)
{
    const struct grouping *grouping = transform->program->grouping;
    const struct selection *rows = &transform->evaluator.selections[0];
    struct group_scratch *scratch = transform->group;

    for (int i = 0; i < grouping->column_count; i++) {
        struct vector *made = &scratch->made[i];
        size_t size = storage_size(type_storage(made->type.id));
        made->rows = made->base_rows = transform->evaluator.rows;
        clear_rows(made->valid);
        for (int k = 0; k < rows->count; k++) {
            int row = selection_row(rows, k);
            const struct group *group = groups_find(transform->groups, scratch->keys[row]);
            if (group != NULL && groups_value(transform->groups, group, i, made, row)) {
                validity_set(made->valid, row);
            } else {
                memset((char *)made->data + (size_t)row * size, 0, size);
            }
        }
        transform->evaluator.registers[grouping->first_register + i] = *made;
    }
}

bool transform_group(struct transform *transform, const struct batch *in, struct error *error)
{
    const struct selection *rows = &transform->evaluator.selections[0];
    struct group_scratch *scratch = transform->group;

    if (scratch == NULL) {
        return true;
    }
    if (!NOVATE_CHECK(error, transform->groups != NULL) || !prepare(transform, in, error)) {
        return false;
    }
    clear_rows(scratch->leaves);
    clear_rows(scratch->tied);
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        if (validity_get(scratch->keyed, row)) {
            decide_row(transform, row);
        } else {
            decide_keyless(transform, row);
        }
    }
    transform_remove(transform, scratch->leaves);
    fill_columns(transform);
    return true;
}

uint64_t transform_count_tied(const struct transform *transform)
{
    const struct selection *rows = &transform->evaluator.selections[0];
    uint64_t tied = 0;

    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        bool counted = transform->fresh == NULL || validity_get(transform->fresh, row);
        tied += counted && validity_get(transform->group->tied, row);
    }
    return tied;
}

/* --- how records stand to their groups --- */

static enum standing standing_of(const struct transform *transform, int row)
{
    const struct group_scratch *scratch = transform->group;
    const struct group *group = groups_find(transform->groups, scratch->keys[row]);

    if (group == NULL) {
        return STANDING_FREE;
    }
    return !group_is_led_by(group, scratch->identities[row]) ? STANDING_FOLLOWS
           : group_is_followed(group)                        ? STANDING_LEADS
                                                             : STANDING_FREE;
}

bool transform_find_standings(struct transform *transform,
                              struct batch *in,
                              uint8_t *standings,
                              struct error *error)
{
    const struct selection *rows = &transform->evaluator.selections[0];

    if (!NOVATE_CHECK(error, transform->groups != NULL) || !transform_begin(transform, in, error) ||
        !transform_filter(transform, error) || !prepare(transform, in, error)) {
        return false;
    }
    for (int row = 0; row < in->rows; row++) {
        bool filtered = transform->decisions[row].outcome == OUTCOME_FILTERED;
        standings[row] = filtered ? STANDING_LEFT_OUT : STANDING_FREE;
    }
    for (int k = 0; k < rows->count; k++) {
        int row = selection_row(rows, k);
        bool keyed = validity_get(transform->group->keyed, row);
        standings[row] = (uint8_t)(keyed ? standing_of(transform, row) : STANDING_FREE);
    }
    return true;
}

void transform_use_groups(struct transform *transform, const struct groups *groups)
{
    transform->groups = groups;
    for (int i = 1; i < transform->emission.count; i++) {
        transform->emission.branches[i]->groups = groups;
    }
}
