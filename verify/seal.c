/* seal.c — seals a report, and looks whether a sealed one was altered.
 *
 *     {"novate_report":1,…,"entities":[{…},{…}],…   ,"seal":{"parts":[…],…   ,"sha256":"…"}}
 *     └ head ───────────────────────┘└ parts ───┘   └ the seal ──────────┘          tail
 *     └ what the last digest is of ──────────────────────────────────────┘
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "seal.h"

#include "novate/checksum.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define SEAL_OPENS   ",\"seal\":{"
#define DIGEST_OPENS ",\"sha256\":\""
#define FILE_ENDS    "\"}}\n"

enum {
    DIGITS = SHA256_HEX_SIZE - 1,
    DIGEST_OPENS_BYTES = sizeof DIGEST_OPENS - 1,
    FILE_ENDS_BYTES = sizeof FILE_ENDS - 1,
    TAIL_BYTES = DIGEST_OPENS_BYTES + DIGITS + FILE_ENDS_BYTES,
    PARTS_BYTES_MAX = 64 << 20
};

bool sha256_hex(struct text bytes, char hex[SHA256_HEX_SIZE], struct error *error)
{
    struct checksums sums;
    char whole[CHECKSUM_HEX_SIZE];
    if (!checksums_open(&sums, 1u << CHECKSUM_SHA256, error)) {
        return false;
    }
    checksums_push(&sums, bytes.data, bytes.size);
    bool ok = checksums_hex(&sums, CHECKSUM_SHA256, whole, error);
    checksums_close(&sums);
    if (ok) {
        memcpy(hex, whole, DIGITS);
        hex[DIGITS] = '\0';
    }
    return ok;
}

void seal_init(struct seal *seal, const struct text_buffer *report)
{
    *seal = (struct seal){.report = report, .begun = report->size, .error = ERROR_NONE};
    text_buffer_init(&seal->parts, PARTS_BYTES_MAX);
}

void seal_release(struct seal *seal)
{
    text_buffer_release(&seal->parts);
}

static void push_name(const char *kind, const char *name, struct text_buffer *out)
{
    struct text_buffer whole;
    text_buffer_init(&whole, PARTS_BYTES_MAX);
    text_buffer_format(&whole, "%s%s%s", kind, name == NULL ? "" : " ", name == NULL ? "" : name);
    if (whole.failed) {
        out->failed = true;
    } else {
        text_buffer_json(out, text_from(whole.data, whole.size));
    }
    text_buffer_release(&whole);
}

void seal_part(struct seal *seal, const char *kind, const char *name)
{
    const struct text_buffer *report = seal->report;
    struct text_buffer *parts = &seal->parts;
    char hex[SHA256_HEX_SIZE];
    size_t size = report->size - seal->begun;
    if (report->failed || seal->error.code != ERROR_OK ||
        !sha256_hex(text_from(report->data + seal->begun, size), hex, &seal->error)) {
        return;
    }
    text_buffer_string(parts, parts->size > 0 ? "," : "");
    text_buffer_string(parts, "{\"part\":");
    push_name(kind, name, parts);
    text_buffer_format(parts, ",\"bytes\":%zu,\"sha256\":\"%s\"}", size, hex);
    seal->begun = report->size;
}

static void push_text(struct text_buffer *out, const char *text)
{
    if (text == NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_json(out, text_of(text));
    }
}

bool seal_push(struct seal *seal,
               const struct seal_links *links,
               struct text_buffer *out,
               struct error *error)
{
    char hex[SHA256_HEX_SIZE];
    if (seal->error.code != ERROR_OK) {
        *error = seal->error;
        return false;
    }
    if (!text_buffer_check(&seal->parts, error)) {
        return false;
    }
    text_buffer_format(out, SEAL_OPENS "\"parts\":[%s],\"previous\":", seal->parts.data);
    if (links->previous == NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_string(out, "{\"report\":");
        push_text(out, links->previous);
        text_buffer_string(out, ",\"sha256\":");
        push_text(out, links->previous_sha256);
        text_buffer_char(out, '}');
    }
    text_buffer_string(out, ",\"key\":");
    push_text(out, links->key);
    if (!text_buffer_check(out, error) ||
        !sha256_hex(text_from(out->data, out->size), hex, error)) {
        return false;
    }
    text_buffer_format(out, DIGEST_OPENS "%s" FILE_ENDS, hex);
    return true;
}

static const char *copy_member(const json_t *object, const char *name, struct arena *arena)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? NULL : arena_string(arena, value);
}

/* The first part whose bytes are not those that were sealed. `*end`: where the parts end. */
static bool find_altered(struct text file,
                         const json_t *parts,
                         struct arena *arena,
                         struct seal_state *state,
                         size_t *end,
                         struct error *error)
{
    size_t index = 0;
    const json_t *part = NULL;
    *end = 0;
    json_array_foreach(parts, index, part)
    {
        char hex[SHA256_HEX_SIZE];
        json_int_t bytes = json_integer_value(json_object_get(part, "bytes"));
        const char *sealed = json_string_value(json_object_get(part, "sha256"));
        const char *name = json_string_value(json_object_get(part, "part"));
        if (bytes < 0 || (uint64_t)bytes > file.size - *end || sealed == NULL || name == NULL) {
            return true;
        }
        if (!sha256_hex(text_from(file.data + *end, (size_t)bytes), hex, error)) {
            return false;
        }
        if (strcmp(hex, sealed) != 0) {
            state->altered = arena_string(arena, name);
            return state->altered != NULL || error_set_memory(error);
        }
        *end += (size_t)bytes;
        state->parts++;
    }
    return true;
}

/* Has it the form in which a seal ends? */
static bool ends_sealed(struct text file)
{
    if (file.size < TAIL_BYTES) {
        return false;
    }
    const char *tail = file.data + file.size - TAIL_BYTES;
    return memcmp(tail, DIGEST_OPENS, DIGEST_OPENS_BYTES) == 0 &&
           memcmp(tail + TAIL_BYTES - FILE_ENDS_BYTES, FILE_ENDS, FILE_ENDS_BYTES) == 0;
}

/* Is the last digest that of everything before it? */
static bool is_whole(struct text file, bool *whole, struct error *error)
{
    char hex[SHA256_HEX_SIZE];
    *whole = false;
    if (!ends_sealed(file)) {
        return true;
    }
    size_t sealed = file.size - TAIL_BYTES;
    if (!sha256_hex(text_from(file.data, sealed), hex, error)) {
        return false;
    }
    *whole = memcmp(file.data + sealed + DIGEST_OPENS_BYTES, hex, DIGITS) == 0;
    return true;
}

static bool look_at_seal(struct text file,
                         const json_t *seal,
                         struct arena *arena,
                         struct seal_state *state,
                         struct error *error)
{
    static const char opens[] = SEAL_OPENS;
    size_t size = sizeof opens - 1;
    size_t end = 0;
    bool whole = false;
    if (!is_whole(file, &whole, error) ||
        !find_altered(file, json_object_get(seal, "parts"), arena, state, &end, error)) {
        return false;
    }
    bool covered = file.size - end > size && memcmp(file.data + end, opens, size) == 0;
    if (state->altered == NULL && (!whole || !covered || state->parts == 0)) {
        state->altered = "the seal";
    }
    const json_t *previous = json_object_get(seal, "previous");
    state->previous = copy_member(previous, "report", arena);
    state->previous_sha256 = copy_member(previous, "sha256", arena);
    state->key = copy_member(seal, "key", arena);
    return true;
}

bool seal_look(struct text file, struct arena *arena, struct seal_state *state, struct error *error)
{
    *state = (struct seal_state){.is_report = false};
    if (!sha256_hex(file, state->sha256, error)) {
        return false;
    }
    json_t *report = json_loadb(file.data, file.size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *seal = json_object_get(report, "seal");
    state->is_report = json_is_integer(json_object_get(report, "novate_report"));
    state->is_sealed = state->is_report && json_is_object(seal);
    bool ok = true;
    if (state->is_report) {
        state->migration = copy_member(report, "migration", arena);
        state->kind = copy_member(report, "kind", arena);
        state->verdict = copy_member(report, "verdict", arena);
        state->finished_at = copy_member(report, "finished_at", arena);
        state->tool_version = copy_member(report, "tool_version", arena);
        state->run = json_integer_value(json_object_get(report, "run"));
    }
    if (state->is_sealed) {
        ok = look_at_seal(file, seal, arena, state, error);
    } else if (state->is_report && ends_sealed(file)) {
        state->is_sealed = true;
        state->altered = "the seal";
    }
    json_decref(report);
    return ok;
}
