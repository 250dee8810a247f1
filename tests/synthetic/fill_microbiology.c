/* fill_microbiology.c — what grew in cultures, and what it is sensitive to: of their current
 * versions first, then of their earlier ones. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "events.h"
#include "fills.h"
#include "microbiology.h"

enum {
    UNIT_MG_L = 5 /* of units */
};

/* What stands in every row of a version of a culture; returns when that version came. */
static int64_t begin(const struct trust *trust, int64_t culture, bool current, struct row *row)
{
    struct event event;

    event_of(trust, event_first(trust, EVENTS_CULTURE) + culture, &event);
    int64_t from = event_valid_from(trust, &event, current ? event.versions : 0);
    row_housekeeping(trust, row, from, from);
    row_number(row, "EVENT_ID", event_id(trust, event.index));
    row_moment(row, "VALID_FROM_DT_TM", from);
    if (!current) {
        row_moment(row, "VALID_UNTIL_DT_TM", event_valid_from(trust, &event, 1));
    }
    return from;
}

void fill_microbiology(const struct trust *trust, int64_t index, struct row *row)
{
    struct isolate isolate;
    int64_t again = isolates_before(trust->cultures - trust->cultures_again);
    bool current = index < trust->isolates;

    isolate_of(trust, current ? index : again + index - trust->isolates, current, &isolate);
    (void)begin(trust, isolate.culture, current, row);
    row_number(row, "MICRO_SEQ_NBR", isolate.number);
    row_number(row, "ORGANISM_CD", isolate.organism);
    row_number(row, "ORGANISM_OCCURRENCE_NBR", 1);
    row_number(row, "POSITIVE_IND", 1);
    row_number(
        row, "OBSERVATION_PRSNL_ID", prsnl_id(trust, isolate.culture % trust->count[T_PRSNL]));
    if (isolate.kind != CLEAN) {
        row_note(row, isolate.kind);
    }
}

void fill_susceptibility(const struct trust *trust, int64_t index, struct row *row)
{
    struct sensitivity sensitivity;
    int64_t again = sensitivities_before(isolates_before(trust->cultures - trust->cultures_again));
    bool current = index < trust->sensitivities;

    sensitivity_of(
        trust, current ? index : again + index - trust->sensitivities, current, &sensitivity);
    int64_t from = begin(trust, sensitivity.isolate.culture, current, row);
    row_number(row, "MICRO_SEQ_NBR", sensitivity.number);
    row_number(row, "SUSCEP_SEQ_NBR", 1 + sensitivity.place);
    row_number(row, "ANTIBIOTIC_CD", sensitivity.antibiotic);
    row_number(row, "RESULT_CD", sensitivity.result);
    row_number(row, "CHARTABLE_FLAG", 1);
    row_moment(row, "RESULT_DT_TM", from);
    row_number(row,
               "RESULT_PRSNL_ID",
               prsnl_id(trust, sensitivity.isolate.culture % trust->count[T_PRSNL]));
    if (sensitivity.text != NULL) {
        row_text(row, "RESULT_TEXT_VALUE", sensitivity.text);
    }
    if (sensitivity.numeric != NULL) {
        row_text(row, "RESULT_NUMERIC_VALUE", sensitivity.numeric);
        row_number(row, "RESULT_UNIT_CD", CODE_UNITS + UNIT_MG_L);
    }
    if (sensitivity.kind != CLEAN) {
        row_note(row, sensitivity.kind);
    }
}
