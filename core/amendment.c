/* amendment.c — the restricted file; the contract is in novate/amendment.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/amendment.h"

#include "durable.h"
#include "segment_folder.h"

#include "novate/limits.h"
#include "novate/segment.h"
#include "novate/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PATH_BYTES_MAX = 4096,
    FIELDS = 7
};

/* Values are kept as texts, in this order. */
static const char *const field_names[FIELDS] = {
    "key", "position", "column", "kind", "rule", "before", "after"};

static void describe_schema(struct column *columns, struct schema *schema)
{
    for (int i = 0; i < FIELDS; i++) {
        columns[i] = (struct column){.name = field_names[i],
                                     .type = type_of(TYPE_TEXT),
                                     .declared = "text",
                                     .nullable = true};
    }
    *schema = (struct schema){.columns = columns, .count = FIELDS};
}

struct amendment_writer {
    struct amendment_writer_options options;
    struct segment_writer *segment; /* NULL: the chunk in hand has none yet */
    struct text_buffer path;
    struct column columns[FIELDS];
    struct schema schema;
    struct batch batch;
};

static void set_path(const char *work_directory,
                     const char *folder,
                     const char *entity,
                     int ordinal,
                     struct text_buffer *path)
{
    text_buffer_reset(path);
    text_buffer_format(path, "%s/%s/", work_directory, folder);
    segment_file_name(entity, ordinal, SEGMENT_AMENDED, path);
}

static bool make_folder(const struct amendment_writer_options *options,
                        struct text_buffer *path,
                        struct error *error)
{
    text_buffer_format(path, "%s/%s", options->work_directory, options->folder);
    return text_buffer_check(path, error) && durable_directory_make(path->data, error);
}

bool amendment_writer_create(const struct amendment_writer_options *options,
                             struct amendment_writer **out,
                             struct error *error)
{
    struct amendment_writer *writer = calloc(1, sizeof *writer);

    *out = NULL;
    if (writer == NULL) {
        return error_set_memory(error);
    }
    writer->options = *options;
    text_buffer_init(&writer->path, PATH_BYTES_MAX);
    describe_schema(writer->columns, &writer->schema);
    if (!make_folder(options, &writer->path, error) ||
        !batch_init(&writer->batch, &writer->schema, options->budget, error)) {
        amendment_writer_destroy(writer);
        return false;
    }
    *out = writer;
    return true;
}

void amendment_writer_destroy(struct amendment_writer *writer)
{
    if (writer != NULL) {
        segment_writer_abort(writer->segment);
        batch_release(&writer->batch);
        text_buffer_release(&writer->path);
        free(writer);
    }
}

static int file_ordinal(const struct amendment_writer *writer, const struct batch *batch)
{
    return batch->chunk + writer->options.ordinal_offset;
}

static bool begin_file(struct amendment_writer *writer, int ordinal, struct error *error)
{
    const struct segment_header header = {
        .stage = SEGMENT_AMENDED,
        .entity = writer->options.entity,
        .chunk = {.kind = CHUNK_WHOLE, .ordinal = ordinal},
        .schema = writer->schema,
    };

    return segment_writer_open(
        writer->path.data, &header, writer->options.key, &writer->segment, error);
}

static bool put(struct batch *batch, int field, int row, const char *text, struct error *error)
{
    struct vector *vector = &batch->columns[field];

    if (text != NULL) {
        vector->texts[row] = text_of(text);
        return true;
    }
    if (!vector_ensure_validity(vector, &batch->arena, error)) {
        return false;
    }
    validity_clear(vector->valid, row);
    return true;
}

static bool push_rows(struct amendment_writer *writer,
                      const struct amendment *amendments,
                      int count,
                      struct error *error)
{
    struct batch *batch = &writer->batch;

    if (!batch_begin(batch, count, false, error)) {
        return false;
    }
    for (int row = 0; row < count; row++) {
        const struct amendment *item = &amendments[row];
        const char *const fields[FIELDS] = {item->key,
                                            item->position,
                                            item->column,
                                            item->kind,
                                            item->rule,
                                            item->before,
                                            item->after};
        for (int field = 0; field < FIELDS; field++) {
            if (!put(batch, field, row, fields[field], error)) {
                return false;
            }
        }
    }
    batch_set_rows(batch, count);
    return segment_writer_push(writer->segment, batch, error);
}

static bool take_amendments(struct amendment_writer *writer,
                            const struct batch *batch,
                            struct error *error)
{
    if (batch->amendment_count == 0) {
        return true;
    }
    if (writer->segment == NULL && !begin_file(writer, file_ordinal(writer, batch), error)) {
        return false;
    }
    for (int first = 0; first < batch->amendment_count; first += LIMIT_BATCH_ROWS) {
        int left = batch->amendment_count - first;
        if (!push_rows(writer,
                       batch->amendments + first,
                       left < LIMIT_BATCH_ROWS ? left : LIMIT_BATCH_ROWS,
                       error)) {
            return false;
        }
    }
    return true;
}

/* The file of the chunk is there before the chunk is. */
static bool end_file(struct amendment_writer *writer, struct error *error)
{
    struct segment_writer *segment = writer->segment;
    struct hash checksum;
    uint64_t bytes = 0;

    writer->segment = NULL;
    if (segment != NULL) {
        return segment_writer_commit(segment, &checksum, &bytes, error);
    }
    /* What an attempt before this one left is not true any more. */
    return unlink(writer->path.data) == 0 || errno == ENOENT ||
           error_set_system(
               error, ERROR_IO, errno, "could not remove file \"%s\"", writer->path.data);
}

static bool amendment_write(void *state, struct batch *batch, struct error *error)
{
    struct amendment_writer *writer = state;

    set_path(writer->options.work_directory,
             writer->options.folder,
             writer->options.entity,
             file_ordinal(writer, batch),
             &writer->path);
    bool ok = text_buffer_check(&writer->path, error) && take_amendments(writer, batch, error) &&
              (!batch->chunk_ends || end_file(writer, error));
    return ok ? writer->options.inner.write(writer->options.inner.state, batch, error)
              : error_context(error, "writing what was noted of \"%s\"", writer->options.entity);
}

static bool amendment_finish(void *state, struct error *error)
{
    struct amendment_writer *writer = state;
    const struct writer *inner = &writer->options.inner;

    return inner->finish == NULL || inner->finish(inner->state, error);
}

static void forget_chunk(struct amendment_writer *writer)
{
    segment_writer_abort(writer->segment);
    writer->segment = NULL;
}

static void amendment_abort(void *state)
{
    struct amendment_writer *writer = state;

    forget_chunk(writer);
    if (writer->options.inner.abort != NULL) {
        writer->options.inner.abort(writer->options.inner.state);
    }
}

static void amendment_restart(void *state)
{
    struct amendment_writer *writer = state;

    forget_chunk(writer);
    writer->options.inner.restart(writer->options.inner.state);
}

struct writer amendment_writer_as_writer(struct amendment_writer *writer)
{
    return (struct writer){
        .state = writer,
        .write = amendment_write,
        .finish = amendment_finish,
        .abort = amendment_abort,
        .restart = writer->options.inner.restart == NULL ? NULL : amendment_restart,
    };
}

bool amendments_forget(const char *work_directory,
                       const char *folder,
                       const char *entity,
                       struct error *error)
{
    return segment_folder_forget(work_directory, folder, entity, error);
}

/* --- reading --- */

struct amendment_reading {
    const struct segment_key *key;
    bool (*take)(void *state, const struct amendment *amendment, struct error *error);
    void *state;
};

static const char *field_text(struct batch *batch, int field, int row)
{
    const struct vector *vector = &batch->columns[field];
    struct text text = vector->texts[vector_slot(vector, row)];

    return vector_is_null(vector, row) ? NULL : arena_copy(&batch->arena, text.data, text.size);
}

static bool give_batch(const struct amendment_reading *reading,
                       struct batch *batch,
                       struct error *error)
{
    for (int row = 0; row < batch->rows; row++) {
        const char *fields[FIELDS];
        for (int field = 0; field < FIELDS; field++) {
            fields[field] = field_text(batch, field, row);
            if (fields[field] == NULL && !vector_is_null(&batch->columns[field], row)) {
                return error_set_memory(error);
            }
        }
        const struct amendment amendment = {.key = fields[0],
                                            .position = fields[1],
                                            .column = fields[2],
                                            .kind = fields[3],
                                            .rule = fields[4],
                                            .before = fields[5],
                                            .after = fields[6]};
        if (!reading->take(reading->state, &amendment, error)) {
            return false;
        }
    }
    return true;
}

static bool read_file(const struct amendment_reading *reading,
                      const char *path,
                      struct error *error)
{
    struct segment_reader *reader = NULL;
    const struct segment_header *header = NULL;
    struct batch batch = {.rows = 0};
    bool more = true;

    if (!segment_reader_open(path, reading->key, &reader, &header, error)) {
        return false;
    }
    bool ok = header->stage == SEGMENT_AMENDED && header->schema.count == FIELDS;
    if (!ok) {
        (void)error_set(error, ERROR_CORRUPT, "\"%s\" is no file of amendments", path);
    }
    ok = ok && batch_init(&batch, &header->schema, NULL, error);
    while (ok && more) {
        ok = segment_reader_next(reader, &batch, &more, error) &&
             (!more || give_batch(reading, &batch, error));
    }
    batch_release(&batch);
    segment_reader_close(reader);
    return ok;
}

bool amendments_read(const char *work_directory,
                     const char *folder,
                     const char *entity,
                     const struct segment_key *key,
                     bool (*take)(void *state,
                                  const struct amendment *amendment,
                                  struct error *error),
                     void *state,
                     struct error *error)
{
    const struct amendment_reading reading = {.key = key, .take = take, .state = state};
    struct text_buffer path;
    struct arena arena;
    int *ordinals = NULL;
    int count = 0;

    arena_init(&arena, 4096, NULL);
    text_buffer_init(&path, PATH_BYTES_MAX);
    bool ok = segment_folder_list(
        work_directory, folder, entity, SEGMENT_AMENDED, &arena, &ordinals, &count, error);
    for (int i = 0; ok && i < count; i++) {
        set_path(work_directory, folder, entity, ordinals[i], &path);
        ok = text_buffer_check(&path, error) && read_file(&reading, path.data, error);
    }
    text_buffer_release(&path);
    arena_release(&arena);
    return ok;
}
