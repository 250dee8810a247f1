/* report_view.c — a report in JSON, as its renderers read it. SPDX-License-Identifier: Apache-2.0
 */
#include "report_view.h"

#include "novate/datetime.h"
#include "novate/limits.h"
#include "novate/load_mode.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct report_column identity_columns[IDENTITY_COLUMNS] = {
    {"Entity", "entity", CELL_TEXT},
    {"Source", "source_rows", CELL_COUNT},
    {"Emitted", "emitted", CELL_COUNT},
    {"Loaded", "loaded", CELL_COUNT},
    {"Already present", "present", CELL_COUNT},
    {"Filtered", "filtered", CELL_COUNT},
    {"Rejected", "rejected", CELL_COUNT},
    {"Merged", "merged", CELL_COUNT},
    {"Closes", NULL, CELL_CLOSES},
};

const struct report_column comparison_columns[COMPARISON_COLUMNS] = {
    {"Entity", "entity", CELL_TEXT},
    {"Equal", "equal", CELL_COUNT},
    {"Not equal", "not_equal", CELL_COUNT},
    {"Missing in target", "missing_target", CELL_COUNT},
    {"Not in source", "missing_source", CELL_COUNT},
    {"Refused at loading", "refused", CELL_COUNT},
    {"Verdict", "verdict", CELL_VERDICT},
};

bool report_view_open(struct report_view *view, const char *json, struct error *error)
{
    json_error_t reason;
    uint64_t version = 0;

    *view = (struct report_view){.root = json_loads(json, JSON_REJECT_DUPLICATES, &reason)};
    if (view->root == NULL) {
        (void)error_set(error, ERROR_STATE, "the report is not valid JSON");
        return error_detail(
            error, "Line %d, column %d: %s.", reason.line, reason.column, reason.text);
    }
    view->entities = json_object_get(view->root, "entities");
    bool is_report = view_count(view->root, "novate_report", &version);
    if (!is_report || !json_is_array(view->entities)) {
        (void)error_set(error, ERROR_STATE, "this is no report of novate");
        (void)error_detail(error, "It lacks \"novate_report\" or \"entities\".");
    } else if (version != 1) {
        (void)error_set(error,
                        ERROR_STATE,
                        "the report has version %" PRIu64 ", which this novate cannot read",
                        version);
        (void)error_hint(error, "Use the novate that wrote it, or a later one.");
    } else {
        view->entity_count = json_array_size(view->entities);
        return true;
    }
    report_view_close(view);
    return false;
}

void report_view_close(struct report_view *view)
{
    json_decref(view->root);
    view->root = NULL;
}

const char *view_text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

bool view_count(const json_t *object, const char *name, uint64_t *value)
{
    const json_t *number = json_object_get(object, name);
    if (!json_is_integer(number) || json_integer_value(number) < 0) {
        return false;
    }
    *value = (uint64_t)json_integer_value(number);
    return true;
}

bool view_cell_count(const json_t *entity, const char *name, uint64_t *value)
{
    return view_count(entity, name, value) ||
           view_count(json_object_get(entity, "verification"), name, value);
}

bool view_flag(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

const json_t *view_entity(const struct report_view *view, size_t index)
{
    return json_array_get(view->entities, index);
}

uint64_t view_total(const struct report_view *view, const char *name)
{
    uint64_t total = 0;
    for (size_t i = 0; i < view->entity_count; i++) {
        uint64_t value = 0;
        if (view_count(view_entity(view, i), name, &value)) {
            total += value;
        }
    }
    return total;
}

uint64_t view_differences(const json_t *entity)
{
    static const char *const names[] = {"not_equal", "missing_target", "missing_source"};
    uint64_t total = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint64_t value = 0;
        if (view_count(entity, names[i], &value)) {
            total += value;
        }
    }
    return total;
}

bool view_closes(const json_t *entity)
{
    const json_t *identity = json_object_get(entity, "identity");
    return !json_is_object(identity) || view_flag(identity, "closes");
}

bool view_has_level(const json_t *entity, const char *level)
{
    return strcmp(view_text(json_object_get(entity, "verification"), "level"), level) == 0;
}

/* "2024-05-01T21:04:31Z": what the zone is has been said by the last letter. */
static bool read_time(const char *time, int64_t *timestamp)
{
    size_t size = time == NULL ? 0 : strlen(time);
    return size > 0 && time[size - 1] == 'Z' &&
           timestamp_parse(text_from(time, size - 1), 6, timestamp) == DATETIME_OK;
}

bool view_seconds(const char *from, const char *to, uint64_t *seconds)
{
    const int64_t second = 1000000;
    int64_t begin = 0;
    int64_t end = 0;
    if (!read_time(from, &begin) || !read_time(to, &end) || end < begin) {
        return false;
    }
    *seconds = ((uint64_t)end - (uint64_t)begin) / (uint64_t)second;
    return true;
}

void push_count(struct text_buffer *out, bool known, uint64_t value)
{
    if (known) {
        text_buffer_count(out, value);
    } else {
        text_buffer_string(out, "–");
    }
}

void push_counted(struct text_buffer *out, uint64_t count, const char *one, const char *many)
{
    push_count(out, true, count);
    text_buffer_char(out, ' ');
    text_buffer_string(out, count == 1 ? one : many);
}

bool push_utc(struct text_buffer *out, const char *time)
{
    size_t size = strlen(time);
    if (size <= 11 || time[10] != 'T' || time[size - 1] != 'Z') {
        text_buffer_string(out, time);
        return false;
    }
    text_buffer_push(out, time, 10);
    text_buffer_char(out, ' ');
    text_buffer_push(out, time + 11, size - 12);
    return true;
}

void push_time(struct text_buffer *out, const char *time)
{
    if (push_utc(out, time)) {
        text_buffer_string(out, " UTC");
    }
}

void push_key(struct text_buffer *out, const json_t *key)
{
    if (json_is_string(key)) {
        text_buffer_string(out, json_string_value(key));
        return;
    }
    char *text = key == NULL ? NULL : json_dumps(key, JSON_COMPACT | JSON_ENCODE_ANY);
    text_buffer_string(out, text == NULL ? "?" : text);
    free(text);
}

const char *verdict_words(const char *verdict)
{
    return strcmp(verdict, "not_verified") == 0 ? "not verified"
           : strcmp(verdict, "rejects") == 0    ? "too many rejects"
                                                : verdict;
}

const char *kind_words(const char *kind)
{
    return strcmp(kind, "not_equal") == 0        ? "not equal"
           : strcmp(kind, "missing_target") == 0 ? "missing in target"
           : strcmp(kind, "missing_source") == 0 ? "not in source"
                                                 : kind;
}

void push_cell(struct text_buffer *out, const json_t *entity, const struct report_column *column)
{
    uint64_t value = 0;
    bool known = false;

    switch (column->kind) {
    case CELL_TEXT:
        text_buffer_string(out, view_text(entity, column->field));
        break;
    case CELL_COUNT:
        known = view_cell_count(entity, column->field, &value);
        push_count(out, known, value);
        break;
    case CELL_VERDICT:
        text_buffer_string(out, verdict_words(view_text(entity, column->field)));
        break;
    case CELL_CLOSES:
        known = json_is_object(json_object_get(entity, "identity"));
        text_buffer_string(out, !known ? "–" : view_closes(entity) ? "yes" : "NO");
        break;
    }
}

void push_stored_words(const json_t *entity, struct text_buffer *out)
{
    static const char *const names[] = {"inserted", "updated", "unchanged"};
    const char *mode = view_text(entity, "mode");
    uint64_t value = 0;
    if (*mode == '\0' || strcmp(mode, load_mode_text(LOAD_INSERT)) == 0) {
        return;
    }
    text_buffer_string(out, mode);
    for (size_t i = 0; i < sizeof names / sizeof *names && view_count(entity, names[i], &value);
         i++) {
        text_buffer_string(out, i == 0 ? ": " : ", ");
        push_count(out, true, value);
        text_buffer_format(out, " %s", names[i]);
    }
}
