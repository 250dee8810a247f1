/* fill_coded.c — diagnoses, procedures and problems. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "fills.h"
#include "nomenclature.h"
#include "words.h"

static void some_encounter(const struct trust *trust,
                           enum table_number table,
                           int64_t index,
                           struct encounter *encounter)
{
    struct dice dice = trust_dice(trust, table, index);
    encounter_of(
        trust, dice_below(&dice, trust->count[T_ENCOUNTER] - trust->back_encounters), encounter);
}

void fill_diagnosis(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    enum kind kind = dirt_at(&trust->dirt, DIAGNOSES, index, &which);
    struct encounter encounter;
    int64_t term = index % 2 == 0 ? term_id(trust, TERMS_ICD10, index / 2)
                                  : term_id(trust, TERMS_SNOMED, index / 2);

    some_encounter(trust, T_DIAGNOSIS, index, &encounter);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "DIAGNOSIS_ID", trust_id(trust, T_DIAGNOSIS, index));
    row_number(row, "DIAGNOSIS_GROUP", trust_id(trust, T_DIAGNOSIS, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, encounter.person));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    row_moment(row, "DIAG_DT_TM", encounter.arrived);
    row_number(row, "DIAG_TYPE_CD", index % 3 == 0 ? CODE_DIAG_ADMIT : CODE_DIAG_FINAL);
    row_number(row, "DIAG_PRIORITY", 1 + index % 4);
    row_text(row, "DIAGNOSIS_DISPLAY", word_at(WORDS_COMPLAINT, index));
    if (kind == D66) {
        term = which % 2 == 0 ? 0 : INT64_C(9200000000) + which;
        row_text(row, "DIAG_FTDESC", word_at(WORDS_COMPLAINT, index));
    } else if (kind == D67) {
        term = term_id(trust, TERMS_ICD10_ODD, which);
    } else if (kind == D68) {
        term = term_id(trust, TERMS_SNOMED_DAMAGED, which);
    }
    row_number(row, "NOMENCLATURE_ID", term);
    row_number(row, "ORIGINATING_NOMENCLATURE_ID", kind == D66 ? 0 : term);
    if (kind != CLEAN) {
        row_note(row, kind);
    }
}

void fill_procedure(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    enum kind kind = dirt_at(&trust->dirt, PROCEDURES, index, &which);
    struct encounter encounter;

    some_encounter(trust, T_PROCEDURE, index, &encounter);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "PROCEDURE_ID", trust_id(trust, T_PROCEDURE, index));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    row_number(row,
               "NOMENCLATURE_ID",
               kind == D69 ? term_id(trust, TERMS_OPCS4_LOCAL, which)
                           : term_id(trust, TERMS_OPCS4, index));
    row_moment(row, "PROC_DT_TM", encounter.arrived);
    row_number(row, "PROC_PRIORITY", 1 + index % 3);
    if (kind == D70 && which % 2 == 0) {
        row_null(row, "PROC_DT_TM");
    } else if (kind == D70) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_INACTIVE);
    }
    if (kind != CLEAN) {
        row_note(row, kind);
    }
}

void fill_problem(const struct trust *trust, int64_t index, struct row *row)
{
    struct encounter encounter;

    some_encounter(trust, T_PROBLEM, index, &encounter);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "PROBLEM_INSTANCE_ID", trust_id(trust, T_PROBLEM, index));
    row_number(row, "PROBLEM_ID", trust_id(trust, T_PROBLEM, index));
    row_format(row, "PROBLEM_UUID", "urn:problem:%lld", (long long)index);
    row_format(row, "PROBLEM_INSTANCE_UUID", "urn:problem:%lld:1", (long long)index);
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, encounter.person));
    row_number(row, "NOMENCLATURE_ID", term_id(trust, TERMS_SNOMED, index * 3));
    row_number(row,
               "LIFE_CYCLE_STATUS_CD",
               index % 4 == 0 ? CODE_LIFE_CYCLE_RESOLVED : CODE_LIFE_CYCLE_ACTIVE);
    row_moment(row, "ONSET_DT_TM", encounter.arrived - 300 * DAY);
}
