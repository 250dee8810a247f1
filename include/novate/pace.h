/* pace.h — how hard a source is read: one pace for all readers of a source, in whatever thread.
 *
 * Every query of records (or piece of a file) is one *read*. Before it, a reader passes the gate,
 * where it waits while reading is paused, outside the daily window, or while the source is slower
 * than its own baseline; after it, it says how long the source took. Rows are paid for by a token
 * bucket. From what reads took follows how many rows the next one should ask for.
 *
 *     pace_enter(pace, &entered) → query, fetch … pace_spend(pace, rows) … → pace_leave(pace, …)
 *
 * Threads   every function may be called from any thread. Waiting ends with cancel at CANCEL_NOW,
 * and at CANCEL_FINISH where no read has begun.
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

/* `settings` are copied; `cancel` outlives the pace. */
bool pace_create(const struct plan_source *settings,
                 const struct cancel *cancel,
                 struct pace **pace,
                 struct error *error) NODISCARD;
void pace_destroy(struct pace *pace); /* NULL is allowed */

/* What passing the gate came to. */
enum pace_gate {
    PACE_GO,
    PACE_GO_LATER,  /* after a wait so long that whoever holds a snapshot should have let it go */
    PACE_CANCELLED, /* nothing is to be read */
};
/* Would a reader wait long (paused, outside the window)? Then what it holds open on the source is
 * to be let go before pace_enter(). */
bool pace_holds(struct pace *pace);
/* Waits at the gate. A NULL pace never waits. */
enum pace_gate pace_enter(struct pace *pace) NODISCARD;
/* After a read: rows it gave, and the nanoseconds that the source took for them (waiting for the
 * next stage or at the gate not included). */
void pace_leave(struct pace *pace, uint64_t rows, int64_t source_ns);
/* Pays for rows, and waits until the ceiling allows the next. */
void pace_spend(struct pace *pace, uint64_t rows);
/* Rows that a read should ask for to take chunk_ms_target; between LIMIT_READ_ROWS_MIN and
 * LIMIT_READ_ROWS_MAX. */
uint64_t pace_read_rows(struct pace *pace);

/* From outside, while others read. */
void pace_pause(struct pace *pace, bool paused);
void pace_set_rows_per_second_max(struct pace *pace, uint64_t rows_per_second_max); /* 0: none */

/* For people: "running", "paused", "waiting (source latency 3.1x)", "waiting (window 20:00-06:00
 * opens in 3 h 12 min)", "throttled (20000 rows/s)". */
void pace_state(struct pace *pace, struct text_buffer *out);

#endif
