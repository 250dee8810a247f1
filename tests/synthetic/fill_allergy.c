/* fill_allergy.c — allergies, by instances, and reactions. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "nomenclature.h"
#include "words.h"

enum {
    STREAM_ALLERGY_IDS = 91
}; /* beside the tables' own */

static int64_t allergy_id(const struct trust *trust, int64_t allergy)
{
    return trust_id(trust, (enum table_number)STREAM_ALLERGY_IDS, allergy);
}

/* Superseded instances come first: one of each of the first allergies. */
static int64_t superseded_count(const struct trust *trust)
{
    return trust->count[T_ALLERGY] - trust->allergies;
}

static void fill_substance(const struct trust *trust,
                           int64_t allergy,
                           struct row *row,
                           bool current)
{
    static const char *const none[] = {"NKDA", "nil known", "No known allergies"};
    int64_t which = 0;

    if (current && dirt_at(&trust->dirt, ALLERGIES, allergy, &which) == D72) {
        row_note(row, D72);
        row_text(row, "SUBSTANCE_FTDESC", none[which % 3]);
    } else if (allergy % 10 == 7) {
        row_text(row, "SUBSTANCE_FTDESC", word_at(WORDS_ALLERGEN, allergy / 10));
    } else {
        row_number(row, "SUBSTANCE_NOM_ID", term_id(trust, TERMS_SUBSTANCE, allergy));
    }
}

void fill_allergy(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t old = superseded_count(trust);
    bool current = index >= old;
    int64_t allergy = current ? index - old : index;
    struct dice dice = trust_dice(trust, T_ALLERGY, allergy);
    int64_t first = trust->live_from + dice_below(&dice, 300 * DAY);
    int64_t changed = outside_outage(trust, first + 30 * DAY + dice_below(&dice, 60 * DAY));
    int64_t created = current && allergy < old ? changed : first;

    row_housekeeping(trust, row, created, current ? created : changed);
    row_number(row, "ALLERGY_INSTANCE_ID", trust_id(trust, T_ALLERGY, index));
    row_number(row, "ALLERGY_ID", allergy_id(trust, allergy));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, dice_below(&dice, trust->persons)));
    fill_substance(trust, allergy, row, current);
    row_number(
        row, "SUBSTANCE_TYPE_CD", allergy % 5 == 0 ? CODE_SUBSTANCE_FOOD : CODE_SUBSTANCE_DRUG);
    row_number(row, "REACTION_CLASS_CD", CODE_ALLERGY_CLASS);
    row_number(row,
               "REACTION_STATUS_CD",
               allergy % 20 == 0 ? CODE_REACTION_CANCELED : CODE_REACTION_ACTIVE);
    row_number(row, "SEVERITY_CD", allergy % 4 == 0 ? CODE_SEVERITY_SEVERE : CODE_SEVERITY_MILD);
    row_moment(row, "CREATED_DT_TM", created);
    if (!current) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_INACTIVE);
        row_moment(row, "END_EFFECTIVE_DT_TM", changed);
        row_note(row, D71);
    }
}

/* Of the current instances. */
void fill_reaction(const struct trust *trust, int64_t index, struct row *row)
{
    static const char *const reactions[] = {"Rash", "Anaphylaxis", "Nausea", "Swelling"};
    int64_t allergy = index % trust->allergies;
    int64_t created = outside_outage(trust, trust->live_from + 400 * DAY + index % 900 * HOUR / 10);

    row_housekeeping(trust, row, created, created);
    row_number(row, "REACTION_ID", trust_id(trust, T_REACTION, index));
    row_number(row, "ALLERGY_ID", allergy_id(trust, allergy));
    row_number(
        row, "ALLERGY_INSTANCE_ID", trust_id(trust, T_ALLERGY, superseded_count(trust) + allergy));
    row_text(row, "REACTION_FTDESC", reactions[index % 4]);
    row_number(row, "SEVERITY_CD", index % 4 == 1 ? CODE_SEVERITY_SEVERE : CODE_SEVERITY_MILD);
}
