/* schema_compare.c — the contract is in schema_compare.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/schema_compare.h"

#include <stdlib.h>
#include <string.h>

/* Where an object of a catalogue begins and ends. */
struct group {
    const struct catalogue_item *items;
    int count;
};

static int order_of(enum catalogue_kind kind, const char *name, const struct catalogue_item *item)
{
    if (kind != item->kind) {
        return kind < item->kind ? -1 : 1;
    }
    return strcmp(name, item->name);
}

static struct group group_at(const struct target_catalogue *catalogue, int at)
{
    struct group group = {.items = &catalogue->items[at], .count = 0};
    while (at + group.count < catalogue->count &&
           order_of(group.items->kind, group.items->name, &group.items[group.count]) == 0) {
        group.count++;
    }
    return group;
}

static const struct catalogue_item *find(const struct target_catalogue *catalogue,
                                         enum catalogue_kind kind,
                                         const char *name)
{
    int low = 0;
    int high = catalogue->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (order_of(kind, name, &catalogue->items[middle]) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < catalogue->count && order_of(kind, name, &catalogue->items[low]) == 0;
    return found ? &catalogue->items[low] : NULL;
}

/* Is what the item is a part or a copy of absent, so that this need not be said of the item? */
static bool follows(const struct catalogue_item *item, const struct target_catalogue *absent_from)
{
    bool is_part = strcmp(item->object, item->name) != 0;
    bool is_in_schema = item->kind != CATALOGUE_SCHEMA && item->kind != CATALOGUE_EXTENSION;
    if (is_in_schema && find(absent_from, CATALOGUE_SCHEMA, item->schema) == NULL) {
        return true;
    }
    if (is_part && find(absent_from, CATALOGUE_TABLE, item->object) == NULL &&
        find(absent_from, CATALOGUE_VIEW, item->object) == NULL &&
        find(absent_from, CATALOGUE_DOMAIN, item->object) == NULL) {
        return true;
    }
    return item->model != NULL && find(absent_from, item->kind, item->model) == NULL;
}

static void add(struct schema_comparison *comparison, struct schema_finding finding)
{
    comparison->findings[comparison->count++] = finding;
}

static void add_missing(struct schema_comparison *comparison,
                        const struct catalogue_item *item,
                        const struct target_catalogue *found)
{
    if (!follows(item, found)) {
        add(comparison,
            (struct schema_finding){.deviation = SCHEMA_MISSING, .item = item, .property = NULL});
    }
}

/* Extensions are of the whole database: others may need more of them. */
static void add_extra(struct schema_comparison *comparison,
                      const struct catalogue_item *item,
                      const struct target_catalogue *declared)
{
    if (item->kind != CATALOGUE_EXTENSION && !follows(item, declared)) {
        add(comparison,
            (struct schema_finding){.deviation = SCHEMA_EXTRA, .item = item, .property = NULL});
    }
}

/* The properties of an object that is on both sides. */
static void compare_properties(struct schema_comparison *comparison,
                               struct group declared,
                               struct group found)
{
    int left = 0;
    int right = 0;
    while (left < declared.count || right < found.count) {
        const struct catalogue_item *a = left < declared.count ? &declared.items[left] : NULL;
        const struct catalogue_item *b = right < found.count ? &found.items[right] : NULL;
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->property, b->property);
        left += order <= 0;
        right += order >= 0;
        const char *wanted = order <= 0 ? a->value : NULL;
        const char *got = order >= 0 ? b->value : NULL;
        bool same = wanted == NULL ? got == NULL : got != NULL && strcmp(wanted, got) == 0;
        if (!same) {
            add(comparison,
                (struct schema_finding){.deviation = SCHEMA_DIFFERENT,
                                        .item = declared.items,
                                        .property = order <= 0 ? a->property : b->property,
                                        .declared = wanted,
                                        .found = got});
        }
    }
}

static void compare_objects(struct schema_comparison *comparison,
                            const struct target_catalogue *declared,
                            const struct target_catalogue *found)
{
    int left = 0;
    int right = 0;
    while (left < declared->count || right < found->count) {
        struct group a = {.count = 0};
        struct group b = {.count = 0};
        int order = left == declared->count ? 1 : right == found->count ? -1 : 0;
        if (order == 0) {
            order = order_of(
                declared->items[left].kind, declared->items[left].name, &found->items[right]);
        }
        if (order <= 0) {
            a = group_at(declared, left);
            comparison->compared[a.items->kind]++;
            comparison->objects++;
        }
        if (order >= 0) {
            b = group_at(found, right);
        }
        left += a.count;
        right += b.count;
        if (order < 0) {
            add_missing(comparison, a.items, found);
        } else if (order > 0) {
            add_extra(comparison, b.items, declared);
        } else {
            compare_properties(comparison, a, b);
        }
    }
}

/* Of declared sequences: others are said to be extra. */
static void compare_sequences(struct schema_comparison *comparison,
                              const struct target_catalogue *declared,
                              const struct target_catalogue *found)
{
    for (int index = 0; index < found->sequence_count; index++) {
        const struct catalogue_sequence *sequence = &found->sequences[index];
        const struct catalogue_item *item = find(declared, CATALOGUE_SEQUENCE, sequence->name);
        if (item != NULL && sequence->behind) {
            add(comparison,
                (struct schema_finding){
                    .deviation = SCHEMA_BEHIND, .item = item, .sequence = sequence});
        }
    }
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int by_item(const void *a, const void *b)
{
    const struct schema_finding *left = a;
    const struct schema_finding *right = b;
    int order = (left->item->kind > right->item->kind) - (left->item->kind < right->item->kind);
    return order != 0 ? order : strcmp(left->item->name, right->item->name);
}

/* Was the same said of what the item is a copy of? The findings are still in the order of items. */
static bool is_repeated(const struct schema_comparison *comparison,
                        const struct schema_finding *finding)
{
    const struct catalogue_item model = {
        .kind = finding->item->kind, .name = finding->item->model, .property = ""};
    const struct schema_finding wanted = {.item = &model};
    if (finding->deviation != SCHEMA_DIFFERENT || finding->item->model == NULL) {
        return false;
    }
    const struct schema_finding *end = comparison->findings + comparison->count;
    const struct schema_finding *at =
        bsearch(&wanted, comparison->findings, (size_t)comparison->count, sizeof *finding, by_item);
    while (at != NULL && at > comparison->findings && by_item(at - 1, &wanted) == 0) {
        at--;
    }
    for (; at != NULL && at < end && by_item(at, &wanted) == 0; at++) {
        if (at->deviation == SCHEMA_DIFFERENT && strcmp(at->property, finding->property) == 0 &&
            same_text(at->declared, finding->declared) && same_text(at->found, finding->found)) {
            return true;
        }
    }
    return false;
}

static void leave_out_repeated(const struct schema_comparison *all,
                               struct schema_comparison *comparison)
{
    for (int index = 0; index < all->count; index++) {
        if (!is_repeated(all, &all->findings[index])) {
            add(comparison, all->findings[index]);
        }
    }
}

static int by_place(const void *a, const void *b)
{
    const struct schema_finding *left = a;
    const struct schema_finding *right = b;
    int order = strcmp(left->item->schema, right->item->schema);
    if (order == 0) {
        order = strcmp(left->item->object, right->item->object);
    }
    if (order == 0) {
        order = by_item(left, right);
    }
    if (order == 0) {
        order = (left->deviation > right->deviation) - (left->deviation < right->deviation);
    }
    if (order == 0 && left->property != NULL && right->property != NULL) {
        order = strcmp(left->property, right->property);
    }
    return order;
}

static bool take_gaps(struct schema_comparison *comparison,
                      const struct target_catalogue *declared,
                      const struct target_catalogue *found,
                      struct arena *arena,
                      struct error *error)
{
    comparison->gaps =
        ARENA_ARRAY(arena, const struct catalogue_gap *, (size_t)found->gap_count + 1);
    if (comparison->gaps == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < found->gap_count; index++) {
        const struct catalogue_gap *gap = &found->gaps[index];
        if (find(declared, gap->kind, gap->name) != NULL) {
            comparison->gaps[comparison->gap_count++] = gap;
        }
    }
    return true;
}

bool schema_compare(const struct target_catalogue *declared,
                    const struct target_catalogue *found,
                    struct arena *arena,
                    struct schema_comparison *comparison,
                    struct error *error)
{
    size_t most = (size_t)declared->count + (size_t)found->count + (size_t)found->sequence_count;
    struct schema_comparison all = {
        .findings = ARENA_ARRAY(arena, struct schema_finding, most + 1),
    };
    struct schema_finding *kept = ARENA_ARRAY(arena, struct schema_finding, most + 1);
    if (all.findings == NULL || kept == NULL) {
        return error_set_memory(error);
    }
    compare_objects(&all, declared, found);
    *comparison = all;
    comparison->findings = kept;
    comparison->count = 0;
    leave_out_repeated(&all, comparison);
    compare_sequences(comparison, declared, found);
    qsort(kept, (size_t)comparison->count, sizeof *kept, by_place);
    return take_gaps(comparison, declared, found, arena, error);
}
