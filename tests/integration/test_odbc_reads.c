/* test_odbc_reads.c — short reads along an index, of keys of every kind, on every server: each row
 * is read once, in whatever pieces, and whatever happens to other rows meanwhile; a snapshot sees
 * nothing of that.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "odbc_admin.h"
#include "odbc_reading.h"
#include "seed.h"
#include "values.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than some reads hold, so that each kind is read in pieces. With batches of three rows reads
 * are that much shorter. */
#define ROWS (LIMIT_BATCH_ROWS < 100 ? 800 : 4000)

enum server {
    MARIADB,
    POSTGRES,
    SQLITE,
    SERVERS
};

struct key_kind {
    const char *name;
    const char *declared[SERVERS]; /* of the key columns, and constraints */
    const char *index;             /* columns of a further index, or NULL */
    const char *key[3];            /* NULL ends */
};

static const struct key_kind kinds[] = {
    {"integer",
     {"k BIGINT NOT NULL PRIMARY KEY", "k BIGINT NOT NULL PRIMARY KEY", "k INTEGER PRIMARY KEY"},
     NULL,
     {"k"}},
    {"integer_twice", {"k INT NOT NULL", "k INT NOT NULL", "k INT NOT NULL"}, "k", {"k"}},
    {"decimal",
     {"k DECIMAL(20,4) NOT NULL", "k NUMERIC(20,4) NOT NULL", "k NUMERIC NOT NULL"},
     "k",
     {"k"}},
    {"text",
     {"k VARCHAR(20) NOT NULL COLLATE utf8mb4_general_ci",
      "k VARCHAR(20) NOT NULL",
      "k VARCHAR(20) NOT NULL COLLATE NOCASE"},
     "k",
     {"k"}},
    {"date", {"k DATE NOT NULL", "k DATE NOT NULL", "k DATE NOT NULL"}, "k", {"k"}},
    {"stamp",
     {"k DATETIME(6) NOT NULL", "k TIMESTAMP NOT NULL", "k TIMESTAMP NOT NULL"},
     "k",
     {"k"}},
    {"uuid", {"k CHAR(36) NOT NULL", "k UUID NOT NULL", "k TEXT NOT NULL"}, "k", {"k"}},
    {"two",
     {"k VARCHAR(4) NOT NULL, n INT NOT NULL",
      "k VARCHAR(4) NOT NULL, n INT NOT NULL",
      "k VARCHAR(4) NOT NULL, n INT NOT NULL"},
     "k, n",
     {"k", "n"}},
    {"nulls", {"k INT, n INT", "k INT, n INT", "k INT, n INT"}, "k, n", {"k", "n"}},
    {"unindexed", {"k INT NOT NULL", "k INT NOT NULL", "k INT NOT NULL"}, NULL, {"k"}},
};
#define KINDS ((int)(sizeof kinds / sizeof kinds[0]))

static struct seed seed;
static struct plan_source settings;
static struct cancel cancel;
static char sqlite_file[64];
static char sqlite_source[256];

static const char *source_of(enum server server)
{
    const char *driver = getenv("NOVATE_TEST_SQLITE_DRIVER");
    if (server != SQLITE) {
        return getenv(server == MARIADB ? "NOVATE_TEST_MARIADB" : "NOVATE_TEST_ODBC_PG");
    }
    (void)snprintf(sqlite_file, sizeof sqlite_file, "/tmp/novate-reads-%d.db", (int)getpid());
    (void)snprintf(
        sqlite_source, sizeof sqlite_source, "DRIVER=%s;Database=%s", driver, sqlite_file);
    return driver == NULL ? NULL : sqlite_source;
}

static uint64_t draw(uint64_t below)
{
    return seed_next(&seed) % below;
}

/* The key of a row as literals. Keys repeat except where the table forbids it. */
static void push_key(struct text_buffer *sql, const struct key_kind *kind, int id)
{
    static const char *const letters[] = {"a", "A", "b", "B ", "é", "zz", "", "a_"};
    if (strcmp(kind->name, "integer") == 0) {
        /* A dense stretch, gaps, and negative ones. */
        long long key = id <= ROWS / 2 ? id
                        : id % 2 == 0  ? -(long long)id * 1000003
                                       : (long long)id * 1000000007;
        text_buffer_format(sql, "%lld", key);
    } else if (strncmp(kind->name, "integer", 7) == 0 || strcmp(kind->name, "unindexed") == 0) {
        text_buffer_format(sql, "%d", (int)draw(ROWS / 3) - 500);
    } else if (strcmp(kind->name, "decimal") == 0) {
        text_buffer_format(sql, "%d.%04d", (int)draw(3000) - 1500, (int)draw(10) * 1000);
    } else if (strcmp(kind->name, "text") == 0) {
        text_buffer_format(sql, "'%s%d'", letters[draw(8)], (int)draw(300));
    } else if (strcmp(kind->name, "date") == 0) {
        text_buffer_format(
            sql, "'%d-%02d-%02d'", 1900 + (int)draw(120), 1 + (int)draw(12), 1 + (int)draw(28));
    } else if (strcmp(kind->name, "stamp") == 0) {
        text_buffer_format(sql,
                           "'2008-06-%02d %02d:%02d:00.%06d'",
                           1 + (int)draw(28),
                           (int)draw(24),
                           (int)draw(60),
                           (int)draw(4) * 250000);
    } else if (strcmp(kind->name, "uuid") == 0) {
        text_buffer_format(sql,
                           "'%08x-0000-4000-8000-%012x'",
                           (unsigned)draw(UINT32_MAX),
                           (unsigned)draw(UINT32_MAX));
    } else if (strcmp(kind->name, "two") == 0) {
        text_buffer_format(sql, "'%s', %d", draw(2) ? "RN1" : "RHM", (int)draw(900));
    } else {
        text_buffer_format(sql, draw(9) ? "%d" : "NULL", (int)draw(50));
        text_buffer_format(sql, draw(9) ? ", %d" : ", NULL", (int)draw(50));
    }
}

static void fill(enum server server, const struct key_kind *kind)
{
    struct text_buffer sql;
    char create[256];
    char index[128] = "SELECT 1";
    (void)snprintf(
        create, sizeof create, "CREATE TABLE r (id INT NOT NULL, %s)", kind->declared[server]);
    if (kind->index != NULL) {
        (void)snprintf(index, sizeof index, "CREATE INDEX r_k ON r (%s)", kind->index);
    }
    const char *const make[] = {"DROP TABLE IF EXISTS r", create, index, NULL};
    odbc_admin(settings.odbc, make);
    text_buffer_init(&sql, (size_t)4 << 20);
    for (int id = 1; id <= ROWS; id++) {
        text_buffer_format(&sql, id % 400 == 1 ? "INSERT INTO r VALUES (%d, " : ", (%d, ", id);
        push_key(&sql, kind, id);
        text_buffer_char(&sql, ')');
        if (id % 400 == 0) {
            const char *const insert[] = {sql.data, NULL};
            odbc_admin(settings.odbc, insert);
            text_buffer_reset(&sql);
        }
    }
    text_buffer_release(&sql);
}

static void describe(struct reading *reading, const struct key_kind *kind, int *columns)
{
    static struct relation_spec spec;
    spec = reading_spec();
    spec.table = "r";
    spec.key = kind->key;
    while (kind->key[spec.key_count] != NULL) {
        spec.key_count++;
    }
    reading_open(reading, &settings);
    ck_assert_msg(reading_describe(reading, &spec), "%s", reading_problem(reading));
    /* Sometimes without the key: then it is found another way. */
    columns[0] = schema_find(relation_schema(reading->relation), text_of("id"), false);
    columns[1] = schema_find(relation_schema(reading->relation), text_of("k"), false);
    reading->columns = columns;
    reading->column_count = 1 + (int)draw(2);
}

static void each_once(const struct reading *reading, const char *name)
{
    static bool seen[ROWS + 1];
    memset(seen, 0, sizeof seen);
    for (int row = 0; row < reading->count; row++) {
        long id = strtol(reading_value(reading, row, "id"), NULL, 10);
        hold(id > 0 && id <= ROWS);
        hold_msg(!seen[id], "%s: row %ld came twice", name, id);
        seen[id] = true;
    }
    ck_assert_msg(reading->count == ROWS, "%s: %d rows came of %d", name, reading->count, ROWS);
}

static void read_in_pieces(const struct key_kind *kind)
{
    struct reading reading;
    struct pace *pace = NULL;
    struct error error = ERROR_NONE;
    int columns[2];
    describe(&reading, kind, columns);
    ck_assert(pace_create(&settings, &cancel, &pace, &error));
    source_set_pace(reading.source, pace);
    for (int round = 0; round < 3; round++) {
        reading_plan(&reading, round == 0 ? 1000000 : 1 + draw(ROWS), 0);
        reading_run(&reading);
        each_once(&reading, kind->name);
    }
    reading_close(&reading);
    pace_destroy(pace);
}

START_TEST(every_row_is_read_once)
{
    enum server server = (enum server)(_i / KINDS);
    settings = (struct plan_source){.name = "old", .odbc = source_of(server), .timezone = "UTC"};
    settings.pace.chunk_ms_target = 1; /* small reads, of changing size */
    if (settings.odbc != NULL) {
        fill(server, &kinds[_i % KINDS]);
        read_in_pieces(&kinds[_i % KINDS]);
    }
    (void)unlink(sqlite_file);
}
END_TEST

/* Hands out the chunks of a list. */
struct supply {
    const struct chunk_list *chunks;
    int next;
};

static bool supply_next(void *state, const struct chunk **chunk)
{
    struct supply *supply = state;
    if (supply->next == supply->chunks->count) {
        return false;
    }
    *chunk = &supply->chunks->items[supply->next++];
    return true;
}

/* Reads ids, and does `statement` to the source after each chunk. Rows that were seen, by id. */
static void read_while(struct reading *reading, const char *statement, int *seen, int seen_max)
{
    struct supply supply = {.chunks = &reading->chunks};
    const struct chunk_supply chunks = {.state = &supply, .next = supply_next};
    const char *const statements[] = {statement, NULL};
    struct source_reader *opened = NULL;
    struct batch batch;
    bool more = true;
    ck_assert(source_reader_open(reading->source,
                                 reading->relation,
                                 reading->columns,
                                 1,
                                 &chunks,
                                 NULL,
                                 &opened,
                                 &reading->error));
    struct reader reader = source_reader_as_reader(opened);
    ck_assert(batch_init(&batch, reader.schema, NULL, &reading->error));
    while (more) {
        bool ok = reader.next(reader.state, &batch, &more, &reading->error);
        hold_msg(ok, "%s", reading->error.message);
        for (int row = 0; more && row < batch.rows; row++) {
            const char *text = value_text(&batch.columns[0], row, &reading->arena);
            long id = strtol(text, NULL, 10);
            hold(id > 0 && id < seen_max);
            seen[id]++;
        }
        if (more && batch.chunk_ends) {
            odbc_admin(settings.odbc, statements);
        }
    }
    batch_release(&batch);
    source_reader_close(opened);
}

/* Rows that stay are read once, whatever comes and goes beside them. */
START_TEST(rows_that_stay_are_read_once)
{
    static int seen[2 * ROWS];
    struct reading reading;
    int columns[2];
    enum server server = (enum server)_i;
    settings = (struct plan_source){.name = "old",
                                    .odbc = source_of(server),
                                    .timezone = "UTC",
                                    .consistency = CONSISTENCY_CHUNK};
    ck_assert_ptr_nonnull(settings.odbc);
    fill(server, &kinds[1]);
    describe(&reading, &kinds[1], columns);
    reading_plan(&reading, ROWS / 7, 0);
    memset(seen, 0, sizeof seen);
    /* All rows move to other ids but the even ones, at keys all over. */
    read_while(&reading,
               server == SQLITE ? "DELETE FROM r WHERE id % 2 = 1 AND k % 7 = 1"
                                : "DELETE FROM r WHERE id % 2 = 1 AND MOD(k, 7) = 1",
               seen,
               2 * ROWS);
    for (int id = 2; id <= ROWS; id += 2) {
        hold_msg(seen[id] == 1, "row %d came %d times", id, seen[id]);
    }
    reading_close(&reading);
}
END_TEST

/* A row that comes while a snapshot is read is not in it; chunk by chunk it is. */
START_TEST(a_snapshot_sees_one_point_in_time)
{
    static int seen[2 * ROWS];
    enum server server = (enum server)(_i / 2);
    bool snapshot = _i % 2 == 0;
    struct reading reading;
    int columns[2];
    settings =
        (struct plan_source){.name = "old",
                             .odbc = source_of(server),
                             .timezone = "UTC",
                             .consistency = snapshot ? CONSISTENCY_SNAPSHOT : CONSISTENCY_CHUNK};
    ck_assert_ptr_nonnull(settings.odbc);
    fill(server, &kinds[1]);
    if (server == SQLITE) {
        static const char *const log[] = {"PRAGMA journal_mode = wal", NULL};
        odbc_admin(settings.odbc, log);
    }
    describe(&reading, &kinds[1], columns);
    reading_plan(&reading, ROWS / 5, 0);
    ck_assert_int_gt(reading.chunks.count, 2);
    memset(seen, 0, sizeof seen);
    read_while(&reading, "INSERT INTO r SELECT max(id) + 1, 100000 FROM r", seen, 2 * ROWS);
    ck_assert_int_eq(seen[ROWS + 1], snapshot ? 0 : 1);
    ck_assert_int_eq(seen[ROWS], 1);
    reading_close(&reading);
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_MARIADB") == NULL || getenv("NOVATE_TEST_ODBC_PG") == NULL) {
        return 77;
    }
    seed = seed_of(20080605);
    Suite *suite = suite_create("odbc_reads");
    TCase *tests = tcase_create("odbc_reads");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, every_row_is_read_once, 0, SERVERS * KINDS);
    tcase_add_loop_test(tests, rows_that_stay_are_read_once, 0, SERVERS);
    tcase_add_loop_test(tests, a_snapshot_sees_one_point_in_time, 0, 2 * SERVERS);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
