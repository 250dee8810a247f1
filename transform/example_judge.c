/* example_judge.c — what became of an example's record, beside what must become of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind.h"
#include "examples.h"
#include "fold.h"
#include "type_rules.h"

#include <string.h>

/* Of a value that is shown; the file has the rest of what is expected. */
#define SHOWN_BYTES 120

/* The function of one constant argument; NULL: it refuses it, or memory ran out. */
static const struct vector *compute(struct trial *trial,
                                    const struct function *function,
                                    struct type type,
                                    const struct vector *value)
{
    struct term literal = {.kind = TERM_CONSTANT, .type = value->type, .constant = value};
    struct term *args[] = {&literal};
    struct term term = {
        .kind = TERM_CALL, .type = type, .function = function, .args = args, .arg_count = 1};
    enum fault fault = FAULT_NONE;

    if (!fold_call(&term, trial->zone, trial->arena, &fault)) {
        trial->memory = true;
        return NULL;
    }
    return fault == FAULT_NONE ? term.constant : NULL;
}

const struct vector *example_value(struct trial *trial, const char *text, struct type type)
{
    struct error error = ERROR_NONE;
    struct vector *vector = ARENA_NEW(trial->arena, struct vector);
    const enum type_id source = text == NULL ? type.id : TYPE_TEXT;

    if (vector == NULL ||
        !vector_create_constant(vector, type_of(source), 1, text == NULL, trial->arena, &error)) {
        trial->memory = true;
        return NULL;
    }
    if (text == NULL) {
        return vector;
    }
    vector->texts[0] = text_of(text);
    return compute(trial, input_function(type.id), type, vector);
}

const struct vector *example_stored(struct trial *trial, const char *text, struct type type)
{
    const struct vector *value = example_value(trial, text, type);

    return value == NULL || text == NULL || type.id != TYPE_NUMERIC || type.precision == 0
               ? value
               : compute(trial, internal_function(INTERNAL_NUMERIC_FIT), type, value);
}

/* A value in quotes, cut where it is long; NULL without. */
static const char *shown(struct trial *trial, const struct vector *vector, int row)
{
    struct text_buffer value;
    struct text_buffer quoted;

    if (vector_is_null(vector, row)) {
        return "NULL";
    }
    text_buffer_init(&value, LIMIT_FIELD_BYTES);
    text_buffer_init(&quoted, LIMIT_FIELD_BYTES);
    vector_format(vector, row, &value);
    const size_t size = utf8_offset(value.data, value.size, SHOWN_BYTES);
    text_buffer_literal(&quoted, text_from(value.data, size));
    text_buffer_string(&quoted, size < value.size ? " …" : "");
    const char *text =
        value.failed || quoted.failed ? NULL : arena_copy(trial->arena, quoted.data, quoted.size);
    text_buffer_release(&value);
    text_buffer_release(&quoted);
    trial->memory = trial->memory || text == NULL;
    return text == NULL ? "" : text;
}

static const char *shown_text(struct trial *trial, const char *value)
{
    const struct vector *vector = example_value(trial, value, type_of(TYPE_TEXT));

    return vector == NULL ? "" : shown(trial, vector, 0);
}

static bool values_equal(const struct vector *a, int row_a, const struct vector *b)
{
    const bool null = vector_is_null(a, row_a);

    if (null || vector_is_null(b, 0)) {
        return null && vector_is_null(b, 0);
    }
    return value_compare(a, (size_t)vector_slot(a, row_a), b, 0) == 0;
}

static const char *text_of_value(struct trial *trial, const struct vector *vector, int row)
{
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_FIELD_BYTES);
    vector_format(vector, row, &out);
    const char *text = out.failed ? NULL : arena_copy(trial->arena, out.data, out.size);
    text_buffer_release(&out);
    trial->memory = trial->memory || text == NULL;
    return text;
}

/* Without a target the value has the type of its expression. A column of another type may make it
 * equal to what is expected, or different: 09:30 of a timestamp is 08:30+00 in summer. */
static bool is_decided(
    struct trial *trial, const struct vector *got, int row, const char *expected, bool equal)
{
    if (trial->target_known || expected == NULL || vector_is_null(got, row)) {
        return true;
    }
    const char *text = text_of_value(trial, got, row);
    for (int id = 0; text != NULL && id < TYPE_COUNT; id++) {
        const struct type type = type_of((enum type_id)id);
        if (type.id == got->type.id || type_is_text(type.id) || input_function(type.id) == NULL ||
            !coercion_possible((int)got->type.id, id, COERCE_ASSIGNMENT)) {
            continue;
        }
        const struct vector *stored = example_value(trial, text, type);
        const struct vector *wanted = example_value(trial, expected, type);
        if (stored != NULL && (wanted != NULL && values_equal(stored, 0, wanted)) != equal) {
            return false;
        }
    }
    return true;
}

static bool refuse_column(struct trial *trial, const struct example_value *expected)
{
    const struct schema *schema = trial->outs[0].schema;
    const char *names[LIMIT_COLUMNS];
    size_t count = 0;

    for (int i = 0; i < schema->count && i < LIMIT_COLUMNS; i++) {
        names[count++] = schema->columns[i].name;
    }
    const char *nearest = text_nearest(expected->name, names, count);
    return problem_add(trial->problems,
                       expected->name_place,
                       nearest == NULL
                           ? "Only columns that the mapping fills have values."
                           : arena_format(trial->arena, "Perhaps you meant \"%s\".", nearest),
                       "example \"%s\": the mapping fills no column \"%s\"",
                       trial->example->name,
                       expected->name);
}

static bool compare_value(struct trial *trial,
                          const struct batch *out,
                          int row,
                          const struct example_value *expected)
{
    const struct schema *schema = out->schema;
    const int index = schema_find(schema, text_of(expected->name), false);

    if (index < 0) {
        return refuse_column(trial, expected);
    }
    const struct column *column = &schema->columns[index];
    const struct vector *got = &out->columns[index];
    const struct vector *wanted = example_value(trial, expected->value, got->type);
    const bool equal = wanted != NULL && values_equal(got, row, wanted);
    if (!is_decided(trial, got, row, expected->value, equal)) {
        trial->open = true;
        return true;
    }
    if (equal) {
        return true;
    }
    return problem_add(trial->problems,
                       expected->place,
                       wanted == NULL && column->declared != NULL
                           ? arena_format(trial->arena,
                                          "What is expected is no value of type %s.",
                                          column->declared)
                           : NULL,
                       "example \"%s\": column \"%s\" is %s, not %s",
                       trial->example->name,
                       column->name,
                       shown(trial, got, row),
                       shown_text(trial, expected->value));
}

static int count_rows(const struct trial *trial)
{
    int rows = 0;

    for (int i = 0; i < trial->out_count; i++) {
        rows += trial->outs[i].rows;
    }
    return rows;
}

static bool compare_rows(struct trial *trial)
{
    const struct example *example = trial->example;
    const int rows = count_rows(trial);
    bool ok = true;
    int at = 0;

    if (rows != example->row_count) {
        return problem_add(trial->problems,
                           example->outcome_place,
                           NULL,
                           "example \"%s\": %d row%s come%s out, not %d",
                           example->name,
                           rows,
                           rows == 1 ? "" : "s",
                           rows == 1 ? "s" : "",
                           example->row_count);
    }
    for (int i = 0; i < trial->out_count; i++) {
        for (int row = 0; row < trial->outs[i].rows; row++, at++) {
            const struct example_row *expected = &example->rows[at];
            for (int value = 0; value < expected->count; value++) {
                ok = compare_value(trial, &trial->outs[i], row, &expected->values[value]) && ok;
            }
        }
    }
    return ok;
}

/* --- what is counted beside --- */

static bool is_listed(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Exactly the names that are listed, in the group of counters. */
static bool compare_counters(struct trial *trial,
                             const char *group,
                             const char *what,
                             const char *const *names,
                             int count,
                             struct place place)
{
    struct counters all;
    struct error error = ERROR_NONE;
    bool ok = true;

    counters_init(&all, trial->arena);
    for (int i = 0; i < trial->out_count; i++) {
        trial->memory =
            !counters_merge(&all, &trial->outs[i].tally.counters, &error) || trial->memory;
    }

    for (int i = 0; i < all.count; i++) {
        const struct counter *counter = &all.items[i];
        if (strcmp(counter->group, group) == 0 && counter->count > 0 &&
            !is_listed(names, count, counter->name)) {
            ok = problem_add(trial->problems,
                             place,
                             NULL,
                             "example \"%s\": \"%s\" is %s, and not expected",
                             trial->example->name,
                             counter->name,
                             what);
        }
    }
    for (int i = 0; i < count; i++) {
        if (counters_get(&all, group, names[i]) == 0) {
            ok = problem_add(trial->problems,
                             place,
                             NULL,
                             "example \"%s\": \"%s\" is not %s",
                             trial->example->name,
                             names[i],
                             what);
        }
    }
    return ok;
}

static bool compare_remarks(struct trial *trial)
{
    const struct example *example = trial->example;
    bool ok = true;

    if (example->notes_given) {
        ok = compare_counters(
            trial, "note", "noted", example->notes, example->note_count, example->notes_place);
    }
    if (example->repairs_given) {
        ok = compare_counters(trial,
                              "repair",
                              "repaired",
                              example->repairs,
                              example->repair_count,
                              example->repairs_place) &&
             ok;
    }
    return ok;
}

/* --- what became of the record --- */

static bool is_filter(const struct mapping *mapping, const char *name)
{
    for (int i = 0; i < mapping->filter_count; i++) {
        if (strcmp(mapping->filters[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The filter that left a record out; NULL: none did. Records that give no row, and attributes that
 * no column takes, are counted in that group too. */
static const char *filter_of(const struct trial *trial)
{
    for (int at = 0; at < trial->out_count; at++) {
        const struct counters *counters = &trial->outs[at].tally.counters;
        for (int i = 0; i < counters->count; i++) {
            const struct counter *counter = &counters->items[i];
            if (strcmp(counter->group, "filter") == 0 && counter->count > 0 &&
                is_filter(trial->mapping, counter->name)) {
                return counter->name;
            }
        }
    }
    return NULL;
}

static const struct reject *reject_of(const struct trial *trial)
{
    for (int i = 0; i < trial->out_count; i++) {
        if (trial->outs[i].reject_count > 0) {
            return &trial->outs[i].rejects[0];
        }
    }
    return NULL;
}

static const char *describe_reject(struct trial *trial, const struct reject *reject)
{
    const bool column = reject->column != NULL;
    const char *text = arena_format(trial->arena,
                                    "the record is rejected as %s%s%s%s%s%s%s: %s",
                                    reject_class_text(reject->class),
                                    column ? ", column \"" : "",
                                    column ? reject->column : "",
                                    column ? "\"" : "",
                                    reject->name != NULL ? ", by \"" : "",
                                    reject->name != NULL ? reject->name : "",
                                    reject->name != NULL ? "\"" : "",
                                    reject->message);
    trial->memory = trial->memory || text == NULL;
    return text == NULL ? "" : text;
}

/* For a message: "the record is …". */
static const char *describe_outcome(struct trial *trial)
{
    const char *filter = filter_of(trial);

    if (reject_of(trial) != NULL) {
        return describe_reject(trial, reject_of(trial));
    }
    if (filter != NULL) {
        const char *text =
            arena_format(trial->arena, "the record is left out by filter \"%s\"", filter);
        trial->memory = trial->memory || text == NULL;
        return text == NULL ? "" : text;
    }
    return "the record is carried";
}

static bool is_carried(const struct trial *trial)
{
    return reject_of(trial) == NULL && filter_of(trial) == NULL;
}

static bool refuse(struct trial *trial, const char *expected)
{
    return problem_add(trial->problems,
                       trial->example->outcome_place,
                       NULL,
                       "example \"%s\": %s; expected is %s",
                       trial->example->name,
                       describe_outcome(trial),
                       expected);
}

static bool is_expected_reject(const struct example *example, const struct reject *reject)
{
    const char *column = example->reject_column;

    return strcmp(reject_class_text(reject->class), example->reject_class) == 0 &&
           (column == NULL || (reject->column != NULL &&
                               text_equal_case(text_of(column), text_of(reject->column)))) &&
           (example->reject_name == NULL ||
            (reject->name != NULL && strcmp(example->reject_name, reject->name) == 0));
}

static bool judge_reject(struct trial *trial)
{
    const struct example *example = trial->example;
    const bool column = example->reject_column != NULL;
    const bool name = example->reject_name != NULL;

    if (reject_of(trial) != NULL && is_expected_reject(example, reject_of(trial))) {
        return true;
    }
    const char *expected = arena_format(trial->arena,
                                        "a reject as %s%s%s%s%s%s%s",
                                        example->reject_class,
                                        column ? ", column \"" : "",
                                        column ? example->reject_column : "",
                                        column ? "\"" : "",
                                        name ? ", by \"" : "",
                                        name ? example->reject_name : "",
                                        name ? "\"" : "");
    trial->memory = trial->memory || expected == NULL;
    return refuse(trial, expected == NULL ? "" : expected);
}

static bool judge_filtered(struct trial *trial)
{
    const char *filter = filter_of(trial);

    if (filter != NULL && strcmp(filter, trial->example->filter) == 0) {
        return true;
    }
    const char *expected =
        arena_format(trial->arena, "that filter \"%s\" leaves it out", trial->example->filter);
    trial->memory = trial->memory || expected == NULL;
    return refuse(trial, expected == NULL ? "" : expected);
}

/* May a target that is not known reject the record so? */
static bool is_open(const struct trial *trial)
{
    static const enum reject_class by_target[] = {
        REJECT_NULL_VALUE, REJECT_LENGTH, REJECT_RANGE, REJECT_TYPE};

    if (trial->target_known || trial->example->outcome != EXAMPLE_REJECT || !is_carried(trial)) {
        return false;
    }
    for (size_t i = 0; i < sizeof by_target / sizeof by_target[0]; i++) {
        if (strcmp(reject_class_text(by_target[i]), trial->example->reject_class) == 0) {
            return true;
        }
    }
    return false;
}

/* Of several records that are given, filters may leave out some. */
static bool leaves_some(const struct trial *trial)
{
    return trial->example->given_count > 1 && reject_of(trial) == NULL;
}

enum judgement example_judge(struct trial *trial)
{
    bool ok = false;

    if (is_open(trial)) {
        return JUDGEMENT_OPEN;
    }
    switch (trial->example->outcome) {
    case EXAMPLE_ROWS:
        ok = is_carried(trial) || leaves_some(trial) ? compare_rows(trial)
                                                     : refuse(trial, "that it is carried");
        break;
    case EXAMPLE_REJECT:
        ok = judge_reject(trial);
        break;
    case EXAMPLE_FILTERED:
        ok = judge_filtered(trial);
        break;
    }
    ok = compare_remarks(trial) && ok;
    return !ok ? JUDGEMENT_FAILED : trial->open ? JUDGEMENT_OPEN : JUDGEMENT_PASSED;
}
