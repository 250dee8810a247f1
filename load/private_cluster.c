/* private_cluster.c — a PostgreSQL of novate's own.
 *
 *     <home>/data         the cluster; made as data.new and renamed when it is whole
 *     <home>/server.log   what the server says
 *     <home>/socket       names the folder of the socket, under /tmp: paths of sockets are short
 *     <directory>/cluster.lock   held by the novate that will stop the server
 *
 * A novate that finds the lock held uses the server and leaves it running. One that is killed
 * leaves its server behind; the next start takes that over, since it then gets the lock.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/private_cluster.h"

#include "cluster_files.h"
#include "cluster_process.h"

#include "novate/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct private_cluster {
    struct cluster_user user;
    struct cluster_path directory;
    struct cluster_path home;
    struct cluster_path data;
    struct cluster_path programs;
    struct cluster_path socket; /* folder of it */
    bool transient;
    char conninfo[CLUSTER_PATH_BYTES + 64];
    int lock;    /* descriptor, -1: none */
    bool shared; /* another novate owns the server */
    bool is_new;
};

bool private_cluster_available(void)
{
    struct cluster_path programs;
    struct error ignored = ERROR_NONE;
    return cluster_programs_find(NULL, &programs, &ignored);
}

/* Paths are given to programs that run elsewhere, so they are made absolute. */
static bool absolute(const char *directory, struct cluster_path *path, struct error *error)
{
    char here[CLUSTER_PATH_BYTES];
    if (directory[0] == '/') {
        int size = snprintf(path->text, sizeof path->text, "%s", directory);
        return (size >= 0 && (size_t)size < sizeof path->text) ||
               error_set(error, ERROR_IO, "the path \"%s\" is too long", directory);
    }
    if (getcwd(here, sizeof here) == NULL) {
        return error_set_system(error, ERROR_IO, errno, "could not tell the current directory");
    }
    return cluster_path_join(path, here, directory, error);
}

static bool lock_take(struct private_cluster *cluster, struct error *error)
{
    struct cluster_path path;
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (!cluster_path_join(&path, cluster->directory.text, "cluster.lock", error)) {
        return false;
    }
    cluster->lock = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (cluster->lock < 0) {
        return error_set_system(error, ERROR_IO, errno, "could not open \"%s\"", path.text);
    }
    cluster->shared = fcntl(cluster->lock, F_SETLK, &range) != 0;
    if (cluster->shared && errno != EACCES && errno != EAGAIN) {
        return error_set_system(error, ERROR_IO, errno, "could not lock \"%s\"", path.text);
    }
    return true;
}

static bool program_failed(const struct private_cluster *cluster,
                           const char *what,
                           const struct program_outcome *outcome,
                           struct error *error)
{
    char text[sizeof outcome->output];
    snprintf(text, sizeof text, "%s", outcome->output);
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == '\n') {
        text[--size] = '\0';
    }
    const char *last = strrchr(text, '\n');
    error_set(error, ERROR_TARGET, "could not %s a private PostgreSQL", what);
    error_detail(error, "It ended with status %d: %s", outcome->status, last ? last + 1 : text);
    return error_hint(error, "See \"%s/server.log\".", cluster->home.text);
}

/* Runs pg_ctl with further arguments; `*status` is its exit status. */
static bool control(const struct private_cluster *cluster,
                    const char *const *arguments,
                    struct program_outcome *outcome,
                    struct error *error)
{
    struct cluster_path program;
    const char *argv[16];
    int count = 0;
    if (!cluster_path_join(&program, cluster->programs.text, "pg_ctl", error)) {
        return false;
    }
    for (argv[count++] = program.text; *arguments != NULL && count < 15; arguments++) {
        argv[count++] = *arguments;
    }
    argv[count] = NULL;
    return program_run(
        &cluster->user, cluster->home.text, cluster->data.text, argv, outcome, error);
}

static bool make_data(struct private_cluster *cluster, struct error *error)
{
    struct cluster_path program;
    struct cluster_path fresh;
    struct program_outcome outcome;
    if (!cluster_path_join(&program, cluster->programs.text, "initdb", error) ||
        !cluster_path_join(&fresh, cluster->home.text, "data.new", error) ||
        !cluster_tree_remove(fresh.text, error)) {
        return false;
    }
    const char *const argv[] = {program.text,
                                "--username=novate",
                                "--auth=trust", /* the socket's folder is the user's alone */
                                "--encoding=UTF8",
                                "--locale=C.UTF-8",
                                "--data-checksums",
                                "--no-instructions",
                                cluster->transient ? "--no-sync" : NULL,
                                NULL};
    if (!program_run(&cluster->user, cluster->home.text, fresh.text, argv, &outcome, error)) {
        return false;
    }
    if (outcome.status != 0) {
        return program_failed(cluster, "make", &outcome, error);
    }
    if (rename(fresh.text, cluster->data.text) != 0) {
        return error_set_system(error, ERROR_IO, errno, "could not rename \"%s\"", fresh.text);
    }
    return true;
}

/* The folder that the last start used, if it is still ours alone, or a new one. */
static bool socket_choose(struct private_cluster *cluster, struct error *error)
{
    struct cluster_path record;
    if (!cluster_path_join(&record, cluster->home.text, "socket", error)) {
        return false;
    }
    if (cluster_line_read(record.text, cluster->socket.text, sizeof cluster->socket.text) &&
        cluster_folder_is_private(&cluster->user, cluster->socket.text)) {
        return true;
    }
    return cluster_folder_make(&cluster->user, "/tmp/novate-XXXXXX", &cluster->socket, error) &&
           cluster_line_write(record.text, cluster->socket.text, error);
}

static void conninfo_set(struct private_cluster *cluster)
{
    snprintf(cluster->conninfo,
             sizeof cluster->conninfo,
             "host=%s port=5432 dbname=novate user=novate",
             cluster->socket.text);
}

static bool server_start(struct private_cluster *cluster, struct error *error)
{
    struct program_outcome outcome;
    char options[CLUSTER_PATH_BYTES + 640];
    /* Values of records are kept out of the log: it has no errors of statements, and no details. */
    snprintf(options,
             sizeof options,
             "-c listen_addresses= -c unix_socket_directories=%s -c unix_socket_permissions=0700"
             " -c port=5432 -c shared_buffers=128MB -c wal_level=minimal -c max_wal_senders=0"
             " -c max_wal_size=2GB -c checkpoint_timeout=15min -c jit=off"
             " -c log_min_messages=log -c log_error_verbosity=terse"
             " -c log_min_error_statement=panic -c log_checkpoints=off%s",
             cluster->socket.text,
             cluster->transient ? " -c fsync=off -c full_page_writes=off" : "");
    const char *const arguments[] = {
        "start", "-w", "-t", "60", "-s", "-l", "server.log", "-o", options, NULL};
    if (!control(cluster, arguments, &outcome, error)) {
        return false;
    }
    return outcome.status == 0 || program_failed(cluster, "start", &outcome, error);
}

static bool server_stop(const struct private_cluster *cluster, struct error *error)
{
    struct program_outcome outcome;
    const char *const stop[] = {"stop", "-w", "-t", "60", "-s", "-m", "fast", NULL};
    const char *const status[] = {"status", NULL};
    if (!control(cluster, stop, &outcome, error)) {
        return false;
    }
    if (outcome.status == 0) {
        return true;
    }
    struct program_outcome running;
    if (!control(cluster, status, &running, error)) {
        return false;
    }
    return running.status != 0 || program_failed(cluster, "stop", &outcome, error);
}

static bool server_is_running(const struct private_cluster *cluster,
                              bool *running,
                              struct error *error)
{
    struct program_outcome outcome;
    const char *const arguments[] = {"status", NULL};
    if (!cluster_path_exists(cluster->data.text, "postmaster.pid")) {
        *running = false;
        return true;
    }
    if (!control(cluster, arguments, &outcome, error)) {
        return false;
    }
    *running = outcome.status == 0;
    return true;
}

static bool server_answers(const struct private_cluster *cluster)
{
    struct session *session = NULL;
    struct error ignored = ERROR_NONE;
    bool ok = session_open(cluster->conninfo, true, &session, &ignored);
    session_close(session);
    return ok;
}

static bool database_create(struct private_cluster *cluster, struct error *error)
{
    char conninfo[sizeof cluster->conninfo + 32];
    struct session *session = NULL;
    snprintf(conninfo,
             sizeof conninfo,
             "host=%s port=5432 dbname=postgres user=novate",
             cluster->socket.text);
    bool ok = session_open(conninfo, false, &session, error) &&
              session_execute(session, "CREATE DATABASE novate", error);
    session_close(session);
    return ok;
}

/* Another novate runs the server: use it as it is. */
static bool use_shared(struct private_cluster *cluster, struct error *error)
{
    struct cluster_path record;
    if (!cluster_path_join(&record, cluster->home.text, "socket", error)) {
        return false;
    }
    if (cluster_line_read(record.text, cluster->socket.text, sizeof cluster->socket.text)) {
        conninfo_set(cluster);
        if (server_answers(cluster)) {
            return true;
        }
    }
    error_set(error, ERROR_LOCKED, "another novate is starting or stopping the private target");
    return error_hint(error, "Try again in a moment.");
}

static bool own_start(struct private_cluster *cluster, struct error *error)
{
    bool running = false;
    if (!cluster_path_exists(cluster->home.text, "data") && !make_data(cluster, error)) {
        return false;
    }
    if (!socket_choose(cluster, error) || !server_is_running(cluster, &running, error)) {
        return false;
    }
    conninfo_set(cluster);
    if (running && server_answers(cluster)) {
        return true; /* left behind by a novate that was killed */
    }
    if (running && !server_stop(cluster, error)) {
        return false;
    }
    if (!server_start(cluster, error)) {
        return false;
    }
    if (server_answers(cluster)) {
        return true;
    }
    cluster->is_new = true;
    if (!database_create(cluster, error)) {
        (void)server_stop(cluster, error); /* the first error stands */
        return false;
    }
    return true;
}

static bool locate(struct private_cluster *cluster, struct error *error)
{
    bool found = false;
    char version[16];
    struct cluster_path record;
    if (!cluster_user_find(&cluster->user, error) ||
        !cluster_home_find(cluster->directory.text, &cluster->home, &found, error) ||
        (!found &&
         !cluster_home_make(cluster->directory.text, &cluster->user, &cluster->home, error)) ||
        !cluster_path_join(&cluster->data, cluster->home.text, "data", error) ||
        !cluster_path_join(&record, cluster->data.text, "PG_VERSION", error)) {
        return false;
    }
    bool made = cluster_line_read(record.text, version, sizeof version);
    return cluster_programs_find(made ? version : NULL, &cluster->programs, error);
}

static void cluster_destroy(struct private_cluster *cluster)
{
    if (cluster->lock >= 0) {
        (void)close(cluster->lock);
    }
    free(cluster);
}

bool private_cluster_start(const char *directory,
                           bool transient,
                           struct private_cluster **cluster,
                           struct error *error)
{
    struct private_cluster *started = calloc(1, sizeof *started);
    if (started == NULL) {
        return error_set_memory(error);
    }
    started->lock = -1;
    started->transient = transient;
    bool ok = absolute(directory, &started->directory, error);
    if (ok && mkdir(directory, S_IRWXU) != 0 && errno != EEXIST) {
        ok = error_set_system(error, ERROR_IO, errno, "could not make \"%s\"", directory);
    }
    ok = ok && lock_take(started, error) && locate(started, error) &&
         (started->shared ? use_shared(started, error) : own_start(started, error));
    if (!ok) {
        cluster_destroy(started);
        return error_context(error, "starting the private target in \"%s\"", directory);
    }
    *cluster = started;
    return true;
}

const char *private_cluster_conninfo(const struct private_cluster *cluster)
{
    return cluster->conninfo;
}

bool private_cluster_is_new(const struct private_cluster *cluster)
{
    return cluster->is_new;
}

bool private_cluster_stop(struct private_cluster *cluster, struct error *error)
{
    bool ok = true;
    if (cluster == NULL) {
        return true;
    }
    if (!cluster->shared) {
        struct cluster_path record;
        ok = server_stop(cluster, error) &&
             cluster_path_join(&record, cluster->home.text, "socket", error);
        if (ok) {
            (void)rmdir(cluster->socket.text);
            (void)unlink(record.text);
        }
    }
    cluster_destroy(cluster);
    return ok;
}

bool private_cluster_exists(const char *directory)
{
    struct cluster_path home;
    bool found = false;
    struct error ignored = ERROR_NONE;
    return cluster_home_find(directory, &home, &found, &ignored) && found &&
           cluster_path_exists(home.text, "data");
}

bool private_cluster_remove(const char *directory, struct error *error)
{
    struct cluster_path home;
    struct cluster_path pointer;
    bool found = false;
    if (!cluster_home_find(directory, &home, &found, error)) {
        return false;
    }
    if (!found) {
        return true;
    }
    struct cluster_path data;
    if (!cluster_path_join(&data, home.text, "data", error) ||
        !cluster_path_join(&pointer, directory, "cluster.path", error)) {
        return false;
    }
    if (cluster_path_exists(data.text, "postmaster.pid")) {
        error_set(error, ERROR_STATE, "the private target in \"%s\" is running", directory);
        return error_hint(error, "Let the novate that uses it end; or start and stop it once.");
    }
    if (!cluster_tree_remove(home.text, error)) {
        return false;
    }
    (void)unlink(pointer.text);
    if (cluster_path_join(&pointer, directory, "cluster.lock", error)) {
        (void)unlink(pointer.text);
    }
    return true;
}

bool private_cluster_find(const char *directory,
                          struct arena *arena,
                          const char **conninfo,
                          struct error *error)
{
    struct cluster_path record;
    struct private_cluster found = {.lock = -1};
    bool made = false;
    *conninfo = NULL;
    if (!cluster_home_find(directory, &found.home, &made, error) ||
        !cluster_path_join(&record, found.home.text, "socket", error)) {
        return false;
    }
    if (!made || !cluster_line_read(record.text, found.socket.text, sizeof found.socket.text)) {
        return true;
    }
    conninfo_set(&found);
    if (!server_answers(&found)) {
        return true;
    }
    *conninfo = arena_string(arena, found.conninfo);
    return *conninfo != NULL || error_set_memory(error);
}
