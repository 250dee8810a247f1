/* bind_date.c — constant formats and zones of kernels of dates, read once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "date_format.h"
#include "kernels.h"
#include "lexer.h"
#include "number_format.h"
#include "strict_format.h"
#include "zone_state.h"

#include <string.h>

/* Which argument of which kernel names a zone. */
static const struct zone_argument {
    kernel_function *kernel;
    int arg_count;
    int arg;
    enum zone_lookup lookup;
} zone_arguments[] = {
    {kernel_zone_to_utc, 2, 0, ZONE_BY_NAME},
    {kernel_zone_to_local, 2, 0, ZONE_BY_NAME},
    {kernel_date_trunc, 3, 2, ZONE_BY_NAME},
    {kernel_make_timestamptz, 7, 6, ZONE_BY_NAME_OR_OFFSET},
};

/* A zone that does not exist stays the error of a record, as it is for the server; whoever wrote it
 * is told. */
static bool find_zone(struct binder *binder,
                      const struct term *term,
                      enum zone_lookup lookup,
                      const void **state)
{
    struct arena *arena = binder->context->arena;
    struct zone_state *zone = ARENA_NEW(arena, struct zone_state);
    struct text text = term->constant->texts[0];

    if (zone == NULL) {
        binder->memory = true;
        return false;
    }
    zone->found = lookup == ZONE_BY_NAME ? zone_name_find(text, arena, &zone->name)
                                         : zone_name_or_offset_find(text, arena, &zone->name);
    if (!zone->found) {
        (void)problem_warn(binder->context->problems,
                           expression_place(binder->spec, term->offset),
                           "Use a name of the time zone database, such as Europe/London.",
                           "time zone \"%.*s\" not recognized",
                           (int)(text.size < 100 ? text.size : 100),
                           text.data);
    }
    *state = zone;
    return true;
}

/* Formats are known before any record is: what they mean is then checked once and for all. */
static bool read_format(struct binder *binder,
                        const char *function,
                        const struct term *term,
                        enum date_format_use use,
                        const void **state)
{
    struct date_format *format = ARENA_NEW(binder->context->arena, struct date_format);
    char refused[16] = "";

    if (format != NULL &&
        date_format_parse(term->constant->texts[0], use, binder->context->arena, format, refused)) {
        *state = format;
        return true;
    }
    if (refused[0] == '\0') {
        binder->memory = true;
        return false;
    }
    (void)bind_problem(binder,
                       term->offset,
                       "The fields that are available are listed in the reference of mappings.",
                       "field \"%s\" in the format of %s() is not available",
                       refused,
                       function);
    return false;
}

static bool read_number_format(struct binder *binder,
                               const char *function,
                               const struct term *term,
                               const void **state)
{
    struct arena *arena = binder->context->arena;
    struct number_format *format = ARENA_NEW(arena, struct number_format);
    const char *reason = NULL;
    struct text text = term->constant->texts[0];

    if (format != NULL && number_format_parse(text, arena, format, &reason)) {
        *state = format;
        return true;
    }
    if (reason == NULL) {
        binder->memory = true;
        return false;
    }
    (void)bind_problem(binder,
                       term->offset,
                       NULL,
                       "format \"%.*s\" of %s() is not available: %s",
                       (int)(text.size < 100 ? text.size : 100),
                       text.data,
                       function,
                       reason);
    return false;
}

/* What a function cannot do with a pattern; NULL: it can. */
static const char *unfit_pattern(const struct function *function,
                                 const struct datetime_pattern *pattern)
{
    if (pattern->has_zone) {
        return "a time zone";
    }
    if (pattern->has_short_year && function->arg_count < 3) {
        return "YY, which needs a third argument, the last day that it may mean";
    }
    if (function->result == TYPE_TIME) {
        return pattern->has_date ? "a date" : NULL;
    }
    return !pattern->has_date                                   ? "no date"
           : function->result == TYPE_DATE && pattern->has_time ? "a time of day"
                                                                : NULL;
}

static bool read_pattern(struct binder *binder,
                         const struct function *function,
                         const struct term *term,
                         struct text text,
                         struct datetime_pattern *pattern)
{
    struct error error = ERROR_NONE;

    if (!datetime_pattern_parse_short(text, pattern, &error)) {
        (void)bind_problem(binder, term->offset, error.hint, "%s", error.message);
        return false;
    }
    const char *unfit = unfit_pattern(function, pattern);
    if (unfit != NULL) {
        (void)bind_problem(binder,
                           term->offset,
                           NULL,
                           "format \"%.*s\" of %s() has %s",
                           (int)text.size,
                           text.data,
                           function->name,
                           unfit);
    }
    return unfit == NULL;
}

/* Formats with | between them. */
static bool read_patterns(struct binder *binder,
                          const struct function *function,
                          const struct term *term,
                          const void **state)
{
    struct arena *arena = binder->context->arena;
    struct strict_format *format = ARENA_NEW(arena, struct strict_format);
    struct text rest = term->constant->texts[0];
    size_t patterns_max = 1;

    for (uint32_t i = 0; i < rest.size; i++) {
        patterns_max += rest.data[i] == '|';
    }
    if (format != NULL) {
        format->patterns = ARENA_ARRAY(arena, struct datetime_pattern, patterns_max);
    }
    if (format == NULL || format->patterns == NULL) {
        binder->memory = true;
        return false;
    }
    while (format->count < (int)patterns_max) {
        const char *bar = rest.size > 0 ? memchr(rest.data, '|', rest.size) : NULL;
        size_t size = bar == NULL ? rest.size : (size_t)(bar - rest.data);
        struct datetime_pattern *pattern = &format->patterns[format->count++];
        if (!read_pattern(binder, function, term, text_from(rest.data, size), pattern)) {
            return false;
        }
        size_t skipped = bar == NULL ? size : size + 1;
        rest = text_from(rest.data + skipped, rest.size - skipped);
    }
    *state = format;
    return true;
}

static bool is_constant(const struct term *term)
{
    return term != NULL && term->kind == TERM_CONSTANT && !vector_is_null(term->constant, 0);
}

/* Which argument of which kernel is a format. */
static bool find_format(const struct function *function, enum date_format_use *use)
{
    if (function->kernel == kernel_write_date) {
        *use = function->args[0] == TYPE_INTERVAL ? DATE_FORMAT_WRITE_INTERVAL : DATE_FORMAT_WRITE;
        return true;
    }
    *use = DATE_FORMAT_READ;
    return function->kernel == kernel_read_date || function->kernel == kernel_read_timestamp;
}

static bool bind_constant_format(struct binder *binder,
                                 const char *function,
                                 const struct term *term)
{
    if (term->kind == TERM_CONSTANT) {
        return true;
    }
    (void)bind_problem(binder,
                       term->offset,
                       "Write it in single quotes.",
                       "a format of %s() that is not a constant is not available",
                       function);
    return false;
}

bool bind_date_state(struct binder *binder,
                     const struct function *function,
                     struct term *const *args,
                     const void **state)
{
    *state = NULL;
    for (size_t i = 0; i < sizeof zone_arguments / sizeof zone_arguments[0]; i++) {
        const struct zone_argument *zone = &zone_arguments[i];
        if (zone->kernel == function->kernel && zone->arg_count == function->arg_count &&
            is_constant(args[zone->arg])) {
            return find_zone(binder, args[zone->arg], zone->lookup, state);
        }
    }
    enum date_format_use use = DATE_FORMAT_READ;
    bool strict = function->kernel == kernel_parse_strict;
    bool number = function->kernel == kernel_write_number || function->kernel == kernel_read_number;

    if ((!strict && !number && !find_format(function, &use)) || args[1] == NULL) {
        return true;
    }
    if (!bind_constant_format(binder, function->name, args[1])) {
        return false;
    }
    if (!is_constant(args[1])) {
        return true; /* NULL: so is the result */
    }
    return number   ? read_number_format(binder, function->name, args[1], state)
           : strict ? read_patterns(binder, function, args[1], state)
                    : read_format(binder, function->name, args[1], use, state);
}
