/* value.c — fields of a script as the C types that are asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t wide_copy(const char *text, SQLWCHAR *units, size_t room)
{
    size_t count = 0;
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        uint32_t code = *at++;
        int more = code >= 0xF0 ? 3 : code >= 0xE0 ? 2 : code >= 0xC0 ? 1 : 0;
        code &= more == 0 ? 0x7FU : 0x3FU >> more;
        for (; more > 0 && *at != '\0'; more--) {
            code = code << 6 | (*at++ & 0x3FU);
        }
        SQLWCHAR pair[2] = {(SQLWCHAR)code, 0};
        size_t wanted = 1;
        if (code >= 0x10000) {
            pair[0] = (SQLWCHAR)(0xD800 + ((code - 0x10000) >> 10));
            pair[1] = (SQLWCHAR)(0xDC00 + ((code - 0x10000) & 0x3FF));
            wanted = 2;
        }
        for (size_t i = 0; i < wanted; i++, count++) {
            if (units != NULL && count + 1 < room) {
                units[count] = pair[i];
            }
        }
    }
    if (units != NULL && room > 0) {
        units[count < room ? count : room - 1] = 0;
    }
    return count;
}

char *narrow_copy(const SQLWCHAR *units, SQLLEN length)
{
    size_t count = 0;
    while (length == SQL_NTS ? units[count] != 0 : count < (size_t)length) {
        count++;
    }
    char *text = malloc(count * 3 + 1);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t code = units[i];
        if (code >= 0xD800 && code < 0xDC00 && i + 1 < count) {
            code = 0x10000 + ((code - 0xD800) << 10) + (units[++i] - 0xDC00U);
        }
        if (code < 0x80) {
            text[size++] = (char)code;
        } else if (code < 0x800) {
            text[size++] = (char)(0xC0 | code >> 6);
            text[size++] = (char)(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            text[size++] = (char)(0xE0 | code >> 12);
            text[size++] = (char)(0x80 | (code >> 6 & 0x3F));
            text[size++] = (char)(0x80 | (code & 0x3F));
        } else {
            text[size++] = (char)(0xF0 | code >> 18);
            text[size++] = (char)(0x80 | (code >> 12 & 0x3F));
            text[size++] = (char)(0x80 | (code >> 6 & 0x3F));
            text[size++] = (char)(0x80 | (code & 0x3F));
        }
    }
    text[size] = '\0';
    return text;
}

/* A value of variable length from `*offset` on, with a terminator of `end` bytes. */
static SQLRETURN piece(const void *value,
                       size_t size,
                       size_t end,
                       const struct binding *binding,
                       size_t element,
                       size_t *offset)
{
    size_t left = size - *offset;
    size_t room = (size_t)binding->size;
    unsigned char *to = (unsigned char *)binding->data + element * room;
    if (binding->indicator != NULL) {
        binding->indicator[element] = (SQLLEN)left;
    }
    size_t fits = room < end ? 0 : (room - end) / (end == 0 ? 1 : end) * (end == 0 ? 1 : end);
    size_t given = left < fits ? left : fits;
    memcpy(to, (const unsigned char *)value + *offset, given);
    if (room >= end) {
        memset(to + given, 0, end);
    }
    *offset += given;
    return given < left ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

static int hex(char digit)
{
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

static SQLRETURN bytes_give(const char *text,
                            const struct binding *binding,
                            size_t element,
                            size_t *offset)
{
    size_t size = strlen(text) / 2;
    unsigned char *bytes = malloc(size + 1);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(hex(text[2 * i]) << 4 | hex(text[2 * i + 1]));
    }
    SQLRETURN result = piece(bytes, size, 0, binding, element, offset);
    free(bytes);
    return result;
}

/* A value of fixed length. */
static void fixed(const void *value, size_t size, const struct binding *binding, size_t element)
{
    memcpy((unsigned char *)binding->data + element * size, value, size);
    if (binding->indicator != NULL) {
        binding->indicator[element] = (SQLLEN)size;
    }
}

static void time_give(const char *text, const struct binding *binding, size_t element)
{
    SQL_TIMESTAMP_STRUCT stamp = {0};
    int year = 0;
    unsigned parts[5] = {0};
    char fraction[10] = "";
    int count = binding->c_type == SQL_C_TYPE_TIME
                    ? sscanf(text, "%2u:%2u:%2u", &parts[2], &parts[3], &parts[4])
                    : sscanf(text,
                             "%5d-%2u-%2u %2u:%2u:%2u.%9[0-9]",
                             &year,
                             &parts[0],
                             &parts[1],
                             &parts[2],
                             &parts[3],
                             &parts[4],
                             fraction);
    if (count == 7) {
        size_t digits = strlen(fraction);
        memset(fraction + digits, '0', 9 - digits);
        stamp.fraction = (SQLUINTEGER)strtoul(fraction, NULL, 10);
    }
    SQL_DATE_STRUCT date = {
        .year = (SQLSMALLINT)year, .month = (SQLUSMALLINT)parts[0], .day = (SQLUSMALLINT)parts[1]};
    SQL_TIME_STRUCT time = {.hour = (SQLUSMALLINT)parts[2],
                            .minute = (SQLUSMALLINT)parts[3],
                            .second = (SQLUSMALLINT)parts[4]};
    stamp.year = date.year;
    stamp.month = date.month;
    stamp.day = date.day;
    stamp.hour = time.hour;
    stamp.minute = time.minute;
    stamp.second = time.second;
    if (binding->c_type == SQL_C_TYPE_DATE) {
        fixed(&date, sizeof date, binding, element);
    } else if (binding->c_type == SQL_C_TYPE_TIME) {
        fixed(&time, sizeof time, binding, element);
    } else {
        fixed(&stamp, sizeof stamp, binding, element);
    }
}

SQLRETURN value_give(const struct connection *connection,
                     const char *text,
                     const struct binding *binding,
                     size_t element,
                     size_t *offset,
                     struct diagnostics *diagnostics)
{
    if (text == NULL) {
        if (binding->indicator == NULL) {
            return refuse(diagnostics, "22002", 0, "[Scripted]indicator variable required");
        }
        binding->indicator[element] = SQL_NULL_DATA;
        return SQL_SUCCESS;
    }
    switch (binding->c_type) {
    case SQL_C_CHAR:
        return piece(text, strlen(text), 1, binding, element, offset);
    case SQL_C_WCHAR: {
        size_t count = wide_copy(text, NULL, 0);
        SQLWCHAR *units = calloc(count + 1, sizeof *units);
        (void)wide_copy(text, units, count + 1);
        SQLRETURN result =
            piece(units, count * sizeof *units, sizeof *units, binding, element, offset);
        free(units);
        return result;
    }
    case SQL_C_BINARY:
        return bytes_give(text, binding, element, offset);
    case SQL_C_SBIGINT: {
        SQLBIGINT value = strtoll(text, NULL, 10);
        if (connection->script->no_bigint) {
            return refuse(diagnostics, "HY004", 0, "[Scripted]Invalid SQL data type <-25>.");
        }
        fixed(&value, sizeof value, binding, element);
        return SQL_SUCCESS;
    }
    case SQL_C_DOUBLE: {
        double value = strtod(text, NULL);
        fixed(&value, sizeof value, binding, element);
        return SQL_SUCCESS;
    }
    case SQL_C_BIT: {
        unsigned char value = text[0] != '0';
        fixed(&value, sizeof value, binding, element);
        return SQL_SUCCESS;
    }
    case SQL_C_TYPE_DATE:
    case SQL_C_TYPE_TIME:
    case SQL_C_TYPE_TIMESTAMP:
        time_give(text, binding, element);
        return SQL_SUCCESS;
    default:
        return refuse(diagnostics, "HY003", 0, "[Scripted]program type out of range");
    }
}

char *value_parameter(const struct binding *binding)
{
    SQLLEN length = binding->indicator == NULL ? SQL_NTS : *binding->indicator;
    if (binding->data == NULL || length == SQL_NULL_DATA) {
        return NULL;
    }
    if (binding->c_type == SQL_C_WCHAR) {
        return narrow_copy(binding->data,
                           length == SQL_NTS ? length : length / (SQLLEN)sizeof(SQLWCHAR));
    }
    if (binding->c_type == SQL_C_CHAR) {
        size_t size = length == SQL_NTS ? strlen(binding->data) : (size_t)length;
        return strndup(binding->data, size);
    }
    char text[32] = "?";
    if (binding->c_type == SQL_C_SBIGINT) {
        (void)snprintf(text, sizeof text, "%lld", *(long long *)binding->data);
    } else if (binding->c_type == SQL_C_SLONG || binding->c_type == SQL_C_LONG) {
        (void)snprintf(text, sizeof text, "%d", *(int *)binding->data);
    }
    return strdup(text);
}
