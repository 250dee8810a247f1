/* report_csv.c — a report as a table: one line per entity, comma-separated (RFC 4180).
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_files.h"
#include "report_findings.h"
#include "report_view.h"

#include <inttypes.h>

static void push_number(struct text_buffer *out, const json_t *object, const char *name)
{
    uint64_t value = 0;
    if (view_count(object, name, &value)) {
        text_buffer_format(out, "%" PRIu64, value);
    }
}

/* How often anything was repaired while it was read; what and where is in the other forms. */
static void push_repairs(struct text_buffer *out, json_t *repairs)
{
    uint64_t total = 0;
    for (void *at = json_object_iter(repairs); at != NULL;
         at = json_object_iter_next(repairs, at)) {
        uint64_t count = 0;
        total += view_count(json_object_iter_value(at), "count", &count) ? count : 0;
    }
    text_buffer_format(out, "%" PRIu64, total);
}

static void push_size(struct text_buffer *out, size_t size)
{
    text_buffer_format(out, ",%zu", size);
}

/* How it was compared, and how much was not. */
static void push_comparison(struct text_buffer *out, const json_t *entity)
{
    static const char *const counts[] = {"within_tolerance", "in_flight", "confirm_after_s"};
    const json_t *verification = json_object_get(entity, "verification");
    const json_t *columns = json_object_get(entity, "columns");

    text_buffer_char(out, ',');
    text_buffer_csv(out, view_text(verification, "level"));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        text_buffer_char(out, ',');
        push_number(out, verification, counts[i]);
    }
    push_size(out, json_array_size(json_object_get(entity, "skipped")));
    push_size(out, json_array_size(json_object_get(entity, "not_compared")));
    text_buffer_char(out, ',');
    if (json_is_array(columns)) {
        text_buffer_format(out, "%zu", report_columns_differing(entity));
    }
    text_buffer_char(out, ',');
    text_buffer_csv(out, view_text(entity, "scope"));
}

static void push_line(struct text_buffer *out, const struct report_view *view, const json_t *entity)
{
    static const char *const counts[] = {"source_rows",
                                         "emitted",
                                         "loaded",
                                         "present",
                                         "filtered",
                                         "rejected",
                                         "merged",
                                         "equal",
                                         "not_equal",
                                         "missing_target",
                                         "missing_source"};
    static const char *const stored[] = {"inserted", "updated", "unchanged"};
    static const char *const texts[] = {
        "source_digest", "target_digest", "mapping_digest", "source", "target_table", "reason"};

    text_buffer_csv(out, view_text(view->root, "migration"));
    text_buffer_char(out, ',');
    push_number(out, view->root, "run");
    text_buffer_char(out, ',');
    text_buffer_csv(out, view_text(view->root, "kind"));
    text_buffer_char(out, ',');
    text_buffer_csv(out, view_text(entity, "entity"));
    text_buffer_char(out, ',');
    text_buffer_csv(out, view_text(entity, "verdict"));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        text_buffer_char(out, ',');
        push_number(out, entity, counts[i]);
    }
    text_buffer_char(out, ',');
    push_number(out, json_object_get(entity, "verification"), "refused");
    text_buffer_char(out, ',');
    if (json_is_object(json_object_get(entity, "identity"))) {
        push_repairs(out, json_object_get(entity, "repaired"));
    }
    text_buffer_char(out, ',');
    if (json_is_object(json_object_get(entity, "identity"))) {
        text_buffer_string(out, view_closes(entity) ? "yes" : "no");
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        text_buffer_char(out, ',');
        text_buffer_csv(out, view_text(entity, texts[i]));
    }
    struct report_files_counts files = report_files_count(entity);
    text_buffer_format(
        out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",", files.files, files.agree, files.disagree);
    text_buffer_csv(out, view_text(entity, "mode"));
    for (size_t i = 0; i < sizeof stored / sizeof *stored; i++) {
        text_buffer_char(out, ',');
        push_number(out, entity, stored[i]);
    }
    push_comparison(out, entity);
    text_buffer_string(out, "\r\n");
}

void report_csv(const struct report_view *view, struct text_buffer *out)
{
    text_buffer_string(out,
                       "migration,run,kind,entity,verdict,source_rows,emitted,loaded,present,"
                       "filtered,rejected,merged,equal,not_equal,missing_target,missing_source,"
                       "refused,repaired,closes,"
                       "source_digest,target_digest,mapping_digest,source,target_table,reason,"
                       "files,files_that_agree,files_that_do_not,"
                       "mode,inserted,updated,unchanged,"
                       "level,within_tolerance,in_flight,confirm_after_s,columns_skipped,"
                       "columns_not_compared,columns_that_differ,scope\r\n");
    for (size_t i = 0; i < view->entity_count; i++) {
        push_line(out, view, view_entity(view, i));
    }
}
