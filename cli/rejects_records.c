/* rejects_records.c — the source records of rejects, as they are now.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rejects.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BLOCK_BYTES = 64 << 10,
    TRIES = 3 /* a live source may show another record of a key each time */
};

static int compare_chunks(const void *left, const void *right)
{
    const struct target_reject *a = left;
    const struct target_reject *b = right;
    return a->chunk != b->chunk    ? (a->chunk < b->chunk ? -1 : 1)
           : a->reject < b->reject ? -1
                                   : a->reject > b->reject;
}

void rejects_by_chunk(struct target_reject *rejects, int count)
{
    qsort(rejects, (size_t)count, sizeof *rejects, compare_chunks);
}

int rejects_of_chunk(const struct target_reject *rejects, int first, int count)
{
    int end = first;
    while (end < count && rejects[end].chunk == rejects[first].chunk) {
        end++;
    }
    return end - first;
}

bool rejects_find_chunk(const struct target_chunk *chunks,
                        int chunk_count,
                        const struct target_reject *reject,
                        const struct target_chunk **chunk,
                        struct error *error)
{
    for (int i = 0; i < chunk_count; i++) {
        if (chunks[i].chunk.ordinal == reject->chunk && chunks[i].loaded) {
            *chunk = &chunks[i];
            return true;
        }
    }
    return error_set(error,
                     ERROR_STATE,
                     "chunk %d of entity \"%s\" is not loaded",
                     reject->chunk,
                     reject->entity);
}

/* The records of one chunk, as JSON texts beside their rejects. */
struct gathering {
    struct reread reread;
    struct arena arena;
    const char **texts; /* by reread.wanted */
    struct text_buffer json;
    struct text_buffer value;
};

static bool push_record(
    struct gathering *gathering, const struct batch *batch, int row, int place, struct error *error)
{
    struct text_buffer *json = &gathering->json;
    text_buffer_reset(json);
    text_buffer_char(json, '{');
    for (int i = 0; i < batch->schema->count; i++) {
        const char *name = batch->schema->columns[i].name;
        text_buffer_reset(&gathering->value);
        text_buffer_string(&gathering->value, "");
        bool null = vector_is_null(&batch->columns[i], row);
        if (!null) {
            vector_format(&batch->columns[i], row, &gathering->value);
        }
        text_buffer_member(json, name);
        if (null) {
            text_buffer_string(json, "null");
        } else {
            text_buffer_json(
                json,
                (struct text){.data = gathering->value.data == NULL ? "" : gathering->value.data,
                              .size = (unsigned)gathering->value.size});
        }
    }
    text_buffer_char(json, '}');
    if (!text_buffer_check(json, error) || !text_buffer_check(&gathering->value, error)) {
        return false;
    }
    gathering->texts[place] = arena_string(&gathering->arena, json->data);
    return gathering->texts[place] != NULL || error_set_memory(error);
}

static bool gather_batches(struct gathering *gathering, struct reader *reader, struct error *error)
{
    struct reread *reread = &gathering->reread;
    struct batch batch = {.rows = 0};
    bool more = true;
    bool ok = batch_init(&batch, reader->schema, &reread->job->budget, error);
    while (ok && more) {
        int before = reread->found_count;
        ok = reader->next(reader->state, &batch, &more, error);
        for (int row = 0; ok && more && row < batch.rows; row++) {
            ok = push_record(gathering, &batch, row, reread->places[before + row], error);
        }
    }
    batch_release(&batch);
    return ok;
}

static bool gather(struct gathering *gathering, struct error *error)
{
    struct reread *reread = &gathering->reread;
    for (int tried = 0; tried < TRIES; tried++) {
        struct reader reader;
        struct error reason = ERROR_NONE;
        memset(gathering->texts, 0, (size_t)reread->count * sizeof *gathering->texts);
        bool ok = reread_open(reread, &reader, &reason);
        bool opened = ok;
        ok = ok && gather_batches(gathering, &reader, &reason);
        if (opened) {
            reread_close(reread);
        }
        if (ok) {
            return true;
        }
        if (!reread->again) {
            *error = reason;
            return false;
        }
    }
    error_set(error, ERROR_SOURCE, "the keys of records change while they are read");
    return error_hint(error, "Repeat the command.");
}

static bool read_chunk(struct job *job,
                       struct entity *entity,
                       const struct target_chunk *chunk,
                       const struct target_reject *rejects,
                       int count,
                       rejects_take *take,
                       void *state,
                       struct error *error)
{
    struct gathering gathering = {.texts = NULL};
    int columns = relation_schema(entity->relation)->count;
    arena_init(&gathering.arena, CHUNK_BLOCK_BYTES, &job->budget);
    text_buffer_init(&gathering.json, LIMIT_RECORD_BYTES * 2);
    text_buffer_init(&gathering.value, LIMIT_RECORD_BYTES * 2);
    int *all = ARENA_ARRAY(&gathering.arena, int, (size_t)columns + 1);
    gathering.texts = ARENA_ARRAY(&gathering.arena, const char *, (size_t)count + 1);
    bool ok = all != NULL && gathering.texts != NULL ? true : error_set_memory(error);
    for (int i = 0; ok && i < columns; i++) {
        all[i] = i;
    }
    ok =
        ok &&
        reread_create(&gathering.reread, job, entity, all, columns, chunk, rejects, count, error) &&
        gather(&gathering, error);
    for (int i = 0; ok && i < count; i++) {
        const struct wanted *wanted = &gathering.reread.wanted[i];
        ok = take(state, wanted->reject, wanted->state, gathering.texts[i], error);
    }
    reread_release(&gathering.reread);
    text_buffer_release(&gathering.value);
    text_buffer_release(&gathering.json);
    arena_release(&gathering.arena);
    return ok;
}

bool rejects_read_records(struct job *job,
                          struct entity *entity,
                          struct target_reject *rejects,
                          int count,
                          rejects_take *take,
                          void *state,
                          struct error *error)
{
    struct target_chunk *chunks = NULL;
    int chunk_count = 0;
    if (!target_chunks(job->target.control,
                       job->plan.migration,
                       entity->mapping->entity,
                       &job->arena,
                       &chunks,
                       &chunk_count,
                       error)) {
        return false;
    }
    rejects_by_chunk(rejects, count);
    for (int first = 0; first < count;) {
        const struct target_chunk *chunk = NULL;
        int size = rejects_of_chunk(rejects, first, count);
        if (!rejects_find_chunk(chunks, chunk_count, &rejects[first], &chunk, error) ||
            !read_chunk(job, entity, chunk, rejects + first, size, take, state, error)) {
            return error_context(
                error, "reading rejected records of entity \"%s\" again", entity->mapping->entity);
        }
        first += size;
    }
    return true;
}
