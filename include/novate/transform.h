/* transform.h — a mapping compiled against both catalogues, and its application to batches.
 *
 *     program_compile(mapping, source schema, target schema, lookups, …)   parse, resolve,
 * type-check … fill and seal the lookups … transform_create(program) → pipeline → transform_destroy
 * one per pipeline
 *
 * A program is read-only and shared by all threads. Expressions have PostgreSQL's meaning
 * (mappings/README.md is the reference). A record's error never stops the batch: it becomes a
 * reject of the batch that comes out, with key, column, class and message, and without any of its
 * values.
 *
 * Order per record: filters by name in order (the first that is not true takes the record out and
 * counts), columns, NOT NULL and length of the target's columns, checks.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TRANSFORM_H
#define NOVATE_TRANSFORM_H

#include "novate/identity.h"
#include "novate/limits.h"
#include "novate/lookup.h"
#include "novate/pipeline.h"
#include "novate/plan.h"
#include "novate/problem.h"
#include "novate/rendering.h"
#include "novate/text.h"

#include <stdbool.h>

struct program;
struct transform;

/* `target` may be NULL: then the columns have the types of their expressions (preview, offline
 * check). `lookups[i]` belongs to mapping->lookups[i]. All problems found are added; with errors
 * among them `*program` is NULL and the result still true. `timezone` is the source's. */
bool program_compile(const struct mapping *mapping,
                     const struct schema *source,
                     const struct schema *target,
                     struct lookup *const *lookups,
                     const char *timezone,
                     struct arena *arena,
                     struct problems *problems,
                     struct program **program,
                     struct error *error) NODISCARD;

/* What can be said of the mapping's expressions without any catalogue: syntax, types, names of
 * functions and lookups. Problems are added; false only when memory ran out. */
bool program_check_syntax(const struct mapping *mapping,
                          struct arena *arena,
                          struct problems *problems,
                          struct error *error) NODISCARD;

/* What can be said of the columns that a mapping fills without knowing its source: are they there,
 * may they be written, are those filled that must have a value? What copy: may bring counts as
 * filled. Problems are added; false only when memory ran out. */
bool program_check_target(const struct mapping *mapping,
                          const struct schema *target,
                          struct arena *arena,
                          struct problems *problems,
                          struct error *error) NODISCARD;

/* The mapping with its filters, and of its columns (unless it has emit:, whose rows must fill the
 * same ones) only those that ask a lookup; a key without an
 * entry gives NULL where it would reject the record, so that all of a record's keys are asked for.
 * To be compiled without a target. `*any`: is a lookup asked at all? */
bool mapping_of_lookups(const struct mapping *mapping,
                        struct arena *arena,
                        struct mapping *asking,
                        bool *any,
                        struct error *error) NODISCARD;

/* Which columns of the target are known by the key of a record, as far as the mapping alone says:
 * those that are a key column itself, perhaps cast or in fit(), or copied; with a constant text
 * around it, or a number added. Where a record gives several rows, what all of them have alike. */
bool mapping_identity(const struct mapping *mapping,
                      struct arena *arena,
                      struct identity *identity,
                      struct error *error) NODISCARD;

/* Which columns of the source schema the program reads, keys included: what a reader must give, in
 * this order. */
const int *program_source_columns(const struct program *program, int *count);
/* The schema of those, and that of the target columns written, in the order of the batches. */
const struct schema *program_source_schema(const struct program *program);
const struct schema *program_target_schema(const struct program *program);
/* Indices in program_target_schema of the mapping's target key; 0 when it names none. */
int program_target_key(const struct program *program, int columns[LIMIT_KEY_COLUMNS]);
/* Target columns that no rule fills, for the report. */
int program_uncovered(const struct program *program, const char *const **names);
/* Columns that hold codes: those whose rule asks a lookup. */
struct program_code {
    int column;       /* of program_target_schema */
    int source;       /* the only column of program_source_schema that the rule reads, or -1 */
    const char *rule; /* as written */
};
bool program_codes(const struct program *program,
                   struct arena *arena,
                   struct program_code **codes,
                   int *count,
                   struct error *error) NODISCARD;
/* Target columns whose values may be too large for all that the expression says of it: each record
 * is asked, and rejected where one is. */
enum program_asked {
    PROGRAM_ASKED_LENGTH,
    PROGRAM_ASKED_DIGITS,
    PROGRAM_ASKED_SECONDS, /* digits of a fraction of a second */
    PROGRAM_ASKED_COUNT
};
int program_asked(const struct program *program,
                  enum program_asked asked,
                  const char *const **names);
/* Warns of columns that must have a value and whose expressions may be NULL. Lookups are filled. */
bool program_warn(const struct program *program,
                  struct problems *problems,
                  struct error *error) NODISCARD;
/* The rules as a server's SQL. `lookups` are those that the program was compiled with; `withheld`,
 * one per lookup, says why its entries are not to be had (NULL: they are). Nothing is a problem:
 * what cannot be rendered has a reason. */
bool program_render(const struct program *program,
                    struct lookup *const *lookups,
                    const char *const *withheld,
                    struct arena *arena,
                    struct rendering *rendering,
                    struct error *error) NODISCARD;
/* The typed program, for people. */
void program_explain(const struct program *program, struct text_buffer *out);
/* The reference of functions in Markdown, out of the table that the compiler uses: the section of
 * mappings/README.md that a test keeps fresh. */
void function_reference(struct text_buffer *out);

/* Does the mapping make one row of several records (dedupe:, pivot:)? Then every record is to be
 * read once to find the groups, before it is read to be mapped:
 *
 *     groups_create … transform_collect() for every batch … transform_use_groups() for each
 * transform
 *
 * and transform_create()'s batches then have the one row of each group; the other records of it are
 * counted as merged. `folder` is where groups lie that the mapping wants on disk. */
bool program_has_groups(const struct program *program);
struct groups;
bool groups_create(const struct program *program,
                   const char *folder,
                   struct arena *arena,
                   struct groups **groups,
                   struct error *error) NODISCARD;
void groups_destroy(struct groups *groups); /* NULL is allowed */
uint64_t groups_count(const struct groups *groups);
uint64_t groups_bytes(const struct groups *groups);

bool transform_create(const struct program *program,
                      struct budget *budget,
                      struct transform **transform,
                      struct error *error) NODISCARD;
/* Batches that come out also hold what was noted and mended, with values (novate/amendment.h). */
void transform_keep_amendments(struct transform *transform);
/* Takes the records of a batch that the filters keep into their groups. The batch is not changed.
 */
bool transform_collect(struct transform *transform,
                       struct batch *in,
                       struct groups *groups,
                       struct error *error) NODISCARD;
/* How a record stands to its group, for those who read it again without the others. */
enum standing {
    STANDING_FREE,     /* there is no other in its group, or it has none */
    STANDING_LEFT_OUT, /* by a filter */
    STANDING_LEADS,    /* stands for others */
    STANDING_FOLLOWS   /* another one stands for it */
};
/* Of each row of a batch, which is not changed. The transform has groups and maps nothing else. */
bool transform_find_standings(struct transform *transform,
                              struct batch *in,
                              uint8_t *standings,
                              struct error *error) NODISCARD;
/* How many rows each record of a batch gives under emit:, or comes to as a reject; at most
 * LIMIT_BATCH_ROWS counts are written. The batch is not changed, and the transform maps nothing
 * else. */
bool transform_count_given(struct transform *transform,
                           struct batch *in,
                           uint8_t *given,
                           struct error *error) NODISCARD;
/* `groups` is read only from here on, by any number of transforms. */
void transform_use_groups(struct transform *transform, const struct groups *groups);
struct transformer transform_as_transformer(struct transform *transform);
void transform_destroy(struct transform *transform); /* NULL is allowed */

#endif
