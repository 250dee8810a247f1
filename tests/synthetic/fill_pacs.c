/* fill_pacs.c — the picture archive's extracts. Its clock is London's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "documents.h"
#include "fills.h"
#include "pacs.h"
#include "people.h"
#include "words.h"

#include <string.h>

#define ROOT "1.2.826.0.1.3680043.9.9999"

enum {
    PATIENT_FIRST = 90000,
    STUDY_FIRST = 70000,
    REPORT_FIRST = 40000,
    PAPER_REQUEST_FIRST = 50000000 /* of the archive itself: no order has such a number */
};

/* A record of each under the hospital number; second ones under the NHS number, in the same group.
 */
void fill_pacs_patient(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t people = pacs_people(trust);
    bool second = index >= people;
    int64_t group = second ? index - people : index;
    int64_t which = 0;
    struct person person;
    char mrn[16];

    person_of(trust, pacs_person(trust, group), &person);
    person_name(trust, &person);
    row_number(row, "PatientId", PATIENT_FIRST + index);
    row_number(row, "PatientLinkId", PATIENT_FIRST + group);
    if (second && nhs_alias_of(trust, person.place) >= 0) {
        row_text(row, "PatientIssuerId", "NHS");
        row_format(row, "PatientPersonalId", "%lld", (long long)nhs_number_of(trust, person.index));
    } else {
        mrn_write(person.index, mrn, sizeof mrn);
        row_text(row, "PatientIssuerId", "RN1");
        row_format(row, "PatientPersonalId", "%s", mrn);
    }
    if (dirt_at(&trust->dirt, PACS_PATIENTS, index, &which) == D89) {
        row_note(row, D89);
        row_format(row, "PatientIssuerId", "UNKNOWN%lld", (long long)(which % 7));
    }
    row_format(row, "PatientName", "%s^%s", person.last, person.first);
    row_moment(row, "PatientBirthdate", person.born * DAY);
    row_text(row, "PatientSex", person.female ? "F" : "M");
}

static void fill_uid(
    const struct trust *trust, struct row *row, int64_t study, enum kind kind, int64_t which)
{
    if (kind == D87 && which % 3 == 0) {
        row_format(row,
                   "ExaminationStudyUid",
                   ROOT ".1.9%019lld.9%019lld",
                   (long long)(study + 1),
                   (long long)(study + 1));
    } else if (kind == D87 && which % 3 == 1) {
        row_format(row, "ExaminationStudyUid", ROOT ".01.%lld", (long long)study);
    } else {
        row_format(
            row,
            "ExaminationStudyUid",
            ROOT ".1.%lld",
            (long long)(kind == D87 ? dirt_clean_row(&trust->dirt, PACS_STUDIES, which) : study));
    }
}

/* Millennium's order; a number of the archive's own where there was none when it was made. */
static int64_t request_of(const struct trust *trust, const struct study *study)
{
    return study->outage ? PAPER_REQUEST_FIRST + study->index
                         : trust_id(trust, T_ORDERS, trust->lab_orders + study->index);
}

static void note_outage(struct row *row, const struct study *study)
{
    if (!study->outage) {
        return;
    }
    row->ward = study->ward;
    row_note(row, O10);
    if (study->orphan) {
        row_note(row, O11);
    }
}

void fill_pacs_study(const struct trust *trust, int64_t index, struct row *row)
{
    struct study study;
    int64_t which = 0;
    struct span series =
        children_of(index, trust->count[T_PACS_STUDY], trust->count[T_PACS_SERIES]);

    study_of(trust, index, &study);
    enum kind kind = study.outage ? CLEAN : dirt_at(&trust->dirt, PACS_STUDIES, index, &which);
    int64_t made = london_of_utc(study.made);
    if (kind == D88) {
        made = which % 2 == 0 ? calendar_moment(1753, 1, 3, 0) : calendar_moment(2099, 1, 1, 0);
    }
    row_number(row, "ExaminationId", STUDY_FIRST + index);
    row_number(row, "ExaminationPatientId", PATIENT_FIRST + study.patient);
    row_number(row, "ExaminationRequestId", request_of(trust, &study));
    note_outage(row, &study);
    row_format(row, "ExaminationIdString", "EX%lld", (long long)index);
    row_format(row, "ExaminationAccessionNumber", STUDY_ACCESSION, (long long)index);
    fill_uid(trust, row, index, kind, which);
    row_moment(row, "ExaminationDate", made);
    row_moment(row, "ExaminationArrivalTime", london_of_utc(study.made - 15 * 60));
    row_text(row, "ExaminationStatus", "REPORTED");
    row_text(row, "ExaminationCode", study.code);
    row_text(row, "ExaminationDescription", study.description);
    row_text(row, "ExaminationModality", study.modality);
    row_text(row, "ExaminationBodyPart", study.part);
    row_text(row, "ExaminationInstitution", "RN101");
    row_number(row, "ExaminationSeriesCount", series.to - series.from);
    row_number(row, "ExaminationImageCount", 2 * (series.to - series.from));
    if (kind != CLEAN) {
        row_note(row, kind);
    }
}

void fill_pacs_request(const struct trust *trust, int64_t index, struct row *row)
{
    struct study study;
    struct dice dice = trust_dice(trust, T_PACS_REQUEST, index);

    study_of(trust, index, &study);
    row_number(row, "RequestId", request_of(trust, &study));
    row_format(row, "RequestIdString", "RQ%lld", (long long)index);
    row_number(row, "RequestPatientId", PATIENT_FIRST + study.patient);
    row_format(row, "RequestReferringUnit", "W%03lld", (long long)study.ward);
    row_text(row, "RequestRisHostId", "RIS1");
    row_format(row, "RequestQuestion", "%s?", study.description);
    row_text(row, "RequestAnamnesis", word_any(WORDS_COMPLAINT, &dice));
}

void fill_pacs_series(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t studies = trust->count[T_PACS_STUDY];
    int64_t all = trust->count[T_PACS_SERIES];
    struct study study;

    study_of(trust, parent_of(index, studies, all), &study);
    row_number(row, "SeriesExaminationId", STUDY_FIRST + study.index);
    row_format(row, "SeriesInstanceUid", ROOT ".2.%lld", (long long)index);
    row_text(row, "SeriesModality", study.modality);
    row_number(row, "SeriesNumber", index - children_of(study.index, studies, all).from + 1);
    row_number(row, "SeriesImageCount", 2);
    row_number(row, "SeriesHasPixelData", 1);
}

/* The reports of the first studies: the same texts as Millennium's documents. */
void fill_pacs_report(const struct trust *trust, int64_t index, struct row *row)
{
    struct study study;
    struct document document;

    study_of(trust, index, &study);
    document_of(trust, index, &document);
    char *text = memcpy(row_room(row, document.size), document.text, document.size);
    row_number(row, "ReportId", REPORT_FIRST + index);
    row_format(row, "ReportIdString", "RP%lld", (long long)index);
    row_moment(row, "ReportDate", london_of_utc(study.reported));
    row_moment(row, "ReportModifiedDateUTC", study.reported);
    row_text_sized(row, "ReportText", text, document.size);
    row_text(row, "ReportStatus", "FINAL");
    row_format(row, "ReportDoctorId", "C9%06lld", (long long)(100000 + index % 60));
    row_moment(row, "ReportFinalSignatureDate", london_of_utc(study.reported));
}

void fill_pacs_exam_report(const struct trust *trust, int64_t index, struct row *row)
{
    row_number(row, "ExaminationReportReportId", REPORT_FIRST + index);
    row_number(
        row, "ExaminationReportRequestId", trust_id(trust, T_ORDERS, trust->lab_orders + index));
    row_number(row, "ExaminationReportExaminationId", STUDY_FIRST + index);
}
