/* retry.c — records of a loaded chunk that were rejected, and are read again and sent.
 *
 * Everything happens in the transaction that sends their rows: a retry that dies was never there,
 * and one that is repeated finds no open rejects of what was carried. The loader writes what is
 * rejected again as new rejects, as always; each is then moved into the reject that it repeats, by
 * key and order, which so keeps its number and its age.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_private.h"
#include "loader_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBERS_BYTES_MAX = 64 << 20
};

/* s: what was read again; n: what was rejected of it just now. */
#define PAIRED                                                                                     \
    "WITH s AS (SELECT *, row_number() OVER (PARTITION BY key ORDER BY reject) AS nth"             \
    " FROM novate.reject WHERE reject = ANY ($1::bigint[])),"                                      \
    " n AS (SELECT *, row_number() OVER (PARTITION BY key ORDER BY reject) AS nth"                 \
    " FROM novate.reject WHERE migration = $2 AND entity = $3 AND chunk = $4::integer"             \
    " AND run = $5::bigint AND NOT reject = ANY ($1::bigint[])) "

static const char record_events[] =
    PAIRED "INSERT INTO novate.reject_event (migration, entity, key, class, name, reject, run,"
           " what, at, mapping_digest)"
           " SELECT s.migration, s.entity, s.key, s.class, s.name, s.reject,"
           " CASE WHEN n.reject IS NULL THEN $5::bigint ELSE s.run END,"
           " CASE WHEN n.reject IS NULL THEN 'retried' ELSE 'rejected' END,"
           " CASE WHEN n.reject IS NULL THEN clock_timestamp()"
           " WHEN s.times_seen = 1 THEN s.first_seen_at ELSE s.rejected_at END,"
           " CASE WHEN n.reject IS NULL THEN $6 END"
           " FROM s LEFT JOIN n ON n.key = s.key AND n.nth = s.nth ORDER BY s.reject";

static const char settle_carried[] = PAIRED "UPDATE novate.reject r SET state = 'retried'"
                                            " FROM s LEFT JOIN n ON n.key = s.key AND n.nth = s.nth"
                                            " WHERE r.reject = s.reject AND n.reject IS NULL";

static const char settle_rejected[] =
    PAIRED "UPDATE novate.reject r SET run = n.run, position = n.position,"
           " column_name = n.column_name, class = n.class, name = n.name,"
           " sqlstate = n.sqlstate, message = n.message, source_hash = n.source_hash,"
           " by_target = n.by_target, rejected_at = n.rejected_at,"
           " times_seen = r.times_seen + 1"
           " FROM s JOIN n ON n.key = s.key AND n.nth = s.nth WHERE r.reject = s.reject";

static const char remove_doubles[] =
    "DELETE FROM novate.reject WHERE migration = $2 AND entity = $3 AND chunk = $4::integer"
    " AND run = $5::bigint AND NOT reject = ANY ($1::bigint[])";

/* {1,2,3} */
static const char *list_numbers(const int64_t *numbers, int count, struct arena *arena)
{
    struct text_buffer list;
    text_buffer_init(&list, NUMBERS_BYTES_MAX);
    text_buffer_char(&list, '{');
    for (int i = 0; i < count; i++) {
        text_buffer_format(&list, "%s%lld", i == 0 ? "" : ",", (long long)numbers[i]);
    }
    text_buffer_char(&list, '}');
    const char *copy = list.failed ? NULL : arena_string(arena, list.data);
    text_buffer_release(&list);
    return copy;
}

const char *retry_found(struct loader *loader)
{
    const struct loader_retry *retry = loader->options.retry;
    return list_numbers(retry->found, *retry->found_count, &loader->chunk_arena);
}

bool retry_begin(struct loader *loader, bool loaded, struct error *error)
{
    const struct loader_retry *retry = loader->options.retry;
    const struct target_entity *entity = loader->options.entity;
    struct session_result result;
    char ordinal[16];
    if (!NOVATE_CHECK(error, loaded)) {
        return false;
    }
    snprintf(ordinal, sizeof ordinal, "%d", loader->chunk);
    const char *numbers = list_numbers(retry->numbers, retry->number_count, &loader->chunk_arena);
    const char *const parameters[] = {numbers, entity->migration, entity->entity, ordinal};
    if (numbers == NULL) {
        return error_set_memory(error);
    }
    if (!session_query(loader->session,
                       "SELECT 1 FROM novate.reject WHERE reject = ANY ($1::bigint[])"
                       " AND migration = $2 AND entity = $3 AND chunk = $4::integer"
                       " AND state = 'open' FOR UPDATE",
                       4,
                       parameters,
                       &loader->chunk_arena,
                       &result,
                       error)) {
        return false;
    }
    if (result.rows == retry->number_count) {
        return true;
    }
    error_set(error, ERROR_STATE, "rejects of chunk %d were changed meanwhile", loader->chunk);
    return error_hint(error, "Nothing of the chunk was changed. Retry again.");
}

/* What the mapping rejects by its own rule is counted by rule, everything else by class. */
static const char *counted_as(const struct session_result *old, int row, struct arena *arena)
{
    const char *class_text = session_value(old, row, 1);
    const char *name = session_value(old, row, 2);
    bool by_rule = strcmp(class_text, reject_class_text(REJECT_RULE)) == 0 && name != NULL &&
                   session_value(old, row, 3)[0] != 't';
    return by_rule ? arena_format(arena, "%s:%s", class_text, name) : class_text;
}

static bool subtract(struct loader *loader,
                     const struct session_result *old,
                     int row,
                     struct tally *tally,
                     struct error *error)
{
    struct hash hash;
    const char *hex = session_value(old, row, 0);
    if (hex == NULL || !hash_from_hex(hex, &hash)) {
        return error_set(error, ERROR_STATE, "a reject of the target's ledger has no source_hash");
    }
    bool emitted = loader->options.retry->several && session_value(old, row, 4)[0] == 't';
    digest_remove(emitted ? &tally->emitted : &tally->source, hash);
    digest_remove(&tally->rejected, hash);
    const char *name = counted_as(old, row, &loader->chunk_arena);
    if (name == NULL) {
        return error_set_memory(error);
    }
    counters_take(&tally->counters, "reject", name);
    return true;
}

/* The chunk's tally without what was read again, and with what came of it. */
static bool correct_tally(struct loader *loader,
                          const char *const parameters[6],
                          struct tally *whole,
                          struct error *error)
{
    struct session_result old;
    if (!ledger_chunk_tally(loader->session,
                            parameters[1],
                            parameters[2],
                            parameters[3],
                            &loader->chunk_arena,
                            whole,
                            error) ||
        !session_query(loader->session,
                       "SELECT source_hash, class, name, by_target,"
                       " row_number() OVER (PARTITION BY key) > 1 FROM novate.reject"
                       " WHERE reject = ANY ($1::bigint[])",
                       1,
                       parameters,
                       &loader->chunk_arena,
                       &old,
                       error)) {
        return false;
    }
    for (int row = 0; row < old.rows; row++) {
        if (!subtract(loader, &old, row, whole, error)) {
            return false;
        }
    }
    return tally_merge(whole, &loader->tally, error) && NOVATE_CHECK(error, tally_closes(whole));
}

bool retry_end(struct loader *loader, struct tally *whole, struct error *error)
{
    static const char *const statements[] = {
        record_events, settle_carried, settle_rejected, remove_doubles};
    const struct loader_retry *retry = loader->options.retry;
    const struct target_entity *entity = loader->options.entity;
    struct session_result result;
    char ordinal[16];
    char run[32];
    snprintf(ordinal, sizeof ordinal, "%d", loader->chunk);
    snprintf(run, sizeof run, "%lld", (long long)loader->options.run);
    const char *numbers = retry_found(loader);
    const char *const parameters[] = {
        numbers, entity->migration, entity->entity, ordinal, run, retry->mapping_digest};
    if (numbers == NULL) {
        return error_set_memory(error);
    }
    uint64_t rows = loader->tally.source.rows + loader->tally.emitted.rows;
    if (!NOVATE_CHECK(error, rows == (uint64_t)*retry->found_count) ||
        !correct_tally(loader, parameters, whole, error)) {
        return false;
    }
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        int count = statements[i] == record_events ? 6 : 5;
        if (!session_query(loader->session,
                           statements[i],
                           count,
                           parameters,
                           &loader->chunk_arena,
                           &result,
                           error)) {
            return error_context(error, "settling the rejects of chunk %d", loader->chunk);
        }
    }
    return true;
}
