/* lookup_period.c — entries that hold for a time: several of one key, whose periods must not
 * overlap.
 *
 * While a lookup is filled the records of a key stand in any order; here they are sorted, once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_internal.h"

static struct period *period_of(const struct lookup *lookup, uint32_t reference)
{
    return record_period(lookup, lookup_record(lookup, reference));
}

/* By begin; what begins together by the lines of the source, so that messages do not depend on the
 * order of sorting. */
static bool is_later(const struct lookup *lookup, uint32_t a, uint32_t b)
{
    const int64_t begin_a = period_of(lookup, a)->begin;
    const int64_t begin_b = period_of(lookup, b)->begin;

    return begin_a != begin_b ? begin_a > begin_b
                              : lookup_record(lookup, a)->line > lookup_record(lookup, b)->line;
}

/* Two lists that begin with their latest, as one. */
static uint32_t merge(const struct lookup *lookup, uint32_t a, uint32_t b)
{
    uint32_t head = REFERENCE_NONE;
    uint32_t *end = &head;

    while (a != REFERENCE_NONE && b != REFERENCE_NONE) {
        uint32_t *from = is_later(lookup, a, b) ? &a : &b;
        *end = *from;
        end = &period_of(lookup, *from)->before;
        *from = *end;
    }
    *end = a != REFERENCE_NONE ? a : b;
    return head;
}

/* Merge sort from below: list i has 2^i records or none. */
static uint32_t sort(const struct lookup *lookup, uint32_t list)
{
    uint32_t lists[32] = {REFERENCE_NONE};
    uint32_t sorted = REFERENCE_NONE;

    while (list != REFERENCE_NONE) {
        uint32_t one = list;
        int at = 0;
        list = period_of(lookup, one)->before;
        period_of(lookup, one)->before = REFERENCE_NONE;
        for (; lists[at] != REFERENCE_NONE; at++) {
            one = merge(lookup, lists[at], one);
            lists[at] = REFERENCE_NONE;
        }
        lists[at] = one;
    }
    for (int at = 0; at < 32; at++) {
        sorted = merge(lookup, lists[at], sorted);
    }
    return sorted;
}

static void note_overlap(const struct lookup *lookup,
                         uint32_t a,
                         uint32_t b,
                         struct problems *problems)
{
    uint32_t first = lookup_record(lookup, a)->line;
    uint32_t second = lookup_record(lookup, b)->line;

    if (lookup_problems_full(problems, PROBLEM_ERROR)) {
        return;
    }
    problem_add(problems,
                lookup->spec->place,
                "A key must stand for one thing at a time; a period ends before its end.",
                "lookup \"%s\" has overlapping periods of the same key with different values in "
                "%ss %u and %u",
                lookup->spec->name,
                lookup->has_lines ? "line" : "row",
                first < second ? first : second,
                first < second ? second : first);
}

/* From the earliest on: what overlaps the record before either says the same, and makes it last
 * longer, or contradicts it. Returns the list, which begins with its latest. */
static uint32_t keep_disjoint(struct lookup *lookup, uint32_t earliest, struct problems *problems)
{
    uint32_t kept = earliest;
    uint32_t at = period_of(lookup, earliest)->before;

    period_of(lookup, kept)->before = REFERENCE_NONE;
    while (at != REFERENCE_NONE) {
        struct period *last = period_of(lookup, kept);
        struct period *period = period_of(lookup, at);
        const uint32_t next = period->before;
        if (period->begin >= last->end) {
            period->before = kept;
            kept = at;
        } else {
            lookup->count--;
            if (record_same_values(
                    lookup, lookup_record(lookup, kept), lookup_record(lookup, at))) {
                last->end = period->end > last->end ? period->end : last->end;
            } else {
                note_overlap(lookup, kept, at, problems);
            }
        }
        at = next;
    }
    return kept;
}

static uint32_t reversed(const struct lookup *lookup, uint32_t list)
{
    uint32_t result = REFERENCE_NONE;

    while (list != REFERENCE_NONE) {
        const uint32_t next = period_of(lookup, list)->before;
        period_of(lookup, list)->before = result;
        result = list;
        list = next;
    }
    return result;
}

void lookup_seal_periods(struct lookup *lookup, struct problems *problems)
{
    for (size_t i = 0; i < lookup->slot_count; i++) {
        uint32_t *list = &lookup->slots[i].reference;
        if (*list != REFERENCE_NONE && period_of(lookup, *list)->before != REFERENCE_NONE) {
            *list = keep_disjoint(lookup, reversed(lookup, sort(lookup, *list)), problems);
        }
    }
}
