/* target_catalogue.c — the contract is in target_catalogue.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/target_catalogue.h"

#include "catalogue_queries.h"
#include "session_private.h"

#include "novate/target_state.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Definitions are to depend on nothing but what is defined. */
static const char begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                            "SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off;"
                            "SET LOCAL lc_monetary = 'C'; SET LOCAL xmlbinary = 'base64'";

bool target_catalogue_schemas(struct session *session,
                              struct arena *arena,
                              const char **schemas,
                              struct error *error)
{
    struct session_result result;
    if (!session_query(session, CATALOGUE_SCHEMAS_QUERY, 0, NULL, arena, &result, error)) {
        return error_context(error, "looking for the schemas of the target");
    }
    *schemas = session_value(&result, 0, 0);
    return true;
}

static int by_property(const void *a, const void *b)
{
    const struct catalogue_item *left = a;
    const struct catalogue_item *right = b;
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->property, right->property);
}

static void take_items(enum catalogue_kind kind,
                       const struct session_result *result,
                       struct target_catalogue *catalogue)
{
    for (int row = 0; row < result->rows; row++) {
        catalogue->items[catalogue->count++] = (struct catalogue_item){
            .kind = kind,
            .schema = session_value(result, row, 0),
            .object = session_value(result, row, 1),
            .name = session_value(result, row, 2),
            .model = session_value(result, row, 3),
            .property = session_value(result, row, 4),
            .value = session_value(result, row, 5),
        };
    }
}

static bool read_items(struct session *session,
                       const char *schemas,
                       struct arena *arena,
                       struct target_catalogue *catalogue,
                       struct error *error)
{
    struct session_result results[CATALOGUE_KIND_COUNT];
    const char *const parameters[] = {schemas};
    size_t rows = 0;
    for (int kind = 0; kind < CATALOGUE_KIND_COUNT; kind++) {
        if (!session_query(
                session, CATALOGUE_QUERIES[kind], 1, parameters, arena, &results[kind], error)) {
            return false;
        }
        rows += (size_t)results[kind].rows;
    }
    catalogue->items = ARENA_ARRAY(arena, struct catalogue_item, rows + 1);
    if (catalogue->items == NULL) {
        return error_set_memory(error);
    }
    for (int kind = 0; kind < CATALOGUE_KIND_COUNT; kind++) {
        take_items((enum catalogue_kind)kind, &results[kind], catalogue);
    }
    qsort(catalogue->items, (size_t)catalogue->count, sizeof *catalogue->items, by_property);
    return true;
}

/* Room for more, which doubles. */
static void *grown(struct arena *arena, void *list, int count, size_t size)
{
    if ((count & (count - 1)) != 0) {
        return list;
    }
    void *more =
        arena_array(arena, count == 0 ? 1 : (size_t)count * 2, size, _Alignof(max_align_t));
    if (more != NULL && count > 0) {
        memcpy(more, list, (size_t)count * size);
    }
    return more;
}

static bool add_gap(struct target_catalogue *catalogue,
                    struct arena *arena,
                    struct catalogue_gap gap,
                    struct error *error)
{
    struct catalogue_gap *list = grown(arena, catalogue->gaps, catalogue->gap_count, sizeof gap);
    if (list == NULL || gap.reason == NULL) {
        return error_set_memory(error);
    }
    list[catalogue->gap_count++] = gap;
    catalogue->gaps = list;
    return true;
}

/* With its table; in quotes unless it is plain. */
static const char *column_of(struct arena *arena, const char *table, const char *column)
{
    struct text_buffer name;
    bool plain = column[0] < '0' || column[0] > '9';
    text_buffer_init(&name, 4096);
    text_buffer_format(&name, "%s.", table);
    if (plain && strspn(column, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(column)) {
        text_buffer_string(&name, column);
    } else {
        text_buffer_identifier(&name, column, '"');
    }
    const char *copy = name.failed ? NULL : arena_string(arena, name.data);
    text_buffer_release(&name);
    return copy;
}

static bool add_sequence(struct target_catalogue *catalogue,
                         struct arena *arena,
                         const char *table,
                         const struct target_sequence *sequence,
                         struct error *error)
{
    struct catalogue_sequence *list =
        grown(arena, catalogue->sequences, catalogue->sequence_count, sizeof *list);
    const char *name = column_of(arena, table, sequence->column);
    if (list == NULL || name == NULL) {
        return error_set_memory(error);
    }
    list[catalogue->sequence_count++] = (struct catalogue_sequence){
        .name = sequence->sequence,
        .column = name,
        .next = sequence->next,
        .furthest = sequence->furthest,
        .behind = sequence->behind,
        .beyond = sequence->beyond,
    };
    catalogue->sequences = list;
    return true;
}

/* Under a savepoint: what a role may not read (a schema, rows behind row security) is refused by
 * the server only when it is asked. */
static bool read_sequences_of(struct session *session,
                              const struct target_table *table,
                              struct arena *arena,
                              struct target_catalogue *catalogue,
                              struct error *error)
{
    struct target_sequence *list = NULL;
    struct error reason = ERROR_NONE;
    int count = 0;
    if (!session_execute(session, "SAVEPOINT look", error)) {
        return false;
    }
    if (!target_sequences(session, table, arena, &list, &count, &reason)) {
        if (strcmp(reason.sqlstate, "42501") != 0) {
            *error = reason;
            return false;
        }
        const struct catalogue_gap gap = {
            CATALOGUE_TABLE, table->quoted, arena_format(arena, "next values: %s", reason.message)};
        return session_execute(session, "ROLLBACK TO SAVEPOINT look", error) &&
               add_gap(catalogue, arena, gap, error);
    }
    for (int index = 0; index < count; index++) {
        const struct catalogue_gap gap = {CATALOGUE_SEQUENCE,
                                          list[index].sequence,
                                          "next value: this role may not read it, or not the "
                                          "column that it feeds"};
        if (!(list[index].readable
                  ? add_sequence(catalogue, arena, table->quoted, &list[index], error)
                  : add_gap(catalogue, arena, gap, error))) {
            return false;
        }
    }
    return session_execute(session, "RELEASE SAVEPOINT look", error);
}

static bool read_sequences(struct session *session,
                           const char *schemas,
                           struct arena *arena,
                           struct target_catalogue *catalogue,
                           struct error *error)
{
    struct session_result found;
    const char *const parameters[] = {schemas};
    if (!session_query(session, CATALOGUE_FED_QUERY, 1, parameters, arena, &found, error)) {
        return false;
    }
    for (int row = 0; row < found.rows; row++) {
        const struct target_table table = {
            .oid = (uint32_t)strtoul(session_value(&found, row, 0), NULL, 10),
            .quoted = session_value(&found, row, 1),
        };
        if (!read_sequences_of(session, &table, arena, catalogue, error)) {
            return false;
        }
    }
    return true;
}

static bool read_version(struct session *session,
                         struct arena *arena,
                         struct target_catalogue *catalogue,
                         struct error *error)
{
    struct session_result result;
    if (!session_query(session,
                       "SELECT split_part(current_setting('server_version'), ' ', 1),"
                       " (current_setting('server_version_num')::int / 10000)::text",
                       0,
                       NULL,
                       arena,
                       &result,
                       error)) {
        return false;
    }
    catalogue->version = session_value(&result, 0, 0);
    catalogue->major = (int)strtol(session_value(&result, 0, 1), NULL, 10);
    return true;
}

bool target_catalogue_read(struct session *session,
                           const char *schemas,
                           bool values,
                           struct arena *arena,
                           struct target_catalogue *catalogue,
                           struct error *error)
{
    *catalogue = (struct target_catalogue){.count = 0};
    bool ok = session_execute(session, begin, error) &&
              read_version(session, arena, catalogue, error) &&
              read_items(session, schemas, arena, catalogue, error) &&
              (!values || read_sequences(session, schemas, arena, catalogue, error)) &&
              session_execute(session, "COMMIT", error);
    if (!ok) {
        session_rollback(session);
        return error_context(error, "reading the catalogue of the target");
    }
    return true;
}
