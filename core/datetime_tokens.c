/* datetime_tokens.c — splits a date in text form into tokens, and knows the words of the calendar.
 *
 * Splitting looks at characters only; the server does it before it knows what any of them means,
 * and so does this. Letters are those of ASCII. SPDX-License-Identifier: Apache-2.0 */
#include "datetime_internal.h"

#include <string.h>

static bool is_space(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool is_letter_or_digit(char character)
{
    return is_letter(character) || is_digit(character);
}

static bool is_punctuation(char character)
{
    return character > ' ' && character < 0x7f && !is_letter_or_digit(character);
}

/* Where splitting is. Past the end, `at` sees a NUL. */
struct scan {
    const char *at;
    const char *end;
    char *out;
    const char *out_end;
    bool full;
};

static char peek(const struct scan *scan)
{
    return scan->at < scan->end ? *scan->at : (char)0;
}

static void take(struct scan *scan)
{
    char character = *scan->at++;

    if (scan->out + 1 >= scan->out_end) {
        scan->full = true;
        return;
    }
    *scan->out++ = character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

static void take_digits(struct scan *scan)
{
    while (is_digit(peek(scan))) {
        take(scan);
    }
}

static void take_letters(struct scan *scan)
{
    while (is_letter(peek(scan))) {
        take(scan);
    }
}

/* A date after its first number, with the delimiter at hand. With a point, and no further one, it
 * may as well be a number. */
static enum datetime_token_kind take_delimited(struct scan *scan)
{
    char delimiter = peek(scan);

    take(scan);
    if (!is_digit(peek(scan))) {
        while (is_letter_or_digit(peek(scan)) || peek(scan) == delimiter) {
            take(scan);
        }
        return TOKEN_DATE;
    }
    take_digits(scan);
    if (peek(scan) != delimiter) {
        return delimiter == '.' ? TOKEN_NUMBER : TOKEN_DATE;
    }
    while (is_digit(peek(scan)) || peek(scan) == delimiter) {
        take(scan);
    }
    return TOKEN_DATE;
}

static enum datetime_token_kind take_number(struct scan *scan)
{
    take_digits(scan);
    if (peek(scan) == ':') {
        while (is_digit(peek(scan)) || peek(scan) == ':' || peek(scan) == '.') {
            take(scan);
        }
        return TOKEN_TIME;
    }
    if (peek(scan) == '-' || peek(scan) == '/' || peek(scan) == '.') {
        return take_delimited(scan);
    }
    return TOKEN_NUMBER;
}

/* A word, or a date that begins with a month, or the name of a zone with punctuation or digits. */
static enum datetime_token_kind take_word(struct scan *scan)
{
    char *start = scan->out;

    take_letters(scan);
    char next = peek(scan);
    bool is_date = next == '-' || next == '/' || next == '.';

    if ((next == '+' || is_digit(next)) && !scan->full) {
        *scan->out = '\0';
        is_date = datetime_word_find(start).word == WORD_UNKNOWN;
    }
    if (!is_date) {
        return TOKEN_WORD;
    }
    while (is_letter_or_digit(peek(scan)) ||
           (peek(scan) != '\0' && strchr("+-/_.:", peek(scan)) != NULL)) {
        take(scan);
    }
    return TOKEN_DATE;
}

/* After a sign: false when nothing that may follow one does. */
static bool take_signed(struct scan *scan, enum datetime_token_kind *kind)
{
    take(scan);
    while (is_space(peek(scan))) {
        scan->at++;
    }
    if (is_digit(peek(scan))) {
        while (is_digit(peek(scan)) || peek(scan) == ':' || peek(scan) == '.' ||
               peek(scan) == '-') {
            take(scan);
        }
        *kind = TOKEN_OFFSET;
        return true;
    }
    if (is_letter(peek(scan))) {
        take_letters(scan);
        *kind = TOKEN_SPECIAL;
        return true;
    }
    return false;
}

/* False for a character that no date has. */
static bool take_token(struct scan *scan, enum datetime_token_kind *kind)
{
    char first = peek(scan);

    if (is_digit(first)) {
        *kind = take_number(scan);
    } else if (first == '.') {
        take(scan);
        take_digits(scan);
        *kind = TOKEN_NUMBER;
    } else if (is_letter(first)) {
        *kind = take_word(scan);
    } else if (first == '+' || first == '-') {
        return take_signed(scan, kind);
    } else {
        return false;
    }
    return true;
}

bool datetime_tokens_split(struct datetime_tokens *tokens, struct text text, size_t room_size)
{
    struct scan scan = {.at = text.data,
                        .end = text.data + text.size,
                        .out = tokens->room,
                        .out_end = tokens->room + room_size};

    tokens->count = 0;
    while (scan.at < scan.end) {
        char first = peek(&scan);

        if (is_space(first) ||
            (is_punctuation(first) && first != '.' && first != '+' && first != '-')) {
            scan.at++;
            continue;
        }
        if (tokens->count == DATETIME_TOKENS_MAX) {
            return false;
        }
        struct datetime_token *token = &tokens->items[tokens->count];

        token->text = scan.out;
        if (!take_token(&scan, &token->kind) || scan.full) {
            return false;
        }
        *scan.out++ = '\0';
        tokens->count++;
    }
    return true;
}

static const struct word_entry {
    char word[11];
    uint8_t meaning; /* enum datetime_word */
    int16_t value;
} words[] = {
    {"-infinity", WORD_VALUE, VALUE_NEGATIVE_INFINITY},
    {"ad", WORD_ERA, false},
    {"allballs", WORD_VALUE, VALUE_MIDNIGHT},
    {"am", WORD_MERIDIEM, MERIDIEM_AM},
    {"apr", WORD_MONTH, 4},
    {"april", WORD_MONTH, 4},
    {"at", WORD_IGNORED, 0},
    {"aug", WORD_MONTH, 8},
    {"august", WORD_MONTH, 8},
    {"bc", WORD_ERA, true},
    {"d", WORD_UNIT, UNIT_DAY},
    {"dec", WORD_MONTH, 12},
    {"december", WORD_MONTH, 12},
    {"dow", WORD_UNIT, UNIT_OTHER},
    {"doy", WORD_UNIT, UNIT_OTHER},
    {"dst", WORD_DAYLIGHT, 3600},
    {"epoch", WORD_VALUE, VALUE_EPOCH},
    {"feb", WORD_MONTH, 2},
    {"february", WORD_MONTH, 2},
    {"fri", WORD_WEEKDAY, 5},
    {"friday", WORD_WEEKDAY, 5},
    {"h", WORD_UNIT, UNIT_HOUR},
    {"infinity", WORD_VALUE, VALUE_INFINITY},
    {"isodow", WORD_UNIT, UNIT_OTHER},
    {"isoyear", WORD_UNIT, UNIT_OTHER},
    {"j", WORD_UNIT, UNIT_JULIAN},
    {"jan", WORD_MONTH, 1},
    {"january", WORD_MONTH, 1},
    {"jd", WORD_UNIT, UNIT_JULIAN},
    {"jul", WORD_MONTH, 7},
    {"julian", WORD_UNIT, UNIT_JULIAN},
    {"july", WORD_MONTH, 7},
    {"jun", WORD_MONTH, 6},
    {"june", WORD_MONTH, 6},
    {"m", WORD_UNIT, UNIT_MONTH},
    {"mar", WORD_MONTH, 3},
    {"march", WORD_MONTH, 3},
    {"may", WORD_MONTH, 5},
    {"mm", WORD_UNIT, UNIT_MINUTE},
    {"mon", WORD_WEEKDAY, 1},
    {"monday", WORD_WEEKDAY, 1},
    {"nov", WORD_MONTH, 11},
    {"november", WORD_MONTH, 11},
    {"oct", WORD_MONTH, 10},
    {"october", WORD_MONTH, 10},
    {"on", WORD_IGNORED, 0},
    {"pm", WORD_MERIDIEM, MERIDIEM_PM},
    {"s", WORD_UNIT, UNIT_SECOND},
    {"sat", WORD_WEEKDAY, 6},
    {"saturday", WORD_WEEKDAY, 6},
    {"sep", WORD_MONTH, 9},
    {"sept", WORD_MONTH, 9},
    {"september", WORD_MONTH, 9},
    {"sun", WORD_WEEKDAY, 0},
    {"sunday", WORD_WEEKDAY, 0},
    {"t", WORD_ISO_TIME, UNIT_TIME},
    {"thu", WORD_WEEKDAY, 4},
    {"thur", WORD_WEEKDAY, 4},
    {"thurs", WORD_WEEKDAY, 4},
    {"thursday", WORD_WEEKDAY, 4},
    {"tue", WORD_WEEKDAY, 2},
    {"tues", WORD_WEEKDAY, 2},
    {"tuesday", WORD_WEEKDAY, 2},
    {"wed", WORD_WEEKDAY, 3},
    {"wednesday", WORD_WEEKDAY, 3},
    {"weds", WORD_WEEKDAY, 3},
    {"y", WORD_UNIT, UNIT_YEAR},
};

struct datetime_meaning datetime_word_find(const char *word)
{
    size_t low = 0;
    size_t high = sizeof words / sizeof words[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, words[middle].word);

        if (order == 0) {
            return (struct datetime_meaning){.word = (enum datetime_word)words[middle].meaning,
                                             .value = words[middle].value};
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return (struct datetime_meaning){.word = WORD_UNKNOWN};
}

struct datetime_meaning datetime_word_or_zone_find(const char *word)
{
    struct datetime_meaning meaning = datetime_abbreviation_find(word);

    return meaning.word == WORD_UNKNOWN ? datetime_word_find(word) : meaning;
}
