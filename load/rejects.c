/* rejects.c — rows of novate.reject, written in the chunk's transaction.
 * SPDX-License-Identifier: Apache-2.0 */
#include "loader_private.h"

#include <stdio.h>
#include <string.h>

static const char copy_rejects[] =
    "COPY novate.reject (run, migration, entity, chunk, key, position, column_name, name,"
    " sqlstate, message, source_hash, by_target, first_run, class) FROM STDIN";

static const char *or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* All columns but the last one, the class. */
static void push_row(struct loader *loader,
                     const struct reject *reject,
                     bool by_target,
                     struct text_buffer *out)
{
    const struct target_entity *entity = loader->options.entity;
    char hash[HASH_HEX_SIZE];
    hash_hex(reject->source_hash, hash);
    const char *const before[] = {entity->migration, entity->entity};
    const char *const after[] = {reject->key,
                                 reject->position,
                                 reject->column,
                                 reject->name,
                                 or_null(reject->sqlstate),
                                 reject->message,
                                 hash};
    text_buffer_format(out, "%lld", (long long)loader->options.run);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        text_buffer_char(out, '\t');
        copy_text_field(out, before[i]);
    }
    text_buffer_format(out, "\t%d", loader->chunk);
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        text_buffer_char(out, '\t');
        copy_text_field(out, after[i]);
    }
    text_buffer_format(out, "\t%s\t%lld", by_target ? "t" : "f", (long long)loader->options.run);
    loader->has_rejects = true;
}

static void push_class(struct loader *loader, enum reject_class class)
{
    text_buffer_format(&loader->rejects, "\t%s\n", reject_class_text(class));
}

bool rejects_push(struct loader *loader, const struct reject *reject, struct error *error)
{
    push_row(loader, reject, false, &loader->rejects);
    push_class(loader, reject->class);
    return text_buffer_check(&loader->rejects, error);
}

/* A row that refers to a record of this migration gets its class when that one's rejects are known.
 */
static bool push_refused(struct loader *loader,
                         int row,
                         const struct reject *reject,
                         struct error *error)
{
    struct parents *parents = &loader->parents;
    bool waits = false;
    if (strcmp(reject->sqlstate, "23503") == 0 && reject->name != NULL &&
        !parents_ask(loader, row, reject->name, reject->key, &waits, error)) {
        return false;
    }
    if (waits) {
        push_row(loader, reject, true, &parents->rows);
        text_buffer_char(&parents->rows, '\n');
        return text_buffer_check(&parents->rows, error);
    }
    push_row(loader, reject, true, &loader->rejects);
    push_class(loader, reject->class);
    return text_buffer_check(&loader->rejects, error) &&
           counters_add(
               &loader->tally.counters, "reject", reject_class_text(reject->class), 1, error);
}

bool rejects_refuse(struct loader *loader,
                    int row,
                    const struct refusal *refusal,
                    struct error *error)
{
    struct piece *piece = &loader->piece;
    struct text_buffer position;
    struct reject reject = {
        .column = or_null(refusal->column),
        .name = or_null(refusal->constraint),
        .class = refusal->message != NULL ? refusal->class
                 : refusal->left_out      ? REJECT_TRIGGER
                                          : reject_class_of(refusal->sqlstate),
        .message = refusal->message != NULL ? refusal->message
                   : refusal->left_out ? "a trigger of the target kept the row from being stored"
                                       : server_error_sentence(refusal->sqlstate),
        .source_hash = piece->source_hashes[row],
    };
    snprintf(reject.sqlstate, sizeof reject.sqlstate, "%s", refusal->sqlstate);
    text_buffer_init(&position, (size_t)1 << 16);
    text_buffer_reset(&loader->scratch);
    piece_key(piece, row, &loader->scratch);
    if (piece_position(piece, row, &position)) {
        reject.position = position.data;
    }
    bool ok = text_buffer_check(&loader->scratch, error) && text_buffer_check(&position, error);
    if (ok) {
        reject.key = loader->scratch.data;
        digest_remove(&loader->tally.passed, reject.source_hash);
        digest_add(&loader->tally.rejected, reject.source_hash);
        digest_remove(&loader->tally.loaded, piece->target_hashes[row]);
        ok = push_refused(loader, row, &reject, error);
    }
    text_buffer_release(&position);
    return ok;
}

static bool write_rows(struct loader *loader, struct error *error)
{
    if (loader->rejects.size == 0) {
        return true;
    }
    if (!session_copy_text(loader->session, copy_rejects, &loader->rejects, error)) {
        return error_context(error, "writing rejects to the target's ledger");
    }
    text_buffer_reset(&loader->rejects);
    return true;
}

bool rejects_flush(struct loader *loader, struct error *error)
{
    if (loader->rejects.size == 0 && loader->parents.count == 0) {
        return true;
    }
    return NOVATE_CHECK(error, !loader->copying && loader->savepoint != SAVEPOINT_BROKEN) &&
           write_rows(loader, error) &&
           (loader->parents.count == 0 ||
            (parents_settle(loader, error) && write_rows(loader, error)));
}
