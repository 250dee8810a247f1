/* plan_pace.c — the contract is in plan_pace.h, and of plan_pace_set() in plan.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_pace.h"

#include <stdlib.h>
#include <string.h>

#define BACK_OFF_LEAST 1.1
#define BACK_OFF_MOST  1000.0

/* "20:00": a time of day in minutes; -1 when it is none. */
static int parse_minute(const char *text)
{
    const bool form =
        strspn(text, "0123456789") == 2 && text[2] == ':' && strspn(text + 3, "0123456789") >= 2;
    const int hour = form ? (text[0] - '0') * 10 + text[1] - '0' : 24;
    const int minute = form ? (text[3] - '0') * 10 + text[4] - '0' : 60;

    return hour > 23 || minute > 59 ? -1 : hour * 60 + minute;
}

bool plan_pace_parse_window(const char *text, struct plan_window *window)
{
    const int begin = parse_minute(text);
    const int end = strlen(text) == 11 && text[5] == '-' ? parse_minute(text + 6) : -1;

    if (begin < 0 || end < 0 || begin == end) {
        return false;
    }
    *window = (struct plan_window){.given = true, .begin_minute = begin, .end_minute = end};
    return true;
}

bool plan_pace_parse_back_off(const char *text, double *factor)
{
    const size_t whole = strspn(text, "0123456789");
    const size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    const size_t size = whole + (fraction > 0 ? fraction + 1 : 0);
    const double number = strtod(text, NULL);

    if (strcmp(text, "never") == 0) {
        *factor = 0;
        return true;
    }
    if (whole == 0 || size > 16 || text[size] != '\0' || number < BACK_OFF_LEAST ||
        number > BACK_OFF_MOST) {
        return false;
    }
    *factor = number;
    return true;
}

static bool parse_number(const char *name,
                         const char *text,
                         uint64_t least,
                         uint64_t most,
                         uint64_t *number,
                         struct error *error)
{
    const size_t size = strlen(text);
    const bool digits = size > 0 && size < 19 && strspn(text, "0123456789") == size;
    const uint64_t value = digits ? strtoull(text, NULL, 10) : 0;

    if (!digits || value < least || value > most) {
        return error_set(error,
                         ERROR_USAGE,
                         "\"%s\" must be a whole number from %llu to %llu, or \"none\"",
                         name,
                         (unsigned long long)least,
                         (unsigned long long)most);
    }
    *number = value;
    return true;
}

static bool refuse_name(const char *name, struct error *error)
{
    static const char *const names[] = {
        "rows_per_second_max", "chunk_ms_target", "window", "back_off"};
    const char *nearest = text_nearest(name, names, sizeof names / sizeof *names);

    (void)error_set(error, ERROR_USAGE, "\"%s\" cannot be set while a job runs", name);
    return nearest != NULL
               ? error_hint(error, "Perhaps you meant \"%s\".", nearest)
               : error_hint(
                     error,
                     "rows_per_second_max, chunk_ms_target, window and back_off can be set.");
}

bool plan_pace_set(struct plan_pace *pace, const char *name, const char *value, struct error *error)
{
    const bool none = strcmp(value, "none") == 0;

    if (strcmp(name, "rows_per_second_max") == 0) {
        pace->rows_per_second_max = none ? 0 : pace->rows_per_second_max;
        return none ||
               parse_number(name, value, 1, PLAN_PACE_ROWS_MOST, &pace->rows_per_second_max, error);
    }
    if (strcmp(name, "chunk_ms_target") == 0) {
        pace->chunk_ms_target = none ? PLAN_PACE_MS_DEFAULT : pace->chunk_ms_target;
        return none || parse_number(name,
                                    value,
                                    PLAN_PACE_MS_LEAST,
                                    PLAN_PACE_MS_MOST,
                                    &pace->chunk_ms_target,
                                    error);
    }
    if (strcmp(name, "window") == 0) {
        pace->window.given = pace->window.given && !none;
        return none || plan_pace_parse_window(value, &pace->window) ||
               error_set(error, ERROR_USAGE, PLAN_PACE_WINDOW_MESSAGE);
    }
    if (strcmp(name, "back_off") == 0) {
        return plan_pace_parse_back_off(none ? "never" : value, &pace->back_off) ||
               error_set(error, ERROR_USAGE, PLAN_PACE_BACK_OFF_MESSAGE);
    }
    return refuse_name(name, error);
}
