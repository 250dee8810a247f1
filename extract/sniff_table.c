/* sniff_table.c — what the columns of a table are, once its records were looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"
#include "sniff_internal.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <string.h>

bool sniff_facts_make(struct sniffing *at, int fields)
{
    at->fields = fields;
    at->facts = ARENA_ARRAY(at->arena, struct sniff_facts, (size_t)fields + 1);
    at->dates = sniff_dates_create(at->arena);
    return (at->facts != NULL && at->dates != NULL) || error_set_memory(at->error);
}

bool sniff_keep_first(struct sniffing *at, const struct text *fields, int count)
{
    at->first_count = count <= LIMIT_COLUMNS ? count : LIMIT_COLUMNS;
    at->first = ARENA_ARRAY(at->arena, struct text, (size_t)at->first_count + 1);
    if (at->first == NULL) {
        return error_set_memory(at->error);
    }
    for (int i = 0; i < at->first_count; i++) {
        if (fields[i].data == NULL) {
            continue;
        }
        char *copy = arena_copy(at->arena, fields[i].data, fields[i].size);
        if (copy == NULL) {
            return error_set_memory(at->error);
        }
        at->first[i] = text_from(copy, fields[i].size);
    }
    return true;
}

/* The text for NULL with which most columns have a type. */
static void null_decide(struct sniffing *at)
{
    int best = -1;
    for (int choice = -1; choice < SNIFF_NULLS; choice++) {
        int typed = 0;
        struct sniff_context context = {.null_text = choice};
        for (int i = 0; i < at->fields; i++) {
            typed += sniff_facts_typed(&at->facts[i], &context);
        }
        static const int none = -1;
        if (choice == none) {
            best = typed;
            at->context.null_text = none;
        } else if (typed > best) {
            best = typed;
            at->context.null_text = choice;
        }
    }
}

static bool null_report(struct sniffing *at)
{
    uint64_t empty = 0;
    uint64_t counts[SNIFF_NULLS] = {0};
    int choice = at->context.null_text;
    bool others = false;
    for (int i = 0; i < at->fields; i++) {
        empty += at->facts[i].empty;
        for (int word = 0; word < SNIFF_NULLS; word++) {
            counts[word] += at->facts[i].nulls[word];
        }
    }
    if (choice < 0 && empty == 0) { /* texts only: the word that is there means what it says */
        for (int word = 0; word < SNIFF_NULLS; word++) {
            choice =
                counts[word] > 0 && (choice < 0 || counts[word] > counts[choice]) ? word : choice;
        }
        at->context.null_text = choice;
    }
    for (int word = 0; word < SNIFF_NULLS; word++) {
        others = others || (word != choice && counts[word] > 0);
    }
    at->result->null = choice < 0 ? "" : sniff_null_texts[choice];
    const char *found = choice < 0 ? "the empty text" : sniff_null_texts[choice];
    return sniff_report(at,
                        "NULL",
                        choice < 0 ? (empty > 0 && !others ? 90 : 60) : 90,
                        found,
                        others ? "other texts for NULL occur too, and stay as they are"
                        : choice >= 0 && empty > 0 ? "empty texts occur too, and stay empty texts"
                                                   : NULL);
}

/* Which order of day and month the file's columns show. */
static void order_find(struct sniffing *at)
{
    for (int i = 0; i < at->fields; i++) {
        const struct sniff_facts *facts = &at->facts[i];
        for (int date = 0; facts->dates == facts->values && date < SNIFF_DATES; date++) {
            at->context.day_first |= facts->day_first[date] > 0;
            at->context.month_first |= facts->month_first[date] > 0;
        }
    }
}

/* A name of the header in UTF-8. One that is not valid has no name here. */
static bool name_decode(struct sniffing *at, struct text name, const char **out)
{
    struct decoder decoder;
    struct text_decoded decoded;
    bool same = at->encoding.wide || bytes_plain(name.data, name.size);
    if (same || strcmp(at->encoding.name, "UTF-8") == 0) {
        *out = utf8_valid(name.data, name.size, NULL) ? arena_copy(at->arena, name.data, name.size)
                                                      : arena_string(at->arena, "?");
        return *out != NULL || error_set_memory(at->error);
    }
    if (!decoder_init(&decoder, at->encoding.name, at->error)) {
        return false;
    }
    const struct text_care care = {.decoder = &decoder};
    text_decode(&care, name, NULL, &decoded);
    char *text = arena_bytes(at->arena, decoded.size + 1);
    if (text == NULL) {
        return error_set_memory(at->error);
    }
    text_decode(&care, name, text, &decoded);
    text[decoded.refused ? 0 : decoded.size] = '\0';
    *out = text;
    return true;
}

static bool columns_decide(struct sniffing *at)
{
    struct sniff_result *result = at->result;
    static const struct sniff_facts nothing = {.records = 0};
    int count = result->header ? at->first_count : at->fields;
    bool shared = count == at->fields;
    result->columns = ARENA_ARRAY(at->arena, struct sniff_column, (size_t)count + 1);
    if (result->columns == NULL) {
        return error_set_memory(at->error);
    }
    result->column_count = count;
    for (int i = 0; i < count; i++) {
        const struct sniff_facts *facts = shared ? &at->facts[i] : &nothing;
        struct sniff_column *column = &result->columns[i];
        if (!sniff_column_decide(facts, &at->context, at->arena, column, at->error)) {
            return false;
        }
        bool named = result->header && at->first[i].size > 0;
        if (named && !name_decode(at, at->first[i], &column->name)) {
            return false;
        }
    }
    return true;
}

static bool report_ragged(struct sniffing *at)
{
    uint64_t records = at->records - (at->result->header ? 1 : 0);
    at->result->records = records;
    if (at->ragged > 0 && !sniff_report(at,
                                        "ragged",
                                        100,
                                        arena_format(at->arena,
                                                     "%" PRIu64 " of %" PRIu64
                                                     " records have more or fewer than %d fields",
                                                     at->ragged,
                                                     records,
                                                     at->fields),
                                        NULL)) {
        return false;
    }
    if (!at->result->header || at->first_count == at->fields) {
        return true;
    }
    return sniff_report(at,
                        "columns",
                        60,
                        arena_format(at->arena,
                                     "the header has %d names, most records have %d fields",
                                     at->first_count,
                                     at->fields),
                        "records are refused that do not have the header's number of fields");
}

bool sniff_table(struct sniffing *at)
{
    struct sniff_result *result = at->result;
    if (!sniff_header(at)) {
        return false;
    }
    if (!result->header && at->first_count == at->fields) {
        for (int i = 0; i < at->first_count; i++) {
            sniff_facts_add(&at->facts[i], at->dates, at->first[i]);
        }
    } else if (!result->header) {
        at->ragged++;
    }
    order_find(at);
    null_decide(at);
    return null_report(at) && report_ragged(at) && columns_decide(at);
}
