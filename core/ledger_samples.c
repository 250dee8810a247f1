/* ledger_samples.c — the contract is in novate/ledger_sample.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_sql.h"

#include "novate/ledger_sample.h"

static const char create_sql[] = "CREATE TABLE IF NOT EXISTS sample_note ("
                                 "  entity         TEXT NOT NULL,"
                                 "  sheet          TEXT NOT NULL,"
                                 "  sheet_sha256   TEXT NOT NULL,"
                                 "  mapping_digest TEXT NOT NULL,"
                                 "  strata         TEXT,"
                                 "  seed           INTEGER NOT NULL,"
                                 "  size           INTEGER NOT NULL,"
                                 "  population     INTEGER NOT NULL,"
                                 "  records        INTEGER NOT NULL,"
                                 "  drawn_at       TEXT NOT NULL,"
                                 "  at             TEXT,"
                                 "  checked        INTEGER NOT NULL,"
                                 "  errors         INTEGER NOT NULL,"
                                 "  who            TEXT,"
                                 "  why            TEXT"
                                 ") STRICT;";

static bool insert(struct ledger *ledger, const struct ledger_sample *sample, struct error *error)
{
    struct ledger_statement statement;
    const char *const texts[] = {sample->entity,
                                 sample->sheet,
                                 sample->sheet_sha256,
                                 sample->mapping_digest,
                                 sample->strata,
                                 sample->drawn_at,
                                 sample->at,
                                 sample->who,
                                 sample->why};
    const uint64_t numbers[] = {sample->seed,
                                sample->size,
                                sample->population,
                                sample->records,
                                sample->checked,
                                sample->errors};
    const int text_count = (int)(sizeof texts / sizeof *texts);
    bool ok =
        ledger_prepare(ledger,
                       &statement,
                       "INSERT INTO sample_note (entity, sheet, sheet_sha256, mapping_digest, "
                       "strata, drawn_at, at, who, why, seed, size, population, records, "
                       "checked, errors) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
                       "?11, ?12, ?13, ?14, ?15)",
                       error);

    for (int i = 0; i < text_count; i++) {
        ledger_bind_text(&statement, i + 1, texts[i]);
    }
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++) {
        ledger_bind_number(&statement, text_count + i + 1, (int64_t)numbers[i]);
    }
    ok = ok && ledger_step(&statement, NULL, error);
    ledger_release(&statement);
    return ok;
}

bool ledger_sample_put(struct ledger *ledger,
                       const struct ledger_sample *sample,
                       struct error *error)
{
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_begin(ledger, error) &&
              ledger_end(ledger,
                         ledger_execute(ledger, create_sql, error) && insert(ledger, sample, error),
                         error);
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}

static bool count_rows(struct ledger *ledger, const char *sql, int *count, struct error *error)
{
    struct ledger_statement statement;
    bool row = false;
    bool ok =
        ledger_prepare(ledger, &statement, sql, error) && ledger_step(&statement, &row, error);

    *count = ok && row ? (int)ledger_number(&statement, 0) : 0;
    ledger_release(&statement);
    return ok;
}

static bool read_sample(const struct ledger_statement *statement,
                        struct arena *arena,
                        struct ledger_sample *sample,
                        struct error *error)
{
    const char **const texts[] = {&sample->entity,
                                  &sample->sheet,
                                  &sample->sheet_sha256,
                                  &sample->mapping_digest,
                                  &sample->strata,
                                  &sample->drawn_at,
                                  &sample->at,
                                  &sample->who,
                                  &sample->why};
    uint64_t *const numbers[] = {&sample->seed,
                                 &sample->size,
                                 &sample->population,
                                 &sample->records,
                                 &sample->checked,
                                 &sample->errors};
    const int text_count = (int)(sizeof texts / sizeof *texts);

    for (int i = 0; i < text_count; i++) {
        if (!ledger_text(statement, i, arena, texts[i], error)) {
            return false;
        }
    }
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++) {
        *numbers[i] = (uint64_t)ledger_number(statement, text_count + i);
    }
    return true;
}

static bool read_all(struct ledger *ledger,
                     struct arena *arena,
                     struct ledger_sample *samples,
                     int count,
                     struct error *error)
{
    struct ledger_statement statement;
    bool row = true;
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "SELECT entity, sheet, sheet_sha256, mapping_digest, strata, "
                             "drawn_at, at, who, why, seed, size, population, records, checked, "
                             "errors FROM sample_note ORDER BY rowid",
                             error);

    for (int i = 0; ok && i < count; i++) {
        ok = ledger_step(&statement, &row, error) && NOVATE_CHECK(error, row) &&
             read_sample(&statement, arena, &samples[i], error);
    }
    ledger_release(&statement);
    return ok;
}

bool ledger_samples(struct ledger *ledger,
                    struct arena *arena,
                    struct ledger_sample **samples,
                    int *count,
                    struct error *error)
{
    int tables = 0;

    *count = 0;
    *samples = NULL;
    pthread_mutex_lock(&ledger->mutex);
    bool ok = count_rows(
        ledger, "SELECT count(*) FROM sqlite_schema WHERE name = 'sample_note'", &tables, error);
    if (ok && tables > 0) {
        ok = count_rows(ledger, "SELECT count(*) FROM sample_note", count, error);
        *samples = ARENA_ARRAY(arena, struct ledger_sample, (size_t)*count + 1);
        ok = ok && (*samples != NULL || error_set_memory(error)) &&
             read_all(ledger, arena, *samples, *count, error);
    }
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}
