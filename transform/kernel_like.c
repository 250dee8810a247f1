/* kernel_like.c — LIKE and ILIKE.
 *
 * A pattern is matched greedily: after a mismatch the text is taken up again one character past
 * where the last % began, which finds a match if there is one, in constant stack. Whether a lone
 * escape character at the pattern's end is an error depends on whether matching reaches it, as in
 * PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <string.h>

enum match {
    MATCH_NO,
    MATCH_YES,
    MATCH_BAD_ESCAPE,
};

static size_t character_size(const char *data)
{
    unsigned char c = (unsigned char)*data;
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static char fold(char c, bool insensitive)
{
    return insensitive && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct matcher {
    struct text text;
    struct text pattern;
    size_t t; /* what is matched so far of both */
    size_t p;
    size_t again_t; /* where to go on after a mismatch; SIZE_MAX: nowhere */
    size_t again_p;
    bool insensitive;
};

/* Takes the run of % and _ that begins with a %. False: the text is too short for it. */
static bool take_percent(struct matcher *m)
{
    while (m->p < m->pattern.size) {
        char c = m->pattern.data[m->p];
        if (c == '_') {
            if (m->t >= m->text.size) {
                return false;
            }
            m->t += character_size(m->text.data + m->t);
        } else if (c != '%') {
            break;
        }
        m->p++;
    }
    m->again_t = m->t;
    m->again_p = m->p;
    return true;
}

/* Does the byte at p match the byte at t? Moves both. */
static enum match take_byte(struct matcher *m)
{
    char c = m->pattern.data[m->p];

    if (c == '\\') {
        if (m->p + 1 >= m->pattern.size) {
            return MATCH_BAD_ESCAPE;
        }
        c = m->pattern.data[++m->p];
    } else if (c == '_') {
        m->t += character_size(m->text.data + m->t);
        m->p++;
        return MATCH_YES;
    }
    if (fold(c, m->insensitive) != fold(m->text.data[m->t], m->insensitive)) {
        return MATCH_NO;
    }
    m->p++;
    m->t++;
    return MATCH_YES;
}

/* One step of the match after a %: a later beginning. False: there is none. */
static bool go_back(struct matcher *m)
{
    if (m->again_t == SIZE_MAX || m->again_t >= m->text.size) {
        return false;
    }
    m->again_t += character_size(m->text.data + m->again_t);
    m->t = m->again_t;
    m->p = m->again_p;
    return true;
}

static enum match match(struct text text, struct text pattern, bool insensitive)
{
    struct matcher m = {
        .text = text, .pattern = pattern, .again_t = SIZE_MAX, .insensitive = insensitive};

    for (;;) {
        if (m.t >= text.size) { /* what is left of the pattern must match nothing */
            while (m.p < pattern.size && pattern.data[m.p] == '%') {
                m.p++;
            }
            return m.p == pattern.size ? MATCH_YES : MATCH_NO;
        }
        if (m.p < pattern.size && pattern.data[m.p] == '%') {
            if (!take_percent(&m)) {
                return MATCH_NO;
            }
            if (m.p == pattern.size) {
                return MATCH_YES;
            }
            if (pattern.data[m.p] == '\\' && m.p + 1 == pattern.size) {
                return MATCH_BAD_ESCAPE;
            }
            continue;
        }
        enum match one = m.p < pattern.size ? take_byte(&m) : MATCH_NO;
        if (one == MATCH_BAD_ESCAPE || (one == MATCH_NO && !go_back(&m))) {
            return one;
        }
    }
}

static void run(struct call *call, bool insensitive, bool negated)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        enum match result = match(call_text(call, 0, row), call_text(call, 1, row), insensitive);
        if (result == MATCH_BAD_ESCAPE) {
            call_fail(call, row, FAULT_LIKE_ESCAPE);
        } else {
            call->result->bools[row] = (result == MATCH_YES) != negated;
        }
    }
}

void kernel_like(struct call *call)
{
    run(call, false, false);
}

void kernel_not_like(struct call *call)
{
    run(call, false, true);
}

void kernel_ilike(struct call *call)
{
    run(call, true, false);
}

void kernel_not_ilike(struct call *call)
{
    run(call, true, true);
}

/* (pattern, escape): the pattern with backslash as its escape character. */
static size_t convert_pattern(struct text pattern, struct text escape, char *out)
{
    size_t used = 0;
    bool escaped = false;

    for (size_t at = 0; at < pattern.size;) {
        size_t step = character_size(pattern.data + at);
        const char *c = pattern.data + at;
        at += step;
        if (escape.size > 0 && !escaped && step == escape.size &&
            memcmp(c, escape.data, step) == 0) {
            out[used++] = '\\';
            escaped = true;
            continue;
        }
        if (*c == '\\' && !escaped) {
            out[used++] = '\\';
        }
        memcpy(out + used, c, step);
        used += step;
        escaped = false;
    }
    return used;
}

void kernel_like_escape(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text pattern = call_text(call, 0, row);
        struct text escape = call_text(call, 1, row);
        if (escape.size > 0 && character_size(escape.data) != escape.size) {
            call_fail(call, row, FAULT_ESCAPE_LENGTH);
        } else if (escape.size == 1 && escape.data[0] == '\\') {
            call->result->texts[row] = pattern;
        } else {
            char *out = call_bytes(call, (size_t)pattern.size * 2);
            if (out == NULL) {
                return;
            }
            call->result->texts[row] = text_from(out, convert_pattern(pattern, escape, out));
        }
    }
}
