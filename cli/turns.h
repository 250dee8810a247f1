/* turns.h — whose turn it is, where entities are worked on side by side (--jobs 2 and more): the
 * largest that may begin is the next one, as long as there is a lane for it and its source allows
 * another connection.
 *
 *     turns_init → turns_open → turns_next, turns_has_room, … → turns_wait → … → turns_close
 *
 * What a lane is, and what it means to begin and to end, is the caller's: schedule.c carries chunks
 * of an entity in several lanes, verifying.c verifies an entity in one.
 * Threads   all by the thread that called, but turns_lane_ended().
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TURNS_H
#define CLI_TURNS_H

#include "job.h"
#include "showing.h"

enum turn_state {
    TURN_WAITING,
    TURN_BEGUN,
    TURN_HELD, /* its lanes have ended, and others have to before it is done: nobody begins */
    TURN_DONE
};

struct turn {
    struct entity *entity;
    uint64_t rows; /* that it is expected to have, or another measure of its size */
    enum turn_state state;
    bool begins_alone; /* only while no other one goes on */
};

struct turns {
    struct job *job;
    bool reads_source;  /* a lane has a connection to the source of its entity */
    struct turn *items; /* by job->entities */
    bool *waits;        /* [item × count + other]: the item waits until the other is done */
    bool *follows;      /* the same: until it has begun */
    int count;
    int lanes_max;
    /* Lanes at work for an item that has begun; set before turns_open(). */
    void *state;
    int (*lanes)(void *state, int index);
    struct pipeline_progress progress; /* of all */
    struct showing showing;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    uint64_t ended; /* lanes that have */
};

/* All of the job's entities are waiting, and none for another. */
bool turns_init(struct turns *turns,
                struct job *job,
                bool reads_source,
                struct error *error) NODISCARD;
/* Shows one line for all. `rows_expected` 0: not known. */
bool turns_open(struct turns *turns,
                const char *verb,
                uint64_t rows_expected,
                struct error *error) NODISCARD;
void turns_close(struct turns *turns);

/* The largest that may begin now; -1: none. */
int turns_next(struct turns *turns);
/* May a lane be added for the entity? */
bool turns_has_room(struct turns *turns, const struct entity *entity);
/* Has every source a connection left, for what is not a lane's work? */
bool turns_leave_connections(struct turns *turns);
bool turns_any_begun(const struct turns *turns);

/* A lane is not at work any more; any thread. */
void turns_lane_ended(struct turns *turns);
/* How often that was said. */
uint64_t turns_ended(struct turns *turns);
/* Waits until it was said more often than `seen`, or one that has begun has no lane. */
void turns_wait(struct turns *turns, uint64_t seen);

#endif
