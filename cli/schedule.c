/* schedule.c — brings the entities of a job through a stage; carry_all() of carry.h.
 *
 * Without lanes to share, one entity after the other, in the order of the plan. Otherwise all are
 * planned first, so that it is known how large they are and that none of them is refused; then
 *
 *     the entity that has begun and has chunks that nobody has    gets the lane that is free
 *     the largest that need not wait for another                  begins, where there is none
 *
 * An entity waits for those whose rows its own refer to by a foreign key that is on, or whose rows
 * are asked about since one is off (novate/loader.h), and for earlier ones that fill the same table
 * or one that its lookups ask. One that fills what lookups of an earlier one ask does not begin
 * before that one, whatever foreign keys say: these lookups are read when it begins, and have what
 * they would have with one lane. All that is not a lane's work is done by the thread that called.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "carry_target.h"
#include "deferring.h"
#include "turns.h"

#include "novate/deferral.h"
#include "novate/target_facts.h"

struct schedule {
    struct job *job;
    const struct carry_stage *stage;
    const char *verb;
    atomic_uint_fast64_t rejects; /* of all entities without limits of their own */
    struct turns turns;
    struct carrying *carryings; /* by job->entities */
};

static bool check_cancel(const struct job *job, struct error *error)
{
    if (cancel_level(&job->cancel) == CANCEL_NONE) {
        return true;
    }
    error_set(error, ERROR_INTERRUPTED, "interrupted");
    return error_hint(error, "The same command resumes.");
}

/* Takes off what is deferred of the table of an entity that is to be loaded. */
static bool defer(struct schedule *schedule, const struct carrying *carrying, struct error *error)
{
    const struct flow_options *options = &carrying->options;
    return !schedule->stage->writes_target || options->dry_run || options->chunk_count == 0 ||
           deferring_begin(schedule->job, carrying->entity, error);
}

static bool finish(struct schedule *schedule, struct carrying *carrying, struct error *error)
{
    const struct carry_stage *stage = schedule->stage;
    return stage->finish == NULL || stage->finish(schedule->job, carrying, error);
}

/* One entity with all lanes; the last one is the thread that called. */
static bool carry_alone(struct schedule *schedule, struct entity *entity, struct error *error)
{
    struct job *job = schedule->job;
    const struct carry_stage *stage = schedule->stage;
    struct carrying carrying;
    struct showing showing;
    carry_begin(&carrying, entity, &schedule->rejects, &entity->progress);
    if (!check_cancel(job, error) || !stage->plan(job, &carrying, error)) {
        return false;
    }
    if (carrying.nothing) {
        return true;
    }
    if (!defer(schedule, &carrying, error) || !lookups_fill_late(job, entity, error) ||
        !stage->prepare(job, &carrying, error) ||
        !flow_create(job, &carrying.options, NULL, &carrying.flow, error)) {
        return false;
    }
    carrying.started = clock_seconds();
    int lanes = job_lanes(job, stage->reads_source ? entity : NULL, carrying.options.chunk_count);
    showing_open(&showing,
                 job,
                 schedule->verb,
                 entity->mapping->entity,
                 &entity->progress,
                 stage->reads_source ? job_pace(job, entity) : NULL,
                 carry_rows_expected(&carrying.options));
    for (int lane = 1; lane < lanes && flow_add_lane(carrying.flow); lane++) {
    }
    flow_be_lane(carrying.flow);
    bool ok = carry_flow_end(job, &carrying, schedule->verb, error);
    showing_close(&showing);
    return ok && finish(schedule, &carrying, error);
}

static void lane_ended(void *state)
{
    struct schedule *schedule = state;
    turns_lane_ended(&schedule->turns);
}

static int lanes_at_work(void *state, int index)
{
    const struct schedule *schedule = state;
    struct flow *flow = schedule->carryings[index].flow;
    return flow == NULL ? 0 : flow_lanes(flow);
}

/* Nothing is taken off any table before it is known that none is refused. */
static bool plan_all(struct schedule *schedule, struct error *error)
{
    struct job *job = schedule->job;
    bool ok = true;
    for (int index = 0; index < job->entity_count; index++) {
        struct carrying *carrying = &schedule->carryings[index];
        struct turn *turn = &schedule->turns.items[index];
        carry_begin(carrying, turn->entity, &schedule->rejects, &schedule->turns.progress);
        if (!check_cancel(job, error) || !schedule->stage->plan(job, carrying, error)) {
            return false;
        }
        (void)job_lanes(job,
                        schedule->stage->reads_source ? turn->entity : NULL,
                        carrying->options.chunk_count);
        uint64_t rows = carry_rows_expected(&carrying->options);
        turn->rows = rows > 0 ? rows : (uint64_t)carrying->options.chunk_count;
        turn->state = carrying->nothing ? TURN_DONE : TURN_WAITING;
        /* Records are grouped while nothing else goes on, since that takes memory, and a
         * connection. */
        turn->begins_alone =
            turn->entity->program != NULL && program_has_groups(turn->entity->program);
    }
    for (int index = 0; ok && index < job->entity_count; index++) {
        ok = defer(schedule, &schedule->carryings[index], error);
    }
    return ok;
}

/* Do lookups of the entity that are read when it begins ask what the other brings? */
static bool is_asked(const struct job *job, int index, int other)
{
    const bool *awaits = job->entities[index].awaits;
    return awaits != NULL && awaits[other];
}

/* Its rows are asked about those of the other, as a foreign key that is off is: the rows that are
 * there first are there by then. */
static bool asks(const struct entity *entity, const uint32_t *asked, int count, uint32_t oid)
{
    bool found = false;
    for (int at = 0; at < count; at++) {
        found = found || asked[at] == oid;
    }
    for (int at = 0; found && at < entity->filled_later_count; at++) {
        found = entity->filled_later[at] != oid;
    }
    return found;
}

/* What is deferred is off by now. */
static bool find_waits(struct schedule *schedule, struct error *error)
{
    struct job *job = schedule->job;
    for (int index = 0; index < job->entity_count; index++) {
        const struct target_table *table = job->entities[index].table;
        struct target_reference *references = NULL;
        uint32_t *asked = NULL;
        int count = 0;
        int asked_count = 0;
        if (!target_references(
                job->target.control, table, &job->arena, &references, &count, error) ||
            !deferral_asked(job->target.control, table, &job->arena, &asked, &asked_count, error)) {
            return false;
        }
        for (int other = 0; other < job->entity_count; other++) {
            uint32_t oid = job->entities[other].table->oid;
            bool *waits = &schedule->turns.waits[index * job->entity_count + other];
            bool late = is_asked(job, index, other);
            *waits = other < index && (oid == table->oid || late);
            if (other > index && late) {
                schedule->turns.follows[other * job->entity_count + index] = true;
                continue;
            }
            *waits = *waits || asks(&job->entities[index], asked, asked_count, oid);
            for (int at = 0; oid != table->oid && at < count; at++) {
                *waits = *waits ||
                         (references[at].to == oid && (!references[at].circular || other < index));
            }
        }
    }
    return true;
}

static bool begin(struct schedule *schedule, int index, struct error *error)
{
    struct carrying *carrying = &schedule->carryings[index];
    carrying->listener = (struct flow_listener){.state = schedule, .lane_ended = lane_ended};
    if (!lookups_fill_late(schedule->job, carrying->entity, error) ||
        !schedule->stage->prepare(schedule->job, carrying, error) ||
        !flow_create(
            schedule->job, &carrying->options, &carrying->listener, &carrying->flow, error)) {
        return false;
    }
    carrying->started = clock_seconds();
    schedule->turns.items[index].state = TURN_BEGUN;
    if (carrying->options.chunk_count > 0 && !flow_add_lane(carrying->flow)) {
        flow_be_lane(carrying->flow); /* no thread is to be had */
    }
    return true;
}

/* As many lanes as there is room for. */
static void add_lanes(struct schedule *schedule, int index)
{
    const struct carrying *carrying = &schedule->carryings[index];
    while (turns_has_room(&schedule->turns, carrying->entity) && flow_add_lane(carrying->flow)) {
    }
}

/* Gives every lane that is free to somebody. */
static bool give_lanes(struct schedule *schedule, struct error *error)
{
    for (int index = 0; index < schedule->turns.count; index++) {
        if (schedule->turns.items[index].state == TURN_BEGUN) {
            add_lanes(schedule, index);
        }
    }
    int next = turns_next(&schedule->turns);
    while (next >= 0) {
        if (!check_cancel(schedule->job, error) || !begin(schedule, next, error)) {
            return false;
        }
        add_lanes(schedule, next);
        next = turns_next(&schedule->turns);
    }
    return true;
}

static void say_done(struct schedule *schedule, const struct entity *entity)
{
    console_log(schedule->job->console,
                LOG_INFO,
                schedule->verb,
                "entity %s: %llu records, %llu rejected, in %.1f s",
                entity->mapping->entity,
                (unsigned long long)entity->load.source.rows,
                (unsigned long long)entity->load.rejected.rows,
                entity->seconds);
}

/* Finishes flows that have come to their end. `failed`: what they carried is kept, and the first
 * error. */
static void finish_ended(struct schedule *schedule, bool *failed, struct error *error)
{
    for (int index = 0; index < schedule->turns.count; index++) {
        struct turn *turn = &schedule->turns.items[index];
        struct carrying *carrying = &schedule->carryings[index];
        struct error own = ERROR_NONE;
        if (turn->state != TURN_BEGUN || flow_lanes(carrying->flow) > 0) {
            continue;
        }
        bool ok = carry_flow_end(schedule->job, carrying, schedule->verb, &own) &&
                  (*failed || finish(schedule, carrying, &own));
        turn->state = TURN_DONE;
        if (ok && !*failed) {
            say_done(schedule, turn->entity);
        } else if (!ok && (!*failed || error->code == ERROR_INTERRUPTED)) {
            *error = own;
        }
        *failed = *failed || !ok;
    }
}

static void stop_all(struct schedule *schedule)
{
    for (int index = 0; index < schedule->turns.count; index++) {
        if (schedule->turns.items[index].state == TURN_BEGUN) {
            flow_stop(schedule->carryings[index].flow);
        }
    }
}

/* Until nothing is under way and nothing can begin. */
static bool work(struct schedule *schedule, struct error *error)
{
    bool failed = false;
    for (;;) {
        uint64_t seen = turns_ended(&schedule->turns);
        finish_ended(schedule, &failed, error);
        failed = failed || !give_lanes(schedule, error);
        if (failed) {
            stop_all(schedule);
        }
        if (!turns_any_begun(&schedule->turns)) {
            return !failed;
        }
        turns_wait(&schedule->turns, seen);
    }
}

/* Where entities wait for each other, the first of them does not. */
static bool work_off(struct schedule *schedule, struct error *error)
{
    struct turns *turns = &schedule->turns;
    for (int index = 0; index < turns->count; index++) {
        if (!work(schedule, error)) {
            return false;
        }
        for (int other = 0; other < turns->count; other++) {
            turns->waits[index * turns->count + other] = false;
        }
    }
    return work(schedule, error);
}

/* What all of them are expected to have; 0: not known of one. */
static uint64_t rows_of_all(const struct schedule *schedule)
{
    uint64_t rows = 0;
    for (int index = 0; index < schedule->turns.count; index++) {
        const struct flow_options *options = &schedule->carryings[index].options;
        uint64_t own = carry_rows_expected(options);
        if (own == 0 && options->chunk_count > 0) {
            return 0;
        }
        rows += own;
    }
    return rows;
}

static bool carry_together(struct schedule *schedule, struct error *error)
{
    struct job *job = schedule->job;
    schedule->carryings = ARENA_ARRAY(&job->arena, struct carrying, (size_t)job->entity_count);
    if (schedule->carryings == NULL) {
        return error_set_memory(error);
    }
    if (!turns_init(&schedule->turns, job, schedule->stage->reads_source, error)) {
        return false;
    }
    schedule->turns.state = schedule;
    schedule->turns.lanes = lanes_at_work;
    bool waits = schedule->stage->writes_target && !job->options->dry_run;
    if (!plan_all(schedule, error) || (waits && !find_waits(schedule, error)) ||
        !turns_open(&schedule->turns, schedule->verb, rows_of_all(schedule), error)) {
        return false;
    }
    bool ok = work_off(schedule, error);
    turns_close(&schedule->turns);
    return ok;
}

bool carry_all(struct job *job, const struct carry_stage *stage, struct error *error)
{
    struct schedule schedule = {
        .job = job,
        .stage = stage,
        .verb = job->options->dry_run && stage->writes_target ? "read" : stage->verb,
    };
    atomic_init(&schedule.rejects, 0);
    if (job->options->jobs > 1 && job->entity_count > 1) {
        return carry_together(&schedule, error);
    }
    for (int index = 0; index < job->entity_count; index++) {
        if (!carry_alone(&schedule, &job->entities[index], error)) {
            return false;
        }
    }
    return true;
}
