/* ledger_place.c — where the work directory is, and the target that it was begun with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ledger_sql.h"

bool ledger_place_get(struct ledger *ledger,
                      struct arena *arena,
                      struct ledger_place *place,
                      bool *found,
                      struct error *error)
{
    struct ledger_statement statement;

    *found = false;
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "SELECT host, path, inode, target, target_description, begun_at "
                             "FROM place",
                             error) &&
              ledger_step(&statement, found, error);
    if (ok && *found) {
        ok = ledger_text(&statement, 0, arena, &place->host, error) &&
             ledger_text(&statement, 1, arena, &place->path, error) &&
             ledger_text(&statement, 3, arena, &place->target, error) &&
             ledger_text(&statement, 4, arena, &place->target_description, error) &&
             ledger_text(&statement, 5, arena, &place->begun_at, error);
        place->inode = ok ? ledger_number(&statement, 2) : 0;
    }
    ledger_release(&statement);
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}

bool ledger_place_put(struct ledger *ledger, const struct ledger_place *place, struct error *error)
{
    struct ledger_statement statement;
    char now[LEDGER_TIME_SIZE];

    ledger_now(now);
    pthread_mutex_lock(&ledger->mutex);
    bool ok = ledger_prepare(ledger,
                             &statement,
                             "INSERT INTO place (one, host, path, inode, target, "
                             "target_description, begun_at) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) "
                             "ON CONFLICT (one) DO UPDATE SET host = ?1, path = ?2, inode = ?3, "
                             "target = ?4, target_description = ?5",
                             error);
    ledger_bind_text(&statement, 1, place->host);
    ledger_bind_text(&statement, 2, place->path);
    ledger_bind_number(&statement, 3, place->inode);
    ledger_bind_text(&statement, 4, place->target);
    ledger_bind_text(&statement, 5, place->target_description);
    ledger_bind_text(&statement, 6, now);
    ok = ok && ledger_step(&statement, NULL, error);
    ledger_release(&statement);
    pthread_mutex_unlock(&ledger->mutex);
    return ok;
}
