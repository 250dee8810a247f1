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
    struct retry retry = {.tries = 0};
    bool ok = false;
    do {
        ok = driver->describe(state, described, arena, problems, error);
    } while (!ok && retry_connect(&retry, source, driver, source->watch.cancel, error));
    if (!ok) {
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
    return true;
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
