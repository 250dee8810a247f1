/* regex.c — where PCRE2 is: compiling patterns, and asking it where matches begin and end.
 *
 * All memory of PCRE2 comes from arenas, so that nothing has to be given back. Its limits are set
 * low: what passes them is asked of the matcher that does not go back (pcre2_dfa_match).
 * SPDX-License-Identifier: Apache-2.0 */
#include "regex.h"

#include "regex_internal.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

enum {
    STEPS_MAX = 200000,          /* of going back, per search: some milliseconds */
    STEP_BYTES_MAX = 2000000000, /* a step may read all that is left */
    HEAP_KILOBYTES_MAX = 4096,
    SHORT_MAX = 65536,         /* longer texts are first read without going back */
    ASKED_MAX = 500000,        /* questions for ends, per search */
    DENSE_BYTES_MAX = 1 << 25, /* that the slow matcher may have to read, from all beginnings */
    WORKSPACE_MIN = 1024,
    WORKSPACE_MAX = 1 << 20,
    ENDS_MIN = 32
};

struct regex {
    struct regex_options options;
    pcre2_code *find;   /* where does a match begin? Where `single`: the match itself, too */
    pcre2_code *exists; /* where does any match end? In one pass over the text */
    pcre2_code *ends;   /* of the whole; NULL where `single` */
    struct regex_node *tree;
    int nodes;
    int captures;
    bool single;
    bool has_back;
};

/* The ends of one node from one place, kept while one match is looked at. */
struct known_ends {
    size_t *items;
    int count;
    int capacity;
    size_t begin;
    bool known;
};

struct regex_matcher {
    struct arena *arena;
    pcre2_general_context *general;
    pcre2_match_context *context;
    pcre2_match_data *data;
    uint32_t data_pairs;
    int *workspace;
    size_t workspace_count;
    struct known_ends *ends; /* by node of `owner` */
    int ends_count;
    const struct regex *owner;
    int asked;
    struct known_ends *collected;
    bool refused; /* memory, while ends were collected */
};

static void *take_memory(size_t size, void *arena)
{
    return arena_push(arena, size, alignof(max_align_t));
}

static void give_memory(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static enum regex_status status_of(int code)
{
    return code == PCRE2_ERROR_NOMATCH    ? REGEX_NO_MATCH
           : code == PCRE2_ERROR_NOMEMORY ? REGEX_MEMORY
                                          : REGEX_LIMIT;
}

/* A pattern that was written here fails to compile for two reasons: too large, or a look behind of
 * no fixed length. */
static enum regex_status compile(pcre2_compile_context *context,
                                 const struct regex_pattern *pattern,
                                 uint32_t options,
                                 pcre2_code **code,
                                 const char **why)
{
    int error = 0;
    size_t offset = 0;

    *code = pcre2_compile((PCRE2_SPTR)(pattern->size == 0 ? "" : pattern->data),
                          pattern->size,
                          PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOTALL |
                              options,
                          &error,
                          &offset,
                          context);
    if (*code != NULL) {
        return REGEX_OK;
    }
    if (error == PCRE2_ERROR_HEAP_FAILED) {
        return REGEX_MEMORY;
    }
    *why = error == PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH ? "a look behind of no fixed length"
                                                            : "so large an expression";
    return REGEX_UNAVAILABLE;
}

/* `before` pattern `behind` as one. */
static enum regex_status compile_within(pcre2_compile_context *context,
                                        struct arena *arena,
                                        const char *before,
                                        const struct regex_pattern *pattern,
                                        const char *behind,
                                        pcre2_code **code,
                                        const char **why)
{
    size_t head = strlen(before);
    size_t tail = strlen(behind);
    struct regex_pattern whole = {.size = head + pattern->size + tail};

    whole.data = arena_bytes(arena, whole.size);
    if (whole.data == NULL) {
        return REGEX_MEMORY;
    }
    memcpy(whole.data, before, head);
    if (pattern->size > 0) {
        memcpy(whole.data + head, pattern->data, pattern->size);
    }
    memcpy(whole.data + head + pattern->size, behind, tail);
    return compile(context, &whole, PCRE2_NO_AUTO_POSSESS, code, why);
}

static enum regex_status compile_ends(pcre2_compile_context *context,
                                      struct arena *arena,
                                      struct regex_node *node,
                                      const char **why)
{
    pcre2_code *code = NULL;
    enum regex_status status =
        compile_within(context, arena, "(?:", &node->pattern, ")(?C1)", &code, why);

    node->code = code;
    return status;
}

/* Code for the nodes whose ends are asked for: parts of what has parentheses in it. */
static enum regex_status compile_parts(pcre2_compile_context *context,
                                       struct arena *arena,
                                       struct regex_node *node,
                                       const char **why)
{
    enum regex_status status = REGEX_OK;

    if ((node->flags & (REGEX_CAPTURE | REGEX_REFERENCE)) == 0) {
        return REGEX_OK;
    }
    for (struct regex_node *child = node->child; child != NULL && status == REGEX_OK;
         child = child->next) {
        if (node->op != REGEX_GROUP) {
            status = compile_ends(context, arena, child, why);
        }
        status = status == REGEX_OK ? compile_parts(context, arena, child, why) : status;
    }
    return status;
}

static enum regex_status compile_all(struct regex *regex, struct arena *arena, const char **why)
{
    pcre2_general_context *general = pcre2_general_context_create(take_memory, give_memory, arena);
    pcre2_compile_context *context = general == NULL ? NULL : pcre2_compile_context_create(general);

    if (context == NULL) {
        return REGEX_MEMORY;
    }
    const struct regex_pattern *pattern = &regex->tree->pattern;
    enum regex_status status = compile(context, pattern, PCRE2_USE_OFFSET_LIMIT, &regex->find, why);
    if (status == REGEX_OK) {
        status = compile_within(context, arena, ".*(?:", pattern, ")", &regex->exists, why);
    }
    if (status == REGEX_OK && !regex->single) {
        uint32_t options = PCRE2_NO_AUTO_POSSESS | PCRE2_USE_OFFSET_LIMIT;
        status = compile(context, pattern, options, &regex->ends, why);
    }
    if (status == REGEX_OK && regex->has_back) {
        status = compile_ends(context, arena, regex->tree, why);
    }
    if (status == REGEX_OK && !regex->single && regex->captures > 0) {
        status = compile_parts(context, arena, regex->tree, why);
    }
    return status;
}

enum regex_status regex_compile(struct text pattern,
                                struct regex_options options,
                                struct arena *arena,
                                const struct regex **regex,
                                const char **why)
{
    size_t length = utf8_length(pattern.data, pattern.size);

    *why = "so large an expression";
    if (length > REGEX_PATTERN_MAX) {
        return REGEX_UNAVAILABLE;
    }
    struct regex *result = ARENA_NEW(arena, struct regex);
    uint32_t *characters = regex_decode(pattern, length, arena);
    if (result == NULL || characters == NULL) {
        return REGEX_MEMORY;
    }
    struct regex_parser parser = {.at = characters,
                                  .end = characters + length,
                                  .options = options,
                                  .arena = arena,
                                  .single = true};
    struct regex_node *tree = regex_parse(&parser);
    if (tree == NULL) {
        *why = parser.why;
        return parser.status;
    }
    bool shorter = (tree->flags & REGEX_SHORTER) != 0;
    bool one_way = parser.variable == 0 || (parser.variable == 1 && parser.shorter == shorter);
    *result = (struct regex){.options = parser.options,
                             .tree = tree,
                             .nodes = parser.nodes,
                             .captures = parser.captures,
                             .single = parser.single && one_way && !parser.has_back,
                             .has_back = parser.has_back};
    *regex = result;
    return compile_all(result, arena, why);
}

int regex_captures(const struct regex *regex)
{
    return regex->captures;
}

const struct regex_options *regex_options(const struct regex *regex)
{
    return &regex->options;
}

struct regex_matcher *regex_matcher_create(struct arena *arena)
{
    struct regex_matcher *matcher = ARENA_NEW(arena, struct regex_matcher);

    if (matcher == NULL) {
        return NULL;
    }
    matcher->arena = arena;
    matcher->general = pcre2_general_context_create(take_memory, give_memory, arena);
    if (matcher->general == NULL) {
        return NULL;
    }
    matcher->context = pcre2_match_context_create(matcher->general);
    if (matcher->context == NULL) {
        return NULL;
    }
    (void)pcre2_set_heap_limit(matcher->context, HEAP_KILOBYTES_MAX);
    return matcher;
}

struct arena *regex_arena(struct regex_search *search)
{
    return search->matcher->arena;
}

static bool need_pairs(struct regex_matcher *matcher, uint32_t pairs)
{
    if (matcher->data == NULL || matcher->data_pairs < pairs) {
        pairs = pairs < ENDS_MIN ? ENDS_MIN : pairs;
        matcher->data = pcre2_match_data_create(pairs, matcher->general);
        matcher->data_pairs = pairs;
    }
    return matcher->data != NULL;
}

static bool need_workspace(struct regex_matcher *matcher, size_t count)
{
    if (matcher->workspace_count < count) {
        matcher->workspace = ARENA_ARRAY(matcher->arena, int, count);
        matcher->workspace_count = matcher->workspace == NULL ? 0 : count;
    }
    return matcher->workspace != NULL;
}

/* All ends at once. The result is their number, 0 where there are more than asked for, or an error
 * of PCRE2. */
static int run_dense(struct regex_matcher *matcher,
                     const pcre2_code *code,
                     struct text subject,
                     size_t begin,
                     uint32_t options)
{
    size_t room = WORKSPACE_MIN;

    for (;;) {
        if (!need_pairs(matcher, ENDS_MIN) || !need_workspace(matcher, room)) {
            return PCRE2_ERROR_NOMEMORY;
        }
        int result = pcre2_dfa_match(code,
                                     (PCRE2_SPTR)(subject.size == 0 ? "" : subject.data),
                                     subject.size,
                                     begin,
                                     PCRE2_NO_UTF_CHECK | options,
                                     matcher->data,
                                     matcher->context,
                                     matcher->workspace,
                                     matcher->workspace_count);
        if (result != PCRE2_ERROR_DFA_WSSIZE || matcher->workspace_count >= WORKSPACE_MAX) {
            return result;
        }
        room = matcher->workspace_count * 4;
    }
}

/* Going back, from beginnings up to `last`. */
static enum regex_status find_back(struct regex_matcher *matcher,
                                   const struct regex *regex,
                                   struct text subject,
                                   size_t start,
                                   size_t last)
{
    size_t rest = subject.size - start;
    size_t steps = STEP_BYTES_MAX / (rest + 1);

    if (!need_pairs(matcher, (uint32_t)regex->captures + 1)) {
        return REGEX_MEMORY;
    }
    steps = steps > STEPS_MAX ? STEPS_MAX : steps;
    steps = rest > SHORT_MAX ? STEPS_MAX + 4 * rest : steps;
    (void)pcre2_set_match_limit(matcher->context, (uint32_t)steps);
    (void)pcre2_set_offset_limit(matcher->context, last);
    int result = pcre2_match(regex->find,
                             (PCRE2_SPTR)(subject.size == 0 ? "" : subject.data),
                             subject.size,
                             start,
                             PCRE2_NO_UTF_CHECK,
                             matcher->data,
                             matcher->context);
    (void)pcre2_set_offset_limit(matcher->context, PCRE2_UNSET);
    return result >= 0 ? REGEX_OK : status_of(result);
}

/* A match is known to begin at `last` at the latest: where the first one begins, without going
 * back. */
static enum regex_status find_dense(struct regex_matcher *matcher,
                                    const struct regex *regex,
                                    struct text subject,
                                    size_t start,
                                    size_t last)
{
    size_t beginnings = DENSE_BYTES_MAX / (subject.size - start + 1);

    if (regex->ends == NULL) {
        return REGEX_LIMIT;
    }
    (void)pcre2_set_offset_limit(matcher->context, start + beginnings);
    int result = run_dense(matcher, regex->ends, subject, start, 0);
    (void)pcre2_set_offset_limit(matcher->context, PCRE2_UNSET);
    if (result == PCRE2_ERROR_NOMATCH && start + beginnings < last) {
        return REGEX_LIMIT;
    }
    return result >= 0 ? REGEX_OK : status_of(result);
}

/* The first match from `start` on, into the matcher's data; `where` it is may not be asked. */
static enum regex_status find(struct regex_matcher *matcher,
                              const struct regex *regex,
                              struct text subject,
                              size_t start,
                              bool where)
{
    enum regex_status status = REGEX_LIMIT;

    if (subject.size - start <= SHORT_MAX) {
        status = find_back(matcher, regex, subject, start, subject.size);
    }
    if (status != REGEX_LIMIT) {
        return status;
    }
    int result =
        run_dense(matcher, regex->exists, subject, start, PCRE2_ANCHORED | PCRE2_DFA_SHORTEST);
    if (result < 0 || !where) {
        return result < 0 ? status_of(result) : REGEX_OK;
    }
    size_t last = pcre2_get_ovector_pointer(matcher->data)[1];
    if (subject.size - start > SHORT_MAX) {
        status = find_back(matcher, regex, subject, start, last);
    }
    return status == REGEX_LIMIT ? find_dense(matcher, regex, subject, start, last) : status;
}

static bool own_ends(struct regex_matcher *matcher, const struct regex *regex)
{
    if (matcher->owner != regex) {
        if (matcher->ends_count < regex->nodes) {
            matcher->ends = ARENA_ARRAY(matcher->arena, struct known_ends, (size_t)regex->nodes);
            matcher->ends_count = matcher->ends == NULL ? 0 : regex->nodes;
        }
        matcher->owner = regex;
    }
    for (int i = 0; matcher->ends != NULL && i < regex->nodes; i++) {
        matcher->ends[i].known = false;
    }
    return matcher->ends != NULL;
}

static bool push_end(struct regex_matcher *matcher, struct known_ends *known, size_t end)
{
    if (known->count == known->capacity) {
        int capacity = known->capacity == 0 ? ENDS_MIN : known->capacity * 2;
        size_t *items = ARENA_ARRAY(matcher->arena, size_t, (size_t)capacity);
        if (items == NULL) {
            return false;
        }
        if (known->count > 0) {
            memcpy(items, known->items, (size_t)known->count * sizeof *items);
        }
        known->items = items;
        known->capacity = capacity;
    }
    known->items[known->count++] = end;
    return true;
}

/* Stands at the end of patterns whose ends are asked for, and refuses each, so that the matcher
 * goes on to the next: they come in order. */
static int collect(pcre2_callout_block *block, void *data)
{
    struct regex_matcher *matcher = data;
    struct known_ends *known = matcher->collected;

    if (known->count == 0 || known->items[known->count - 1] != block->current_position) {
        matcher->refused = !push_end(matcher, known, block->current_position);
    }
    return matcher->refused ? PCRE2_ERROR_NOMEMORY : 1;
}

enum regex_status regex_ends(struct regex_search *search,
                             const struct regex_node *node,
                             size_t begin,
                             const size_t **ends,
                             int *count)
{
    struct regex_matcher *matcher = search->matcher;
    struct known_ends *known = &matcher->ends[node->index];

    if (!known->known || known->begin != begin) {
        if (++matcher->asked > ASKED_MAX) {
            return REGEX_LIMIT;
        }
        known->count = 0;
        known->known = true;
        known->begin = begin;
        matcher->collected = known;
        (void)pcre2_set_callout(matcher->context, collect, matcher);
        int result = run_dense(matcher, node->code, search->subject, begin, PCRE2_ANCHORED);
        (void)pcre2_set_callout(matcher->context, NULL, NULL);
        if (result != PCRE2_ERROR_NOMATCH) {
            return result >= 0 ? REGEX_LIMIT : status_of(result);
        }
        for (int i = 0; i < known->count / 2; i++) { /* the last first */
            size_t end = known->items[i];
            known->items[i] = known->items[known->count - 1 - i];
            known->items[known->count - 1 - i] = end;
        }
    }
    *ends = known->items;
    *count = known->count;
    return REGEX_OK;
}

static void no_captures(struct regex_span *captures, int count)
{
    for (int i = 0; i < count; i++) {
        captures[i] = (struct regex_span){.begin = SIZE_MAX};
    }
}

/* Ends are tried, the preferred first, until what parentheses took fits all references back. */
static enum regex_status try_ends(struct regex_search *search, size_t begin, size_t *end)
{
    const struct regex *regex = search->regex;
    const size_t *ends = NULL;
    int count = 0;
    bool shorter = (regex->tree->flags & REGEX_SHORTER) != 0;
    enum regex_status status = regex_ends(search, regex->tree, begin, &ends, &count);

    for (int i = 0; status == REGEX_OK && i < count; i++) {
        *end = ends[shorter ? count - 1 - i : i];
        no_captures(search->captures, regex->captures + 1);
        enum regex_status fits = regex_dissect(search, regex->tree, begin, *end);
        if (fits != REGEX_NO_MATCH) {
            return fits;
        }
    }
    return status == REGEX_OK ? REGEX_NO_MATCH : status;
}

/* With references back every beginning has to be tried in full. */
static enum regex_status search_back(struct regex_search *search,
                                     size_t start,
                                     struct regex_span *match)
{
    while (start <= search->subject.size) {
        enum regex_status status =
            find(search->matcher, search->regex, search->subject, start, true);
        if (status != REGEX_OK) {
            return status;
        }
        match->begin = pcre2_get_ovector_pointer(search->matcher->data)[0];
        status = try_ends(search, match->begin, &match->end);
        if (status != REGEX_NO_MATCH) {
            return status;
        }
        start = match->begin + 1;
        while (start < search->subject.size &&
               ((unsigned char)search->subject.data[start] & 0xc0) == 0x80) {
            start++;
        }
    }
    return REGEX_NO_MATCH;
}

/* The end of the match that begins at `begin`: the longest, or the shortest. */
static enum regex_status whole_end(struct regex_search *search, size_t begin, size_t *end)
{
    const struct regex *regex = search->regex;
    bool shorter = (regex->tree->flags & REGEX_SHORTER) != 0;
    int result = run_dense(search->matcher,
                           regex->ends,
                           search->subject,
                           begin,
                           PCRE2_ANCHORED | (shorter ? PCRE2_DFA_SHORTEST : 0));

    if (result < 0) {
        return status_of(result);
    }
    *end = pcre2_get_ovector_pointer(search->matcher->data)[1];
    return REGEX_OK;
}

static void copy_spans(const struct regex_matcher *matcher, struct regex_span *spans, int count)
{
    const size_t *pairs = pcre2_get_ovector_pointer(matcher->data);

    for (int i = 0; i < count; i++) {
        spans[i] = (struct regex_span){pairs[2 * i], pairs[2 * i + 1]};
    }
}

enum regex_status regex_search(struct regex_matcher *matcher,
                               const struct regex *regex,
                               struct text subject,
                               size_t start,
                               struct regex_span *spans,
                               int count)
{
    struct regex_span captures[REGEX_CAPTURES_MAX + 1];
    struct regex_search search = {
        .matcher = matcher, .regex = regex, .subject = subject, .captures = captures};
    int known = count > regex->captures + 1 ? regex->captures + 1 : count;
    enum regex_status status = REGEX_OK;

    matcher->asked = 0;
    if (start > subject.size) {
        return REGEX_NO_MATCH;
    }
    no_captures(spans, count);
    if (!regex->single && !own_ends(matcher, regex)) {
        return REGEX_MEMORY;
    }
    if (regex->has_back) {
        struct regex_span match = {.begin = SIZE_MAX};
        status = search_back(&search, start, &match);
        captures[0] = match;
    } else {
        status = find(matcher, regex, subject, start, count > 0);
        if (status != REGEX_OK || count == 0) {
            return status;
        }
        if (regex->single) {
            copy_spans(matcher, spans, known);
            return REGEX_OK;
        }
        captures[0].begin = pcre2_get_ovector_pointer(matcher->data)[0];
        status = whole_end(&search, captures[0].begin, &captures[0].end);
        no_captures(captures + 1, regex->captures);
        if (status == REGEX_OK && count > 1 && regex->captures > 0) {
            status = regex_dissect(&search, regex->tree, captures[0].begin, captures[0].end);
            status = status == REGEX_NO_MATCH ? REGEX_LIMIT : status;
        }
    }
    if (status == REGEX_OK && known > 0) {
        memcpy(spans, captures, (size_t)known * sizeof *spans);
    }
    return status;
}
