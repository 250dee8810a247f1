/* odbc_plan.c — a table or query cut into key ranges.
 *
 * Along an index the source is asked for its n-th key after the last one, again and again: each
 * question is short, and none is asked before the gate lets it through. A key that is one unique
 * integer is asked for more cheaply, as long as its values stand close together: a range of so many
 * values holds no more rows than that, and how many it will hold is told by its beginning. The
 * first range is open below and the last one above, so that no
 * row, whenever it came, is in none. What no index serves is in odbc_plan_scan.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_plan.h"

#include "odbc_clock.h"
#include "odbc_index.h"
#include "odbc_reads.h"
#include "scalar.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <string.h>

/* A range of a width that holds fewer rows than this share of it: widths say little about the keys
 * that follow. */
#define SPARSE_SHARE 2

/* The part of a width that is counted for the whole of it, and the fewest values it has. */
#define SAMPLE_SHARE 32
#define SAMPLE_MIN   1024

/* Rows that the first question is about. */
#define STEP_ROWS ((uint64_t)65536)

#define MILLISECOND_NS INT64_C(1000000)

static bool ask(struct plan_pass *pass,
                struct odbc_sql *sql,
                struct arena *arena,
                struct odbc_rows *rows,
                int64_t *took_ns)
{
    if (pace_enter(pass->pace) == PACE_CANCELLED) {
        return error_set(pass->error, ERROR_INTERRUPTED, "interrupted while planning");
    }
    int64_t begun = odbc_clock_ns();
    bool ok = odbc_sql_check(sql, pass->error) && odbc_query(pass->connection,
                                                             sql->text.data,
                                                             sql->parameters,
                                                             sql->parameter_count,
                                                             arena,
                                                             rows,
                                                             pass->error);
    *took_ns = odbc_clock_ns() - begun;
    pace_leave(pass->pace, 0, *took_ns);
    return ok;
}

bool odbc_plan_query(struct plan_pass *pass, struct odbc_sql *sql, struct odbc_rows *rows)
{
    int64_t took_ns = 0;
    return ask(pass, sql, pass->arena, rows, &took_ns);
}

static bool count_of(struct plan_pass *pass, const char *text, uint64_t *count)
{
    int64_t value = 0;
    if (!NOVATE_CHECK(pass->error,
                      text != NULL &&
                          scalar_integer(text_of(text), 0, INT64_MAX, &value) == SCALAR_OK)) {
        return false;
    }
    *count = (uint64_t)value;
    return true;
}

bool odbc_plan_count(struct plan_pass *pass,
                     const struct relation *relation,
                     const struct chunk *range,
                     uint64_t *count)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    odbc_sql_init(&sql);
    arena_reset(&pass->scratch);
    text_buffer_format(&sql.text, "SELECT %s", pass->detail->dialect->count);
    odbc_sql_from(&sql, relation, range);
    int64_t took_ns = 0;
    bool ok = ask(pass, &sql, &pass->scratch, &rows, &took_ns) &&
              NOVATE_CHECK(pass->error, rows.rows == 1) &&
              count_of(pass, odbc_value(&rows, 0, 0), count);
    odbc_sql_release(&sql);
    return ok;
}

static bool same_key(const struct plan_pass *pass, const char *const *a, const char *const *b)
{
    for (int i = 0; a != NULL && i < pass->relation->key_count; i++) {
        if (strcmp(a[i], b[i]) != 0) {
            return false;
        }
    }
    return a != NULL;
}

bool odbc_plan_cut(struct plan_pass *pass, const char **key, uint64_t rows)
{
    if (pass->count > 0 && same_key(pass, pass->cuts[pass->count - 1].key, key)) {
        pass->cuts[pass->count - 1].rows += rows;
        return true;
    }
    if (pass->count == pass->capacity) {
        int capacity = pass->capacity == 0 ? 64 : pass->capacity * 2;
        struct cut *grown = ARENA_ARRAY(pass->arena, struct cut, (size_t)capacity);
        if (grown == NULL) {
            return error_set_memory(pass->error);
        }
        if (pass->count > 0) {
            memcpy(grown, pass->cuts, (size_t)pass->count * sizeof *grown);
        }
        pass->cuts = grown;
        pass->capacity = capacity;
    }
    pass->cuts[pass->count++] = (struct cut){.key = key, .rows = rows};
    return true;
}

/* The next place that planning stands at: up to and with it there are so many rows more. */
struct stride {
    const char **key;
    uint64_t rows;
    bool ended; /* the rows are all that are left */
};

static bool key_keep(struct plan_pass *pass, const struct odbc_rows *rows, const char ***key)
{
    int count = pass->relation->key_count;
    *key = ARENA_ARRAY(pass->arena, const char *, (size_t)count);
    for (int i = 0; *key != NULL && i < count; i++) {
        (*key)[i] = arena_string(pass->arena, rows->values[i]);
        if ((*key)[i] == NULL) {
            return error_set_memory(pass->error);
        }
    }
    return *key != NULL || error_set_memory(pass->error);
}

/* The questions grow and shrink with the time they take. */
static void steps_adapt(struct plan_pass *pass, int64_t took_ns)
{
    int64_t target_ns = (int64_t)pass->connection->settings->pace.chunk_ms_target * MILLISECOND_NS;

    if (target_ns > 0 && took_ns > target_ns && pass->step_rows > LIMIT_READ_ROWS_MIN) {
        pass->step_rows /= 2;
    } else if (took_ns < target_ns / 4 && pass->step_rows < pass->target_rows) {
        pass->step_rows *= 2;
    }
}

/* The key `wanted` rows after `from`. */
static bool stride_by_step(struct plan_pass *pass,
                           const char **from,
                           uint64_t wanted,
                           struct stride *stride)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    struct chunk range = {
        .kind = CHUNK_KEY_RANGE, .key_count = pass->relation->key_count, .lower = from};
    uint64_t asked = wanted < pass->step_rows ? wanted : pass->step_rows;
    int64_t took_ns = 0;
    arena_reset(&pass->scratch);
    odbc_sql_init(&sql);
    odbc_sql_step(&sql, pass->relation, &range, asked);
    bool ok = ask(pass, &sql, &pass->scratch, &rows, &took_ns);
    odbc_sql_release(&sql);
    *stride = (struct stride){.key = from, .ended = true};
    if (!ok || rows.rows == 0) {
        return ok;
    }
    if (!odbc_sql_step_take(&rows, pass->relation->key_count, &stride->rows, pass->error) ||
        !key_keep(pass, &rows, &stride->key)) {
        return false;
    }
    stride->ended = stride->rows < asked || same_key(pass, from, stride->key);
    steps_adapt(pass, took_ns);
    return true;
}

static const char **integer_key(struct plan_pass *pass, int64_t value)
{
    const char **key = ARENA_ARRAY(pass->arena, const char *, 1);
    if (key != NULL) {
        key[0] = arena_format(pass->arena, "%" PRId64, value);
    }
    if (key == NULL || key[0] == NULL) {
        (void)error_set_memory(pass->error);
        return NULL;
    }
    return key;
}

/* Counts the rows of the values after `low` up to and with `low` + `width`. */
static bool count_width(struct plan_pass *pass, int64_t low, uint64_t width, uint64_t *rows)
{
    const char **lower = integer_key(pass, low);
    const char **upper = integer_key(pass, (int64_t)((uint64_t)low + width));
    struct chunk range = {.kind = CHUNK_KEY_RANGE, .key_count = 1, .lower = lower, .upper = upper};
    return lower != NULL && upper != NULL && odbc_plan_count(pass, pass->relation, &range, rows);
}

/* Unique integers: no more rows than the width lie within it, however few its beginning lets
 * expect. A beginning without many is not believed: then all are counted. */
static bool stride_by_width(struct plan_pass *pass,
                            int64_t low,
                            uint64_t width,
                            struct stride *stride)
{
    uint64_t sample = width / SAMPLE_SHARE < SAMPLE_MIN ? SAMPLE_MIN : width / SAMPLE_SHARE;
    *stride = (struct stride){.key = integer_key(pass, (int64_t)((uint64_t)low + width))};
    if (stride->key == NULL) {
        return false;
    }
    if (sample < width) {
        uint64_t rows = 0;
        if (!count_width(pass, low, sample, &rows)) {
            return false;
        }
        if (rows * SPARSE_SHARE >= sample) {
            stride->rows = (uint64_t)((double)width * ((double)rows / (double)sample));
            return true;
        }
    }
    return count_width(pass, low, width, &stride->rows);
}

/* MIN or MAX of the one key column; `*found` false when there is no row, or (SQLite) other things
 * than integers are in the column. */
static bool find_end(struct plan_pass *pass, const char *function, int64_t *value, bool *found)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    odbc_sql_init(&sql);
    text_buffer_string(&sql.text, "SELECT ");
    odbc_sql_column(&sql, pass->detail, pass->relation->key[0], function);
    odbc_sql_from(&sql, pass->relation, NULL);
    bool ok = odbc_plan_query(pass, &sql, &rows) && NOVATE_CHECK(pass->error, rows.rows == 1);
    odbc_sql_release(&sql);
    if (!ok) {
        return false;
    }
    const char *text = odbc_value(&rows, 0, 0);
    *found =
        text != NULL && scalar_integer(text_of(text), INT64_MIN + 1, INT64_MAX, value) == SCALAR_OK;
    return true;
}

/* Two questions: a server may find one end by the index, and both only by reading all of it. */
static bool find_ends(struct plan_pass *pass, int64_t *min, int64_t *max, bool *found)
{
    return find_end(pass, "MIN($)", min, found) &&
           (!*found || find_end(pass, "MAX($)", max, found));
}

/* By steps from `from` on, until a chunk is full or nothing is left. */
static bool fill_by_steps(struct plan_pass *pass, const char **from, struct stride *filled)
{
    *filled = (struct stride){.key = from};
    while (!filled->ended && filled->rows < pass->target_rows) {
        struct stride stride;
        if (!stride_by_step(pass, filled->key, pass->target_rows - filled->rows, &stride)) {
            return false;
        }
        filled->key = stride.key;
        filled->rows += stride.rows;
        filled->ended = stride.ended;
    }
    return true;
}

static bool cut_by_steps(struct plan_pass *pass)
{
    struct stride filled = {.key = NULL};
    while (!filled.ended) {
        if (!fill_by_steps(pass, filled.key, &filled)) {
            return false;
        }
        if (!filled.ended && !odbc_plan_cut(pass, filled.key, filled.rows)) {
            return false;
        }
    }
    pass->rest = filled.rows;
    return true;
}

static bool cut_by_widths(struct plan_pass *pass, int64_t min, int64_t max)
{
    int64_t low = min - 1;
    struct stride stride = {.key = NULL};
    while (low < max && (uint64_t)max - (uint64_t)low > pass->target_rows) {
        if (!stride_by_width(pass, low, pass->target_rows, &stride)) {
            return false;
        }
        if (stride.rows * SPARSE_SHARE < pass->target_rows) {
            const char **from = integer_key(pass, low);
            if (from == NULL || !fill_by_steps(pass, from, &stride)) {
                return false;
            }
            if (stride.ended) {
                pass->rest = stride.rows;
                return true;
            }
        }
        if (scalar_integer(text_of(stride.key[0]), INT64_MIN, INT64_MAX, &low) != SCALAR_OK) {
            return NOVATE_CHECK(pass->error, false);
        }
        if (!odbc_plan_cut(pass, stride.key, stride.rows)) {
            return false;
        }
    }
    if (low >= max) {
        return true;
    }
    if (!stride_by_width(pass, low, (uint64_t)max - (uint64_t)low, &stride)) {
        return false;
    }
    pass->rest = stride.rows;
    return true;
}

static bool cut_along_index(struct plan_pass *pass, bool unique)
{
    struct type type = pass->relation->schema.columns[pass->relation->key[0]].type;
    int64_t min = 0;
    int64_t max = 0;
    bool found = false;
    if (unique && pass->relation->key_count == 1 && type_is_integer(type.id)) {
        if (!find_ends(pass, &min, &max, &found)) {
            return false;
        }
        if (found) {
            return cut_by_widths(pass, min, max);
        }
    }
    return cut_by_steps(pass);
}

/* The last range has rows: one without would be a chunk for nothing. */
static void join_last(struct plan_pass *pass)
{
    if (pass->rest == 0 && pass->count > 0) {
        pass->rest = pass->cuts[--pass->count].rows;
    }
}

static bool chunks_fill(struct plan_pass *pass, bool nullable, struct chunk_list *chunks)
{
    int count = pass->count + 1 + (nullable ? 1 : 0);
    struct chunk *items = ARENA_ARRAY(pass->arena, struct chunk, (size_t)count);
    if (items == NULL) {
        return error_set_memory(pass->error);
    }
    for (int i = 0; i <= pass->count; i++) {
        bool last = i == pass->count;
        items[i] = (struct chunk){.kind = CHUNK_KEY_RANGE,
                                  .key_count = pass->relation->key_count,
                                  .lower = i == 0 ? NULL : pass->cuts[i - 1].key,
                                  .upper = last ? NULL : pass->cuts[i].key,
                                  .rows_estimate = last ? pass->rest : pass->cuts[i].rows};
    }
    if (nullable) {
        items[count - 1] =
            (struct chunk){.kind = CHUNK_KEY_NULL, .key_count = pass->relation->key_count};
    }
    chunks->items = items;
    chunks->count = count;
    return true;
}

static bool plan_whole(struct plan_pass *pass, bool counted, struct chunk_list *chunks)
{
    uint64_t rows = 0;
    if (counted && !odbc_plan_count(pass, pass->whole, NULL, &rows)) {
        return false;
    }
    if (counted && rows == 0) {
        return true;
    }
    chunks->items = ARENA_NEW(pass->arena, struct chunk);
    if (chunks->items == NULL) {
        return error_set_memory(pass->error);
    }
    chunks->items[0] = (struct chunk){.kind = CHUNK_WHOLE, .rows_estimate = rows};
    chunks->count = 1;
    return true;
}

static bool plan_keyed(struct plan_pass *pass, enum odbc_access access, struct chunk_list *chunks)
{
    const struct relation *whole = pass->whole;
    const struct chunk nulls = {.kind = CHUNK_KEY_NULL, .key_count = pass->relation->key_count};
    bool nullable = false;
    uint64_t rows = 0;
    for (int i = 0; i < pass->relation->key_count; i++) {
        nullable = nullable || whole->schema.columns[whole->key[i]].nullable;
    }
    if (!(access == ODBC_ACCESS_UNINDEXED ? odbc_plan_scan(pass)
                                          : cut_along_index(pass, access == ODBC_ACCESS_UNIQUE))) {
        return false;
    }
    join_last(pass);
    bool empty = pass->count == 0 && pass->rest == 0;
    bool split = whole != pass->relation; /* a query may have rows though the table has none */
    if (empty && (split || nullable) &&
        !odbc_plan_count(pass, whole, split ? NULL : &nulls, &rows)) {
        return false;
    }
    return (empty && rows == 0) || chunks_fill(pass, nullable, chunks);
}

bool odbc_plan(void *state,
               const struct relation *relation,
               const struct chunk_plan_options *options,
               struct arena *arena,
               struct chunk_list *chunks,
               struct error *error)
{
    const struct relation *bounding = relation->split != NULL ? relation->split : relation;
    struct plan_pass pass = {.connection = state,
                             .whole = relation,
                             .relation = bounding,
                             .detail = bounding->detail,
                             .pace = options->pace,
                             .target_rows = options->chunk_rows,
                             .step_rows = STEP_ROWS,
                             .arena = arena,
                             .error = error};
    const struct odbc_index *index = NULL;
    enum odbc_access access = odbc_access_of(bounding, &index);
    arena_init(&pass.scratch, 4096, NULL);
    bool ok = access == ODBC_ACCESS_NONE ? plan_whole(&pass, !options->uncounted, chunks)
                                         : plan_keyed(&pass, access, chunks);
    arena_release(&pass.scratch);
    return ok;
}
