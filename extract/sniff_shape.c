/* sniff_shape.c — what separates records and fields of a sample.
 *
 * Every delimiter is tried with every quote on the first records. The share of records that have
 * the most frequent number of fields is what counts; more fields are better evidence than few,
 * since a character that happens to stand once in every line (a colon of a time) cuts in two.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_shape.h"

#include "sniff_records.h"

#include <string.h>

enum {
    TRIAL_RECORDS = 2000,
    LINE_BYTES_MAX = 4096
};

static void shape_count(struct sniff_shape *shape,
                        const struct sniff_records *records,
                        uint32_t *histogram)
{
    const struct file_record *record = &records->scan.record;
    const char *begin = records->data + record->begin;
    size_t size = (size_t)(record->end - record->begin);
    bool broken = memchr(begin, '\n', size) != NULL || memchr(begin, '\r', size) != NULL;
    shape->records++;
    shape->quoted += record->quoted;
    shape->malformed += record->malformed || record->unclosed;
    shape->multiline += record->quoted && broken;
    histogram[records->fields.count]++;
}

static bool shape_try(const struct sniff_sample *sample,
                      struct sniff_shape *shape,
                      struct error *error)
{
    uint32_t histogram[LIMIT_COLUMNS + 2] = {0};
    struct sniff_records records;
    bool found = true;
    bool ok = sniff_records_init(&records, shape->delimiter, shape->quote, error) &&
              sniff_records_begin(&records, &sample->pieces[0], false, error);
    while (ok && found && shape->records < TRIAL_RECORDS) {
        ok = sniff_records_next(&records, &found, error);
        if (ok && found) {
            shape_count(shape, &records, histogram);
        }
    }
    sniff_records_release(&records);
    for (int fields = 1; fields <= LIMIT_COLUMNS; fields++) {
        if (histogram[fields] > shape->fitting) {
            shape->fitting = histogram[fields];
            shape->fields = fields;
        }
    }
    if (ok && shape->records > 0 && shape->fields > 1) {
        double all = (double)shape->records;
        double share = (double)shape->fitting / all;
        double sound = 1.0 - (double)shape->malformed / all;
        shape->score = share * sound * (1.0 - 1.0 / (2.0 * shape->fields));
    }
    return ok;
}

/* A quote is one only if fields begin and end with it; as good a reading without it is simpler. */
static bool quote_is_better(const struct sniff_shape *with, const struct sniff_shape *without)
{
    return with->quoted > with->malformed * 20 && with->score >= without->score;
}

bool sniff_shape_find(const struct sniff_sample *sample,
                      struct sniff_shape *best,
                      struct error *error)
{
    static const char delimiters[] = "|,;\t^~!:";
    static const char quotes[] = "\"'";
    *best = (struct sniff_shape){.delimiter = '\0'};
    for (const char *delimiter = delimiters; *delimiter != '\0'; delimiter++) {
        struct sniff_shape shape = {.delimiter = *delimiter};
        if (!shape_try(sample, &shape, error)) {
            return false;
        }
        for (const char *quote = quotes; *quote != '\0'; quote++) {
            struct sniff_shape with = {.delimiter = *delimiter, .quote = *quote};
            if (!shape_try(sample, &with, error)) {
                return false;
            }
            if (quote_is_better(&with, &shape)) {
                shape = with;
            } else if (*quote == '"') {
                shape.malformed = with.malformed; /* quotes that are none */
            }
        }
        if (shape.score > best->score) {
            *best = shape;
        }
    }
    if (best->score < 0.5) {
        *best = (struct sniff_shape){.delimiter = '\0'};
    }
    return true;
}

bool sniff_line_next(const struct sniff_piece *piece, size_t *at, struct text *line)
{
    size_t begin = *at;
    if (begin >= piece->size) {
        return false;
    }
    while (*at < piece->size && piece->data[*at] != '\n' && piece->data[*at] != '\r') {
        (*at)++;
    }
    *line = text_from(piece->data + begin, *at - begin);
    if (*at == piece->size) {
        return piece->ends;
    }
    *at += *at + 1 < piece->size && memcmp(piece->data + *at, "\r\n", 2) == 0 ? 2 : 1;
    return true;
}

static void ends_count(const struct sniff_piece *piece, struct sniff_lines *lines)
{
    for (size_t i = 0; i < piece->size; i++) {
        if (piece->data[i] == '\r') {
            bool pair = i + 1 < piece->size && piece->data[i + 1] == '\n';
            lines->crlf += pair;
            lines->cr += !pair;
            i += pair;
        } else {
            lines->lf += piece->data[i] == '\n';
        }
    }
}

/* A field begins where no line has a blank's successor but all have the blank. */
static void starts_find(const struct sniff_piece *head, struct sniff_lines *lines)
{
    bool used[LINE_BYTES_MAX] = {false};
    struct text line;
    for (size_t at = 0; sniff_line_next(head, &at, &line);) {
        for (size_t i = 0; line.size == lines->size && i < line.size; i++) {
            used[i] = used[i] || line.data[i] != ' ';
        }
    }
    lines->starts[lines->start_count++] = 0;
    for (size_t i = 1; i < lines->size && lines->start_count < SNIFF_FIXED_FIELDS; i++) {
        if (used[i] && !used[i - 1]) {
            lines->starts[lines->start_count++] = (int)i;
        }
    }
}

bool sniff_lines_find(const struct sniff_sample *sample,
                      struct arena *arena,
                      struct sniff_lines *lines,
                      struct error *error)
{
    uint32_t *histogram = ARENA_ARRAY(arena, uint32_t, LINE_BYTES_MAX);
    const struct sniff_piece *head = &sample->pieces[0];
    struct text line;
    *lines = (struct sniff_lines){.lf = 0};
    if (histogram == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < sample->count; i++) {
        ends_count(&sample->pieces[i], lines);
    }
    for (size_t at = 0; sniff_line_next(head, &at, &line);) {
        lines->count += line.size > 0;
        if (line.size > 0 && line.size < LINE_BYTES_MAX) {
            histogram[line.size]++;
        }
    }
    for (size_t size = 1; size < LINE_BYTES_MAX; size++) {
        if (histogram[size] > lines->same) {
            lines->same = histogram[size];
            lines->size = size;
        }
    }
    if (lines->size > 0) {
        starts_find(head, lines);
    }
    return true;
}
