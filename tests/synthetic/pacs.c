/* pacs.c — one study; the contract is in pacs.h. SPDX-License-Identifier: Apache-2.0 */
#include "pacs.h"

#include "calendar.h"
#include "encounters.h"

static const struct {
    const char *modality;
    const char *code;
    const char *description;
    const char *part;
} examinations[] = {
    {"CR", "XCHES", "XR Chest", "CHEST"},
    {"CR", "XHANL", "XR Hand, Left", "HAND"},
    {"CT", "CHEAD", "CT Head", "HEAD"},
    {"MR", "MKNER", "MR Knee, Right", "KNEE"},
    {"US", "UABDO", "US Abdomen", "ABDOMEN"},
    {"CR", "XPELV", "XR Pelvis & hips", "PELVIS"},
};

int64_t pacs_people(const struct trust *trust)
{
    return trust->count[T_PACS_PATIENT] * 10 / 11;
}

int64_t pacs_person(const struct trust *trust, int64_t patient)
{
    return person_at(trust, trust->combined + patient);
}

/* Studies that belong to orders; those of the outage come last: first those that nobody entered. */
void study_of(const struct trust *trust, int64_t index, struct study *study)
{
    struct dice dice = trust_dice(trust, T_PACS_STUDY, index);
    int64_t usual = trust->count[T_PACS_STUDY] - trust->outage_studies;
    int64_t sort = dice_below(&dice, sizeof examinations / sizeof *examinations);
    struct encounter encounter;

    *study = (struct study){.index = index,
                            .outage = index >= usual,
                            .modality = examinations[sort].modality,
                            .code = examinations[sort].code,
                            .description = examinations[sort].description,
                            .part = examinations[sort].part};
    if (study->outage) {
        study->back = outage_patient(trust, index - usual, trust->outage_studies);
        encounter_of(trust, back_encounter(trust, study->back), &encounter);
        study->patient = trust->quiet + study->back;
        study->orphan = index < usual + trust->outage_studies / 2;
        study->made = encounter.arrived + dice_below(&dice, trust->outage_end - encounter.arrived);
    } else {
        study->patient = dice_below(&dice, pacs_people(trust));
        encounter_of(trust, pacs_person(trust, study->patient), &encounter);
        study->made = outside_outage(trust, encounter.arrived + HOUR + dice_below(&dice, DAY / 4));
    }
    study->encounter = encounter.index;
    study->person = encounter.person;
    study->ward = encounter.ward;
    study->reported = study->made + HOUR + dice_below(&dice, DAY);
}
