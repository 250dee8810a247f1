-- rows.sql — a row of each table of the platform that a mapping fills. Nobody in it exists.
-- SPDX-License-Identifier: Apache-2.0
SET care.trust = 'RN1';
INSERT INTO ref.code VALUES ('http://snomed.info/sct', '22298006', 'Myocardial infarction', true,
    '2002-01-31', NULL);
INSERT INTO ref.code_map VALUES ('winpath', 'K', 'Potassium', 'http://snomed.info/sct', '22298006',
    'equivalent', 'Path lead', '2008-06-01 09:00Z');
INSERT INTO ref.organisation VALUES (1, 'RN1', 'Winchester', 'trust', 'RN1', '{}', '1994-04-01',
    NULL, 'ORGANIZATION', '1');
INSERT INTO ref.location VALUES (1, 1, NULL, 'ward', 'Twyford', 'TWY', true, '1');
INSERT INTO ref.practitioner VALUES (1, 'Grace', 'Ada', 'Dr', 'C1234567', 'G3345122', 'CD123456',
    NULL, 'C1234567', '300', 'consultant', true, '1');
INSERT INTO care.person VALUES (1, '9434765919', '01', '1948-07-05', NULL, 'day', '2', 'A', NULL,
    NULL, NULL, false, NULL, NULL, NULL, false, NULL, DEFAULT, DEFAULT, true, '1'),     (2, NULL,
    '07', NULL, NULL, 'unknown', 'X', '99', NULL, NULL, NULL, false, NULL, NULL, NULL, false, 1,
    DEFAULT, DEFAULT, false, '2');
INSERT INTO care.person_name VALUES (1, 1, 'official', 'Mrs', 'Ada', NULL, 'O''DOWD', NULL,
    '1948-07-05', NULL, '1');
INSERT INTO care.person_identifier VALUES (1, 'mrn', 'RN1', 'W000001', ' w000001', NULL, NULL,
    'active', '1');
INSERT INTO care.person_address VALUES (1, 1, 'home', '1 High Street', NULL, NULL, NULL,
    'Winchester', NULL, 'SO22 5DE', 'so225de', NULL, '2000-01-01', NULL, '1');
INSERT INTO care.person_contact VALUES (1, 1, 'home', '01632960000', '01632 960000', NULL, NULL,
    '1');
INSERT INTO care.person_relation VALUES (1, 1, NULL, 'SPOUSE', 'Ida O''Dowd', NULL, NULL, true,
    '1');
INSERT INTO care.gp_registration VALUES (1, 'J82001', 'G3345122', '2000-01-01', NULL, '1');
INSERT INTO care.person_merge VALUES ('7', 1, '2008-06-01 09:00Z', 'records office', NULL, '1');
INSERT INTO care.patient_link VALUES ('PACS', '90001', '90001', 1, 'mrn', 'W000001',
    'w000001', NULL, NULL, 'O''DOWD', 'Ada', '1948-07-05', 'NKDA', '1');
INSERT INTO care.encounter VALUES (1, 1, 'IMP', 'finished', NULL, 1, 1, '300', '300', '21', '19',
    '00', '2008-06-01 09:00Z', '2008-06-01 09:30Z', '2008-06-03 12:00Z', '1', '19', 'chest pain',
    '2008-06-01 09:00Z', false, '2008-06-01 09:00Z', '1');
INSERT INTO care.encounter_identifier VALUES (1, 'fin', '100001', '1');
INSERT INTO care.ward_stay VALUES (1, 1, 1, 'A1', '2008-06-01 09:30Z', NULL, '1');
INSERT INTO care.consultant_episode VALUES (1, 1, 1, 1, '300', '2008-06-01 09:30Z', NULL, '1');
INSERT INTO care.encounter_participant VALUES (1, 1, 'ATTENDDOC', '2008-06-01 09:30Z', NULL, '1');
INSERT INTO care.pathway VALUES (1, 1, '000000000001', 'RN1', '2008-01-07', NULL, '20', '1');
INSERT INTO care.waiting_list_entry VALUES (1, 1, 1, 1, 'waiting', 'waiting', 'urgent',
    '2008-01-07', NULL, NULL, 'hernia repair', '1');
INSERT INTO care.appointment VALUES (1, 1, 1, 'booked', NULL, '2008-07-01 09:00Z',
    '2008-07-01 09:20Z', 1, true, '2008-06-01 09:00Z', NULL, NULL, '1');
INSERT INTO care.condition VALUES (1, 1, 1, 'diagnosis', 'http://snomed.info/sct', '22298006',
    'Myocardial infarction', 'SNOMED!22298006', 1, NULL, '2008-06-01', 'day', '2008-06-01 10:00Z',
    'active', '1');
INSERT INTO care.procedure VALUES (1, 1, 1, 'https://fhir.hl7.org.uk/CodeSystem/OPCS-4', 'K401',
    'K401A', 'left', '2008-06-02 10:00Z', 'minute', 1, 1, '1');
INSERT INTO care.allergy VALUES (1, 1, 'http://snomed.info/sct', '91936005', 'Penicillin',
    'allergy', 'high', 'confirmed', 'active', '{rash}', '2008-06-01 10:00Z', '1');
INSERT INTO care.service_request VALUES (1, 1, 1, 'lab', 'UE', 'Urea and electrolytes', 'active',
    NULL, '2008-06-01 10:00Z', 1, 'P1', 'F1', '1');
INSERT INTO care.service_request_detail VALUES (1, 1, 1, 'COLLECTDTTM', '01/06/2008 10:00', NULL,
    '2008-06-01 09:00Z');
INSERT INTO care.specimen VALUES (1, 1, '08B123456', '700001', 'RN1', 'BLD', NULL,
    '2008-06-01 09:00Z', '2008-06-01 10:00Z', 'available', '1');
INSERT INTO care.document VALUES (1, 1, 1, 'LETTER', 'Discharge letter', '2008-06-03 12:00Z',
    'current', 'text/plain', encode(sha256('letter'), 'hex'), 6, 'letter'::bytea, NULL, 'letter',
    1, '1');
INSERT INTO care.diagnostic_report VALUES (1, 1, 1, 1, 'CC', 'final', '2008-06-01 12:00Z', 1, NULL,
    1, '1');
INSERT INTO care.observation VALUES (1, 1, 1, 1, NULL, 'K', 'http://snomed.info/sct', '22298006',
    4.10, '<', '<4.10', NULL, NULL, 'mmol/L', 'mmol/l', 3.5, 5.3, '3.5-5.3', NULL, 'final',
    '2008-06-01 09:00Z', '2008-06-01 12:00Z', 1, '1');
INSERT INTO care.micro_isolate VALUES (1, 1, 1, 'KLEOXY', 'Klebsiella oxytoca', NULL);
INSERT INTO care.micro_sensitivity VALUES (1, 1, 'AMO', 'Amoxicillin', 'R', 8, 'mg/L');
INSERT INTO care.medication_request VALUES (1, '39720311000001101', 'VMP',
    'Paracetamol 500mg tablets', NULL, 500, 'mg', '500 mg', 'PO', 'QDS', false,
    '2008-06-01 10:00Z', NULL, 'active', '1');
INSERT INTO care.medication_administration VALUES (1, 1, '2008-06-01 12:00Z', 'given', 500, 'mg',
    'PO', NULL, 1, '1');
INSERT INTO care.medication_supply VALUES (1, NULL, 1, '39720311000001101',
    'Paracetamol 500mg tablets', 4, 'Vial Pack', '4 x 1 Vial Pack', 'INP', 1, 'C1',
    '2008-06-01 11:00Z', 1.20, '1');
INSERT INTO care.imaging_study VALUES (1, 1, '1.2.840.10008.1', '128032', '128032128032', 1,
    '{CR}', 'CHEST', NULL, '2008-06-01 11:00Z', 1, 2, NULL, 1, '1');
INSERT INTO care.imaging_series VALUES (1, '1.2.840.10008.1.1', 'CR', 1, 2);
INSERT INTO care.imaging_study_report VALUES (1, 'PACS/REPORT/1', '1');
