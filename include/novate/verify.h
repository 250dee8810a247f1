/* verify.h — proves that the target holds what the source and the mapping say.
 *
 * Both sides are read again; nothing that loading left behind is trusted. Rows are hashed in
 * canonical form (canonical.h) and summed by buckets of their key's hash, so neither order nor
 * collation matters; buckets that differ are read again and their rows matched by key, to name rows
 * and columns. Relations without a key are compared as multisets.
 *
 * The source side is given as a reader and transformer, so that this folder knows no stage but
 * load's session. It is opened once per pass. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_H
#define NOVATE_VERIFY_H

#include "novate/batch.h"
#include "novate/cancel.h"
#include "novate/pipeline.h"
#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

enum verdict {
    VERDICT_VERIFIED,
    VERDICT_DIFFERENCES,
    VERDICT_NOT_VERIFIED,
    VERDICT_REJECTS
};
const char *verdict_text(enum verdict verdict); /* verified, differences, not_verified, rejects */

/* How much is compared. */
enum verify_level {
    VERIFY_DIGEST, /* every row and mapped column */
    VERIFY_COUNTS, /* rows only */
    VERIFY_FULL,   /* as DIGEST, and figures of each column */
    VERIFY_LEVEL_COUNT
};
const char *verify_level_text(enum verify_level level); /* digest, counts, full */

enum difference_kind {
    DIFFERENCE_NOT_EQUAL,
    DIFFERENCE_MISSING_TARGET,
    DIFFERENCE_MISSING_SOURCE
};
const char *difference_kind_text(enum difference_kind kind);

struct difference {
    enum difference_kind kind;
    const char *key;      /* target key as a JSON array; without a key: the row's hash */
    const char **columns; /* names of the columns that differ; NOT_EQUAL with a key */
    int column_count;
};

/* How a column is compared: by its canonical encoding, unless one of these is set. */
struct column_comparison {
    bool skipped;     /* not at all */
    double tolerance; /* FLOAT4, FLOAT8, with a key: above 0, values so far apart are equal: */
    bool relative;    /* a share of the mapped value, instead of a distance */
};

/* Are two values that are not the same near enough? NaN and infinities are near nothing. */
bool column_comparison_near(const struct column_comparison *rule, double mapped, double found);

#define VERIFY_TIME_SIZE 32 /* UTC, ISO 8601, and NUL */

/* A difference of a record that changed while it was verified, as it was seen twice. */
struct in_flight {
    const char *key;
    bool differed; /* at the first look; then `first` */
    bool differs;  /* at the second one; then `second`; false: equal by then */
    struct difference first;
    struct difference second;
    char first_at[VERIFY_TIME_SIZE];
    char second_at[VERIFY_TIME_SIZE];
};

/* A second look at differences after a while, for a source that is live. */
struct verify_confirm {
    void *state;
    /* Waits; ERROR_INTERRUPTED when it is to end. NULL: differences are not looked at again. */
    bool (*wait)(void *state, struct error *error);
    void (*now)(void *state, char time[VERIFY_TIME_SIZE]);
    uint64_t after_s; /* how long it waits */
};

/* What has been done, kept so that a verification that was interrupted goes on: the chunks of the
 * source that the first reading has read, and what the second one has settled. The target is read
 * anew. Keys of differences are in it and, at level FULL, least and greatest values and codes. */
struct verify_checkpoint {
    void *state;
    /* Keeps `data` instead of what was kept before, from the thread that reads the source; a
     * failure is the callee's to tell. NULL: nothing is kept. */
    void (*save)(void *state, struct text data);
    struct text kept;          /* what was kept last; size 0: nothing, or it is not to be used */
    const char *identity;      /* of everything that decides the digests, but the chunks */
    const char *const *chunks; /* their identities, by ordinal; all of the source */
    int chunk_count;
    bool *done; /* set before source.open() of the first reading: not to be read by it */
};

/* The mapped source, once per pass: a fresh reader and transformer, and their end. close() is
 * called after each open() that succeeded, when the pass is over, well or not. */
struct verify_source {
    void *state;
    bool (*open)(void *state,
                 struct reader *reader,
                 struct transformer *transformer,
                 struct error *error);
    void (*close)(void *state);
};

struct verify_options {
    const char *entity;
    enum verify_level level;
    const struct schema *schema; /* of the mapped rows */
    const int *key;              /* indices of the target key; key_count 0: multiset */
    int key_count;
    const struct column_comparison *columns; /* one per column of the schema; NULL: all alike */
    const bool *coded; /* level FULL: columns whose distribution is counted; NULL: none */
    struct verify_confirm confirm;
    struct verify_checkpoint checkpoint;
    struct verify_source source;
    struct session *session; /* read-only, the verification's for its duration */
    /* Brings mapped values of type OTHER into the server's form while `session` is reading the
     * table. NULL: then a schema with such columns is read one side after the other, with
     * `session` for both. */
    struct session *source_session;
    const struct target_table *table;
    const char *scope; /* target SQL or NULL */
    /* Keys that the loader's ledger has as rejected by the *server*: they are in the mapped source
     * and rightly not in the target. JSON arrays of source keys as batch_key_json() writes them,
     * once per record that was refused, sorted by strcmp. */
    const char *const *refused_keys;
    int refused_count;
    bool threads;          /* both sides at once, each in threads; false: all in this one */
    struct budget *budget; /* may be NULL */
    struct cancel *cancel; /* may be NULL; any level ends it with ERROR_INTERRUPTED */
    struct pipeline_progress *source_progress; /* may be NULL; added to in every pass */
    struct pipeline_progress *target_progress;
};

/* What one side holds in a column. Texts are as PostgreSQL prints them; NULL: there is none, or the
 * type has none. Of a text, its first 256 bytes count as the least and the greatest. */
struct column_figures {
    struct digest digest; /* of all values, NULLs too */
    uint64_t nulls;
    const char *min, *max;
    const char *sum; /* of integers and NUMERIC, up to 38 digits */
};

struct code_rows {
    const char *code;
    uint64_t source_rows, target_rows;
};

/* Level FULL: a column of both sides, as the first reading saw it. */
struct column_result {
    const char *name;
    const char *type;
    bool agrees;
    struct column_figures source; /* without the rows that the server refused */
    struct column_figures target;
    const struct code_rows *codes; /* of a column that is coded, by code; NULL: none */
    int code_count;
};

struct verify_result {
    enum verify_level level;
    struct tally tally;          /* of the source side, first reading */
    struct digest source_digest; /* of mapped rows, without those that the server refused */
    struct digest target_digest;
    int resumed_chunks;       /* of the source, read by a verification that was interrupted, */
    uint64_t resumed_buckets; /* of buckets_reread, settled by it, */
    char resumed_from[VERIFY_TIME_SIZE]; /* which began then; "": none */
    uint64_t equal, not_equal, missing_target, missing_source;
    uint64_t within_tolerance; /* of `equal`: those whose digests are not */
    uint64_t
        in_flight;    /* differences of records that changed between two looks: of none of these */
    uint64_t settled; /* keys that differed at the first of them, and not at the second */
    struct in_flight *flights; /* LIMIT_IN_FLIGHT of both at most */
    int flight_count;
    struct column_result *columns; /* level FULL: one per column of the schema that is compared */
    int column_count;
    uint64_t refused;               /* mapped rows that refused_keys explains */
    uint64_t buckets_reread;        /* of LIMIT_VERIFY_BUCKETS: those that differed at first */
    struct difference *differences; /* LIMIT_DIFFERENCES at most, by key */
    int difference_count;
    enum verdict verdict;
};

/* True with VERDICT_DIFFERENCES when they differ, and VERDICT_NOT_VERIFIED when nothing does but
 * records in flight: that is no failure of the operation. The result lives in `arena`. */
bool verify_entity(const struct verify_options *options,
                   struct arena *arena,
                   struct verify_result *result,
                   struct error *error) NODISCARD;

#endif
