/* test_expressions_pools_date.h — dates and intervals in random expressions: operators, forms, and
 * the values that their functions know what to do with.
 *
 * It belongs to test_expressions_forms.h, which includes it behind what it needs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_POOLS_DATE_H
#define TEST_EXPRESSIONS_POOLS_DATE_H

#include "test_expressions_grammar.h"

/* An interval of a difference, a product or a sum. */
static inline struct tree *grow_interval(struct grammar *grammar, int depth)
{
    static const enum type_id subtracted[] = {TYPE_TIMESTAMP, TYPE_TIMESTAMPTZ, TYPE_TIME};
    static const char *const literals[] = {"INTERVAL '1' DAY",
                                           "INTERVAL '1-2' YEAR TO MONTH",
                                           "INTERVAL '3 4:05' DAY TO MINUTE",
                                           "INTERVAL(2) '1.2345 s'",
                                           "INTERVAL '1:2.345' MINUTE TO SECOND(1)",
                                           "INTERVAL 'P1Y2M3DT4H5M6S'"};
    int type = grammar_index(TYPE_INTERVAL);
    int any = grammar_index(subtracted[seed_below(grammar->seed, 3)]);
    struct tree *sign = NULL;
    struct tree *literal = NULL;

    switch (seed_below(grammar->seed, 6)) {
    case 0:
        return binary(grammar, type, child(grammar, any, depth), " - ", child(grammar, any, depth));
    case 1:
        return binary(grammar,
                      type,
                      child(grammar, type, depth),
                      chance(grammar, 50) ? " * " : " / ",
                      child(grammar, grammar_index(TYPE_FLOAT8), depth));
    case 2:
        return binary(grammar,
                      type,
                      child(grammar, grammar_index(TYPE_FLOAT8), depth),
                      " * ",
                      child(grammar, type, depth));
    case 3:
        sign = tree_new(grammar, type);
        sign->pieces[0] = "(- ";
        tree_add(sign, child(grammar, type, depth), ")");
        return sign;
    case 4:
        literal = tree_new(grammar, type);
        literal->pieces[0] = literals[seed_below(grammar->seed, 6)];
        return binary(grammar, type, child(grammar, type, depth), " + ", literal);
    default:
        return binary(grammar,
                      type,
                      child(grammar, type, depth),
                      chance(grammar, 50) ? " + " : " - ",
                      child(grammar, type, depth));
    }
}

/* A date, a time or a timestamp and an interval. */
static inline struct tree *grow_moved(struct grammar *grammar, int type, int depth)
{
    int interval = grammar_index(TYPE_INTERVAL);
    enum type_id id = grammar_types[type].id;

    if (id == TYPE_INTERVAL) {
        return grow_interval(grammar, depth);
    }
    if (id == TYPE_DATE) {
        type = grammar_index(TYPE_TIMESTAMP);
    }
    struct tree *moved =
        child(grammar,
              id == TYPE_TIMESTAMP && chance(grammar, 30) ? grammar_index(TYPE_DATE) : type,
              depth);
    if (chance(grammar, 30)) {
        return binary(grammar, type, child(grammar, interval, depth), " + ", moved);
    }
    return binary(
        grammar, type, moved, chance(grammar, 50) ? " + " : " - ", child(grammar, interval, depth));
}

/* What a text argument of a function of dates may be; its values are ready for an expression. */
struct date_pool {
    const char *function;
    int arg;
    const char *const *values;
    int count;
    int percent; /* how often, where another text would do as well */
};

#define DATE_POOL(function, arg, values, percent)                                                  \
    {                                                                                              \
        function, arg, values, (int)(sizeof(values) / sizeof(values)[0]), percent                  \
    }

static const char *const date_fields[] = {"'century'",
                                          "'day'",
                                          "'decade'",
                                          "'dow'",
                                          "'doy'",
                                          "'epoch'",
                                          "'hour'",
                                          "'isodow'",
                                          "'isoyear'",
                                          "'julian'",
                                          "'microseconds'",
                                          "'millennium'",
                                          "'milliseconds'",
                                          "'minute'",
                                          "'month'",
                                          "'quarter'",
                                          "'second'",
                                          "'timezone'",
                                          "'timezone_hour'",
                                          "'timezone_minute'",
                                          "'WEEK'",
                                          "'Year'",
                                          "'m'",
                                          "'mm'",
                                          "'now'",
                                          "'january'",
                                          "'secondsxyz'",
                                          "'microsecondes'"};
static const char *const date_zones[] = {"'Europe/London'",
                                         "'europe/dublin'",
                                         "'UTC'",
                                         "'BST'",
                                         "'gmt'",
                                         "'MSK'",
                                         "'America/New_York'",
                                         "'Asia/Kolkata'",
                                         "'GMT0BST,M3.5.0/1,M10.5.0'",
                                         "'+03'",
                                         "'<x>-5:30'",
                                         "'nosuch'"};
static const char *const date_offsets[] = {
    "INTERVAL '05:30'", "INTERVAL '-01:00:00.9'", "INTERVAL '1 day'", "INTERVAL '600000:00'"};
static const char *const date_strides[] = {"INTERVAL '15 minutes'",
                                           "INTERVAL '7 days'",
                                           "INTERVAL '1 us'",
                                           "INTERVAL '1 month'",
                                           "INTERVAL '-1 hour'",
                                           "INTERVAL '1 day 00:00:00.5'"};
static const char *const date_small[] = {
    "0", "1", "2", "12", "23", "24", "28", "29", "31", "59", "60", "-1"};
static const char *const date_months[] = {
    "1", "2", "12", "7", "3", "10", "(1 + abs(i4_0 % 12))", "13"};
static const char *const date_hours[] = {"0", "1", "23", "12", "2", "(abs(i4_1 % 24))", "24"};
static const char *const date_seconds[] = {
    "0", "59.9999996", "60", "1.5", "-0.0000001", "0.0000004", "30"};
static const char *const zones_and_offsets[] = {"'Europe/London'",
                                                "'+05:30'",
                                                "'-3'",
                                                "'3'",
                                                "'bst'",
                                                "'nosuch'",
                                                "'+16'",
                                                "'America/New_York'"};

static const struct date_pool date_pools[] = {
    DATE_POOL("extract", 0, date_fields, 100),
    DATE_POOL("date_part", 0, date_fields, 90),
    DATE_POOL("date_trunc", 0, date_fields, 90),
    DATE_POOL("date_trunc", 2, date_zones, 90),
    DATE_POOL("timezone", 0, date_zones, 90),
    DATE_POOL("date_bin", 0, date_strides, 80),
    DATE_POOL("make_date", 1, date_small, 90),
    DATE_POOL("make_date", 2, date_small, 90),
    DATE_POOL("make_time", 1, date_small, 90),
    DATE_POOL("make_time", 2, date_seconds, 90),
    DATE_POOL("make_timestamp", 1, date_months, 95),
    DATE_POOL("make_timestamp", 2, date_months, 95),
    DATE_POOL("make_timestamp", 3, date_hours, 95),
    DATE_POOL("make_timestamp", 4, date_small, 95),
    DATE_POOL("make_timestamp", 5, date_seconds, 95),
    DATE_POOL("make_timestamptz", 1, date_months, 95),
    DATE_POOL("make_timestamptz", 2, date_months, 95),
    DATE_POOL("make_timestamptz", 3, date_hours, 95),
    DATE_POOL("make_timestamptz", 4, date_small, 95),
    DATE_POOL("make_timestamptz", 5, date_seconds, 95),
    DATE_POOL("make_timestamptz", 6, zones_and_offsets, 90),
};

static inline struct tree *date_literal(struct grammar *grammar,
                                        int type,
                                        const char *const *values,
                                        int count)
{
    struct tree *tree = tree_new(grammar, type);

    tree->pieces[0] = values[seed_below(grammar->seed, count)];
    return tree;
}

/* An argument that the function knows what to do with, or NULL where any will do. */
static inline struct tree *date_argument(struct grammar *grammar,
                                         const struct function *function,
                                         int arg,
                                         int depth)
{
    static const char *const mixed[] = {
        "extract", "date_part", "date_trunc", "timezone", "date_bin"};
    int type = grammar_index((enum type_id)function->args[arg]);

    for (size_t i = 0; arg == 1 && i < sizeof mixed / sizeof mixed[0]; i++) {
        if (strcmp(mixed[i], function->name) == 0) {
            return child(grammar, type, depth); /* the first is constant; not both must be */
        }
    }

    if (strcmp(function->name, "timezone") == 0 && function->args[arg] == TYPE_INTERVAL) {
        return date_literal(grammar, type, date_offsets, 4);
    }
    for (size_t i = 0; i < sizeof date_pools / sizeof date_pools[0]; i++) {
        const struct date_pool *pool = &date_pools[i];
        if (pool->arg == arg && strcmp(pool->function, function->name) == 0) {
            return chance(grammar, pool->percent)
                       ? date_literal(grammar, type, pool->values, pool->count)
                       : NULL;
        }
    }
    return NULL;
}

static inline const char *date_separator(const struct function *function)
{
    return strcmp(function->name, "extract") == 0 ? " FROM " : ", ";
}

/* Fields and what stands between them, in any order: a format. */
static inline const char *date_format_literal(struct grammar *grammar, bool reading, bool interval)
{
    static const char *const written[] = {
        "YYYY",  "YYY",  "YY",    "Y",     "Y,YYY", "IYYY", "IYY",  "IY",   "I",    "MM",  "Mon",
        "MON",   "mon",  "Month", "MONTH", "month", "RM",   "rm",   "DDD",  "IDDD", "DD",  "D",
        "ID",    "Day",  "DAY",   "day",   "Dy",    "DY",   "dy",   "W",    "WW",   "IW",  "CC",
        "Q",     "J",    "HH24",  "HH12",  "HH",    "MI",   "SS",   "MS",   "US",   "FF1", "FF4",
        "SSSS",  "AM",   "p.m.",  "PM",    "a.m.",  "BC",   "a.d.", "B.C.", "TZH",  "TZM", "OF",
        "SSSSS", "yyyy", "dd",    "hh24",  "y,yyy", "FX",   "of",   "tzh"};
    static const char *const read[] = {
        "YYYY", "YYYY",  "YYYY",  "YYY", "YY",   "Y",    "MM",   "MM",    "DD", "DD",   "Mon",
        "MON",  "Month", "month", "DDD", "HH24", "HH24", "HH12", "HH",    "MI", "MI",   "SS",
        "SS",   "MS",    "US",    "FF3", "FF1",  "FF6",  "AM",   "p.m.",  "BC", "a.d.", "J",
        "Day",  "Dy",    "D",     "Q",   "TZH",  "TZM",  "SSSS", "SSSSS", "FX", "yyyy", "dd"};
    static const char *const lengths[] = {"YYYY",
                                          "MM",
                                          "DD",
                                          "DDD",
                                          "HH24",
                                          "HH12",
                                          "MI",
                                          "SS",
                                          "MS",
                                          "US",
                                          "CC",
                                          "AM",
                                          "SSSS",
                                          "W",
                                          "FF2"};
    static const char *const between[] = {
        "", "", "-", "/", " ", "  ", ":", ".", "\"x\"", "T", ", ", "\"at\" ", "é", "1", "_"};
    const char *format = "";
    int count = 1 + seed_below(grammar->seed, 6);

    for (int i = 0; i < count; i++) {
        const char *field =
            interval  ? lengths[seed_below(grammar->seed, 15)]
            : reading ? read[seed_below(grammar->seed, 44)]
                      : written[seed_below(grammar->seed, sizeof written / sizeof written[0])];
        format = arena_format(grammar->arena,
                              "%s%s%s%s%s",
                              format,
                              between[seed_below(grammar->seed, 15)],
                              chance(grammar, 15) ? "FM" : "",
                              field,
                              !chance(grammar, 10)  ? ""
                              : chance(grammar, 50) ? "TH"
                                                    : "th");
    }
    return arena_format(grammar->arena, "'%s'", format);
}

/* Digits, and where the sign is. */
static inline const char *number_format_literal(struct grammar *grammar)
{
    static const char *const marks[] = {"9",
                                        "9",
                                        "9",
                                        "9",
                                        "99",
                                        "999",
                                        "0",
                                        "0",
                                        "00",
                                        ",",
                                        "G",
                                        "FM",
                                        "th",
                                        "TH",
                                        " ",
                                        "x",
                                        "\"a\"",
                                        "."};
    static const char *const signs[] = {"", "", "", "S", "MI", "PL", "SG", "PR", "s", "mi"};
    const char *format = chance(grammar, 20) ? signs[seed_below(grammar->seed, 7)] : "";
    int count = 1 + seed_below(grammar->seed, 7);

    for (int i = 0; i < count; i++) {
        const char *mark = marks[seed_below(grammar->seed, 18)];
        bool again = strcmp(mark, ".") == 0 && strchr(format, '.') != NULL;
        format = arena_format(grammar->arena, "%s%s", format, again ? "9" : mark);
    }
    return arena_format(grammar->arena, "'%s%s'", format, signs[seed_below(grammar->seed, 10)]);
}

/* A number as text that is not known before there is a record. */
static inline struct tree *number_text(struct grammar *grammar, const char *format)
{
    static const char *const texts[] = {"1,234.5-",
                                        "-12",
                                        "+3.25",
                                        "<7>",
                                        " 42 ",
                                        "1 234",
                                        "12th",
                                        "x99x",
                                        "",
                                        "-",
                                        ".5",
                                        "5.",
                                        "1.2.3",
                                        "00012",
                                        "123456789012345678901",
                                        "-1,2",
                                        "3-4",
                                        "a1é2"};
    struct tree *tree = tree_new(grammar, grammar_index(TYPE_TEXT));

    if (chance(grammar, 50)) {
        tree->pieces[0] = "to_char(";
        tree_add(tree,
                 tree_column(grammar, grammar_index(TYPE_NUMERIC)),
                 arena_format(grammar->arena, ", %s)", format));
        return tree;
    }
    tree->pieces[0] =
        arena_format(grammar->arena, "concat('%s', nullif(", texts[seed_below(grammar->seed, 18)]);
    struct tree *column = tree_column(grammar, tree->type);
    tree_add(tree, column, ", ");
    tree_add(tree, column, "))");
    return tree;
}

/* A text that is not known before there is a record. */
static inline struct tree *date_text(struct grammar *grammar)
{
    static const char *const texts[] = {"29/02/2024",
                                        "2024-02-29",
                                        "2024-02-29 13:30:59.25",
                                        "1 Mar 99",
                                        "31-12-1999",
                                        "20240229",
                                        "13:30",
                                        "2024 060",
                                        " 2024 - 2 - 9",
                                        "30.02.2023",
                                        "12:30 PM",
                                        "1:05 am",
                                        "Thursday 29 February 2024",
                                        "Feb-29-24",
                                        "2451545",
                                        "44-03-15 BC",
                                        "2024-06-01 12:00+05:30",
                                        "2024-06-01 12:00 -3",
                                        "",
                                        "x",
                                        "-1 2 3",
                                        "99999999999",
                                        "2024-2-9T1:2:3",
                                        "24:00:00"};
    struct tree *tree = tree_new(grammar, grammar_index(TYPE_TEXT));

    tree->pieces[0] =
        arena_format(grammar->arena, "concat('%s', nullif(", texts[seed_below(grammar->seed, 24)]);
    struct tree *column = tree_column(grammar, tree->type);
    tree_add(tree, column, ", ");
    tree_add(tree, column, "))");
    return tree;
}

/* A call whose format belongs to its value; NULL for another function. */
static inline struct tree *date_call(struct grammar *grammar,
                                     const struct function *function,
                                     int type,
                                     int depth)
{
    bool to_number = strcmp(function->name, "to_number") == 0;
    bool number = to_number || type_is_number((enum type_id)function->args[0]);
    bool write = strcmp(function->name, "to_char") == 0;
    bool read = function->arg_count == 2 && (strcmp(function->name, "to_date") == 0 ||
                                             strcmp(function->name, "to_timestamp") == 0);

    if ((!write && !read && !to_number) || function->arg_count != 2) {
        return NULL;
    }
    const char *format =
        number ? number_format_literal(grammar)
               : date_format_literal(grammar, read, write && function->args[0] == TYPE_INTERVAL);
    struct tree *tree = tree_new(grammar, type);
    struct tree *value = NULL;

    if (to_number) {
        value = chance(grammar, 85) ? number_text(grammar, format)
                                    : child(grammar, grammar_index(TYPE_TEXT), depth);
    } else if (write) {
        int own = grammar_index((enum type_id)function->args[0]);
        value =
            number && chance(grammar, 50) ? tree_column(grammar, own) : child(grammar, own, depth);
    } else if (chance(grammar, 50)) {
        value = tree_new(grammar, grammar_index(TYPE_TEXT));
        value->pieces[0] = "to_char(";
        tree_add(value,
                 tree_column(grammar, grammar_index(TYPE_TIMESTAMP)),
                 arena_format(grammar->arena, ", %s)", format));
    } else {
        value = chance(grammar, 80) ? date_text(grammar)
                                    : child(grammar, grammar_index(TYPE_TEXT), depth);
    }
    tree->pieces[0] = arena_format(grammar->arena, "%s(", function->name);
    tree_add(tree, value, arena_format(grammar->arena, ", %s)", format));
    return tree;
}

#endif
