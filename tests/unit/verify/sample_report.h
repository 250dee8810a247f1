/* sample_report.h — a report with something of everything. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_VERIFY_SAMPLE_REPORT_H
#define NOVATE_TESTS_VERIFY_SAMPLE_REPORT_H

#include "novate/hash.h"
#include "novate/report.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum {
    SAMPLE_PATIENT, /* differs */
    SAMPLE_EVENT,   /* verified */
    SAMPLE_UNKNOWN, /* could not be verified */
    SAMPLE_ENTITIES
};

struct sample {
    struct arena arena;
    struct verify_result patient;
    struct verify_result event;
    struct difference differences[4];
    struct report_entity entities[SAMPLE_ENTITIES];
    struct report report;
};

/* `rows` records more of a kind. */
static inline void sample_count(struct digest *digest, struct digest *source, int rows)
{
    for (int i = 0; i < rows; i++) {
        struct hash hash = hash_bytes(&i, sizeof i);
        digest_add(digest, hash);
        if (source != NULL) {
            digest_add(source, hash);
        }
    }
}

static inline void sample_tally(
    struct sample *sample, struct tally *tally, int passed, int filtered, int rejected)
{
    tally_init(tally, &sample->arena);
    sample_count(&tally->passed, &tally->source, passed);
    sample_count(&tally->filtered, &tally->source, filtered);
    sample_count(&tally->rejected, &tally->source, rejected);
    sample_count(&tally->loaded, NULL, passed);
    tally->inserted = (uint64_t)passed;
}

static inline void sample_counter(struct tally *tally,
                                  const char *group,
                                  const char *name,
                                  uint64_t count)
{
    ck_assert(counters_add(&tally->counters, group, name, count, NULL));
}

static inline void sample_patient(struct sample *sample)
{
    static const char *columns[] = {"born_on", "family_name"};
    static const char *const not_compared[] = {"created_at", "patient_uuid"};
    const struct difference differences[] = {
        {DIFFERENCE_NOT_EQUAL, "[\"4711\"]", columns, 2},
        {DIFFERENCE_NOT_EQUAL, "[\"4712\"]", columns + 1, 1},
        {DIFFERENCE_MISSING_TARGET, "[\"<b>5&\\\"\"]", NULL, 0},
        {DIFFERENCE_MISSING_SOURCE, "[\"6\"]", NULL, 0},
    };
    memcpy(sample->differences, differences, sizeof differences);
    sample->patient = (struct verify_result){
        .equal = 961,
        .not_equal = 2,
        .missing_target = 1,
        .missing_source = 1,
        .refused = 2,
        .buckets_reread = 4,
        .differences = sample->differences,
        .difference_count = 4,
        .verdict = VERDICT_DIFFERENCES,
    };
    sample_tally(sample, &sample->patient.tally, 966, 30, 5);
    sample_count(&sample->patient.source_digest, NULL, 964);
    sample_count(&sample->patient.target_digest, NULL, 964);
    sample->patient.target_digest.sum.low++;

    struct report_entity *entity = &sample->entities[SAMPLE_PATIENT];
    *entity = (struct report_entity){
        .entity = "patient",
        .source = "table PERSON of millennium where ACTIVE_IND = 1",
        .target_table = "\"care\".\"patient\"",
        .consistency = "one snapshot",
        .mapping_digest = "ffeeddccbbaa99887766554433221100",
        .loaded_known = true,
        .verified = true,
        .verification = &sample->patient,
        .not_compared = not_compared,
        .not_compared_count = 2,
        .seconds = 4.3209,
        .verdict = VERDICT_DIFFERENCES,
    };
    sample_tally(sample, &entity->load, 965, 30, 5);
    sample_counter(&entity->load, "filter", "zero_row", 1);
    sample_counter(&entity->load, "reject", "NULL", 2);
    sample_counter(&entity->load, "filter", "inactive", 29);
    sample_counter(&entity->load, "reject", "LENGTH", 3);
    sample_counter(&entity->load, "note", "nhs_number", 17);
    const struct counter repair = {.group = "repair",
                                   .name = "ALIAS undecodable replaced",
                                   .count = 4,
                                   .first = "persons.csv line 17 byte 0x4d2 (0x81)"};
    ck_assert(counters_add_item(&entity->load.counters, &repair, NULL));
}

static inline void sample_event(struct sample *sample)
{
    sample->event = (struct verify_result){.equal = 12345, .verdict = VERDICT_VERIFIED};
    sample_tally(sample, &sample->event.tally, 12345, 0, 0);
    sample_count(&sample->event.source_digest, NULL, 12345);
    sample->event.target_digest = sample->event.source_digest;
    struct report_entity *entity = &sample->entities[SAMPLE_EVENT];
    *entity = (struct report_entity){
        .entity = "clinical_event",
        .source = "table CLINICAL_EVENT of millennium",
        .target_table = "\"care\".\"event\"",
        .consistency = "chunks read one after the other; the source was live",
        .mapping_digest = "0123456789abcdef0123456789abcdef",
        .loaded_known = true,
        .verified = true,
        .verification = &sample->event,
        .seconds = 31,
        .verdict = VERDICT_VERIFIED,
    };
    sample_tally(sample, &entity->load, 12345, 0, 0);
}

static inline void sample_setup(struct sample *sample)
{
    *sample = (struct sample){.report = {.run = 12}};
    arena_init(&sample->arena, (size_t)64 << 10, NULL);
    sample_patient(sample);
    sample_event(sample);
    sample->entities[SAMPLE_UNKNOWN] = (struct report_entity){
        .entity = "appointment",
        .source = "appointments.csv",
        .target_table = "\"care\".\"appointment\"",
        .not_verified_reason = "the target could not be reached",
        .verdict = VERDICT_NOT_VERIFIED,
    };
    sample->report = (struct report){
        .migration = "southern-millennium",
        .kind = "load",
        .run = 12,
        .started_at = "2024-05-01T21:00:00Z",
        .finished_at = "2024-05-01T21:04:31Z",
        .tool_version = "0.1.0",
        .plan_digest = "00112233445566778899aabbccddeeff",
        .source_description = "Oracle \"millennium\"",
        .target_description = "PostgreSQL 15.8 on platform:5432/care as novate",
        .host = "mig01",
        .entities = sample->entities,
        .entity_count = SAMPLE_ENTITIES,
        .verdict = report_verdict(sample->entities, SAMPLE_ENTITIES),
        .key_salt = "salt",
    };
}

static inline void sample_teardown(struct sample *sample)
{
    arena_release(&sample->arena);
}

#endif
