/* datetime_decode.c — the tokens of a date, or of a date and a time.
 *
 * One token after the other is given its meaning by what it looks like and by what has been seen
 * before it; nothing may be said twice. SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

#include <string.h>

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

enum datetime_status datetime_read_zone_name(const char *text, struct datetime_reading *reading)
{
    reading->found = SEEN_ZONE;
    reading->zone = zone_find(text, &reading->arena);
    return reading->zone != NULL ? DATETIME_OK : DATETIME_ZONE;
}

enum datetime_status datetime_read_word(const struct datetime_meaning *meaning,
                                        const char *text,
                                        struct datetime_reading *reading)
{
    switch (meaning->word) {
    case WORD_DAYLIGHT:
        reading->found = SEEN_DAYLIGHT | SEEN_DAYLIGHT_ZONE;
        reading->zone_seconds += meaning->value;
        break;
    case WORD_ZONE:
        reading->found = SEEN_ZONE;
        reading->zone_seconds = meaning->value;
        break;
    case WORD_DAYLIGHT_ZONE:
        reading->found = SEEN_ZONE | SEEN_DAYLIGHT_ZONE;
        reading->zone_seconds = meaning->value;
        break;
    case WORD_NAMED_ZONE:
        reading->found = SEEN_ZONE | SEEN_NAMED_ZONE;
        reading->abbreviation = text;
        reading->abbreviation_zone = zone_find(meaning->zone, &reading->arena);
        return reading->abbreviation_zone != NULL ? DATETIME_OK : DATETIME_ZONE;
    case WORD_MERIDIEM:
        reading->found = SEEN_MERIDIEM;
        reading->meridiem = (enum datetime_meridiem)meaning->value;
        break;
    case WORD_ERA:
        reading->found = SEEN_ERA;
        reading->before_christ = meaning->value != 0;
        break;
    case WORD_UNIT:
        reading->found = 0;
        reading->unit = (enum datetime_unit)meaning->value;
        break;
    case WORD_UNKNOWN:
        /* A word alone that is no zone is not a date, rather than a zone that does not exist. */
        return datetime_read_zone_name(text, reading) == DATETIME_OK ? DATETIME_OK
                                                                     : DATETIME_SYNTAX;
    case WORD_IGNORED:
    case WORD_MONTH:
    case WORD_WEEKDAY:
    case WORD_ISO_TIME:
    case WORD_VALUE:
        return DATETIME_SYNTAX;
    }
    return DATETIME_OK;
}

bool datetime_time_follows(const struct datetime_tokens *tokens, int index)
{
    if (index + 1 >= tokens->count) {
        return false;
    }
    enum datetime_token_kind kind = tokens->items[index + 1].kind;

    return kind == TOKEN_NUMBER || kind == TOKEN_TIME || kind == TOKEN_DATE;
}

/* "Jan", which makes a number before it the day. */
static void read_month(int month, struct datetime_reading *reading)
{
    reading->found = SEEN_MONTH;
    if ((reading->seen & SEEN_MONTH) != 0 && !reading->text_month &&
        (reading->seen & SEEN_DAY) == 0 && reading->month >= 1 && reading->month <= 31) {
        reading->day = reading->month;
        reading->found = SEEN_DAY;
    }
    reading->text_month = true;
    reading->month = month;
}

static void read_value(enum datetime_value value, struct datetime_reading *reading)
{
    if (value == VALUE_MIDNIGHT) {
        reading->found = SEEN_TIME | SEEN_ZONE;
        reading->value = VALUE_CIVIL;
        reading->hour = 0;
        reading->minute = 0;
        reading->second = 0;
        reading->zone_seconds = 0;
        return;
    }
    reading->found = SEEN_VALUE;
    reading->value = value;
}

static enum datetime_status read_word(const struct datetime_tokens *tokens,
                                      int index,
                                      struct datetime_reading *reading)
{
    const char *text = tokens->items[index].text;
    struct datetime_meaning meaning = datetime_word_or_zone_find(text);

    if (meaning.word == WORD_IGNORED) {
        reading->found = 0;
    } else if (meaning.word == WORD_MONTH) {
        read_month(meaning.value, reading);
    } else if (meaning.word == WORD_WEEKDAY) {
        reading->found = SEEN_WEEKDAY;
    } else if (meaning.word == WORD_VALUE) {
        read_value((enum datetime_value)meaning.value, reading);
    } else if (meaning.word == WORD_ISO_TIME) {
        reading->found = 0;
        reading->unit = UNIT_TIME;
        if ((reading->seen & SEEN_DATE) != SEEN_DATE || !datetime_time_follows(tokens, index)) {
            return DATETIME_SYNTAX;
        }
    } else {
        return datetime_read_word(&meaning, text, reading);
    }
    return DATETIME_OK;
}

/* A Julian day whose zone follows without a blank. */
static enum datetime_status read_julian_offset(char *text, struct datetime_reading *reading)
{
    size_t digits = strspn(text, "0123456789");
    char next = text[digits];

    text[digits] = '\0';
    enum datetime_status status = datetime_read_labelled(text, reading);

    text[digits] = next;
    reading->found |= SEEN_TIME | SEEN_ZONE;
    return status == DATETIME_OK ? datetime_read_offset(text + digits, &reading->zone_seconds)
                                 : status;
}

/* With month and day at hand this is the name of a zone, or a time with its offset. */
static enum datetime_status read_delimited(char *text, struct datetime_reading *reading)
{
    const unsigned month_and_day = SEEN_MONTH | SEEN_DAY;

    if (reading->unit == UNIT_JULIAN) {
        return read_julian_offset(text, reading);
    }
    if (reading->unit == UNIT_NONE && (reading->seen & month_and_day) != month_and_day) {
        return datetime_read_date(text, reading);
    }
    if (reading->unit != UNIT_NONE && reading->unit != UNIT_TIME) {
        return DATETIME_SYNTAX;
    }
    if (is_digit(*text) || reading->unit == UNIT_TIME) {
        reading->unit = UNIT_NONE;
        return datetime_read_digits_offset(text, reading->seen, reading);
    }
    return datetime_read_zone_name(text, reading);
}

static enum datetime_status read_time(const char *text, struct datetime_reading *reading)
{
    if (reading->unit != UNIT_NONE && reading->unit != UNIT_TIME) {
        return DATETIME_SYNTAX;
    }
    reading->unit = UNIT_NONE;
    enum datetime_status status = datetime_read_time(text, reading);

    if (status == DATETIME_OK &&
        !datetime_time_valid(
            reading->hour, reading->minute, reading->second, reading->microsecond)) {
        status = DATETIME_RANGE;
    }
    return status;
}

static enum datetime_status read_number(char *text, struct datetime_reading *reading)
{
    const char *point = strchr(text, '.');
    bool has_date = (reading->seen & SEEN_DATE) != 0;
    bool has_time = (reading->seen & SEEN_TIME) != 0;

    if (reading->unit != UNIT_NONE) {
        enum datetime_status status = datetime_read_labelled(text, reading);

        reading->value = VALUE_CIVIL;
        return status;
    }
    if (point != NULL && !has_date) {
        return datetime_read_date(text, reading);
    }
    /* Six characters and more are a date or a time, unless both are there: then they are the year.
     */
    if ((point != NULL && point - text > 2) || (strlen(text) >= 6 && !(has_date && has_time))) {
        return datetime_read_digits(text, reading->seen, reading);
    }
    return datetime_read_number(text, reading->seen, reading->text_month, reading);
}

static enum datetime_status read_token(struct datetime_tokens *tokens,
                                       int index,
                                       struct datetime_reading *reading)
{
    char *text = tokens->items[index].text;

    switch (tokens->items[index].kind) {
    case TOKEN_DATE:
        return read_delimited(text, reading);
    case TOKEN_TIME:
        return read_time(text, reading);
    case TOKEN_OFFSET:
        reading->found = SEEN_ZONE;
        return datetime_read_offset(text, &reading->zone_seconds);
    case TOKEN_NUMBER:
        return read_number(text, reading);
    case TOKEN_WORD:
    case TOKEN_SPECIAL:
        return read_word(tokens, index, reading);
    }
    return DATETIME_SYNTAX;
}

enum datetime_status datetime_check_date(struct datetime_reading *reading)
{
    if ((reading->seen & SEEN_YEAR) != 0 && !reading->julian) {
        if (!reading->before_christ && reading->short_year) {
            if (reading->year < 70) {
                reading->year += 2000;
            } else if (reading->year < 100) {
                reading->year += 1900;
            }
        } else if (reading->year <= 0) {
            return DATETIME_RANGE;
        } else if (reading->before_christ) {
            reading->year = 1 - reading->year;
        }
    }
    if ((reading->seen & SEEN_DAY_OF_YEAR) != 0) {
        int64_t year = 0;

        date_to_civil(date_from_civil(reading->year, 1, 1) + reading->day_of_year - 1,
                      &year,
                      &reading->month,
                      &reading->day);
        reading->year = (int)year;
    }
    if ((reading->seen & SEEN_MONTH) != 0 && (reading->month < 1 || reading->month > 12)) {
        return DATETIME_RANGE;
    }
    if ((reading->seen & SEEN_DAY) != 0 && (reading->day < 1 || reading->day > 31)) {
        return DATETIME_RANGE;
    }
    if ((reading->seen & SEEN_DATE) == SEEN_DATE &&
        reading->day > datetime_month_days(reading->year, reading->month)) {
        return DATETIME_RANGE;
    }
    return DATETIME_OK;
}

enum datetime_status datetime_check_meridiem(struct datetime_reading *reading)
{
    if (reading->meridiem != MERIDIEM_NONE && reading->hour > 12) {
        return DATETIME_RANGE;
    }
    if (reading->meridiem == MERIDIEM_AM && reading->hour == 12) {
        reading->hour = 0;
    } else if (reading->meridiem == MERIDIEM_PM && reading->hour != 12) {
        reading->hour += 12;
    }
    return DATETIME_OK;
}

/* Whether what was seen is a date, and at most one way to tell the offset. */
static enum datetime_status check_complete(const struct datetime_reading *reading)
{
    bool has_daylight = (reading->seen & SEEN_DAYLIGHT) != 0;
    bool has_zone = (reading->seen & SEEN_ZONE) != 0;
    bool has_history = reading->zone != NULL || reading->abbreviation_zone != NULL;

    if (reading->value != VALUE_CIVIL) {
        return DATETIME_OK;
    }
    if ((reading->seen & SEEN_DATE) != SEEN_DATE || (has_daylight && (has_history || !has_zone))) {
        return DATETIME_SYNTAX;
    }
    return DATETIME_OK;
}

enum datetime_status datetime_read_tokens(struct datetime_tokens *tokens,
                                          datetime_token_reader *read,
                                          struct datetime_reading *reading)
{
    enum datetime_status status = DATETIME_OK;

    *reading = (struct datetime_reading){.value = VALUE_CIVIL};
    arena_init(&reading->arena, 4096, NULL);
    for (int i = 0; i < tokens->count; i++) {
        status = read(tokens, i, reading);
        if (status != DATETIME_OK) {
            return status;
        }
        if ((reading->seen & reading->found) != 0) {
            return DATETIME_SYNTAX;
        }
        reading->seen |= reading->found;
    }
    status = datetime_check_date(reading);
    if (status == DATETIME_OK) {
        status = datetime_check_meridiem(reading);
    }
    return status;
}

enum datetime_status datetime_decode(struct datetime_tokens *tokens,
                                     struct datetime_reading *reading)
{
    enum datetime_status status = datetime_read_tokens(tokens, read_token, reading);

    return status == DATETIME_OK ? check_complete(reading) : status;
}

int32_t datetime_reading_offset(const struct datetime_reading *reading, const struct zone *session)
{
    const struct zone *zone = reading->zone;
    int32_t offset = 0;

    if (zone == NULL) {
        zone = (reading->seen & SEEN_ZONE) == 0 ? session : reading->abbreviation_zone;
    }
    if (zone == NULL) {
        return (reading->seen & SEEN_ZONE) != 0 ? reading->zone_seconds : 0;
    }
    int64_t seconds = date_from_civil(reading->year, reading->month, reading->day) * 86400 +
                      datetime_time(reading->hour, reading->minute, reading->second, 0) / 1000000;

    offset = zone_local_offset(zone, seconds);
    if (reading->abbreviation_zone != NULL) {
        (void)zone_abbreviation(zone, reading->abbreviation, seconds - offset, &offset);
    }
    return offset;
}
