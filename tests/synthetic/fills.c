/* fills.c — which function makes the rows of which table. SPDX-License-Identifier: Apache-2.0 */
#include "fills.h"

static fill_row *const fills[TABLES] = {
    [T_PERSON] = fill_person,
    [T_PERSON_NAME] = fill_person_name,
    [T_PERSON_ALIAS] = fill_person_alias,
    [T_PERSON_PATIENT] = fill_person_patient,
    [T_ADDRESS] = fill_address,
    [T_PHONE] = fill_phone,
    [T_PERSON_PRSNL_RELTN] = fill_person_prsnl,
    [T_PERSON_PERSON_RELTN] = fill_person_person,
    [T_PERSON_COMBINE] = fill_person_combine,
    [T_PERSON_COMBINE_DET] = fill_person_combine_det,
    [T_ENCOUNTER] = fill_encounter,
    [T_ENCNTR_ALIAS] = fill_encntr_alias,
    [T_ENCNTR_LOC_HIST] = fill_encntr_loc_hist,
    [T_ENCNTR_PRSNL_RELTN] = fill_encntr_prsnl,
    [T_ENCNTR_SLICE] = fill_encntr_slice,
    [T_ENCNTR_COMBINE] = fill_encntr_combine,
    [T_SCH_EVENT] = fill_sch_event,
    [T_SCH_APPT] = fill_sch_appt,
    [T_SCH_EVENT_ACTION] = fill_sch_event_action,
    [T_PM_WAIT_LIST] = fill_pm_wait_list,
    [T_PM_OFFER] = fill_pm_offer,
    [T_ORDERS] = fill_orders,
    [T_ORDER_ACTION] = fill_order_action,
    [T_ORDER_DETAIL] = fill_order_detail,
    [T_ORDER_COMMENT] = fill_order_comment,
    [T_CLINICAL_EVENT] = fill_clinical_event,
    [T_CE_STRING_RESULT] = fill_string_result,
    [T_CE_CODED_RESULT] = fill_coded_result,
    [T_CE_DATE_RESULT] = fill_date_result,
    [T_CE_EVENT_PRSNL] = fill_event_prsnl,
    [T_CE_SPECIMEN_COLL] = fill_specimen,
    [T_CE_BLOB_RESULT] = fill_blob_result,
    [T_CE_BLOB] = fill_blob,
    [T_LONG_TEXT] = fill_long_text,
    [T_DIAGNOSIS] = fill_diagnosis,
    [T_PROCEDURE] = fill_procedure,
    [T_PROBLEM] = fill_problem,
    [T_ALLERGY] = fill_allergy,
    [T_REACTION] = fill_reaction,
    [T_SURGICAL_CASE] = fill_surgical_case,
    [T_SURG_CASE_PROCEDURE] = fill_surg_case_procedure,
    [T_CODE_VALUE] = fill_code_value,
    [T_CODE_VALUE_ALIAS] = fill_code_alias,
    [T_CODE_VALUE_OUTBOUND] = fill_code_out,
    [T_NOMENCLATURE] = fill_nomenclature,
    [T_ORGANIZATION] = fill_organization,
    [T_ORGANIZATION_ALIAS] = fill_organization_alias,
    [T_LOCATION] = fill_location,
    [T_NURSE_UNIT] = fill_nurse_unit,
    [T_PRSNL] = fill_prsnl,
    [T_PRSNL_ALIAS] = fill_prsnl_alias,
    [T_WINPATH_SAMPLE] = fill_winpath_sample,
    [T_WINPATH_RESULT] = fill_winpath_result,
    [T_WINPATH_ORDERABLE] = fill_winpath_orderable,
    [T_WINPATH_RESULTABLE] = fill_winpath_resultable,
    [T_JAC_PATIENT] = fill_jac_patient,
    [T_JAC_PRESCRIPTION] = fill_jac_prescription,
    [T_JAC_ADMIN_DOSE] = fill_jac_dose,
    [T_JAC_ISSUE] = fill_jac_issue,
    [T_PACS_PATIENT] = fill_pacs_patient,
    [T_PACS_STUDY] = fill_pacs_study,
    [T_PACS_SERIES] = fill_pacs_series,
    [T_PACS_REPORT] = fill_pacs_report,
    [T_PACS_EXAM_REPORT] = fill_pacs_exam_report,
};

void trust_fill(const struct trust *trust, int64_t index, struct row *row)
{
    row->index = index;
    if (index < 0) {
        row_note(row, D11);
    } else {
        fills[row->table->number](trust, index, row);
    }
}
