/* finishing.c — the contract is in finishing.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "finishing.h"

#include "deferring.h"

#include "novate/deferral.h"
#include "novate/target_state.h"

#include <string.h>

enum {
    STATE_BYTES_MAX = 64 << 20,
    SPACES_MAX = 100 /* of a table: itself, its indexes, partitions */
};

/* Several entities may fill one table. */
static bool is_first_of_table(const struct job *job, int entity)
{
    for (int index = 0; index < entity; index++) {
        const struct target_table *before = job->entities[index].table;
        if (before != NULL && before->oid == job->entities[entity].table->oid) {
            return false;
        }
    }
    return true;
}

static void say_sequence(struct job *job,
                         const struct target_table *table,
                         const struct target_sequence *sequence,
                         bool set)
{
    if (set) {
        console_log(job->console,
                    LOG_INFO,
                    "sequence",
                    "sequence %s goes on after %s, the value furthest on in column \"%s\" of %s",
                    sequence->sequence,
                    sequence->furthest,
                    sequence->column,
                    table->quoted);
    } else if (!sequence->readable) {
        console_log(job->console,
                    LOG_WARNING,
                    "sequence",
                    "sequence %s of column \"%s\" cannot be looked at: grant SELECT on it",
                    sequence->sequence,
                    sequence->column);
    } else if (sequence->behind) {
        console_log(job->console,
                    LOG_WARNING,
                    "sequence",
                    "sequence %s is behind: it would give %s, column \"%s\" of %s holds %s%s",
                    sequence->sequence,
                    sequence->next,
                    sequence->column,
                    table->quoted,
                    sequence->furthest,
                    sequence->beyond      ? ", which is beyond its bounds"
                    : !sequence->settable ? "; this role has no UPDATE on it"
                                          : "; \"novate run\" sets it");
    }
}

static bool push_sequences(struct job *job,
                           const struct target_table *table,
                           bool sets,
                           struct text_buffer *json,
                           struct error *error)
{
    struct target_sequence *list = NULL;
    int count = 0;
    if (!target_sequences(job->target.control, table, &job->arena, &list, &count, error)) {
        return false;
    }
    text_buffer_member(json, "sequences");
    text_buffer_char(json, '[');
    for (int index = 0; index < count; index++) {
        const struct target_sequence *sequence = &list[index];
        bool set = sets && sequence->behind && !sequence->beyond && sequence->settable;
        if (set && !target_sequence_set(job->target.control, table, sequence, error)) {
            return false;
        }
        say_sequence(job, table, sequence, set);
        text_buffer_member(json, NULL);
        text_buffer_char(json, '{');
        text_buffer_member_text(json, "column", sequence->column);
        text_buffer_member_text(json, "sequence", sequence->sequence);
        text_buffer_member_text(json, "next", sequence->next);
        text_buffer_member_text(json, "furthest", sequence->furthest);
        text_buffer_member_text(json,
                                "state",
                                set                   ? "set"
                                : !sequence->readable ? "not known"
                                : sequence->behind    ? "behind"
                                                      : "ahead");
        text_buffer_char(json, '}');
    }
    text_buffer_char(json, ']');
    return true;
}

/* "analyzed", "vacuumed", or why it was not. */
static bool push_maintenance(struct job *job,
                             const struct entity *entity,
                             bool does,
                             struct text_buffer *json,
                             struct error *error)
{
    enum plan_maintenance wanted = job->plan.target.maintenance;
    const char *what = "not asked for";
    bool needs = false;
    for (int pass = 0; does && wanted != MAINTENANCE_NONE && pass < 2; pass++) {
        if (!target_needs_analyze(job->target.control,
                                  job->plan.migration,
                                  entity->mapping->entity,
                                  entity->table,
                                  &needs,
                                  error)) {
            return false;
        }
        if (!needs) {
            what = pass == 0                      ? "done before"
                   : wanted == MAINTENANCE_VACUUM ? "vacuumed"
                                                  : "analyzed";
            break;
        }
        what = "this role may not";
        if (pass == 0 &&
            !target_analyze(
                job->target.control, entity->table, wanted == MAINTENANCE_VACUUM, error)) {
            return false;
        }
    }
    if (does && needs && wanted != MAINTENANCE_NONE) {
        console_log(job->console,
                    LOG_WARNING,
                    "maintenance",
                    "%s is not analysed: this role may not; let its owner run ANALYZE",
                    entity->table->quoted);
    }
    text_buffer_member_text(json, "maintenance", what);
    return true;
}

static bool push_spaces(struct job *job,
                        const struct target_table *table,
                        struct text_buffer *json,
                        struct error *error)
{
    struct target_space *list = NULL;
    int count = 0;
    if (!target_spaces(
            job->target.control, table, SPACES_MAX, true, &job->arena, &list, &count, error)) {
        return false;
    }
    text_buffer_member(json, "space");
    text_buffer_char(json, '[');
    for (int index = 0; index < count; index++) {
        const struct target_space *space = &list[index];
        text_buffer_member(json, NULL);
        text_buffer_char(json, '{');
        text_buffer_member_text(json, "name", space->name);
        text_buffer_member_text(json, "kind", space->is_index ? "index" : "table");
        text_buffer_member_count(json, "bytes", space->bytes);
        text_buffer_member_count(json, "rows", space->rows);
        text_buffer_member_count(json, "dead_rows", space->dead_rows);
        text_buffer_member_count(json, "fillfactor", (uint64_t)space->fillfactor);
        text_buffer_member(json, "waste_percent");
        if (space->waste < 0) {
            text_buffer_string(json, "null");
        } else {
            text_buffer_format(json, "%.0f", 100 * space->waste);
        }
        text_buffer_member_text(json, "by", space->measured ? "pgstattuple" : "estimate");
        text_buffer_member_text(json, "advice", space->advice);
        text_buffer_char(json, '}');
        if (space->advice != NULL) {
            console_log(job->console,
                        LOG_WARNING,
                        "space",
                        "%s %s has %llu dead rows and %.0f%% waste: %s",
                        space->is_index ? "index" : "table",
                        space->name,
                        (unsigned long long)space->dead_rows,
                        space->waste < 0 ? 0 : 100 * space->waste,
                        space->advice);
        }
    }
    text_buffer_char(json, ']');
    return true;
}

static bool push_tables(struct job *job, bool does, struct text_buffer *json, struct error *error)
{
    text_buffer_member(json, "tables");
    text_buffer_char(json, '[');
    for (int index = 0; index < job->entity_count; index++) {
        const struct entity *entity = &job->entities[index];
        if (entity->table == NULL || !is_first_of_table(job, index)) {
            continue;
        }
        text_buffer_member(json, NULL);
        text_buffer_char(json, '{');
        text_buffer_member_text(json, "entity", entity->mapping->entity);
        text_buffer_member_text(json, "table", entity->table->quoted);
        if (!push_sequences(job, entity->table, does, json, error) ||
            !push_maintenance(job, entity, does, json, error) ||
            !push_spaces(job, entity->table, json, error)) {
            return error_context(
                error, "finishing the table of entity \"%s\"", entity->mapping->entity);
        }
        text_buffer_char(json, '}');
    }
    text_buffer_char(json, ']');
    return true;
}

static bool finish(struct job *job, bool does, struct error *error)
{
    struct text_buffer json;
    text_buffer_init(&json, STATE_BYTES_MAX);
    text_buffer_string(&json, "{\"deferred\":[");
    bool ok = does ? deferring_end(job, &json, error) : deferring_say(job, &json, error);
    text_buffer_char(&json, ']');
    ok = ok && push_tables(job, does, &json, error);
    text_buffer_char(&json, '}');
    ok = ok && text_buffer_check(&json, error);
    if (ok) {
        job->target_state = arena_copy(&job->arena, json.data, json.size);
        ok = job->target_state != NULL || error_set_memory(error);
    }
    text_buffer_release(&json);
    return ok;
}

bool finishing_run(struct job *job, struct error *error)
{
    /* A server counts the dead rows of a session when it ends, so not after they were vacuumed. */
    target_pool_empty(&job->target.pool);
    return finish(job, true, error);
}

bool finishing_look(struct job *job, struct error *error)
{
    return finish(job, false, error);
}

bool finishing_check(const struct job *job, struct error *error)
{
    if (job->deferred_left == 0) {
        return true;
    }
    error_set(error,
              ERROR_GATE,
              "%d index%s or constraint%s that was deferred could not be restored",
              job->deferred_left,
              job->deferred_left == 1 ? "" : "es",
              job->deferred_left == 1 ? "" : "s");
    return error_hint(error,
                      "Nothing is lost: novate.deferred in the target has the definitions. Mend "
                      "what is in the way, then \"novate load %s --finish\".",
                      job->options->plan);
}

static bool restore_only(struct job *job, struct error *error)
{
    struct text_buffer json;
    struct deferred *list = NULL;
    int count = 0;
    text_buffer_init(&json, STATE_BYTES_MAX);
    bool ok =
        job_lock(job, JOB_WORK_CREATE, error) && job_target(job, false, error) &&
        target_ledger_install(job->target.control, error) &&
        target_ledger_lock(job->target.control, job->plan.migration, error) &&
        deferral_list(job->target.control, job->plan.migration, &job->arena, &list, &count, error);
    if (ok && count == 0) {
        console_log(job->console, LOG_INFO, "restored", "nothing is deferred");
    }
    ok = ok && deferring_end(job, &json, error) && finishing_check(job, error);
    text_buffer_release(&json);
    return ok;
}

bool finishing_command(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    bool ok = job_open(&job, options, console, error) && restore_only(&job, error);
    job_close(&job);
    return ok;
}

bool finishing_push_space(struct job *job,
                          const struct target_table *table,
                          struct text_buffer *out,
                          struct error *error)
{
    struct target_space *list = NULL;
    int count = 0;
    if (!target_spaces(
            job->target.control, table, SPACES_MAX, false, &job->arena, &list, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        const struct target_space *space = &list[index];
        if (space->is_index && space->advice == NULL) {
            continue;
        }
        text_buffer_format(out,
                           "  space:   %s, %.1f MB, %llu dead rows, fillfactor %d",
                           space->name,
                           (double)space->bytes / 1e6,
                           (unsigned long long)space->dead_rows,
                           space->fillfactor);
        if (space->waste >= 0) {
            text_buffer_format(out, ", about %.0f%% waste", 100 * space->waste);
        }
        text_buffer_char(out, '\n');
        if (space->advice != NULL) {
            text_buffer_format(out, "           warning: %s\n", space->advice);
        }
    }
    return true;
}
