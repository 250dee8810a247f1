/* test_rows.c — the hospital that does not exist, row by row: each is the same alone and among the
 * others, another seed makes other ones in the same numbers, dirt is spread as it says, and numbers
 * and clocks are what they look like. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "microbiology.h"
#include "nomenclature.h"
#include "people.h"
#include "winpath.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    PERSONS = 1000,
    STEP = 97 /* of rows that are made alone */
};

static struct trust trust;
static struct table *tables;
static struct row *among;
static struct row *alone;

static void setup(void)
{
    trust_init(&trust, 2008, PERSONS);
    tables = schema_create();
    among = malloc(sizeof *among);
    alone = malloc(sizeof *alone);
    ck_assert(among != NULL && alone != NULL);
}

static void teardown(void)
{
    free(tables);
    free(among);
    free(alone);
}

static bool values_equal(const struct value *a, const struct value *b)
{
    return a->kind == b->kind && a->integer == b->integer && a->size == b->size &&
           (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static bool rows_equal(const struct row *a, const struct row *b)
{
    for (int i = 0; i < a->table->count; i++) {
        if (!values_equal(&a->values[i], &b->values[i])) {
            return false;
        }
    }
    return a->note_count == b->note_count &&
           memcmp(a->notes, b->notes, sizeof *a->notes * (size_t)a->note_count) == 0;
}

START_TEST(a_row_alone_is_the_row_of_the_whole)
{
    for (int number = 0; number < TABLES; number++) {
        struct table *table = &tables[number];
        row_begin(among, table);
        for (int64_t i = table->zero_row ? -1 : 0; i < trust.count[number]; i++) {
            trust_fill(&trust, i, among);
            if (i % STEP == 0 || i < 0 || i + 1 == trust.count[number]) {
                row_begin(alone, table);
                trust_fill(&trust, i, alone);
                ck_assert_msg(rows_equal(among, alone), "%s, row %lld", table->name, (long long)i);
            }
            row_reset(among);
        }
    }
}
END_TEST

START_TEST(keys_ascend)
{
    for (int number = 0; number < TABLES; number++) {
        int64_t last = 0;
        for (int64_t i = 0; i < 1000; i++) {
            int64_t id = trust_id(&trust, (enum table_number)number, i);
            ck_assert_int_gt(id, last);
            last = id;
        }
    }
}
END_TEST

START_TEST(another_seed_makes_others_in_the_same_numbers)
{
    struct trust other;
    struct table *person = &tables[T_PERSON];
    int different = 0;

    trust_init(&other, 2009, PERSONS);
    ck_assert_mem_eq(other.count, trust.count, sizeof trust.count);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        ck_assert_int_eq(trust_planned(&other, kind), trust_planned(&trust, kind));
    }
    for (int64_t i = 0; i < PERSONS; i++) {
        row_begin(among, person);
        trust_fill(&trust, i, among);
        row_begin(alone, person);
        trust_fill(&other, i, alone);
        different += !rows_equal(among, alone);
    }
    ck_assert_int_gt(different, PERSONS * 9 / 10);
}
END_TEST

START_TEST(an_order_has_every_place_once)
{
    static const int64_t sizes[] = {1, 2, 3, 16, 17, 1000, 65537};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct permutation order = permutation_of(7, s, sizes[s]);
        bool *seen = calloc((size_t)sizes[s], sizeof *seen);
        ck_assert_ptr_nonnull(seen);
        for (int64_t i = 0; i < sizes[s]; i++) {
            int64_t place = permutation_at(&order, i);
            ck_assert(place >= 0 && place < sizes[s] && !seen[place]);
            ck_assert_int_eq(permutation_find(&order, place), i);
            seen[place] = true;
        }
        free(seen);
    }
}
END_TEST

START_TEST(each_kind_has_its_share)
{
    int64_t found[KINDS + 1] = {0};
    int64_t which = 0;

    for (enum domain domain = NOWHERE + 1; domain < DOMAINS; domain++) {
        for (int64_t i = 0; i < trust.dirt.order[domain].size; i++) {
            enum kind kind = dirt_at(&trust.dirt, domain, i, &which);
            found[kind]++;
            if (kind != CLEAN) {
                ck_assert_int_eq(dirt_row(&trust.dirt, kind, which), i);
            }
        }
    }
    for (enum kind kind = 0; kind < KINDS; kind++) {
        if (kind_facts[kind].domain != NOWHERE) {
            ck_assert_int_eq(found[kind], trust.dirt.count[kind]);
        }
    }
}
END_TEST

/* A hundred thousand people: the rates to the row. */
START_TEST(rates_of_a_large_hospital)
{
    static const struct {
        enum kind kind;
        int64_t count;
    } wanted[] = {{D01, 615},   {D03, 8200},   {D18, 480},    {D25, 36000},   {D31, 9900},
                  {D47, 10880}, {D52, 114300}, {D53, 1080},   {D54, 1175000}, {D55, 300},
                  {D57, 36000}, {D63, 90},     {D67, 14400},  {D71, 16875},   {D78, 20},
                  {D79, 19800}, {D82, 1000},   {D83, 210000}, {D84, 84000},   {D89, 1380},
                  {O05, 1500},  {O06, 45},     {O07, 2000},   {O08, 5600},    {O09, 140},
                  {O10, 1000},  {O11, 500},    {D12, 20000},  {D14A, 150},    {D15, 50},
                  {M01, 500},   {M02, 25},     {M03, 300},    {M07, 30000},   {M08, 22500}};

    trust_init(&trust, 1, 100000);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        ck_assert_msg(trust_planned(&trust, wanted[i].kind) == wanted[i].count,
                      "%s: %lld",
                      kind_facts[wanted[i].kind].name,
                      (long long)trust_planned(&trust, wanted[i].kind));
    }
    ck_assert_int_eq(trust.culture_rows, 6000000);
    ck_assert_int_eq(trust.count[T_CLINICAL_EVENT], 6025000);
    ck_assert_int_eq(trust.count[T_CE_MICROBIOLOGY], 25000);
    ck_assert_int_eq(trust.count[T_CE_SUSCEPTIBILITY], 150000);
    ck_assert_int_eq(trust.count[T_WINPATH_RESULT], 2200000);
    ck_assert_int_eq(trust.count[T_CE_BLOB], 150000);
}
END_TEST

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

START_TEST(nhs_numbers_are_valid_different_and_nobodys)
{
    static int64_t numbers[20000];
    enum {
        COUNT = sizeof numbers / sizeof *numbers
    };

    for (int i = 0; i < COUNT; i++) {
        numbers[i] = nhs_number_of(&trust, i);
        ck_assert_int_eq(numbers[i] / 10000000, 999);
        ck_assert_int_eq(nhs_check_digit(numbers[i] / 10), numbers[i] % 10);
        ck_assert_int_ne(numbers[i], INT64_C(9999999999));
    }
    qsort(numbers, COUNT, sizeof *numbers, compare);
    for (int i = 1; i < COUNT; i++) {
        ck_assert_int_ne(numbers[i], numbers[i - 1]);
    }
    ck_assert_int_eq(nhs_check_digit(943476591), 9);
    ck_assert_int_eq(nhs_check_digit(123456789), 10);
    ck_assert_int_eq(nhs_check_digit(999000005), 0);
}
END_TEST

START_TEST(places_and_aliases_find_each_other)
{
    int64_t without = 0;

    for (int64_t place = 0; place < PERSONS; place++) {
        int64_t alias = nhs_alias_of(&trust, place);
        if (alias < 0) {
            without++;
        } else {
            ck_assert_int_lt(alias, trust.with_nhs);
            ck_assert_int_eq(nhs_alias_place(&trust, alias), place);
        }
    }
    ck_assert_int_eq(without, PERSONS - trust.with_nhs);
}
END_TEST

START_TEST(check_digits_of_snomed)
{
    ck_assert(sctid_valid(INT64_C(999990011000001105)));
    ck_assert(!sctid_valid(INT64_C(999990011000001152)));
    ck_assert(sctid_valid(22298006));
    ck_assert(sctid_valid(sctid(90000123, false)));
    ck_assert_int_eq(sctid(99999001, true) / 10, INT64_C(99999001100000010));
}
END_TEST

START_TEST(clocks_of_london)
{
    static const struct {
        int year;
        int month;
        int day;
        int hours;
    } midnights[] = {{1915, 7, 1, 0},
                     {1941, 7, 1, 2},
                     {1941, 12, 25, 1},
                     {1965, 1, 1, 0},
                     {1968, 10, 27, 1},
                     {1970, 1, 14, 1},
                     {1971, 10, 31, 1},
                     {1971, 11, 1, 0},
                     {2008, 3, 30, 0},
                     {2008, 3, 31, 1},
                     {2008, 10, 26, 1},
                     {2008, 10, 27, 0}};

    for (size_t i = 0; i < sizeof midnights / sizeof *midnights; i++) {
        int64_t day = calendar_day(midnights[i].year, midnights[i].month, midnights[i].day);
        ck_assert_int_eq(london_midnight_hours(day), midnights[i].hours);
    }
    int64_t spring = calendar_moment(2008, 3, 30, 1);
    ck_assert_int_eq(london_of_utc(spring - 1), spring - 1);
    ck_assert_int_eq(london_of_utc(spring), spring + HOUR);
    int64_t autumn = calendar_moment(2008, 10, 26, 1);
    ck_assert_int_eq(london_of_utc(autumn - 1), autumn - 1 + HOUR);
    ck_assert_int_eq(london_of_utc(autumn), autumn);
    ck_assert_int_eq(utc_of_london(calendar_moment(2008, 6, 5, 9)), trust.outage_start);
}
END_TEST

START_TEST(days_count_and_are_written)
{
    char text[MOMENT_TEXT];

    for (int64_t day = calendar_day(1600, 1, 1); day < calendar_day(2105, 1, 1); day++) {
        struct civil civil = calendar_civil(day * DAY + 3661);
        ck_assert_int_eq(calendar_day(civil.year, civil.month, civil.day), day);
        ck_assert_int_eq(civil.hour * 10000 + civil.minute * 100 + civil.second, 10101);
    }
    (void)moment_write(calendar_moment(1753, 1, 3, 0), FORM_ISO, text);
    ck_assert_str_eq(text, "1753-01-03 00:00:00");
    (void)moment_write(calendar_moment(2008, 6, 5, 9) + 62, FORM_MONTH, text);
    ck_assert_str_eq(text, "05-JUN-2008 09:01:02");
    (void)moment_write(calendar_moment(2008, 6, 5, 9), FORM_ISO_MILLIS, text);
    ck_assert_str_eq(text, "2008-06-05 09:00:00.000");
    ck_assert_int_eq(calendar_weekday(calendar_day(2008, 6, 5)), 3);
}
END_TEST

START_TEST(results_belong_to_their_samples)
{
    int64_t result = 0;

    for (int64_t sample = 0; sample < 1000; sample++) {
        ck_assert_int_eq(winpath_results_before(sample), result);
        for (int i = 0; result < winpath_results_before(sample + 1); i++, result++) {
            int place = -1;
            ck_assert_int_eq(winpath_sample_of(result, &place), sample);
            ck_assert_int_eq(place, i);
        }
    }
}
END_TEST

/* Children of each parent from its first on, and where each child is found again. */
static void check_children(int64_t (*before)(int64_t), int64_t (*parent_of_child)(int64_t, int *))
{
    int64_t child = 0;

    for (int64_t parent = 0; parent < 100; parent++) {
        ck_assert_int_eq(before(parent), child);
        for (int i = 0; child < before(parent + 1); i++, child++) {
            int place = -1;
            ck_assert_int_eq(parent_of_child(child, &place), parent);
            ck_assert_int_eq(place, i);
        }
    }
}

START_TEST(what_grew_belongs_to_its_culture)
{
    check_children(isolates_before, isolate_culture);
    check_children(sensitivities_before, sensitivity_isolate);
}
END_TEST

/* The code values that came last are behind all others, which are what they were without them. */
START_TEST(code_values_come_behind)
{
    struct table *table = &tables[T_CODE_VALUE];
    int64_t first = trust.count[T_CODE_VALUE] - code_values_behind();

    ck_assert_int_eq(code_filler_first(&trust) + trust.dirt.order[CODE_VALUES].size, first);
    for (int64_t i = 0; i < trust.count[T_CODE_VALUE]; i++) {
        row_begin(alone, table);
        trust_fill(&trust, i, alone);
        int64_t set = row_value(alone, table_column(table, "CODE_SET"))->integer;
        bool late = set == 1011 || set == 1021 || set == 1025;
        ck_assert_msg(!late || i >= first, "row %lld", (long long)i);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("synthetic rows");
    TCase *test = tcase_create("rows");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, a_row_alone_is_the_row_of_the_whole);
    tcase_add_test(test, keys_ascend);
    tcase_add_test(test, another_seed_makes_others_in_the_same_numbers);
    tcase_add_test(test, an_order_has_every_place_once);
    tcase_add_test(test, each_kind_has_its_share);
    tcase_add_test(test, rates_of_a_large_hospital);
    tcase_add_test(test, nhs_numbers_are_valid_different_and_nobodys);
    tcase_add_test(test, places_and_aliases_find_each_other);
    tcase_add_test(test, check_digits_of_snomed);
    tcase_add_test(test, clocks_of_london);
    tcase_add_test(test, days_count_and_are_written);
    tcase_add_test(test, results_belong_to_their_samples);
    tcase_add_test(test, what_grew_belongs_to_its_culture);
    tcase_add_test(test, code_values_come_behind);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
