/* sink_feed.c — Millennium as the UK feed hands it over: a file of each table, with pipes and
 * without quotes, and a control file that counts them. Clocks are London's, but for births, which
 * stay as the database has them, and for the daily file of clinical events, which is an hour out in
 * summer. Rows 0 are left out; of what is inactive only the key comes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "codes.h"
#include "delimited.h"
#include "events.h"
#include "fatal.h"
#include "people.h"
#include "sink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 80,
    PATH_BYTES = 4096,
    HOURS_OF_EXTRACT = 2
};

enum rows {
    ROWS_ALL,
    ROWS_PERSON,    /* addresses of people */
    ROWS_INPATIENT, /* encounters */
    ROWS_EMERGENCY,
    ROWS_PATIENT, /* appointments */
    ROWS_ORDERS,  /* no templates */
    ROWS_EVENTS   /* current ones */
};

static const struct feed {
    const char *name;
    enum table_number table;
    enum moment_form form;
    enum rows rows;
    const char *columns;
} feeds[] = {
#define FEED(name, table, form, rows, columns) {#name, T_##table, form, rows, columns},
#include "feed.def"
#undef FEED
};

enum {
    FEEDS = sizeof feeds / sizeof *feeds
};

/* One file on its way. */
struct feed_file {
    const struct feed *feed;
    struct table table;
    const char *sources[COLUMNS_MAX]; /* of each column: a name, "@…", or NULL */
    struct dialect dialect;
    char name[NAME_MAX_BYTES];
    FILE *file;
    int64_t lines;
    bool daily;
};

struct feed_sink {
    struct sink sink;
    const struct trust *trust;
    const char *folder;
    bool faults;               /* D90 and D91 */
    struct feed_file *open[4]; /* of the table that is being made */
    int open_count;
    FILE *control;
    struct row *row;   /* a line of a file */
    struct row *other; /* a row of another table that a line needs */
    struct table *tables;
    char words[FEEDS][8192];
};

/* Splits "COLUMN COLUMN=SOURCE COLUMN=" into the table's columns and their sources. */
static void read_columns(struct feed_file *file, char *words)
{
    struct table *table = &file->table;

    memcpy(words, file->feed->columns, strlen(file->feed->columns) + 1);
    while (words != NULL) {
        char *next = strchr(words, ' ');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *source = strchr(words, '=');
        if (source != NULL) {
            *source++ = '\0';
        }
        struct column *column = &table->columns[table->count];
        (void)snprintf(column->name, sizeof column->name, "%s", words);
        column->type = COLUMN_TEXT;
        file->sources[table->count++] = source != NULL && *source == '\0' ? column->name : source;
        words = next;
    }
}

static void name_file(const struct feed_sink *sink,
                      const struct feed *feed,
                      bool next_day,
                      char name[NAME_MAX_BYTES])
{
    struct civil civil = calendar_civil(sink->trust->as_of + (next_day ? DAY : 0));

    (void)snprintf(name,
                   NAME_MAX_BYTES,
                   "%s_120_RN1_%02d%02d%04d_020000_1_1_1.txt",
                   feed->name,
                   civil.day,
                   civil.month,
                   civil.year);
}

static void open_file(struct feed_sink *sink, const struct feed *feed, bool daily)
{
    struct feed_file *file = calloc(1, sizeof *file);

    if (file == NULL) {
        fatal("no memory");
    }
    file->feed = feed;
    file->table.name = feed->name;
    file->daily = daily;
    file->dialect = (struct dialect){.delimiter = '|',
                                     .quoting = QUOTE_NONE,
                                     .header = "#",
                                     .line_end = "\r\n",
                                     .moment = feed->form,
                                     .day = feed->form};
    read_columns(file, sink->words[feed - feeds]);
    name_file(sink, feed, daily, file->name);
    file->file = delimited_open(sink->folder, file->name, &file->dialect);
    delimited_header(file->file, &file->table, &file->dialect);
    sink->open[sink->open_count++] = file;
}

static bool wants(const struct sink *sink, const struct table *table)
{
    (void)sink;
    for (int i = 0; i < FEEDS; i++) {
        if (feeds[i].table == table->number) {
            return true;
        }
    }
    return false;
}

static void begin(struct sink *base, struct row *row)
{
    struct feed_sink *sink = (struct feed_sink *)base;

    sink->open_count = 0;
    for (int i = 0; i < FEEDS; i++) {
        if (feeds[i].table == row->table->number) {
            open_file(sink, &feeds[i], false);
        }
    }
    if (row->table->number == T_CLINICAL_EVENT) {
        open_file(sink, sink->open[0]->feed, true);
    }
}

static const struct value *source_value(const struct row *row, const char *name)
{
    int column = table_column(row->table, name);
    if (column < 0) {
        fatal("the feed asks %s for %s", row->table->name, name);
    }
    return row_value(row, column);
}

static bool text_is(const struct row *row, const char *column, const char *text)
{
    const struct value *value = source_value(row, column);
    return value->kind == VALUE_TEXT && value->size == strlen(text) &&
           memcmp(value->bytes, text, value->size) == 0;
}

static int64_t number_in(const struct row *row, const char *column)
{
    return source_value(row, column)->integer;
}

static bool belongs(const struct row *row, const struct feed_file *file, const struct trust *trust)
{
    switch (file->feed->rows) {
    case ROWS_ALL:
        return true;
    case ROWS_PERSON:
        return !text_is(row, "PARENT_ENTITY_NAME", "ORGANIZATION");
    case ROWS_INPATIENT:
        return number_in(row, "ENCNTR_TYPE_CLASS_CD") == CODE_CLASS_INPATIENT;
    case ROWS_EMERGENCY:
        return number_in(row, "ENCNTR_TYPE_CLASS_CD") == CODE_CLASS_EMERGENCY;
    case ROWS_PATIENT:
        return text_is(row, "ROLE_MEANING", "PATIENT");
    case ROWS_ORDERS:
        return number_in(row, "TEMPLATE_ORDER_FLAG") == 0;
    case ROWS_EVENTS:
        return row->index >= trust->superseded && event_is_daily(trust, row->index) == file->daily;
    }
    return false;
}

/* A value of another table's row, which does not last: the line keeps its text. */
static struct value other_value(struct feed_sink *sink,
                                enum table_number table,
                                int64_t index,
                                const char *column)
{
    row_begin(sink->other, &sink->tables[table]);
    trust_fill(sink->trust, index, sink->other);
    struct value value = *source_value(sink->other, column);
    if (value.kind == VALUE_TEXT) {
        value.bytes = memcpy(row_room(sink->row, value.size), value.bytes, value.size);
    }
    return value;
}

/* The numeric column of the feed holds whole numbers only. */
static struct value rounded(struct feed_sink *sink, const struct row *row)
{
    const struct value *value = source_value(row, "RESULT_VAL");
    char *text = row_room(sink->row, value->size + 1);
    char *end = NULL;

    if (value->kind != VALUE_TEXT || value->size == 0) {
        return (struct value){.kind = VALUE_NULL};
    }
    memcpy(text, value->bytes, value->size);
    text[value->size] = '\0';
    int64_t number = strtoll(text, &end, 10);
    bool up = *end == '.' && end[1] >= '5';
    if (end == text || (*end != '\0' && *end != '.')) {
        return (struct value){.kind = VALUE_NULL};
    }
    return (struct value){.kind = VALUE_INTEGER, .integer = number + up};
}

static struct value computed(struct feed_sink *sink,
                             const struct feed_file *file,
                             const struct row *row,
                             const char *name)
{
    const struct trust *trust = sink->trust;
    bool person = row->index < trust->persons;

    if (strcmp(name, "@extract") == 0) {
        return (struct value){.kind = VALUE_MOMENT,
                              .integer =
                                  trust->as_of + HOURS_OF_EXTRACT * HOUR + (file->daily ? DAY : 0)};
    }
    if (strcmp(name, "@active") == 0) {
        return table_column(row->table, "ACTIVE_IND") >= 0
                   ? *source_value(row, "ACTIVE_IND")
                   : (struct value){.kind = VALUE_INTEGER, .integer = 1};
    }
    if (strcmp(name, "@rounded") == 0) {
        return rounded(sink, row);
    }
    if (strcmp(name, "@fin") == 0) {
        return other_value(sink, T_ENCNTR_ALIAS, row->index, "ALIAS");
    }
    if (strcmp(name, "@nhs_code") == 0) {
        const char *code = code_nhs(number_in(row, "CODE_VALUE"));
        return code == NULL ? (struct value){.kind = VALUE_NULL}
                            : (struct value){VALUE_TEXT, 0, code, strlen(code)};
    }
    if (strcmp(name, "@mrn") == 0 && person) {
        return other_value(sink, T_PERSON_ALIAS, row->index, "ALIAS");
    }
    int64_t alias = person ? nhs_alias_of(trust, person_place(trust, row->index)) : -1;
    if (alias < 0) {
        return (struct value){.kind = VALUE_NULL};
    }
    return other_value(sink,
                       T_PERSON_ALIAS,
                       trust->persons + alias,
                       strcmp(name, "@nhs") == 0 ? "ALIAS" : "PERSON_ALIAS_STATUS_CD");
}

static struct value value_of(struct feed_sink *sink,
                             const struct feed_file *file,
                             const struct row *row,
                             int column)
{
    const char *source = file->sources[column];

    if (source == NULL) {
        return (struct value){.kind = VALUE_NULL};
    }
    if (source[0] == '@') {
        return computed(sink, file, row, source);
    }
    struct value value = *source_value(row, source);
    if (value.kind == VALUE_MOMENT && !file->daily && strcmp(source, "BIRTH_DT_TM") != 0) {
        value.integer = london_of_utc(value.integer);
    }
    return value;
}

static bool is_inactive(const struct row *row)
{
    return table_column(row->table, "ACTIVE_IND") >= 0 && number_in(row, "ACTIVE_IND") == 0;
}

/* A text may hold line ends: the supplier counts lines. */
static int64_t line_ends(const struct value *value)
{
    int64_t ends = 0;
    for (size_t i = 0; value->kind == VALUE_TEXT && i < value->size; i++) {
        ends += value->bytes[i] == '\n';
    }
    return ends;
}

static void put_line(struct feed_sink *sink, struct feed_file *file, const struct row *row)
{
    bool inactive = is_inactive(row);

    row_begin(sink->row, &file->table);
    for (int i = 0; i < file->table.count; i++) {
        const char *source = file->sources[i];
        bool told =
            i == 0 || !inactive ||
            (source != NULL && (strcmp(source, "@extract") == 0 || strcmp(source, "@active") == 0));
        if (told) {
            sink->row->values[i] = value_of(sink, file, row, i);
            file->lines += line_ends(&sink->row->values[i]);
        }
    }
    delimited_row(file->file, sink->row, &file->dialect);
    file->lines++;
}

static void write_row(struct sink *base, const struct row *row)
{
    struct feed_sink *sink = (struct feed_sink *)base;

    for (int i = 0; i < sink->open_count && row->index >= 0; i++) {
        if (belongs(row, sink->open[i], sink->trust)) {
            put_line(sink, sink->open[i], row);
        }
    }
}

static void put_control(struct feed_sink *sink, const struct feed_file *file)
{
    char start[MOMENT_TEXT];
    char day[MOMENT_TEXT];

    (void)moment_write(sink->trust->as_of + HOURS_OF_EXTRACT * HOUR, FORM_SLASHED, start);
    (void)moment_write(sink->trust->as_of, FORM_SLASHED_DAY, day);
    (void)fprintf(sink->control,
                  "120|%" PRId64 "|%s|%s|%s|%s|%s\r\n",
                  file->lines + (sink->faults && file->feed->table == T_PHONE),
                  file->name,
                  day,
                  day,
                  start,
                  start);
}

/* What a real delivery had behind the codes. */
static void put_bad_lines(struct feed_file *file)
{
    for (int i = 0; i < FEED_BAD_LINES; i++) {
        (void)fprintf(file->file, "--- end of section %d ---", i + 1);
        for (int column = 1; column < file->table.count; column++) {
            (void)fputc('|', file->file);
        }
        (void)fputs("\r\n", file->file);
        file->lines++;
    }
}

/* The same file once more, under the name of the next day. */
static void deliver_again(const struct feed_sink *sink, const struct feed_file *file)
{
    char again[NAME_MAX_BYTES];
    char path[PATH_BYTES];
    char bytes[4096];
    size_t size = 0;

    name_file(sink, file->feed, true, again);
    (void)snprintf(path, sizeof path, "%s/%s", sink->folder, file->name);
    FILE *from = fopen(path, "rb");
    FILE *to = delimited_open(sink->folder, again, &file->dialect);
    if (from == NULL) {
        fatal("\"%s\" cannot be read", path);
    }
    while ((size = fread(bytes, 1, sizeof bytes, from)) > 0) {
        (void)fwrite(bytes, 1, size, to);
    }
    delimited_close(from, path);
    delimited_close(to, again);
}

static void end(struct sink *base, struct table *table)
{
    struct feed_sink *sink = (struct feed_sink *)base;

    for (int i = 0; i < sink->open_count; i++) {
        struct feed_file *file = sink->open[i];
        if (table->number == T_CODE_VALUE) {
            put_bad_lines(file);
        }
        put_control(sink, file);
        delimited_close(file->file, file->name);
        if (sink->faults && table->number == T_PERSON_PERSON_RELTN) {
            deliver_again(sink, file);
        }
        free(file);
    }
}

static void close_sink(struct sink *base)
{
    struct feed_sink *sink = (struct feed_sink *)base;

    delimited_close(sink->control, "STATREF");
    free(sink->tables);
    free(sink->row);
    free(sink->other);
    free(sink);
}

struct sink *sink_feed(const char *folder, const struct trust *trust, bool faults)
{
    static const struct dialect control = {.delimiter = '|'};
    struct feed_sink *sink = calloc(1, sizeof *sink);
    char name[NAME_MAX_BYTES];
    struct civil civil = calendar_civil(trust->as_of);

    if (sink == NULL || (sink->row = malloc(sizeof *sink->row)) == NULL ||
        (sink->other = malloc(sizeof *sink->other)) == NULL) {
        fatal("no memory");
    }
    folder_make(folder);
    sink->sink = (struct sink){wants, begin, write_row, end, close_sink};
    sink->trust = trust;
    sink->folder = folder;
    sink->faults = faults;
    sink->tables = schema_create();
    (void)snprintf(name,
                   sizeof name,
                   "STATREF_120_RN1_%02d%02d%04d_020000_1_1_1.txt",
                   civil.day,
                   civil.month,
                   civil.year);
    sink->control = delimited_open(folder, name, &control);
    (void)fputs("#HEALTH_SYSTEM_SOURCE_ID|SOURCE_COUNT|EXTRACT_FILENAME|EXTRACT_RANGE_START_DT|"
                "EXTRACT_RANGE_END_DT|EXTRACT_START_DT_TM|EXTRACT_END_DT_TM\r\n",
                sink->control);
    return (struct sink *)sink; /* its first member */
}
