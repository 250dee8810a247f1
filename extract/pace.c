/* pace.c — the contract is in pace.h.
 *
 * A source that is slow is given time: after a read that took `back_off` times what is usual, all
 * readers wait, then one of them probes with a small read. While probes are slow the wait doubles;
 * the first that is not ends it. A source that stays slow is taken as it is after PATIENCE_NS.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace_meter.h"
#include "pace_private.h"
#include "pace_window.h"

#include "novate/limits.h"

#include <stdlib.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)
/* What a source that was not asked for a while saves up of its ceiling. */
#define SAVED_NS (SECOND_NS / 10)
/* How late a cancel may be noticed. */
#define SLICE_NS (SECOND_NS / 20)
/* First and longest wait for a slow source; the longest is how late its recovery may be noticed. */
#define BACK_OFF_FIRST_NS (SECOND_NS / 100)
#define BACK_OFF_SLOW_NS  SECOND_NS
#define BACK_OFF_MOST_NS  (30 * SECOND_NS)
#define PATIENCE_NS       (600 * SECOND_NS)
/* A probe that is not heard of for so long keeps nobody waiting. */
#define PROBE_NS (120 * SECOND_NS)
/* A read that is over so soon is not held up in its middle: the next gate is where snapshots are
 * let go. */
#define SHORT_READ_NS (10 * SECOND_NS)
/* How long the state stays "throttled" after a wait. */
#define THROTTLED_NS SECOND_NS
/* Shares of a second that one read may take of the ceiling, so that rows come evenly. */
#define READS_PER_SECOND 4

/* What all readers of a source share. */
struct pace_source {
    const struct cancel *cancel;
    struct pace_clock clock;
    pthread_mutex_t mutex; /* guards what follows, and all of every reader */
    pthread_cond_t changed;
    struct arena arena;
    const struct zone *zone;
    struct plan_pace limits;
    bool paused;

    int64_t owed; /* rows × SECOND_NS that were read before the ceiling allowed them */
    int64_t owed_at_ns;
    int64_t throttled_ns; /* until when the state is so */

    bool backing_off;
    double ratio; /* of the last slow read */
    int64_t slow_since_ns;
    int64_t wait_ns;
    int64_t next_probe_ns; /* while one is under way: when it is given up */
    unsigned settled;      /* meters of an earlier one are to be forgotten */
};

struct pace {
    struct pace_source *source;
    bool owner;  /* of `source` */
    bool probes; /* its read is the one that shows whether the source has recovered */
    bool yields;
    bool reading; /* has entered and not left */
    int64_t entered_ns;
    unsigned settled;
    struct pace_meter meter;
};

static int64_t clock_now(void *state)
{
    struct timespec now = {0};
    (void)state;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static int64_t clock_utc(void *state)
{
    const int64_t days = 10957; /* from 1970 to 2000 */
    struct timespec now = {0};
    (void)state;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 - days * MICROSECONDS_PER_DAY;
}

static void clock_wait(void *state,
                       pthread_cond_t *changed,
                       pthread_mutex_t *mutex,
                       int64_t until_ns)
{
    struct timespec until = {.tv_sec = until_ns / SECOND_NS, .tv_nsec = until_ns % SECOND_NS};
    (void)state;
    (void)pthread_cond_timedwait(changed, mutex, &until);
}

static bool make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    bool ok = pthread_condattr_init(&attributes) == 0;
    ok = ok && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return ok;
}

static bool source_create(const struct plan_source *settings,
                          const struct cancel *cancel,
                          const struct pace_clock *clock,
                          struct pace_source **source,
                          struct error *error)
{
    struct pace_source *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->cancel = cancel;
    created->clock = *clock;
    created->limits = settings->pace;
    created->owed_at_ns = clock->now_ns(clock->state);
    created->throttled_ns = created->owed_at_ns;
    arena_init(&created->arena, 4096, NULL);
    const char *zone = settings->timezone != NULL ? settings->timezone : "UTC";
    bool ok = zone_load(zone, &created->arena, &created->zone, error);
    if (ok && !make_condition(&created->changed)) {
        ok = error_set_memory(error);
    }
    if (!ok) {
        arena_release(&created->arena);
        free(created);
        return false;
    }
    (void)pthread_mutex_init(&created->mutex, NULL);
    *source = created;
    return true;
}

static void source_destroy(struct pace_source *source)
{
    (void)pthread_cond_destroy(&source->changed);
    (void)pthread_mutex_destroy(&source->mutex);
    arena_release(&source->arena);
    free(source);
}

bool pace_create_with(const struct plan_source *settings,
                      const struct cancel *cancel,
                      const struct pace_clock *clock,
                      struct pace **pace,
                      struct error *error)
{
    struct pace_source *source = NULL;
    if (!source_create(settings, cancel, clock, &source, error)) {
        return false;
    }
    struct pace whole = {.source = source};
    if (!pace_reader(&whole, pace, error)) {
        source_destroy(source);
        return false;
    }
    (*pace)->owner = true;
    return true;
}

bool pace_create(const struct plan_source *settings,
                 const struct cancel *cancel,
                 struct pace **pace,
                 struct error *error)
{
    const struct pace_clock clock = {.now_ns = clock_now, .utc_us = clock_utc, .wait = clock_wait};
    return pace_create_with(settings, cancel, &clock, pace, error);
}

bool pace_reader(struct pace *source, struct pace **reader, struct error *error)
{
    struct pace *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->source = source->source;
    pace_meter_init(&created->meter);
    *reader = created;
    return true;
}

static void lock(struct pace *pace)
{
    pthread_mutex_lock(&pace->source->mutex);
}

static void unlock(struct pace *pace)
{
    pthread_mutex_unlock(&pace->source->mutex);
}

static void changed(struct pace *pace)
{
    (void)pthread_cond_broadcast(&pace->source->changed);
}

static int64_t now_ns(const struct pace_source *source)
{
    return source->clock.now_ns(source->clock.state);
}

/* A probe that came to nothing; another reader may try. */
static void drop_probe(struct pace *pace)
{
    if (pace->probes) {
        pace->probes = false;
        pace->source->next_probe_ns = now_ns(pace->source);
        changed(pace);
    }
}

void pace_destroy(struct pace *pace)
{
    if (pace == NULL) {
        return;
    }
    lock(pace);
    drop_probe(pace);
    unlock(pace);
    if (pace->owner) {
        source_destroy(pace->source);
    }
    free(pace);
}

/* Until something has changed, or the time, or the next look at the cancel flag. */
static void wait_until(struct pace_source *source, int64_t now, int64_t until)
{
    int64_t slice = now + SLICE_NS;
    source->clock.wait(
        source->clock.state, &source->changed, &source->mutex, until < slice ? until : slice);
}

static bool is_open(const struct pace_source *source, int64_t *change_us)
{
    return pace_window_open(
        &source->limits.window, source->zone, source->clock.utc_us(source->clock.state), change_us);
}

static bool holds(const struct pace_source *source)
{
    int64_t change_us = 0;
    return source->paused || !is_open(source, &change_us);
}

bool pace_holds(struct pace *pace)
{
    if (pace == NULL) {
        return false;
    }
    lock(pace);
    bool long_wait = holds(pace->source);
    unlock(pace);
    return long_wait;
}

/* Waits while paused or outside the window and, with `slow_too`, while a slow source is given time.
 * Mutex locked. */
static enum pace_gate wait_at_gate(struct pace *pace, bool slow_too)
{
    struct pace_source *source = pace->source;
    enum pace_gate gate = PACE_GO;
    for (;;) {
        int64_t now = now_ns(source);
        enum cancel_level level = cancel_level(source->cancel);
        bool long_wait = holds(source);
        bool slow = slow_too && source->backing_off && now < source->next_probe_ns;
        if (level == CANCEL_NOW || (level != CANCEL_NONE && (long_wait || slow)) ||
            (long_wait && pace->yields)) {
            return PACE_CANCELLED;
        }
        if (!long_wait && !slow) {
            return gate;
        }
        gate = long_wait ? PACE_GO_LATER : gate;
        wait_until(source, now, long_wait ? INT64_MAX : source->next_probe_ns);
    }
}

enum pace_gate pace_enter(struct pace *pace)
{
    if (pace == NULL) {
        return PACE_GO;
    }
    lock(pace);
    drop_probe(pace);
    enum pace_gate gate = wait_at_gate(pace, true);
    struct pace_source *source = pace->source;
    pace->reading = gate != PACE_CANCELLED;
    pace->entered_ns = now_ns(source);
    if (pace->reading && source->backing_off) {
        pace->probes = true;
        source->next_probe_ns = pace->entered_ns + PROBE_NS;
    }
    unlock(pace);
    return gate;
}

enum pace_gate pace_pass(struct pace *pace)
{
    if (pace == NULL) {
        return PACE_GO;
    }
    lock(pace);
    bool short_yet =
        pace->reading && !pace->yields && now_ns(pace->source) - pace->entered_ns < SHORT_READ_NS;
    enum pace_gate gate = short_yet ? PACE_GO : wait_at_gate(pace, false);
    unlock(pace);
    return gate;
}

void pace_set_yields(struct pace *reader, bool yields)
{
    if (reader != NULL) {
        lock(reader);
        reader->yields = yields;
        unlock(reader);
    }
}

static int64_t between(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static void note_slow(struct pace *pace, double ratio, int64_t ns, int64_t now)
{
    struct pace_source *source = pace->source;
    if (!source->backing_off) {
        source->backing_off = true;
        source->slow_since_ns = now;
        source->wait_ns = between(ns / 4, BACK_OFF_FIRST_NS, BACK_OFF_SLOW_NS);
    } else if (pace->probes) {
        source->wait_ns = between(2 * source->wait_ns, BACK_OFF_FIRST_NS, BACK_OFF_MOST_NS);
    } else {
        return; /* its read was under way when another's was found slow */
    }
    source->ratio = ratio;
    source->next_probe_ns = now + source->wait_ns;
    if (now - source->slow_since_ns >= PATIENCE_NS) {
        source->backing_off = false;
        source->settled++;
    }
}

static void note_read(struct pace *pace, uint64_t rows, int64_t ns)
{
    struct pace_source *source = pace->source;
    if (pace->settled != source->settled) {
        pace->settled = source->settled;
        pace_meter_forget(&pace->meter);
    }
    double ratio = pace_meter_ratio(&pace->meter, rows, ns);
    double back_off = source->limits.back_off;
    pace_meter_resize(&pace->meter, rows, ns, (int64_t)source->limits.chunk_ms_target * 1000000);
    if (back_off > 0 && ratio > back_off) {
        note_slow(pace, ratio, ns, now_ns(source));
        pace->meter.rows_wanted = LIMIT_READ_ROWS_MIN;
        return;
    }
    pace_meter_add(&pace->meter, rows, ns);
    if (pace->probes) {
        source->backing_off = false;
    }
}

void pace_leave(struct pace *pace, uint64_t rows, int64_t source_ns)
{
    if (pace == NULL) {
        return;
    }
    lock(pace);
    pace->reading = false;
    if (rows > 0) {
        note_read(pace, rows, source_ns);
        pace->probes = false;
        changed(pace);
    } else {
        drop_probe(pace); /* the end of a range, or a question while planning: it says nothing */
    }
    unlock(pace);
}

/* What has been owed is less by what time allows. */
static void settle(struct pace_source *source, int64_t now)
{
    int64_t rate = (int64_t)source->limits.rows_per_second_max;
    int64_t elapsed = now - source->owed_at_ns;
    source->owed_at_ns = now;
    if (rate == 0) {
        source->owed = 0;
    } else if (elapsed >= source->owed / rate + SAVED_NS) {
        source->owed = -rate * SAVED_NS;
    } else {
        source->owed -= rate * elapsed;
    }
}

void pace_spend(struct pace *pace, uint64_t rows)
{
    if (pace == NULL) {
        return;
    }
    lock(pace);
    struct pace_source *source = pace->source;
    int64_t now = now_ns(source);
    settle(source, now);
    source->owed += (int64_t)rows * SECOND_NS;
    while (source->limits.rows_per_second_max > 0 && source->owed > 0 &&
           cancel_level(source->cancel) < CANCEL_NOW && !(pace->yields && holds(source))) {
        int64_t rate = (int64_t)source->limits.rows_per_second_max;
        wait_until(source, now, now + source->owed / rate + 1);
        now = now_ns(source);
        source->throttled_ns = now + THROTTLED_NS;
        settle(source, now);
    }
    unlock(pace);
}

uint64_t pace_read_rows(struct pace *pace)
{
    if (pace == NULL) {
        return LIMIT_READ_ROWS_MAX;
    }
    lock(pace);
    const struct pace_source *source = pace->source;
    uint64_t rows = source->backing_off ? LIMIT_READ_ROWS_MIN : pace->meter.rows_wanted;
    uint64_t share = source->limits.rows_per_second_max / READS_PER_SECOND;
    if (source->limits.rows_per_second_max > 0 && rows > share) {
        rows = share < LIMIT_READ_ROWS_MIN ? LIMIT_READ_ROWS_MIN : share;
    }
    unlock(pace);
    return rows;
}

void pace_pause(struct pace *pace, bool paused)
{
    lock(pace);
    pace->source->paused = paused;
    changed(pace);
    unlock(pace);
}

void pace_limits(struct pace *pace, struct plan_pace *limits)
{
    lock(pace);
    *limits = pace->source->limits;
    unlock(pace);
}

void pace_set_limits(struct pace *pace, const struct plan_pace *limits)
{
    lock(pace);
    struct pace_source *source = pace->source;
    settle(source, now_ns(source)); /* with the ceiling of until now */
    source->limits = *limits;
    source->backing_off = source->backing_off && limits->back_off > 0;
    changed(pace);
    unlock(pace);
}

static enum pace_phase phase_of(const struct pace_source *source, int64_t *change_us)
{
    bool open = is_open(source, change_us);
    return source->paused        ? PACE_PAUSED
           : !open               ? PACE_CLOSED
           : source->backing_off ? PACE_BACKING_OFF
           : source->limits.rows_per_second_max > 0 && now_ns(source) < source->throttled_ns
               ? PACE_THROTTLED
               : PACE_RUNNING;
}

struct pace_status pace_status(struct pace *pace)
{
    int64_t change_us = 0;
    lock(pace);
    struct pace_status status = {
        .phase = phase_of(pace->source, &change_us),
        .settled = pace->source->settled,
    };
    unlock(pace);
    return status;
}

void pace_state(struct pace *pace, struct text_buffer *out)
{
    int64_t change_us = 0;
    lock(pace);
    const struct pace_source *source = pace->source;
    switch (phase_of(source, &change_us)) {
    case PACE_RUNNING:
        text_buffer_string(out, "running");
        break;
    case PACE_THROTTLED:
        text_buffer_format(
            out, "throttled (%llu rows/s)", (unsigned long long)source->limits.rows_per_second_max);
        break;
    case PACE_BACKING_OFF:
        text_buffer_format(out, "waiting (source latency %.1fx)", source->ratio);
        break;
    case PACE_CLOSED:
        text_buffer_string(out, "waiting (window ");
        pace_window_format(&source->limits.window, out);
        text_buffer_string(out, " opens in ");
        pace_window_duration(change_us, out);
        text_buffer_char(out, ')');
        break;
    case PACE_PAUSED:
        text_buffer_string(out, "paused");
        break;
    }
    unlock(pace);
}

void pace_window(struct pace *pace, struct text_buffer *out)
{
    int64_t change_us = 0;
    lock(pace);
    if (pace->source->limits.window.given) {
        bool open = is_open(pace->source, &change_us);
        text_buffer_string(out, open ? "open, closes in " : "closed, opens in ");
        pace_window_duration(change_us, out);
    }
    unlock(pace);
}
