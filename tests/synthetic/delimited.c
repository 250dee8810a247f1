/* delimited.c — rows as lines of a file; the contract is in delimited.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "delimited.h"

#include "fatal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PATH_BYTES = 4096,
    DIGITS = 24
};

void folder_make(const char *folder)
{
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        fatal("folder \"%s\" cannot be made", folder);
    }
}

FILE *delimited_open(const char *folder, const char *name, const struct dialect *dialect)
{
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fatal("\"%s\" cannot be opened", path);
    }
    if (dialect->mark) {
        (void)fputs("\xef\xbb\xbf", file);
    }
    return file;
}

void delimited_close(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        fatal("\"%s\" could not be written", name);
    }
}

void delimited_header(FILE *file, const struct table *table, const struct dialect *dialect)
{
    if (dialect->header == NULL) {
        return;
    }
    (void)fputs(dialect->header, file);
    for (int i = 0; i < table->count; i++) {
        if (i > 0) {
            (void)putc_unlocked(dialect->delimiter, file);
        }
        (void)fputs(table->columns[i].name, file);
    }
    (void)fputs(dialect->line_end, file);
}

/* One character of UTF-8, valid and of at most three bytes, as a number. */
static unsigned decode(const unsigned char **at)
{
    const unsigned char *bytes = *at;
    if (bytes[0] < 0x80) {
        *at += 1;
        return bytes[0];
    }
    if (bytes[0] < 0xe0) {
        *at += 2;
        return (bytes[0] & 0x1fU) << 6 | (bytes[1] & 0x3fU);
    }
    *at += 3;
    return (bytes[0] & 0x0fU) << 12 | (bytes[1] & 0x3fU) << 6 | (bytes[2] & 0x3fU);
}

static int cp1252_of(unsigned character)
{
    switch (character) {
    case 0x20ac:
        return 0x80;
    case 0x2019:
        return 0x92;
    case 0x2122:
        return 0x99;
    case 0x0141:
        return 'L';
    default:
        return character < 0x100 ? (int)character : '?';
    }
}

static void put_byte(FILE *file, int byte, const struct dialect *dialect)
{
    if (dialect->quoting == QUOTE_LOAD) {
        switch (byte) {
        case '\0':
            (void)fputs("\\0", file);
            return;
        case '\\':
        case '\t':
        case '\n':
            (void)putc_unlocked('\\', file);
            break;
        default:
            break;
        }
    } else if (dialect->quoting == QUOTE_CSV && byte == '"') {
        (void)putc_unlocked('"', file);
    }
    (void)putc_unlocked(byte, file);
}

/* Files that nobody converts hold the byte that a windows-1252 system typed. */
static bool is_stray(const unsigned char *at,
                     const unsigned char *end,
                     const struct dialect *dialect)
{
    return dialect->quoting == QUOTE_NONE && end - at > 1 && at[0] == 0xc2 && at[1] == 0x92;
}

static void put_text(FILE *file, const struct value *value, const struct dialect *dialect)
{
    const unsigned char *at = (const unsigned char *)value->bytes;
    const unsigned char *end = at + value->size;
    bool quoted = dialect->quoting == QUOTE_CSV &&
                  (memchr(at, dialect->delimiter, value->size) != NULL ||
                   memchr(at, '"', value->size) != NULL || memchr(at, '\n', value->size) != NULL ||
                   memchr(at, '\r', value->size) != NULL);
    if (quoted) {
        (void)putc_unlocked('"', file);
    }
    while (at < end) {
        if (is_stray(at, end, dialect)) {
            (void)putc_unlocked(0x92, file);
            at += 2;
        } else if (dialect->cp1252) {
            put_byte(file, cp1252_of(decode(&at)), dialect);
        } else {
            put_byte(file, *at++, dialect);
        }
    }
    if (quoted) {
        (void)putc_unlocked('"', file);
    }
}

static void put_number(FILE *file, int64_t number)
{
    char digits[DIGITS];
    char *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        *--at = '-';
    }
    (void)fwrite(at, 1, (size_t)(digits + sizeof digits - at), file);
}

static void put_hex(FILE *file, const struct value *value)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value->size; i++) {
        unsigned char byte = (unsigned char)value->bytes[i];
        (void)putc_unlocked(hex[byte >> 4], file);
        (void)putc_unlocked(hex[byte & 15], file);
    }
}

static void put_value(FILE *file,
                      const struct column *column,
                      const struct value *value,
                      const struct dialect *dialect)
{
    char moment[MOMENT_TEXT];

    switch (value->kind) {
    case VALUE_NULL:
        if (dialect->quoting == QUOTE_LOAD) {
            (void)fputs("\\N", file);
        }
        break;
    case VALUE_INTEGER:
        put_number(file, value->integer);
        break;
    case VALUE_MOMENT: {
        size_t size = moment_write(
            value->integer, column->type == COLUMN_DAY ? dialect->day : dialect->moment, moment);
        (void)fwrite(moment, 1, size, file);
        break;
    }
    case VALUE_TEXT:
        put_text(file, value, dialect);
        break;
    case VALUE_BYTES:
        put_hex(file, value);
        break;
    }
}

void delimited_row(FILE *file, const struct row *row, const struct dialect *dialect)
{
    for (int i = 0; i < row->table->count; i++) {
        if (i > 0) {
            (void)putc_unlocked(dialect->delimiter, file);
        }
        put_value(file, &row->table->columns[i], &row->values[i], dialect);
    }
    (void)fputs(dialect->line_end, file);
}
