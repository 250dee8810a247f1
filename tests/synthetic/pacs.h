/* pacs.h — one study of the picture archive. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_PACS_H
#define SYNTHETIC_PACS_H

#include "trust.h"

#define STUDY_ACCESSION "RN1%011lld" /* of its index */

struct study {
    int64_t index;
    int64_t patient; /* a person of PACS_PATIENT: its record has the same index */
    int64_t person;
    int64_t encounter;
    int64_t ward;
    int64_t back; /* of those of the outage: which of the encounters entered afterwards */
    int64_t made; /* UTC */
    int64_t reported;
    const char *modality;
    const char *code;
    const char *description;
    const char *part;
    bool outage;
    bool orphan;
};

void study_of(const struct trust *trust, int64_t index, struct study *study);
/* How many people have records; the others of PACS_PATIENT are second records of the first. */
int64_t pacs_people(const struct trust *trust);
int64_t pacs_person(const struct trust *trust, int64_t patient);

#endif
