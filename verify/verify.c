/* verify.c — the mapped source and the table of the target as the two sides of a comparison.
 *
 * Each reading of the table is one COPY statement and so one snapshot of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/verify.h"

#include "compare.h"

#include "novate/limits.h"

/* The table of the target, opened once per reading. */
struct table_side {
    const struct verify_options *options;
    const int *columns; /* of the table, in the order of the mapped rows */
    struct target_reader *reader;
};

static bool table_open(void *state,
                       struct reader *reader,
                       struct transformer *transformer,
                       struct error *error)
{
    struct table_side *side = state;
    const struct verify_options *options = side->options;

    if (!target_reader_open(options->session,
                            options->table,
                            side->columns,
                            options->schema->count,
                            options->scope,
                            &side->reader,
                            error)) {
        return false;
    }
    *reader = target_reader_as_reader(side->reader);
    *transformer = (struct transformer){.apply = NULL};
    return true;
}

static void table_close(void *state)
{
    struct table_side *side = state;
    target_reader_close(side->reader);
    side->reader = NULL;
}

static bool table_count(void *state, uint64_t *rows, struct error *error)
{
    const struct table_side *side = state;
    const struct verify_options *options = side->options;
    return session_count_rows(options->session, options->table, options->scope, rows, error);
}

/* The mapped rows, with values that only the server can compare brought into its form. */
struct mapped_side {
    const struct verify_options *options;
    const int *columns;
    struct session *session;
};

static bool mapped_prepare(void *state, struct batch *batch, struct error *error)
{
    struct mapped_side *side = state;
    const struct verify_options *options = side->options;

    if (batch->rows == 0) {
        return true;
    }
    for (int i = 0; i < options->schema->count; i++) {
        if (options->schema->columns[i].type.id != TYPE_OTHER) {
            continue;
        }
        /* A value that the type refuses stays as it is: the loader could not have loaded it, so
         * the row is either among the refused ones or missing. */
        const char *declared = options->table->schema.columns[side->columns[i]].declared;
        if (!session_canonicalise(side->session, declared, &batch->columns[i], batch, i, error)) {
            return false;
        }
    }
    return true;
}

static bool has_other(const struct schema *schema)
{
    for (int i = 0; i < schema->count; i++) {
        if (schema->columns[i].type.id == TYPE_OTHER) {
            return true;
        }
    }
    return false;
}

/* Which column of the table a mapped column is. Both must encode values alike, or equal values
 * would hash to different rows. */
static bool find_column(const struct verify_options *options,
                        int at,
                        int *index,
                        struct error *error)
{
    const struct schema *table = &options->table->schema;
    const struct column *mapped = &options->schema->columns[at];
    bool skipped = options->columns != NULL && options->columns[at].skipped;

    *index = schema_find(table, text_of(mapped->name), true);
    if (*index < 0) {
        (void)error_set(error,
                        ERROR_NOT_VERIFIED,
                        "column \"%s\" is not in table %s",
                        mapped->name,
                        options->table->quoted);
        return error_hint(error, "Run \"novate check\": the table has changed since.");
    }
    const struct column *column = &table->columns[*index];
    if (!skipped && type_tag(column->type.id) != type_tag(mapped->type.id)) {
        (void)error_set(error,
                        ERROR_NOT_VERIFIED,
                        "column \"%s\" cannot be compared: the mapping makes %s of it, "
                        "the table has %s",
                        mapped->name,
                        mapped->declared == NULL ? "another type" : mapped->declared,
                        column->declared == NULL ? "another type" : column->declared);
        return error_hint(error, "Run \"novate check\": the table has changed since.");
    }
    return true;
}

static bool find_columns(const struct verify_options *options, int *columns, struct error *error)
{
    for (int i = 0; i < options->schema->count; i++) {
        if (!find_column(options, i, &columns[i], error)) {
            return false;
        }
    }
    return true;
}

bool verify_entity(const struct verify_options *options,
                   struct arena *arena,
                   struct verify_result *result,
                   struct error *error)
{
    int *columns = ARENA_ARRAY(arena, int, (size_t)options->schema->count);
    if (columns == NULL) {
        return error_set_memory(error);
    }
    if (!find_columns(options, columns, error)) {
        return error_context(error, "verifying \"%s\"", options->entity);
    }
    bool other = has_other(options->schema);
    bool shared_session = options->source_session == NULL;
    struct table_side table = {.options = options, .columns = columns};
    struct mapped_side mapped = {
        .options = options,
        .columns = columns,
        .session = shared_session ? options->session : options->source_session,
    };
    struct compare compare = {
        .schema = options->schema,
        .key = options->key,
        .key_count = options->key_count,
        .columns = options->columns,
        .confirm = options->confirm,
        .checkpoint = options->checkpoint,
        .figures = options->level == VERIFY_FULL,
        .coded = options->coded,
        .count_target = options->level == VERIFY_COUNTS ? table_count : NULL,
        .source = {.rows = options->source,
                   .prepare = other ? mapped_prepare : NULL,
                   .prepare_state = &mapped,
                   .progress = options->source_progress},
        .target = {.rows = {.state = &table, .open = table_open, .close = table_close},
                   .progress = options->target_progress},
        .refused_keys = options->refused_keys,
        .refused_count = options->refused_count,
        .together = options->threads && !(other && shared_session),
        .threads = options->threads,
        .budget = options->budget,
        .cancel = options->cancel,
        .differences_max = LIMIT_DIFFERENCES,
    };
    if (!compare_run(&compare, arena, result, error)) {
        return error_context(error, "verifying \"%s\"", options->entity);
    }
    result->level = options->level;
    return true;
}
