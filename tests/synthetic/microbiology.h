/* microbiology.h — what grew in cultures, and what it is sensitive to.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_MICROBIOLOGY_H
#define SYNTHETIC_MICROBIOLOGY_H

#include "trust.h"

/* Isolates before a culture, and the culture of an isolate with its place in it; the same of the
 * sensitivities of isolates. */
int64_t isolates_before(int64_t culture);
int64_t isolate_culture(int64_t isolate, int *place);
int64_t sensitivities_before(int64_t isolate);
int64_t sensitivity_isolate(int64_t sensitivity, int *place);

struct isolate {
    int64_t culture;
    int place;        /* in its culture */
    int64_t number;   /* MICRO_SEQ_NBR */
    int64_t organism; /* a code, with its dirt */
    enum kind kind;
};

struct sensitivity {
    struct isolate isolate;
    int place;          /* in its isolate */
    int64_t number;     /* MICRO_SEQ_NBR */
    int64_t antibiotic; /* a code; so is the result */
    int64_t result;
    const char *text;    /* the concentration; NULL: there is none */
    const char *numeric; /* the same as a number, in decimal digits */
    enum kind kind;
};

/* As the current version has it, or the earlier one: clean, and of an organism that is only seen.
 */
void isolate_of(const struct trust *trust, int64_t index, bool current, struct isolate *isolate);
void sensitivity_of(const struct trust *trust,
                    int64_t index,
                    bool current,
                    struct sensitivity *sensitivity);

#endif
