/* kernel_compare.c — the six comparisons, one family per storage, and one for dates and timestamps
 * that differ in type.
 *
 * CHAR is kept without its padding, so that its family is that of text. NaN equals NaN and is above
 * every other number.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/interval.h"

#include <string.h>

static inline int order_int64(const struct call *call, int row)
{
    int64_t a = call_int64(call, 0, row);
    int64_t b = call_int64(call, 1, row);
    return (a > b) - (a < b);
}

static inline int order_double(const struct call *call, int row)
{
    return double_compare(call_double(call, 0, row), call_double(call, 1, row));
}

static inline int order_numeric(const struct call *call, int row)
{
    return decimal_compare(call_decimal(call, 0, row), call_decimal(call, 1, row));
}

static inline int order_text(const struct call *call, int row)
{
    return text_compare(call_text(call, 0, row), call_text(call, 1, row));
}

static inline int order_boolean(const struct call *call, int row)
{
    return (int)call_bool(call, 0, row) - (int)call_bool(call, 1, row);
}

static inline int order_uuid(const struct call *call, int row)
{
    return memcmp(&call->args[0]->uuids[call_slot(call, 0, row)],
                  &call->args[1]->uuids[call_slot(call, 1, row)],
                  sizeof(struct uuid));
}

/* A date, timestamp or timestamptz as UTC microseconds; a date beyond what a timestamp can hold
 * lies between the last timestamp and infinity. */
static int64_t instant(const struct call *call, int arg, int row, bool zoned, bool *beyond)
{
    int64_t value = call_int64(call, arg, row);
    enum type_id id = call->types[arg]->id;

    *beyond = false;
    if (value == DATETIME_INFINITY || value == DATETIME_NEGATIVE_INFINITY) {
        return value;
    }
    if (id == TYPE_DATE && !date_to_timestamp(value, &value)) {
        *beyond = true;
        return INT64_MAX;
    }
    return zoned && id != TYPE_TIMESTAMPTZ ? zone_to_utc(call->zone, value) : value;
}

static int order_instant(const struct call *call, int row)
{
    bool zoned = call->types[0]->id == TYPE_TIMESTAMPTZ || call->types[1]->id == TYPE_TIMESTAMPTZ;
    bool beyond_a = false;
    bool beyond_b = false;
    int64_t a = instant(call, 0, row, zoned, &beyond_a);
    int64_t b = instant(call, 1, row, zoned, &beyond_b);

    if (a == b) { /* only the last two places can be the same number and yet not equal */
        return (int)beyond_b - (int)beyond_a;
    }
    return (a > b) - (a < b);
}

static int order_interval(const struct call *call, int row)
{
    return interval_compare(&call->args[0]->intervals[call_slot(call, 0, row)],
                            &call->args[1]->intervals[call_slot(call, 1, row)]);
}

#define COMPARISON(family, name, test)                                                             \
    void kernel_##family##_##name(struct call *call)                                               \
    {                                                                                              \
        for (int k = 0; k < call->count; k++) {                                                    \
            int row = call_row(call, k);                                                           \
            call->result->bools[row] = order_##family(call, row) test 0;                           \
        }                                                                                          \
    }

#define COMPARISONS(family)                                                                        \
    COMPARISON(family, eq, ==)                                                                     \
    COMPARISON(family, ne, !=)                                                                     \
    COMPARISON(family, lt, <)                                                                      \
    COMPARISON(family, le, <=)                                                                     \
    COMPARISON(family, gt, >)                                                                      \
    COMPARISON(family, ge, >=)

COMPARISONS(int64)
COMPARISONS(double)
COMPARISONS(numeric)
COMPARISONS(boolean)
COMPARISONS(uuid)
COMPARISONS(instant)
COMPARISONS(interval)
COMPARISON(text, lt, <)
COMPARISON(text, le, <=)
COMPARISON(text, gt, >)
COMPARISON(text, ge, >=)

/* Equality of texts needs no order: most pairs differ in size. */
void kernel_text_eq(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = text_equal(call_text(call, 0, row), call_text(call, 1, row));
    }
}

void kernel_text_ne(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->bools[row] = !text_equal(call_text(call, 0, row), call_text(call, 1, row));
    }
}
