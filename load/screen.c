/* screen.c — finds the rows of a piece that would be refused by one question to the server.
 *
 * A piece that was refused, and every one after it for as long as that goes on, is first copied to
 * the probe's table, which takes everything; the rest, without the rows that the probe has named,
 * then goes to the target in one COPY. What the probe has named is a reject once all others are
 * accepted: until then a row may be kept out by one that is itself refused.
 *
 * Where more than the constraints has a say (triggers, partitions), or a row is refused that was
 * not foreseen, the server narrows the piece (sift.c). SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"

#include <stdio.h>
#include <string.h>

enum {
    PAUSE_ROWS = 4 * LIMIT_COPY_ROWS, /* doubled each time that screening has not helped */
    PAUSE_ROWS_MAX = 256 * LIMIT_COPY_ROWS
};

/* The question is what an insertion into the table itself would violate. */
bool screen_allowed(const struct loader *loader)
{
    return loader->options.mode == LOAD_INSERT && loader->screen_pause == 0 &&
           (!loader->probe.built || loader->probe.usable);
}

static void pause_screening(struct loader *loader)
{
    int rows = loader->screen_pause_last * 2;
    rows = rows < PAUSE_ROWS ? PAUSE_ROWS : rows > PAUSE_ROWS_MAX ? PAUSE_ROWS_MAX : rows;
    loader->screen_pause = rows;
    loader->screen_pause_last = rows;
}

/* Failures that only mean that the server cannot be asked; all others are the operation's. What it
 * calls an internal error may be a value that its type cannot read. */
static bool is_no_answer(const struct error *error)
{
    static const char *const states[] = {"42", "0A", "25006", "XX000", NULL};
    bool found = server_error_is_data(error->sqlstate);
    for (const char *const *state = states; *state != NULL; state++) {
        found |= strncmp(error->sqlstate, *state, strlen(*state)) == 0;
    }
    return found;
}

bool screen_recover(struct loader *loader, struct error *failure, struct error *error)
{
    if (!is_no_answer(failure)) {
        *error = *failure;
        return false;
    }
    loader->savepoint = SAVEPOINT_BROKEN;
    return true;
}

/* A value that a constraint cannot be asked about does not stand in every piece. */
static bool give_up(struct loader *loader, struct error *failure, struct error *error)
{
    if (!screen_recover(loader, failure, error)) {
        return false;
    }
    if (server_error_is_data(failure->sqlstate)) {
        pause_screening(loader);
    } else {
        loader->probe.usable = false;
    }
    return true;
}

/* The savepoint knows of the table before anything is copied into it. */
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

static bool refuse_named(struct loader *loader, struct error *error)
{
    int refused = 0;
    for (int row = 0; row < loader->piece.rows; row++) {
        int verdict = loader->probe.verdicts[row];
        if (verdict == PROBE_GOOD) {
            continue;
        }
        if (verdict >= loader->probe.count) {
            if (!references_refuse(loader, row, error)) {
                return false;
            }
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

/* The piece is in the probe's table. */
static bool ask(struct loader *loader, bool *settled, struct error *error)
{
    struct range rest = {.first = 0, .end = loader->piece.rows, .sifted = true};
    struct probe *probe = &loader->probe;
    struct refusal refusal;
    bool again = true;
    probe->absent = loader->references.absent;
    probe->absent_rows = loader->references.absent_count;
    while (again) {
        struct error failure = ERROR_NONE;
        bool known = false;
        if (loader->savepoint == SAVEPOINT_BROKEN && !loader_savepoint(loader, error)) {
            return false;
        }
        if (!probe_ask(probe, loader->session, rest.end, &known, &failure)) {
            return give_up(loader, &failure, error);
        }
        bool accepted = known && range_rows(loader, rest) == 0;
        again = false;
        if (known && !accepted) {
            if (!loader_send_range(loader, rest, &accepted, &refusal, error)) {
                return false;
            }
            again = !accepted && probe_learn(probe, refusal.sqlstate, refusal.constraint);
        }
        if (accepted) {
            *settled = true;
            return refuse_named(loader, error);
        }
    }
    return true;
}

bool screen_aim(struct loader *loader, struct error *error)
{
    if (!prepare(loader, error)) {
        return false;
    }
    loader->copy_elsewhere = loader->probe_table ? loader->probe.copy : NULL;
    return true;
}

bool screen_piece(struct loader *loader, bool *settled, struct error *error)
{
    struct refusal refusal;
    bool accepted = false;
    *settled = false;
    if (loader->copy_elsewhere == NULL && !screen_aim(loader, error)) {
        return false;
    }
    if (loader->copy_elsewhere == NULL) {
        return true;
    }
    return loader_send(loader, error) && loader_send_end(loader, &accepted, &refusal, error) &&
           (!accepted || ask(loader, settled, error));
}
