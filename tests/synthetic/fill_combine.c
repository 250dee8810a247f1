/* fill_combine.c — records that turned out to be one: plain ones, chains, one circle, and some that
 * were undone. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "people.h"

enum {
    DETAILS_EACH = 12
};

/* Places of the order PEOPLE: a combine's own number is that of the person who goes. Who stays is a
 * clean one, unless he goes, too. */
static int64_t survivor(const struct trust *trust, int64_t combine)
{
    int64_t cycle = 2 * trust->chains;

    if (combine < trust->chains) {
        return combine + trust->chains;
    }
    if (combine == cycle || combine == cycle + 1) {
        return 2 * cycle + 1 - combine;
    }
    int64_t first = trust->combined + trust->quiet;
    struct dice dice = trust_dice(trust, T_PERSON_COMBINE, combine);
    return first + dice_below(&dice, dirt_clean_count(&trust->dirt, PEOPLE) - first);
}

static int64_t combined_at(const struct trust *trust, int64_t combine)
{
    struct dice dice = trust_dice(trust, T_PERSON_COMBINE_DET, combine);
    return outside_outage(
        trust, trust->live_from + dice_below(&dice, trust->as_of - DAY - trust->live_from));
}

static void note_combine(const struct trust *trust, int64_t combine, struct row *row)
{
    int64_t undone = 2 * trust->chains + 2;

    if (combine < trust->chains) {
        row_note(row, D14A);
    } else if (combine >= undone - 2 && combine < undone) {
        row_note(row, D14B);
    } else if (combine >= undone && combine < undone + trust->undone) {
        row_note(row, D15);
    }
}

void fill_person_combine(const struct trust *trust, int64_t index, struct row *row)
{
    struct person from;
    int64_t at = combined_at(trust, index);
    char mrn[16];

    person_of(trust, person_at(trust, index), &from);
    row_housekeeping(trust, row, at, at);
    row_number(row, "PERSON_COMBINE_ID", trust_id(trust, T_PERSON_COMBINE, index));
    row_number(row, "FROM_PERSON_ID", trust_id(trust, T_PERSON, from.index));
    row_number(
        row, "TO_PERSON_ID", trust_id(trust, T_PERSON, person_at(trust, survivor(trust, index))));
    mrn_write(from.index, mrn, sizeof mrn);
    row_format(row, "FROM_MRN", "%s", mrn);
    row_moment(row, "CMB_DT_TM", at);
    row_number(row, "COMBINE_ACTION_CD", CODE_COMBINE_ADD);
    row_number(row, "PREV_ACTIVE_IND", 1);
    row_number(row, "PREV_ACTIVE_STATUS_CD", CODE_ACTIVE);
    if (from.undone) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_INACTIVE);
        row_moment(row, "UCB_DT_TM", outside_outage(trust, at + DAY / 2));
        row_moment(row, "UPDT_DT_TM", outside_outage(trust, at + DAY / 2));
        row_number(row, "UPDT_CNT", 1);
    }
    note_combine(trust, index, row);
}

/* What was moved: the first encounter of who goes, and columns of what belonged to him. */
void fill_person_combine_det(const struct trust *trust, int64_t index, struct row *row)
{
    static const enum table_number moved[] = {
        T_ENCOUNTER, T_PERSON_ALIAS, T_PERSON_NAME, T_ADDRESS};
    int64_t combine = index / DETAILS_EACH;
    int64_t person = person_at(trust, combine);
    enum table_number table = moved[index % 4];
    int64_t at = combined_at(trust, combine);
    static const char *const names[] = {"ENCOUNTER", "PERSON_ALIAS", "PERSON_NAME", "ADDRESS"};

    row_housekeeping(trust, row, at, at);
    row_number(row, "PERSON_COMBINE_DET_ID", trust_id(trust, T_PERSON_COMBINE_DET, index));
    row_number(row, "PERSON_COMBINE_ID", trust_id(trust, T_PERSON_COMBINE, combine));
    row_text(row, "ENTITY_NAME", names[index % 4]);
    row_number(row, "ENTITY_ID", trust_id(trust, table, person));
    row_text(row, "ATTRIBUTE_NAME", table == T_ADDRESS ? "PARENT_ENTITY_ID" : "PERSON_ID");
    row_number(row, "COMBINE_ACTION_CD", CODE_COMBINE_UPDATE);
    row_number(row, "PREV_ACTIVE_IND", 1);
    row_number(row, "PREV_ACTIVE_STATUS_CD", CODE_ACTIVE);
}

/* The first encounter of a patient of the outage turned out to be that which was entered later. */
void fill_encntr_combine(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t person = person_at(trust, trust->combined + trust->quiet + index);
    int64_t usual = trust->count[T_ENCOUNTER] - trust->back_encounters;
    int64_t at = trust->outage_end + 11 * DAY + index % 200 * HOUR;

    row_housekeeping(trust, row, at, at);
    row_number(row, "ENCNTR_COMBINE_ID", trust_id(trust, T_ENCNTR_COMBINE, index));
    row_number(row, "FROM_ENCNTR_ID", trust_id(trust, T_ENCOUNTER, person));
    row_number(row, "TO_ENCNTR_ID", trust_id(trust, T_ENCOUNTER, usual + index));
    row_moment(row, "CMB_DT_TM", at);
    row_number(row, "COMBINE_ACTION_CD", CODE_COMBINE_ADD);
    row_number(row, "PREV_ACTIVE_IND", 1);
    row_number(row, "PREV_ACTIVE_STATUS_CD", CODE_ACTIVE);
}
