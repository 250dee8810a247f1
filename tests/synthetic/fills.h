/* fills.h — what makes the rows of each table: index 0 is the first row behind row 0.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_FILLS_H
#define SYNTHETIC_FILLS_H

#include "trust.h"

typedef void fill_row(const struct trust *trust, int64_t index, struct row *row);

fill_row fill_person, fill_person_name, fill_person_alias, fill_person_patient; /* fill_person.c */
fill_row fill_address, fill_phone, fill_person_prsnl, fill_person_person;       /* fill_contact.c */
fill_row fill_person_combine, fill_person_combine_det, fill_encntr_combine;     /* fill_combine.c */
fill_row fill_encounter, fill_encntr_alias, fill_encntr_loc_hist; /* fill_encounter.c */
fill_row fill_encntr_prsnl, fill_encntr_slice;
fill_row fill_sch_event, fill_sch_appt, fill_sch_event_action; /* fill_schedule.c */
fill_row fill_pm_wait_list, fill_pm_offer;                     /* fill_waiting.c */
fill_row fill_orders, fill_order_action, fill_order_detail, fill_order_comment; /* fill_order.c */
fill_row fill_clinical_event;                                                   /* fill_event.c */
fill_row fill_string_result, fill_coded_result, fill_date_result; /* fill_event_detail.c */
fill_row fill_event_prsnl, fill_specimen;
fill_row fill_microbiology, fill_susceptibility;          /* fill_microbiology.c */
fill_row fill_blob_result, fill_blob, fill_long_text;     /* fill_document.c */
fill_row fill_diagnosis, fill_procedure, fill_problem;    /* fill_coded.c */
fill_row fill_allergy, fill_reaction;                     /* fill_allergy.c */
fill_row fill_surgical_case, fill_surg_case_procedure;    /* fill_surgery.c */
fill_row fill_code_value, fill_code_alias, fill_code_out; /* fill_code.c */
fill_row fill_nomenclature;                               /* fill_nomenclature.c */
fill_row fill_organization, fill_organization_alias;      /* fill_organization.c */
fill_row fill_location, fill_nurse_unit, fill_prsnl, fill_prsnl_alias;
fill_row fill_winpath_sample, fill_winpath_result; /* fill_winpath.c */
fill_row fill_winpath_orderable, fill_winpath_resultable;
fill_row fill_jac_patient, fill_jac_prescription, fill_jac_dose, fill_jac_issue; /* fill_jac.c */
fill_row fill_pacs_patient, fill_pacs_study, fill_pacs_series, fill_pacs_report; /* fill_pacs.c */
fill_row fill_pacs_exam_report, fill_pacs_request;
fill_row fill_jac_homecare, fill_jac_homecare_item;
fill_row fill_form_patient, fill_form_visit, fill_form_stay; /* fill_form.c */
fill_row fill_form_request, fill_form_observation, fill_form_dose;

#endif
