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
 * or one that its lookups ask. All that is not a lane's work is done by the thread that called.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "carry_target.h"
#include "deferring.h"
#include "progress.h"

#include "novate/deferral.h"
#include "novate/target_facts.h"

enum item_state {
    ITEM_WAITING,
    ITEM_BEGUN,
    ITEM_DONE
};

struct item {
    struct carrying carrying;
    uint64_t rows; /* expected, or its chunks where that is not known */
    enum item_state state;
};

struct schedule {
    struct job *job;
    const struct carry_stage *stage;
    const char *verb;
    atomic_uint_fast64_t rejects; /* of all entities without limits of their own */
    struct item *items;           /* by job->entities */
    bool *waits;                  /* [item × count + other]: the item waits for the other */
    int count;
    struct pipeline_progress progress; /* of all */
    pthread_mutex_t mutex;             /* of what follows */
    pthread_cond_t changed;
    uint64_t ended; /* lanes that have */
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

static struct pace *pace_of(struct schedule *schedule, const struct entity *entity)
{
    return schedule->stage->reads_source ? job_pace(schedule->job, entity) : NULL;
}

/* One entity with all lanes; the last one is the thread that called. */
static bool carry_alone(struct schedule *schedule, struct entity *entity, struct error *error)
{
    struct job *job = schedule->job;
    const struct carry_stage *stage = schedule->stage;
    struct carrying carrying;
    struct progress progress;
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
    watch_work(&job->watch, schedule->verb, entity->mapping->entity, &entity->progress);
    progress_open(&progress,
                  job->console,
                  schedule->verb,
                  entity->mapping->entity,
                  &entity->progress,
                  pace_of(schedule, entity),
                  carry_rows_expected(&carrying.options),
                  0);
    for (int lane = 1; lane < lanes && flow_add_lane(carrying.flow); lane++) {
    }
    flow_be_lane(carrying.flow);
    bool ok = carry_flow_end(job, &carrying, schedule->verb, error);
    progress_close(&progress);
    watch_work(&job->watch, NULL, NULL, NULL);
    return ok && finish(schedule, &carrying, error);
}

static void lane_ended(void *state)
{
    struct schedule *schedule = state;
    pthread_mutex_lock(&schedule->mutex);
    schedule->ended++;
    pthread_cond_signal(&schedule->changed);
    pthread_mutex_unlock(&schedule->mutex);
}

/* Nothing is taken off any table before it is known that none is refused. */
static bool plan_all(struct schedule *schedule, struct error *error)
{
    struct job *job = schedule->job;
    bool ok = true;
    for (int index = 0; index < schedule->count; index++) {
        struct item *item = &schedule->items[index];
        carry_begin(
            &item->carrying, &job->entities[index], &schedule->rejects, &schedule->progress);
        if (!check_cancel(job, error) || !schedule->stage->plan(job, &item->carrying, error)) {
            return false;
        }
        (void)job_lanes(job,
                        schedule->stage->reads_source ? item->carrying.entity : NULL,
                        item->carrying.options.chunk_count);
        uint64_t rows = carry_rows_expected(&item->carrying.options);
        item->rows = rows > 0 ? rows : (uint64_t)item->carrying.options.chunk_count;
        item->state = item->carrying.nothing ? ITEM_DONE : ITEM_WAITING;
    }
    for (int index = 0; ok && index < schedule->count; index++) {
        ok = defer(schedule, &schedule->items[index].carrying, error);
    }
    return ok;
}

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
    for (int index = 0; index < schedule->count; index++) {
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
        for (int other = 0; other < schedule->count; other++) {
            uint32_t oid = job->entities[other].table->oid;
            bool *waits = &schedule->waits[index * schedule->count + other];
            *waits = (oid == table->oid && other < index) || is_asked(job, index, other) ||
                     asks(&job->entities[index], asked, asked_count, oid);
            for (int at = 0; oid != table->oid && at < count; at++) {
                *waits = *waits ||
                         (references[at].to == oid && (!references[at].circular || other < index));
            }
        }
    }
    return true;
}

static bool must_wait(const struct schedule *schedule, int index)
{
    for (int other = 0; other < schedule->count; other++) {
        if (schedule->waits[index * schedule->count + other] &&
            schedule->items[other].state != ITEM_DONE) {
            return true;
        }
    }
    return false;
}

/* Lanes that may be added: of all, and of those that read the entity's source. */
static bool has_room(struct schedule *schedule, const struct entity *entity)
{
    struct job *job = schedule->job;
    bool reads = schedule->stage->reads_source;
    const struct plan_source *source = reads ? job_source_settings(job, entity) : NULL;
    uint64_t of_source = 0;
    int lanes = 0;
    for (int index = 0; index < schedule->count; index++) {
        const struct carrying *carrying = &schedule->items[index].carrying;
        int own = carrying->flow == NULL ? 0 : flow_lanes(carrying->flow);
        lanes += own;
        if (reads && job_source_settings(job, carrying->entity) == source) {
            of_source += (uint64_t)own;
        }
    }
    return lanes < job->options->jobs && (!reads || source->pace.connections_max == 0 ||
                                          of_source < source->pace.connections_max);
}

static bool any_begun(const struct schedule *schedule)
{
    for (int index = 0; index < schedule->count; index++) {
        if (schedule->items[index].state == ITEM_BEGUN) {
            return true;
        }
    }
    return false;
}

/* The largest that may begin; -1: none. Records are grouped while nothing else goes on, since that
 * takes memory, and a connection. */
static int choose(struct schedule *schedule)
{
    int chosen = -1;
    for (int index = 0; index < schedule->count; index++) {
        const struct item *item = &schedule->items[index];
        const struct program *program = item->carrying.entity->program;
        bool groups = program != NULL && program_has_groups(program) && any_begun(schedule);
        if (item->state == ITEM_WAITING && !must_wait(schedule, index) && !groups &&
            has_room(schedule, item->carrying.entity) &&
            (chosen < 0 || item->rows > schedule->items[chosen].rows)) {
            chosen = index;
        }
    }
    return chosen;
}

static bool begin(struct schedule *schedule, struct item *item, struct error *error)
{
    struct carrying *carrying = &item->carrying;
    carrying->listener = (struct flow_listener){.state = schedule, .lane_ended = lane_ended};
    if (!lookups_fill_late(schedule->job, carrying->entity, error) ||
        !schedule->stage->prepare(schedule->job, carrying, error) ||
        !flow_create(
            schedule->job, &carrying->options, &carrying->listener, &carrying->flow, error)) {
        return false;
    }
    carrying->started = clock_seconds();
    item->state = ITEM_BEGUN;
    if (carrying->options.chunk_count > 0 && !flow_add_lane(carrying->flow)) {
        flow_be_lane(carrying->flow); /* no thread is to be had */
    }
    return true;
}

/* Gives every lane that is free to somebody. */
static bool give_lanes(struct schedule *schedule, struct error *error)
{
    for (int index = 0; index < schedule->count; index++) {
        struct item *item = &schedule->items[index];
        while (item->state == ITEM_BEGUN && has_room(schedule, item->carrying.entity) &&
               flow_add_lane(item->carrying.flow)) {
        }
    }
    int next = choose(schedule);
    while (next >= 0) {
        struct item *item = &schedule->items[next];
        if (!check_cancel(schedule->job, error) || !begin(schedule, item, error)) {
            return false;
        }
        while (has_room(schedule, item->carrying.entity) && flow_add_lane(item->carrying.flow)) {
        }
        next = choose(schedule);
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
    for (int index = 0; index < schedule->count; index++) {
        struct item *item = &schedule->items[index];
        struct error own = ERROR_NONE;
        if (item->state != ITEM_BEGUN || flow_lanes(item->carrying.flow) > 0) {
            continue;
        }
        bool ok = carry_flow_end(schedule->job, &item->carrying, schedule->verb, &own) &&
                  (*failed || finish(schedule, &item->carrying, &own));
        item->state = ITEM_DONE;
        if (ok && !*failed) {
            say_done(schedule, item->carrying.entity);
        } else if (!ok && (!*failed || error->code == ERROR_INTERRUPTED)) {
            *error = own;
        }
        *failed = *failed || !ok;
    }
}

static void stop_all(struct schedule *schedule)
{
    for (int index = 0; index < schedule->count; index++) {
        if (schedule->items[index].state == ITEM_BEGUN) {
            flow_stop(schedule->items[index].carrying.flow);
        }
    }
}

/* Is there a flow to be finished? */
static bool any_ended(const struct schedule *schedule)
{
    for (int index = 0; index < schedule->count; index++) {
        const struct item *item = &schedule->items[index];
        if (item->state == ITEM_BEGUN && flow_lanes(item->carrying.flow) == 0) {
            return true;
        }
    }
    return false;
}

static void wait_for_lane(struct schedule *schedule, uint64_t seen)
{
    pthread_mutex_lock(&schedule->mutex);
    while (schedule->ended == seen && !any_ended(schedule)) {
        pthread_cond_wait(&schedule->changed, &schedule->mutex);
    }
    pthread_mutex_unlock(&schedule->mutex);
}

static uint64_t lanes_ended(struct schedule *schedule)
{
    pthread_mutex_lock(&schedule->mutex);
    uint64_t ended = schedule->ended;
    pthread_mutex_unlock(&schedule->mutex);
    return ended;
}

/* Until nothing is under way and nothing can begin. */
static bool work(struct schedule *schedule, struct error *error)
{
    bool failed = false;
    for (;;) {
        uint64_t seen = lanes_ended(schedule);
        finish_ended(schedule, &failed, error);
        failed = failed || !give_lanes(schedule, error);
        if (failed) {
            stop_all(schedule);
        }
        if (!any_begun(schedule)) {
            return !failed;
        }
        wait_for_lane(schedule, seen);
    }
}

/* Where entities wait for each other, the first of them does not. */
static bool work_off(struct schedule *schedule, struct error *error)
{
    for (int index = 0; index < schedule->count; index++) {
        if (!work(schedule, error)) {
            return false;
        }
        for (int other = 0; other < schedule->count; other++) {
            schedule->waits[index * schedule->count + other] = false;
        }
    }
    return work(schedule, error);
}

/* What all of them are expected to have; 0: not known of one. */
static uint64_t rows_of_all(const struct schedule *schedule)
{
    uint64_t rows = 0;
    for (int index = 0; index < schedule->count; index++) {
        const struct flow_options *options = &schedule->items[index].carrying.options;
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
    struct progress progress;
    size_t count = (size_t)schedule->count;
    const char *label = arena_format(&job->arena, "%d entities", schedule->count);
    schedule->items = ARENA_ARRAY(&job->arena, struct item, count);
    schedule->waits = ARENA_ARRAY(&job->arena, bool, count *count);
    if (label == NULL || schedule->items == NULL || schedule->waits == NULL) {
        return error_set_memory(error);
    }
    bool waits = schedule->stage->writes_target && !job->options->dry_run;
    if (!plan_all(schedule, error) || (waits && !find_waits(schedule, error))) {
        return false;
    }
    (void)pthread_mutex_init(&schedule->mutex, NULL);
    (void)pthread_cond_init(&schedule->changed, NULL);
    watch_work(&job->watch, schedule->verb, label, &schedule->progress);
    progress_open(&progress,
                  job->console,
                  schedule->verb,
                  label,
                  &schedule->progress,
                  job->plan.source_count == 1 ? pace_of(schedule, &job->entities[0]) : NULL,
                  rows_of_all(schedule),
                  0);
    bool ok = work_off(schedule, error);
    progress_close(&progress);
    watch_work(&job->watch, NULL, NULL, NULL);
    (void)pthread_cond_destroy(&schedule->changed);
    (void)pthread_mutex_destroy(&schedule->mutex);
    return ok;
}

bool carry_all(struct job *job, const struct carry_stage *stage, struct error *error)
{
    struct schedule schedule = {
        .job = job,
        .stage = stage,
        .verb = job->options->dry_run && stage->writes_target ? "read" : stage->verb,
        .count = job->entity_count,
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
