/* fixture.h — two relations of a few columns in memory, and what comparing them gives.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_VERIFY_FIXTURE_H
#define NOVATE_TESTS_VERIFY_FIXTURE_H

#include "assertions.h"
#include "compare.h"
#include "fake_rows.h"
#include "seed.h"

#include "novate/limits.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMN_ID,
    COLUMN_BORN,
    COLUMN_NAME,
    COLUMN_CODE,
    COLUMN_SCORE,
    COLUMN_NOTE,
    COLUMNS
};

struct fixture {
    struct arena arena;
    struct fake_rows source;
    struct fake_rows target;
    int key[1];
    struct compare compare;
    struct verify_result result;
    struct error error;
};

static inline void fixture_setup(struct fixture *fixture)
{
    const struct column columns[COLUMNS] = {
        fake_column("id", TYPE_INT8),
        fake_column("born", TYPE_DATE),
        fake_column("name", TYPE_TEXT),
        fake_column("code", TYPE_CHAR),
        fake_column("score", TYPE_NUMERIC),
        fake_column("note", TYPE_TEXT),
    };
    *fixture = (struct fixture){.error = ERROR_NONE};
    arena_init(&fixture->arena, (size_t)64 << 10, NULL);
    fake_rows_init(&fixture->source, columns, COLUMNS, &fixture->arena);
    fake_rows_init(&fixture->target, columns, COLUMNS, &fixture->arena);
    fixture->source.source_key = COLUMN_ID;
    fixture->compare = (struct compare){
        .schema = &fixture->source.schema,
        .key = fixture->key,
        .key_count = 1,
        .source = {.rows = fake_rows_source(&fixture->source)},
        .target = {.rows = fake_rows_source(&fixture->target)},
        .differences_max = LIMIT_DIFFERENCES,
    };
}

static inline void fixture_teardown(struct fixture *fixture)
{
    ck_assert_int_eq(fixture->source.opened, fixture->source.closed);
    ck_assert_int_eq(fixture->target.opened, fixture->target.closed);
    arena_release(&fixture->arena);
}

/* Row `id` of both sides, the same in each. */
static inline void fixture_push(struct fixture *fixture, int id)
{
    const char *cells[COLUMNS] = {
        arena_format(&fixture->arena, "%d", id),
        arena_format(&fixture->arena, "19%02d-%02d-%02d", id % 100, id % 12 + 1, id % 28 + 1),
        arena_format(&fixture->arena, "name %d", id % 1000),
        "A1",
        arena_format(&fixture->arena, "%d.50", id % 77),
        id % 5 == 0 ? NULL : "seen",
    };
    for (int i = 0; i < COLUMNS; i++) {
        hold(cells[i] != NULL || i == COLUMN_NOTE);
    }
    fake_rows_push(&fixture->source, cells);
    fake_rows_push(&fixture->target, cells);
}

static inline void fixture_fill(struct fixture *fixture, int count)
{
    for (int id = 1; id <= count; id++) {
        fixture_push(fixture, id);
    }
}

static inline void fixture_shuffle(struct fake_rows *rows, struct seed *seed)
{
    for (int i = rows->count - 1; i > 0; i--) {
        int j = seed_below(seed, i + 1);
        const char **swapped = rows->rows[i];
        rows->rows[i] = rows->rows[j];
        rows->rows[j] = swapped;
    }
}

static inline void fixture_run(struct fixture *fixture)
{
    bool ok = compare_run(&fixture->compare, &fixture->arena, &fixture->result, &fixture->error);
    ck_assert_msg(ok, "%s", fixture->error.message);
}

/* Counts of a result: equal, not equal, missing in the target, not in the source. */
static inline void assert_counts(const struct fixture *fixture,
                                 uint64_t equal,
                                 uint64_t not_equal,
                                 uint64_t missing_target,
                                 uint64_t missing_source)
{
    const struct verify_result *result = &fixture->result;
    bool same = not_equal + missing_target + missing_source == 0;
    ck_assert_uint_eq(result->equal, equal);
    ck_assert_uint_eq(result->not_equal, not_equal);
    ck_assert_uint_eq(result->missing_target, missing_target);
    ck_assert_uint_eq(result->missing_source, missing_source);
    ck_assert_int_eq(result->verdict, same ? VERDICT_VERIFIED : VERDICT_DIFFERENCES);
    ck_assert_int_eq(digest_equal(&result->source_digest, &result->target_digest), same);
}

/* `columns` are names joined by blanks. */
static inline void assert_difference(const struct difference *difference,
                                     enum difference_kind kind,
                                     const char *key,
                                     const char *columns)
{
    char joined[256] = "";
    size_t size = 0;
    for (int i = 0; i < difference->column_count; i++) {
        size += (size_t)snprintf(
            joined + size, sizeof joined - size, "%s%s", i == 0 ? "" : " ", difference->columns[i]);
    }
    ck_assert_str_eq(difference->key, key);
    ck_assert_str_eq(difference_kind_text(difference->kind), difference_kind_text(kind));
    ck_assert_str_eq(joined, columns);
}

#endif
