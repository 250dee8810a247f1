/* winpath.h — samples, their panels and results: the laboratory's own view, on which Millennium's
 * results rest. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_WINPATH_H
#define SYNTHETIC_WINPATH_H

#include "trust.h"

struct lab_test {
    const char *code; /* WinPath's TFC */
    const char *name;
    const char *unit;
    int unit_number; /* CODE_UNITS and so on */
    int low;         /* in units of the last decimal place */
    int high;
    int decimals;
};

struct lab_panel {
    const char *code; /* WinPath's TLC */
    const char *name;
    const char *discipline;
};

int winpath_orderables(void);
int winpath_resultables(void);
int lab_units(void);
const char *lab_unit(int number);
const struct lab_test *lab_test_at(int number);
const struct lab_panel *lab_panel_at(int number);

/* A sample has 8 or 9 results: results before this sample, sample of a result, place in it. */
int64_t winpath_results_before(int64_t sample);
int64_t winpath_sample_of(int64_t result, int *place);

struct sample {
    int64_t index;
    int64_t encounter;
    int64_t person;
    int64_t ward;  /* a place */
    int64_t back;  /* of those of the outage: which of the encounters entered afterwards */
    int64_t taken; /* UTC */
    int64_t reported;
    bool outage;
    bool orphan; /* and not entered */
    int panel[2];
    const char *lims; /* LIMSNo: with it, a number that was used twice is one of two */
    char lab_no[16];
};

void sample_of(const struct trust *trust, int64_t index, struct sample *sample);

/* A result as both systems have it. */
struct lab_result {
    int test;
    int normalcy; /* a code */
    char text[16];
    char low[16];
    char high[16];
};

void lab_result_of(const struct trust *trust, int64_t result, struct lab_result *out);
/* A number with so many decimals. */
void decimal_write(int64_t number, int decimals, char *text, size_t size);

#endif
