/* fill_schedule.c — appointments: an event, and a row for each role in it. Clinics are held on
 * weekdays from 09:00 to 12:30 and from 13:30 to 17:00 in London, in slots of ten minutes; what
 * begins at another time is out of slot. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "fills.h"
#include "people.h"
#include "places.h"

enum {
    SLOTS = 42, /* of a day; the afternoon's begin with the 21st */
    SLOT = 600
};

struct booking {
    int64_t encounter;
    int64_t person;
    int64_t clinic;
    int64_t begins; /* UTC */
    int64_t minutes;
    int64_t booked;
    bool future;
    enum kind kind;
    int64_t state;
    const char *meaning;
};

/* A slot of a day; of a weekend, two days before or after it. */
static int64_t slot_of(int64_t day, bool later, struct dice *dice)
{
    int64_t slot = dice_below(dice, SLOTS);
    if (calendar_weekday(day) > 4) {
        day += later ? 2 : -2;
    }
    return utc_of_london(day * DAY + 9 * HOUR + slot * SLOT + (slot >= SLOTS / 2 ? HOUR : 0));
}

/* An encounter of someone who will be there: nobody who died has an appointment in the future. */
static void choose_encounter(const struct trust *trust,
                             bool future,
                             struct encounter *encounter,
                             struct dice *dice)
{
    int64_t usual = trust->count[T_ENCOUNTER] - trust->back_encounters;
    struct person person;

    do {
        encounter_of(trust, dice_below(dice, usual), encounter);
        person_of(trust, encounter->person, &person);
    } while (future && person.deceased);
}

static void choose_state(struct booking *booking, struct dice *dice)
{
    int64_t share = dice_below(dice, 100);

    if (booking->kind == D49 || share < 9) {
        booking->state = CODE_SCH_CANCELED;
        booking->meaning = "CANCELED";
    } else if (booking->future || booking->kind == D47) {
        booking->state = CODE_SCH_CONFIRMED;
        booking->meaning = "CONFIRMED";
    } else if (share < 16) {
        booking->state = CODE_SCH_NOSHOW;
        booking->meaning = "NOSHOW";
    } else {
        booking->state = CODE_SCH_CHECKED_OUT;
        booking->meaning = "CHECKED OUT";
    }
}

static void booking_of(const struct trust *trust, int64_t event, struct booking *booking)
{
    struct dice dice = trust_dice(trust, T_SCH_EVENT, event);
    int64_t which = 0;
    struct encounter encounter;

    *booking = (struct booking){.future = event < trust->future_events};
    booking->kind = booking->future
                        ? dirt_at(&trust->dirt, FUTURE_EVENTS, event, &which)
                        : dirt_at(&trust->dirt, PAST_EVENTS, event - trust->future_events, &which);
    choose_encounter(trust, booking->future, &encounter, &dice);
    booking->encounter = encounter.index;
    booking->person = encounter.person;
    booking->clinic = clinic_any(trust, &dice);
    booking->minutes = 10 + 10 * dice_below(&dice, 3);
    int64_t day =
        booking->future ? trust->as_of / DAY + 1 + dice_below(&dice, 180) : encounter.arrived / DAY;
    booking->begins = slot_of(day, booking->future, &dice);
    if (!booking->future) {
        booking->begins = outside_outage(trust, booking->begins);
    } else if (booking->kind == D47) {
        int64_t local = london_of_utc(booking->begins) / DAY * DAY;
        booking->begins = utc_of_london(local + (which % 2 == 0 ? 19 : 5) * HOUR + which % 60 * 60);
    }
    int64_t made = (booking->future ? trust->as_of : booking->begins) - DAY;
    made -= dice_below(&dice, 60 * DAY);
    booking->booked = outside_outage(trust, made);
    choose_state(booking, &dice);
}

void fill_sch_event(const struct trust *trust, int64_t index, struct row *row)
{
    struct booking booking;

    booking_of(trust, index, &booking);
    row_housekeeping(trust, row, booking.booked, booking.booked);
    row_number(row, "SCH_EVENT_ID", trust_id(trust, T_SCH_EVENT, index));
    row_number(row, "APPT_TYPE_CD", index % 3 == 0 ? CODE_APPT_FIRST : CODE_APPT_FOLLOW_UP);
    row_number(row, "SCH_STATE_CD", booking.state);
    row_text(row, "SCH_MEANING", booking.meaning);
    row_moment(row, "ORIG_REQ_START_DT_TM", booking.begins);
    if (booking.state == CODE_SCH_CANCELED) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_INACTIVE);
    }
}

static void fill_times(struct row *row, int64_t begins, int64_t minutes)
{
    row_moment(row, "BEG_DT_TM", begins);
    row_moment(row, "END_DT_TM", begins + minutes * 60);
    row_number(row, "DURATION", minutes);
}

/* Capacity that nobody booked: no event, and the role is a blank, or what became of it. */
static void fill_unbooked(const struct trust *trust, int64_t slot, struct row *row)
{
    struct dice dice = trust_dice(trust, T_SCH_APPT, slot);
    int64_t which = 0;
    int64_t made = outside_outage(trust, trust->as_of - 20 * DAY + slot % 400 * HOUR);

    row_housekeeping(trust, row, made, made);
    if (dirt_at(&trust->dirt, UNBOOKED, slot, &which) == D48) {
        row_note(row, D48);
        row_text_sized(row, "ROLE_MEANING", "\0", 1);
    } else {
        row_text(row, "ROLE_MEANING", " ");
    }
    fill_times(row, slot_of(trust->as_of / DAY + 1 + dice_below(&dice, 180), true, &dice), 10);
    row_number(row, "APPT_LOCATION_CD", location_cd(clinic_any(trust, &dice)));
    row_text(row, "SLOT_STATE_MEANING", "OPEN");
}

static void fill_role(const struct trust *trust,
                      struct row *row,
                      const struct booking *booking,
                      const char *role)
{
    bool patient = role[0] == 'P';

    row_text(row, "ROLE_MEANING", role);
    if (patient) {
        row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, booking->person));
        row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, booking->encounter));
        row_number(row, "PRIMARY_ROLE_IND", 1);
    } else if (role[0] == 'R') {
        row_number(row, "RESOURCE_CD", location_cd(booking->clinic));
    }
    row_number(row, "SCH_STATE_CD", booking->state);
    row_text(row, "STATE_MEANING", booking->meaning);
    if (booking->state == CODE_SCH_CANCELED && !(patient && booking->kind == D49)) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_INACTIVE);
    }
    if (patient && booking->kind != CLEAN) {
        row_note(row, booking->kind);
    }
}

/* The patients of all events, their clinicians, places of some, and capacity that is free. */
void fill_sch_appt(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t events = trust->count[T_SCH_EVENT];
    int64_t free_from = trust->count[T_SCH_APPT] - trust->unbooked;
    struct booking booking;

    row_number(row, "SCH_APPT_ID", trust_id(trust, T_SCH_APPT, index));
    if (index >= free_from) {
        fill_unbooked(trust, index - free_from, row);
        return;
    }
    booking_of(trust, index % events, &booking);
    row_housekeeping(trust, row, booking.booked, booking.booked);
    row_number(row, "SCH_EVENT_ID", trust_id(trust, T_SCH_EVENT, index % events));
    row_number(row, "APPT_LOCATION_CD", location_cd(booking.clinic));
    fill_times(row, booking.begins, booking.minutes);
    row_text(row, "SLOT_STATE_MEANING", "BOOKED");
    fill_role(trust,
              row,
              &booking,
              index < events       ? "PATIENT"
              : index < 2 * events ? "RESOURCE"
                                   : "LOCATION");
}

void fill_sch_event_action(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t events = trust->count[T_SCH_EVENT];
    struct booking booking;

    booking_of(trust, index % events, &booking);
    bool made = index < events;
    bool canceled = booking.state == CODE_SCH_CANCELED;
    int64_t at = made || booking.future ? booking.booked + (made ? 0 : HOUR) : booking.begins;
    at = outside_outage(trust, at);
    row_housekeeping(trust, row, at, at);
    row_number(row, "SCH_ACTION_ID", trust_id(trust, T_SCH_EVENT_ACTION, index));
    row_number(row, "SCH_EVENT_ID", trust_id(trust, T_SCH_EVENT, index % events));
    row_text(row, "ACTION_MEANING", made ? "CONFIRM" : canceled ? "CANCEL" : "VIEW");
    row_moment(row, "ACTION_DT_TM", at);
    row_moment(row, "PERFORM_DT_TM", at);
}
