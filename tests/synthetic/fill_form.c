/* fill_form.c — the forms of the outage, line by line, as they were typed in. Their clock is
 * London's. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "fills.h"
#include "forms.h"
#include "jac.h"
#include "pacs.h"
#include "people.h"
#include "winpath.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

enum {
    MINUTE = 60
};

/* The first two digits from behind that differ change places. */
static void transpose(char *mrn)
{
    for (size_t i = strlen(mrn) - 1; i > 1; i--) {
        if (mrn[i] != mrn[i - 1]) {
            char digit = mrn[i];
            mrn[i] = mrn[i - 1];
            mrn[i - 1] = digit;
            return;
        }
    }
}

static void fill_numbers(const struct trust *trust,
                         struct row *row,
                         const struct paper *paper,
                         const struct person *person)
{
    char mrn[16];

    mrn_write(person->index, mrn, sizeof mrn);
    if (paper->kind == P02) {
        transpose(mrn);
    }
    row_format(row, "mrn", "%s", mrn);
    if (nhs_alias_of(trust, person->place) < 0) {
        return;
    }
    int64_t number = nhs_number_of(trust, person->index);
    if (paper->kind == P03) {
        row_format(row,
                   "nhs_no",
                   "%03lld %03lld %04lld",
                   (long long)(number / 10000000),
                   (long long)(number / 10000 % 1000),
                   (long long)(number % 10000));
    } else {
        row_format(row, "nhs_no", "%lld", (long long)number);
    }
}

static void fill_typed(struct row *row, const struct paper *paper)
{
    row_text(row, "typed_by", "jw");
    row_moment(row, "typed_at", london_of_utc(paper->typed));
}

void fill_form_patient(const struct trust *trust, int64_t index, struct row *row)
{
    struct paper paper;
    struct person person;

    paper_of(trust, index, &paper);
    person_of(trust, paper.person, &person);
    person_name(trust, &person);
    row_format(row, "downtime_no", "D%05lld", (long long)(index + 1));
    if (paper.kind != P01) {
        fill_numbers(trust, row, &paper, &person);
    }
    row_format(row, "family_name", "%s", person.last);
    row_format(row, "given_name", "%s", person.first);
    row_moment(row, "date_of_birth", person.born * DAY);
    row_text(row, "sex", person.female ? "F" : "M");
    fill_typed(row, &paper);
    if (paper.kind == P01 || paper.kind == P02 || paper.kind == P03) {
        row_note(row, paper.kind);
    }
}

/* Whose line it is: the number of the pack, and the name beside it. */
static void fill_whose(const struct trust *trust, struct row *row, const struct paper *paper)
{
    struct person person;

    person_of(trust, paper->person, &person);
    person_name(trust, &person);
    row_format(row, "downtime_no", "D%05lld", (long long)(paper->index + 1));
    row_format(row, "family_name", "%s", person.last);
    row->ward = paper->ward;
    fill_typed(row, paper);
}

/* A line of a sheet of which each patient has one. */
static void fill_line(
    const struct trust *trust, struct row *row, const struct paper *paper, char sheet, int64_t line)
{
    row_format(row, "form_no", "%c%05lld", sheet, (long long)(paper->index + 1));
    row_number(row, "line", line);
    fill_whose(trust, row, paper);
}

/* The name of somebody else, who is called otherwise. */
static void other_name(const struct trust *trust, const struct paper *paper, struct row *row)
{
    struct person own;
    struct person other;

    person_of(trust, paper->person, &own);
    person_name(trust, &own);
    int64_t next = own.index;
    do {
        next = (next + 1) % trust->persons;
        person_of(trust, next, &other);
        person_name(trust, &other);
    } while (strcmp(own.last, other.last) == 0);
    row_format(row, "family_name", "%s", other.last);
}

static void soil_visit(const struct trust *trust, struct row *row, const struct paper *paper)
{
    switch ((int)paper->kind) {
    case P04:
        other_name(trust, paper, row);
        break;
    case P05:
        row_format(row, "downtime_no", "X%05lld", (long long)(paper->index + 1));
        break;
    case P06:
        row_moment(row, "discharged_at", london_of_utc(paper->arrived - 2 * HOUR));
        break;
    case P07:
        row_moment(row, "typed_at", london_of_utc(paper->arrived - HOUR));
        break;
    case P08:
        row_text(row, "kind", "Visitor");
        break;
    case P09:
        break;
    default:
        return;
    }
    row_note(row, paper->kind);
}

void fill_form_visit(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_FORM_PATIENT, index);
    struct paper paper;

    paper_of(trust, index, &paper);
    bool admitted = paper.class == ENCOUNTER_INPATIENT;
    row_format(row, "form_no", "V%05lld", (long long)(index + 1));
    fill_whose(trust, row, &paper);
    row_text(row, "kind", paper.day_case ? "Day case" : admitted ? "Admission" : "A&E");
    row_moment(row, "arrived_at", london_of_utc(paper.arrived));
    if (admitted) {
        row_moment(row, "admitted_at", london_of_utc(paper.arrived));
    }
    if (paper.left > 0) {
        row_moment(row, "discharged_at", london_of_utc(paper.left));
    }
    row_text(row, "reason", word_any(WORDS_COMPLAINT, &dice));
    row_note(row, paper.entered ? P11 : P10);
    soil_visit(trust, row, &paper);
}

void fill_form_stay(const struct trust *trust, int64_t index, struct row *row)
{
    struct paper paper;

    paper_of(trust, index, &paper);
    fill_line(trust, row, &paper, 'S', 1);
    row_format(row, "ward", "W%03lld", (long long)paper.ward);
    row_format(row, "bed", "B%lld", (long long)(1 + index % 24));
    row_moment(row, "came_at", london_of_utc(paper.arrived));
    if (paper.left > 0) {
        row_moment(row, "left_at", london_of_utc(paper.left));
    }
    row_note(row, paper.entered ? P13 : P12);
}

/* Of those that were entered, too, a third has a time that is hours out, and is there twice by its
 * number alone; a third has no number, and is by its time. */
enum request_fault {
    NUMBER_AND_TIME,
    WRONG_TIME,
    NO_NUMBER
};

static enum request_fault fault_of(int64_t number, bool entered)
{
    return entered ? (enum request_fault)(number % 3) : NUMBER_AND_TIME;
}

/* Orders are placed 10 to 70 minutes before. */
static int64_t asked_at(const struct trust *trust, int64_t taken, enum request_fault fault)
{
    int64_t at = taken - 30 * MINUTE;

    if (fault == WRONG_TIME) {
        at += at + 4 * HOUR < trust->outage_end ? 4 * HOUR : -4 * HOUR;
    }
    return london_of_utc(at < trust->outage_start ? trust->outage_start : at);
}

/* A request for a sample (its number among those of the outage) or a study. */
static void lab_request(const struct trust *trust, int64_t number, bool entered, struct row *row)
{
    enum request_fault fault = fault_of(number, entered);
    struct sample sample;
    struct paper paper;

    sample_of(trust, trust->count[T_WINPATH_SAMPLE] - trust->outage_samples + number, &sample);
    paper_of(trust, sample.back, &paper);
    fill_line(trust, row, &paper, 'R', 1);
    row_text(row, "kind", "Blood");
    row_text(row, "what", lab_panel_at(sample.panel[0])->name);
    if (fault != NO_NUMBER) {
        row_format(row, "lab_no", "%s", sample.lab_no);
    }
    row_moment(row, "asked_at", asked_at(trust, sample.taken, fault));
    row_note(row, entered ? P15 : P14);
}

static void image_request(const struct trust *trust, int64_t number, bool entered, struct row *row)
{
    enum request_fault fault = fault_of(number, entered);
    struct study study;
    struct paper paper;

    study_of(trust, trust->count[T_PACS_STUDY] - trust->outage_studies + number, &study);
    paper_of(trust, study.back, &paper);
    fill_line(trust, row, &paper, 'R', 2);
    row_text(row, "kind", "X-ray");
    row_text(row, "what", study.description);
    if (fault != NO_NUMBER) {
        row_format(row, "lab_no", STUDY_ACCESSION, (long long)study.index);
    }
    row_moment(row, "asked_at", asked_at(trust, study.made, fault));
    row_note(row, entered ? P15 : P14);
}

/* For what was entered; for half of what was not; and without a number. */
void fill_form_request(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t samples = trust->outage_samples / 2;
    int64_t studies = trust->outage_studies / 2;
    struct paper paper;

    row_text(row, "asked_by", "Dr Grace");
    if (index < samples) {
        lab_request(trust, samples + index, true, row);
        return;
    }
    index -= samples;
    if (index < studies) {
        image_request(trust, studies + index, true, row);
        return;
    }
    index -= studies;
    if (index < trust->outage_samples / 4) {
        lab_request(trust, index, false, row);
        return;
    }
    index -= trust->outage_samples / 4;
    if (index < trust->outage_studies / 4) {
        image_request(trust, index, false, row);
        return;
    }
    index -= trust->outage_studies / 4;
    paper_of(trust, trust->back_encounters + index, &paper);
    fill_line(trust, row, &paper, 'R', 1);
    row_text(row, "kind", "Laboratory");
    row_text(row, "what", "Group and save");
    row_moment(row, "asked_at", london_of_utc(paper_later(trust, &paper, HOUR)));
    row_note(row, P16);
}

static void chart_line(const struct trust *trust, int64_t index, struct row *row)
{
    static const struct {
        const char *what;
        const char *unit;
        int low;
        int decimals;
    } signs[CHART_LINES] = {
        {"Pulse", "/min", 60, 0}, {"Temperature", "Cel", 361, 1}, {"Saturation", "%", 90, 0}};
    struct dice dice = trust_dice(trust, T_FORM_OBSERVATION, index);
    struct paper paper;
    int64_t sign = index % CHART_LINES;
    char value[16];

    paper_of(trust, index / CHART_LINES, &paper);
    fill_line(trust, row, &paper, 'C', sign + 1);
    decimal_write(
        signs[sign].low + dice_below(&dice, 10), signs[sign].decimals, value, sizeof value);
    row_text(row, "what", signs[sign].what);
    row_format(row, "value", "%s", value);
    row_text(row, "unit", signs[sign].unit);
    row_moment(row, "taken_at", london_of_utc(paper_later(trust, &paper, 30 * MINUTE)));
    row_note(row, P17);
}

/* The first result of a sample that says anything. */
static void copied_result(const struct trust *trust, int64_t sample, struct lab_result *result)
{
    int64_t index = winpath_results_before(sample);
    int64_t which = 0;

    while (dirt_at(&trust->dirt, WINPATH_RESULTS, index, &which) == D79) {
        index++;
    }
    lab_result_of(trust, index, result);
}

void fill_form_observation(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t charts = CHART_LINES * paper_visits(trust);
    struct sample sample;
    struct lab_result result;
    struct paper paper;

    if (index < charts) {
        chart_line(trust, index, row);
        return;
    }
    index -= charts;
    sample_of(trust, trust->count[T_WINPATH_SAMPLE] - trust->outage_samples + index, &sample);
    copied_result(trust, sample.index, &result);
    paper_of(trust, sample.back, &paper);
    int64_t at = sample.taken;
    if (index % 2 == 1) {
        bool early = at - 20 * MINUTE < trust->outage_start;
        at += early ? 20 * MINUTE : -20 * MINUTE;
    }
    fill_line(trust, row, &paper, 'C', CHART_LINES + 1);
    row_text(row, "what", lab_test_at(result.test)->code);
    row_format(row, "value", "%s", result.text);
    row_text(row, "unit", lab_test_at(result.test)->unit);
    row_moment(row, "taken_at", london_of_utc(at));
    row_note(row, index % 2 == 0 ? P18 : P19);
}

/* Of a prescription of the outage, whose first dose the pharmacy's system has, too. */
static void copied_dose(const struct trust *trust, int64_t number, struct row *row)
{
    int64_t usual = trust->count[T_JAC_PRESCRIPTION] - trust->outage_prescriptions;
    struct dose dose;
    struct paper paper;

    dose_of(trust, DOSES_EACH * (usual + number), &dose);
    paper_of(trust, dose.rx.patient - trust->quiet, &paper);
    int64_t minute = dose.given / MINUTE % 60;
    int64_t at = number % 2 == 0 ? dose.given : dose.given + ((minute + 7) % 60 - minute) * MINUTE;
    fill_line(trust, row, &paper, 'A', 1);
    row_text(row, "drug", dose.rx.drug->name);
    row_text(row, "dose", dose.rx.drug->dose);
    row_text(row, "unit", dose.rx.drug->unit);
    row_text(row, "route", dose.rx.drug->route);
    row_moment(row, "due_at", dose.due);
    row_moment(row, "given_at", at);
    row_note(row, number % 2 == 0 ? P21 : P22);
}

void fill_form_dose(const struct trust *trust, int64_t index, struct row *row)
{
    struct paper paper;

    row_text(row, "outcome", "Given");
    row_text(row, "given_by", "sr");
    if (index < trust->outage_prescriptions) {
        copied_dose(trust, index, row);
        return;
    }
    paper_of(trust, trust->back_encounters + index - trust->outage_prescriptions, &paper);
    int64_t at = london_of_utc(paper_later(trust, &paper, HOUR));
    fill_line(trust, row, &paper, 'A', 1);
    row_text(row, "drug", "Ibuprofen");
    row_text(row, "dose", "400");
    row_text(row, "unit", "mg");
    row_text(row, "route", "Oral");
    row_moment(row, "due_at", at);
    row_moment(row, "given_at", at);
    row_note(row, P20);
}
