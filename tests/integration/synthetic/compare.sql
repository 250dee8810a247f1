-- compare.sql — says what a report has otherwise than expected.tsv wants it, a line for each.
-- SPDX-License-Identifier: Apache-2.0
CREATE TEMP TABLE entity AS SELECT value ->> 'entity' AS entity, value
    FROM json_each(readfile('@report@'), '$.entities');
CREATE TEMP TABLE reject AS SELECT value ->> 'entity' AS entity,
    value ->> 'class' || iif(value ->> 'class' IN ('CHECK', 'LOOKUP', 'RULE'),
        ':' || (value ->> 'name'), '') AS name,
    (SELECT group_concat(value, ',') FROM json_each(reject.value ->> 'key')) AS key
FROM json_each(readfile('@rejects@')) reject;
CREATE TEMP TABLE got AS
SELECT entity, 'records' AS what, '' AS name, value ->> 'source_rows' AS rows FROM entity
UNION ALL SELECT entity, 'loaded', '', value ->> 'loaded' FROM entity
UNION ALL SELECT entity, 'merged', j.key, j.value
    FROM entity e, json_each(e.value, '$.identity.merged') j
UNION ALL SELECT entity, 'filtered', j.key, j.value
    FROM entity e, json_each(e.value, '$.identity.filtered') j
UNION ALL SELECT entity, 'rejected', j.key, j.value
    FROM entity e, json_each(e.value, '$.identity.rejected') j
UNION ALL SELECT entity, 'repaired', j.key, j.value ->> 'count'
    FROM entity e, json_each(e.value, '$.repaired') j
UNION ALL SELECT entity, 'noted', j.key, j.value FROM entity e, json_each(e.value, '$.notes') j;

-- Rejects have their class in the report, but for rules, which have their name.
CREATE TEMP TABLE wanted AS
SELECT entity, what, name, sum(rows) AS rows, group_concat(DISTINCT kind) AS kinds FROM (
    SELECT kind, entity, what, rows, CASE WHEN what = 'records' THEN ''
        WHEN name LIKE 'CHECK:%' OR name LIKE 'LOOKUP:%' THEN substr(name, 1, instr(name, ':') - 1)
        ELSE name END AS name FROM want)
GROUP BY entity, what, name;
INSERT INTO wanted SELECT entity, 'loaded', '',
    sum(iif(what = 'records', rows, -rows)), '-' FROM wanted
    WHERE what IN ('records', 'filtered', 'rejected', 'merged') GROUP BY entity;

SELECT format('%s %s "%s": %d, wanted %d (%s)', entity, what, name, coalesce(g.rows, 0), w.rows,
    w.kinds)
FROM wanted w LEFT JOIN got g USING (entity, what, name) WHERE coalesce(g.rows, 0) <> w.rows;
SELECT format('%s %s "%s": %d, which no kind explains', entity, what, name, g.rows)
FROM got g LEFT JOIN wanted w USING (entity, what, name) WHERE w.rows IS NULL AND g.rows <> 0;

-- Rejects, key by key.
SELECT format('%s: %s of %s %d times, wanted %d', entity, name, key, sum(got), sum(wanted))
FROM (SELECT entity, name, key, 1 AS got, 0 AS wanted FROM reject
    UNION ALL SELECT entity, name, key, 0, 1 FROM want_key)
GROUP BY entity, name, key HAVING sum(got) <> sum(wanted);

-- Microbiology, value by value.
SELECT format('%s: %s %d times, wanted %d', entity, line, sum(got), sum(wanted))
FROM (SELECT entity, line, 1 AS got, 0 AS wanted FROM microbiology
    UNION ALL SELECT entity, line, 0, 1 FROM grown_values
    UNION ALL SELECT entity, line, 0, 1 FROM sensitive_values)
GROUP BY entity, line HAVING sum(got) <> sum(wanted);

-- What passes is in the target.
SELECT format('%s: %s of %s is not carried', kind, p.src_id, p.entity) FROM passes p
WHERE NOT EXISTS (SELECT 1 FROM carried c WHERE c.entity = p.entity AND c.src_id = p.src_id);

-- Of a kind that passes anywhere some row does, unless few are left to.
SELECT format('%s: nothing of it passes in %s', e.kind, e.entity)
FROM expected e JOIN truth_kinds k USING (kind)
WHERE e.what = 'passes' AND CAST(k.found AS integer) > 9
    AND NOT EXISTS (SELECT 1 FROM passes p WHERE p.kind = e.kind AND p.entity = e.entity);

-- The truth's tables have as many rows as the source's, and each of its kinds is in expected.tsv,
-- under a name that fits.
SELECT format('%s: %d records, and the truth has %d', e.counted, w.rows, t.rows)
FROM expected e JOIN truth_tables t ON t."table" = e.counted
    JOIN wanted w ON w.entity = e.entity AND w.what = 'records'
WHERE e.what = 'records' AND w.rows <> t.rows;
SELECT format('%s: no line for this kind (%s)', k.kind, k.what) FROM truth_kinds k
WHERE k.found <> '' AND k."table" NOT GLOB 'WINPATH_*' AND k."table" NOT GLOB 'JAC_*'
    AND k."table" NOT GLOB 'PACS_*' AND k."table" NOT GLOB 'FORM_*'
    AND NOT EXISTS (SELECT 1 FROM expected e
        WHERE ' ' || e.kind || ' ' LIKE '% ' || k.kind || ' %');
SELECT format('%s: to pass, and %s in %s', k.kind, e.what, e.entity)
FROM truth_kinds k JOIN expected e ON ' ' || e.kind || ' ' LIKE '% ' || k.kind || ' %'
WHERE k.disposition = 'PASS' AND e.what IN ('rejected', 'noted');
SELECT format('%s: unread, and %s is read', e.kind, e.name)
FROM expected e JOIN truth_tables t ON t."table" = e.name WHERE e.what = 'unread';
