/* test_work_lock.c — one process at a time holds a work directory, and death lets go of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "temporary.h"
#include "values.h"

#include "novate/ledger.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct temporary folder;
static char work[512];
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    temporary_make(&folder);
    (void)temporary_file(&folder, "work", work);
}

static void teardown(void)
{
    temporary_remove(&folder);
}

/* A child that takes the lock, says so through a pipe, and keeps it until it is killed. */
static pid_t start_holder(void)
{
    int pipes[2];
    char said = 0;

    ck_assert_int_eq(pipe(pipes), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct work_lock lock;
        struct error reason = ERROR_NONE;
        char result = work_lock_take(&lock, work, &reason) ? 'y' : 'n';
        if (write(pipes[1], &result, 1) != 1) {
            _exit(1);
        }
        for (;;) {
            (void)pause();
        }
    }
    ck_assert_int_eq(read(pipes[0], &said, 1), 1);
    ck_assert_int_eq(said, 'y');
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    return child;
}

static void kill_holder(pid_t child)
{
    int status = 0;

    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
}

START_TEST(a_second_process_is_told_who_holds_it)
{
    struct work_lock lock = {.descriptor = 7};
    pid_t child = start_holder();
    char name[64];

    bool taken = work_lock_take(&lock, work, &error);
    kill_holder(child);
    ck_assert(!taken);
    ck_assert_int_eq(lock.descriptor, -1);
    ck_assert_int_eq(error.code, ERROR_LOCKED);
    (void)snprintf(name, sizeof name, "Process %ld ", (long)child);
    ck_assert_ptr_nonnull(strstr(error.detail, name));
    ck_assert_ptr_nonnull(strstr(error.message, work));
    ck_assert_str_ne(error.hint, "");
}
END_TEST

START_TEST(death_lets_go)
{
    struct work_lock lock;

    kill_holder(start_holder());
    must(work_lock_take(&lock, work, &error), &error);
    work_lock_drop(&lock);
    ck_assert_int_eq(lock.descriptor, -1);
    work_lock_drop(&lock);
    kill_holder(start_holder()); /* dropped: another may have it */
}
END_TEST

START_TEST(the_folder_is_made_for_its_user_alone)
{
    struct work_lock lock;
    struct stat status;
    char file[600];
    char pid[32];
    size_t size = 0;

    must(work_lock_take(&lock, work, &error), &error);
    ck_assert_int_eq(stat(work, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0700);
    (void)snprintf(file, sizeof file, "%s/lock", work);
    ck_assert_int_eq(stat(file, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    (void)snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    work_lock_drop(&lock);
    char *text = (char *)file_read(file, &size);
    ck_assert_str_eq(text, pid);
    free(text);
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_is_named)
{
    struct work_lock lock;
    char nowhere[600];

    (void)snprintf(nowhere, sizeof nowhere, "%s/no/where", work);
    ck_assert(!work_lock_take(&lock, nowhere, &error));
    ck_assert_int_eq(error.code, ERROR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, nowhere));
    ck_assert_str_ne(error.hint, "");
    error = ERROR_NONE;
    file_write(work, "x", 1);
    ck_assert(!work_lock_take(&lock, work, &error));
    ck_assert_int_eq(error.code, ERROR_IO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("work_lock");
    TCase *cases = tcase_create("work_lock");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_second_process_is_told_who_holds_it);
    tcase_add_test(cases, death_lets_go);
    tcase_add_test(cases, the_folder_is_made_for_its_user_alone);
    tcase_add_test(cases, a_folder_that_cannot_be_made_is_named);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
