/* seeds.c — writes what the fuzzers of staged files and of expressions begin with:  seeds FOLDER
 *
 * Segments of every type, plain and encrypted, and one of their blocks, and manifests, sealed and
 * not, each with the byte in front that says what it is (fuzz_segment.c, fuzz_manifest.c); and
 * every function that there is, over columns of the types that it takes (fuzz_expression.c).
 * SPDX-License-Identifier: Apache-2.0 */
#include "function_table.h"
#include "fuzz_key.h"
#include "segment_crypt.h"

#include "novate/limits.h"
#include "novate/segment_manifest.h"

#include <errno.h>
#include <string.h>

enum {
    ROWS = LIMIT_BATCH_ROWS < 4 ? LIMIT_BATCH_ROWS : 4,
    PATH_BYTES = 4096
};

static struct column columns[TYPE_UNKNOWN];
static const struct schema schema = {.columns = columns, .count = TYPE_UNKNOWN};
static const char *folder; /* that of the program; each target has one in it */

static void write_seed(
    const char *target, const char *name, char mode, const void *data, size_t size)
{
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/%s/%s", folder, target, name);
    FILE *file = fopen(path, "wb");
    FUZZ_ASSERT(file != NULL);
    FUZZ_ASSERT(fputc((unsigned char)mode, file) == (unsigned char)mode &&
                fwrite(data, 1, size, file) == size);
    FUZZ_ASSERT(fclose(file) == 0);
}

/* What is in a file becomes a seed. */
static void move_to_seed(const char *path, const char *target, const char *name, char mode)
{
    struct stat status;
    FILE *file = fopen(path, "rb");

    FUZZ_ASSERT(file != NULL && fstat(fileno(file), &status) == 0);
    size_t size = (size_t)status.st_size;
    char *content = malloc(size);
    FUZZ_ASSERT(content != NULL && fread(content, 1, size, file) == size);
    FUZZ_ASSERT(fclose(file) == 0 && unlink(path) == 0);
    write_seed(target, name, mode, content, size);
    free(content);
}

static void put_value(struct vector *vector, int row)
{
    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        vector->bools[row] = (uint8_t)(row % 2);
        break;
    case STORAGE_INT64:
        vector->int64s[row] = row * 1000 - 1;
        break;
    case STORAGE_FLOAT64:
        vector->doubles[row] = row * 0.5;
        break;
    case STORAGE_DECIMAL:
        vector->decimals[row] = (struct decimal){.low = 150, .scale = 2};
        break;
    case STORAGE_TEXT:
        vector->texts[row] = text_of("Zo\xc3\xab");
        break;
    case STORAGE_UUID:
        memset(vector->uuids[row].bytes, row + 1, 16);
        break;
    case STORAGE_INTERVAL:
        vector->intervals[row] = (struct interval){.microseconds = row, .days = -1, .months = 14};
        break;
    }
}

static void fill(struct batch *batch)
{
    static struct reject reject = {.key = "[\"7\"]",
                                   .position = "f.csv line 9",
                                   .class = REJECT_RANGE,
                                   .sqlstate = "22008",
                                   .message = "date out of range"};
    struct error error = ERROR_NONE;

    FUZZ_ASSERT(batch_init(batch, &schema, NULL, &error));
    FUZZ_ASSERT(batch_begin(batch, ROWS, true, &error));
    for (int c = 0; c < schema.count; c++) {
        for (int row = 0; row < ROWS; row++) {
            put_value(&batch->columns[c], row);
        }
    }
    batch_set_rows(batch, ROWS);
    batch->key_columns = batch->columns;
    batch->key_count = 2;
    batch->file = "f.csv";
    batch->rejects = &reject;
    batch->reject_count = 1;
    FUZZ_ASSERT(
        batch_note(batch, &(struct row_error){.class = REJECT_RANGE, .message = "m"}, &error));
    FUZZ_ASSERT(batch_validate(batch, &error));
}

static void write_segment(const struct batch *batch,
                          const struct schema *of,
                          const struct segment_key *key,
                          const char *name,
                          char mode)
{
    static const char *lower[] = {"10"};
    struct error error = ERROR_NONE;
    struct segment_header header = {
        .stage = SEGMENT_TRANSFORMED,
        .entity = "patient",
        .chunk = {.kind = CHUNK_KEY_RANGE, .key_count = 1, .lower = lower},
        .schema = *of};
    struct segment_writer *writer = NULL;
    struct hash checksum;
    uint64_t bytes = 0;
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/segment.whole", folder);
    FUZZ_ASSERT(segment_writer_open(path, &header, key, &writer, &error));
    FUZZ_ASSERT(batch == NULL || segment_writer_push(writer, batch, &error));
    FUZZ_ASSERT(segment_writer_commit(writer, &checksum, &bytes, &error));
    move_to_seed(path, "segment", name, mode);
}

static void write_manifest(const struct segment_key *key, const char *name, char mode)
{
    static const char hash[] = "00112233445566778899aabbccddeeff";
    static const char sha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char *absent[] = {"episode"};
    struct error error = ERROR_NONE;
    struct manifest_segment segments[2] = {{.chunk_id = hash,
                                            .file = "patient-000000.extracted",
                                            .sha256 = sha256,
                                            .checksum = hash,
                                            .rows = 7,
                                            .source = {.rows = 7}}};
    segments[1] = segments[0];
    segments[1].stage = SEGMENT_TRANSFORMED;
    segments[1].file = "patient-000000.transformed";
    struct manifest_entity entity = {.entity = "patient",
                                     .mapping_digest = hash,
                                     .mapping_text = "entity: patient\n",
                                     .plan_digest = hash,
                                     .stage = SEGMENT_TRANSFORMED,
                                     .source = {.rows = 7},
                                     .segments = segments,
                                     .segment_count = 2};
    struct segment_manifest manifest = {.novate = "0.1.0",
                                        .migration = "southern",
                                        .written_at = "2008-06-09T12:00:00Z",
                                        .host = "hades",
                                        .operator_name = "orpheus",
                                        .entities = &entity,
                                        .entity_count = 1,
                                        .absent = absent,
                                        .absent_count = 1};
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/segments", folder);
    FUZZ_ASSERT(mkdir(path, 0700) == 0 || errno == EEXIST);
    FUZZ_ASSERT(segment_manifest_write(folder, &manifest, key, &error));
    (void)snprintf(path, sizeof path, "%s/segments/manifest.json", folder);
    move_to_seed(path, "manifest", name, mode);
}

/* The column of fuzz_expression.c that has the type; NULL: none has. */
static const char *column_of(int type)
{
    static const char *const names[TYPE_ANY + 1] = {[TYPE_BOOL] = "b",
                                                    [TYPE_INT2] = "s",
                                                    [TYPE_INT4] = "i",
                                                    [TYPE_INT8] = "l",
                                                    [TYPE_NUMERIC] = "n",
                                                    [TYPE_FLOAT4] = "r",
                                                    [TYPE_FLOAT8] = "f",
                                                    [TYPE_TEXT] = "t",
                                                    [TYPE_VARCHAR] = "v",
                                                    [TYPE_CHAR] = "c",
                                                    [TYPE_BYTEA] = "x",
                                                    [TYPE_DATE] = "d",
                                                    [TYPE_TIME] = "h",
                                                    [TYPE_TIMESTAMP] = "ts",
                                                    [TYPE_TIMESTAMPTZ] = "tz",
                                                    [TYPE_UUID] = "u",
                                                    [TYPE_ANY] = "i"};
    return names[type];
}

/* Within try(), so that the rows which a function refuses do not stop the others. */
static void write_functions(void)
{
    int count = 0;
    const struct function *table = function_table(&count);
    struct text_buffer text;

    text_buffer_init(&text, 4096);
    for (int i = 0; i < count; i++) {
        char name[64];
        bool known = table[i].kernel != NULL;
        for (int arg = 0; arg < table[i].arg_count; arg++) {
            known = known && column_of(table[i].args[arg]) != NULL;
        }
        if (!known) {
            continue;
        }
        text_buffer_reset(&text);
        text_buffer_format(&text, "try(%s(", table[i].name);
        for (int arg = 0; arg < table[i].arg_count; arg++) {
            text_buffer_format(&text, "%s%s", arg == 0 ? "" : ", ", column_of(table[i].args[arg]));
        }
        text_buffer_string(&text, "))");
        (void)snprintf(name, sizeof name, "%s_%d", table[i].name, i);
        write_seed("expression", name, (char)(0xF8 | i % 2), text.data, text.size);
    }
    text_buffer_release(&text);
}

int main(int count, char **arguments)
{
    struct schema few = {.columns = columns, .count = 2};
    struct batch batch;
    struct text_buffer block;

    if (count != 2) {
        (void)fprintf(stderr, "usage: seeds FOLDER\n");
        return 1;
    }
    folder = arguments[1];
    for (int i = 0; i < TYPE_UNKNOWN; i++) {
        columns[i] = (struct column){.name = "c", .type = type_of((enum type_id)i)};
    }
    struct segment_key *key = fuzz_key();
    fill(&batch);
    write_segment(&batch, &schema, NULL, "plain", 1);
    write_segment(&batch, &schema, key, "encrypted", 2);
    write_segment(NULL, &few, NULL, "empty", 1);
    write_segment(NULL, &few, NULL, "as_it_is", 0);
    write_manifest(NULL, "plain", 0);
    write_manifest(key, "sealed", 1);
    text_buffer_init(&block, LIMIT_FIELD_BYTES);
    const char head[2] = {(char)segment_block_flags(&batch), ROWS};
    text_buffer_push(&block, head, sizeof head);
    segment_block_encode(&batch, &block);
    FUZZ_ASSERT(!block.failed);
    write_seed("segment", "block", 3, block.data, block.size);
    text_buffer_release(&block);
    write_functions();
    batch_release(&batch);
    segment_key_close(key);
    return 0;
}
