/* reading.c — the contract is in novate/reading.h. SPDX-License-Identifier: Apache-2.0 */
#include "novate/reading.h"

#include <stdio.h>
#include <string.h>

static const char group[] = "read";
static const char *const prefixes[] = {
    [READING_SNAPSHOT] = "snapshot of ", [READING_CHUNK] = "chunk of "};

bool reading_note(struct counters *counters,
                  enum reading_kind kind,
                  const char *since,
                  struct error *error)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s%s", prefixes[kind], since);
    return counters_add(counters, group, name, 1, error);
}

/* The points in time of one kind: how many, the first and the last. */
struct span {
    int count;
    const char *first;
    const char *last;
};

static struct span span_of(const struct counters *counters, enum reading_kind kind)
{
    struct span span = {.count = 0};
    size_t prefix = strlen(prefixes[kind]);
    for (int i = 0; i < counters->count; i++) {
        const struct counter *counter = &counters->items[i];
        if (strcmp(counter->group, group) != 0 ||
            strncmp(counter->name, prefixes[kind], prefix) != 0) {
            continue;
        }
        const char *since = counter->name + prefix; /* ISO 8601: sorts as it passes */
        span.first = span.first == NULL || strcmp(since, span.first) < 0 ? since : span.first;
        span.last = span.last == NULL || strcmp(since, span.last) > 0 ? since : span.last;
        span.count++;
    }
    return span;
}

static void say_span(const struct span *span, struct text_buffer *out)
{
    text_buffer_string(out, span->first);
    if (strcmp(span->first, span->last) != 0) {
        text_buffer_format(out, " to %s", span->last);
    }
}

void reading_say(const struct counters *counters, struct text_buffer *out)
{
    struct span snapshots = span_of(counters, READING_SNAPSHOT);
    struct span chunks = span_of(counters, READING_CHUNK);
    if (snapshots.count == 1) {
        text_buffer_format(out, "snapshot of %s", snapshots.first);
    } else if (snapshots.count > 1) {
        text_buffer_format(out, "%d snapshots, ", snapshots.count);
        say_span(&snapshots, out);
    }
    if (chunks.count > 0) {
        text_buffer_string(out, snapshots.count > 0 ? "; the rest per chunk, " : "per chunk, ");
        say_span(&chunks, out);
    }
}
