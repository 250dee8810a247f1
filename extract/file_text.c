/* file_text.c — what the bytes of a file are: how they are packed, in which order, and how the
 * texts of its columns are decoded.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_text.h"

#include <string.h>

#define MARK_BYTES_MAX 4

struct known_mark {
    const char *encoding;
    const char *bytes;
    size_t size;
    enum wide_order order;
    bool readable;
};

/* Longer ones first: UTF-32 begins as UTF-16 does. */
static const struct known_mark known_marks[] = {
    {"UTF-32", "\xFF\xFE\0\0", 4, WIDE_NONE, false},
    {"UTF-32", "\0\0\xFE\xFF", 4, WIDE_NONE, false},
    {"UTF-8", "\xEF\xBB\xBF", 3, WIDE_NONE, true},
    {"UTF-16LE", "\xFF\xFE", 2, WIDE_LITTLE, true},
    {"UTF-16BE", "\xFE\xFF", 2, WIDE_BIG, true},
};

static const struct known_mark *known_mark_of(const char *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof known_marks / sizeof *known_marks; i++) {
        const struct known_mark *mark = &known_marks[i];
        if (size >= mark->size && memcmp(bytes, mark->bytes, mark->size) == 0) {
            return mark;
        }
    }
    return NULL;
}

static bool agrees(const struct known_mark *mark, const struct decoder *declared)
{
    if (!mark->readable || !declared->utf8) {
        return false;
    }
    return mark->order == declared->order ||
           (mark->order != WIDE_NONE && declared->order == WIDE_BY_MARK);
}

/* The first bytes, unpacked. */
static bool first_bytes(struct file_entry *entry,
                        int fd,
                        struct file_input *input,
                        char bytes[FILE_INPUT_ROOM],
                        size_t *size,
                        struct error *error)
{
    const struct file_range whole = {0, entry->stamp.size};
    size_t got = 1;
    entry->manner = (struct file_manner){.packing = FILE_PACKING_NONE};
    if (!file_read_at(fd, entry->name, bytes, FILE_INPUT_ROOM, 0, size, error)) {
        return false;
    }
    entry->manner.packing = file_packing_of((const unsigned char *)bytes, *size);
    if (entry->manner.packing == FILE_PACKING_NONE) {
        return true;
    }
    bool ok = file_entry_begin(entry, fd, &whole, NULL, input, error);
    for (*size = 0; ok && got > 0 && *size < MARK_BYTES_MAX; *size += got) {
        ok = file_input_read(input, bytes + *size, FILE_INPUT_ROOM - *size, &got, error);
    }
    return ok;
}

bool file_mark_read(struct file_entry *entry,
                    int fd,
                    const struct decoder *declared,
                    struct file_input *input,
                    struct file_mark *mark,
                    struct error *error)
{
    char bytes[FILE_INPUT_ROOM] = {0};
    size_t size = 0;
    if (!first_bytes(entry, fd, input, bytes, &size, error)) {
        return false;
    }
    const struct known_mark *known = known_mark_of(bytes, size);
    *mark =
        (struct file_mark){.encoding = known != NULL ? known->encoding : NULL,
                           .contradicts = known != NULL && !agrees(known, declared),
                           .missing = known == NULL && size > 0 && declared->order == WIDE_BY_MARK};
    entry->manner.order = declared->order;
    if (declared->order == WIDE_BY_MARK) { /* of an empty file, any */
        entry->manner.order = known != NULL ? known->order : WIDE_LITTLE;
    }
    entry->data_offset = known != NULL ? known->size : 0;
    return true;
}

bool file_cares_begin(struct file_detail *detail,
                      const struct relation_spec *spec,
                      int count,
                      struct arena *arena,
                      struct text_care **cares,
                      struct error *error)
{
    *cares = ARENA_ARRAY(arena, struct text_care, (size_t)count + 1);
    if (*cares == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        (*cares)[i] = (struct text_care){
            .decoder = &detail->decoder, .decode = spec->decode, .nul = spec->nul};
    }
    detail->cares = *cares;
    return true;
}

bool file_care_declare(const struct file_detail *detail,
                       const struct relation_column *declared,
                       struct arena *arena,
                       struct problems *problems,
                       struct text_care *care,
                       struct error *error)
{
    struct error refused = ERROR_NONE;
    care->decode = declared->decode;
    care->nul = declared->nul;
    if (declared->encoding == NULL) {
        return true;
    }
    struct decoder *decoder = ARENA_NEW(arena, struct decoder);
    if (decoder == NULL) {
        return error_set_memory(error);
    }
    care->decoder = decoder;
    if (!decoder_init(decoder, declared->encoding, &refused)) {
        (void)problem_add(
            problems, declared->place, arena_string(arena, refused.hint), "%s", refused.message);
    } else if (decoder->order != WIDE_NONE || detail->decoder.order != WIDE_NONE) {
        (void)problem_add(problems,
                          declared->place,
                          "A file in UTF-16 is in UTF-16 as a whole.",
                          "column \"%s\" cannot have an encoding of its own",
                          declared->name);
    }
    return true;
}
