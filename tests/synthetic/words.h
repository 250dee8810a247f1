/* words.h — lists of words. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_WORDS_H
#define SYNTHETIC_WORDS_H

#include "random.h"

enum word_list {
    WORDS_SURNAME_HEAD,
    WORDS_SURNAME_TAIL,
    WORDS_GIRL,
    WORDS_BOY,
    WORDS_STREET,
    WORDS_STREET_KIND,
    WORDS_TOWN,
    WORDS_COMPLAINT,
    WORDS_ALLERGEN,
    WORDS_REPORT,
    WORD_LISTS
};

const char *word_at(enum word_list list, int64_t number); /* any number: modulo */
const char *word_any(enum word_list list, struct dice *dice);

#endif
