/* verifying.c — the contract is in verifying.h.
 *
 * Each entity under way has a thread, which begins the others that its readings need. What uses
 * what the job has only once (the target's control session, lookups, problems) is done by the
 * thread that called: lookups that were left until now before it, the cross-check after it.
 *
 * Memory is one budget for all. Whoever does not get it beside others is verified again with fewer
 * of them, so that --jobs needs no more memory_mb than one entity does.
 * SPDX-License-Identifier: Apache-2.0 */
#include "verifying.h"

#include "checking.h"
#include "turns.h"

/* The verification of one entity. */
struct verification {
    struct verifying *verifying;
    struct entity *entity;
    pthread_t thread;
    bool threaded;
    atomic_bool at_work;
    bool ok;
    struct error error;
    bool beside; /* another one was under way with it */
};

struct verifying {
    struct job *job;
    struct turns turns;
    struct verification *items; /* by job->entities */
    bool failed;
};

static int at_work(void *state, int index)
{
    const struct verifying *verifying = state;
    return atomic_load(&verifying->items[index].at_work) ? 1 : 0;
}

static void *read_sides(void *argument)
{
    struct verification *item = argument;
    struct turns *turns = &item->verifying->turns;
    item->ok = checking_read(turns->job, item->entity, &turns->progress, &item->error);
    atomic_store(&item->at_work, false);
    turns_lane_ended(turns);
    return NULL;
}

static bool check_cancel(const struct job *job, struct error *error)
{
    if (cancel_level(&job->cancel) == CANCEL_NONE) {
        return true;
    }
    error_set(error, ERROR_INTERRUPTED, "interrupted");
    return error_hint(error, "The same command resumes.");
}

static bool begin(struct verifying *verifying, int index, struct error *error)
{
    struct verification *item = &verifying->items[index];
    if (!check_cancel(verifying->job, error) ||
        !lookups_fill_late(verifying->job, item->entity, error)) {
        return false;
    }
    item->error = ERROR_NONE;
    item->beside = false;
    for (int other = 0; other < verifying->turns.count; other++) {
        if (verifying->turns.items[other].state == TURN_BEGUN) {
            verifying->items[other].beside = true;
            item->beside = true;
        }
    }
    verifying->turns.items[index].state = TURN_BEGUN;
    atomic_store(&item->at_work, true);
    item->threaded = pthread_create(&item->thread, NULL, read_sides, item) == 0;
    if (!item->threaded) {
        (void)read_sides(item);
    }
    return true;
}

/* There was no memory for the entity beside others: there will be beside fewer. */
static void want_fewer(struct verifying *verifying, const struct entity *entity)
{
    struct turns *turns = &verifying->turns;
    int under_way = 1;
    for (int index = 0; index < turns->count; index++) {
        under_way += turns->items[index].state == TURN_BEGUN ? 1 : 0;
    }
    if (under_way <= turns->lanes_max) { /* otherwise there already will be fewer */
        turns->lanes_max = under_way > 2 ? under_way / 2 : 1;
    }
    console_log(verifying->job->console,
                LOG_INFO,
                "verify",
                "entity %s: memory_mb does not suffice beside other entities; it is verified "
                "again, and no more than %d at once",
                entity->mapping->entity,
                turns->lanes_max);
}

static void say_done(const struct job *job, const struct entity *entity)
{
    const struct verify_result *result = entity->verification;
    console_log(job->console,
                LOG_INFO,
                "verify",
                "entity %s: %llu records, %s, in %.1f s",
                entity->mapping->entity,
                (unsigned long long)result->tally.source.rows,
                verdict_text(result->verdict),
                entity->seconds);
}

/* The first failure counts, unless it is only the answer to an interruption. */
static void fail(struct verifying *verifying, const struct error *own, struct error *error)
{
    bool says_more = error->code == ERROR_INTERRUPTED && own->code != ERROR_INTERRUPTED;
    if (!verifying->failed || says_more) {
        *error = *own;
    }
    verifying->failed = true;
    for (int index = 0; index < verifying->turns.count; index++) {
        cancel_request(&verifying->items[index].entity->cancel, CANCEL_FINISH);
    }
}

/* Lookups may ask any source, whose connections others may have. False: not now, but when one of
 * these has ended. */
static bool cross(struct verifying *verifying, struct verification *item)
{
    struct job *job = verifying->job;
    bool alone = !turns_any_begun(&verifying->turns);
    if (job->options->cross_check == 0) {
        return true;
    }
    if (!alone && !turns_leave_connections(&verifying->turns)) {
        return false;
    }
    struct error error = ERROR_NONE;
    bool ok = checking_cross(job, item->entity, &error);
    if (!ok && error.code == ERROR_MEMORY && !alone) {
        return false;
    }
    item->ok = ok;
    item->error = error;
    return true;
}

/* What follows the reading of both sides. The entity waits, is held, or done afterwards. */
static void finish(struct verifying *verifying, int index, struct error *error)
{
    struct turn *turn = &verifying->turns.items[index];
    struct verification *item = &verifying->items[index];
    turn->state = TURN_HELD;
    if (item->ok && !verifying->failed && !cross(verifying, item)) {
        return;
    }
    checking_end(item->entity);
    turn->state = TURN_DONE;
    if (item->ok && !verifying->failed) {
        say_done(verifying->job, item->entity);
    } else if (!item->ok && item->error.code == ERROR_MEMORY && item->beside &&
               !verifying->failed) {
        item->entity->not_verified_reason = NULL;
        turn->state = TURN_WAITING;
        want_fewer(verifying, item->entity);
    } else if (!item->ok) {
        fail(verifying, &item->error, error);
    }
}

static void finish_ended(struct verifying *verifying, struct error *error)
{
    struct turn *turns = verifying->turns.items;
    for (int index = 0; index < verifying->turns.count; index++) {
        struct verification *item = &verifying->items[index];
        if (turns[index].state == TURN_BEGUN && !atomic_load(&item->at_work)) {
            if (item->threaded) {
                (void)pthread_join(item->thread, NULL);
            }
            finish(verifying, index, error);
        }
    }
    for (int index = 0; index < verifying->turns.count; index++) {
        if (turns[index].state == TURN_HELD) {
            finish(verifying, index, error);
        }
    }
}

static void begin_some(struct verifying *verifying, struct error *error)
{
    while (!verifying->failed) {
        struct error own = ERROR_NONE;
        int next = turns_next(&verifying->turns);
        if (next < 0) {
            return;
        }
        if (!begin(verifying, next, &own)) {
            fail(verifying, &own, error);
        }
    }
}

static bool work(struct verifying *verifying, struct error *error)
{
    for (;;) {
        uint64_t seen = turns_ended(&verifying->turns);
        finish_ended(verifying, error);
        begin_some(verifying, error);
        if (!turns_any_begun(&verifying->turns)) {
            return !verifying->failed;
        }
        turns_wait(&verifying->turns, seen);
    }
}

/* How many records each had when it was loaded; 0 in all: not known of one. */
static uint64_t expect_rows(struct turns *turns)
{
    uint64_t rows = 0;
    bool known = true;
    for (int index = 0; index < turns->count; index++) {
        const struct entity *entity = turns->items[index].entity;
        turns->items[index].rows = entity->load.source.rows;
        rows += entity->load.source.rows;
        known = known && entity->load_known;
    }
    return known ? rows : 0;
}

static bool verify_together(struct job *job, struct error *error)
{
    struct verifying verifying = {.job = job};
    struct turns *turns = &verifying.turns;
    verifying.items = ARENA_ARRAY(&job->arena, struct verification, (size_t)job->entity_count);
    if (verifying.items == NULL) {
        return error_set_memory(error);
    }
    if (!turns_init(turns, job, true, error)) {
        return false;
    }
    for (int index = 0; index < turns->count; index++) {
        verifying.items[index].verifying = &verifying;
        verifying.items[index].entity = turns->items[index].entity;
    }
    turns->state = &verifying;
    turns->lanes = at_work;
    if (!turns_open(turns, "verify", expect_rows(turns), error)) {
        return false;
    }
    bool ok = work(&verifying, error);
    turns_close(turns);
    return ok;
}

bool verifying_all(struct job *job, struct error *error)
{
    if (job->options->jobs > 1 && job->entity_count > 1) {
        return verify_together(job, error);
    }
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        if (!lookups_fill_late(job, entity, error) || !checking_run(job, entity, error)) {
            return false;
        }
    }
    return true;
}
