/* narrow.c — sends pieces under a savepoint, and narrows one that is refused to the rows at fault.
 *
 * This is for where the server can neither be asked (screen.c) nor narrow by itself (sift.c).
 * Where the server names the row, the rows before it are good: they are sent again as they are, and
 * the work goes on after the refused one. Where it names none, the rows are halved until they stand
 * alone. What is sent after a refused row in vain is bounded by making the pieces about as long as
 * refused rows are apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"
#include "merge.h"

#include "novate/fault_point.h"

#include <stdlib.h>
#include <string.h>

enum {
    SEND_BYTES = 256 << 10, /* what is handed to libpq at a time */
    WINDOW_ROWS_MIN = 8,
    EXPECTED_MIN = SCREEN_CERTAIN / 4 /* from here on, the server is asked first */
};

/* How many rows go in one COPY. A row that is refused at once costs another sending of the rows
 * before it; what follows it is sent in vain, but the server only skips it. One that is refused
 * late costs the work on all rows of the COPY. */
static int window_rows(const struct loader *loader)
{
    int rows = loader->late ? loader->gap_rows / 2 : 2 * loader->gap_rows;
    return rows < WINDOW_ROWS_MIN   ? WINDOW_ROWS_MIN
           : rows > LIMIT_COPY_ROWS ? LIMIT_COPY_ROWS
                                    : rows;
}

/* What stands outside of the rows is left out, since it is copied only once. */
static bool server_helps(const struct loader *loader)
{
    return (screen_allowed(loader) || sift_allowed(loader)) && loader->piece.wire.splice_count == 0;
}

/* Is the piece not sent as it is? */
static bool is_suspect(const struct loader *loader)
{
    return server_helps(loader) && loader->expected >= EXPECTED_MIN &&
           (!loader->copying || loader->copy_elsewhere != NULL);
}

static bool is_streamed(const struct loader *loader)
{
    return loader->copying || loader->copy_elsewhere != NULL || server_helps(loader) ||
           window_rows(loader) == LIMIT_COPY_ROWS;
}

static bool aim(struct loader *loader, struct error *error)
{
    return (!screen_allowed(loader) || screen_aim(loader, error)) &&
           (loader->copy_elsewhere != NULL || !sift_allowed(loader) || sift_aim(loader, error));
}

bool loader_advance(struct loader *loader, struct error *error)
{
    const struct piece *piece = &loader->piece;
    if (loader->references.count > 0) {
        return true; /* first it is asked which rows are sent */
    }
    if (piece_bytes_of(piece, loader->sent_rows, piece->rows).size < SEND_BYTES) {
        return true;
    }
    if (is_suspect(loader) && loader->copy_elsewhere == NULL && !aim(loader, error)) {
        return false;
    }
    bool waits = loader->copy_elsewhere == NULL ? is_suspect(loader) : !server_helps(loader);
    return waits || !is_streamed(loader) || loader_send(loader, error);
}

void note_good(struct loader *loader, int rows)
{
    if (loader->good_rows < LIMIT_COPY_ROWS) {
        loader->good_rows += rows;
    }
    if (loader->gap_rows < loader->good_rows) {
        loader->gap_rows = loader->good_rows;
    }
}

void note_refused(struct loader *loader, int good_before)
{
    int gap = loader->good_rows + good_before;
    loader->gap_rows += (gap - loader->gap_rows) / 4;
    loader->good_rows = 0;
}

void push_range(struct loader *loader, struct range range)
{
    if (range.first < range.end) {
        loader->waiting[loader->waiting_count++] = range;
    }
}

static bool is_plain(struct range range)
{
    return !range.uncut && !range.suspect && !range.sifted && !range.absent;
}

/* The rows after one that was refused, together with those that would have been sent next. */
static void push_rest(struct loader *loader, int first, int end)
{
    struct range *top =
        loader->waiting_count == 0 ? NULL : &loader->waiting[loader->waiting_count - 1];
    if (top != NULL && is_plain(*top) && top->first == end) {
        top->first = first;
    } else {
        push_range(loader, (struct range){.first = first, .end = end});
    }
}

/* It was kept out by another row, which may stand before it in the same COPY and be refused itself
 * by what is checked after the last row. */
static bool has_rival(const struct refusal *refusal)
{
    return strcmp(refusal->sqlstate, "23505") == 0 || strcmp(refusal->sqlstate, "23P01") == 0;
}

/* What is to be sent instead of a range that was refused; a row that stands alone is a reject. */
static bool split(struct loader *loader,
                  struct range range,
                  const struct refusal *refusal,
                  struct error *error)
{
    int row = refusal->row;
    (void)probe_learn(&loader->probe, refusal->sqlstate, refusal->constraint);
    bool named = row >= 0 && !refusal->guessed && (row == range.first || !has_rival(refusal));
    if (named || range.end - range.first == 1) {
        row = named ? row : range.first;
        loader->unforeseen++;
        if (!range.suspect) {
            loader->late = refusal->row < 0 || refusal->guessed;
            note_refused(loader, row - range.first);
        }
        push_rest(loader, row + 1, range.end);
        push_range(
            loader,
            (struct range){.first = range.first, .end = row, .uncut = true, .counted = true});
        return rejects_refuse(loader, row, refusal, error);
    }
    if (row >= 0) {
        push_range(loader, (struct range){.first = row + 1, .end = range.end});
        push_range(loader, (struct range){.first = row, .end = row + 1});
        push_range(loader, (struct range){.first = range.first, .end = row, .uncut = true});
        return true;
    }
    int middle = range.first + (range.end - range.first) / 2;
    push_range(loader, (struct range){.first = middle, .end = range.end});
    push_range(loader, (struct range){.first = range.first, .end = middle});
    return true;
}

/* A row that is absent was tried alone: unless it has become a reject for another reason, it is
 * taken back and becomes one now. `before` is the tally as it was. */
static bool take_back(struct loader *loader,
                      int row,
                      const struct tally *before,
                      struct error *error)
{
    struct tally *tally = &loader->tally;
    if (tally->rejected.rows != before->rejected.rows) {
        return true;
    }
    tally->inserted = before->inserted;
    tally->updated = before->updated;
    tally->unchanged = before->unchanged;
    loader->savepoint = SAVEPOINT_BROKEN;
    return references_refuse(loader, row, error);
}

static bool send_waiting(struct loader *loader, struct error *error)
{
    while (loader->waiting_count > 0) {
        struct range range = loader->waiting[--loader->waiting_count];
        struct refusal refusal;
        bool accepted = false;
        const struct tally before = loader->tally;
        int window = window_rows(loader);
        if (!range.uncut && range.end - range.first > window) {
            push_range(loader, (struct range){.first = range.first + window, .end = range.end});
            range.end = range.first + window;
        }
        if (!loader_send_range(loader, range, &accepted, &refusal, error)) {
            return false;
        }
        if (!accepted) {
            if (!split(loader, range, &refusal, error)) {
                return false;
            }
        } else if (range.absent) {
            if (!take_back(loader, range.first, &before, error)) {
                return false;
            }
        } else if (!range.counted) {
            note_good(loader, range.end - range.first);
        }
    }
    return true;
}

/* `*settled` false: what waits is still to be sent. */
static bool ask_server(struct loader *loader, bool *settled, struct error *error)
{
    bool sifted = false;
    bool aimed = loader->copy_elsewhere != NULL;
    bool to_blocks = aimed && loader->copy_elsewhere == loader->blocks.copy;
    if ((!to_blocks && screen_allowed(loader) && !screen_piece(loader, settled, error)) ||
        (!*settled && sift_allowed(loader) && !sift_piece(loader, &sifted, error))) {
        return false;
    }
    if (!*settled && !sifted) {
        push_range(loader, (struct range){.first = 0, .end = loader->piece.rows});
    }
    return true;
}

/* Few rows are narrowed in less time than a question takes. */
static bool is_worth_it(const struct loader *loader)
{
    return server_helps(loader) && loader->piece.rows >= SCREEN_ROWS_MIN;
}

/* Ends the piece that was sent as it is, and asks about it when it is refused. */
static bool send_whole(struct loader *loader, bool *settled, struct error *error)
{
    struct range whole = {.first = 0, .end = loader->piece.rows};
    struct refusal refusal;
    if (!loader_send(loader, error) || !loader_send_end(loader, settled, &refusal, error)) {
        return false;
    }
    if (*settled) {
        note_good(loader, whole.end);
        screen_note(loader, 0, 0);
        return true;
    }
    (void)probe_learn(&loader->probe, refusal.sqlstate, refusal.constraint);
    return is_worth_it(loader) ? ask_server(loader, settled, error)
                               : split(loader, whole, &refusal, error);
}

/* A large value came, after rows had gone to the table of the probe or of the blocks. */
static bool turn_back(struct loader *loader, struct error *error)
{
    struct refusal refusal;
    bool accepted = false;
    if (loader->copying) {
        return loader_send_end(loader, &accepted, &refusal, error);
    }
    loader->copy_elsewhere = NULL;
    return true;
}

/* Rows that are absent are tried alone, each after those before it. */
static void push_apart(struct loader *loader)
{
    int end = loader->piece.rows;
    for (int row = end - 1; row >= 0; row--) {
        if (loader->references.absent[row] != REFERENCES_PRESENT) {
            push_range(loader, (struct range){.first = row + 1, .end = end});
            push_range(loader, (struct range){.first = row, .end = row + 1, .absent = true});
            end = row;
        }
    }
    push_range(loader, (struct range){.first = 0, .end = end});
}

static bool send_present(struct loader *loader, bool *settled, struct error *error)
{
    if (is_worth_it(loader) && screen_allowed(loader) && !screen_piece(loader, settled, error)) {
        return false;
    }
    if (!*settled) {
        push_apart(loader);
    }
    return true;
}

static bool send_piece(struct loader *loader, bool *settled, struct error *error)
{
    bool aimed = loader->copy_elsewhere != NULL;
    if (loader->references.absent_count > 0) {
        return send_present(loader, settled, error);
    }
    if (aimed && !server_helps(loader)) {
        aimed = false;
        if (!turn_back(loader, error)) {
            return false;
        }
    }
    if (aimed || (is_suspect(loader) && is_worth_it(loader))) {
        return ask_server(loader, settled, error);
    }
    if (is_suspect(loader) || !is_streamed(loader)) {
        push_range(loader, (struct range){.first = 0, .end = loader->piece.rows});
        return true;
    }
    return send_whole(loader, settled, error);
}

bool loader_finish_piece(struct loader *loader, struct error *error)
{
    bool settled = false;
    if (loader->piece.rows == 0) {
        return true;
    }
    loader->unforeseen = 0;
    if (!fault_point_meet(FAULT_POINT_LOAD_PIECE, error) || !references_ask(loader, error) ||
        !send_piece(loader, &settled, error)) {
        return false;
    }
    if (!settled) {
        if (!send_waiting(loader, error)) {
            return false;
        }
        screen_note(loader, 0, loader->unforeseen);
    }
    /* The last rows of the piece may have been refused. */
    if (loader->savepoint == SAVEPOINT_BROKEN && !loader_savepoint(loader, error)) {
        return false;
    }
    piece_reset(&loader->piece);
    return true;
}
