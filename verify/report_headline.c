/* report_headline.c — the verdict in a sentence or two, for people.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_cross.h"
#include "report_target.h"
#include "report_view.h"

#include <string.h>

/* `"a", "b" and "c"`, of the entities for which `has` holds; many are cut short. */
static void push_names(struct text_buffer *out,
                       const struct report_view *view,
                       bool (*has)(const json_t *entity))
{
    const size_t names_max = 3;
    size_t count = 0;
    size_t seen = 0;

    for (size_t i = 0; i < view->entity_count; i++) {
        count += has(view_entity(view, i)) ? 1 : 0;
    }
    for (size_t i = 0; i < view->entity_count && seen < names_max; i++) {
        if (!has(view_entity(view, i))) {
            continue;
        }
        text_buffer_string(out, seen == 0 ? "" : seen + 1 == count ? " and " : ", ");
        text_buffer_format(out, "“%s”", view_text(view_entity(view, i), "entity"));
        seen++;
    }
    if (count > seen) {
        text_buffer_string(out, " and ");
        push_counted(out, count - seen, "other", "others");
    }
}

static bool does_not_close(const json_t *entity)
{
    return !view_closes(entity);
}

static bool has_differences(const json_t *entity)
{
    return view_differences(entity) > 0;
}

static bool has_verdict(const json_t *entity, const char *verdict)
{
    return strcmp(view_text(entity, "verdict"), verdict) == 0;
}

static bool has_rejects(const json_t *entity)
{
    return has_verdict(entity, "rejects");
}

static bool is_not_verified(const json_t *entity)
{
    return has_verdict(entity, "not_verified");
}

static bool has_counts_only(const json_t *entity)
{
    return view_has_level(entity, "counts");
}

static bool has_skipped(const json_t *entity)
{
    return json_array_size(json_object_get(entity, "skipped")) > 0;
}

static bool any(const struct report_view *view, bool (*has)(const json_t *entity))
{
    for (size_t i = 0; i < view->entity_count; i++) {
        if (has(view_entity(view, i))) {
            return true;
        }
    }
    return false;
}

static void push_not_closing(struct text_buffer *out, const struct report_view *view)
{
    text_buffer_string(out, "Records are unaccounted for: the identity of ");
    push_names(out, view, does_not_close);
    text_buffer_string(out, " does not close. ");
}

static void push_differences(struct text_buffer *out, const struct report_view *view)
{
    uint64_t total = 0;
    for (size_t i = 0; i < view->entity_count; i++) {
        total += view_differences(view_entity(view, i));
    }
    text_buffer_string(out, "Source and target differ in ");
    push_counted(out, total, "row", "rows");
    text_buffer_string(out, " of ");
    push_names(out, view, has_differences);
    text_buffer_string(out, "; ");
    push_counted(out, view_total(view, "equal"), "row is", "rows are");
    text_buffer_string(out, " equal in every compared column.");
}

/* What "equal" does not mean here. */
static void push_counts_only(struct text_buffer *out, const struct report_view *view)
{
    if (any(view, has_counts_only)) {
        text_buffer_string(out, " Only counts were compared of ");
        push_names(out, view, has_counts_only);
        text_buffer_string(out, ": no row was.");
    }
}

static void push_skipped(struct text_buffer *out, const struct report_view *view)
{
    if (any(view, has_skipped)) {
        text_buffer_string(out, " Columns were declared not to be compared: of ");
        push_names(out, view, has_skipped);
        text_buffer_char(out, '.');
    }
}

static void push_verified(struct text_buffer *out, const struct report_view *view)
{
    uint64_t filtered = view_total(view, "filtered");
    uint64_t rejected = view_total(view, "rejected");

    text_buffer_string(out, "The target holds what the source and the mappings say: ");
    push_counted(out, view_total(view, "equal"), "row", "rows");
    text_buffer_string(out, " of ");
    push_counted(out, view->entity_count, "entity", "entities");
    text_buffer_string(out, " equal in every compared column, none missing, none too many.");
    if (filtered + rejected > 0) {
        text_buffer_char(out, ' ');
        push_counted(out, filtered, "record was", "records were");
        text_buffer_string(out, " left out on purpose, ");
        push_count(out, true, rejected);
        text_buffer_string(out, " rejected.");
    }
}

static void push_not_verified(struct text_buffer *out, const struct report_view *view)
{
    if (view_flag(view->root, "verification_skipped")) {
        text_buffer_string(out, "Verification was left out on request (--no-verify).");
        return;
    }
    if (!any(view, is_not_verified)) {
        text_buffer_string(out, "Nothing was compared.");
        return;
    }
    text_buffer_string(out, "Not verified: ");
    push_names(out, view, is_not_verified);
    for (size_t i = 0; i < view->entity_count; i++) {
        const char *reason = view_text(view_entity(view, i), "reason");
        if (is_not_verified(view_entity(view, i)) && *reason != '\0') {
            text_buffer_format(out, " (%s)", reason);
            break;
        }
    }
    text_buffer_char(out, '.');
}

static void push_missing(struct text_buffer *out, const struct report_view *view)
{
    size_t missing = report_target_missing(view);
    if (missing > 0) {
        text_buffer_string(out, "The target lacks ");
        push_counted(out,
                     missing,
                     "index or constraint that was deferred",
                     "indexes or constraints that were deferred");
        text_buffer_string(out, ". ");
    }
}

void push_headline(const struct report_view *view, struct text_buffer *out)
{
    const char *verdict = view_text(view->root, "verdict");
    bool broken = any(view, does_not_close);

    if (broken) {
        push_not_closing(out, view);
    }
    push_missing(out, view);
    if (strcmp(verdict, "differences") == 0) {
        if (any(view, has_differences)) {
            push_differences(out, view);
        }
        report_cross_headline(view, out);
    } else if (strcmp(verdict, "rejects") == 0) {
        text_buffer_string(out, "More records were rejected than the plan allows, in ");
        push_names(out, view, has_rejects);
        text_buffer_string(out, ": ");
        push_counted(out, view_total(view, "rejected"), "record.", "records in all.");
    } else if (strcmp(verdict, "verified") == 0) {
        push_verified(out, view);
    } else if (!broken || view_flag(view->root, "verification_skipped")) {
        push_not_verified(out, view);
        return;
    }
    if (!broken && any(view, is_not_verified)) {
        text_buffer_string(out, " Not verified: ");
        push_names(out, view, is_not_verified);
        text_buffer_char(out, '.');
    }
    push_counts_only(out, view);
    push_skipped(out, view);
}
