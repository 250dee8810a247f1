/* trust.c — the hospital; the contract is in trust.h. SPDX-License-Identifier: Apache-2.0 */
#include "trust.h"

#include "calendar.h"
#include "codes.h"
#include "fatal.h"
#include "microbiology.h"
#include "winpath.h"

#include <stdlib.h>
#include <string.h>

enum {
    PERSONS_MIN = 1000,
    STREAM_ENCOUNTERS = 2000,
    STREAM_IDS = 3000
};

static int64_t of_100k(const struct trust *trust, int64_t rows)
{
    return rows * trust->persons / 100000;
}

static int64_t at_least_one(int64_t rows)
{
    return rows < 1 ? 1 : rows;
}

static void count_rows(struct trust *trust)
{
#define ROWS(table, system, per_100k, min, zero)                                                   \
    trust->count[T_##table] = of_100k(trust, per_100k) > (min) ? of_100k(trust, per_100k) : (min);
#include "tables.def"
#undef ROWS
    trust->count[T_PERSON] = trust->persons + trust->persons / 5;
    trust->count[T_WINPATH_ORDERABLE] = winpath_orderables();
    trust->count[T_WINPATH_RESULTABLE] = winpath_resultables();
    trust->count[T_PACS_REQUEST] = trust->count[T_PACS_STUDY];
}

static void count_people(struct trust *trust)
{
    trust->combined = trust->count[T_PERSON_COMBINE];
    trust->chains = at_least_one(trust->combined * 6 / 100);
    trust->undone = at_least_one(trust->combined * 2 / 100);
    trust->quiet = trust->persons / 50;
    trust->with_nhs = trust->persons * 92 / 100;
}

static void count_encounters(struct trust *trust)
{
    int64_t all = trust->count[T_ENCOUNTER];
    trust->back_encounters = of_100k(trust, 2700);
    trust->typing_errors = trust->back_encounters * 16 / 1000;
    if (trust->typing_errors < 3) {
        trust->typing_errors = 3; /* one of each */
    }
    int64_t usual = all - trust->back_encounters;
    trust->encounter_order = permutation_of(trust->seed, STREAM_ENCOUNTERS, usual);
    trust->inpatients = usual * 14 / 100;
    trust->emergencies = usual * 16 / 100;
    trust->booked = usual * 12 / 100;
    trust->future_events = trust->count[T_SCH_EVENT] * 45 / 100;
    trust->unbooked = trust->persons / 5;
    trust->allergies = trust->count[T_ALLERGY] * 10 / 16;
}

static void count_outage(struct trust *trust)
{
    trust->outage_samples = 2 * of_100k(trust, 1000);
    trust->outage_studies = 2 * of_100k(trust, 500);
    trust->outage_issues = of_100k(trust, 5600);
    trust->outage_issues_stock = trust->outage_issues * 12 / 100;
    trust->outage_issues_nowhere = of_100k(trust, 140);
    trust->outage_prescriptions = of_100k(trust, 1000);
    trust->paper_visits = of_100k(trust, 1500);
}

/* A line of each visit; requests for what was entered, for half of what was not, and without a
 * number; three measurements of each visit and one of each sample; doses (forms.h). */
static void count_forms(struct trust *trust)
{
    int64_t *count = trust->count;
    int64_t visits = trust->back_encounters + trust->paper_visits;

    count[T_FORM_PATIENT] = visits;
    count[T_FORM_VISIT] = visits;
    count[T_FORM_STAY] = visits;
    count[T_FORM_REQUEST] = trust->outage_samples / 2 + trust->outage_studies / 2 +
                            trust->outage_samples / 4 + trust->outage_studies / 4 +
                            trust->paper_visits;
    count[T_FORM_OBSERVATION] = 3 * visits + trust->outage_samples;
    count[T_FORM_DOSE] = trust->outage_prescriptions + trust->paper_visits;
}

static void count_orders(struct trust *trust)
{
    trust->lab_orders = 2 * (trust->count[T_WINPATH_SAMPLE] - trust->outage_samples);
    trust->rad_orders = trust->count[T_PACS_STUDY] - trust->outage_studies;
    trust->back_lab_orders = trust->outage_samples / 2;
    trust->back_rad_orders = trust->outage_studies / 2;
    trust->electronic_orders =
        at_least_one((trust->back_lab_orders + trust->back_rad_orders) * 3 / 100);
    trust->template_orders = trust->count[T_ORDERS] * 127 / 1000;
    if (trust->lab_orders + trust->rad_orders + trust->back_lab_orders + trust->back_rad_orders +
            trust->electronic_orders + trust->template_orders >
        trust->count[T_ORDERS]) {
        fatal("%lld persons have too few orders", (long long)trust->persons);
    }
}

static void count_events(struct trust *trust)
{
    int64_t *count = trust->count;
    int64_t twice = at_least_one(count[T_CLINICAL_EVENT] * kind_facts[D55].rate / 100000);

    count[T_WINPATH_RESULT] = winpath_results_before(count[T_WINPATH_SAMPLE]);
    count[T_CE_SPECIMEN_COLL] = trust->lab_orders;
    count[T_CE_BLOB] = count[T_CE_BLOB_RESULT] + (count[T_CE_BLOB_RESULT] + 3) / 4;
    trust->superseded = count[T_CLINICAL_EVENT] * 195 / 1000;
    trust->events = count[T_CLINICAL_EVENT] - trust->superseded - twice;
    trust->group_events = trust->lab_orders;
    trust->lab_results = winpath_results_before(count[T_WINPATH_SAMPLE] - trust->outage_samples);
    trust->observations = count[T_CE_STRING_RESULT] - trust->lab_results;
    trust->coded_events = count[T_CE_CODED_RESULT];
    trust->date_events = count[T_CE_DATE_RESULT];
    trust->document_events = count[T_CE_BLOB_RESULT];
    trust->daily_events = trust->persons / 20;
    if (trust->group_events + trust->lab_results + trust->observations + trust->coded_events +
            trust->date_events + trust->document_events >
        trust->events) {
        fatal("%lld persons have too few events", (long long)trust->persons);
    }
}

static void domain(struct trust *trust, enum domain which, int64_t size, enum table_number table)
{
    dirt_domain(&trust->dirt, which, trust->seed, size, trust->count[table]);
}

static void spread_dirt(struct trust *trust)
{
    const int64_t *count = trust->count;
    int64_t persons = trust->persons;

    domain(trust, PEOPLE, persons, T_PERSON);
    domain(trust, NHS_ALIASES, trust->with_nhs, T_PERSON_ALIAS);
    domain(trust, MRN_ALIASES, persons, T_PERSON_ALIAS);
    domain(trust, HOMES, persons, T_ADDRESS);
    domain(trust, OLD_HOMES, persons / 2, T_ADDRESS);
    domain(trust, ENCOUNTERS, count[T_ENCOUNTER] - trust->back_encounters - persons, T_ENCOUNTER);
    domain(trust, FIN_ALIASES, count[T_ENCOUNTER] - trust->back_encounters, T_ENCNTR_ALIAS);
    domain(trust, STAYS, count[T_ENCNTR_LOC_HIST] - count[T_ENCOUNTER], T_ENCNTR_LOC_HIST);
    domain(trust, FUTURE_EVENTS, trust->future_events, T_SCH_APPT);
    domain(trust, UNBOOKED, trust->unbooked, T_SCH_APPT);
    domain(trust, PAST_EVENTS, count[T_SCH_EVENT] - trust->future_events, T_SCH_APPT);
    domain(trust, WAITERS, count[T_PM_WAIT_LIST], T_PM_WAIT_LIST);
    domain(trust, LAB_ORDERS, trust->lab_orders, T_ORDERS);
    domain(trust, DETAILS, count[T_ORDERS] * 5, T_ORDER_DETAIL);
    domain(trust, RESULTS, trust->lab_results, T_CLINICAL_EVENT);
    domain(trust, DOCUMENTS, count[T_CE_BLOB_RESULT], T_CE_BLOB);
    domain(trust, DIAGNOSES, count[T_DIAGNOSIS], T_DIAGNOSIS);
    domain(trust, PROCEDURES, count[T_PROCEDURE], T_PROCEDURE);
    domain(trust, ALLERGIES, trust->allergies, T_ALLERGY);
    domain(trust, LONG_TEXTS, count[T_LONG_TEXT], T_LONG_TEXT);
    domain(trust, PRSNL_ALIASES, count[T_PRSNL_ALIAS], T_PRSNL_ALIAS);
    domain(trust, ORG_ALIASES, count[T_ORGANIZATION_ALIAS], T_ORGANIZATION_ALIAS);
    domain(trust, CODE_VALUES, count[T_CODE_VALUE] - code_filler_first(trust), T_CODE_VALUE);
    domain(trust, CODE_ALIASES, count[T_CODE_VALUE_ALIAS], T_CODE_VALUE_ALIAS);
    domain(trust, WINPATH_RESULTS, count[T_WINPATH_RESULT], T_WINPATH_RESULT);
    domain(
        trust, WINPATH_SAMPLES, count[T_WINPATH_SAMPLE] - trust->outage_samples, T_WINPATH_SAMPLE);
    domain(trust, JAC_ISSUES, count[T_JAC_ISSUE] - trust->outage_issues, T_JAC_ISSUE);
    trust->dirt.count[D84] -= trust->outage_issues_stock; /* the others are in the outage */
    domain(trust,
           JAC_PRESCRIPTIONS,
           count[T_JAC_PRESCRIPTION] - trust->outage_prescriptions,
           T_JAC_PRESCRIPTION);
    domain(trust, PACS_STUDIES, count[T_PACS_STUDY] - trust->outage_studies, T_PACS_STUDY);
    domain(trust, PACS_PATIENTS, count[T_PACS_PATIENT], T_PACS_PATIENT);
    domain(trust, PAPER_VISITS, trust->paper_visits, T_FORM_VISIT);
}

/* Microbiology came last: all of it is behind the rows that there were, which stay as they are. */
static void add_microbiology(struct trust *trust)
{
    int64_t *count = trust->count;

    trust->cultures = of_100k(trust, 20000);
    trust->cultures_again = trust->cultures / 4;
    trust->cultures_directed = trust->dirt.count[D24] + trust->dirt.count[D20];
    trust->isolates = isolates_before(trust->cultures);
    trust->sensitivities = sensitivities_before(trust->isolates);
    int64_t again = isolates_before(trust->cultures - trust->cultures_again);
    count[T_CE_MICROBIOLOGY] = 2 * trust->isolates - again;
    count[T_CE_SUSCEPTIBILITY] = 2 * trust->sensitivities - sensitivities_before(again);
    trust->culture_rows = count[T_CLINICAL_EVENT];
    count[T_CLINICAL_EVENT] += trust->cultures + trust->cultures_again;
    count[T_CODE_VALUE] += code_values_behind();

    int64_t directed = isolates_before(trust->cultures_directed);
    domain(trust, ISOLATES, trust->isolates - directed, T_CE_MICROBIOLOGY);
    domain(trust,
           SENSITIVITIES,
           trust->sensitivities - sensitivities_before(directed),
           T_CE_SUSCEPTIBILITY);
}

void trust_init(struct trust *trust, uint64_t seed, int64_t persons)
{
    if (persons < PERSONS_MIN) {
        fatal("a hospital of fewer than %d persons cannot be made", PERSONS_MIN);
    }
    *trust = (struct trust){.seed = seed,
                            .persons = persons,
                            .as_of = calendar_moment(2008, 7, 1, 0),
                            .live_from = calendar_moment(2007, 2, 24, 8),
                            .outage_start = calendar_moment(2008, 6, 5, 8),
                            .outage_end = calendar_moment(2008, 6, 9, 11)};
    count_rows(trust);
    count_people(trust);
    count_encounters(trust);
    count_outage(trust);
    count_forms(trust);
    count_orders(trust);
    count_events(trust);
    spread_dirt(trust);
    add_microbiology(trust);
}

static int64_t zero_rows(void)
{
    int64_t rows = 0;
#define ROWS(table, system, per_100k, min, zero) rows += (zero) ? 1 : 0;
#include "tables.def"
#undef ROWS
    return rows;
}

static int64_t planned_on_paper(const struct trust *trust, enum kind kind)
{
    switch ((int)kind) {
    case P10:
    case P12:
    case P16:
    case P20:
        return trust->paper_visits;
    case P11:
    case P13:
        return trust->back_encounters;
    case P14:
        return trust->outage_samples / 4 + trust->outage_studies / 4;
    case P15:
        return trust->outage_samples / 2 + trust->outage_studies / 2;
    case P17:
        return 3 * (trust->back_encounters + trust->paper_visits);
    case P18:
        return (trust->outage_samples + 1) / 2;
    case P19:
        return trust->outage_samples / 2;
    case P21:
        return (trust->outage_prescriptions + 1) / 2;
    case P22:
        return trust->outage_prescriptions / 2;
    default:
        return -1;
    }
}

int64_t trust_planned(const struct trust *trust, enum kind kind)
{
    if (kind == D84) {
        return trust->dirt.count[D84] + trust->outage_issues_stock;
    }
    if (kind_facts[kind].domain != NOWHERE) {
        return trust->dirt.count[kind];
    }
    switch ((int)kind) {
    case D11:
        return zero_rows();
    case D12:
        return trust->count[T_PERSON] - trust->persons;
    case D13:
        return trust->combined - trust->undone;
    case D14A:
        return trust->chains;
    case D14B:
        return 2;
    case D15:
        return trust->undone;
    case D52:
        return trust->template_orders;
    case D54:
        return trust->superseded + trust->cultures_again;
    case D71:
        return trust->count[T_ALLERGY] - trust->allergies;
    case D76:
        return FEED_BAD_LINES;
    case D90:
    case D91:
        return 1; /* where they are asked for */
    case D82:
        return trust->outage_samples / 2;
    case O01:
        return trust->back_encounters;
    case O02:
    case O03:
    case O04:
        return (trust->typing_errors + 2 - (int)(kind - O02)) / 3;
    case O05:
        return trust->back_lab_orders + trust->back_rad_orders;
    case O06:
        return trust->electronic_orders;
    case O07:
        return trust->outage_samples;
    case O08:
        return trust->outage_issues;
    case O09:
        return trust->outage_issues_nowhere;
    case O10:
        return trust->outage_studies;
    case O11:
        return trust->outage_studies / 2;
    default:
        return planned_on_paper(trust, kind);
    }
}

int64_t trust_id(const struct trust *trust, enum table_number table, int64_t index)
{
    if (index < 0) {
        return 0;
    }
    uint64_t key = trust->seed ^ (uint64_t)(STREAM_IDS + (int)table) << 40 ^ (uint64_t)index;
    return 1000000 + 3 * index + (int64_t)(random_mix(key) % 3);
}

struct dice trust_dice(const struct trust *trust, enum table_number table, int64_t index)
{
    return dice_of(trust->seed, (uint64_t)table, index);
}

int64_t person_at(const struct trust *trust, int64_t place)
{
    return permutation_find(&trust->dirt.order[PEOPLE], place);
}

int64_t person_place(const struct trust *trust, int64_t person)
{
    return permutation_at(&trust->dirt.order[PEOPLE], person);
}

int64_t outside_outage(const struct trust *trust, int64_t moment)
{
    bool inside = moment >= trust->outage_start && moment < trust->outage_end;
    return inside ? moment - 5 * DAY : moment;
}

int64_t entered_at(const struct trust *trust, int64_t moment, struct dice *dice)
{
    int64_t entered = moment + dice_below(dice, 3 * HOUR);
    if (entered >= trust->outage_start && entered < trust->outage_end) {
        entered = trust->outage_end + dice_below(dice, 10 * DAY);
    }
    return entered;
}

int64_t back_encounter(const struct trust *trust, int64_t which)
{
    return trust->count[T_ENCOUNTER] - trust->back_encounters + which;
}

int64_t outage_patient(const struct trust *trust, int64_t which, int64_t of)
{
    return (which + of / 2) % of % trust->back_encounters;
}

static int64_t ceil_div(int64_t value, int64_t by)
{
    return (value + by - 1) / by;
}

struct span children_of(int64_t parent, int64_t parents, int64_t children)
{
    return (struct span){.from = ceil_div(parent * children, parents),
                         .to = ceil_div((parent + 1) * children, parents)};
}

int64_t parent_of(int64_t child, int64_t parents, int64_t children)
{
    return child * parents / children;
}

void row_housekeeping(const struct trust *trust, struct row *row, int64_t created, int64_t updated)
{
    struct dice dice = trust_dice(trust, T_PRSNL, created);

    if (row_has(row, "ACTIVE_IND")) {
        row_number(row, "ACTIVE_IND", 1);
    }
    if (row_has(row, "ACTIVE_STATUS_CD")) {
        row_number(row, "ACTIVE_STATUS_CD", CODE_ACTIVE);
        row_moment(row, "ACTIVE_STATUS_DT_TM", created);
    }
    if (row_has(row, "BEG_EFFECTIVE_DT_TM")) {
        row_moment(row, "BEG_EFFECTIVE_DT_TM", created);
    }
    if (row_has(row, "END_EFFECTIVE_DT_TM")) {
        row_moment(row, "END_EFFECTIVE_DT_TM", calendar_moment(2100, 12, 31, 0));
    }
    if (row_has(row, "UPDT_DT_TM")) {
        row_moment(row, "UPDT_DT_TM", updated);
        row_number(row, "UPDT_CNT", updated > created);
        row_number(row, "UPDT_ID", prsnl_id(trust, dice_below(&dice, trust->count[T_PRSNL])));
        row_number(row, "UPDT_TASK", 100000 + (int)row->table->number);
    }
}
