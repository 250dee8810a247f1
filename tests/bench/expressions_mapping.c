/* expressions_mapping.c — the mapping of the benchmark's table, applied to batches in memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expressions_bench.h"

#include "novate/transform.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BATCHES 32
#define PASSES  8 /* over all batches, per round */

static const struct {
    const char *name;
    const char *type;
} source_columns[] = {
    {"EVENT_ID", "bigint"},
    {"PERSON_ID", "bigint"},
    {"ENCNTR_ID", "bigint"},
    {"EVENT_CD", "bigint"},
    {"EVENT_CLASS_CD", "integer"},
    {"RESULT_STATUS_CD", "integer"},
    {"RESULT_VAL", "varchar(255)"},
    {"RESULT_UNITS_CD", "integer"},
    {"EVENT_END_DT_TM", "timestamp"},
    {"UPDT_DT_TM", "varchar(30)"},
    {"ACCESSION_NBR", "varchar(20)"},
    {"EVENT_TAG", "varchar(255)"},
    {"NHS_NBR", "varchar(20)"},
};

static const struct {
    const char *name;
    const char *type;
    const char *expression;
} target_columns[] = {
    {"event_id", "bigint", "EVENT_ID"},
    {"person_id", "bigint", "PERSON_ID"},
    {"encounter_id", "bigint", "ENCNTR_ID"},
    {"code", "bigint", "EVENT_CD"},
    {"class",
     "text",
     "CASE WHEN EVENT_CLASS_CD < 210 THEN 'laboratory' WHEN EVENT_CLASS_CD < 230 THEN 'vital' "
     "ELSE 'other' END"},
    {"status", "text", "lookup('status', RESULT_STATUS_CD)"},
    {"result", "numeric(12,3)", "CAST(RESULT_VAL AS numeric(12,3))"},
    {"units", "integer", "RESULT_UNITS_CD"},
    {"occurred_at", "timestamp", "EVENT_END_DT_TM"},
    {"updated_at", "timestamp", "CAST(UPDT_DT_TM AS timestamp)"},
    {"accession", "varchar(20)", "ACCESSION_NBR"},
    {"remark", "varchar(255)", "trim(EVENT_TAG)"},
    {"nhs_number", "char(10)", "try(nhs_number(NHS_NBR))"},
};

#define SOURCES ((int)(sizeof source_columns / sizeof source_columns[0]))
#define TARGETS ((int)(sizeof target_columns / sizeof target_columns[0]))

struct mapped {
    struct arena arena;
    struct error error;
    struct problems problems;
    struct column source_columns[SOURCES];
    struct column target_columns[TARGETS];
    struct expression_spec specs[TARGETS];
    struct lookup_spec lookup_spec;
    struct column lookup_columns[2];
    struct schema source;
    struct schema target;
    struct schema lookup_schema;
    struct lookup *lookup;
    struct mapping mapping;
    struct program *program;
    struct transform *transform;
    struct batch batches[BATCHES];
    struct batch out;
};

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static void put_text(struct batch *batch, int column, int row, const char *text)
{
    size_t size = strlen(text);
    char *copy = arena_copy(&batch->arena, text, size);

    if (copy == NULL) {
        bench_fail("out of memory");
    }
    batch->columns[column].texts[row] = text_from(copy, size);
}

static void put_nhs_number(struct batch *batch, int row, uint64_t random)
{
    char text[16];
    unsigned sum = 0;

    (void)snprintf(text, sizeof text, "%09u", (unsigned)(400000000 + random % 99999999));
    for (unsigned i = 0; i < 9; i++) {
        sum += (unsigned)(text[i] - '0') * (10 - i);
    }
    unsigned digit = (11 - sum % 11) % 11;
    text[9] = (char)('0' + (digit == 10 ? 0 : digit)); /* one in eleven is wrong */
    text[10] = '\0';
    put_text(batch, 12, row, text);
}

static void put_texts(struct batch *batch, int row, uint64_t random)
{
    static const char *const remarks[] = {"Potassium level, serum",
                                          "Haemoglobin estimation",
                                          " Temperature, tympanic ",
                                          "Blood pressure, diastolic, sitting",
                                          "Oxygen saturation on air"};
    char text[64];

    (void)snprintf(
        text, sizeof text, "%u.%u", (unsigned)(random >> 8) % 300, (unsigned)(random >> 20) % 10);
    put_text(batch, 6, row, text);
    (void)snprintf(text,
                   sizeof text,
                   "%04u-%02u-%02u %02u:%02u:%02u",
                   (unsigned)(2006 + random % 3),
                   (unsigned)(1 + (random >> 8) % 12),
                   (unsigned)(1 + (random >> 16) % 28),
                   (unsigned)(random >> 24) % 24,
                   (unsigned)(random >> 32) % 60,
                   (unsigned)(random >> 40) % 60);
    put_text(batch, 9, row, text);
    (void)snprintf(text, sizeof text, "%06u%012u", (unsigned)(8000 + random % 366), (unsigned)row);
    put_text(batch, 10, row, text);
    put_text(batch, 11, row, remarks[(random >> 60) % 5]);
    put_nhs_number(batch, row, random);
}

/* The same rows on every machine; one result in sixteen is NULL. */
static void fill(struct mapped *mapped, int index)
{
    static const int statuses[8] = {25, 25, 25, 25, 34, 35, 31, 36};
    struct batch *batch = &mapped->batches[index];

    bench_check(batch_init(batch, program_source_schema(mapped->program), NULL, &mapped->error),
                &mapped->error);
    bench_check(batch_begin(batch, LIMIT_BATCH_ROWS, false, &mapped->error), &mapped->error);
    for (int row = 0; row < LIMIT_BATCH_ROWS; row++) {
        uint64_t number = (uint64_t)index * LIMIT_BATCH_ROWS + (uint64_t)row;
        uint64_t a = mix(number * 2);
        int64_t values[] = {(int64_t)(1000000000 + number * 2),
                            (int64_t)(20000000 + a % 900000),
                            (int64_t)(30000000 + a % 2700000),
                            (int64_t)(10000000000000000 + a % 80000000000000000),
                            (int64_t)(200 + (a >> 40) % 40),
                            statuses[(a >> 48) % 8],
                            0,
                            (int64_t)(270 + (a >> 32) % 30),
                            (int64_t)(a % 250000000) * 1000000};
        for (int i = 0; i < 9; i++) {
            if (i != 6) {
                batch->columns[i].int64s[row] = values[i];
            }
        }
        put_texts(batch, row, mix(number * 2 + 1));
        batch->source_hashes[row] = hash_bytes(&number, sizeof number);
        if (row % 16 == 0) {
            bench_check(vector_ensure_validity(&batch->columns[6], &batch->arena, &mapped->error),
                        &mapped->error);
            validity_clear(batch->columns[6].valid, row);
            batch->columns[6].texts[row] = TEXT_NONE;
        }
    }
    batch_set_rows(batch, LIMIT_BATCH_ROWS);
}

static struct column make_column(const char *name, const char *type)
{
    struct column column = {.name = name, .declared = type, .nullable = true};

    if (!type_parse(text_of(type), &column.type)) {
        bench_fail(type);
    }
    return column;
}

static void make_lookup(struct mapped *mapped)
{
    static const char *const names[] = {"code_value", "code"};
    static const char *const pairs[] = {"25",
                                        "final",
                                        "31",
                                        "entered-in-error",
                                        "34",
                                        "corrected",
                                        "35",
                                        "amended",
                                        "36",
                                        "cancelled"};
    struct batch batch;

    mapped->lookup_spec = (struct lookup_spec){.name = "status",
                                               .from = names,
                                               .from_count = 1,
                                               .to = names + 1,
                                               .to_count = 1,
                                               .missing = LOOKUP_MISSING_REJECT};
    mapped->lookup_columns[0] = make_column("code_value", "text");
    mapped->lookup_columns[1] = make_column("code", "text");
    mapped->lookup_schema = (struct schema){.columns = mapped->lookup_columns, .count = 2};
    bench_check(lookup_create(&mapped->lookup_spec,
                              &mapped->lookup_schema,
                              &mapped->arena,
                              &mapped->lookup,
                              &mapped->error),
                &mapped->error);
    bench_check(batch_init(&batch, &mapped->lookup_schema, NULL, &mapped->error), &mapped->error);
    bench_check(batch_begin(&batch, 5, false, &mapped->error), &mapped->error);
    for (int i = 0; i < 5; i++) {
        put_text(&batch, 0, i, pairs[2 * i]);
        put_text(&batch, 1, i, pairs[2 * i + 1]);
    }
    batch_set_rows(&batch, 5);
    mapped->mapping.lookups = &mapped->lookup_spec;
    mapped->mapping.lookup_count = 1;
    /* The compiler says first how keys are asked for. */
    bench_check(program_compile(&mapped->mapping,
                                &mapped->source,
                                &mapped->target,
                                &mapped->lookup,
                                "Europe/London",
                                &mapped->arena,
                                &mapped->problems,
                                &mapped->program,
                                &mapped->error),
                &mapped->error);
    if (mapped->program == NULL) {
        bench_fail(mapped->problems.items[0].message);
    }
    bench_check(lookup_fill(mapped->lookup, &batch, &mapped->problems, &mapped->error),
                &mapped->error);
    bench_check(lookup_seal(mapped->lookup, &mapped->problems, &mapped->error), &mapped->error);
    batch_release(&batch);
}

static void open_mapping(struct mapped *mapped)
{
    static const char *const key[] = {"EVENT_ID"};
    static const char *const target_key[] = {"event_id"};

    arena_init(&mapped->arena, 1 << 20, NULL);
    problems_init(&mapped->problems, &mapped->arena);
    for (int i = 0; i < SOURCES; i++) {
        mapped->source_columns[i] = make_column(source_columns[i].name, source_columns[i].type);
    }
    for (int i = 0; i < TARGETS; i++) {
        mapped->target_columns[i] = make_column(target_columns[i].name, target_columns[i].type);
        mapped->specs[i] = (struct expression_spec){.name = target_columns[i].name,
                                                    .text = target_columns[i].expression};
    }
    mapped->source = (struct schema){.columns = mapped->source_columns, .count = SOURCES};
    mapped->target = (struct schema){.columns = mapped->target_columns, .count = TARGETS};
    mapped->mapping = (struct mapping){.file = "event.yaml",
                                       .directory = ".",
                                       .entity = "event",
                                       .source = {.key = key, .key_count = 1},
                                       .target_table = "bench.event",
                                       .target_key = target_key,
                                       .target_key_count = 1,
                                       .columns = mapped->specs,
                                       .column_count = TARGETS};
    make_lookup(mapped);
    bench_check(transform_create(mapped->program, NULL, &mapped->transform, &mapped->error),
                &mapped->error);
    bench_check(
        batch_init(&mapped->out, program_target_schema(mapped->program), NULL, &mapped->error),
        &mapped->error);
    for (int i = 0; i < BATCHES; i++) {
        fill(mapped, i);
    }
}

static void pass(struct mapped *mapped)
{
    struct transformer transformer = transform_as_transformer(mapped->transform);

    for (int i = 0; i < BATCHES; i++) {
        bench_check(
            transformer.apply(transformer.state, &mapped->batches[i], &mapped->out, &mapped->error),
            &mapped->error);
        if (mapped->out.rows != LIMIT_BATCH_ROWS) {
            bench_fail("a record was rejected");
        }
    }
}

void bench_mapping(int rounds)
{
    static struct mapped mapped;
    double figures[BENCH_ROUNDS_MAX];
    const double rows = (double)BATCHES * PASSES * LIMIT_BATCH_ROWS;

    open_mapping(&mapped);
    pass(&mapped);
    for (int round = 0; round < rounds; round++) {
        double before = bench_now();
        for (int i = 0; i < PASSES; i++) {
            pass(&mapped);
        }
        figures[round] = (bench_now() - before) / rows * 1e9;
    }
    double ns = bench_median(figures, rounds);
    printf("mapping of %d columns: %.0f ns/row, %.2f million rows/s of one core (best %.0f, worst "
           "%.0f ns/row)\n",
           TARGETS,
           ns,
           1e3 / ns,
           figures[0],
           figures[rounds - 1]);
    transform_destroy(mapped.transform);
    for (int i = 0; i < BATCHES; i++) {
        batch_release(&mapped.batches[i]);
    }
    batch_release(&mapped.out);
    arena_release(&mapped.arena);
}
