-- source.sql — the demonstration's outgoing system: a small hospital in the shape of a Millennium.
--
-- Made by plain arithmetic on the row's number, so that it is the same on every machine. Nobody in
-- it exists: NHS numbers start with 999, which is not given out. What is wrong on purpose stands in
-- README.md, with its counts.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;

CREATE TABLE PERSON (
    PERSON_ID      BIGINT NOT NULL PRIMARY KEY,
    NAME_LAST      VARCHAR(100) NOT NULL,
    NAME_FIRST     VARCHAR(100) NOT NULL,
    NHS_NBR        VARCHAR(20),
    SEX_CD         BIGINT NOT NULL,
    BIRTH_DT_TM    TIMESTAMP,
    DECEASED_DT_TM TIMESTAMP,
    ACTIVE_IND     INTEGER NOT NULL,
    UPDT_DT_TM     TIMESTAMP NOT NULL
);
CREATE TABLE PERSON_ALIAS (
    PERSON_ALIAS_ID      BIGINT NOT NULL PRIMARY KEY,
    PERSON_ID            BIGINT NOT NULL,
    PERSON_ALIAS_TYPE_CD BIGINT NOT NULL,   -- 10: hospital number
    ALIAS                VARCHAR(200) NOT NULL
);
CREATE TABLE ENCOUNTER (
    ENCNTR_ID         BIGINT NOT NULL PRIMARY KEY,
    PERSON_ID         BIGINT NOT NULL,
    ENCNTR_TYPE_CD    BIGINT NOT NULL,
    REG_DT_TM         TIMESTAMP NOT NULL,
    DISCH_DT_TM       TIMESTAMP,
    LOC_NURSE_UNIT    VARCHAR(40),
    REASON_FOR_VISIT  VARCHAR(255),
    UPDT_DT_TM        TIMESTAMP NOT NULL
);
CREATE TABLE CLINICAL_EVENT (
    EVENT_ID           BIGINT NOT NULL PRIMARY KEY,
    ENCNTR_ID          BIGINT NOT NULL,
    EVENT_CD           BIGINT NOT NULL,
    RESULT_STATUS_CD   BIGINT NOT NULL,
    RESULT_VAL         VARCHAR(255),
    RESULT_UNITS       VARCHAR(40),
    EVENT_END_DT_TM    TIMESTAMP NOT NULL,
    VALID_UNTIL_DT_TM  TIMESTAMP NOT NULL,  -- 2100-12-31: the current version
    UPDT_DT_TM         TIMESTAMP NOT NULL
);

CREATE TEMP TABLE word (kind TEXT, number INTEGER, text TEXT, PRIMARY KEY (kind, number));
INSERT INTO word SELECT 'last', key, value FROM json_each('["Abbott","Ashdown","Barrow","Bevis",
 "Calloway","Churcher","Dunning","Edney","Fairhurst","Fielder","Goddard","Grace","Hackwood","Hoare",
 "Itchen","Jewell","Kempthorne","Kille","Lainston","Loader","Marchant","Merdon","Neville","Nutley",
 "O''Dowd","Otterbourne","Purkis","Quelch","Rumsey","Smythe-Webb","Stockbridge","Tichborne",
 "Twyford","Upham","Varndell","Wherwell","Wintour","Wykeham","Yalden","Zouch"]');
INSERT INTO word SELECT 'first', key, value FROM json_each('["Ada","Albert","Beatrice","Bruno",
 "Clara","Cyril","Dora","Edwin","Elsie","Ernest","Flora","Fergus","Grace","Harold","Hilda","Ivor",
 "Ivy","Jasper","Joyce","Kenneth","Lena","Leonard","Mabel","Maurice","Nora","Oscar","Phyllis",
 "Ralph","Rosa","Sidney","Stella","Thaddeus","Una","Victor","Vera","Walter","Winifred","Xavier",
 "Yvonne","Zoë","Anwen"]');
INSERT INTO word SELECT 'ward', key, value FROM json_each('["Victoria Ward","Freshfield",
 "Kemp Welch","Emergency Department","Bartlett","Twyford","Shawford","Clarke"]');
INSERT INTO word SELECT 'reason', key, value FROM json_each('["chest pain","fall at home",
 "review after operation","shortness of breath","fractured wrist","antenatal visit",
 "abdominal pain, \"colicky\"",null]');

-- NHS numbers: nine digits and their Modulus 11 check digit; a check of 10 is never given out.
CREATE TEMP TABLE nhs AS
WITH RECURSIVE stem(s) AS (SELECT 999000001 UNION ALL SELECT s + 7 FROM stem WHERE s < 999020000),
checked AS (SELECT s, (11 - (9 * 10 + 9 * 9 + 9 * 8 + (s / 100000 % 10) * 7 + (s / 10000 % 10) * 6
                             + (s / 1000 % 10) * 5 + (s / 100 % 10) * 4 + (s / 10 % 10) * 3
                             + (s % 10) * 2) % 11) % 11 AS digit FROM stem)
SELECT row_number() OVER (ORDER BY s) AS n, s * 10 + digit AS nhs_number, digit
FROM checked WHERE digit <> 10;

CREATE TEMP TABLE person_number AS
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000) SELECT n FROM c;

INSERT INTO PERSON VALUES (0, '', '', NULL, 0, NULL, NULL, 1, '2007-02-03 00:00:00');
INSERT INTO PERSON
SELECT 1000000 + n * 3,
       CASE WHEN n = 101 THEN 'Wriothesley-Fitzalan-Howard-Cavendish-Bentinck-Scott-Ellis-Thynne'
            WHEN n % 3 = 0 THEN upper(l.text) ELSE l.text END,
       f.text,
       CASE WHEN n % 25 = 3 THEN NULL
            WHEN n % 160 = 11 THEN CAST(nhs_number / 10 * 10 + (digit + 1) % 10 AS TEXT)
            WHEN n % 50 = 9 THEN substr(nhs_number, 1, 3) || ' ' || substr(nhs_number, 4, 3) || ' '
                                 || substr(nhs_number, 7)
            ELSE CAST(nhs_number AS TEXT) END,
       CASE WHEN n = 200 THEN 999 WHEN n % 97 = 0 THEN 364 WHEN n % 2 = 0 THEN 362 ELSE 363 END,
       CASE WHEN n = 401 THEN '2098-04-01 00:00:00'
            ELSE datetime('1915-01-01', '+' || (n * 7919 % 33000) || ' days') END,
       CASE WHEN n % 41 = 0
            THEN datetime('2007-03-01', '+' || (n % 400) || ' days',
                          '+' || (n % 1440) || ' minutes')
            END,
       n % 80 <> 7,
       datetime('2007-02-03', '+' || (n * 31 % 480) || ' days',
                '+' || (n * 17 % 1440) || ' minutes')
FROM person_number JOIN nhs USING (n)
JOIN word l ON l.kind = 'last' AND l.number = n * 13 % 40
JOIN word f ON f.kind = 'first' AND f.number = n * 29 % 41;

-- Person 300 has the hospital number of person 299.
INSERT INTO PERSON_ALIAS
SELECT 4000000 + n, 1000000 + n * 3, 10, printf('W%06d', CASE n WHEN 300 THEN 299 ELSE n END * 17)
FROM person_number;
INSERT INTO PERSON_ALIAS SELECT 4100000 + n, 1000000 + n * 3, 2, printf('C%08d', n * 7919)
FROM person_number WHERE n % 10 = 0;

INSERT INTO ENCOUNTER
SELECT 5000000 + n * 10 + k,
       1000000 + n * 3,
       CASE (n + k) % 3 WHEN 0 THEN 309308 WHEN 1 THEN 309309 ELSE 309310 END,
       datetime('2007-02-03 08:00', '+' || (n * 37 % 480 + k) || ' days',
                '+' || (n * 53 % 720) || ' minutes'),
       CASE WHEN (n + k) % 11 <> 0
            THEN datetime('2007-02-03 14:00', '+' || (n * 37 % 480 + k + n % 4) || ' days',
                          '+' || (n * 53 % 720) || ' minutes') END,
       w.text, r.text,
       datetime('2007-02-05', '+' || (n * 37 % 480 + k) || ' days')
FROM person_number
JOIN (SELECT 1 AS k UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) ON k <= n % 5
JOIN word w ON w.kind = 'ward' AND w.number = (n + k) % 8
JOIN word r ON r.kind = 'reason' AND r.number = (n * 3 + k) % 8
WHERE n % 80 <> 7;

INSERT INTO CLINICAL_EVENT
SELECT ENCNTR_ID * 10 + e,
       ENCNTR_ID,
       25400000000000000 + e * 1111111111111,
       CASE WHEN (ENCNTR_ID * 10 + e) % 97 = 0 THEN 31 WHEN ENCNTR_ID % 13 = 0 THEN 35 ELSE 25 END,
       CASE WHEN (ENCNTR_ID * 10 + e) % 61 = 0 THEN 'haemolysed'
            WHEN (ENCNTR_ID * 10 + e) % 47 = 0 THEN '<0.1'
            ELSE printf('%.1f', (ENCNTR_ID * 7 + e * 131) % 2000 / 10.0) END,
       CASE e WHEN 1 THEN 'mmol/L' WHEN 2 THEN 'g/dL' WHEN 3 THEN '°C' WHEN 4 THEN '/min'
              WHEN 5 THEN 'mmHg' ELSE '%' END,
       datetime(REG_DT_TM, '+' || (e * 47) || ' minutes'),
       CASE WHEN e = 6 AND ENCNTR_ID % 4 = 0 THEN datetime(REG_DT_TM, '+1 day')
            ELSE '2100-12-31 00:00:00' END,
       datetime(REG_DT_TM, '+' || (e * 49) || ' minutes')
FROM ENCOUNTER
JOIN (SELECT 1 AS e UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
      UNION ALL SELECT 6);
