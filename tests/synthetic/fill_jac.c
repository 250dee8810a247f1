/* fill_jac.c — the pharmacy's extracts. Its clock is London's. SPDX-License-Identifier: Apache-2.0
 */
#include "calendar.h"
#include "encounters.h"
#include "fills.h"
#include "jac.h"
#include "people.h"
#include "places.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

enum {
    LINK_FIRST = 88000,
    RX_FIRST = 500000,
    HOMECARE_FIRST = 3000
};

void fill_jac_patient(const struct trust *trust, int64_t index, struct row *row)
{
    struct person person;
    char *first = row_room(row, NAME_BYTES);
    char *last = row_room(row, NAME_BYTES);
    char mrn[16];

    person_of(trust, person_at(trust, trust->combined + index), &person);
    person_name(trust, &person);
    memcpy(first, person.first, NAME_BYTES);
    memcpy(last, person.last, NAME_BYTES);
    mrn_write(person.index, mrn, sizeof mrn);
    row_number(row, "lnkpid", LINK_FIRST + index);
    row_format(row, "hospital_no", "%s", mrn);
    if (nhs_alias_of(trust, person.place) >= 0) {
        row_format(row, "nhs_no", "%lld", (long long)nhs_number_of(trust, person.index));
    }
    row_text(row, "surname", last);
    row_text(row, "forename", first);
    row_moment(row, "dob", person.born * DAY);
    row_text(row, "sex", person.female ? "F" : "M");
}

void fill_jac_prescription(const struct trust *trust, int64_t index, struct row *row)
{
    struct prescription rx;

    prescription_of(trust, index, &rx);
    row_number(row, "rx_no", RX_FIRST + index);
    row_number(row, "lnkpid", LINK_FIRST + rx.patient);
    if (rx.kind == D86) {
        row_format(row, "lnkdid", "L%04lld", (long long)(rx.which % 10000));
        row_format(row, "drug_name", "Local linctus %lld", (long long)(rx.which % 97));
    } else {
        row_text(row, "lnkdid", rx.drug->code);
        row_text(row, "drug_name", rx.drug->name);
    }
    row_format(row, "prescriber", "C9%06lld", (long long)(100000 + index % 900));
    row_moment(row, "start_dt", rx.start);
    if (index % 3 > 0) {
        row_moment(row, "stop_dt", rx.start + (3 + index % 7) * DAY);
    }
    row_text(row, "dose", rx.drug->dose);
    row_text(row, "dose_unit", rx.drug->unit);
    row_text(row, "route", rx.drug->route);
    row_text(row, "frequency", index % 2 == 0 ? "BD" : "OD");
    row_text(row, "prn", index % 6 == 0 ? "Y" : "N");
    row_text(row, "status", index % 3 > 0 ? "STOPPED" : "ACTIVE");
    row_moment(row, "verified_dt", rx.start + HOUR);
    if (rx.kind != CLEAN) {
        row_note(row, rx.kind);
    }
}

void fill_jac_dose(const struct trust *trust, int64_t index, struct row *row)
{
    struct dose dose;

    dose_of(trust, index, &dose);
    row_number(row, "rx_no", RX_FIRST + index / DOSES_EACH);
    row_moment(row, "due_dt", dose.due);
    row_text(row, "dose", dose.rx.drug->dose);
    row_text(row, "status", dose.omitted ? "OMITTED" : "GIVEN");
    if (dose.omitted) {
        row_text(row, "omit_reason", "Patient away from ward");
    } else {
        row_moment(row, "given_dt", dose.given);
    }
    row_format(row, "nurse", "N%05lld", (long long)(index % 700));
}

void fill_jac_homecare(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_JAC_HOMECARE, index);
    int64_t days = (trust->as_of - trust->live_from) / DAY - 30;
    int64_t created =
        outside_outage(trust, trust->live_from + dice_below(&dice, days) * DAY + HOUR);

    row_number(row, "lnkrb", HOMECARE_FIRST + index);
    row_number(row, "lnkpid", LINK_FIRST + dice_below(&dice, trust->count[T_JAC_PATIENT]));
    row_text(row, "status", index % 3 == 0 ? "OPEN" : "CLOSED");
    row_text(row, "location", "HOMECARE");
    row_moment(row, "created", london_of_utc(created));
    if (index % 3 > 0) {
        row_moment(row, "closed", london_of_utc(outside_outage(trust, created + 7 * DAY)));
    }
}

void fill_jac_homecare_item(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t requests = trust->count[T_JAC_HOMECARE];
    int64_t items = trust->count[T_JAC_HOMECARE_ITEM];
    int64_t request = parent_of(index, requests, items);
    struct dice dice = trust_dice(trust, T_JAC_HOMECARE_ITEM, index);
    const struct drug *drug = jac_drug_any(&dice);

    row_number(row, "lnkrb", HOMECARE_FIRST + request);
    row_number(row, "item_seq", index - children_of(request, requests, items).from + 1);
    row_text(row, "lnkdid", drug->code);
    row_format(row, "quantity", "%lld %s", (long long)(28 * (1 + index % 3)), drug->form);
    row_text(row, "status", request % 3 == 0 ? "OPEN" : "DELIVERED");
}

struct issue {
    int64_t patient; /* -1: ward stock */
    int64_t at;      /* London */
    bool packs;
    int64_t ward;   /* where the patient lies; 0: anywhere */
    bool after_end; /* of an encounter whose end was mistyped: O12 */
};

/* In the outage: ward stock, patients without an encounter, then those who came. */
static void outage_issue(const struct trust *trust,
                         int64_t which,
                         struct issue *issue,
                         struct dice *dice)
{
    int64_t length = trust->outage_end - trust->outage_start;
    int64_t at = trust->outage_start + dice_below(dice, length);
    int64_t rest = which - trust->outage_issues_stock;

    if (rest >= trust->outage_issues_nowhere) {
        int64_t back = dice_below(dice, trust->back_encounters);
        struct encounter encounter;
        encounter_of(trust, back_encounter(trust, back), &encounter);
        issue->patient = trust->quiet + back;
        issue->ward = encounter.ward;
        at = encounter.arrived + dice_below(dice, trust->outage_end - encounter.arrived);
        issue->after_end = encounter.typing_error == 3 && at >= encounter.arrived + DAY;
    } else {
        issue->patient = rest < 0 ? -1 : rest % trust->quiet;
    }
    issue->at = london_of_utc(at);
}

static void issue_of(const struct trust *trust, int64_t index, struct row *row, struct issue *issue)
{
    struct dice dice = trust_dice(trust, T_JAC_ISSUE, index);
    int64_t usual = trust->count[T_JAC_ISSUE] - trust->outage_issues;
    int64_t which = 0;

    *issue = (struct issue){.patient = -1};
    if (index >= usual) {
        outage_issue(trust, index - usual, issue, &dice);
        row_note(row, O08);
        if (issue->patient < 0) {
            row_note(row, D84);
        } else if (index - usual < trust->outage_issues_stock + trust->outage_issues_nowhere) {
            row_note(row, O09);
        } else if (issue->after_end) {
            row_note(row, O12);
        }
        return;
    }
    enum kind kind = dirt_at(&trust->dirt, JAC_ISSUES, index, &which);
    int64_t days = (trust->as_of - trust->live_from) / DAY - 2;
    int64_t at = trust->live_from + dice_below(&dice, days) * DAY + dice_below(&dice, 10 * HOUR);
    issue->at = london_of_utc(outside_outage(trust, at));
    issue->packs = kind == D83;
    if (kind != D84) {
        issue->patient = dice_below(&dice, trust->count[T_JAC_PATIENT]);
    }
    if (kind != CLEAN) {
        row_note(row, kind);
    }
}

static void fill_drug(struct row *row, const struct drug *drug)
{
    row_text(row, "lnkdid", drug->code);
    row_text(row, "drug_name", drug->name);
    row_text(row, "drug_form", drug->form);
    row_text(row, "drug_strength", drug->strength);
    row_format(row, "drugfull", "%s %s, %s", drug->name, drug->strength, drug->form);
    row_text(row, "bnf_code", drug->bnf);
    row_text(row, "drug_doseunit", drug->form);
}

void fill_jac_issue(const struct trust *trust, int64_t index, struct row *row)
{
    static const char *const types[] = {"TTA", "INP", "ONESTOP", "OUT", "DAYCASE"};
    struct dice dice = trust_dice(trust, T_JAC_ADMIN_DOSE, index);
    struct issue issue;
    char day[MOMENT_TEXT];
    char *place = row_room(row, 41);

    issue_of(trust, index, row, &issue);
    const struct drug *drug = jac_drug_any(&dice);
    int quantity = 7 * (1 + (int)dice_below(&dice, 8));
    struct civil civil = calendar_civil(issue.at);
    (void)snprintf(day, sizeof day, "%04d%02d%02d", civil.year, civil.month, civil.day);
    row_format(row, "dailyissues", "%s||%lld", day, (long long)(index + 1));
    if (issue.patient >= 0) {
        row_number(row, "lnkpid", LINK_FIRST + issue.patient);
    }
    fill_drug(row, drug);
    row_moment(row, "issue_date", issue.at);
    row_moment(row, "issue_time", issue.at);
    row_format(row, "issue_year", "%d", civil.year);
    row_format(row, "issue_month", "%d", civil.month);
    row_format(row, "issue_day", "%d", civil.day);
    row_text(row, "issue_type", issue.patient < 0 ? "REQ" : types[index % 5]);
    if (issue.packs) {
        row_format(row, "quantity", "%d x %d %s Pack", 1 + quantity % 5, quantity, drug->form);
    } else {
        row_format(row, "quantity", "%d %s", quantity, drug->form);
    }
    int64_t ward = issue.ward > 0 ? issue.ward : ward_any(trust, &dice);
    place_name(trust, ward, place, 41);
    row_format(row, "location_code", "W%03lld", (long long)ward);
    row_text(row, "location", place);
    row_format(row, "costcentre_code", "C%03lld", (long long)(100 + ward));
    row_format(row, "issue_value", "%d.%02d", quantity / 4, quantity * 7 % 100);
}
