/* file_fixture.h — a folder of files and a source that reads them, for tests of files.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FILE_FIXTURE_H
#define TESTS_FILE_FIXTURE_H

#include "odbc_reading.h"
#include "temp_folder.h"

#include <check.h>
#include <string.h>

static char folder[TEMP_FOLDER_SIZE];
static struct plan_source settings;
static struct relation_spec spec;

static void setup(void)
{
    temp_folder_enter(folder);
    settings = (struct plan_source){
        .name = "winpath", .csv = folder, .encoding = "UTF-8", .timezone = "UTC"};
    spec = reading_spec();
    spec.file = "a.csv";
}

static void teardown(void)
{
    temp_folder_leave(folder);
}

static void read_all(struct reading *reading, uint64_t chunk_bytes)
{
    reading_open(reading, &settings);
    ck_assert_msg(reading_describe(reading, &spec), "%s", reading_problem(reading));
    reading_plan(reading, 0, chunk_bytes);
    reading_run(reading);
}

/* The source cannot be described, and says `part`. */
static void assert_problem(const char *part)
{
    struct reading reading;
    reading_open(&reading, &settings);
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_msg(strstr(reading_problem(&reading), part) != NULL,
                  "\"%s\" does not say \"%s\"",
                  reading_problem(&reading),
                  part);
    reading_close(&reading);
}

#endif
