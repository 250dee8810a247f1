/* fill_organization.c — organizations, places and staff. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "people.h"
#include "places.h"
#include "words.h"

enum {
    PRACTICE_FIRST = 82001
};

static int64_t before_live(const struct trust *trust, int64_t index)
{
    return trust->live_from - 90 * DAY + index % 500 * HOUR;
}

/* The trust itself, then practices. */
void fill_organization(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_ORGANIZATION, index);

    row_housekeeping(trust, row, before_live(trust, index), before_live(trust, index));
    row_number(row, "ORGANIZATION_ID", trust_id(trust, T_ORGANIZATION, index));
    if (index == 0) {
        row_text(row, "ORG_NAME", "Royal Southern County NHS Trust");
    } else {
        row_format(row,
                   "ORG_NAME",
                   "%s%s Surgery",
                   word_any(WORDS_SURNAME_HEAD, &dice),
                   word_any(WORDS_SURNAME_TAIL, &dice));
    }
}

void fill_organization_alias(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    int64_t all = trust->count[T_ORGANIZATION];
    enum kind kind = dirt_at(&trust->dirt, ORG_ALIASES, index, &which);

    row_housekeeping(trust, row, before_live(trust, index), before_live(trust, index));
    row_number(row, "ORGANIZATION_ALIAS_ID", trust_id(trust, T_ORGANIZATION_ALIAS, index));
    row_number(row, "ORGANIZATION_ID", trust_id(trust, T_ORGANIZATION, index % all));
    row_number(row, "ORG_ALIAS_TYPE_CD", CODE_ORG_ALIAS_ODS);
    row_number(row, "ALIAS_POOL_CD", CODE_POOL_ODS);
    if (kind == D75) {
        row_note(row, D75);
    }
    if (kind == D75 && which % 2 == 0) {
        row_text(row, "ALIAS", "V81999");
    } else if (index == 0) {
        row_text(row, "ALIAS", "RN1");
    } else {
        row_format(row,
                   "ALIAS",
                   "%c%05lld",
                   index < all ? 'J' : 'K',
                   (long long)((PRACTICE_FIRST + index) % 100000));
    }
    if (kind == D75 && which % 2 == 1) {
        row_moment(row, "END_EFFECTIVE_DT_TM", calendar_moment(2004, 3, 31, 0));
    }
}

void fill_location(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t type = index == 0                      ? CODE_LOCATION_FACILITY
                   : index <= BUILDINGS            ? CODE_LOCATION_BUILDING
                   : place_is_ward(trust, index)   ? CODE_LOCATION_NURSEUNIT
                   : place_is_clinic(trust, index) ? CODE_LOCATION_AMBULATORY
                   : index % 5 == 0                ? CODE_LOCATION_ROOM
                                                   : CODE_LOCATION_BED;

    row_housekeeping(trust, row, before_live(trust, index), before_live(trust, index));
    row_number(row, "LOCATION_CD", location_cd(index));
    row_number(row, "LOCATION_TYPE_CD", type);
    row_number(row, "ORGANIZATION_ID", trust_id(trust, T_ORGANIZATION, 0));
}

void fill_nurse_unit(const struct trust *trust, int64_t index, struct row *row)
{
    row_housekeeping(trust, row, before_live(trust, index), before_live(trust, index));
    row_number(row, "LOCATION_CD", location_cd(ward_place(index)));
    row_number(row, "LOC_BUILDING_CD", location_cd(building_of(ward_place(index))));
    row_number(row, "LOC_FACILITY_CD", location_cd(0));
}

/* The persons of staff are the first stubs. */
void fill_prsnl(const struct trust *trust, int64_t index, struct row *row)
{
    char *first = row_room(row, NAME_BYTES);
    char *last = row_room(row, NAME_BYTES);

    prsnl_name(trust, index, first, last, NAME_BYTES);
    row_housekeeping(trust, row, before_live(trust, index), before_live(trust, index));
    row_number(row, "PERSON_ID", prsnl_id(trust, index));
    row_text(row, "NAME_FIRST", first);
    row_text(row, "NAME_LAST", last);
    row_format(row, "NAME_FULL_FORMATTED", "%s, %s", last, first);
    row_format(row, "USERNAME", "U%06lld", (long long)index);
    row_format(row, "EMAIL", "u%06lld@example.invalid", (long long)index);
    row_number(row, "PHYSICIAN_IND", index % 3 == 0);
    row_number(row, "POSITION_CD", index % 3 == 0 ? CODE_POSITION_CONSULTANT : CODE_POSITION_NURSE);
    row_number(row, "PRSNL_TYPE_CD", CODE_PRSNL_TYPE);
    row_moment(row, "CREATE_DT_TM", before_live(trust, index));
}

/* A GMC number of each, then GMP codes. */
void fill_prsnl_alias(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    int64_t all = trust->count[T_PRSNL];
    bool gmc = index < all;
    char code[16];

    if (gmc) {
        gmc_write(index, code, sizeof code);
    } else {
        gmp_write(index - all, code, sizeof code);
    }
    row_housekeeping(trust, row, before_live(trust, index), before_live(trust, index));
    row_number(row, "PRSNL_ALIAS_ID", trust_id(trust, T_PRSNL_ALIAS, index));
    row_number(row, "PERSON_ID", prsnl_id(trust, index % all));
    row_number(row, "PRSNL_ALIAS_TYPE_CD", gmc ? CODE_PRSNL_DOCTOR_NBR : CODE_PRSNL_GMP);
    row_number(row, "ALIAS_POOL_CD", CODE_POOL_GMC);
    if (dirt_at(&trust->dirt, PRSNL_ALIASES, index, &which) != D74) {
        row_format(row, "ALIAS", "%s", code);
        return;
    }
    row_note(row, D74);
    if (gmc) {
        row_format(row, "ALIAS", "C%s", code + 2);
    } else {
        row_format(
            row, "ALIAS", "%.7s%c", code, (char)('0' + (code[7] - '0' + 1 + which % 9) % 10));
    }
}
