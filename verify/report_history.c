/* report_history.c — the contract is in report_history.h.
 *
 * The last line of the table is the run of the report itself, so that the line before it can be
 * compared with it. SPDX-License-Identifier: Apache-2.0 */
#include "report_history.h"

#include "report_chart.h"
#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <string.h>

enum {
    PICTURE_RUNS = 12, /* the last ones; the table has all */
    RUN_HEIGHT = 52,
    BARS_X = 170,
    BARS_WIDTH = 230,
    VERDICT_X = 578
};

/* A line of the table, in the order of its columns. `member` is that of the history, which this
 * run's own total has under the same name. */
static const struct {
    const char *heading;
    const char *member;
} columns[] = {
    {"#Run", "run"},
    {"Kind", "kind"},
    {"Started (UTC)", "started_at"},
    {"Verdict", "verdict"},
    {"#Seconds", "seconds"},
    {"#Entities", "entities"},
    {"#Source", "source_rows"},
    {"#Loaded", "loaded"},
    {"#Filtered", "filtered"},
    {"#Rejected", "rejected"},
    {"#Unequal", "not_equal"},
    {"#Missing", "missing_target"},
    {"#Extra", "missing_source"},
};
enum {
    COLUMNS = sizeof columns / sizeof *columns,
    STARTED = 2,
    FIRST_SUM = 6
};

static const json_t *history_of(const struct report_view *view)
{
    return json_object_get(view->root, "history");
}

/* Of an earlier run, or, behind the last of these, of this one. */
static bool count_at(const struct report_view *view,
                     size_t row,
                     const char *member,
                     uint64_t *value)
{
    const json_t *run = json_array_get(history_of(view), row);
    if (run != NULL) {
        return view_count(run, member, value);
    }
    if (strcmp(member, "run") == 0) {
        return view_count(view->root, member, value);
    }
    if (strcmp(member, "seconds") == 0) {
        return view_seconds(
            view_text(view->root, "started_at"), view_text(view->root, "finished_at"), value);
    }
    if (strcmp(member, "entities") == 0) {
        *value = view->entity_count;
        return true;
    }
    bool known = false;
    for (size_t i = 0; i < view->entity_count; i++) {
        known = view_count(view_entity(view, i), member, value) || known;
    }
    *value = view_total(view, member);
    return known;
}

static const char *text_at(const struct report_view *view, size_t row, const char *member)
{
    const json_t *run = json_array_get(history_of(view), row);
    return view_text(run == NULL ? view->root : run, member);
}

static void push_verdict(const struct report_view *view, size_t row, struct text_buffer *out)
{
    const char *verdict = text_at(view, row, "verdict");
    const char *fault = view_text(json_array_get(history_of(view), row), "fault");
    text_buffer_string(out, *verdict == '\0' ? "none" : verdict_words(verdict));
    text_buffer_format(out, "%s%s", *fault == '\0' ? "" : "; ", fault);
}

static void push_cell_at(const void *state, size_t row, size_t column, struct text_buffer *out)
{
    const struct report_view *view = state;
    const char *member = columns[column].member;
    uint64_t value = 0;
    if (columns[column].heading[0] == '#') {
        bool known = count_at(view, row, member, &value);
        push_count(out, known, value);
        if (column == 0 && row == json_array_size(history_of(view))) {
            text_buffer_string(out, known ? " (this)" : "this");
        }
    } else if (strcmp(member, "verdict") == 0) {
        push_verdict(view, row, out);
    } else if (strcmp(member, "started_at") == 0) {
        (void)push_utc(out, text_at(view, row, member));
    } else {
        text_buffer_string(out, text_at(view, row, member));
    }
}

static void push_left_out(const struct report_view *view, struct text_buffer *out)
{
    uint64_t before = 0;
    if (view_count(view->root, "history_before", &before) && before > 0) {
        push_counted(out, before, "run", "runs");
        text_buffer_string(out, " before these are not listed.");
    }
}

/* The same in a narrower table: seconds and entities are in the others. */
static const struct {
    const char *heading;
    size_t column;
} narrow[] = {
    {"#Run", 0},
    {"Kind", 1},
    {"Started (UTC)", 2},
    {"#Source", 6},
    {"#Loaded", 7},
    {"#Filtered", 8},
    {"#Rejected", 9},
    {"#Unequal", 10},
    {"#Missing", 11},
    {"#Extra", 12},
    {"Verdict", 3},
};
enum {
    NARROW = sizeof narrow / sizeof *narrow
};

static void push_narrow_cell(const void *state, size_t row, size_t column, struct text_buffer *out)
{
    push_cell_at(state, row, narrow[column].column, out);
}

void report_history_text(const struct report_view *view, struct text_buffer *out)
{
    const char *headings[NARROW];
    struct text_buffer before;
    for (size_t i = 0; i < NARROW; i++) {
        headings[i] = narrow[i].heading;
    }
    lines_table(out,
                &(struct lines_table){.headings = headings,
                                      .columns = NARROW,
                                      .rows = json_array_size(history_of(view)) + 1,
                                      .push = push_narrow_cell,
                                      .state = view});
    text_buffer_init(&before, LIMIT_PLAN_BYTES);
    push_left_out(view, &before);
    if (before.size > 0) {
        lines_wrapped(out, before.data, 0);
    }
    text_buffer_release(&before);
}

/* The most records that a run of the picture had. */
static uint64_t most(const struct report_view *view, size_t from, size_t rows)
{
    static const char *const members[] = {"source_rows", "loaded", "rejected"};
    uint64_t most = 0;
    for (size_t row = from; row < rows; row++) {
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
            uint64_t value = 0;
            if (count_at(view, row, members[i], &value) && value > most) {
                most = value;
            }
        }
    }
    return most;
}

static void push_bars(
    struct text_buffer *out, const struct report_view *view, size_t row, int y, uint64_t whole)
{
    static const struct {
        const char *member;
        const char *word;
        const char *class;
    } bars[] = {{"source_rows", "source", "plain"},
                {"loaded", "loaded", "loaded"},
                {"rejected", "rejected", "rejected"}};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        struct text_buffer words;
        uint64_t value = 0;
        bool widened = false;
        bool known = count_at(view, row, bars[i].member, &value);
        int width = chart_pixels(value, whole, BARS_WIDTH, &widened);
        int top = y + (int)i * 13;
        if (known && width > 0) {
            chart_bar(out, BARS_X, top + 2, width, 9, bars[i].class);
        }
        text_buffer_init(&words, LIMIT_PLAN_BYTES);
        push_count(&words, known, value);
        text_buffer_format(&words, " %s", bars[i].word);
        chart_label(out,
                    BARS_X + (known ? width : 0) + 5,
                    top + 11,
                    false,
                    words.data == NULL ? "" : words.data,
                    40);
        text_buffer_release(&words);
    }
}

static void push_run(
    struct text_buffer *out, const struct report_view *view, size_t row, int y, uint64_t whole)
{
    struct text_buffer words;
    const char *verdict = text_at(view, row, "verdict");

    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_cell_at(view, row, 0, &words);
    text_buffer_format(&words, " %s", text_at(view, row, "kind"));
    chart_label(out, 0, y + 14, false, words.data == NULL ? "" : words.data, 24);
    text_buffer_reset(&words);
    push_time(&words, text_at(view, row, "started_at"));
    chart_label(out, 0, y + 31, false, words.data == NULL ? "" : words.data, 24);
    text_buffer_reset(&words);
    push_bars(out, view, row, y, whole);
    chart_verdict(out, VERDICT_X - 16, y + 18, verdict);
    chart_label(out,
                VERDICT_X,
                y + 23,
                false,
                *verdict == '\0' ? "no verdict" : verdict_words(verdict),
                18);
    text_buffer_release(&words);
}

static void push_picture(struct text_buffer *out, const struct report_view *view)
{
    size_t rows = json_array_size(history_of(view)) + 1;
    size_t from = rows > PICTURE_RUNS ? rows - PICTURE_RUNS : 0;
    uint64_t whole = most(view, from, rows);
    struct text_buffer title;
    struct text_buffer words;

    text_buffer_init(&title, LIMIT_PLAN_BYTES);
    text_buffer_string(&title, "Source, loaded and rejected records of each run");
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    if (from > 0) {
        text_buffer_format(&words, "The last %d runs; the table has all. ", PICTURE_RUNS);
    }
    for (size_t row = from; row < rows; row++) {
        text_buffer_string(&words, row == from ? "Run " : "; run ");
        push_cell_at(view, row, 0, &words);
        for (size_t i = FIRST_SUM; i < FIRST_SUM + 4; i++) {
            text_buffer_format(&words, ", %s ", columns[i].heading + 1);
            push_cell_at(view, row, i, &words);
        }
        text_buffer_string(&words, ", verdict ");
        push_verdict(view, row, &words);
    }
    text_buffer_char(&words, '.');
    chart_begin(out, "history", (int)(rows - from) * RUN_HEIGHT + 4, &title, &words);
    for (size_t row = from; row < rows; row++) {
        push_run(out, view, row, (int)(row - from) * RUN_HEIGHT, whole);
    }
    chart_end(out);
}

static void push_table(struct text_buffer *out, const struct report_view *view)
{
    const char *headings[COLUMNS];
    struct text_buffer caption;
    size_t rows = json_array_size(history_of(view)) + 1;
    for (size_t i = 0; i < COLUMNS; i++) {
        headings[i] = columns[i].heading;
    }
    text_buffer_init(&caption, LIMIT_PLAN_BYTES);
    text_buffer_string(&caption, "Runs from this work directory, oldest first. ");
    push_left_out(view, &caption);
    markup_table(out, "sort", &caption, headings, COLUMNS);
    for (size_t row = 0; row < rows; row++) {
        text_buffer_string(out, "<tr>");
        for (size_t i = 0; i < COLUMNS; i++) {
            struct text_buffer scratch;
            const char *class = columns[i].heading[0] == '#' ? " class=\"n\""
                                : i == STARTED               ? " class=\"t\""
                                                             : "";
            text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
            push_cell_at(view, row, i, &scratch);
            text_buffer_format(out, "<%s%s>", i == 0 ? "th scope=\"row\"" : "td", class);
            markup_scratch(out, &scratch);
            text_buffer_string(out, i == 0 ? "</th>" : "</td>");
        }
        text_buffer_string(out, "</tr>\n");
    }
    markup_table_end(out);
    text_buffer_string(
        out,
        "<p class=\"note\">Counts are sums over entities. Missing rows are those that "
        "the target lacks, extra ones those that the source has not.</p>\n");
}

void report_history_html(const struct report_view *view, struct text_buffer *out)
{
    if (json_array_size(history_of(view)) == 0) {
        text_buffer_string(out, "<p>This is the first run from its work directory.</p>\n");
        return;
    }
    push_picture(out, view);
    push_table(out, view);
}
