/* events.c — one clinical event; the contract is in events.h. SPDX-License-Identifier: Apache-2.0
 */
#include "events.h"

#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "microbiology.h"
#include "pacs.h"
#include "winpath.h"

#include <stdio.h>

enum {
    STREAM_EVENT_IDS = 90, /* beside the tables' own */
    STREAM_VERSIONS = 4300,
    STREAM_EVENTS = 4301,
    RESULTS_OF_FIRST_PANEL = 4
};

int64_t event_first(const struct trust *trust, enum event_section section)
{
    const int64_t sizes[] = {trust->group_events,
                             trust->lab_results,
                             trust->observations,
                             trust->coded_events,
                             trust->date_events,
                             trust->document_events};
    int64_t first = 0;

    if (section == EVENTS_CULTURE) {
        return trust->events;
    }
    for (int i = 0; i < (int)section; i++) {
        first += sizes[i];
    }
    return first;
}

int64_t event_id(const struct trust *trust, int64_t index)
{
    return trust_id(trust, (enum table_number)STREAM_EVENT_IDS, index);
}

/* Four of five superseded rows are the only one of their event, or its first. */
static int64_t superseded_once(const struct trust *trust)
{
    return trust->superseded - trust->superseded / 5;
}

int64_t event_of_superseded(const struct trust *trust, int64_t row, int *version)
{
    struct permutation order = permutation_of(trust->seed, STREAM_VERSIONS, trust->events);
    int64_t once = superseded_once(trust);

    *version = row < once ? 0 : 1;
    return permutation_find(&order, row < once ? row : row - once);
}

bool event_row_is_current(const struct trust *trust, int64_t row)
{
    return row >= trust->superseded && row < trust->culture_rows + trust->cultures;
}

bool event_is_daily(const struct trust *trust, int64_t row)
{
    int64_t end = trust->superseded + trust->events;
    return row >= end - trust->daily_events && row < end;
}

static int versions_of(const struct trust *trust, int64_t index)
{
    struct permutation order = permutation_of(trust->seed, STREAM_VERSIONS, trust->events);

    if (index >= trust->events) {
        return index - trust->events >= trust->cultures - trust->cultures_again;
    }
    int64_t place = permutation_at(&order, index);
    return (place < superseded_once(trust)) + (place < trust->superseded / 5);
}

int64_t event_valid_from(const struct trust *trust, const struct event *event, int version)
{
    int64_t from = event->verified;
    for (int i = 1; i <= version; i++) {
        from += (1 + (int64_t)(random_mix((uint64_t)event->index) % 5)) * HOUR;
        if (from >= trust->outage_start && from < trust->outage_end) {
            from = trust->outage_end + i * HOUR;
        }
    }
    return from;
}

static void lab_event(const struct trust *trust, struct event *event)
{
    struct sample sample;
    int place = 0;

    if (event->section == EVENTS_GROUP) {
        event->order = event->which;
        event->sample = event->which / 2;
    } else {
        if (event->section == EVENTS_CULTURE) {
            place = RESULTS_OF_FIRST_PANEL;
            event->sample = event->which * (trust->lab_orders / 2) / trust->cultures;
        } else {
            event->sample = winpath_sample_of(event->which, &place);
        }
        event->order = 2 * event->sample + (place >= RESULTS_OF_FIRST_PANEL);
        event->parent = event->order; /* group events come first, one of each order */
    }
    sample_of(trust, event->sample, &sample);
    event->encounter = sample.encounter;
    event->person = sample.person;
    event->at = sample.taken;
    event->verified = sample.reported;
}

static void document_event(const struct trust *trust, struct event *event)
{
    struct study study;

    study_of(trust, event->which, &study);
    event->order = trust->lab_orders + event->which;
    event->encounter = study.encounter;
    event->person = study.person;
    event->at = study.made;
    event->verified = study.reported;
}

static void bedside_event(const struct trust *trust,
                          struct event *event,
                          int64_t visit,
                          struct dice *dice)
{
    struct encounter encounter;

    encounter_of(trust, visit, &encounter);
    event->encounter = encounter.index;
    event->person = encounter.person;
    int64_t stay = encounter.left - encounter.arrived;
    event->at = outside_outage(trust, encounter.arrived + dice_below(dice, stay));
    event->verified = event->at;
}

/* The first cultures are of test patients, and of people who died before they were born: so that
 * in each hospital some are left out, and some refused. Whose they are is their first visit's, and
 * no order is of these; the others are of samples. */
static void culture_event(const struct trust *trust, struct event *event, struct dice *dice)
{
    int64_t tests = trust->dirt.count[D24];

    if (event->which >= trust->cultures_directed) {
        lab_event(trust, event);
    } else if (event->which < tests) {
        bedside_event(trust, event, dirt_row(&trust->dirt, D24, event->which), dice);
    } else {
        bedside_event(trust, event, dirt_row(&trust->dirt, D20, event->which - tests), dice);
    }
}

void event_of(const struct trust *trust, int64_t index, struct event *event)
{
    int64_t visits = trust->count[T_ENCOUNTER] - trust->back_encounters;
    struct dice dice = dice_of(trust->seed, STREAM_EVENTS, index);

    *event = (struct event){.index = index, .order = -1, .sample = -1, .parent = index};
    while (event->section < EVENTS_CULTURE && event_first(trust, event->section + 1) <= index) {
        event->section++;
    }
    event->which = index - event_first(trust, event->section);
    event->versions = versions_of(trust, index);
    switch (event->section) {
    case EVENTS_GROUP:
    case EVENTS_LAB:
        lab_event(trust, event);
        break;
    case EVENTS_DOCUMENT:
        document_event(trust, event);
        break;
    case EVENTS_OBSERVATION:
    case EVENTS_CODED:
    case EVENTS_DATE:
    case EVENTS_OTHER:
        bedside_event(trust, event, dice_below(&dice, visits), &dice);
        break;
    case EVENTS_CULTURE:
        culture_event(trust, event, &dice);
        break;
    }
    event->verified = entered_at(trust, event->verified, &dice);
}

enum kind event_kind(const struct trust *trust, const struct event *event, int64_t *which)
{
    return event->section == EVENTS_LAB ? dirt_at(&trust->dirt, RESULTS, event->which, which)
                                        : CLEAN;
}

static void soil(struct event_text *text,
                 const struct lab_result *result,
                 enum kind kind,
                 int64_t which)
{
    static const char *const words[] = {"POSITIVE", "NEGATIVE", "Haemolysed", "Insufficient"};
    static const char *const forms[] = {"<0.1", "1,234", "75mg", "+++", ">1000"};

    switch ((int)kind) {
    case D57:
        (void)snprintf(text->value, sizeof text->value, "%s", words[which % 4]);
        break;
    case D58:
        (void)snprintf(text->value, sizeof text->value, "%s", forms[which % 5]);
        break;
    case D59:
        if (which % 2 == 0) {
            (void)snprintf(text->low_room, sizeof text->low_room, "(%s", result->low);
            (void)snprintf(text->high_room, sizeof text->high_room, "%s)", result->high);
        } else {
            (void)snprintf(
                text->low_room, sizeof text->low_room, "%s-%s", result->low, result->high);
            text->high = NULL;
        }
        break;
    case D60:
        text->unit = which % 2 == 0 ? 0 : CODE_UNITS + lab_units() - 1 - which / 2 % 4;
        break;
    default:
        break;
    }
}

static void lab_text(const struct trust *trust,
                     const struct event *event,
                     bool dirty,
                     struct event_text *text)
{
    struct lab_result result;
    int64_t which = 0;

    lab_result_of(trust, event->which, &result);
    text->code = CODE_TESTS + result.test;
    text->unit = CODE_UNITS + lab_test_at(result.test)->unit_number;
    text->normalcy = result.normalcy;
    (void)snprintf(text->value, sizeof text->value, "%s", result.text);
    (void)snprintf(text->low_room, sizeof text->low_room, "%s", result.low);
    (void)snprintf(text->high_room, sizeof text->high_room, "%s", result.high);
    text->low = text->low_room;
    text->high = text->high_room;
    if (dirty) {
        enum kind kind = event_kind(trust, event, &which);
        soil(text, &result, kind, which);
    }
}

static void observation_text(const struct trust *trust,
                             const struct event *event,
                             struct event_text *text)
{
    static const struct {
        int64_t code;
        int low;
        int width;
        int decimals;
    } sorts[] = {{CODE_EVENT_TEMPERATURE, 360, 30, 1},
                 {CODE_EVENT_PULSE, 55, 60, 0},
                 {CODE_EVENT_RESPIRATION, 10, 18, 0},
                 {CODE_EVENT_SATURATION, 88, 13, 0},
                 {CODE_EVENT_PAIN, 0, 11, 0}};
    struct dice dice = trust_dice(trust, T_CE_STRING_RESULT, event->index);
    int sort = (int)dice_below(&dice, 5);

    text->code = sorts[sort].code;
    decimal_write(sorts[sort].low + dice_below(&dice, sorts[sort].width),
                  sorts[sort].decimals,
                  text->value,
                  sizeof text->value);
}

static void culture_text(const struct event *event, struct event_text *text)
{
    bool grew = isolates_before(event->which + 1) > isolates_before(event->which);

    text->code = CODE_EVENT_CULTURE;
    (void)snprintf(text->value, sizeof text->value, "%s", grew ? "Positive" : "No growth");
}

void event_text_of(const struct trust *trust,
                   const struct event *event,
                   bool dirty,
                   struct event_text *text)
{
    *text = (struct event_text){.code = CODE_EVENT_MED};
    switch (event->section) {
    case EVENTS_GROUP:
        text->code = CODE_EVENT_PANEL;
        break;
    case EVENTS_LAB:
        lab_text(trust, event, dirty, text);
        break;
    case EVENTS_OBSERVATION:
        observation_text(trust, event, text);
        break;
    case EVENTS_CODED:
        text->code = CODE_EVENT_CODED;
        break;
    case EVENTS_DATE:
        text->code = CODE_EVENT_DATE;
        break;
    case EVENTS_DOCUMENT:
        text->code = CODE_EVENT_LETTER;
        break;
    case EVENTS_CULTURE:
        culture_text(event, text);
        break;
    case EVENTS_OTHER:
        break;
    }
}
