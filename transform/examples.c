/* examples.c — the examples of a mapping, run; the contract is in novate/examples.h.
 *
 * Examples without lookups of their own share one program. One that gives lookups has a program
 * compiled for it alone, since a program is bound to its lookups. A lookup that is not filled is
 * replaced by an empty one that notes when it is asked: then the result means nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "examples.h"

#include "lookup_table.h"
#include "program.h"

#include <string.h>

/* A program that can be given one record at a time. */
struct engine {
    struct arena arena;            /* of the program */
    const struct program *program; /* NULL: the mapping cannot be compiled */
    struct transform *transform;
    bool *asked; /* of each lookup that is not filled */
    struct batch in;
};

struct run {
    const struct examples_input *input;
    struct arena *arena; /* for reasons */
    struct problems *problems;
    struct examples_result *result;
    struct error *error;
    struct engine base; /* of examples without lookups of their own */
    bool base_open;
};

void examples_skip(struct examples_result *result, int count, const char *reason)
{
    result->not_run += count;
    for (int i = 0; i < result->reason_count; i++) {
        if (strcmp(result->reasons[i].text, reason) == 0) {
            result->reasons[i].count += count;
            return;
        }
    }
    if (count > 0 && result->reason_count < EXAMPLES_REASONS_MAX) {
        result->reasons[result->reason_count++] = (struct examples_reason){reason, count};
    }
}

void examples_format(const struct examples_result *result, struct text_buffer *out)
{
    if (result->passed + result->failed + result->not_run == 0) {
        return;
    }
    text_buffer_format(out, "%d passed", result->passed);
    if (result->failed > 0) {
        text_buffer_format(out, ", %d failed", result->failed);
    }
    if (result->not_run > 0) {
        text_buffer_format(out, ", %d not run (", result->not_run);
        for (int i = 0; i < result->reason_count; i++) {
            const struct examples_reason *reason = &result->reasons[i];
            text_buffer_string(out, i == 0 ? "" : "; ");
            if (reason->count < result->not_run) {
                text_buffer_format(out, "%d: ", reason->count);
            }
            text_buffer_string(out, reason->text);
        }
        text_buffer_char(out, ')');
    }
}

/* --- lookups --- */

static const struct example_lookup *given_lookup(const struct example *example, const char *name)
{
    for (int i = 0; example != NULL && i < example->lookup_count; i++) {
        if (strcmp(example->lookups[i].name, name) == 0) {
            return &example->lookups[i];
        }
    }
    return NULL;
}

/* A column of its relation: keys, values, then those of a period. */
static struct column lookup_column(const struct lookup *lookup, int index)
{
    const struct lookup_spec *spec = lookup_spec(lookup);
    const int value = index - spec->from_count;
    const int period = value - spec->to_count;

    return (struct column){
        .name = value < 0    ? spec->from[index]
                : period < 0 ? spec->to[value]
                             : spec->valid_at[period],
        .type = value < 0    ? *lookup_key_type(lookup, index)
                : period < 0 ? *lookup_value_type(lookup, value)
                             : *lookup_period_type(lookup),
        .nullable = true,
    };
}

/* An empty lookup with the columns of another. */
static bool copy_lookup(struct run *run,
                        const struct lookup *like,
                        struct arena *arena,
                        struct schema *schema,
                        struct lookup **lookup)
{
    const struct lookup_spec *spec = lookup_spec(like);
    const int count = spec->from_count + spec->to_count + spec->valid_at_count;

    *schema = (struct schema){.columns = ARENA_ARRAY(arena, struct column, (size_t)count),
                              .count = count};
    if (schema->columns == NULL) {
        return error_set_memory(run->error);
    }
    for (int i = 0; i < count; i++) {
        schema->columns[i] = lookup_column(like, i);
    }
    return lookup_create(spec, schema, arena, lookup, run->error);
}

/* Puts a value into the first row. */
static void put(struct vector *to, const struct vector *value, struct trial *trial)
{
    struct error error = ERROR_NONE;

    if (!vector_is_null(value, 0)) {
        memcpy(to->data, value->data, storage_size(type_storage(to->type.id)));
    } else if (vector_ensure_validity(to, trial->arena, &error)) {
        validity_clear(to->valid, 0);
    } else {
        trial->memory = true;
    }
}

/* Reads and puts a value; false, and a problem, if it is none of the column's type. */
static bool put_text(struct trial *trial,
                     struct vector *to,
                     const char *text,
                     const char *column,
                     struct place place)
{
    const struct vector *value = example_stored(trial, text, to->type);

    if (value != NULL) {
        put(to, value, trial);
        return true;
    }
    struct text_buffer type;
    text_buffer_init(&type, 256);
    type_format(to->type, &type);
    (void)problem_add(trial->problems,
                      place,
                      NULL,
                      "example \"%s\": column \"%s\" cannot be '%s', which is no %s",
                      trial->example->name,
                      column,
                      text,
                      type.failed ? "" : type.data);
    text_buffer_release(&type);
    return false;
}

static bool fill_entry(struct run *run,
                       struct trial *trial,
                       const struct example_entry *entry,
                       const struct schema *schema,
                       struct lookup *lookup)
{
    struct batch batch;
    bool readable = true;
    bool ok =
        batch_init(&batch, schema, NULL, run->error) && batch_begin(&batch, 1, false, run->error);

    for (int i = 0; ok && i < schema->count; i++) {
        const int value = i - entry->key_count;
        const char *text = value < 0                    ? entry->key[i]
                           : value < entry->value_count ? entry->values[value]
                                                        : NULL; /* it holds always */
        readable =
            put_text(trial, &batch.columns[i], text, schema->columns[i].name, entry->place) &&
            readable;
    }
    if (ok && readable) {
        batch_set_rows(&batch, 1);
        ok = lookup_fill(lookup, &batch, run->problems, run->error);
    }
    batch_release(&batch);
    return ok;
}

static bool fill_lookup(struct run *run,
                        struct trial *trial,
                        const struct example_lookup *given,
                        const struct schema *schema,
                        struct lookup *lookup)
{
    for (int i = 0; i < given->entry_count; i++) {
        if (!fill_entry(run, trial, &given->entries[i], schema, lookup)) {
            return false;
        }
    }
    return !trial->memory || error_set_memory(run->error);
}

/* --- programs --- */

/* The lookups that the program is compiled against: those of the example are new, and so are those
 * that are not filled. */
static bool choose_lookups(struct run *run,
                           const struct example *example,
                           struct engine *engine,
                           struct lookup **lookups,
                           struct schema *schemas)
{
    const struct examples_input *input = run->input;

    for (int i = 0; i < input->mapping->lookup_count; i++) {
        const bool given = given_lookup(example, input->mapping->lookups[i].name) != NULL;
        const bool filled = input->filled == NULL || input->filled[i];
        lookups[i] = input->lookups[i];
        if ((given || !filled) &&
            !copy_lookup(run, input->lookups[i], &engine->arena, &schemas[i], &lookups[i])) {
            return false;
        }
        if (!given && !filled) {
            lookup_note_asked(lookups[i], &engine->asked[i]);
        }
    }
    return true;
}

/* How keys compare is known only after the program was compiled. */
static bool fill_lookups(struct run *run,
                         const struct example *example,
                         struct engine *engine,
                         struct lookup **lookups,
                         const struct schema *schemas)
{
    const struct mapping *mapping = run->input->mapping;
    struct trial trial = {.example = example,
                          .zone = engine->program->zone,
                          .arena = &engine->arena,
                          .problems = run->problems};

    for (int i = 0; i < mapping->lookup_count; i++) {
        const struct example_lookup *given = given_lookup(example, mapping->lookups[i].name);
        /* A circle may be what the example is about. */
        struct problems *problems = mapping->lookups[i].chase ? NULL : run->problems;
        if (given != NULL && (!fill_lookup(run, &trial, given, &schemas[i], lookups[i]) ||
                              !lookup_seal(lookups[i], problems, run->error))) {
            return false;
        }
    }
    return true;
}

static void engine_close(struct engine *engine)
{
    transform_destroy(engine->transform);
    batch_release(&engine->in);
    arena_release(&engine->arena);
}

static bool engine_open(struct run *run, const struct example *example, struct engine *engine)
{
    const struct examples_input *input = run->input;
    const size_t count = (size_t)input->mapping->lookup_count + 1;
    struct problems known; /* whoever compiled the mapping has said them */
    struct program *program = NULL;

    *engine = (struct engine){.program = NULL};
    arena_init(&engine->arena, (size_t)64 << 10, NULL);
    problems_init(&known, &engine->arena);
    struct lookup **lookups = ARENA_ARRAY(&engine->arena, struct lookup *, count);
    struct schema *schemas = ARENA_ARRAY(&engine->arena, struct schema, count);
    engine->asked = ARENA_ARRAY(&engine->arena, bool, count);
    if (lookups == NULL || schemas == NULL || engine->asked == NULL) {
        return error_set_memory(run->error);
    }
    if (!choose_lookups(run, example, engine, lookups, schemas) || !program_compile(input->mapping,
                                                                                    input->source,
                                                                                    input->target,
                                                                                    lookups,
                                                                                    input->timezone,
                                                                                    &engine->arena,
                                                                                    &known,
                                                                                    &program,
                                                                                    run->error)) {
        return false;
    }
    engine->program = program;
    return program == NULL ||
           (fill_lookups(run, example, engine, lookups, schemas) &&
            transform_create(program, NULL, &engine->transform, run->error) &&
            batch_init(&engine->in, program_source_schema(program), NULL, run->error));
}

/* --- records --- */

static bool refuse_column(struct run *run,
                          const struct example *example,
                          const struct example_value *value)
{
    const struct schema *schema = run->input->source;
    const char *names[LIMIT_COLUMNS];
    size_t count = 0;

    for (int i = 0; i < schema->count && i < LIMIT_COLUMNS; i++) {
        names[count++] = schema->columns[i].name;
    }
    const char *nearest = text_nearest(value->name, names, count);
    return problem_add(
        run->problems,
        value->name_place,
        nearest == NULL ? NULL : arena_format(run->arena, "Perhaps you meant \"%s\".", nearest),
        "example \"%s\": the source has no column \"%s\"",
        example->name,
        value->name);
}

/* A record as a batch of one row. What the mapping does not read is only looked up. */
static bool give(struct run *run,
                 struct engine *engine,
                 struct trial *trial,
                 const struct example_row *row,
                 bool *readable)
{
    const struct example *example = trial->example;
    const ptrdiff_t number = row - example->given;
    struct batch *in = &engine->in;

    if (!batch_begin(in, 1, false, run->error)) {
        return false;
    }
    for (int i = 0; i < in->schema->count; i++) {
        (void)put_text(trial, &in->columns[i], NULL, "", example->place);
    }
    for (int i = 0; i < row->count; i++) {
        const struct example_value *value = &row->values[i];
        if (schema_find(run->input->source, text_of(value->name), false) < 0) {
            *readable = refuse_column(run, example, value);
            continue;
        }
        const int index = schema_find(in->schema, text_of(value->name), false);
        if (index >= 0 && value->value != NULL) {
            struct vector *column = &in->columns[index];
            validity_set(column->valid, 0);
            *readable =
                put_text(trial, column, value->value, value->name, value->place) && *readable;
        }
    }
    in->source_hashes[0] = hash_bytes(&number, sizeof number);
    batch_set_rows(in, 1);
    return true;
}

/* The lookup that was asked and is not filled; NULL: none was. */
static const char *asked_lookup(const struct run *run, const struct engine *engine)
{
    for (int i = 0; i < run->input->mapping->lookup_count; i++) {
        if (engine->asked[i]) {
            return run->input->mapping->lookups[i].name;
        }
    }
    return NULL;
}

static bool judge(struct run *run, const struct engine *engine, struct trial *trial)
{
    const char *lookup = asked_lookup(run, engine);

    if (lookup != NULL) {
        const char *reason = arena_format(run->arena, "lookup \"%s\" is not filled", lookup);
        if (reason == NULL) {
            return error_set_memory(run->error);
        }
        examples_skip(run->result, 1, reason);
        return true;
    }
    switch (example_judge(trial)) {
    case JUDGEMENT_PASSED:
        run->result->passed++;
        break;
    case JUDGEMENT_FAILED:
        run->result->failed++;
        break;
    case JUDGEMENT_OPEN:
        examples_skip(run->result, 1, "the target's columns are not known");
        break;
    }
    return true;
}

/* Room for everything that the example's records may give. */
static bool open_outs(struct run *run, struct engine *engine, struct trial *trial, int *count)
{
    const int emits = run->input->mapping->emit_count;
    const int most = trial->example->given_count * (emits > 0 ? emits : 1);

    trial->outs = ARENA_ARRAY(trial->arena, struct batch, (size_t)most + 1);
    if (trial->outs == NULL) {
        return error_set_memory(run->error);
    }
    for (; *count < most; (*count)++) {
        if (!batch_init(
                &trial->outs[*count], program_target_schema(engine->program), NULL, run->error)) {
            return false;
        }
    }
    return true;
}

/* The record in engine->in through the mapping: a batch for each row that it may give. */
static bool apply(struct run *run, struct engine *engine, struct trial *trial)
{
    const struct transformer transformer = transform_as_transformer(engine->transform);
    bool again = true;

    while (again) {
        struct batch *out = &trial->outs[trial->out_count++];
        if (!transformer.apply(transformer.state, &engine->in, out, run->error)) {
            return false;
        }
        again = out->again;
    }
    return true;
}

/* Finds the groups of the records, where the mapping makes one row of several. */
static bool collect(struct run *run,
                    struct engine *engine,
                    struct trial *trial,
                    struct groups **groups,
                    bool *readable)
{
    const struct example *example = trial->example;

    if (!program_has_groups(engine->program)) {
        return true;
    }
    if (!groups_create(engine->program, NULL, trial->arena, groups, run->error)) {
        return false;
    }
    for (int i = 0; i < example->given_count && *readable; i++) {
        if (!give(run, engine, trial, &example->given[i], readable) ||
            (*readable &&
             !transform_collect(engine->transform, &engine->in, *groups, run->error))) {
            return false;
        }
    }
    transform_use_groups(engine->transform, *groups);
    return true;
}

static bool map_records(struct run *run, struct engine *engine, struct trial *trial)
{
    const struct example *example = trial->example;
    const int errors = run->problems->errors;
    struct groups *groups = NULL;
    bool readable = true;
    int out_count = 0;
    bool ok = open_outs(run, engine, trial, &out_count) &&
              collect(run, engine, trial, &groups, &readable);

    for (int i = 0; ok && readable && i < example->given_count; i++) {
        ok = give(run, engine, trial, &example->given[i], &readable) &&
             (!readable || apply(run, engine, trial));
    }
    if (ok && readable) {
        ok = judge(run, engine, trial);
    } else if (ok) {
        run->result->failed += run->problems->errors > errors;
    }
    for (int i = 0; i < out_count; i++) {
        batch_release(&trial->outs[i]);
    }
    groups_destroy(groups);
    return ok;
}

static bool try_example(struct run *run, struct engine *engine, const struct example *example)
{
    struct arena scratch;
    struct trial trial = {.example = example,
                          .mapping = run->input->mapping,
                          .target_known = run->input->target != NULL,
                          .arena = &scratch,
                          .problems = run->problems};

    if (engine->program == NULL) {
        examples_skip(run->result, 1, "the mapping cannot be compiled");
        return true;
    }
    arena_init(&scratch, (size_t)16 << 10, NULL);
    trial.zone = engine->program->zone;
    memset(engine->asked, 0, (size_t)run->input->mapping->lookup_count * sizeof *engine->asked);
    bool ok = map_records(run, engine, &trial);
    if (ok && trial.memory) {
        ok = error_set_memory(run->error);
    }
    arena_release(&scratch);
    return ok;
}

static bool run_example(struct run *run, const struct example *example)
{
    struct engine engine;

    if (example->lookup_count == 0) {
        if (!run->base_open) {
            run->base_open = true;
            if (!engine_open(run, NULL, &run->base)) {
                return false;
            }
        }
        return try_example(run, &run->base, example);
    }
    const bool ok = engine_open(run, example, &engine) && try_example(run, &engine, example);
    engine_close(&engine);
    return ok;
}

bool examples_run(const struct examples_input *input,
                  struct arena *arena,
                  struct problems *problems,
                  struct examples_result *result,
                  struct error *error)
{
    struct run run = {
        .input = input, .arena = arena, .problems = problems, .result = result, .error = error};
    bool ok = true;

    for (int i = 0; ok && i < input->mapping->example_count; i++) {
        ok = run_example(&run, &input->mapping->examples[i]);
        if (!ok) {
            (void)error_context(error, "running example \"%s\"", input->mapping->examples[i].name);
        }
    }
    if (run.base_open) {
        engine_close(&run.base);
    }
    return ok;
}
