/* target_rows.c — the contract is in target_rows.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "target_rows.h"

#include "comparing.h"

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
    return rows->columns != NULL ? comparing_rules(entity, &job->arena, &rows->rules, error) &&
                                       find_columns(rows, error)
                                 : error_set_memory(error);
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

static bool is_near(const struct column_comparison *rule,
                    const struct vector *mapped,
                    int mapped_row,
                    const struct vector *found,
                    int found_row)
{
    return rule != NULL && rule->tolerance > 0 && !vector_is_null(mapped, mapped_row) &&
           !vector_is_null(found, found_row) &&
           column_comparison_near(rule,
                                  mapped->doubles[vector_slot(mapped, mapped_row)],
                                  found->doubles[vector_slot(found, found_row)]);
}

bool target_rows_compare(struct target_rows *rows,
                         int column,
                         const struct batch *mapped,
                         int mapped_row,
                         const struct batch *found,
                         int found_row,
                         enum agreement *agreement,
                         struct error *error)
{
    const struct column_comparison *rule = rows->rules == NULL ? NULL : &rows->rules[column];
    const struct vector *of_source = &mapped->columns[column];
    const struct vector *of_target = &found->columns[column];
    struct hash source = {.low = 0};
    struct hash target = {.low = 0};
    if (!canonical_hash_value(of_source, mapped_row, &rows->scratch, &source, error) ||
        !canonical_hash_value(of_target, found_row, &rows->scratch, &target, error)) {
        return false;
    }
    *agreement = rule != NULL && rule->skipped                                ? AGREEMENT_SKIPPED
                 : hash_equal(source, target)                                 ? AGREEMENT_EQUAL
                 : is_near(rule, of_source, mapped_row, of_target, found_row) ? AGREEMENT_NEAR
                                                                              : AGREEMENT_DIFFERS;
    return true;
}
