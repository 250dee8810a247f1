/* expressions_bench.h — what the files of bench_expressions share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_BENCH_EXPRESSIONS_H
#define NOVATE_BENCH_EXPRESSIONS_H

#include "novate/error.h"

#include <stdbool.h>

#define BENCH_ROUNDS_MAX 99

struct bench_figure {
    char text[96];
    const char *note; /* "" or what is special */
    double ns;
};

double bench_now(void); /* user CPU seconds of this process */
void bench_fail(const char *what);
void bench_check(bool ok, const struct error *error);
double bench_median(double *figures, int count);

/* expressions_mapping.c */
void bench_mapping(int rounds);
/* expressions_table.c: an array from malloc, and how many. */
int bench_table(int rounds, struct bench_figure **figures);

#endif
