/* forms.c — visits on paper; the contract is in forms.h. SPDX-License-Identifier: Apache-2.0 */
#include "forms.h"

#include "calendar.h"
#include "places.h"

enum {
    MINUTE = 60
};

int64_t paper_visits(const struct trust *trust)
{
    return trust->back_encounters + trust->paper_visits;
}

static void of_encounter(const struct trust *trust, struct paper *paper)
{
    struct encounter encounter;

    encounter_of(trust, back_encounter(trust, paper->index), &encounter);
    paper->entered = true;
    paper->person = encounter.person;
    paper->ward = encounter.ward;
    paper->arrived = encounter.arrived;
    paper->class = encounter.class;
    paper->day_case = encounter.class == ENCOUNTER_INPATIENT && encounter.index % 4 == 1;
}

/* Long enough after the outage began that nothing electronic is near it. */
static void of_paper(const struct trust *trust, struct paper *paper, struct dice *dice)
{
    int64_t number = paper->index - trust->back_encounters;
    int64_t length = trust->outage_end - trust->outage_start - 4 * HOUR;

    paper->kind = dirt_at(&trust->dirt, PAPER_VISITS, number, &paper->which);
    paper->person = person_at(trust, trust->combined + trust->outage_issues_nowhere + number);
    paper->ward = ward_any(trust, dice);
    paper->arrived = trust->outage_start + 3 * HOUR + dice_below(dice, length) / MINUTE * MINUTE;
    if (paper->kind == P09) {
        paper->arrived = trust->outage_start - 40 * MINUTE;
    }
    paper->class = dice_percent(dice, 30) ? ENCOUNTER_INPATIENT : ENCOUNTER_EMERGENCY;
    paper->left = paper->arrived + 4 * HOUR + dice_below(dice, DAY) / MINUTE * MINUTE;
    if (paper->left >= trust->outage_end) {
        paper->left = 0;
    }
}

void paper_of(const struct trust *trust, int64_t index, struct paper *paper)
{
    struct dice dice = trust_dice(trust, T_FORM_VISIT, index);

    *paper = (struct paper){.index = index, .kind = CLEAN};
    if (index < trust->back_encounters) {
        of_encounter(trust, paper);
    } else {
        of_paper(trust, paper, &dice);
    }
    paper->typed = trust->outage_end + HOUR + dice_below(&dice, 2 * DAY) / MINUTE * MINUTE;
}

int64_t paper_later(const struct trust *trust, const struct paper *paper, int64_t seconds)
{
    int64_t at = paper->arrived + seconds;
    int64_t last = trust->outage_end - MINUTE;
    return at < last ? at : last;
}
