-- schema.sql — the replacement platform's tables, as small as they can be and still say no.
CREATE SCHEMA care;
CREATE SCHEMA pharmacy;

CREATE TABLE care.patient (
    patient_id      bigint PRIMARY KEY,
    hospital_number text UNIQUE,
    nhs_number      char(10) CHECK (nhs_number ~ '^[0-9]{10}$'),
    family_name     varchar(50) NOT NULL,
    given_name      varchar(50) NOT NULL,
    sex             char(1) NOT NULL CHECK (sex IN ('0', '1', '2', '9')),
    born_on         date,
    died_at         timestamptz,
    trust           text NOT NULL,
    updated_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE care.encounter (
    encounter_id bigint PRIMARY KEY,
    patient_id   bigint NOT NULL REFERENCES care.patient,
    class        text NOT NULL CHECK (class IN ('inpatient', 'outpatient', 'emergency')),
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    ward         text,
    reason       text,
    CHECK (ended_at >= started_at)
);

CREATE TABLE care.observation (
    observation_id bigint PRIMARY KEY,
    encounter_id   bigint NOT NULL REFERENCES care.encounter,
    code           bigint NOT NULL,
    status         text NOT NULL,
    value_number   numeric(10,2),
    value_text     text,
    units          text,
    observed_at    timestamptz NOT NULL
);

CREATE TABLE pharmacy.issue (
    issue_id        bigint PRIMARY KEY,
    hospital_number text NOT NULL REFERENCES care.patient (hospital_number),
    issued_at       timestamptz NOT NULL,
    drug            text NOT NULL,
    quantity        integer NOT NULL CHECK (quantity > 0),
    ward            text,
    pence           integer NOT NULL
);
