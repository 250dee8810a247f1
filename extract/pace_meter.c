/* pace_meter.c — the contract is in pace_meter.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace_meter.h"

#include "novate/limits.h"

#include <math.h>
#include <stdlib.h>

#define NOISE_NS   10e6
#define ROWS_FIRST 2048

void pace_meter_init(struct pace_meter *meter)
{
    *meter = (struct pace_meter){.rows_wanted = ROWS_FIRST};
}

void pace_meter_forget(struct pace_meter *meter)
{
    meter->count = 0;
}

void pace_meter_add(struct pace_meter *meter, uint64_t rows, int64_t ns)
{
    meter->reads[meter->count % METER_READS] = (struct pace_read){.rows = rows, .ns = ns};
    meter->count++;
}

static int compare_rows(const void *left, const void *right)
{
    const struct pace_read *a = left;
    const struct pace_read *b = right;
    return (a->rows > b->rows) - (a->rows < b->rows);
}

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The larger half of the reads says what a row takes, the smaller one what a read takes beside. */
double pace_meter_ratio(const struct pace_meter *meter, uint64_t rows, int64_t ns)
{
    struct pace_read reads[METER_READS];
    double numbers[METER_READS];
    unsigned count = meter->count < METER_READS ? meter->count : METER_READS;
    unsigned middle = count / 2;
    if (count < METER_READS_MIN) {
        return 0;
    }
    for (unsigned index = 0; index < count; index++) {
        reads[index] = meter->reads[index];
    }
    qsort(reads, count, sizeof reads[0], compare_rows);
    unsigned large = 0;
    for (unsigned index = middle; index < count; index++) {
        if (reads[index].rows > 0) {
            numbers[large++] = (double)reads[index].ns / (double)reads[index].rows;
        }
    }
    qsort(numbers, large, sizeof numbers[0], compare_numbers);
    double per_row = large == 0 ? 0 : numbers[large / 4];
    for (unsigned index = 0; index < middle; index++) {
        double beside = (double)reads[index].ns - per_row * (double)reads[index].rows;
        numbers[index] = beside > 0 ? beside : 0;
    }
    qsort(numbers, middle, sizeof numbers[0], compare_numbers);
    double usual = numbers[middle / 4] + per_row * (double)rows;
    return (double)ns / (usual + NOISE_NS);
}

void pace_meter_resize(struct pace_meter *meter, uint64_t rows, int64_t ns, int64_t target_ns)
{
    double share = (double)target_ns / (double)(ns < 1 ? 1 : ns);
    if (rows < meter->rows_wanted / 2 && share >= 0.5) {
        return; /* the end of a chunk says little */
    }
    double factor = share < 0.5 ? share : sqrt(share);
    double wanted = (double)(rows < 1 ? 1 : rows) * (factor > 2 ? 2 : factor);
    meter->rows_wanted = wanted < LIMIT_READ_ROWS_MIN   ? LIMIT_READ_ROWS_MIN
                         : wanted > LIMIT_READ_ROWS_MAX ? LIMIT_READ_ROWS_MAX
                                                        : (uint64_t)wanted;
}
