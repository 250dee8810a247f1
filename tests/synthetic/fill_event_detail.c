/* fill_event_detail.c — what hangs on the current version of a clinical event.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "events.h"
#include "fills.h"
#include "winpath.h"

#include <string.h>

static void begin(const struct trust *trust, struct row *row, const struct event *event)
{
    int64_t from = event_valid_from(trust, event, event->versions);

    row_housekeeping(trust, row, from, from);
    row_number(row, "EVENT_ID", event_id(trust, event->index));
    row_moment(row, "VALID_FROM_DT_TM", from);
}

/* Results of the laboratory, then observations. */
void fill_string_result(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;
    struct event_text text;

    event_of(trust, event_first(trust, EVENTS_LAB) + index, &event);
    event_text_of(trust, &event, true, &text);
    begin(trust, row, &event);
    size_t size = strlen(text.value) + 1;
    row_text(row, "STRING_RESULT_TEXT", memcpy(row_room(row, size), text.value, size));
    row_number(row, "UNIT_OF_MEASURE_CD", text.unit);
}

void fill_coded_result(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;

    event_of(trust, event_first(trust, EVENTS_CODED) + index, &event);
    begin(trust, row, &event);
    row_number(row, "SEQUENCE_NBR", 1);
    row_number(row, "RESULT_SET", 67);
    row_number(row, "RESULT_CD", index % 3 == 0 ? CODE_CODED_YES : CODE_CODED_NO);
}

void fill_date_result(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;

    event_of(trust, event_first(trust, EVENTS_DATE) + index, &event);
    begin(trust, row, &event);
    row_moment(row, "RESULT_DT_TM", event.at / DAY * DAY - index % 90 * DAY);
    row_number(row, "RESULT_DT_TM_OS", index % 10 == 0 ? 7 : 0);
}

/* Who performed each event, then who verified the first of them. */
void fill_event_prsnl(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;
    bool performed = index < trust->events;

    event_of(trust, index % trust->events, &event);
    begin(trust, row, &event);
    row_number(row, "CE_EVENT_PRSNL_ID", trust_id(trust, T_CE_EVENT_PRSNL, index));
    row_number(row, "EVENT_PRSNL_ID", trust_id(trust, T_CE_EVENT_PRSNL, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, event.person));
    row_number(row, "ACTION_TYPE_CD", performed ? CODE_PERSONNEL_PERFORM : CODE_PERSONNEL_VERIFY);
    row_number(row, "ACTION_STATUS_CD", CODE_PERSONNEL_COMPLETED);
    row_moment(row, "ACTION_DT_TM", performed ? event.at : event.verified);
    row_number(row,
               "ACTION_PRSNL_ID",
               prsnl_id(trust, event.index * (performed ? 1 : 3) % trust->count[T_PRSNL]));
}

/* One specimen of each panel. */
void fill_specimen(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;

    event_of(trust, index, &event);
    begin(trust, row, &event);
    row_moment(row, "COLLECT_DT_TM", event.at);
    row_moment(row, "RECVD_DT_TM", event.at + 40 * 60);
    row_number(row, "SOURCE_TYPE_CD", index % 20 == 0 ? CODE_SPECIMEN_URINE : CODE_SPECIMEN_BLOOD);
    row_number(row, "SPECIMEN_ID", trust_id(trust, T_CE_SPECIMEN_COLL, index));
    row_number(row, "COLLECT_PRSNL_ID", prsnl_id(trust, index % trust->count[T_PRSNL]));
}
