-- views.sql — whose the numbers of hospital.sql are, and where the patients were.
-- SPDX-License-Identifier: Apache-2.0
SELECT mrn, person_id, persons FROM care.person_by_mrn WHERE assigner_ods = 'RN1' ORDER BY mrn;
SELECT nhs_number, person_id, persons FROM care.person_by_nhs ORDER BY nhs_number;
SELECT person_id, begins AT TIME ZONE 'UTC', ends AT TIME ZONE 'UTC', encounter_id, encounters
    FROM care.encounter_at ORDER BY person_id, begins;
