/* kernel_regex.c — operators and functions of regular expressions.
 *
 * A pattern that is constant was compiled when the mapping was checked and is the step's state;
 * others are compiled here, and the last few are kept for the rows that follow.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "regex.h"

#include "novate/limits.h"

#include <string.h>

enum {
    PATTERNS_KEPT = 8,
    REPLACED_SPANS = 10 /* the match and \1 to \9 */
};

struct kept_pattern {
    struct text pattern;
    struct text flags;
    const struct regex *regex;
};

/* What the rows of one call share. */
struct patterns {
    struct call *call;
    struct regex_matcher *matcher;
    int flags_arg;    /* -1: there is none */
    bool insensitive; /* of the operator */
    bool may_repeat;  /* the flag g is known */
    struct kept_pattern kept[PATTERNS_KEPT];
    int kept_count;
    int next;
};

static bool begin(struct patterns *patterns, struct call *call)
{
    patterns->call = call;
    patterns->matcher = regex_matcher_create(call->arena);
    call->out_of_memory = call->out_of_memory || patterns->matcher == NULL;
    return patterns->matcher != NULL;
}

static void note(struct call *call, int row, enum regex_status status)
{
    switch (status) {
    case REGEX_MEMORY:
        call->out_of_memory = true;
        break;
    case REGEX_SYNTAX:
        call_fail(call, row, FAULT_REGEX_SYNTAX);
        break;
    case REGEX_UNAVAILABLE:
        call_fail(call, row, FAULT_REGEX_UNAVAILABLE);
        break;
    case REGEX_LIMIT:
    case REGEX_OK:
    case REGEX_NO_MATCH:
        call_fail(call, row, FAULT_REGEX_LIMIT);
        break;
    }
}

static const struct regex *compile(struct patterns *patterns,
                                   int row,
                                   struct text pattern,
                                   struct text flags)
{
    struct regex_options options = {.insensitive = patterns->insensitive};
    const struct regex *regex = NULL;
    const char *why = NULL;

    if (patterns->flags_arg >= 0 &&
        (!regex_options_read(flags, &options) || (options.global && !patterns->may_repeat))) {
        call_fail(patterns->call, row, FAULT_REGEX_OPTION);
        return NULL;
    }
    enum regex_status status = regex_compile(pattern, options, patterns->call->arena, &regex, &why);
    if (status != REGEX_OK) {
        note(patterns->call, row, status);
        return NULL;
    }
    patterns->kept[patterns->next] = (struct kept_pattern){pattern, flags, regex};
    patterns->next = (patterns->next + 1) % PATTERNS_KEPT;
    patterns->kept_count += patterns->kept_count < PATTERNS_KEPT;
    return regex;
}

/* The expression of a row; NULL after noting why there is none. */
static const struct regex *pattern_of(struct patterns *patterns, int row)
{
    const struct call *call = patterns->call;

    if (call->state != NULL) {
        return call->state;
    }
    struct text pattern = call_text(call, 1, row);
    struct text flags =
        patterns->flags_arg < 0 ? text_of("") : call_text(call, patterns->flags_arg, row);
    for (int i = 0; i < patterns->kept_count; i++) {
        if (text_equal(patterns->kept[i].pattern, pattern) &&
            text_equal(patterns->kept[i].flags, flags)) {
            return patterns->kept[i].regex;
        }
    }
    return compile(patterns, row, pattern, flags);
}

static void put_matches(struct call *call, bool insensitive, bool negated, int flags_arg)
{
    struct patterns patterns = {.insensitive = insensitive, .flags_arg = flags_arg};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct regex *regex = pattern_of(&patterns, row);
        if (regex == NULL) {
            continue;
        }
        enum regex_status status =
            regex_search(patterns.matcher, regex, call_text(call, 0, row), 0, NULL, 0);
        if (status == REGEX_OK || status == REGEX_NO_MATCH) {
            call->result->bools[row] = (status == REGEX_OK) != negated;
        } else {
            note(call, row, status);
        }
    }
}

void kernel_regex_match(struct call *call)
{
    put_matches(call, false, false, -1);
}

void kernel_regex_no_match(struct call *call)
{
    put_matches(call, false, true, -1);
}

void kernel_regex_imatch(struct call *call)
{
    put_matches(call, true, false, -1);
}

void kernel_regex_no_imatch(struct call *call)
{
    put_matches(call, true, true, -1);
}

void kernel_regexp_like(struct call *call)
{
    put_matches(call, false, false, call->arg_count > 2 ? 2 : -1);
}

static void put_span(struct call *call, int row, struct text text, struct regex_span span)
{
    if (span.begin == SIZE_MAX) {
        call_null(call, row);
    } else {
        call->result->texts[row] = text_from(text.data + span.begin, span.end - span.begin);
    }
}

/* substring(text, pattern): what the first parentheses took, or the match. */
void kernel_regex_substring(struct call *call)
{
    struct patterns patterns = {.flags_arg = -1};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct regex *regex = pattern_of(&patterns, row);
        struct text text = call_text(call, 0, row);
        struct regex_span spans[2] = {{.begin = SIZE_MAX}, {.begin = SIZE_MAX}};
        if (regex == NULL) {
            continue;
        }
        int captures = regex_captures(regex) > 0;
        enum regex_status status =
            regex_search(patterns.matcher, regex, text, 0, spans, 1 + captures);
        if (status == REGEX_OK || status == REGEX_NO_MATCH) {
            put_span(call, row, text, spans[captures]);
        } else {
            note(call, row, status);
        }
    }
}

/* (regexp_match(text, pattern [, flags]))[n]: the last argument is n. */
void kernel_regexp_match(struct call *call)
{
    struct patterns patterns = {.flags_arg = call->arg_count > 3 ? 2 : -1};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct regex *regex = pattern_of(&patterns, row);
        struct text text = call_text(call, 0, row);
        int64_t wanted = call_int64(call, call->arg_count - 1, row);
        struct regex_span spans[100];
        if (regex == NULL) {
            continue;
        }
        int captures = regex_captures(regex);
        int most = captures == 0 ? 1 : captures;
        bool there = wanted >= 1 && wanted <= most;
        int number = captures == 0 || !there ? 0 : (int)wanted;
        enum regex_status status =
            regex_search(patterns.matcher, regex, text, 0, spans, there ? number + 1 : 0);
        if (status != REGEX_OK && status != REGEX_NO_MATCH) {
            note(call, row, status);
        } else if (!there) {
            call_null(call, row);
        } else {
            put_span(call, row, text, spans[number]);
        }
    }
}

/* The next place to search from after a match: an empty one must not be found again. */
static size_t place_after(struct text text, struct regex_span match)
{
    size_t at = match.end;

    if (match.begin == match.end) {
        at++;
        while (at < text.size && ((unsigned char)text.data[at] & 0xc0) == 0x80) {
            at++;
        }
    }
    return at;
}

/* Byte offset of a character's position, 1 being the first; past the end when it is. */
static size_t place_of(struct text text, int64_t position)
{
    size_t offset = utf8_offset(text.data, text.size, (size_t)position - 1);
    bool past = offset == text.size && (int64_t)utf8_length(text.data, text.size) < position - 1;

    return past ? (size_t)text.size + 1 : offset;
}

void kernel_regexp_count(struct call *call)
{
    struct patterns patterns = {.flags_arg = call->arg_count > 3 ? 3 : -1};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        int64_t start = call->arg_count > 2 ? call_int64(call, 2, row) : 1;
        struct text text = call_text(call, 0, row);
        enum regex_status status = REGEX_OK;
        int64_t count = 0;
        if (start < 1) {
            call_fail(call, row, FAULT_REGEX_POSITION);
            continue;
        }
        const struct regex *regex = pattern_of(&patterns, row);
        size_t at = place_of(text, start);
        while (regex != NULL && status == REGEX_OK) {
            struct regex_span match;
            status = regex_search(patterns.matcher, regex, text, at, &match, 1);
            count += status == REGEX_OK;
            at = status == REGEX_OK ? place_after(text, match) : at;
        }
        if (regex != NULL && status != REGEX_NO_MATCH) {
            note(call, row, status);
        } else if (regex != NULL) {
            call->result->int64s[row] = count;
        }
    }
}

/* The `wanted`-th match from byte `at` on. */
static enum regex_status find_match(struct patterns *patterns,
                                    const struct regex *regex,
                                    struct text text,
                                    size_t at,
                                    int64_t wanted,
                                    struct regex_span *spans,
                                    int count)
{
    for (int64_t i = 1;; i++) {
        enum regex_status status =
            regex_search(patterns->matcher, regex, text, at, spans, i == wanted ? count : 1);
        if (status != REGEX_OK || i == wanted) {
            return status;
        }
        at = place_after(text, spans[0]);
    }
}

/* (text, pattern [, start [, n [, flags [, subexpression]]]]) */
void kernel_regexp_substr(struct call *call)
{
    struct patterns patterns = {.flags_arg = call->arg_count > 4 ? 4 : -1};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        int64_t start = call->arg_count > 2 ? call_int64(call, 2, row) : 1;
        int64_t wanted = call->arg_count > 3 ? call_int64(call, 3, row) : 1;
        int64_t part = call->arg_count > 5 ? call_int64(call, 5, row) : 0;
        struct regex_span spans[100];
        if (start < 1 || wanted < 1 || part < 0) {
            call_fail(call, row, FAULT_REGEX_POSITION);
            continue;
        }
        const struct regex *regex = pattern_of(&patterns, row);
        if (regex == NULL) {
            continue;
        }
        /* Without parentheses the first part is the match. */
        int captures = regex_captures(regex);
        bool there = part <= (captures == 0 ? 1 : captures);
        int number = there && captures > 0 ? (int)part : 0;
        enum regex_status status =
            find_match(&patterns, regex, text, place_of(text, start), wanted, spans, number + 1);
        if (status != REGEX_OK && status != REGEX_NO_MATCH) {
            note(call, row, status);
        } else if (status == REGEX_NO_MATCH || !there) {
            call_null(call, row);
        } else {
            put_span(call, row, text, spans[number]);
        }
    }
}

/* A text that grows in the batch's arena. */
struct growing {
    struct call *call;
    char *data;
    size_t size;
    size_t capacity;
    bool too_long;
};

static void grow(struct growing *out, const char *data, size_t size)
{
    if (size == 0 || out->too_long || out->call->out_of_memory) {
        return;
    }
    if (out->size + size > LIMIT_FIELD_BYTES) {
        out->too_long = true;
        return;
    }
    if (out->capacity - out->size < size) {
        size_t capacity = (out->size + size) * 2;
        char *room = call_bytes(out->call, capacity);
        if (room == NULL) {
            return;
        }
        if (out->size > 0) {
            memcpy(room, out->data, out->size);
        }
        out->data = room;
        out->capacity = capacity;
    }
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

/* How many spans the replacement names: 1 for \& alone, up to 10; 0 if it has no escape. */
static int spans_named(struct text with)
{
    int count = 0;

    for (uint32_t i = 0; i + 1 < with.size; i++) {
        if (with.data[i] == '\\') {
            char c = with.data[++i];
            count = c >= '1' && c <= '9' && c - '0' + 1 > count ? c - '0' + 1
                    : count == 0                                ? 1
                                                                : count;
        }
    }
    return count;
}

static void put_replacement(struct growing *out,
                            struct text text,
                            struct text with,
                            const struct regex_span *spans)
{
    uint32_t at = 0;

    while (at < with.size) {
        const char *escape = memchr(with.data + at, '\\', with.size - at);
        uint32_t stop = escape == NULL ? with.size : (uint32_t)(escape - with.data);
        grow(out, with.data + at, stop - at);
        if (escape == NULL) {
            return;
        }
        char c = stop + 1 < with.size ? with.data[stop + 1] : '\0';
        bool number = c >= '1' && c <= '9';
        at = stop + 1;
        if (number || c == '&') {
            struct regex_span span = spans[number ? c - '0' : 0];
            if (span.begin != SIZE_MAX) {
                grow(out, text.data + span.begin, span.end - span.begin);
            }
            at++;
        } else { /* \\ is one; another character stands for itself, behind its backslash */
            grow(out, "\\", 1);
            at += c == '\\';
        }
    }
}

struct replacement {
    struct text text;
    struct text with;
    size_t at;
    int64_t wanted; /* 0: all */
};

static void replace(struct patterns *patterns,
                    int row,
                    const struct regex *regex,
                    const struct replacement *what)
{
    struct growing out = {.call = patterns->call};
    struct regex_span spans[REPLACED_SPANS];
    struct text text = what->text;
    int named = spans_named(what->with);
    enum regex_status status = REGEX_OK;
    size_t copied = 0;
    size_t at = what->at;

    for (int64_t i = 1; status == REGEX_OK; i++) {
        status = regex_search(
            patterns->matcher, regex, text, at, spans, named == 0 ? 1 : REPLACED_SPANS);
        if (status != REGEX_OK) {
            break;
        }
        at = place_after(text, spans[0]);
        if (what->wanted > 0 && i != what->wanted) {
            continue;
        }
        grow(&out, text.data + copied, spans[0].begin - copied);
        put_replacement(&out, text, what->with, spans);
        copied = spans[0].end;
        if (what->wanted > 0) {
            break;
        }
    }
    if (status != REGEX_OK && status != REGEX_NO_MATCH) {
        note(patterns->call, row, status);
        return;
    }
    if (copied == 0 && out.size == 0 && !out.too_long && status == REGEX_NO_MATCH) {
        patterns->call->result->texts[row] = text; /* nothing was found, or nothing was there */
        return;
    }
    grow(&out, text.data + copied, text.size - copied);
    if (out.too_long) {
        call_fail(patterns->call, row, FAULT_TEXT_SIZE);
    } else {
        patterns->call->result->texts[row] = text_from(out.data, out.size);
    }
}

/* (text, pattern, replacement [, flags]) */
void kernel_regexp_replace(struct call *call)
{
    struct patterns patterns = {.flags_arg = call->arg_count > 3 ? 3 : -1, .may_repeat = true};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        const struct regex *regex = pattern_of(&patterns, row);
        if (regex != NULL) {
            struct replacement what = {.text = call_text(call, 0, row),
                                       .with = call_text(call, 2, row),
                                       .wanted = regex_options(regex)->global ? 0 : 1};
            replace(&patterns, row, regex, &what);
        }
    }
}

/* (text, pattern, replacement, start [, n [, flags]]) */
void kernel_regexp_replace_from(struct call *call)
{
    struct patterns patterns = {.flags_arg = call->arg_count > 5 ? 5 : -1, .may_repeat = true};

    if (!begin(&patterns, call)) {
        return;
    }
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        int64_t start = call_int64(call, 3, row);
        int64_t wanted = call->arg_count > 4 ? call_int64(call, 4, row) : 1;
        if (start < 1 || wanted < 0) {
            call_fail(call, row, FAULT_REGEX_POSITION);
            continue;
        }
        const struct regex *regex = pattern_of(&patterns, row);
        if (regex != NULL) {
            struct text text = call_text(call, 0, row);
            struct replacement what = {.text = text,
                                       .with = call_text(call, 2, row),
                                       .at = place_of(text, start),
                                       .wanted = wanted};
            replace(&patterns, row, regex, &what);
        }
    }
}
