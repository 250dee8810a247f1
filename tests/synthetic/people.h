/* people.h — who they are: one person as every system knows him.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_PEOPLE_H
#define SYNTHETIC_PEOPLE_H

#include "trust.h"

enum {
    NAME_BYTES = 96
};

struct person {
    int64_t index;
    int64_t place;
    enum kind kind;
    int64_t which; /* of its kind */
    bool combined;
    bool undone;
    bool female;
    bool deceased;
    int64_t born; /* day, as it is in truth */
    int64_t died; /* UTC */
    int64_t registered;
    char first[NAME_BYTES]; /* these only after person_name() */
    char last[NAME_BYTES];  /* clean; UTF-8 */
};

void person_of(const struct trust *trust, int64_t index, struct person *person);
void person_name(const struct trust *trust, struct person *person);

/* NAME_LAST as Millennium holds it; returns its length, since it may hold a NUL. */
size_t person_last_name(const struct person *person, char *text, size_t size);

/* Hospital number, "H" and seven digits. */
void mrn_write(int64_t person, char *text, size_t size);
/* The index of his NHS alias; -1: he has none. */
int64_t nhs_alias_of(const struct trust *trust, int64_t place);
int64_t nhs_alias_place(const struct trust *trust, int64_t alias);
/* The number of a person who has one: 999 and seven digits. */
int64_t nhs_number_of(const struct trust *trust, int64_t person);
/* The check digit of nine digits; 10: there is none. */
int nhs_check_digit(int64_t nine);

/* "C9" and six digits; "G9", five and the 137 digit. */
void gmc_write(int64_t prsnl, char *text, size_t size);
void gmp_write(int64_t prsnl, char *text, size_t size);

void prsnl_name(const struct trust *trust, int64_t prsnl, char *first, char *last, size_t size);

#endif
