/* sniff_delimited.c — the records of a delimited file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_internal.h"
#include "sniff_records.h"

#include <inttypes.h>
#include <string.h>

static bool report_shape(struct sniffing *at)
{
    const struct sniff_shape *shape = &at->shape;
    char delimiter[8] = "tab";
    if (shape->delimiter != '\t') {
        delimiter[0] = '"';
        delimiter[1] = shape->delimiter;
        delimiter[2] = '"';
        delimiter[3] = '\0';
    }
    const char *found =
        arena_format(at->arena,
                     "%s: %d fields in %" PRIu64 " of the first %" PRIu64 " records",
                     delimiter,
                     shape->fields,
                     shape->fitting,
                     shape->records);
    int confidence = (int)(shape->score * (shape->records < 3 ? 70 : 100));
    if (!sniff_report(at, "delimiter", confidence, found, NULL)) {
        return false;
    }
    if (shape->quote != '\0') {
        found = arena_format(at->arena,
                             "%c: in %" PRIu64 " record%s%s",
                             shape->quote,
                             shape->quoted,
                             shape->quoted == 1 ? "" : "s",
                             shape->multiline > 0 ? ", with line ends in quotes" : "");
        return sniff_report(
            at,
            "quote",
            shape->malformed == 0 ? 97 : 75,
            found,
            shape->malformed == 0 ? NULL : "some quotes are neither doubled nor at an end");
    }
    bool usual = shape->malformed == 0 && (shape->delimiter == ',' || shape->delimiter == ';');
    at->shape.quote = usual ? '"' : '\0';
    return usual ? sniff_report(
                       at, "quote", 60, "\": usual with this delimiter", "no field is quoted")
                 : sniff_report(at,
                                "quote",
                                shape->malformed == 0 ? 80 : 90,
                                shape->malformed == 0
                                    ? "none: no field is quoted"
                                    : "none: quotes stand in the fields that are no frame of them",
                                shape->malformed == 0 && shape->delimiter != '|'
                                    ? "other places may have quoted fields"
                                    : NULL);
}

static bool add_record(struct sniffing *at, const struct sniff_records *records, int piece)
{
    const struct file_fields *fields = &records->fields;
    bool lost = piece > 0 && at->shape.multiline > 0; /* it may have begun in quotes */
    if (at->records++ == 0) {
        return sniff_keep_first(at, fields->items, fields->count);
    }
    if (fields->count != at->fields) {
        at->ragged += !lost;
        at->records -= lost;
        return true;
    }
    for (int i = 0; i < fields->count; i++) {
        sniff_facts_add(&at->facts[i], at->dates, fields->items[i]);
    }
    return true;
}

static bool look_at_records(struct sniffing *at)
{
    struct sniff_records records;
    if (!sniff_facts_make(at, at->shape.fields)) {
        return false;
    }
    bool ok = sniff_records_init(&records, at->shape.delimiter, at->shape.quote, at->error);
    for (int i = 0; ok && i < at->sample.count; i++) {
        bool found = true;
        ok = sniff_records_begin(&records, &at->sample.pieces[i], i > 0, at->error);
        while (ok && found) {
            ok = sniff_records_next(&records, &found, at->error) &&
                 (!found || add_record(at, &records, i));
        }
    }
    sniff_records_release(&records);
    return ok;
}

bool sniff_delimited(struct sniffing *at)
{
    if (!report_shape(at)) {
        return false;
    }
    at->result->delimiter = at->shape.delimiter;
    at->result->quote = at->shape.quote;
    return look_at_records(at);
}
