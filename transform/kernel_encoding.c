/* kernel_encoding.c — convert_from() and convert_to(): UTF-8, and encodings of one byte per
 * character of which iconv and PostgreSQL say the same.
 *
 * iconv is asked for the 256 characters of an encoding once per call; after that it is a table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/limits.h"

#include <iconv.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 24
};

static const struct {
    const char *name; /* small letters and digits only */
    const char *iconv;
} encodings[] = {
    {"utf8", ""},
    {"unicode", ""},
    {"latin1", "ISO-8859-1"},
    {"iso88591", "ISO-8859-1"},
    {"latin2", "ISO-8859-2"},
    {"iso88592", "ISO-8859-2"},
    {"latin9", "ISO-8859-15"},
    {"iso885915", "ISO-8859-15"},
    {"win1250", "CP1250"},
    {"windows1250", "CP1250"},
    {"win1252", "CP1252"},
    {"windows1252", "CP1252"},
};

/* The characters of the bytes 0 to 255, in UTF-8; empty where a byte has none. */
struct table {
    char characters[256][4];
    uint8_t sizes[256];
    const char *iconv; /* "": UTF-8; NULL: none yet */
};

static bool load(struct table *table, const char *name)
{
    iconv_t conversion = iconv_open("UTF-8", name);

    if (conversion == (iconv_t)-1) { /* NOLINT: the library's own way to say so */
        return false;
    }
    for (int i = 0; i < 256; i++) {
        char byte = (char)i;
        char *in = &byte;
        char *out = table->characters[i];
        size_t in_left = 1;
        size_t out_left = sizeof table->characters[i];
        (void)iconv(conversion, NULL, NULL, NULL, NULL);
        bool ok = iconv(conversion, &in, &in_left, &out, &out_left) != (size_t)-1;
        table->sizes[i] = ok ? (uint8_t)(sizeof table->characters[i] - out_left) : 0;
    }
    table->iconv = name;
    return iconv_close(conversion) == 0;
}

/* Names are compared without regard to case and to what is neither letter nor digit. */
static const char *find_encoding(struct text name)
{
    char plain[NAME_MAX_BYTES] = "";
    size_t used = 0;

    for (uint32_t i = 0; i < name.size && used < sizeof plain - 1; i++) {
        char c = name.data[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            plain[used++] = c;
        }
    }
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        if (strcmp(encodings[i].name, plain) == 0) {
            return encodings[i].iconv;
        }
    }
    return NULL;
}

/* The table of a row's encoding. NULL after noting that there is none. */
static const struct table *table_of(struct call *call, int row, struct table *table)
{
    const char *name = find_encoding(call_text(call, 1, row));

    if (name == NULL) {
        call_fail(call, row, FAULT_ENCODING_NAME);
        return NULL;
    }
    if (table->iconv != name && name[0] != '\0' && !load(table, name)) {
        call_fail(call, row, FAULT_ENCODING_NAME);
        return NULL;
    }
    table->iconv = name;
    return table;
}

/* Bytes of that encoding as UTF-8. */
static void read_bytes(struct call *call, int row, const struct table *table)
{
    struct text bytes = call_text(call, 0, row);
    size_t size = 0;

    if (bytes.size > 0 && memchr(bytes.data, '\0', bytes.size) != NULL) {
        call_fail(call, row, FAULT_ENCODING_BYTES);
        return;
    }
    for (uint32_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (table->sizes[byte] == 0) {
            call_fail(call, row, FAULT_NO_EQUIVALENT);
            return;
        }
        size += table->sizes[byte];
    }
    char *out = size > LIMIT_FIELD_BYTES ? NULL : call_bytes(call, size);
    if (out == NULL) {
        if (!call->out_of_memory) {
            call_fail(call, row, FAULT_TEXT_SIZE);
        }
        return;
    }
    call->result->texts[row] = text_from(out, size);
    for (uint32_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        memcpy(out, table->characters[byte], table->sizes[byte]);
        out += table->sizes[byte];
    }
}

void kernel_convert_from(struct call *call)
{
    struct table table = {.iconv = NULL};

    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text bytes = call_text(call, 0, row);
        const struct table *found = table_of(call, row, &table);
        if (found == NULL) {
            continue;
        }
        if (found->iconv[0] != '\0') {
            read_bytes(call, row, found);
        } else if (!utf8_valid(bytes.data, bytes.size, NULL) ||
                   (bytes.size > 0 && memchr(bytes.data, '\0', bytes.size) != NULL)) {
            call_fail(call, row, FAULT_ENCODING_BYTES);
        } else {
            call->result->texts[row] = bytes;
        }
    }
}

/* The byte of a character; -1: there is none. */
static int byte_of(const struct table *table, const char *character, size_t size)
{
    for (int i = size == 1 ? 0 : 0x80; i < (size == 1 ? 0x80 : 0x100); i++) {
        if (table->sizes[i] == size && memcmp(table->characters[i], character, size) == 0) {
            return i;
        }
    }
    return -1;
}

static void write_bytes(struct call *call, int row, const struct table *table)
{
    struct text text = call_text(call, 0, row);
    char *out = call_bytes(call, text.size);
    size_t used = 0;

    for (uint32_t at = 0; out != NULL && at < text.size;) {
        unsigned char c = (unsigned char)text.data[at];
        uint32_t size = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        int byte = c < 0x80 ? c : byte_of(table, text.data + at, size);
        if (byte < 0) {
            call_fail(call, row, FAULT_NO_EQUIVALENT);
            return;
        }
        out[used++] = (char)byte;
        at += size;
    }
    if (out != NULL) {
        call->result->texts[row] = text_from(out, used);
    }
}

void kernel_convert_to(struct call *call)
{
    struct table table = {.iconv = NULL};

    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct table *found = table_of(call, row, &table);
        if (found == NULL) {
            continue;
        }
        if (found->iconv[0] == '\0') {
            call->result->texts[row] = call_text(call, 0, row);
        } else {
            write_bytes(call, row, found);
        }
    }
}
