-- The source of the benchmark, in MariaDB: a narrowed CLINICAL_EVENT.
CREATE TABLE CLINICAL_EVENT (
    EVENT_ID         bigint NOT NULL PRIMARY KEY,
    PERSON_ID        bigint NOT NULL,
    ENCNTR_ID        bigint NOT NULL,
    EVENT_CD         bigint NOT NULL,
    EVENT_CLASS_CD   int NOT NULL,
    RESULT_STATUS_CD int NOT NULL,
    RESULT_VAL       varchar(255),
    RESULT_UNITS_CD  int,
    EVENT_END_DT_TM  datetime NOT NULL,
    UPDT_DT_TM       datetime NOT NULL,
    ACCESSION_NBR    varchar(20),
    EVENT_TAG        varchar(255)
) CHARACTER SET utf8mb4;
