/* fill_person.c — PERSON and what is one to one with it, its names and its aliases.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "people.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

/* Midnight in London, as a database in UTC holds it. */
static int64_t midnight_utc(int64_t day)
{
    return day * DAY - (int64_t)london_midnight_hours(day) * HOUR;
}

static int64_t recorded_birth(const struct person *person)
{
    struct civil civil = calendar_civil(person->born * DAY);
    switch ((int)person->kind) {
    case D16:
        return calendar_day(civil.year, civil.day, civil.month);
    case D17:
    case C01:
        return calendar_day(2010 + (int)(person->which % 20), civil.month, 1 + civil.day % 28);
    case D18:
        return calendar_day(person->which % 2 == 0 ? 1800 : 1900, 1, 1);
    default:
        return person->born;
    }
}

static void fill_birth(struct row *row, const struct person *person)
{
    int64_t day = recorded_birth(person);
    int64_t utc = midnight_utc(day);

    row_moment(row, "BIRTH_DT_TM", utc);
    row_moment(row, "ABS_BIRTH_DT_TM", day * DAY);
    row_number(row, "BIRTH_PREC_FLAG", 0);
    if (utc != day * DAY) {
        row_note(row, D19);
    }
}

static void fill_codes(const struct trust *trust, struct row *row, const struct person *person)
{
    static const int ethnic[] = {CODE_ETHNIC_A,
                                 CODE_ETHNIC_A,
                                 CODE_ETHNIC_A,
                                 CODE_ETHNIC_A,
                                 CODE_ETHNIC_B,
                                 CODE_ETHNIC_C,
                                 CODE_ETHNIC_H,
                                 CODE_ETHNIC_M,
                                 CODE_ETHNIC_R,
                                 CODE_ETHNIC_Z,
                                 CODE_ETHNIC_99};
    struct dice dice = trust_dice(trust, T_PERSON, person->index);
    int64_t sex = person->female ? CODE_SEX_FEMALE : CODE_SEX_MALE;

    if (person->kind == D22) {
        sex = person->which % 2 == 0 ? 0 : CODE_NOWHERE;
    }
    row_number(row, "SEX_CD", sex);
    row_number(row,
               "ETHNIC_GRP_CD",
               person->kind == D23 ? CODE_RETIRED_ETHNIC + person->which % 10
                                   : ethnic[dice_below(&dice, sizeof ethnic / sizeof *ethnic)]);
    row_number(row,
               "MARITAL_TYPE_CD",
               dice_percent(&dice, 50) ? CODE_MARITAL_MARRIED : CODE_MARITAL_SINGLE);
    row_number(row, "LANGUAGE_CD", CODE_LANGUAGE_ENGLISH);
}

/* Upper case, letters only. */
static const char *key_of(struct row *row, const char *text, size_t size)
{
    char *key = row_room(row, size + 1);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c >= 'a' && c <= 'z') {
            c = (char)(c - 'a' + 'A');
        }
        if (c >= 'A' && c <= 'Z') {
            key[length++] = c;
        }
    }
    key[length] = '\0';
    return key;
}

/* NAME_LAST, and the columns that Millennium makes of it. An empty name is NULL. */
static void fill_name(struct row *row, const struct person *person)
{
    char *last = row_room(row, NAME_BYTES * 3);
    char *first = row_room(row, NAME_BYTES);
    size_t size = person_last_name(person, last, (size_t)NAME_BYTES * 3);

    memcpy(first, person->first, strlen(person->first) + 1);
    if (size == 0) {
        row_null(row, "NAME_LAST");
    } else {
        row_text_sized(row, "NAME_LAST", last, size);
    }
    row_text(row, "NAME_FIRST", first);
    row_text(row, "NAME_LAST_KEY", key_of(row, last, size));
    row_text(row, "NAME_FIRST_KEY", key_of(row, first, strlen(first)));
    if (person->kind != D28) {
        row_format(row,
                   row_has(row, "NAME_FULL") ? "NAME_FULL" : "NAME_FULL_FORMATTED",
                   "%s, %s",
                   last,
                   first);
    }
}

static void fill_stub(const struct trust *trust, int64_t stub, struct row *row)
{
    char *first = row_room(row, NAME_BYTES);
    char *last = row_room(row, NAME_BYTES);
    int64_t created = trust->live_from - 30 * DAY + stub % 1000 * HOUR;

    prsnl_name(trust, stub, first, last, NAME_BYTES);
    row_housekeeping(trust, row, created, created);
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, trust->persons + stub));
    row_number(row, "PERSON_TYPE_CD", CODE_PERSON_FREETEXT);
    row_moment(row, "CREATE_DT_TM", created);
    row_text(row, "NAME_LAST", last);
    row_text(row, "NAME_FIRST", first);
    row_format(row, "NAME_FULL_FORMATTED", "%s, %s", last, first);
    row_note(row, D12);
}

void fill_person(const struct trust *trust, int64_t index, struct row *row)
{
    struct person person;

    if (index >= trust->persons) {
        fill_stub(trust, index - trust->persons, row);
        return;
    }
    person_of(trust, index, &person);
    person_name(trust, &person);
    if (person.kind != CLEAN) {
        row_note(row, person.kind);
    }
    row_housekeeping(trust, row, person.registered, person.registered);
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, index));
    row_number(row, "PERSON_TYPE_CD", CODE_PERSON_PERSON);
    row_moment(row, "CREATE_DT_TM", person.registered);
    fill_birth(row, &person);
    fill_codes(trust, row, &person);
    fill_name(row, &person);
    row_format(row, "NAME_PHONETIC", "%c%-7d", person.last[0], (int)(index % 1000));
    row_note(row, D92);
    if (person.deceased) {
        row_number(row, "DECEASED_CD", CODE_DECEASED_YES);
        row_moment(row, "DECEASED_DT_TM", person.died);
        row_number(row, "DECEASED_DT_TM_PREC_FLAG", 1);
    } else {
        row_number(row, "DECEASED_CD", CODE_DECEASED_NO);
    }
    if (person.combined) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_COMBINED);
        row_note(row, D13);
    }
}

/* One current name of everybody, then earlier ones. */
void fill_person_name(const struct trust *trust, int64_t index, struct row *row)
{
    struct person person;
    bool current = index < trust->persons;

    person_of(trust,
              current ? index : person_at(trust, (index - trust->persons) * 7 % trust->persons),
              &person);
    person_name(trust, &person);
    row_housekeeping(trust, row, person.registered, person.registered);
    row_number(row, "PERSON_NAME_ID", trust_id(trust, T_PERSON_NAME, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, person.index));
    row_number(row,
               "NAME_TYPE_CD",
               current         ? CODE_NAME_CURRENT
               : person.female ? CODE_NAME_MAIDEN
                               : CODE_NAME_PREVIOUS);
    row_number(row, "NAME_TYPE_SEQ", 1);
    if (current) {
        fill_name(row, &person);
        row_text(row, "NAME_TITLE", person.female ? "Mrs" : "Mr");
        return;
    }
    struct dice dice = trust_dice(trust, T_PERSON_NAME, index);
    row_format(row,
               "NAME_LAST",
               "%s%s",
               word_any(WORDS_SURNAME_HEAD, &dice),
               word_any(WORDS_SURNAME_TAIL, &dice));
    char *first = row_room(row, NAME_BYTES);
    memcpy(first, person.first, strlen(person.first) + 1);
    row_text(row, "NAME_FIRST", first);
    row_moment(row, "END_EFFECTIVE_DT_TM", person.registered + 400 * DAY);
}

static void write_nhs(const struct trust *trust, struct row *row, int64_t alias, int64_t person)
{
    int64_t which = 0;
    enum kind kind = dirt_at(&trust->dirt, NHS_ALIASES, alias, &which);
    int64_t number = nhs_number_of(trust, person);
    int64_t other = 0;
    char digits[16];

    (void)snprintf(digits, sizeof digits, "%010lld", (long long)number);
    if (kind != CLEAN) {
        row_note(row, kind);
    }
    switch ((int)kind) {
    case D01:
        row_format(row, "ALIAS", "%.9s%d", digits, (int)((number + 1 + which % 9) % 10));
        return;
    case D02:
        for (other = number / 100 * 10; nhs_check_digit(other) != 10; other++) {
        }
        row_format(row, "ALIAS", "%lld%d", (long long)other, (int)(which % 10));
        return;
    case D03: {
        char between = which % 2 == 0 ? ' ' : '-';
        row_format(
            row, "ALIAS", "%.3s%c%.3s%c%s", digits, between, digits + 3, between, digits + 6);
        return;
    }
    case D04:
        row_format(row, "ALIAS", which % 2 == 0 ? "%.9s" : "%s0", digits);
        return;
    case D06:
        other = nhs_alias_place(trust, dirt_clean_row(&trust->dirt, NHS_ALIASES, which));
        row_format(row, "ALIAS", "%lld", (long long)nhs_number_of(trust, person_at(trust, other)));
        return;
    case D07:
        row_text(row,
                 "ALIAS",
                 which % 3 == 0   ? "0000000000"
                 : which % 3 == 1 ? "9999999999"
                                  : "1111111111");
        return;
    case D08:
        row_format(row,
                   "ALIAS",
                   "ZZ%c%c %03d %02d",
                   (char)('A' + which % 26),
                   (char)('A' + which / 26 % 26),
                   (int)(which % 1000),
                   (int)(which % 97));
        return;
    default:
        row_text(row, "ALIAS", memcpy(row_room(row, sizeof digits), digits, sizeof digits));
        return;
    }
}

/* A CHI number, born on the first to the ninth of a month: its zero is lost. */
static void write_chi(struct row *row, int64_t which)
{
    for (int64_t serial = 980 + which % 10;; serial++) {
        int64_t nine = (1 + which % 9) * 10000000 + (1 + which % 12) * 100000 +
                       (10 + which % 80) * 1000 + serial % 1000;
        int check = nhs_check_digit(nine);
        if (check < 10) {
            row_format(row, "ALIAS", "%lld%d", (long long)nine, check);
            return;
        }
    }
}

static void fill_nhs(const struct trust *trust, int64_t alias, struct row *row)
{
    int64_t which = 0;
    int64_t person = person_at(trust, nhs_alias_place(trust, alias));

    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, person));
    row_number(row, "PERSON_ALIAS_TYPE_CD", CODE_ALIAS_NHS);
    row_number(row, "ALIAS_POOL_CD", CODE_POOL_NHS);
    row_number(
        row, "PERSON_ALIAS_STATUS_CD", alias % 12 == 0 ? CODE_NHS_NOT_TRACED : CODE_NHS_VERIFIED);
    if (dirt_at(&trust->dirt, NHS_ALIASES, alias, &which) == D05) {
        row_note(row, D05);
        write_chi(row, which);
    } else {
        write_nhs(trust, row, alias, person);
    }
}

static void fill_mrn(const struct trust *trust, int64_t person, struct row *row)
{
    int64_t which = 0;
    enum kind kind = dirt_at(&trust->dirt, MRN_ALIASES, person, &which);
    long long number = 1000 + person;

    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, person));
    row_number(row, "PERSON_ALIAS_TYPE_CD", CODE_ALIAS_MRN);
    row_number(row, "ALIAS_POOL_CD", CODE_POOL_MRN);
    if (kind == D09) {
        row_note(row, D09);
        switch (which % 3) {
        case 0:
            row_format(row, "ALIAS", "h%07lld", number);
            break;
        case 1:
            row_format(row, "ALIAS", "H%07lld ", number);
            break;
        default:
            row_format(row, "ALIAS", "H%lld", number);
            break;
        }
    } else {
        row_format(row, "ALIAS", "H%07lld", number);
    }
    if (kind == D10) {
        row_note(row, D10);
        row_number(row, "ALIAS_POOL_CD", CODE_NOWHERE + 1);
    }
}

/* Hospital numbers of everybody, NHS numbers, second hospital numbers, the rest. */
void fill_person_alias(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t person = index;

    if (index < trust->persons) {
        fill_mrn(trust, index, row);
    } else if (index < trust->persons + trust->with_nhs) {
        fill_nhs(trust, index - trust->persons, row);
        person = person_at(trust, nhs_alias_place(trust, index - trust->persons));
    } else {
        int64_t rest = index - trust->persons - trust->with_nhs;
        bool second = rest < trust->persons / 20;
        person = rest * 11 % trust->persons;
        row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, person));
        row_number(row, "PERSON_ALIAS_TYPE_CD", second ? CODE_ALIAS_MRN : CODE_ALIAS_CMRN);
        row_number(row, "ALIAS_POOL_CD", second ? CODE_POOL_MRN : CODE_POOL_CMRN);
        row_format(row, "ALIAS", "%c%08lld", second ? 'W' : 'C', (long long)(rest + 7000));
    }
    int64_t created = trust->live_from - 40 * DAY + person % 3000 * HOUR / 10;
    row_housekeeping(trust, row, created, created);
    row_number(row, "PERSON_ALIAS_ID", trust_id(trust, T_PERSON_ALIAS, index));
}

void fill_person_patient(const struct trust *trust, int64_t index, struct row *row)
{
    struct person person;

    person_of(trust, index, &person);
    row_housekeeping(trust, row, person.registered, person.registered);
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, index));
    if (person.combined) {
        row_number(row, "ACTIVE_IND", 0);
        row_number(row, "ACTIVE_STATUS_CD", CODE_COMBINED);
    }
}
