/* coding.h — codes of the source, counted as they are read, before they are mapped: the other half
 * of what a verification of level "full" says of columns that ask lookups.
 *
 *     coding_open → coding_tap(transformer) for the first reading → coding_say → coding_close
 *
 * The transformer's thread counts, in an arena of its own. The counts go with the tallies of the
 * batches, so that each chunk counts once, even where it was read before an interruption.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CODING_H
#define CLI_CODING_H

#include "job.h"

#include "novate/code_counts.h"
#include "novate/pipeline.h"
#include "novate/transform.h"

struct coding {
    struct arena arena;
    struct program_code *columns;
    int count;
    bool *coded;               /* one per column of the target schema */
    const char **groups;       /* one per column: the name of its counters */
    struct code_counts *batch; /* one per column; of the batch in hand */
    struct transformer inner;
    bool again; /* the same records come once more */
    struct text_buffer scratch;
};

bool coding_open(struct coding *coding,
                 struct job *job,
                 const struct program *program,
                 struct error *error) NODISCARD;
/* Puts itself before the transformer. */
void coding_tap(struct coding *coding, struct transformer *transformer);
/* What was counted in the entity's verification, for the report. */
bool coding_say(const struct coding *coding, struct entity *entity, struct error *error) NODISCARD;
void coding_close(struct coding *coding);

#endif
