/* odbc_health_sqlite.c — what SQLite says of its own health.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"

static const struct odbc_probe source_probes[] = {
    {.kind = ODBC_PROBE_SIZE,
     .what = "database size",
     .sql = "SELECT NULL, c.page_count * s.page_size FROM pragma_page_count() c, "
            "pragma_page_size() s",
     .needs = "SQLite 3.16"},
    {.kind = ODBC_PROBE_SHARE_PAGES,
     .what = "free pages",
     .sql = "SELECT c.page_count, f.freelist_count FROM pragma_page_count() c, "
            "pragma_freelist_count() f",
     .needs = "SQLite 3.16",
     .advice = "The file holds pages that nothing uses. A copy made by VACUUM INTO is smaller and "
               "is read "
               "faster."},
};

const struct odbc_health odbc_health_sqlite = {
    .source = source_probes, .source_count = sizeof source_probes / sizeof source_probes[0]};
