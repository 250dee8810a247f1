/* orders.h — one order, as its children need to know it. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_ORDERS_H
#define SYNTHETIC_ORDERS_H

#include "trust.h"

enum order_section {
    ORDERS_LAB,        /* two of each sample */
    ORDERS_RADIOLOGY,  /* one of each study */
    ORDERS_BACK_LAB,   /* samples of the outage that were entered */
    ORDERS_BACK_RAD,   /* studies of the outage that were entered */
    ORDERS_ELECTRONIC, /* placed just before the outage; ORDERS_BACK_LAB repeats them */
    ORDERS_OTHER,
    ORDERS_TEMPLATE
};

struct order {
    int64_t index;
    enum order_section section;
    int64_t which;  /* of its section */
    int64_t source; /* sample or study; -1: neither */
    int64_t encounter;
    int64_t person;
    int64_t placed;
    int64_t entered;
    int64_t catalog;
    const char *name;
    bool completed;
};

void order_of(const struct trust *trust, int64_t index, struct order *order);

#endif
