/* fatal.c — see fatal.h. SPDX-License-Identifier: Apache-2.0 */
#include "fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void fatal(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("synthetic_trust: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}
