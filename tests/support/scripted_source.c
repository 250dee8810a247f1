/* scripted_source.c — a source that answers from a script, and what it was asked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scripted_source.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SKIPPED 77

void scripted_open(struct scripted_source *source, const char *script)
{
    const char *driver = getenv("NOVATE_TEST_SCRIPTED_DRIVER");
    if (driver == NULL) {
        exit(SKIPPED);
    }
    *source = (struct scripted_source){.log = NULL};
    temp_folder_enter(source->folder);
    FILE *file = fopen("script", "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs(script, file);
    ck_assert_int_eq(fclose(file), 0);
    int length = snprintf(source->string,
                          sizeof source->string,
                          "DRIVER=%s;SCRIPT=%s/script;LOG=%s/log",
                          driver,
                          source->folder,
                          source->folder);
    ck_assert_int_lt(length, (int)sizeof source->string);
}

const char *scripted_log(struct scripted_source *source)
{
    size_t size = 0;
    free(source->log);
    source->log = NULL;
    FILE *out = open_memstream(&source->log, &size);
    FILE *in = fopen("log", "r");
    for (int c = in == NULL ? EOF : fgetc(in); c != EOF; c = fgetc(in)) {
        (void)fputc(c, out);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    (void)fclose(out);
    (void)remove("log");
    return source->log;
}

void scripted_asked(const struct scripted_source *source, const char *line)
{
    size_t size = strlen(line);
    for (const char *at = source->log; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n' ? 1 : 0;
        if (strncmp(at, line, size) == 0 && (at[size] == '\n' || at[size] == '\0')) {
            return;
        }
    }
    ck_abort_msg("not asked: %s\nbut:\n%s", line, source->log);
}

void scripted_close(struct scripted_source *source)
{
    free(source->log);
    temp_folder_leave(source->folder);
}
