/* test_plan_mutation.c — plans and mappings with bytes changed at random: whatever comes out, it is
 * no crash and no operation error, and what is wrong stands within its file.
 *
 * The seed is printed; NOVATE_SEED=N tries another.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"
#include "seed.h"

#include <check.h>
#include <string.h>

#define ROUNDS    3000
#define BYTES_MAX 4096

static const char plan_text[] = "novate: 1\n"
                                "migration: southern-millennium\n"
                                "variables: {trust: RN1, other: \"x y\"}\n"
                                "source:\n"
                                "  odbc: \"DSN=millennium\"\n"
                                "  csv: extracts/\n"
                                "  encoding: UTF-8\n"
                                "  timezone: UTC\n"
                                "  rows_per_second_max: 50000\n"
                                "target:\n"
                                "  postgres: \"service=platform\"\n"
                                "  schema: platform/schema.sql\n"
                                "work: work\n"
                                "mappings: [a.yaml]\n"
                                "limits: {rejects: 0.1%, memory_mb: 256}\n";

static const char mapping_text[] =
    "entity: patient\n"
    "source:\n"
    "  file: person*.csv\n"
    "  key: [PERSON_ID]\n"
    "  delimiter: \"\\t\"\n"
    "  columns: {A: bigint, B: \"timestamp 'DD/MM/YYYY HH24:MI'\"}\n"
    "target: &t\n"
    "  table: care.patient\n"
    "  scope: \"trust = '${trust}'\"\n"
    "lookups:\n"
    "  sex: {file: codes.csv, from: code_value, to: [code, b], missing: {default: X}}\n"
    "  mrn: {table: PERSON_ALIAS, where: \"TYPE_CD = 10\", from: PERSON_ID, to: ALIAS}\n"
    "filters:\n"
    "  zero_row: PERSON_ID <> 0\n"
    "copy: [title, \"address_*\"]\n"
    "columns:\n"
    "  patient_id:  PERSON_ID\n"
    "  family_name: >-\n"
    "    upper(trim(NAME_LAST))\n"
    "  sex:         lookup('sex', SEX_CD) # said ${other}\n"
    "  trust:       \"'${trust}'\"\n"
    "checks: {born_before_now: born_on <= current_date}\n";

/* What YAML and novate give a meaning to; a random byte seldom does. */
static const char *const pieces[] = {
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "  ",
    "\t",
    "\"",
    "'",
    "|",
    ">",
    "&a",
    "*a",
    "!!x ",
    "${",
    "}",
    "$${",
    "#",
    "---\n",
    "...\n",
    "? ",
    "~",
    "",
    "%",
    "\\",
    "null",
    "\r",
    "\x85",
    "\xc2\x85",
    "\xef\xbb\xbf",
    "*t",
    "<<",
    "\xe2\x80\xa8",
    "sources:",
    "  a: b\n",
    "0",
};

static size_t mutate(struct seed *seed, const char *text, char *out)
{
    size_t size = strlen(text);

    memcpy(out, text, size);
    for (int changes = 1 + seed_below(seed, 4); changes > 0; changes--) {
        const size_t at = (size_t)seed_below(seed, (int)size + 1);
        const char *piece = pieces[seed_below(seed, (int)(sizeof pieces / sizeof pieces[0]))];
        const size_t removed =
            seed_below(seed, 2) == 0 ? 0 : (size_t)seed_below(seed, (int)(size - at) + 1) % 12;
        const size_t added = strlen(piece);
        memmove(out + at + added, out + at + removed, size - at - removed);
        memcpy(out + at, piece, added);
        size += added - removed;
    }
    return size;
}

static void check_problems(const struct fixture *fixture)
{
    for (int i = 0; i < fixture->problems.count; i++) {
        const struct problem *problem = &fixture->problems.items[i];
        ck_assert_ptr_nonnull(problem->place.file);
        ck_assert_int_gt(problem->place.line, 0);
        ck_assert_int_gt(problem->place.column, 0);
        ck_assert_str_ne(problem->message, "");
    }
    ck_assert(fixture->problems.errors > 0 || fixture->plan.mapping_count == 1);
}

START_TEST(changed_bytes_do_no_harm)
{
    static char bytes[BYTES_MAX];
    struct fixture fixture;
    struct seed seed = seed_of(20080605);

    fixture_setup(&fixture);
    temp_file_text("codes.csv", "code_value,code,b\n");
    for (int round = 0; round < ROUNDS; round++) {
        const bool in_plan = round % 2 == 0;
        const size_t size = mutate(&seed, in_plan ? plan_text : mapping_text, bytes);
        temp_file_write(
            "plan.yaml", in_plan ? bytes : plan_text, in_plan ? size : strlen(plan_text));
        temp_file_write(
            "a.yaml", in_plan ? mapping_text : bytes, in_plan ? strlen(mapping_text) : size);
        fixture_reset(&fixture);
        ck_assert_msg(fixture_load(&fixture), "round %d: %s", round, fixture.error.message);
        check_problems(&fixture);
    }
    fixture_teardown(&fixture);
}
END_TEST

/* Without a change there is nothing to say: else the test above would prove little. */
START_TEST(unchanged_bytes_are_right)
{
    struct fixture fixture;

    fixture_setup(&fixture);
    temp_file_text("codes.csv", "code_value,code,b\n");
    fixture_expect(&fixture, plan_text, mapping_text, "");
    fixture_teardown(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_mutation");
    TCase *tests = tcase_create("plan_mutation");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, unchanged_bytes_are_right);
    tcase_add_test(tests, changed_bytes_do_no_harm);
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
