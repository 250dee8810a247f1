/* copy_escape.h — a byte as COPY text writes it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_COPY_ESCAPE_H
#define NOVATE_LOAD_COPY_ESCAPE_H

/* The letter after the backslash, or 0 where a byte stands for itself. */
static inline char copy_escape_of(char byte)
{
    switch (byte) {
    case '\\':
        return '\\';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\v':
        return 'v';
    default:
        return 0;
    }
}

/* The byte that a letter after a backslash stands for. */
static inline char copy_unescape(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return letter;
    }
}

/* Writes one or two bytes; returns where the next ones go. */
static inline char *copy_escape(char *at, char byte)
{
    char escape = copy_escape_of(byte);
    if (escape != 0) {
        *at++ = '\\';
    }
    *at++ = escape != 0 ? escape : byte;
    return at;
}

#endif
