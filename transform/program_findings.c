/* program_findings.c — what is known of a compiled mapping's columns before a record is read: which
 * values each record is asked for, and which may be NULL where that is refused.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nullable.h"
#include "program.h"
#include "program_build.h"

#include "novate/name.h"

#include <string.h>

enum {
    NAMES_MAX = 20 /* that a warning lists */
};

static bool note_unproved(struct build *build, struct program *program)
{
    static const enum extent extents[PROGRAM_ASKED_COUNT] = {
        [PROGRAM_ASKED_LENGTH] = EXTENT_LENGTH,
        [PROGRAM_ASKED_DIGITS] = EXTENT_DIGITS,
        [PROGRAM_ASKED_SECONDS] = EXTENT_SECONDS,
    };
    for (int asked = 0; asked < PROGRAM_ASKED_COUNT; asked++) {
        program->asked[asked] =
            ARENA_ARRAY(build->context.arena, const char *, (size_t)build->column_count);
        if (program->asked[asked] == NULL) {
            return error_set_memory(build->error);
        }
        for (int i = 0; i < build->column_count; i++) {
            if (build->columns[i].unproved == extents[asked]) {
                program->asked[asked][program->asked_count[asked]++] =
                    build->columns[i].column.name;
            }
        }
    }
    return true;
}

/* Columns of the source that have a value in every record that passes the filters, and the
 * condition of a row under emit:. */
static bool prove_columns(struct build *build,
                          struct program *program,
                          struct term *const *filters,
                          int filter_count)
{
    const struct relation_spec *spec = &build->context.mapping->source;

    program->proven = ARENA_ARRAY(build->context.arena, bool, (size_t)build->source->count);
    if (program->proven == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < build->source->count; i++) {
        program->proven[i] = !build->source->columns[i].nullable;
    }
    for (int i = 0; i < spec->key_count; i++) {
        int index = name_column(build->source, spec->key[i], build->context.arena);
        if (index >= 0) {
            program->proven[index] = true; /* it identifies the record */
        }
    }
    for (int i = 0; i < filter_count; i++) {
        nullable_prove(filters[i], program->proven);
    }
    for (int i = 0; i < build->when.count; i++) {
        nullable_prove(build->when.terms[i], program->proven);
    }
    return true;
}

bool program_find(struct build *build,
                  struct program *program,
                  struct term *const *filters,
                  int filter_count)
{
    program->risks =
        ARENA_ARRAY(build->context.arena, struct null_risk, (size_t)build->column_count);
    if (program->risks == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < build->column_count; i++) {
        const struct column_rule *rule = &build->columns[i];
        if (!rule->column.nullable) {
            program->risks[program->risk_count++] = (struct null_risk){
                .name = rule->column.name,
                .place = rule->spec.place,
                .term = rule->term,
            };
        }
    }
    return note_unproved(build, program) && prove_columns(build, program, filters, filter_count);
}

int program_asked(const struct program *program,
                  enum program_asked asked,
                  const char *const **names)
{
    *names = program->asked[asked];
    return program->asked_count[asked];
}

/* "a", "b" and "c". */
static void list_names(const char *const *names, int count, struct text_buffer *out)
{
    int shown = count > NAMES_MAX ? NAMES_MAX : count;

    for (int i = 0; i < shown; i++) {
        const char *before = i == 0 ? "" : i == count - 1 ? " and " : ", ";
        text_buffer_format(out, "%s\"%s\"", before, names[i]);
    }
    if (count > shown) {
        text_buffer_format(out, " and %d more", count - shown);
    }
}

static bool warn_nullable(struct problems *problems,
                          struct place place,
                          const char *const *names,
                          int count,
                          struct error *error)
{
    static const char hint[] =
        "Write coalesce(…, value) where another value is meant, or leave such records out by a "
        "filter.";
    struct text_buffer list;

    text_buffer_init(&list, 8192);
    list_names(names, count, &list);
    bool ok = text_buffer_check(&list, error);
    if (ok) {
        (void)problem_warn(
            problems,
            place,
            hint,
            count == 1 ? "column %s must have a value, but the expression may be NULL; such "
                         "records are rejected"
                       : "columns %s must have values, but their expressions may be NULL; such "
                         "records are rejected",
            list.data);
    }
    text_buffer_release(&list);
    return ok;
}

struct named {
    const char **names;
    int count;
    const struct place *first;
};

static void add_nullable(const struct program *program, struct named *named)
{
    for (int i = 0; i < program->risk_count; i++) {
        const struct null_risk *risk = &program->risks[i];
        bool known = !nullable_term(risk->term, program->proven);
        for (int at = 0; !known && at < named->count; at++) {
            known = strcmp(named->names[at], risk->name) == 0;
        }
        if (!known) {
            named->names[named->count++] = risk->name;
            named->first = named->first == NULL ? &risk->place : named->first;
        }
    }
}

bool program_warn(const struct program *program, struct problems *problems, struct error *error)
{
    int most = program->risk_count;

    for (int i = 1; i < program->branch_count; i++) {
        most += program->branches[i]->risk_count;
    }
    struct named named = {.names = ARENA_ARRAY(problems->arena, const char *, (size_t)most)};
    if (named.names == NULL) {
        return error_set_memory(error);
    }
    add_nullable(program, &named);
    for (int i = 1; i < program->branch_count; i++) {
        add_nullable(program->branches[i], &named);
    }
    return named.count == 0 ||
           warn_nullable(problems, *named.first, named.names, named.count, error);
}
