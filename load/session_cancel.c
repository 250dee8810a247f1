/* session_cancel.c — asking the server to give up what a session waits for.
 *
 * libpq asks over a connection of its own, blocking, for as long as a silent network lets it: it
 * does so in a thread of its own, which nobody waits for longer than for a moment.
 * SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    ANSWER_SECONDS = 1
};

/* Belongs to the session and to the thread that asks: who goes last frees it. */
struct canceller {
    PGcancel *cancel;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    bool asking;
    bool closed; /* the session is gone */
};

static void canceller_free(struct canceller *canceller)
{
    PQfreeCancel(canceller->cancel);
    (void)pthread_cond_destroy(&canceller->answered);
    (void)pthread_mutex_destroy(&canceller->mutex);
    free(canceller);
}

bool session_canceller_open(struct session *session, struct error *error)
{
    pthread_condattr_t attributes;
    struct canceller *canceller = calloc(1, sizeof *canceller);
    if (canceller == NULL) {
        return error_set_memory(error);
    }
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&canceller->mutex, NULL);
    (void)pthread_cond_init(&canceller->answered, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    canceller->cancel = PQgetCancel(session->connection);
    session->canceller = canceller;
    return canceller->cancel != NULL ? true : error_set_memory(error);
}

void session_canceller_close(struct session *session)
{
    struct canceller *canceller = session->canceller;
    if (canceller == NULL) {
        return;
    }
    pthread_mutex_lock(&canceller->mutex);
    bool asking = canceller->asking;
    canceller->closed = true;
    pthread_mutex_unlock(&canceller->mutex);
    if (!asking) {
        canceller_free(canceller);
    }
}

static void *ask(void *argument)
{
    struct canceller *canceller = argument;
    char reason[256];
    /* A request that fails is repeated by the one who waits. */
    (void)PQcancel(canceller->cancel, reason, (int)sizeof reason);
    pthread_mutex_lock(&canceller->mutex);
    bool closed = canceller->closed;
    canceller->asking = false;
    (void)pthread_cond_signal(&canceller->answered);
    pthread_mutex_unlock(&canceller->mutex);
    if (closed) {
        canceller_free(canceller);
    }
    return NULL;
}

bool session_cancel_send(struct session *session)
{
    struct canceller *canceller = session->canceller;
    pthread_attr_t attributes;
    pthread_t thread;
    struct timespec until;
    int result = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ANSWER_SECONDS;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_mutex_lock(&canceller->mutex);
    if (!canceller->asking) {
        canceller->asking = pthread_create(&thread, &attributes, ask, canceller) == 0;
    }
    while (canceller->asking && result == 0) {
        result = pthread_cond_timedwait(&canceller->answered, &canceller->mutex, &until);
    }
    bool answered = !canceller->asking;
    pthread_mutex_unlock(&canceller->mutex);
    (void)pthread_attr_destroy(&attributes);
    return answered;
}

void session_cancel(struct session *session)
{
    atomic_store(&session->cancelled, true);
    (void)session_cancel_send(session);
}
