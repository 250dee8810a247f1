/* report_view.h — a report in JSON, as its renderers read it.
 *
 * Renderers see what the JSON says and nothing else, so that every form of a report tells the same;
 * a field that is not there shows as unknown. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_VIEW_H
#define NOVATE_VERIFY_REPORT_VIEW_H

#include "novate/error.h"
#include "novate/seal.h"
#include "novate/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct report_view {
    json_t *root;
    const json_t *entities;
    size_t entity_count;
    char sha256[SHA256_HEX_SIZE]; /* of the JSON file; "": not asked for */
};

bool report_view_open(struct report_view *view, const char *json, struct error *error) NODISCARD;
void report_view_close(struct report_view *view);

void report_text(const struct report_view *view, struct text_buffer *out);
void report_csv(const struct report_view *view, struct text_buffer *out);
void report_html(const struct report_view *view, struct text_buffer *out);

/* Members of an object: "" for a text that is not there, false for a number that is not. */
const char *view_text(const json_t *object, const char *name);
bool view_count(const json_t *object, const char *name, uint64_t *value);
/* A count of an entity, or of its verification. */
bool view_cell_count(const json_t *entity, const char *name, uint64_t *value);
bool view_flag(const json_t *object, const char *name);
const json_t *view_entity(const struct report_view *view, size_t index);
/* Sum of a count over all entities; those that do not have it add nothing. */
uint64_t view_total(const struct report_view *view, const char *name);
/* Not equal, missing in the target, and not in the source. */
uint64_t view_differences(const json_t *entity);
bool view_closes(const json_t *entity);
/* Does the report name the level of comparison, and is it this one? */
bool view_has_level(const json_t *entity, const char *level);
/* Whole seconds from one time of a report to another; false where they are no times. */
bool view_seconds(const char *from, const char *to, uint64_t *seconds);

/* "1,234,567"; a dash when `known` is false. */
void push_count(struct text_buffer *out, bool known, uint64_t value);
/* "2024-05-01 21:04:31 UTC" of "2024-05-01T21:04:31Z"; what is no such time as it is. */
void push_time(struct text_buffer *out, const char *time);
/* The same without its zone, under a heading that names it. False: it is no such time. */
bool push_utc(struct text_buffer *out, const char *time);
/* A key as the report has it: a JSON array, or a text as it is. */
void push_key(struct text_buffer *out, const json_t *key);
/* "12 records", "1 record". */
void push_counted(struct text_buffer *out, uint64_t count, const char *one, const char *many);
/* "not verified". */
const char *verdict_words(const char *verdict);
/* "missing in target". */
const char *kind_words(const char *kind);

/* The verdict in a sentence or two, for people; first of all an identity that does not close. */
void push_headline(const struct report_view *view, struct text_buffer *out);

/* The two tables that every form has, one line per entity. */
enum cell_kind {
    CELL_TEXT,
    CELL_COUNT,
    CELL_VERDICT,
    CELL_CLOSES
};
struct report_column {
    const char *heading;
    const char *field;
    enum cell_kind kind;
};
#define IDENTITY_COLUMNS   9
#define COMPARISON_COLUMNS 7
extern const struct report_column identity_columns[IDENTITY_COLUMNS];
extern const struct report_column comparison_columns[COMPARISON_COLUMNS];
void push_cell(struct text_buffer *out, const json_t *entity, const struct report_column *column);
/* "upsert: 5 inserted, 2 updated, 900 unchanged"; nothing for mode insert. */
void push_stored_words(const json_t *entity, struct text_buffer *out);

#endif
