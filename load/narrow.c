/* narrow.c — sends pieces under a savepoint, and narrows one that is refused to the rows at fault.
 *
 * Where the server names the row, the rows before it are good: they are sent again as they are, and
 * the work goes on after the refused one. Where it names none, the rows are halved until they stand
 * alone. Each refused row so costs about one more sending of the rows up to it; what is sent after
 * it in vain is bounded by making the pieces about as long as refused rows are apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"
#include "merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    WINDOW_ROWS_MIN = 8
};

int loader_window(const struct loader *loader)
{
    /* What follows a row that is refused at once costs only its sending; one that is refused late
     * costs the work on all rows of the COPY. */
    int64_t rows = loader->late ? loader->gap_rows / 2 : (int64_t)loader->gap_rows * 2;
    return rows < WINDOW_ROWS_MIN   ? WINDOW_ROWS_MIN
           : rows > LIMIT_COPY_ROWS ? LIMIT_COPY_ROWS
                                    : (int)rows;
}

static void note_good(struct loader *loader, int rows)
{
    if (loader->good_rows < LIMIT_COPY_ROWS) {
        loader->good_rows += rows;
    }
    if (loader->gap_rows < loader->good_rows) {
        loader->gap_rows = loader->good_rows;
    }
}

static void note_refused(struct loader *loader, const struct refusal *refusal, int good_before)
{
    loader->late = refusal->row < 0 || refusal->guessed;
    int gap = loader->good_rows + good_before;
    loader->gap_rows += (gap - loader->gap_rows) / 4;
    loader->good_rows = 0;
}

static bool copy_open(struct loader *loader, struct error *error)
{
    static const char *const openings[] = {
        [SAVEPOINT_NONE] = "SAVEPOINT novate_piece; ",
        [SAVEPOINT_KEPT] = "RELEASE novate_piece; SAVEPOINT novate_piece; ",
        [SAVEPOINT_BROKEN] = "ROLLBACK TO novate_piece; ",
    };
    struct text head = copy_encoder_head(&loader->encoder);
    text_buffer_reset(&loader->scratch);
    text_buffer_string(&loader->scratch, openings[loader->savepoint]);
    text_buffer_string(&loader->scratch, loader->copy);
    if (!text_buffer_check(&loader->scratch, error) ||
        !session_copy_begin(loader->session, loader->scratch.data, error)) {
        return false;
    }
    loader->copying = true;
    loader->savepoint = SAVEPOINT_KEPT;
    return session_copy_put(loader->session, head.data, head.size, error);
}

/* Ends the COPY of a range; `*accepted` false: `refusal` says why. */
static bool copy_close(struct loader *loader,
                       struct range range,
                       bool *accepted,
                       struct refusal *refusal,
                       struct error *error)
{
    PGresult *result = NULL;
    struct text tail = copy_encoder_tail(&loader->encoder);
    if (!session_copy_put(loader->session, tail.data, tail.size, error)) {
        return false;
    }
    loader->copying = false;
    if (!session_copy_end(loader->session, &result, error)) {
        return false;
    }
    bool ok = true;
    *accepted = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!*accepted) {
        ok = refusal_read(loader, result, range, refusal, error);
    } else if (strtoll(PQcmdTuples(result), NULL, 10) != range.end - range.first) {
        /* A trigger before insert gave back NULL: the row would be counted, and not be there. */
        *accepted = false;
        *refusal = (struct refusal){.row = -1, .left_out = true};
    } else if (loader->merge != NULL) {
        ok = merge_range(loader, range, accepted, refusal, error);
    }
    PQclear(result);
    loader->savepoint = *accepted ? SAVEPOINT_KEPT : SAVEPOINT_BROKEN;
    return ok;
}

static bool put(void *state, const char *data, size_t size, struct error *error)
{
    struct loader *loader = state;
    return session_copy_put(loader->session, data, size, error);
}

static struct wire_sink sink_of(struct loader *loader)
{
    return (struct wire_sink){.state = loader, .put = put};
}

bool loader_send(struct loader *loader, struct error *error)
{
    struct piece *piece = &loader->piece;
    size_t size = piece->wire.size - loader->sent_bytes;
    if (size == 0) {
        return true;
    }
    if (!loader->copying && !copy_open(loader, error)) {
        return false;
    }
    if (!wire_send(&piece->wire, loader->sent_bytes, piece->wire.size, sink_of(loader), error)) {
        return false;
    }
    loader->sent_bytes += size;
    return true;
}

static bool send_range(struct loader *loader,
                       struct range range,
                       bool *accepted,
                       struct refusal *refusal,
                       struct error *error)
{
    return copy_open(loader, error) &&
           piece_send(&loader->piece, range.first, range.end, sink_of(loader), error) &&
           copy_close(loader, range, accepted, refusal, error);
}

static void push_range(struct loader *loader, struct range range)
{
    if (range.first < range.end) {
        loader->waiting[loader->waiting_count++] = range;
    }
}

/* What is to be sent instead of a range that was refused; a row that stands alone is a reject. */
static bool split(struct loader *loader,
                  struct range range,
                  const struct refusal *refusal,
                  struct error *error)
{
    int row = refusal->row;
    bool named = row >= 0 && !refusal->guessed;
    if (named || range.end - range.first == 1) {
        row = named ? row : range.first;
        note_refused(loader, refusal, row - range.first);
        push_range(loader, (struct range){.first = row + 1, .end = range.end});
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

static bool send_waiting(struct loader *loader, struct error *error)
{
    while (loader->waiting_count > 0) {
        struct range range = loader->waiting[--loader->waiting_count];
        struct refusal refusal;
        bool accepted = false;
        int window = loader_window(loader);
        if (!range.uncut && range.end - range.first > window) {
            push_range(loader, (struct range){.first = range.first + window, .end = range.end});
            range.end = range.first + window;
        }
        if (!send_range(loader, range, &accepted, &refusal, error)) {
            return false;
        }
        if (!accepted) {
            if (!split(loader, range, &refusal, error)) {
                return false;
            }
        } else if (!range.counted) {
            note_good(loader, range.end - range.first);
        }
    }
    return true;
}

/* The last rows of the piece may have been refused. */
static bool savepoint_settle(struct loader *loader, struct error *error)
{
    if (loader->savepoint != SAVEPOINT_BROKEN) {
        return true;
    }
    loader->savepoint = SAVEPOINT_KEPT;
    return session_execute(loader->session, "ROLLBACK TO novate_piece", error);
}

bool loader_finish_piece(struct loader *loader, struct error *error)
{
    struct range whole = {.first = 0, .end = loader->piece.rows};
    struct refusal refusal;
    bool accepted = false;
    if (whole.end == 0) {
        return true;
    }
    if (!loader_send(loader, error) || !copy_close(loader, whole, &accepted, &refusal, error)) {
        return false;
    }
    if (accepted) {
        note_good(loader, whole.end);
    } else if (!split(loader, whole, &refusal, error) || !send_waiting(loader, error) ||
               !savepoint_settle(loader, error)) {
        return false;
    }
    piece_reset(&loader->piece);
    loader->sent_bytes = 0;
    return true;
}
