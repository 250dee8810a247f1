/* control.c — the contract is in control.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include "console.h"

#include "novate/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    CONTROL_BYTES_MAX = 64 * 1024,
    PATH_BYTES = 4096,
    ANSWER_SECONDS = 10,
    LOOK_NS = 20 * 1000 * 1000
};

static const char first_line[] = "novate control 1";

static bool path_of(const char *work_directory, const char *suffix, char path[PATH_BYTES])
{
    int size = snprintf(path, PATH_BYTES, "%s/control%s", work_directory, suffix);
    return size > 0 && size < PATH_BYTES;
}

static void format_order(const struct control_order *order, struct text_buffer *out)
{
    text_buffer_format(out, "%s\nto %ld\nfrom %s\n", first_line, order->to, order->from);
    for (int index = 0; index < order->change_count; index++) {
        const struct control_change *change = &order->changes[index];
        text_buffer_format(out, "set %s %s %s\n", change->source, change->name, change->value);
    }
    text_buffer_string(out, order->pauses ? "pause\n" : order->resumes ? "resume\n" : "");
}

static void rest(void)
{
    struct timespec pause = {.tv_nsec = LOOK_NS};
    (void)nanosleep(&pause, NULL);
}

static bool write_whole(const char *path, const struct text_buffer *text, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = descriptor >= 0 && write(descriptor, text->data, text->size) == (ssize_t)text->size;
    if (!ok) {
        (void)error_set_system(error, ERROR_IO, errno, "could not write file \"%s\"", path);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return ok;
}

static bool too_late(const char *work_directory, long to, double until, struct error *error)
{
    long holder = 0;
    if (!work_lock_holder(work_directory, &holder, error)) {
        return true;
    }
    if (holder != to) {
        (void)error_set(error, ERROR_STATE, "process %ld has ended meanwhile", to);
        return true;
    }
    if (clock_seconds() > until) {
        (void)error_set(
            error, ERROR_STATE, "process %ld did not answer within %d s", to, ANSWER_SECONDS);
        return true;
    }
    return false;
}

/* Puts the file in its place as soon as no other order is there, and waits until it is gone. */
static bool deliver(const char *work_directory,
                    const char *temporary,
                    const char *path,
                    long to,
                    struct error *error)
{
    double until = clock_seconds() + ANSWER_SECONDS;
    while (link(temporary, path) != 0) {
        if (errno != EEXIST) {
            return error_set_system(error, ERROR_IO, errno, "could not write file \"%s\"", path);
        }
        if (too_late(work_directory, to, until, error)) {
            return false;
        }
        rest();
    }
    struct stat there;
    while (lstat(path, &there) == 0) {
        if (too_late(work_directory, to, until, error)) {
            (void)unlink(path);
            return false;
        }
        rest();
    }
    return true;
}

bool control_send(const char *work_directory,
                  const struct control_order *order,
                  struct error *error)
{
    char path[PATH_BYTES];
    char temporary[PATH_BYTES];
    char suffix[32];
    struct text_buffer text;
    (void)snprintf(suffix, sizeof suffix, ".%ld", (long)getpid());
    if (!path_of(work_directory, "", path) || !path_of(work_directory, suffix, temporary)) {
        return error_set_system(
            error, ERROR_IO, ENAMETOOLONG, "could not use work directory \"%s\"", work_directory);
    }
    text_buffer_init(&text, CONTROL_BYTES_MAX);
    format_order(order, &text);
    (void)unlink(temporary);
    bool ok = text_buffer_check(&text, error) && write_whole(temporary, &text, error) &&
              deliver(work_directory, temporary, path, order->to, error);
    (void)unlink(temporary);
    text_buffer_release(&text);
    return ok;
}

/* The file's bytes, NUL-terminated; NULL: none, or not a plain file of reasonable size. */
static char *read_whole(const char *path, struct arena *arena)
{
    struct stat status;
    char *text = NULL;
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return NULL;
    }
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size <= CONTROL_BYTES_MAX) {
        size_t size = (size_t)status.st_size;
        text = ARENA_ARRAY(arena, char, size + 1);
        if (text != NULL && read(descriptor, text, size) == (ssize_t)size) {
            text[size] = '\0';
        } else {
            text = NULL;
        }
    }
    (void)close(descriptor);
    return text;
}

/* Cuts the text at the first blank; what follows it, or NULL when nothing does. */
static char *cut(char *text)
{
    char *blank = strchr(text, ' ');
    if (blank == NULL || blank == text || blank[1] == '\0') {
        return NULL;
    }
    *blank = '\0';
    return blank + 1;
}

static bool parse_set(char *text, struct control_order *order)
{
    char *name = cut(text);
    char *value = name == NULL ? NULL : cut(name);
    if (value == NULL || strchr(value, ' ') != NULL || order->change_count == CONTROL_CHANGES_MAX) {
        return false;
    }
    order->changes[order->change_count++] =
        (struct control_change){.source = text, .name = name, .value = value};
    return true;
}

static bool parse_line(char *line, struct control_order *order)
{
    if (strcmp(line, "pause") == 0 || strcmp(line, "resume") == 0) {
        order->pauses = line[0] == 'p';
        order->resumes = line[0] == 'r';
        return true;
    }
    char *value = cut(line);
    if (value == NULL) {
        return false;
    }
    if (strcmp(line, "to") == 0) {
        char *end = NULL;
        order->to = strtol(value, &end, 10);
        return *end == '\0' && order->to > 0;
    }
    if (strcmp(line, "from") == 0) {
        order->from = value;
        return true;
    }
    return strcmp(line, "set") == 0 && parse_set(value, order);
}

static bool parse(char *text, struct control_order *order)
{
    *order = (struct control_order){.to = 0};
    bool first = true;
    while (*text != '\0') {
        char *end = strchr(text, '\n');
        if (end == NULL) {
            return false;
        }
        *end = '\0';
        if (first ? strcmp(text, first_line) != 0 : !parse_line(text, order)) {
            return false;
        }
        first = false;
        text = end + 1;
    }
    return order->to > 0 && order->from != NULL;
}

enum control_read control_take(const char *work_directory,
                               long self,
                               struct arena *arena,
                               struct control_order *order)
{
    char path[PATH_BYTES];
    struct stat status;
    if (!path_of(work_directory, "", path) || lstat(path, &status) != 0) {
        return CONTROL_NONE;
    }
    char *text = read_whole(path, arena);
    bool ok = text != NULL && parse(text, order);
    if (unlink(path) != 0) {
        return CONTROL_NONE; /* a folder, or not ours: nothing that novate wrote */
    }
    return !ok ? CONTROL_MALFORMED : order->to != self ? CONTROL_STALE : CONTROL_ORDER;
}
