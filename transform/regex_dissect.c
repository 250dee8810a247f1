/* regex_dissect.c — what each pair of parentheses gets of a match, by PostgreSQL's rules: the part
 * on the left takes as much as it can (or as little, where it prefers that) as long as the rest can
 * match what remains; of alternatives the first that matches is taken.
 * SPDX-License-Identifier: Apache-2.0 */
#include "regex_internal.h"

#include <string.h>

/* An end of the node's matches from `begin`, within `least` and `most`: the first or the last of
 * them. REGEX_NO_MATCH if there is none. */
static enum regex_status end_within(struct regex_search *search,
                                    const struct regex_node *node,
                                    size_t begin,
                                    size_t least,
                                    size_t most,
                                    bool shortest,
                                    size_t *end)
{
    const size_t *ends = NULL;
    int count = 0;
    enum regex_status status = regex_ends(search, node, begin, &ends, &count);
    bool found = false;

    for (int i = 0; status == REGEX_OK && i < count; i++) { /* the last end comes first */
        if (ends[i] < least) {
            break;
        }
        if (ends[i] <= most) {
            *end = ends[i];
            found = true;
            if (!shortest) {
                break;
            }
        }
    }
    return status == REGEX_OK && !found ? REGEX_NO_MATCH : status;
}

static enum regex_status matches(struct regex_search *search,
                                 const struct regex_node *node,
                                 size_t begin,
                                 size_t end)
{
    size_t found = 0;
    return end_within(search, node, begin, end, end, false, &found);
}

static void forget(struct regex_search *search, const struct regex_node *node)
{
    if (node->capture > 0) {
        search->captures[node->capture] = (struct regex_span){.begin = SIZE_MAX};
    }
    for (const struct regex_node *child = node->child; child != NULL; child = child->next) {
        forget(search, child);
    }
}

/* Both parts of a concatenation. */
static enum regex_status dissect_both(struct regex_search *search,
                                      const struct regex_node *node,
                                      size_t begin,
                                      size_t middle,
                                      size_t end)
{
    const struct regex_node *left = node->child;
    enum regex_status status = matches(search, left->next, middle, end);

    status = status == REGEX_OK ? regex_dissect(search, left, begin, middle) : status;
    return status == REGEX_OK ? regex_dissect(search, left->next, middle, end) : status;
}

static enum regex_status dissect_concatenation(struct regex_search *search,
                                               const struct regex_node *node,
                                               size_t begin,
                                               size_t end)
{
    const struct regex_node *left = node->child;
    bool shortest = (left->flags & REGEX_SHORTER) != 0;
    size_t middle = 0;
    size_t least = begin;
    size_t most = end;

    for (;;) {
        enum regex_status status = end_within(search, left, begin, least, most, shortest, &middle);
        if (status != REGEX_OK) {
            return status;
        }
        status = dissect_both(search, node, begin, middle, end);
        if (status != REGEX_NO_MATCH) {
            return status;
        }
        if (shortest ? middle == end : middle == begin) {
            return REGEX_NO_MATCH;
        }
        forget(search, left);
        forget(search, left->next);
        least = shortest ? middle + 1 : least;
        most = shortest ? most : middle - 1;
    }
}

static enum regex_status dissect_alternatives(struct regex_search *search,
                                              const struct regex_node *node,
                                              size_t begin,
                                              size_t end)
{
    for (const struct regex_node *child = node->child; child != NULL; child = child->next) {
        enum regex_status status = matches(search, child, begin, end);
        status = status == REGEX_OK ? regex_dissect(search, child, begin, end) : status;
        if (status != REGEX_NO_MATCH) {
            return status;
        }
    }
    return REGEX_NO_MATCH;
}

static size_t characters_between(struct text subject, size_t begin, size_t end)
{
    return utf8_length(subject.data + begin, end - begin);
}

/* The state of a repetition: `ends[k]` is where the k-th turn ends. */
struct turns {
    size_t *ends;
    size_t count;    /* k */
    size_t verified; /* turns that are known to fit, parentheses included */
    size_t least;
    size_t most;
    size_t begin;
    size_t end;
    size_t bound; /* of the next end: the most, or the least where shorter is preferred */
    bool shortest;
};

/* Turns that were found are tried; `count` goes back to the first that does not fit. */
static enum regex_status verify_turns(struct regex_search *search,
                                      const struct regex_node *child,
                                      struct turns *turns)
{
    for (size_t i = turns->verified + 1; i <= turns->count; i++) {
        forget(search, child);
        enum regex_status status = regex_dissect(search, child, turns->ends[i - 1], turns->ends[i]);
        if (status != REGEX_OK) {
            turns->count = i;
            return status;
        }
        turns->verified = i;
    }
    return REGEX_OK;
}

/* Are empty turns needed after `k` turns, which ended at `end`, to have as many as there must be?
 */
static bool needs_empty(const struct turns *turns, struct text subject, size_t k, size_t end)
{
    return k < turns->least && turns->least - k >= characters_between(subject, end, turns->end);
}

/* Another end for the last turn that can have one. False: there is none. */
static bool step_back(struct turns *turns, struct text subject)
{
    for (; turns->count > 0; turns->count--) {
        size_t before = turns->ends[turns->count - 1];
        size_t now = turns->ends[turns->count];
        if (turns->shortest) {
            if (now < turns->end) {
                turns->bound = now + 1;
                return true;
            }
        } else if (now > before) {
            turns->bound = now - 1;
            if (turns->bound > before || needs_empty(turns, subject, turns->count, before)) {
                return true;
            }
        }
    }
    return false;
}

/* Was an end found with which one can go on? Empty turns count only where they are needed. */
static bool may_go_on(const struct turns *turns, struct text subject)
{
    size_t k = turns->count;
    bool empty = turns->ends[k] == turns->ends[k - 1];

    return k < turns->most && (!empty || needs_empty(turns, subject, k, turns->ends[k]));
}

static enum regex_status run_turns(struct regex_search *search,
                                   const struct regex_node *child,
                                   struct turns *turns)
{
    while (turns->count > 0) {
        size_t k = turns->count;
        size_t from = turns->ends[k - 1];
        size_t least = !turns->shortest ? from : k >= turns->most ? turns->end : turns->bound;
        size_t most = turns->shortest ? turns->end : turns->bound;
        enum regex_status status =
            end_within(search, child, from, least, most, turns->shortest, &turns->ends[k]);
        if (status == REGEX_NO_MATCH) {
            turns->count--;
        } else if (status != REGEX_OK) {
            return status;
        } else {
            turns->verified = turns->verified >= k ? k - 1 : turns->verified;
            if (turns->ends[k] != turns->end && may_go_on(turns, search->subject)) {
                turns->count++;
                turns->bound = turns->shortest ? turns->ends[k] : turns->end;
                continue;
            }
            if (turns->ends[k] != turns->end && k >= turns->most) {
                turns->count--;
            } else if (turns->ends[k] == turns->end && k >= turns->least) {
                status = verify_turns(search, child, turns);
                if (status != REGEX_NO_MATCH) {
                    return status;
                }
            }
        }
        if (!step_back(turns, search->subject)) {
            break;
        }
    }
    return REGEX_NO_MATCH;
}

static enum regex_status dissect_repetition(struct regex_search *search,
                                            const struct regex_node *node,
                                            size_t begin,
                                            size_t end)
{
    size_t length = characters_between(search->subject, begin, end);
    struct turns turns = {.count = 1,
                          .least = node->least > 0 ? (size_t)node->least : 1,
                          .most = length,
                          .begin = begin,
                          .end = end,
                          .shortest = (node->child->flags & REGEX_SHORTER) != 0};

    if (turns.shortest && node->least == 0 && begin == end) {
        return REGEX_OK; /* no turn at all is the shortest way */
    }
    if (node->most != REGEX_REPEAT_ANY && turns.most > (size_t)node->most) {
        turns.most = (size_t)node->most;
    }
    turns.most = turns.most < turns.least ? turns.least : turns.most;
    turns.bound = turns.shortest ? begin : end;
    turns.ends = ARENA_ARRAY(regex_arena(search), size_t, turns.most + 2);
    if (turns.ends == NULL) {
        return REGEX_MEMORY;
    }
    turns.ends[0] = begin;
    enum regex_status status = run_turns(search, node->child, &turns);
    if (status == REGEX_NO_MATCH && node->least == 0 && begin == end) {
        return REGEX_OK; /* and the last resort of the longest */
    }
    return status;
}

static char fold(char c, bool insensitive)
{
    return insensitive && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What the parentheses took, again and again. */
static enum regex_status dissect_back(const struct regex_search *search,
                                      const struct regex_node *node,
                                      size_t begin,
                                      size_t end)
{
    struct regex_span span = search->captures[node->back];
    size_t size = span.end - span.begin;
    bool insensitive = regex_options(search->regex)->insensitive;

    if (span.begin == SIZE_MAX) {
        return REGEX_NO_MATCH;
    }
    if (size == 0 || begin == end) {
        return begin == end && (size == 0 || node->least == 0) ? REGEX_OK : REGEX_NO_MATCH;
    }
    size_t turns = (end - begin) / size;
    if ((end - begin) % size != 0 || turns < (size_t)node->least ||
        (node->most != REGEX_REPEAT_ANY && turns > (size_t)node->most)) {
        return REGEX_NO_MATCH;
    }
    for (size_t i = begin; i < end; i++) {
        char a = search->subject.data[i];
        char b = search->subject.data[span.begin + (i - begin) % size];
        if (fold(a, insensitive) != fold(b, insensitive)) {
            return REGEX_NO_MATCH;
        }
    }
    return REGEX_OK;
}

static enum regex_status dissect_plain(struct regex_search *search,
                                       const struct regex_node *node,
                                       size_t begin,
                                       size_t end)
{
    if ((node->flags & (REGEX_CAPTURE | REGEX_REFERENCE)) == 0) {
        return REGEX_OK;
    }
    switch (node->op) {
    case REGEX_CONCATENATION:
        return dissect_concatenation(search, node, begin, end);
    case REGEX_ALTERNATIVES:
        return dissect_alternatives(search, node, begin, end);
    case REGEX_REPETITION:
        return dissect_repetition(search, node, begin, end);
    case REGEX_BACK:
        return dissect_back(search, node, begin, end);
    case REGEX_GROUP:
        return regex_dissect(search, node->child, begin, end);
    case REGEX_LEAF:
        break;
    }
    return REGEX_OK;
}

enum regex_status regex_dissect(struct regex_search *search,
                                const struct regex_node *node,
                                size_t begin,
                                size_t end)
{
    enum regex_status status = dissect_plain(search, node, begin, end);

    if (status == REGEX_OK && node->capture > 0) {
        search->captures[node->capture] = (struct regex_span){begin, end};
    }
    return status;
}
