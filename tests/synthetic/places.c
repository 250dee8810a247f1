/* places.c — locations; the contract is in places.h. SPDX-License-Identifier: Apache-2.0 */
#include "places.h"

#include "codes.h"

#include <stdio.h>

static const char *const wards[] = {"Victoria",
                                    "Freshfield",
                                    "Kemp",
                                    "Emergency",
                                    "Bartlett",
                                    "Twyford",
                                    "Shawford",
                                    "Clarke",
                                    "Northbrook",
                                    "Wykeham",
                                    "Compton",
                                    "St Cross",
                                    "Clifton",
                                    "Colden"};
static const char *const clinics[] = {
    "Fracture", "Eye", "Antenatal", "Chest", "Diabetes", "Heart", "Skin", "Surgical"};

int64_t ward_place(int64_t ward)
{
    return 1 + BUILDINGS + ward;
}

int64_t ward_any(const struct trust *trust, struct dice *dice)
{
    return ward_place(dice_below(dice, trust->count[T_NURSE_UNIT]));
}

int64_t clinic_any(const struct trust *trust, struct dice *dice)
{
    int64_t units = trust->count[T_NURSE_UNIT];
    return ward_place(units + dice_below(dice, units));
}

int64_t building_of(int64_t place)
{
    return 1 + place % BUILDINGS;
}

bool place_is_ward(const struct trust *trust, int64_t place)
{
    return place >= ward_place(0) && place < ward_place(trust->count[T_NURSE_UNIT]);
}

bool place_is_clinic(const struct trust *trust, int64_t place)
{
    int64_t units = trust->count[T_NURSE_UNIT];
    return place >= ward_place(units) && place < ward_place(2 * units);
}

void place_name(const struct trust *trust, int64_t place, char *text, size_t size)
{
    enum {
        WARDS = sizeof wards / sizeof *wards,
        CLINICS = sizeof clinics / sizeof *clinics
    };
    int64_t number = place - ward_place(0);

    if (place == 0) {
        (void)snprintf(text, size, "Royal Southern County Hospital");
    } else if (place <= BUILDINGS) {
        (void)snprintf(text, size, "Block %c", (char)('A' + place - 1));
    } else if (place_is_ward(trust, place)) {
        (void)snprintf(
            text, size, "%s Ward %lld", wards[number % WARDS], (long long)(1 + number / WARDS));
    } else if (place_is_clinic(trust, place)) {
        number -= trust->count[T_NURSE_UNIT];
        (void)snprintf(text,
                       size,
                       "%s Clinic %lld",
                       clinics[number % CLINICS],
                       (long long)(1 + number / CLINICS));
    } else {
        (void)snprintf(text, size, "%s %lld", place % 5 == 0 ? "Bay" : "Bed", (long long)place);
    }
}
