/* source.c — the source contract: what all drivers have in common. Reading is in reader.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/source.h"

#include "driver.h"
#include "retry.h"
#include "source_private.h"

#include "novate/name.h"

#include <stdlib.h>
#include <string.h>

static bool open_odbc(struct source *source, struct error *error)
{
    struct retry retry = {.tries = 0};
    return odbc_driver.open(source->settings, &source->odbc, error) ||
           (source->odbc != NULL &&
            retry_connect(&retry, source, &odbc_driver, source->watch.cancel, error));
}

bool source_open(const struct plan_source *settings,
                 const struct source_watch *watch,
                 struct source **source,
                 struct error *error)
{
    struct source *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->settings = settings;
    if (watch != NULL) {
        created->watch = *watch;
    }
    bool ok = settings->odbc == NULL || open_odbc(created, error);
    if (ok && settings->csv != NULL) {
        ok = file_driver.open(settings, &created->files, error);
    }
    if (!ok) {
        source_close(created);
        return false;
    }
    *source = created;
    return true;
}

bool source_open_directory(const char *directory, struct source **source, struct error *error)
{
    struct source *created = calloc(1, sizeof *created);
    size_t size = strlen(directory) + 1;
    char *copy = malloc(size);
    if (created == NULL || copy == NULL) {
        free(created);
        free(copy);
        return error_set_memory(error);
    }
    memcpy(copy, directory, size);
    created->directory = copy;
    created->own =
        (struct plan_source){.name = "files", .csv = copy, .encoding = "UTF-8", .timezone = "UTC"};
    created->settings = &created->own;
    if (!file_driver.open(created->settings, &created->files, error)) {
        source_close(created);
        return false;
    }
    *source = created;
    return true;
}

void source_close(struct source *source)
{
    if (source == NULL) {
        return;
    }
    if (source->odbc != NULL) {
        odbc_driver.close(source->odbc);
    }
    if (source->files != NULL) {
        file_driver.close(source->files);
    }
    free(source->directory);
    free(source);
}

void source_set_pace(struct source *source, struct pace *pace)
{
    source->pace = pace;
}

bool source_let_go(struct source *source, struct error *error)
{
    return source->odbc == NULL || odbc_driver.let_go(source->odbc, error);
}

void *source_state(const struct source *source, const struct source_driver *driver)
{
    return driver == &odbc_driver ? source->odbc : source->files;
}

/* Finds a column that the mapping names; adds the problem and returns -1 when there is none. */
static int column_find(const struct relation *relation,
                       const char *what,
                       const char *name,
                       struct place place,
                       struct problems *problems)
{
    int index = name_column(&relation->schema, name, problems->arena);
    if (index == -2) {
        problem_add(problems,
                    place,
                    "Write the name in double quotes, exactly as the source has it.",
                    "%s column \"%s\" is ambiguous",
                    what,
                    name);
    } else if (index == -1) {
        problem_add(problems,
                    place,
                    name_column_hint(&relation->schema, name, problems->arena),
                    "%s column \"%s\" does not exist",
                    what,
                    name);
    }
    return index < 0 ? -1 : index;
}

static void columns_resolve(struct relation *relation, struct problems *problems)
{
    const struct relation_spec *spec = relation->spec;
    if (spec->key_count > LIMIT_KEY_COLUMNS) {
        problem_add(problems,
                    spec->place,
                    "Name fewer columns.",
                    "a key has at most %d columns",
                    LIMIT_KEY_COLUMNS);
        return;
    }
    for (int i = 0; i < spec->key_count; i++) {
        struct place place = spec->key_places == NULL ? spec->place : spec->key_places[i];
        int index = column_find(relation, "key", spec->key[i], place, problems);
        if (index >= 0) {
            relation->key[relation->key_count++] = index;
        }
    }
    if (spec->changed != NULL) {
        struct place place = spec->changed_place.line == 0 ? spec->place : spec->changed_place;
        (void)column_find(relation, "changed", spec->changed, place, problems);
    }
}

static bool describe(struct source *source,
                     struct relation *relation,
                     struct arena *arena,
                     struct problems *problems,
                     struct error *error)
{
    void *state = source_state(source, relation->driver);
    struct retry retry = {.tries = 0};
    bool ok = false;
    do {
        ok = relation->driver->describe(state, relation, arena, problems, error);
    } while (!ok && retry_connect(&retry, source, relation->driver, source->watch.cancel, error));
    return ok;
}

/* Both sides must find a bound at the same place, or ranges would overlap. Texts are left out:
 * an expression of the query may compare otherwise than the table's column. */
static bool compare_alike(struct type left, struct type right)
{
    bool numbers = (type_is_integer(left.id) || left.id == TYPE_NUMERIC) &&
                   (type_is_integer(right.id) || right.id == TYPE_NUMERIC);
    bool times = left.id == right.id &&
                 (left.id == TYPE_DATE || left.id == TYPE_TIMESTAMP || left.id == TYPE_TIMESTAMPTZ);
    return numbers || times;
}

static const char *declared_as(const struct column *column)
{
    return column->declared == NULL || column->declared[0] == '\0' ? "of no type"
                                                                   : column->declared;
}

static void check_split(const struct relation *relation, struct problems *problems)
{
    const struct relation_spec *spec = relation->spec;
    const struct relation *split = relation->split;
    for (int i = 0; i < split->key_count; i++) {
        const struct column *own = &relation->schema.columns[relation->key[i]];
        const struct column *other = &split->schema.columns[split->key[i]];
        if (!compare_alike(own->type, other->type)) {
            problem_add(problems,
                        split->spec->key_places == NULL ? spec->split_place
                                                        : split->spec->key_places[i],
                        "Both must be numbers, or both the same kind of date or time.",
                        "\"%s\" is %s here and %s in table \"%s\": the ranges of one are not "
                        "those of the other",
                        own->name,
                        declared_as(own),
                        declared_as(other),
                        spec->split_table);
        }
    }
}

/* The table whose key bounds the chunks of a relation that was described. */
static bool describe_split(struct source *source,
                           struct relation *relation,
                           struct arena *arena,
                           struct problems *problems,
                           struct error *error)
{
    const struct relation_spec *spec = relation->spec;
    struct relation *split = ARENA_NEW(arena, struct relation);
    struct relation_spec *table = ARENA_NEW(arena, struct relation_spec);
    if (split == NULL || table == NULL) {
        return error_set_memory(error);
    }
    *table = (struct relation_spec){.in = spec->in,
                                    .table = spec->split_table,
                                    .key = spec->split_key,
                                    .key_count = spec->split_key_count,
                                    .key_places = spec->split_key_places,
                                    .place = spec->split_place};
    *split = (struct relation){
        .driver = relation->driver, .settings = relation->settings, .spec = table};
    int errors = problems->errors;
    if (!describe(source, split, arena, problems, error)) {
        return error_context(error, "describing \"%s\"", spec->split_table);
    }
    if (problems->errors == errors) {
        columns_resolve(split, problems);
    }
    if (problems->errors == errors) {
        relation->split = split;
        check_split(relation, problems);
    }
    return true;
}

bool source_describe(struct source *source,
                     const struct relation_spec *spec,
                     struct arena *arena,
                     struct problems *problems,
                     struct relation **relation,
                     struct error *error)
{
    *relation = NULL;
    const struct source_driver *driver = spec->file != NULL ? &file_driver : &odbc_driver;
    void *state = source_state(source, driver);
    if (state == NULL) {
        problem_add(problems,
                    spec->place,
                    driver == &file_driver ? "Give the source a folder: csv: extracts/."
                                           : "Give the source a connection: odbc: \"DSN=…\".",
                    "source \"%s\" has no %s",
                    source->settings->name,
                    driver == &file_driver ? "files" : "tables");
        return true;
    }
    struct relation *described = ARENA_NEW(arena, struct relation);
    if (described == NULL) {
        return error_set_memory(error);
    }
    described->driver = driver;
    described->settings = source->settings;
    described->spec = spec;
    int errors = problems->errors;
    if (!describe(source, described, arena, problems, error)) {
        return error_context(error,
                             "describing \"%s\"",
                             spec->file    ? spec->file
                             : spec->table ? spec->table
                                           : "query");
    }
    if (problems->errors == errors) {
        /* A key that is not there is a problem, and yet the columns are known: what else is wrong
         * in the mapping can be said. */
        columns_resolve(described, problems);
        *relation = described;
    }
    return problems->errors > errors || spec->split_table == NULL ||
           describe_split(source, described, arena, problems, error);
}

const struct schema *relation_schema(const struct relation *relation)
{
    return &relation->schema;
}

int relation_key(const struct relation *relation, int columns[LIMIT_KEY_COLUMNS])
{
    memcpy(columns, relation->key, (size_t)relation->key_count * sizeof *columns);
    return relation->key_count;
}

int relation_bounds(const struct relation *relation)
{
    return relation->split != NULL ? relation->split->key_count : relation->key_count;
}

const char *relation_consistency(const struct relation *relation)
{
    return relation->consistency;
}

bool source_health(struct source *source,
                   const struct relation *relation,
                   struct arena *arena,
                   struct health *health,
                   struct error *error)
{
    const struct source_driver *driver = relation != NULL ? relation->driver : &odbc_driver;
    void *state = source_state(source, driver);
    return state == NULL || driver->health == NULL ||
           driver->health(state, relation, arena, health, error);
}

enum relation_access relation_access(const struct relation *relation, const char **index)
{
    *index = NULL;
    return relation->driver->access == NULL ? RELATION_BY_PLACE
                                            : relation->driver->access(relation, index);
}

bool source_read_rows(struct source *source, uint64_t *rows, struct error *error)
{
    struct pace *pace = NULL;
    *rows = 0;
    if (source->odbc == NULL) {
        return true;
    }
    if (source->pace != NULL && !pace_reader(source->pace, &pace, error)) {
        return false;
    }
    *rows = odbc_driver.read_rows(source->odbc, pace);
    pace_destroy(pace);
    return true;
}

bool source_plan(struct source *source,
                 const struct relation *relation,
                 const struct chunk_plan_options *options,
                 struct arena *arena,
                 struct chunk_list *chunks,
                 struct error *error)
{
    void *state = source_state(source, relation->driver);
    struct chunk_plan_options filled = options != NULL ? *options : (struct chunk_plan_options){0};
    if (!NOVATE_CHECK(error, state != NULL)) {
        return false;
    }
    if (filled.chunk_rows == 0) {
        filled.chunk_rows = LIMIT_CHUNK_ROWS;
    }
    if (filled.chunk_bytes == 0) {
        filled.chunk_bytes = LIMIT_CHUNK_BYTES;
    }
    filled.pace = NULL;
    *chunks = (struct chunk_list){0};
    if (pace_pass(source->pace) == PACE_CANCELLED) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    if (source->pace != NULL && !pace_reader(source->pace, &filled.pace, error)) {
        return false;
    }
    struct retry retry = {.tries = 0};
    bool ok = false;
    do {
        ok = relation->driver->plan(state, relation, &filled, arena, chunks, error);
    } while (!ok && retry_connect(&retry, source, relation->driver, source->watch.cancel, error));
    pace_destroy(filled.pace);
    if (!ok) {
        return error_context(error, "planning chunks");
    }
    for (int i = 0; i < chunks->count; i++) {
        chunks->items[i].ordinal = i;
    }
    return true;
}
