/* fault_point.c — the contract is in novate/fault_point.h.
 *
 * What is to be done is asked of the environment each time, and what was done is kept in the trace:
 * there is no state here. SPDX-License-Identifier: Apache-2.0 */
#include "novate/fault_point.h"

#if defined(NOVATE_FAULTS)
#    include <fcntl.h>
#    include <signal.h>
#    include <stdlib.h>
#    include <string.h>
#    include <sys/file.h>
#    include <sys/stat.h>
#    include <time.h>
#    include <unistd.h>

enum {
    TRACE_BYTES_MAX = 1 << 24
};

static const struct {
    const char *name;
    enum error_code code;
} points[] = {
#    define FAULT_POINT(id, name, code, meaning) {name, ERROR_##code},
#    include "novate/fault_points.def"
#    undef FAULT_POINT
};

/* Lines of the text that are the name. */
static long count_lines(const char *text, const char *name)
{
    size_t size = strlen(name);
    long count = 0;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        count += length == size && strncmp(line, name, size) == 0;
        line += length + (line[length] == '\n');
    }
    return count;
}

static bool write_all(int descriptor, const char *data, size_t size)
{
    return write(descriptor, data, size) == (ssize_t)size;
}

/* Adds a line; gives the count of those of this name then. */
static long trace_in(int descriptor, const char *name)
{
    struct stat status;
    long count = 0;
    if (fstat(descriptor, &status) != 0 || status.st_size > TRACE_BYTES_MAX) {
        return 0;
    }
    char *text = calloc(1, (size_t)status.st_size + 1);
    if (text != NULL && pread(descriptor, text, (size_t)status.st_size, 0) == status.st_size &&
        write_all(descriptor, name, strlen(name)) && write_all(descriptor, "\n", 1)) {
        count = count_lines(text, name) + 1;
    }
    free(text);
    return count;
}

/* Which time this is; 0: the trace cannot be kept. */
static long trace(const char *name)
{
    const char *path = getenv("NOVATE_FAULT_TRACE");
    long count = 0;
    if (path == NULL) {
        return 1;
    }
    int descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return 0;
    }
    if (flock(descriptor, LOCK_EX) == 0) {
        count = trace_in(descriptor, name);
    }
    (void)close(descriptor);
    return count;
}

/* Behind "name:" of the wish, if it is this name. */
static const char *wished_action(const char *wish, const char *name)
{
    size_t size = strlen(name);
    return wish != NULL && strncmp(wish, name, size) == 0 && wish[size] == ':' ? wish + size + 1
                                                                               : NULL;
}

bool fault_point_meet(enum fault_point point, struct error *error)
{
    static const struct timespec moment = {.tv_nsec = 100000000};
    const char *name = points[point].name;
    const char *wish = getenv("NOVATE_FAULT");
    const char *action = wished_action(wish, name);
    bool traced = action != NULL || wish == NULL || wish[0] == '\0';
    long count = traced ? trace(name) : 0;
    if (action == NULL) {
        return true;
    }
    size_t size = strcspn(action, ":");
    long wanted = action[size] == ':' ? strtol(action + size + 1, NULL, 10) : 1;
    if (count != wanted) {
        return true;
    }
    if (size == strlen("kill") && strncmp(action, "kill", size) == 0) {
        (void)raise(SIGKILL);
    } else if (size == strlen("delay") && strncmp(action, "delay", size) == 0) {
        (void)nanosleep(&moment, NULL);
    } else if (size == strlen("error") && strncmp(action, "error", size) == 0) {
        return error_set(error, points[point].code, "fault point \"%s\"", name);
    }
    return true;
}
#endif
