/* file_input.c — the bytes of a file as a stream that records are looked for in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAW_BYTES ((size_t)64 << 10)

bool file_read_at(int fd,
                  const char *name,
                  char *to,
                  size_t size,
                  uint64_t offset,
                  size_t *got,
                  struct error *error)
{
    *got = 0;
    while (*got < size) {
        ssize_t count = pread(fd, to + *got, size - *got, (off_t)(offset + *got));
        if (count == 0) {
            return true;
        }
        if (count < 0 && errno != EINTR) {
            return error_set_system(error, ERROR_SOURCE, errno, "cannot read file \"%s\"", name);
        }
        *got += count > 0 ? (size_t)count : 0;
    }
    return true;
}

void file_input_init(struct file_input *input)
{
    *input = (struct file_input){.fd = -1};
}

/* Bytes as they are in the file, or were before it was compressed. */
static bool read_bytes(
    struct file_input *input, char *to, size_t room, size_t *got, struct error *error)
{
    uint64_t left = input->end - input->offset;
    room = left < room ? (size_t)left : room;
    *got = 0;
    if (room == 0) {
        return true;
    }
    bool ok = input->inflate != NULL
                  ? file_inflate_read(input->inflate, to, room, got, error)
                  : file_read_at(input->fd, input->name, to, room, input->offset, got, error);
    if (!ok) {
        return false;
    }
    if (*got == 0 && input->end != FILE_INPUT_TO_END) {
        return error_set(error, ERROR_STATE, "file \"%s\" became shorter", input->name);
    }
    if (input->hash != NULL && input->inflate == NULL) {
        hash_stream_push(input->hash, to, *got);
    }
    input->offset += *got;
    return true;
}

/* To the beginning of the range, where the bytes before it cannot be left out. */
static bool skip_to(struct file_input *input, uint64_t begin, struct error *error)
{
    char skipped[4096];
    while (input->offset < begin) {
        uint64_t left = begin - input->offset;
        size_t got = 0;
        size_t room = left < sizeof skipped ? (size_t)left : sizeof skipped;
        if (!read_bytes(input, skipped, room, &got, error)) {
            return false;
        }
        if (got == 0) {
            return error_set(error, ERROR_STATE, "file \"%s\" became shorter", input->name);
        }
    }
    return true;
}

bool file_input_begin(struct file_input *input,
                      const char *name,
                      int fd,
                      const struct file_manner *manner,
                      const struct file_range *range,
                      struct hash_stream *hash,
                      struct error *error)
{
    file_inflate_close(input->inflate);
    *input = (struct file_input){.name = name,
                                 .fd = fd,
                                 .order = manner->order,
                                 .hash = hash,
                                 .end = range->end,
                                 .raw = input->raw};
    if (input->order != WIDE_NONE && input->raw == NULL) {
        input->raw = malloc(RAW_BYTES);
        if (input->raw == NULL) {
            return error_set_memory(error);
        }
    }
    if (manner->packing != FILE_PACKING_NONE &&
        !file_inflate_open(manner->packing, name, fd, hash, &input->inflate, error)) {
        return false;
    }
    if (input->inflate == NULL && hash == NULL) {
        input->offset = range->begin;
        return true;
    }
    return skip_to(input, range->begin, error);
}

static uint32_t unit_at(const struct file_input *input, size_t at)
{
    uint32_t first = input->raw[at];
    uint32_t second = input->raw[at + 1];
    return input->order == WIDE_BIG ? first << 8 | second : second << 8 | first;
}

static char *put_character(char *to, uint32_t character)
{
    if (character < 0x80) {
        *to++ = (char)character;
        return to;
    }
    if (character < 0x800) {
        *to++ = (char)(0xC0 | (character >> 6));
    } else {
        if (character < 0x10000) {
            *to++ = (char)(0xE0 | (character >> 12));
        } else {
            *to++ = (char)(0xF0 | (character >> 18));
            *to++ = (char)(0x80 | ((character >> 12) & 0x3F));
        }
        *to++ = (char)(0x80 | ((character >> 6) & 0x3F));
    }
    *to++ = (char)(0x80 | (character & 0x3F));
    return to;
}

/* Half of a pair is put as a character of its own, which UTF-8 does not have. `*waits` when the
 * second half may be in bytes to come. */
static uint32_t character_at(struct file_input *input, bool ended, bool *waits)
{
    uint32_t unit = unit_at(input, input->raw_used);
    size_t left = input->raw_size - input->raw_used;
    if (unit < 0xD800 || unit > 0xDBFF || (left < 4 && ended)) {
        input->raw_used += 2;
        return unit;
    }
    if (left < 4) {
        *waits = true;
        return 0;
    }
    uint32_t second = unit_at(input, input->raw_used + 2);
    bool pair = second >= 0xDC00 && second <= 0xDFFF;
    input->raw_used += pair ? 4 : 2;
    return pair ? 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00) : unit;
}

static bool raw_fill(struct file_input *input, bool *ended, struct error *error)
{
    size_t left = input->raw_size - input->raw_used;
    size_t got = 0;
    if (left > 0) {
        memmove(input->raw, input->raw + input->raw_used, left);
    }
    input->raw_size = left;
    input->raw_used = 0;
    if (!read_bytes(input, (char *)input->raw + left, RAW_BYTES - left, &got, error)) {
        return false;
    }
    input->raw_size += got;
    *ended = got == 0;
    return true;
}

static bool read_wide(
    struct file_input *input, char *to, size_t room, size_t *got, struct error *error)
{
    char *begin = to;
    const char *end = to + room;
    bool ended = false;
    bool waits = false;
    while (end - to >= 4) {
        if (waits || input->raw_size - input->raw_used < 2) {
            waits = false;
            if (!raw_fill(input, &ended, error)) {
                return false;
            }
            if (ended && input->raw_size < 2) {
                break;
            }
            continue;
        }
        uint32_t character = character_at(input, ended, &waits);
        to = waits ? to : put_character(to, character);
    }
    if (ended && input->raw_size - input->raw_used == 1 && end - to >= 4) {
        to = put_character(to, 0x110000 + (uint32_t)input->raw[input->raw_used]);
        input->raw_used++;
    }
    *got = (size_t)(to - begin);
    return true;
}

bool file_input_read(
    struct file_input *input, char *to, size_t room, size_t *got, struct error *error)
{
    return input->order == WIDE_NONE ? read_bytes(input, to, room, got, error)
                                     : read_wide(input, to, room, got, error);
}

bool file_input_ended(const struct file_input *input)
{
    return input->offset >= input->end && input->raw_used == input->raw_size;
}

void file_input_release(struct file_input *input)
{
    file_inflate_close(input->inflate);
    free(input->raw);
    file_input_init(input);
}

uint64_t file_input_bytes(enum wide_order order, const char *data, size_t size)
{
    uint64_t units = 0;
    if (order == WIDE_NONE) {
        return size;
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)data[i];
        units += (uint64_t)((byte & 0xC0) != 0x80) + (uint64_t)(byte >= 0xF0);
    }
    return units * 2;
}
