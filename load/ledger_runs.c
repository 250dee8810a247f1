/* ledger_runs.c — novate.run, novate.verification and novate.difference.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_encode.h"
#include "session_private.h"

#include "novate/fault_point.h"
#include "novate/target_ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs a statement that gives no rows. */
static bool run_statement(struct session *session,
                          const char *sql,
                          int count,
                          const char *const *parameters,
                          uint64_t *affected,
                          struct error *error)
{
    struct arena arena;
    struct session_result result;
    arena_init(&arena, 1024, NULL);
    bool ok = session_query(session, sql, count, parameters, &arena, &result, error);
    if (ok) {
        *affected = result.affected;
    }
    arena_release(&arena);
    return ok;
}

bool target_run_begin(struct session *session,
                      const char *migration,
                      const char *kind,
                      const char *plan_digest,
                      int64_t *run,
                      struct error *error)
{
    struct arena arena;
    struct session_result result;
    char host[256] = "";
    (void)gethostname(host, sizeof host - 1);
    const char *const parameters[] = {migration, kind, plan_digest, NOVATE_VERSION, host};
    arena_init(&arena, 1024, NULL);
    bool ok = fault_point_meet(FAULT_POINT_RUN_BEGIN, error) &&
              session_query(session,
                            "INSERT INTO novate.run (migration, kind, plan_digest, tool, host)"
                            " VALUES ($1, $2, $3, $4, $5) RETURNING run::text",
                            5,
                            parameters,
                            &arena,
                            &result,
                            error);
    if (ok) {
        *run = strtoll(session_value(&result, 0, 0), NULL, 10);
    } else {
        error_context(error, "recording the run in the target's ledger");
    }
    arena_release(&arena);
    return ok;
}

bool target_run_finish(struct session *session,
                       int64_t run,
                       const char *verdict,
                       const char *report,
                       struct error *error)
{
    char number[32];
    uint64_t affected = 0;
    snprintf(number, sizeof number, "%lld", (long long)run);
    const char *const parameters[] = {number, verdict, report};
    return (fault_point_meet(FAULT_POINT_RUN_FINISH, error) &&
            run_statement(session,
                          "UPDATE novate.run SET finished_at = clock_timestamp(), verdict = $2,"
                          " report = $3::json WHERE run = $1::bigint",
                          3,
                          parameters,
                          &affected,
                          error) &&
            NOVATE_CHECK(error, affected == 1)) ||
           error_context(error, "recording the end of the run in the target's ledger");
}

bool target_runs(struct session *session,
                 const char *migration,
                 struct arena *arena,
                 struct target_run **runs,
                 int *count,
                 struct error *error)
{
    struct session_result result;
    const char *const parameters[] = {migration};
    if (!session_query(
            session,
            "SELECT run::text, migration, kind, plan_digest,"
            " to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
            " to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
            " verdict, tool, role, host FROM novate.run WHERE migration = $1 ORDER BY run",
            1,
            parameters,
            arena,
            &result,
            error)) {
        return error_context(error, "reading the runs of the target's ledger");
    }
    *runs = ARENA_ARRAY(arena, struct target_run, (size_t)result.rows + 1);
    if (*runs == NULL) {
        return error_set_memory(error);
    }
    *count = result.rows;
    for (int i = 0; i < result.rows; i++) {
        (*runs)[i] = (struct target_run){
            .run = strtoll(session_value(&result, i, 0), NULL, 10),
            .migration = session_value(&result, i, 1),
            .kind = session_value(&result, i, 2),
            .plan_digest = session_value(&result, i, 3),
            .started_at = session_value(&result, i, 4),
            .finished_at = session_value(&result, i, 5),
            .verdict = session_value(&result, i, 6),
            .tool = session_value(&result, i, 7),
            .role = session_value(&result, i, 8),
            .host = session_value(&result, i, 9),
        };
    }
    return true;
}

static bool put_differences(struct session *session,
                            const struct target_verification *verification,
                            const struct target_difference *differences,
                            int count,
                            struct error *error)
{
    struct text_buffer rows;
    text_buffer_init(&rows, (size_t)1 << 30);
    for (int i = 0; i < count; i++) {
        text_buffer_format(&rows, "%lld\t", (long long)verification->run);
        copy_text_field(&rows, verification->entity);
        text_buffer_format(&rows, "\t%d\t", i);
        copy_text_field(&rows, differences[i].key);
        text_buffer_char(&rows, '\t');
        copy_text_field(&rows, differences[i].kind);
        text_buffer_char(&rows, '\t');
        copy_text_field(&rows, differences[i].columns == NULL ? "[]" : differences[i].columns);
        text_buffer_char(&rows, '\n');
    }
    bool ok = count == 0 ||
              session_copy_text(session,
                                "COPY novate.difference (run, entity, ordinal, key, kind, columns)"
                                " FROM STDIN",
                                &rows,
                                error);
    text_buffer_release(&rows);
    return ok;
}

static bool put_verification(struct session *session,
                             const struct target_verification *verification,
                             struct error *error)
{
    char numbers[5][32];
    uint64_t affected = 0;
    snprintf(numbers[0], sizeof numbers[0], "%lld", (long long)verification->run);
    const uint64_t counts[] = {verification->equal,
                               verification->not_equal,
                               verification->missing_target,
                               verification->missing_source};
    for (int i = 0; i < 4; i++) {
        snprintf(numbers[i + 1], sizeof numbers[i + 1], "%llu", (unsigned long long)counts[i]);
    }
    const char *const parameters[] = {numbers[0],
                                      verification->entity,
                                      verification->verdict,
                                      numbers[1],
                                      numbers[2],
                                      numbers[3],
                                      numbers[4],
                                      verification->source_digest,
                                      verification->target_digest};
    return run_statement(session,
                         "DELETE FROM novate.verification WHERE run = $1::bigint AND entity = $2",
                         2,
                         parameters,
                         &affected,
                         error) &&
           run_statement(session,
                         "INSERT INTO novate.verification (run, entity, verdict, equal, not_equal,"
                         " missing_target, missing_source, source_digest, target_digest)"
                         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                         9,
                         parameters,
                         &affected,
                         error);
}

bool target_verification_put(struct session *session,
                             const struct target_verification *verification,
                             const struct target_difference *differences,
                             int difference_count,
                             struct error *error)
{
    bool ok = session_execute(session, "BEGIN", error) &&
              put_verification(session, verification, error) &&
              put_differences(session, verification, differences, difference_count, error) &&
              fault_point_meet(FAULT_POINT_VERIFY_COMMIT, error);
    if (!session_execute(session, ok ? "COMMIT" : "ROLLBACK", error) || !ok) {
        return error_context(error, "recording the verification of \"%s\"", verification->entity);
    }
    return true;
}
