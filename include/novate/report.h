/* report.h — the report of a run. JSON is the canonical form (schema in verify/README.md); text,
 * CSV and HTML are rendered from it.
 *
 * Keys are personal data: without `show_keys` a difference or reject shows a short keyed hash of
 * its key. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_REPORT_H
#define NOVATE_REPORT_H

#include "novate/batch.h"
#include "novate/code_counts.h"
#include "novate/cross_result.h"
#include "novate/ledger_sample.h"
#include "novate/load_mode.h"
#include "novate/seal.h"
#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

/* A column that is not compared, though a rule fills it. */
struct report_skip {
    const char *column;
    const char *reason;
};

/* Codes of the source that become those of a column. */
struct report_codes {
    const char *column;
    const char *from;                 /* the rule */
    const struct code_counts *before; /* NULL, or too many: not counted */
};

struct report_entity {
    const char *entity;
    const char *source; /* "table PERSON of millennium where …" */
    const char *target_table;
    enum load_mode mode;
    const char *consistency; /* or NULL */
    const char *mapping_digest;
    const char
        *loaded_with;  /* digest of the mapping that was loaded with, where it is another one */
    bool loaded_known; /* `load` is filled: from the ledgers */
    bool dry_run;      /* nothing was to be loaded: `load` says what passed */
    struct tally load;
    uint64_t present_rows; /* already there before */
    bool rejects_known;    /* the next three are filled: from the target's ledger */
    uint64_t rejects_open;
    uint64_t rejects_closed;  /* somebody decided that they stay out */
    uint64_t rejects_retried; /* carried since: no rejects any more */
    bool verified;            /* `verification` is filled */
    const struct verify_result *verification;
    const struct cross_result *cross; /* NULL: not asked for, or not done */
    const char *const *not_compared;  /* target columns that no rule fills */
    int not_compared_count;
    const struct report_skip *skipped;
    int skipped_count;
    const struct report_codes *codes; /* of a verification of level FULL */
    int code_count;
    uint64_t confirm_after_s; /* 0: differences were not looked at again */
    const char *scope;        /* target SQL: which rows of the table were compared; NULL: all */
    const char *not_verified_reason; /* when verification was asked for and did not happen */
    const char *files; /* JSON array of its files (source_file.h); NULL: not known, or none */
    double seconds;
    enum verdict verdict;
};

struct report {
    const char *migration;
    const char *kind; /* rehearsal, load, delta, verify */
    int64_t run;
    const char *started_at; /* UTC, ISO 8601 */
    const char *finished_at;
    const char *tool_version;
    const char *plan_digest;
    const char *source_description;
    const char *target_description;
    const char *host;
    const char *operator_name;
    const struct report_entity *entities;
    int entity_count;
    enum verdict verdict;
    bool verification_skipped; /* --no-verify */
    bool show_keys;
    const char *history;                 /* JSON array: the runs before this one; NULL: none */
    uint64_t history_before;             /* runs that are older than these */
    const struct ledger_sample *samples; /* whose outcome was recorded */
    int sample_count;
    const char *target_state; /* JSON object: what was restored, sequences, space; NULL: none */
    const char *key_salt;     /* for hashes of keys */
    struct seal_links links;  /* the report before it, and who will sign it */
};

/* A run before that of a report, as the ledger of the work directory knows it. */
struct report_earlier {
    int64_t run;
    const char *kind;
    const char *started_at;
    const char *finished_at; /* NULL: it did not end */
    const char *verdict;     /* NULL: it had none */
    bool reported;           /* it left a report */
    bool too_large;          /* which has more than LIMIT_HISTORY_BYTES */
    struct text report;      /* bytes of its JSON file, with a NUL behind them; NULL data: it could
                                not be read */
};
/* An element of `history`. Numbers are those of its report, where this is as it was written and of
 * this run and migration; else they are null, and what is wrong is said. */
bool report_earlier_push(const struct report_earlier *run,
                         const char *migration,
                         struct text_buffer *out,
                         struct error *error) NODISCARD;

/* The worst of the entities: differences, then rejects over the limit, then not verified, then
 * verified. */
enum verdict report_verdict(const struct report_entity *entities, int count);

bool report_json(const struct report *report,
                 struct text_buffer *out,
                 struct error *error) NODISCARD;

enum report_format {
    REPORT_JSON,
    REPORT_TEXT,
    REPORT_CSV,
    REPORT_HTML
};
/* By the file's extension; false: none of these. */
bool report_format_of(const char *path, enum report_format *format);
/* From the canonical JSON. A page carries the JSON and the signature with it (NULL: not signed).
 * ERROR_STATE when it is no report of novate. */
bool report_render(const char *json,
                   const char *signature,
                   enum report_format format,
                   struct text_buffer *out,
                   struct error *error) NODISCARD;

/* What differs between two of them, for people; timings only of entities that do. */
bool report_diff(const char *from,
                 const char *to,
                 struct text_buffer *out,
                 struct error *error) NODISCARD;

/* Reports of migrations that belong together, such as those of several trusts into one target:
 * apart and summed up, in one of the forms; `*verdict` is the worst of them. From the canonical
 * JSON of each. ERROR_STATE: one is no report of novate; ERROR_USAGE: two are of one migration. */
bool report_join(const char *const *reports,
                 int count,
                 enum report_format format,
                 struct text_buffer *out,
                 enum verdict *verdict,
                 struct error *error) NODISCARD;

/* "#3f9a0c12": a key as reports show it. */
void report_key(const char *key, const char *salt, bool show_keys, struct text_buffer *out);

#endif
