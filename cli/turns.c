/* turns.c — the contract is in turns.h. SPDX-License-Identifier: Apache-2.0 */
#include "turns.h"

bool turns_init(struct turns *turns, struct job *job, bool reads_source, struct error *error)
{
    size_t count = (size_t)job->entity_count;
    *turns = (struct turns){
        .job = job,
        .reads_source = reads_source,
        .items = ARENA_ARRAY(&job->arena, struct turn, count + 1),
        .waits = ARENA_ARRAY(&job->arena, bool, count *count + 1),
        .follows = ARENA_ARRAY(&job->arena, bool, count *count + 1),
        .count = job->entity_count,
        .lanes_max = job->options->jobs,
    };
    if (turns->items == NULL || turns->waits == NULL || turns->follows == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < turns->count; index++) {
        turns->items[index].entity = &job->entities[index];
    }
    return true;
}

bool turns_open(struct turns *turns, const char *verb, uint64_t rows_expected, struct error *error)
{
    struct job *job = turns->job;
    bool one_source = turns->reads_source && job->plan.source_count == 1;
    const char *label = arena_format(&job->arena, "%d entities", turns->count);
    if (label == NULL) {
        return error_set_memory(error);
    }
    (void)pthread_mutex_init(&turns->mutex, NULL);
    (void)pthread_cond_init(&turns->changed, NULL);
    showing_open_all(&turns->showing,
                     job,
                     verb,
                     label,
                     &turns->progress,
                     one_source ? job_pace(job, &job->entities[0]) : NULL,
                     rows_expected);
    return true;
}

void turns_close(struct turns *turns)
{
    showing_close(&turns->showing);
    (void)pthread_cond_destroy(&turns->changed);
    (void)pthread_mutex_destroy(&turns->mutex);
}

static int lanes_of(const struct turns *turns, int index)
{
    return turns->items[index].state == TURN_BEGUN ? turns->lanes(turns->state, index) : 0;
}

/* May another connection be made to the source? */
static bool has_connection(const struct turns *turns, const struct plan_source *source)
{
    uint64_t lanes = 0;
    for (int index = 0; index < turns->count; index++) {
        if (job_source_settings(turns->job, turns->items[index].entity) == source) {
            lanes += (uint64_t)lanes_of(turns, index);
        }
    }
    return source->pace.connections_max == 0 || lanes < source->pace.connections_max;
}

bool turns_has_room(struct turns *turns, const struct entity *entity)
{
    int lanes = 0;
    for (int index = 0; index < turns->count; index++) {
        lanes += lanes_of(turns, index);
    }
    return lanes < turns->lanes_max &&
           (!turns->reads_source || has_connection(turns, job_source_settings(turns->job, entity)));
}

bool turns_leave_connections(struct turns *turns)
{
    const struct plan *plan = &turns->job->plan;
    for (int index = 0; index < plan->source_count; index++) {
        if (!has_connection(turns, &plan->sources[index])) {
            return false;
        }
    }
    return true;
}

static bool any_in(const struct turns *turns, enum turn_state state)
{
    for (int index = 0; index < turns->count; index++) {
        if (turns->items[index].state == state) {
            return true;
        }
    }
    return false;
}

bool turns_any_begun(const struct turns *turns)
{
    return any_in(turns, TURN_BEGUN);
}

static bool must_wait(const struct turns *turns, int index)
{
    for (int other = 0; other < turns->count; other++) {
        enum turn_state state = turns->items[other].state;
        int pair = index * turns->count + other;
        if ((turns->waits[pair] && state != TURN_DONE) ||
            (turns->follows[pair] && state == TURN_WAITING)) {
            return true;
        }
    }
    return turns->items[index].begins_alone && turns_any_begun(turns);
}

int turns_next(struct turns *turns)
{
    int chosen = -1;
    for (int index = 0; index < turns->count && !any_in(turns, TURN_HELD); index++) {
        const struct turn *item = &turns->items[index];
        if (item->state == TURN_WAITING && !must_wait(turns, index) &&
            turns_has_room(turns, item->entity) &&
            (chosen < 0 || item->rows > turns->items[chosen].rows)) {
            chosen = index;
        }
    }
    return chosen;
}

void turns_lane_ended(struct turns *turns)
{
    pthread_mutex_lock(&turns->mutex);
    turns->ended++;
    pthread_cond_signal(&turns->changed);
    pthread_mutex_unlock(&turns->mutex);
}

uint64_t turns_ended(struct turns *turns)
{
    pthread_mutex_lock(&turns->mutex);
    uint64_t ended = turns->ended;
    pthread_mutex_unlock(&turns->mutex);
    return ended;
}

/* Has one come to its end? */
static bool any_ended(const struct turns *turns)
{
    for (int index = 0; index < turns->count; index++) {
        if (turns->items[index].state == TURN_BEGUN && lanes_of(turns, index) == 0) {
            return true;
        }
    }
    return false;
}

void turns_wait(struct turns *turns, uint64_t seen)
{
    pthread_mutex_lock(&turns->mutex);
    while (turns->ended == seen && !any_ended(turns)) {
        pthread_cond_wait(&turns->changed, &turns->mutex);
    }
    pthread_mutex_unlock(&turns->mutex);
}
