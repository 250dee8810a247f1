/* fill_surgery.c — operations. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "fills.h"
#include "words.h"

static void case_of(const struct trust *trust, int64_t index, struct encounter *encounter)
{
    encounter_of(trust, encounter_inpatient(trust, index % trust->inpatients), encounter);
}

void fill_surgical_case(const struct trust *trust, int64_t index, struct row *row)
{
    struct encounter encounter;

    case_of(trust, index, &encounter);
    int64_t start = outside_outage(trust, encounter.arrived + 5 * HOUR);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "SURG_CASE_ID", trust_id(trust, T_SURGICAL_CASE, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, encounter.person));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    row_format(row, "SURG_CASE_NBR_FORMATTED", "RN1-2008-%lld", (long long)index);
    row_moment(row, "CREATE_DT_TM", encounter.created);
    row_moment(row, "SCHED_START_DT_TM", start);
    row_moment(row, "SURG_START_DT_TM", start + 15 * 60);
    row_moment(row, "SURG_STOP_DT_TM", start + 90 * 60);
    row_number(row, "SURGEON_PRSNL_ID", prsnl_id(trust, index % trust->count[T_PRSNL]));
}

/* One of each case, and a second one of the first. */
void fill_surg_case_procedure(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t cases = trust->count[T_SURGICAL_CASE];
    struct encounter encounter;

    case_of(trust, index % cases, &encounter);
    int64_t start = outside_outage(trust, encounter.arrived + 5 * HOUR);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "SURG_CASE_PROC_ID", trust_id(trust, T_SURG_CASE_PROCEDURE, index));
    row_number(row, "SURG_CASE_ID", trust_id(trust, T_SURGICAL_CASE, index % cases));
    row_moment(row, "CREATE_DT_TM", encounter.created);
    row_moment(row, "PROC_START_DT_TM", start + 15 * 60);
    row_moment(row, "PROC_END_DT_TM", start + 80 * 60);
    row_number(row, "PRIMARY_PROC_IND", index < cases);
    row_text(row, "PROC_TEXT", word_at(WORDS_COMPLAINT, index));
    row_number(row, "PRIMARY_SURGEON_ID", prsnl_id(trust, index % trust->count[T_PRSNL]));
}
