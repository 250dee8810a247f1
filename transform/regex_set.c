/* regex_set.c — characters, classes and bracket expressions as sets of ranges, and what is written
 * of them for PCRE2: numbers of characters only, so that nothing depends on its options.
 * SPDX-License-Identifier: Apache-2.0 */
#include "regex_internal.h"

#include <stdio.h>
#include <string.h>

/* Classes of collation C. */
static const struct {
    const char *name;
    struct regex_range ranges[4]; /* the first empty one ends the list, but for NUL's */
    int count;
} classes[] = {
    {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, 3},
    {"alpha", {{'A', 'Z'}, {'a', 'z'}}, 2},
    {"ascii", {{0, 0x7f}}, 1},
    {"blank", {{'\t', '\t'}, {' ', ' '}}, 2},
    {"cntrl", {{0, 0x1f}, {0x7f, 0x9f}}, 2},
    {"digit", {{'0', '9'}}, 1},
    {"graph", {{0x21, 0x7e}}, 1},
    {"lower", {{'a', 'z'}}, 1},
    {"print", {{0x20, 0x7e}}, 1},
    {"punct", {{0x21, 0x2f}, {0x3a, 0x40}, {0x5b, 0x60}, {0x7b, 0x7e}}, 4},
    {"space", {{'\t', '\r'}, {' ', ' '}}, 2},
    {"upper", {{'A', 'Z'}}, 1},
    {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, 4},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, 3},
};

static void reserve(struct regex_parser *parser, struct regex_pattern *out, size_t size)
{
    if (out->capacity - out->size >= size) {
        return;
    }
    size_t capacity = out->capacity * 2 + size + 32;
    char *data = arena_bytes(parser->arena, capacity);
    if (data == NULL) {
        (void)regex_fail(parser, REGEX_MEMORY, NULL);
        return;
    }
    if (out->size > 0) {
        memcpy(data, out->data, out->size);
    }
    out->data = data;
    out->capacity = capacity;
}

static void push(struct regex_parser *parser,
                 struct regex_pattern *out,
                 const char *data,
                 size_t size)
{
    reserve(parser, out, size);
    if (parser->status != REGEX_MEMORY && size > 0) {
        memcpy(out->data + out->size, data, size);
        out->size += size;
    }
}

void regex_write(struct regex_parser *parser, struct regex_pattern *out, const char *string)
{
    push(parser, out, string, strlen(string));
}

void regex_append(struct regex_parser *parser,
                  struct regex_pattern *out,
                  const struct regex_pattern *more)
{
    push(parser, out, more->data, more->size);
}

static void add(struct regex_parser *parser, struct regex_set *set, uint32_t low, uint32_t high)
{
    if (set->count == set->capacity) {
        int capacity = set->capacity == 0 ? 8 : set->capacity * 2;
        struct regex_range *items =
            ARENA_ARRAY(parser->arena, struct regex_range, (size_t)capacity);
        if (items == NULL) {
            (void)regex_fail(parser, REGEX_MEMORY, NULL);
            return;
        }
        if (set->count > 0) {
            memcpy(items, set->items, (size_t)set->count * sizeof *items);
        }
        set->items = items;
        set->capacity = capacity;
    }
    set->items[set->count++] = (struct regex_range){low, high};
}

/* The letters `first` to `first` + 25 within the range, moved by `shift`. */
static void add_other_case(struct regex_parser *parser,
                           struct regex_set *set,
                           struct regex_range range,
                           uint32_t first,
                           uint32_t other)
{
    uint32_t low = range.low < first ? first : range.low;
    uint32_t high = range.high > first + 25 ? first + 25 : range.high;

    if (low <= high) {
        add(parser, set, low - first + other, high - first + other);
    }
}

void regex_set_add(struct regex_parser *parser, struct regex_set *set, uint32_t low, uint32_t high)
{
    struct regex_range range = {low, high};

    add(parser, set, low, high);
    if (parser->options.insensitive) {
        add_other_case(parser, set, range, 'a', 'A');
        add_other_case(parser, set, range, 'A', 'a');
    }
}

/* In order, and apart. */
static void finish(struct regex_set *set)
{
    int kept = 0;

    for (int i = 1; i < set->count; i++) { /* by insertion: brackets are short */
        struct regex_range range = set->items[i];
        int at = i;
        while (at > 0 && set->items[at - 1].low > range.low) {
            set->items[at] = set->items[at - 1];
            at--;
        }
        set->items[at] = range;
    }
    for (int i = 0; i < set->count; i++) {
        if (kept > 0 && set->items[i].low <= set->items[kept - 1].high + 1) {
            if (set->items[i].high > set->items[kept - 1].high) {
                set->items[kept - 1].high = set->items[i].high;
            }
        } else {
            set->items[kept++] = set->items[i];
        }
    }
    set->count = kept;
}

static struct regex_set complement(struct regex_parser *parser, struct regex_set *set)
{
    struct regex_set result = {.count = 0};
    uint32_t from = 0;

    finish(set);
    for (int i = 0; i < set->count && from <= REGEX_CODE_MAX; i++) {
        if (set->items[i].low > from) {
            add(parser, &result, from, set->items[i].low - 1);
        }
        from = set->items[i].high + 1;
    }
    if (from <= REGEX_CODE_MAX) {
        add(parser, &result, from, REGEX_CODE_MAX);
    }
    return result;
}

static bool add_named(struct regex_parser *parser, struct regex_set *set, const char *name)
{
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strcmp(classes[i].name, name) == 0) {
            for (int k = 0; k < classes[i].count; k++) {
                regex_set_add(parser, set, classes[i].ranges[k].low, classes[i].ranges[k].high);
            }
            return true;
        }
    }
    return false;
}

void regex_set_add_class(struct regex_parser *parser, struct regex_set *set, uint32_t letter)
{
    bool negated = letter < 'a';
    uint32_t small = negated ? letter - 'A' + 'a' : letter;
    const char *name = small == 'd' ? "digit" : small == 's' ? "space" : "word";
    struct regex_set of_class = {.count = 0};

    (void)add_named(parser, &of_class, name);
    if (negated) {
        of_class = complement(parser, &of_class);
    }
    for (int i = 0; i < of_class.count; i++) {
        add(parser, set, of_class.items[i].low, of_class.items[i].high);
    }
}

/* One element within brackets. */
enum element {
    ELEMENT_CHARACTER,
    ELEMENT_RANGE, /* a hyphen between two */
    ELEMENT_END,   /* ] */
    ELEMENT_SET,   /* has been added */
    ELEMENT_ERROR,
};

/* [:name:], [.c.] and [=c=], from the character after the bracket on. */
static enum element scan_named(struct regex_parser *parser, struct regex_set *set, uint32_t *c)
{
    uint32_t kind = *parser->at++;
    const uint32_t *start = parser->at;
    char name[16] = "";

    while (parser->end - parser->at >= 2 && (parser->at[0] != kind || parser->at[1] != ']')) {
        size_t used = (size_t)(parser->at - start);
        if (used < sizeof name - 1) {
            name[used] = *parser->at < 0x80 ? (char)*parser->at : '?';
        }
        parser->at++;
    }
    if (parser->end - parser->at < 2) {
        (void)regex_fail(parser, REGEX_SYNTAX, "brackets [] not balanced");
        return ELEMENT_ERROR;
    }
    size_t size = (size_t)(parser->at - start);
    parser->at += 2;
    if (kind == ':') {
        const char *class = parser->options.insensitive &&
                                    (strcmp(name, "lower") == 0 || strcmp(name, "upper") == 0)
                                ? "alpha"
                                : name;
        if (size >= sizeof name || !add_named(parser, set, class)) {
            (void)regex_fail(parser, REGEX_SYNTAX, "invalid character class");
            return ELEMENT_ERROR;
        }
        return ELEMENT_SET;
    }
    if (size != 1) {
        (void)regex_fail(parser,
                         size == 0 ? REGEX_SYNTAX : REGEX_UNAVAILABLE,
                         size == 0 ? "invalid collating element" : "names of collating elements");
        return ELEMENT_ERROR;
    }
    *c = *start;
    if (kind == '=') {
        regex_set_add(parser, set, *c, *c);
        return ELEMENT_SET;
    }
    return ELEMENT_CHARACTER;
}

static enum element scan_element(struct regex_parser *parser,
                                 struct regex_set *set,
                                 bool first,
                                 uint32_t *c)
{
    if (parser->at >= parser->end) {
        (void)regex_fail(parser, REGEX_SYNTAX, "brackets [] not balanced");
        return ELEMENT_ERROR;
    }
    *c = *parser->at++;
    bool more = parser->at < parser->end;
    if (*c == ']' && !first) {
        return ELEMENT_END;
    }
    if (*c == '-' && !first && !(more && *parser->at == ']')) {
        return ELEMENT_RANGE;
    }
    if (*c == '[' && !more) {
        (void)regex_fail(parser, REGEX_SYNTAX, "brackets [] not balanced");
        return ELEMENT_ERROR;
    }
    if (*c == '[' && (*parser->at == '.' || *parser->at == '=' || *parser->at == ':')) {
        return scan_named(parser, set, c);
    }
    if (*c != '\\') {
        return ELEMENT_CHARACTER;
    }
    regex_escape(parser);
    *c = parser->value;
    if (parser->token == REGEX_TOKEN_CLASS) {
        regex_set_add_class(parser, set, parser->value);
        return ELEMENT_SET;
    }
    if (parser->token != REGEX_TOKEN_CHARACTER) {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid escape \\ sequence");
        return ELEMENT_ERROR;
    }
    return ELEMENT_CHARACTER;
}

/* The second end of a range. */
static bool scan_range_end(struct regex_parser *parser, struct regex_set *set, uint32_t *high)
{
    enum element element = scan_element(parser, set, false, high);

    if (element == ELEMENT_ERROR) {
        return false;
    }
    return element == ELEMENT_CHARACTER || element == ELEMENT_RANGE ||
           regex_fail(parser, REGEX_SYNTAX, "invalid character range");
}

/* What stands between the brackets, ] included. */
static void parse_bracket(struct regex_parser *parser, struct regex_set *set)
{
    for (bool first = true; parser->status == REGEX_OK; first = false) {
        uint32_t low = 0;
        uint32_t high = 0;
        enum element element = scan_element(parser, set, first, &low);
        if (element == ELEMENT_END) {
            return;
        }
        if (element == ELEMENT_RANGE) {
            (void)regex_fail(parser, REGEX_SYNTAX, "invalid character range");
            return;
        }
        if (element != ELEMENT_CHARACTER) {
            continue;
        }
        high = low;
        bool range = parser->end - parser->at >= 2 && parser->at[0] == '-' && parser->at[1] != ']';
        parser->at += range;
        if (range && !scan_range_end(parser, set, &high)) {
            return;
        }
        if (high < low) {
            (void)regex_fail(parser, REGEX_SYNTAX, "invalid character range");
            return;
        }
        regex_set_add(parser, set, low, high);
    }
}

static struct regex_set parse_bracket_set(struct regex_parser *parser)
{
    struct regex_set set = {.count = 0};
    bool negated = parser->value == 1;

    parse_bracket(parser, &set);
    if (negated) {
        if (parser->options.newline_stops) {
            add(parser, &set, '\n', '\n');
        }
        set = complement(parser, &set);
    }
    return set;
}

struct regex_set regex_set_parse(struct regex_parser *parser)
{
    struct regex_set set = {.count = 0};

    switch ((int)parser->token) {
    case REGEX_TOKEN_CLASS:
        regex_set_add_class(parser, &set, parser->value);
        break;
    case REGEX_TOKEN_BRACKET:
        set = parse_bracket_set(parser);
        break;
    case REGEX_TOKEN_ANY:
        if (parser->options.newline_stops) {
            add(parser, &set, '\n', '\n');
        }
        set = complement(parser, &set);
        break;
    default:
        regex_set_add(parser, &set, parser->value, parser->value);
        break;
    }
    if (parser->status == REGEX_OK) {
        regex_next(parser);
    }
    finish(&set);
    return set;
}

void regex_set_write(struct regex_parser *parser,
                     const struct regex_set *set,
                     struct regex_pattern *out)
{
    bool any = false;
    char text[48];

    /* These two forms let PCRE2 find places where a match can begin. */
    if (set->count == 1 && set->items[0].low == 0 && set->items[0].high >= REGEX_CODE_MAX) {
        regex_write(parser, out, ".");
        return;
    }
    if (set->count == 1 && set->items[0].low == set->items[0].high && set->items[0].low < 0xd800) {
        (void)snprintf(text, sizeof text, "\\x{%x}", set->items[0].low);
        regex_write(parser, out, text);
        return;
    }
    regex_write(parser, out, "[");
    for (int i = 0; i < set->count; i++) {
        uint32_t low = set->items[i].low;
        uint32_t high = set->items[i].high;
        low = low >= 0xd800 && low <= 0xdfff ? 0xe000 : low; /* no text has surrogates */
        high = high >= 0xd800 && high <= 0xdfff ? 0xd7ff : high;
        high = high > REGEX_CODE_MAX ? REGEX_CODE_MAX : high;
        if (low <= high) {
            (void)snprintf(text, sizeof text, "\\x{%x}-\\x{%x}", low, high);
            regex_write(parser, out, text);
            any = true;
        }
    }
    regex_write(parser, out, any ? "]" : "^\\x{0}-\\x{10ffff}]");
}
