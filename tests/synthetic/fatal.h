/* fatal.h — this program has no one to hand an error to. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_FATAL_H
#define SYNTHETIC_FATAL_H

/* Says it on stderr and ends the program with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fatal(const char *format, ...);

#endif
