-- refusals.sql — what the platform refuses, tried on the rows of rows.sql; each fault is a row.
-- Needs the table "bad" of bad.sql. SPDX-License-Identifier: Apache-2.0
SET client_min_messages = error;
CREATE TEMP TABLE fault (message text);
CREATE TEMP TABLE tried (relation regclass, name text);

-- refused(statement): SQLSTATE and the constraint or column that refused it; nothing of it stays.
CREATE FUNCTION pg_temp.refused(preparation text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    state text;
    name text;
    of_column text;
BEGIN
    IF preparation <> '' THEN
        EXECUTE preparation;
    END IF;
    EXECUTE statement;
    RAISE EXCEPTION 'accepted' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, name = CONSTRAINT_NAME,
        of_column = COLUMN_NAME;
    RETURN CASE state WHEN 'ZZ000' THEN 'accepted'
        ELSE state || ' ' || coalesce(nullif(name, ''), nullif(of_column, ''), SQLERRM) END;
END
$$;

CREATE FUNCTION pg_temp.expect(what text, got text, wanted text) RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO fault SELECT what || ': ' || got || ', wanted ' || wanted
        WHERE got IS DISTINCT FROM wanted;
$$;

-- Statements that take all constraints off a table but the one that is tried, and those of checks.
CREATE FUNCTION pg_temp.all_but(relation regclass, kept text) RETURNS text
    LANGUAGE sql AS $$
    SELECT coalesce(string_agg(statement, '; '), '') FROM (
        SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', relation, conname)
        FROM pg_constraint WHERE conrelid = relation AND conname <> kept
            AND conindid NOT IN (SELECT conindid FROM pg_constraint
                WHERE conrelid = relation AND conname = kept AND contype = 'f')
        UNION ALL
        SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index
        WHERE indrelid = relation AND indisunique AND indexrelid::regclass::text !~ (kept || '$')
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ) t (statement)
$$;

CREATE FUNCTION pg_temp.columns(relation regclass) RETURNS text
    LANGUAGE sql AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

-- 1. Checks: the rows that are listed, and each check has one.
DO $$
DECLARE
    row record;
BEGIN
    FOR row IN SELECT * FROM bad LOOP
        PERFORM pg_temp.expect(row.relation || ' SET ' || row.change || ' (' || row.meaning || ')',
            pg_temp.refused('', format('UPDATE %s SET %s', row.relation, row.change)),
            CASE WHEN row.constraint LIKE '%same_patient' THEN '23503 ' ELSE '23514 ' END ||
                row.constraint);
        INSERT INTO tried VALUES (row.relation::regclass, row.constraint);
    END LOOP;
END
$$;

-- 2. Keys, unique indexes and periods that may not overlap: the same row again.
DO $$
DECLARE
    row record;
    names text;
BEGIN
    FOR row IN SELECT indrelid::regclass AS relation, relname AS name, indisexclusion AS excludes
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace IN ('care'::regnamespace, 'ref'::regnamespace)
            AND (indisunique OR indisexclusion)
    LOOP
        names := pg_temp.columns(row.relation);
        PERFORM pg_temp.expect(row.relation || ' twice, with no more than ' || row.name,
            pg_temp.refused(pg_temp.all_but(row.relation, row.name),
                format('INSERT INTO %s (%s) SELECT %2$s FROM %1$s LIMIT 1', row.relation, names)),
            CASE WHEN row.excludes THEN '23P01 ' ELSE '23505 ' END || row.name);
        INSERT INTO tried VALUES (row.relation, row.name);
    END LOOP;
END
$$;

-- 3. Foreign keys: a row that is not there.
DO $$
DECLARE
    row record;
BEGIN
    FOR row IN SELECT conrelid::regclass AS relation, conname AS name, condeferrable AS may_wait,
        (SELECT string_agg(format('%I = %L', attname, CASE atttypid
                WHEN 'bigint'::regtype THEN '999999' ELSE 'Q' END), ', ')
            FROM pg_attribute
            WHERE attrelid = conrelid AND attnum = ANY (conkey) AND attgenerated = ''
                AND attname <> 'trust') AS change
        FROM pg_constraint
        WHERE contype = 'f' AND connamespace IN ('care'::regnamespace, 'ref'::regnamespace)
    LOOP
        PERFORM pg_temp.expect(row.relation || ' of a row that is not there',
            pg_temp.refused(pg_temp.all_but(row.relation, row.name),
                format('UPDATE %s SET %s', row.relation, row.change)), '23503 ' || row.name);
        PERFORM pg_temp.expect(row.name || ' may wait', row.may_wait::text, 'true');
        INSERT INTO tried VALUES (row.relation, row.name);
    END LOOP;
END
$$;

-- 4. Columns that must have a value.
DO $$
DECLARE
    row record;
BEGIN
    FOR row IN SELECT attrelid::regclass AS relation, attname AS name
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relkind = 'r' AND relnamespace IN ('care'::regnamespace, 'ref'::regnamespace)
            AND attnum > 0 AND attnotnull AND attgenerated = ''
    LOOP
        PERFORM pg_temp.expect(row.relation || ' without ' || row.name, pg_temp.refused('',
            format('UPDATE %s SET %I = NULL', row.relation, row.name)), '23502 ' || row.name);
    END LOOP;
END
$$;

-- 5. Nothing was left out, and every table has a row to try it with.
INSERT INTO fault SELECT conrelid::regclass || ': nothing tries ' || conname
    FROM pg_constraint c
    WHERE connamespace IN ('care'::regnamespace, 'ref'::regnamespace)
        AND NOT EXISTS (SELECT FROM tried WHERE relation = conrelid AND name = conname);
DO $$
DECLARE
    relation regclass;
    rows bigint;
BEGIN
    FOR relation IN SELECT oid FROM pg_class WHERE relkind = 'r'
        AND relnamespace IN ('care'::regnamespace, 'ref'::regnamespace)
    LOOP
        EXECUTE format('SELECT count(*) FROM %s', relation) INTO rows;
        INSERT INTO fault SELECT relation || ': no row was accepted' WHERE rows = 0;
    END LOOP;
END
$$;

\o
SELECT message FROM fault;
