-- Takes a ledger of version 3 in the target back to what version 2 was.
-- SPDX-License-Identifier: Apache-2.0
DELETE FROM novate.version;
INSERT INTO novate.version (version, tool) VALUES (2, '0.1.0');
ALTER TABLE novate.reject DROP state, DROP first_run, DROP first_seen_at, DROP times_seen;
DELETE FROM novate.retry;
UPDATE novate.run SET kind = 'load' WHERE kind = 'retry';
ALTER TABLE novate.run DROP host, DROP CONSTRAINT run_kind_check,
    ADD CONSTRAINT run_kind_check CHECK (kind IN ('rehearsal', 'load', 'delta', 'verify'));
DROP TABLE novate.reject_event, novate.retry, novate.deferred;
