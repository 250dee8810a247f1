/* ledger_sample.h — samples that people looked at, in the ledger of the work directory.
 *
 * A sample is noted when its sheet is written, and again with what came of it. A later word about
 * one stands beside the former: nothing that was said is taken back. The table is made with the
 * first note; a ledger without it has none.
 * Threads   any, as ledger.h. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LEDGER_SAMPLE_H
#define NOVATE_LEDGER_SAMPLE_H

#include "novate/arena.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stdint.h>

struct ledger;

struct ledger_sample {
    const char *entity;
    const char *sheet;        /* file */
    const char *sheet_sha256; /* of its bytes */
    const char *mapping_digest;
    const char *strata; /* column, or NULL */
    uint64_t seed;
    uint64_t size;       /* that was asked for */
    uint64_t population; /* records of the source */
    uint64_t records;    /* of the sample */
    const char *drawn_at;
    const char *at; /* when it was recorded what came of it; NULL: the note of its drawing */
    uint64_t checked;
    uint64_t errors;
    const char *who;
    const char *why; /* or NULL */
};

/* Notes a sample, or what came of one. */
bool ledger_sample_put(struct ledger *ledger,
                       const struct ledger_sample *sample,
                       struct error *error) NODISCARD;
/* All notes, in their order. */
bool ledger_samples(struct ledger *ledger,
                    struct arena *arena,
                    struct ledger_sample **samples,
                    int *count,
                    struct error *error) NODISCARD;

#endif
