/* fill_winpath.c — the laboratory's extracts. Its clock is London's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "fills.h"
#include "people.h"
#include "winpath.h"
#include "words.h"

#include <string.h>

/* The NHS number of somebody else, which is nobody's besides (as those of D06 are). */
static int64_t alias_of_another(const struct trust *trust,
                                const struct person *person,
                                int64_t which)
{
    struct person other;
    int64_t alias = 0;

    which += trust->dirt.count[D06];
    do {
        alias = dirt_clean_row(&trust->dirt, NHS_ALIASES, which++);
        person_of(trust, person_at(trust, nhs_alias_place(trust, alias)), &other);
    } while (other.place == person->place || other.kind != CLEAN);
    return alias;
}

static void fill_identity(const struct trust *trust, struct row *row, const struct sample *sample)
{
    struct person person;
    int64_t which = 0;
    char *first = row_room(row, NAME_BYTES);
    char *last = row_room(row, NAME_BYTES);
    char mrn[16];

    person_of(trust, sample->person, &person);
    person_name(trust, &person);
    int64_t alias = nhs_alias_of(trust, person.place);
    if (!sample->outage && dirt_at(&trust->dirt, WINPATH_SAMPLES, sample->index, &which) == D81) {
        row_note(row, D81);
        alias = alias_of_another(trust, &person, which);
    }
    if (alias >= 0) {
        int64_t holder = person_at(trust, nhs_alias_place(trust, alias));
        row_format(row, "NHSNo", "%lld", (long long)nhs_number_of(trust, holder));
    }
    mrn_write(person.index, mrn, sizeof mrn);
    row_format(row, "MRN", "%s", mrn);
    memcpy(first, person.first, NAME_BYTES);
    memcpy(last, person.last, NAME_BYTES);
    row_text(row, "Surname", last);
    row_text(row, "Forename", first);
    row_moment(row, "DOB", person.born * DAY);
    row_text(row, "Sex", person.female ? "F" : "M");
}

/* The order that asked for a sample; none for those of the outage, but a few that came before it.
 */
static int64_t order_of_sample(const struct trust *trust, const struct sample *sample)
{
    int64_t usual = trust->count[T_WINPATH_SAMPLE] - trust->outage_samples;
    int64_t back = sample->index - usual - trust->outage_samples / 2;

    if (!sample->outage) {
        return 2 * sample->index;
    }
    if (back < 0 || back >= trust->electronic_orders) {
        return -1;
    }
    return trust->lab_orders + trust->rad_orders + trust->back_lab_orders + trust->back_rad_orders +
           back;
}

void fill_winpath_sample(const struct trust *trust, int64_t index, struct row *row)
{
    struct sample sample;
    struct dice dice = trust_dice(trust, T_WINPATH_ORDERABLE, index);
    int64_t which = 0;

    sample_of(trust, index, &sample);
    int64_t order = order_of_sample(trust, &sample);
    row_text(row, "LIMSNo", sample.lims);
    row_format(row, "LabNo", "%s", sample.lab_no);
    fill_identity(trust, row, &sample);
    row_moment(row, "RequestDT", london_of_utc(sample.taken - 10 * 60));
    row_moment(row, "SampleDT", london_of_utc(sample.taken));
    row_moment(row, "ReportDate", london_of_utc(sample.reported));
    row_format(row, "RefClinCode", "C9%06lld", (long long)(100000 + dice_below(&dice, 1000)));
    row_format(row, "SourceCode", "W%03lld", (long long)sample.ward);
    row_text(row, "ReqSiteNo", "RN101");
    row_text(row, "ProcSiteNo", "RN101");
    row_text(row, "CSpecTypeCode", "BLD");
    row_format(row,
               "TLCsRequested",
               "%s %s",
               lab_panel_at(sample.panel[0])->code,
               lab_panel_at(sample.panel[1])->code);
    row_text(row, "ClinicalDetails", word_any(WORDS_COMPLAINT, &dice));
    row_text(row, "UrgentFlag", dice_percent(&dice, 20) ? "Y" : "N");
    if (order >= 0) {
        row_format(row, "OrderNo", "%lld", (long long)trust_id(trust, T_ORDERS, order));
    }
    if (sample.outage) {
        row_note(row, O07);
        if (sample.orphan) {
            row_note(row, D82);
        }
    } else if (dirt_at(&trust->dirt, WINPATH_SAMPLES, index, &which) == D80) {
        row_note(row, D80);
    }
}

void fill_winpath_result(const struct trust *trust, int64_t index, struct row *row)
{
    static const char *const placeholders[] = {".", "*", "see comment"};
    struct lab_result result;
    struct sample sample;
    int place = 0;
    int64_t which = 0;

    sample_of(trust, winpath_sample_of(index, &place), &sample);
    lab_result_of(trust, index, &result);
    const struct lab_test *test = lab_test_at(result.test);
    row_text(row, "LIMSNo", sample.lims);
    row_format(row, "LabNo", "%s", sample.lab_no);
    row_text(row, "WkgCode", lab_panel_at(sample.panel[0])->discipline);
    row_text(row, "TFCCode", test->code);
    row_number(row, "TFCResultSeq", place + 1);
    if (dirt_at(&trust->dirt, WINPATH_RESULTS, index, &which) == D79) {
        row_note(row, D79);
        row_text(row, "TFCValue", placeholders[which % 3]);
    } else {
        row_format(row, "TFCValue", "%s", result.text);
    }
    row_text(row, "Units", test->unit);
    row_format(row, "RefRange", "%s-%s", result.low, result.high);
    row_text(row, "Status", "F");
    row_moment(row, "AuthDT", london_of_utc(sample.reported));
}

void fill_winpath_orderable(const struct trust *trust, int64_t index, struct row *row)
{
    const struct lab_panel *panel = lab_panel_at((int)index);

    row_text(row, "WkgCode", panel->discipline);
    row_text(row, "TLCCode", panel->code);
    row_text(row, "TLCDesc_Full", panel->name);
    row_text(row, "TLCDesc_WP", panel->name);
    row_text(row, "EPRDisplayName", panel->name);
    row_moment(row, "LastUpdateDT", trust->live_from);
}

void fill_winpath_resultable(const struct trust *trust, int64_t index, struct row *row)
{
    const struct lab_test *test = lab_test_at((int)index);

    row_text(row, "TFCCode", test->code);
    row_text(row, "TFCDesc_Full", test->name);
    row_text(row, "TFCDesc_WP", test->name);
    row_text(row, "TFCDesc_Rep", test->name);
    row_text(row, "Units", test->unit);
    row_moment(row, "LastUpdateDT", trust->live_from);
}
