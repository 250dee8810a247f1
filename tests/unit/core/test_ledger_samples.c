/* test_ledger_samples.c — samples in the ledger: noted, recorded, in the order in which they were
 * drawn; a ledger that was made before there were any has none.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "temporary.h"

#include "novate/ledger.h"
#include "novate/ledger_sample.h"

#include <check.h>
#include <stdlib.h>

static struct temporary folder;
static struct ledger *ledger;
static struct arena arena;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
    temporary_make(&folder);
    must(ledger_open(folder.path, true, false, &ledger, &error), &error);
}

static void teardown(void)
{
    ledger_close(ledger);
    temporary_remove(&folder);
    arena_release(&arena);
}

static struct ledger_sample sample_of(const char *entity, const char *sha256)
{
    return (struct ledger_sample){.entity = entity,
                                  .sheet = "samples/x.html",
                                  .sheet_sha256 = sha256,
                                  .mapping_digest = "00",
                                  .seed = INT64_MAX,
                                  .size = 299,
                                  .population = 12345,
                                  .records = 298,
                                  .drawn_at = "2024-05-01T12:00:00Z"};
}

static struct ledger_sample *read_all(int *count)
{
    struct ledger_sample *samples = NULL;
    must(ledger_samples(ledger, &arena, &samples, count, &error), &error);
    return samples;
}

START_TEST(a_ledger_without_any_has_none)
{
    int count = -1;
    (void)read_all(&count);
    ck_assert_int_eq(count, 0);
    ledger_close(ledger);
    must(ledger_open(folder.path, false, true, &ledger, &error), &error);
    (void)read_all(&count);
    ck_assert_int_eq(count, 0);
}
END_TEST

START_TEST(what_came_of_a_sample_is_kept_with_it)
{
    struct ledger_sample sample = sample_of("patient", "aa");
    const struct ledger_sample other = sample_of("event", "aa");
    int count = 0;

    must(ledger_sample_put(ledger, &sample, &error), &error);
    must(ledger_sample_put(ledger, &other, &error), &error);
    ck_assert_ptr_null(read_all(&count)[0].at);
    sample.at = "2024-05-02T12:00:00Z";
    sample.who = "A. Lane";
    sample.checked = 298;
    sample.errors = 1;
    must(ledger_sample_put(ledger, &sample, &error), &error);
    ledger_close(ledger);
    must(ledger_open(folder.path, false, true, &ledger, &error), &error);
    struct ledger_sample *samples = read_all(&count);
    ck_assert_int_eq(count, 3);
    ck_assert_ptr_null(samples[0].at);
    ck_assert_str_eq(samples[1].entity, "event");
    ck_assert_ptr_null(samples[1].at);
    samples += 2;
    ck_assert_str_eq(samples[0].entity, "patient");
    ck_assert_str_eq(samples[0].at, "2024-05-02T12:00:00Z");
    ck_assert_str_eq(samples[0].who, "A. Lane");
    ck_assert_ptr_null(samples[0].why);
    ck_assert_ptr_null(samples[0].strata);
    ck_assert_uint_eq(samples[0].seed, INT64_MAX);
    ck_assert_uint_eq(samples[0].size, 299);
    ck_assert_uint_eq(samples[0].population, 12345);
    ck_assert_uint_eq(samples[0].records, 298);
    ck_assert_uint_eq(samples[0].checked, 298);
    ck_assert_uint_eq(samples[0].errors, 1);
}
END_TEST

START_TEST(a_later_word_stands_beside_the_former)
{
    struct ledger_sample sample = sample_of("patient", "aa");
    int count = 0;

    sample.at = "2024-05-02T12:00:00Z";
    sample.errors = 1;
    must(ledger_sample_put(ledger, &sample, &error), &error);
    sample.errors = 0;
    must(ledger_sample_put(ledger, &sample, &error), &error);
    struct ledger_sample *samples = read_all(&count);
    ck_assert_int_eq(count, 2);
    ck_assert_uint_eq(samples[0].errors, 1);
    ck_assert_uint_eq(samples[1].errors, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger_samples");
    TCase *cases = tcase_create("ledger_samples");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_ledger_without_any_has_none);
    tcase_add_test(cases, what_came_of_a_sample_is_kept_with_it);
    tcase_add_test(cases, a_later_word_stands_beside_the_former);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
