/* profile_pattern.c — the shape of a text: what its characters are, not which.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "profile_column.h"

#include <inttypes.h>

enum {
    RUNS_MAX = 12 /* more have no shape that somebody could make use of */
};

/* A class is a character that stands for itself or for its kind. */
static char class_of(unsigned char byte)
{
    if (byte >= 'A' && byte <= 'Z') {
        return 'A';
    }
    if (byte >= 'a' && byte <= 'z') {
        return 'a';
    }
    return byte >= '0' && byte <= '9' ? '9' : (char)byte;
}

static void push_class(struct text_buffer *out, char class, uint64_t length)
{
    unsigned char byte = (unsigned char)class;
    if (byte >= 0x80) {
        text_buffer_string(out, "ä");
    } else if (byte < 0x20 || byte == 0x7F) {
        text_buffer_format(out, "\\x%02x", byte);
    } else {
        text_buffer_char(out, class);
    }
    if (length > 1) {
        text_buffer_format(out, "(%" PRIu64 ")", length);
    }
}

void profile_pattern(struct text text, struct text_buffer *out)
{
    size_t at = 0;
    for (int runs = 0; at < text.size; runs++) {
        if (runs == RUNS_MAX) {
            text_buffer_string(out, "…");
            return;
        }
        bool foreign = (unsigned char)text.data[at] >= 0x80;
        char class = foreign ? (char)0x80 : class_of((unsigned char)text.data[at]);
        uint64_t length = 0;
        while (at < text.size) {
            unsigned char byte = (unsigned char)text.data[at];
            if (byte >= 0x80 ? !foreign : foreign || class_of(byte) != class) {
                break;
            }
            length += (byte & 0xC0) != 0x80; /* not a further byte of a character */
            at++;
        }
        push_class(out, class, length);
    }
}
