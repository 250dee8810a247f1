/* test_report_json.c — the JSON has every field that README.md promises, and the right values.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sample_report.h"

#include <jansson.h>

static struct sample it;
static struct text_buffer out;
static json_t *root;

static void setup(void)
{
    sample_setup(&it);
    text_buffer_init(&out, (size_t)1 << 20);
    root = NULL;
}

static void teardown(void)
{
    json_decref(root);
    text_buffer_release(&out);
    sample_teardown(&it);
}

static json_t *make_report(void)
{
    struct error error = ERROR_NONE;
    ck_assert(report_json(&it.report, &out, &error));
    root = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(root);
    return root;
}

static json_t *entity_at(size_t index)
{
    return json_array_get(json_object_get(root, "entities"), index);
}

static void assert_text(const json_t *object, const char *name, const char *value)
{
    const json_t *member = json_object_get(object, name);
    ck_assert_msg(json_is_string(member), "%s is not a text", name);
    ck_assert_str_eq(json_string_value(member), value);
}

static void assert_count(const json_t *object, const char *name, int64_t value)
{
    const json_t *member = json_object_get(object, name);
    ck_assert_msg(json_is_integer(member), "%s is not a number", name);
    ck_assert_int_eq(json_integer_value(member), value);
}

static void assert_null(const json_t *object, const char *name)
{
    const json_t *member = json_object_get(object, name);
    ck_assert_msg(json_is_null(member), "%s is not null", name);
}

/* Names of the members, in order, joined by blanks: nothing undocumented comes in unseen. */
static void assert_members(json_t *object, const char *names)
{
    char joined[1024] = "";
    size_t size = 0;
    ck_assert(json_is_object(object));
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        size += (size_t)snprintf(joined + size,
                                 sizeof joined - size,
                                 "%s%s",
                                 size == 0 ? "" : " ",
                                 json_object_iter_key(at));
    }
    ck_assert_str_eq(joined, names);
}

START_TEST(the_report_says_which_run_it_was)
{
    make_report();
    assert_members(root,
                   "novate_report migration run kind verdict started_at finished_at tool_version "
                   "plan_digest source target host operator verification_skipped keys_shown hash "
                   "canonical_encoding entities history history_before samples seal");
    assert_members(json_object_get(root, "seal"), "parts previous key sha256");
    assert_members(json_array_get(json_object_get(json_object_get(root, "seal"), "parts"), 0),
                   "part bytes sha256");
    assert_count(root, "novate_report", 1);
    assert_text(root, "migration", "southern-millennium");
    assert_count(root, "run", 12);
    assert_text(root, "kind", "load");
    assert_text(root, "verdict", "differences");
    assert_text(root, "started_at", "2024-05-01T21:00:00Z");
    assert_text(root, "finished_at", "2024-05-01T21:04:31Z");
    assert_text(root, "tool_version", "0.1.0");
    assert_text(root, "plan_digest", "00112233445566778899aabbccddeeff");
    assert_text(root, "source", "Oracle \"millennium\"");
    assert_text(root, "target", "PostgreSQL 15.8 on platform:5432/care as novate");
    assert_text(root, "host", "mig01");
    assert_null(root, "operator");
    ck_assert(json_is_false(json_object_get(root, "verification_skipped")));
    ck_assert(json_is_false(json_object_get(root, "keys_shown")));
    assert_text(root, "hash", "xxh3-128");
    assert_count(root, "canonical_encoding", 1);
    ck_assert_uint_eq(json_array_size(json_object_get(root, "entities")), SAMPLE_ENTITIES);
    ck_assert_uint_eq(json_array_size(json_object_get(root, "history")), 0);
    assert_count(root, "history_before", 0);
}
END_TEST

START_TEST(an_entity_has_every_field)
{
    make_report();
    json_t *entity = entity_at(SAMPLE_PATIENT);
    assert_members(
        entity,
        "entity verdict reason source target_table mode mapping_digest loaded_with consistency "
        "seconds "
        "source_rows emitted filtered rejected merged loaded present inserted updated unchanged "
        "equal not_equal missing_target "
        "missing_source source_digest target_digest identity rejects verification cross_check "
        "notes repaired "
        "files not_compared scope skipped differences in_flight columns codes");
    assert_text(entity, "entity", "patient");
    assert_text(entity, "verdict", "differences");
    assert_null(entity, "reason");
    assert_null(entity, "rejects");
    assert_null(entity, "scope");
    assert_null(entity, "loaded_with");
    assert_text(entity, "source", "table PERSON of millennium where ACTIVE_IND = 1");
    assert_text(entity, "target_table", "\"care\".\"patient\"");
    assert_text(entity, "mapping_digest", "ffeeddccbbaa99887766554433221100");
    assert_text(entity, "consistency", "one snapshot");
    ck_assert_double_eq_tol(json_real_value(json_object_get(entity, "seconds")), 4.321, 1e-9);
    assert_count(entity, "source_rows", 1000);
    assert_count(entity, "filtered", 30);
    assert_count(entity, "rejected", 5);
    assert_count(entity, "loaded", 965);
    assert_count(entity, "present", 0);
    assert_text(entity, "mode", "insert");
    assert_count(entity, "inserted", 965);
    assert_count(entity, "updated", 0);
    assert_count(entity, "unchanged", 0);
    assert_count(entity, "equal", 961);
    assert_count(entity, "not_equal", 2);
    assert_count(entity, "missing_target", 1);
    assert_count(entity, "missing_source", 1);
    ck_assert_uint_eq(strlen(json_string_value(json_object_get(entity, "source_digest"))), 32);
    ck_assert_uint_eq(strlen(json_string_value(json_object_get(entity, "target_digest"))), 32);
    const json_t *not_compared = json_object_get(entity, "not_compared");
    ck_assert_uint_eq(json_array_size(not_compared), 2);
    ck_assert_str_eq(json_string_value(json_array_get(not_compared, 0)), "created_at");
    assert_members(json_object_get(entity, "notes"), "nhs_number");
    assert_count(json_object_get(entity, "notes"), "nhs_number", 17);
}
END_TEST

START_TEST(the_identity_is_shown_by_name_and_class_and_in_digests)
{
    make_report();
    json_t *identity = json_object_get(entity_at(SAMPLE_PATIENT), "identity");
    assert_members(identity,
                   "closes counted_by source emitted loaded present merged filtered rejected "
                   "digests");
    ck_assert(json_is_true(json_object_get(identity, "closes")));
    assert_text(identity, "counted_by", "load");
    assert_count(identity, "source", 1000);
    assert_members(json_object_get(identity, "filtered"), "inactive zero_row");
    assert_count(json_object_get(identity, "filtered"), "inactive", 29);
    assert_members(json_object_get(identity, "rejected"), "LENGTH NULL");
    assert_count(json_object_get(identity, "rejected"), "NULL", 2);
    json_t *digests = json_object_get(identity, "digests");
    assert_members(digests, "source emitted passed filtered rejected merged loaded");
    assert_members(json_object_get(digests, "source"), "rows sum");
    assert_count(json_object_get(digests, "rejected"), "rows", 5);

    json_t *verification = json_object_get(entity_at(SAMPLE_PATIENT), "verification");
    assert_members(verification,
                   "level source_rows mapped_rows filtered rejected refused buckets_reread "
                   "resumed_chunks resumed_buckets resumed_from "
                   "within_tolerance confirm_after_s in_flight settled");
    assert_count(verification, "mapped_rows", 966);
    assert_count(verification, "refused", 2);
}
END_TEST

START_TEST(differences_have_kind_columns_and_a_hash_instead_of_the_key)
{
    make_report();
    json_t *differences = json_object_get(entity_at(SAMPLE_PATIENT), "differences");
    ck_assert_uint_eq(json_array_size(differences), 4);
    json_t *first = json_array_get(differences, 0);
    assert_members(first, "key kind columns");
    const char *key = json_string_value(json_object_get(first, "key"));
    ck_assert_uint_eq(strlen(key), 9);
    ck_assert_int_eq(key[0], '#');
    assert_text(first, "kind", "not_equal");
    ck_assert_uint_eq(json_array_size(json_object_get(first, "columns")), 2);
    ck_assert_ptr_null(strstr(out.data, "4711")); /* the key is nowhere else either */
}
END_TEST

START_TEST(keys_are_shown_when_asked_for)
{
    it.report.show_keys = true;
    make_report();
    const json_t *differences = json_object_get(entity_at(SAMPLE_PATIENT), "differences");
    const json_t *key = json_object_get(json_array_get(differences, 0), "key");
    ck_assert(json_is_array(key));
    ck_assert_str_eq(json_string_value(json_array_get(key, 0)), "4711");
    ck_assert(json_is_true(json_object_get(root, "keys_shown")));
}
END_TEST

START_TEST(what_is_not_known_is_null)
{
    make_report();
    json_t *entity = entity_at(SAMPLE_UNKNOWN);
    static const char *const names[] = {"source_rows",
                                        "emitted",
                                        "filtered",
                                        "rejected",
                                        "merged",
                                        "loaded",
                                        "present",
                                        "equal",
                                        "not_equal",
                                        "missing_target",
                                        "missing_source",
                                        "source_digest",
                                        "target_digest",
                                        "identity",
                                        "verification"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_null(entity, names[i]);
    }
    assert_text(entity, "reason", "the target could not be reached");
    assert_members(json_object_get(entity, "notes"), "");
    ck_assert_uint_eq(json_array_size(json_object_get(entity, "differences")), 0);
}
END_TEST

START_TEST(a_plain_verification_has_no_loaded_rows)
{
    it.entities[SAMPLE_PATIENT].loaded_known = false;
    make_report();
    json_t *entity = entity_at(SAMPLE_PATIENT);
    assert_count(entity, "source_rows", 1001);
    assert_null(entity, "loaded");
    assert_text(json_object_get(entity, "identity"), "counted_by", "verification");
}
END_TEST

/* A record lost between reading and loading: the comparison agrees, the books do not. */
START_TEST(an_identity_that_does_not_close_is_not_verified)
{
    struct report_entity *entity = &it.entities[SAMPLE_EVENT];
    digest_remove(&entity->load.loaded, hash_bytes("x", 1));
    it.report.entities = entity;
    it.report.entity_count = 1;
    it.report.verdict = VERDICT_VERIFIED;
    make_report();
    ck_assert_int_eq(report_verdict(entity, 1), VERDICT_NOT_VERIFIED);
    assert_text(root, "verdict", "not_verified");
    assert_text(entity_at(0), "verdict", "not_verified");
    assert_text(entity_at(0),
                "reason",
                "the identity does not close: 1 source records are unaccounted for");
    ck_assert(json_is_false(json_object_get(json_object_get(entity_at(0), "identity"), "closes")));
}
END_TEST

START_TEST(an_identity_closes_in_digests_too)
{
    struct report_entity *entity = &it.entities[SAMPLE_EVENT];
    entity->load.passed.sum.low++; /* as many records, but not these */
    make_report();
    assert_text(entity_at(SAMPLE_EVENT), "verdict", "not_verified");
    assert_text(entity_at(SAMPLE_EVENT),
                "reason",
                "the identity does not close: the counts agree, the digests of the records do not");
}
END_TEST

START_TEST(the_same_report_is_the_same_text)
{
    struct text_buffer again;
    struct error error = ERROR_NONE;
    make_report();
    text_buffer_init(&again, (size_t)1 << 20);
    ck_assert(report_json(&it.report, &again, &error));
    ck_assert_str_eq(out.data, again.data);
    text_buffer_release(&again);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_json");
    TCase *tests = tcase_create("report_json");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_report_says_which_run_it_was);
    tcase_add_test(tests, an_entity_has_every_field);
    tcase_add_test(tests, the_identity_is_shown_by_name_and_class_and_in_digests);
    tcase_add_test(tests, differences_have_kind_columns_and_a_hash_instead_of_the_key);
    tcase_add_test(tests, keys_are_shown_when_asked_for);
    tcase_add_test(tests, what_is_not_known_is_null);
    tcase_add_test(tests, a_plain_verification_has_no_loaded_rows);
    tcase_add_test(tests, an_identity_that_does_not_close_is_not_verified);
    tcase_add_test(tests, an_identity_closes_in_digests_too);
    tcase_add_test(tests, the_same_report_is_the_same_text);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
