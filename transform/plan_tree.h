/* plan_tree.h — a YAML file as a tree of texts, lists and maps that know their places.
 *
 * libyaml reads the file; the tree is novate's own, so that the rest of the folder sees no library
 * and every text can be replaced when variables are put in. Aliases are expanded, within a limit:
 * a few lines of YAML can otherwise stand for gigabytes. What is no plain data (a second document,
 * tags, keys that are lists, a key given twice, nesting beyond LIMIT_DEPTH) is a problem.
 *
 * Places   `place` is where the node begins; `text_place` is that of the first character of a text,
 * after quotes, anchors and the "|" of a block; `marks` say where the characters behind it stand.
 * Ownership   everything lives in the arena. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_TREE_H
#define TRANSFORM_PLAN_TREE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/plan.h"
#include "novate/problem.h"
#include "novate/text.h"

#include <stdbool.h>

enum plan_kind {
    PLAN_TEXT,
    PLAN_LIST,
    PLAN_MAP
};

struct plan_node {
    enum plan_kind kind;
    bool plain;       /* a text without quotes: null means NULL */
    struct text text; /* NUL-terminated, no NUL inside */
    struct place place;
    struct place text_place;
    const struct place_mark *marks; /* of a text that is not in the file as it is: plan_marks.h */
    int mark_count;
    int count;                /* of a list or map */
    struct plan_node **keys;  /* of a map: texts */
    struct plan_node **items; /* of a list, or the values of a map */
};

/* Nodes of a tree after aliases are expanded: 25 times the largest table there can be. */
#define PLAN_NODES_MAX 100000

/* Parses `content`, the bytes of `path`. With problems of form `*root` may be NULL, or a tree that
 * is good for looking for more problems. False only for memory. */
bool plan_tree_parse(const char *path,
                     struct text content,
                     struct arena *arena,
                     struct problems *problems,
                     struct plan_node **root,
                     struct error *error) NODISCARD;

/* The value under a key; NULL when there is none or `map` is no map. */
struct plan_node *plan_node_find(const struct plan_node *map, const char *key);
/* null, ~ or nothing, without quotes. */
bool plan_node_is_null(const struct plan_node *node);
/* "a text", "a list", "a map": for messages. */
const char *plan_kind_text(enum plan_kind kind);

#endif
