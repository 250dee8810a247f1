-- millennium.sql — what of the platform differs from the truth of the outage: nothing must come out.
-- SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
SET search_path = raw, public;
SET TimeZone = 'Europe/London';

-- Who is not carried: stubs, tests, the refused, and the circle of merges.
SELECT 'person', person_id FROM person p
WHERE person_id <> '0' AND (EXISTS (SELECT FROM care.person c WHERE c.src_id = p.person_id))
    = (person_type_cd = '900' OR EXISTS (SELECT FROM truth_rows t WHERE t.key = p.person_id
        AND kind IN ('D17', 'D20', 'D24', 'C01')) OR EXISTS (SELECT FROM person_combine c
        JOIN truth_rows t ON t.key = person_combine_id AND kind = 'D14B'
        WHERE from_person_id = p.person_id));

-- Encounters and orders that were entered afterwards, by day and ward; nothing else was.
(SELECT 'O01', at::date::text, c.display, count(*) FROM (SELECT arrived_at AS at, location_id
    FROM care.encounter WHERE paper_backentered) e
JOIN code_value c ON c.code_value = e.location_id::text GROUP BY 2, 3
UNION ALL SELECT 'O05', ordered_at::date::text, '', count(*) FROM care.service_request
WHERE paper_backentered GROUP BY 2)
EXCEPT SELECT kind, day, ward, rows::bigint FROM truth_outage;
SELECT kind, day, ward, rows::bigint FROM truth_outage WHERE kind IN ('O01', 'O05')
EXCEPT (SELECT 'O01', at::date::text, c.display, count(*) FROM (SELECT arrived_at AS at, location_id
    FROM care.encounter WHERE paper_backentered) e
JOIN code_value c ON c.code_value = e.location_id::text GROUP BY 2, 3
UNION ALL SELECT 'O05', ordered_at::date::text, '', count(*) FROM care.service_request
WHERE paper_backentered GROUP BY 2);

-- Those that leave before they arrive have no end.
SELECT 'O04', src_id FROM care.encounter
WHERE paper_backentered AND (ended_at IS NULL) <> (src_id IN (SELECT key FROM truth_rows
    WHERE kind = 'O04'));
