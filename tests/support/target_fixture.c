/* target_fixture.c — a target for tests of loading. SPDX-License-Identifier: Apache-2.0 */
#include "target_fixture.h"

#include "temporary.h"
#include "values.h"

#include "novate/limits.h"
#include "novate/private_cluster.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the process, between the unchecked fixture and its tests. */
static struct private_cluster *cluster;
static struct temporary folder;

void target_fixture_start(void)
{
    struct error error = ERROR_NONE;
    if (getenv("NOVATE_TEST_PG") == NULL) {
        temporary_make(&folder);
        must(private_cluster_start(folder.path, true, &cluster, &error), &error);
    }
}

void target_fixture_stop(void)
{
    struct error error = ERROR_NONE;
    if (cluster != NULL) {
        must(private_cluster_stop(cluster, &error), &error);
        must(private_cluster_remove(folder.path, &error), &error);
        temporary_remove(&folder);
        cluster = NULL;
    }
}

const char *target_fixture_conninfo(void)
{
    return cluster != NULL ? private_cluster_conninfo(cluster) : getenv("NOVATE_TEST_PG");
}

struct session *target_session(bool read_only)
{
    struct error error = ERROR_NONE;
    struct session *session = NULL;
    must(session_open(target_fixture_conninfo(), read_only, &session, &error), &error);
    return session;
}

void target_execute(struct session *session, const char *sql)
{
    struct error error = ERROR_NONE;
    must(session_execute(session, sql, &error), &error);
}

const char *target_value(struct session *session, struct arena *arena, const char *sql)
{
    struct error error = ERROR_NONE;
    struct session_result result;
    must(session_query(session, sql, 0, NULL, arena, &result, &error), &error);
    ck_assert_msg(result.rows > 0, "no rows: %s", sql);
    const char *value = session_value(&result, 0, 0);
    return value == NULL ? "" : value;
}

struct target_table *target_describe(struct session *session, struct arena *arena, const char *name)
{
    struct error error = ERROR_NONE;
    struct target_table *table = NULL;
    const char *nearest = NULL;
    must(session_describe(session, name, arena, &table, &nearest, &error), &error);
    ck_assert_msg(table != NULL, "no table %s", name);
    return table;
}

static void committed(void *state, int chunk_ordinal, const struct tally *tally)
{
    struct target_rows *rows = state;
    ck_assert_int_eq(chunk_ordinal, rows->chunk);
    rows->committed++;
    rows->tally = *tally;
    rows->tally.counters = (struct counters){.items = NULL};
}

static void plan(struct target_rows *rows, int chunks)
{
    struct error error = ERROR_NONE;
    struct chunk_list list = {.count = chunks};
    list.items = ARENA_ARRAY(rows->arena, struct chunk, (size_t)chunks + 1);
    ck_assert_ptr_nonnull(list.items);
    for (int i = 0; i < chunks; i++) {
        list.items[i].ordinal = i;
        must(chunk_identify(&list.items[i],
                            rows->entity.entity,
                            (struct hash){.low = 1},
                            (struct hash){.low = 2},
                            &error),
             &error);
    }
    must(target_ledger_install(rows->session, &error), &error);
    must(target_run_begin(rows->session,
                          rows->entity.migration,
                          "load",
                          rows->entity.plan_digest,
                          &rows->run,
                          &error),
         &error);
    must(target_entity_plan(rows->session, &rows->entity, &list, true, &error), &error);
}

static void begin_batch(struct target_rows *rows)
{
    struct error error = ERROR_NONE;
    must(batch_begin(&rows->batch, LIMIT_BATCH_ROWS, false, &error), &error);
    rows->filled = 0;
}

void target_rows_open(struct target_rows *rows,
                      struct session *session,
                      struct arena *arena,
                      const char *table,
                      const char *const *columns,
                      int chunks)
{
    struct error error = ERROR_NONE;
    *rows = (struct target_rows){.session = session, .arena = arena};
    rows->table = target_describe(session, arena, table);
    rows->entity = (struct target_entity){.migration = "tests",
                                          .entity = table,
                                          .target_table = rows->table->quoted,
                                          .mapping_digest = "00",
                                          .mapping_text = "columns",
                                          .plan_digest = "01"};
    plan(rows, chunks);
    rows->schema.columns = ARENA_ARRAY(arena, struct column, LIMIT_COLUMNS);
    ck_assert_ptr_nonnull(rows->schema.columns);
    for (; columns[rows->schema.count] != NULL; rows->schema.count++) {
        int found = schema_find(&rows->table->schema, text_of(columns[rows->schema.count]), true);
        ck_assert_int_ge(found, 0);
        rows->schema.columns[rows->schema.count] = rows->table->schema.columns[found];
    }
    struct loader_options options = {.entity = &rows->entity,
                                     .run = rows->run,
                                     .table = rows->table,
                                     .schema = &rows->schema,
                                     .committed = committed,
                                     .committed_state = rows};
    must(loader_create(session, &options, &rows->loader, &error), &error);
    rows->writer = loader_as_writer(rows->loader);
    must(batch_init(&rows->batch, &rows->schema, NULL, &error), &error);
    begin_batch(rows);
}

static bool write_batch(struct target_rows *rows, bool ends, struct error *error)
{
    struct batch *batch = &rows->batch;
    batch->key_columns = batch->columns;
    batch->key_count = 1;
    batch_set_rows(batch, rows->filled);
    batch->chunk = rows->chunk;
    batch->chunk_ends = ends;
    for (int row = 0; row < batch->rows; row++) {
        const char *key = value_text(&batch->columns[0], row, &batch->arena);
        batch->source_hashes[row] = key == NULL ? hash_bytes("", 0) : hash_bytes(key, strlen(key));
        digest_add(&batch->tally.source, batch->source_hashes[row]);
        digest_add(&batch->tally.passed, batch->source_hashes[row]);
    }
    bool ok = rows->writer.write(rows->writer.state, batch, error);
    if (!ok) {
        rows->writer.abort(rows->writer.state);
    }
    begin_batch(rows);
    return ok;
}

bool target_rows_try(struct target_rows *rows, const char *const *cells, struct error *error)
{
    for (int i = 0; i < rows->schema.count; i++) {
        value_put(&rows->batch.columns[i], rows->filled, cells[i], &rows->batch.arena);
    }
    rows->filled++;
    return rows->filled < LIMIT_BATCH_ROWS || write_batch(rows, false, error);
}

void target_rows_push(struct target_rows *rows, const char *const *cells)
{
    struct error error = ERROR_NONE;
    must(target_rows_try(rows, cells, &error), &error);
}

bool target_rows_try_end(struct target_rows *rows, struct error *error)
{
    bool ok = write_batch(rows, true, error);
    rows->chunk++;
    return ok;
}

void target_rows_end_chunk(struct target_rows *rows)
{
    struct error error = ERROR_NONE;
    must(target_rows_try_end(rows, &error), &error);
}

void target_rows_close(struct target_rows *rows)
{
    loader_destroy(rows->loader);
    batch_release(&rows->batch);
}
