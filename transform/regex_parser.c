/* regex_parser.c — from tokens to the tree, with PostgreSQL's shape.
 *
 *     branch = { atom [quantifier] }     alternatives = branch { | branch }
 *
 * Atoms of a branch go into one leaf as long as they agree in what they prefer and have no
 * parentheses. The first one that does not makes the branch a concatenation: what was before, and a
 * concatenation of that atom and the rest of the branch.
 * SPDX-License-Identifier: Apache-2.0 */
#include "regex_internal.h"

#include <stdio.h>

/* What a node hands on to the one above; and what two in a row prefer: the first that does. */
static unsigned hand_up(unsigned flags)
{
    unsigned kept = flags & (REGEX_MIXED | REGEX_CAPTURE | REGEX_REFERENCE);
    bool both = (flags & REGEX_LONGER) != 0 && (flags & REGEX_SHORTER) != 0;
    return kept | (both ? REGEX_MIXED : 0);
}

static unsigned preference(unsigned flags)
{
    return flags & (REGEX_LONGER | REGEX_SHORTER);
}

static unsigned join_flags(unsigned first, unsigned second)
{
    return hand_up(first | second) |
           (preference(first) != 0 ? preference(first) : preference(second));
}

static bool is_messy(unsigned flags)
{
    return (flags & (REGEX_MIXED | REGEX_CAPTURE | REGEX_REFERENCE)) != 0;
}

static struct regex_node *make(struct regex_parser *parser, enum regex_op op, unsigned flags)
{
    struct regex_node *node = ARENA_NEW(parser->arena, struct regex_node);

    if (node == NULL) {
        (void)regex_fail(parser, REGEX_MEMORY, NULL);
        return NULL;
    }
    node->op = op;
    node->flags = flags;
    node->index = parser->nodes++;
    return node;
}

/* `out` gets the pattern of an atom, repeated. */
static void write_repeated(struct regex_parser *parser,
                           struct regex_pattern *out,
                           const struct regex_pattern *atom,
                           int least,
                           int most,
                           bool greedy)
{
    char text[32];

    regex_append(parser, out, atom);
    if (least == 1 && most == 1) {
        return;
    }
    if (most == REGEX_REPEAT_ANY && least > 0 && atom->size > 0 && atom->data[0] != '(') {
        /* xx* for x+: the dense matcher counts what + has taken, and would tell apart as many
         * states as there are characters. */
        (void)snprintf(text, sizeof text, "{%d}", least);
        regex_write(parser, out, text);
        regex_append(parser, out, atom);
        least = 0;
    }
    if (most == REGEX_REPEAT_ANY) {
        (void)snprintf(text, sizeof text, "{%d,}", least);
    } else {
        (void)snprintf(text, sizeof text, "{%d,%d}", least, most);
    }
    regex_write(parser, out, text);
    if (!greedy) {
        regex_write(parser, out, "?");
    }
}

static struct regex_node *parse_alternatives(struct regex_parser *parser, bool look, bool inside);
static struct regex_node *parse_branch(struct regex_parser *parser, bool look, bool inside);

static const char *constraint_pattern(const struct regex_parser *parser, uint32_t letter)
{
#define WORD "[0-9A-Z_a-z]"
    switch (letter) {
    case '^':
        return parser->options.newline_anchors ? "(?:\\A|(?<=\\x{a}))" : "\\A";
    case '$':
        return parser->options.newline_anchors ? "(?:\\z|(?=\\x{a}))" : "\\z";
    case 'A':
        return "\\A";
    case 'Z':
        return "\\z";
    case 'm':
        return "(?<!" WORD ")(?=" WORD ")";
    case 'M':
        return "(?<=" WORD ")(?!" WORD ")";
    case 'y':
        return "(?:(?<!" WORD ")(?=" WORD ")|(?<=" WORD ")(?!" WORD "))";
    default:
        return "(?:(?<!" WORD ")(?!" WORD ")|(?<=" WORD ")(?=" WORD "))";
    }
#undef WORD
}

/* (?=…) and its like: only whether they match counts. */
static void parse_look(struct regex_parser *parser, struct regex_pattern *out)
{
    static const char *const begins[] = {"(?=", "(?!", "(?<=", "(?<!"};
    uint32_t kind = parser->value;
    int variable = parser->variable;
    bool single = parser->single;
    bool shorter = parser->shorter;

    regex_next(parser);
    struct regex_node *node = parse_alternatives(parser, true, true);
    if (node == NULL) {
        return;
    }
    regex_write(parser, out, begins[kind]);
    regex_append(parser, out, &node->pattern);
    regex_write(parser, out, ")");
    parser->variable = variable;
    parser->single = single;
    parser->shorter = shorter;
    regex_next(parser);
}

static struct regex_node *parse_group(struct regex_parser *parser, bool look)
{
    bool captures = parser->value == 1 && !look;
    int number = 0;

    if (captures && parser->captures == REGEX_CAPTURES_MAX) {
        (void)regex_fail(parser, REGEX_UNAVAILABLE, "so many parentheses");
        return NULL;
    }
    number = captures ? ++parser->captures : 0;
    regex_next(parser);
    struct regex_node *inner = parse_alternatives(parser, look, true);
    if (inner == NULL) {
        return NULL;
    }
    struct regex_node *node = inner;
    if (captures && inner->capture != 0) {
        node = make(parser, REGEX_GROUP, inner->flags);
        if (node == NULL) {
            return NULL;
        }
        node->child = inner;
    }
    struct regex_pattern inside = inner->pattern;
    node->pattern = (struct regex_pattern){.data = NULL};
    regex_write(parser, &node->pattern, captures ? "(" : "(?:");
    regex_append(parser, &node->pattern, &inside);
    regex_write(parser, &node->pattern, ")");
    if (captures) {
        node->flags |= REGEX_CAPTURE;
        node->capture = number;
        parser->known[number] = true;
    }
    regex_next(parser);
    return parser->status == REGEX_OK ? node : NULL;
}

/* A reference back may match anything, as far as PCRE2 is asked. */
static struct regex_node *parse_back(struct regex_parser *parser, bool look)
{
    struct regex_node *node = make(parser, REGEX_BACK, REGEX_REFERENCE);
    uint32_t number = parser->value;

    if (look || number > REGEX_CAPTURES_MAX || !parser->known[number]) {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid backreference number");
    }
    regex_next(parser);
    if (node == NULL || parser->status != REGEX_OK) {
        return NULL;
    }
    parser->has_back = true;
    node->back = (int)number;
    regex_write(parser, &node->pattern, "(?:[\\x{0}-\\x{10ffff}]*)");
    return node;
}

struct quantifier {
    int least;
    int most;
    unsigned prefers; /* 0: as the atom */
    bool of_back;     /* the atom is a reference back, which repeats itself */
};

static bool parse_quantifier(struct regex_parser *parser, struct quantifier *quantifier)
{
    *quantifier = (struct quantifier){.least = 1, .most = 1};
    bool exact = false;
    if (parser->token == REGEX_TOKEN_REPEAT) {
        quantifier->least = parser->value == '+';
        quantifier->most = parser->value == '?' ? 1 : REGEX_REPEAT_ANY;
        bool greedy = parser->greedy;
        regex_next(parser);
        parser->greedy = greedy;
    } else if (parser->token == REGEX_TOKEN_BOUND) {
        if (!regex_bound(parser, &quantifier->least, &quantifier->most, &exact)) {
            return false;
        }
    } else {
        return true;
    }
    quantifier->prefers = exact ? 0 : parser->greedy ? REGEX_LONGER : REGEX_SHORTER;
    return parser->status == REGEX_OK;
}

/* x{m,n} where x has parentheses: x{m-1,n-1}x, for only the last x counts; or a repetition. */
static struct regex_node *repeat_captures(struct regex_parser *parser,
                                          struct regex_node *atom,
                                          const struct quantifier *q)
{
    unsigned flags = join_flags(q->prefers, atom->flags);
    bool split = q->least > 0 && (atom->flags & REGEX_REFERENCE) == 0;
    struct regex_node *node = make(parser, split ? REGEX_CONCATENATION : REGEX_REPETITION, flags);
    struct regex_node *before = split ? make(parser, REGEX_LEAF, preference(flags)) : NULL;

    if (node == NULL || (split && before == NULL)) {
        return NULL;
    }
    write_repeated(parser, &node->pattern, &atom->pattern, q->least, q->most, true);
    node->child = atom;
    node->least = q->least;
    node->most = q->most;
    if (split) {
        int most = q->most == REGEX_REPEAT_ANY ? q->most : q->most - 1;
        write_repeated(parser, &before->pattern, &atom->pattern, q->least - 1, most, true);
        node->child = before;
        before->next = atom;
    }
    return node;
}

/* The atom with its quantifier as one node. */
static struct regex_node *quantify(struct regex_parser *parser,
                                   struct regex_node *atom,
                                   const struct quantifier *q)
{
    unsigned mine = atom->flags & (REGEX_LONGER | REGEX_SHORTER | REGEX_MIXED);

    if (q->of_back) {
        atom->least = q->least;
        atom->most = q->most;
        atom->flags |= join_flags(q->prefers, atom->flags);
        return atom;
    }
    if (q->least == 1 && q->most == 1 && (q->prefers == 0 || mine == 0 || q->prefers == mine)) {
        return atom;
    }
    if ((atom->flags & (REGEX_CAPTURE | REGEX_REFERENCE)) != 0) {
        return repeat_captures(parser, atom, q);
    }
    struct regex_node *node = make(parser, REGEX_LEAF, join_flags(q->prefers, atom->flags));
    if (node != NULL) {
        write_repeated(
            parser, &node->pattern, &atom->pattern, q->least, q->most, q->prefers != REGEX_SHORTER);
    }
    return node;
}

/* first second, as one node; the first is left out when it is empty. */
static struct regex_node *concatenate(struct regex_parser *parser,
                                      struct regex_node *first,
                                      unsigned first_flags,
                                      struct regex_node *second)
{
    if (first->op == REGEX_LEAF && first->pattern.size == 0) {
        return second;
    }
    struct regex_node *node =
        make(parser, REGEX_CONCATENATION, join_flags(first_flags, second->flags));
    if (node != NULL) {
        regex_append(parser, &node->pattern, &first->pattern);
        regex_append(parser, &node->pattern, &second->pattern);
        node->child = first;
        first->next = second;
    }
    return node;
}

/* An atom that cannot go into the leaf `before`: the rest of the branch is parsed with it. */
static struct regex_node *finish_branch(struct regex_parser *parser,
                                        struct regex_node *before,
                                        struct regex_node *atom,
                                        const struct quantifier *quantifier,
                                        bool look,
                                        bool inside)
{
    struct regex_node *node = quantify(parser, atom, quantifier);
    enum regex_token token = parser->token;

    if (node == NULL) {
        return NULL;
    }
    if (token != REGEX_TOKEN_OR && token != REGEX_TOKEN_END &&
        !(token == REGEX_TOKEN_CLOSE && inside)) {
        struct regex_node *rest = parse_branch(parser, look, inside);
        if (rest == NULL) {
            return NULL;
        }
        /* The preference of the quantifier is that of what follows it, too. */
        node = concatenate(parser, node, join_flags(quantifier->prefers, node->flags), rest);
    }
    return node == NULL ? NULL : concatenate(parser, before, before->flags, node);
}

static struct regex_node *parse_atom(struct regex_parser *parser, bool look)
{
    struct regex_node *node = NULL;
    struct regex_set set;

    switch (parser->token) {
    case REGEX_TOKEN_OPEN:
        return parse_group(parser, look);
    case REGEX_TOKEN_BACK:
        return parse_back(parser, look);
    case REGEX_TOKEN_CHARACTER:
    case REGEX_TOKEN_ANY:
    case REGEX_TOKEN_BRACKET:
    case REGEX_TOKEN_CLASS:
        set = regex_set_parse(parser);
        node = make(parser, REGEX_LEAF, 0);
        if (node != NULL) {
            regex_set_write(parser, &set, &node->pattern);
        }
        return parser->status == REGEX_OK ? node : NULL;
    case REGEX_TOKEN_CLOSE:
        (void)regex_fail(parser, REGEX_SYNTAX, "parentheses () not balanced");
        return NULL;
    case REGEX_TOKEN_NONE:
    case REGEX_TOKEN_END:
    case REGEX_TOKEN_OR:
    case REGEX_TOKEN_REPEAT:
    case REGEX_TOKEN_BOUND:
    case REGEX_TOKEN_LOOK:
    case REGEX_TOKEN_CONSTRAINT:
        break;
    }
    (void)regex_fail(parser, REGEX_SYNTAX, "quantifier operand invalid");
    return NULL;
}

/* Constraints go where they stand; true if there was one. */
static bool take_constraint(struct regex_parser *parser, struct regex_pattern *out)
{
    if (parser->token == REGEX_TOKEN_CONSTRAINT) {
        regex_write(parser, out, constraint_pattern(parser, parser->value));
        regex_next(parser);
        return true;
    }
    if (parser->token == REGEX_TOKEN_LOOK) {
        parse_look(parser, out);
        return true;
    }
    return false;
}

/* Whether the atom, of one character or of more, leaves one way to match. */
static void note_ways(struct regex_parser *parser, bool character, const struct quantifier *q)
{
    bool varies = q->least != q->most;

    parser->variable += varies;
    parser->shorter = varies ? q->prefers == REGEX_SHORTER : parser->shorter;
    parser->single = parser->single && (character || (q->least == 1 && q->most == 1));
}

static struct regex_node *parse_branch(struct regex_parser *parser, bool look, bool inside)
{
    struct regex_node *leaf = make(parser, REGEX_LEAF, 0);

    while (leaf != NULL && parser->status == REGEX_OK && parser->token != REGEX_TOKEN_OR &&
           parser->token != REGEX_TOKEN_END && !(parser->token == REGEX_TOKEN_CLOSE && inside)) {
        struct quantifier quantifier;
        if (take_constraint(parser, &leaf->pattern)) {
            continue;
        }
        bool back = parser->token == REGEX_TOKEN_BACK;
        bool character = parser->token != REGEX_TOKEN_OPEN && !back;
        struct regex_node *atom = parse_atom(parser, look);
        if (atom == NULL || !parse_quantifier(parser, &quantifier)) {
            return NULL;
        }
        quantifier.of_back = back;
        note_ways(parser, character, &quantifier);
        if (quantifier.most == 0) {
            continue; /* x{0}: nothing, but its parentheses were counted */
        }
        unsigned flags = leaf->flags | quantifier.prefers | atom->flags;
        if (!is_messy(hand_up(flags))) {
            write_repeated(parser,
                           &leaf->pattern,
                           &atom->pattern,
                           quantifier.least,
                           quantifier.most,
                           quantifier.prefers != REGEX_SHORTER);
            leaf->flags = flags;
            continue;
        }
        if (++parser->depth > REGEX_DEPTH_MAX) {
            (void)regex_fail(parser, REGEX_LIMIT, "regular expression is too complex");
            return NULL;
        }
        struct regex_node *branch = finish_branch(parser, leaf, atom, &quantifier, look, inside);
        parser->depth--;
        return branch;
    }
    return parser->status == REGEX_OK ? leaf : NULL;
}

static struct regex_node *parse_alternatives(struct regex_parser *parser, bool look, bool inside)
{
    struct regex_node *first = NULL;
    struct regex_node *node = NULL;

    if (++parser->depth > REGEX_DEPTH_MAX) {
        (void)regex_fail(parser, REGEX_LIMIT, "regular expression is too complex");
        return NULL;
    }
    first = parse_branch(parser, look, inside);
    if (first != NULL && parser->token == REGEX_TOKEN_OR) {
        struct regex_node *last = first;
        node =
            make(parser, REGEX_ALTERNATIVES, REGEX_LONGER | hand_up(REGEX_LONGER | first->flags));
        parser->single = false;
        if (node == NULL) {
            return NULL;
        }
        node->child = first;
        regex_write(parser, &node->pattern, "(?:");
        regex_append(parser, &node->pattern, &first->pattern);
        while (parser->token == REGEX_TOKEN_OR) {
            regex_next(parser);
            last->next = parse_branch(parser, look, inside);
            if (last->next == NULL) {
                return NULL;
            }
            last = last->next;
            node->flags |= hand_up(node->flags | last->flags);
            regex_write(parser, &node->pattern, "|");
            regex_append(parser, &node->pattern, &last->pattern);
        }
        regex_write(parser, &node->pattern, ")");
        node->op = is_messy(node->flags) ? REGEX_ALTERNATIVES : REGEX_LEAF;
    }
    parser->depth--;
    node = node == NULL ? first : node;
    if (node != NULL && inside && parser->token != REGEX_TOKEN_CLOSE) {
        (void)regex_fail(parser, REGEX_SYNTAX, "parentheses () not balanced");
    }
    return parser->status == REGEX_OK ? node : NULL;
}

struct regex_node *regex_parse(struct regex_parser *parser)
{
    regex_begin(parser);
    struct regex_node *node = parse_alternatives(parser, false, false);
    return parser->status == REGEX_OK ? node : NULL;
}
