/* sending.c — one COPY of rows of a piece, under a savepoint.
 *
 * A statement begins with what the savepoint needs, in the same message, so that no COPY costs more
 * than one answer more. SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"
#include "merge.h"

#include <stdlib.h>

enum {
    SLICE_BYTES = 64 << 10
};

static const char *const openings[] = {
    [SAVEPOINT_NONE] = "SAVEPOINT novate_piece; ",
    [SAVEPOINT_KEPT] = "RELEASE novate_piece; SAVEPOINT novate_piece; ",
    [SAVEPOINT_BROKEN] = "ROLLBACK TO novate_piece; ",
};

bool loader_savepoint(struct loader *loader, struct error *error)
{
    const char *opening = openings[loader->savepoint];
    loader->savepoint = SAVEPOINT_KEPT;
    return session_execute(loader->session, opening, error);
}

static bool copy_open(struct loader *loader, struct error *error)
{
    struct text head = copy_encoder_head(&loader->encoder);
    text_buffer_reset(&loader->scratch);
    text_buffer_string(&loader->scratch, openings[loader->savepoint]);
    text_buffer_string(&loader->scratch,
                       loader->copy_elsewhere != NULL ? loader->copy_elsewhere : loader->copy);
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
    } else if (strtoll(PQcmdTuples(result), NULL, 10) != range_rows(loader, range)) {
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

static bool is_left_out(const struct loader *loader, struct range range, int row)
{
    return range.sifted && loader->probe.verdicts[row] != PROBE_GOOD;
}

int range_rows(const struct loader *loader, struct range range)
{
    int rows = 0;
    for (int row = range.first; row < range.end; row++) {
        rows += is_left_out(loader, range, row) ? 0 : 1;
    }
    return rows;
}

int range_row(const struct loader *loader, struct range range, int nth)
{
    for (int row = range.first; row < range.end; row++) {
        if (!is_left_out(loader, range, row) && nth-- == 0) {
            return row;
        }
    }
    return -1;
}

/* Rows that stand together are sent together. */
static bool send_rows(struct loader *loader, struct range range, struct error *error)
{
    for (int row = range.first; row < range.end;) {
        int end = row;
        while (end < range.end && !is_left_out(loader, range, end)) {
            end++;
        }
        if (end > row && !piece_send(&loader->piece, row, end, sink_of(loader), error)) {
            return false;
        }
        row = end + 1;
    }
    return true;
}

/* The number of a row and the columns that the probe looks at, in binary. A value that is missing
 * is seen here. */
static bool slice_row(struct loader *loader, int row, struct error *error)
{
    struct probe *probe = &loader->probe;
    struct wire *slice = &loader->slice;
    struct piece_bytes bytes = piece_bytes_of(&loader->piece, row, row + 1);
    const char *at = bytes.data + sizeof(uint16_t);
    int own = PROBE_GOOD;
    uint16_t count = 1;
    if (!wire_reserve(slice, bytes.size + 2 * sizeof(uint32_t), error)) {
        return false;
    }
    size_t start = slice->size;
    slice->size += sizeof count;
    (void)wire_store32(wire_store32(slice->data + slice->size, sizeof(uint32_t)), (uint32_t)row);
    slice->size += 2 * sizeof(uint32_t);
    for (int i = 0; i < loader->options.schema->count; i++) {
        uint32_t length = wire_load32(at);
        size_t size = sizeof length + (length == UINT32_MAX ? 0 : length);
        int test = probe->null_tests[i];
        if (length == UINT32_MAX && test != PROBE_GOOD && (own == PROBE_GOOD || test < own)) {
            own = test;
        }
        if (probe->needed[i]) {
            wire_bytes(slice, at, size);
            count++;
        }
        at += size;
    }
    (void)wire_store16(slice->data + start, count);
    probe->own[row] = (int16_t)own;
    return true;
}

/* To the probe's table: only what the probe looks at. */
static bool send_slices(struct loader *loader, struct range range, struct error *error)
{
    struct wire *slice = &loader->slice;
    wire_reset(slice);
    for (int row = range.first; row < range.end; row++) {
        if (!slice_row(loader, row, error)) {
            return false;
        }
        if (slice->size >= SLICE_BYTES || row + 1 == range.end) {
            if (!session_copy_put(loader->session, slice->data, slice->size, error)) {
                return false;
            }
            wire_reset(slice);
        }
    }
    return true;
}

bool loader_send(struct loader *loader, struct error *error)
{
    struct range rest = {.first = loader->sent_rows, .end = loader->piece.rows};
    bool to_probe = loader->copy_elsewhere != NULL && loader->copy_elsewhere == loader->probe.copy;
    if (rest.first == rest.end) {
        return true;
    }
    if (!loader->copying && !copy_open(loader, error)) {
        return false;
    }
    if (to_probe && !loader->encoder.binary) {
        for (int row = rest.first; row < rest.end; row++) {
            loader->probe.own[row] = PROBE_GOOD;
        }
    }
    loader->sent_rows = rest.end;
    return to_probe && loader->encoder.binary ? send_slices(loader, rest, error)
                                              : send_rows(loader, rest, error);
}

bool loader_send_end(struct loader *loader,
                     bool *accepted,
                     struct refusal *refusal,
                     struct error *error)
{
    struct range sent = {.first = 0, .end = loader->sent_rows};
    loader->sent_rows = 0;
    loader->copy_elsewhere = NULL;
    return copy_close(loader, sent, accepted, refusal, error);
}

bool loader_send_range(struct loader *loader,
                       struct range range,
                       bool *accepted,
                       struct refusal *refusal,
                       struct error *error)
{
    return copy_open(loader, error) && send_rows(loader, range, error) &&
           copy_close(loader, range, accepted, refusal, error);
}
