/* staging.c — segments as the ends of a pipeline; the contract is in novate/staging.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/staging.h"

#include "segment_folder.h"

#include "novate/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_BYTES_MAX = 4096
};

static const struct ledger_chunk *find_chunk(const struct staging *staging, int ordinal)
{
    for (int index = 0; index < staging->count; index++) {
        if (staging->chunks[index].chunk.ordinal == ordinal) {
            return &staging->chunks[index];
        }
    }
    return NULL;
}

struct staging_writer {
    struct staging_writer_options options;
    struct segment_writer *segment; /* NULL between chunks */
    int ordinal;
    struct arena arena; /* of the tally of a chunk */
    struct tally tally;
    struct text_buffer name; /* relative */
    struct text_buffer path;
};

static bool make_folder(const char *work_directory, struct error *error)
{
    struct text_buffer path;
    text_buffer_init(&path, PATH_BYTES_MAX);
    text_buffer_format(&path, "%s/segments", work_directory);
    bool ok = text_buffer_check(&path, error);
    if (ok && mkdir(path.data, 0700) != 0 && errno != EEXIST) {
        ok = error_set_system(error, ERROR_IO, errno, "could not make folder \"%s\"", path.data);
    }
    text_buffer_release(&path);
    return ok;
}

bool staging_writer_create(const struct staging_writer_options *options,
                           struct staging_writer **out,
                           struct error *error)
{
    if (!make_folder(options->staging->work_directory, error)) {
        return false;
    }
    struct staging_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return error_set_memory(error);
    }
    writer->options = *options;
    arena_init(&writer->arena, 64 * 1024, options->budget);
    text_buffer_init(&writer->name, PATH_BYTES_MAX);
    text_buffer_init(&writer->path, PATH_BYTES_MAX);
    *out = writer;
    return true;
}

static bool begin_segment(struct staging_writer *writer, int ordinal, struct error *error)
{
    const struct staging *staging = writer->options.staging;
    const struct ledger_chunk *chunk = find_chunk(staging, ordinal);
    if (!NOVATE_CHECK(error, chunk != NULL)) {
        return false;
    }
    arena_reset(&writer->arena);
    tally_init(&writer->tally, &writer->arena);
    writer->ordinal = ordinal;
    text_buffer_reset(&writer->name);
    text_buffer_reset(&writer->path);
    text_buffer_string(&writer->name, "segments/");
    segment_file_name(staging->entity, ordinal, writer->options.stage, &writer->name);
    if (!text_buffer_check(&writer->name, error)) {
        return false;
    }
    text_buffer_format(&writer->path, "%s/%s", staging->work_directory, writer->name.data);
    if (!text_buffer_check(&writer->path, error)) {
        return false;
    }
    struct segment_header header = {
        .stage = writer->options.stage,
        .entity = staging->entity,
        .chunk = chunk->chunk,
        .schema = *writer->options.schema,
    };
    return segment_writer_open(writer->path.data, &header, staging->key, &writer->segment, error);
}

static bool end_segment(struct staging_writer *writer, struct error *error)
{
    const struct staging *staging = writer->options.staging;
    bool transformed = writer->options.stage == SEGMENT_TRANSFORMED;
    struct hash checksum = {0};
    uint64_t bytes = 0;
    struct segment_writer *segment = writer->segment;
    writer->segment = NULL;
    if (transformed && !NOVATE_CHECK(error, tally_closes(&writer->tally))) {
        segment_writer_abort(segment);
        return false;
    }
    if (!segment_writer_commit(segment, &checksum, &bytes, error)) {
        return false;
    }
    if (!ledger_chunk_staged(staging->ledger,
                             staging->entity,
                             writer->ordinal,
                             transformed ? LEDGER_TRANSFORMED : LEDGER_EXTRACTED,
                             writer->name.data,
                             checksum,
                             &writer->tally,
                             error)) {
        return false;
    }
    if (writer->options.committed != NULL) {
        writer->options.committed(writer->options.committed_state, writer->ordinal, &writer->tally);
    }
    return true;
}

/* A batch that comes from a source carries hashes and counters: every row is a source record. */
static bool count_batch(struct staging_writer *writer,
                        const struct batch *batch,
                        struct error *error)
{
    if (writer->options.stage == SEGMENT_TRANSFORMED) {
        return tally_merge(&writer->tally, &batch->tally, error);
    }
    for (int row = 0; row < batch->rows; row++) {
        digest_add(&writer->tally.source, batch->source_hashes[row]);
    }
    return counters_merge(&writer->tally.counters, &batch->tally.counters, error);
}

static bool staging_write(void *state, struct batch *batch, struct error *error)
{
    struct staging_writer *writer = state;
    if (writer->segment == NULL && !begin_segment(writer, batch->chunk, error)) {
        return false;
    }
    if (!NOVATE_CHECK(error, batch->chunk == writer->ordinal) ||
        !count_batch(writer, batch, error) || !segment_writer_push(writer->segment, batch, error)) {
        return false;
    }
    return batch->chunk_ends ? end_segment(writer, error) : true;
}

static void staging_abort(void *state)
{
    struct staging_writer *writer = state;
    segment_writer_abort(writer->segment);
    writer->segment = NULL;
}

struct writer staging_writer_as_writer(struct staging_writer *writer)
{
    return (struct writer){
        .state = writer, .write = staging_write, .abort = staging_abort, .restart = staging_abort};
}

void staging_writer_destroy(struct staging_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    segment_writer_abort(writer->segment);
    text_buffer_release(&writer->name);
    text_buffer_release(&writer->path);
    arena_release(&writer->arena);
    free(writer);
}

struct staging_reader {
    const struct staging *staging;
    enum segment_stage stage;
    const struct schema *schema;
    struct chunk_supply supply;
    struct segment_reader *segment; /* NULL between chunks */
};

static const char *segment_of(const struct ledger_chunk *chunk,
                              enum segment_stage stage,
                              const char **checksum)
{
    *checksum =
        stage == SEGMENT_EXTRACTED ? chunk->extracted_checksum : chunk->transformed_checksum;
    return stage == SEGMENT_EXTRACTED ? chunk->extracted : chunk->transformed;
}

static bool same_schema(const struct schema *a, const struct schema *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (int index = 0; index < a->count; index++) {
        if (strcmp(a->columns[index].name, b->columns[index].name) != 0 ||
            !type_equal(a->columns[index].type, b->columns[index].type)) {
            return false;
        }
    }
    return true;
}

static bool open_path(const struct staging *staging,
                      const char *name,
                      struct segment_reader **segment,
                      const struct segment_header **header,
                      struct error *error)
{
    struct text_buffer path;
    text_buffer_init(&path, PATH_BYTES_MAX);
    text_buffer_format(&path, "%s/%s", staging->work_directory, name);
    bool ok = text_buffer_check(&path, error) &&
              segment_reader_open(path.data, staging->key, segment, header, error);
    text_buffer_release(&path);
    return ok;
}

static bool open_segment(struct staging_reader *reader, int ordinal, struct error *error)
{
    const struct ledger_chunk *chunk = find_chunk(reader->staging, ordinal);
    if (!NOVATE_CHECK(error, chunk != NULL)) {
        return false;
    }
    const char *recorded = NULL;
    const char *name = segment_of(chunk, reader->stage, &recorded);
    if (!NOVATE_CHECK(error, name != NULL && recorded != NULL)) {
        return false;
    }
    const struct segment_header *header = NULL;
    if (!open_path(reader->staging, name, &reader->segment, &header, error)) {
        return false;
    }
    char checksum[HASH_HEX_SIZE];
    hash_hex(segment_reader_checksum(reader->segment), checksum);
    if (strcmp(checksum, recorded) != 0 || strcmp(header->chunk.id, chunk->chunk.id) != 0) {
        error_set(
            error, ERROR_CORRUPT, "segment \"%s\" is not the one that the ledger recorded", name);
        return error_hint(error, "Restore the file, or stage the entity again with --restart.");
    }
    if (!same_schema(&header->schema, reader->schema)) {
        error_set(error, ERROR_STATE, "segment \"%s\" has other columns than the mapping", name);
        return error_hint(error, "Run the earlier stage again with --restart.");
    }
    return true;
}

static bool staging_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct staging_reader *reader = state;
    for (;;) {
        if (reader->segment == NULL) {
            const struct chunk *chunk = NULL;
            if (!reader->supply.next(reader->supply.state, &chunk)) {
                *more = false;
                return true;
            }
            if (!open_segment(reader, chunk->ordinal, error)) {
                return false;
            }
        }
        if (!segment_reader_next(reader->segment, batch, more, error)) {
            return false;
        }
        if (*more && !batch->chunk_ends) {
            return true;
        }
        segment_reader_close(reader->segment);
        reader->segment = NULL;
        if (*more) {
            return true;
        }
    }
}

bool staging_reader_create(const struct staging *staging,
                           enum segment_stage stage,
                           const struct schema *schema,
                           const struct chunk_supply *supply,
                           struct staging_reader **out,
                           struct error *error)
{
    struct staging_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return error_set_memory(error);
    }
    *reader = (struct staging_reader){
        .staging = staging,
        .stage = stage,
        .schema = schema,
        .supply = *supply,
    };
    *out = reader;
    return true;
}

struct reader staging_reader_as_reader(struct staging_reader *reader)
{
    return (struct reader){.state = reader, .schema = reader->schema, .next = staging_next};
}

void staging_reader_destroy(struct staging_reader *reader)
{
    if (reader != NULL) {
        segment_reader_close(reader->segment);
        free(reader);
    }
}

bool staging_forget(const char *work_directory, const char *entity, struct error *error)
{
    return segment_folder_forget(work_directory, "segments", entity, error);
}

static bool copy_schema(const struct schema *from,
                        struct arena *arena,
                        struct schema *to,
                        struct error *error)
{
    to->columns = ARENA_ARRAY(arena, struct column, (size_t)from->count);
    if (to->columns == NULL) {
        return error_set_memory(error);
    }
    to->count = from->count;
    for (int index = 0; index < from->count; index++) {
        struct column *column = &to->columns[index];
        *column = from->columns[index];
        column->name = arena_string(arena, from->columns[index].name);
        if (column->declared != NULL) {
            column->declared = arena_string(arena, column->declared);
        }
        if (column->name == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

bool staging_schema(const struct staging *staging,
                    enum segment_stage stage,
                    struct arena *arena,
                    struct schema *schema,
                    struct error *error)
{
    *schema = (struct schema){.count = 0};
    for (int index = 0; index < staging->count; index++) {
        const char *checksum = NULL;
        const char *name = segment_of(&staging->chunks[index], stage, &checksum);
        if (name == NULL) {
            continue;
        }
        struct segment_reader *segment = NULL;
        const struct segment_header *header = NULL;
        if (!open_path(staging, name, &segment, &header, error)) {
            return false;
        }
        bool ok = copy_schema(&header->schema, arena, schema, error);
        segment_reader_close(segment);
        return ok;
    }
    return true;
}
