/* interrupt.h — Ctrl-C and SIGTERM: the first asks to finish the chunk, a second one stops at once.
 *
 * A thread waits for the signals, so nothing happens in a handler. Must be opened before any other
 * thread is made: the signals are blocked in all of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "console.h"

#include "novate/cancel.h"
#include "novate/error.h"

#include <pthread.h>
#include <stdbool.h>

struct interrupt {
    struct cancel *cancel;
    struct console *console;
    pthread_t thread;
    bool running;
};

bool interrupt_open(struct interrupt *interrupt,
                    struct cancel *cancel,
                    struct console *console,
                    struct error *error) NODISCARD;
void interrupt_close(struct interrupt *interrupt);

#endif
