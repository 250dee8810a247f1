/* sniff.c — from a sample to what a mapping should say of the file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/sniff.h"

#include "decode.h"
#include "sniff_column.h"
#include "sniff_encoding.h"
#include "sniff_records.h"
#include "sniff_sample.h"
#include "sniff_shape.h"

#include <inttypes.h>
#include <string.h>

/* What the functions below share. */
struct sniffing {
    struct sniff_result *result;
    struct arena *arena;
    struct error *error;
    struct sniff_sample sample;
    struct sniff_encoding encoding;
    struct sniff_shape shape;
    struct sniff_lines lines;
    struct sniff_dates *dates;
    struct sniff_facts *facts; /* of the shape's fields, without the first record */
    struct sniff_context context;
    struct text *first; /* fields of the first record */
    int first_count;
    uint64_t records; /* all, the first included */
    uint64_t ragged;
};

static bool report(struct sniffing *at,
                   const char *subject,
                   int confidence,
                   const char *found,
                   const char *against)
{
    struct sniff_result *result = at->result;
    if (found == NULL) {
        return error_set_memory(at->error);
    }
    if (!NOVATE_CHECK(at->error, result->finding_count < SNIFF_FINDINGS_MAX)) {
        return false;
    }
    result->findings[result->finding_count++] = (struct sniff_finding){
        .subject = subject, .found = found, .confidence = confidence, .against = against};
    return true;
}

/* What is no table at all; NULL if it may be one. */
static const char *other_content(const struct sniff_sample *sample)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *what;
    } contents[] = {
        {"\x1f\x8b", 2, "compressed by gzip: unpack it and look again"},
        {"\x28\xb5\x2f\xfd", 4, "compressed by zstd: unpack it and look again"},
        {"PK\x03\x04", 4, "a ZIP archive, or a document of an office program"},
        {"%PDF-", 5, "a PDF document"},
        {"\xD0\xCF\x11\xE0", 4, "a document of an old office program"},
        {"SQLite format 3", 15, "a SQLite database: read it through ODBC"},
        {"MSH|", 4, "HL7 version 2 messages"},
        {"\x0BMSH|", 5, "HL7 version 2 messages, framed by MLLP"},
        {"FHS|", 4, "a batch of HL7 version 2 messages"},
        {"BHS|", 4, "a batch of HL7 version 2 messages"},
        {"<?xml", 5, "XML"},
        {"{\\rtf", 5, "a text in RTF"},
    };
    const struct sniff_piece *head = &sample->pieces[0];
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        if (head->size >= contents[i].size &&
            memcmp(head->data, contents[i].magic, contents[i].size) == 0) {
            return contents[i].what;
        }
    }
    return sample->file_bytes == 0 ? "nothing: the file is empty" : NULL;
}

static bool report_encoding(struct sniffing *at)
{
    const struct sniff_encoding *encoding = &at->encoding;
    struct decoder decoder;
    struct error refused = ERROR_NONE;
    const char *against = decoder_init(&decoder, encoding->name, &refused)
                              ? encoding->against
                              : "it cannot be read: convert the file first, with iconv(1)";
    at->result->encoding = encoding->name;
    if (!report(at, "encoding", encoding->confidence, encoding->how, against)) {
        return false;
    }
    if (encoding->nul_bytes == 0) {
        return true;
    }
    return report(at,
                  "NUL bytes",
                  100,
                  arena_format(at->arena,
                               "%" PRIu64 " seen: records that have one are rejected",
                               encoding->nul_bytes),
                  NULL);
}

static bool report_lines(struct sniffing *at)
{
    const struct sniff_lines *lines = &at->lines;
    uint64_t most = lines->lf > lines->crlf ? lines->lf : lines->crlf;
    most = lines->cr > most ? lines->cr : most;
    const char *name = most == 0             ? "none: a single line"
                       : most == lines->crlf ? "CRLF"
                       : most == lines->lf   ? "LF"
                                             : "CR";
    uint64_t others = lines->lf + lines->cr + lines->crlf - most;
    const char *against = NULL;
    if (others > 0) {
        against = arena_format(
            at->arena, "%" PRIu64 " are of another kind: each ends a line all the same", others);
        if (against == NULL) {
            return error_set_memory(at->error);
        }
    }
    return report(at, "line ends", others == 0 ? 99 : 70, name, against);
}

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
    if (!report(at, "delimiter", confidence, found, NULL)) {
        return false;
    }
    if (shape->quote != '\0') {
        found = arena_format(at->arena,
                             "%c: in %" PRIu64 " record%s%s",
                             shape->quote,
                             shape->quoted,
                             shape->quoted == 1 ? "" : "s",
                             shape->multiline > 0 ? ", with line ends in quotes" : "");
        return report(at,
                      "quote",
                      shape->malformed == 0 ? 97 : 75,
                      found,
                      shape->malformed == 0 ? NULL
                                            : "some quotes are neither doubled nor at an end");
    }
    bool usual = shape->malformed == 0 && (shape->delimiter == ',' || shape->delimiter == ';');
    at->shape.quote = usual ? '"' : '\0';
    return usual ? report(at, "quote", 60, "\": usual with this delimiter", "no field is quoted")
                 : report(at,
                          "quote",
                          shape->malformed == 0 ? 80 : 90,
                          shape->malformed == 0
                              ? "none: no field is quoted"
                              : "none: quotes stand in the fields that are no frame of them",
                          shape->malformed == 0 && shape->delimiter != '|'
                              ? "other places may have quoted fields"
                              : NULL);
}

static bool keep_first(struct sniffing *at, const struct file_fields *fields)
{
    int count = fields->count <= LIMIT_COLUMNS ? fields->count : LIMIT_COLUMNS;
    at->first = ARENA_ARRAY(at->arena, struct text, (size_t)count + 1);
    if (at->first == NULL) {
        return error_set_memory(at->error);
    }
    at->first_count = count;
    for (int i = 0; i < count; i++) {
        if (fields->items[i].data == NULL) {
            continue;
        }
        char *copy = arena_copy(at->arena, fields->items[i].data, fields->items[i].size);
        if (copy == NULL) {
            return error_set_memory(at->error);
        }
        at->first[i] = text_from(copy, fields->items[i].size);
    }
    return true;
}

static bool add_record(struct sniffing *at, const struct sniff_records *records, int piece)
{
    const struct file_fields *fields = &records->fields;
    bool lost = piece > 0 && at->shape.multiline > 0; /* it may have begun in quotes */
    if (at->records++ == 0) {
        return keep_first(at, fields);
    }
    if (fields->count != at->shape.fields) {
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
    at->facts = ARENA_ARRAY(at->arena, struct sniff_facts, (size_t)at->shape.fields + 1);
    at->dates = sniff_dates_create(at->arena);
    if (at->facts == NULL || at->dates == NULL) {
        return error_set_memory(at->error);
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

/* Does a name of several parts, or one of a table's usual words, stand in the first record? */
static bool has_usual_name(const struct sniffing *at)
{
    static const char *const words[] = {
        "id", "name", "code", "date", "type", "status", "number", "description", "value", "key"};
    for (int i = 0; i < at->first_count; i++) {
        struct text name = at->first[i];
        if (name.size > 0 && memchr(name.data, '_', name.size) != NULL) {
            return true;
        }
        for (size_t word = 0; word < sizeof words / sizeof *words; word++) {
            if (text_equal_case(name, text_of(words[word]))) {
                return true;
            }
        }
    }
    return false;
}

static bool is_repeated(const struct sniffing *at, int index)
{
    for (int i = 0; i < index; i++) {
        if (text_equal(at->first[i], at->first[index])) {
            return true;
        }
    }
    return false;
}

struct header_evidence {
    int data;     /* fields that are numbers or dates */
    int contrast; /* fields unlike the values below them */
    int unnamed;  /* empty */
    int repeated;
};

static void header_weigh(struct sniffing *at, struct header_evidence *evidence)
{
    for (int i = 0; i < at->first_count; i++) {
        struct sniff_facts one = {.records = 0};
        sniff_facts_add(&one, at->dates, at->first[i]);
        evidence->data += one.integers + one.leading_zeros + one.long_digits + one.decimals +
                              one.commas + one.dates >
                          0;
        evidence->unnamed += at->first[i].size == 0;
        evidence->repeated += at->first[i].size > 0 && is_repeated(at, i);
        evidence->contrast +=
            i < at->shape.fields &&
            sniff_facts_differ(&at->facts[i], &at->context, at->dates, at->first[i]);
    }
}

/* A first record that is shown as names must surely be one: values are nobody's to see. */
static bool header_decide(struct sniffing *at)
{
    struct header_evidence seen = {.data = 0};
    header_weigh(at, &seen);
    bool hash = at->first_count > 0 && at->first[0].size > 1 && at->first[0].data[0] == '#';
    bool named = seen.unnamed == 0 && seen.repeated == 0;
    bool *header = &at->result->header;
    const char *against = seen.repeated > 0  ? "two columns have the same name: mend that first"
                          : seen.unnamed > 0 ? "a column has no name"
                                             : NULL;
    if (hash && seen.data == 0) {
        *header = true;
        return report(at, "header", 97, "yes: the first record begins with #", against);
    }
    if (seen.data > 0) {
        return report(at, "header", 90, "no: the first record has numbers or dates", NULL);
    }
    if (seen.contrast > 0 && (named || seen.contrast > 2)) {
        *header = true;
        return report(at,
                      "header",
                      seen.contrast > 1 ? 95 : 85,
                      "yes: the first record is unlike the values below it",
                      against);
    }
    if (named && has_usual_name(at)) {
        *header = true;
        return report(at,
                      "header",
                      65,
                      "yes: the first record has usual names of columns",
                      "the columns are texts, so it could be a record");
    }
    return report(at,
                  "header",
                  50,
                  "no: nothing tells the first record from the others",
                  "it could be names of columns; say \"header: true\" if so");
}

/* The text for NULL with which most columns have a type. */
static void null_decide(struct sniffing *at)
{
    int best = -1;
    for (int choice = -1; choice < SNIFF_NULLS; choice++) {
        int typed = 0;
        struct sniff_context context = {.null_text = choice};
        for (int i = 0; i < at->shape.fields; i++) {
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
    for (int i = 0; i < at->shape.fields; i++) {
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
    return report(at,
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
    for (int i = 0; i < at->shape.fields; i++) {
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
    int count = result->header ? at->first_count : at->shape.fields;
    bool shared = count == at->shape.fields;
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
    if (at->ragged > 0 &&
        !report(at,
                "ragged",
                100,
                arena_format(at->arena,
                             "%" PRIu64 " of %" PRIu64 " records have more or fewer than %d fields",
                             at->ragged,
                             records,
                             at->shape.fields),
                NULL)) {
        return false;
    }
    if (!at->result->header || at->first_count == at->shape.fields) {
        return true;
    }
    return report(at,
                  "columns",
                  60,
                  arena_format(at->arena,
                               "the header has %d names, most records have %d fields",
                               at->first_count,
                               at->shape.fields),
                  "records are refused that do not have the header's number of fields");
}

static bool delimited(struct sniffing *at)
{
    struct sniff_result *result = at->result;
    result->kind = SNIFF_DELIMITED;
    at->context = (struct sniff_context){.null_text = -1, .whole = at->sample.whole};
    if (!report_shape(at) || !look_at_records(at) || !header_decide(at)) {
        return false;
    }
    if (!result->header && at->first_count == at->shape.fields) {
        for (int i = 0; i < at->first_count; i++) {
            sniff_facts_add(&at->facts[i], at->dates, at->first[i]);
        }
    } else if (!result->header) {
        at->ragged++;
    }
    result->delimiter = at->shape.delimiter;
    result->quote = at->shape.quote;
    order_find(at);
    null_decide(at);
    return null_report(at) && report_ragged(at) && columns_decide(at);
}

static bool undelimited(struct sniffing *at)
{
    const struct sniff_lines *lines = &at->lines;
    bool even = lines->count >= 3 && lines->same * 20 >= lines->count * 19 && lines->size >= 8;
    at->result->records = lines->count;
    if (!even) {
        at->result->kind = SNIFF_NO_TABLE;
        return report(at,
                      "content",
                      50,
                      "no delimiter gives records the same number of fields",
                      "one column of texts has none either: say \"delimiter\" yourself");
    }
    at->result->kind = SNIFF_FIXED_WIDTH;
    return report(at,
                  "content",
                  80,
                  arena_format(at->arena,
                               "fixed width: %" PRIu64 " of %" PRIu64 " lines have %zu bytes",
                               lines->same,
                               lines->count,
                               lines->size),
                  NULL) &&
           (lines->blanks == NULL ||
            report(at,
                   "fields",
                   50,
                   arena_format(at->arena, "after blanks in every line at bytes %s", lines->blanks),
                   "fields without a blank between them cannot be told apart"));
}

bool sniff_file(const char *path,
                struct arena *arena,
                struct sniff_result *result,
                struct error *error)
{
    const char *slash = strrchr(path, '/');
    struct sniffing at = {.result = result, .arena = arena, .error = error};
    *result = (struct sniff_result){
        .kind = SNIFF_NO_TABLE,
        .file = arena_string(arena, slash == NULL ? path : slash + 1),
        .null = "",
    };
    if (result->file == NULL) {
        return error_set_memory(error);
    }
    if (!sniff_sample_read(path, arena, &at.sample, error)) {
        return false;
    }
    result->file_bytes = at.sample.file_bytes;
    result->read_bytes = at.sample.read_bytes;
    const char *other = other_content(&at.sample);
    if (other != NULL) {
        return report(&at, "content", 99, other, NULL);
    }
    if (!sniff_encoding_find(&at.sample, arena, &at.encoding, error) ||
        !sniff_encoding_narrow(&at.sample, &at.encoding, arena, error) || !report_encoding(&at) ||
        !sniff_lines_find(&at.sample, arena, &at.lines, error) || !report_lines(&at) ||
        !sniff_shape_find(&at.sample, &at.shape, error)) {
        return false;
    }
    return at.shape.delimiter == '\0' ? undelimited(&at) : delimited(&at);
}
