-- issues.sql — the pharmacy system's extract: CSV, the wards' issues of June 2008. The shell script
-- `run` writes it out in windows-1252, as the real one would come.
.headers on
.mode csv
WITH issue AS (
    SELECT row_number() OVER (ORDER BY ENCNTR_ID) AS i, ENCNTR_ID, PERSON_ID, LOC_NURSE_UNIT
    FROM ENCOUNTER WHERE ENCNTR_ID % 5 = 1
)
SELECT 880000 + i AS issue_no,
       CASE WHEN i % 12 = 0 THEN NULL ELSE a.ALIAS END AS hospital_no,
       CASE WHEN i = 77 THEN '31/06/2008 10:00'
            ELSE strftime('%d/%m/%Y %H:%M', '2008-06-01', '+' || (i * 97 % 43200) || ' minutes')
            END AS issued,
       CASE i % 5 WHEN 0 THEN 'Paracetamol 500 mg Tablet'
                  WHEN 1 THEN 'Co-amoxiclav 1.2 g, Injection'
                  WHEN 2 THEN 'Bisoprolol fumarate 2.5 mg Tablet'
                  WHEN 3 THEN 'Insulin "Mixtard 30", 3 mL cartridge'
                  ELSE 'Beclometasone 100 µg inhaler' END AS drug,
       1 + i % 28 AS quantity,
       LOC_NURSE_UNIT AS location,
       printf('£%.2f', (i * 13 % 900) / 100.0) AS value
FROM issue JOIN PERSON_ALIAS a ON a.PERSON_ID = issue.PERSON_ID AND a.PERSON_ALIAS_TYPE_CD = 10
ORDER BY i;
