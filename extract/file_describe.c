/* file_describe.c — which files, which columns, which types.
 *
 * The first file says the names and the order of the columns; every other file must have the same
 * names, in whatever order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_buffer.h"
#include "file_columns.h"
#include "file_fields.h"
#include "file_source.h"
#include "file_text.h"

#include "novate/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEADER_PIECE_BYTES ((size_t)64 << 10)

/* What the functions below share. */
struct description {
    const struct plan_source *settings;
    const struct relation_spec *spec;
    struct relation *relation;
    struct file_detail *detail;
    struct file_fields fields;
    struct file_buffer buffer;
    char *plain;
    struct arena *arena;
    struct problems *problems;
    struct error *error;
};

/* Does the first line name the columns? That of fixed columns is for people. */
static bool names_stand_there(const struct description *at)
{
    return at->spec->header && at->detail->fixed == NULL;
}

/* A name is refused or read as windows-1252, but never changed: the mapping has to name it. */
static bool names_of(struct description *at, struct file_entry *entry, const char ***names)
{
    const enum value_policy policy =
        at->spec->decode == POLICY_WINDOWS_1252 ? POLICY_WINDOWS_1252 : POLICY_REJECT;
    struct file_fields *fields = &at->fields;
    const char **list = ARENA_ARRAY(at->arena, const char *, (size_t)fields->count + 1);
    if (list == NULL) {
        return error_set_memory(at->error);
    }
    *names = list;
    for (int i = 0; i < fields->count; i++) {
        struct text field = fields->items[i];
        const struct text_care care = {.decoder = &at->detail->decoder, .decode = policy};
        struct text_decoded decoded = {0};
        if (field.data != NULL && names_stand_there(at)) {
            text_decode(&care, field, NULL, &decoded);
        }
        char *name = arena_bytes(at->arena, decoded.size + 1);
        if (name == NULL) {
            return error_set_memory(at->error);
        }
        if (decoded.refused) {
            return problem_add(at->problems,
                               at->spec->place,
                               "Say the encoding of the file: encoding: windows-1252.",
                               "file \"%s\": name of column %d is not valid in its encoding",
                               entry->name,
                               i + 1);
        }
        if (decoded.size > 0) {
            text_decode(&care, field, name, &decoded);
        }
        name[decoded.size] = '\0';
        list[i] = decoded.size > 0 ? name : arena_format(at->arena, "c%d", i + 1);
        if (list[i] == NULL) {
            return error_set_memory(at->error);
        }
    }
    return true;
}

/* The header of a Millennium feed stands behind "#"; a file without one would lose a record. */
static bool feed_header(struct description *at, const struct file_entry *entry)
{
    struct text *first = &at->fields.items[0];
    if (at->spec->format != FILE_FORMAT_MILLENNIUM) {
        return true;
    }
    bool marked = first->size > 0 && first->data[0] == '#';
    if (marked != at->spec->header) {
        return problem_add(at->problems,
                           at->spec->place,
                           marked ? "Leave \"header: false\" out."
                                  : "Say \"header: false\" and declare all columns in their order.",
                           marked ? "file \"%s\" begins with a header line (\"#…\")"
                                  : "file \"%s\" does not begin with a header line (\"#…\")",
                           entry->name);
    }
    if (marked) {
        first->data++;
        first->size--;
    }
    return true;
}

/* Packing and order of bytes, which what the file begins with must agree with. */
static bool mark_check(struct description *at, struct file_entry *entry, int fd)
{
    const struct file_detail *detail = at->detail;
    const char *declared = at->spec->encoding != NULL ? at->spec->encoding : at->settings->encoding;
    struct file_mark mark = {0};
    if (!file_mark_read(entry, fd, &detail->decoder, &at->buffer.input, &mark, at->error)) {
        return false;
    }
    if (mark.contradicts) {
        return problem_add(
            at->problems,
            at->spec->place,
            arena_format(at->arena, "Say the encoding of the file: encoding: %s.", mark.encoding),
            "file \"%s\" begins with the byte order mark of %s, but is declared as %s",
            entry->name,
            mark.encoding,
            declared);
    }
    return !mark.missing ||
           problem_add(at->problems,
                       at->spec->place,
                       "Say which one it is: encoding: UTF-16LE (as Windows writes), or UTF-16BE.",
                       "file \"%s\" is declared as UTF-16 and has no byte order mark",
                       entry->name);
}

/* Reads the first record; false in `*found` when there is none. */
static bool first_record(struct description *at, struct file_entry *entry, bool *found)
{
    int fd = -1;
    if (!file_entry_open(entry, &fd, at->error)) {
        return false;
    }
    enum file_buffer_status status = FILE_BUFFER_END;
    bool ok = mark_check(at, entry, fd);
    struct file_range range = {entry->data_offset, entry->stamp.size};
    if (ok) {
        file_buffer_begin(&at->buffer, range.begin);
        file_scan_init(&at->buffer.scan, at->detail->delimiter, at->detail->quote, range.begin, 1);
        ok = file_entry_begin(entry, fd, &range, NULL, &at->buffer.input, at->error) &&
             file_buffer_next(&at->buffer, true, &status, at->error);
    }
    (void)close(fd);
    *found = status == FILE_BUFFER_RECORD;
    entry->data_line = 1;
    if (!ok || !*found) {
        return ok;
    }
    size_t size = 0;
    const char *data = file_buffer_record(&at->buffer, &size);
    char *plain = realloc(at->plain, size + 1);
    if (plain == NULL) {
        return error_set_memory(at->error);
    }
    at->plain = plain;
    const struct file_record *record = &at->buffer.scan.record;
    if (at->spec->header) {
        entry->data_offset += file_input_bytes(
            entry->manner.order, at->buffer.data, (size_t)(record->next - at->buffer.base));
        entry->data_line = at->buffer.scan.line;
        entry->data_previous = at->buffer.scan.cursor[-1];
    }
    return file_fields_split(&at->fields, data, size, record->quoted, plain, at->error) &&
           feed_header(at, entry);
}

static bool has_name(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The schema from the names; types come later. */
static bool schema_begin(struct description *at, const char *const *names, int count)
{
    struct column *columns = ARENA_ARRAY(at->arena, struct column, (size_t)count + 1);
    if (columns == NULL) {
        return error_set_memory(at->error);
    }
    for (int i = 0; i < count; i++) {
        if (has_name(names, i, names[i])) {
            return problem_add(at->problems,
                               at->spec->place,
                               "Give every column of the header a name of its own.",
                               "file \"%s\" has two columns \"%s\"",
                               at->detail->files[0].name,
                               names[i]);
        }
        columns[i] = (struct column){
            .name = names[i], .type = type_of(TYPE_TEXT), .declared = "text", .nullable = true};
    }
    at->relation->schema = (struct schema){.columns = columns, .count = count};
    return true;
}

/* Which column of the relation each field of a further file is. */
static bool fields_match(struct description *at,
                         struct file_entry *entry,
                         const char *const *names,
                         int count)
{
    const struct schema *schema = &at->relation->schema;
    entry->columns = ARENA_ARRAY(at->arena, int, (size_t)schema->count + 1);
    if (entry->columns == NULL) {
        return error_set_memory(at->error);
    }
    const char *first = at->detail->files[0].name;
    if (count != schema->count) {
        return problem_add(at->problems,
                           at->spec->place,
                           "Files of one pattern have the same columns.",
                           "file \"%s\" has %d columns, but \"%s\" has %d",
                           entry->name,
                           count,
                           first,
                           schema->count);
    }
    for (int i = 0; i < count; i++) {
        entry->columns[i] =
            names_stand_there(at) ? schema_find(schema, text_of(names[i]), true) : i;
        if (entry->columns[i] < 0 || has_name(names, i, names[i])) {
            return problem_add(at->problems,
                               at->spec->place,
                               name_column_hint(schema, names[i], at->arena),
                               "file \"%s\" has a column \"%s\" that \"%s\" does not have once",
                               entry->name,
                               names[i],
                               first);
        }
    }
    return true;
}

/* A file without header has the columns that the mapping declares, in that order. */
static bool names_declared(struct description *at, const char **names, int count)
{
    const struct relation_spec *spec = at->spec;
    if (names_stand_there(at) || spec->column_count == 0) {
        return true;
    }
    if (spec->column_count != count) {
        return problem_add(at->problems,
                           spec->place,
                           "Name every column of the file in order, or none.",
                           "file \"%s\" has %d columns, but %d are declared",
                           at->detail->files[0].name,
                           count,
                           spec->column_count);
    }
    for (int i = 0; i < count; i++) {
        names[i] = spec->columns[i].name;
    }
    return true;
}

static bool describe_file(struct description *at, int index)
{
    struct file_entry *entry = &at->detail->files[index];
    const char **names = NULL;
    bool found = false;
    if (!first_record(at, entry, &found)) {
        return false;
    }
    if (!found && (at->spec->header || (index == 0 && at->spec->column_count == 0))) {
        return problem_add(at->problems,
                           at->spec->place,
                           "An extract without records still has its header.",
                           "file \"%s\" is empty",
                           entry->name);
    }
    if (at->fields.count > LIMIT_COLUMNS) {
        return problem_add(at->problems,
                           at->spec->place,
                           "Look at \"delimiter\" and \"quote\".",
                           "file \"%s\" has more than %d columns",
                           entry->name,
                           LIMIT_COLUMNS);
    }
    if (!found) { /* no header and no records */
        at->fields.count = index == 0 ? at->spec->column_count : at->relation->schema.count;
    }
    if (!names_of(at, entry, &names)) {
        return false;
    }
    if (index == 0 && (!names_declared(at, names, at->fields.count) ||
                       !schema_begin(at, names, at->fields.count))) {
        return false;
    }
    return fields_match(at, entry, names, at->fields.count);
}

static bool files_find(struct description *at)
{
    const char *const *names = NULL;
    int count = 0;
    const char *folder = at->settings->csv;
    if (!file_glob(folder, at->spec->file, at->arena, &names, &count, at->error)) {
        return false;
    }
    struct file_entry *files = ARENA_ARRAY(at->arena, struct file_entry, (size_t)count + 1);
    if (files == NULL) {
        return error_set_memory(at->error);
    }
    at->detail->files = files;
    for (int i = 0; i < count; i++) {
        struct file_entry *entry = &files[at->detail->file_count];
        struct stat status;
        entry->name = names[i];
        entry->path = arena_format(at->arena, "%s/%s", folder, names[i]);
        if (entry->path == NULL) {
            return error_set_memory(at->error);
        }
        if (stat(entry->path, &status) != 0) {
            return error_set_system(
                at->error, ERROR_SOURCE, errno, "cannot read file \"%s\"", names[i]);
        }
        if (S_ISREG(status.st_mode)) {
            entry->stamp = file_stamp_of(&status);
            (void)pthread_mutex_init(&entry->mutex, NULL);
            at->detail->file_count++;
        }
    }
    return true;
}

/* A pattern that matches nothing is answered with the nearest name in its folder. */
static bool no_file(struct description *at)
{
    const char *slash = strrchr(at->spec->file, '/');
    int prefix = slash == NULL ? 0 : (int)(slash - at->spec->file) + 1;
    const char *all = arena_format(at->arena, "%.*s*", prefix, at->spec->file);
    const char *const *names = NULL;
    int count = 0;
    if (all == NULL) {
        return error_set_memory(at->error);
    }
    if (!file_glob(at->settings->csv, all, at->arena, &names, &count, at->error)) {
        return false;
    }
    const char *hint = name_hint(at->spec->file, names, (size_t)count, at->arena);
    return problem_add(at->problems,
                       at->spec->place,
                       hint != NULL ? hint : "Names and patterns are relative to the folder.",
                       "no file in folder \"%s\" matches \"%s\"",
                       at->settings->csv,
                       at->spec->file);
}

static bool consistency_set(struct description *at)
{
    int64_t latest = 0;
    for (int i = 0; i < at->detail->file_count; i++) {
        int64_t modified = at->detail->files[i].stamp.modified_s;
        latest = modified > latest ? modified : latest;
    }
    time_t time = (time_t)latest;
    struct tm fields = {0};
    char text[32] = "";
    if (gmtime_r(&time, &fields) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields) == 0) {
        return error_set(at->error, ERROR_SOURCE, "time of a file is out of range");
    }
    at->relation->consistency =
        arena_format(at->arena, "file%s as of %s", at->detail->file_count == 1 ? "" : "s", text);
    return at->relation->consistency != NULL || error_set_memory(at->error);
}

/* Which columns stand where, of fixed columns; that no other file's have places. */
static bool shape_apply(struct description *at)
{
    const struct relation_spec *spec = at->spec;
    if (spec->format == FILE_FORMAT_FIXED) {
        struct fixed_layout *layout = ARENA_NEW(at->arena, struct fixed_layout);
        if (layout == NULL) {
            return error_set_memory(at->error);
        }
        at->detail->quote = FILE_SCAN_NO_QUOTE;
        at->detail->fixed = layout;
        return spec->column_count == 0
                   ? problem_add(at->problems,
                                 spec->place,
                                 "Write columns: {NAME: {type: text, start: 1, width: 10}, …}.",
                                 "a file of fixed columns must have \"columns\"")
                   : fixed_layout_make(spec,
                                       at->detail->decoder.utf8,
                                       at->arena,
                                       at->problems,
                                       layout,
                                       at->error);
    }
    for (int i = 0; i < spec->column_count; i++) {
        if (spec->columns[i].width != 0 || spec->columns[i].start != 0) {
            return problem_add(at->problems,
                               spec->columns[i].place,
                               "Say format: fixed if the file has fixed columns.",
                               "column \"%s\" has a place, but the file is not of format \"fixed\"",
                               spec->columns[i].name);
        }
    }
    return true;
}

static bool settings_apply(struct description *at)
{
    const struct relation_spec *spec = at->spec;
    struct file_detail *detail = at->detail;
    const char *encoding = spec->encoding != NULL ? spec->encoding : at->settings->encoding;
    struct error refused = ERROR_NONE;
    detail->delimiter = spec->delimiter != '\0' ? spec->delimiter : ',';
    detail->quote = spec->quote != '\0' ? (unsigned char)spec->quote : FILE_SCAN_NO_QUOTE;
    detail->record_bytes_max = file_record_bytes_max(at->settings->memory_mb);
    detail->null_text = text_of(spec->null != NULL ? spec->null : "");
    if (detail->quote == (unsigned char)detail->delimiter || detail->delimiter == '\n' ||
        detail->delimiter == '\r') {
        return problem_add(
            at->problems, spec->place, NULL, "delimiter must differ from quote and line end");
    }
    if (!decoder_init(&detail->decoder, encoding, &refused)) {
        return problem_add(at->problems,
                           spec->place,
                           arena_string(at->arena, refused.hint),
                           "%s",
                           refused.message);
    }
    if (!shape_apply(at)) {
        return false;
    }
    const char *zone = at->settings->timezone;
    return zone == NULL || zone_load(zone, at->arena, &detail->zone, at->error);
}

static bool describe_all(struct description *at)
{
    if (!settings_apply(at) || !files_find(at)) {
        return false;
    }
    if (!file_statements_read(at->settings, at->spec->file, at->detail, at->arena, at->error)) {
        return false;
    }
    if (at->detail->file_count == 0) {
        return no_file(at);
    }
    file_buffer_init(&at->buffer, HEADER_PIECE_BYTES, LIMIT_HEADER_BYTES);
    if (!(at->detail->fixed != NULL
              ? file_fields_init_fixed(&at->fields, at->detail->fixed, at->error)
              : file_fields_init(
                    &at->fields, at->detail->delimiter, at->detail->quote, TEXT_NONE, at->error))) {
        return false;
    }
    for (int i = 0; i < at->detail->file_count; i++) {
        if (!describe_file(at, i)) {
            return false;
        }
    }
    return file_columns_declare(
               at->spec, at->relation, at->detail, at->arena, at->problems, at->error) &&
           consistency_set(at);
}

bool file_describe(void *state,
                   struct relation *relation,
                   struct arena *arena,
                   struct problems *problems,
                   struct error *error)
{
    const struct file_source *source = state;
    struct error failure = ERROR_NONE;
    struct file_detail *detail = ARENA_NEW(arena, struct file_detail);
    if (detail == NULL) {
        return error_set_memory(error);
    }
    relation->detail = detail;
    struct description at = {.settings = source->settings,
                             .spec = relation->spec,
                             .relation = relation,
                             .detail = detail,
                             .buffer = {.input = {.fd = -1}},
                             .arena = arena,
                             .problems = problems,
                             .error = &failure};
    bool ok = describe_all(&at);
    file_fields_release(&at.fields);
    file_buffer_release(&at.buffer);
    free(at.plain);
    if (!ok && failure.code != ERROR_OK) {
        if (error != NULL) {
            *error = failure;
        }
        return false;
    }
    return true; /* with problems, perhaps */
}
