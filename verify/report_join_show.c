/* report_join_show.c — the forms of a joined report. SPDX-License-Identifier: Apache-2.0 */
#include "report_join.h"
#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <inttypes.h>
#include <string.h>

/* A row for each report, and under them their sum. */
struct joined_table {
    const json_t *rows;
    const json_t *together;
};

enum {
    COLUMN_MIGRATION,
    COLUMN_VERDICT,
    COLUMN_COUNTS, /* and those of joined_names */
    COLUMNS = COLUMN_COUNTS + JOINED_COUNT
};

static const char *const headings[COLUMNS] = {"Migration",
                                              "Verdict",
                                              "#Source",
                                              "#Emitted",
                                              "#Loaded",
                                              "#Present",
                                              "#Filtered",
                                              "#Rejected",
                                              "#Merged",
                                              "#Differences"};

/* What was joined. */
static const char *const part_headings[] = {
    "Migration", "#Run", "Kind", "Finished (UTC)", "SHA-256 of the report"};
enum {
    PART_COLUMNS = sizeof part_headings / sizeof *part_headings
};

/* Of the joined report, and of an entity of it. */
static struct joined_table table_of(const json_t *object)
{
    return (struct joined_table){.rows = json_object_get(object, "reports"),
                                 .together = json_object_get(object, "together")};
}

static const json_t *row_of(const struct joined_table *table, size_t row)
{
    const json_t *found = json_array_get(table->rows, row);
    return found == NULL ? table->together : found;
}

static void push_cell_at(const void *state, size_t row, size_t column, struct text_buffer *out)
{
    const struct joined_table *table = state;
    const json_t *object = row_of(table, row);
    uint64_t value = 0;

    if (column >= COLUMN_COUNTS) {
        bool known = view_count(object, joined_names[column - COLUMN_COUNTS], &value);
        push_count(out, known, value);
    } else if (column == COLUMN_VERDICT) {
        text_buffer_string(out, verdict_words(view_text(object, "verdict")));
        text_buffer_string(out, view_flag(object, "closes") ? "" : "; identity open");
    } else {
        bool sum = object == table->together;
        text_buffer_string(out, sum ? "together" : view_text(object, "migration"));
    }
}

static void push_part_at(const void *state, size_t row, size_t column, struct text_buffer *out)
{
    const json_t *report = json_array_get(state, row);
    uint64_t run = 0;

    if (column == 0) {
        text_buffer_string(out, view_text(report, "migration"));
    } else if (column == 1) {
        bool known = view_count(report, "run", &run);
        push_count(out, known, run);
    } else if (column == 2) {
        text_buffer_string(out, view_text(report, "kind"));
    } else if (column == 3) {
        (void)push_utc(out, view_text(report, "finished_at"));
    } else {
        text_buffer_string(out, view_text(report, "sha256"));
    }
}

/* "8 migrations: 1 with differences, 7 verified". */
static void push_sentence(const json_t *joined, struct text_buffer *out)
{
    static const char *const verdicts[][2] = {{"differences", "with differences"},
                                              {"rejects", "with too many rejects"},
                                              {"not_verified", "not verified"},
                                              {"verified", "verified"}};
    const json_t *reports = json_object_get(joined, "reports");
    const char *separator = ": ";

    push_counted(out, json_array_size(reports), "migration", "migrations");
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        size_t count = 0;
        for (size_t j = 0; j < json_array_size(reports); j++) {
            const char *verdict = view_text(json_array_get(reports, j), "verdict");
            count += strcmp(verdict, verdicts[i][0]) == 0 ? 1 : 0;
        }
        if (count > 0) {
            text_buffer_format(out, "%s%zu %s", separator, count, verdicts[i][1]);
            separator = ", ";
        }
    }
}

static void push_names_text(struct text_buffer *out, const char *label, json_t *names)
{
    const char *name = NULL;
    json_t *count = NULL;
    json_object_foreach(names, name, count)
    {
        text_buffer_format(out, "  %-10s ", label);
        push_count(out, true, (uint64_t)json_integer_value(count));
        text_buffer_format(out, " %s\n", name);
    }
}

static void push_table_text(struct text_buffer *out, const json_t *object)
{
    struct joined_table table = table_of(object);
    lines_table(out,
                &(struct lines_table){.headings = headings,
                                      .columns = COLUMNS,
                                      .rows = json_array_size(table.rows) + 1,
                                      .push = push_cell_at,
                                      .state = &table});
}

void joined_text(const json_t *joined, struct text_buffer *out)
{
    const json_t *entities = json_object_get(joined, "entities");
    const json_t *reports = json_object_get(joined, "reports");

    text_buffer_string(out, "Together: ");
    push_sentence(joined, out);
    text_buffer_string(out, "\n\n");
    push_table_text(out, joined);
    for (size_t i = 0; i < json_array_size(entities); i++) {
        const json_t *entity = json_array_get(entities, i);
        lines_heading(out, view_text(entity, "entity"));
        push_table_text(out, entity);
        push_names_text(out, "filtered", json_object_get(entity, "filtered"));
        push_names_text(out, "rejected", json_object_get(entity, "rejected"));
        push_names_text(out, "repaired", json_object_get(entity, "repaired"));
    }
    lines_heading(out, "Made of");
    lines_table(out,
                &(struct lines_table){.headings = part_headings,
                                      .columns = PART_COLUMNS,
                                      .rows = json_array_size(reports),
                                      .push = push_part_at,
                                      .state = reports});
}

static void push_line_csv(struct text_buffer *out, const char *entity, const json_t *row)
{
    const char *migration = view_text(row, "migration");
    uint64_t value = 0;

    text_buffer_csv(out, entity);
    text_buffer_char(out, ',');
    text_buffer_csv(out, *migration == '\0' ? "together" : migration);
    text_buffer_char(out, ',');
    text_buffer_csv(out, view_text(row, "verdict"));
    text_buffer_string(out, view_flag(row, "closes") ? ",yes" : ",no");
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        text_buffer_char(out, ',');
        if (view_count(row, joined_names[i], &value)) {
            text_buffer_format(out, "%" PRIu64, value);
        }
    }
    text_buffer_string(out, "\r\n");
}

void joined_csv(const json_t *joined, struct text_buffer *out)
{
    const json_t *entities = json_object_get(joined, "entities");

    text_buffer_string(out, "entity,migration,verdict,closes");
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        text_buffer_format(out, ",%s", joined_names[i]);
    }
    text_buffer_string(out, "\r\n");
    for (size_t i = 0; i < json_array_size(entities); i++) {
        const json_t *entity = json_array_get(entities, i);
        const json_t *parts = json_object_get(entity, "reports");
        for (size_t j = 0; j < json_array_size(parts); j++) {
            push_line_csv(out, view_text(entity, "entity"), json_array_get(parts, j));
        }
        push_line_csv(out, view_text(entity, "entity"), json_object_get(entity, "together"));
    }
}

static void push_rows_html(struct text_buffer *out, const struct lines_table *table)
{
    struct text_buffer cell;

    for (size_t row = 0; row < table->rows; row++) {
        text_buffer_string(out, "<tr>");
        for (size_t column = 0; column < table->columns; column++) {
            bool number = table->headings[column][0] == '#';
            text_buffer_string(out,
                               column == 0 ? "<th scope=\"row\">"
                               : number    ? "<td class=\"n\">"
                                           : "<td>");
            text_buffer_init(&cell, LIMIT_PLAN_BYTES);
            table->push(table->state, row, column, &cell);
            markup_scratch(out, &cell);
            text_buffer_string(out, column == 0 ? "</th>" : "</td>");
        }
        text_buffer_string(out, "</tr>\n");
    }
    markup_table_end(out);
}

static void push_table_html(struct text_buffer *out, const char *caption, const json_t *object)
{
    struct joined_table table = table_of(object);

    markup_table_plain(out, "", caption, headings, COLUMNS);
    push_rows_html(out,
                   &(struct lines_table){.headings = headings,
                                         .columns = COLUMNS,
                                         .rows = json_array_size(table.rows) + 1,
                                         .push = push_cell_at,
                                         .state = &table});
}

static void push_names_html(struct text_buffer *out, const char *caption, json_t *names)
{
    static const char *const name_headings[] = {"Name", "#Records"};
    const char *name = NULL;
    json_t *count = NULL;

    if (json_object_size(names) == 0) {
        return;
    }
    markup_table_plain(out, "", caption, name_headings, 2);
    json_object_foreach(names, name, count)
    {
        text_buffer_string(out, "<tr>");
        markup_cell(out, name, true);
        markup_count(out, names, name);
        text_buffer_string(out, "</tr>\n");
    }
    markup_table_end(out);
}

static void push_parts_html(struct text_buffer *out, const json_t *joined)
{
    const json_t *reports = json_object_get(joined, "reports");

    text_buffer_string(out, "<section>\n<h2>Made of</h2>\n");
    markup_table_plain(
        out, "", "These reports; the same ones give the same page", part_headings, PART_COLUMNS);
    push_rows_html(out,
                   &(struct lines_table){.headings = part_headings,
                                         .columns = PART_COLUMNS,
                                         .rows = json_array_size(reports),
                                         .push = push_part_at,
                                         .state = reports});
    text_buffer_string(out, "</section>\n");
}

static void push_entity_html(struct text_buffer *out, const json_t *entity)
{
    text_buffer_string(out, "<section>\n<h2>");
    page_text(out, view_text(entity, "entity"));
    text_buffer_string(out, "</h2>\n");
    push_table_html(out, "Apart and together, in records", entity);
    push_names_html(out, "Filtered", json_object_get(entity, "filtered"));
    push_names_html(out, "Rejected", json_object_get(entity, "rejected"));
    push_names_html(out, "Repaired", json_object_get(entity, "repaired"));
    text_buffer_string(out, "</section>\n");
}

void joined_html(const json_t *joined, struct text_buffer *out)
{
    const json_t *entities = json_object_get(joined, "entities");
    const char *verdict = view_text(joined, "verdict");
    struct text_buffer sentence;

    page_begin(out, "Migrations together");
    text_buffer_string(out, "<header>\n<h1>Migrations together</h1>\n</header>\n");
    page_main(out);
    text_buffer_format(
        out, "<section class=\"verdict %s\">\n<h2>Verdict: ", markup_verdict(verdict));
    page_text(out, verdict_words(verdict));
    text_buffer_string(out, "</h2>\n<p>");
    text_buffer_init(&sentence, LIMIT_PLAN_BYTES);
    push_sentence(joined, &sentence);
    markup_scratch(out, &sentence);
    text_buffer_string(out, ".</p>\n</section>\n<section>\n<h2>Migrations</h2>\n");
    push_table_html(out, "Sums over all entities, in records", joined);
    text_buffer_string(out, "</section>\n");
    for (size_t i = 0; i < json_array_size(entities); i++) {
        push_entity_html(out, json_array_get(entities, i));
    }
    push_parts_html(out, joined);
    text_buffer_string(out, "</main>\n");
    page_end(out);
}
