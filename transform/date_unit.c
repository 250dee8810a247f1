/* date_unit.c — the words for parts of dates, as PostgreSQL's tables have them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_unit.h"

#include <stddef.h>
#include <stdint.h>

#define WORD_BYTES 10

static const struct unit_word {
    char word[WORD_BYTES + 1];
    uint8_t unit; /* enum date_unit */
} lengths[] = {
    {"c", DATE_UNIT_CENTURY},
    {"cent", DATE_UNIT_CENTURY},
    {"centuries", DATE_UNIT_CENTURY},
    {"century", DATE_UNIT_CENTURY},
    {"d", DATE_UNIT_DAY},
    {"day", DATE_UNIT_DAY},
    {"days", DATE_UNIT_DAY},
    {"dec", DATE_UNIT_DECADE},
    {"decade", DATE_UNIT_DECADE},
    {"decades", DATE_UNIT_DECADE},
    {"decs", DATE_UNIT_DECADE},
    {"h", DATE_UNIT_HOUR},
    {"hour", DATE_UNIT_HOUR},
    {"hours", DATE_UNIT_HOUR},
    {"hr", DATE_UNIT_HOUR},
    {"hrs", DATE_UNIT_HOUR},
    {"m", DATE_UNIT_MINUTE},
    {"microsecon", DATE_UNIT_MICROSECOND},
    {"mil", DATE_UNIT_MILLENNIUM},
    {"millennia", DATE_UNIT_MILLENNIUM},
    {"millennium", DATE_UNIT_MILLENNIUM},
    {"millisecon", DATE_UNIT_MILLISECOND},
    {"mils", DATE_UNIT_MILLENNIUM},
    {"min", DATE_UNIT_MINUTE},
    {"mins", DATE_UNIT_MINUTE},
    {"minute", DATE_UNIT_MINUTE},
    {"minutes", DATE_UNIT_MINUTE},
    {"mon", DATE_UNIT_MONTH},
    {"mons", DATE_UNIT_MONTH},
    {"month", DATE_UNIT_MONTH},
    {"months", DATE_UNIT_MONTH},
    {"ms", DATE_UNIT_MILLISECOND},
    {"msec", DATE_UNIT_MILLISECOND},
    {"mseconds", DATE_UNIT_MILLISECOND},
    {"msecs", DATE_UNIT_MILLISECOND},
    {"qtr", DATE_UNIT_QUARTER},
    {"quarter", DATE_UNIT_QUARTER},
    {"s", DATE_UNIT_SECOND},
    {"sec", DATE_UNIT_SECOND},
    {"second", DATE_UNIT_SECOND},
    {"seconds", DATE_UNIT_SECOND},
    {"secs", DATE_UNIT_SECOND},
    {"timezone", DATE_UNIT_TIMEZONE},
    {"timezone_h", DATE_UNIT_TIMEZONE_HOUR},
    {"timezone_m", DATE_UNIT_TIMEZONE_MINUTE},
    {"us", DATE_UNIT_MICROSECOND},
    {"usec", DATE_UNIT_MICROSECOND},
    {"usecond", DATE_UNIT_MICROSECOND},
    {"useconds", DATE_UNIT_MICROSECOND},
    {"usecs", DATE_UNIT_MICROSECOND},
    {"w", DATE_UNIT_WEEK},
    {"week", DATE_UNIT_WEEK},
    {"weeks", DATE_UNIT_WEEK},
    {"y", DATE_UNIT_YEAR},
    {"year", DATE_UNIT_YEAR},
    {"years", DATE_UNIT_YEAR},
    {"yr", DATE_UNIT_YEAR},
    {"yrs", DATE_UNIT_YEAR},
};

static const struct unit_word words[] = {
    {"-infinity", DATE_UNIT_SPECIAL},
    {"allballs", DATE_UNIT_SPECIAL},
    {"dow", DATE_UNIT_DOW},
    {"doy", DATE_UNIT_DOY},
    {"epoch", DATE_UNIT_EPOCH},
    {"infinity", DATE_UNIT_SPECIAL},
    {"isodow", DATE_UNIT_ISODOW},
    {"isoyear", DATE_UNIT_ISOYEAR},
    {"j", DATE_UNIT_JULIAN},
    {"jd", DATE_UNIT_JULIAN},
    {"julian", DATE_UNIT_JULIAN},
    {"mm", DATE_UNIT_MINUTE},
    {"now", DATE_UNIT_SPECIAL},
    {"today", DATE_UNIT_SPECIAL},
    {"tomorrow", DATE_UNIT_SPECIAL},
    {"yesterday", DATE_UNIT_SPECIAL},
};

static enum date_unit find(const struct unit_word *table, size_t count, struct text word)
{
    struct text cut = text_from(word.data, word.size > WORD_BYTES ? WORD_BYTES : word.size);

    for (size_t i = 0; i < count; i++) {
        if (text_equal_case(text_of(table[i].word), cut)) {
            return (enum date_unit)table[i].unit;
        }
    }
    return DATE_UNIT_NONE;
}

enum date_unit date_unit_find_length(struct text word)
{
    return find(lengths, sizeof lengths / sizeof lengths[0], word);
}

enum date_unit date_unit_find(struct text word)
{
    enum date_unit unit = date_unit_find_length(word);

    return unit != DATE_UNIT_NONE ? unit : find(words, sizeof words / sizeof words[0], word);
}
