/* test_control.c — orders arrive whole and once, for whom they are meant; what is none is refused.
 * SPDX-License-Identifier: Apache-2.0 */
#include "control.h"
#include "state_file.h"
#include "temp_folder.h"

#include "novate/ledger.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[TEMP_FOLDER_SIZE];
static struct arena arena;

static void open_folder(void)
{
    temp_folder_enter(folder);
    arena_init(&arena, 4096, NULL);
}

static void close_folder(void)
{
    arena_release(&arena);
    temp_folder_leave(folder);
}

static const char *path_of(const char *name)
{
    return arena_format(&arena, "%s/%s", folder, name);
}

static void put(const char *text)
{
    FILE *file = fopen(path_of("control"), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    ck_assert_int_eq(fclose(file), 0);
}

static enum control_read take(struct control_order *order)
{
    enum control_read read = control_take(folder, 4711, &arena, order);
    struct stat status;
    ck_assert_int_ne(lstat(path_of("control"), &status), 0); /* whatever it was, it is gone */
    return read;
}

START_TEST(an_order_is_taken_once)
{
    struct control_order order;
    ck_assert_int_eq(take(&order), CONTROL_NONE);
    put("novate control 1\nto 4711\nfrom process 1, user alice, now\n"
        "set millennium rows_per_second_max 20000\nset millennium window none\npause\n");
    ck_assert_int_eq(take(&order), CONTROL_ORDER);
    ck_assert_str_eq(order.from, "process 1, user alice, now");
    ck_assert(order.pauses && !order.resumes);
    ck_assert_int_eq(order.change_count, 2);
    ck_assert_str_eq(order.changes[0].source, "millennium");
    ck_assert_str_eq(order.changes[0].name, "rows_per_second_max");
    ck_assert_str_eq(order.changes[0].value, "20000");
    ck_assert_str_eq(order.changes[1].value, "none");
    ck_assert_int_eq(take(&order), CONTROL_NONE);
}
END_TEST

START_TEST(an_order_for_another_process_is_stale)
{
    struct control_order order;
    put("novate control 1\nto 4712\nfrom me\npause\n");
    ck_assert_int_eq(take(&order), CONTROL_STALE);
}
END_TEST

START_TEST(what_is_no_order_is_refused)
{
    static const char *const texts[] = {
        "",
        "\n",
        "novate control 2\nto 4711\nfrom me\npause\n",
        "novate control 1\nto 4711\nfrom me\npause",
        "novate control 1\nto 4711\npause\n",
        "novate control 1\nfrom me\npause\n",
        "novate control 1\nto x\nfrom me\npause\n",
        "novate control 1\nto -4711\nfrom me\npause\n",
        "novate control 1\nto 4711\nfrom me\nhurry\n",
        "novate control 1\nto 4711\nfrom me\nset a b\n",
        "novate control 1\nto 4711\nfrom me\nset a b c d\n",
        "novate control 1\nto 4711\nfrom me\nset  b c\n",
    };
    struct control_order order;
    for (size_t at = 0; at < sizeof texts / sizeof *texts; at++) {
        put(texts[at]);
        ck_assert_msg(take(&order) == CONTROL_MALFORMED, "text %zu was taken", at);
    }
}
END_TEST

START_TEST(a_link_and_a_long_file_are_refused)
{
    struct control_order order;
    put("novate control 1\nto 4711\nfrom me\npause\n");
    ck_assert_int_eq(rename(path_of("control"), path_of("elsewhere")), 0);
    ck_assert_int_eq(symlink(path_of("elsewhere"), path_of("control")), 0);
    ck_assert_int_eq(take(&order), CONTROL_MALFORMED);
    put("novate control 1\n");
    ck_assert_int_eq(truncate(path_of("control"), 1 << 20), 0);
    ck_assert_int_eq(take(&order), CONTROL_MALFORMED);
}
END_TEST

/* A process that holds the lock and, when it is asked to, takes orders until it was resumed. */
static pid_t run_job(bool answers)
{
    int ready[2];
    char byte = 0;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct error error = ERROR_NONE;
        struct work_lock lock;
        struct control_order order = {.resumes = false};
        if (!work_lock_take(&lock, folder, &error) || write(ready[1], "x", 1) != 1) {
            _exit(1);
        }
        while (answers && !order.resumes) {
            (void)control_take(folder, (long)getpid(), &arena, &order);
        }
        _exit(0);
    }
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    (void)close(ready[1]);
    return child;
}

static void join(pid_t child)
{
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

START_TEST(sending_waits_until_it_is_taken)
{
    struct error error = ERROR_NONE;
    long holder = 1;
    ck_assert(work_lock_holder(folder, &holder, &error));
    ck_assert_int_eq(holder, 0);
    pid_t child = run_job(true);
    ck_assert(work_lock_holder(folder, &holder, &error));
    ck_assert_int_eq(holder, child);
    struct control_order order = {.to = child, .from = "me", .pauses = true};
    ck_assert_msg(control_send(folder, &order, &error), "%s", error.message);
    order.pauses = false;
    order.resumes = true;
    ck_assert_msg(control_send(folder, &order, &error), "%s", error.message);
    join(child);
}
END_TEST

START_TEST(sending_to_one_that_has_ended_fails)
{
    struct error error = ERROR_NONE;
    pid_t child = run_job(false);
    join(child);
    struct control_order order = {.to = child, .from = "me", .pauses = true};
    ck_assert(!control_send(folder, &order, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    struct stat status;
    ck_assert_int_ne(lstat(path_of("control"), &status), 0);
}
END_TEST

START_TEST(the_state_of_a_killed_job_is_not_shown)
{
    struct error error = ERROR_NONE;
    struct text_buffer state;
    struct text_buffer out;
    text_buffer_init(&state, 1000);
    text_buffer_init(&out, 1000);
    state_file_begin(&state, "2008-06-09T12:00:00Z");
    text_buffer_string(&state, "work load patient\nrows 12\nsource a running\n");
    state_file_write(folder, &state);
    ck_assert(state_file_show(folder, &arena, &out, &error));
    ck_assert_uint_eq(out.size, 0);
    pid_t child = run_job(true); /* another one holds the lock: it is not about that one either */
    ck_assert(state_file_show(folder, &arena, &out, &error));
    ck_assert_uint_eq(out.size, 0);
    struct control_order order = {.to = child, .from = "me", .resumes = true};
    text_buffer_reset(&state);
    text_buffer_format(
        &state, "novate state 1\npid %ld\nsince then\nsource a paused\n", (long)child);
    state_file_write(folder, &state);
    ck_assert(state_file_show(folder, &arena, &out, &error));
    ck_assert_ptr_nonnull(strstr(out.data, " since then\n  source a: paused\n"));
    ck_assert_msg(control_send(folder, &order, &error), "%s", error.message);
    join(child);
    text_buffer_release(&state);
    text_buffer_release(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("control");
    TCase *tcase = tcase_create("control");
    tcase_add_checked_fixture(tcase, open_folder, close_folder);
    tcase_add_test(tcase, an_order_is_taken_once);
    tcase_add_test(tcase, an_order_for_another_process_is_stale);
    tcase_add_test(tcase, what_is_no_order_is_refused);
    tcase_add_test(tcase, a_link_and_a_long_file_are_refused);
    tcase_add_test(tcase, sending_waits_until_it_is_taken);
    tcase_add_test(tcase, sending_to_one_that_has_ended_fails);
    tcase_add_test(tcase, the_state_of_a_killed_job_is_not_shown);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
