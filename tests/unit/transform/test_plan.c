/* test_plan.c — plan files: what they may say, and what is said of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct fixture fixture;

static void setup(void)
{
    fixture_setup(&fixture);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

/* The examples of the language reference, as written. */
static const char example_plan[] =
    "# plan.yaml\n"
    "novate: 1\n"
    "migration: southern-millennium\n"
    "variables: {trust: RN1}             # ${trust} below; --set trust=RHM overrides\n"
    "source:\n"
    "  odbc: \"DSN=millennium\"            # handed to the driver manager as it is\n"
    "  csv: extracts/                    # and files from this folder; one is enough\n"
    "  encoding: UTF-8                   # or windows-1252, …\n"
    "  timezone: Europe/London           # of timestamps that carry no zone\n"
    "  rows_per_second_max: 50000        # optional\n"
    "target:\n"
    "  postgres: \"service=platform\"      # libpq conninfo or URI, as it is\n"
    "  schema: platform/schema.sql       # optional\n"
    "work: work                          # work directory, relative to the plan\n"
    "mappings: [millennium/patient.yaml, millennium/encounter.yaml]     # load order\n"
    "limits: {rejects: 0, memory_mb: 256}       # rejects: a count, or a share\n";

static const char example_patient[] =
    "# millennium/patient.yaml\n"
    "entity: patient\n"
    "source:\n"
    "  table: PERSON                     # or  query: \"SELECT …\"   or  file: person*.csv\n"
    "  key: [PERSON_ID]\n"
    "  changed: UPDT_DT_TM               # for delta passes; optional\n"
    "  where: \"UPDT_DT_TM >= {d '2000-01-01'}\"   # the source's own SQL\n"
    "target:\n"
    "  table: care.patient\n"
    "  key: [patient_id]\n"
    "  mode: insert                      # or upsert, replace\n"
    "  scope: \"trust = '${trust}'\"       # optional, target SQL\n"
    "lookups:\n"
    "  sex: {file: codes/sex.csv, from: code_value, to: code, missing: reject}    # or null\n"
    "  mrn: {table: PERSON_ALIAS, where: \"PERSON_ALIAS_TYPE_CD = 10\", from: PERSON_ID, to: "
    "ALIAS}\n"
    "  gp:  {target: ref.practice, from: ods_code, to: practice_id}     # of the target\n"
    "filters:                            # what is left out on purpose\n"
    "  zero_row: PERSON_ID <> 0\n"
    "  inactive: ACTIVE_IND = 1\n"
    "copy: [title, \"address_*\"]          # or \"*\"\n"
    "columns:\n"
    "  patient_id:  PERSON_ID\n"
    "  nhs_number:  try(nhs_number(NHS_NBR))     # a bad one becomes NULL and is noted\n"
    "  family_name: upper(trim(NAME_LAST))\n"
    "  sex:         lookup('sex', SEX_CD)\n"
    "  born_on:     CAST(BIRTH_DT_TM AS date)\n"
    "  trust:       \"'${trust}'\"\n"
    "checks:                             # like SQL CHECK, on the mapped columns\n"
    "  born_before_now: born_on <= current_date\n";

static const char example_encounter[] =
    "entity: encounter\n"
    "source: {file: person*.csv, delimiter: \",\", quote: '\"', header: true, null: \"\", columns: "
    "{PERSON_ID: bigint, BIRTH_DT_TM: \"timestamp 'DD/MM/YYYY HH24:MI'\"}}\n"
    "target: {table: care.encounter}\n"
    "copy: \"*\"\n";

static void write_example(void)
{
    temp_file_text("plan.yaml", example_plan);
    temp_file_text("millennium/patient.yaml", example_patient);
    temp_file_text("millennium/encounter.yaml", example_encounter);
    temp_file_text("millennium/codes/sex.csv", "code_value,code\n362,F\n363,M\n");
}

static void load_example(void)
{
    write_example();
    ck_assert_msg(fixture_load(&fixture), "%s", fixture.error.message);
    ck_assert_str_eq(fixture_problems(&fixture), "");
}

START_TEST(example_plan_reads_as_written)
{
    load_example();
    const struct plan *plan = &fixture.plan;

    ck_assert_str_eq(plan->file, "plan.yaml");
    ck_assert_str_eq(plan->directory, ".");
    ck_assert_str_eq(plan->migration, "southern-millennium");
    ck_assert_int_eq(plan->variable_count, 1);
    ck_assert_str_eq(plan->variables[0].name, "trust");
    ck_assert_str_eq(plan->variables[0].value, "RN1");
    ck_assert_int_eq(plan->source_count, 1);
    ck_assert_str_eq(plan->sources[0].name, "source");
    ck_assert_str_eq(plan->sources[0].odbc, "DSN=millennium");
    ck_assert_str_eq(plan->sources[0].csv, "extracts/");
    ck_assert_str_eq(plan->sources[0].encoding, "UTF-8");
    ck_assert_str_eq(plan->sources[0].timezone, "Europe/London");
    ck_assert_uint_eq(plan->sources[0].pace.rows_per_second_max, 50000);
    ck_assert_str_eq(plan->target.postgres, "service=platform");
    ck_assert(!plan->target.private_cluster);
    ck_assert_str_eq(plan->target.schema, "platform/schema.sql");
    ck_assert_str_eq(plan->work, "work");
    ck_assert_int_eq(plan->mapping_count, 2);
    ck_assert_str_eq(plan->mappings[0].file, "millennium/patient.yaml");
    ck_assert_uint_eq(plan->limits.rejects_max, 0);
    ck_assert(plan->limits.rejects_share < 0);
    ck_assert_uint_eq(plan->limits.memory_mb, 256);
}
END_TEST

START_TEST(example_mapping_reads_as_written)
{
    load_example();
    const struct mapping *mapping = &fixture.plan.mappings[0];

    ck_assert_str_eq(mapping->directory, "millennium");
    ck_assert_str_eq(mapping->entity, "patient");
    ck_assert_str_eq(mapping->source.table, "PERSON");
    ck_assert_ptr_null(mapping->source.in);
    ck_assert_int_eq(mapping->source.key_count, 1);
    ck_assert_str_eq(mapping->source.key[0], "PERSON_ID");
    ck_assert_str_eq(mapping->source.changed, "UPDT_DT_TM");
    ck_assert_str_eq(mapping->source.where, "UPDT_DT_TM >= {d '2000-01-01'}");
    ck_assert_str_eq(mapping->target_table, "care.patient");
    ck_assert_int_eq(mapping->target_key_count, 1);
    ck_assert_str_eq(mapping->target_key[0], "patient_id");
    ck_assert_int_eq(mapping->mode, LOAD_INSERT);
    ck_assert_str_eq(mapping->scope, "trust = 'RN1'");
    ck_assert_int_eq(mapping->filter_count, 2);
    ck_assert_str_eq(mapping->filters[1].name, "inactive");
    ck_assert_str_eq(mapping->filters[1].text, "ACTIVE_IND = 1");
    ck_assert_int_eq(mapping->copy_count, 2);
    ck_assert_str_eq(mapping->copy[1], "address_*");
    ck_assert_int_eq(mapping->copy_place.line, 20);
    ck_assert_int_eq(mapping->copy_place.column, 7);
    ck_assert_int_eq(mapping->column_count, 6);
    ck_assert_str_eq(mapping->columns[5].text, "'RN1'");
    ck_assert_int_eq(mapping->check_count, 1);
    ck_assert_str_eq(mapping->checks[0].name, "born_before_now");
    ck_assert_ptr_nonnull(strstr(mapping->text, "trust = 'RN1'"));
}
END_TEST

START_TEST(example_lookups_read_as_written)
{
    load_example();
    const struct lookup_spec *lookups = fixture.plan.mappings[0].lookups;

    ck_assert_int_eq(fixture.plan.mappings[0].lookup_count, 3);
    ck_assert_str_eq(lookups[0].name, "sex");
    ck_assert_str_eq(lookups[0].source.file, "codes/sex.csv");
    ck_assert_int_eq(lookups[0].from_count, 1);
    ck_assert_str_eq(lookups[0].from[0], "code_value");
    ck_assert_str_eq(lookups[0].to[0], "code");
    ck_assert_int_eq(lookups[0].missing, LOOKUP_MISSING_REJECT);
    ck_assert_str_eq(lookups[1].source.table, "PERSON_ALIAS");
    ck_assert_str_eq(lookups[1].source.where, "PERSON_ALIAS_TYPE_CD = 10");
    ck_assert_str_eq(lookups[2].target_table, "ref.practice");
    ck_assert_ptr_null(lookups[2].source.table);
}
END_TEST

START_TEST(example_file_reads_as_written)
{
    load_example();
    const struct relation_spec *source = &fixture.plan.mappings[1].source;

    ck_assert_str_eq(source->file, "person*.csv");
    ck_assert_int_eq(source->delimiter, ',');
    ck_assert_int_eq(source->quote, '"');
    ck_assert(source->header);
    ck_assert_str_eq(source->null, "");
    ck_assert_int_eq(source->column_count, 2);
    ck_assert_str_eq(source->columns[0].name, "PERSON_ID");
    ck_assert_str_eq(source->columns[0].type, "bigint");
    ck_assert_int_eq(source->columns[0].format_count, 0);
    ck_assert_str_eq(source->columns[1].type, "timestamp");
    ck_assert_str_eq(source->columns[1].formats[0], "DD/MM/YYYY HH24:MI");
    ck_assert_str_eq(fixture.plan.mappings[1].copy[0], "*");
}
END_TEST

/* Every expression of the example stands in its file where its place says. */
START_TEST(places_of_expressions_point_at_them)
{
    load_example();
    const struct mapping *mapping = &fixture.plan.mappings[0];

    for (int i = 0; i < mapping->column_count - 1; i++) { /* the last one has a variable in it */
        const struct expression_spec *spec = &mapping->columns[i];
        const char *line = example_patient;
        for (int number = 1; number < spec->place.line; number++) {
            line = strchr(line, '\n') + 1;
        }
        ck_assert_str_eq(spec->place.file, "millennium/patient.yaml");
        ck_assert_msg(strncmp(line + spec->place.column - 1, spec->text, strlen(spec->text)) == 0,
                      "%s at %d:%d",
                      spec->text,
                      spec->place.line,
                      spec->place.column);
        ck_assert(strncmp(line + spec->name_place.column - 1, spec->name, strlen(spec->name)) == 0);
    }
    ck_assert_int_eq(mapping->columns[5].place.line, 27);
    ck_assert_int_eq(mapping->columns[5].place.column, 17); /* after the quote */
}
END_TEST

START_TEST(paths_are_relative_to_the_plan)
{
    temp_file_text("deep/plan.yaml",
                   PLAN_HEAD "source: {csv: in}\ntarget: {private: true, schema: s.sql}\n"
                             "mappings: sub/a.yaml\n");
    temp_file_text("deep/sub/a.yaml",
                   MAPPING_HEAD "source: {file: a.csv}\n" MAPPING_TARGET MAPPING_REST);
    ck_assert(fixture_load_with(&fixture, "deep/plan.yaml", NULL, 0, NULL));
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_str_eq(fixture.plan.directory, "deep");
    ck_assert_str_eq(fixture.plan.work, "deep/.novate");
    ck_assert_str_eq(fixture.plan.sources[0].csv, "deep/in");
    ck_assert_str_eq(fixture.plan.target.schema, "deep/s.sql");
    ck_assert_str_eq(fixture.plan.mappings[0].file, "deep/sub/a.yaml");
    ck_assert_str_eq(fixture.plan.mappings[0].directory, "deep/sub");

    ck_assert(fixture_load_with(&fixture, "deep/plan.yaml", NULL, 0, "elsewhere"));
    ck_assert_str_eq(fixture.plan.work, "elsewhere");
}
END_TEST

START_TEST(limits_are_counts_or_shares)
{
    fixture_expect(&fixture, PLAN_SMALLEST "limits: {rejects: 0.1%, memory_mb: 64}\n", NULL, "");
    ck_assert_double_eq_tol(fixture.plan.limits.rejects_share, 0.001, 1e-12);
    ck_assert_uint_eq(fixture.plan.limits.memory_mb, 64);
    fixture_expect(&fixture, PLAN_SMALLEST "limits: {rejects: 12}\n", NULL, "");
    ck_assert_uint_eq(fixture.plan.limits.rejects_max, 12);
    ck_assert(fixture.plan.limits.rejects_share < 0);
    fixture_expect(&fixture, PLAN_SMALLEST "limits: {rejects: 100%}\n", NULL, "");
    ck_assert_double_eq_tol(fixture.plan.limits.rejects_share, 1, 1e-12);
}
END_TEST

START_TEST(what_a_target_defers_and_how_it_is_looked_after)
{
    fixture_expect(&fixture, PLAN_SMALLEST, NULL, "");
    ck_assert_uint_eq(fixture.plan.target.defer, 0);
    ck_assert_int_eq(fixture.plan.target.maintenance, MAINTENANCE_ANALYZE);
    ck_assert(!fixture.plan.mappings[0].defer_given);
    fixture_expect(&fixture,
                   PLAN_HEAD PLAN_SOURCE "target: {private: true, defer: [foreign_keys, indexes], "
                                         "maintenance: vacuum}\n" PLAN_MAPPINGS,
                   NULL,
                   "");
    ck_assert_uint_eq(fixture.plan.target.defer, DEFER_INDEXES | DEFER_FOREIGN_KEYS);
    ck_assert_int_eq(fixture.plan.target.maintenance, MAINTENANCE_VACUUM);
    fixture_expect(&fixture,
                   PLAN_HEAD PLAN_SOURCE
                   "variables: {off: none}\n"
                   "target: {private: true, defer: \"${off}\"}\n" PLAN_MAPPINGS,
                   NULL,
                   "");
    ck_assert_uint_eq(fixture.plan.target.defer, 0);
    fixture_expect(&fixture,
                   PLAN_HEAD PLAN_SOURCE
                   "variables: {off: foreign_keys}\n"
                   "target: {private: true, defer: [\"${off}\"]}\n" PLAN_MAPPINGS,
                   NULL,
                   "");
    ck_assert_uint_eq(fixture.plan.target.defer, DEFER_FOREIGN_KEYS);
    fixture_expect(&fixture,
                   PLAN_SMALLEST,
                   MAPPING_HEAD MAPPING_SOURCE "target: {table: t.a, defer: none}\n" MAPPING_REST,
                   "");
    ck_assert(fixture.plan.mappings[0].defer_given);
    ck_assert_uint_eq(fixture.plan.mappings[0].defer, 0);
    fixture_expect(&fixture,
                   PLAN_SMALLEST,
                   MAPPING_HEAD MAPPING_SOURCE
                   "target: {table: t.a, defer: unique_indexes}\n" MAPPING_REST,
                   "");
    ck_assert(fixture.plan.mappings[0].defer_given);
    ck_assert_uint_eq(fixture.plan.mappings[0].defer, DEFER_UNIQUE_INDEXES);
    fixture_expect(&fixture,
                   PLAN_SMALLEST,
                   MAPPING_HEAD MAPPING_SOURCE "target: {table: t.a, defer: []}\n" MAPPING_REST,
                   "");
    ck_assert(fixture.plan.mappings[0].defer_given);
    ck_assert_uint_eq(fixture.plan.mappings[0].defer, 0);
}
END_TEST

static struct hash plan_digest(const char *plan)
{
    fixture_expect(&fixture, plan, NULL, "");
    return fixture.plan.digest;
}

/* The digest holds what decides which rows come out, and nothing else. */
START_TEST(digest_covers_sources_and_nothing_of_the_target)
{
    const struct hash one = plan_digest(PLAN_SMALLEST);

    ck_assert(hash_equal(one, plan_digest(PLAN_SMALLEST)));
    ck_assert(hash_equal(one, plan_digest("# said\n" PLAN_SMALLEST)));
    ck_assert(hash_equal(one, plan_digest(PLAN_SMALLEST "limits: {memory_mb: 64}\nwork: w\n")));
    ck_assert(hash_equal(
        one,
        plan_digest(PLAN_HEAD PLAN_SOURCE PLAN_MAPPINGS "target: {postgres: service=other}\n")));
    ck_assert(hash_equal(
        one,
        plan_digest(
            PLAN_HEAD
            "source: {odbc: DSN=a, csv: in, rows_per_second_max: 9}\n" PLAN_TARGET PLAN_MAPPINGS)));
    ck_assert(!hash_equal(
        one, plan_digest(PLAN_HEAD "source: {odbc: DSN=b, csv: in}\n" PLAN_TARGET PLAN_MAPPINGS)));
    ck_assert(!hash_equal(
        one, plan_digest("novate: 1\nmigration: n\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS)));
    ck_assert(!hash_equal(
        one,
        plan_digest(PLAN_HEAD
                    "source: {odbc: DSN=a, csv: in, timezone: Europe/London}\n" PLAN_TARGET
                        PLAN_MAPPINGS)));
}
END_TEST

/* It does not matter from where novate is called. */
START_TEST(digest_does_not_know_the_current_directory)
{
    const struct hash one = plan_digest(PLAN_SMALLEST);
    char path[128];

    (void)snprintf(path, sizeof path, "%s/plan.yaml", fixture.folder);
    ck_assert(fixture_load_with(&fixture, path, NULL, 0, NULL));
    ck_assert(hash_equal(one, fixture.plan.digest));
}
END_TEST

static const struct {
    const char *plan;
    const char *problems;
} wrong[] = {
    {"", "plan.yaml:1:1: the file is empty"},
    {"# only said\n", "plan.yaml:1:1: the file is empty"},
    {"just a text\n", "plan.yaml:1:1: a plan must be a map, not a text"},
    {"- 1\n- 2\n", "plan.yaml:1:1: a plan must be a map, not a list"},
    {"novate: 1\n",
     "plan.yaml:1:1: a plan must have \"mappings\"\n"
     "plan.yaml:1:1: a plan must have \"migration\"\n"
     "plan.yaml:1:1: a plan must have \"target\"\n"
     "plan.yaml:1:1: a plan must have one of \"source\" and \"sources\""},
    {PLAN_SMALLEST "mapings: [b.yaml]\n", "plan.yaml:6:1: \"mapings\" is not a key of a plan"},
    {PLAN_SMALLEST "migration: again\n", "plan.yaml:6:1: \"migration\" is given twice"},
    {PLAN_SMALLEST "window: x\n", "plan.yaml:6:1: \"window\" is not supported by this version"},
    {"novate: 2\nmigration: m\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:1:9: this version of novate reads version 1 of the plan format"},
    {"novate: 1\nmigration:\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:2:1: \"migration\" has no value"},
    {"novate: 1\nmigration: ''\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:2:12: \"migration\" is empty"},
    {"novate: 1\nmigration: ../up\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:2:12: \"../up\" cannot be the name of a migration"},
    {"novate: 1\nmigration: [a, b]\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:2:12: \"migration\" must be a text, not a list"},
    {PLAN_HEAD PLAN_SOURCE "target: {}\n" PLAN_MAPPINGS,
     "plan.yaml:4:9: \"target\" must have one of \"postgres\" and \"private\""},
    {PLAN_HEAD PLAN_SOURCE "target: {private: false}\n" PLAN_MAPPINGS,
     "plan.yaml:4:9: \"target\" must have one of \"postgres\" and \"private\""},
    {PLAN_HEAD PLAN_SOURCE "target: {postgres: service=p, private: true}\n" PLAN_MAPPINGS,
     "plan.yaml:4:31: \"private\" cannot stand beside \"postgres\""},
    {PLAN_HEAD PLAN_SOURCE "target: {private: yes}\n" PLAN_MAPPINGS,
     "plan.yaml:4:9: \"target\" must have one of \"postgres\" and \"private\"\n"
     "plan.yaml:4:19: \"private\" must be true or false"},
    {PLAN_HEAD PLAN_SOURCE "target: {private: true, defer: [indexs]}\n" PLAN_MAPPINGS,
     "plan.yaml:4:33: \"indexs\" cannot be deferred"},
    {PLAN_HEAD PLAN_SOURCE "target: {private: true, defer: [none, indexes]}\n" PLAN_MAPPINGS,
     "plan.yaml:4:33: \"none\" cannot be deferred"},
    {PLAN_HEAD PLAN_SOURCE "target: {private: true, defer: [unique_indexes]}\n" PLAN_MAPPINGS,
     "plan.yaml:4:33: \"unique_indexes\" cannot be deferred for all mappings at once"},
    {PLAN_HEAD PLAN_SOURCE "target: {private: true, maintenance: often}\n" PLAN_MAPPINGS,
     "plan.yaml:4:38: \"maintenance\" must be analyze, vacuum or none, not \"often\""},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings: []\n",
     "plan.yaml:5:11: \"mappings\" must have 1 to 10000 entries, not 0"},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings: {a: b}\n",
     "plan.yaml:5:11: \"mappings\" must be a text or a list of texts, not a map"},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings: [a.yaml, a.yaml]\n",
     "plan.yaml:5:20: \"a.yaml\" is in the list twice"},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings: [a.yaml, [b.yaml]]\n",
     "plan.yaml:5:20: \"mappings\" must be a text or a list of texts"},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings:\n- a.yaml\n- \"none.yaml\"\n",
     "plan.yaml:7:4: file \"none.yaml\" cannot be read: No such file or directory"},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings: [a.yaml, ./a.yaml]\n",
     "./a.yaml:1:9: entity \"a\" is mapped twice"},
    {PLAN_HEAD PLAN_SOURCE PLAN_TARGET "mappings: [a.yaml, .]\n",
     "plan.yaml:5:20: \".\" is not a regular file"},
    {PLAN_SMALLEST "limits: {rejects: few}\n",
     "plan.yaml:6:19: \"rejects\" must be a count or a share from 0% to 100%, such as 0.1%"},
    {PLAN_SMALLEST "limits: {rejects: 101%}\n",
     "plan.yaml:6:19: \"rejects\" must be a count or a share from 0% to 100%, such as 0.1%"},
    {PLAN_SMALLEST "limits: {rejects: -1}\n",
     "plan.yaml:6:19: \"rejects\" must be a count or a share from 0% to 100%, such as 0.1%"},
    {PLAN_SMALLEST "limits: {memory_mb: 15}\n",
     "plan.yaml:6:21: \"memory_mb\" must be a whole number from 16 to 1048576"},
    {PLAN_SMALLEST "limits: {memory_mb: 99999999999999999999999}\n",
     "plan.yaml:6:21: \"memory_mb\" must be a whole number from 16 to 1048576"},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    fixture_expect(&fixture, wrong[_i].plan, NULL, wrong[_i].problems);
}
END_TEST

START_TEST(typing_errors_get_a_suggestion)
{
    fixture_expect(&fixture,
                   PLAN_SMALLEST "limit: {rejects: 0}\n",
                   NULL,
                   "plan.yaml:6:1: \"limit\" is not a key of a plan");
    ck_assert_str_eq(fixture.problems.items[0].hint, "Perhaps you meant \"limits\".");
    ck_assert_str_eq(fixture.problems.items[0].line_text, "limit: {rejects: 0}");
}
END_TEST

START_TEST(all_problems_come_in_one_go_and_in_order)
{
    fixture_expect(&fixture,
                   PLAN_HEAD "source: {odbc: D, tiem: 1}\ntarget: {private: 1}\n"
                             "mappings: [a.yaml]\nlimits: {memory_mb: x}\n",
                   "entity: a b\nsource: {tabel: A}\ntarget: {table: t, mode: merge}\n",
                   "a.yaml:1:1: the mapping fills no target column\n"
                   "a.yaml:1:9: \"a b\" cannot be the name of an entity\n"
                   "a.yaml:2:9: \"source\" must have one of \"table\", \"query\" and \"file\"\n"
                   "a.yaml:2:10: \"tabel\" is not a key of \"source\"\n"
                   "a.yaml:3:26: \"mode\" must be insert, upsert or replace, not \"merge\"\n"
                   "plan.yaml:3:19: \"tiem\" is not a key of \"source\"\n"
                   "plan.yaml:4:9: \"target\" must have one of \"postgres\" and \"private\"\n"
                   "plan.yaml:4:19: \"private\" must be true or false\n"
                   "plan.yaml:6:21: \"memory_mb\" must be a whole number from 16 to 1048576");
}
END_TEST

START_TEST(a_plan_that_cannot_be_read_is_an_error)
{
    ck_assert(!fixture_load_with(&fixture, "none.yaml", NULL, 0, NULL));
    ck_assert_int_eq(fixture.error.code, ERROR_PLAN);
    ck_assert_str_eq(fixture.error.message,
                     "file \"none.yaml\" cannot be read: No such file or directory");
}
END_TEST

/* A password must be refused, and must not be shown while that is done. */
static void expect_secret(const char *plan, int line, int column)
{
    char expected[128];

    (void)snprintf(expected,
                   sizeof expected,
                   "plan.yaml:%d:%d: a plan must not hold a password",
                   line,
                   column);
    fixture_expect(&fixture, plan, NULL, expected);
    text_buffer_reset(&fixture.out);
    problems_format(&fixture.problems, &fixture.out);
    ck_assert_ptr_null(strstr(fixture.out.data, "xyzzy"));
}

START_TEST(passwords_are_refused_and_not_shown)
{
    static const char *const sources[] = {
        "DSN=a;PWD=xyzzy",
        "pwd = xyzzy;DSN=a",
        "DSN=a;Password={xyzzy}",
    };
    static const char *const targets[] = {
        "postgresql://u:xyzzy@host/db",
        "host=h password=xyzzy",
        "host=h password = 'xyzzy'",
        "postgres://host/db?user=u&password=xyzzy",
    };
    char plan[512];

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        (void)snprintf(plan,
                       sizeof plan,
                       PLAN_HEAD "source: {odbc: \"%s\"}\n" PLAN_TARGET PLAN_MAPPINGS,
                       sources[i]);
        expect_secret(plan, 3, 17);
    }
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        (void)snprintf(plan,
                       sizeof plan,
                       PLAN_HEAD PLAN_SOURCE "target: {postgres: \"%s\"}\n" PLAN_MAPPINGS,
                       targets[i]);
        expect_secret(plan, 4, 21);
    }
}
END_TEST

/* Another problem in the line of a password must not show it either. */
START_TEST(passwords_are_not_shown_by_other_problems)
{
    fixture_expect(&fixture,
                   PLAN_HEAD "source: {odbc: \"PWD=xyzzy\", cvs: a}\n" PLAN_TARGET PLAN_MAPPINGS,
                   NULL,
                   "plan.yaml:3:17: a plan must not hold a password\n"
                   "plan.yaml:3:29: \"cvs\" is not a key of \"source\"");
    ck_assert_ptr_null(fixture.problems.items[0].line_text);
    ck_assert_ptr_null(fixture.problems.items[1].line_text);
}
END_TEST

START_TEST(connections_without_passwords_pass)
{
    fixture_expect(
        &fixture,
        PLAN_HEAD "source: {odbc: \"DSN=pwdless;UID=reader;Database=password\"}\n"
                  "target: {postgres: \"postgresql://u@host:5432/db?passfile=/p\"}\n" PLAN_MAPPINGS,
        NULL,
        "");
}
END_TEST

/* Memory that runs out anywhere is an operation error, and no crash: the budget grows until all is
 * read. A wrong mapping takes the ways of problems, too. */
static void sweep_budgets(bool wrong_too)
{
    bool ok = false;

    write_example();
    if (wrong_too) {
        temp_file_text("millennium/encounter.yaml",
                       "entity: e\nsuorce: {table: T}\ncopy: [${x}]\n");
    }
    for (size_t bytes = 256; !ok; bytes += 256) {
        struct budget budget;
        struct arena arena;
        struct problems problems;
        struct plan plan;
        struct error error = ERROR_NONE;

        budget_init(&budget, bytes);
        arena_init(&arena, 128, &budget);
        problems_init(&problems, &arena);
        ok = plan_load("plan.yaml", NULL, 0, NULL, &arena, &problems, &plan, &error);
        ck_assert_msg(ok || error.code == ERROR_MEMORY, "%s", error.message);
        ck_assert(!ok || wrong_too || problems.errors == 0);
        ck_assert(!ok || !wrong_too || problems.errors > 0);
        arena_release(&arena);
    }
}

START_TEST(memory_may_run_out_anywhere)
{
    sweep_budgets(false);
    sweep_budgets(true);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *tests = tcase_create("plan");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, example_plan_reads_as_written);
    tcase_add_test(tests, example_mapping_reads_as_written);
    tcase_add_test(tests, example_lookups_read_as_written);
    tcase_add_test(tests, example_file_reads_as_written);
    tcase_add_test(tests, places_of_expressions_point_at_them);
    tcase_add_test(tests, paths_are_relative_to_the_plan);
    tcase_add_test(tests, limits_are_counts_or_shares);
    tcase_add_test(tests, what_a_target_defers_and_how_it_is_looked_after);
    tcase_add_test(tests, digest_covers_sources_and_nothing_of_the_target);
    tcase_add_test(tests, digest_does_not_know_the_current_directory);
    tcase_add_loop_test(
        tests, what_is_wrong_is_said_at_its_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, typing_errors_get_a_suggestion);
    tcase_add_test(tests, all_problems_come_in_one_go_and_in_order);
    tcase_add_test(tests, a_plan_that_cannot_be_read_is_an_error);
    tcase_add_test(tests, passwords_are_refused_and_not_shown);
    tcase_add_test(tests, passwords_are_not_shown_by_other_problems);
    tcase_add_test(tests, connections_without_passwords_pass);
    tcase_add_test(tests, memory_may_run_out_anywhere);
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
