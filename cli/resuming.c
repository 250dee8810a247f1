/* resuming.c — the contract is in resuming.h. SPDX-License-Identifier: Apache-2.0 */
#include "resuming.h"

#include "files.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_BYTES_MAX ((size_t)1 << 30)

/* To resume is a convenience: what cannot be kept costs time, not the verification. */
static void save(void *state, struct text data)
{
    struct resuming *resuming = state;
    struct error reason = ERROR_NONE;
    if (!write_file(resuming->path, data.data, data.size, &reason) && !resuming->told) {
        console_log(resuming->job->console,
                    LOG_WARNING,
                    "verify",
                    "an interruption would cost what was verified so far: %s",
                    reason.message);
        resuming->told = true;
    }
}

static void push_number(struct hash_stream *stream, uint64_t number)
{
    hash_stream_push(stream, &number, sizeof number);
}

static void push_columns(struct hash_stream *stream, const struct verify_options *options)
{
    for (int index = 0; index < options->schema->count; index++) {
        const struct column *column = &options->schema->columns[index];
        hash_stream_field(stream, text_of(column->name));
        push_number(stream, (uint64_t)type_tag(column->type.id));
        push_number(stream, options->columns != NULL && options->columns[index].skipped ? 1 : 0);
    }
    for (int index = 0; index < options->key_count; index++) {
        push_number(stream, (uint64_t)options->key[index]);
    }
}

/* Of what decides the digests; what mapping and plan say is in the identities of the chunks. */
static bool identify(const struct job *job,
                     const struct verify_options *options,
                     struct hash *identity,
                     struct error *error)
{
    struct hash_stream stream;
    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    hash_stream_field(&stream, text_of(NOVATE_VERSION));
    hash_stream_field(&stream, text_of(verify_level_text(options->level)));
    hash_stream_field(&stream, text_of(session_description(job->target.control)));
    hash_stream_field(&stream, text_of(options->table->quoted));
    hash_stream_field(&stream, text_of(options->scope == NULL ? "" : options->scope));
    push_columns(&stream, options);
    for (int index = 0; index < options->refused_count; index++) {
        hash_stream_field(&stream, text_of(options->refused_keys[index]));
    }
    *identity = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return true;
}

/* Nothing, where it was asked to begin anew. */
static bool read_kept(struct resuming *resuming,
                      struct arena *arena,
                      struct text *kept,
                      struct error *error)
{
    struct error unread = ERROR_NONE;
    struct text_buffer content;
    if (resuming->job->options->restart) {
        return true;
    }
    text_buffer_init(&content, STATE_BYTES_MAX);
    bool ok = true;
    if (read_file(resuming->path, ERROR_IO, &content, &unread)) {
        char *copy = arena_copy(arena, content.data, content.size);
        ok = copy != NULL || error_set_memory(error);
        *kept = text_from(copy, ok ? content.size : 0);
    }
    text_buffer_release(&content);
    return ok;
}

static bool list_chunks(struct arena *arena,
                        const struct chunk_list *chunks,
                        struct verify_checkpoint *checkpoint,
                        struct error *error)
{
    size_t count = (size_t)chunks->count;
    const char **ids = ARENA_ARRAY(arena, const char *, count + 1);
    checkpoint->done = ARENA_ARRAY(arena, bool, count + 1);
    if (ids == NULL || checkpoint->done == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < chunks->count; index++) {
        ids[index] = chunks->items[index].id;
    }
    checkpoint->chunks = ids;
    checkpoint->chunk_count = chunks->count;
    return true;
}

bool resuming_open(struct resuming *resuming,
                   struct job *job,
                   struct entity *entity,
                   const struct chunk_list *chunks,
                   struct verify_options *options,
                   struct error *error)
{
    struct arena *arena = &entity->arena;
    struct verify_checkpoint *checkpoint = &options->checkpoint;
    struct hash identity = {.low = 0};
    char hex[HASH_HEX_SIZE];
    const char *folder = arena_format(arena, "%s/verify", job->plan.work);
    *resuming = (struct resuming){.job = job};
    resuming->path =
        arena_format(arena, "%s/verify/%s.state", job->plan.work, entity->mapping->entity);
    if (folder == NULL || resuming->path == NULL) {
        return error_set_memory(error);
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return error_set_system(error, ERROR_IO, errno, "could not make folder \"%s\"", folder);
    }
    if (!identify(job, options, &identity, error) ||
        !list_chunks(arena, chunks, checkpoint, error) ||
        !read_kept(resuming, arena, &checkpoint->kept, error)) {
        return false;
    }
    hash_hex(identity, hex);
    checkpoint->state = resuming;
    checkpoint->save = save;
    checkpoint->identity = arena_string(arena, hex);
    return checkpoint->identity != NULL || error_set_memory(error);
}

void resuming_done(const struct resuming *resuming)
{
    if (unlink(resuming->path) != 0 && errno != ENOENT) {
        console_log(resuming->job->console,
                    LOG_WARNING,
                    "verify",
                    "could not remove \"%s\"",
                    resuming->path);
    }
}
