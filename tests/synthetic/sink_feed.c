/* sink_feed.c — the files that a supplier hands over in the United Kingdom: pipes between columns,
 * nothing quoted, a header that begins with "#", and a control file. feed.def has their columns.
 *
 * Files of a day have the clock of the database, which is UTC: in summer, an hour out. Those that
 * were made once have London's, lie in a folder of their own, have no header, and nobody states how
 * long they are. Rows 0 are left out; of what is inactive only the key comes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "codes.h"
#include "delimited.h"
#include "events.h"
#include "fatal.h"
#include "feed_values.h"
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
    ROWS_INFORMED,  /* one of twenty people: what else is known of them */
    ROWS_INPATIENT, /* encounters */
    ROWS_EMERGENCY,
    ROWS_REFERRED,
    ROWS_PATHWAY, /* encounters that somebody was referred or waits for */
    ROWS_STAYS,   /* a stay goes on where the next record is of the same ward */
    ROWS_PATIENT, /* appointments */
    ROWS_ORDERS,  /* no templates */
    ROWS_EVENTS,  /* current ones */
    ROWS_FORMS,   /* one of ten measurements was written on a form */
    ROWS_FIELDS,  /* code values of what stands in forms */
    ROWS_DAILY,   /* but each fifth, which only the file has that was made once */
    ROWS_ONCE     /* these, and as many others */
};

static const struct feed {
    const char *name;
    enum table_number table;
    enum moment_form form;
    enum rows rows;
    bool once; /* not each day */
    const char *columns;
} feeds[] = {
#define FEED(name, table, form, rows, columns)      {#name, T_##table, form, rows, false, columns},
#define FEED_ONCE(name, table, form, rows, columns) {#name, T_##table, form, rows, true, columns},
#include "feed.def"
#undef FEED
#undef FEED_ONCE
};

enum {
    FEEDS = sizeof feeds / sizeof *feeds,
    FILES_OF_TABLE = 12
};

/* One file on its way. */
struct feed_file {
    const struct feed *feed;
    struct table table;
    struct feed_source sources[COLUMNS_MAX];
    struct dialect dialect;
    char name[NAME_MAX_BYTES];
    FILE *file;
    int64_t lines;
    bool daily; /* the second of a table: that of the next day */
};

struct feed_sink {
    struct sink sink;
    const struct trust *trust;
    const char *folder;
    bool faults;                            /* D90 and D91 */
    struct feed_file *open[FILES_OF_TABLE]; /* of the table that is being made */
    int open_count;
    FILE *control;
    struct row *row; /* a line of a file */
    struct feed_values values;
    struct table *tables;
    char words[FEEDS][8192];
};

/* Splits "COLUMN COLUMN=SOURCE COLUMN=" into the table's columns and their sources. */
static void read_columns(struct feed_file *file, const struct table *tables, char *words)
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
        if (source != NULL) {
            feed_source_read(
                &file->sources[table->count], tables, *source == '\0' ? column->name : source);
        }
        table->count++;
        words = next;
    }
}

static void name_file(const struct feed_sink *sink,
                      const struct feed *feed,
                      bool next_day,
                      char name[NAME_MAX_BYTES])
{
    struct civil civil = calendar_civil(sink->trust->as_of + (next_day ? DAY : 0));

    if (feed->once) {
        (void)snprintf(name, NAME_MAX_BYTES, "bulk/%s.txt", feed->name);
        return;
    }
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
                                     .header = feed->once ? NULL : "#",
                                     .line_end = "\r\n",
                                     .moment = feed->form,
                                     .day = feed->form};
    read_columns(file, sink->tables, sink->words[feed - feeds]);
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

static bool text_is(const struct row *row, const char *column, const char *text)
{
    const struct value *value = feed_column(row, column);
    return value->kind == VALUE_TEXT && value->size == strlen(text) &&
           memcmp(value->bytes, text, value->size) == 0;
}

static bool is_inactive(const struct row *row)
{
    return table_column(row->table, "ACTIVE_IND") >= 0 && feed_number(row, "ACTIVE_IND") == 0;
}

/* What was switched off is in the files of a day, which say so. */
static bool only_once(const struct row *row)
{
    return row->index % 5 == 0 && !is_inactive(row);
}

static bool is_measurement(const struct trust *trust, const struct row *row)
{
    int64_t first = event_first(trust, EVENTS_OBSERVATION);
    int64_t event = row->index - trust->superseded - first;
    return event >= 0 && event < trust->observations && event % 10 == 0;
}

static bool belongs(struct feed_sink *sink, const struct row *row, const struct feed_file *file)
{
    const struct trust *trust = sink->trust;

    switch (file->feed->rows) {
    case ROWS_ALL:
        return true;
    case ROWS_PERSON:
        return !text_is(row, "PARENT_ENTITY_NAME", "ORGANIZATION");
    case ROWS_INFORMED:
        return row->index < trust->persons && row->index % 20 == 7;
    case ROWS_INPATIENT:
        return feed_number(row, "ENCNTR_TYPE_CLASS_CD") == CODE_CLASS_INPATIENT;
    case ROWS_EMERGENCY:
        return feed_number(row, "ENCNTR_TYPE_CLASS_CD") == CODE_CLASS_EMERGENCY;
    case ROWS_REFERRED:
        return feed_is_referred(trust, row);
    case ROWS_PATHWAY:
        return feed_is_booked(trust, row) || feed_is_referred(trust, row);
    case ROWS_STAYS:
        return !feed_goes_on(&sink->values, row);
    case ROWS_PATIENT:
        return text_is(row, "ROLE_MEANING", "PATIENT");
    case ROWS_ORDERS:
        return feed_number(row, "TEMPLATE_ORDER_FLAG") == 0;
    case ROWS_EVENTS:
        return event_row_is_current(trust, row->index) &&
               event_is_daily(trust, row->index) == file->daily;
    case ROWS_FORMS:
        return is_measurement(trust, row);
    case ROWS_FIELDS:
        return feed_number(row, "CODE_VALUE") >= CODE_EVENT_TEMPERATURE &&
               feed_number(row, "CODE_VALUE") <= CODE_EVENT_PAIN;
    case ROWS_DAILY:
        return !only_once(row);
    case ROWS_ONCE:
        return row->index % 5 < 2 && !is_inactive(row);
    }
    return false;
}

static struct value value_of(struct feed_sink *sink,
                             const struct feed_file *file,
                             const struct row *row,
                             int column)
{
    struct value value = feed_value(&sink->values, row, &file->sources[column]);

    bool day = file->feed->form == FORM_MONTH_DAY; /* a form without hours has London's day */
    if (value.kind == VALUE_MOMENT && (file->feed->once || day)) {
        value.integer = london_of_utc(value.integer);
    }
    return value;
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

    sink->values.extracted = sink->trust->as_of + HOURS_OF_EXTRACT * HOUR + (file->daily ? DAY : 0);
    row_begin(sink->row, &file->table);
    for (int i = 0; i < file->table.count; i++) {
        const char *source = file->sources[i].first;
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
        if (belongs(sink, row, sink->open[i])) {
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
        if (table->number == T_CODE_VALUE && file->feed->rows == ROWS_ALL) {
            put_bad_lines(file);
        }
        if (!file->feed->once) {
            put_control(sink, file);
        }
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
    free(sink->values.other);
    free(sink);
}

struct sink *sink_feed(const char *folder, const struct trust *trust, bool faults)
{
    static const struct dialect control = {.delimiter = '|'};
    struct feed_sink *sink = calloc(1, sizeof *sink);
    char name[PATH_BYTES];
    struct civil civil = calendar_civil(trust->as_of);

    if (sink == NULL || (sink->row = malloc(sizeof *sink->row)) == NULL ||
        (sink->values.other = malloc(sizeof *sink->values.other)) == NULL) {
        fatal("no memory");
    }
    folder_make(folder);
    (void)snprintf(name, sizeof name, "%s/bulk", folder);
    folder_make(name);
    sink->sink = (struct sink){wants, begin, write_row, end, close_sink};
    sink->trust = trust;
    sink->folder = folder;
    sink->faults = faults;
    sink->tables = schema_create();
    sink->values.trust = trust;
    sink->values.line = sink->row;
    sink->values.tables = sink->tables;
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
