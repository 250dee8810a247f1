/* sink.h — where rows go. All functions end the program where something fails.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_SINK_H
#define SYNTHETIC_SINK_H

#include "trust.h"

struct sink {
    bool (*wants)(const struct sink *sink, const struct table *table);
    void (*begin)(struct sink *sink, struct row *row); /* its defaults are those of the table */
    void (*write)(struct sink *sink, const struct row *row);
    void (*end)(struct sink *sink, struct table *table);
    void (*close)(struct sink *sink); /* and frees it */
};

/* Millennium's tables in a new file. */
struct sink *sink_sqlite(const char *path);
/* All tables of another such file, which is removed. */
void sink_sqlite_take_in(struct sink *sink, const char *path);
/* The same as files for LOAD DATA, with the statements for them in load.sql. */
struct sink *sink_mariadb(const char *folder);
/* Files of WinPath, JAC, PACS or the wards. */
struct sink *sink_peripheral(const char *folder, enum system system);
/* What is in all of it. */
struct sink *sink_truth(const char *folder, const struct trust *trust);
/* The UK feed's files; with a short and a repeated one where faults are asked for. */
struct sink *sink_feed(const char *folder, const struct trust *trust, bool faults);

#endif
