/* oracle.h — random texts through PostgreSQL and through core, side by side.
 *
 * A check is an SQL expression of one or two texts, a function that gives core's answer to the same
 * texts, and generators of them. An answer is a text, or "!" and the SQLSTATE; core's
 * may be "?" for what it does not offer. Included by the
 * programs of this folder that compare values; NOVATE_TEST_PG names the server, NOVATE_SEED
 * repeats a run, NOVATE_TEST_LONG makes it longer. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_ORACLE_H
#define NOVATE_TESTS_ORACLE_H

#include "seed.h"

#include "novate/arena.h"
#include "novate/text.h"

#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORACLE_BATCH    100
#define FAILURES_SHOWN  40
#define SKIPPED         77
#define BATCHES_DEFAULT 5
#define BATCHES_LONG    100

struct oracle {
    PGconn *connection;
    struct seed seed;
    struct arena arena;  /* of one case */
    const void *context; /* of the program */
    long compared;
    long failures;
    long unavailable;
};

/* Writes a random operand; `a` is the first one when this is the second. */
typedef void (*generate_function)(struct seed *seed, struct text a, struct text_buffer *out);
typedef void (*answer_function)(struct oracle *oracle,
                                struct text a,
                                struct text b,
                                struct text_buffer *out);

struct check {
    const char *name;
    const char *expression; /* of $1 and $2; TYPMOD stands for the text of $2 */
    answer_function answer;
    generate_function generate_a;
    generate_function generate_b; /* NULL: empty */
    int weight;
};

static inline const char *pick(struct seed *seed, const char *const *words, int count)
{
    return words[seed_below(seed, count)];
}

#define COUNT(array)      ((int)(sizeof(array) / sizeof(array)[0]))
#define PICK(seed, words) pick((seed), (words), COUNT(words))

/* Digits of several styles: nines, zeros, zeros at the end, any. */
static inline void push_digits(struct seed *seed, struct text_buffer *out, int count)
{
    int style = seed_below(seed, 6);

    for (int i = 0; i < count; i++) {
        int digit = seed_below(seed, 10);

        if (style == 0) {
            digit = 9;
        } else if (style == 1 || (style == 2 && i > count / 2)) {
            digit = 0;
        }
        text_buffer_char(out, (char)('0' + digit));
    }
}

/* Changes, inserts or takes away some characters. */
static inline void mutate(struct seed *seed,
                          struct text_buffer *out,
                          const char *letters,
                          int changes)
{
    int count = (int)strlen(letters);

    for (int i = 0; i < changes && out->size > 0; i++) {
        size_t at = (size_t)seed_below(seed, (int)out->size);
        char letter = letters[seed_below(seed, count)];

        switch (seed_below(seed, 3)) {
        case 0:
            out->data[at] = letter;
            break;
        case 1:
            text_buffer_char(out, letter);
            memmove(out->data + at + 1, out->data + at, out->size - at - 1);
            out->data[at] = letter;
            break;
        default:
            memmove(out->data + at, out->data + at + 1, out->size - at - 1);
            out->size--;
            out->data[out->size] = '\0';
        }
    }
}

/* An SQL array of texts. */
static inline void array_push(struct text_buffer *array, const struct text_buffer *text)
{
    text_buffer_char(array, array->size == 0 ? '{' : ',');
    text_buffer_char(array, '"');
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] == '"' || text->data[i] == '\\') {
            text_buffer_char(array, '\\');
        }
        text_buffer_char(array, text->data[i]);
    }
    text_buffer_char(array, '"');
}

static inline void oracle_stop(const struct oracle *oracle, const char *what)
{
    fprintf(stderr, "%s: %s", what, PQerrorMessage(oracle->connection));
    exit(1);
}

static inline void oracle_command(const struct oracle *oracle, const char *sql)
{
    PGresult *result = PQexec(oracle->connection, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        oracle_stop(oracle, sql);
    }
    PQclear(result);
}

/* Several SQLSTATEs of the server are one status of core's. */
static inline const char *plain_state(const char *answer)
{
    if (strcmp(answer, "!22009") == 0) { /* displacement of a zone out of range */
        return "!22008";
    }
    if (strcmp(answer, "!0A000") == 0) { /* no integer is NaN */
        return "!22003";
    }
    return answer;
}

static inline void oracle_compare(struct oracle *oracle,
                                  const struct check *check,
                                  const struct text_buffer *a,
                                  const struct text_buffer *b,
                                  const char *expected)
{
    struct text_buffer ours;

    text_buffer_init(&ours, SIZE_MAX);
    arena_reset(&oracle->arena);
    check->answer(oracle, text_from(a->data, a->size), text_from(b->data, b->size), &ours);
    text_buffer_char(&ours, '\0');
    oracle->compared++;
    if (strcmp(ours.data, "?") == 0) {
        oracle->unavailable++;
    } else if (strcmp(plain_state(expected), ours.data) != 0) {
        oracle->failures++;
        if (oracle->failures <= FAILURES_SHOWN) {
            printf("%s: \"%s\" \"%s\"\n  server %.300s\n  core   %.300s\n",
                   check->name,
                   a->size == 0 ? "" : a->data,
                   b->size == 0 ? "" : b->data,
                   expected,
                   ours.data);
        }
    }
    text_buffer_release(&ours);
}

static inline void oracle_batch(struct oracle *oracle, const struct check *check)
{
    struct text_buffer operands[2][ORACLE_BATCH];
    struct text_buffer arrays[2];

    for (int side = 0; side < 2; side++) {
        generate_function generate = side == 0 ? check->generate_a : check->generate_b;

        text_buffer_init(&arrays[side], SIZE_MAX);
        for (int i = 0; i < ORACLE_BATCH; i++) {
            const struct text_buffer *first = &operands[0][i];
            struct text a = side == 0 ? TEXT_NONE : text_from(first->data, first->size);

            text_buffer_init(&operands[side][i], SIZE_MAX);
            if (generate != NULL) {
                generate(&oracle->seed, a, &operands[side][i]);
            }
            array_push(&arrays[side], &operands[side][i]);
        }
        text_buffer_char(&arrays[side], '}');
    }
    const char *values[3] = {check->expression, arrays[0].data, arrays[1].data};
    PGresult *result = PQexecParams(oracle->connection,
                                    "SELECT pg_temp.attempt($1, a, b) FROM unnest($2::text[], "
                                    "$3::text[]) WITH ORDINALITY AS u(a, b, n) ORDER BY n",
                                    3,
                                    NULL,
                                    values,
                                    NULL,
                                    NULL,
                                    0);

    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        oracle_stop(oracle, check->name);
    }
    for (int i = 0; i < ORACLE_BATCH; i++) {
        oracle_compare(oracle, check, &operands[0][i], &operands[1][i], PQgetvalue(result, i, 0));
        text_buffer_release(&operands[0][i]);
        text_buffer_release(&operands[1][i]);
    }
    PQclear(result);
    text_buffer_release(&arrays[0]);
    text_buffer_release(&arrays[1]);
}

/* Connects, or ends the program: with SKIPPED when there is no server to ask. */
static inline void oracle_open(struct oracle *oracle)
{
    const char *conninfo = getenv("NOVATE_TEST_PG");

    if (conninfo == NULL) {
        puts("skipped: NOVATE_TEST_PG does not name a server");
        exit(SKIPPED);
    }
    *oracle = (struct oracle){.connection = PQconnectdb(conninfo), .seed = seed_of(20240229)};
    if (PQstatus(oracle->connection) != CONNECTION_OK) {
        oracle_stop(oracle, "connecting");
    }
    arena_init(&oracle->arena, 65536, NULL);
    oracle_command(oracle, "SET datestyle = 'ISO, MDY'");
    oracle_command(oracle, "SET jit = off");
    oracle_command(oracle,
                   "CREATE FUNCTION pg_temp.attempt(expression text, a text, b text) RETURNS text "
                   "LANGUAGE plpgsql AS $$ DECLARE answer text; BEGIN "
                   "EXECUTE replace(expression, 'TYPMOD', b) INTO answer USING a, b; "
                   "RETURN answer; EXCEPTION WHEN OTHERS THEN RETURN '!' || SQLSTATE; END $$");
}

static inline int oracle_batches(const struct check *check)
{
    return check->weight * (getenv("NOVATE_TEST_LONG") == NULL ? BATCHES_DEFAULT : BATCHES_LONG);
}

/* Says what came out; the exit status. */
static inline int oracle_close(struct oracle *oracle)
{
    printf("%ld values compared, %ld differ\n", oracle->compared, oracle->failures);
    PQfinish(oracle->connection);
    arena_release(&oracle->arena);
    return oracle->failures == 0 ? 0 : 1;
}

#endif
