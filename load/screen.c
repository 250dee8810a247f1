/* screen.c — finds the rows of a piece that would be refused by one question to the server.
 *
 * A piece that was refused, and every one after it for as long as that goes on, is first copied to
 * the probe's table, which takes everything; the rest, without the rows that the probe has named,
 * then goes to the target in one COPY. What the probe has named is a reject once all others are
 * accepted: until then a row may be kept out by one that is itself refused.
 *
 * Where more than the constraints has a say (triggers, partitions), or a row is refused that was
 * not foreseen, the rows that were named are sent alone, each in its place among the others, and
 * the target's own word counts. SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"

#include <stdio.h>
#include <string.h>

enum {
    EXPECTED_MIN = SCREEN_CERTAIN / 4, /* from here on, screening costs less than it saves */
    PAUSE_ROWS = 4 * LIMIT_COPY_ROWS,  /* doubled each time that screening has not helped */
    PAUSE_ROWS_MAX = 256 * LIMIT_COPY_ROWS
};

/* The question is what an insertion into the table itself would violate. */
bool screen_allowed(const struct loader *loader)
{
    return loader->options.mode == LOAD_INSERT && loader->screen_pause == 0 &&
           (!loader->probe.built || loader->probe.usable);
}

/* What stands outside of the rows cannot be sliced. */
bool screen_may_help(const struct loader *loader)
{
    return screen_allowed(loader) && loader->piece.rows >= SCREEN_ROWS_MIN &&
           loader->piece.wire.splice_count == 0;
}

bool screen_planned(const struct loader *loader)
{
    return screen_allowed(loader) && loader->expected >= EXPECTED_MIN && !loader->copying &&
           loader->piece.wire.splice_count == 0;
}

static void pause_screening(struct loader *loader)
{
    int rows = loader->screen_pause_last * 2;
    rows = rows < PAUSE_ROWS ? PAUSE_ROWS : rows > PAUSE_ROWS_MAX ? PAUSE_ROWS_MAX : rows;
    loader->screen_pause = rows;
    loader->screen_pause_last = rows;
}

/* Failures that only mean that the server cannot be asked; all others are the operation's. */
static bool is_no_answer(const struct error *error)
{
    return server_error_is_data(error->sqlstate) || strncmp(error->sqlstate, "42", 2) == 0 ||
           strncmp(error->sqlstate, "0A", 2) == 0 || strncmp(error->sqlstate, "25006", 5) == 0;
}

/* What has failed since the savepoint is undone with the next statement. */
static bool give_up(struct loader *loader, struct error *failure, struct error *error)
{
    if (!is_no_answer(failure)) {
        *error = *failure;
        return false;
    }
    loader->savepoint = SAVEPOINT_BROKEN;
    if (server_error_is_data(failure->sqlstate)) {
        pause_screening(loader);
    } else {
        loader->probe.usable = false;
    }
    return true;
}

/* The probe and its table, of which the savepoint knows before anything is copied into it. */
static bool prepare(struct loader *loader, struct error *error)
{
    struct error failure = ERROR_NONE;
    struct probe *probe = &loader->probe;
    if (loader->probe_table || (probe->built && !probe->usable)) {
        return true;
    }
    if (!loader_savepoint(loader, error)) {
        return false;
    }
    if (!probe_build(probe,
                     loader->session,
                     loader->options.table,
                     loader->options.schema,
                     loader->encoder.binary,
                     &failure) ||
        (probe->usable && !session_execute(loader->session, probe->create, &failure))) {
        return give_up(loader, &failure, error);
    }
    loader->probe_table = probe->usable;
    return true;
}

bool screen_prepare(struct loader *loader, bool *ready, struct error *error)
{
    bool ok = prepare(loader, error);
    *ready = loader->probe_table;
    return ok;
}

void screen_note(struct loader *loader, int foreseen, int unforeseen)
{
    if (foreseen + unforeseen > 0) {
        loader->expected += (SCREEN_CERTAIN - loader->expected) / 2;
    } else {
        loader->expected -= loader->expected / 4;
    }
    if (loader->screen_pause > 0) {
        loader->screen_pause -= loader->piece.rows;
        loader->screen_pause = loader->screen_pause < 0 ? 0 : loader->screen_pause;
    } else if (unforeseen > foreseen) {
        pause_screening(loader);
    } else if (foreseen > 0) {
        loader->screen_pause_last = 0;
    }
}

/* The rows that were named stand alone, in their places. */
static void push_suspects(struct loader *loader)
{
    const int16_t *verdicts = loader->probe.verdicts;
    for (int end = loader->piece.rows; end > 0;) {
        int first = end - 1;
        bool suspect = verdicts[first] != PROBE_GOOD;
        while (!suspect && first > 0 && verdicts[first - 1] == PROBE_GOOD) {
            first--;
        }
        push_range(
            loader,
            (struct range){.first = first, .end = end, .uncut = !suspect, .suspect = suspect});
        end = first;
    }
}

static bool refuse_named(struct loader *loader, struct error *error)
{
    int refused = 0;
    for (int row = 0; row < loader->piece.rows; row++) {
        int verdict = loader->probe.verdicts[row];
        if (verdict == PROBE_GOOD) {
            continue;
        }
        const struct probe_test *test = &loader->probe.tests[verdict];
        struct refusal refusal = {.row = row};
        snprintf(refusal.sqlstate, sizeof refusal.sqlstate, "%s", probe_sqlstate(test));
        snprintf(refusal.constraint,
                 sizeof refusal.constraint,
                 "%s",
                 test->name == NULL ? "" : test->name);
        snprintf(
            refusal.column, sizeof refusal.column, "%s", test->column == NULL ? "" : test->column);
        if (!rejects_refuse(loader, row, &refusal, error)) {
            return false;
        }
        refused++;
    }
    screen_note(loader, refused, 0);
    return true;
}

bool screen_piece(struct loader *loader, bool *settled, struct error *error)
{
    struct range rest = {.first = 0, .end = loader->piece.rows, .sifted = true};
    struct probe *probe = &loader->probe;
    struct refusal refusal;
    bool again = true;
    *settled = false;
    loader->screening = false;
    while (again) {
        struct error failure = ERROR_NONE;
        bool known = false;
        if (loader->savepoint == SAVEPOINT_BROKEN && !loader_savepoint(loader, error)) {
            return false;
        }
        if (!probe_ask(probe, loader->session, rest.end, &known, &failure)) {
            push_range(loader, (struct range){.first = 0, .end = rest.end});
            return give_up(loader, &failure, error);
        }
        bool accepted = range_rows(loader, rest) == 0;
        again = false;
        if (probe->certain && known && !accepted) {
            if (!loader_send_range(loader, rest, &accepted, &refusal, error)) {
                return false;
            }
            again = !accepted && probe_learn(probe, refusal.sqlstate, refusal.constraint);
        }
        if (probe->certain && known && accepted) {
            *settled = true;
            return refuse_named(loader, error);
        }
    }
    push_suspects(loader);
    return true;
}
