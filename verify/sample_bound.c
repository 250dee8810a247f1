/* sample_bound.c — what a number of errors in a sample proves of all records.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/sample.h"

#include <math.h>

#define UNSURE 0.05

/* The logarithm of n over k. */
static double log_choose(double n, double k)
{
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* How likely no more than `errors` of `checked` are, where each is wrong with that share. */
static double likelihood(double checked, uint64_t errors, double share)
{
    double sum = 0;
    for (uint64_t k = 0; k <= errors; k++) {
        double wrong = (double)k;
        sum += exp(log_choose(checked, wrong) + wrong * log(share) +
                   (checked - wrong) * log1p(-share));
    }
    return sum;
}

double sample_upper_bound(uint64_t checked, uint64_t errors, uint64_t population)
{
    double low = 0;
    double high = 1;

    if (checked == 0 || errors >= checked) {
        return 1;
    }
    if (checked >= population) {
        return (double)errors / (double)checked;
    }
    if (errors == 0) {
        return 1 - pow(UNSURE, 1 / (double)checked);
    }
    for (int step = 0; step < 100; step++) {
        double middle = (low + high) / 2;
        if (likelihood((double)checked, errors, middle) > UNSURE) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

void sample_push_percent(struct text_buffer *out, double share)
{
    /* A share that is a round number of thousandths must not become the next one. */
    uint64_t thousandths = (uint64_t)ceil(share * 100000 - 1e-7);
    text_buffer_format(out,
                       "%llu.%03llu",
                       (unsigned long long)(thousandths / 1000),
                       (unsigned long long)(thousandths % 1000));
}
