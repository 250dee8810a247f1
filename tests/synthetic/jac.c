/* jac.c — drugs, prescriptions, doses; the contract is in jac.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "jac.h"

#include "calendar.h"

static const struct drug drugs[] = {
    {"D1203", "Bisoprolol fumarate", "Tablet", "2.5 mg", "02.04", "2.5", "mg", "Oral"},
    {"D0007", "Co-amoxiclav", "Injection", "1.2 g", "05.01.01.03", "1.2", "g", "Intravenous"},
    {"D0410", "Paracetamol", "Tablet", "500 mg", "04.07.01", "1", "g", "Oral"},
    {"D0733", "Morphine sulfate", "Injection", "10 mg/mL", "04.07.02", "5", "mg", "Subcutaneous"},
    {"D0912", "Beclometasone", "Inhaler", "100 µg", "03.02", "200", "microgram", "Inhaled"},
    {"D1144", "Furosemide", "Tablet", "40 mg", "02.02.02", "40", "mg", "Oral"},
    {"D1310",
     "Insulin \"Mixtard 30\"",
     "Cartridge",
     "3 mL",
     "06.01.01",
     "12",
     "unit",
     "Subcutaneous"},
    {"D1502", "Lactulose", "Solution", "3.35 g/5 mL", "01.06.04", "15", "mL", "Oral"},
};

static const struct drug levothyroxine = {
    "D1777", "Levothyroxine", "Tablet", "500 microgram", "06.02.01", "0.5", "mg", "Oral"};

const struct drug *jac_drug_any(struct dice *dice)
{
    return &drugs[dice_below(dice, sizeof drugs / sizeof *drugs)];
}

void prescription_of(const struct trust *trust, int64_t index, struct prescription *rx)
{
    struct dice dice = trust_dice(trust, T_JAC_PRESCRIPTION, index);
    int64_t days = (trust->as_of - trust->live_from) / DAY - 10;
    int64_t usual = trust->count[T_JAC_PRESCRIPTION] - trust->outage_prescriptions;

    *rx = (struct prescription){.kind = CLEAN};
    if (index >= usual) {
        int64_t length = trust->outage_end - trust->outage_start - 14 * HOUR;
        rx->patient = trust->quiet + index - usual;
        rx->start = london_of_utc(trust->outage_start + dice_below(&dice, length) / 60 * 60);
        rx->drug = jac_drug_any(&dice);
        return;
    }
    rx->kind = dirt_at(&trust->dirt, JAC_PRESCRIPTIONS, index, &rx->which);
    rx->patient = dice_below(&dice, trust->count[T_JAC_PATIENT]);
    rx->start = trust->live_from / DAY * DAY + (1 + dice_below(&dice, days)) * DAY +
                dice_below(&dice, 12) * HOUR + 8 * HOUR;
    rx->drug = rx->kind == D85 ? &levothyroxine : jac_drug_any(&dice);
}

void dose_of(const struct trust *trust, int64_t index, struct dose *dose)
{
    int64_t usual = trust->count[T_JAC_PRESCRIPTION] - trust->outage_prescriptions;
    bool first_of_outage = index / DOSES_EACH >= usual && index % DOSES_EACH == 0;

    prescription_of(trust, index / DOSES_EACH, &dose->rx);
    dose->due = dose->rx.start + (1 + index % DOSES_EACH) * 12 * HOUR;
    dose->given = dose->due + index % 50 * 60;
    dose->omitted = index % 23 == 0 && !first_of_outage;
}
