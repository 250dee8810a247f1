/* console.h — the only way out: results to stdout, everything else to stderr.
 *
 * Messages are lines of text, or JSON objects with --log-format json. A progress line on a terminal
 * is wiped before anything else is printed. Threads   every function may be called from any thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include "novate/error.h"
#include "novate/text.h"

#include <pthread.h>
#include <stdbool.h>

struct console {
    pthread_mutex_t mutex;
    bool quiet;
    bool json;
    bool terminal;      /* stderr is one */
    bool progress_open; /* a progress line stands there */
};

enum log_level {
    LOG_INFO,
    LOG_WARNING,
    LOG_ERROR
};

void console_init(struct console *console, bool quiet, bool json);
void console_release(struct console *console);

/* A result. Written as it is. */
void console_result(struct console *console, const char *data, size_t size);
void console_result_text(struct console *console, const char *text);
/* A message: `event` is its name in JSON. Information is left out when quiet. */
void console_log(struct console *console,
                 enum log_level level,
                 const char *event,
                 const char *format,
                 ...) PRINTF_LIKE(4, 5);
/* A finished text for people (problems, with lines and carets). */
void console_text(struct console *console, const char *text);
/* message, detail, hint, context, SQLSTATE: once per run. */
void console_error(struct console *console, const struct error *error);
/* Replaces the progress line; "" wipes it. Only on a terminal. */
void console_progress(struct console *console, const char *line);

/* "2008-06-09T12:00:00Z" of now; 21 bytes. */
void clock_utc(char text[32]);
/* Monotonic seconds. */
double clock_seconds(void);

#endif
