/* datetime_internal.h — how a text becomes a date: the parts that the datetime*.c files share.
 *
 *     text ── datetime_tokens.c ──► tokens ── datetime_decode.c ──► reading ── datetime_parse.c ──►
 * value │      datetime_time.c (time of day alone) └──► datetime_number.c: what a number means
 *
 * Everything here follows what PostgreSQL 15 accepts, oddities included: they decide whether a
 * record can be carried. Where it reads a text, the reason why is a rule of the server's, tested
 * against it; the rules are stated where they are applied.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CORE_DATETIME_INTERNAL_H
#define NOVATE_CORE_DATETIME_INTERNAL_H

#include "zone_internal.h"

#include "novate/arena.h"
#include "novate/datetime.h"

/* 4714-11-24 BC, in days and as the first and last years that are worth a closer look. */
#define DATETIME_DATE_MIN INT64_C(-2451545)
#define DATETIME_DATE_MAX INT64_C(2145031948)
#define DATETIME_YEAR_MIN (-4713)
#define DATETIME_YEAR_MAX 5874897

/* 4714-11-24 BC 00:00:00 to before 294277-01-01. */
#define DATETIME_TIMESTAMP_MIN (DATETIME_DATE_MIN * MICROSECONDS_PER_DAY)
#define DATETIME_TIMESTAMP_END INT64_C(9223371331200000000)

/* What the server allows a date in text form: MAXDATELEN and MAXDATEFIELDS. */
#define DATETIME_TEXT_MAX   128
#define DATETIME_TOKENS_MAX 25
#define DATETIME_ROOM_MAX   256 /* of intervals, which have the most */

int datetime_month_days(int64_t year, int month);
/* 24:00:00 is one, as is a 60th second, but nothing after 24:00:00. */
bool datetime_time_valid(int hour, int minute, int second, int microsecond);

static inline int64_t datetime_time(int hour, int minute, int second, int microsecond)
{
    return (((int64_t)hour * 60 + minute) * 60 + second) * 1000000 + microsecond;
}

/* Tokens */

enum datetime_token_kind {
    TOKEN_NUMBER,  /* digits, perhaps with a point */
    TOKEN_WORD,    /* letters */
    TOKEN_DATE,    /* with delimiters: a date, or the name of a zone */
    TOKEN_TIME,    /* with a colon */
    TOKEN_OFFSET,  /* a signed number */
    TOKEN_SPECIAL, /* a signed word */
};

struct datetime_token {
    enum datetime_token_kind kind;
    char *text; /* NUL-terminated, letters in lower case */
};

struct datetime_tokens {
    struct datetime_token items[DATETIME_TOKENS_MAX];
    int count;
    char room[DATETIME_ROOM_MAX];
};

/* `room_size` bounds what the tokens may take; the server gives less to dates than to timestamps.
 */
bool datetime_tokens_split(struct datetime_tokens *tokens, struct text text, size_t room_size);

/* Words */

enum datetime_word {
    WORD_UNKNOWN,
    WORD_IGNORED, /* "at", "on" */
    WORD_MONTH,
    WORD_WEEKDAY,
    WORD_MERIDIEM,
    WORD_ERA,
    WORD_UNIT,     /* labels the number after it: "y2024m01d02" */
    WORD_ISO_TIME, /* the "T" before a time */
    WORD_VALUE,
    WORD_ZONE,          /* value: seconds east */
    WORD_DAYLIGHT_ZONE, /* the same, of daylight saving time */
    WORD_DAYLIGHT,      /* "MET DST": value is added to the zone */
    WORD_NAMED_ZONE,    /* an abbreviation that meant different things: `zone` names the zone */
};

enum datetime_unit {
    UNIT_NONE,
    UNIT_YEAR,
    UNIT_MONTH,
    UNIT_DAY,
    UNIT_HOUR,
    UNIT_MINUTE,
    UNIT_SECOND,
    UNIT_JULIAN,
    UNIT_TIME,
    UNIT_OTHER, /* a label that no number can follow */
};

enum datetime_value {
    VALUE_CIVIL,
    VALUE_EPOCH,
    VALUE_INFINITY,
    VALUE_NEGATIVE_INFINITY,
    VALUE_MIDNIGHT, /* "allballs" */
};

enum datetime_meridiem {
    MERIDIEM_NONE,
    MERIDIEM_AM,
    MERIDIEM_PM
};

struct datetime_meaning {
    enum datetime_word word;
    int value;
    const char *zone;
};

/* Words of the calendar only, and those and abbreviations of zones, which come first. */
struct datetime_meaning datetime_word_find(const char *word);
struct datetime_meaning datetime_word_or_zone_find(const char *word);
/* Of an abbreviation of a zone, or WORD_UNKNOWN. */
struct datetime_meaning datetime_abbreviation_find(const char *word);

/* Readings */

enum datetime_seen {
    SEEN_YEAR = 1 << 0,
    SEEN_MONTH = 1 << 1,
    SEEN_DAY = 1 << 2,
    SEEN_DAY_OF_YEAR = 1 << 3,
    SEEN_HOUR = 1 << 4,
    SEEN_MINUTE = 1 << 5,
    SEEN_SECOND = 1 << 6,
    SEEN_FRACTION = 1 << 7,
    SEEN_ZONE = 1 << 8,
    SEEN_DAYLIGHT_ZONE = 1 << 9,
    SEEN_DAYLIGHT = 1 << 10,
    SEEN_NAMED_ZONE = 1 << 11,
    SEEN_WEEKDAY = 1 << 12,
    SEEN_MERIDIEM = 1 << 13,
    SEEN_ERA = 1 << 14,
    SEEN_VALUE = 1 << 15,
};

#define SEEN_DATE    (SEEN_YEAR | SEEN_MONTH | SEEN_DAY)
#define SEEN_SECONDS (SEEN_SECOND | SEEN_FRACTION)
#define SEEN_TIME    (SEEN_HOUR | SEEN_MINUTE | SEEN_SECONDS)

struct datetime_reading {
    unsigned seen;  /* enum datetime_seen, of the tokens so far */
    unsigned found; /* of the token at hand: none of them may have been seen before */
    int year, month, day, day_of_year;
    int hour, minute, second, microsecond;
    int zone_seconds; /* east */
    enum datetime_unit unit;
    enum datetime_meridiem meridiem;
    enum datetime_value value;
    bool text_month;
    bool short_year; /* of one or two digits */
    bool before_christ;
    bool julian;
    const struct zone *zone;  /* named in full */
    const char *abbreviation; /* looked up in abbreviation_zone */
    const struct zone *abbreviation_zone;
    struct arena arena; /* of the zones that the text names */
};

/* The caller releases reading->arena whatever the status. */
enum datetime_status datetime_decode(struct datetime_tokens *tokens,
                                     struct datetime_reading *reading);
enum datetime_status datetime_decode_time(struct datetime_tokens *tokens,
                                          struct datetime_reading *reading);

/* The offset, in seconds east, that goes with a complete reading; that of `session` (NULL: UTC)
 * where it names no zone. */
int32_t datetime_reading_offset(const struct datetime_reading *reading, const struct zone *session);

/* Parts of decoding; each sets reading->found. `seen` is reading->seen, or as if more had been. */
enum datetime_status datetime_read_date(char *text, struct datetime_reading *reading);
enum datetime_status datetime_read_time(const char *text, struct datetime_reading *reading);
/* A single number, by its length and what is missing. */
enum datetime_status datetime_read_number(char *text,
                                          unsigned seen,
                                          bool text_month,
                                          struct datetime_reading *reading);
/* A date or a time without delimiters. */
enum datetime_status datetime_read_digits(char *text,
                                          unsigned seen,
                                          struct datetime_reading *reading);
/* A time without delimiters and, after its first minus, an offset. */
enum datetime_status datetime_read_digits_offset(char *text,
                                                 unsigned seen,
                                                 struct datetime_reading *reading);
/* The number after a label. */
enum datetime_status datetime_read_labelled(char *text, struct datetime_reading *reading);
enum datetime_status datetime_read_offset(const char *text, int *zone_seconds);
enum datetime_status datetime_read_zone_name(const char *text, struct datetime_reading *reading);
/* Words that mean the same with and without a date; an unknown one may name a zone. */
enum datetime_status datetime_read_word(const struct datetime_meaning *meaning,
                                        const char *text,
                                        struct datetime_reading *reading);
/* Whether what may follow "T" follows token `index`. */
bool datetime_time_follows(const struct datetime_tokens *tokens, int index);
/* Reads one token; what it found is in reading->found. */
typedef enum datetime_status datetime_token_reader(struct datetime_tokens *tokens,
                                                   int index,
                                                   struct datetime_reading *reading);
/* All tokens in turn, nothing found twice, and the date and meridiem that come of them. */
enum datetime_status datetime_read_tokens(struct datetime_tokens *tokens,
                                          datetime_token_reader *read,
                                          struct datetime_reading *reading);
/* The checks at the end: era, century and ranges; a.m. and p.m. A time that was written without
 * colons may be longer than a day after a date, and then goes on into the next one. */
enum datetime_status datetime_check_date(struct datetime_reading *reading);
enum datetime_status datetime_check_meridiem(struct datetime_reading *reading);

#endif
