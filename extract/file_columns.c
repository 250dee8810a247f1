/* file_columns.c — what a mapping declares of the columns of its files: types and formats.
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_columns.h"

#include "file_text.h"

#include "novate/name.h"

struct declaration {
    const struct relation_spec *spec;
    struct relation *relation;
    struct file_detail *detail;
    struct text_care *cares;         /* by column of the relation */
    const struct date_formats *feed; /* of a Millennium feed; NULL: not made yet */
    struct arena *arena;
    struct problems *problems;
    struct error *error;
};

/* The formats' form was checked with the mapping; what they describe must be what the column is. */
static void check_formats(struct declaration *at,
                          const struct relation_column *declared,
                          const struct date_formats *dates,
                          enum type_id id)
{
    bool date = id == TYPE_DATE || id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ;
    bool fits = date || id == TYPE_TIME;
    for (int i = 0; fits && i < dates->count; i++) {
        fits = date ? dates->patterns[i].has_date : dates->patterns[i].has_time;
    }
    if (!fits) {
        (void)problem_add(at->problems,
                          declared->place,
                          "Dates need year, month and day; times need hours.",
                          "format of column \"%s\" does not describe its type",
                          declared->name);
    }
}

static bool formats_declare(struct declaration *at,
                            const struct relation_column *declared,
                            int index)
{
    struct date_formats *dates = ARENA_NEW(at->arena, struct date_formats);
    struct error refused = ERROR_NONE;
    if (dates == NULL) {
        return error_set_memory(at->error);
    }
    if (!date_formats_parse(
            declared->formats, declared->format_count, at->arena, dates, &refused)) {
        if (refused.code == ERROR_MEMORY) {
            return error_set_memory(at->error);
        }
        return problem_add(at->problems,
                           declared->place,
                           refused.hint[0] != '\0' ? arena_string(at->arena, refused.hint) : NULL,
                           "%s",
                           refused.message);
    }
    check_formats(at, declared, dates, at->relation->schema.columns[index].type.id);
    at->detail->dates[index] = dates;
    return true;
}

/* Dates of a feed have its formats unless the mapping declares others. */
static bool feed_formats(struct declaration *at, int index)
{
    enum type_id id = at->relation->schema.columns[index].type.id;
    if (at->spec->format != FILE_FORMAT_MILLENNIUM ||
        (id != TYPE_DATE && id != TYPE_TIMESTAMP && id != TYPE_TIMESTAMPTZ)) {
        return true;
    }
    if (at->feed == NULL) {
        struct date_formats *feed = ARENA_NEW(at->arena, struct date_formats);
        if (feed == NULL) {
            return error_set_memory(at->error);
        }
        if (!date_formats_millennium(at->arena, feed, at->error)) {
            return false;
        }
        at->feed = feed;
    }
    at->detail->dates[index] = at->feed;
    return true;
}

static bool column_declare(struct declaration *at, int position)
{
    const struct relation_column *declared = &at->spec->columns[position];
    struct schema *schema = &at->relation->schema;
    bool by_name = at->spec->header && at->detail->fixed == NULL;
    bool quoted = false;
    struct text name = name_unquote(declared->name, &quoted, at->arena);
    int index = by_name ? schema_find(schema, name, quoted) : position;
    struct type type;
    if (index < 0) {
        return problem_add(at->problems,
                           declared->place,
                           name_column_hint(schema, declared->name, at->arena),
                           "file \"%s\" has no column \"%s\"",
                           at->detail->files[0].name,
                           declared->name);
    }
    if (!file_care_declare(
            at->detail, declared, at->arena, at->problems, &at->cares[index], at->error)) {
        return false;
    }
    if (declared->type == NULL) {
        return true;
    }
    if (!type_parse(text_of(declared->type), &type)) {
        return problem_add(at->problems,
                           declared->place,
                           "Use a type of SQL, such as bigint, numeric(10,2), date.",
                           "type \"%s\" does not exist",
                           declared->type);
    }
    schema->columns[index].type = type;
    schema->columns[index].declared = declared->type;
    return declared->format_count > 0 ? formats_declare(at, declared, index)
                                      : feed_formats(at, index);
}

bool file_columns_declare(const struct relation_spec *spec,
                          struct relation *relation,
                          struct file_detail *detail,
                          struct arena *arena,
                          struct problems *problems,
                          struct error *error)
{
    struct error failure = ERROR_NONE;
    struct declaration at = {.spec = spec,
                             .relation = relation,
                             .detail = detail,
                             .arena = arena,
                             .problems = problems,
                             .error = &failure};
    detail->dates =
        ARENA_ARRAY(arena, const struct date_formats *, (size_t)relation->schema.count + 1);
    if (detail->dates == NULL) {
        return error_set_memory(error);
    }
    if (!file_cares_begin(detail, spec, relation->schema.count, arena, &at.cares, error)) {
        return false;
    }
    for (int i = 0; i < spec->column_count; i++) {
        /* false without an error is a problem: the other columns may have some too */
        if (!column_declare(&at, i) && failure.code != ERROR_OK) {
            if (error != NULL) {
                *error = failure;
            }
            return false;
        }
    }
    return true;
}
