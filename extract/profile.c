/* profile.c — counts the records of a relation, column by column.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/profile.h"

#include "profile_internal.h"

#include "novate/limits.h"

#include <stdlib.h>
#include <string.h>

#define PROFILE_BLOCK_BYTES ((size_t)64 << 10)

bool profile_create(const struct schema *schema,
                    struct budget *budget,
                    struct profile **out,
                    struct error *error)
{
    struct profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL) {
        return error_set_memory(error);
    }
    profile->schema = schema;
    arena_init(&profile->arena, PROFILE_BLOCK_BYTES, budget);
    text_buffer_init(&profile->scratch, LIMIT_RECORD_BYTES * 2);
    profile->columns =
        ARENA_ARRAY(&profile->arena, struct profile_counts, (size_t)schema->count + 1);
    if (profile->columns == NULL) {
        profile_destroy(profile);
        return error_set_memory(error);
    }
    for (int i = 0; i < schema->count; i++) {
        profile->columns[i].type = schema->columns[i].type;
    }
    *out = profile;
    return true;
}

/* Rows that can be read in part: the columns of the others are not looked at. */
static void rows_select(struct profile *profile, const struct batch *batch, uint8_t *rows)
{
    memset(rows, 1, (size_t)batch->rows);
    for (int i = 0; i < batch->error_count; i++) {
        const struct row_error *error = &batch->errors[i];
        if (error->column < 0) {
            profile->errors[error->class]++;
            rows[error->row] = 0;
        } else {
            profile->columns[error->column].errors[error->class]++;
        }
    }
}

/* Of a record that has an error only the first is known: what else is NULL in it may be another. */
static void nulls_count(struct profile_counts *counts,
                        const struct batch *batch,
                        int column,
                        const uint8_t *rows)
{
    const struct vector *vector = &batch->columns[column];
    for (int row = 0; row < batch->rows; row++) {
        counts->nulls += rows[row] != 0 && vector_is_null(vector, row);
    }
    for (int i = 0; i < batch->error_count; i++) {
        const struct row_error *error = &batch->errors[i];
        if (error->column >= 0 && vector_is_null(vector, error->row)) {
            counts->nulls--;
            counts->unknown += error->column != column;
        }
    }
}

bool profile_add(struct profile *profile, const struct batch *batch, struct error *error)
{
    uint8_t rows[LIMIT_BATCH_ROWS];
    if (!NOVATE_CHECK(error,
                      batch->schema->count == profile->schema->count &&
                          batch->rows <= LIMIT_BATCH_ROWS)) {
        return false;
    }
    rows_select(profile, batch, rows);
    profile->records += (uint64_t)batch->rows;
    for (int column = 0; column < profile->schema->count; column++) {
        struct profile_counts *counts = &profile->columns[column];
        nulls_count(counts, batch, column, rows);
        if (!profile_counts_add(
                counts, &batch->columns[column], rows, &profile->arena, &profile->scratch, error)) {
            return false;
        }
    }
    return true;
}

void profile_reset(struct profile *profile)
{
    profile->records = 0;
    memset(profile->errors, 0, sizeof profile->errors);
    for (int column = 0; column < profile->schema->count; column++) {
        profile_counts_reset(&profile->columns[column]);
    }
}

bool profile_merge(struct profile *into, const struct profile *from, struct error *error)
{
    if (!NOVATE_CHECK(error, into->schema->count == from->schema->count)) {
        return false;
    }
    into->records += from->records;
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        into->errors[class] += from->errors[class];
    }
    for (int column = 0; column < into->schema->count; column++) {
        if (!profile_counts_merge(
                &into->columns[column], &from->columns[column], &into->arena, error)) {
            return false;
        }
    }
    return true;
}

size_t profile_bytes(const struct profile *profile)
{
    return arena_used(&profile->arena);
}

void profile_destroy(struct profile *profile)
{
    if (profile == NULL) {
        return;
    }
    text_buffer_release(&profile->scratch);
    arena_release(&profile->arena);
    free(profile);
}
