-- The target of the benchmark: the same for all who are measured. Ordinary (logged) tables.
CREATE SCHEMA bench;
CREATE TABLE bench.event (
    event_id     bigint PRIMARY KEY,
    person_id    bigint NOT NULL,
    encounter_id bigint NOT NULL,
    code         bigint NOT NULL,
    class        integer NOT NULL,
    status       text NOT NULL,
    result       numeric(12,3),
    units        integer,
    occurred_at  timestamp NOT NULL,
    updated_at   timestamp NOT NULL,
    accession    varchar(20),
    remark       varchar(255)
);
