/* encounters.c — one visit; the contract is in encounters.h. The first of everybody has the
 * person's own index; the others are spread so that some people come often.
 * SPDX-License-Identifier: Apache-2.0 */
#include "encounters.h"

#include "calendar.h"
#include "people.h"
#include "places.h"

enum {
    STREAM_ARRIVALS = 4100
};

/* A time of day as such visits have it, in London. */
static int64_t time_of_visit(enum encounter_class class, struct dice *dice)
{
    if (class == ENCOUNTER_EMERGENCY) {
        int64_t minutes = (dice_below(dice, 1440) + dice_below(dice, 1440)) / 2;
        return (minutes + 180) % 1440 * 60;
    }
    return 9 * HOUR + dice_below(dice, 54) * 10 * 60;
}

static enum encounter_class class_of(const struct trust *trust, int64_t index)
{
    int64_t place = permutation_at(&trust->encounter_order, index);

    if (place < trust->inpatients) {
        return ENCOUNTER_INPATIENT;
    }
    place -= trust->inpatients;
    if (place < trust->emergencies) {
        return ENCOUNTER_EMERGENCY;
    }
    return place - trust->emergencies < trust->booked ? ENCOUNTER_BOOKED : ENCOUNTER_OUTPATIENT;
}

int64_t encounter_inpatient(const struct trust *trust, int64_t which)
{
    return permutation_find(&trust->encounter_order, which);
}

int64_t encounter_booked(const struct trust *trust, int64_t which)
{
    return permutation_find(&trust->encounter_order,
                            trust->inpatients + trust->emergencies + which);
}

static int64_t arrival_of(const struct trust *trust,
                          int64_t index,
                          enum encounter_class class,
                          int64_t until)
{
    struct dice dice = dice_of(trust->seed, STREAM_ARRIVALS, index);
    int64_t last_day = until / DAY - 2;
    int64_t first_day = trust->live_from / DAY;
    int64_t day = first_day + dice_below(&dice, last_day > first_day ? last_day - first_day : 1);

    if (class != ENCOUNTER_EMERGENCY && calendar_weekday(day) > 4) {
        day -= 2;
    }
    int64_t local = day * DAY + time_of_visit(class, &dice);
    return outside_outage(trust, utc_of_london(local));
}

int64_t encounter_arrival(const struct trust *trust, int64_t index, int64_t until)
{
    return arrival_of(trust, index, class_of(trust, index), until);
}

static int64_t length_of_stay(enum encounter_class class, struct dice *dice)
{
    switch (class) {
    case ENCOUNTER_INPATIENT: {
        int64_t days = 1 + dice_skewed(dice, 9);
        return days * DAY * (dice_percent(dice, 3) ? 4 : 1) + dice_below(dice, 8) * HOUR;
    }
    case ENCOUNTER_EMERGENCY:
        return HOUR + dice_below(dice, 6 * HOUR);
    case ENCOUNTER_BOOKED:
    case ENCOUNTER_OUTPATIENT:
        break;
    }
    return 20 * 60 + dice_below(dice, 9) * 10 * 60;
}

/* Arrived while nothing could be typed in: patients who stay until afterwards. */
static void back_entry(const struct trust *trust, struct encounter *encounter, struct dice *dice)
{
    int64_t which = encounter->index - (trust->count[T_ENCOUNTER] - trust->back_encounters);
    int64_t length = trust->outage_end - trust->outage_start;

    encounter->back_entered = true;
    encounter->person = person_at(trust, trust->combined + trust->quiet + which);
    encounter->class = dice_percent(dice, 30) ? ENCOUNTER_INPATIENT : ENCOUNTER_EMERGENCY;
    encounter->arrived = trust->outage_start + dice_below(dice, length) / 60 * 60;
    encounter->left = trust->outage_end + HOUR + dice_below(dice, 4 * DAY);
    encounter->created = trust->outage_end + dice_below(dice, 10 * DAY);
    encounter->typing_error = which < trust->typing_errors ? 1 + (int)(which % 3) : 0;
}

void encounter_of(const struct trust *trust, int64_t index, struct encounter *encounter)
{
    struct dice dice = trust_dice(trust, T_ENCOUNTER, index);

    *encounter = (struct encounter){.index = index};
    encounter->ward = ward_any(trust, &dice);
    if (index >= trust->count[T_ENCOUNTER] - trust->back_encounters) {
        back_entry(trust, encounter, &dice);
        return;
    }
    int64_t usual = trust->combined + trust->quiet;
    encounter->person = index < trust->persons
                            ? index
                            : person_at(trust, usual + dice_skewed(&dice, trust->persons - usual));
    struct person person;
    person_of(trust, encounter->person, &person);
    bool ends = person.deceased && person.kind != D21;
    int64_t until = ends ? person.died : trust->as_of;
    if (person.place >= trust->combined && person.place < usual) {
        until = trust->live_from + 200 * DAY;
    }
    if (until < trust->live_from + 60 * DAY) {
        until = trust->live_from + 60 * DAY;
    }
    enum encounter_class class = class_of(trust, index);
    encounter->class = class;
    if (person.kind == D21 && encounter->class == ENCOUNTER_BOOKED) {
        encounter->class = ENCOUNTER_OUTPATIENT;
    }
    encounter->arrived = arrival_of(trust, index, class, until);
    encounter->left = encounter->arrived + length_of_stay(encounter->class, &dice);
    if (ends && encounter->left > until) {
        encounter->left = until > encounter->arrived ? until : encounter->arrived + 20 * 60;
    }
    encounter->created = entered_at(trust, encounter->arrived, &dice);
}
