/* people.c — who they are; the contract is in people.h. SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

#include "calendar.h"
#include "encounters.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

enum {
    STREAM_PEOPLE = 4000,
    STREAM_NAMES = 4003,
    STREAM_NHS = 4001,
    STREAM_PRSNL = 4002,
    NHS_NUMBERS = 899990, /* nine of each ten stems, without those of 9999999999 */
    NHS_STEM = 999000000,
    DECEASED_PERCENT = 26 /* of those who are no patients of the pharmacy: 14 of all */
};

/* Percent of people under 10, 20, … years: England's, about. */
static const int ages[] = {12, 25, 38, 52, 67, 79, 89, 96, 100};

/* Twice as many as there were are born in the years without winter time. */
static int64_t birth_day(struct dice *dice)
{
    if (dice_percent(dice, 4)) {
        int64_t first = calendar_day(1968, 10, 27);
        return first + dice_below(dice, calendar_day(1971, 11, 1) - first);
    }
    int64_t percent = dice_below(dice, 100);
    int decade = 0;
    while (ages[decade] <= percent) {
        decade++;
    }
    int64_t days = decade * INT64_C(3652) + dice_below(dice, 3652);
    return calendar_day(2007, 2, 1) - days;
}

/* Day and month that are a date the other way round, too. */
static int64_t swappable(int64_t born)
{
    struct civil civil = calendar_civil(born * DAY);
    int day = civil.day % 12 + 1;
    if (day == civil.month) {
        day = day % 12 + 1;
    }
    return calendar_day(civil.year, civil.month, day);
}

static void choose_birth(struct person *person, struct dice *dice)
{
    person->born = birth_day(dice);
    if (person->kind == D16) {
        person->born = swappable(person->born);
    } else if (person->kind == D21) {
        person->born -= 5 * 366;
    } else if (person->kind == V01 && person->which % 5 == 3) {
        person->born = calendar_day(1948 + 4 * (int)(person->which % 10), 2, 29);
    } else if (person->kind == V01 && person->which % 5 == 4) {
        person->born = calendar_day(1901, 1 + (int)(person->which % 12), 17);
    }
}

static void choose_death(const struct trust *trust, struct person *person, struct dice *dice)
{
    bool may_die = person->place >= trust->combined + trust->count[T_JAC_PATIENT] &&
                   person->kind != D17 && person->kind != C01;
    bool dies = dice_percent(dice, DECEASED_PERCENT);
    int64_t from = trust->live_from + 90 * DAY;
    int64_t at = from + dice_below(dice, trust->as_of - DAY - from);
    int64_t before = 31 * DAY + dice_below(dice, 170 * DAY);

    person->died = at;
    person->deceased = (may_die && dies) || person->kind == D20 || person->kind == D21;
    if (person->kind == D20) {
        person->died = person->born * DAY - before;
    } else if (person->kind == D21) {
        person->died = encounter_arrival(trust, person->index, trust->as_of) - before;
    }
}

static void surname(struct dice *dice, char *text, size_t size)
{
    const char *head = word_any(WORDS_SURNAME_HEAD, dice);
    const char *tail = word_any(WORDS_SURNAME_TAIL, dice);
    int64_t shape = dice_below(dice, 100);

    if (shape < 4) {
        (void)snprintf(text,
                       size,
                       "%s%s-%s%s",
                       head,
                       tail,
                       word_any(WORDS_SURNAME_HEAD, dice),
                       word_any(WORDS_SURNAME_TAIL, dice));
    } else {
        const char *before = shape < 7 ? "O'" : shape < 9 ? "Mc" : shape < 10 ? "de " : "";
        (void)snprintf(text, size, "%s%s%s", before, head, tail);
    }
}

static void odd_name(struct person *person)
{
    static const char *const names[] = {"Ng", "Null", "van der Berg de la Haye"};
    if (person->which % 5 < 3) {
        (void)snprintf(person->last, sizeof person->last, "%s", names[person->which % 5]);
    }
}

void person_of(const struct trust *trust, int64_t index, struct person *person)
{
    struct dice dice = dice_of(trust->seed, STREAM_PEOPLE, index);

    person->index = index;
    person->kind = dirt_at(&trust->dirt, PEOPLE, index, &person->which);
    person->place =
        person->kind == CLEAN ? person->which : trust->dirt.start[person->kind] + person->which;
    int64_t undone = 2 * trust->chains + 2;
    person->undone = person->place >= undone && person->place < undone + trust->undone;
    person->combined = person->place < trust->combined && !person->undone;
    person->female = dice_percent(&dice, 51);
    choose_birth(person, &dice);
    choose_death(trust, person, &dice);
    int64_t registered = calendar_day(2000, 1, 1) + dice_below(&dice, 2600);
    person->registered = (registered < person->born ? person->born : registered) * DAY + 9 * HOUR;
}

void person_name(const struct trust *trust, struct person *person)
{
    struct dice dice = dice_of(trust->seed, STREAM_NAMES, person->index);

    (void)snprintf(person->first,
                   sizeof person->first,
                   "%s",
                   word_any(person->female ? WORDS_GIRL : WORDS_BOY, &dice));
    surname(&dice, person->last, sizeof person->last);
    if (person->kind == V01) {
        odd_name(person);
    }
}

/* ASCII only: what a system of 2005 does. */
static void to_capitals(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'a' && *text <= 'z') {
            *text = (char)(*text - 'a' + 'A');
        }
    }
}

size_t person_last_name(const struct person *person, char *text, size_t size)
{
    static const char *const tests[] = {"ZZTEST", "DUMMY", "XXTESTPATIENT"};
    static const char *const blanks[] = {"", " ", "."};
    int length = 0;

    switch ((int)person->kind) {
    case D24:
        length = snprintf(text, size, "%s", tests[person->which % 3]);
        break;
    case D26:
        length = snprintf(text, size, "Oâ€™%s", person->last);
        break;
    case D27:
        length = snprintf(text, size, "O\xc2\x92%s", person->last);
        break;
    case D28:
        length = snprintf(text, size, "O#%s", person->last);
        text[1] = '\0';
        break;
    case D29:
    case C01:
        length = snprintf(text, size, "%s", blanks[person->which % 3]);
        break;
    case D30:
        length = snprintf(text, size, "%s, %s", person->last, person->first);
        break;
    default:
        length = snprintf(text, size, "%s", person->last);
        if (person->kind == D25) {
            to_capitals(text);
        }
        break;
    }
    return (size_t)length;
}

void mrn_write(int64_t person, char *text, size_t size)
{
    (void)snprintf(text, size, "H%07lld", (long long)(1000 + person));
}

/* The few without one: those combined away, and some patients of the pharmacy. */
static struct span without_nhs(const struct trust *trust)
{
    int64_t end = trust->combined + trust->count[T_JAC_PATIENT];
    return (struct span){.from = end - (trust->persons - trust->with_nhs - trust->combined),
                         .to = end};
}

int64_t nhs_alias_of(const struct trust *trust, int64_t place)
{
    struct span without = without_nhs(trust);
    if (place < trust->combined || (place >= without.from && place < without.to)) {
        return -1;
    }
    return place < without.from ? place - trust->combined
                                : place - trust->combined - (without.to - without.from);
}

int64_t nhs_alias_place(const struct trust *trust, int64_t alias)
{
    struct span without = without_nhs(trust);
    int64_t place = alias + trust->combined;
    return place < without.from ? place : place + (without.to - without.from);
}

int nhs_check_digit(int64_t nine)
{
    int64_t sum = 0;
    for (int weight = 2; weight <= 10; weight++) {
        sum += nine % 10 * weight;
        nine /= 10;
    }
    return (int)((11 - sum % 11) % 11);
}

int64_t nhs_number_of(const struct trust *trust, int64_t person)
{
    struct permutation order = permutation_of(trust->seed, STREAM_NHS, NHS_NUMBERS);
    int64_t number = permutation_at(&order, person);
    int64_t stem = NHS_STEM + number / 9 * 10;

    for (int64_t skip = number % 9;; stem++) {
        int check = nhs_check_digit(stem);
        if (check == 10) {
            continue;
        }
        if (skip-- == 0) {
            return stem * 10 + check;
        }
    }
}

void gmc_write(int64_t prsnl, char *text, size_t size)
{
    (void)snprintf(text, size, "C9%06lld", (long long)(100000 + prsnl));
}

/* d1 + 3 d2 + 7 d3 + d4 + 3 d5 + 7 d6, of which the units count. */
void gmp_write(int64_t prsnl, char *text, size_t size)
{
    static const int weights[] = {7, 3, 1, 7, 3, 1};
    int64_t six = 900000 + prsnl % 100000;
    int64_t sum = 0;
    int64_t rest = six;
    for (int i = 0; i < 6; i++) {
        sum += rest % 10 * weights[i];
        rest /= 10;
    }
    (void)snprintf(text, size, "G%06lld%lld", (long long)six, (long long)(sum % 10));
}

void prsnl_name(const struct trust *trust, int64_t prsnl, char *first, char *last, size_t size)
{
    struct dice dice = dice_of(trust->seed, STREAM_PRSNL, prsnl);
    (void)snprintf(
        first, size, "%s", word_any(dice_percent(&dice, 50) ? WORDS_GIRL : WORDS_BOY, &dice));
    surname(&dice, last, size);
}
