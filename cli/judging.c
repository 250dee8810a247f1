/* judging.c — the contract is in judging.h. SPDX-License-Identifier: Apache-2.0 */
#include "judging.h"

#include "crossing.h"

#include <inttypes.h>
#include <string.h>

static const char counts_only[] = "rows were counted, values were not compared (--level counts)";

static int skipped_columns(const struct entity *entity)
{
    int count = 0;
    for (int index = 0; index < entity->mapping->compare_count; index++) {
        count += entity->mapping->compare[index].reason != NULL ? 1 : 0;
    }
    return count;
}

/* What the rows say, if everything is loaded and accounted for. */
static bool concluded(const struct entity *entity)
{
    return entity->verification != NULL && !entity->incomplete &&
           (!entity->load_known || tally_closes(&entity->load));
}

/* Rows of an insert are in the target once each: as many as were loaded or there already. */
static bool rows_disagree(const struct report_entity *out)
{
    const struct verify_result *result = out->verification;
    return out->loaded_known && !out->dry_run && out->mode == LOAD_INSERT && result != NULL &&
           result->verdict == VERDICT_VERIFIED &&
           out->load.loaded.rows + out->present_rows != result->equal;
}

static bool rejects_disagree(const struct report_entity *out)
{
    return out->rejects_known && out->rejects_open + out->rejects_closed != out->load.rejected.rows;
}

/* Records that the mapping rejects now and did not when they were loaded, or that came since: they
 * are neither in the target nor among the rejects. Another mapping may well reject others. */
static uint64_t rejected_since(const struct entity *entity, const struct report_entity *out)
{
    const struct verify_result *result = out->verification;
    if (!out->rejects_known || result == NULL || out->loaded_with != NULL) {
        return 0;
    }
    uint64_t now = result->tally.rejected.rows + (uint64_t)entity->refused;
    return now > out->load.rejected.rows ? now - out->load.rejected.rows : 0;
}

bool judging_ledger(struct job *job,
                    const struct entity *entity,
                    struct report_entity *out,
                    struct error *error)
{
    uint64_t unknown = rejected_since(entity, out);
    const char *reason = NULL;
    if (out->verdict != VERDICT_VERIFIED && out->not_verified_reason != counts_only) {
        return true;
    }
    if (rejects_disagree(out)) {
        reason = arena_format(&job->arena,
                              "the ledger lists %" PRIu64 " rejects, and counts %" PRIu64,
                              out->rejects_open + out->rejects_closed,
                              out->load.rejected.rows);
    } else if (rows_disagree(out)) {
        reason = arena_format(&job->arena,
                              "the ledger says that %" PRIu64 " rows are in the target, which has "
                              "%" PRIu64,
                              out->load.loaded.rows + out->present_rows,
                              out->verification->equal);
    } else if (unknown > 0) {
        reason = arena_format(&job->arena,
                              "the mapping rejects %" PRIu64 " more than when it was loaded: the "
                              "source or a lookup has changed since",
                              unknown);
    } else {
        return true;
    }
    out->verdict = VERDICT_NOT_VERIFIED;
    out->not_verified_reason = reason;
    return reason != NULL || error_set_memory(error);
}

enum verdict judging_verdict(const struct entity *entity, const struct error *stop)
{
    if (stop->code == ERROR_REJECTS) {
        return VERDICT_REJECTS;
    }
    if (!concluded(entity)) {
        return VERDICT_NOT_VERIFIED;
    }
    const struct verify_result *result = entity->verification;
    bool partly = result->level == VERIFY_COUNTS || skipped_columns(entity) > 0;
    bool doubtful = result->verdict == VERDICT_VERIFIED && partly;
    return crossing_verdict(entity, doubtful ? VERDICT_NOT_VERIFIED : result->verdict);
}

const char *judging_reason(struct job *job, const struct entity *entity, bool wanted)
{
    const struct verify_result *result = entity->verification;
    if (result == NULL) {
        return entity->not_verified_reason != NULL ? entity->not_verified_reason
               : !wanted                           ? "verification was not asked for"
               : entity->incomplete                ? "not everything is loaded"
                                                   : "the run ended before the verification";
    }
    if (entity->incomplete) {
        return "not everything is loaded";
    }
    if (result->in_flight > 0) {
        const char *reason = arena_format(
            &job->arena,
            "%" PRIu64 " %s while they were compared: verify again when the source is quiet",
            result->in_flight,
            result->in_flight == 1 ? "record changed" : "records changed");
        return reason == NULL ? "records changed while they were compared" : reason;
    }
    if (entity->cross != NULL && entity->cross->impossible) {
        return "the cross-check that was asked for was not possible";
    }
    if (result->level == VERIFY_COUNTS) {
        return counts_only;
    }
    int skipped = skipped_columns(entity);
    if (skipped == 0) {
        return NULL;
    }
    const char *reason = arena_format(&job->arena,
                                      "%d mapped %s not compared, as the mapping says",
                                      skipped,
                                      skipped == 1 ? "column was" : "columns were");
    return reason == NULL ? "mapped columns were not compared" : reason;
}

bool judging_skipped(struct job *job,
                     const struct entity *entity,
                     struct report_entity *out,
                     struct error *error)
{
    int count = skipped_columns(entity);
    struct report_skip *skipped = ARENA_ARRAY(&job->arena, struct report_skip, (size_t)count + 1);
    if (skipped == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < entity->mapping->compare_count; index++) {
        const struct compare_rule *rule = &entity->mapping->compare[index];
        if (rule->reason != NULL) {
            skipped[out->skipped_count++] =
                (struct report_skip){.column = rule->column, .reason = rule->reason};
        }
    }
    out->skipped = skipped;
    return true;
}

bool judging_counts_agree(const struct report *report)
{
    for (int index = 0; index < report->entity_count; index++) {
        const struct report_entity *entity = &report->entities[index];
        if (entity->not_verified_reason != counts_only || entity->skipped_count > 0 ||
            entity->verification->verdict != VERDICT_VERIFIED ||
            (entity->loaded_known && !tally_closes(&entity->load))) {
            return false;
        }
    }
    return report->entity_count > 0;
}
