/* type.h — types of values, columns and schemas.
 *
 * Storage per type (types.def): BOOL uint8_t 0 or 1; INT64 int64_t, also DATE (days since
 * 2000-01-01), TIME (microseconds since midnight, 86 400 000 000 is 24:00:00), TIMESTAMP and
 * TIMESTAMPTZ (microseconds since 2000-01-01, UTC for the latter); infinity and -infinity are
 * INT64_MAX and INT64_MIN for dates too. FLOAT64 double (FLOAT4 is rounded to float precision).
 * DECIMAL struct decimal. TEXT struct text (UTF-8; bytes for BYTEA; CHAR without its padding). UUID
 * struct uuid. INTERVAL struct interval. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TYPE_H
#define NOVATE_TYPE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum type_id {
#define TYPE(name, sql, storage, tag) TYPE_##name,
#include "novate/types.def"
#undef TYPE
    TYPE_COUNT
};

enum storage {
    STORAGE_BOOL,
    STORAGE_INT64,
    STORAGE_FLOAT64,
    STORAGE_DECIMAL,
    STORAGE_TEXT,
    STORAGE_UUID,
    STORAGE_INTERVAL
};

struct uuid {
    uint8_t bytes[16];
};

struct interval {
    int64_t microseconds;
    int32_t days;
    int32_t months;
};

/* The fields of an interval type, such as those of "interval day to minute". */
enum interval_field {
    INTERVAL_YEAR = 1,
    INTERVAL_MONTH = 2,
    INTERVAL_DAY = 4,
    INTERVAL_HOUR = 8,
    INTERVAL_MINUTE = 16,
    INTERVAL_SECOND = 32,
};

struct type {
    enum type_id id;
    int32_t length; /* VARCHAR, CHAR: characters; 0: without limit; INTERVAL: its fields, 0: all */
    int16_t precision; /* NUMERIC: digits, 0: without limit; TIME, TIMESTAMP*, INTERVAL: fraction
                          digits + 1, 0: not stated (6) */
    int16_t scale;     /* NUMERIC with precision; may be negative */
};

struct type type_of(enum type_id id);
bool type_equal(struct type a, struct type b);
enum storage type_storage(enum type_id id);
size_t storage_size(enum storage storage);
char type_tag(enum type_id id);
bool type_is_integer(enum type_id id);
bool type_is_number(enum type_id id); /* integers, NUMERIC, FLOAT4, FLOAT8 */
bool type_is_text(enum type_id id);   /* TEXT, VARCHAR, CHAR */

/* "numeric(10,2)", "character varying(20)": as PostgreSQL's format_type. */
void type_format(struct type type, struct text_buffer *out);

/* Parses a type's name as SQL writes it, aliases and modifiers included (int, int4, float, decimal,
 * varchar(20), timestamp(3) with time zone, …). False when it is none; sets no error. */
bool type_parse(struct text name, struct type *type) NODISCARD;
/* The same of expressions, which know intervals too. */
bool type_parse_expression(struct text name, struct type *type) NODISCARD;

/* A column of a relation. Names are as the catalogue has them. */
struct column {
    const char *name;
    struct type type;
    const char *declared; /* the catalogue's own name of the type, for reports and casts */
    bool nullable;
    bool has_default; /* target: default, identity or generated */
    bool generated;   /* target: generated always as …, or identity always: cannot be written */
    bool hidden_cast; /* OTHER: read and written as text through a cast to `declared` */
};

struct schema {
    struct column *columns;
    int count;
};

/* Index of a column by name: exactly, or where `quoted` is false without regard to case if that is
 * unique. -1: none; -2: ambiguous. */
int schema_find(const struct schema *schema, struct text name, bool quoted);

#endif
