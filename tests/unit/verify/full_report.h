/* full_report.h — a report with every key that renderers know, and names that mean harm.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_VERIFY_FULL_REPORT_H
#define NOVATE_TESTS_VERIFY_FULL_REPORT_H

#include "sample_report.h"

#include <jansson.h>
#include <stdlib.h>

#define HOSTILE "</title></svg></script><img src=x onerror=alert(1)>\\\"'&"

static const char full_columns[] =
    "[{\"column\":\"patient_id\",\"type\":\"bigint\",\"agrees\":true,"
    "\"source\":{\"digest\":\"0123456789abcdef0123456789abcdef\",\"rows\":964,\"nulls\":0,"
    "\"min\":\"1\",\"max\":\"2001\",\"sum\":\"1999001\"},"
    "\"target\":{\"digest\":\"0123456789abcdef0123456789abcdef\",\"rows\":964,\"nulls\":0,"
    "\"min\":\"1\",\"max\":\"2001\",\"sum\":\"1999001\"}},"
    "{\"column\":\"" HOSTILE "\",\"type\":\"text\",\"agrees\":false,"
    "\"source\":{\"digest\":\"00000000000000000000000000000001\",\"rows\":964,\"nulls\":5,"
    "\"min\":\"#3f9a0c12\",\"max\":null,\"sum\":null},"
    "\"target\":{\"digest\":\"00000000000000000000000000000002\",\"rows\":964,\"nulls\":7,"
    "\"min\":\"#3f9a0c13\",\"max\":null,\"sum\":null}}]";

static const char full_codes[] =
    "[{\"column\":\"sex\",\"from\":\"" HOSTILE "\",\"before\":[{\"code\":\"362\",\"rows\":600},"
    "{\"code\":null,\"rows\":4}],\"after\":[{\"code\":\"F\",\"source_rows\":600,"
    "\"target_rows\":597},{\"code\":\"" HOSTILE "\",\"source_rows\":300,\"target_rows\":1301}],"
    "\"rare\":{\"codes\":3,\"rows\":9},"
    "\"rare_after\":{\"codes\":1,\"source_rows\":2,\"target_rows\":1}},"
    "{\"column\":\"ward\",\"from\":\"lookup('ward', A, B)\",\"before\":null,"
    "\"rare\":{\"codes\":0,\"rows\":0},\"after\":[],"
    "\"rare_after\":{\"codes\":0,\"source_rows\":0,\"target_rows\":0}}]";

static const char full_in_flight[] =
    "[{\"key\":\"#0a1b2c3d\",\"first\":{\"kind\":\"not_equal\",\"columns\":[\"born_on\"],"
    "\"at\":\"2024-05-01T21:03:00Z\"},\"second\":{\"kind\":\"equal\",\"columns\":[],"
    "\"at\":\"2024-05-01T21:03:30Z\"}}]";

static const char full_skipped[] =
    "[{\"column\":\"photo\",\"reason\":\"re-encoded, CHG-12 " HOSTILE "\"}]";

static const char full_history[] =
    "[{\"run\":9,\"kind\":\"load\",\"started_at\":\"2024-04-30T21:00:00Z\",\"seconds\":250,"
    "\"verdict\":\"verified\",\"entities\":3,\"source_rows\":40001,\"loaded\":39000,"
    "\"filtered\":1000,\"rejected\":1,\"not_equal\":0,\"missing_target\":0,\"missing_source\":0,"
    "\"fault\":null},"
    "{\"run\":10,\"kind\":\"" HOSTILE "\",\"started_at\":\"2024-04-30T22:00:00Z\",\"seconds\":null,"
    "\"verdict\":null,\"entities\":null,\"source_rows\":null,\"loaded\":null,\"filtered\":null,"
    "\"rejected\":null,\"not_equal\":null,\"missing_target\":null,\"missing_source\":null,"
    "\"fault\":\"it left no report\"}]";

static inline void full_set(json_t *object, const char *name, const char *json)
{
    json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
    ck_assert_msg(value != NULL, "%s is no JSON", name);
    ck_assert_int_eq(json_object_set_new(object, name, value), 0);
}

/* Adds what the sample does not have to its JSON. The text is malloc's. */
static inline char *full_report(const char *sample)
{
    json_t *root = json_loads(sample, JSON_REJECT_DUPLICATES, NULL);
    json_t *entities = json_object_get(root, "entities");
    json_t *patient = json_array_get(entities, SAMPLE_PATIENT);
    json_t *verification = json_object_get(patient, "verification");
    full_set(root, "history", full_history);
    full_set(root, "history_before", "3");
    full_set(patient, "columns", full_columns);
    full_set(patient, "codes", full_codes);
    full_set(patient, "in_flight", full_in_flight);
    full_set(patient, "skipped", full_skipped);
    full_set(patient, "scope", "\"trust = 'RN1'\"");
    full_set(verification, "level", "\"full\"");
    full_set(verification, "within_tolerance", "11");
    full_set(verification, "in_flight", "1");
    full_set(verification, "confirm_after_s", "30");
    full_set(verification, "settled", "2");
    full_set(verification, "resumed_chunks", "4");
    full_set(verification, "resumed_buckets", "3");
    full_set(verification, "resumed_from", "\"2024-05-01T20:00:00Z\"");
    full_set(json_object_get(json_array_get(entities, SAMPLE_EVENT), "verification"),
             "level",
             "\"counts\"");
    full_set(json_object_get(json_object_get(patient, "identity"), "filtered"), HOSTILE, "7");
    char *text = json_dumps(root, JSON_COMPACT);
    ck_assert_ptr_nonnull(text);
    json_decref(root);
    return text;
}

#endif
