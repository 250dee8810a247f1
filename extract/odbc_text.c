/* odbc_text.c — what a mapping declares of the texts of a table or query: encodings and policies.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_text.h"

#include "novate/name.h"

struct declaration {
    const struct relation *relation;
    const struct odbc_dialect *dialect;
    struct odbc_column *columns;
    struct arena *arena;
    struct problems *problems;
    struct error *error;
};

static bool is_text(const struct odbc_column *column)
{
    return type_is_text(column->type.id);
}

/* Halves of surrogate pairs come through the driver's UTF-16, and are found in UTF-8. */
static const struct decoder as_given = {.utf8 = true, .order = WIDE_LITTLE};

static bool decoder_make(const struct declaration *at,
                         const char *encoding,
                         struct place place,
                         const struct decoder **out)
{
    struct error refused = ERROR_NONE;
    struct decoder *decoder = ARENA_NEW(at->arena, struct decoder);
    if (decoder == NULL) {
        return error_set_memory(at->error);
    }
    *out = decoder;
    if (at->dialect->stored == NULL) {
        (void)problem_add(at->problems,
                          place,
                          "Leave \"encoding\" out: the driver decodes texts itself.",
                          "the bytes of a text cannot be asked for from %s",
                          at->dialect->name);
    } else if (!decoder_init(decoder, encoding, &refused)) {
        (void)problem_add(
            at->problems, place, arena_string(at->arena, refused.hint), "%s", refused.message);
    } else if (decoder->order != WIDE_NONE) {
        (void)problem_add(at->problems,
                          place,
                          "Servers keep texts in UTF-8 or in an encoding of their own.",
                          "encoding \"%s\" is for files",
                          encoding);
    }
    return true;
}

/* From now on the column's bytes are asked for as they are stored. */
static void decode_stored(const struct declaration *at,
                          struct odbc_column *column,
                          const struct decoder *decoder)
{
    column->care.decoder = decoder;
    column->expression = at->dialect->stored;
    column->form = at->dialect->stored_form;
}

static bool column_declare(const struct declaration *at, const struct relation_column *declared)
{
    const struct schema *schema = &at->relation->schema;
    bool quoted = false;
    struct text name = name_unquote(declared->name, &quoted, at->arena);
    int index = schema_find(schema, name, quoted);
    const struct decoder *decoder = NULL;
    if (index < 0) {
        (void)problem_add(at->problems,
                          declared->place,
                          name_column_hint(schema, declared->name, at->arena),
                          "column \"%s\" does not exist",
                          declared->name);
        return true;
    }
    struct odbc_column *column = &at->columns[index];
    column->care.decode = declared->decode;
    column->care.nul = declared->nul;
    if (declared->encoding == NULL) {
        return true;
    }
    if (!is_text(column)) {
        (void)problem_add(at->problems,
                          declared->place,
                          NULL,
                          "column \"%s\" is no text and has no encoding",
                          declared->name);
        return true;
    }
    if (!decoder_make(at, declared->encoding, declared->place, &decoder)) {
        return false;
    }
    decode_stored(at, column, decoder);
    return true;
}

bool odbc_texts_declare(const struct relation *relation,
                        const struct odbc_dialect *dialect,
                        struct odbc_column *columns,
                        struct arena *arena,
                        struct problems *problems,
                        struct error *error)
{
    const struct relation_spec *spec = relation->spec;
    const struct declaration at = {.relation = relation,
                                   .dialect = dialect,
                                   .columns = columns,
                                   .arena = arena,
                                   .problems = problems,
                                   .error = error};
    const struct decoder *decoder = NULL;
    if (spec->encoding != NULL && !decoder_make(&at, spec->encoding, spec->place, &decoder)) {
        return false;
    }
    for (int i = 0; i < relation->schema.count; i++) {
        columns[i].care =
            (struct text_care){.decoder = &as_given, .decode = spec->decode, .nul = spec->nul};
        if (decoder != NULL && is_text(&columns[i])) {
            decode_stored(&at, &columns[i], decoder);
        }
    }
    for (int i = 0; i < spec->column_count; i++) {
        if (!column_declare(&at, &spec->columns[i])) {
            return false;
        }
    }
    return true;
}
