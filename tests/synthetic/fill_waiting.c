/* fill_waiting.c — who waits for what, and what was offered. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "fills.h"

struct wait {
    struct encounter encounter;
    int64_t referred;
    int64_t added;
    bool removed;
    int64_t removed_at;
};

static void wait_of(const struct trust *trust, int64_t index, struct wait *wait)
{
    struct dice dice = trust_dice(trust, T_PM_WAIT_LIST, index);

    encounter_of(trust, encounter_booked(trust, index % trust->booked), &wait->encounter);
    wait->referred = wait->encounter.arrived - (7 + dice_below(&dice, 20)) * DAY;
    wait->added = wait->encounter.created;
    wait->removed = dice_percent(&dice, 40);
    int64_t at = wait->added + DAY + dice_below(&dice, 60 * DAY);
    at = outside_outage(trust, at < trust->as_of ? at : trust->as_of - DAY);
    wait->removed_at = at > wait->added ? at : wait->added;
}

void fill_pm_wait_list(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    struct wait wait;

    wait_of(trust, index, &wait);
    row_housekeeping(trust, row, wait.added, wait.removed ? wait.removed_at : wait.added);
    row_number(row, "PM_WAIT_LIST_ID", trust_id(trust, T_PM_WAIT_LIST, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, wait.encounter.person));
    if (dirt_at(&trust->dirt, WAITERS, index, &which) == D50) {
        row_note(row, D50);
    } else {
        row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, wait.encounter.index));
        row_moment(row, "REFERRAL_DT_TM", wait.referred);
    }
    row_number(row, "STATUS_CD", wait.removed ? CODE_WAIT_REMOVED : CODE_WAIT_WAITING);
    row_moment(row, "STATUS_DT_TM", wait.removed ? wait.removed_at : wait.added);
    row_number(row, "URGENCY_CD", index % 17 == 0 ? CODE_WAIT_TWO_WEEKS : CODE_WAIT_ROUTINE);
    row_moment(row, "WAITING_START_DT_TM", wait.referred);
    row_moment(row, "ADMIT_DECISION_DT_TM", wait.added);
    row_number(row, "LOC_FACILITY_CD", location_cd(0));
    row_number(row, "WAIT_LIST_IND", 1);
    if (wait.removed) {
        row_moment(row, "REMOVAL_DT_TM", wait.removed_at);
        row_moment(row, "WAITING_END_DT_TM", wait.removed_at);
    }
}

void fill_pm_offer(const struct trust *trust, int64_t index, struct row *row)
{
    struct wait wait;

    wait_of(trust, index, &wait);
    int64_t made = outside_outage(trust, wait.added + 6 * HOUR);
    row_housekeeping(trust, row, made, made);
    row_number(row, "PM_OFFER_ID", trust_id(trust, T_PM_OFFER, index));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, wait.encounter.index));
    row_moment(row, "OFFER_MADE_DT_TM", made);
    row_moment(row, "OFFER_DT_TM", made + 20 * DAY);
    row_moment(row, "TCI_DT_TM", made + 40 * DAY);
    row_number(row, "ADMIT_OFFER_OUTCOME_CD", CODE_OFFER_ACCEPTED);
    row_number(row, "REASONABLE_OFFER_IND", 1);
}
