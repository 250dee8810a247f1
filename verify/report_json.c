/* report_json.c — the canonical form of a report. The schema is in README.md; keys come in a fixed
 * order, so that two reports can be compared as texts. SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"
#include "report_columns.h"
#include "report_cross.h"
#include "report_samples.h"
#include "seal.h"

#include "novate/report.h"

#include <inttypes.h>
#include <string.h>

static void put_count_or_null(struct text_buffer *out, const char *name, bool known, uint64_t value)
{
    if (known) {
        text_buffer_member_count(out, name, value);
    } else {
        text_buffer_member_text(out, name, NULL);
    }
}

/* By milliseconds: the point of a printed double would depend on the locale. */
static void put_seconds(struct text_buffer *out, const char *name, double seconds)
{
    uint64_t ms = seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
    text_buffer_member(out, name);
    text_buffer_format(out, "%" PRIu64 ".%03" PRIu64, ms / 1000, ms % 1000);
}

static void put_sum(struct text_buffer *out, const char *name, const struct digest *digest)
{
    char hex[HASH_HEX_SIZE];

    if (digest == NULL) {
        text_buffer_member_text(out, name, NULL);
        return;
    }
    hash_hex(digest->sum, hex);
    text_buffer_member_text(out, name, hex);
}

static void put_digest(struct text_buffer *out, const char *name, const struct digest *digest)
{
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "rows", digest->rows);
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
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    const struct counter *item = next_counter(counters, group, NULL);
    for (; item != NULL; item = next_counter(counters, group, item->name)) {
        text_buffer_member_count(out, item->name, item->count);
    }
    text_buffer_char(out, '}');
}

/* {"NAME undecodable replaced": {"count": 3, "first": "persons.csv line 17 byte 0x4d2 (0x81)"}} */
static void put_repairs(struct text_buffer *out, const struct counters *counters)
{
    text_buffer_member(out, "repaired");
    text_buffer_char(out, '{');
    const struct counter *item = next_counter(counters, "repair", NULL);
    for (; item != NULL; item = next_counter(counters, "repair", item->name)) {
        text_buffer_member(out, item->name);
        text_buffer_char(out, '{');
        text_buffer_member_count(out, "count", item->count);
        text_buffer_member_text(out, "first", item->first);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, '}');
}

static void put_identity(struct text_buffer *out, const struct identity *identity)
{
    const struct tally *tally = identity->tally;

    text_buffer_member(out, "identity");
    if (tally == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '{');
    text_buffer_member_bool(out, "closes", identity->closes);
    text_buffer_member_text(out, "counted_by", identity->counted_by);
    text_buffer_member_count(out, "source", tally->source.rows);
    text_buffer_member_count(out, "emitted", tally->emitted.rows);
    put_count_or_null(out, "loaded", identity->loaded_known, identity->loaded);
    put_count_or_null(out, "present", identity->loaded_known, identity->present);
    put_counters(out, "merged", &tally->counters, "merge");
    put_counters(out, "filtered", &tally->counters, "filter");
    put_counters(out, "rejected", &tally->counters, "reject");
    text_buffer_member(out, "digests");
    text_buffer_char(out, '{');
    put_digest(out, "source", &tally->source);
    put_digest(out, "emitted", &tally->emitted);
    put_digest(out, "passed", &tally->passed);
    put_digest(out, "filtered", &tally->filtered);
    put_digest(out, "rejected", &tally->rejected);
    put_digest(out, "merged", &tally->merged);
    put_digest(out, "loaded", &tally->loaded);
    text_buffer_string(out, "}}");
}

static void put_verification(struct text_buffer *out,
                             const struct report_entity *entity,
                             const struct verify_result *result)
{
    text_buffer_member(out, "verification");
    if (result == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "level", verify_level_text(result->level));
    text_buffer_member_count(out, "source_rows", result->tally.source.rows);
    text_buffer_member_count(out, "mapped_rows", result->tally.passed.rows);
    text_buffer_member_count(out, "filtered", result->tally.filtered.rows);
    text_buffer_member_count(out, "rejected", result->tally.rejected.rows);
    text_buffer_member_count(out, "refused", result->refused);
    text_buffer_member_count(out, "buckets_reread", result->buckets_reread);
    text_buffer_member_count(out, "resumed_chunks", (uint64_t)result->resumed_chunks);
    text_buffer_member_count(out, "resumed_buckets", result->resumed_buckets);
    text_buffer_member_text(
        out, "resumed_from", result->resumed_chunks > 0 ? result->resumed_from : NULL);
    text_buffer_member_count(out, "within_tolerance", result->within_tolerance);
    text_buffer_member_count(out, "confirm_after_s", entity->confirm_after_s);
    text_buffer_member_count(out, "in_flight", result->in_flight);
    text_buffer_member_count(out, "settled", result->settled);
    text_buffer_char(out, '}');
}

static void put_difference(struct text_buffer *out,
                           const struct report *report,
                           const struct difference *difference)
{
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    report_put_key(out, report, difference->key);
    text_buffer_member_text(out, "kind", difference_kind_text(difference->kind));
    report_put_names(out, "columns", difference->columns, difference->column_count);
    text_buffer_char(out, '}');
}

static void put_differences(struct text_buffer *out,
                            const struct report *report,
                            const struct verify_result *result)
{
    text_buffer_member(out, "differences");
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
        text_buffer_member_text(out, "reason", entity->not_verified_reason);
        return;
    }
    int64_t gap = identity_gap(identity);
    text_buffer_member(out, "reason");
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
    } else if (!identity->stored) {
        text_buffer_string(out,
                           "\"the identity does not close: not every loaded row was inserted, "
                           "updated or unchanged\"");
    } else {
        text_buffer_string(out,
                           "\"the identity does not close: the counts agree, the digests of "
                           "the records do not\"");
    }
}

/* What became of the rows that were loaded. */
static void put_stored(struct text_buffer *out, const struct identity *identity)
{
    bool known = identity->loaded_known;
    const struct tally *tally = identity->tally;
    put_count_or_null(out, "inserted", known, known ? tally->inserted : 0);
    put_count_or_null(out, "updated", known, known ? tally->updated : 0);
    put_count_or_null(out, "unchanged", known, known ? tally->unchanged : 0);
}

static void put_counts(struct text_buffer *out,
                       const struct identity *identity,
                       const struct verify_result *result)
{
    const struct tally *tally = identity->tally;
    bool counted = tally != NULL;
    bool compared = result != NULL;

    put_count_or_null(out, "source_rows", counted, counted ? tally->source.rows : 0);
    put_count_or_null(out, "emitted", counted, counted ? tally->emitted.rows : 0);
    put_count_or_null(out, "filtered", counted, counted ? tally->filtered.rows : 0);
    put_count_or_null(out, "rejected", counted, counted ? tally->rejected.rows : 0);
    put_count_or_null(out, "merged", counted, counted ? tally->merged.rows : 0);
    put_count_or_null(out, "loaded", identity->loaded_known, identity->loaded);
    put_count_or_null(out, "present", identity->loaded_known, identity->present);
    put_stored(out, identity);
    put_count_or_null(out, "equal", compared, compared ? result->equal : 0);
    put_count_or_null(out, "not_equal", compared, compared ? result->not_equal : 0);
    put_count_or_null(out, "missing_target", compared, compared ? result->missing_target : 0);
    put_count_or_null(out, "missing_source", compared, compared ? result->missing_source : 0);
    bool hashed = compared && result->level != VERIFY_COUNTS;
    put_sum(out, "source_digest", hashed ? &result->source_digest : NULL);
    put_sum(out, "target_digest", hashed ? &result->target_digest : NULL);
}

/* What has become of rejects. */
static void put_rejects(struct text_buffer *out, const struct report_entity *entity)
{
    text_buffer_member(out, "rejects");
    if (!entity->rejects_known) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "open", entity->rejects_open);
    text_buffer_member_count(out, "closed", entity->rejects_closed);
    text_buffer_member_count(out, "retried", entity->rejects_retried);
    text_buffer_char(out, '}');
}

static void put_entity(struct text_buffer *out,
                       const struct report *report,
                       const struct report_entity *entity)
{
    struct identity identity = identity_of(entity);
    const struct verify_result *result = entity->verified ? entity->verification : NULL;
    const struct counters none = {.count = 0};
    const struct counters *counters = identity.tally == NULL ? &none : &identity.tally->counters;

    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "entity", entity->entity);
    text_buffer_member_text(out, "verdict", verdict_text(identity_verdict(entity)));
    put_reason(out, entity, &identity);
    text_buffer_member_text(out, "source", entity->source);
    text_buffer_member_text(out, "target_table", entity->target_table);
    text_buffer_member_text(out, "mode", load_mode_text(entity->mode));
    text_buffer_member_text(out, "mapping_digest", entity->mapping_digest);
    text_buffer_member_text(out, "loaded_with", entity->loaded_with);
    text_buffer_member_text(out, "consistency", entity->consistency);
    put_seconds(out, "seconds", entity->seconds);
    put_counts(out, &identity, result);
    put_identity(out, &identity);
    put_rejects(out, entity);
    put_verification(out, entity, result);
    report_cross_json(report, entity->cross, out);
    put_counters(out, "notes", counters, "note");
    put_repairs(out, counters);
    text_buffer_member(out, "files");
    text_buffer_string(out, entity->files == NULL ? "[]" : entity->files);
    report_put_names(out, "not_compared", entity->not_compared, entity->not_compared_count);
    text_buffer_member_text(out, "scope", entity->scope);
    report_put_skipped(out, entity);
    put_differences(out, report, result);
    report_put_in_flight(out, report, result);
    report_put_columns(out, report, result);
    report_put_codes(out, entity);
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

static void put_head(struct text_buffer *out, const struct report *report)
{
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "novate_report", 1);
    text_buffer_member_text(out, "migration", report->migration);
    text_buffer_member(out, "run");
    text_buffer_format(out, "%" PRId64, report->run);
    text_buffer_member_text(out, "kind", report->kind);
    text_buffer_member_text(out, "verdict", verdict_text(overall(report)));
    text_buffer_member_text(out, "started_at", report->started_at);
    text_buffer_member_text(out, "finished_at", report->finished_at);
    text_buffer_member_text(out, "tool_version", report->tool_version);
    text_buffer_member_text(out, "plan_digest", report->plan_digest);
    text_buffer_member_text(out, "source", report->source_description);
    text_buffer_member_text(out, "target", report->target_description);
    text_buffer_member_text(out, "host", report->host);
    text_buffer_member_text(out, "operator", report->operator_name);
    text_buffer_member_bool(out, "verification_skipped", report->verification_skipped);
    text_buffer_member_bool(out, "keys_shown", report->show_keys);
    text_buffer_member_text(out, "hash", "xxh3-128");
    text_buffer_member_count(out, "canonical_encoding", 1);
    text_buffer_member(out, "entities");
    text_buffer_char(out, '[');
}

static void put_history(struct text_buffer *out, const struct report *report)
{
    text_buffer_member(out, "history");
    text_buffer_string(out, report->history == NULL ? "[]" : report->history);
    text_buffer_member_count(out, "history_before", report->history_before);
}

bool report_json(const struct report *report, struct text_buffer *out, struct error *error)
{
    struct seal seal;
    seal_init(&seal, out);
    put_head(out, report);
    seal_part(&seal, "head", NULL);
    for (int i = 0; i < report->entity_count; i++) {
        put_entity(out, report, &report->entities[i]);
        seal_part(&seal, "entity", report->entities[i].entity);
    }
    text_buffer_char(out, ']');
    put_history(out, report);
    report_samples_json(report, out);
    seal_part(&seal, "history", NULL);
    if (report->target_state != NULL) {
        text_buffer_member(out, "target_state");
        text_buffer_string(out, report->target_state);
        seal_part(&seal, "target state", NULL);
    }
    bool ok = seal_push(&seal, &report->links, out, error) && text_buffer_check(out, error);
    seal_release(&seal);
    return ok;
}
