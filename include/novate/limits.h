/* limits.h — every limit of novate, with its reason. Input beyond a limit is refused with a message
 * that names the limit; nothing is truncated to fit one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LIMITS_H
#define NOVATE_LIMITS_H

#include <assert.h>

/* Rows of a batch. A power of two would do as well, but an index of a row must fit in 16 bits.
 * Tests build with 3 to meet every boundary. */
#ifndef NOVATE_BATCH_ROWS
#    define NOVATE_BATCH_ROWS 2048
#endif
#define LIMIT_BATCH_ROWS NOVATE_BATCH_ROWS
static_assert(LIMIT_BATCH_ROWS > 0 && LIMIT_BATCH_ROWS <= 65535, "a row index has 16 bits");

/* A batch is closed when its text passes this, so that wide rows do not multiply by 2048. */
#define LIMIT_BATCH_BYTES ((size_t)2 << 20)

/* A value from here on is large: it has a block of memory of its own, is handed on rather than
 * copied, and is sent from where it lies. Below, copying costs less than keeping track. */
#define LIMIT_LARGE_BYTES ((size_t)64 << 10)

/* PostgreSQL's own MaxTupleAttributeNumber is 1664, of which 1600 may be columns of a table. */
#define LIMIT_COLUMNS 1600

/* PostgreSQL refuses fields of 1 GB; COPY adds its framing. */
#define LIMIT_FIELD_BYTES ((size_t)1 << 30)

/* A record of a file: one field and its framing at most. */
#define LIMIT_RECORD_BYTES (((size_t)1 << 30) + 65536)

/* Characters of a record of fixed columns: mainframes stop at 32 760 bytes, interchange files well
 * before a million. */
#define LIMIT_FIXED_CHARACTERS 1000000

/* Of memory_mb, a record of a file may have this share: it stands in memory as read, without its
 * quotes, in the batch, encoded for its hash, mapped, and encoded for the target. */
#define LIMIT_RECORD_SHARE 8

/* The header of a file: LIMIT_COLUMNS names, however long people make them. */
#define LIMIT_HEADER_BYTES ((size_t)16 << 20)

/* One manifest, and the lines of all of a source: a million files are more than a folder is good
 * for. */
#define LIMIT_MANIFEST_BYTES ((size_t)256 << 20)
#define LIMIT_MANIFEST_LINES 1000000
/* A line of it: names of files have at most 4096 bytes, remarks some more. */
#define LIMIT_MANIFEST_LINE_BYTES 65536

/* YAML files: generous for people, small for memory. */
#define LIMIT_PLAN_BYTES ((size_t)16 << 20)

/* The list of staged files: half a million of them. */
#define LIMIT_MANIFEST_BYTES ((size_t)256 << 20)

/* Nesting of expressions and of YAML; bounds the recursion of parser and checker. */
#define LIMIT_DEPTH 200

/* Different codes without an entry that are counted for one lookup: more than this is no table of
 * codes. */
#define LIMIT_LOOKUP_MISSES 10000

/* Columns that a pivot makes: each costs memory in every group. */
#define LIMIT_PIVOT_COLUMNS 200

/* Columns of a key. PostgreSQL's INDEX_MAX_KEYS. */
#define LIMIT_KEY_COLUMNS 32

/* Problems of a plan that are reported in one go; more would not be read. */
#define LIMIT_PROBLEMS 100

/* Batches that a pipeline owns on each side of the transformation: one being read, one waiting, one
 * being worked on. More wait where each pipeline has so much memory to itself, so that the source
 * is read while the target is busy with a piece. */
#define LIMIT_PIPELINE_BATCHES      3
#define LIMIT_PIPELINE_BATCHES_DEEP 5
#define LIMIT_PIPELINE_DEEP_BYTES   ((size_t)128 << 20)

/* Parallel pipelines: each has two connections; beyond this a source is not treated gently. */
#define LIMIT_JOBS 64

/* Default rows of a chunk: about a second of work, and the most that a kill makes novate repeat. */
#define LIMIT_CHUNK_ROWS 250000

/* Default bytes of a chunk of a file. */
#define LIMIT_CHUNK_BYTES ((size_t)32 << 20)

/* Small files are carried together while they have no more than this share of a chunk: a chunk of
 * its own costs a transaction, and thousands of files come with ten records each. */
#define LIMIT_FILES_SHARE 8

/* Rows of one read of a source: the least keeps the overhead of a query small against the rows it
 * gives; the most bounds what a driver that stores whole results may hold. */
#define LIMIT_READ_ROWS_MIN 256
#define LIMIT_READ_ROWS_MAX 65536

/* Rows of one COPY command: what a refused row makes novate send again. */
#define LIMIT_COPY_ROWS  16384
#define LIMIT_COPY_BYTES ((size_t)4 << 20)

/* Buckets of a verification: keys that share one are read again together when it differs. */
#define LIMIT_VERIFY_BUCKETS 65536

/* Records that are picked out of a source to be looked at twice: all their values are in memory at
 * once, and each that the server refuses is asked about alone. */
#define LIMIT_PICKED_RECORDS 10000

/* Values of a column that a sample is drawn in proportion to: each may hold as many records as the
 * sample. */
#define LIMIT_STRATA 64

/* Entries of a lookup that are copied to the target for a cross-check. */
#define LIMIT_CROSS_ENTRIES 200000

/* Differences that are described one by one; all are counted. */
#define LIMIT_DIFFERENCES 10000
/* Different codes whose distribution is counted. */
#define LIMIT_CODES 200
/* Records in flight that a verification describes. */
#define LIMIT_IN_FLIGHT 1000

/* Statements that are printed to mend a target: they wait in memory to be put in order, and people
 * are to read them. */
#define LIMIT_REPAIR_BYTES ((size_t)64 << 20)

/* Runs before its own that a report lists: more would not be read, and each costs reading its
 * report. How many more there are is said. */
#define LIMIT_HISTORY 50
/* A report that is larger is not read for that: read as JSON it takes ten times as much memory, and
 * thousands of differences are what it is large of. That it was not is said. */
#define LIMIT_HISTORY_BYTES ((size_t)16 << 20)

/* What the profile of a column may take in memory, however many values there are: registers of
 * different values, 256 frequent values, 128 patterns, and the texts that stand for them. */
#define LIMIT_PROFILE_COLUMN_BYTES ((size_t)96 << 10)

/* What a function makes of a document, its plain text or what was compressed: letters have
 * kilobytes, scanned pages some megabytes; a damaged one that grows beyond is refused. */
#define LIMIT_DOCUMENT_BYTES ((size_t)64 << 20)

/* Groups within groups of RTF: word processors go down about twenty. */
#define LIMIT_RTF_DEPTH 500

/* Fonts of RTF: word processors write nine for each one that is used, some hundred in all. */
#define LIMIT_RTF_FONTS 2048

#endif
