/* microbiology.c — what grew, and what it is sensitive to; the contract is in microbiology.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "microbiology.h"

#include "codes.h"

/* A cycle of parents with so many children each. */
struct cycle {
    int parents;
    int before[6]; /* children before each, and all of them */
};

static const struct cycle isolates = {5, {0, 1, 2, 2, 4, 5}};      /* 1, 1, 0, 2, 1 */
static const struct cycle sensitivities = {4, {0, 6, 14, 18, 24}}; /* 6, 8, 4, 6 */

enum {
    ISOLATE_NUMBERS = 1000, /* M02: more than the platform's keys have room for */
    NO_ISOLATE = 100        /* M03: no culture has as many */
};

static int64_t children_before(const struct cycle *cycle, int64_t parent)
{
    return parent / cycle->parents * cycle->before[cycle->parents] +
           cycle->before[parent % cycle->parents];
}

static int64_t parent_of_child(const struct cycle *cycle, int64_t child, int *place)
{
    int children = cycle->before[cycle->parents];
    int rest = (int)(child % children);
    int parent = 0;

    while (cycle->before[parent + 1] <= rest) {
        parent++;
    }
    *place = rest - cycle->before[parent];
    return child / children * cycle->parents + parent;
}

int64_t isolates_before(int64_t culture)
{
    return children_before(&isolates, culture);
}

int64_t isolate_culture(int64_t isolate, int *place)
{
    return parent_of_child(&isolates, isolate, place);
}

int64_t sensitivities_before(int64_t isolate)
{
    return children_before(&sensitivities, isolate);
}

int64_t sensitivity_isolate(int64_t sensitivity, int *place)
{
    return parent_of_child(&sensitivities, sensitivity, place);
}

void isolate_of(const struct trust *trust, int64_t index, bool current, struct isolate *isolate)
{
    struct dice dice = trust_dice(trust, T_CE_MICROBIOLOGY, index);
    int64_t directed = isolates_before(trust->cultures_directed);
    int64_t which = 0;

    *isolate = (struct isolate){.kind = CLEAN};
    isolate->culture = isolate_culture(index, &isolate->place);
    isolate->number = 1 + isolate->place;
    isolate->organism =
        CODE_ORGANISM_E_COLI + dice_skewed(&dice, CODE_ORGANISM_RODS - CODE_ORGANISM_E_COLI);
    if (!current) {
        isolate->organism =
            isolate->organism < CODE_ORGANISM_S_AUREUS ? CODE_ORGANISM_RODS : CODE_ORGANISM_COCCI;
    } else if (index >= directed) {
        isolate->kind = dirt_at(&trust->dirt, ISOLATES, index - directed, &which);
    }
    if (isolate->kind == M01) {
        isolate->organism = which % 2 == 0 ? 0 : CODE_NOWHERE + which;
    } else if (isolate->kind == M02) {
        isolate->number += ISOLATE_NUMBERS;
    }
}

/* Of a text and the number beside it. */
struct concentration {
    const char *text;
    const char *numeric;
};

/* Some have none: how far it grew on a plate was measured. */
static struct concentration usual_concentration(int64_t result, struct dice *dice)
{
    static const char *const low[] = {"0.016", "0.03", "0.064", "0.125", "0.25", "0.5", "1"};
    static const char *const middle[] = {"2", "4", "8"};
    static const char *const high[] = {"16", "32", "64", "128", "256"};

    if (dice_percent(dice, 40)) {
        return (struct concentration){NULL, NULL};
    }
    const char *text = result < CODE_RESULT_INTERMEDIATE ? low[dice_below(dice, 7)]
                       : result < CODE_RESULT_RESISTANT  ? middle[dice_below(dice, 3)]
                                                         : high[dice_below(dice, 5)];
    return (struct concentration){text, text};
}

/* Two are as long as a floating-point number may be. */
static struct concentration odd_concentration(enum kind kind, int64_t which)
{
    static const struct concentration compared[] = {
        {"<=0.5", "0.5"}, {"<0.25", "0.25"}, {">=64", "64"}, {">128", "128"}};
    static const struct concentration numbers[] = {{NULL, "0.047"},
                                                   {NULL, "0.19"},
                                                   {NULL, "0.0078125"},
                                                   {NULL, "12.345678901234567"},
                                                   {NULL, "0.123456789012345"},
                                                   {NULL, "192"},
                                                   {NULL, "0.30000000000000004"},
                                                   {NULL, "0.003"}};
    static const struct concentration rounded[] = {{"16", "15.9"}, {"0.5", "0.48828125"}};

    switch ((int)kind) {
    case M06:
        return (struct concentration){"see note", NULL};
    case M07:
        return compared[which % 4];
    case M08:
        return numbers[which % 8];
    default:
        return rounded[which % 2];
    }
}

/* A code in words, or in one letter. */
static int64_t usual_result(int64_t isolate, struct dice *dice)
{
    bool letter = isolate % 3 == 2;

    if (dice_percent(dice, 70)) {
        return CODE_RESULT_SUSCEPTIBLE + isolate % 3;
    }
    return dice_percent(dice, 25) ? CODE_RESULT_INTERMEDIATE + letter
                                  : CODE_RESULT_RESISTANT + letter;
}

static void soil(struct sensitivity *sensitivity, int64_t which)
{
    struct concentration odd;

    switch ((int)sensitivity->kind) {
    case M03:
        sensitivity->number = NO_ISOLATE + sensitivity->isolate.place;
        return;
    case M04:
        sensitivity->antibiotic = which % 2 == 0 ? 0 : CODE_NOWHERE + which;
        return;
    case M05:
        sensitivity->result = CODE_RESULT_DOSE_DEPENDENT;
        return;
    case M06:
        sensitivity->result = 0;
        break;
    case M07:
    case M08:
    case M09:
        break;
    default:
        return;
    }
    odd = odd_concentration(sensitivity->kind, which);
    sensitivity->text = odd.text;
    sensitivity->numeric = odd.numeric;
}

void sensitivity_of(const struct trust *trust,
                    int64_t index,
                    bool current,
                    struct sensitivity *sensitivity)
{
    enum {
        ANTIBIOTICS = CODE_ANTIBIOTIC_BENZYLPENICILLIN + 1 - CODE_ANTIBIOTIC_AMOXICILLIN
    };
    struct dice dice = trust_dice(trust, T_CE_SUSCEPTIBILITY, index);
    int64_t directed = sensitivities_before(isolates_before(trust->cultures_directed));
    int64_t which = 0;

    *sensitivity = (struct sensitivity){.kind = CLEAN};
    int64_t isolate = sensitivity_isolate(index, &sensitivity->place);
    isolate_of(trust, isolate, current, &sensitivity->isolate);
    sensitivity->number = sensitivity->isolate.number;
    sensitivity->antibiotic =
        CODE_ANTIBIOTIC_AMOXICILLIN + (5 * isolate + sensitivity->place) % ANTIBIOTICS;
    sensitivity->result = usual_result(isolate, &dice);
    struct concentration usual = usual_concentration(sensitivity->result, &dice);
    sensitivity->text = usual.text;
    sensitivity->numeric = usual.numeric;
    if (current && index >= directed) {
        sensitivity->kind = dirt_at(&trust->dirt, SENSITIVITIES, index - directed, &which);
        soil(sensitivity, which);
    }
}
