-- schema.sql — the replacement platform: schemas "care" (patients' records) and "ref" (what records
-- refer to), for PostgreSQL 15. What each table is for and what it refuses: README.md.
--
-- Applied by novate where the plan's target is private, otherwise by
--     psql -X1 -v ON_ERROR_STOP=1 -f schema.sql
-- It is applied once: where one of the schemas is there already, nothing is done and that is said.
DO $$
DECLARE
    there text := (SELECT string_agg(quote_ident(nspname), ', ' ORDER BY nspname)
                   FROM pg_catalog.pg_namespace WHERE nspname IN ('care', 'ref'));
BEGIN
    IF current_setting('server_version_num')::integer < 150000 THEN
        RAISE EXCEPTION 'the platform needs PostgreSQL 15 or later'
            USING ERRCODE = 'feature_not_supported', DETAIL = 'This server is older.';
    END IF;
    IF there IS NOT NULL THEN
        RAISE EXCEPTION 'the platform is here already'
            USING ERRCODE = 'duplicate_schema', DETAIL = 'In this database there is: ' || there,
                HINT = 'Use an empty database, or drop these schemas with what is in them.';
    END IF;
END
$$;

CREATE EXTENSION IF NOT EXISTS btree_gist;      -- for periods that may not overlap

CREATE SCHEMA ref;
CREATE SCHEMA care;
COMMENT ON SCHEMA ref IS 'Organisations, places, people who treat, codes: what records refer to';
COMMENT ON SCHEMA care IS 'Records of patients';

-- What checks ask. NULL is neither: a column that may be NULL lets it pass.

CREATE FUNCTION ref.is_known(day date) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN day >= DATE '1880-01-01' AND day < DATE '2099-01-01';
COMMENT ON FUNCTION ref.is_known(date) IS
    'A day that can be of a record: 1753, 1800, 2099, 2100 and 9999 stand for none';

CREATE FUNCTION ref.is_known(moment timestamptz) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN moment >= TIMESTAMPTZ '1880-01-01 00:00Z' AND moment < TIMESTAMPTZ '2099-01-01 00:00Z';
COMMENT ON FUNCTION ref.is_known(timestamptz) IS 'The same of a time';

CREATE FUNCTION ref.is_period(begins date, ends date) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ref.is_known(begins) AND ref.is_known(ends) AND begins <= ends;
COMMENT ON FUNCTION ref.is_period(date, date) IS 'Both known, and the end not before the beginning';

CREATE FUNCTION ref.is_period(begins timestamptz, ends timestamptz) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ref.is_known(begins) AND ref.is_known(ends) AND begins <= ends;
COMMENT ON FUNCTION ref.is_period(timestamptz, timestamptz) IS 'The same of times';

CREATE FUNCTION ref.is_nhs_number(number text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN number !~ '^[0-9]{10}$' THEN false ELSE
        number !~ '^(.)\1{9}$' AND
        (11 - (10 * substr(number, 1, 1)::integer + 9 * substr(number, 2, 1)::integer +
               8 * substr(number, 3, 1)::integer + 7 * substr(number, 4, 1)::integer +
               6 * substr(number, 5, 1)::integer + 5 * substr(number, 6, 1)::integer +
               4 * substr(number, 7, 1)::integer + 3 * substr(number, 8, 1)::integer +
               2 * substr(number, 9, 1)::integer) % 11) % 11 = substr(number, 10, 1)::integer END;
COMMENT ON FUNCTION ref.is_nhs_number(text) IS
    'Ten digits whose check digit is right, and that are not all equal: those are placeholders';

CREATE FUNCTION ref.is_postcode(postcode text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN postcode ~ ('^(([A-PR-UWYZ]([A-HK-Y]?[0-9]{1,2}|[0-9][A-HJKPS-UW]'
        '|[A-HK-Y][0-9][ABEHMNPRVWXY])) [0-9][ABD-HJLNP-UW-Z]{2}|GIR 0AA|BFPO [0-9]{1,4}'
        '|ZZ99 [0-9][A-Z]Z)$');
COMMENT ON FUNCTION ref.is_postcode(text) IS
    'Of the form of a postcode, in capitals with one blank; pseudo postcodes are';

CREATE FUNCTION ref.is_practitioner(code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN code !~ '^[DG][0-9]{7}$' THEN false ELSE
        (substr(code, 2, 1)::integer + 3 * substr(code, 3, 1)::integer +
         7 * substr(code, 4, 1)::integer + substr(code, 5, 1)::integer +
         3 * substr(code, 6, 1)::integer + 7 * substr(code, 7, 1)::integer) % 10
        = substr(code, 8, 1)::integer END;
COMMENT ON FUNCTION ref.is_practitioner(text) IS
    'G or D, six digits and their check digit: a general practitioner or a dentist';

-- Verhoeff's check digit. A product of the dihedral group is computed, not looked up.
CREATE FUNCTION ref.is_sctid(id text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
DECLARE
    permutations CONSTANT text[] := '{0123456789,1576283094,5803796142,8916043527,9453126870,'
        '4286573901,2793806415,7046913258}';
    sum integer := 0;
    digit integer;
BEGIN
    IF id !~ '^[1-9][0-9]{2,14}[01][0-2][0-9]$' THEN
        RETURN false;
    END IF;
    FOR place IN 0 .. length(id) - 1 LOOP
        digit := substr(id, length(id) - place, 1);
        digit := substr(permutations[place % 8 + 1], digit + 1, 1);
        sum := CASE
            WHEN sum < 5 AND digit < 5 THEN (sum + digit) % 5
            WHEN sum < 5 THEN 5 + (sum + digit - 5) % 5
            WHEN digit < 5 THEN 5 + (sum - digit) % 5
            ELSE (sum - digit + 5) % 5 END;
    END LOOP;
    RETURN sum = 0;
END
$$;
COMMENT ON FUNCTION ref.is_sctid(text) IS
    'An identifier of SNOMED CT or dm+d: the check digit finds what passed through a double';

CREATE FUNCTION ref.is_code(system text, code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE system
        WHEN 'http://snomed.info/sct' THEN ref.is_sctid(code)
        WHEN 'https://dmd.nhs.uk' THEN ref.is_sctid(code)
        WHEN 'http://hl7.org/fhir/sid/icd-10' THEN code ~ '^[A-Z][0-9]{2}[0-9X]([0-9-][DA]?)?$'
        WHEN 'https://fhir.hl7.org.uk/CodeSystem/OPCS-4' THEN code ~ '^[A-HJ-Z][0-9]{3}$'
        ELSE code <> '' END;
COMMENT ON FUNCTION ref.is_code(text, text) IS
    'Has the code the one form that its system asks for? That it exists, ref.code says';

CREATE FUNCTION ref.is_dicom_uid(uid text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN length(uid) <= 64 AND uid ~ '^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$';
COMMENT ON FUNCTION ref.is_dicom_uid(text) IS
    'At most 64 characters: numbers without leading zeros, points between them';

CREATE FUNCTION ref.is_none_known(substance text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN substance ~* ('^[^a-z]*(nkda|nka|none|(none|nil) known'
        '|no(ne| known)? (drug |medication )?allerg(y|ies)( known)?)[^a-z]*$');
COMMENT ON FUNCTION ref.is_none_known(text) IS
    'Words that say that no allergy is known, written in the place of a substance';

CREATE FUNCTION ref.is_match(match_status text, person_id bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN match_status IN ('mrn and nhs', 'mrn', 'nhs', 'link group', 'study') THEN person_id IS
            NOT NULL
        WHEN match_status IN ('conflict', 'ambiguous', 'none', 'no patient') THEN person_id IS NULL
        ELSE match_status IS NULL END;
COMMENT ON FUNCTION ref.is_match(text, bigint) IS
    'A word of how a patient was found, with a patient if and only if it says so';

-- Lists that are public and small: loaded here, not by mappings.

CREATE TABLE ref.gender (
    code    char(1) PRIMARY KEY,
    meaning text NOT NULL
);
COMMENT ON TABLE ref.gender IS 'Person stated gender, a national list';
COMMENT ON COLUMN ref.gender.code IS 'code of the list';
COMMENT ON COLUMN ref.gender.meaning IS 'what it means';

CREATE TABLE ref.gender_current (
    code    char(1) PRIMARY KEY,
    meaning text NOT NULL
);
COMMENT ON TABLE ref.gender_current IS
    'Person gender code current, the list of 2008 that feeds still have';
COMMENT ON COLUMN ref.gender_current.code IS 'code of the list';
COMMENT ON COLUMN ref.gender_current.meaning IS 'what it means';

CREATE TABLE ref.ethnic_category (
    code    text PRIMARY KEY,
    meaning text NOT NULL
);
COMMENT ON TABLE ref.ethnic_category IS
    'Ethnic category, a national list: the first character; a second one is local';
COMMENT ON COLUMN ref.ethnic_category.code IS 'code of the list, without a local second character';
COMMENT ON COLUMN ref.ethnic_category.meaning IS 'what it means';

CREATE TABLE ref.nhs_number_status (
    code    char(2) PRIMARY KEY,
    meaning text NOT NULL
);
COMMENT ON TABLE ref.nhs_number_status IS 'How far an NHS number was traced, a national list';
COMMENT ON COLUMN ref.nhs_number_status.code IS 'code of the list';
COMMENT ON COLUMN ref.nhs_number_status.meaning IS 'what it means';

CREATE TABLE ref.default_code (
    code    text PRIMARY KEY,
    kind    text NOT NULL CHECK (kind IN ('organisation', 'practitioner')),
    meaning text NOT NULL
);
COMMENT ON TABLE ref.default_code IS
    'National codes that stand where no organisation or person can: valid, and nobody';
COMMENT ON COLUMN ref.default_code.code IS 'the code';
COMMENT ON COLUMN ref.default_code.kind IS 'what it stands for';
COMMENT ON COLUMN ref.default_code.meaning IS 'what it means';

CREATE TABLE ref.pseudo_postcode (
    postcode text PRIMARY KEY CHECK (postcode ~ '^ZZ99 [0-9][A-Z]Z$'),
    meaning  text NOT NULL
);
COMMENT ON TABLE ref.pseudo_postcode IS
    'Postcodes of no place: no fixed abode, not known, a country';
COMMENT ON COLUMN ref.pseudo_postcode.postcode IS 'the postcode';
COMMENT ON COLUMN ref.pseudo_postcode.meaning IS 'what it means';

CREATE TABLE ref.code_system (
    system  text PRIMARY KEY CHECK (system ~ '^[a-z]+:[^ ]+$'),
    name    text NOT NULL,
    version text NOT NULL
);
COMMENT ON TABLE ref.code_system IS 'Systems that codes are of';
COMMENT ON COLUMN ref.code_system.system IS 'URI of the system, as FHIR names it';
COMMENT ON COLUMN ref.code_system.name IS 'its name';
COMMENT ON COLUMN ref.code_system.version IS 'edition whose codes are in ref.code';

INSERT INTO ref.gender VALUES
    ('1', 'Male'),
    ('2', 'Female'),
    ('9', 'Indeterminate: unable to be classified as either male or female'),
    ('X', 'Not known: not recorded');
INSERT INTO ref.gender_current VALUES
    ('0', 'Not known'),
    ('1', 'Male'),
    ('2', 'Female'),
    ('9', 'Not specified');
INSERT INTO ref.ethnic_category VALUES
    ('A', 'White - British'),
    ('B', 'White - Irish'),
    ('C', 'White - Any other White background'),
    ('D', 'Mixed - White and Black Caribbean'),
    ('E', 'Mixed - White and Black African'),
    ('F', 'Mixed - White and Asian'),
    ('G', 'Mixed - Any other mixed background'),
    ('H', 'Asian or Asian British - Indian'),
    ('J', 'Asian or Asian British - Pakistani'),
    ('K', 'Asian or Asian British - Bangladeshi'),
    ('L', 'Asian or Asian British - Any other Asian background'),
    ('M', 'Black or Black British - Caribbean'),
    ('N', 'Black or Black British - African'),
    ('P', 'Black or Black British - Any other Black background'),
    ('R', 'Other Ethnic Groups - Chinese'),
    ('S', 'Other Ethnic Groups - Any other ethnic group'),
    ('Z', 'Not stated: asked, and declined'),
    ('99', 'Not known');
INSERT INTO ref.nhs_number_status VALUES
    ('01', 'Number present and verified'),
    ('02', 'Number present but not traced'),
    ('03', 'Trace required'),
    ('04', 'Trace attempted: no match or multiple match found'),
    ('05', 'Trace needs to be resolved: NHS number or patient detail conflict'),
    ('06', 'Trace in progress'),
    ('07', 'Number not present and trace not required'),
    ('08', 'Trace postponed: baby under six weeks old');
INSERT INTO ref.default_code VALUES
    ('89997', 'organisation', 'Non-UK provider, no code issued'),
    ('89999', 'organisation', 'Non-NHS UK provider, no code issued'),
    ('Q99', 'organisation', 'Primary care trust of residence not known'),
    ('TDH00', 'organisation', 'Overseas visitor exempt from charges'),
    ('V81997', 'organisation', 'No registered GP practice'),
    ('V81998', 'organisation', 'GP practice code not applicable'),
    ('V81999', 'organisation', 'GP practice code not known'),
    ('VPP00', 'organisation', 'Private patient, or overseas visitor liable for charges'),
    ('X98', 'organisation', 'Primary care trust not applicable: overseas visitor'),
    ('X99998', 'organisation', 'Referring organisation not applicable'),
    ('X99999', 'organisation', 'Referring organisation not known'),
    ('A9999998', 'practitioner', 'Doctor of the Ministry of Defence'),
    ('C9999998', 'practitioner', 'Consultant, GMC number not known'),
    ('CD999998', 'practitioner', 'Dental consultant, number not known'),
    ('D9999981', 'practitioner', 'Dentist code not applicable'),
    ('D9999998', 'practitioner', 'Dentist code not known'),
    ('G9999981', 'practitioner', 'No registered GP'),
    ('G9999998', 'practitioner', 'GP code not known'),
    ('H9999998', 'practitioner', 'Other health care professional'),
    ('M9999998', 'practitioner', 'Midwife'),
    ('N9999998', 'practitioner', 'Nurse'),
    ('P9999981', 'practitioner', 'Prison doctor'),
    ('R9999981', 'practitioner', 'Referrer other than GP, dentist or consultant'),
    ('X9999998', 'practitioner', 'Referrer not applicable (self-presented) or not known');
INSERT INTO ref.pseudo_postcode VALUES
    ('ZZ99 3VZ', 'No fixed abode'),
    ('ZZ99 3WZ', 'Not known'),
    ('ZZ99 3CZ', 'England, Great Britain or United Kingdom, not otherwise stated'),
    ('ZZ99 3GZ', 'Wales, not otherwise stated'),
    ('ZZ99 1WZ', 'Scotland, not otherwise stated'),
    ('ZZ99 2WZ', 'Northern Ireland, not otherwise stated'),
    ('ZZ99 6CZ', 'India; other countries have others of this form');
INSERT INTO ref.code_system VALUES
    ('https://fhir.nhs.uk/Id/nhs-number', 'NHS number', 'not stated'),
    ('https://fhir.nhs.uk/Id/ods-organization-code', 'ODS organisation code', 'not stated'),
    ('http://snomed.info/sct', 'SNOMED CT', 'not stated'),
    ('https://dmd.nhs.uk', 'dm+d', 'not stated'),
    ('http://hl7.org/fhir/sid/icd-10', 'ICD-10', 'not stated'),
    ('https://fhir.hl7.org.uk/CodeSystem/OPCS-4', 'OPCS-4', 'not stated'),
    ('http://loinc.org', 'LOINC', 'not stated'),
    ('http://unitsofmeasure.org', 'UCUM', 'not stated');

-- What mappings fill, each for its trust: numbers hold within one. Keys begin with the trust, since
-- whoever asks for rows of one reads these alone; exclusions end with it: texts are what an index of
-- ranges compares slowest.
CREATE TABLE ref.code (
    system     text NOT NULL REFERENCES ref.code_system DEFERRABLE,
    code       text NOT NULL CHECK (code <> ''),
    display    text NOT NULL,
    active     boolean NOT NULL,
    valid_from date,
    valid_to   date,
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT code_pkey PRIMARY KEY (trust, system, code),
    CONSTRAINT code_period CHECK (ref.is_period(valid_from, valid_to))
);
COMMENT ON TABLE ref.code IS 'Codes with their words';
COMMENT ON COLUMN ref.code.system IS 'system that the code is of';
COMMENT ON COLUMN ref.code.code IS 'the code';
COMMENT ON COLUMN ref.code.display IS 'its words';
COMMENT ON COLUMN ref.code.active IS 'may it still be used?';
COMMENT ON COLUMN ref.code.valid_from IS 'when it began to hold; NULL: since ever';
COMMENT ON COLUMN ref.code.valid_to IS 'when it ceased to hold; NULL: it still does';
COMMENT ON COLUMN ref.code.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE ref.code_map (
    map_set     text NOT NULL,
    src_code    text NOT NULL,
    src_display text,
    tgt_system  text REFERENCES ref.code_system DEFERRABLE,
    tgt_code    text,
    equivalence text NOT NULL
        CHECK (equivalence IN ('equal', 'equivalent', 'wider', 'narrower', 'inexact', 'unmatched')),
    approved_by text,
    approved_at timestamptz CHECK (ref.is_known(approved_at)),
    trust       text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT code_map_pkey PRIMARY KEY (trust, map_set, src_code),
    CONSTRAINT code_map_matched CHECK (num_nulls(tgt_system, tgt_code)
        = CASE equivalence WHEN 'unmatched' THEN 2 ELSE 0 END),
    CONSTRAINT code_map_approval CHECK (num_nulls(approved_by, approved_at) IN (0, 2))
);
COMMENT ON TABLE ref.code_map IS 'Governed maps of local codes to those of a system';
COMMENT ON COLUMN ref.code_map.map_set IS 'name of the map';
COMMENT ON COLUMN ref.code_map.src_code IS 'code of the source';
COMMENT ON COLUMN ref.code_map.src_display IS 'its words in the source';
COMMENT ON COLUMN ref.code_map.tgt_system IS 'system of the code that it becomes';
COMMENT ON COLUMN ref.code_map.tgt_code IS 'the code that it becomes';
COMMENT ON COLUMN ref.code_map.equivalence IS 'how near the two are to each other';
COMMENT ON COLUMN ref.code_map.approved_by IS 'who approved it';
COMMENT ON COLUMN ref.code_map.approved_at IS 'when';
COMMENT ON COLUMN ref.code_map.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE ref.organisation (
    org_id     bigint GENERATED BY DEFAULT AS IDENTITY CHECK (org_id > 0),
    ods_code   text CHECK (ods_code ~ '^[A-Z0-9]{3,12}$'),
    name       text NOT NULL CHECK (name <> ''),
    type_code  text,
    parent_ods text,
    address    jsonb,
    opened     date,
    closed     date,
    src_table  text NOT NULL,
    src_id     text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT organisation_pkey PRIMARY KEY (trust, org_id),
    CONSTRAINT organisation_ods_code_key UNIQUE (trust, ods_code),
    CONSTRAINT organisation_parent_ods_fkey FOREIGN KEY (trust, parent_ods)
        REFERENCES ref.organisation (trust, ods_code) DEFERRABLE,
    CONSTRAINT organisation_source UNIQUE (trust, src_table, src_id),
    CONSTRAINT organisation_period CHECK (ref.is_period(opened, closed))
);
COMMENT ON TABLE ref.organisation IS 'Trusts, sites, practices and other organisations';
COMMENT ON COLUMN ref.organisation.org_id IS
    'number of the organisation; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN ref.organisation.ods_code IS 'its ODS code; default codes are valid';
COMMENT ON COLUMN ref.organisation.name IS 'its name';
COMMENT ON COLUMN ref.organisation.type_code IS 'kind of organisation';
COMMENT ON COLUMN ref.organisation.parent_ods IS 'ODS code of the one that it belongs to';
COMMENT ON COLUMN ref.organisation.address IS 'its address';
COMMENT ON COLUMN ref.organisation.opened IS 'first day of it';
COMMENT ON COLUMN ref.organisation.closed IS 'last day of it; NULL: open';
COMMENT ON COLUMN ref.organisation.src_table IS 'relation of the source that the row is of';
COMMENT ON COLUMN ref.organisation.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN ref.organisation.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX organisation_parent_ods_idx ON ref.organisation (parent_ods);

CREATE TABLE ref.location (
    location_id bigint GENERATED BY DEFAULT AS IDENTITY CHECK (location_id > 0),
    org_id      bigint,
    parent_id   bigint,
    kind        text NOT NULL
        CHECK (kind IN ('site', 'building', 'ward', 'clinic', 'theatre', 'room', 'bed')),
    name        text NOT NULL CHECK (name <> ''),
    local_code  text,
    active      boolean NOT NULL,
    src_id      text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust       text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT location_pkey PRIMARY KEY (trust, location_id),
    CONSTRAINT location_org_id_fkey FOREIGN KEY (trust, org_id)
        REFERENCES ref.organisation DEFERRABLE,
    CONSTRAINT location_parent_id_fkey FOREIGN KEY (trust, parent_id)
        REFERENCES ref.location DEFERRABLE,
    CONSTRAINT location_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT location_parent CHECK (parent_id <> location_id)
);
COMMENT ON TABLE ref.location IS 'Sites, wards, clinics, rooms and beds';
COMMENT ON COLUMN ref.location.location_id IS
    'number of the place; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN ref.location.org_id IS 'organisation that runs it';
COMMENT ON COLUMN ref.location.parent_id IS 'place that it is in';
COMMENT ON COLUMN ref.location.kind IS 'what it is';
COMMENT ON COLUMN ref.location.name IS 'its name';
COMMENT ON COLUMN ref.location.local_code IS 'what the trust calls it in short';
COMMENT ON COLUMN ref.location.active IS 'is it in use?';
COMMENT ON COLUMN ref.location.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN ref.location.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX location_org_id_idx ON ref.location (org_id);
CREATE INDEX location_parent_id_idx ON ref.location (parent_id);

CREATE TABLE ref.practitioner (
    practitioner_id bigint GENERATED BY DEFAULT AS IDENTITY CHECK (practitioner_id > 0),
    family          text,
    given           text,
    prefix          text,
    gmc_code        text CHECK (gmc_code ~ '^C[0-9]{7}$'),
    gmp_code        text CHECK (gmp_code ~ '^G' AND ref.is_practitioner(gmp_code)),
    gdc_code        text
        CHECK (gdc_code ~ '^CD[0-9]{6}$' OR gdc_code ~ '^D' AND ref.is_practitioner(gdc_code)),
    nmc_pin         text,
    code_raw        text,
    specialty_code  text,
    position        text,
    active          boolean NOT NULL,
    src_id          text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust           text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT practitioner_pkey PRIMARY KEY (trust, practitioner_id),
    CONSTRAINT practitioner_src_id_key UNIQUE (trust, src_id)
);
COMMENT ON TABLE ref.practitioner IS 'Doctors, nurses and others who treat';
COMMENT ON COLUMN ref.practitioner.practitioner_id IS
    'number of the person; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN ref.practitioner.family IS 'family name';
COMMENT ON COLUMN ref.practitioner.given IS 'given names';
COMMENT ON COLUMN ref.practitioner.prefix IS 'title';
COMMENT ON COLUMN ref.practitioner.gmc_code IS 'code of a consultant: C and the GMC number';
COMMENT ON COLUMN ref.practitioner.gmp_code IS 'code of a general practitioner';
COMMENT ON COLUMN ref.practitioner.gdc_code IS 'code of a dentist or dental consultant';
COMMENT ON COLUMN ref.practitioner.nmc_pin IS 'registration of a nurse or midwife';
COMMENT ON COLUMN ref.practitioner.code_raw IS 'the code as the source had it';
COMMENT ON COLUMN ref.practitioner.specialty_code IS 'main specialty';
COMMENT ON COLUMN ref.practitioner.position IS 'what the person is employed as';
COMMENT ON COLUMN ref.practitioner.active IS 'is the person at work here?';
COMMENT ON COLUMN ref.practitioner.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN ref.practitioner.trust IS 'ODS code of the trust whose record it is';

-- Foreign keys are deferrable, so that a session may load in any order and have them tried at its
-- end. A row that names both an encounter and a patient names one of that patient ("same_patient").
CREATE TABLE care.person (
    person_id            bigint GENERATED BY DEFAULT AS IDENTITY CHECK (person_id > 0),
    nhs_number           char(10) CHECK (ref.is_nhs_number(nhs_number)),
    nhs_status           char(2) NOT NULL REFERENCES ref.nhs_number_status DEFERRABLE,
    birth_date           date CHECK (ref.is_known(birth_date) AND birth_date <= current_date + 1),
    birth_time           time,
    birth_precision      text NOT NULL
        CHECK (birth_precision IN ('year', 'month', 'day', 'minute', 'unknown')),
    gender_code          char(1) NOT NULL REFERENCES ref.gender DEFERRABLE,
    ethnic_code          char(2) NOT NULL
        CHECK (ethnic_code::text ~ '^([A-HJ-NPRSZ][A-Z0-9]?|99)$'),
    marital_code         text,
    religion_code        text,
    language_code        text,
    deceased             boolean NOT NULL,
    death_date           date CHECK (ref.is_known(death_date)),
    death_time           time,
    death_precision      text
        CHECK (death_precision IN ('year', 'month', 'day', 'minute', 'unknown')),
    restricted           boolean NOT NULL,
    merged_into          bigint,
    survives             boolean NOT NULL GENERATED ALWAYS AS (merged_into IS NULL) STORED,
    merged_into_survives boolean
        GENERATED ALWAYS AS (CASE WHEN merged_into IS NOT NULL THEN true END) STORED,
    active               boolean NOT NULL,
    src_id               text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust                text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_pkey PRIMARY KEY (trust, person_id),
    CONSTRAINT person_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT person_survivor UNIQUE (trust, person_id, survives),
    CONSTRAINT person_merged_into_fkey FOREIGN KEY (trust, merged_into, merged_into_survives)
        REFERENCES care.person (trust, person_id, survives) DEFERRABLE,
    CONSTRAINT person_birth CHECK ((birth_date IS NULL) = (birth_precision = 'unknown')
        AND (birth_time IS NOT NULL) = (birth_precision = 'minute')),
    CONSTRAINT person_death CHECK (death_date >= CASE death_precision
        WHEN 'year' THEN date_trunc('year', birth_date::timestamp)
        WHEN 'month' THEN date_trunc('month', birth_date::timestamp) ELSE birth_date END),
    CONSTRAINT person_deceased CHECK (deceased
        OR num_nonnulls(death_date, death_time, death_precision) = 0),
    CONSTRAINT person_merged CHECK (merged_into IS NULL OR NOT active)
);
COMMENT ON TABLE care.person IS 'Patients';
COMMENT ON COLUMN care.person.person_id IS
    'number of the patient; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.person.nhs_number IS
    'NHS number: ten digits; as written it is in care.person_identifier';
COMMENT ON COLUMN care.person.nhs_status IS 'how far the number was traced';
COMMENT ON COLUMN care.person.birth_date IS
    'day of birth where the patient was born; what is not said of it is the first of its kind';
COMMENT ON COLUMN care.person.birth_time IS 'time of birth';
COMMENT ON COLUMN care.person.birth_precision IS 'how much of it is known';
COMMENT ON COLUMN care.person.gender_code IS 'person stated gender';
COMMENT ON COLUMN care.person.ethnic_code IS
    'ethnic category, national and local character; 99: not known';
COMMENT ON COLUMN care.person.marital_code IS 'marital status';
COMMENT ON COLUMN care.person.religion_code IS 'religion';
COMMENT ON COLUMN care.person.language_code IS 'language';
COMMENT ON COLUMN care.person.deceased IS 'is the patient dead?';
COMMENT ON COLUMN care.person.death_date IS 'day of death';
COMMENT ON COLUMN care.person.death_time IS 'time of death';
COMMENT ON COLUMN care.person.death_precision IS 'how much of it is known';
COMMENT ON COLUMN care.person.restricted IS 'is the record closed to most?';
COMMENT ON COLUMN care.person.merged_into IS
    'patient whose record has taken this one in: the last of a chain, so that no chain is left';
COMMENT ON COLUMN care.person.survives IS 'is it a record of its own?';
COMMENT ON COLUMN care.person.merged_into_survives IS
    'true beside merged_into: what the foreign key asks of that patient';
COMMENT ON COLUMN care.person.active IS 'is the record in use?';
COMMENT ON COLUMN care.person.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person.trust IS 'ODS code of the trust whose record it is';
CREATE UNIQUE INDEX person_verified ON care.person (trust, nhs_number)
    WHERE merged_into IS NULL AND nhs_status = '01';
CREATE INDEX person_merged_into_idx ON care.person (merged_into);

CREATE TABLE care.person_name (
    person_id  bigint NOT NULL,
    seq        bigint NOT NULL,
    use        text NOT NULL CHECK (use IN ('official', 'maiden', 'old', 'alias', 'temp')),
    prefix     text,
    given      text,
    middle     text,
    family     text NOT NULL CHECK (family ~ '[^[:space:].]'),
    suffix     text,
    valid_from date,
    valid_to   date,
    src_id     text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_name_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_name_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT person_name_pkey PRIMARY KEY (trust, person_id, seq),
    CONSTRAINT person_name_period CHECK (ref.is_period(valid_from, valid_to))
);
COMMENT ON TABLE care.person_name IS
    'Names, the current one and earlier ones, as they were written';
COMMENT ON COLUMN care.person_name.person_id IS 'patient';
COMMENT ON COLUMN care.person_name.seq IS 'number within the patient';
COMMENT ON COLUMN care.person_name.use IS 'what the name is for';
COMMENT ON COLUMN care.person_name.prefix IS 'title';
COMMENT ON COLUMN care.person_name.given IS 'first name';
COMMENT ON COLUMN care.person_name.middle IS 'further given names';
COMMENT ON COLUMN care.person_name.family IS 'family name, in the case that it was written in';
COMMENT ON COLUMN care.person_name.suffix IS 'what stands behind the name';
COMMENT ON COLUMN care.person_name.valid_from IS 'when it began to hold; NULL: since ever';
COMMENT ON COLUMN care.person_name.valid_to IS 'when it ceased to hold; NULL: it still does';
COMMENT ON COLUMN care.person_name.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person_name.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.person_identifier (
    person_id    bigint NOT NULL,
    type         text NOT NULL CHECK (type IN ('nhs', 'mrn', 'chi', 'hcn', 'old_nhs', 'other')),
    assigner_ods text CHECK (assigner_ods ~ '^[A-Z0-9]{3,12}$'),
    value        text NOT NULL CHECK (value ~ '^[^[:space:]](.*[^[:space:]])?$'),
    value_raw    text NOT NULL,
    valid_from   timestamptz,
    valid_to     timestamptz,
    status       text NOT NULL CHECK (status IN ('active', 'inactive', 'entered-in-error')),
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_identifier_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_identifier_pkey PRIMARY KEY (trust, src_id),
    CONSTRAINT person_identifier_number CHECK (CASE type
        WHEN 'nhs' THEN ref.is_nhs_number(value)
        WHEN 'chi' THEN ref.is_nhs_number(value)
            AND value ~ '^(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])'
        WHEN 'hcn' THEN ref.is_nhs_number(value) AND value ~ '^3[2-9]'
        ELSE true END),
    CONSTRAINT person_identifier_assigner CHECK (type <> 'mrn' OR assigner_ods IS NOT NULL),
    CONSTRAINT person_identifier_period CHECK (ref.is_period(valid_from, valid_to))
);
COMMENT ON TABLE care.person_identifier IS
    'Numbers that patients are known by, the refused ones of `nhs` as `other`';
COMMENT ON COLUMN care.person_identifier.person_id IS 'patient';
COMMENT ON COLUMN care.person_identifier.type IS
    'what the number is: mrn of a hospital, chi of Scotland, hcn of Northern Ireland';
COMMENT ON COLUMN care.person_identifier.assigner_ods IS
    'ODS code of the organisation that gave it; NULL of national numbers';
COMMENT ON COLUMN care.person_identifier.value IS 'the number in its one form';
COMMENT ON COLUMN care.person_identifier.value_raw IS 'the number as it was written';
COMMENT ON COLUMN care.person_identifier.valid_from IS 'when it began to hold; NULL: since ever';
COMMENT ON COLUMN care.person_identifier.valid_to IS 'when it ceased to hold; NULL: it still does';
COMMENT ON COLUMN care.person_identifier.status IS 'may it be used?';
COMMENT ON COLUMN care.person_identifier.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person_identifier.trust IS 'ODS code of the trust whose record it is';
CREATE UNIQUE INDEX person_identifier_active
    ON care.person_identifier (trust, type, assigner_ods, value) WHERE status = 'active';
CREATE INDEX person_identifier_person_id_idx ON care.person_identifier (person_id);

CREATE TABLE care.person_address (
    person_id    bigint NOT NULL,
    seq          bigint NOT NULL,
    use          text NOT NULL CHECK (use IN ('home', 'work', 'temp', 'old', 'billing')),
    line1        text,
    line2        text,
    line3        text,
    line4        text,
    city         text,
    county       text,
    postcode     text CHECK (ref.is_postcode(postcode)),
    postcode_raw text,
    country      text,
    valid_from   date,
    valid_to     date,
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_address_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_address_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT person_address_pkey PRIMARY KEY (trust, person_id, seq),
    CONSTRAINT person_address_period CHECK (ref.is_period(valid_from, valid_to))
);
COMMENT ON TABLE care.person_address IS 'Addresses';
COMMENT ON COLUMN care.person_address.person_id IS 'patient';
COMMENT ON COLUMN care.person_address.seq IS 'number within the patient';
COMMENT ON COLUMN care.person_address.use IS 'what it is for';
COMMENT ON COLUMN care.person_address.line1 IS 'first line';
COMMENT ON COLUMN care.person_address.line2 IS 'second line';
COMMENT ON COLUMN care.person_address.line3 IS 'third line';
COMMENT ON COLUMN care.person_address.line4 IS 'fourth line';
COMMENT ON COLUMN care.person_address.city IS 'town';
COMMENT ON COLUMN care.person_address.county IS 'county';
COMMENT ON COLUMN care.person_address.postcode IS
    'postcode in capitals with one blank; pseudo postcodes are valid';
COMMENT ON COLUMN care.person_address.postcode_raw IS 'the postcode as it was written';
COMMENT ON COLUMN care.person_address.country IS 'country';
COMMENT ON COLUMN care.person_address.valid_from IS 'when it began to hold; NULL: since ever';
COMMENT ON COLUMN care.person_address.valid_to IS 'when it ceased to hold; NULL: it still does';
COMMENT ON COLUMN care.person_address.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person_address.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.person_contact (
    person_id  bigint NOT NULL,
    seq        bigint NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('home', 'work', 'mobile', 'email', 'fax')),
    value      text NOT NULL CHECK (value <> ''),
    value_raw  text,
    valid_from date,
    valid_to   date,
    src_id     text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_contact_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_contact_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT person_contact_pkey PRIMARY KEY (trust, person_id, seq),
    CONSTRAINT person_contact_period CHECK (ref.is_period(valid_from, valid_to))
);
COMMENT ON TABLE care.person_contact IS 'Telephones and e-mail';
COMMENT ON COLUMN care.person_contact.person_id IS 'patient';
COMMENT ON COLUMN care.person_contact.seq IS 'number within the patient';
COMMENT ON COLUMN care.person_contact.kind IS 'what it is';
COMMENT ON COLUMN care.person_contact.value IS 'number or address in its one form';
COMMENT ON COLUMN care.person_contact.value_raw IS 'as it was written';
COMMENT ON COLUMN care.person_contact.valid_from IS 'when it began to hold; NULL: since ever';
COMMENT ON COLUMN care.person_contact.valid_to IS 'when it ceased to hold; NULL: it still does';
COMMENT ON COLUMN care.person_contact.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person_contact.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.person_relation (
    person_id         bigint NOT NULL,
    seq               bigint NOT NULL,
    related_person_id bigint,
    relation_code     text NOT NULL,
    name              text,
    phone             text,
    address           text,
    next_of_kin       boolean,
    src_id            text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust             text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_relation_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_relation_related_person_id_fkey FOREIGN KEY (trust, related_person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_relation_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT person_relation_pkey PRIMARY KEY (trust, person_id, seq),
    CONSTRAINT person_relation_other CHECK (related_person_id <> person_id),
    CONSTRAINT person_relation_somebody CHECK (num_nonnulls(related_person_id, name) > 0)
);
COMMENT ON TABLE care.person_relation IS 'Next of kin and others';
COMMENT ON COLUMN care.person_relation.person_id IS 'patient';
COMMENT ON COLUMN care.person_relation.seq IS 'number within the patient';
COMMENT ON COLUMN care.person_relation.related_person_id IS 'the other, where a patient as well';
COMMENT ON COLUMN care.person_relation.relation_code IS 'what the other is to the patient';
COMMENT ON COLUMN care.person_relation.name IS 'name of the other';
COMMENT ON COLUMN care.person_relation.phone IS 'telephone of the other';
COMMENT ON COLUMN care.person_relation.address IS 'address of the other';
COMMENT ON COLUMN care.person_relation.next_of_kin IS 'is it the next of kin?';
COMMENT ON COLUMN care.person_relation.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person_relation.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX person_relation_related_person_id_idx ON care.person_relation (related_person_id);

CREATE TABLE care.gp_registration (
    person_id    bigint NOT NULL,
    practice_ods text NOT NULL CHECK (practice_ods ~ '^[A-Z0-9]{3,12}$'),
    gp_code      text CHECK (gp_code ~ '^G' AND ref.is_practitioner(gp_code)),
    valid_from   date NOT NULL,
    valid_to     date,
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT gp_registration_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT gp_registration_pkey PRIMARY KEY (trust, src_id),
    CONSTRAINT gp_registration_period CHECK (ref.is_period(valid_from, valid_to)),
    CONSTRAINT gp_registration_one EXCLUDE USING gist
        (person_id WITH =, daterange(valid_from, valid_to) WITH &&, trust WITH =)
);
COMMENT ON TABLE care.gp_registration IS 'With which practice a patient is and was registered';
COMMENT ON COLUMN care.gp_registration.person_id IS 'patient';
COMMENT ON COLUMN care.gp_registration.practice_ods IS
    'ODS code of the practice; default codes are valid';
COMMENT ON COLUMN care.gp_registration.gp_code IS 'code of the practitioner';
COMMENT ON COLUMN care.gp_registration.valid_from IS 'first day with the practice';
COMMENT ON COLUMN care.gp_registration.valid_to IS
    'day of leaving it, no longer with it; NULL: still there';
COMMENT ON COLUMN care.gp_registration.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.gp_registration.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.person_merge (
    from_person_src text CHECK (from_person_src NOT IN ('', '0')),
    to_person_id    bigint NOT NULL,
    merged_at       timestamptz CHECK (ref.is_known(merged_at)),
    merged_by       text,
    undone_at       timestamptz CHECK (ref.is_known(undone_at)),
    src_id          text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust           text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT person_merge_pkey PRIMARY KEY (trust, from_person_src),
    CONSTRAINT person_merge_to_person_id_fkey FOREIGN KEY (trust, to_person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT person_merge_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT person_merge_undone CHECK (undone_at >= merged_at)
);
COMMENT ON TABLE care.person_merge IS
    'Records that were merged: each old one, and the one that has it now';
COMMENT ON COLUMN care.person_merge.from_person_src IS
    'key of the record that was taken in, in the source';
COMMENT ON COLUMN care.person_merge.to_person_id IS 'patient who has it now, at the end of a chain';
COMMENT ON COLUMN care.person_merge.merged_at IS 'when';
COMMENT ON COLUMN care.person_merge.merged_by IS 'by whom';
COMMENT ON COLUMN care.person_merge.undone_at IS 'when it was undone; NULL: it holds';
COMMENT ON COLUMN care.person_merge.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.person_merge.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX person_merge_to_person_id_idx ON care.person_merge (to_person_id);

CREATE TABLE care.patient_link (
    system       text NOT NULL CHECK (system <> ''),
    local_id     text NOT NULL CHECK (local_id <> ''),
    link_group   text CHECK (link_group <> ''),
    person_id    bigint,
    match_status text NOT NULL,
    mrn          text CHECK (mrn <> ''),
    mrn_raw      text,
    nhs_number   text CHECK (ref.is_nhs_number(nhs_number)),
    nhs_raw      text,
    family       text,
    given        text,
    birth_date   date CHECK (ref.is_known(birth_date)),
    allergies    text,
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT patient_link_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT patient_link_pkey PRIMARY KEY (trust, src_id),
    CONSTRAINT patient_link_number UNIQUE (trust, system, local_id),
    CONSTRAINT patient_link_match CHECK (ref.is_match(match_status, person_id))
);
COMMENT ON TABLE care.patient_link IS
    'Patients as the systems that stay know them, and who they are here';
COMMENT ON COLUMN care.patient_link.system IS 'which system';
COMMENT ON COLUMN care.patient_link.local_id IS 'its number of the patient';
COMMENT ON COLUMN care.patient_link.link_group IS
    'its number of the records that it holds for one patient';
COMMENT ON COLUMN care.patient_link.person_id IS 'patient; NULL: nobody was found without a guess';
COMMENT ON COLUMN care.patient_link.match_status IS 'how the patient was found';
COMMENT ON COLUMN care.patient_link.mrn IS 'hospital number that was looked for';
COMMENT ON COLUMN care.patient_link.mrn_raw IS 'hospital number as the system has it';
COMMENT ON COLUMN care.patient_link.nhs_number IS 'NHS number that was looked for';
COMMENT ON COLUMN care.patient_link.nhs_raw IS 'NHS number as the system has it';
COMMENT ON COLUMN care.patient_link.family IS 'family name as the system has it';
COMMENT ON COLUMN care.patient_link.given IS 'given names as the system has them';
COMMENT ON COLUMN care.patient_link.birth_date IS 'day of birth as the system has it';
COMMENT ON COLUMN care.patient_link.allergies IS
    'allergies as the system has them: to be compared with care.allergy by a pharmacist';
COMMENT ON COLUMN care.patient_link.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.patient_link.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX patient_link_person_id_idx ON care.patient_link (person_id);
CREATE INDEX patient_link_link_group_idx ON care.patient_link (system, link_group);

CREATE TABLE care.encounter (
    encounter_id          bigint GENERATED BY DEFAULT AS IDENTITY CHECK (encounter_id > 0),
    person_id             bigint NOT NULL,
    class                 text NOT NULL
        CHECK (class IN ('IMP', 'AMB', 'EMER', 'DAY', 'PRENC', 'VIRT')),
    status                text NOT NULL
        CHECK (status IN ('planned', 'in-progress', 'finished', 'cancelled', 'entered-in-error')),
    type_code             text,
    org_id                bigint,
    location_id           bigint,
    treatment_function    char(3) CHECK (treatment_function ~ '^[A-Z0-9]{3}$'),
    main_specialty        char(3) CHECK (main_specialty ~ '^[A-Z0-9]{3}$'),
    admission_method      char(2)
        CHECK (admission_method ~ '^(1[1-3]|2[1-8A-D]|3[12]|8[1-3]|9[89])$'),
    source_of_admission   char(2) CHECK (source_of_admission ~ '^[A-Z0-9]{2}$'),
    referral_source       char(2) CHECK (referral_source ~ '^[A-Z0-9]{2}$'),
    arrived_at            timestamptz CHECK (ref.is_known(arrived_at)),
    started_at            timestamptz CHECK (ref.is_known(started_at)),
    ended_at              timestamptz CHECK (ref.is_known(ended_at)),
    discharge_method      char(1) CHECK (discharge_method ~ '^[1-9]$'),
    discharge_destination char(2) CHECK (discharge_destination ~ '^[A-Z0-9]{2}$'),
    reason                text,
    est_arrival           timestamptz CHECK (ref.is_known(est_arrival)),
    paper_backentered     boolean NOT NULL DEFAULT false,
    entered_at            timestamptz CHECK (ref.is_known(entered_at)),
    src_id                text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust                 text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT encounter_pkey PRIMARY KEY (trust, encounter_id),
    CONSTRAINT encounter_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT encounter_org_id_fkey FOREIGN KEY (trust, org_id)
        REFERENCES ref.organisation DEFERRABLE,
    CONSTRAINT encounter_location_id_fkey FOREIGN KEY (trust, location_id)
        REFERENCES ref.location DEFERRABLE,
    CONSTRAINT encounter_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT encounter_person UNIQUE (trust, encounter_id, person_id),
    CONSTRAINT encounter_order CHECK (ended_at >= started_at)
);
COMMENT ON TABLE care.encounter IS 'Spells, attendances and what is planned';
COMMENT ON COLUMN care.encounter.encounter_id IS
    'number of the encounter; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.encounter.person_id IS 'patient';
COMMENT ON COLUMN care.encounter.class IS
    'inpatient, outpatient, emergency, day case, before admission, at a distance';
COMMENT ON COLUMN care.encounter.status IS 'how far it is';
COMMENT ON COLUMN care.encounter.type_code IS 'kind of encounter in the source';
COMMENT ON COLUMN care.encounter.org_id IS 'organisation';
COMMENT ON COLUMN care.encounter.location_id IS 'ward or clinic';
COMMENT ON COLUMN care.encounter.treatment_function IS 'treatment function, a national code';
COMMENT ON COLUMN care.encounter.main_specialty IS 'main specialty, a national code';
COMMENT ON COLUMN care.encounter.admission_method IS
    'admission method: 11 to 13 elective, 21 to 28 emergency, 31 and 32 maternity';
COMMENT ON COLUMN care.encounter.source_of_admission IS 'source of admission, a national code';
COMMENT ON COLUMN care.encounter.referral_source IS 'source of referral, a national code';
COMMENT ON COLUMN care.encounter.arrived_at IS 'when the patient arrived; a booking is no arrival';
COMMENT ON COLUMN care.encounter.started_at IS 'when it began';
COMMENT ON COLUMN care.encounter.ended_at IS 'when it ended';
COMMENT ON COLUMN care.encounter.discharge_method IS 'discharge method, a national code';
COMMENT ON COLUMN care.encounter.discharge_destination IS 'discharge destination, a national code';
COMMENT ON COLUMN care.encounter.reason IS 'reason for the visit';
COMMENT ON COLUMN care.encounter.est_arrival IS 'when the patient is expected: the booking';
COMMENT ON COLUMN care.encounter.paper_backentered IS
    'was it kept on paper and entered afterwards?';
COMMENT ON COLUMN care.encounter.entered_at IS 'when it was entered';
COMMENT ON COLUMN care.encounter.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.encounter.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX encounter_person_id_idx ON care.encounter (person_id);
CREATE INDEX encounter_org_id_idx ON care.encounter (org_id);
CREATE INDEX encounter_location_id_idx ON care.encounter (location_id);

CREATE TABLE care.encounter_identifier (
    encounter_id bigint NOT NULL,
    type         text NOT NULL CHECK (type IN ('fin', 'visit', 'spell', 'attendance', 'ubrn')),
    value        text NOT NULL CHECK (value ~ '^[^[:space:]](.*[^[:space:]])?$'),
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT encounter_identifier_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT encounter_identifier_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT encounter_identifier_pkey PRIMARY KEY (trust, type, value)
);
COMMENT ON TABLE care.encounter_identifier IS 'Numbers that encounters are known by';
COMMENT ON COLUMN care.encounter_identifier.encounter_id IS 'encounter';
COMMENT ON COLUMN care.encounter_identifier.type IS 'what the number is';
COMMENT ON COLUMN care.encounter_identifier.value IS 'the number';
COMMENT ON COLUMN care.encounter_identifier.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.encounter_identifier.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX encounter_identifier_encounter_id_idx ON care.encounter_identifier (encounter_id);

CREATE TABLE care.ward_stay (
    encounter_id      bigint NOT NULL,
    seq               bigint NOT NULL,
    location_id       bigint NOT NULL,
    bed               text,
    started_at        timestamptz NOT NULL,
    ended_at          timestamptz,
    src_id            text NOT NULL CHECK (src_id NOT IN ('', '0')),
    paper_backentered boolean NOT NULL DEFAULT false,
    entered_at        timestamptz CHECK (ref.is_known(entered_at)),
    trust             text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT ward_stay_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT ward_stay_location_id_fkey FOREIGN KEY (trust, location_id)
        REFERENCES ref.location DEFERRABLE,
    CONSTRAINT ward_stay_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT ward_stay_pkey PRIMARY KEY (trust, encounter_id, seq),
    CONSTRAINT ward_stay_period CHECK (ref.is_period(started_at, ended_at)),
    CONSTRAINT ward_stay_one EXCLUDE USING gist
        (encounter_id WITH =, tstzrange(started_at, ended_at) WITH &&, trust WITH =)
);
COMMENT ON TABLE care.ward_stay IS 'Where an inpatient lay, and when';
COMMENT ON COLUMN care.ward_stay.encounter_id IS 'encounter';
COMMENT ON COLUMN care.ward_stay.seq IS 'number within the encounter';
COMMENT ON COLUMN care.ward_stay.location_id IS 'ward';
COMMENT ON COLUMN care.ward_stay.bed IS 'bed';
COMMENT ON COLUMN care.ward_stay.started_at IS 'when it began';
COMMENT ON COLUMN care.ward_stay.ended_at IS 'when it ended; NULL: still there';
COMMENT ON COLUMN care.ward_stay.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.ward_stay.paper_backentered IS
    'was it written on paper and typed in afterwards?';
COMMENT ON COLUMN care.ward_stay.entered_at IS 'when it was typed in';
COMMENT ON COLUMN care.ward_stay.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX ward_stay_location_id_idx ON care.ward_stay (location_id);

CREATE TABLE care.consultant_episode (
    episode_id         bigint GENERATED BY DEFAULT AS IDENTITY CHECK (episode_id > 0),
    encounter_id       bigint NOT NULL,
    seq                bigint NOT NULL,
    practitioner_id    bigint,
    treatment_function char(3) CHECK (treatment_function ~ '^[A-Z0-9]{3}$'),
    started_at         timestamptz,
    ended_at           timestamptz,
    src_id             text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust              text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT consultant_episode_pkey PRIMARY KEY (trust, episode_id),
    CONSTRAINT consultant_episode_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT consultant_episode_practitioner_id_fkey FOREIGN KEY (trust, practitioner_id)
        REFERENCES ref.practitioner DEFERRABLE,
    CONSTRAINT consultant_episode_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT consultant_episode_seq UNIQUE (trust, encounter_id, seq),
    CONSTRAINT consultant_episode_period CHECK (ref.is_period(started_at, ended_at))
);
COMMENT ON TABLE care.consultant_episode IS 'Consultant episodes of a spell';
COMMENT ON COLUMN care.consultant_episode.episode_id IS
    'number of the episode; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.consultant_episode.encounter_id IS 'encounter';
COMMENT ON COLUMN care.consultant_episode.seq IS 'number within the encounter';
COMMENT ON COLUMN care.consultant_episode.practitioner_id IS 'consultant';
COMMENT ON COLUMN care.consultant_episode.treatment_function IS
    'treatment function, a national code';
COMMENT ON COLUMN care.consultant_episode.started_at IS 'when it began';
COMMENT ON COLUMN care.consultant_episode.ended_at IS 'when it ended';
COMMENT ON COLUMN care.consultant_episode.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.consultant_episode.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX consultant_episode_practitioner_id_idx ON care.consultant_episode (practitioner_id);

CREATE TABLE care.encounter_participant (
    encounter_id    bigint NOT NULL,
    practitioner_id bigint NOT NULL,
    role            text NOT NULL CHECK (role <> ''),
    valid_from      timestamptz,
    valid_to        timestamptz,
    src_id          text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust           text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT encounter_participant_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT encounter_participant_practitioner_id_fkey FOREIGN KEY (trust, practitioner_id)
        REFERENCES ref.practitioner DEFERRABLE,
    CONSTRAINT encounter_participant_pkey PRIMARY KEY (trust, src_id),
    CONSTRAINT encounter_participant_period CHECK (ref.is_period(valid_from, valid_to))
);
COMMENT ON TABLE care.encounter_participant IS 'Who took part in an encounter';
COMMENT ON COLUMN care.encounter_participant.encounter_id IS 'encounter';
COMMENT ON COLUMN care.encounter_participant.practitioner_id IS 'who';
COMMENT ON COLUMN care.encounter_participant.role IS 'as what';
COMMENT ON COLUMN care.encounter_participant.valid_from IS
    'when it began to hold; NULL: since ever';
COMMENT ON COLUMN care.encounter_participant.valid_to IS
    'when it ceased to hold; NULL: it still does';
COMMENT ON COLUMN care.encounter_participant.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.encounter_participant.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX encounter_participant_encounter_id_idx ON care.encounter_participant (encounter_id);
CREATE INDEX encounter_participant_practitioner_id_idx
    ON care.encounter_participant (practitioner_id);

CREATE TABLE care.pathway (
    pathway_id  bigint GENERATED BY DEFAULT AS IDENTITY CHECK (pathway_id > 0),
    person_id   bigint NOT NULL,
    identifier  text,
    issuer_ods  text CHECK (issuer_ods ~ '^[A-Z0-9]{3,12}$'),
    clock_start date,
    clock_stop  date,
    status_code char(2) CHECK (status_code ~ '^[0-9]{2}$'),
    src_id      text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust       text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT pathway_pkey PRIMARY KEY (trust, pathway_id),
    CONSTRAINT pathway_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT pathway_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT pathway_issued UNIQUE (trust, issuer_ods, identifier),
    CONSTRAINT pathway_period CHECK (ref.is_period(clock_start, clock_stop))
);
COMMENT ON TABLE care.pathway IS 'Referral to treatment: the clock of 18 weeks';
COMMENT ON COLUMN care.pathway.pathway_id IS
    'number of the pathway; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.pathway.person_id IS 'patient';
COMMENT ON COLUMN care.pathway.identifier IS 'patient pathway identifier';
COMMENT ON COLUMN care.pathway.issuer_ods IS 'ODS code of the organisation that gave it';
COMMENT ON COLUMN care.pathway.clock_start IS 'when the clock started';
COMMENT ON COLUMN care.pathway.clock_stop IS 'when it stopped; NULL: it runs';
COMMENT ON COLUMN care.pathway.status_code IS 'referral to treatment status, a national code';
COMMENT ON COLUMN care.pathway.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.pathway.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX pathway_person_id_idx ON care.pathway (person_id);

CREATE TABLE care.waiting_list_entry (
    entry_id           bigint GENERATED BY DEFAULT AS IDENTITY CHECK (entry_id > 0),
    person_id          bigint NOT NULL,
    encounter_id       bigint,
    pathway_id         bigint,
    list_type          text NOT NULL
        CHECK (list_type IN ('waiting', 'booked', 'planned', 'outpatient')),
    status             text NOT NULL
        CHECK (status IN ('waiting', 'suspended', 'removed', 'entered-in-error')),
    priority           text,
    decided_on         date CHECK (ref.is_known(decided_on)),
    removed_on         date CHECK (ref.is_known(removed_on)),
    removal_reason     text,
    intended_procedure text,
    src_id             text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust              text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT waiting_list_entry_pkey PRIMARY KEY (trust, entry_id),
    CONSTRAINT waiting_list_entry_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT waiting_list_entry_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT waiting_list_entry_pathway_id_fkey FOREIGN KEY (trust, pathway_id)
        REFERENCES care.pathway DEFERRABLE,
    CONSTRAINT waiting_list_entry_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT waiting_list_entry_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT waiting_list_entry_order CHECK (removed_on >= decided_on),
    CONSTRAINT waiting_list_entry_removed CHECK (removed_on IS NULL
        OR status IN ('removed', 'entered-in-error'))
);
COMMENT ON TABLE care.waiting_list_entry IS 'Who waits for what';
COMMENT ON COLUMN care.waiting_list_entry.entry_id IS
    'number of the entry; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.waiting_list_entry.person_id IS 'patient';
COMMENT ON COLUMN care.waiting_list_entry.encounter_id IS 'encounter that is planned';
COMMENT ON COLUMN care.waiting_list_entry.pathway_id IS 'pathway; NULL: no open referral was found';
COMMENT ON COLUMN care.waiting_list_entry.list_type IS
    'elective waiting list, booked, planned; or outpatients';
COMMENT ON COLUMN care.waiting_list_entry.status IS 'how far it is';
COMMENT ON COLUMN care.waiting_list_entry.priority IS 'how urgent';
COMMENT ON COLUMN care.waiting_list_entry.decided_on IS 'day of the decision to admit or refer';
COMMENT ON COLUMN care.waiting_list_entry.removed_on IS 'day of removal';
COMMENT ON COLUMN care.waiting_list_entry.removal_reason IS 'why';
COMMENT ON COLUMN care.waiting_list_entry.intended_procedure IS 'what is intended';
COMMENT ON COLUMN care.waiting_list_entry.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.waiting_list_entry.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX waiting_list_entry_person_id_idx ON care.waiting_list_entry (person_id);
CREATE INDEX waiting_list_entry_encounter_id_idx ON care.waiting_list_entry (encounter_id);
CREATE INDEX waiting_list_entry_pathway_id_idx ON care.waiting_list_entry (pathway_id);

CREATE TABLE care.appointment (
    appointment_id bigint GENERATED BY DEFAULT AS IDENTITY CHECK (appointment_id > 0),
    person_id      bigint NOT NULL,
    encounter_id   bigint,
    status         text NOT NULL CHECK (status IN ('booked', 'arrived', 'fulfilled', 'cancelled',
        'noshow', 'entered-in-error')),
    type_code      text,
    starts_at      timestamptz NOT NULL CHECK (ref.is_known(starts_at)),
    ends_at        timestamptz CHECK (ref.is_known(ends_at)),
    location_id    bigint,
    slot_ok        boolean,
    booked_at      timestamptz CHECK (ref.is_known(booked_at)),
    cancelled_at   timestamptz CHECK (ref.is_known(cancelled_at)),
    cancel_reason  text,
    src_id         text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust          text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT appointment_pkey PRIMARY KEY (trust, appointment_id),
    CONSTRAINT appointment_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT appointment_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT appointment_location_id_fkey FOREIGN KEY (trust, location_id)
        REFERENCES ref.location DEFERRABLE,
    CONSTRAINT appointment_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT appointment_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT appointment_order CHECK (ends_at > starts_at),
    CONSTRAINT appointment_cancelled CHECK (cancelled_at IS NULL
        OR status IN ('cancelled', 'entered-in-error'))
);
COMMENT ON TABLE care.appointment IS 'Appointments, those to come above all';
COMMENT ON COLUMN care.appointment.appointment_id IS
    'number of the appointment; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.appointment.person_id IS 'patient';
COMMENT ON COLUMN care.appointment.encounter_id IS 'encounter';
COMMENT ON COLUMN care.appointment.status IS 'how far it is';
COMMENT ON COLUMN care.appointment.type_code IS 'kind of appointment';
COMMENT ON COLUMN care.appointment.starts_at IS 'when it begins';
COMMENT ON COLUMN care.appointment.ends_at IS 'when it ends';
COMMENT ON COLUMN care.appointment.location_id IS 'clinic';
COMMENT ON COLUMN care.appointment.slot_ok IS
    'does it stand in a session of its clinic? NULL: not compared';
COMMENT ON COLUMN care.appointment.booked_at IS 'when it was booked';
COMMENT ON COLUMN care.appointment.cancelled_at IS 'when it was cancelled';
COMMENT ON COLUMN care.appointment.cancel_reason IS 'why';
COMMENT ON COLUMN care.appointment.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.appointment.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX appointment_person_id_idx ON care.appointment (person_id);
CREATE INDEX appointment_encounter_id_idx ON care.appointment (encounter_id);
CREATE INDEX appointment_location_id_idx ON care.appointment (location_id);

CREATE TABLE care.condition (
    condition_id    bigint GENERATED BY DEFAULT AS IDENTITY CHECK (condition_id > 0),
    person_id       bigint NOT NULL,
    encounter_id    bigint,
    kind            text NOT NULL CHECK (kind IN ('problem', 'diagnosis')),
    system          text
        CHECK (system IN ('http://hl7.org/fhir/sid/icd-10', 'http://snomed.info/sct')),
    code            text,
    display         text,
    code_raw        text,
    rank            integer CHECK (rank > 0),
    certainty       text,
    onset           date CHECK (ref.is_known(onset)),
    onset_precision text CHECK (onset_precision IN ('year', 'month', 'day', 'minute', 'unknown')),
    recorded_at     timestamptz CHECK (ref.is_known(recorded_at)),
    status          text NOT NULL CHECK (status IN ('active', 'recurrence', 'relapse', 'inactive',
        'remission', 'resolved', 'entered-in-error')),
    src_id          text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust           text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT condition_pkey PRIMARY KEY (trust, condition_id),
    CONSTRAINT condition_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT condition_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT condition_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT condition_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT condition_coded CHECK (num_nulls(system, code) IN (0, 2)),
    CONSTRAINT condition_code_form CHECK (ref.is_code(system, code)),
    CONSTRAINT condition_said CHECK (num_nonnulls(code, code_raw, display) > 0)
);
COMMENT ON TABLE care.condition IS 'Diagnoses and problems';
COMMENT ON COLUMN care.condition.condition_id IS
    'number of the condition; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.condition.person_id IS 'patient';
COMMENT ON COLUMN care.condition.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.condition.kind IS 'what it is';
COMMENT ON COLUMN care.condition.system IS 'system of the code';
COMMENT ON COLUMN care.condition.code IS 'the code in its one form';
COMMENT ON COLUMN care.condition.display IS 'its words';
COMMENT ON COLUMN care.condition.code_raw IS 'the code as it was written';
COMMENT ON COLUMN care.condition.rank IS
    'place among the diagnoses of the encounter, 1 the primary one';
COMMENT ON COLUMN care.condition.certainty IS 'how certain';
COMMENT ON COLUMN care.condition.onset IS 'when it began';
COMMENT ON COLUMN care.condition.onset_precision IS 'how much of that is known';
COMMENT ON COLUMN care.condition.recorded_at IS 'when it was recorded';
COMMENT ON COLUMN care.condition.status IS 'how it is';
COMMENT ON COLUMN care.condition.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.condition.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX condition_person_id_idx ON care.condition (person_id);
CREATE INDEX condition_encounter_id_idx ON care.condition (encounter_id);

CREATE TABLE care.procedure (
    procedure_id        bigint GENERATED BY DEFAULT AS IDENTITY CHECK (procedure_id > 0),
    person_id           bigint NOT NULL,
    encounter_id        bigint,
    system              text
        CHECK (system IN ('https://fhir.hl7.org.uk/CodeSystem/OPCS-4', 'http://snomed.info/sct')),
    code                text,
    code_raw            text,
    laterality          text CHECK (laterality IN ('left', 'right', 'bilateral')),
    performed_at        timestamptz CHECK (ref.is_known(performed_at)),
    performed_precision text
        CHECK (performed_precision IN ('year', 'month', 'day', 'minute', 'unknown')),
    rank                integer CHECK (rank > 0),
    practitioner_id     bigint,
    src_id              text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust               text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT procedure_pkey PRIMARY KEY (trust, procedure_id),
    CONSTRAINT procedure_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT procedure_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT procedure_practitioner_id_fkey FOREIGN KEY (trust, practitioner_id)
        REFERENCES ref.practitioner DEFERRABLE,
    CONSTRAINT procedure_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT procedure_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT procedure_coded CHECK (num_nulls(system, code) IN (0, 2)),
    CONSTRAINT procedure_code_form CHECK (ref.is_code(system, code)),
    CONSTRAINT procedure_said CHECK (num_nonnulls(code, code_raw) > 0)
);
COMMENT ON TABLE care.procedure IS 'Operations and other procedures';
COMMENT ON COLUMN care.procedure.procedure_id IS
    'number of the procedure; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.procedure.person_id IS 'patient';
COMMENT ON COLUMN care.procedure.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.procedure.system IS 'system of the code';
COMMENT ON COLUMN care.procedure.code IS 'the code in its one form';
COMMENT ON COLUMN care.procedure.code_raw IS
    'the code as it was written, a local fifth character included';
COMMENT ON COLUMN care.procedure.laterality IS 'side';
COMMENT ON COLUMN care.procedure.performed_at IS 'when';
COMMENT ON COLUMN care.procedure.performed_precision IS 'how much of that is known';
COMMENT ON COLUMN care.procedure.rank IS 'place among those of the encounter';
COMMENT ON COLUMN care.procedure.practitioner_id IS 'who did it';
COMMENT ON COLUMN care.procedure.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.procedure.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX procedure_person_id_idx ON care.procedure (person_id);
CREATE INDEX procedure_encounter_id_idx ON care.procedure (encounter_id);
CREATE INDEX procedure_practitioner_id_idx ON care.procedure (practitioner_id);

CREATE TABLE care.allergy (
    allergy_id     bigint GENERATED BY DEFAULT AS IDENTITY CHECK (allergy_id > 0),
    person_id      bigint NOT NULL,
    system         text CHECK (system IN ('http://snomed.info/sct', 'https://dmd.nhs.uk')),
    code           text,
    substance_text text NOT NULL CHECK (substance_text <> ''),
    kind           text NOT NULL CHECK (kind IN ('allergy', 'intolerance', 'none-known')),
    criticality    text CHECK (criticality IN ('low', 'high', 'unable-to-assess')),
    verification   text NOT NULL CHECK (verification IN ('unconfirmed', 'presumed', 'confirmed',
        'refuted', 'entered-in-error')),
    status         text NOT NULL
        CHECK (status IN ('active', 'inactive', 'resolved', 'entered-in-error')),
    reactions      text[],
    recorded_at    timestamptz CHECK (ref.is_known(recorded_at)),
    src_id         text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust          text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT allergy_pkey PRIMARY KEY (trust, allergy_id),
    CONSTRAINT allergy_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT allergy_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT allergy_coded CHECK (num_nulls(system, code) IN (0, 2)),
    CONSTRAINT allergy_code_form CHECK (ref.is_code(system, code)),
    CONSTRAINT allergy_none_known CHECK ((kind = 'none-known') = ref.is_none_known(substance_text))
);
COMMENT ON TABLE care.allergy IS 'Allergies, and that none is known';
COMMENT ON COLUMN care.allergy.allergy_id IS
    'number of the allergy; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.allergy.person_id IS 'patient';
COMMENT ON COLUMN care.allergy.system IS 'system of the code';
COMMENT ON COLUMN care.allergy.code IS 'code of the substance';
COMMENT ON COLUMN care.allergy.substance_text IS 'the substance as it was written';
COMMENT ON COLUMN care.allergy.kind IS 'what it is; none-known states that there is none';
COMMENT ON COLUMN care.allergy.criticality IS 'how dangerous';
COMMENT ON COLUMN care.allergy.verification IS 'how certain';
COMMENT ON COLUMN care.allergy.status IS 'how it is';
COMMENT ON COLUMN care.allergy.reactions IS 'what it did';
COMMENT ON COLUMN care.allergy.recorded_at IS 'when it was recorded';
COMMENT ON COLUMN care.allergy.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.allergy.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX allergy_person_id_idx ON care.allergy (person_id);

CREATE TABLE care.service_request (
    request_id        bigint GENERATED BY DEFAULT AS IDENTITY CHECK (request_id > 0),
    person_id         bigint,
    encounter_id      bigint,
    category          text NOT NULL
        CHECK (category IN ('lab', 'imaging', 'medication', 'referral', 'other')),
    catalog_code      text,
    display           text NOT NULL CHECK (display <> ''),
    status            text NOT NULL CHECK (status IN ('draft', 'active', 'on-hold', 'revoked',
        'completed', 'entered-in-error', 'unknown')),
    priority          text,
    ordered_at        timestamptz NOT NULL CHECK (ref.is_known(ordered_at)),
    practitioner_id   bigint,
    placer_no         text,
    filler_no         text,
    src_id            text NOT NULL CHECK (src_id NOT IN ('', '0')),
    match_status      text,
    paper_backentered boolean NOT NULL DEFAULT false,
    entered_at        timestamptz CHECK (ref.is_known(entered_at)),
    trust             text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT service_request_pkey PRIMARY KEY (trust, request_id),
    CONSTRAINT service_request_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT service_request_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT service_request_practitioner_id_fkey FOREIGN KEY (trust, practitioner_id)
        REFERENCES ref.practitioner DEFERRABLE,
    CONSTRAINT service_request_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT service_request_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT service_request_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT service_request_patient CHECK (CASE WHEN person_id IS NULL THEN match_status IS NOT
        NULL AND encounter_id IS NULL ELSE true END)
);
COMMENT ON TABLE care.service_request IS 'Orders; templates are none';
COMMENT ON COLUMN care.service_request.request_id IS
    'number of the order; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.service_request.person_id IS 'patient';
COMMENT ON COLUMN care.service_request.encounter_id IS
    'encounter, of the same patient; NULL: ordered outside of one';
COMMENT ON COLUMN care.service_request.category IS 'what was ordered';
COMMENT ON COLUMN care.service_request.catalog_code IS 'code of the catalogue';
COMMENT ON COLUMN care.service_request.display IS 'what was ordered, in words';
COMMENT ON COLUMN care.service_request.status IS 'how far it is';
COMMENT ON COLUMN care.service_request.priority IS 'how urgent';
COMMENT ON COLUMN care.service_request.ordered_at IS 'when';
COMMENT ON COLUMN care.service_request.practitioner_id IS 'by whom';
COMMENT ON COLUMN care.service_request.placer_no IS 'number that the ordering system gave';
COMMENT ON COLUMN care.service_request.filler_no IS 'number that the department gave';
COMMENT ON COLUMN care.service_request.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.service_request.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.service_request.paper_backentered IS
    'was it written on paper and typed in afterwards?';
COMMENT ON COLUMN care.service_request.entered_at IS 'when it was typed in';
COMMENT ON COLUMN care.service_request.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX service_request_person_id_idx ON care.service_request (person_id);
CREATE INDEX service_request_encounter_id_idx ON care.service_request (encounter_id);
CREATE INDEX service_request_practitioner_id_idx ON care.service_request (practitioner_id);

CREATE TABLE care.service_request_detail (
    request_id bigint NOT NULL,
    action_seq integer NOT NULL,
    detail_seq integer NOT NULL,
    field      text NOT NULL CHECK (field <> ''),
    value_text text,
    value_num  numeric,
    value_ts   timestamptz CHECK (ref.is_known(value_ts)),
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT service_request_detail_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.service_request DEFERRABLE,
    CONSTRAINT service_request_detail_pkey PRIMARY KEY (trust, request_id, action_seq, detail_seq)
);
COMMENT ON TABLE care.service_request_detail IS 'What was said of an order, field by field';
COMMENT ON COLUMN care.service_request_detail.request_id IS 'order';
COMMENT ON COLUMN care.service_request_detail.action_seq IS 'number of the action';
COMMENT ON COLUMN care.service_request_detail.detail_seq IS 'number within the action';
COMMENT ON COLUMN care.service_request_detail.field IS 'field of the form';
COMMENT ON COLUMN care.service_request_detail.value_text IS 'value as it is shown';
COMMENT ON COLUMN care.service_request_detail.value_num IS 'value as a number';
COMMENT ON COLUMN care.service_request_detail.value_ts IS 'value as a time';
COMMENT ON COLUMN care.service_request_detail.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.specimen (
    specimen_id  bigint GENERATED BY DEFAULT AS IDENTITY CHECK (specimen_id > 0),
    request_id   bigint,
    accession_no text NOT NULL CHECK (accession_no NOT IN ('', 'VALUE_TOO_LONG')),
    lims_no      text,
    lab_ods      text NOT NULL CHECK (lab_ods ~ '^[A-Z0-9]{3,12}$'),
    type_code    text,
    body_site    text,
    collected_at timestamptz CHECK (ref.is_known(collected_at)),
    received_at  timestamptz CHECK (ref.is_known(received_at)),
    status       text
        CHECK (status IN ('available', 'unavailable', 'unsatisfactory', 'entered-in-error')),
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    person_id    bigint,
    encounter_id bigint,
    match_status text,
    requested    text,
    place_raw    text,
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT specimen_pkey PRIMARY KEY (trust, specimen_id),
    CONSTRAINT specimen_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.service_request DEFERRABLE,
    CONSTRAINT specimen_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT specimen_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT specimen_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT specimen_number UNIQUE NULLS NOT DISTINCT (trust, lab_ods, lims_no, accession_no),
    CONSTRAINT specimen_same_patient FOREIGN KEY (trust, encounter_id, person_id) REFERENCES
        care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT specimen_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT specimen_patient CHECK (person_id IS NOT NULL OR encounter_id IS NULL)
);
COMMENT ON TABLE care.specimen IS 'Specimens';
COMMENT ON COLUMN care.specimen.specimen_id IS
    'number of the specimen; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.specimen.request_id IS 'order';
COMMENT ON COLUMN care.specimen.accession_no IS
    'number of the laboratory; it begins again after some years';
COMMENT ON COLUMN care.specimen.lims_no IS
    'number that the laboratory''s system knows it by for ever';
COMMENT ON COLUMN care.specimen.lab_ods IS 'ODS code of the laboratory';
COMMENT ON COLUMN care.specimen.type_code IS 'kind of specimen';
COMMENT ON COLUMN care.specimen.body_site IS 'where it is from';
COMMENT ON COLUMN care.specimen.collected_at IS 'when it was taken';
COMMENT ON COLUMN care.specimen.received_at IS 'when it came';
COMMENT ON COLUMN care.specimen.status IS 'how it is';
COMMENT ON COLUMN care.specimen.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.specimen.person_id IS 'patient, whom the laboratory''s own numbers name';
COMMENT ON COLUMN care.specimen.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.specimen.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.specimen.requested IS 'what was asked for, in the laboratory''s codes';
COMMENT ON COLUMN care.specimen.place_raw IS 'where it came from, as it was written';
COMMENT ON COLUMN care.specimen.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX specimen_request_id_idx ON care.specimen (request_id);
CREATE INDEX specimen_person_id_idx ON care.specimen (person_id);
CREATE INDEX specimen_encounter_id_idx ON care.specimen (encounter_id);

CREATE TABLE care.document (
    document_id  bigint GENERATED BY DEFAULT AS IDENTITY CHECK (document_id > 0),
    person_id    bigint,
    encounter_id bigint,
    type_code    text,
    title        text,
    created_at   timestamptz CHECK (ref.is_known(created_at)),
    status       text NOT NULL CHECK (status IN ('current', 'superseded', 'entered-in-error')),
    mime         text NOT NULL CHECK (mime ~ '^[a-z]+/[-+.a-z0-9]+$'),
    sha256       char(64) NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    length       bigint NOT NULL CHECK (length >= 0),
    content      bytea,
    path         text,
    plain_text   text,
    version      integer CHECK (version > 0),
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT document_pkey PRIMARY KEY (trust, document_id),
    CONSTRAINT document_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT document_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT document_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT document_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT document_patient CHECK (person_id IS NOT NULL OR encounter_id IS NULL),
    CONSTRAINT document_place CHECK (num_nonnulls(content, path) = 1),
    CONSTRAINT document_bytes CHECK (octet_length(content) = length
        AND encode(sha256(content), 'hex') = sha256)
);
COMMENT ON TABLE care.document IS 'Letters, reports and their bytes';
COMMENT ON COLUMN care.document.document_id IS
    'number of the document; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.document.person_id IS 'patient';
COMMENT ON COLUMN care.document.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.document.type_code IS 'kind of document';
COMMENT ON COLUMN care.document.title IS 'title';
COMMENT ON COLUMN care.document.created_at IS 'when it was written';
COMMENT ON COLUMN care.document.status IS 'is it to be read?';
COMMENT ON COLUMN care.document.mime IS 'type of the bytes';
COMMENT ON COLUMN care.document.sha256 IS 'SHA-256 of the bytes';
COMMENT ON COLUMN care.document.length IS 'how many bytes';
COMMENT ON COLUMN care.document.content IS 'the bytes, as the reader''s program wants them';
COMMENT ON COLUMN care.document.path IS 'instead: where they are';
COMMENT ON COLUMN care.document.plain_text IS
    'what a reader sees, for searching; no substitute for the bytes';
COMMENT ON COLUMN care.document.version IS 'number of the version';
COMMENT ON COLUMN care.document.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.document.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX document_person_id_idx ON care.document (person_id);
CREATE INDEX document_encounter_id_idx ON care.document (encounter_id);

CREATE TABLE care.diagnostic_report (
    report_id    bigint GENERATED BY DEFAULT AS IDENTITY CHECK (report_id > 0),
    person_id    bigint,
    request_id   bigint,
    specimen_id  bigint,
    discipline   text,
    status       text NOT NULL CHECK (status IN ('preliminary', 'final', 'amended', 'corrected',
        'cancelled', 'entered-in-error')),
    issued_at    timestamptz CHECK (ref.is_known(issued_at)),
    version      integer NOT NULL CHECK (version > 0),
    supersedes   bigint,
    text_id      bigint,
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    match_status text,
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT diagnostic_report_pkey PRIMARY KEY (trust, report_id),
    CONSTRAINT diagnostic_report_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT diagnostic_report_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.service_request DEFERRABLE,
    CONSTRAINT diagnostic_report_specimen_id_fkey FOREIGN KEY (trust, specimen_id)
        REFERENCES care.specimen DEFERRABLE,
    CONSTRAINT diagnostic_report_supersedes_fkey FOREIGN KEY (trust, supersedes)
        REFERENCES care.diagnostic_report DEFERRABLE,
    CONSTRAINT diagnostic_report_text_id_fkey FOREIGN KEY (trust, text_id)
        REFERENCES care.document DEFERRABLE,
    CONSTRAINT diagnostic_report_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT diagnostic_report_supersedes CHECK (supersedes <> report_id),
    CONSTRAINT diagnostic_report_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT diagnostic_report_patient CHECK (num_nonnulls(person_id, match_status) > 0)
);
COMMENT ON TABLE care.diagnostic_report IS 'Reports of laboratories and of imaging';
COMMENT ON COLUMN care.diagnostic_report.report_id IS
    'number of the report; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.diagnostic_report.person_id IS 'patient';
COMMENT ON COLUMN care.diagnostic_report.request_id IS 'order';
COMMENT ON COLUMN care.diagnostic_report.specimen_id IS 'specimen';
COMMENT ON COLUMN care.diagnostic_report.discipline IS 'discipline';
COMMENT ON COLUMN care.diagnostic_report.status IS 'how far it is';
COMMENT ON COLUMN care.diagnostic_report.issued_at IS 'when it was issued';
COMMENT ON COLUMN care.diagnostic_report.version IS 'number of the version';
COMMENT ON COLUMN care.diagnostic_report.supersedes IS 'report that it stands in the place of';
COMMENT ON COLUMN care.diagnostic_report.text_id IS 'its text';
COMMENT ON COLUMN care.diagnostic_report.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.diagnostic_report.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.diagnostic_report.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX diagnostic_report_person_id_idx ON care.diagnostic_report (person_id);
CREATE INDEX diagnostic_report_request_id_idx ON care.diagnostic_report (request_id);
CREATE INDEX diagnostic_report_specimen_id_idx ON care.diagnostic_report (specimen_id);
CREATE INDEX diagnostic_report_supersedes_idx ON care.diagnostic_report (supersedes);
CREATE INDEX diagnostic_report_text_id_idx ON care.diagnostic_report (text_id);

CREATE TABLE care.observation (
    observation_id    bigint GENERATED BY DEFAULT AS IDENTITY CHECK (observation_id > 0),
    person_id         bigint,
    encounter_id      bigint,
    report_id         bigint,
    parent_id         bigint,
    code_local        text NOT NULL CHECK (code_local <> ''),
    system            text CHECK (system IN ('http://snomed.info/sct', 'http://loinc.org')),
    code              text,
    value_num         numeric CHECK (value_num NOT IN ('NaN', 'Infinity', '-Infinity')),
    value_cmp         text CHECK (value_cmp IN ('<', '<=', '>=', '>', 'ad')),
    value_text        text,
    value_code        text,
    value_ts          timestamptz CHECK (ref.is_known(value_ts)),
    unit_ucum         text CHECK (unit_ucum ~ '^[!-~]+$'),
    unit_raw          text,
    ref_low           numeric,
    ref_high          numeric,
    ref_text          text,
    interpretation    text,
    status            text NOT NULL CHECK (status IN ('preliminary', 'final', 'amended',
        'corrected', 'cancelled', 'entered-in-error')),
    effective_at      timestamptz NOT NULL CHECK (ref.is_known(effective_at)),
    issued_at         timestamptz CHECK (ref.is_known(issued_at)),
    version           integer NOT NULL CHECK (version > 0),
    src_id            text NOT NULL CHECK (src_id NOT IN ('', '0')),
    match_status      text,
    paper_backentered boolean NOT NULL DEFAULT false,
    entered_at        timestamptz CHECK (ref.is_known(entered_at)),
    trust             text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT observation_pkey PRIMARY KEY (trust, observation_id),
    CONSTRAINT observation_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT observation_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT observation_report_id_fkey FOREIGN KEY (trust, report_id)
        REFERENCES care.diagnostic_report DEFERRABLE,
    CONSTRAINT observation_parent_id_fkey FOREIGN KEY (trust, parent_id)
        REFERENCES care.observation DEFERRABLE,
    CONSTRAINT observation_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT observation_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT observation_parent CHECK (parent_id <> observation_id),
    CONSTRAINT observation_coded CHECK (num_nulls(system, code) IN (0, 2)),
    CONSTRAINT observation_code_form CHECK (ref.is_code(system, code)),
    CONSTRAINT observation_value CHECK (num_nonnulls(value_num, value_text, value_code, value_ts) >
        0 OR status IN ('cancelled', 'entered-in-error')),
    CONSTRAINT observation_comparator CHECK (value_cmp IS NULL OR value_num IS NOT NULL),
    CONSTRAINT observation_range CHECK (ref_low <= ref_high),
    CONSTRAINT observation_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT observation_patient CHECK (CASE WHEN person_id IS NULL THEN match_status IS NOT NULL
        AND encounter_id IS NULL ELSE true END)
);
COMMENT ON TABLE care.observation IS 'Results and measurements, the current version of each';
COMMENT ON COLUMN care.observation.observation_id IS
    'number of the result; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.observation.person_id IS 'patient';
COMMENT ON COLUMN care.observation.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.observation.report_id IS 'report';
COMMENT ON COLUMN care.observation.parent_id IS 'result that it is a part of';
COMMENT ON COLUMN care.observation.code_local IS 'what was measured, the source''s code';
COMMENT ON COLUMN care.observation.system IS 'system of the code';
COMMENT ON COLUMN care.observation.code IS
    'what was measured, code of the system; NULL: not mapped';
COMMENT ON COLUMN care.observation.value_num IS 'value as a number, with its digits';
COMMENT ON COLUMN care.observation.value_cmp IS 'what stands before the number';
COMMENT ON COLUMN care.observation.value_text IS 'value as it was written';
COMMENT ON COLUMN care.observation.value_code IS 'value as a code';
COMMENT ON COLUMN care.observation.value_ts IS 'value as a time';
COMMENT ON COLUMN care.observation.unit_ucum IS 'unit in UCUM';
COMMENT ON COLUMN care.observation.unit_raw IS 'unit as it was written';
COMMENT ON COLUMN care.observation.ref_low IS 'lower bound of the reference range';
COMMENT ON COLUMN care.observation.ref_high IS 'upper bound of the reference range';
COMMENT ON COLUMN care.observation.ref_text IS 'the range as it was written';
COMMENT ON COLUMN care.observation.interpretation IS 'low, high, critical, ...';
COMMENT ON COLUMN care.observation.status IS 'how far it is';
COMMENT ON COLUMN care.observation.effective_at IS 'when it was true of the patient';
COMMENT ON COLUMN care.observation.issued_at IS 'when it was made known';
COMMENT ON COLUMN care.observation.version IS 'number of the version';
COMMENT ON COLUMN care.observation.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.observation.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.observation.paper_backentered IS
    'was it written on paper and typed in afterwards?';
COMMENT ON COLUMN care.observation.entered_at IS 'when it was typed in';
COMMENT ON COLUMN care.observation.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX observation_person_id_idx ON care.observation (person_id);
CREATE INDEX observation_encounter_id_idx ON care.observation (encounter_id);
CREATE INDEX observation_report_id_idx ON care.observation (report_id);
CREATE INDEX observation_parent_id_idx ON care.observation (parent_id);

CREATE TABLE care.micro_isolate (
    isolate_id     bigint GENERATED BY DEFAULT AS IDENTITY CHECK (isolate_id > 0),
    observation_id bigint NOT NULL,
    seq            integer NOT NULL,
    organism_code  text,
    organism       text,
    quantity       text,
    trust          text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT micro_isolate_pkey PRIMARY KEY (trust, isolate_id),
    CONSTRAINT micro_isolate_observation_id_fkey FOREIGN KEY (trust, observation_id)
        REFERENCES care.observation DEFERRABLE,
    CONSTRAINT micro_isolate_seq UNIQUE (trust, observation_id, seq),
    CONSTRAINT micro_isolate_named CHECK (num_nonnulls(organism_code, organism) > 0)
);
COMMENT ON TABLE care.micro_isolate IS 'What grew';
COMMENT ON COLUMN care.micro_isolate.isolate_id IS
    'number of the isolate; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.micro_isolate.observation_id IS 'result';
COMMENT ON COLUMN care.micro_isolate.seq IS 'number within the result';
COMMENT ON COLUMN care.micro_isolate.organism_code IS 'code of the organism';
COMMENT ON COLUMN care.micro_isolate.organism IS 'its name';
COMMENT ON COLUMN care.micro_isolate.quantity IS 'how much of it';
COMMENT ON COLUMN care.micro_isolate.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.micro_sensitivity (
    isolate_id      bigint NOT NULL,
    seq             integer NOT NULL,
    antibiotic_code text,
    antibiotic      text NOT NULL CHECK (antibiotic <> ''),
    result          char(1) CHECK (result IN ('S', 'I', 'R')),
    mic             numeric CHECK (mic >= 0),
    unit            text,
    mic_cmp         text CHECK (mic_cmp IN ('<', '<=', '>=', '>')),
    trust           text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT micro_sensitivity_isolate_id_fkey FOREIGN KEY (trust, isolate_id)
        REFERENCES care.micro_isolate DEFERRABLE,
    CONSTRAINT micro_sensitivity_pkey PRIMARY KEY (trust, isolate_id, seq),
    CONSTRAINT micro_sensitivity_comparator CHECK (mic_cmp IS NULL OR mic IS NOT NULL)
);
COMMENT ON TABLE care.micro_sensitivity IS 'What an isolate is sensitive to';
COMMENT ON COLUMN care.micro_sensitivity.isolate_id IS 'isolate';
COMMENT ON COLUMN care.micro_sensitivity.seq IS 'number within the isolate';
COMMENT ON COLUMN care.micro_sensitivity.antibiotic_code IS 'code of the antibiotic';
COMMENT ON COLUMN care.micro_sensitivity.antibiotic IS 'its name';
COMMENT ON COLUMN care.micro_sensitivity.result IS 'sensitive, intermediate, resistant';
COMMENT ON COLUMN care.micro_sensitivity.mic IS 'minimum inhibitory concentration';
COMMENT ON COLUMN care.micro_sensitivity.unit IS 'unit of that';
COMMENT ON COLUMN care.micro_sensitivity.mic_cmp IS 'what stood before the number; NULL: it is exact';
COMMENT ON COLUMN care.micro_sensitivity.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.medication_request (
    request_id bigint,
    dmd_code   text CHECK (ref.is_sctid(dmd_code)),
    dmd_level  text CHECK (dmd_level IN ('VTM', 'VMP', 'VMPP', 'AMP', 'AMPP')),
    drug_text  text NOT NULL CHECK (drug_text <> ''),
    form_code  text,
    dose_num   numeric CHECK (dose_num > 0),
    dose_unit  text,
    dose_text  text,
    route_code text,
    frequency  text,
    prn        boolean,
    start_at   timestamptz,
    stop_at    timestamptz,
    status     text NOT NULL CHECK (status IN ('active', 'on-hold', 'cancelled', 'completed',
        'entered-in-error', 'stopped', 'draft', 'unknown')),
    src_id     text NOT NULL CHECK (src_id NOT IN ('', '0')),
    qty        numeric,
    qty_unit   text,
    qty_raw    text,
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT medication_request_pkey PRIMARY KEY (trust, request_id),
    CONSTRAINT medication_request_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.service_request DEFERRABLE,
    CONSTRAINT medication_request_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT medication_request_level CHECK (num_nulls(dmd_code, dmd_level) IN (0, 2)),
    CONSTRAINT medication_request_dose CHECK (num_nulls(dose_num, dose_unit) IN (0, 2)),
    CONSTRAINT medication_request_quantity CHECK (qty IS NULL OR qty_raw IS NOT NULL),
    CONSTRAINT medication_request_period CHECK (ref.is_period(start_at, stop_at))
);
COMMENT ON TABLE care.medication_request IS 'Prescriptions, and drugs that are asked for';
COMMENT ON COLUMN care.medication_request.request_id IS 'order that it is';
COMMENT ON COLUMN care.medication_request.dmd_code IS 'dm+d code; NULL: not mapped';
COMMENT ON COLUMN care.medication_request.dmd_level IS 'what of dm+d the code is';
COMMENT ON COLUMN care.medication_request.drug_text IS 'the drug as it was written';
COMMENT ON COLUMN care.medication_request.form_code IS 'form';
COMMENT ON COLUMN care.medication_request.dose_num IS 'dose, in the unit that was prescribed';
COMMENT ON COLUMN care.medication_request.dose_unit IS 'its unit';
COMMENT ON COLUMN care.medication_request.dose_text IS 'dose as it was written';
COMMENT ON COLUMN care.medication_request.route_code IS 'route';
COMMENT ON COLUMN care.medication_request.frequency IS 'how often';
COMMENT ON COLUMN care.medication_request.prn IS 'only when needed?';
COMMENT ON COLUMN care.medication_request.start_at IS 'from when on';
COMMENT ON COLUMN care.medication_request.stop_at IS 'until when; NULL: until it is stopped';
COMMENT ON COLUMN care.medication_request.status IS 'how far it is';
COMMENT ON COLUMN care.medication_request.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.medication_request.qty IS 'how many units are asked for';
COMMENT ON COLUMN care.medication_request.qty_unit IS 'unit';
COMMENT ON COLUMN care.medication_request.qty_raw IS 'quantity as it was written';
COMMENT ON COLUMN care.medication_request.trust IS 'ODS code of the trust whose record it is';

CREATE TABLE care.medication_administration (
    admin_id          bigint GENERATED BY DEFAULT AS IDENTITY CHECK (admin_id > 0),
    request_id        bigint,
    given_at          timestamptz CHECK (ref.is_known(given_at)),
    status            text NOT NULL
        CHECK (status IN ('given', 'omitted', 'refused', 'delayed', 'entered-in-error')),
    dose_num          numeric CHECK (dose_num > 0),
    dose_unit         text,
    route_code        text,
    reason            text,
    practitioner_id   bigint,
    src_id            text NOT NULL CHECK (src_id NOT IN ('', '0')),
    person_id         bigint,
    encounter_id      bigint,
    match_status      text,
    drug_text         text,
    due_at            timestamptz CHECK (ref.is_known(due_at)),
    paper_backentered boolean NOT NULL DEFAULT false,
    entered_at        timestamptz CHECK (ref.is_known(entered_at)),
    trust             text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT medication_administration_pkey PRIMARY KEY (trust, admin_id),
    CONSTRAINT medication_administration_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.medication_request DEFERRABLE,
    CONSTRAINT medication_administration_practitioner_id_fkey FOREIGN KEY (trust, practitioner_id)
        REFERENCES ref.practitioner DEFERRABLE,
    CONSTRAINT medication_administration_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT medication_administration_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT medication_administration_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT medication_administration_dose CHECK (num_nulls(dose_num, dose_unit) IN (0, 2)),
    CONSTRAINT medication_administration_given CHECK (status <> 'given' OR given_at IS NOT NULL),
    CONSTRAINT medication_administration_same_patient FOREIGN KEY (trust, encounter_id, person_id)
        REFERENCES care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT medication_administration_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT medication_administration_patient CHECK (CASE WHEN request_id IS NULL THEN drug_text
        <> '' AND drug_text IS NOT NULL AND num_nonnulls(person_id, match_status) > 0 ELSE true END
        AND (person_id IS NOT NULL OR encounter_id IS NULL))
);
COMMENT ON TABLE care.medication_administration IS 'Doses given, and not given';
COMMENT ON COLUMN care.medication_administration.admin_id IS
    'number of the dose; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.medication_administration.request_id IS
    'prescription; NULL: given from a paper chart, by none that is known';
COMMENT ON COLUMN care.medication_administration.given_at IS 'when';
COMMENT ON COLUMN care.medication_administration.status IS 'what became of it';
COMMENT ON COLUMN care.medication_administration.dose_num IS 'dose';
COMMENT ON COLUMN care.medication_administration.dose_unit IS 'its unit';
COMMENT ON COLUMN care.medication_administration.route_code IS 'route';
COMMENT ON COLUMN care.medication_administration.reason IS 'why not';
COMMENT ON COLUMN care.medication_administration.practitioner_id IS 'by whom';
COMMENT ON COLUMN care.medication_administration.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.medication_administration.person_id IS
    'patient; NULL: that of the prescription, or nobody was found';
COMMENT ON COLUMN care.medication_administration.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.medication_administration.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.medication_administration.drug_text IS
    'the drug as it was written, where there is no prescription';
COMMENT ON COLUMN care.medication_administration.due_at IS 'when it should have been given';
COMMENT ON COLUMN care.medication_administration.paper_backentered IS
    'was it written on paper and typed in afterwards?';
COMMENT ON COLUMN care.medication_administration.entered_at IS 'when it was typed in';
COMMENT ON COLUMN care.medication_administration.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX medication_administration_request_id_idx
    ON care.medication_administration (request_id);
CREATE INDEX medication_administration_practitioner_id_idx
    ON care.medication_administration (practitioner_id);
CREATE INDEX medication_administration_person_id_idx ON care.medication_administration (person_id);
CREATE INDEX medication_administration_encounter_id_idx
    ON care.medication_administration (encounter_id);

CREATE TABLE care.medication_supply (
    supply_id    bigint GENERATED BY DEFAULT AS IDENTITY CHECK (supply_id > 0),
    person_id    bigint,
    request_id   bigint,
    dmd_code     text CHECK (ref.is_sctid(dmd_code)),
    drug_text    text NOT NULL CHECK (drug_text <> ''),
    qty          numeric,
    qty_unit     text,
    qty_raw      text,
    issue_type   text,
    location_id  bigint,
    cost_centre  text,
    issued_at    timestamptz NOT NULL CHECK (ref.is_known(issued_at)),
    value_gbp    numeric(12,2),
    src_id       text NOT NULL CHECK (src_id NOT IN ('', '0')),
    encounter_id bigint,
    match_status text,
    issue_kind   text CHECK (issue_kind IN ('issue', 'return', 'ward stock', 'adjustment',
        'transfer')),
    place_raw    text,
    trust        text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT medication_supply_pkey PRIMARY KEY (trust, supply_id),
    CONSTRAINT medication_supply_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT medication_supply_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.medication_request DEFERRABLE,
    CONSTRAINT medication_supply_location_id_fkey FOREIGN KEY (trust, location_id)
        REFERENCES ref.location DEFERRABLE,
    CONSTRAINT medication_supply_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT medication_supply_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT medication_supply_quantity CHECK (qty IS NULL OR qty_raw IS NOT NULL),
    CONSTRAINT medication_supply_same_patient FOREIGN KEY (trust, encounter_id, person_id) REFERENCES
        care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT medication_supply_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT medication_supply_patient CHECK (person_id IS NOT NULL OR encounter_id IS NULL)
);
COMMENT ON TABLE care.medication_supply IS 'What the pharmacy issued, to wards and homes too';
COMMENT ON COLUMN care.medication_supply.supply_id IS
    'number of the issue; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.medication_supply.person_id IS
    'patient; NULL: stock of a ward, or nobody was found without a guess';
COMMENT ON COLUMN care.medication_supply.request_id IS 'prescription';
COMMENT ON COLUMN care.medication_supply.dmd_code IS 'dm+d code; NULL: not mapped';
COMMENT ON COLUMN care.medication_supply.drug_text IS 'the drug as it was written';
COMMENT ON COLUMN care.medication_supply.qty IS 'how many units; below 0: returned';
COMMENT ON COLUMN care.medication_supply.qty_unit IS 'unit';
COMMENT ON COLUMN care.medication_supply.qty_raw IS 'quantity as it was written';
COMMENT ON COLUMN care.medication_supply.issue_type IS 'kind of issue, the source''s code';
COMMENT ON COLUMN care.medication_supply.location_id IS 'ward';
COMMENT ON COLUMN care.medication_supply.cost_centre IS 'who pays';
COMMENT ON COLUMN care.medication_supply.issued_at IS 'when';
COMMENT ON COLUMN care.medication_supply.value_gbp IS 'value in pounds; below 0: credit';
COMMENT ON COLUMN care.medication_supply.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.medication_supply.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.medication_supply.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.medication_supply.issue_kind IS 'what the kind amounts to';
COMMENT ON COLUMN care.medication_supply.place_raw IS 'where it went, as it was written';
COMMENT ON COLUMN care.medication_supply.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX medication_supply_person_id_idx ON care.medication_supply (person_id);
CREATE INDEX medication_supply_request_id_idx ON care.medication_supply (request_id);
CREATE INDEX medication_supply_location_id_idx ON care.medication_supply (location_id);
CREATE INDEX medication_supply_encounter_id_idx ON care.medication_supply (encounter_id);

CREATE TABLE care.imaging_study (
    study_id           bigint GENERATED BY DEFAULT AS IDENTITY CHECK (study_id > 0),
    person_id          bigint,
    study_instance_uid text CHECK (ref.is_dicom_uid(study_instance_uid)),
    accession_no       text
        CHECK (length(accession_no) BETWEEN 1 AND 16 AND accession_no <> 'VALUE_TOO_LONG'),
    accession_raw      text,
    request_id         bigint,
    modalities         text[],
    body_part          text,
    description        text,
    started_at         timestamptz CHECK (ref.is_known(started_at)),
    series_count       integer CHECK (series_count >= 0),
    instance_count     integer CHECK (instance_count >= 0),
    retrieve_url       text,
    report_id          bigint,
    src_id             text NOT NULL CHECK (src_id NOT IN ('', '0')),
    encounter_id       bigint,
    match_status       text,
    place_raw          text,
    trust              text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT imaging_study_pkey PRIMARY KEY (trust, study_id),
    CONSTRAINT imaging_study_person_id_fkey FOREIGN KEY (trust, person_id)
        REFERENCES care.person DEFERRABLE,
    CONSTRAINT imaging_study_study_instance_uid_key UNIQUE (trust, study_instance_uid),
    CONSTRAINT imaging_study_request_id_fkey FOREIGN KEY (trust, request_id)
        REFERENCES care.service_request DEFERRABLE,
    CONSTRAINT imaging_study_report_id_fkey FOREIGN KEY (trust, report_id)
        REFERENCES care.diagnostic_report DEFERRABLE,
    CONSTRAINT imaging_study_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT imaging_study_encounter_id_fkey FOREIGN KEY (trust, encounter_id)
        REFERENCES care.encounter DEFERRABLE,
    CONSTRAINT imaging_study_same_patient FOREIGN KEY (trust, encounter_id, person_id) REFERENCES
        care.encounter (trust, encounter_id, person_id) DEFERRABLE,
    CONSTRAINT imaging_study_match CHECK (ref.is_match(match_status, person_id)),
    CONSTRAINT imaging_study_patient CHECK (person_id IS NOT NULL OR encounter_id IS NULL)
);
COMMENT ON TABLE care.imaging_study IS 'Studies of imaging; pictures stay where they are';
COMMENT ON COLUMN care.imaging_study.study_id IS
    'number of the study; 0, the row that stands for none in the source, is refused';
COMMENT ON COLUMN care.imaging_study.person_id IS 'patient; NULL: nobody was found without a guess';
COMMENT ON COLUMN care.imaging_study.study_instance_uid IS 'StudyInstanceUID';
COMMENT ON COLUMN care.imaging_study.accession_no IS 'AccessionNumber';
COMMENT ON COLUMN care.imaging_study.accession_raw IS 'the number as it was written';
COMMENT ON COLUMN care.imaging_study.request_id IS 'order';
COMMENT ON COLUMN care.imaging_study.modalities IS 'modalities';
COMMENT ON COLUMN care.imaging_study.body_part IS 'part of the body';
COMMENT ON COLUMN care.imaging_study.description IS 'description';
COMMENT ON COLUMN care.imaging_study.started_at IS 'when';
COMMENT ON COLUMN care.imaging_study.series_count IS 'how many series it has';
COMMENT ON COLUMN care.imaging_study.instance_count IS 'how many pictures it has';
COMMENT ON COLUMN care.imaging_study.retrieve_url IS 'where the pictures are';
COMMENT ON COLUMN care.imaging_study.report_id IS 'report';
COMMENT ON COLUMN care.imaging_study.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.imaging_study.encounter_id IS 'encounter, of the same patient';
COMMENT ON COLUMN care.imaging_study.match_status IS
    'how the patient was found; NULL: by the source''s own key';
COMMENT ON COLUMN care.imaging_study.place_raw IS 'where it was made, as it was written';
COMMENT ON COLUMN care.imaging_study.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX imaging_study_person_id_idx ON care.imaging_study (person_id);
CREATE INDEX imaging_study_request_id_idx ON care.imaging_study (request_id);
CREATE INDEX imaging_study_report_id_idx ON care.imaging_study (report_id);
CREATE INDEX imaging_study_encounter_id_idx ON care.imaging_study (encounter_id);

CREATE TABLE care.imaging_series (
    study_id            bigint NOT NULL,
    series_instance_uid text CHECK (ref.is_dicom_uid(series_instance_uid)),
    modality            text NOT NULL CHECK (modality <> ''),
    number              integer,
    instance_count      integer CHECK (instance_count >= 0),
    trust               text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT imaging_series_study_id_fkey FOREIGN KEY (trust, study_id)
        REFERENCES care.imaging_study DEFERRABLE,
    CONSTRAINT imaging_series_pkey PRIMARY KEY (trust, series_instance_uid)
);
COMMENT ON TABLE care.imaging_series IS 'Series of a study';
COMMENT ON COLUMN care.imaging_series.study_id IS 'study';
COMMENT ON COLUMN care.imaging_series.series_instance_uid IS 'SeriesInstanceUID';
COMMENT ON COLUMN care.imaging_series.modality IS 'modality';
COMMENT ON COLUMN care.imaging_series.number IS 'number within the study';
COMMENT ON COLUMN care.imaging_series.instance_count IS 'how many pictures it has';
COMMENT ON COLUMN care.imaging_series.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX imaging_series_study_id_idx ON care.imaging_series (study_id);

CREATE TABLE care.imaging_study_report (
    study_id   bigint NOT NULL,
    report_src text NOT NULL CHECK (report_src NOT IN ('', '0')),
    src_id     text NOT NULL CHECK (src_id NOT IN ('', '0')),
    trust      text COLLATE "C" NOT NULL DEFAULT current_setting('care.trust')
        CHECK (trust ~ '^[A-Z0-9]{3}$'),
    CONSTRAINT imaging_study_report_study_id_fkey FOREIGN KEY (trust, study_id)
        REFERENCES care.imaging_study DEFERRABLE,
    CONSTRAINT imaging_study_report_src_id_key UNIQUE (trust, src_id),
    CONSTRAINT imaging_study_report_pkey PRIMARY KEY (trust, study_id, report_src)
);
COMMENT ON TABLE care.imaging_study_report IS
    'Which studies a report is of: one, several or none, and a study may have several';
COMMENT ON COLUMN care.imaging_study_report.study_id IS 'study';
COMMENT ON COLUMN care.imaging_study_report.report_src IS
    'src_id of the report, which is loaded after its studies';
COMMENT ON COLUMN care.imaging_study_report.src_id IS
    'key of the record in the source that the row is of, as text';
COMMENT ON COLUMN care.imaging_study_report.trust IS 'ODS code of the trust whose record it is';
CREATE INDEX imaging_study_report_report_src_idx ON care.imaging_study_report (report_src);

-- What mappings of the systems that stay ask, to find patients, orders and encounters without a
-- guess. Where there is more than one the count says so, and there is no number. Each trust has its
-- own numbers: nothing is found across two of them.
CREATE VIEW care.person_now AS
    SELECT p.trust, p.person_id,
        coalesce(p.merged_into, s.merged_into, m.to_person_id, p.person_id) AS now_id
    FROM care.person p
    LEFT JOIN care.person_merge m ON m.trust = p.trust AND m.from_person_src = p.src_id AND
        m.undone_at IS NULL
    LEFT JOIN care.person s ON s.trust = m.trust AND s.person_id = m.to_person_id;
COMMENT ON VIEW care.person_now IS 'Each patient, and the record that has it after all merges';

CREATE VIEW care.person_by_mrn AS
    SELECT trust, assigner_ods, mrn,
        CASE WHEN min(now_id) = max(now_id) THEN min(now_id) END AS person_id,
        count(DISTINCT now_id) AS persons
    FROM (
        SELECT trust, i.assigner_ods, upper(i.value) AS mrn, n.now_id, i.status,
            bool_or(i.status = 'active') OVER (PARTITION BY trust, i.assigner_ods, upper(i.value))
                AS used
        FROM care.person_identifier i JOIN care.person_now n USING (trust, person_id)
        WHERE i.type = 'mrn' AND i.status <> 'entered-in-error') number
    WHERE status = 'active' OR NOT used
    GROUP BY trust, assigner_ods, mrn;
COMMENT ON VIEW care.person_by_mrn IS
    'Whose a hospital number is: numbers that are used no more count where nobody uses them';

CREATE VIEW care.person_by_nhs AS
    SELECT trust, nhs_number,
        CASE WHEN min(now_id) = max(now_id) THEN min(now_id) END AS person_id,
        count(DISTINCT now_id) AS persons
    FROM (
        SELECT trust, value AS nhs_number, person_id FROM care.person_identifier
        WHERE type IN ('nhs', 'chi', 'hcn') AND status <> 'entered-in-error'
        UNION ALL SELECT trust, nhs_number, person_id FROM care.person
        WHERE nhs_number IS NOT NULL) number
    JOIN care.person_now USING (trust, person_id)
    GROUP BY trust, nhs_number;
COMMENT ON VIEW care.person_by_nhs IS 'Whose an NHS, CHI or H&C number is';

CREATE VIEW care.patient_group AS
    SELECT trust, system, link_group,
        CASE WHEN min(person_id) = max(person_id) THEN min(person_id) END AS person_id,
        count(DISTINCT person_id) AS persons
    FROM care.patient_link WHERE link_group IS NOT NULL
    GROUP BY trust, system, link_group;
COMMENT ON VIEW care.patient_group IS
    'Who the records are that a system holds for one patient, as far as they were found';

CREATE VIEW care.request_by_number AS
    SELECT trust, category, number, person_id, min(request_id) AS request_id, min(encounter_id) AS
        encounter_id, min(ordered_at) AS ordered_at
    FROM care.service_request, LATERAL (
        SELECT src_id AS number UNION SELECT placer_no UNION SELECT filler_no
        UNION SELECT value_text FROM care.service_request_detail d
        WHERE d.trust = service_request.trust AND d.request_id = service_request.request_id AND
            field = 'ACCESSION') given
    WHERE category IN ('lab', 'imaging') AND number <> '' AND person_id IS NOT NULL
    GROUP BY trust, category, number, person_id;
COMMENT ON VIEW care.request_by_number IS
    'Orders by each number that they have, their own and others'' too; of several the first';

CREATE VIEW care.encounter_at AS
    WITH spell AS (
        SELECT trust, person_id, encounter_id, begins, CASE WHEN ended_at > begins THEN ended_at
            WHEN ended_at IS NULL AND status = 'in-progress' THEN 'infinity'
            ELSE begins + INTERVAL '1 day' END AS ends
        FROM care.encounter, LATERAL (SELECT least(arrived_at, started_at) AS begins) first
        WHERE status IN ('in-progress', 'finished') AND class <> 'PRENC' AND begins IS NOT NULL
    ), piece AS (
        SELECT trust, person_id, at AS begins,
            lead(at) OVER (PARTITION BY trust, person_id ORDER BY at) AS ends
        FROM (SELECT trust, person_id, begins AS at FROM spell
            UNION SELECT trust, person_id, ends FROM spell) edge
    )
    SELECT piece.trust, piece.person_id, piece.begins, piece.ends,
        CASE WHEN count(*) = 1 THEN min(encounter_id) END AS encounter_id, count(*) AS encounters
    FROM piece JOIN spell ON spell.trust = piece.trust AND spell.person_id = piece.person_id AND
        spell.begins <= piece.begins AND spell.ends >= piece.ends
    WHERE piece.ends IS NOT NULL
    GROUP BY piece.trust, piece.person_id, piece.begins, piece.ends;
COMMENT ON VIEW care.encounter_at IS
    'In which encounter a patient was at a time; one whose end is not said lasts for a day';

CREATE VIEW care.imaging_report_patient AS
    SELECT trust, r.report_src, CASE WHEN min(s.person_id) = max(s.person_id) AND count(*) =
        count(s.person_id) THEN min(s.person_id) END AS person_id,
        count(DISTINCT s.person_id) AS persons, count(*) AS studies
    FROM care.imaging_study_report r JOIN care.imaging_study s USING (trust, study_id)
    GROUP BY trust, r.report_src;
COMMENT ON VIEW care.imaging_report_patient IS
    'Whose a report is: the patient of all studies that it is of';

CREATE VIEW care.electronic_record AS
    SELECT trust, kind, person_id, lower(what) AS what, at,
        floor(extract(epoch FROM at) / 60)::bigint AS minute,
        floor(extract(epoch FROM at) / 3600)::bigint AS hour
    FROM (
        SELECT trust, 'encounter' AS kind, person_id, class AS what,
            least(arrived_at, started_at) AS at
        FROM care.encounter
        WHERE src_id NOT LIKE 'DOWNTIME/%' AND status IN ('in-progress', 'finished')
        UNION ALL SELECT trust, 'stay', e.person_id, l.local_code, s.started_at
        FROM care.ward_stay s JOIN care.encounter e USING (trust, encounter_id)
        JOIN ref.location l USING (trust) WHERE l.location_id = s.location_id AND
            s.src_id NOT LIKE 'DOWNTIME/%'
        UNION ALL SELECT trust, category, person_id, display, ordered_at FROM care.service_request
        WHERE src_id NOT LIKE 'DOWNTIME/%' AND status <> 'entered-in-error'
        UNION ALL SELECT trust, 'observation', person_id, code_local, effective_at FROM care.observation
        WHERE src_id NOT LIKE 'DOWNTIME/%' AND status <> 'entered-in-error'
        UNION ALL SELECT trust, 'dose', o.person_id, q.drug_text, a.given_at
        FROM care.medication_administration a
        JOIN care.medication_request q USING (trust, request_id)
        JOIN care.service_request o USING (trust, request_id)
        WHERE a.src_id NOT LIKE 'DOWNTIME/%' AND a.status = 'given') record
    WHERE person_id IS NOT NULL AND at IS NOT NULL;
COMMENT ON VIEW care.electronic_record IS
    'What systems hold of a patient at a time, but for paper forms: what these would be there twice';
