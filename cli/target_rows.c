/* target_rows.c — the contract is in target_rows.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "target_rows.h"

#include "novate/canonical.h"

#include <string.h>

static bool find_columns(struct target_rows *rows, struct error *error)
{
    for (int i = 0; i < rows->schema->count; i++) {
        const struct column *mapped = &rows->schema->columns[i];
        rows->columns[i] = schema_find(&rows->table->schema, text_of(mapped->name), true);
        if (rows->columns[i] < 0 ||
            type_tag(rows->table->schema.columns[rows->columns[i]].type.id) !=
                type_tag(mapped->type.id)) {
            error_set(error,
                      ERROR_NOT_VERIFIED,
                      "column \"%s\" cannot be compared with that of table %s",
                      mapped->name,
                      rows->table->quoted);
            return error_hint(error, "Run \"novate check\": the table has changed since.");
        }
    }
    return true;
}

bool target_rows_init(struct target_rows *rows,
                      struct job *job,
                      const struct entity *entity,
                      struct error *error)
{
    *rows = (struct target_rows){
        .session = job->target.control,
        .table = entity->table,
        .scope = entity->mapping->scope,
        .schema = program_target_schema(entity->program),
    };
    text_buffer_init(&rows->scratch, LIMIT_RECORD_BYTES * 2);
    rows->key_count = program_target_key(entity->program, rows->key);
    rows->columns = ARENA_ARRAY(&job->arena, int, (size_t)rows->schema->count + 1);
    return rows->columns != NULL ? find_columns(rows, error) : error_set_memory(error);
}

void target_rows_release(struct target_rows *rows)
{
    text_buffer_release(&rows->scratch);
}

bool target_rows_prepare(struct target_rows *rows, struct batch *mapped, struct error *error)
{
    for (int i = 0; mapped->rows > 0 && i < rows->schema->count; i++) {
        const char *declared = rows->table->schema.columns[rows->columns[i]].declared;
        if (rows->schema->columns[i].type.id == TYPE_OTHER &&
            !session_canonicalise(rows->session, declared, &mapped->columns[i], mapped, i, error)) {
            return false;
        }
    }
    return true;
}

void target_rows_key_json(const struct target_rows *rows,
                          const struct batch *batch,
                          int row,
                          struct text_buffer *out)
{
    struct vector key[LIMIT_KEY_COLUMNS];
    for (int i = 0; i < rows->key_count; i++) {
        key[i] = batch->columns[rows->key[i]];
    }
    vectors_key_json(key, rows->key_count, row, out);
}

static bool take_batches(struct reader reader,
                         target_rows_take *take,
                         void *state,
                         struct error *error)
{
    struct batch batch = {.rows = 0};
    bool more = true;
    bool ok = batch_init(&batch, reader.schema, NULL, error);
    while (ok && more) {
        ok = reader.next(reader.state, &batch, &more, error) &&
             (!more || take(state, &batch, error));
    }
    batch_release(&batch);
    return ok;
}

bool target_rows_read(struct target_rows *rows,
                      const char *keys,
                      target_rows_take *take,
                      void *state,
                      struct error *error)
{
    struct target_reader *reader = NULL;
    bool ok = target_reader_open_keys(rows->session,
                                      rows->table,
                                      rows->columns,
                                      rows->schema->count,
                                      rows->scope,
                                      rows->key,
                                      rows->key_count,
                                      keys,
                                      &reader,
                                      error);
    ok = ok && take_batches(target_reader_as_reader(reader), take, state, error);
    target_reader_close(reader);
    return ok;
}

bool target_rows_equal(struct target_rows *rows,
                       int column,
                       const struct batch *mapped,
                       int mapped_row,
                       const struct batch *found,
                       int found_row,
                       bool *equal,
                       struct error *error)
{
    struct hash of_mapped = {.low = 0};
    struct hash of_found = {.low = 0};
    if (!canonical_hash_value(
            &mapped->columns[column], mapped_row, &rows->scratch, &of_mapped, error) ||
        !canonical_hash_value(
            &found->columns[column], found_row, &rows->scratch, &of_found, error)) {
        return false;
    }
    *equal = hash_equal(of_mapped, of_found);
    return true;
}
