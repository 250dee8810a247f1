/* forms.h — what wards wrote on paper while nothing could be typed in: a visit of everybody who
 * came. Those that were entered into Millennium afterwards come first (of each back_encounter one),
 * then those that paper alone has: of quiet people, with what clerks did wrong.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_FORMS_H
#define SYNTHETIC_FORMS_H

#include "encounters.h"

enum {
    CHART_LINES = 3 /* of each visit */
};

struct paper {
    int64_t index;
    int64_t person;
    int64_t ward;
    int64_t arrived; /* UTC */
    int64_t left;    /* 0: still there when the outage ended */
    int64_t typed;
    enum encounter_class class;
    bool day_case;
    bool entered; /* into Millennium too */
    enum kind kind;
    int64_t which; /* of its kind */
};

int64_t paper_visits(const struct trust *trust);
void paper_of(const struct trust *trust, int64_t index, struct paper *paper);
/* A while after the arrival, but still in the outage; seconds of UTC. */
int64_t paper_later(const struct trust *trust, const struct paper *paper, int64_t seconds);

#endif
