/* datetime_time.c — the tokens of a time of day.
 *
 * A date may stand before it, and a zone after it; both are read, so that nonsense is noticed, and
 * dropped. A zone with daylight saving time needs the date.
 * SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

#include <string.h>

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* A date only where it comes first and something follows; otherwise a zone, or time and offset. */
static enum datetime_status read_delimited(const struct datetime_tokens *tokens,
                                           int index,
                                           struct datetime_reading *reading)
{
    char *text = tokens->items[index].text;

    if (index == 0 && tokens->count >= 2 &&
        (tokens->items[tokens->count - 1].kind == TOKEN_DATE ||
         tokens->items[1].kind == TOKEN_TIME)) {
        return datetime_read_date(text, reading);
    }
    if (is_digit(*text)) {
        return datetime_read_digits_offset(text, reading->seen | SEEN_DATE, reading);
    }
    return datetime_read_zone_name(text, reading);
}

static enum datetime_status read_number(const struct datetime_tokens *tokens,
                                        int index,
                                        struct datetime_reading *reading)
{
    char *text = tokens->items[index].text;
    const char *point = strchr(text, '.');
    unsigned seen = reading->seen | SEEN_DATE;

    if (reading->unit != UNIT_NONE) {
        return datetime_read_labelled(text, reading);
    }
    if (point != NULL) {
        if (index == 0 && tokens->count >= 2 &&
            tokens->items[tokens->count - 1].kind == TOKEN_DATE) {
            return datetime_read_date(text, reading);
        }
        return point - text > 2 ? datetime_read_digits(text, seen, reading) : DATETIME_SYNTAX;
    }
    if (strlen(text) > 4) {
        return datetime_read_digits(text, seen, reading);
    }
    return datetime_read_number(text, seen, false, reading);
}

static enum datetime_status read_word(const struct datetime_tokens *tokens,
                                      int index,
                                      struct datetime_reading *reading)
{
    const char *text = tokens->items[index].text;
    struct datetime_meaning meaning = datetime_word_or_zone_find(text);

    if (meaning.word == WORD_IGNORED) {
        reading->found = 0;
        return DATETIME_OK;
    }
    if (meaning.word == WORD_VALUE && meaning.value == VALUE_MIDNIGHT) {
        reading->found = SEEN_TIME | SEEN_ZONE;
        reading->hour = 0;
        reading->minute = 0;
        reading->second = 0;
        return DATETIME_OK;
    }
    if (meaning.word == WORD_ISO_TIME) {
        reading->found = 0;
        reading->unit = UNIT_TIME;
        return datetime_time_follows(tokens, index) ? DATETIME_OK : DATETIME_SYNTAX;
    }
    return datetime_read_word(&meaning, text, reading);
}

static enum datetime_status read_token(struct datetime_tokens *tokens,
                                       int index,
                                       struct datetime_reading *reading)
{
    const char *text = tokens->items[index].text;

    switch (tokens->items[index].kind) {
    case TOKEN_DATE:
        return read_delimited(tokens, index, reading);
    case TOKEN_TIME:
        return datetime_read_time(text, reading);
    case TOKEN_OFFSET:
        reading->found = SEEN_ZONE;
        return datetime_read_offset(text, &reading->zone_seconds);
    case TOKEN_NUMBER:
        return read_number(tokens, index, reading);
    case TOKEN_WORD:
    case TOKEN_SPECIAL:
        return read_word(tokens, index, reading);
    }
    return DATETIME_SYNTAX;
}

static enum datetime_status check_zone(const struct datetime_reading *reading)
{
    bool has_date = (reading->seen & SEEN_DATE) == SEEN_DATE;
    bool has_part_of_date = !has_date && (reading->seen & SEEN_DATE) != 0;
    bool has_zone = (reading->seen & SEEN_ZONE) != 0;
    bool has_history = reading->zone != NULL || reading->abbreviation_zone != NULL;
    int32_t offset = 0;

    if ((reading->seen & SEEN_DAYLIGHT) != 0 && (has_history || !has_zone)) {
        return DATETIME_SYNTAX;
    }
    if (reading->zone != NULL && !zone_is_fixed(reading->zone, &offset) && !has_date) {
        return DATETIME_SYNTAX;
    }
    bool needs_date = !has_zone || reading->abbreviation_zone != NULL; /* or the current one */

    return has_part_of_date && needs_date ? DATETIME_SYNTAX : DATETIME_OK;
}

enum datetime_status datetime_decode_time(struct datetime_tokens *tokens,
                                          struct datetime_reading *reading)
{
    enum datetime_status status = datetime_read_tokens(tokens, read_token, reading);

    if (status == DATETIME_OK &&
        !datetime_time_valid(
            reading->hour, reading->minute, reading->second, reading->microsecond)) {
        status = DATETIME_RANGE;
    }
    if (status == DATETIME_OK && (reading->seen & SEEN_TIME) != SEEN_TIME) {
        status = DATETIME_SYNTAX;
    }
    return status == DATETIME_OK ? check_zone(reading) : status;
}
