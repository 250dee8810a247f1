/* winpath.c — the laboratory: its tests, panels, samples and results; the contract is in winpath.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "winpath.h"

#include "calendar.h"
#include "codes.h"
#include "encounters.h"

#include <string.h>

/* The last four are no test's: they are what D60 has instead of a unit. */
static const char *const units[] = {"mmol/L",
                                    "umol/L",
                                    "g/dL",
                                    "10*9/L",
                                    "IU/L",
                                    "mg/L",
                                    "mu/L",
                                    "pmol/L",
                                    "fL",
                                    "%",
                                    "g/L",
                                    "10*12/L",
                                    "mmol/l",
                                    "Umol/L",
                                    "iu/l",
                                    "x10^9/L"};

static const struct lab_test tests[] = {
    {"NA", "Sodium", "mmol/L", 0, 133, 146, 0},
    {"K", "Potassium", "mmol/L", 0, 35, 53, 1},
    {"UREA", "Urea", "mmol/L", 0, 25, 78, 1},
    {"CREA", "Creatinine", "umol/L", 1, 60, 110, 0},
    {"BILI", "Total bilirubin", "umol/L", 1, 3, 21, 0},
    {"ALP", "Alkaline phosphatase", "IU/L", 4, 35, 104, 0},
    {"ALT", "Alanine transaminase", "IU/L", 4, 10, 45, 0},
    {"ALB", "Albumin", "g/L", 10, 35, 50, 0},
    {"CA", "Calcium", "mmol/L", 0, 220, 260, 2},
    {"PHOS", "Phosphate", "mmol/L", 0, 80, 150, 2},
    {"CRP", "C reactive protein", "mg/L", 5, 1, 10, 0},
    {"GLU", "Glucose", "mmol/L", 0, 35, 60, 1},
    {"HB", "Haemoglobin", "g/dL", 2, 115, 165, 1},
    {"WBC", "White cells", "10*9/L", 3, 40, 110, 1},
    {"PLT", "Platelets", "10*9/L", 3, 150, 400, 0},
    {"RBC", "Red cells", "10*12/L", 11, 380, 580, 2},
    {"MCV", "Mean cell volume", "fL", 8, 800, 1000, 1},
    {"HCT", "Haematocrit", "%", 9, 360, 480, 1},
    {"NEUT", "Neutrophils", "10*9/L", 3, 20, 75, 1},
    {"LYMP", "Lymphocytes", "10*9/L", 3, 15, 40, 1},
    {"TSH", "Thyroid stimulating hormone", "mu/L", 6, 27, 420, 2},
    {"FT4", "Free thyroxine", "pmol/L", 7, 120, 220, 1},
    {"CHOL", "Cholesterol", "mmol/L", 0, 30, 52, 1},
    {"HBA1", "Haemoglobin A1c", "%", 9, 40, 60, 1},
};

static const struct lab_panel panels[] = {
    {"UE", "Urea and electrolytes", "CC"},
    {"LFT", "Liver function", "CC"},
    {"BON", "Bone profile", "CC"},
    {"FBC", "Full blood count", "HA"},
    {"TFT", "Thyroid function", "CC"},
    {"GLUC", "Glucose", "CC"},
};

#define LAB_YEAR "08"

enum {
    TESTS = sizeof tests / sizeof *tests,
    PANELS = sizeof panels / sizeof *panels,
    FIVE_SAMPLES = 44,
    STREAM_RESULTS = 4200,
    TWO_YEARS = 730 * DAY
};

int winpath_orderables(void)
{
    return PANELS;
}

int winpath_resultables(void)
{
    return TESTS;
}

int lab_units(void)
{
    return sizeof units / sizeof *units;
}

const char *lab_unit(int number)
{
    return units[number];
}

const struct lab_test *lab_test_at(int number)
{
    return &tests[number];
}

const struct lab_panel *lab_panel_at(int number)
{
    return &panels[number];
}

/* Of five samples the first has 8 results and the others 9. */
int64_t winpath_results_before(int64_t sample)
{
    int64_t rest = sample % 5;
    return sample / 5 * FIVE_SAMPLES + (rest > 0 ? 9 * rest - 1 : 0);
}

int64_t winpath_sample_of(int64_t result, int *place)
{
    int64_t sample = result / FIVE_SAMPLES * 5;
    int64_t rest = result % FIVE_SAMPLES;

    sample += rest < 8 ? 0 : 1 + (rest - 8) / 9;
    *place = (int)(result - winpath_results_before(sample));
    return sample;
}

void decimal_write(int64_t number, int decimals, char *text, size_t size)
{
    char digits[24];
    size_t length = 0;

    for (int place = 0; number > 0 || place <= decimals; place++) {
        if (place == decimals && decimals > 0) {
            digits[length++] = '.';
        }
        digits[length++] = (char)('0' + number % 10);
        number /= 10;
    }
    size_t written = 0;
    while (length > 0 && written + 1 < size) {
        text[written++] = digits[--length];
    }
    text[written] = '\0';
}

/* "08U" and six digits. */
static void write_lab_no(int64_t number, char *text)
{
    memcpy(text, LAB_YEAR "U000000", sizeof LAB_YEAR "U000000");
    for (char *at = text + sizeof LAB_YEAR "U000000" - 2; number > 0 && *at != 'U'; at--) {
        *at = (char)('0' + number % 10);
        number /= 10;
    }
}

/* Samples that belong to orders; those of the outage come last: first those that nobody entered. */
void sample_of(const struct trust *trust, int64_t index, struct sample *sample)
{
    struct dice dice = trust_dice(trust, T_WINPATH_SAMPLE, index);
    int64_t usual = trust->count[T_WINPATH_SAMPLE] - trust->outage_samples;
    struct encounter encounter;

    *sample = (struct sample){.index = index, .outage = index >= usual};
    int64_t number = index;
    int64_t which = 0;
    bool reused = !sample->outage && dirt_at(&trust->dirt, WINPATH_SAMPLES, index, &which) == D80;
    if (reused) {
        number = dirt_clean_row(&trust->dirt, WINPATH_SAMPLES, which);
    }
    sample->panel[0] = (int)dice_below(&dice, PANELS);
    sample->panel[1] = (sample->panel[0] + 1 + (int)dice_below(&dice, PANELS - 1)) % PANELS;
    write_lab_no(number, sample->lab_no);
    sample->lims = reused ? "RN1-06" : "RN1-08";
    if (sample->outage) {
        sample->back = outage_patient(trust, index - usual, trust->outage_samples);
        encounter_of(trust, back_encounter(trust, sample->back), &encounter);
        sample->orphan = index < usual + trust->outage_samples / 2;
        sample->taken =
            encounter.arrived + dice_below(&dice, trust->outage_end - encounter.arrived);
    } else {
        encounter_of(trust,
                     dice_below(&dice, trust->count[T_ENCOUNTER] - trust->back_encounters),
                     &encounter);
        sample->taken =
            outside_outage(trust, encounter.arrived + HOUR + dice_below(&dice, DAY / 4)) -
            (reused ? TWO_YEARS : 0);
    }
    sample->encounter = encounter.index;
    sample->person = encounter.person;
    sample->ward = encounter.ward;
    sample->reported = sample->taken + HOUR + dice_below(&dice, 8 * HOUR);
}

void lab_result_of(const struct trust *trust, int64_t result, struct lab_result *out)
{
    struct dice dice = dice_of(trust->seed, STREAM_RESULTS, result);
    int place = 0;
    int64_t sample = winpath_sample_of(result, &place);
    struct dice first = dice_of(trust->seed, STREAM_RESULTS, -2 - sample);
    out->test = (int)((dice_below(&first, TESTS) + place) % TESTS);
    const struct lab_test *test = &tests[out->test];
    int64_t width = test->high - test->low;
    int64_t value = test->low + dice_below(&dice, width + 1);

    out->normalcy = CODE_NORMALCY_NORMAL;
    if (dice_percent(&dice, 8)) {
        value = test->high + 1 + dice_below(&dice, width);
        out->normalcy = CODE_NORMALCY_HIGH;
    } else if (dice_percent(&dice, 6)) {
        value = test->low > 1 ? test->low - 1 - dice_below(&dice, test->low / 2) : 0;
        out->normalcy = CODE_NORMALCY_LOW;
    }
    decimal_write(value, test->decimals, out->text, sizeof out->text);
    decimal_write(test->low, test->decimals, out->low, sizeof out->low);
    decimal_write(test->high, test->decimals, out->high, sizeof out->high);
}
