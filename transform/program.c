/* program.c — a mapping compiled: filters, columns and checks bound against both catalogues, then
 * turned into routines over one register file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include "bind.h"
#include "compile.h"
#include "program_build.h"

#include "novate/name.h"

#include <string.h>
#include <time.h>

bool bind_conditions(struct build *build,
                     struct conditions *conditions,
                     const struct schema *schema,
                     const char *schema_name,
                     bool *used,
                     const char *what)
{
    conditions->terms = ARENA_ARRAY(build->context.arena, struct term *, (size_t)conditions->count);
    if (conditions->terms == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < conditions->count; i++) {
        if (!build_term(build,
                        &conditions->specs[i],
                        schema,
                        schema_name,
                        used,
                        what,
                        &conditions->terms[i])) {
            return false;
        }
    }
    return true;
}

/* Microseconds since 2000-01-01, UTC. */
static int64_t read_clock(void)
{
    const int64_t epoch_seconds = INT64_C(946684800);
    struct timespec now = {.tv_sec = epoch_seconds};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return ((int64_t)now.tv_sec - epoch_seconds) * 1000000 + now.tv_nsec / 1000;
}

static struct place key_place(const struct place *places, int index, struct place otherwise)
{
    return places == NULL ? otherwise : places[index];
}

/* The source key is always read, whatever the rules need. */
static bool resolve_keys(struct build *build, struct program *program)
{
    const struct relation_spec *spec = &build->context.mapping->source;

    program->keys = ARENA_ARRAY(build->context.arena, int, (size_t)spec->key_count);
    if (program->keys == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < spec->key_count; i++) {
        int index = name_column(build->records, spec->key[i], build->context.arena);
        if (index < 0) {
            (void)problem_add(build->context.problems,
                              key_place(spec->key_places, i, build->context.mapping->source_place),
                              "The key is named under source: of the mapping.",
                              "key column \"%s\" does not exist",
                              spec->key[i]);
            continue;
        }
        build->used[index] = true;
        program->keys[program->key_count++] = index;
    }
    return true;
}

/* The columns that are read, in the order of the source; keys become indices among them. */
static bool project_source(struct build *build, struct program *program, int *positions)
{
    int read = build->records->count;
    int made = build->source->count - read;
    int count = 0;

    for (int i = 0; i < read; i++) {
        positions[i] = count;
        count += build->used[i];
    }
    struct column *columns =
        ARENA_ARRAY(build->context.arena, struct column, (size_t)(count + made));
    program->source_columns = ARENA_ARRAY(build->context.arena, int, (size_t)count);
    if (program->source_columns == NULL || columns == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < read; i++) {
        if (build->used[i]) {
            program->source_columns[positions[i]] = i;
            columns[positions[i]] = build->source->columns[i];
        }
    }
    for (int i = 0; i < made; i++) {
        positions[read + i] = count + i;
        columns[count + i] = build->source->columns[read + i];
    }
    program->source = (struct schema){.columns = columns, .count = count};
    program->inputs = (struct schema){.columns = columns, .count = count + made};
    for (int i = 0; i < program->key_count; i++) {
        program->keys[i] = positions[program->keys[i]];
    }
    return true;
}

static void refuse_target_key(struct build *build, int key)
{
    const struct mapping *mapping = build->context.mapping;
    const char *name = mapping->target_key[key];
    struct place place = key_place(mapping->target_key_places, key, mapping->target_place);
    bool there = build->target == NULL || schema_find(build->target, text_of(name), false) >= 0;

    if (there) {
        (void)problem_add(build->context.problems,
                          place,
                          "Fill it under columns: or copy:.",
                          "key column \"%s\" of the target is not filled",
                          name);
        return;
    }
    int meant = build_nearest(build, name, build->target);
    (void)problem_add(build->context.problems,
                      place,
                      build_meant_hint(build, build->target, meant),
                      "key column \"%s\" of %s does not exist",
                      name,
                      mapping->target_table);
}

static bool describe_target(struct build *build, struct program *program)
{
    const struct mapping *mapping = build->context.mapping;
    int targets = build->target == NULL ? 0 : build->target->count;

    program->target.columns =
        ARENA_ARRAY(build->context.arena, struct column, (size_t)build->column_count);
    program->uncovered = ARENA_ARRAY(build->context.arena, const char *, (size_t)targets);
    if (program->target.columns == NULL || program->uncovered == NULL) {
        return error_set_memory(build->error);
    }
    program->target.count = build->column_count;
    for (int i = 0; i < build->column_count; i++) {
        program->target.columns[i] = build->columns[i].column;
    }
    for (int i = 0; i < targets; i++) {
        if (!build->filled[i]) {
            program->uncovered[program->uncovered_count++] = build->target->columns[i].name;
        }
    }
    for (int i = 0; i < mapping->target_key_count && i < LIMIT_KEY_COLUMNS; i++) {
        int index = schema_find(&program->target, text_of(mapping->target_key[i]), false);
        if (index < 0) {
            refuse_target_key(build, i);
            continue;
        }
        program->target_key[program->target_key_count++] = index;
    }
    return true;
}

static bool has_try(const struct routine *routine)
{
    for (int i = 0; i < routine->count; i++) {
        if (routine->steps[i].op == STEP_TRY_END) {
            return true;
        }
    }
    return false;
}

/* The first registers are the source's columns. */
static bool collect_inputs(struct arena *arena, int columns, struct rule *rule, int *scratch)
{
    const struct routine *routine = &rule->routine;
    int most = 0;

    memset(scratch, 0, (size_t)columns * sizeof *scratch);
    for (int i = -1; i < routine->count; i++) {
        const int *args = i < 0 ? &routine->result : routine->steps[i].args;
        int count = i < 0 ? 1 : routine->steps[i].arg_count;
        for (int arg = 0; arg < count; arg++) {
            if (args[arg] < columns) {
                most += scratch[args[arg]] == 0;
                scratch[args[arg]] = 1;
            }
        }
    }
    rule->inputs = ARENA_ARRAY(arena, int, (size_t)most);
    for (int i = 0; rule->inputs != NULL && i < columns; i++) {
        if (scratch[i] != 0) {
            rule->inputs[rule->input_count++] = i;
        }
    }
    return rule->inputs != NULL;
}

static bool compile_rule(struct build *build,
                         struct compiler *compiler,
                         const struct expression_spec *spec,
                         struct term *term,
                         bool keep,
                         struct rule *rule)
{
    *rule = (struct rule){.name = spec->name, .text = spec->text, .place = spec->place};
    if (!compiler_routine(compiler, term, keep, &rule->routine, build->error)) {
        return false;
    }
    rule->notes = has_try(&rule->routine);
    int columns = compiler->file->input_count;
    int *scratch = ARENA_ARRAY(build->context.arena, int, (size_t)columns);
    return (scratch != NULL && collect_inputs(build->context.arena, columns, rule, scratch)) ||
           error_set_memory(build->error);
}

bool compile_rules(struct build *build,
                   struct compiler *compiler,
                   const struct conditions *conditions,
                   bool keep,
                   struct rule **rules)
{
    *rules = ARENA_ARRAY(build->context.arena, struct rule, (size_t)conditions->count);
    if (*rules == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < conditions->count; i++) {
        struct rule *rule = &(*rules)[i];
        if (!compile_rule(
                build, compiler, &conditions->specs[i], conditions->terms[i], keep, rule)) {
            return false;
        }
        rule->message = arena_format(
            build->context.arena, "check \"%s\" is not met", conditions->specs[i].name);
        if (rule->message == NULL) {
            return error_set_memory(build->error);
        }
    }
    return true;
}

int count_condition_constants(const struct conditions *conditions)
{
    int constants = 0;

    for (int i = 0; i < conditions->count; i++) {
        constants += compiler_prepare(conditions->terms[i]);
    }
    return constants;
}

static int count_constants(const struct build *build)
{
    int constants = count_condition_constants(&build->filters) +
                    count_condition_constants(&build->when) +
                    count_condition_constants(&build->checks) +
                    (build->grouping == NULL ? 0 : count_grouping_constants(build->grouping));

    for (int i = 0; i < build->column_count; i++) {
        constants += compiler_prepare(build->columns[i].term);
    }
    return constants;
}

/* All terms are bound: turns them into routines. */
static bool compile_all(struct build *build)
{
    struct program *program = build->program;
    struct arena *arena = build->context.arena;
    struct compiler compiler;
    int *positions = ARENA_ARRAY(arena, int, (size_t)build->source->count);
    int *results = ARENA_ARRAY(arena, int, (size_t)build->column_count);

    program->columns = ARENA_ARRAY(arena, struct rule, (size_t)build->column_count);
    if (positions == NULL || results == NULL || program->columns == NULL) {
        return error_set_memory(build->error);
    }
    if (!project_source(build, program, positions) || !compiler_init(&compiler,
                                                                     arena,
                                                                     &program->file,
                                                                     program->inputs.count,
                                                                     count_constants(build),
                                                                     build->error)) {
        return false;
    }
    compiler.columns = positions;
    if (!compile_rules(build, &compiler, &build->filters, false, &program->filters) ||
        (build->grouping != NULL && !compile_grouping(build, &compiler)) ||
        !compile_rules(build, &compiler, &build->when, false, &program->when)) {
        return false;
    }
    program->when = build->when.count == 0 ? NULL : program->when;
    for (int i = 0; i < build->column_count; i++) {
        struct column_rule *column = &build->columns[i];
        if (!compile_rule(
                build, &compiler, &column->spec, column->term, true, &program->columns[i])) {
            return false;
        }
        results[i] = program->columns[i].routine.result;
    }
    compiler.columns = results;
    return compile_rules(build, &compiler, &build->checks, false, &program->checks);
}

/* Every column has a term, or is at least known by its type. */
static bool columns_known(const struct build *build)
{
    for (int i = 0; i < build->column_count; i++) {
        if (build->columns[i].term == NULL && build->target == NULL) {
            return false;
        }
    }
    return true;
}

/* Everything up to typed terms. `used` and what is known of lookups are shared by all branches. */
static bool bind_mapping(struct build *build)
{
    const struct mapping *mapping = build->context.mapping;
    struct program *program = build->program;

    build->filters = (struct conditions){.specs = mapping->filters, .count = mapping->filter_count};
    build->checks = (struct conditions){.specs = mapping->checks, .count = mapping->check_count};
    if (!resolve_keys(build, program) ||
        !bind_conditions(build, &build->filters, build->records, "source", build->used, "filter") ||
        (mapping->grouping != NULL && !build_grouping(build)) ||
        !bind_conditions(build, &build->when, build->source, "source", build->used, "condition") ||
        !build_columns(build) || !describe_target(build, program)) {
        return false;
    }
    /* Checks of columns that could not be typed would only add noise. */
    return !columns_known(build) ||
           bind_conditions(build, &build->checks, &program->target, "mapping", NULL, "check");
}

static bool init_branch(struct build *build,
                        const struct build *shared,
                        const struct mapping *whole,
                        int index)
{
    struct arena *arena = shared->context.arena;
    struct program *program = ARENA_NEW(arena, struct program);

    *build = *shared;
    build->program = program;
    if (program == NULL) {
        return error_set_memory(shared->error);
    }
    program->mapping = build->context.mapping;
    program->zone = shared->context.zone;
    program->now = shared->context.now;
    if (whole->emit_count > 0) {
        const struct emit_spec *emit = &whole->emits[index];
        program->emitted = emit->name;
        build->when = (struct conditions){.specs = &emit->when, .count = emit->when.text != NULL};
    }
    return true;
}

/* Binds all branches, then compiles them: what is read is read for all of them. */
static bool compile_branches(struct build *shared,
                             const struct mapping *mapping,
                             struct program **program)
{
    struct problems *problems = shared->context.problems;
    struct arena *arena = shared->context.arena;
    int errors_before = problems->errors;
    const struct mapping *branches = NULL;
    int count = 0;

    if (!build_branches(mapping, arena, problems, &branches, &count, shared->error)) {
        return false;
    }
    struct build *builds = ARENA_ARRAY(arena, struct build, (size_t)count);
    struct program **programs = ARENA_ARRAY(arena, struct program *, (size_t)count);
    if (builds == NULL || programs == NULL) {
        return error_set_memory(shared->error);
    }
    for (int i = 0; i < count; i++) {
        shared->context.mapping = &branches[i];
        if (!init_branch(&builds[i], shared, mapping, i) || !bind_mapping(&builds[i])) {
            return false;
        }
        programs[i] = builds[i].program;
    }
    if (problems->errors == errors_before) {
        check_compare_rules(&builds[0], mapping);
    }
    for (int i = 0; i < count && problems->errors == errors_before; i++) {
        struct build *build = &builds[i];
        if (!program_find(build, build->program, build->filters.terms, build->filters.count) ||
            !compile_all(build)) {
            return false;
        }
    }
    if (problems->errors == errors_before) {
        programs[0]->branches = programs;
        programs[0]->branch_count = count;
        *program = programs[0];
    }
    return true;
}

bool program_compile(const struct mapping *mapping,
                     const struct schema *source,
                     const struct schema *target,
                     struct lookup *const *lookups,
                     const char *timezone,
                     struct arena *arena,
                     struct problems *problems,
                     struct program **program,
                     struct error *error)
{
    struct build build = {.source = source, .records = source, .target = target, .error = error};

    *program = NULL;
    build.context = (struct bind_context){.arena = arena,
                                          .problems = problems,
                                          .mapping = mapping,
                                          .lookups = lookups,
                                          .now = read_clock()};
    build.context.lookup_keys =
        ARENA_ARRAY(arena, struct lookup_keys, (size_t)mapping->lookup_count);
    build.used = ARENA_ARRAY(
        arena, bool, (size_t)source->count + (mapping->grouping == NULL ? 0 : LIMIT_PIVOT_COLUMNS));
    if (build.used == NULL || build.context.lookup_keys == NULL) {
        return error_set_memory(error);
    }
    return zone_load(timezone == NULL ? "UTC" : timezone, arena, &build.context.zone, error) &&
           compile_branches(&build, mapping, program);
}

bool program_has_groups(const struct program *program)
{
    return program->grouping != NULL;
}

const int *program_source_columns(const struct program *program, int *count)
{
    *count = program->source.count;
    return program->source_columns;
}

const struct schema *program_source_schema(const struct program *program)
{
    return &program->source;
}

const struct schema *program_target_schema(const struct program *program)
{
    return &program->target;
}

int program_target_key(const struct program *program, int columns[LIMIT_KEY_COLUMNS])
{
    memcpy(columns, program->target_key, sizeof program->target_key);
    return program->target_key_count;
}

int program_uncovered(const struct program *program, const char *const **names)
{
    *names = program->uncovered;
    return program->uncovered_count;
}
