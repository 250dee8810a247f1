/* kernel_health_range.c — reference ranges: 3.5-5.0, <5, >=90, (3.5 and 5.0), as laboratories send
 * them in one field or in two. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

struct bound {
    bool there;
    bool exclusive;
    struct result_number number;
};

struct range {
    struct bound low, high;
    bool bare;     /* one number without a sign: whichever bound is asked for */
    bool brackets; /* there were some */
};

static char first(struct text text)
{
    return (char)(text.size > 0 ? text.data[0] : '\0');
}

static bool take_char(struct text *text, char a, char b)
{
    if (text->size == 0 || (text->data[0] != a && text->data[0] != b)) {
        return false;
    }
    text->data++;
    text->size--;
    return true;
}

/* - or the dash U+2013. */
static bool take_dash(struct text *text)
{
    if (text->size >= 3 && text_equal(text_from(text->data, 3), text_of("\u2013"))) {
        text->data += 3;
        text->size -= 3;
        return true;
    }
    return take_char(text, '-', '-');
}

static bool read_number(struct text *text, struct result_number *number)
{
    skip_blanks(text);
    bool found = result_number_read(text, NUMBER_SIGNED | NUMBER_THOUSANDS, number);
    skip_blanks(text);
    return found;
}

/* <5 and the like. */
static bool read_one_sided(struct text text, struct range *range)
{
    struct bound *bound = first(text) == '<' ? &range->high : &range->low;

    (void)take_char(&text, '<', '>');
    bound->exclusive = !take_char(&text, '=', '=');
    bound->there = true;
    return read_number(&text, &bound->number) && text.size == 0;
}

/* Is the range of a form, and are its bounds in order? */
static enum fault read_range(struct text text, struct range *range)
{
    *range = (struct range){.bare = false};
    text = text_trim(text);
    if (first(text) == '<' || first(text) == '>') {
        return read_one_sided(text, range) ? FAULT_NONE : FAULT_REF_RANGE;
    }
    bool opened = take_char(&text, '(', '[');
    if (!read_number(&text, &range->low.number)) {
        return FAULT_REF_RANGE;
    }
    bool both = take_dash(&text);
    if (both && !read_number(&text, &range->high.number)) {
        return FAULT_REF_RANGE;
    }
    bool closed = take_char(&text, ')', ']');
    if (text.size > 0 || (both ? opened != closed : opened && closed)) {
        return FAULT_REF_RANGE;
    }
    range->brackets = opened || closed;
    range->bare = !both && !range->brackets;
    range->low.there = both || opened || range->bare;
    range->high.there = both || closed || range->bare;
    if (!both) {
        range->high.number = range->low.number;
    }
    return FAULT_NONE;
}

static bool in_order(struct call *call, const struct range *range)
{
    const struct result_number *low = &range->low.number;
    const struct result_number *high = &range->high.number;
    struct decimal a;
    struct decimal b;

    if (decimal_parse(text_from(low->digits, low->size), call->arena, &a) != DECIMAL_OK ||
        decimal_parse(text_from(high->digits, high->size), call->arena, &b) != DECIMAL_OK) {
        call->out_of_memory = true;
        return true;
    }
    return decimal_compare(&a, &b) <= 0;
}

static enum fault judge(struct call *call, int row, struct range *range)
{
    enum fault fault = read_range(call_text(call, 0, row), range);

    if (fault == FAULT_NONE && range->low.there && range->high.there && !range->bare &&
        !in_order(call, range)) {
        return FAULT_REF_RANGE_ORDER;
    }
    return fault;
}

static void put_bound(struct call *call, bool high)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct range range;
        enum fault fault = judge(call, row, &range);
        const struct bound *bound = high ? &range.high : &range.low;
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
            continue;
        }
        if (!bound->there) {
            call_null(call, row);
            continue;
        }
        result_number_put(call, row, &bound->number);
        if (range.brackets) {
            health_say(call, row, RULE_RANGE_BRACKETS);
        }
        if (bound->number.thousands) {
            health_say(call, row, RULE_RANGE_THOUSANDS);
        }
    }
}

static void put_comparator(struct call *call, bool high)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct range range;
        enum fault fault = judge(call, row, &range);
        const struct bound *bound = high ? &range.high : &range.low;
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else if (!bound->there) {
            call_null(call, row);
        } else {
            const char *sign = high ? "<=" : ">=";
            call->result->texts[row] = text_from(sign, bound->exclusive ? 1 : 2);
        }
    }
}

void kernel_ref_range_low(struct call *call)
{
    put_bound(call, false);
}

void kernel_ref_range_high(struct call *call)
{
    put_bound(call, true);
}

void kernel_ref_range_low_comparator(struct call *call)
{
    put_comparator(call, false);
}

void kernel_ref_range_high_comparator(struct call *call)
{
    put_comparator(call, true);
}
