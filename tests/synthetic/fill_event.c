/* fill_event.c — CLINICAL_EVENT: superseded versions first, then the current one of each event,
 * then second current ones; behind all of them cultures, and the earlier versions of these.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "events.h"
#include "fills.h"
#include "winpath.h"

#include <string.h>

static int64_t class_of(enum event_section section)
{
    switch (section) {
    case EVENTS_GROUP:
        return CODE_CLASS_GRP;
    case EVENTS_LAB:
    case EVENTS_OBSERVATION:
        return CODE_CLASS_NUM;
    case EVENTS_CODED:
        return CODE_CLASS_TXT;
    case EVENTS_DATE:
        return CODE_CLASS_DATE;
    case EVENTS_DOCUMENT:
        return CODE_CLASS_DOC;
    case EVENTS_CULTURE:
        return CODE_CLASS_MBO;
    case EVENTS_OTHER:
        break;
    }
    return CODE_CLASS_MED;
}

static const char *keep(struct row *row, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(row_room(row, size), text, size);
}

static void fill_text(const struct trust *trust,
                      struct row *row,
                      const struct event *event,
                      bool dirty)
{
    struct event_text text;

    event_text_of(trust, event, dirty, &text);
    row_number(row, "EVENT_CD", text.code);
    row_number(row, "RESULT_UNITS_CD", text.unit);
    row_number(row, "NORMALCY_CD", text.normalcy);
    row_text(row, "EVENT_TAG", " ");
    if (text.value[0] != '\0') {
        const char *value = keep(row, text.value);
        row_text(row, "RESULT_VAL", value);
        row_text(row, "EVENT_TAG", value);
    }
    if (text.low != NULL) {
        row_text(row, "NORMAL_LOW", keep(row, text.low));
    }
    if (text.high != NULL) {
        row_text(row, "NORMAL_HIGH", keep(row, text.high));
    }
}

static void fill_accession(const struct trust *trust,
                           struct row *row,
                           const struct event *event,
                           enum kind kind,
                           int64_t which)
{
    struct sample sample;

    if (event->sample < 0) {
        return;
    }
    sample_of(trust, event->sample, &sample);
    if (kind == D61 && which % 6 > 0) {
        row_text(row, "ACCESSION_NBR", "VALUE_TOO_LONG");
    } else {
        row_format(
            row, "ACCESSION_NBR", kind == D61 ? "%s%s" : "%s%.0s", sample.lab_no, sample.lab_no);
    }
}

static int64_t status_of(const struct event *event, enum kind kind, int64_t which)
{
    static const int in_error[] = {
        CODE_STATUS_INERROR, CODE_STATUS_INERRNOVIEW, CODE_STATUS_INERRNOMUT};
    if (kind == D56) {
        return in_error[which % 3];
    }
    return event->versions > 0 ? CODE_STATUS_MODIFIED : CODE_STATUS_AUTH;
}

/* A version of an event: superseded, current, or current once more. */
static void fill_version(const struct trust *trust,
                         struct row *row,
                         const struct event *event,
                         int version)
{
    int64_t which = 0;
    bool current = version >= event->versions;
    enum kind kind = current ? event_kind(trust, event, &which) : CLEAN;
    int64_t from = event_valid_from(trust, event, current ? event->versions : version);

    row_housekeeping(trust, row, from, from);
    row_number(row, "EVENT_ID", event_id(trust, event->index));
    row_number(row, "PARENT_EVENT_ID", event_id(trust, event->parent));
    row_number(
        row, "EVENT_RELTN_CD", event->parent == event->index ? CODE_RELTN_ROOT : CODE_RELTN_CHILD);
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, event->person));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, event->encounter));
    row_number(row, "ORDER_ID", trust_id(trust, T_ORDERS, event->order));
    row_number(row, "EVENT_CLASS_CD", class_of(event->section));
    row_number(row, "RESULT_STATUS_CD", status_of(event, kind, which));
    row_number(row, "RECORD_STATUS_CD", CODE_ACTIVE);
    row_number(row,
               "CONTRIBUTOR_SYSTEM_CD",
               event->sample < 0 ? CODE_CONTRIBUTOR_POWERCHART : CODE_CONTRIBUTOR_WINPATH);
    row_format(row, "REFERENCE_NBR", "E%lld.%d", (long long)event->index, version);
    row_moment(row, "EVENT_START_DT_TM", event->at);
    row_moment(row, "EVENT_END_DT_TM", event->at);
    row_moment(row, "CLINSIG_UPDT_DT_TM", from);
    row_moment(row, "PERFORMED_DT_TM", event->at);
    row_moment(row, "VERIFIED_DT_TM", event->verified);
    row_number(row, "PERFORMED_PRSNL_ID", prsnl_id(trust, event->index % trust->count[T_PRSNL]));
    row_number(row, "VERIFIED_PRSNL_ID", prsnl_id(trust, event->index * 3 % trust->count[T_PRSNL]));
    row_number(row, "AUTHENTIC_FLAG", 1);
    row_number(row, "PUBLISH_FLAG", 1);
    row_number(row, "VIEW_LEVEL", event->section != EVENTS_GROUP);
    row_moment(row, "VALID_FROM_DT_TM", from);
    if (!current) {
        row_moment(row, "VALID_UNTIL_DT_TM", event_valid_from(trust, event, version + 1));
    }
    fill_text(trust, row, event, current);
    fill_accession(trust, row, event, kind, which);
    if (kind != CLEAN && kind != D55) {
        row_note(row, kind);
    }
}

static void fill_culture(const struct trust *trust, int64_t which, struct row *row)
{
    struct event event;
    bool earlier = which >= trust->cultures;

    event_of(trust,
             event_first(trust, EVENTS_CULTURE) + (earlier ? which - trust->cultures_again : which),
             &event);
    fill_version(trust, row, &event, earlier ? 0 : event.versions);
    if (earlier) {
        row_note(row, D54);
    }
}

void fill_clinical_event(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;
    int version = 0;

    if (index < trust->superseded) {
        event_of(trust, event_of_superseded(trust, index, &version), &event);
        fill_version(trust, row, &event, version);
        row_note(row, D54);
    } else if (index < trust->superseded + trust->events) {
        event_of(trust, index - trust->superseded, &event);
        fill_version(trust, row, &event, event.versions);
    } else if (index >= trust->culture_rows) {
        fill_culture(trust, index - trust->culture_rows, row);
    } else {
        int64_t twice = index - trust->superseded - trust->events;
        int64_t first = event_first(trust, EVENTS_LAB);
        event_of(trust, first + dirt_row(&trust->dirt, D55, twice), &event);
        fill_version(trust, row, &event, event.versions + 1);
        row_note(row, D55);
    }
    if (event_is_daily(trust, index) && london_of_utc(event.at) != event.at) {
        row_note(row, D62);
    }
    row_number(row, "CLINICAL_EVENT_ID", trust_id(trust, T_CLINICAL_EVENT, index));
}
