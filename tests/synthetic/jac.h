/* jac.h — the pharmacy: drugs, prescriptions, doses. Its clock is London's.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_JAC_H
#define SYNTHETIC_JAC_H

#include "trust.h"

struct drug {
    const char *code;
    const char *name;
    const char *form;
    const char *strength;
    const char *bnf;
    const char *dose;
    const char *unit;
    const char *route;
};

const struct drug *jac_drug_any(struct dice *dice);

struct prescription {
    int64_t patient; /* of JAC_PATIENT */
    int64_t start;
    const struct drug *drug;
    enum kind kind;
    int64_t which;
};

/* The last ones are of the outage, in which the pharmacy went on: of the first patients whose
 * encounters were entered afterwards, and their first dose is given in it. */
void prescription_of(const struct trust *trust, int64_t index, struct prescription *rx);

enum {
    DOSES_EACH = 3
};

struct dose {
    struct prescription rx;
    int64_t due;
    int64_t given; /* where it was */
    bool omitted;
};

void dose_of(const struct trust *trust, int64_t index, struct dose *dose);

#endif
