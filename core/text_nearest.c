/* text_nearest.c — the name that was meant; the contract is in novate/text.h.
 *
 * Names are near when few slips of the finger lie between them: a letter too many, too few, another
 * one, or two in the wrong order (the distance of Damerau and Levenshtein, in which no letter is
 * touched twice). A third of the longer name may be wrong, as compilers have it. A name that breaks
 * off, or has the wrong schema before the point, is near as well when nothing else could be meant.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/text.h"

#include <string.h>

enum {
    NAME_BYTES_MAX = 128, /* PostgreSQL's longest with a schema before it */
    BEGINNING_MIN = 3     /* letters of a name that breaks off */
};

/* Letters without regard to case, and "-" as "_". */
static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '-' ? '_' : c;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* SIZE_MAX when a name is too long. */
static size_t distance(struct text a, struct text b)
{
    size_t rows[3][NAME_BYTES_MAX + 1];

    if (a.size > NAME_BYTES_MAX || b.size > NAME_BYTES_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b.size; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        const size_t *above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            char from = fold(a.data[i - 1]);
            char to = fold(b.data[j - 1]);
            row[j] = smaller(above[j - 1] + (from != to), smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && from == fold(b.data[j - 2]) && fold(a.data[i - 2]) == to) {
                row[j] = smaller(row[j], above_that[j - 2] + 1);
            }
        }
    }
    return rows[a.size % 3][b.size];
}

/* Wrong letters that are still a slip: never all of a name. */
static size_t allowed(struct text a, struct text b)
{
    size_t longer = a.size > b.size ? a.size : b.size;
    size_t shorter = smaller(a.size, b.size);
    size_t third = longer < 3 ? 1 : (longer + 1) / 3;

    return smaller(third, shorter > 0 ? shorter - 1 : 0);
}

static bool begins(struct text text, struct text beginning)
{
    if (beginning.size < BEGINNING_MIN || beginning.size > text.size) {
        return false;
    }
    for (size_t i = 0; i < beginning.size; i++) {
        if (fold(text.data[i]) != fold(beginning.data[i])) {
            return false;
        }
    }
    return true;
}

/* What stands behind the last point. */
static struct text last_part(struct text name)
{
    for (size_t i = name.size; i > 0; i--) {
        if (name.data[i - 1] == '.') {
            return text_from(name.data + i, name.size - i);
        }
    }
    return name;
}

/* The only candidate that the name is the beginning of, or that has its last part; NULL: none, or
 * several. */
static const char *only_one(struct text name,
                            const char *const *candidates,
                            size_t count,
                            bool (*near)(struct text candidate, struct text name))
{
    const char *only = NULL;

    for (size_t i = 0; i < count; i++) {
        if (near(text_of(candidates[i]), name)) {
            if (only != NULL) {
                return NULL;
            }
            only = candidates[i];
        }
    }
    return only;
}

static bool same_last_part(struct text candidate, struct text name)
{
    struct text part = last_part(candidate);

    return (part.size < candidate.size || last_part(name).size < name.size) &&
           text_equal_case(part, last_part(name));
}

const char *text_nearest(const char *name, const char *const *candidates, size_t count)
{
    struct text given = text_of(name);
    const char *nearest = NULL;
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < count && best > 0; i++) {
        struct text candidate = text_of(candidates[i]);
        size_t slips = distance(given, candidate);
        if (slips < best && (slips == 0 || slips <= allowed(given, candidate))) {
            best = slips;
            nearest = candidates[i];
        }
    }
    if (nearest == NULL) {
        nearest = only_one(given, candidates, count, same_last_part);
    }
    return nearest != NULL ? nearest : only_one(given, candidates, count, begins);
}
