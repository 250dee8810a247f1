/* lookup.c — what a table of codes takes, and how fast it is filled and asked.
 *
 *     bench_lookup [ENTRIES]
 *
 * 5 million entries unless said otherwise, a number of 17 digits to a code of 8 letters, in memory
 * and on disk (of $TMPDIR), each in a process of its own, so that its peak is its own. Then the
 * step of an expression, with tables of 1000 entries that a cache holds, and with a NULL and a code
 * without an entry here and there: nanoseconds per row, the best of several rounds.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/lookup.h"

#include "kernels.h"
#include "lookup_table.h"
#include "lookup_use.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SMALL_ENTRIES = 1000,
    ROUNDS = 400
};

struct bench {
    struct arena arena;
    struct problems problems;
    struct error error;
    struct column columns[2];
    struct schema schema;
    struct lookup_spec spec;
    struct lookup *lookup;
    struct batch batch;
};

static double now(clockid_t clock)
{
    struct timespec time = {0};
    (void)clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(bool ok, const struct error *error)
{
    if (!ok) {
        fprintf(stderr, "lookup: %s: %s\n", error->message, error->hint);
        exit(1);
    }
}

static uint64_t mixed(uint64_t value)
{
    value ^= value >> 31;
    value *= UINT64_C(0x9E3779B97F4A7C15);
    return value ^ (value >> 29);
}

static int64_t code_of(uint64_t entry)
{
    return (int64_t)(INT64_C(25400000000000000) + (int64_t)entry * 7);
}

static void open_bench(struct bench *bench, enum type_id key, const char *folder)
{
    static const char *const names[] = {"code", "value"};

    *bench = (struct bench){.error = ERROR_NONE};
    arena_init(&bench->arena, (size_t)1 << 20, NULL);
    problems_init(&bench->problems, &bench->arena);
    bench->columns[0] = (struct column){.name = names[0], .type = type_of(key)};
    bench->columns[1] = (struct column){.name = names[1], .type = type_of(TYPE_TEXT)};
    bench->schema = (struct schema){.columns = bench->columns, .count = 2};
    bench->spec = (struct lookup_spec){
        .name = "codes", .from = names, .from_count = 1, .to = names + 1, .to_count = 1};
    must(lookup_create(&bench->spec, &bench->schema, &bench->arena, &bench->lookup, &bench->error),
         &bench->error);
    if (folder != NULL) {
        lookup_keep_on_disk(bench->lookup, folder);
    }
    lookup_bind_key(bench->lookup, 0, type_is_number(key));
    must(batch_init(&bench->batch, &bench->schema, NULL, &bench->error), &bench->error);
}

static void put_code(struct vector *vector, int row, int64_t code, struct arena *arena)
{
    if (type_storage(vector->type.id) == STORAGE_INT64) {
        vector->int64s[row] = code;
    } else if (type_storage(vector->type.id) == STORAGE_DECIMAL) {
        vector->decimals[row] = (struct decimal){.low = (uint64_t)code};
    } else {
        vector->texts[row] = text_of(arena_format(arena, "K%" PRId64, code % 1000000));
    }
}

static void fill(struct bench *bench, uint64_t entries)
{
    for (uint64_t entry = 0; entry < entries;) {
        int row = 0;
        must(batch_begin(&bench->batch, LIMIT_BATCH_ROWS, false, &bench->error), &bench->error);
        for (; row < LIMIT_BATCH_ROWS && entry < entries; row++, entry++) {
            put_code(&bench->batch.columns[0], row, code_of(entry), &bench->batch.arena);
            bench->batch.columns[1].texts[row] = text_of("A1234567");
        }
        batch_set_rows(&bench->batch, row);
        must(lookup_fill(bench->lookup, &bench->batch, &bench->problems, &bench->error),
             &bench->error);
    }
    must(lookup_seal(bench->lookup, &bench->problems, &bench->error), &bench->error);
}

static double peak_megabytes(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* Random codes, half of which are there. */
static double find_some(struct bench *bench, uint64_t entries, uint64_t finds)
{
    struct vector *codes = &bench->batch.columns[0];
    uint64_t found = 0;
    double begun = now(CLOCK_MONOTONIC);

    must(batch_begin(&bench->batch, 1, false, &bench->error), &bench->error);
    batch_set_rows(&bench->batch, 1);
    for (uint64_t i = 0; i < finds; i++) {
        char buffer[LOOKUP_KEY_BYTES];
        struct text value;
        bool null = false;
        codes->int64s[0] = code_of(mixed(i) % (2 * entries));
        const struct text key = lookup_key_text(codes, 0, true, buffer);
        found += lookup_find(bench->lookup, &key, 1, 0, &value, &null);
    }
    double taken = now(CLOCK_MONOTONIC) - begun;
    if (found < finds * 2 / 5 || found > finds * 3 / 5) {
        must(error_set(&bench->error, ERROR_INTERNAL, "half of the codes should be found"),
             &bench->error);
    }
    return taken;
}

static void bench_large(uint64_t entries, const char *folder)
{
    struct bench bench;
    const uint64_t finds = 5000000;

    open_bench(&bench, TYPE_INT8, folder);
    double begun = now(CLOCK_MONOTONIC);
    fill(&bench, entries);
    double filled = now(CLOCK_MONOTONIC) - begun;
    double asked = find_some(&bench, entries, finds);
    printf("%-7s %" PRIu64 " entries: %.1f bytes each, peak RSS %.0f MB, %.2f M fills/s, "
           "%.2f M finds/s\n",
           folder == NULL ? "memory" : "disk",
           lookup_count(bench.lookup),
           (double)lookup_bytes(bench.lookup) / (double)entries,
           peak_megabytes(),
           (double)entries / filled / 1e6,
           (double)finds / asked / 1e6);
    lookup_release(bench.lookup);
    batch_release(&bench.batch);
    arena_release(&bench.arena);
}

/* As the evaluator calls it: strict, without the rows that are NULL. */
static void bench_kernel(enum type_id type, const char *name)
{
    struct bench bench;
    struct vector codes;
    struct vector result;
    uint64_t failed[(LIMIT_BATCH_ROWS + 63) / 64] = {0};
    uint64_t valid[(LIMIT_BATCH_ROWS + 63) / 64] = {0};
    struct failures failures = {.failed = failed};
    double best = 1e9;

    open_bench(&bench, type, NULL);
    fill(&bench, SMALL_ENTRIES);
    bench.spec.missing = LOOKUP_MISSING_NULL;
    must(vector_create(&codes, type_of(type), LIMIT_BATCH_ROWS, &bench.arena, &bench.error) &&
             vector_create(
                 &result, type_of(TYPE_TEXT), LIMIT_BATCH_ROWS, &bench.arena, &bench.error),
         &bench.error);
    for (int row = 0; row < LIMIT_BATCH_ROWS; row++) {
        put_code(&codes, row, code_of(mixed((uint64_t)row) % (SMALL_ENTRIES + 10)), &bench.arena);
    }
    struct lookup_use use = {.lookup = bench.lookup,
                             .spec = &bench.spec,
                             .key_count = 1,
                             .numeric = {type_is_number(type)}};
    const struct vector *args[] = {&codes};
    const struct type *types[] = {&codes.type};
    for (int round = 0; round < ROUNDS; round++) {
        struct call call = {.args = args,
                            .types = types,
                            .arg_count = 1,
                            .result = &result,
                            .type = &result.type,
                            .valid_room = valid,
                            .count = LIMIT_BATCH_ROWS,
                            .arena = &bench.arena,
                            .state = &use,
                            .failures = &failures};
        result.valid = NULL;
        double begun = now(CLOCK_MONOTONIC);
        kernel_lookup(&call);
        double taken = now(CLOCK_MONOTONIC) - begun;
        best = taken < best ? taken : best;
    }
    printf("kernel  %d entries, %s key: %.1f ns per row\n",
           SMALL_ENTRIES,
           name,
           best / LIMIT_BATCH_ROWS * 1e9);
    batch_release(&bench.batch);
    arena_release(&bench.arena);
}

static void in_a_process(uint64_t entries, const char *folder)
{
    int status = 0;
    (void)fflush(stdout);
    const pid_t child = fork();

    if (child == 0) {
        bench_large(entries, folder);
        (void)fflush(stdout);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        exit(1);
    }
}

int main(int count, char **arguments)
{
    const char *folder = getenv("TMPDIR");
    const uint64_t entries = count > 1 ? strtoull(arguments[1], NULL, 10) : 5000000;

    bench_kernel(TYPE_INT8, "bigint");
    bench_kernel(TYPE_NUMERIC, "numeric");
    bench_kernel(TYPE_TEXT, "text");
    in_a_process(entries, NULL);
    in_a_process(entries, folder != NULL ? folder : "/tmp");
    return 0;
}
