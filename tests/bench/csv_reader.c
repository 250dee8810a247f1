/* csv_reader.c — how fast a file is read into typed, hashed batches, beside what libcsv alone needs
 * to find its fields.
 *
 *     bench_csv_reader FOLDER [MEGABYTES]
 *
 * FOLDER gets events.csv, of 300 MB unless said otherwise, and keeps it: 12 columns, of which
 * numbers, dates and times are declared, and texts are quoted or not. Prints MB/s of CPU time of
 * this thread, which other work on the machine changes little, and of wall clock.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/source.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static double now(clockid_t clock)
{
    struct timespec time = {0};
    (void)clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "csv_reader: %s\n", what);
    exit(1);
}

static void check(bool ok, const struct error *error)
{
    if (!ok) {
        fail(error->message);
    }
}

static void generate(const char *path, uint64_t bytes)
{
    static const char *const names[] = {"Abbott", "O'Dowd", "\"Smith, J\"", "Zo\xC3\xAB", "Khan"};
    struct stat status;
    if (stat(path, &status) == 0 && (uint64_t)status.st_size >= bytes) {
        return;
    }
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fail("cannot write the file");
    }
    fputs("EVENT_ID,PERSON_ID,EVENT_CD,RESULT_VAL,UNITS,PERFORMED,UPDATED,BORN,STATUS,NAME,NOTE,"
          "FLAG\n",
          file);
    uint64_t written = 0;
    for (uint64_t i = 1; written < bytes; i++) {
        unsigned n = (unsigned)(i * 2654435761U % 100000);
        int size = fprintf(file,
                           "%" PRIu64 ",%u,2540000000%07u,%u.%03u,%s,2008-%02u-%02u %02u:%02u:%02u,"
                           "2009-%02u-%02u %02u:%02u:%02u.%06u,19%02u-%02u-%02u,%s,%s,"
                           "\"Result %u was entered, and verified\",%u\n",
                           i + 10000000,
                           n * 77 + 1000000,
                           n,
                           n % 1000,
                           n % 997,
                           i % 11 == 0 ? "" : "mmol/L",
                           n % 12 + 1,
                           n % 28 + 1,
                           n % 24,
                           n % 60,
                           n / 60 % 60,
                           n % 12 + 1,
                           n % 28 + 1,
                           n % 24,
                           n % 60,
                           n / 60 % 60,
                           n * 7 % 1000000,
                           n % 100,
                           n % 12 + 1,
                           n % 28 + 1,
                           i % 3 == 0 ? "AUTH" : "MODIFIED",
                           names[i % 5],
                           n,
                           n % 2);
        if (size < 0) {
            fail("cannot write the file");
        }
        written += (uint64_t)size;
    }
    if (fclose(file) != 0) {
        fail("cannot write the file");
    }
}

static void field_seen(void *data, size_t size, void *state)
{
    (void)data;
    *(uint64_t *)state += size;
}

static void row_seen(int end, void *state)
{
    (void)end;
    (void)state;
}

/* The fields of the whole file, and nothing done with them. */
static uint64_t parse_alone(const char *path)
{
    static char piece[1 << 20];
    struct csv_parser parser;
    uint64_t bytes = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL || csv_init(&parser, 0) != 0) {
        fail("cannot read the file");
    }
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;) {
        if (csv_parse(&parser, piece, got, field_seen, row_seen, &bytes) != got) {
            fail("libcsv refuses the file");
        }
    }
    (void)csv_fini(&parser, field_seen, row_seen, &bytes);
    csv_free(&parser);
    (void)fclose(file);
    return bytes;
}

struct supply {
    struct chunk_list chunks;
    int next;
};

static bool supply_next(void *state, const struct chunk **chunk)
{
    struct supply *supply = state;
    if (supply->next == supply->chunks.count) {
        return false;
    }
    *chunk = &supply->chunks.items[supply->next++];
    return true;
}

static const struct relation_column columns[] = {
    {.name = "EVENT_ID", .type = "bigint"},
    {.name = "PERSON_ID", .type = "bigint"},
    {.name = "EVENT_CD", .type = "bigint"},
    {.name = "RESULT_VAL", .type = "numeric(12,3)"},
    {.name = "PERFORMED", .type = "timestamp"},
    {.name = "UPDATED", .type = "timestamp"},
    {.name = "BORN", .type = "date"},
    {.name = "FLAG", .type = "boolean"},
};

struct bench {
    struct arena arena;
    struct source *source;
    struct relation *relation;
    struct supply supply;
    struct error error;
};

static void plan(struct bench *bench)
{
    check(source_plan(bench->source,
                      bench->relation,
                      NULL,
                      &bench->arena,
                      &bench->supply.chunks,
                      &bench->error),
          &bench->error);
}

static uint64_t read_all(struct bench *bench)
{
    const struct chunk_supply supply = {.state = &bench->supply, .next = supply_next};
    const struct schema *schema = relation_schema(bench->relation);
    struct source_reader *reader = NULL;
    struct cancel cancel = {0};
    struct batch batch;
    bool more = true;
    uint64_t rows = 0;
    int *all = ARENA_ARRAY(&bench->arena, int, (size_t)schema->count);
    for (int i = 0; i < schema->count; i++) {
        all[i] = i;
    }
    check(source_reader_open(bench->source,
                             bench->relation,
                             all,
                             schema->count,
                             &supply,
                             &cancel,
                             &reader,
                             &bench->error),
          &bench->error);
    struct reader from = source_reader_as_reader(reader);
    check(batch_init(&batch, from.schema, NULL, &bench->error), &bench->error);
    while (more) {
        check(from.next(from.state, &batch, &more, &bench->error), &bench->error);
        rows += more ? (uint64_t)batch.rows : 0;
        if (more && batch.error_count > 0) {
            fail("a record of the file was refused");
        }
    }
    batch_release(&batch);
    source_reader_close(reader);
    return rows;
}

static void report(const char *what, uint64_t bytes, double cpu, double wall)
{
    printf("%-28s %6.0f MB/s of CPU time  %6.0f MB/s of wall clock\n",
           what,
           (double)bytes / 1e6 / (now(CLOCK_THREAD_CPUTIME_ID) - cpu),
           (double)bytes / 1e6 / (now(CLOCK_MONOTONIC) - wall));
}

int main(int argc, char **argv)
{
    static char path[4096];
    struct bench bench = {.error = ERROR_NONE};
    struct problems problems;
    struct stat status;
    if (argc < 2) {
        fail("usage: bench_csv_reader FOLDER [MEGABYTES]");
    }
    (void)snprintf(path, sizeof path, "%s/events.csv", argv[1]);
    generate(path, (argc > 2 ? strtoull(argv[2], NULL, 10) : 300) * 1000000);
    if (stat(path, &status) != 0) {
        fail("cannot read the file");
    }
    uint64_t bytes = (uint64_t)status.st_size;
    const struct plan_source settings = {
        .name = "bench", .csv = argv[1], .encoding = "UTF-8", .timezone = "UTC"};
    const struct relation_spec spec = {.file = "events.csv",
                                       .delimiter = ',',
                                       .quote = '"',
                                       .header = true,
                                       .null = "",
                                       .columns = columns,
                                       .column_count = sizeof columns / sizeof *columns};
    arena_init(&bench.arena, 65536, NULL);
    problems_init(&problems, &bench.arena);
    double cpu = now(CLOCK_THREAD_CPUTIME_ID);
    double wall = now(CLOCK_MONOTONIC);
    (void)parse_alone(path);
    report("libcsv alone", bytes, cpu, wall);
    check(source_open(&settings, NULL, &bench.source, &bench.error), &bench.error);
    check(source_describe(
              bench.source, &spec, &bench.arena, &problems, &bench.relation, &bench.error),
          &bench.error);
    if (bench.relation == NULL) {
        fail("the file is not as it was described");
    }
    cpu = now(CLOCK_THREAD_CPUTIME_ID);
    wall = now(CLOCK_MONOTONIC);
    plan(&bench);
    report("planned and hashed", bytes, cpu, wall);
    cpu = now(CLOCK_THREAD_CPUTIME_ID);
    wall = now(CLOCK_MONOTONIC);
    uint64_t rows = read_all(&bench);
    report("read, typed and hashed", bytes, cpu, wall);
    printf("%" PRIu64 " records of %d columns, %.0f MB\n",
           rows,
           relation_schema(bench.relation)->count,
           (double)bytes / 1e6);
    source_close(bench.source);
    arena_release(&bench.arena);
    return 0;
}
