-- Makes of a target's ledger what version 4 of it was. SPDX-License-Identifier: Apache-2.0
DELETE FROM novate.version;
INSERT INTO novate.version (version, tool) VALUES (4, '0.1.0');
ALTER TABLE novate.deferred DROP reference;
