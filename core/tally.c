/* tally.c — where the records of a chunk went.
 * SPDX-License-Identifier: Apache-2.0 */
#include "json_fields.h"

#include "novate/batch.h"
#include "novate/ledger.h"

#include <jansson.h>
#include <stdlib.h>

void tally_init(struct tally *tally, struct arena *arena)
{
    *tally = (struct tally){.source = {.rows = 0}};
    counters_init(&tally->counters, arena);
}

bool tally_merge(struct tally *tally, const struct tally *other, struct error *error)
{
    digest_merge(&tally->source, &other->source);
    digest_merge(&tally->emitted, &other->emitted);
    digest_merge(&tally->passed, &other->passed);
    digest_merge(&tally->filtered, &other->filtered);
    digest_merge(&tally->rejected, &other->rejected);
    digest_merge(&tally->merged, &other->merged);
    digest_merge(&tally->loaded, &other->loaded);
    tally->inserted += other->inserted;
    tally->updated += other->updated;
    tally->unchanged += other->unchanged;
    return counters_merge(&tally->counters, &other->counters, error);
}

bool tally_closes(const struct tally *tally)
{
    struct digest records = tally->source;
    struct digest sum = tally->passed;

    digest_merge(&records, &tally->emitted);
    digest_merge(&sum, &tally->filtered);
    digest_merge(&sum, &tally->rejected);
    digest_merge(&sum, &tally->merged);
    return digest_equal(&sum, &records);
}

static void push_digest(const char *name, const struct digest *digest, struct text_buffer *out)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(digest->sum, hex);
    text_buffer_format(
        out, "\"%s\":{\"rows\":%llu,\"sum\":\"%s\"},", name, (unsigned long long)digest->rows, hex);
}

void tally_json(const struct tally *tally, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    push_digest("source", &tally->source, out);
    push_digest("emitted", &tally->emitted, out);
    push_digest("passed", &tally->passed, out);
    push_digest("filtered", &tally->filtered, out);
    push_digest("rejected", &tally->rejected, out);
    push_digest("merged", &tally->merged, out);
    push_digest("loaded", &tally->loaded, out);
    text_buffer_string(out, "\"counters\":");
    counters_json(&tally->counters, out);
    text_buffer_char(out, '}');
}

static bool read_digest(const json_t *root, const char *name, struct digest *digest)
{
    const json_t *object = json_object_get(root, name);

    return field_number(object, "rows", INT64_MAX, &digest->rows) &&
           field_hash(object, "sum", &digest->sum);
}

static bool read_counters(const json_t *root, struct counters *counters, struct error *error)
{
    char *json = json_dumps(json_object_get(root, "counters"), JSON_COMPACT | JSON_ENCODE_ANY);

    if (json == NULL) {
        return error_set(error, ERROR_CORRUPT, "a tally has no counters");
    }
    bool ok = counters_from_json(counters, json, error);
    free(json);
    return ok;
}

bool tally_from_json(const char *json, struct tally *tally, struct error *error)
{
    json_error_t reason;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &reason);
    bool ok = read_digest(root, "source", &tally->source) &&
              read_digest(root, "emitted", &tally->emitted) &&
              read_digest(root, "passed", &tally->passed) &&
              read_digest(root, "filtered", &tally->filtered) &&
              read_digest(root, "rejected", &tally->rejected) &&
              read_digest(root, "merged", &tally->merged) &&
              read_digest(root, "loaded", &tally->loaded);

    if (!ok) {
        (void)error_set(error, ERROR_CORRUPT, "a tally is not what novate writes");
    }
    ok = ok && read_counters(root, &tally->counters, error);
    json_decref(root);
    return ok;
}
