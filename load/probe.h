/* probe.h — asks the target once which rows of a piece it will refuse, and why.
 *
 *     the piece, by COPY ──► novate_piece, a temporary table without constraints
 *     the table's constraints, from its catalogue ──► one query ──► rows and what they violate
 *
 * The constraints' own expressions are evaluated, in the order in which the server would: domains,
 * NOT NULL, CHECK, unique keys, then what is checked after the statement. A unique key and a
 * foreign key cost a look into an index for every row, so that is done of those that have refused
 * a row before. What the catalogue does not tell (triggers, exclusion constraints, a key that
 * treats NULLs as equal, operator classes of one's own, columns that a volatile default fills) is
 * left out; the piece that is sent then finds it. Where triggers or partitions have a say, nothing
 * is asked.
 *
 * Needs TEMPORARY on the database, and for keys SELECT on the tables; without, a probe is not
 * usable, or knows fewer constraints. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_PROBE_H
#define NOVATE_LOAD_PROBE_H

#include "session_private.h"

#include "novate/session.h"

enum probe_kind {
    PROBE_NULL,
    PROBE_CHECK,
    PROBE_UNIQUE,
    PROBE_FOREIGN_KEY
};

/* One constraint, in the order in which the server checks them. */
struct probe_test {
    enum probe_kind kind;
    const char *name;    /* of the constraint, or NULL */
    const char *column;  /* as the server's error names it, or NULL */
    const char *sql;     /* true where a row violates it; of a unique key: where its key is there */
    const char *keys;    /* of a key: its expressions, AS the labels */
    const char *applies; /* of a unique key: true where it has anything to say of a row */
    const char *label;   /* of a key: a name for its result */
    const char *labels;  /* of a unique key */
    const char *same;    /* of a unique key: true where two rows of the piece have the same one */
    const char *needs;   /* numbers of columns, as an array */
    bool self;           /* a foreign key to the same table */
    bool local;          /* seen in the encoded row */
    bool learned;        /* a key that has refused rows, and is looked up */
};

struct probe {
    bool built;
    bool usable;
    bool cascades; /* there is a foreign key to the same table */
    struct arena arena;
    const char *create; /* the temporary table; for the transaction */
    const char *copy;   /* a piece into it, instead of what it holds */
    const char *source; /* its rows with all columns of the table that can be known */
    struct probe_test *tests;
    int count;
    int late;              /* the first test of those that are checked after foreign keys */
    const int16_t *absent; /* of each row: the foreign key that is off and would refuse it, or
                              PROBE_GOOD; NULL: none would. Set before the question */
    int absent_rows;
    bool *needed;         /* columns of the batches that the temporary table has */
    int16_t *null_tests;  /* of each column of the batches: the test that NULL fails */
    int16_t *own;         /* of each row: the local test that it fails, set before the question */
    int16_t *verdicts;    /* of each row of the piece: the test that it fails, or PROBE_GOOD; of one
                             that is absent `count` more than its foreign key */
    uint8_t *refused;     /* the same rows in the round before */
    struct arena answers; /* of one question */
    struct text_buffer sql;
};

enum {
    PROBE_GOOD = -1
};

void probe_init(struct probe *probe, struct budget *budget);
void probe_release(struct probe *probe);
/* Reads the table and its constraints, once. Within a transaction, which a failure ends. */
bool probe_build(struct probe *probe,
                 struct session *session,
                 const struct target_table *table,
                 const struct schema *schema,
                 bool binary,
                 struct error *error) NODISCARD;
/* Sets the verdicts on the rows of the piece that novate_piece holds. `*known` false: they depend
 * on each other in a way that only trying tells. */
bool probe_ask(struct probe *probe,
               struct session *session,
               int rows,
               bool *known,
               struct error *error) NODISCARD;
/* The key that refused with this SQLSTATE will be looked up. False: it is already, or is none. */
bool probe_learn(struct probe *probe, const char *sqlstate, const char *constraint);
/* The SQLSTATE that the server has for it. */
const char *probe_sqlstate(const struct probe_test *test);

/* probe_catalogue.c: what probe_build() reads. */
bool probe_read(struct probe *probe,
                struct session *session,
                const struct target_table *table,
                const struct schema *schema,
                bool binary,
                struct error *error) NODISCARD;

#endif
