/* trace.h — what the parts of command "trace" share: one record, and where it stands.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "job.h"
#include "record_key.h"
#include "sheet.h"

#include "novate/target_reject.h"
#include "novate/transform_trace.h"

/* Later is worse. */
enum trace_verdict {
    TRACE_IS_RIGHT,     /* the target has the row as it should be, or rightly has none */
    TRACE_NOT_COMPARED, /* it could not be told */
    TRACE_DIFFERS,
};

struct tracing {
    struct job *job;
    struct entity *entity;
    struct sheet sheet;
    const char *key; /* JSON array of texts, or the place in a file */
    struct record_key record_key;
    struct target_entity ledger; /* when `in_ledger` */
    bool in_ledger;              /* of the target: the entity was planned */
    struct target_chunk *chunks; /* of that ledger */
    int chunk_count;
    const struct target_chunk *chunk; /* the record's; NULL: not known */
    struct target_reject *rejects;    /* of the key */
    int reject_count;
    int explained;       /* rows of the record that one of the target's refusals accounts for */
    bool read_alone;     /* the source was asked for the key */
    int records;         /* of the source with the key */
    struct batch record; /* the first of them, when there is one */
    const char *file;    /* where that one stands; NULL: in no file */
    enum trace_verdict verdict;
    const char *why; /* of the verdict */
};

/* A worse verdict takes the place of the one that is known. */
void trace_judge(struct tracing *tracing, enum trace_verdict verdict, const char *why);

/* trace_source.c: reads the record from the source, and finds its chunk. */
bool trace_find(struct tracing *tracing, struct error *error) NODISCARD;
void trace_show_source(struct tracing *tracing);
/* trace_segments.c: is it in what is staged? */
bool trace_show_segments(struct tracing *tracing, struct error *error) NODISCARD;
/* trace_rules.c: maps it; shows what each rule made of it, and the target's rows. */
bool trace_show_rules(struct tracing *tracing, struct error *error) NODISCARD;
/* trace_target.c: the target's ledger. */
bool trace_read_ledger(struct tracing *tracing, bool has_ledger, struct error *error) NODISCARD;
bool trace_show_ledger(struct tracing *tracing, struct error *error) NODISCARD;
/* A row that came of the record, beside the target's. */
bool trace_show_row(struct tracing *tracing,
                    struct batch *mapped,
                    int row,
                    struct error *error) NODISCARD;
/* No row comes of the record: has the target one under the key that is known without mapping it?
 * `why` says what became of the record. */
bool trace_show_unexpected(struct tracing *tracing, const char *why, struct error *error) NODISCARD;

#endif
