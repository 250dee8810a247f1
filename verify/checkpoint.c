/* checkpoint.c — the contract is in checkpoint.h. SPDX-License-Identifier: Apache-2.0 */
#include "checkpoint.h"

#include "checkpoint_findings.h"
#include "figures_json.h"

#include "novate/ledger.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STATE_BYTES_MAX ((size_t)1 << 30)
#define SAVES_SHARE     20 /* of the time */

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void push_chunks(struct text_buffer *out, const struct checkpoint *checkpoint)
{
    const struct verify_checkpoint *options = &checkpoint->compare->checkpoint;

    text_buffer_member(out, "chunks");
    text_buffer_char(out, '[');
    for (int i = 0; i < options->chunk_count; i++) {
        if (checkpoint->done[i]) {
            text_buffer_member_text(out, NULL, options->chunks[i]);
        }
    }
    text_buffer_char(out, ']');
}

/* Which refusals were free for rows that were set aside, and where those went. */
static void push_refused(struct text_buffer *out, const struct refused *refused)
{
    text_buffer_member(out, "refused");
    text_buffer_char(out, '[');
    for (int i = 0; i < refused->row_count; i++) {
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_count(out, "key", refused_mark(refused->rows[i].key));
        text_buffer_member_count(out, "bucket", (uint64_t)refused->rows[i].bucket);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

static void push_buckets(struct text_buffer *out, const struct buckets *buckets)
{
    text_buffer_push(out, buckets->digests, sizeof *buckets->digests * LIMIT_VERIFY_BUCKETS);
}

static void push_figures(struct text_buffer *out, const struct first_reading *first)
{
    text_buffer_member(out, "figures");
    figures_json(&first->source_figures, out);
    text_buffer_member(out, "aside_figures");
    figures_json(&first->aside_figures, out);
}

static void push_second(struct text_buffer *out, const struct checkpoint *checkpoint)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(checkpoint->target, hex);
    text_buffer_member_text(out, "target", hex);
    text_buffer_member_count(out, "confirm_after_s", checkpoint->compare->confirm.after_s);
    text_buffer_member(out, "second");
    findings_json(checkpoint->findings, &checkpoint->first->refused, out);
}

static void push_state(struct text_buffer *out, const struct checkpoint *checkpoint)
{
    const struct first_reading *first = checkpoint->first;

    text_buffer_char(out, '{');
    text_buffer_member_count(out, "novate_verification", 1);
    text_buffer_member_text(out, "identity", checkpoint->compare->checkpoint.identity);
    text_buffer_member_text(out, "began_at", checkpoint->began_at);
    text_buffer_member(out, "tally");
    tally_json(checkpoint->tally, out);
    push_refused(out, &first->refused);
    push_chunks(out, checkpoint);
    if (checkpoint->compare->figures) {
        push_figures(out, first);
    }
    if (checkpoint->findings != NULL) {
        push_second(out, checkpoint);
    }
    text_buffer_string(out, "}\n");
    push_buckets(out, &first->source);
    push_buckets(out, &first->aside);
    struct hash hash = hash_bytes(out->data, out->size);
    text_buffer_push(out, &hash, sizeof hash);
}

bool checkpoint_save(struct checkpoint *checkpoint, struct error *error)
{
    const struct verify_checkpoint *options = &checkpoint->compare->checkpoint;
    struct text_buffer out;

    if (options->save == NULL) {
        return true;
    }
    int64_t begun = now_ns();
    text_buffer_init(&out, STATE_BYTES_MAX);
    push_state(&out, checkpoint);
    bool ok = text_buffer_check(&out, error);
    if (ok) {
        options->save(options->state, text_from(out.data, out.size));
    }
    text_buffer_release(&out);
    checkpoint->saved_ns = now_ns();
    checkpoint->took_ns = checkpoint->saved_ns - begun;
    return ok;
}

bool checkpoint_chunk(struct checkpoint *checkpoint, int chunk, struct error *error)
{
    const struct verify_checkpoint *options = &checkpoint->compare->checkpoint;

    if (options->save == NULL) {
        return true;
    }
    if (!NOVATE_CHECK(error,
                      chunk >= 0 && chunk < options->chunk_count && !checkpoint->done[chunk])) {
        return false;
    }
    checkpoint->done[chunk] = true;
    checkpoint->done_count++;
    bool due = now_ns() - checkpoint->saved_ns >= SAVES_SHARE * checkpoint->took_ns;
    return !due || checkpoint_save(checkpoint, error);
}

/* The line and what follows it; false: it is not whole. */
static bool split(struct text kept, struct text *line, struct text *rest)
{
    struct hash hash;
    const char *end = memchr(kept.data, '\n', kept.size);

    if (kept.size <= sizeof hash || end == NULL) {
        return false;
    }
    size_t size = kept.size - sizeof hash;
    memcpy(&hash, kept.data + size, sizeof hash);
    if ((size_t)(end - kept.data) >= size || !hash_equal(hash, hash_bytes(kept.data, size))) {
        return false;
    }
    *line = text_from(kept.data, (size_t)(end - kept.data));
    *rest = text_from(end + 1, size - line->size - 1);
    return true;
}

/* Every chunk that was read must be one of today's, or its rows would count twice. */
static bool take_chunks(struct checkpoint *checkpoint, const json_t *chunks)
{
    const struct verify_checkpoint *options = &checkpoint->compare->checkpoint;
    size_t index = 0;
    const json_t *item = NULL;
    int found = -1;

    json_array_foreach(chunks, index, item)
    {
        const char *id = json_string_value(item);
        found++; /* they come in the same order */
        while (id != NULL && found < options->chunk_count &&
               strcmp(options->chunks[found], id) != 0) {
            found++;
        }
        if (id == NULL || found >= options->chunk_count) {
            return false;
        }
        checkpoint->done[found] = true;
        checkpoint->done_count++;
    }
    return true;
}

static bool take_refused(struct refused *refused, const json_t *rows)
{
    size_t index = 0;
    const json_t *item = NULL;

    json_array_foreach(rows, index, item)
    {
        json_int_t mark = json_integer_value(json_object_get(item, "key"));
        json_int_t bucket = json_integer_value(json_object_get(item, "bucket"));
        struct refused_key *key = refused_marked(refused, (uint64_t)mark);
        if (key == NULL || bucket < 0 || bucket >= LIMIT_VERIFY_BUCKETS ||
            !refused_set_aside(refused, key, (int)bucket)) {
            return false;
        }
    }
    return true;
}

static bool take_buckets(struct buckets *buckets, struct text *rest)
{
    size_t size = sizeof *buckets->digests * LIMIT_VERIFY_BUCKETS;

    if (rest->size < size) {
        return false;
    }
    memcpy(buckets->digests, rest->data, size);
    *rest = text_from(rest->data + size, rest->size - size);
    return true;
}

static bool take_tally(struct tally *tally, const json_t *state)
{
    struct error unfit = ERROR_NONE;
    char *text = json_dumps(json_object_get(state, "tally"), JSON_COMPACT);
    bool ok = text != NULL && tally_from_json(text, tally, &unfit);

    free(text);
    return ok;
}

static bool take_figures(struct first_reading *first, const json_t *state)
{
    return figures_take(&first->source_figures, json_object_get(state, "figures")) &&
           figures_take(&first->aside_figures, json_object_get(state, "aside_figures"));
}

/* False: something does not fit, and what was taken so far is to be forgotten. */
static bool take(struct checkpoint *checkpoint, const json_t *state, struct text rest)
{
    struct first_reading *first = checkpoint->first;
    const char *identity = json_string_value(json_object_get(state, "identity"));
    const char *began_at = json_string_value(json_object_get(state, "began_at"));

    if (json_integer_value(json_object_get(state, "novate_verification")) != 1 ||
        identity == NULL || strcmp(identity, checkpoint->compare->checkpoint.identity) != 0 ||
        began_at == NULL || strlen(began_at) >= sizeof checkpoint->began_at) {
        return false;
    }
    memcpy(checkpoint->began_at, began_at, strlen(began_at) + 1);
    return take_chunks(checkpoint, json_object_get(state, "chunks")) &&
           take_refused(&first->refused, json_object_get(state, "refused")) &&
           (!checkpoint->compare->figures || take_figures(first, state)) &&
           take_buckets(&first->source, &rest) && take_buckets(&first->aside, &rest) &&
           rest.size == 0 && take_tally(checkpoint->tally, state);
}

static void forget(struct checkpoint *checkpoint)
{
    struct first_reading *first = checkpoint->first;

    memset(checkpoint->done,
           0,
           sizeof *checkpoint->done * (size_t)checkpoint->compare->checkpoint.chunk_count);
    checkpoint->done_count = 0;
    refused_take_back(&first->refused, 0);
    buckets_reset(&first->source);
    buckets_reset(&first->aside);
    figures_reset(&first->source_figures);
    figures_reset(&first->aside_figures);
    tally_init(checkpoint->tally, checkpoint->tally->counters.arena);
}

void checkpoint_open(struct checkpoint *checkpoint,
                     const struct compare *compare,
                     struct first_reading *first,
                     struct tally *tally)
{
    const struct verify_checkpoint *options = &compare->checkpoint;
    struct text line = TEXT_NONE;
    struct text rest = TEXT_NONE;

    *checkpoint = (struct checkpoint){.compare = compare,
                                      .first = first,
                                      .tally = tally,
                                      .done = options->done,
                                      .saved_ns = now_ns()};
    json_t *state =
        options->save != NULL && options->kept.size > 0 && split(options->kept, &line, &rest)
            ? json_loadb(line.data, line.size, 0, NULL)
            : NULL;
    if (state != NULL && take(checkpoint, state, rest)) {
        checkpoint->resumed_count = checkpoint->done_count;
        checkpoint->kept = state;
        return;
    }
    json_decref(state);
    if (options->save != NULL) {
        forget(checkpoint);
        compare->confirm.now(compare->confirm.state, checkpoint->began_at);
    }
}

/* Was a second reading kept, of the same differences in the same way? */
static bool second_fits(const struct checkpoint *checkpoint)
{
    struct hash target;
    uint64_t after_s = 0;

    return checkpoint->kept != NULL &&
           checkpoint->resumed_count == checkpoint->compare->checkpoint.chunk_count &&
           field_hash(checkpoint->kept, "target", &target) &&
           hash_equal(target, checkpoint->target) &&
           field_number(checkpoint->kept, "confirm_after_s", INT64_MAX, &after_s) &&
           after_s == checkpoint->compare->confirm.after_s;
}

static void take_second(struct checkpoint *checkpoint, struct findings *findings)
{
    struct findings before = *findings;
    const json_t *second = json_object_get(checkpoint->kept, "second");
    struct refused *refused = &checkpoint->first->refused;

    if (!findings_take(findings, refused, checkpoint->compare->schema, second)) {
        *findings = before;
        bucket_set_reset(&findings->settled);
    }
}

bool checkpoint_second(struct checkpoint *checkpoint,
                       struct findings *findings,
                       struct bucket_set *differing,
                       struct error *error)
{
    const struct digest *target = checkpoint->first->target.digests;

    if (checkpoint->compare->checkpoint.save == NULL || differing->count == 0) {
        return true;
    }
    checkpoint->target = hash_bytes(target, sizeof *target * LIMIT_VERIFY_BUCKETS);
    if (second_fits(checkpoint)) {
        take_second(checkpoint, findings);
    }
    for (int i = 0; i < LIMIT_VERIFY_BUCKETS; i++) {
        if (findings->settled.has[i]) {
            bucket_set_remove(differing, i);
        }
    }
    checkpoint->findings = findings;
    return checkpoint_save(checkpoint, error);
}

bool checkpoint_settled(struct checkpoint *checkpoint, bool target_is_the_same, struct error *error)
{
    if (!target_is_the_same) {
        checkpoint->findings = NULL;
    }
    return checkpoint->findings == NULL || checkpoint_save(checkpoint, error);
}

void checkpoint_close(struct checkpoint *checkpoint)
{
    json_decref(checkpoint->kept);
}
