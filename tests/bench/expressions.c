/* expressions.c — how fast expressions are computed, on one core, with nothing around them.
 *
 *     bench_expressions [--repeat N] [--all] [--only mapping|table] [NAME]
 *
 * First a whole mapping: the table of the benchmark with 13 columns (a lookup, a CASE, two casts of
 * texts, a trim, an NHS number), batches in memory in, batches in memory out. Then every function,
 * operator and cast of the tables by itself, in nanoseconds a row, slowest first; the 40 slowest
 * unless --all is given, or those whose name contains NAME. Figures are of this process's user CPU
 * time, and the median of several rounds, so that other work on the machine changes them little.
 *
 * It belongs in a build with optimisation: cmake --preset release -B build/bench
 * -DBUILD_TESTING=ON. SPDX-License-Identifier: Apache-2.0 */
#include "expressions_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define ROUNDS_DEFAULT 7
#define SHOWN          40

double bench_now(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

void bench_fail(const char *what)
{
    fprintf(stderr, "bench_expressions: %s\n", what);
    exit(1);
}

void bench_check(bool ok, const struct error *error)
{
    if (!ok) {
        bench_fail(error->message);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

double bench_median(double *figures, int count)
{
    qsort(figures, (size_t)count, sizeof *figures, compare_doubles);
    return figures[count / 2];
}

static int compare_figures(const void *a, const void *b)
{
    return compare_doubles(&((const struct bench_figure *)b)->ns,
                           &((const struct bench_figure *)a)->ns);
}

static void print_table(struct bench_figure *figures, int count, bool all, const char *name)
{
    int shown = 0;
    double total = 0;

    qsort(figures, (size_t)count, sizeof *figures, compare_figures);
    printf("\n%8s  %s\n", "ns/row", "expression over columns");
    for (int i = 0; i < count; i++) {
        total += figures[i].ns;
        if (name == NULL ? all || shown < SHOWN : strstr(figures[i].text, name) != NULL) {
            printf("%8.1f  %s%s\n", figures[i].ns, figures[i].text, figures[i].note);
            shown++;
        }
    }
    printf("%d expressions, %.1f ns/row on average\n", count, total / (count > 0 ? count : 1));
}

int main(int argc, char **argv)
{
    int rounds = ROUNDS_DEFAULT;
    bool all = false;
    const char *only = NULL;
    const char *name = NULL;
    struct bench_figure *figures = NULL;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--all") == 0) {
            all = true;
        } else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
            rounds = (int)strtol(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else if (argv[i][0] != '-') {
            name = argv[i];
        } else {
            bench_fail("usage: [--repeat N] [--all] [--only mapping|table] [NAME]");
        }
    }
    if (rounds < 1 || rounds > BENCH_ROUNDS_MAX) {
        bench_fail("a number of rounds from 1 to 99 is wanted");
    }
    if (only == NULL || strcmp(only, "mapping") == 0) {
        bench_mapping(rounds);
    }
    if (only == NULL || strcmp(only, "table") == 0) {
        int count = bench_table(rounds, &figures);
        print_table(figures, count, all, name);
        free(figures);
    }
    return 0;
}
