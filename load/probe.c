/* probe.c — the question about a piece, and what follows from the answer.
 *
 * The server says of each row what it violates by itself, whether its keys are there and which
 * rows of the piece have the same ones. Which of those with the same key is the first that is
 * accepted, and so keeps the others out, is found here, row by row as the server would.
 * SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include "novate/limits.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS_MAX = 16 /* of rows that refer to rows that are refused */
};

void probe_init(struct probe *probe, struct budget *budget)
{
    *probe = (struct probe){.built = false};
    arena_init(&probe->arena, 4096, budget);
    arena_init(&probe->answers, (size_t)64 << 10, budget);
    text_buffer_init(&probe->sql, (size_t)16 << 20);
}

void probe_release(struct probe *probe)
{
    text_buffer_release(&probe->sql);
    arena_release(&probe->answers);
    arena_release(&probe->arena);
}

bool probe_build(struct probe *probe,
                 struct session *session,
                 const struct target_table *table,
                 const struct schema *schema,
                 bool binary,
                 struct error *error)
{
    if (probe->built) {
        return true;
    }
    probe->built = true;
    if (!probe_read(probe, session, table, schema, binary, error)) {
        probe->usable = false;
        return false;
    }
    arena_reset(&probe->answers);
    probe->verdicts = ARENA_ARRAY(&probe->arena, int16_t, LIMIT_COPY_ROWS);
    probe->own = ARENA_ARRAY(&probe->arena, int16_t, LIMIT_COPY_ROWS);
    probe->refused = ARENA_ARRAY(&probe->arena, uint8_t, LIMIT_COPY_ROWS);
    probe->usable = probe->usable && probe->count > 0 && probe->count < INT16_MAX;
    return (probe->verdicts != NULL && probe->own != NULL && probe->refused != NULL) ||
           error_set_memory(error);
}

const char *probe_sqlstate(const struct probe_test *test)
{
    static const char *const states[] = {
        [PROBE_NULL] = "23502",
        [PROBE_CHECK] = "23514",
        [PROBE_UNIQUE] = "23505",
        [PROBE_FOREIGN_KEY] = "23503",
    };
    return states[test->kind];
}

static bool is_key(const struct probe_test *test)
{
    return test->kind == PROBE_UNIQUE || test->kind == PROBE_FOREIGN_KEY;
}

/* Foreign keys that are checked before a unique one come with it: a row may violate both. */
static bool learn(struct probe *probe, enum probe_kind kind, const char *constraint)
{
    bool news = false;
    bool found = false;
    for (int i = probe->count - 1; i >= 0; i--) {
        struct probe_test *test = &probe->tests[i];
        bool meant =
            test->kind == kind &&
            (constraint == NULL || (test->name != NULL && strcmp(test->name, constraint) == 0));
        found |= meant;
        if ((meant || (test->kind == PROBE_FOREIGN_KEY && kind == PROBE_UNIQUE && found)) &&
            !test->learned) {
            test->learned = true;
            news = true;
        }
    }
    return news || (!found && constraint != NULL && learn(probe, kind, NULL));
}

bool probe_learn(struct probe *probe, const char *sqlstate, const char *constraint)
{
    return strcmp(sqlstate, "23505") == 0   ? learn(probe, PROBE_UNIQUE, constraint)
           : strcmp(sqlstate, "23503") == 0 ? learn(probe, PROBE_FOREIGN_KEY, constraint)
                                            : false;
}

static bool knows_keys(const struct probe *probe)
{
    if (probe->absent_rows > 0) {
        return true; /* rows with the same one as a row that is absent: which of them comes first?
                      */
    }
    for (int i = 0; i < probe->count; i++) {
        if (probe->tests[i].learned) {
            return true;
        }
    }
    return false;
}

/* What a row violates by itself, and its keys. */
static void push_rows(struct probe *probe, bool again)
{
    struct text_buffer *sql = &probe->sql;
    int own = 0;
    text_buffer_format(sql, "WITH novate_source AS (%s)", probe->source);
    if (probe->cascades) {
        text_buffer_string(sql, ", novate_siblings AS (SELECT * FROM novate_source");
        text_buffer_string(sql, again ? " WHERE novate_row <> ALL ($1::integer[]))" : ")");
    }
    text_buffer_string(sql, ", novate_rows AS (SELECT novate_row, ");
    for (int i = 0; i < probe->count; i++) {
        if (!is_key(&probe->tests[i]) && !probe->tests[i].local) {
            text_buffer_format(
                sql, "%s WHEN %s THEN %d", own++ == 0 ? "CASE" : "", probe->tests[i].sql, i);
        }
    }
    text_buffer_string(sql, own > 0 ? " END AS novate_own" : "NULL::integer AS novate_own");
    for (int i = 0; i < probe->count; i++) {
        const struct probe_test *test = &probe->tests[i];
        if (is_key(test)) {
            text_buffer_format(sql, ", %s", test->keys);
        }
        if (test->kind == PROBE_UNIQUE) {
            text_buffer_format(sql, ", (%s) IS TRUE AS %s_applies", test->applies, test->label);
        }
    }
    text_buffer_string(sql, " FROM novate_source OFFSET 0)");
}

static bool is_unique(const struct probe_test *test, bool learned)
{
    return test->kind == PROBE_UNIQUE && test->learned == learned;
}

/* The first row of those with the same key, where there are several. Nothing is known of keys as
 * long as none has refused a row. */
static void push_groups(struct probe *probe, bool learned, const char *from)
{
    struct text_buffer *sql = &probe->sql;
    bool keys = knows_keys(probe);
    text_buffer_string(sql, "SELECT novate_rows.*");
    for (int i = 0; i < probe->count; i++) {
        const char *label = probe->tests[i].label;
        if (is_unique(&probe->tests[i], learned) && keys) {
            text_buffer_format(sql, ", %s_twice.novate_first AS %s_first", label, label);
        } else if (is_unique(&probe->tests[i], learned)) {
            text_buffer_format(sql, ", NULL::integer AS %s_first", label);
        }
    }
    text_buffer_format(sql, " FROM %s AS novate_rows", from);
    for (int i = 0; keys && i < probe->count; i++) {
        const struct probe_test *test = &probe->tests[i];
        if (is_unique(test, learned)) {
            text_buffer_format(sql,
                               " LEFT JOIN (SELECT min(novate_row) AS novate_first, %s"
                               " FROM %s WHERE %s_applies GROUP BY %s"
                               " HAVING count(*) > 1) AS %s_twice ON %s_applies AND %s",
                               test->labels,
                               from,
                               test->label,
                               test->labels,
                               test->label,
                               test->label,
                               test->same);
        }
    }
    text_buffer_string(sql, " OFFSET 0");
}

/* The rows that fail a test, as an array. */
static void push_row_numbers(const int16_t *tests, int rows, struct text_buffer *out)
{
    const char *before = "{";
    for (int row = 0; row < rows; row++) {
        if (tests[row] != PROBE_GOOD) {
            text_buffer_format(out, "%s%d", before, row);
            before = ",";
        }
    }
    text_buffer_string(out, before[0] == '{' ? "{}" : "}");
}

/* What is known of a row before the keys that have not refused any are looked up. */
static void push_faults(struct probe *probe, int rows)
{
    text_buffer_string(&probe->sql, "novate_own IS NOT NULL");
    if (probe->absent_rows > 0) {
        text_buffer_string(&probe->sql, " OR novate_row IN (SELECT unnest('");
        push_row_numbers(probe->absent, rows, &probe->sql);
        text_buffer_string(&probe->sql, "'::integer[]))");
    }
    for (int i = 0; i < probe->count; i++) {
        const struct probe_test *test = &probe->tests[i];
        if (is_unique(test, true)) {
            text_buffer_format(&probe->sql, " OR %s_first IS NOT NULL", test->label);
        }
        if (test->learned) {
            text_buffer_format(&probe->sql, " OR %s", test->label);
        }
    }
}

static void push_lookups(struct probe *probe, bool learned, const char *from)
{
    struct text_buffer *sql = &probe->sql;
    text_buffer_string(sql, "SELECT *");
    for (int i = 0; i < probe->count; i++) {
        const struct probe_test *test = &probe->tests[i];
        if (!is_key(test) || test->learned != learned) {
            continue;
        }
        text_buffer_string(sql, ", CASE WHEN novate_own IS NULL");
        if (test->kind == PROBE_UNIQUE) {
            text_buffer_format(sql, " AND %s_applies", test->label);
        }
        text_buffer_format(sql, " THEN %s END AS %s", test->sql, test->label);
    }
    text_buffer_format(sql, " FROM %s AS novate_keyed OFFSET 0", from);
}

/* Rows that share a key with one at fault: if they are accepted, that is what refuses it. False if
 * none is looked for. */
static bool push_rivals(struct probe *probe)
{
    struct text_buffer *sql = &probe->sql;
    int keys = 0;
    for (int i = 0; knows_keys(probe) && i < probe->count; i++) {
        const struct probe_test *test = &probe->tests[i];
        if (is_unique(test, false)) {
            text_buffer_string(sql, keys++ == 0 ? ", novate_rivals AS (" : " UNION ");
            text_buffer_format(sql,
                               "SELECT novate_rows.novate_row FROM novate_rows"
                               " JOIN novate_faulty AS %s_twice ON %s_twice.novate_own IS NULL"
                               " AND %s_twice.%s_applies AND novate_rows.%s_applies AND %s",
                               test->label,
                               test->label,
                               test->label,
                               test->label,
                               test->label,
                               test->same);
        }
    }
    if (keys > 0) {
        text_buffer_string(sql, " EXCEPT SELECT novate_row FROM novate_faulty)");
    }
    return keys > 0;
}

/* The rows of which the keys that have not refused any are looked up: those at fault for another
 * reason, since the first constraint that a row violates is what counts, and their rivals. */
static void push_suspects(struct probe *probe, int rows)
{
    struct text_buffer *sql = &probe->sql;
    text_buffer_string(sql, ", novate_faulty AS (SELECT * FROM novate_learned WHERE ");
    push_faults(probe, rows);
    text_buffer_char(sql, ')');
    bool rivals = push_rivals(probe);
    text_buffer_string(sql, ", novate_suspects AS (SELECT * FROM novate_faulty");
    if (rivals) {
        text_buffer_string(sql, " UNION ALL SELECT *");
        for (int i = 0; i < probe->count; i++) {
            text_buffer_string(sql, is_unique(&probe->tests[i], true) ? ", NULL::integer" : "");
        }
        for (int i = 0; i < probe->count; i++) {
            text_buffer_string(sql, probe->tests[i].learned ? ", NULL::boolean" : "");
        }
        text_buffer_string(sql, " FROM novate_rows WHERE novate_row IN (TABLE novate_rivals)");
    }
    text_buffer_char(sql, ')');
}

/* One line per row that is worth a word: its number, what it violates by itself; then of each
 * unique key the first row with the same one and whether it is there, of each foreign key whether
 * it is violated. Keys that have refused rows before are looked up for all rows. */
static bool write_question(struct probe *probe, int rows, bool again, struct error *error)
{
    struct text_buffer *sql = &probe->sql;
    text_buffer_reset(sql);
    push_rows(probe, again);
    text_buffer_string(sql, ", novate_groups AS (");
    push_groups(probe, true, "novate_rows");
    text_buffer_string(sql, "), novate_learned AS (");
    push_lookups(probe, true, "novate_groups");
    text_buffer_char(sql, ')');
    push_suspects(probe, rows);
    text_buffer_string(sql, ", novate_paired AS (");
    push_groups(probe, false, "novate_suspects");
    text_buffer_string(sql, "), novate_verdict AS (");
    push_lookups(probe, false, "novate_paired");
    text_buffer_string(sql, ") SELECT novate_row, novate_own");
    for (int i = 0; i < probe->count; i++) {
        const struct probe_test *test = &probe->tests[i];
        if (test->kind == PROBE_UNIQUE) {
            text_buffer_format(sql, ", %s_first", test->label);
        }
        if (is_key(test)) {
            text_buffer_format(sql, ", %s", test->label);
        }
    }
    text_buffer_string(sql, " FROM novate_verdict ORDER BY novate_row");
    return text_buffer_check(sql, error);
}

/* What one row fails, given those that were accepted before: `taken[key * rows + first]` says that
 * one of them has the key. `absent`: what it fails where the server checks foreign keys. */
static int judge_row(const struct probe *probe,
                     const char *const *answer,
                     int own,
                     int absent,
                     uint8_t *taken,
                     int rows)
{
    int column = 1;
    if (answer[column] != NULL) {
        int seen = (int)strtol(answer[column], NULL, 10);
        return own == PROBE_GOOD || seen < own ? seen : own;
    }
    if (own != PROBE_GOOD) {
        return own;
    }
    column++;
    for (int i = 0, key = 0; i < (absent == PROBE_GOOD ? probe->count : probe->late); i++) {
        const struct probe_test *test = &probe->tests[i];
        if (!is_key(test)) {
            continue;
        }
        if (test->kind == PROBE_UNIQUE) {
            const char *first = answer[column++];
            if (first != NULL && taken[key * rows + strtol(first, NULL, 10)] != 0) {
                return i;
            }
            key++;
        }
        const char *violated = answer[column++];
        if (violated != NULL && violated[0] == 't') {
            return i;
        }
    }
    if (absent != PROBE_GOOD) {
        return probe->count + absent;
    }
    column = 2;
    for (int i = 0, key = 0; i < probe->count; i++) {
        if (probe->tests[i].kind == PROBE_UNIQUE) {
            const char *first = answer[column++];
            if (first != NULL) {
                taken[key * rows + strtol(first, NULL, 10)] = 1;
            }
            key++;
        }
        column += is_key(&probe->tests[i]) ? 1 : 0;
    }
    return PROBE_GOOD;
}

/* `*stable`: the same rows are refused as were left out of the question. */
static bool judge(struct probe *probe,
                  const struct session_result *answer,
                  int rows,
                  bool *stable,
                  struct error *error)
{
    size_t uniques = 0;
    for (int i = 0; i < probe->count; i++) {
        uniques += probe->tests[i].kind == PROBE_UNIQUE ? 1 : 0;
    }
    uint8_t *taken = ARENA_ARRAY(&probe->answers, uint8_t, uniques * (size_t)rows + 1);
    if (taken == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < rows; row++) {
        probe->refused[row] = probe->verdicts[row] != PROBE_GOOD;
        probe->verdicts[row] = probe->own[row];
    }
    for (int line = 0; line < answer->rows; line++) {
        const char *const *values = &answer->values[line * answer->columns];
        long row = strtol(values[0], NULL, 10);
        if (!NOVATE_CHECK(error, row >= 0 && row < rows)) {
            return false;
        }
        int absent = probe->absent_rows == 0 ? PROBE_GOOD : probe->absent[row];
        probe->verdicts[row] =
            (int16_t)judge_row(probe, values, probe->own[row], absent, taken, rows);
    }
    *stable = true;
    for (int row = 0; row < rows; row++) {
        *stable &= probe->refused[row] == (probe->verdicts[row] != PROBE_GOOD);
    }
    return true;
}

/* The rows that are refused already, as an array. */
static const char *refused_rows(struct probe *probe, int rows, struct error *error)
{
    text_buffer_reset(&probe->sql);
    push_row_numbers(probe->verdicts, rows, &probe->sql);
    if (!text_buffer_check(&probe->sql, error)) {
        return NULL;
    }
    const char *array = arena_string(&probe->answers, probe->sql.data);
    if (array == NULL) {
        error_set_memory(error);
    }
    return array;
}

/* Does a row that is refused take others with it? */
static bool cascades(const struct probe *probe)
{
    for (int i = 0; i < probe->count; i++) {
        if (probe->tests[i].self && probe->tests[i].learned) {
            return true;
        }
    }
    return false;
}

/* A row that refers to one of the same table is refused with it, so the question is asked again
 * until nothing changes. */
bool probe_ask(
    struct probe *probe, struct session *session, int rows, bool *known, struct error *error)
{
    *known = false;
    for (int row = 0; row < rows; row++) {
        probe->verdicts[row] = PROBE_GOOD;
    }
    for (int round = 0; !*known && round < ROUNDS_MAX; round++) {
        struct session_result answer;
        arena_reset(&probe->answers);
        const char *const parameters[] = {round == 0 ? NULL : refused_rows(probe, rows, error)};
        if ((round > 0 && parameters[0] == NULL) ||
            !write_question(probe, rows, round > 0, error) ||
            !session_query(session,
                           probe->sql.data,
                           round > 0 ? 1 : 0,
                           parameters,
                           &probe->answers,
                           &answer,
                           error) ||
            !judge(probe, &answer, rows, known, error)) {
            return false;
        }
        *known |= !cascades(probe);
    }
    return true;
}
