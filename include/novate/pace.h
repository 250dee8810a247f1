/* pace.h — how hard a source is read: one pace for all readers of a source, in whatever thread.
 *
 * Every query of records (or piece of a file) is one *read*. Before it, a reader passes the gate,
 * where it waits while reading is paused, outside the daily window, or while the source is slower
 * than its own baseline; after it, it says how long the source took. Rows are paid for by a token
 * bucket. From what reads took follows how many rows the next one should ask for.
 *
 *     pace_enter(pace) → query, fetch … pace_spend(pace, rows) … → pace_leave(pace, …)
 *
 * What is the source's is shared: ceiling, pause, window, waiting. What depends on the relation is
 * each reader's own: its baseline and the size of its reads.
 *
 * Threads   every function may be called from any thread; enter, leave, spend and read_rows of one
 * reader's pace from one at a time. Waiting ends with cancel at CANCEL_NOW, and at the gate with
 * CANCEL_FINISH too.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PACE_H
#define NOVATE_PACE_H

#include "novate/cancel.h"
#include "novate/error.h"
#include "novate/plan.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

struct pace;

/* The pace of a source. `settings` are copied; `cancel` outlives the pace. ERROR_PLAN: its time
 * zone does not exist. */
bool pace_create(const struct plan_source *settings,
                 const struct cancel *cancel,
                 struct pace **pace,
                 struct error *error) NODISCARD;
/* The pace of one reader of that source, which outlives it. */
bool pace_reader(struct pace *source, struct pace **reader, struct error *error) NODISCARD;
void pace_destroy(struct pace *pace); /* NULL is allowed */

/* What passing the gate came to. */
enum pace_gate {
    PACE_GO,
    PACE_GO_LATER,  /* after a wait so long that whoever holds a snapshot should have let it go */
    PACE_CANCELLED, /* nothing is to be read: the reader fails with ERROR_INTERRUPTED */
};
/* Would a reader wait long (paused, outside the window)? Then what it holds open on the source is
 * to be let go before pace_enter(). */
bool pace_holds(struct pace *pace);
/* Waits at the gate. A NULL pace never waits. */
enum pace_gate pace_enter(struct pace *pace) NODISCARD;
/* After a read: rows it gave (one of none decides nothing), and the nanoseconds that the source
 * took for them (waiting for the next stage or at the gate not included). */
void pace_leave(struct pace *pace, uint64_t rows, int64_t source_ns);
/* In the middle of a read: waits while paused or outside the window, without a new read. One that
 * began seconds ago goes on to its end, unless its reader yields; then, and beside reads, it waits
 * at once. */
enum pace_gate pace_pass(struct pace *pace) NODISCARD;
/* While `yields`, this reader does not wait long: where it would, it is told PACE_CANCELLED, so
 * that others can let go what they hold because of it. */
void pace_set_yields(struct pace *reader, bool yields);
/* Pays for rows, and waits until the ceiling allows the next. */
void pace_spend(struct pace *pace, uint64_t rows);
/* Rows that a read should ask for to take chunk_ms_target; between LIMIT_READ_ROWS_MIN and
 * LIMIT_READ_ROWS_MAX. */
uint64_t pace_read_rows(struct pace *pace);

/* From outside, while others read; what waits looks again at once. connections_max and
 * retry_seconds_max are nothing of the pace. */
void pace_pause(struct pace *pace, bool paused);
void pace_limits(struct pace *pace, struct plan_pace *limits);
void pace_set_limits(struct pace *pace, const struct plan_pace *limits);

enum pace_phase {
    PACE_RUNNING,
    PACE_THROTTLED,   /* within the last second the ceiling made a reader wait */
    PACE_BACKING_OFF, /* the source is slow, and given time */
    PACE_CLOSED,      /* outside the window */
    PACE_PAUSED,
};
struct pace_status {
    enum pace_phase phase;
    unsigned settled; /* times that a source which stayed slow was taken as usual */
};
struct pace_status pace_status(struct pace *pace);
/* For people: "running", "paused", "waiting (source latency 3.1x)", "waiting (window 20:00-06:00
 * opens in 3 h 12 min)", "throttled (20000 rows/s)". */
void pace_state(struct pace *pace, struct text_buffer *out);
/* Whether the window is open now and until when: "open, closes in 2 h 5 min", or "closed, opens in
 * …". Nothing where none is given. */
void pace_window(struct pace *pace, struct text_buffer *out);

#endif
