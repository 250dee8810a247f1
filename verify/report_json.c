/* report_json.c — the canonical form of a report. The schema is in README.md; keys come in a fixed
 * order, so that two reports can be compared as texts. SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include "novate/report.h"

#include <inttypes.h>
#include <string.h>

/* Begins a member or, without a name, an element: the comma is there unless it is the first. */
static void begin(struct text_buffer *out, const char *name)
{
    char last = out->size > 0 ? out->data[out->size - 1] : '{';
    if (last != '{' && last != '[') {
        text_buffer_char(out, ',');
    }
    if (name != NULL) {
        text_buffer_json(out, text_of(name));
        text_buffer_char(out, ':');
    }
}

static void put_string(struct text_buffer *out, const char *name, const char *value)
{
    begin(out, name);
    if (value == NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_json(out, text_of(value));
    }
}

static void put_count(struct text_buffer *out, const char *name, uint64_t value)
{
    begin(out, name);
    text_buffer_format(out, "%" PRIu64, value);
}

static void put_count_or_null(struct text_buffer *out, const char *name, bool known, uint64_t value)
{
    if (known) {
        put_count(out, name, value);
    } else {
        put_string(out, name, NULL);
    }
}

/* By milliseconds: the point of a printed double would depend on the locale. */
static void put_seconds(struct text_buffer *out, const char *name, double seconds)
{
    uint64_t ms = seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
    begin(out, name);
    text_buffer_format(out, "%" PRIu64 ".%03" PRIu64, ms / 1000, ms % 1000);
}

static void put_bool(struct text_buffer *out, const char *name, bool value)
{
    begin(out, name);
    text_buffer_string(out, value ? "true" : "false");
}

static void put_sum(struct text_buffer *out, const char *name, const struct digest *digest)
{
    char hex[HASH_HEX_SIZE];

    if (digest == NULL) {
        put_string(out, name, NULL);
        return;
    }
    hash_hex(digest->sum, hex);
    put_string(out, name, hex);
}

static void put_digest(struct text_buffer *out, const char *name, const struct digest *digest)
{
    begin(out, name);
    text_buffer_char(out, '{');
    put_count(out, "rows", digest->rows);
    put_sum(out, "sum", digest);
    text_buffer_char(out, '}');
}

/* The next counter of the group by name; counters are few and in no order. */
static const struct counter *next_counter(const struct counters *counters,
                                          const char *group,
                                          const char *after)
{
    const struct counter *next = NULL;
    for (int i = 0; i < counters->count; i++) {
        const struct counter *item = &counters->items[i];
        if (strcmp(item->group, group) == 0 && (after == NULL || strcmp(item->name, after) > 0) &&
            (next == NULL || strcmp(item->name, next->name) < 0)) {
            next = item;
        }
    }
    return next;
}

static void put_counters(struct text_buffer *out,
                         const char *name,
                         const struct counters *counters,
                         const char *group)
{
    begin(out, name);
    text_buffer_char(out, '{');
    const struct counter *item = next_counter(counters, group, NULL);
    for (; item != NULL; item = next_counter(counters, group, item->name)) {
        put_count(out, item->name, item->count);
    }
    text_buffer_char(out, '}');
}

/* {"NAME undecodable replaced": {"count": 3, "first": "persons.csv line 17 byte 0x4d2 (0x81)"}} */
static void put_repairs(struct text_buffer *out, const struct counters *counters)
{
    begin(out, "repaired");
    text_buffer_char(out, '{');
    const struct counter *item = next_counter(counters, "repair", NULL);
    for (; item != NULL; item = next_counter(counters, "repair", item->name)) {
        begin(out, item->name);
        text_buffer_char(out, '{');
        put_count(out, "count", item->count);
        put_string(out, "first", item->first);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, '}');
}

static void put_identity(struct text_buffer *out, const struct identity *identity)
{
    const struct tally *tally = identity->tally;

    begin(out, "identity");
    if (tally == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '{');
    put_bool(out, "closes", identity->closes);
    put_string(out, "counted_by", identity->loaded_known ? "load" : "verification");
    put_count(out, "source", tally->source.rows);
    put_count_or_null(out, "loaded", identity->loaded_known, identity->loaded);
    put_count_or_null(out, "present", identity->loaded_known, identity->present);
    put_counters(out, "filtered", &tally->counters, "filter");
    put_counters(out, "rejected", &tally->counters, "reject");
    begin(out, "digests");
    text_buffer_char(out, '{');
    put_digest(out, "source", &tally->source);
    put_digest(out, "passed", &tally->passed);
    put_digest(out, "filtered", &tally->filtered);
    put_digest(out, "rejected", &tally->rejected);
    put_digest(out, "loaded", &tally->loaded);
    text_buffer_string(out, "}}");
}

static void put_verification(struct text_buffer *out, const struct verify_result *result)
{
    begin(out, "verification");
    if (result == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '{');
    put_count(out, "source_rows", result->tally.source.rows);
    put_count(out, "mapped_rows", result->tally.passed.rows);
    put_count(out, "filtered", result->tally.filtered.rows);
    put_count(out, "rejected", result->tally.rejected.rows);
    put_count(out, "refused", result->refused);
    put_count(out, "buckets_reread", result->buckets_reread);
    text_buffer_char(out, '}');
}

static void put_names(struct text_buffer *out,
                      const char *name,
                      const char *const *names,
                      int count)
{
    begin(out, name);
    text_buffer_char(out, '[');
    for (int i = 0; i < count; i++) {
        put_string(out, NULL, names[i]);
    }
    text_buffer_char(out, ']');
}

static void put_difference(struct text_buffer *out,
                           const struct report *report,
                           const struct difference *difference)
{
    begin(out, NULL);
    text_buffer_char(out, '{');
    if (report->show_keys && difference->key[0] == '[') {
        begin(out, "key");
        text_buffer_string(out, difference->key);
    } else if (report->show_keys) {
        put_string(out, "key", difference->key);
    } else {
        begin(out, "key");
        text_buffer_char(out, '"'); /* "#" and hexadecimal digits need no escapes */
        report_key(difference->key, report->key_salt, false, out);
        text_buffer_char(out, '"');
    }
    put_string(out, "kind", difference_kind_text(difference->kind));
    put_names(out, "columns", difference->columns, difference->column_count);
    text_buffer_char(out, '}');
}

static void put_differences(struct text_buffer *out,
                            const struct report *report,
                            const struct verify_result *result)
{
    begin(out, "differences");
    text_buffer_char(out, '[');
    for (int i = 0; result != NULL && i < result->difference_count; i++) {
        put_difference(out, report, &result->differences[i]);
    }
    text_buffer_char(out, ']');
}

static void put_reason(struct text_buffer *out,
                       const struct report_entity *entity,
                       const struct identity *identity)
{
    if (identity->closes) {
        put_string(out, "reason", entity->not_verified_reason);
        return;
    }
    int64_t gap = identity_gap(identity);
    begin(out, "reason");
    if (gap > 0) {
        text_buffer_format(out,
                           "\"the identity does not close: %" PRId64
                           " source records are unaccounted for\"",
                           gap);
    } else if (gap < 0) {
        text_buffer_format(out,
                           "\"the identity does not close: %" PRIu64
                           " records more are accounted for than the source has\"",
                           0 - (uint64_t)gap);
    } else {
        text_buffer_string(out,
                           "\"the identity does not close: the counts agree, the digests of "
                           "the records do not\"");
    }
}

static void put_counts(struct text_buffer *out,
                       const struct identity *identity,
                       const struct verify_result *result)
{
    const struct tally *tally = identity->tally;
    bool counted = tally != NULL;
    bool compared = result != NULL;

    put_count_or_null(out, "source_rows", counted, counted ? tally->source.rows : 0);
    put_count_or_null(out, "filtered", counted, counted ? tally->filtered.rows : 0);
    put_count_or_null(out, "rejected", counted, counted ? tally->rejected.rows : 0);
    put_count_or_null(out, "loaded", identity->loaded_known, identity->loaded);
    put_count_or_null(out, "present", identity->loaded_known, identity->present);
    put_count_or_null(out, "equal", compared, compared ? result->equal : 0);
    put_count_or_null(out, "not_equal", compared, compared ? result->not_equal : 0);
    put_count_or_null(out, "missing_target", compared, compared ? result->missing_target : 0);
    put_count_or_null(out, "missing_source", compared, compared ? result->missing_source : 0);
    put_sum(out, "source_digest", compared ? &result->source_digest : NULL);
    put_sum(out, "target_digest", compared ? &result->target_digest : NULL);
}

static void put_entity(struct text_buffer *out,
                       const struct report *report,
                       const struct report_entity *entity)
{
    struct identity identity = identity_of(entity);
    const struct verify_result *result = entity->verified ? entity->verification : NULL;
    const struct counters none = {.count = 0};
    const struct counters *counters = identity.tally == NULL ? &none : &identity.tally->counters;

    begin(out, NULL);
    text_buffer_char(out, '{');
    put_string(out, "entity", entity->entity);
    put_string(out, "verdict", verdict_text(identity_verdict(entity)));
    put_reason(out, entity, &identity);
    put_string(out, "source", entity->source);
    put_string(out, "target_table", entity->target_table);
    put_string(out, "mapping_digest", entity->mapping_digest);
    put_string(out, "consistency", entity->consistency);
    put_seconds(out, "seconds", entity->seconds);
    put_counts(out, &identity, result);
    put_identity(out, &identity);
    put_verification(out, result);
    put_counters(out, "notes", counters, "note");
    put_repairs(out, counters);
    begin(out, "files");
    text_buffer_string(out, entity->files == NULL ? "[]" : entity->files);
    put_names(out, "not_compared", entity->not_compared, entity->not_compared_count);
    put_differences(out, report, result);
    text_buffer_char(out, '}');
}

/* The caller's verdict, but never better than the entities allow. */
static enum verdict overall(const struct report *report)
{
    bool closes = true;
    for (int i = 0; i < report->entity_count; i++) {
        closes = closes && identity_of(&report->entities[i]).closes;
    }
    bool doubtful = report->verdict == VERDICT_VERIFIED && !closes;
    return doubtful ? VERDICT_NOT_VERIFIED : report->verdict;
}

bool report_json(const struct report *report, struct text_buffer *out, struct error *error)
{
    text_buffer_char(out, '{');
    put_count(out, "novate_report", 1);
    put_string(out, "migration", report->migration);
    begin(out, "run");
    text_buffer_format(out, "%" PRId64, report->run);
    put_string(out, "kind", report->kind);
    put_string(out, "verdict", verdict_text(overall(report)));
    put_string(out, "started_at", report->started_at);
    put_string(out, "finished_at", report->finished_at);
    put_string(out, "tool_version", report->tool_version);
    put_string(out, "plan_digest", report->plan_digest);
    put_string(out, "source", report->source_description);
    put_string(out, "target", report->target_description);
    put_string(out, "host", report->host);
    put_string(out, "operator", report->operator_name);
    put_bool(out, "verification_skipped", report->verification_skipped);
    put_bool(out, "keys_shown", report->show_keys);
    put_string(out, "hash", "xxh3-128");
    put_count(out, "canonical_encoding", 1);
    begin(out, "entities");
    text_buffer_char(out, '[');
    for (int i = 0; i < report->entity_count; i++) {
        put_entity(out, report, &report->entities[i]);
    }
    text_buffer_string(out, "]}\n");
    return text_buffer_check(out, error);
}
