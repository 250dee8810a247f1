/* encounters.h — one visit, as its children need to know it. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_ENCOUNTERS_H
#define SYNTHETIC_ENCOUNTERS_H

#include "trust.h"

struct encounter {
    int64_t index;
    int64_t person;
    enum encounter_class class;
    bool back_entered;
    int typing_error; /* 0, or 1 to 3: O02 to O04 */
    int64_t arrived;  /* UTC; of booked ones: when it is planned */
    int64_t left;
    int64_t created;
    int64_t ward; /* place of the location */
};

void encounter_of(const struct trust *trust, int64_t index, struct encounter *encounter);
/* When it would be for someone who can come until then. */
int64_t encounter_arrival(const struct trust *trust, int64_t index, int64_t until);
/* The which-th inpatient encounter (which < trust->inpatients), and the same of booked ones. */
int64_t encounter_inpatient(const struct trust *trust, int64_t which);
int64_t encounter_booked(const struct trust *trust, int64_t which);

#endif
