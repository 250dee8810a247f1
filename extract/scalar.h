/* scalar.h — one text into one value: numbers, booleans, dates as machines write them.
 *
 * What is here is what a reader does millions of times; anything unusual goes to the general
 * functions of core.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SCALAR_H
#define NOVATE_EXTRACT_SCALAR_H

#include "novate/datetime.h"
#include "novate/text.h"
#include "novate/type.h"

enum scalar_status {
    SCALAR_OK,
    SCALAR_TYPE,  /* not a value of the type */
    SCALAR_RANGE, /* one that the type cannot hold */
};

/* A decimal integer between `min` and `max`, blanks around it allowed. */
enum scalar_status scalar_integer(struct text text, int64_t min, int64_t max, int64_t *value);
/* As PostgreSQL's float8in and float4in read it. */
enum scalar_status scalar_float(struct text text, bool single, double *value);
/* As boolin: any beginning of true, false, yes, no; on, off, 1, 0. */
enum scalar_status scalar_bool(struct text text, uint8_t *value);
/* 32 digits, with or without hyphens after every fourth, with or without braces. */
enum scalar_status scalar_uuid(struct text text, struct uuid *value);
/* \x and an even number of hex digits; `to` has room for half of text.size. */
enum scalar_status scalar_bytes(struct text text, char *to, size_t *size);

/* YYYY-MM-DD, and with T or a blank HH:MM:SS[.ffffff], of the years 1 to 9999. False: none of
 * these, or no such day; then the general functions decide. */
bool scalar_iso_date(struct text text, int64_t *date);
bool scalar_iso_timestamp(struct text text, int64_t *timestamp);

#endif
