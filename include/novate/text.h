/* text.h — views of text and bytes, UTF-8, and a growable text with a maximum.
 *
 * A struct text is a view: it owns nothing, and need not be NUL-terminated. An empty text may have
 * a NULL pointer. Text of a migration is valid UTF-8 without U+0000, checked once where it enters.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TEXT_H
#define NOVATE_TEXT_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *data;
    uint32_t size;    /* bytes; LIMIT_FIELD_BYTES at most */
    uint32_t padding; /* zero */
};

#define TEXT_NONE ((struct text){.data = NULL})

struct text text_of(const char *string); /* of a C string */
struct text text_from(const char *data, size_t size);
bool text_equal(struct text a, struct text b);
bool text_equal_case(struct text a, struct text b);   /* ASCII letters without regard to case */
int text_compare(struct text a, struct text b);       /* memcmp order, as collation C */
bool text_to_int64(struct text text, int64_t *value); /* decimal digits, a minus, nothing else */
struct text text_trim(struct text text);              /* blanks, tabs, line ends at both ends */

/* UTF-8. `*offset` (may be NULL) is the first byte that is not valid. */
bool utf8_valid(const char *data, size_t size, size_t *offset);
/* Bytes of the character that they begin with, 0 where it is not valid; `size` is at least 1. */
size_t utf8_size(const char *data, size_t size);
size_t utf8_length(const char *data, size_t size); /* characters of valid UTF-8 */
/* Byte offset of character `index` (0-based); `size` when there are fewer characters. */
size_t utf8_offset(const char *data, size_t size, size_t index);
/* Columns that a terminal shows it in: accents that combine take none, East Asian characters two;
 * a tab counts as one. */
size_t utf8_width(const char *data, size_t size);

/* The candidate nearest to `name`, if near enough to be a slip (letters wrong, missing or in the
 * wrong order, another schema, a name that breaks off), else NULL. */
const char *text_nearest(const char *name, const char *const *candidates, size_t count);

/* A growable text, bounded by `max_bytes`. Memory comes from malloc, kept over text_buffer_reset.
 */
struct text_buffer {
    char *data; /* NUL-terminated once anything was pushed */
    size_t size;
    size_t capacity;
    size_t max_bytes;
    bool failed; /* memory or maximum: later pushes do nothing; test it once at the end */
};

void text_buffer_init(struct text_buffer *buffer, size_t max_bytes);
void text_buffer_push(struct text_buffer *buffer, const void *data, size_t size);
void text_buffer_string(struct text_buffer *buffer, const char *string);
void text_buffer_char(struct text_buffer *buffer, char character);
void text_buffer_format(struct text_buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* "1,234,567". */
void text_buffer_count(struct text_buffer *buffer, uint64_t count);
/* JSON string with quotes and escapes. */
void text_buffer_json(struct text_buffer *buffer, struct text text);
/* Begins a member of a JSON object or, without a name, an element of an array, with a comma unless
 * it is the first. */
void text_buffer_member(struct text_buffer *buffer, const char *name);
/* A whole member, or element; a text that is NULL is null. */
void text_buffer_member_text(struct text_buffer *buffer, const char *name, const char *value);
void text_buffer_member_count(struct text_buffer *buffer, const char *name, uint64_t value);
void text_buffer_member_bool(struct text_buffer *buffer, const char *name, bool value);
/* A field of RFC 4180, in quotes. What a spreadsheet would take for a formula gets an apostrophe,
 * as is usual; a number is none. */
void text_buffer_csv(struct text_buffer *buffer, const char *text);
/* SQL identifier in double quotes, doubled inside; `quote` is the quote character of the dialect.
 */
void text_buffer_identifier(struct text_buffer *buffer, const char *name, char quote);
/* SQL string literal in single quotes, doubled inside. */
void text_buffer_literal(struct text_buffer *buffer, struct text text);
/* Makes of control characters from byte `begin` on, line ends apart, question marks: a terminal
 * would obey them. */
void text_buffer_printable(struct text_buffer *buffer, size_t begin);
void text_buffer_reset(struct text_buffer *buffer);
void text_buffer_release(struct text_buffer *buffer);
/* ERROR_MEMORY when anything was lost. */
bool text_buffer_check(const struct text_buffer *buffer, struct error *error) NODISCARD;

#endif
