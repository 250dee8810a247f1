/* tally.c — where the records of a chunk went.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/batch.h"
#include "novate/json_fields.h"
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

void tally_json(const struct tally *tally, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    member_digest(out, "source", &tally->source);
    member_digest(out, "emitted", &tally->emitted);
    member_digest(out, "passed", &tally->passed);
    member_digest(out, "filtered", &tally->filtered);
    member_digest(out, "rejected", &tally->rejected);
    member_digest(out, "merged", &tally->merged);
    member_digest(out, "loaded", &tally->loaded);
    text_buffer_member(out, "counters");
    counters_json(&tally->counters, out);
    text_buffer_char(out, '}');
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
    bool ok = field_digest(root, "source", &tally->source) &&
              field_digest(root, "emitted", &tally->emitted) &&
              field_digest(root, "passed", &tally->passed) &&
              field_digest(root, "filtered", &tally->filtered) &&
              field_digest(root, "rejected", &tally->rejected) &&
              field_digest(root, "merged", &tally->merged) &&
              field_digest(root, "loaded", &tally->loaded);

    if (!ok) {
        (void)error_set(error, ERROR_CORRUPT, "a tally is not what novate writes");
    }
    ok = ok && read_counters(root, &tally->counters, error);
    json_decref(root);
    return ok;
}
