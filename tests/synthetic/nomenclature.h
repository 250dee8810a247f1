/* nomenclature.h — the terms by their place: which have which vocabulary, and which are spoilt.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_NOMENCLATURE_H
#define SYNTHETIC_NOMENCLATURE_H

#include "trust.h"

enum term_section {
    TERMS_ICD10,
    TERMS_ICD10_ODD, /* with a dot, without X, with dagger or asterisk */
    TERMS_SNOMED,
    TERMS_SNOMED_DAMAGED, /* went through a double */
    TERMS_OPCS4,
    TERMS_OPCS4_LOCAL, /* a fifth character */
    TERMS_SUBSTANCE,
    TERM_SECTIONS
};

struct span terms_of(const struct trust *trust, enum term_section section);
/* NOMENCLATURE_ID of one of a section. */
int64_t term_id(const struct trust *trust, enum term_section section, int64_t which);
/* The SCTID with this item: eight digits, or with a namespace seven more. */
int64_t sctid(int64_t item, bool extension);
bool sctid_valid(int64_t number);

#endif
