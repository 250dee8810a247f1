/* events.h — one clinical event, as its versions and children need to know it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_EVENTS_H
#define SYNTHETIC_EVENTS_H

#include "trust.h"

enum event_section {
    EVENTS_GROUP, /* the panel of a lab order */
    EVENTS_LAB,   /* the same results, in the same order, as WINPATH_RESULT's */
    EVENTS_OBSERVATION,
    EVENTS_CODED,
    EVENTS_DATE,
    EVENTS_DOCUMENT, /* the report of the study with the same number */
    EVENTS_OTHER,
    EVENTS_CULTURE /* behind all others: they came last */
};

struct event {
    int64_t index;
    enum event_section section;
    int64_t which;
    int64_t order; /* -1: none */
    int64_t sample;
    int64_t encounter;
    int64_t person;
    int64_t parent; /* an event: itself where there is none */
    int64_t at;
    int64_t verified;
    int versions; /* superseded ones */
};

/* What an event says: with its dirt, or as its earlier versions have it. */
struct event_text {
    int64_t code;
    int64_t unit;
    int64_t normalcy;
    const char *low;
    const char *high;
    char value[32];
    char low_room[40];
    char high_room[24];
};

int64_t event_first(const struct trust *trust, enum event_section section);
void event_of(const struct trust *trust, int64_t index, struct event *event);
int64_t event_id(const struct trust *trust, int64_t index);
/* When a version came; the current one is number `versions`. */
int64_t event_valid_from(const struct trust *trust, const struct event *event, int version);
enum kind event_kind(const struct trust *trust, const struct event *event, int64_t *which);
void event_text_of(const struct trust *trust,
                   const struct event *event,
                   bool dirty,
                   struct event_text *text);
bool event_row_is_current(const struct trust *trust, int64_t row);
/* Whether a row of CLINICAL_EVENT comes in the feed's daily file, and not in the large one. */
bool event_is_daily(const struct trust *trust, int64_t row);
/* The event of a superseded row, and which of its versions that was. */
int64_t event_of_superseded(const struct trust *trust, int64_t row, int *version);

#endif
