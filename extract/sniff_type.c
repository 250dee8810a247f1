/* sniff_type.c — the type that a column's values suggest, and what is to be said about it.
 *
 * A type is proposed only if every value of the sample is of it: numbers with leading zeros, and
 * those that are names of persons (NHS numbers), stay text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_column.h"

#include "novate/plan.h"

#include <inttypes.h>
#include <string.h>

enum kind {
    KIND_TEXT,
    KIND_BIGINT,
    KIND_NUMERIC,
    KIND_DATE,
    KIND_UUID,
    KIND_BOOLEAN,
    KIND_TIME,
};

enum order {
    ORDER_DAY,
    ORDER_MONTH,
    ORDER_UNKNOWN,
    ORDER_BOTH
};

enum {
    NOTE_BYTES_MAX = 4096,
    FORMATS_MAX = 8,   /* more are no format */
    FEW_VALUES = 3,    /* with fewer, eight digits are a number and ten are no NHS number */
    MANY_VALUES = 100, /* with fewer, the longest number is still to come */
    PRECISION_MAX = 38
};

static bool is_blocked(const struct sniff_facts *facts, const struct sniff_context *context)
{
    uint64_t others = facts->quoted_empty;
    others += context->null_text >= 0 ? facts->empty : 0;
    for (int i = 0; i < SNIFF_NULLS; i++) {
        others += i == context->null_text ? 0 : facts->nulls[i];
    }
    return others > 0;
}

static int digit_dates(const struct sniff_facts *facts)
{
    uint64_t count = 0;
    for (int time = 0; time < SNIFF_TIMES; time++) {
        count += facts->formats[SNIFF_DATES - 1][time];
    }
    return count > 0 && count == facts->dates;
}

static bool are_nhs_numbers(const struct sniff_facts *facts)
{
    return facts->values >= FEW_VALUES && facts->integers == facts->values &&
           facts->nhs_numbers * 10 >= facts->values * 9;
}

static enum kind kind_of_values(const struct sniff_facts *facts)
{
    uint64_t all = facts->values;
    if (all == 0) {
        return KIND_TEXT;
    }
    if (facts->dates == all && (!digit_dates(facts) || all >= FEW_VALUES)) {
        return KIND_DATE;
    }
    if (facts->integers == all) {
        return are_nhs_numbers(facts) ? KIND_TEXT : KIND_BIGINT;
    }
    if (facts->integers + facts->decimals == all) {
        return KIND_NUMERIC;
    }
    return facts->uuids == all    ? KIND_UUID
           : facts->truths == all ? KIND_BOOLEAN
           : facts->times == all  ? KIND_TIME
                                  : KIND_TEXT;
}

static enum kind kind_of(const struct sniff_facts *facts, const struct sniff_context *context)
{
    return is_blocked(facts, context) ? KIND_TEXT : kind_of_values(facts);
}

bool sniff_facts_typed(const struct sniff_facts *facts, const struct sniff_context *context)
{
    return kind_of(facts, context) != KIND_TEXT;
}

bool sniff_facts_differ(const struct sniff_facts *facts,
                        const struct sniff_context *context,
                        struct sniff_dates *dates,
                        struct text field)
{
    struct sniff_facts one = {.records = 0};
    (void)context;
    sniff_facts_add(&one, dates, field);
    if (one.values == 0 || facts->values == 0) {
        return false;
    }
    uint64_t digits = facts->integers + facts->leading_zeros + facts->long_digits;
    bool is_number = one.integers + one.leading_zeros + one.long_digits > 0;
    if (digits == facts->values) {
        return !is_number;
    }
    return kind_of_values(facts) != KIND_TEXT && kind_of_values(&one) == KIND_TEXT && !is_number;
}

static enum order order_of(const struct sniff_facts *facts,
                           const struct sniff_context *context,
                           int date)
{
    bool day = facts->day_first[date] > 0;
    bool month = facts->month_first[date] > 0;
    if (day || month) {
        return day && month ? ORDER_BOTH : day ? ORDER_DAY : ORDER_MONTH;
    }
    if (context->day_first != context->month_first) {
        return context->day_first ? ORDER_DAY : ORDER_MONTH;
    }
    return ORDER_UNKNOWN;
}

/* "timestamp 'F1', 'F2'": what one column's dates need. */
struct date_type {
    struct text_buffer text;
    int formats;
    bool only_iso;
    bool unknown_order;
    bool both_orders;
    bool borrowed_order;
};

static void push_format(struct date_type *type, int date, int time, bool month_first)
{
    char format[SNIFF_FORMAT_SIZE];
    sniff_date_format(date, time, month_first, format);
    text_buffer_format(&type->text, "%s'%s'", type->formats++ == 0 ? " " : ", ", format);
}

static void date_type_find(const struct sniff_facts *facts,
                           const struct sniff_context *context,
                           struct date_type *type)
{
    type->only_iso = true;
    for (int date = 0; date < SNIFF_DATES; date++) {
        enum order order = ORDER_DAY;
        bool seen = false;
        for (int time = 0; time < SNIFF_TIMES; time++) {
            if (facts->formats[date][time] == 0) {
                continue;
            }
            if (sniff_date_has_orders(date) && !seen) {
                order = order_of(facts, context, date);
                type->unknown_order |= order == ORDER_UNKNOWN;
                type->both_orders |= order == ORDER_BOTH;
                type->borrowed_order |= facts->day_first[date] + facts->month_first[date] == 0;
            }
            seen = true;
            type->only_iso = type->only_iso && sniff_date_is_iso(date);
            push_format(type, date, time, order == ORDER_MONTH);
        }
    }
}

static const char *date_base(const struct sniff_facts *facts)
{
    return facts->timed == 0 ? "date" : facts->zoned > 0 ? "timestamptz" : "timestamp";
}

static int base_confidence(const struct sniff_facts *facts)
{
    return facts->values >= 1000  ? 97
           : facts->values >= 100 ? 93
           : facts->values >= 10  ? 85
           : facts->values >= 3   ? 70
                                  : 50;
}

static void decide_date(const struct sniff_facts *facts,
                        const struct sniff_context *context,
                        struct sniff_column *column,
                        struct text_buffer *type_text,
                        struct text_buffer *note)
{
    struct date_type type = {.formats = 0};
    text_buffer_init(&type.text, NOTE_BYTES_MAX);
    date_type_find(facts, context, &type);
    const char *formats = type.text.data;
    if (type.both_orders) {
        text_buffer_format(
            note, ", dates in%s; both orders of day and month occur: it stays text", formats);
        column->confidence = 95;
        text_buffer_string(type_text, "text");
    } else if (type.unknown_order) {
        text_buffer_format(note,
                           ", dates in%s; AMBIGUOUS: no value tells whether day or month comes "
                           "first, so it stays text until you decide",
                           formats);
        column->confidence = 50;
        text_buffer_string(type_text, "text");
    } else if (type.formats > FORMATS_MAX || (facts->zoned > 0 && !type.only_iso)) {
        text_buffer_format(
            note, ", dates in%s; too many formats for one column: it stays text", formats);
        text_buffer_string(type_text, "text");
    } else {
        bool plain = type.only_iso && (type.formats > 1 || facts->zoned > 0);
        text_buffer_format(type_text, "%s%s", date_base(facts), plain ? "" : formats);
    }
    if (type.borrowed_order && !type.unknown_order && !type.both_orders) {
        text_buffer_string(note, "; the order of day and month is that of other columns");
        column->confidence = 65;
    }
    if (digit_dates(facts)) {
        text_buffer_string(note, "; they may be numbers all the same");
        column->confidence -= 15;
    }
    if (facts->timed > 0 && facts->midnights == facts->timed) {
        text_buffer_string(note, "; always midnight: perhaps a date");
    }
    if (facts->zoned > 0) {
        text_buffer_string(note, "; with a time zone");
    }
    type_text->failed = type_text->failed || type.text.failed;
    text_buffer_release(&type.text);
}

static void decide_numeric(const struct sniff_facts *facts,
                           const struct sniff_context *context,
                           struct text_buffer *type_text,
                           struct text_buffer *note)
{
    int precision = facts->whole_digits_max + facts->scale_max;
    text_buffer_format(note,
                       ", %d digit%s before the point and %d after it",
                       facts->whole_digits_max,
                       facts->whole_digits_max == 1 ? "" : "s",
                       facts->scale_max);
    if (context->whole && facts->values >= MANY_VALUES && precision <= PRECISION_MAX) {
        text_buffer_format(type_text, "numeric(%d,%d)", precision, facts->scale_max);
    } else {
        text_buffer_string(type_text, "numeric");
    }
}

/* Why a text is one. */
static void note_text(const struct sniff_facts *facts,
                      const struct sniff_context *context,
                      struct sniff_column *column,
                      struct text_buffer *note)
{
    uint64_t all = facts->values;
    uint64_t digits = facts->integers + facts->leading_zeros + facts->long_digits;
    text_buffer_format(note,
                       ", at most %" PRIu32 " character%s",
                       facts->characters_max,
                       facts->characters_max == 1 ? "" : "s");
    if (is_blocked(facts, context) && kind_of_values(facts) != KIND_TEXT) {
        text_buffer_string(note, "; a type would refuse the texts for NULL that it also has");
        column->confidence = 60;
    } else if (are_nhs_numbers(facts)) {
        text_buffer_string(note, "; they look like NHS numbers, which are names, not numbers");
    } else if (all > 0 && digits == all && facts->leading_zeros > 0) {
        text_buffer_string(note, "; digits with leading zeros, which a number would lose");
    } else if (all > 0 && digits == all && facts->long_digits > 0) {
        text_buffer_string(note, "; more than 18 digits");
    } else if (facts->commas > 0 && facts->commas + facts->integers == all) {
        text_buffer_string(note, "; numbers with a decimal comma: replace it in the mapping");
    } else if (facts->exponents > 0 &&
               facts->exponents + facts->integers + facts->decimals == all) {
        text_buffer_string(note, "; numbers in scientific notation: digits may be lost already");
    } else if (facts->dates > 0) {
        text_buffer_format(
            note, "; %" PRIu64 " of the values look like dates, the others do not", facts->dates);
        column->confidence -= 20;
    } else if (facts->integers + facts->decimals > 0) {
        text_buffer_format(note,
                           "; %" PRIu64 " of the values are numbers, the others are not",
                           facts->integers + facts->decimals);
    } else if (all > 0 && facts->yes_no == all) {
        text_buffer_string(note, "; only yes and no: perhaps boolean");
    }
    if (facts->padded > 0) {
        text_buffer_format(note, "; %" PRIu64 " with blanks around", facts->padded);
    }
}

static void note_counts(const struct sniff_facts *facts,
                        const struct sniff_context *context,
                        struct text_buffer *note)
{
    uint64_t nulls = facts->empty + facts->quoted_empty;
    if (context->null_text >= 0) {
        nulls += facts->nulls[context->null_text];
    }
    text_buffer_format(note, "%" PRIu64 " value%s", facts->values, facts->values == 1 ? "" : "s");
    if (nulls > 0) {
        text_buffer_format(note, ", %" PRIu64 " empty or NULL", nulls);
    }
}

static void decide(const struct sniff_facts *facts,
                   const struct sniff_context *context,
                   struct sniff_column *column,
                   struct text_buffer *type,
                   struct text_buffer *note)
{
    static const char *const names[] = {
        [KIND_BIGINT] = "bigint",
        [KIND_UUID] = "uuid",
        [KIND_BOOLEAN] = "boolean",
        [KIND_TIME] = "time",
    };
    column->confidence = base_confidence(facts);
    note_counts(facts, context, note);
    enum kind kind = kind_of(facts, context);
    switch (kind) {
    case KIND_DATE:
        decide_date(facts, context, column, type, note);
        return;
    case KIND_NUMERIC:
        decide_numeric(facts, context, type, note);
        return;
    case KIND_TEXT:
        text_buffer_string(type, "text");
        if (facts->values == 0) {
            text_buffer_string(note, ": nothing is known of its type");
            column->confidence = 30;
        } else {
            note_text(facts, context, column, note);
        }
        return;
    case KIND_BIGINT:
    case KIND_UUID:
    case KIND_BOOLEAN:
    case KIND_TIME:
        break;
    }
    text_buffer_string(type, names[kind]);
    if (kind == KIND_BIGINT && facts->zero_one == facts->values) {
        text_buffer_string(note, "; only 0 and 1: perhaps boolean");
    }
}

bool sniff_column_decide(const struct sniff_facts *facts,
                         const struct sniff_context *context,
                         struct arena *arena,
                         struct sniff_column *column,
                         struct error *error)
{
    struct text_buffer type;
    struct text_buffer note;
    text_buffer_init(&type, NOTE_BYTES_MAX);
    text_buffer_init(&note, NOTE_BYTES_MAX);
    decide(facts, context, column, &type, &note);
    bool ok = text_buffer_check(&type, error) && text_buffer_check(&note, error);
    if (ok) {
        column->type = arena_copy(arena, type.data, type.size);
        column->note = arena_copy(arena, note.data, note.size);
        ok = (column->type != NULL && column->note != NULL) || error_set_memory(error);
    }
    text_buffer_release(&note);
    text_buffer_release(&type);
    return ok;
}
