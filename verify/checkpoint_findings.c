/* checkpoint_findings.c — the contract is in checkpoint_findings.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "checkpoint_findings.h"

#include "novate/limits.h"

#include <string.h>

static void push_difference(struct text_buffer *out,
                            const char *name,
                            const struct difference *difference)
{
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "kind", (uint64_t)difference->kind);
    text_buffer_member_text(out, "key", difference->key);
    text_buffer_member(out, "columns");
    text_buffer_char(out, '[');
    for (int i = 0; i < difference->column_count; i++) {
        text_buffer_member_text(out, NULL, difference->columns[i]);
    }
    text_buffer_string(out, "]}");
}

static void push_differences(struct text_buffer *out, struct differences *differences)
{
    differences_finish(differences);
    text_buffer_member(out, "differences");
    text_buffer_char(out, '[');
    for (int i = 0; i < differences->count; i++) {
        push_difference(out, NULL, &differences->items[i]);
    }
    text_buffer_char(out, ']');
}

static void push_flight(struct text_buffer *out, const struct flight *flight)
{
    text_buffer_member_count(out, "changed", flight->changed);
    text_buffer_member_count(out, "settled", flight->settled);
    text_buffer_member(out, "flights");
    text_buffer_char(out, '[');
    for (int i = 0; i < flight->count; i++) {
        const struct in_flight *item = &flight->items[i];
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, "first_at", item->first_at);
        text_buffer_member_text(out, "second_at", item->second_at);
        if (item->differed) {
            push_difference(out, "first", &item->first);
        }
        if (item->differs) {
            push_difference(out, "second", &item->second);
        }
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

static void push_totals(struct text_buffer *out, const struct match_totals *totals)
{
    text_buffer_member_count(out, "equal", totals->equal);
    text_buffer_member_count(out, "not_equal", totals->not_equal);
    text_buffer_member_count(out, "missing_target", totals->missing_target);
    text_buffer_member_count(out, "missing_source", totals->missing_source);
    text_buffer_member_count(out, "refused", totals->refused);
    text_buffer_member_count(out, "within_tolerance", totals->within_tolerance);
    member_digest(out, "source", &totals->source);
    member_digest(out, "target", &totals->target);
}

static void push_refused(struct text_buffer *out, const struct refused *refused)
{
    text_buffer_member(out, "refusals");
    text_buffer_char(out, '[');
    for (size_t i = 0; refused->slots != NULL && i <= refused->mask; i++) {
        const struct refused_key *key = &refused->slots[i];
        if (key->key != NULL) {
            text_buffer_member(out, NULL);
            text_buffer_char(out, '{');
            text_buffer_member_count(out, "key", refused_mark(key));
            text_buffer_member_count(out, "left", (uint64_t)key->count);
            text_buffer_char(out, '}');
        }
    }
    text_buffer_char(out, ']');
}

void findings_json(struct findings *findings,
                   const struct refused *refused,
                   struct text_buffer *out)
{
    text_buffer_char(out, '{');
    text_buffer_member(out, "buckets");
    text_buffer_char(out, '[');
    for (int i = 0; i < LIMIT_VERIFY_BUCKETS; i++) {
        if (findings->settled.has[i]) {
            text_buffer_member_count(out, NULL, (uint64_t)i);
        }
    }
    text_buffer_char(out, ']');
    push_totals(out, &findings->totals);
    push_differences(out, &findings->differences);
    push_flight(out, &findings->flight);
    push_refused(out, refused);
    text_buffer_char(out, '}');
}

static bool take_buckets(struct bucket_set *settled, const json_t *buckets)
{
    size_t index = 0;
    const json_t *item = NULL;

    json_array_foreach(buckets, index, item)
    {
        json_int_t bucket = json_integer_value(item);
        if (!json_is_integer(item) || bucket < 0 || bucket >= LIMIT_VERIFY_BUCKETS) {
            return false;
        }
        bucket_set_add(settled, (int)bucket);
    }
    return json_is_array(buckets);
}

static bool take_totals(struct match_totals *totals, const json_t *kept)
{
    return field_number(kept, "equal", INT64_MAX, &totals->equal) &&
           field_number(kept, "not_equal", INT64_MAX, &totals->not_equal) &&
           field_number(kept, "missing_target", INT64_MAX, &totals->missing_target) &&
           field_number(kept, "missing_source", INT64_MAX, &totals->missing_source) &&
           field_number(kept, "refused", INT64_MAX, &totals->refused) &&
           field_number(kept, "within_tolerance", INT64_MAX, &totals->within_tolerance) &&
           field_digest(kept, "source", &totals->source) &&
           field_digest(kept, "target", &totals->target);
}

/* Its texts are those of `kept` and of the schema. */
static bool read_difference(const json_t *kept,
                            const struct schema *schema,
                            const char **names,
                            struct difference *difference)
{
    const json_t *columns = json_object_get(kept, "columns");
    int kind = 0;
    size_t index = 0;
    const json_t *item = NULL;

    difference->key = json_string_value(json_object_get(kept, "key"));
    difference->columns = names;
    if (difference->key == NULL || !json_is_array(columns) ||
        json_array_size(columns) > (size_t)schema->count ||
        !field_int(kept, "kind", 0, DIFFERENCE_MISSING_SOURCE, &kind)) {
        return false;
    }
    difference->kind = (enum difference_kind)kind;
    json_array_foreach(columns, index, item)
    {
        const char *name = json_string_value(item);
        int column = name == NULL ? -1 : schema_find(schema, text_of(name), true);
        if (column < 0) {
            return false;
        }
        names[difference->column_count++] = schema->columns[column].name;
    }
    return true;
}

/* Here and below `names` has room for the names of all columns. */
static bool take_differences(struct differences *differences,
                             const struct schema *schema,
                             const char **names,
                             const json_t *kept)
{
    struct error unfit = ERROR_NONE;
    size_t index = 0;
    const json_t *item = NULL;

    json_array_foreach(kept, index, item)
    {
        struct difference difference = {.column_count = 0};
        if (!read_difference(item, schema, names, &difference) ||
            !differences_push(differences, &difference, &unfit)) {
            return false;
        }
    }
    return json_is_array(kept);
}

static bool take_time(const json_t *kept, const char *name, char time[VERIFY_TIME_SIZE])
{
    const char *text = json_string_value(json_object_get(kept, name));

    if (text == NULL || strlen(text) >= VERIFY_TIME_SIZE) {
        return false;
    }
    memcpy(time, text, strlen(text) + 1);
    return true;
}

static bool take_look(const json_t *kept,
                      const struct schema *schema,
                      const char **names,
                      struct difference *look,
                      bool *there)
{
    *look = (struct difference){.column_count = 0};
    *there = kept != NULL;
    return kept == NULL || read_difference(kept, schema, names, look);
}

static bool take_flight(struct flight *flight,
                        const struct schema *schema,
                        const char **names,
                        const char **second_names,
                        const json_t *kept)
{
    struct error unfit = ERROR_NONE;
    size_t index = 0;
    const json_t *item = NULL;

    json_array_foreach(json_object_get(kept, "flights"), index, item)
    {
        struct difference first;
        struct difference second;
        bool differed = false;
        bool differs = false;
        if (!take_look(json_object_get(item, "first"), schema, names, &first, &differed) ||
            !take_look(json_object_get(item, "second"), schema, second_names, &second, &differs) ||
            !(differed || differs) || !take_time(item, "first_at", flight->first_at) ||
            !take_time(item, "second_at", flight->second_at) ||
            !flight_note(flight, differed ? &first : NULL, differs ? &second : NULL, &unfit)) {
            return false;
        }
    }
    return field_number(kept, "changed", INT64_MAX, &flight->changed) &&
           field_number(kept, "settled", INT64_MAX, &flight->settled);
}

/* First looks whether all fit, then changes them. */
static bool take_refused(struct refused *refused, const json_t *kept, bool change)
{
    size_t index = 0;
    const json_t *item = NULL;

    json_array_foreach(kept, index, item)
    {
        uint64_t mark = 0;
        int left = 0;
        struct refused_key *key =
            field_number(item, "key", INT64_MAX, &mark) ? refused_marked(refused, mark) : NULL;
        if (key == NULL || !field_int(item, "left", 0, key->count, &left)) {
            return false;
        }
        key->count = change ? left : key->count;
    }
    return json_is_array(kept);
}

bool findings_take(struct findings *findings,
                   struct refused *refused,
                   const struct schema *schema,
                   const json_t *kept)
{
    const json_t *refusals = json_object_get(kept, "refusals");
    struct arena *arena = findings->differences.arena;
    const char **names = ARENA_ARRAY(arena, const char *, (size_t)schema->count);
    const char **second_names = ARENA_ARRAY(arena, const char *, (size_t)schema->count);

    return names != NULL && second_names != NULL &&
           take_buckets(&findings->settled, json_object_get(kept, "buckets")) &&
           take_totals(&findings->totals, kept) &&
           take_differences(
               &findings->differences, schema, names, json_object_get(kept, "differences")) &&
           take_flight(&findings->flight, schema, names, second_names, kept) &&
           take_refused(refused, refusals, false) && take_refused(refused, refusals, true);
}
