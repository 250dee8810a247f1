/* fill_contact.c — where they live, how they are reached, their GP and their next of kin.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "people.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

/* "SO22 5DE": its district and the three behind the blank. */
static void postcode_parts(struct dice *dice, char district[8], char inward[4])
{
    static const char *const districts[] = {"SO21", "SO22", "SO23", "SO50"};
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";

    (void)snprintf(district, 8, "%s", districts[dice_below(dice, 4)]);
    inward[0] = (char)('1' + dice_below(dice, 9));
    inward[1] = letters[dice_below(dice, 20)];
    inward[2] = letters[dice_below(dice, 20)];
    inward[3] = '\0';
}

static void lower(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z') {
            *text = (char)(*text - 'A' + 'a');
        }
    }
}

static void fill_postcode(struct row *row, struct dice *dice, enum kind kind, int64_t which)
{
    static const char *const pseudo[] = {"ZZ99 3VZ", "ZZ99 3WZ", "ZZ99 3CZ"};
    static const char *const wrong[] = {"QX1 1AA", "SO22 5C", "NOT KNOWN", "SO22 9KV", "1SO 22D"};
    char district[8];
    char inward[4];

    postcode_parts(dice, district, inward);
    switch ((int)kind) {
    case D31:
        if (which % 3 == 0) {
            lower(district);
            lower(inward);
        }
        row_format(row, "ZIPCODE", which % 3 == 2 ? "%s  %s" : "%s%s", district, inward);
        return;
    case D32:
        if (which % 2 == 0) {
            row_format(row, "ZIPCODE", "%s O%s", district, inward + 1);
        } else {
            row_format(row, "ZIPCODE", "SO2I %s", inward);
        }
        return;
    case D33:
        row_text(row, "ZIPCODE", wrong[which % 5]);
        return;
    case D34:
        row_text(row, "ZIPCODE", pseudo[which % 3]);
        row_text(row, "COUNTRY", which % 3 == 2 ? "England" : "United Kingdom");
        return;
    default:
        row_format(row, "ZIPCODE", "%s %s", district, inward);
        return;
    }
}

static void fill_street(struct row *row, struct dice *dice, enum kind kind, int64_t which)
{
    int number = 1 + (int)dice_below(dice, 180);
    const char *street = word_any(WORDS_STREET, dice);
    const char *sort = word_any(WORDS_STREET_KIND, dice);

    if (kind == D35 && which % 2 == 0) {
        row_format(row, "STREET_ADDR", "Flat %d\r\n%d %s %s", number % 9 + 1, number, street, sort);
    } else if (kind == D35) {
        row_format(row, "STREET_ADDR", "%d | %s %s", number, street, sort);
    } else {
        row_format(row, "STREET_ADDR", "%d %s %s", number, street, sort);
    }
    row_text(row, "CITY", word_any(WORDS_TOWN, dice));
    row_text(row, "COUNTY", "Hampshire");
}

static void close_period(struct row *row, int64_t from, int64_t to)
{
    row_moment(row, "BEG_EFFECTIVE_DT_TM", from);
    row_moment(row, "END_EFFECTIVE_DT_TM", to);
}

static void fill_home(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_ADDRESS, index);
    int64_t which = 0;
    enum kind kind = dirt_at(&trust->dirt, HOMES, index, &which);

    if (kind != CLEAN) {
        row_note(row, kind);
    }
    row_text(
        row, "PARENT_ENTITY_NAME", kind == D38 ? (which % 2 == 0 ? "Person" : "person") : "PERSON");
    row_number(row,
               "PARENT_ENTITY_ID",
               kind == D39 ? INT64_C(9000000000) + which : trust_id(trust, T_PERSON, index));
    row_number(row, "ADDRESS_TYPE_CD", CODE_ADDRESS_HOME);
    row_number(row, "ADDRESS_TYPE_SEQ", 1);
    fill_postcode(row, &dice, kind, which);
    fill_street(row, &dice, kind, which);
    if (dice_percent(&dice, 30)) {
        row_moment(row, "END_EFFECTIVE_DT_TM", calendar_moment(2101, 1, 1, 0) - 1);
    }
    row_note(row, D36);
}

/* Of as many different people; a few are open, too. */
static void fill_old_home(const struct trust *trust, int64_t old, struct row *row)
{
    struct dice dice = trust_dice(trust, T_ADDRESS, trust->persons + old);
    int64_t which = 0;
    enum kind kind = dirt_at(&trust->dirt, OLD_HOMES, old, &which);

    row_text(row, "PARENT_ENTITY_NAME", "PERSON");
    row_number(row, "PARENT_ENTITY_ID", trust_id(trust, T_PERSON, 2 * old));
    row_number(row, "ADDRESS_TYPE_CD", CODE_ADDRESS_HOME);
    row_number(row, "ADDRESS_TYPE_SEQ", 1);
    fill_postcode(row, &dice, CLEAN, 0);
    fill_street(row, &dice, CLEAN, 0);
    if (kind == D37) {
        row_note(row, D37);
        row_note(row, D36);
    } else {
        close_period(row, calendar_moment(1995, 1, 1, 0), calendar_moment(1999, 12, 31, 0));
    }
}

/* Homes of everybody, former homes of half of them, and organizations. */
void fill_address(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t created = trust->live_from - 30 * DAY + index % 900 * HOUR / 2;

    row_housekeeping(trust, row, created, created);
    row_number(row, "ADDRESS_ID", trust_id(trust, T_ADDRESS, index));
    if (index < trust->persons) {
        fill_home(trust, index, row);
    } else if (index < trust->persons + trust->persons / 2) {
        fill_old_home(trust, index - trust->persons, row);
    } else {
        struct dice dice = trust_dice(trust, T_ADDRESS, index);
        row_text(row, "PARENT_ENTITY_NAME", "ORGANIZATION");
        row_number(row,
                   "PARENT_ENTITY_ID",
                   trust_id(trust, T_ORGANIZATION, index % trust->count[T_ORGANIZATION]));
        row_number(row, "ADDRESS_TYPE_CD", CODE_ADDRESS_BUSINESS);
        fill_postcode(row, &dice, CLEAN, 0);
        fill_street(row, &dice, CLEAN, 0);
        row_note(row, D36);
    }
}

/* Numbers that are kept free for films: 01632 960000 to 960999 and 07700 900000 to 900999. */
void fill_phone(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_PHONE, index);
    bool home = index < trust->persons;
    int64_t created = trust->live_from - 20 * DAY + index % 900 * HOUR / 2;

    row_housekeeping(trust, row, created, created);
    row_number(row, "PHONE_ID", trust_id(trust, T_PHONE, index));
    row_text(row, "PARENT_ENTITY_NAME", "PERSON");
    row_number(row, "PARENT_ENTITY_ID", trust_id(trust, T_PERSON, index % trust->persons));
    row_number(row, "PHONE_TYPE_CD", home ? CODE_PHONE_HOME : CODE_PHONE_MOBILE);
    row_number(row, "PHONE_TYPE_SEQ", 1);
    row_format(
        row, "PHONE_NUM", home ? "01632 960%03d" : "07700 900%03d", (int)dice_below(&dice, 1000));
}

/* The registered GP of everybody, then earlier ones. */
void fill_person_prsnl(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_PERSON_PRSNL_RELTN, index);
    int64_t created = trust->live_from - 10 * DAY + index % 800 * HOUR / 4;

    row_housekeeping(trust, row, created, created);
    row_number(row, "PERSON_PRSNL_RELTN_ID", trust_id(trust, T_PERSON_PRSNL_RELTN, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, index % trust->persons));
    row_number(row, "PERSON_PRSNL_R_CD", CODE_PCP);
    row_number(row, "PRSNL_PERSON_ID", prsnl_id(trust, dice_below(&dice, trust->count[T_PRSNL])));
    if (index >= trust->persons) {
        close_period(row, calendar_moment(1998, 4, 1, 0), calendar_moment(2003, 9, 30, 0));
    }
}

void fill_person_person(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_PERSON_PERSON_RELTN, index);
    int64_t created = trust->live_from - 5 * DAY + index % 800 * HOUR / 8;
    int64_t related = (index + 1 + dice_below(&dice, trust->persons - 1)) % trust->persons;

    row_housekeeping(trust, row, created, created);
    row_number(row, "PERSON_PERSON_RELTN_ID", trust_id(trust, T_PERSON_PERSON_RELTN, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, index));
    row_number(row, "RELATED_PERSON_ID", trust_id(trust, T_PERSON, related));
    row_number(row, "PERSON_RELTN_TYPE_CD", CODE_NOK);
    row_number(row,
               "PERSON_RELTN_CD",
               dice_percent(&dice, 50) ? CODE_RELATION_SPOUSE : CODE_RELATION_CHILD);
    row_number(row, "PRIORITY_SEQ", 1);
}
