/* fill_encounter.c — ENCOUNTER, its aliases, stays, staff and episodes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "fills.h"
#include "people.h"
#include "places.h"
#include "words.h"

#include <string.h>

static void fill_class(struct row *row, const struct encounter *encounter)
{
    static const struct {
        int64_t type;
        int64_t class;
        int64_t service;
    } of[] = {
        [ENCOUNTER_INPATIENT] = {CODE_TYPE_INPATIENT, CODE_CLASS_INPATIENT, CODE_SERVICE_MEDICINE},
        [ENCOUNTER_EMERGENCY] = {CODE_TYPE_EMERGENCY, CODE_CLASS_EMERGENCY, CODE_SERVICE_EMERGENCY},
        [ENCOUNTER_BOOKED] = {CODE_TYPE_WAITLIST, CODE_CLASS_PREADMIT, CODE_SERVICE_SURGERY},
        [ENCOUNTER_OUTPATIENT] = {CODE_TYPE_OUTPATIENT,
                                  CODE_CLASS_OUTPATIENT,
                                  CODE_SERVICE_ORTHOPAEDICS},
    };
    int64_t type = of[encounter->class].type;

    if (encounter->index % 4 == 1 && encounter->class == ENCOUNTER_INPATIENT) {
        type = CODE_TYPE_DAYCASE;
    } else if (encounter->index % 4 == 1 && encounter->class == ENCOUNTER_BOOKED) {
        type = CODE_TYPE_PREREG;
    }
    row_number(row, "ENCNTR_TYPE_CD", type);
    row_number(row, "ENCNTR_TYPE_CLASS_CD", of[encounter->class].class);
    row_number(row, "MED_SERVICE_CD", of[encounter->class].service);
}

static void fill_times(const struct trust *trust,
                       struct row *row,
                       const struct encounter *encounter)
{
    bool left = encounter->left < trust->as_of;

    row_moment(row, "CREATE_DT_TM", encounter->created);
    row_moment(row, "REG_DT_TM", encounter->created);
    if (encounter->class == ENCOUNTER_BOOKED) {
        row_moment(row, "PRE_REG_DT_TM", encounter->created);
        row_moment(row, "EST_ARRIVE_DT_TM", encounter->arrived + 40 * DAY);
        row_number(row, "ENCNTR_STATUS_CD", CODE_ENCOUNTER_PREADMIT);
        return;
    }
    row_moment(row, "ARRIVE_DT_TM", encounter->arrived);
    if (encounter->class == ENCOUNTER_INPATIENT) {
        row_moment(row, "INPATIENT_ADMIT_DT_TM", encounter->arrived);
        row_number(row,
                   "ADMIT_TYPE_CD",
                   encounter->index % 2 == 0 ? CODE_ADMIT_WAITING : CODE_ADMIT_EMERGENCY);
        row_number(row, "ADMIT_SRC_CD", CODE_SOURCE_HOME);
    }
    row_number(row, "ENCNTR_STATUS_CD", left ? CODE_ENCOUNTER_DISCHARGED : CODE_ENCOUNTER_ACTIVE);
    if (left) {
        row_moment(row, "DISCH_DT_TM", encounter->left);
        row_moment(row, "DEPART_DT_TM", encounter->left);
        row_number(row, "DISCH_DISPOSITION_CD", CODE_DISCHARGE_CLINICAL);
    }
}

static void soil(const struct trust *trust, struct row *row, const struct encounter *encounter)
{
    int64_t which = 0;
    int64_t usual = trust->count[T_ENCOUNTER] - trust->back_encounters;

    if (encounter->index < trust->persons || encounter->index >= usual) {
        return;
    }
    enum kind kind = dirt_at(&trust->dirt, ENCOUNTERS, encounter->index - trust->persons, &which);
    if (kind == CLEAN) {
        return;
    }
    row_note(row, kind);
    switch ((int)kind) {
    case D40:
        row_number(row, "PERSON_ID", INT64_C(9100000000) + which);
        break;
    case D41:
        row_moment(row, "ARRIVE_DT_TM", encounter->arrived);
        row_moment(row, "DISCH_DT_TM", encounter->arrived - (1 + which % 72) * HOUR);
        break;
    case D42:
        row_moment(row, "ARRIVE_DT_TM", trust->as_of + (1 + which % 200) * DAY + 9 * HOUR);
        row_moment(row, "EST_ARRIVE_DT_TM", trust->as_of + (1 + which % 200) * DAY + 9 * HOUR);
        row_null(row, "DISCH_DT_TM");
        row_null(row, "DEPART_DT_TM");
        row_null(row, "INPATIENT_ADMIT_DT_TM");
        break;
    case D43:
        row_number(row, "ENCNTR_TYPE_CD", CODE_NOWHERE + 2);
        break;
    default:
        row_number(row, "LOC_NURSE_UNIT_CD", CODE_NOWHERE + 3);
        break;
    }
}

static void fill_back_entry(const struct encounter *encounter, struct row *row, int64_t born)
{
    row_note(row, O01);
    row_moment(row, "BIRTH_DT_TM", born * DAY - (int64_t)london_midnight_hours(born) * HOUR);
    if (encounter->typing_error == 1) {
        struct civil civil = calendar_civil(born * DAY);
        int64_t wrong = calendar_day(civil.year - 10, civil.month, civil.day % 28 + 1);
        row_moment(row, "BIRTH_DT_TM", wrong * DAY - (int64_t)london_midnight_hours(wrong) * HOUR);
        row_note(row, O02);
    } else if (encounter->typing_error == 3) {
        row_moment(row, "DISCH_DT_TM", encounter->arrived - 12 * HOUR);
        row_moment(row, "DEPART_DT_TM", encounter->arrived - 12 * HOUR);
        row_note(row, O04);
    }
}

void fill_encounter(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_ENCNTR_COMBINE, -2 - index);
    struct encounter encounter;
    struct person person;

    encounter_of(trust, index, &encounter);
    person_of(trust, encounter.person, &person);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, encounter.person));
    fill_class(row, &encounter);
    fill_times(trust, row, &encounter);
    row_number(row, "LOC_FACILITY_CD", location_cd(0));
    row_number(row, "LOC_BUILDING_CD", location_cd(building_of(encounter.ward)));
    row_number(row, "LOC_NURSE_UNIT_CD", location_cd(encounter.ward));
    row_number(row, "LOCATION_CD", location_cd(encounter.ward));
    row_number(row, "ORGANIZATION_ID", trust_id(trust, T_ORGANIZATION, 0));
    row_text(row, "REASON_FOR_VISIT", word_any(WORDS_COMPLAINT, &dice));
    row_number(row, "SEX_CD", person.female ? CODE_SEX_FEMALE : CODE_SEX_MALE);
    int64_t combine = person.place - trust->combined - trust->quiet;
    if (index == person.index && combine >= 0 && combine < trust->count[T_ENCNTR_COMBINE]) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_COMBINED);
    }
    if (encounter.back_entered) {
        fill_back_entry(&encounter, row, person.born);
    }
    soil(trust, row, &encounter);
}

static void fill_fin(const struct trust *trust, int64_t encounter, struct row *row)
{
    int64_t which = 0;
    int64_t number = encounter;
    int64_t usual = trust->count[T_ENCOUNTER] - trust->back_encounters;

    if (encounter < usual && dirt_at(&trust->dirt, FIN_ALIASES, encounter, &which) == D45) {
        number = dirt_clean_row(&trust->dirt, FIN_ALIASES, which);
        row_note(row, D45);
    }
    row_number(row, "ENCNTR_ALIAS_TYPE_CD", CODE_FIN);
    row_number(row, "ALIAS_POOL_CD", CODE_POOL_FIN);
    row_format(row, "ALIAS", "F%09lld", (long long)(10000000 + number));
}

/* The number that the patient of an encounter of the outage was entered with. */
static void fill_entered_mrn(const struct encounter *encounter, struct row *row)
{
    char mrn[16];

    mrn_write(encounter->person, mrn, sizeof mrn);
    row_number(row, "ENCNTR_ALIAS_TYPE_CD", CODE_ENCOUNTER_MRN);
    row_number(row, "ALIAS_POOL_CD", CODE_POOL_MRN);
    if (encounter->typing_error == 2) {
        for (size_t i = strlen(mrn) - 1; i > 1; i--) {
            if (mrn[i] != mrn[i - 1]) {
                char digit = mrn[i];
                mrn[i] = mrn[i - 1];
                mrn[i - 1] = digit;
                break;
            }
        }
        row_note(row, O03);
    }
    row_format(row, "ALIAS", "%s", mrn);
}

/* A FIN of each; then visits of half of them, or the hospital number where it was entered later. */
void fill_encntr_alias(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t all = trust->count[T_ENCOUNTER];
    struct encounter encounter;

    encounter_of(trust, index < all ? index : all - 1 - (index - all), &encounter);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "ENCNTR_ALIAS_ID", trust_id(trust, T_ENCNTR_ALIAS, index));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    if (index < all) {
        fill_fin(trust, index, row);
    } else if (encounter.back_entered) {
        fill_entered_mrn(&encounter, row);
    } else {
        row_number(row, "ENCNTR_ALIAS_TYPE_CD", CODE_VISIT);
        row_number(row, "ALIAS_POOL_CD", CODE_POOL_VISIT);
        row_format(row, "ALIAS", "V%09lld", (long long)(20000000 + index));
    }
}

/* When a patient was moved: halfway through the stay, or what of it is past. */
static int64_t moved_at(const struct trust *trust, const struct encounter *encounter)
{
    int64_t until = encounter->left < trust->as_of ? encounter->left : trust->as_of;
    return encounter->arrived + (until - encounter->arrived) / 2;
}

/* A first stay of each; then second ones, which begin where the first ends. */
void fill_encntr_loc_hist(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t all = trust->count[T_ENCOUNTER];
    int64_t moves = trust->count[T_ENCNTR_LOC_HIST] - all;
    bool second = index >= all;
    int64_t which = 0;
    struct encounter encounter;
    struct dice dice = trust_dice(trust, T_ENCNTR_LOC_HIST, index);

    encounter_of(trust, second ? index - all : index, &encounter);
    int64_t from = second ? moved_at(trust, &encounter) : encounter.arrived;
    int64_t to = !second && index < moves ? moved_at(trust, &encounter) : encounter.left;
    int64_t entered = entered_at(trust, from, &dice);
    int64_t ward = second ? ward_any(trust, &dice) : encounter.ward;
    if (second && dirt_at(&trust->dirt, STAYS, index - all, &which) == D46) {
        from += which % 2 == 0 ? -4 * 60 : 4 * 60; /* no stay is as short as this */
        row_note(row, D46);
    }
    row_housekeeping(trust, row, entered, entered);
    row_number(row, "ENCNTR_LOC_HIST_ID", trust_id(trust, T_ENCNTR_LOC_HIST, index));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    row_moment(row, "BEG_EFFECTIVE_DT_TM", from);
    if (to < trust->as_of) {
        row_moment(row, "END_EFFECTIVE_DT_TM", to); /* or it is open */
    }
    row_moment(row, "TRANSACTION_DT_TM", entered);
    row_number(row, "LOC_FACILITY_CD", location_cd(0));
    row_number(row, "LOC_BUILDING_CD", location_cd(building_of(ward)));
    row_number(row, "LOC_NURSE_UNIT_CD", location_cd(ward));
    row_number(row, "LOCATION_CD", location_cd(ward));
    row_number(row, "ORGANIZATION_ID", trust_id(trust, T_ORGANIZATION, 0));
    row_number(row, "CHANGE_BIT", second ? 2 : 1);
}

void fill_encntr_prsnl(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_ENCNTR_PRSNL_RELTN, index);
    struct encounter encounter;
    bool attending = index < trust->count[T_ENCOUNTER];

    encounter_of(trust, index % trust->count[T_ENCOUNTER], &encounter);
    row_housekeeping(trust, row, encounter.created, encounter.created);
    row_number(row, "ENCNTR_PRSNL_RELTN_ID", trust_id(trust, T_ENCNTR_PRSNL_RELTN, index));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    row_number(row, "ENCNTR_PRSNL_R_CD", attending ? CODE_ATTENDING : CODE_REFERRING);
    row_number(row, "PRSNL_PERSON_ID", prsnl_id(trust, dice_below(&dice, trust->count[T_PRSNL])));
    row_moment(row, "TRANSACTION_DT_TM", encounter.created);
}

/* Consultant episodes: one or two of each inpatient encounter. */
void fill_encntr_slice(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t all = trust->count[T_ENCNTR_SLICE];
    int64_t which = parent_of(index, trust->inpatients, all);
    struct span span = children_of(which, trust->inpatients, all);
    struct encounter encounter;
    struct dice dice = trust_dice(trust, T_ENCNTR_SLICE, index);

    encounter_of(trust, encounter_inpatient(trust, which), &encounter);
    int64_t from = index > span.from ? moved_at(trust, &encounter) : encounter.arrived;
    int64_t to = index + 1 < span.to ? moved_at(trust, &encounter) : encounter.left;
    int64_t entered = entered_at(trust, from, &dice);
    row_housekeeping(trust, row, entered, entered);
    row_number(row, "ENCNTR_SLICE_ID", trust_id(trust, T_ENCNTR_SLICE, index));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, encounter.index));
    row_number(row, "ENCNTR_SLICE_TYPE_CD", CODE_SLICE_EPISODE);
    row_moment(row, "BEG_EFFECTIVE_DT_TM", from);
    if (to < trust->as_of) {
        row_moment(row, "END_EFFECTIVE_DT_TM", to);
    }
}
