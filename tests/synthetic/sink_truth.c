/* sink_truth.c — what is in all of it, in five files of tab-separated values: about.tsv,
 * tables.tsv, kinds.tsv, rows.tsv (which rows are of which kind) and outage.tsv. Counted as rows
 * are made; where the plan says otherwise, the program ends. SPDX-License-Identifier: Apache-2.0 */
#include "codes.h"
#include "delimited.h"
#include "fatal.h"
#include "sink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    OUTAGE_DAYS = 5,
    WARDS_MAX = 512 /* places; 0: none */
};

struct truth_sink {
    struct sink sink;
    const struct trust *trust;
    const char *folder;
    FILE *rows;
    FILE *tables;
    int64_t found[KINDS];
    int64_t of_day[KINDS][OUTAGE_DAYS][WARDS_MAX];
    int64_t written;
    int key[8];
    int key_count;
    bool made[TABLES];
};

static const struct dialect plain = {.delimiter = '\t', .quoting = QUOTE_NONE, .line_end = "\n"};

/* Kinds that would fill the list, and that a column of their own tells. */
static bool is_listed(enum kind kind)
{
    return kind != D12 && kind != D36 && kind != D52 && kind != D54 && kind != D71 && kind != D92;
}

/* Kinds that files have, not tables: the feed's always has D76; the others are for a test to make.
 */
static bool is_of_files(enum kind kind)
{
    return kind == D76 || kind == D90 || kind == D91 || kind == D93;
}

/* The column whose day an outage is told by, and whether its clock is London's already. */
static const char *outage_column(enum kind kind, bool *local)
{
    *local = true;
    switch ((int)kind) {
    case O01:
        *local = false;
        return "ARRIVE_DT_TM";
    case O05:
    case O06:
        *local = false;
        return "ORIG_ORDER_DT_TM";
    case O07:
    case D82:
        return "SampleDT";
    case O08:
    case O09:
    case O12:
        return "issue_time";
    case O10:
    case O11:
        return "ExaminationDate";
    case P10:
    case P11:
        return "arrived_at";
    case P12:
    case P13:
        return "came_at";
    case P14:
    case P15:
    case P16:
        return "asked_at";
    case P17:
    case P18:
    case P19:
        return "taken_at";
    case P20:
    case P21:
    case P22:
        return "given_at";
    default:
        return NULL;
    }
}

static bool wants(const struct sink *sink, const struct table *table)
{
    (void)sink;
    (void)table;
    return true;
}

static void begin(struct sink *base, struct row *row)
{
    struct truth_sink *sink = (struct truth_sink *)base;
    const char *at = row->table->key;

    sink->written = 0;
    sink->key_count = 0;
    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        for (int i = 0; i < row->table->count; i++) {
            const char *name = row->table->columns[i].name;
            if (strlen(name) == length && strncmp(name, at, length) == 0) {
                sink->key[sink->key_count++] = i;
            }
        }
        at += length + (at[length] == ' ');
    }
}

static void put_key(FILE *file, const struct truth_sink *sink, const struct row *row)
{
    char moment[MOMENT_TEXT];

    for (int i = 0; i < sink->key_count; i++) {
        const struct value *value = &row->values[sink->key[i]];
        (void)fputs(i > 0 ? "," : "", file);
        if (value->kind == VALUE_TEXT) {
            (void)fwrite(value->bytes, 1, value->size, file);
        } else if (value->kind == VALUE_MOMENT) {
            (void)moment_write(value->integer, FORM_ISO, moment);
            (void)fputs(moment, file);
        } else {
            (void)fprintf(file, "%" PRId64, value->integer);
        }
    }
}

static const struct value *named_value(const struct row *row, const char *name)
{
    for (int i = 0; i < row->table->count; i++) {
        if (strcmp(row->table->columns[i].name, name) == 0) {
            return &row->values[i];
        }
    }
    return NULL;
}

/* The place of the ward that a row names; 0: it names none. */
static int64_t ward_of(const struct row *row)
{
    const struct value *code = named_value(row, "LOC_NURSE_UNIT_CD");
    if (row->ward > 0) {
        return row->ward;
    }
    if (code != NULL) {
        return (code->integer - location_cd(0)) / 2;
    }
    code = named_value(row, row->table->system == JAC ? "location_code" : "SourceCode");
    return code == NULL || code->kind != VALUE_TEXT ? 0 : strtoll(code->bytes + 1, NULL, 10);
}

static void count_day(struct truth_sink *sink, const struct row *row, enum kind kind)
{
    bool local = false;
    const char *name = outage_column(kind, &local);
    if (name == NULL) {
        return;
    }
    const struct value *value = named_value(row, name);
    int64_t at = value == NULL ? 0 : value->integer;
    int64_t day = (local ? at : london_of_utc(at)) / DAY - sink->trust->outage_start / DAY;
    int64_t ward = ward_of(row);
    if (day < 0 || day >= OUTAGE_DAYS || ward < 0 || ward >= WARDS_MAX) {
        fatal("table %s: a row of the outage is not in it", row->table->name);
    }
    sink->of_day[kind][day][ward]++;
}

static void write_row(struct sink *base, const struct row *row)
{
    struct truth_sink *sink = (struct truth_sink *)base;

    sink->written++;
    for (int i = 0; i < row->note_count; i++) {
        enum kind kind = row->notes[i];
        sink->found[kind]++;
        count_day(sink, row, kind);
        if (is_listed(kind)) {
            (void)fprintf(sink->rows, "%s\t%s\t", kind_facts[kind].name, row->table->name);
            put_key(sink->rows, sink, row);
            (void)fputc('\n', sink->rows);
        }
    }
}

static void end(struct sink *base, struct table *table)
{
    static const char *const systems[] = {"millennium", "winpath", "jac", "pacs", "paper"};
    struct truth_sink *sink = (struct truth_sink *)base;

    sink->made[table->number] = true;
    (void)fprintf(sink->tables,
                  "%s\t%s\t%" PRId64 "\t%d\n",
                  systems[table->system],
                  table->name,
                  sink->written,
                  table->zero_row);
}

static const char *table_name(int table)
{
    static const char *const names[] = {
#define ROWS(table, system, per_100k, min, zero) #table,
#include "tables.def"
#undef ROWS
        "*"};
    return names[table];
}

/* Whether all rows were made that a kind may be in. */
static bool is_complete(const struct truth_sink *sink, enum kind kind)
{
    for (int i = 0; i < TABLES; i++) {
        if (!sink->made[i] &&
            (kind_facts[kind].table == T_ALL_TABLES || kind_facts[kind].table == i)) {
            return false;
        }
    }
    return true;
}

static void put_kinds(const struct truth_sink *sink)
{
    FILE *file = delimited_open(sink->folder, "kinds.tsv", &plain);

    (void)fputs("kind\ttable\tcolumn\trate\tplanned\tfound\tlisted\tdisposition\treason\twhat\n",
                file);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        const struct kind_facts *facts = &kind_facts[kind];
        int64_t planned = trust_planned(sink->trust, kind);
        if (planned >= 0 && planned != sink->found[kind] && !is_of_files(kind) &&
            is_complete(sink, kind)) {
            fatal("kind %s: %" PRId64 " rows were made, %" PRId64 " are planned",
                  facts->name,
                  sink->found[kind],
                  planned);
        }
        (void)fprintf(file,
                      "%s\t%s\t%s\t%d\t",
                      facts->name,
                      table_name(facts->table),
                      facts->column,
                      facts->rate);
        if (planned >= 0) {
            (void)fprintf(file, "%" PRId64, planned);
        }
        (void)fputc('\t', file);
        if (!is_of_files(kind)) {
            (void)fprintf(file, "%" PRId64, sink->found[kind]);
        }
        (void)fprintf(file,
                      "\t%d\t%s\t%s\t%s\n",
                      is_listed(kind) && !is_of_files(kind),
                      facts->disposition,
                      facts->reason,
                      facts->what);
    }
    delimited_close(file, "kinds.tsv");
}

static void put_days(FILE *file, const struct truth_sink *sink, enum kind kind)
{
    char day[MOMENT_TEXT];

    for (int i = 0; i < OUTAGE_DAYS; i++) {
        (void)moment_write(sink->trust->outage_start + i * DAY, FORM_ISO_DAY, day);
        for (int ward = 0; ward < WARDS_MAX; ward++) {
            int64_t rows = sink->of_day[kind][i][ward];
            if (rows > 0) {
                (void)fprintf(file,
                              "%s\t%s\t%s\t",
                              kind_facts[kind].name,
                              table_name(kind_facts[kind].table),
                              day);
                (void)fprintf(file, ward > 0 ? "W%03d" : "%.0d", ward);
                (void)fprintf(file, "\t%" PRId64 "\n", rows);
            }
        }
    }
}

static void put_outage(const struct truth_sink *sink)
{
    FILE *file = delimited_open(sink->folder, "outage.tsv", &plain);
    bool local = false;

    (void)fputs("kind\ttable\tday\tward\trows\n", file);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        if (outage_column(kind, &local) != NULL) {
            put_days(file, sink, kind);
        }
    }
    delimited_close(file, "outage.tsv");
}

static void put_about(const struct truth_sink *sink)
{
    const struct trust *trust = sink->trust;
    FILE *file = delimited_open(sink->folder, "about.tsv", &plain);
    const struct {
        const char *name;
        int64_t moment;
    } moments[] = {{"as_of", trust->as_of},
                   {"live_from", trust->live_from},
                   {"outage_start", trust->outage_start},
                   {"outage_end", trust->outage_end}};
    char text[MOMENT_TEXT];

    (void)fprintf(file,
                  "name\tvalue\nseed\t%" PRIu64 "\npersons\t%" PRId64 "\n",
                  trust->seed,
                  trust->persons);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        (void)moment_write(moments[i].moment, FORM_ISO, text);
        (void)fprintf(file, "%s_utc\t%s\n", moments[i].name, text);
    }
    delimited_close(file, "about.tsv");
}

static void close_sink(struct sink *base)
{
    struct truth_sink *sink = (struct truth_sink *)base;

    delimited_close(sink->rows, "rows.tsv");
    delimited_close(sink->tables, "tables.tsv");
    put_kinds(sink);
    put_outage(sink);
    put_about(sink);
    free(sink);
}

struct sink *sink_truth(const char *folder, const struct trust *trust)
{
    struct truth_sink *sink = calloc(1, sizeof *sink);

    if (sink == NULL) {
        fatal("no memory");
    }
    folder_make(folder);
    sink->sink = (struct sink){wants, begin, write_row, end, close_sink};
    sink->trust = trust;
    sink->folder = folder;
    sink->rows = delimited_open(folder, "rows.tsv", &plain);
    sink->tables = delimited_open(folder, "tables.tsv", &plain);
    (void)fputs("kind\ttable\tkey\n", sink->rows);
    (void)fputs("system\ttable\trows\tzero_row\n", sink->tables);
    return (struct sink *)sink; /* its first member */
}
