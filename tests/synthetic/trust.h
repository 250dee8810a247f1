/* trust.h — the hospital: how many of everything there is, and who belongs to whom.
 *
 * A child knows its parent by arithmetic alone, so that nothing has to be kept. A person's place in
 * the domain PEOPLE says what he is: first those combined away, then quiet ones (a single
 * encounter, long ago), the patients of the outage, patients of the pharmacy, everybody else, and
 * last the dirty ones. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_TRUST_H
#define SYNTHETIC_TRUST_H

#include "dirt.h"
#include "row.h"

enum encounter_class {
    ENCOUNTER_INPATIENT,
    ENCOUNTER_EMERGENCY,
    ENCOUNTER_BOOKED, /* pre-registered or on a waiting list */
    ENCOUNTER_OUTPATIENT
};

enum {
    FEED_BAD_LINES = 5
};

struct trust {
    uint64_t seed;
    int64_t persons;
    int64_t as_of;
    int64_t live_from;    /* the first day of the system */
    int64_t outage_start; /* UTC, as all moments */
    int64_t outage_end;
    int64_t count[TABLES]; /* rows without row 0 */
    struct dirt dirt;

    int64_t combined; /* rows of PERSON_COMBINE; as many people are the FROM of one */
    int64_t chains;
    int64_t undone;
    int64_t quiet;
    int64_t with_nhs;

    int64_t back_encounters; /* the last ones of ENCOUNTER */
    int64_t inpatients; /* places of encounter_order: then emergencies, booked ones, the rest */
    int64_t emergencies;
    int64_t booked;
    struct permutation encounter_order; /* of all that were not entered afterwards */
    int64_t typing_errors;              /* of back_encounters */

    int64_t outage_samples; /* the last ones of WINPATH_SAMPLE; half of them were entered */
    int64_t outage_studies; /* the same of PACS_STUDY */
    int64_t outage_issues;  /* the last ones of JAC_ISSUE */
    int64_t outage_issues_stock;
    int64_t outage_issues_nowhere;
    int64_t outage_prescriptions; /* the last ones of JAC_PRESCRIPTION */

    int64_t paper_visits; /* on paper and nowhere else: of quiet people, behind those of O09 */

    int64_t lab_orders; /* sections of ORDERS, one after the other */
    int64_t rad_orders;
    int64_t back_lab_orders;
    int64_t back_rad_orders;
    int64_t electronic_orders; /* what back_lab_orders duplicate */
    int64_t template_orders;   /* the last ones */

    int64_t events; /* EVENT_IDs: sections one after the other */
    int64_t superseded;
    int64_t group_events; /* one of each lab order */
    int64_t lab_results;
    int64_t observations;
    int64_t coded_events;
    int64_t date_events;
    int64_t document_events;

    int64_t culture_rows;      /* the first row of CLINICAL_EVENT that is a culture */
    int64_t cultures;          /* EVENT_IDs behind `events` */
    int64_t cultures_again;    /* the last ones: they have an earlier version */
    int64_t cultures_directed; /* the first ones: of certain patients, and of no sample */
    int64_t isolates;          /* of current versions, as the next */
    int64_t sensitivities;

    int64_t future_events; /* the first ones of SCH_EVENT */
    int64_t unbooked;      /* the last ones of SCH_APPT */
    int64_t allergies;     /* ALLERGY_IDs */
    int64_t daily_events;  /* rows of the feed's daily file of clinical events */
};

/* The hospital of a seed. Ends the program where `persons` is too few. */
void trust_init(struct trust *trust, uint64_t seed, int64_t persons);
/* Rows of a structural kind; -1: known when they are made. */
int64_t trust_planned(const struct trust *trust, enum kind kind);

/* Ids begin at 1000000 and have gaps; -1 is row 0. */
int64_t trust_id(const struct trust *trust, enum table_number table, int64_t index);
struct dice trust_dice(const struct trust *trust, enum table_number table, int64_t index);

/* The person at a place of the order, and the place of a person. */
int64_t person_at(const struct trust *trust, int64_t place);
int64_t person_place(const struct trust *trust, int64_t person);

/* An encounter that was entered after the outage, by its number among these. */
int64_t back_encounter(const struct trust *trust, int64_t which);
/* Which of them a sample or study of the outage is of, of so many: first those that nobody entered.
 * Everybody has one at most, so that nothing is there twice by chance. */
int64_t outage_patient(const struct trust *trust, int64_t which, int64_t of);

/* Never in the outage: five days earlier instead. */
int64_t outside_outage(const struct trust *trust, int64_t moment);
/* When something that happened then was typed in: soon, or after the outage. */
int64_t entered_at(const struct trust *trust, int64_t moment, struct dice *dice);

/* Rows `from` .. `to` - 1 of `children` belong to this one of `parents`. */
struct span {
    int64_t from;
    int64_t to;
};
struct span children_of(int64_t parent, int64_t parents, int64_t children);
int64_t parent_of(int64_t child, int64_t parents, int64_t children);

/* ACTIVE_IND, the columns of status, update and data status, and the effective period. */
void row_housekeeping(const struct trust *trust, struct row *row, int64_t created, int64_t updated);

/* A row of a table; -1 is row 0. */
void trust_fill(const struct trust *trust, int64_t index, struct row *row);

#endif
