/* test_load_cluster.c — the private cluster: made once, kept, taken over, shared, removed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "temporary.h"
#include "values.h"

#include "novate/private_cluster.h"
#include "novate/session.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct temporary folder;
static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    temporary_make(&folder);
}

static void teardown(void)
{
    temporary_remove(&folder);
    arena_release(&arena);
}

static struct private_cluster *start(void)
{
    struct error error = ERROR_NONE;
    struct private_cluster *cluster = NULL;
    must(private_cluster_start(folder.path, false, &cluster, &error), &error);
    return cluster;
}

static void stop(struct private_cluster *cluster)
{
    struct error error = ERROR_NONE;
    must(private_cluster_stop(cluster, &error), &error);
}

static const char *ask(const char *conninfo, const char *sql)
{
    struct error error = ERROR_NONE;
    struct session *session = NULL;
    struct session_result result;
    must(session_open(conninfo, false, &session, &error), &error);
    must(session_query(session, sql, 0, NULL, &arena, &result, &error), &error);
    session_close(session);
    return result.rows == 0 ? "" : session_value(&result, 0, 0);
}

/* The process of the server itself. */
static pid_t server_of(const char *conninfo)
{
    return (pid_t)strtol(
        ask(conninfo, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"), NULL, 10);
}

START_TEST(made_once_and_kept)
{
    struct error error = ERROR_NONE;
    const char *conninfo = NULL;
    ck_assert(!private_cluster_exists(folder.path));
    must(private_cluster_find(folder.path, &arena, &conninfo, &error), &error);
    ck_assert_ptr_null(conninfo);

    struct private_cluster *cluster = start();
    ck_assert(private_cluster_is_new(cluster));
    ck_assert_str_eq(ask(private_cluster_conninfo(cluster),
                         "SELECT concat_ws(' ', current_user, current_database(),"
                         " current_setting('data_checksums'), current_setting('listen_addresses'),"
                         " current_setting('server_encoding'), current_setting('fsync'))"),
                     "novate novate on  UTF8 on");
    ask(private_cluster_conninfo(cluster), "CREATE TABLE kept AS SELECT 1 AS id");
    must(private_cluster_find(folder.path, &arena, &conninfo, &error), &error);
    ck_assert_str_eq(conninfo, private_cluster_conninfo(cluster));
    ck_assert(!private_cluster_remove(folder.path, &error));
    ck_assert_int_eq(error.code, ERROR_STATE);
    stop(cluster);

    error = ERROR_NONE;
    ck_assert(private_cluster_exists(folder.path));
    must(private_cluster_find(folder.path, &arena, &conninfo, &error), &error);
    ck_assert_ptr_null(conninfo);
    cluster = start();
    ck_assert(!private_cluster_is_new(cluster));
    ck_assert_str_eq(ask(private_cluster_conninfo(cluster), "SELECT count(*) FROM kept"), "1");
    stop(cluster);
    must(private_cluster_remove(folder.path, &error), &error);
    ck_assert(!private_cluster_exists(folder.path));
    must(private_cluster_remove(folder.path, &error), &error);
}
END_TEST

/* Nobody but its user comes near it. */
START_TEST(closed_to_others)
{
    struct error error = ERROR_NONE;
    struct private_cluster *cluster = start();
    char socket[256] = "";
    struct stat status;
    const char *host = strstr(private_cluster_conninfo(cluster), "host=") + 5;
    memcpy(socket, host, strcspn(host, " "));
    ck_assert_int_eq(stat(socket, &status), 0);
    ck_assert_int_eq(status.st_mode & (S_IRWXG | S_IRWXO), 0);
    ck_assert_int_lt((int)strlen(socket), 80);
    ck_assert_str_eq(ask(private_cluster_conninfo(cluster),
                         "SELECT (pg_stat_file('.')).isdir::text || current_setting('data_"
                         "directory_mode')"),
                     "true0700");
    stop(cluster);
    ck_assert_int_ne(stat(socket, &status), 0);
    must(private_cluster_remove(folder.path, &error), &error);
}
END_TEST

/* Starts the cluster in another process, which ends without stopping it. */
static void start_and_die(void)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct error error = ERROR_NONE;
        struct private_cluster *cluster = NULL;
        bool ok = private_cluster_start(folder.path, false, &cluster, &error);
        _exit(ok ? 0 : 1);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

START_TEST(a_server_left_behind_is_taken_over)
{
    struct error error = ERROR_NONE;
    const char *conninfo = NULL;
    start_and_die();
    must(private_cluster_find(folder.path, &arena, &conninfo, &error), &error);
    ck_assert_ptr_nonnull(conninfo);
    pid_t before = server_of(conninfo);
    struct private_cluster *cluster = start();
    ck_assert_int_eq(server_of(private_cluster_conninfo(cluster)), before);
    stop(cluster);
    must(private_cluster_find(folder.path, &arena, &conninfo, &error), &error);
    ck_assert_ptr_null(conninfo);
    must(private_cluster_remove(folder.path, &error), &error);
}
END_TEST

START_TEST(a_server_that_was_killed_recovers)
{
    struct error error = ERROR_NONE;
    struct private_cluster *cluster = start();
    const char *conninfo = private_cluster_conninfo(cluster);
    ask(conninfo, "CREATE TABLE kept AS SELECT generate_series(1, 10) AS id");
    pid_t server = server_of(conninfo);
    ck_assert_int_eq(kill(server, SIGKILL), 0);
    struct private_cluster *again = NULL;
    must(private_cluster_start(folder.path, false, &again, &error), &error);
    ck_assert_str_eq(ask(private_cluster_conninfo(again), "SELECT count(*) FROM kept"), "10");
    ck_assert_int_ne(server_of(private_cluster_conninfo(again)), server);
    stop(again);
    stop(cluster);
    must(private_cluster_remove(folder.path, &error), &error);
}
END_TEST

/* A second process uses the server of the first, and does not stop it. */
START_TEST(shared_by_a_second_process)
{
    struct error error = ERROR_NONE;
    struct private_cluster *cluster = start();
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct private_cluster *shared = NULL;
        bool ok = private_cluster_start(folder.path, false, &shared, &error) &&
                  !private_cluster_is_new(shared) && private_cluster_stop(shared, &error);
        _exit(ok ? 0 : 1);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_str_eq(ask(private_cluster_conninfo(cluster), "SELECT 'alive'"), "alive");
    stop(cluster);
    must(private_cluster_remove(folder.path, &error), &error);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load_cluster");
    TCase *cases = tcase_create("cluster");

    tcase_set_timeout(cases, 200);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, made_once_and_kept);
    tcase_add_test(cases, closed_to_others);
    tcase_add_test(cases, a_server_left_behind_is_taken_over);
    tcase_add_test(cases, a_server_that_was_killed_recovers);
    tcase_add_test(cases, shared_by_a_second_process);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
