/* summary.c — the table that a run ends with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "outcome.h"
#include "progress.h"

#include <stdio.h>
#include <string.h>

enum {
    COLUMNS = 13,
    CELL_BYTES = 72
};

static const char *const HEADINGS[COLUMNS] = {"entity",
                                              "source",
                                              "emitted",
                                              "loaded",
                                              "inserted",
                                              "updated",
                                              "unchanged",
                                              "filtered",
                                              "rejected",
                                              "merged",
                                              "equal",
                                              "seconds",
                                              "verdict"};

/* Shown only where there is something to show; how many were inserted, where not all of them were.
 */
static const bool RARE[COLUMNS] = {[2] = true, [4] = true, [5] = true, [6] = true, [9] = true};

struct table {
    char (*cells)[COLUMNS][CELL_BYTES];
    int rows;
};

static void set_count(char cell[CELL_BYTES], bool known, uint64_t count)
{
    if (known) {
        (void)snprintf(cell, CELL_BYTES, "%llu", (unsigned long long)count);
    } else {
        (void)snprintf(cell, CELL_BYTES, "-");
    }
}

static void fill_row(char cells[COLUMNS][CELL_BYTES], const struct report_entity *entity)
{
    const struct tally *tally = entity->loaded_known ? &entity->load
                                : entity->verified   ? &entity->verification->tally
                                                     : NULL;
    bool known = tally != NULL;
    (void)snprintf(cells[0], CELL_BYTES, "%s", entity->entity);
    set_count(cells[1], known, known ? tally->source.rows : 0);
    set_count(cells[2], known, known ? tally->emitted.rows : 0);
    set_count(cells[3], entity->loaded_known && !entity->dry_run, entity->load.loaded.rows);
    bool loaded = entity->loaded_known && !entity->dry_run;
    bool merged = loaded && entity->load.inserted != entity->load.loaded.rows;
    set_count(cells[4], merged, entity->load.inserted);
    set_count(cells[5], loaded, entity->load.updated);
    set_count(cells[6], loaded, entity->load.unchanged);
    set_count(cells[7], known, known ? tally->filtered.rows : 0);
    set_count(cells[8], known, known ? tally->rejected.rows : 0);
    set_count(cells[9], known, known ? tally->merged.rows : 0);
    set_count(cells[10], entity->verified, entity->verified ? entity->verification->equal : 0);
    (void)snprintf(cells[11], CELL_BYTES, "%.1f", entity->seconds);
    (void)snprintf(cells[12], CELL_BYTES, "%s", verdict_text(entity->verdict));
}

static void push_table(const struct table *table, struct text_buffer *out)
{
    size_t widths[COLUMNS];
    bool shown[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
        widths[column] = strlen(HEADINGS[column]);
        shown[column] = !RARE[column];
        for (int row = 0; row < table->rows; row++) {
            const char *count = table->cells[row][column];
            shown[column] = shown[column] || (strcmp(count, "0") != 0 && strcmp(count, "-") != 0);
            size_t width =
                utf8_length(table->cells[row][column], strlen(table->cells[row][column]));
            widths[column] = width > widths[column] ? width : widths[column];
        }
    }
    for (int row = -1; row < table->rows; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            if (!shown[column]) {
                continue;
            }
            const char *cell = row < 0 ? HEADINGS[column] : table->cells[row][column];
            size_t pad = widths[column] - utf8_length(cell, strlen(cell));
            bool to_left = column == 0 || column == COLUMNS - 1;
            text_buffer_string(out, column == 0 ? "" : "  ");
            if (to_left) {
                text_buffer_format(out, "%s%*s", cell, column == COLUMNS - 1 ? 0 : (int)pad, "");
            } else {
                text_buffer_format(out, "%*s%s", (int)pad, "", cell);
            }
        }
        text_buffer_char(out, '\n');
    }
}

/* The first reason stands for all: the report has them. */
static void push_not_verified(const struct report *report, struct text_buffer *out)
{
    text_buffer_string(out, "not verified");
    if (report->verification_skipped) {
        text_buffer_string(out, ": this run did not ask for it\n");
        return;
    }
    for (int index = 0; index < report->entity_count; index++) {
        const struct report_entity *entity = &report->entities[index];
        if (entity->verdict == VERDICT_NOT_VERIFIED && entity->not_verified_reason != NULL) {
            text_buffer_format(out, ": %s: %s", entity->entity, entity->not_verified_reason);
            break;
        }
    }
    text_buffer_char(out, '\n');
}

/* Do the sides differ, or cross-checks alone? */
static bool sides_differ(const struct report *report)
{
    bool differ = false;
    for (int index = 0; index < report->entity_count; index++) {
        const struct report_entity *entity = &report->entities[index];
        differ =
            differ || (entity->verified && entity->verification->verdict == VERDICT_DIFFERENCES);
    }
    return differ;
}

static void push_verdict(const struct report *report, struct text_buffer *out)
{
    switch (report->verdict) {
    case VERDICT_VERIFIED:
        text_buffer_string(out, "verified: the target holds what source and mapping say\n");
        return;
    case VERDICT_DIFFERENCES:
        text_buffer_string(out,
                           sides_differ(report)
                               ? "differences: source and target do not agree\n"
                               : "differences: the target's server does not agree with the "
                                 "mapping\n");
        return;
    case VERDICT_REJECTS:
        text_buffer_string(out, "rejects: more records were rejected than the plan allows\n");
        return;
    case VERDICT_NOT_VERIFIED:
        push_not_verified(report, out);
        return;
    }
}

void summary_push(const struct report *report,
                  double seconds,
                  const char *report_path,
                  struct text_buffer *out)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024, NULL);
    struct table table = {
        .cells = (void *)arena_push(
            &arena, (size_t)(report->entity_count + 1) * COLUMNS * CELL_BYTES, 1),
        .rows = report->entity_count,
    };
    for (int index = 0; table.cells != NULL && index < table.rows; index++) {
        fill_row(table.cells[index], &report->entities[index]);
    }
    if (table.cells != NULL) {
        push_table(&table, out);
    }
    arena_release(&arena);
    text_buffer_string(out, "total (wall) ");
    push_duration(out, seconds);
    text_buffer_char(out, '\n');
    push_verdict(report, out);
    if (report_path != NULL) {
        text_buffer_format(out, "report: %s\n", report_path);
    }
}
