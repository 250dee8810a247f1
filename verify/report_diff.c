/* report_diff.c — what became otherwise between two reports: counts by rule, digests, timings.
 *
 * Only what differs is said, and that nothing does. SPDX-License-Identifier: Apache-2.0 */
#include "report_view.h"

#include "novate/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    NAME_WIDTH = 30,
    LINE_BYTES_MAX = 1 << 20
};

/* Members of an object in both reports, and where the lines go. */
struct pair {
    const json_t *from;
    const json_t *to;
    const char *title; /* said before the first line; "": it was */
    struct text_buffer *out;
    bool differs;
};

static void begin_line(struct pair *pair, const char *name)
{
    if (pair->title[0] != '\0') {
        text_buffer_format(pair->out, "%s\n", pair->title);
        pair->title = "";
    }
    pair->differs = true;
    text_buffer_format(pair->out, "  %-*s ", NAME_WIDTH, name);
}

static void compare_text(struct pair *pair, const char *member, const char *name)
{
    const char *from = view_text(pair->from, member);
    const char *to = view_text(pair->to, member);
    if (strcmp(from, to) != 0) {
        begin_line(pair, name);
        text_buffer_format(pair->out,
                           "%s → %s\n",
                           from[0] == '\0' ? "nothing" : from,
                           to[0] == '\0' ? "nothing" : to);
    }
}

static void push_change(
    struct pair *pair, const char *name, bool from_known, uint64_t from, bool to_known, uint64_t to)
{
    if (from_known == to_known && from == to) {
        return;
    }
    begin_line(pair, name);
    push_count(pair->out, from_known, from);
    text_buffer_string(pair->out, " → ");
    push_count(pair->out, to_known, to);
    if (from_known && to_known) {
        text_buffer_format(pair->out, " (%c", to > from ? '+' : '-');
        push_count(pair->out, true, to > from ? to - from : from - to);
        text_buffer_char(pair->out, ')');
    }
    text_buffer_char(pair->out, '\n');
}

static void compare_count(struct pair *pair, const char *member, const char *name)
{
    uint64_t from = 0;
    uint64_t to = 0;
    bool from_known = view_count(pair->from, member, &from);
    bool to_known = view_count(pair->to, member, &to);
    push_change(pair, name, from_known, from, to_known, to);
}

/* A rule that is not there counted nothing. What repaired has is an object with a count. */
static uint64_t count_of(const json_t *rules, const char *rule)
{
    const json_t *value = json_object_get(rules, rule);
    uint64_t count = 0;
    if (json_is_integer(value)) {
        count = (uint64_t)json_integer_value(value);
    } else {
        (void)view_count(value, "count", &count);
    }
    return count;
}

static void compare_rule(
    struct pair *pair, const json_t *from, const json_t *to, const char *what, const char *rule)
{
    struct text_buffer name;
    text_buffer_init(&name, LINE_BYTES_MAX);
    text_buffer_format(&name, "%s %s", what, rule);
    if (!name.failed) {
        push_change(pair, name.data, true, count_of(from, rule), true, count_of(to, rule));
    }
    pair->out->failed = pair->out->failed || name.failed;
    text_buffer_release(&name);
}

/* Counts by rule: those of the first report, then those that only the second has. */
static void compare_rules(struct pair *pair, const json_t *from, const json_t *to, const char *what)
{
    const char *rule = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)from, rule, value)
    {
        compare_rule(pair, from, to, what, rule);
    }
    json_object_foreach((json_t *)(uintptr_t)to, rule, value)
    {
        if (json_object_get(from, rule) == NULL) {
            compare_rule(pair, from, to, what, rule);
        }
    }
}

/* Names of a list, or columns of a list of objects; "nothing" for none. */
static void push_list(struct pair *pair, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        text_buffer_format(pair->out,
                           "%s%s",
                           i == 0 ? "" : ", ",
                           json_is_string(item) ? json_string_value(item)
                                                : view_text(item, "column"));
    }
    if (json_array_size(list) == 0) {
        text_buffer_string(pair->out, "nothing");
    }
}

/* What is not compared: a list that is not there is empty. */
static void compare_lists(struct pair *pair, const char *member, const char *name)
{
    const json_t *from = json_object_get(pair->from, member);
    const json_t *to = json_object_get(pair->to, member);
    bool none = json_array_size(from) + json_array_size(to) == 0;
    if (!none && !json_equal(from, to)) {
        begin_line(pair, name);
        push_list(pair, from);
        text_buffer_string(pair->out, " → ");
        push_list(pair, to);
        text_buffer_char(pair->out, '\n');
    }
}

/* Members of the verification: one that is left out differs in nothing of its own. */
static void compare_verification(struct pair *pair)
{
    struct pair inner = *pair;
    inner.from = json_object_get(pair->from, "verification");
    inner.to = json_object_get(pair->to, "verification");
    compare_text(&inner, "level", "level of comparison");
    compare_count(&inner, "within_tolerance", "equal within tolerance");
    compare_count(&inner, "in_flight", "in flight");
    pair->title = inner.title;
    pair->differs = inner.differs;
}

/* A list of codes as counts by code; NULL: memory. */
static json_t *counts_of(const json_t *list, const char *member)
{
    json_t *counts = json_object();
    for (size_t i = 0; counts != NULL && i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        json_t *rows = json_incref(json_object_get(item, member));
        bool none = json_is_null(json_object_get(item, "code"));
        const char *code = none ? "NULL" : view_text(item, "code");
        if (json_object_set_new_nocheck(counts, code, rows) != 0) {
            json_decref(counts);
            counts = NULL;
        }
    }
    return counts;
}

static void compare_codes_of(struct pair *pair,
                             const json_t *from,
                             const json_t *to,
                             const char *member,
                             const char *rows,
                             const char *words)
{
    json_t *first = counts_of(json_object_get(from, member), rows);
    json_t *second = counts_of(json_object_get(to, member), rows);
    char what[256];
    (void)snprintf(what, sizeof what, "%s %s", view_text(from, "column"), words);
    pair->out->failed = pair->out->failed || first == NULL || second == NULL;
    compare_rules(pair, first, second, what);
    json_decref(first);
    json_decref(second);
}

/* How codes are distributed, of columns of which both reports say so. */
static void compare_codes(struct pair *pair)
{
    const json_t *from = json_object_get(pair->from, "codes");
    const json_t *to = json_object_get(pair->to, "codes");
    for (size_t i = 0; i < json_array_size(from); i++) {
        const json_t *first = json_array_get(from, i);
        for (size_t at = 0; at < json_array_size(to); at++) {
            const json_t *second = json_array_get(to, at);
            if (strcmp(view_text(first, "column"), view_text(second, "column")) == 0) {
                compare_codes_of(pair, first, second, "before", "rows", "before mapping:");
                compare_codes_of(pair, first, second, "after", "target_rows", "in the target:");
            }
        }
    }
}

static void compare_seconds(struct pair *pair)
{
    double from = json_number_value(json_object_get(pair->from, "seconds"));
    double to = json_number_value(json_object_get(pair->to, "seconds"));
    if (pair->differs) { /* by itself no two runs take the same time */
        begin_line(pair, "seconds");
        text_buffer_format(pair->out, "%.1f → %.1f\n", from, to);
    }
}

static void compare_entity(struct pair *pair)
{
    static const char *const texts[][2] = {
        {"verdict", "verdict"},
        {"source", "source"},
        {"target_table", "target table"},
        {"mode", "mode"},
        {"scope", "scope in the table"},
        {"mapping_digest", "digest of the mapping"},
        {"source_digest", "digest of the source"},
        {"target_digest", "digest of the target"},
    };
    static const char *const counts[][2] = {
        {"source_rows", "records of the source"},
        {"emitted", "emitted"},
        {"loaded", "loaded"},
        {"present", "already present"},
        {"inserted", "inserted"},
        {"updated", "updated"},
        {"unchanged", "unchanged"},
        {"filtered", "filtered"},
        {"rejected", "rejected"},
        {"merged", "merged"},
        {"equal", "equal"},
        {"not_equal", "not equal"},
        {"missing_target", "missing in target"},
        {"missing_source", "not in source"},
    };
    const json_t *from = json_object_get(pair->from, "identity");
    const json_t *to = json_object_get(pair->to, "identity");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        compare_text(pair, texts[i][0], texts[i][1]);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        compare_count(pair, counts[i][0], counts[i][1]);
    }
    compare_rules(
        pair, json_object_get(from, "filtered"), json_object_get(to, "filtered"), "filtered:");
    compare_rules(
        pair, json_object_get(from, "rejected"), json_object_get(to, "rejected"), "rejected:");
    compare_rules(pair, json_object_get(from, "merged"), json_object_get(to, "merged"), "merged:");
    compare_rules(
        pair, json_object_get(pair->from, "notes"), json_object_get(pair->to, "notes"), "noted:");
    compare_rules(pair,
                  json_object_get(pair->from, "repaired"),
                  json_object_get(pair->to, "repaired"),
                  "repaired:");
    compare_lists(pair, "skipped", "declared not to be compared");
    compare_lists(pair, "not_compared", "filled by no rule");
    compare_verification(pair);
    compare_codes(pair);
    compare_seconds(pair);
}

static const json_t *find_entity(const struct report_view *view, const char *name)
{
    for (size_t i = 0; i < view->entity_count; i++) {
        if (strcmp(view_text(view_entity(view, i), "entity"), name) == 0) {
            return view_entity(view, i);
        }
    }
    return NULL;
}

static void push_side(const char *label, const struct report_view *view, struct text_buffer *out)
{
    uint64_t run = 0;
    bool known = view_count(view->root, "run", &run);
    text_buffer_format(out,
                       "%-7s%s of \"%s\", run ",
                       label,
                       view_text(view->root, "kind"),
                       view_text(view->root, "migration"));
    push_count(out, known, run);
    text_buffer_string(out, ", finished ");
    push_time(out, view_text(view->root, "finished_at"));
    text_buffer_format(out, ": %s\n", verdict_words(view_text(view->root, "verdict")));
}

static bool compare_runs(const struct report_view *from,
                         const struct report_view *to,
                         struct text_buffer *out)
{
    static const char *const texts[][2] = {
        {"migration", "migration"},
        {"kind", "kind"},
        {"verdict", "verdict"},
        {"plan_digest", "digest of the plan"},
        {"source", "source"},
        {"target", "target"},
        {"tool_version", "novate"},
        {"host", "host"},
        {"operator", "operator"},
    };
    struct pair pair = {.from = from->root, .to = to->root, .title = "run", .out = out};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        compare_text(&pair, texts[i][0], texts[i][1]);
    }
    return pair.differs;
}

static bool compare_entities(const struct report_view *from,
                             const struct report_view *to,
                             struct text_buffer *out)
{
    bool differs = false;
    for (size_t i = 0; i < from->entity_count; i++) {
        const json_t *entity = view_entity(from, i);
        const char *name = view_text(entity, "entity");
        char title[256];
        (void)snprintf(title, sizeof title, "entity %s", name);
        struct pair pair = {
            .from = entity, .to = find_entity(to, name), .title = title, .out = out};
        if (pair.to == NULL) {
            text_buffer_format(out, "entity %s\n  is in the first report only\n", name);
            pair.differs = true;
        } else {
            compare_entity(&pair);
        }
        differs = differs || pair.differs;
    }
    for (size_t i = 0; i < to->entity_count; i++) {
        const char *name = view_text(view_entity(to, i), "entity");
        if (find_entity(from, name) == NULL) {
            text_buffer_format(out, "entity %s\n  is in the second report only\n", name);
            differs = true;
        }
    }
    return differs;
}

bool report_diff(const char *from, const char *to, struct text_buffer *out, struct error *error)
{
    struct report_view first;
    struct report_view second;
    if (!report_view_open(&first, from, error)) {
        return error_context(error, "reading the first report");
    }
    if (!report_view_open(&second, to, error)) {
        report_view_close(&first);
        return error_context(error, "reading the second report");
    }
    push_side("from:", &first, out);
    push_side("to:", &second, out);
    bool runs = compare_runs(&first, &second, out);
    bool entities = compare_entities(&first, &second, out);
    if (!runs && !entities) {
        text_buffer_string(out, "nothing else differs\n");
    }
    report_view_close(&first);
    report_view_close(&second);
    return text_buffer_check(out, error);
}
