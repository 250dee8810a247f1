/* dirt.c — which rows are dirty; the contract is in dirt.h. SPDX-License-Identifier: Apache-2.0 */
#include "dirt.h"

#include "fatal.h"

const struct kind_facts kind_facts[KINDS] = {
#define KIND(id, table, domain, rate, disposition, reason, column, what)                           \
    {#id, T_##table, domain, rate, disposition, reason, column, what},
#include "dirt.def"
#undef KIND
};

enum {
    STREAM_DOMAINS = 1000
};

void dirt_domain(struct dirt *dirt, enum domain domain, uint64_t seed, int64_t size, int64_t rows)
{
    int64_t dirty = 0;

    dirt->order[domain] = permutation_of(seed, (uint64_t)(STREAM_DOMAINS + (int)domain), size);
    dirt->first[domain] = KINDS;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        if (kind_facts[kind].domain != domain) {
            continue;
        }
        dirt->count[kind] = rows * kind_facts[kind].rate / 100000;
        dirt->count[kind] += dirt->count[kind] == 0;
        dirty += dirt->count[kind];
        dirt->first[domain] = dirt->first[domain] == KINDS ? kind : dirt->first[domain];
        dirt->last[domain] = kind;
    }
    if (dirty > size) {
        fatal("%s and others: %lld dirty rows, %lld there are",
              kind_facts[dirt->first[domain]].name,
              (long long)dirty,
              (long long)size);
    }
    int64_t place = size - dirty;
    for (enum kind kind = dirt->first[domain]; kind < KINDS; kind++) {
        if (kind_facts[kind].domain == domain) {
            dirt->start[kind] = place;
            place += dirt->count[kind];
        }
    }
}

enum kind dirt_at(const struct dirt *dirt, enum domain domain, int64_t index, int64_t *which)
{
    int64_t place = permutation_at(&dirt->order[domain], index);

    *which = place;
    if (dirt->first[domain] == KINDS || place < dirt->start[dirt->first[domain]]) {
        return CLEAN;
    }
    for (enum kind kind = dirt->first[domain]; kind <= dirt->last[domain]; kind++) {
        if (kind_facts[kind].domain == domain && place < dirt->start[kind] + dirt->count[kind]) {
            *which = place - dirt->start[kind];
            return kind;
        }
    }
    return CLEAN;
}

int64_t dirt_row(const struct dirt *dirt, enum kind kind, int64_t which)
{
    return permutation_find(&dirt->order[kind_facts[kind].domain], dirt->start[kind] + which);
}

int64_t dirt_clean_count(const struct dirt *dirt, enum domain domain)
{
    return dirt->first[domain] == KINDS ? dirt->order[domain].size
                                        : dirt->start[dirt->first[domain]];
}

int64_t dirt_clean_row(const struct dirt *dirt, enum domain domain, int64_t which)
{
    return permutation_find(&dirt->order[domain], which % dirt_clean_count(dirt, domain));
}
