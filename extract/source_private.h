/* source_private.h — a source as source.c and reader.c see it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SOURCE_PRIVATE_H
#define NOVATE_EXTRACT_SOURCE_PRIVATE_H

#include "driver.h"

struct source {
    const struct plan_source *settings;
    struct pace *pace; /* not owned; or NULL */
    struct source_watch watch;
    struct plan_source own; /* the settings of source_open_directory() */
    char *directory;        /* what `own` points to */
    void *odbc;             /* state of odbc_driver, or NULL */
    void *files;            /* state of file_driver, or NULL */
};

/* The driver's state; NULL: the source has no such part. */
void *source_state(const struct source *source, const struct source_driver *driver);

#endif
