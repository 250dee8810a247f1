/* codes.h — numbers of code values. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_CODES_H
#define SYNTHETIC_CODES_H

#include "trust.h"

enum {
#define CODE(symbol, number, set, cdf, display, nhs) CODE_##symbol = (number),
#define CODE_BEHIND                                  CODE
#include "codes.def"
#undef CODE_BEHIND
#undef CODE
    CODE_RETIRED_ETHNIC = 679920, /* and the next nine: the categories of 1991 */
    CODE_NOWHERE = 999999001,     /* no code value has this, nor any after it */
    CODE_UNITS = 690000,          /* units of measure: words.def's, in its order */
    CODE_TESTS = 691000,          /* set 72, tests */
    CODE_ORDERABLES = 692000,     /* set 200, panels */
    CODE_LOCATIONS = 4100000,     /* set 220: twice the place of the location more */
    CODE_FILLERS = 5000000
};

/* How many code values come before those that are only there, and behind them. */
int64_t code_filler_first(const struct trust *trust);
int64_t code_values_behind(void);
/* The national code of a code value; NULL: it has none. */
const char *code_nhs(int64_t number);
int64_t location_cd(int64_t location);
int64_t prsnl_id(const struct trust *trust, int64_t prsnl);

#endif
