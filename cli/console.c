/* console.c — output; the contract is in console.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    MESSAGE_BYTES_MAX = 1 << 20
};

void clock_utc(char text[32])
{
    time_t now = time(NULL);
    struct tm fields;
    if (gmtime_r(&now, &fields) == NULL || strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &fields) == 0) {
        (void)snprintf(text, 32, "1970-01-01T00:00:00Z");
    }
}

double clock_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void console_init(struct console *console, bool quiet, bool json)
{
    *console = (struct console){.quiet = quiet, .json = json};
    (void)pthread_mutex_init(&console->mutex, NULL);
    console->terminal = isatty(STDERR_FILENO) == 1 && !json;
}

void console_release(struct console *console)
{
    console_progress(console, "");
    (void)pthread_mutex_destroy(&console->mutex);
}

static void wipe(struct console *console)
{
    if (console->progress_open) {
        (void)fputs("\r\033[K", stderr);
        console->progress_open = false;
    }
}

void console_result(struct console *console, const char *data, size_t size)
{
    pthread_mutex_lock(&console->mutex);
    wipe(console);
    (void)fwrite(data, 1, size, stdout);
    (void)fflush(stdout);
    pthread_mutex_unlock(&console->mutex);
}

void console_result_text(struct console *console, const char *text)
{
    console_result(console, text, strlen(text));
}

static const char *level_text(enum log_level level)
{
    return level == LOG_ERROR ? "error" : level == LOG_WARNING ? "warning" : "info";
}

static void write_line(struct console *console, struct text_buffer *line)
{
    pthread_mutex_lock(&console->mutex);
    wipe(console);
    (void)fwrite(line->data, 1, line->size, stderr);
    pthread_mutex_unlock(&console->mutex);
}

static void open_json(struct text_buffer *line, enum log_level level, const char *event)
{
    char now[32];
    clock_utc(now);
    text_buffer_format(
        line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", now, level_text(level), event);
}

static void push_member(struct text_buffer *line, const char *name, const char *value)
{
    if (value[0] != '\0') {
        text_buffer_format(line, ",\"%s\":", name);
        text_buffer_json(line, text_of(value));
    }
}

void console_log(
    struct console *console, enum log_level level, const char *event, const char *format, ...)
{
    if (console->quiet && level == LOG_INFO) {
        return;
    }
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (written < 0) {
        return;
    }
    struct text_buffer line;
    text_buffer_init(&line, MESSAGE_BYTES_MAX);
    if (console->json) {
        open_json(&line, level, event);
        push_member(&line, "message", message);
        text_buffer_string(&line, "}\n");
    } else {
        text_buffer_format(
            &line, "novate: %s%s\n", level == LOG_WARNING ? "warning: " : "", message);
    }
    write_line(console, &line);
    text_buffer_release(&line);
}

void console_text(struct console *console, const char *text)
{
    struct text_buffer line;
    text_buffer_init(&line, MESSAGE_BYTES_MAX);
    if (console->json) {
        open_json(&line, LOG_ERROR, "problems");
        push_member(&line, "message", text);
        text_buffer_string(&line, "}\n");
    } else {
        text_buffer_string(&line, text);
    }
    write_line(console, &line);
    text_buffer_release(&line);
}

void console_error(struct console *console, const struct error *error)
{
    struct text_buffer line;
    text_buffer_init(&line, MESSAGE_BYTES_MAX);
    if (console->json) {
        open_json(&line, LOG_ERROR, error_code_name(error->code));
        push_member(&line, "message", error->message);
        push_member(&line, "detail", error->detail);
        push_member(&line, "hint", error->hint);
        push_member(&line, "context", error->context);
        push_member(&line, "sqlstate", error->sqlstate);
        text_buffer_format(&line, ",\"exit\":%d}\n", error_exit_code(error->code));
    } else {
        text_buffer_format(&line, "novate: error: %s", error->message);
        if (error->sqlstate[0] != '\0') {
            text_buffer_format(&line, " (SQLSTATE %s)", error->sqlstate);
        }
        text_buffer_char(&line, '\n');
        if (error->detail[0] != '\0') {
            text_buffer_format(&line, "detail: %s\n", error->detail);
        }
        if (error->hint[0] != '\0') {
            text_buffer_format(&line, "hint: %s\n", error->hint);
        }
        if (error->context[0] != '\0') {
            text_buffer_format(&line, "context: %s\n", error->context);
        }
    }
    write_line(console, &line);
    text_buffer_release(&line);
}

/* How many bytes of a line fit beside each other: one that is broken cannot be wiped. */
static int bytes_that_fit(const char *line)
{
    struct winsize size = {.ws_col = 0};
    int characters = 0;
    int at = 0;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return (int)strlen(line);
    }
    for (; line[at] != '\0'; at++) {
        bool begins = ((unsigned char)line[at] & 0xC0) != 0x80;
        if (begins && ++characters >= size.ws_col) {
            break;
        }
    }
    return at;
}

void console_progress(struct console *console, const char *line)
{
    if (!console->terminal || console->quiet) {
        return;
    }
    pthread_mutex_lock(&console->mutex);
    wipe(console);
    if (line[0] != '\0') {
        (void)fwrite(line, 1, (size_t)bytes_that_fit(line), stderr);
        (void)fflush(stderr);
        console->progress_open = true;
    }
    pthread_mutex_unlock(&console->mutex);
}
