/* fill_code.c — CODE_VALUE and its aliases: those that rows use, units, tests, panels and places,
 * then the many that are only there, and behind them the last ones of codes.def.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "people.h"
#include "places.h"
#include "winpath.h"

#include <string.h>

enum {
    RETIRED = 10,
    FILLER_SETS = 400,
    FILLER_SET_FIRST = 20000,
    DISPLAY_BYTES = 41
};

struct named_code {
    int64_t number;
    int set;
    const char *cdf;
    const char *display;
    const char *nhs;
};

static const struct named_code named[] = {
#define CODE(symbol, number, set, cdf, display, nhs) {number, set, cdf, display, nhs},
#define CODE_BEHIND(symbol, number, set, cdf, display, nhs)
#include "codes.def"
#undef CODE_BEHIND
#undef CODE
};

static const struct named_code behind[] = {
#define CODE(symbol, number, set, cdf, display, nhs)
#define CODE_BEHIND(symbol, number, set, cdf, display, nhs) {number, set, cdf, display, nhs},
#include "codes.def"
#undef CODE_BEHIND
#undef CODE
};

enum {
    NAMED = sizeof named / sizeof *named,
    BEHIND = sizeof behind / sizeof *behind
};

/* A run of code values of one set. */
struct run {
    int64_t count;
    int64_t number;
    int64_t step;
    int set;
    void (*describe)(const struct trust *trust, int64_t which, struct row *row);
};

static void describe_retired(const struct trust *trust, int64_t which, struct row *row)
{
    (void)trust;
    row_format(row, "DISPLAY", "Category %d of 1991", (int)which);
    row_number(row, "ACTIVE_IND", 0);
}

static void describe_unit(const struct trust *trust, int64_t which, struct row *row)
{
    (void)trust;
    row_text(row, "DISPLAY", lab_unit((int)which));
}

static void describe_test(const struct trust *trust, int64_t which, struct row *row)
{
    (void)trust;
    row_text(row, "DISPLAY", lab_test_at((int)which)->name);
}

static void describe_panel(const struct trust *trust, int64_t which, struct row *row)
{
    (void)trust;
    row_text(row, "DISPLAY", lab_panel_at((int)which)->name);
}

static void describe_place(const struct trust *trust, int64_t which, struct row *row)
{
    char *name = row_room(row, DISPLAY_BYTES);
    place_name(trust, which, name, DISPLAY_BYTES);
    row_text(row, "DESCRIPTION", name);
    row_text(row, "DISPLAY", name);
    if (place_is_ward(trust, which)) {
        row_format(row, "DISPLAY", "W%03lld", (long long)which);
    }
    row_text(row,
             "CDF_MEANING",
             which == 0                      ? "FACILITY"
             : which <= BUILDINGS            ? "BUILDING"
             : place_is_ward(trust, which)   ? "NURSEUNIT"
             : place_is_clinic(trust, which) ? "AMBULATORY"
             : which % 5 == 0                ? "ROOM"
                                             : "BED");
}

enum {
    RUNS = 5
};

static struct run run_at(const struct trust *trust, int number)
{
    switch (number) {
    case 0:
        return (struct run){RETIRED, CODE_RETIRED_ETHNIC, 1, 27, describe_retired};
    case 1:
        return (struct run){lab_units(), CODE_UNITS, 1, 54, describe_unit};
    case 2:
        return (struct run){winpath_resultables(), CODE_TESTS, 1, 72, describe_test};
    case 3:
        return (struct run){winpath_orderables(), CODE_ORDERABLES, 1, 200, describe_panel};
    default:
        return (struct run){trust->count[T_LOCATION], CODE_LOCATIONS, 2, 220, describe_place};
    }
}

int64_t code_filler_first(const struct trust *trust)
{
    int64_t first = NAMED;
    for (int i = 0; i < RUNS; i++) {
        first += run_at(trust, i).count;
    }
    return first;
}

int64_t code_values_behind(void)
{
    return BEHIND;
}

const char *code_nhs(int64_t number)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

    if (number >= CODE_RETIRED_ETHNIC && number < CODE_RETIRED_ETHNIC + RETIRED) {
        return digits[number - CODE_RETIRED_ETHNIC];
    }
    for (int i = 0; i < NAMED; i++) {
        if (named[i].number == number) {
            return named[i].nhs[0] == '\0' ? NULL : named[i].nhs;
        }
    }
    return NULL;
}

int64_t location_cd(int64_t location)
{
    return CODE_LOCATIONS + 2 * location;
}

int64_t prsnl_id(const struct trust *trust, int64_t prsnl)
{
    return trust_id(trust, T_PERSON, trust->persons + prsnl);
}

static int64_t filler_number(int64_t filler)
{
    return CODE_FILLERS + 2 * filler;
}

static int filler_set(int64_t filler)
{
    return FILLER_SET_FIRST + (int)(filler % FILLER_SETS) * 10;
}

static void describe_filler(const struct trust *trust, int64_t filler, struct row *row)
{
    int64_t which = 0;
    int64_t shown = filler;
    int64_t fillers = trust->dirt.order[CODE_VALUES].size;

    if (dirt_at(&trust->dirt, CODE_VALUES, filler, &which) == D77) {
        row_note(row, D77);
        do {
            shown = shown + FILLER_SETS < fillers ? shown + FILLER_SETS : shown % FILLER_SETS;
        } while (dirt_at(&trust->dirt, CODE_VALUES, shown, &which) == D77);
    }
    row_number(row, "CODE_VALUE", filler_number(filler));
    row_number(row, "CODE_SET", filler_set(filler));
    row_format(row, "DISPLAY", "Value %lld", (long long)shown);
}

static void fill_keys(struct row *row)
{
    int column = table_column(row->table, "DISPLAY");
    const struct value *display = row_value(row, column);
    char *key = row_room(row, display->size + 1);
    size_t length = 0;

    for (size_t i = 0; i < display->size; i++) {
        char c = display->bytes[i];
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            key[length++] = c;
        } else if (c >= 'a' && c <= 'z') {
            key[length++] = (char)(c - 'a' + 'A');
        }
    }
    if (row_value(row, table_column(row->table, "DESCRIPTION"))->kind == VALUE_NULL) {
        row_text_sized(row, "DESCRIPTION", display->bytes, display->size);
    }
    row_text_sized(row, "DISPLAY_KEY", key, length);
}

static void describe_named(const struct named_code *code, struct row *row)
{
    row_number(row, "CODE_VALUE", code->number);
    row_number(row, "CODE_SET", code->set);
    if (code->cdf[0] != '\0') {
        row_text(row, "CDF_MEANING", code->cdf);
    }
    row_text(row, "DISPLAY", code->display);
}

static void describe_code(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t fillers = trust->dirt.order[CODE_VALUES].size;

    if (index < NAMED) {
        describe_named(&named[index], row);
        return;
    }
    index -= NAMED;
    for (int i = 0; i < RUNS; i++) {
        struct run run = run_at(trust, i);
        if (index < run.count) {
            row_number(row, "CODE_VALUE", run.number + run.step * index);
            row_number(row, "CODE_SET", run.set);
            run.describe(trust, index, row);
            return;
        }
        index -= run.count;
    }
    if (index < fillers) {
        describe_filler(trust, index, row);
    } else {
        describe_named(&behind[index - fillers], row);
    }
}

void fill_code_value(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t created = trust->live_from - 120 * DAY;

    row_housekeeping(trust, row, created, created);
    row_moment(row, "BEGIN_EFFECTIVE_DT_TM", created);
    describe_code(trust, index, row);
    fill_keys(row);
}

/* Inbound, in lower case. */
void fill_code_alias(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    int64_t created = trust->live_from - 110 * DAY;
    int64_t fillers = trust->dirt.order[CODE_VALUES].size;
    int64_t shown = index;

    row_housekeeping(trust, row, created, created);
    row_number(row, "CONTRIBUTOR_SOURCE_CD", CODE_CONTRIBUTOR_WINPATH);
    if (dirt_at(&trust->dirt, CODE_ALIASES, index, &which) == D78) {
        row_note(row, D78);
        shown = dirt_clean_row(&trust->dirt, CODE_ALIASES, which);
    }
    row_number(row, "CODE_VALUE", filler_number(shown % fillers));
    row_number(row, "CODE_SET", filler_set(shown % fillers));
    row_format(row, "ALIAS", shown == index ? "al%06lld" : "AL%06lld", (long long)shown);
}

/* Outbound: national codes, then local ones. */
void fill_code_out(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t created = trust->live_from - 110 * DAY;
    int64_t national = 0;

    row_housekeeping(trust, row, created, created);
    row_number(row, "CONTRIBUTOR_SOURCE_CD", CODE_CONTRIBUTOR_NHS);
    for (int i = 0; i < NAMED; i++) {
        if (named[i].nhs[0] != '\0' && national++ == index) {
            row_number(row, "CODE_VALUE", named[i].number);
            row_number(row, "CODE_SET", named[i].set);
            row_text(row, "ALIAS", named[i].nhs);
            return;
        }
    }
    int64_t rest = index - national;
    if (rest < RETIRED) {
        row_number(row, "CODE_VALUE", CODE_RETIRED_ETHNIC + rest);
        row_number(row, "CODE_SET", 27);
        row_format(row, "ALIAS", "%d", (int)rest);
        return;
    }
    rest = (rest - RETIRED) % trust->dirt.order[CODE_VALUES].size;
    row_number(row, "CODE_VALUE", filler_number(rest));
    row_number(row, "CODE_SET", filler_set(rest));
    row_format(row, "ALIAS", "N%lld", (long long)rest);
}
