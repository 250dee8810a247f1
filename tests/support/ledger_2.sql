-- Makes of a target's ledger what version 2 of it was. SPDX-License-Identifier: Apache-2.0
DELETE FROM novate.version;
INSERT INTO novate.version (version, tool) VALUES (2, '0.1.0');
DROP TABLE novate.deferred, novate.reject_event, novate.retry;
ALTER TABLE novate.entity DROP mode, DROP finished_at;
ALTER TABLE novate.chunk DROP inserted_rows, DROP updated_rows, DROP unchanged_rows;
ALTER TABLE novate.reject DROP state, DROP first_run, DROP first_seen_at, DROP times_seen;
UPDATE novate.run SET kind = 'load' WHERE kind = 'retry';
ALTER TABLE novate.run DROP host, DROP CONSTRAINT run_kind_check,
    ADD CONSTRAINT run_kind_check CHECK (kind IN ('rehearsal', 'load', 'delta', 'verify'));
