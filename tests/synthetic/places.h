/* places.h — locations by their place: a facility, its buildings, wards, clinics, rooms and beds.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_PLACES_H
#define SYNTHETIC_PLACES_H

#include "trust.h"

enum {
    BUILDINGS = 5
};

/* Places 0: the facility; 1 to BUILDINGS; then as many wards as NURSE_UNIT has, as many clinics,
 * and rooms and beds. */
int64_t ward_place(int64_t ward);
int64_t ward_any(const struct trust *trust, struct dice *dice); /* a place */
int64_t clinic_any(const struct trust *trust, struct dice *dice);
int64_t building_of(int64_t place);
/* The name of a ward or clinic: part of a list, and a number where that is not enough. */
void place_name(const struct trust *trust, int64_t place, char *text, size_t size);
bool place_is_ward(const struct trust *trust, int64_t place);
bool place_is_clinic(const struct trust *trust, int64_t place);

#endif
