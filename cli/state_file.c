/* state_file.c — the contract is in state_file.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "state_file.h"

#include "files.h"

#include "novate/ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STATE_BYTES_MAX = 64 * 1024,
    PATH_BYTES = 4096
};

static const char first_line[] = "novate state 1\n";

static bool path_of(const char *work_directory, const char *suffix, char path[PATH_BYTES])
{
    int size = snprintf(path, PATH_BYTES, "%s/state%s", work_directory, suffix);
    return size > 0 && size < PATH_BYTES;
}

void state_file_begin(struct text_buffer *text, const char *since)
{
    text_buffer_format(text, "%spid %ld\nsince %s\n", first_line, (long)getpid(), since);
}

/* Not made durable: after a crash of the machine nothing runs that it could be about. */
void state_file_write(const char *work_directory, const struct text_buffer *text)
{
    char path[PATH_BYTES];
    char temporary[PATH_BYTES];
    if (text->failed || !path_of(work_directory, "", path) ||
        !path_of(work_directory, ".tmp", temporary)) {
        return;
    }
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return;
    }
    bool ok = write(descriptor, text->data, text->size) == (ssize_t)text->size;
    ok = close(descriptor) == 0 && ok;
    if (!ok || rename(temporary, path) != 0) {
        (void)unlink(temporary);
    }
}

void state_file_remove(const char *work_directory)
{
    char path[PATH_BYTES];
    if (path_of(work_directory, "", path)) {
        (void)unlink(path);
    }
}

/* The rest of a line that begins with `name` and a blank; NULL: it begins otherwise. */
static const char *value_of(const char *line, const char *name)
{
    size_t size = strlen(name);
    return strncmp(line, name, size) == 0 && line[size] == ' ' ? line + size + 1 : NULL;
}

struct state {
    const char *since;
    const char *work;
    const char *rows;
    long pid;
    struct text_buffer *out; /* where lines about sources go */
};

static void take_line(struct state *state, const char *line)
{
    const char *value = value_of(line, "since");
    state->since = value != NULL ? value : state->since;
    value = value_of(line, "work");
    state->work = value != NULL ? value : state->work;
    value = value_of(line, "rows");
    state->rows = value != NULL ? value : state->rows;
    value = value_of(line, "pid");
    state->pid = value != NULL ? strtol(value, NULL, 10) : state->pid;
    value = value_of(line, "source");
    if (value != NULL) {
        int name = (int)strcspn(value, " ");
        bool only = strncmp(value, "source ", 7) == 0; /* what a plan's only one is called */
        text_buffer_format(state->out,
                           "  source%s%.*s:%s\n",
                           only ? "" : " ",
                           only ? 0 : name,
                           value,
                           value + name);
    }
}

static void show(char *text, long holder, struct text_buffer *out)
{
    struct text_buffer sources;
    text_buffer_init(&sources, STATE_BYTES_MAX);
    struct state state = {.since = "?", .out = &sources};
    char *line = text + strlen(first_line);
    while (*line != '\0') {
        size_t size = strcspn(line, "\n");
        char *next = line + size + (line[size] == '\n');
        line[size] = '\0';
        take_line(&state, line);
        line = next;
    }
    if (state.pid == holder) {
        text_buffer_format(out, "running: process %ld since %s", holder, state.since);
        if (state.work != NULL) {
            text_buffer_format(out, ", %s", state.work);
        }
        if (state.rows != NULL) {
            text_buffer_format(out, ", %s rows", state.rows);
        }
        text_buffer_char(out, '\n');
        text_buffer_push(out, sources.data, sources.size);
    }
    text_buffer_release(&sources);
}

bool state_file_show(const char *work_directory,
                     struct arena *arena,
                     struct text_buffer *out,
                     struct error *error)
{
    char path[PATH_BYTES];
    long holder = 0;
    struct text_buffer text;
    struct error ignored = ERROR_NONE;
    if (!work_lock_holder(work_directory, &holder, error)) {
        return false;
    }
    if (holder == 0 || !path_of(work_directory, "", path)) {
        return true;
    }
    text_buffer_init(&text, STATE_BYTES_MAX);
    if (read_file(path, ERROR_IO, &text, &ignored) &&
        strncmp(text.data, first_line, strlen(first_line)) == 0) {
        char *copy = arena_string(arena, text.data);
        if (copy != NULL) {
            show(copy, holder, out);
        }
    }
    text_buffer_release(&text);
    return true;
}
