-- schema.sql — the OMOP Common Data Model, version 5.4: the tables that the mappings beside it
-- fill, and those of the vocabulary. Names, types and keys are those that OHDSI publishes, but for
-- numbers of rows, which are bigint here: a hospital has more events than an integer can count.
-- The vocabulary has the few concepts that the code tables name; README.md says how it becomes
-- whole.
CREATE SCHEMA omop;
COMMENT ON SCHEMA omop IS 'OMOP Common Data Model 5.4';

CREATE TABLE omop.concept (
    concept_id       integer PRIMARY KEY,
    concept_name     varchar(255) NOT NULL,
    domain_id        varchar(20) NOT NULL,
    vocabulary_id    varchar(20) NOT NULL,
    concept_class_id varchar(20) NOT NULL,
    standard_concept varchar(1),
    concept_code     varchar(50) NOT NULL,
    valid_start_date date NOT NULL,
    valid_end_date   date NOT NULL,
    invalid_reason   varchar(1)
);
COMMENT ON TABLE omop.concept IS 'Concepts, standard ones and codes of sources';
CREATE INDEX concept_code_idx ON omop.concept (vocabulary_id, concept_code);
CREATE TABLE omop.vocabulary (
    vocabulary_id         varchar(20) PRIMARY KEY,
    vocabulary_name       varchar(255) NOT NULL,
    vocabulary_reference  varchar(255),
    vocabulary_version    varchar(255),
    vocabulary_concept_id integer NOT NULL
);
COMMENT ON TABLE omop.vocabulary IS 'Vocabularies that concepts are of';
CREATE TABLE omop.domain (
    domain_id         varchar(20) PRIMARY KEY,
    domain_name       varchar(255) NOT NULL,
    domain_concept_id integer NOT NULL
);
COMMENT ON TABLE omop.domain IS 'Kinds of things that concepts stand for';
CREATE TABLE omop.concept_class (
    concept_class_id         varchar(20) PRIMARY KEY,
    concept_class_name       varchar(255) NOT NULL,
    concept_class_concept_id integer NOT NULL
);
COMMENT ON TABLE omop.concept_class IS 'Kinds of concepts of a vocabulary';
CREATE TABLE omop.relationship (
    relationship_id         varchar(20) PRIMARY KEY,
    relationship_name       varchar(255) NOT NULL,
    is_hierarchical         varchar(1) NOT NULL,
    defines_ancestry        varchar(1) NOT NULL,
    reverse_relationship_id varchar(20) NOT NULL,
    relationship_concept_id integer NOT NULL
);
COMMENT ON TABLE omop.relationship IS 'What concepts can be to each other';
CREATE TABLE omop.concept_relationship (
    concept_id_1     integer NOT NULL,
    concept_id_2     integer NOT NULL,
    relationship_id  varchar(20) NOT NULL,
    valid_start_date date NOT NULL,
    valid_end_date   date NOT NULL,
    invalid_reason   varchar(1)
);
COMMENT ON TABLE omop.concept_relationship IS 'Which concepts are what to each other';
CREATE INDEX concept_relationship_idx ON omop.concept_relationship (concept_id_1);

INSERT INTO omop.domain VALUES
    ('Condition', 'Condition', 0),
    ('Condition Status', 'Condition Status', 0),
    ('Drug', 'Drug', 0),
    ('Gender', 'Gender', 0),
    ('Meas Value Operator', 'Meas Value Operator', 0),
    ('Measurement', 'Measurement', 0),
    ('Metadata', 'Metadata', 0),
    ('Race', 'Race', 0),
    ('Type Concept', 'Type Concept', 0),
    ('Unit', 'Unit', 0),
    ('Visit', 'Visit', 0);
INSERT INTO omop.vocabulary VALUES
    ('Condition Status', 'OMOP Condition Status', NULL, NULL, 0),
    ('Gender', 'OMOP Gender', NULL, NULL, 0),
    ('ICD10', 'International Classification of Diseases, Tenth Revision (WHO)', NULL, NULL, 0),
    ('LOINC', 'Logical Observation Identifiers Names and Codes', NULL, NULL, 0),
    ('None', 'OMOP Standardized Vocabularies', NULL, NULL, 0),
    ('OPCS4', 'OPCS Classification of Interventions and Procedures version 4', NULL, NULL, 0),
    ('Race', 'OMOP Race', NULL, NULL, 0),
    ('RxNorm', 'RxNorm', NULL, NULL, 0),
    ('SNOMED', 'Systematic Nomenclature of Medicine - Clinical Terms', NULL, NULL, 0),
    ('Type Concept', 'OMOP Type Concept', NULL, NULL, 0),
    ('UCUM', 'Unified Code for Units of Measure', NULL, NULL, 0),
    ('Visit', 'OMOP Visit', NULL, NULL, 0);
INSERT INTO omop.concept_class VALUES
    ('Condition Status', 'Condition Status', 0),
    ('Disorder', 'Disorder', 0),
    ('Gender', 'Gender', 0),
    ('Ingredient', 'Ingredient', 0),
    ('Lab Test', 'Lab Test', 0),
    ('Qualifier Value', 'Qualifier Value', 0),
    ('Race', 'Race', 0),
    ('Type Concept', 'Type Concept', 0),
    ('Undefined', 'Undefined', 0),
    ('Unit', 'Unit', 0),
    ('Visit', 'Visit', 0);
INSERT INTO omop.relationship VALUES
    ('Maps to', 'Non-standard to Standard map (OMOP)', '0', '0', 'Mapped from', 0),
    ('Mapped from', 'Standard to Non-standard map (OMOP)', '0', '0', 'Maps to', 0);
INSERT INTO omop.concept
SELECT *, DATE '1970-01-01', DATE '2099-12-31', NULL FROM (VALUES
    (0, 'No matching concept', 'Metadata', 'None', 'Undefined', NULL, 'No matching concept'),
    (8507, 'MALE', 'Gender', 'Gender', 'Gender', 'S', 'M'),
    (8515, 'Asian', 'Race', 'Race', 'Race', 'S', 'Asian'),
    (8516, 'Black or African American', 'Race', 'Race', 'Race', 'S', 'Black or African American'),
    (8527, 'White', 'Race', 'Race', 'Race', 'S', 'White'),
    (8532, 'FEMALE', 'Gender', 'Gender', 'Gender', 'S', 'F'),
    (8554, 'percent', 'Unit', 'UCUM', 'Unit', 'S', '%'),
    (8582, 'centimeter', 'Unit', 'UCUM', 'Unit', 'S', 'cm'),
    (8636, 'gram per liter', 'Unit', 'UCUM', 'Unit', 'S', 'g/L'),
    (8645, 'unit per liter', 'Unit', 'UCUM', 'Unit', 'S', 'U/L'),
    (8713, 'gram per deciliter', 'Unit', 'UCUM', 'Unit', 'S', 'g/dL'),
    (8749, 'micromole per liter', 'Unit', 'UCUM', 'Unit', 'S', 'umol/L'),
    (8751, 'milligram per liter', 'Unit', 'UCUM', 'Unit', 'S', 'mg/L'),
    (8753, 'millimole per liter', 'Unit', 'UCUM', 'Unit', 'S', 'mmol/L'),
    (8840, 'milligram per deciliter', 'Unit', 'UCUM', 'Unit', 'S', 'mg/dL'),
    (8876, 'millimeter mercury column', 'Unit', 'UCUM', 'Unit', 'S', 'mm[Hg]'),
    (8923, 'international unit per liter', 'Unit', 'UCUM', 'Unit', 'S', '[IU]/L'),
    (9201, 'Inpatient Visit', 'Visit', 'Visit', 'Visit', 'S', 'IP'),
    (9202, 'Outpatient Visit', 'Visit', 'Visit', 'Visit', 'S', 'OP'),
    (9203, 'Emergency Room Visit', 'Visit', 'Visit', 'Visit', 'S', 'ER'),
    (9444, 'billion per liter', 'Unit', 'UCUM', 'Unit', 'S', '10*9/L'),
    (9529, 'kilogram', 'Unit', 'UCUM', 'Unit', 'S', 'kg'),
    (32817, 'EHR', 'Type Concept', 'Type Concept', 'Type Concept', 'S', 'EHR'),
    (32838, 'EHR prescription',
        'Type Concept', 'Type Concept', 'Type Concept', 'S', 'EHR prescription'),
    (32856, 'Lab', 'Type Concept', 'Type Concept', 'Type Concept', 'S', 'Lab'),
    (32882, 'Standard algorithm from EHR',
        'Type Concept', 'Type Concept', 'Type Concept', 'S', 'Standard algorithm from EHR'),
    (32890, 'Admission diagnosis',
        'Condition Status', 'Condition Status', 'Condition Status', 'S', 'Admission diagnosis'),
    (32896, 'Discharge diagnosis',
        'Condition Status', 'Condition Status', 'Condition Status', 'S', 'Discharge diagnosis'),
    (201826, 'Type 2 diabetes mellitus', 'Condition', 'SNOMED', 'Disorder', 'S', '44054006'),
    (316866, 'Hypertensive disorder', 'Condition', 'SNOMED', 'Disorder', 'S', '38341003'),
    (317009, 'Asthma', 'Condition', 'SNOMED', 'Disorder', 'S', '195967001'),
    (586323, 'degree Celsius', 'Unit', 'UCUM', 'Unit', 'S', 'Cel'),
    (1112807, 'aspirin', 'Drug', 'RxNorm', 'Ingredient', 'S', '1191'),
    (1125315, 'acetaminophen', 'Drug', 'RxNorm', 'Ingredient', 'S', '161'),
    (1713332, 'amoxicillin', 'Drug', 'RxNorm', 'Ingredient', 'S', '723'),
    (3000963, 'Hemoglobin [Mass/volume] in Blood',
        'Measurement', 'LOINC', 'Lab Test', 'S', '718-7'),
    (3019550, 'Sodium [Moles/volume] in Serum or Plasma',
        'Measurement', 'LOINC', 'Lab Test', 'S', '2951-2'),
    (3020564, 'Creatinine [Moles/volume] in Serum or Plasma',
        'Measurement', 'LOINC', 'Lab Test', 'S', '14682-9'),
    (3023103, 'Potassium [Moles/volume] in Serum or Plasma',
        'Measurement', 'LOINC', 'Lab Test', 'S', '2823-3'),
    (4171754, '<=', 'Meas Value Operator', 'SNOMED', 'Qualifier Value', 'S', '<='),
    (4171755, '>=', 'Meas Value Operator', 'SNOMED', 'Qualifier Value', 'S', '>='),
    (4171756, '<', 'Meas Value Operator', 'SNOMED', 'Qualifier Value', 'S', '<'),
    (4172703, '=', 'Meas Value Operator', 'SNOMED', 'Qualifier Value', 'S', '='),
    (4172704, '>', 'Meas Value Operator', 'SNOMED', 'Qualifier Value', 'S', '>'),
    (4329847, 'Myocardial infarction', 'Condition', 'SNOMED', 'Disorder', 'S', '22298006'),
    (38003574, 'Asian Indian', 'Race', 'Race', 'Race', 'S', 'Asian Indian'),
    (38003575, 'Bangladeshi', 'Race', 'Race', 'Race', 'S', 'Bangladeshi'),
    (38003579, 'Chinese', 'Race', 'Race', 'Race', 'S', 'Chinese'),
    (38003589, 'Pakistani', 'Race', 'Race', 'Race', 'S', 'Pakistani')
) concept (id, name, domain, vocabulary, class, standard, code);
INSERT INTO omop.concept_relationship
SELECT concept_id, concept_id, 'Maps to', DATE '1970-01-01', DATE '2099-12-31', NULL
FROM omop.concept WHERE standard_concept = 'S';

-- Concepts and what describes them refer to each other, so that this comes behind the rows.
ALTER TABLE omop.concept
    ADD FOREIGN KEY (domain_id) REFERENCES omop.domain,
    ADD FOREIGN KEY (vocabulary_id) REFERENCES omop.vocabulary,
    ADD FOREIGN KEY (concept_class_id) REFERENCES omop.concept_class;
ALTER TABLE omop.vocabulary ADD FOREIGN KEY (vocabulary_concept_id) REFERENCES omop.concept;
ALTER TABLE omop.domain ADD FOREIGN KEY (domain_concept_id) REFERENCES omop.concept;
ALTER TABLE omop.concept_class ADD FOREIGN KEY (concept_class_concept_id) REFERENCES omop.concept;
ALTER TABLE omop.relationship ADD FOREIGN KEY (relationship_concept_id) REFERENCES omop.concept;
ALTER TABLE omop.concept_relationship
    ADD FOREIGN KEY (concept_id_1) REFERENCES omop.concept,
    ADD FOREIGN KEY (concept_id_2) REFERENCES omop.concept,
    ADD FOREIGN KEY (relationship_id) REFERENCES omop.relationship;

-- Of each code, in the form that novate's functions give it (no point, X where it is undivided),
-- its own concept and the standard one that it maps to: what the mappings look up. A code that maps
-- to several has the least here; the others need rows of their own.
CREATE VIEW omop.code_map AS
SELECT code.vocabulary_id, code.concept_id AS source_concept_id,
    CASE code.vocabulary_id WHEN 'SNOMED' THEN code.concept_code
        ELSE rpad(replace(code.concept_code, '.', ''), 4, 'X') END AS code,
    coalesce(min(standard.concept_id), 0) AS concept_id
FROM omop.concept code
LEFT JOIN omop.concept_relationship maps ON maps.concept_id_1 = code.concept_id
    AND maps.relationship_id = 'Maps to' AND maps.invalid_reason IS NULL
LEFT JOIN omop.concept standard ON standard.concept_id = maps.concept_id_2
    AND standard.standard_concept = 'S'
WHERE code.vocabulary_id IN ('ICD10', 'OPCS4', 'SNOMED') AND code.concept_code ~ '^[A-Z0-9.]+$'
GROUP BY code.vocabulary_id, code.concept_code, code.concept_id;
COMMENT ON VIEW omop.code_map IS 'Codes of diagnoses and procedures, and the concepts they map to';

CREATE TABLE omop.location (
    location_id           bigint PRIMARY KEY,
    address_1             varchar(50),
    address_2             varchar(50),
    city                  varchar(50),
    state                 varchar(2),
    zip                   varchar(9),
    county                varchar(20),
    location_source_value varchar(50),
    country_concept_id    integer REFERENCES omop.concept,
    country_source_value  varchar(80),
    latitude              numeric,
    longitude             numeric
);
COMMENT ON TABLE omop.location IS 'Where people live and care is given: one address each';

CREATE TABLE omop.care_site (
    care_site_id                  bigint PRIMARY KEY,
    care_site_name                varchar(255),
    place_of_service_concept_id   integer REFERENCES omop.concept,
    location_id                   bigint REFERENCES omop.location,
    care_site_source_value        varchar(50),
    place_of_service_source_value varchar(50)
);
COMMENT ON TABLE omop.care_site IS 'Wards and clinics';

CREATE TABLE omop.provider (
    provider_id                 bigint PRIMARY KEY,
    provider_name               varchar(255),
    npi                         varchar(20),
    dea                         varchar(20),
    specialty_concept_id        integer REFERENCES omop.concept,
    care_site_id                bigint REFERENCES omop.care_site,
    year_of_birth               integer,
    gender_concept_id           integer REFERENCES omop.concept,
    provider_source_value       varchar(50),
    specialty_source_value      varchar(50),
    specialty_source_concept_id integer REFERENCES omop.concept,
    gender_source_value         varchar(50),
    gender_source_concept_id    integer REFERENCES omop.concept
);
COMMENT ON TABLE omop.provider IS 'Who treats';

CREATE TABLE omop.person (
    person_id                   bigint PRIMARY KEY,
    gender_concept_id           integer NOT NULL REFERENCES omop.concept,
    year_of_birth               integer NOT NULL,
    month_of_birth              integer,
    day_of_birth                integer,
    birth_datetime              timestamp,
    race_concept_id             integer NOT NULL REFERENCES omop.concept,
    ethnicity_concept_id        integer NOT NULL REFERENCES omop.concept,
    location_id                 bigint REFERENCES omop.location,
    provider_id                 bigint REFERENCES omop.provider,
    care_site_id                bigint REFERENCES omop.care_site,
    person_source_value         varchar(50),
    gender_source_value         varchar(50),
    gender_source_concept_id    integer REFERENCES omop.concept,
    race_source_value           varchar(50),
    race_source_concept_id      integer REFERENCES omop.concept,
    ethnicity_source_value      varchar(50),
    ethnicity_source_concept_id integer REFERENCES omop.concept
);
COMMENT ON TABLE omop.person IS 'Patients';

CREATE TABLE omop.observation_period (
    observation_period_id         bigint PRIMARY KEY,
    person_id                     bigint NOT NULL REFERENCES omop.person,
    observation_period_start_date date NOT NULL,
    observation_period_end_date   date NOT NULL,
    period_type_concept_id        integer NOT NULL REFERENCES omop.concept
);
COMMENT ON TABLE omop.observation_period IS 'From when to when what happened to a patient is here';
CREATE INDEX observation_period_person_id_idx ON omop.observation_period (person_id);

CREATE TABLE omop.death (
    person_id               bigint PRIMARY KEY REFERENCES omop.person,
    death_date              date NOT NULL,
    death_datetime          timestamp,
    death_type_concept_id   integer REFERENCES omop.concept,
    cause_concept_id        integer REFERENCES omop.concept,
    cause_source_value      varchar(50),
    cause_source_concept_id integer REFERENCES omop.concept
);
COMMENT ON TABLE omop.death IS 'When and of what patients died';

CREATE TABLE omop.visit_occurrence (
    visit_occurrence_id           bigint PRIMARY KEY,
    person_id                     bigint NOT NULL REFERENCES omop.person,
    visit_concept_id              integer NOT NULL REFERENCES omop.concept,
    visit_start_date              date NOT NULL,
    visit_start_datetime          timestamp,
    visit_end_date                date NOT NULL,
    visit_end_datetime            timestamp,
    visit_type_concept_id         integer NOT NULL REFERENCES omop.concept,
    provider_id                   bigint REFERENCES omop.provider,
    care_site_id                  bigint REFERENCES omop.care_site,
    visit_source_value            varchar(50),
    visit_source_concept_id       integer REFERENCES omop.concept,
    admitted_from_concept_id      integer REFERENCES omop.concept,
    admitted_from_source_value    varchar(50),
    discharged_to_concept_id      integer REFERENCES omop.concept,
    discharged_to_source_value    varchar(50),
    preceding_visit_occurrence_id bigint REFERENCES omop.visit_occurrence
);
COMMENT ON TABLE omop.visit_occurrence IS 'Stays and attendances';
CREATE INDEX visit_occurrence_person_id_idx ON omop.visit_occurrence (person_id);

CREATE TABLE omop.condition_occurrence (
    condition_occurrence_id       bigint PRIMARY KEY,
    person_id                     bigint NOT NULL REFERENCES omop.person,
    condition_concept_id          integer NOT NULL REFERENCES omop.concept,
    condition_start_date          date NOT NULL,
    condition_start_datetime      timestamp,
    condition_end_date            date,
    condition_end_datetime        timestamp,
    condition_type_concept_id     integer NOT NULL REFERENCES omop.concept,
    condition_status_concept_id   integer REFERENCES omop.concept,
    stop_reason                   varchar(20),
    provider_id                   bigint REFERENCES omop.provider,
    visit_occurrence_id           bigint REFERENCES omop.visit_occurrence,
    visit_detail_id               bigint,
    condition_source_value        varchar(50),
    condition_source_concept_id   integer REFERENCES omop.concept,
    condition_status_source_value varchar(50)
);
COMMENT ON TABLE omop.condition_occurrence IS 'Diagnoses';
CREATE INDEX condition_occurrence_person_id_idx ON omop.condition_occurrence (person_id);
CREATE INDEX condition_occurrence_visit_occurrence_id_idx
    ON omop.condition_occurrence (visit_occurrence_id);

CREATE TABLE omop.drug_exposure (
    drug_exposure_id             bigint PRIMARY KEY,
    person_id                    bigint NOT NULL REFERENCES omop.person,
    drug_concept_id              integer NOT NULL REFERENCES omop.concept,
    drug_exposure_start_date     date NOT NULL,
    drug_exposure_start_datetime timestamp,
    drug_exposure_end_date       date NOT NULL,
    drug_exposure_end_datetime   timestamp,
    verbatim_end_date            date,
    drug_type_concept_id         integer NOT NULL REFERENCES omop.concept,
    stop_reason                  varchar(20),
    refills                      integer,
    quantity                     numeric,
    days_supply                  integer,
    sig                          text,
    route_concept_id             integer REFERENCES omop.concept,
    lot_number                   varchar(50),
    provider_id                  bigint REFERENCES omop.provider,
    visit_occurrence_id          bigint REFERENCES omop.visit_occurrence,
    visit_detail_id              bigint,
    drug_source_value            varchar(50),
    drug_source_concept_id       integer REFERENCES omop.concept,
    route_source_value           varchar(50),
    dose_unit_source_value       varchar(50)
);
COMMENT ON TABLE omop.drug_exposure IS 'Drugs prescribed and given';
CREATE INDEX drug_exposure_person_id_idx ON omop.drug_exposure (person_id);
CREATE INDEX drug_exposure_visit_occurrence_id_idx ON omop.drug_exposure (visit_occurrence_id);

CREATE TABLE omop.procedure_occurrence (
    procedure_occurrence_id     bigint PRIMARY KEY,
    person_id                   bigint NOT NULL REFERENCES omop.person,
    procedure_concept_id        integer NOT NULL REFERENCES omop.concept,
    procedure_date              date NOT NULL,
    procedure_datetime          timestamp,
    procedure_end_date          date,
    procedure_end_datetime      timestamp,
    procedure_type_concept_id   integer NOT NULL REFERENCES omop.concept,
    modifier_concept_id         integer REFERENCES omop.concept,
    quantity                    integer,
    provider_id                 bigint REFERENCES omop.provider,
    visit_occurrence_id         bigint REFERENCES omop.visit_occurrence,
    visit_detail_id             bigint,
    procedure_source_value      varchar(50),
    procedure_source_concept_id integer REFERENCES omop.concept,
    modifier_source_value       varchar(50)
);
COMMENT ON TABLE omop.procedure_occurrence IS 'Operations and other procedures';
CREATE INDEX procedure_occurrence_person_id_idx ON omop.procedure_occurrence (person_id);
CREATE INDEX procedure_occurrence_visit_occurrence_id_idx
    ON omop.procedure_occurrence (visit_occurrence_id);

CREATE TABLE omop.measurement (
    measurement_id                bigint PRIMARY KEY,
    person_id                     bigint NOT NULL REFERENCES omop.person,
    measurement_concept_id        integer NOT NULL REFERENCES omop.concept,
    measurement_date              date NOT NULL,
    measurement_datetime          timestamp,
    measurement_time              varchar(10),
    measurement_type_concept_id   integer NOT NULL REFERENCES omop.concept,
    operator_concept_id           integer REFERENCES omop.concept,
    value_as_number               numeric,
    value_as_concept_id           integer REFERENCES omop.concept,
    unit_concept_id               integer REFERENCES omop.concept,
    range_low                     numeric,
    range_high                    numeric,
    provider_id                   bigint REFERENCES omop.provider,
    visit_occurrence_id           bigint REFERENCES omop.visit_occurrence,
    visit_detail_id               bigint,
    measurement_source_value      varchar(50),
    measurement_source_concept_id integer REFERENCES omop.concept,
    unit_source_value             varchar(50),
    unit_source_concept_id        integer REFERENCES omop.concept,
    value_source_value            varchar(50),
    measurement_event_id          bigint,
    meas_event_field_concept_id   integer REFERENCES omop.concept
);
COMMENT ON TABLE omop.measurement IS 'Results that are measured';
CREATE INDEX measurement_person_id_idx ON omop.measurement (person_id);
CREATE INDEX measurement_visit_occurrence_id_idx ON omop.measurement (visit_occurrence_id);

CREATE TABLE omop.observation (
    observation_id                bigint PRIMARY KEY,
    person_id                     bigint NOT NULL REFERENCES omop.person,
    observation_concept_id        integer NOT NULL REFERENCES omop.concept,
    observation_date              date NOT NULL,
    observation_datetime          timestamp,
    observation_type_concept_id   integer NOT NULL REFERENCES omop.concept,
    value_as_number               numeric,
    value_as_string               varchar(60),
    value_as_concept_id           integer REFERENCES omop.concept,
    qualifier_concept_id          integer REFERENCES omop.concept,
    unit_concept_id               integer REFERENCES omop.concept,
    provider_id                   bigint REFERENCES omop.provider,
    visit_occurrence_id           bigint REFERENCES omop.visit_occurrence,
    visit_detail_id               bigint,
    observation_source_value      varchar(50),
    observation_source_concept_id integer REFERENCES omop.concept,
    unit_source_value             varchar(50),
    qualifier_source_value        varchar(50),
    value_source_value            varchar(50),
    observation_event_id          bigint,
    obs_event_field_concept_id    integer REFERENCES omop.concept
);
COMMENT ON TABLE omop.observation IS 'Results that are words or dates';
CREATE INDEX observation_person_id_idx ON omop.observation (person_id);
CREATE INDEX observation_visit_occurrence_id_idx ON omop.observation (visit_occurrence_id);
