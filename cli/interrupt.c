/* interrupt.c — the contract is in interrupt.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "interrupt.h"

#include <signal.h>

/* SIGUSR2 is interrupt_close()'s way to end the thread. */
static void wanted_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGHUP);
    (void)sigaddset(set, SIGUSR2);
}

static void *wait_for_signals(void *argument)
{
    struct interrupt *interrupt = argument;
    sigset_t set;
    wanted_signals(&set);
    for (;;) {
        int number = 0;
        if (sigwait(&set, &number) != 0 || number == SIGUSR2) {
            return NULL;
        }
        if (cancel_level(interrupt->cancel) == CANCEL_NONE) {
            cancel_request(interrupt->cancel, CANCEL_FINISH);
            console_log(interrupt->console,
                        LOG_WARNING,
                        "interrupt",
                        "interrupted: finishing the chunks in flight; once more stops at once");
        } else {
            cancel_request(interrupt->cancel, CANCEL_NOW);
        }
    }
}

bool interrupt_open(struct interrupt *interrupt,
                    struct cancel *cancel,
                    struct console *console,
                    struct error *error)
{
    *interrupt = (struct interrupt){.cancel = cancel, .console = console};
    sigset_t set;
    wanted_signals(&set);
    (void)signal(SIGPIPE, SIG_IGN);
    int result = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (result == 0) {
        result = pthread_create(&interrupt->thread, NULL, wait_for_signals, interrupt);
    }
    if (result != 0) {
        return error_set_system(error, ERROR_INTERNAL, result, "could not wait for signals");
    }
    interrupt->running = true;
    return true;
}

void interrupt_close(struct interrupt *interrupt)
{
    if (interrupt->running) {
        (void)pthread_kill(interrupt->thread, SIGUSR2);
        (void)pthread_join(interrupt->thread, NULL);
        interrupt->running = false;
    }
}
