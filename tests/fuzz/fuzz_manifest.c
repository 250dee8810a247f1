/* fuzz_manifest.c — lists of files that come with them, over arbitrary bytes.
 *
 * The first byte says what the others are:
 *   0  the manifest of segments, without a key
 *   1  the same with a key
 *   2  what a supplier states of files, as md5sum and its kin write it
 *   3  the same as a table; the upper bits choose the delimiter
 * Held, whatever they are: an error that says damage, a key or the source, and of what is accepted
 * no file that leads out of its folder, no digest that is none, sums that add up.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_key.h"
#include "manifest.h"

#include "novate/segment_manifest.h"

#include <string.h>

static struct {
    struct segment_key *key;
    struct arena arena;
} fuzz;

static void check_entity(const struct manifest_entity *entity)
{
    struct digest sum = {.rows = 0};

    FUZZ_ASSERT(strlen(entity->mapping_digest) == 32 && strlen(entity->plan_digest) == 32);
    for (int i = 0; i < entity->segment_count; i++) {
        const struct manifest_segment *segment = &entity->segments[i];
        FUZZ_ASSERT(strchr(segment->file, '/') == NULL && segment->file[0] != '.');
        FUZZ_ASSERT(strlen(segment->sha256) == 64 && strlen(segment->checksum) == 32);
        if (segment->stage == SEGMENT_EXTRACTED) {
            digest_merge(&sum, &segment->source);
        }
    }
    FUZZ_ASSERT(digest_equal(&sum, &entity->source));
}

static void read_segments(const char *text, size_t size, const struct segment_key *key)
{
    struct segment_manifest manifest;
    struct error error = ERROR_NONE;

    if (!segment_manifest_parse(text, size, key, &fuzz.arena, &manifest, &error)) {
        FUZZ_ASSERT(error.code == ERROR_CORRUPT || error.code == ERROR_KEY);
    } else {
        FUZZ_ASSERT((key == NULL) == (manifest.key_id == NULL));
        for (int i = 0; i < manifest.entity_count; i++) {
            check_entity(&manifest.entities[i]);
        }
    }
    arena_reset(&fuzz.arena);
}

static void check_statement(const struct statement *statement)
{
    FUZZ_ASSERT(statement->name != NULL && statement->name[0] != '\0' && statement->line > 0);
    if (statement->hash != NULL) {
        size_t digits = strlen(statement->hash);
        FUZZ_ASSERT(digits >= 32 && strspn(statement->hash, "0123456789abcdef") == digits);
    }
}

static void read_statements(const char *text, size_t size, bool table, char delimiter)
{
    const struct plan_manifest form = {.form = table ? MANIFEST_COLUMNS : MANIFEST_CHECKSUMS,
                                       .file = "M",
                                       .delimiter = delimiter,
                                       .name = "FILE",
                                       .rows = "ROWS",
                                       .bytes = "BYTES",
                                       .hash = "HASH"};
    struct manifest manifest = {.count = 0};
    struct error error = ERROR_NONE;
    char *exact = malloc(size + 1); /* so that reading past the end is seen */

    FUZZ_ASSERT(exact != NULL);
    memcpy(exact + 1, text, size);
    if (!manifest_parse(&form, "2008/M", exact + 1, size, &fuzz.arena, &manifest, &error)) {
        FUZZ_ASSERT(error.code == ERROR_SOURCE);
    }
    for (int i = 0; error.code == ERROR_OK && i < manifest.count; i++) {
        check_statement(&manifest.statements[i]);
    }
    free(exact);
    arena_reset(&fuzz.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz.key == NULL) {
        fuzz.key = fuzz_key();
        arena_init(&fuzz.arena, 65536, NULL);
    }
    if (size > 0) {
        const char *text = (const char *)data + 1;
        static const char delimiters[] = {',', '|', '\t', ';'};
        if ((data[0] & 2) != 0) {
            read_statements(text, size - 1, (data[0] & 1) != 0, delimiters[data[0] >> 2 & 3]);
        } else {
            read_segments(text, size - 1, (data[0] & 1) == 0 ? NULL : fuzz.key);
        }
    }
    return 0;
}
