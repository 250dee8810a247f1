/* segment_manifest.c — the list of staged files, written and read; the contract is in
 * novate/segment_manifest.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/segment_manifest.h"

#include "durable.h"
#include "segment_crypt.h"

#include "novate/json_fields.h"
#include "novate/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_VERSION 1
#define MANIFEST_PATH    "%s/segments/manifest.json"
#define SEAL_KIND        "HMAC-SHA-256"
#define PATH_BYTES_MAX   4096

static const char *stage_text(enum segment_stage stage)
{
    return stage == SEGMENT_EXTRACTED ? "extracted" : "transformed";
}

static void push_digest(struct text_buffer *out, const char *name, const struct digest *digest)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(digest->sum, hex);
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "rows", digest->rows);
    text_buffer_member_text(out, "sum", hex);
    text_buffer_char(out, '}');
}

static void push_segment(struct text_buffer *out, const struct manifest_segment *segment)
{
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "file", segment->file);
    text_buffer_member_text(out, "stage", stage_text(segment->stage));
    text_buffer_member_text(out, "chunk_id", segment->chunk_id);
    text_buffer_member_text(out, "sha256", segment->sha256);
    text_buffer_member_text(out, "checksum", segment->checksum);
    text_buffer_member_count(out, "chunk", (uint64_t)segment->chunk);
    text_buffer_member_count(out, "bytes", segment->bytes);
    text_buffer_member_count(out, "rows", segment->rows);
    push_digest(out, "source", &segment->source);
    text_buffer_char(out, '}');
}

static void push_entity(struct text_buffer *out, const struct manifest_entity *entity)
{
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "entity", entity->entity);
    text_buffer_member_text(out, "stage", stage_text(entity->stage));
    text_buffer_member_text(out, "mapping_digest", entity->mapping_digest);
    text_buffer_member_text(out, "plan_digest", entity->plan_digest);
    text_buffer_member_text(out, "mapping", entity->mapping_text);
    push_digest(out, "source", &entity->source);
    if (entity->stage == SEGMENT_TRANSFORMED) {
        push_digest(out, "passed", &entity->passed);
        push_digest(out, "filtered", &entity->filtered);
        push_digest(out, "rejected", &entity->rejected);
        push_digest(out, "emitted", &entity->emitted);
        push_digest(out, "merged", &entity->merged);
    }
    text_buffer_member(out, "segments");
    text_buffer_char(out, '[');
    for (int i = 0; i < entity->segment_count; i++) {
        push_segment(out, &entity->segments[i]);
    }
    text_buffer_string(out, "]}");
}

/* All entities are at least that far. */
static enum segment_stage stage_of_all(const struct segment_manifest *manifest)
{
    bool transformed = manifest->entity_count > 0;

    for (int i = 0; i < manifest->entity_count; i++) {
        transformed = transformed && manifest->entities[i].stage == SEGMENT_TRANSFORMED;
    }
    return transformed ? SEGMENT_TRANSFORMED : SEGMENT_EXTRACTED;
}

/* Everything but the seal. */
static void push_manifest(struct text_buffer *out, const struct segment_manifest *manifest)
{
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "novate_segments", MANIFEST_VERSION);
    text_buffer_member_text(out, "novate", manifest->novate);
    text_buffer_member_text(out, "migration", manifest->migration);
    text_buffer_member_text(out, "stage", stage_text(stage_of_all(manifest)));
    text_buffer_member_text(out, "written_at", manifest->written_at);
    text_buffer_member_text(out, "host", manifest->host);
    text_buffer_member_text(out, "operator", manifest->operator_name);
    text_buffer_member(out, "absent");
    text_buffer_char(out, '[');
    for (int i = 0; i < manifest->absent_count; i++) {
        text_buffer_member_text(out, NULL, manifest->absent[i]);
    }
    text_buffer_char(out, ']');
    text_buffer_member(out, "entities");
    text_buffer_char(out, '[');
    for (int i = 0; i < manifest->entity_count; i++) {
        push_entity(out, &manifest->entities[i]);
    }
    text_buffer_string(out, "]}");
}

/* What a seal covers: one form of the JSON, however it is laid out. The caller frees it. */
static char *canonical(const json_t *root)
{
    return json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
}

static json_t *make_seal(const json_t *root, const struct segment_key *key)
{
    uint8_t seal[CRYPT_SEAL_BYTES];
    char hex[2 * CRYPT_SEAL_BYTES + 1];

    if (key == NULL) {
        return json_pack("{s:s, s:s}",
                         "kind",
                         "none",
                         "says",
                         "not sealed: checksums find accidents, not forgery");
    }
    char *covered = canonical(root);
    if (covered == NULL) {
        return NULL;
    }
    segment_seal(key, covered, strlen(covered), seal);
    free(covered);
    bytes_hex(seal, sizeof seal, hex);
    return json_pack("{s:s, s:s, s:s}", "kind", SEAL_KIND, "key", segment_key_id(key), "code", hex);
}

static bool write_file(const char *work_directory, const char *text, struct error *error)
{
    struct durable_file file = DURABLE_FILE_EMPTY;
    char path[PATH_BYTES_MAX];

    if (snprintf(path, sizeof path, MANIFEST_PATH, work_directory) >= (int)sizeof path) {
        return error_set(error, ERROR_IO, "the name of the work directory is too long");
    }
    bool ok = durable_file_open(&file, path, error) &&
              durable_file_write(&file, text, strlen(text), error) &&
              durable_file_write(&file, "\n", 1, error) && durable_file_commit(&file, error);
    durable_file_release(&file);
    return ok;
}

bool segment_manifest_write(const char *work_directory,
                            const struct segment_manifest *manifest,
                            const struct segment_key *key,
                            struct error *error)
{
    struct text_buffer json;
    json_error_t reason;
    json_t *root = NULL;
    char *text = NULL;

    text_buffer_init(&json, LIMIT_MANIFEST_BYTES);
    push_manifest(&json, manifest);
    bool ok = text_buffer_check(&json, error);
    if (ok) {
        root = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, &reason);
        if (root != NULL && json_object_set_new(root, "seal", make_seal(root, key)) == 0) {
            text = json_dumps(root, JSON_INDENT(1));
        }
        ok = text != NULL ? write_file(work_directory, text, error) : error_set_memory(error);
    }
    free(text);
    json_decref(root);
    text_buffer_release(&json);
    return ok;
}

bool segment_manifest_remove(const char *work_directory, struct error *error)
{
    char path[PATH_BYTES_MAX];

    if (snprintf(path, sizeof path, MANIFEST_PATH, work_directory) >= (int)sizeof path) {
        return error_set(error, ERROR_IO, "the name of the work directory is too long");
    }
    if (unlink(path) != 0) {
        return errno == ENOENT ||
               error_set_system(error, ERROR_IO, errno, "could not remove file \"%s\"", path);
    }
    return durable_directory_sync(path, error);
}

bool segment_manifest_exists(const char *work_directory)
{
    char path[PATH_BYTES_MAX];

    return snprintf(path, sizeof path, MANIFEST_PATH, work_directory) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

static bool read_stage(const json_t *object, enum segment_stage *stage)
{
    const char *text = json_string_value(json_object_get(object, "stage"));

    if (text == NULL) {
        return false;
    }
    *stage = strcmp(text, "extracted") == 0 ? SEGMENT_EXTRACTED : SEGMENT_TRANSFORMED;
    return *stage == SEGMENT_EXTRACTED || strcmp(text, "transformed") == 0;
}

static bool read_digest(const json_t *object, const char *name, struct digest *digest)
{
    const json_t *member = json_object_get(object, name);

    return field_number(member, "rows", INT64_MAX, &digest->rows) &&
           field_hash(member, "sum", &digest->sum);
}

/* 32 digits as novate writes them: texts are compared. */
static bool read_hash(const json_t *object, const char *name, struct arena *arena, const char **hex)
{
    uint8_t bytes[16];

    return field_text(object, name, arena, hex) && bytes_from_hex(*hex, bytes, sizeof bytes);
}

/* The name of a file is what it must be, so that it leads nowhere else. */
static bool name_holds(const char *entity, const struct manifest_segment *segment)
{
    struct text_buffer name;

    text_buffer_init(&name, PATH_BYTES_MAX);
    segment_file_name(entity, segment->chunk, segment->stage, &name);
    bool holds = !name.failed && strcmp(name.data, segment->file) == 0;
    text_buffer_release(&name);
    return holds;
}

static bool read_segment(const json_t *object,
                         const char *entity,
                         struct arena *arena,
                         struct manifest_segment *segment)
{
    uint8_t sha256[CRYPT_SHA256_BYTES];

    return field_text(object, "file", arena, &segment->file) &&
           read_stage(object, &segment->stage) &&
           read_hash(object, "chunk_id", arena, &segment->chunk_id) &&
           field_text(object, "sha256", arena, &segment->sha256) &&
           bytes_from_hex(segment->sha256, sha256, sizeof sha256) &&
           read_hash(object, "checksum", arena, &segment->checksum) &&
           field_int(object, "chunk", 0, INT_MAX, &segment->chunk) &&
           field_number(object, "bytes", INT64_MAX, &segment->bytes) &&
           field_number(object, "rows", INT64_MAX, &segment->rows) &&
           read_digest(object, "source", &segment->source) && name_holds(entity, segment);
}

/* In order, each chunk once with all of its stages, and together they are the entity. */
static bool segments_hold(const struct manifest_entity *entity)
{
    int stages = entity->stage == SEGMENT_TRANSFORMED ? 2 : 1;
    struct digest sum = {.rows = 0};

    for (int i = 0; i < entity->segment_count; i++) {
        const struct manifest_segment *segment = &entity->segments[i];
        bool first = i % stages == 0;
        bool next = first ? i == 0 || segment->chunk > segment[-1].chunk
                          : segment->chunk == segment[-1].chunk &&
                                strcmp(segment->chunk_id, segment[-1].chunk_id) == 0;
        if (!next || segment->stage != (first ? SEGMENT_EXTRACTED : SEGMENT_TRANSFORMED)) {
            return false;
        }
        if (first) {
            digest_merge(&sum, &segment->source);
        }
    }
    return entity->segment_count % stages == 0 && digest_equal(&sum, &entity->source);
}

static bool read_segments(const json_t *object, struct arena *arena, struct manifest_entity *entity)
{
    const json_t *segments = json_object_get(object, "segments");
    size_t count = json_array_size(segments);

    entity->segments = ARENA_ARRAY(arena, struct manifest_segment, count + 1);
    if (!json_is_array(segments) || count > INT_MAX || entity->segments == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_segment(
                json_array_get(segments, i), entity->entity, arena, &entity->segments[i])) {
            return false;
        }
    }
    entity->segment_count = (int)count;
    return segments_hold(entity);
}

static bool read_entity(const json_t *object, struct arena *arena, struct manifest_entity *entity)
{
    if (!field_text(object, "entity", arena, &entity->entity) ||
        !read_stage(object, &entity->stage) ||
        !read_hash(object, "mapping_digest", arena, &entity->mapping_digest) ||
        !read_hash(object, "plan_digest", arena, &entity->plan_digest) ||
        !field_text(object, "mapping", arena, &entity->mapping_text) ||
        !read_digest(object, "source", &entity->source)) {
        return false;
    }
    if (entity->stage == SEGMENT_TRANSFORMED &&
        (!read_digest(object, "passed", &entity->passed) ||
         !read_digest(object, "filtered", &entity->filtered) ||
         !read_digest(object, "rejected", &entity->rejected) ||
         !read_digest(object, "emitted", &entity->emitted) ||
         !read_digest(object, "merged", &entity->merged))) {
        return false;
    }
    return read_segments(object, arena, entity);
}

static bool read_entities(const json_t *root,
                          struct arena *arena,
                          struct segment_manifest *manifest)
{
    const json_t *entities = json_object_get(root, "entities");
    size_t count = json_array_size(entities);

    manifest->entities = ARENA_ARRAY(arena, struct manifest_entity, count + 1);
    if (!json_is_array(entities) || count > INT_MAX || manifest->entities == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_entity(json_array_get(entities, i), arena, &manifest->entities[i])) {
            return false;
        }
    }
    manifest->entity_count = (int)count;
    return true;
}

static bool read_absent(const json_t *root, struct arena *arena, struct segment_manifest *manifest)
{
    const json_t *absent = json_object_get(root, "absent");
    size_t count = json_array_size(absent);

    manifest->absent = ARENA_ARRAY(arena, const char *, count + 1);
    if (!json_is_array(absent) || count > INT_MAX || manifest->absent == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(absent, i));
        manifest->absent[i] = name == NULL ? NULL : arena_string(arena, name);
        if (manifest->absent[i] == NULL) {
            return false;
        }
    }
    manifest->absent_count = (int)count;
    return true;
}

static bool read_root(const json_t *root, struct arena *arena, struct segment_manifest *manifest)
{
    int version = 0;

    return field_int(root, "novate_segments", MANIFEST_VERSION, MANIFEST_VERSION, &version) &&
           field_text(root, "novate", arena, &manifest->novate) &&
           field_text(root, "migration", arena, &manifest->migration) &&
           field_text(root, "written_at", arena, &manifest->written_at) &&
           field_text(root, "host", arena, &manifest->host) &&
           field_text(root, "operator", arena, &manifest->operator_name) &&
           read_absent(root, arena, manifest) && read_entities(root, arena, manifest);
}

static bool wrong_key(const char *what, const char *hint, struct error *error)
{
    (void)error_set(error, ERROR_KEY, "the manifest of the segments %s", what);
    return error_hint(error, "%s", hint);
}

/* `root` is without its seal. */
static bool seal_holds(const json_t *root,
                       const char *code,
                       const struct segment_key *key,
                       struct error *error)
{
    uint8_t seal[CRYPT_SEAL_BYTES];
    char *covered = canonical(root);

    if (covered == NULL) {
        return error_set_memory(error);
    }
    bool holds = code != NULL && bytes_from_hex(code, seal, sizeof seal) &&
                 segment_seal_holds(key, covered, strlen(covered), seal);
    free(covered);
    if (!holds) {
        (void)error_set(error, ERROR_CORRUPT, "the manifest of the segments was altered");
        (void)error_detail(error, "Its seal does not hold.");
        return error_hint(error, "Carry it anew from where it was written.");
    }
    return true;
}

static bool check_seal(json_t *root,
                       const struct segment_key *key,
                       struct arena *arena,
                       const char **key_id,
                       struct error *error)
{
    json_t *seal = json_incref(json_object_get(root, "seal"));
    const char *kind = json_string_value(json_object_get(seal, "kind"));
    const char *id = json_string_value(json_object_get(seal, "key"));
    bool sealed = kind != NULL && strcmp(kind, SEAL_KIND) == 0 && id != NULL;
    bool ok = false;

    *key_id = NULL;
    (void)json_object_del(root, "seal");
    if (!sealed && (kind == NULL || strcmp(kind, "none") != 0)) {
        ok = error_set(error, ERROR_CORRUPT, "the manifest of the segments has a wrong form");
    } else if (!sealed) {
        ok = key == NULL ||
             wrong_key("is not sealed, but a key is named",
                       "Leave the key out, or stage again with --restart and the key.",
                       error);
    } else if (key == NULL) {
        ok = wrong_key(
            "is sealed", "Name the file of its key with --key-file or NOVATE_KEY_FILE.", error);
    } else if (strcmp(id, segment_key_id(key)) != 0) {
        ok = wrong_key("was sealed with another key",
                       "Name the file of the key that the segments were written with.",
                       error);
    } else {
        *key_id = arena_string(arena, id);
        ok = (*key_id != NULL || error_set_memory(error)) &&
             seal_holds(root, json_string_value(json_object_get(seal, "code")), key, error);
    }
    json_decref(seal);
    return ok;
}

bool segment_manifest_parse(const char *json,
                            size_t size,
                            const struct segment_key *key,
                            struct arena *arena,
                            struct segment_manifest *manifest,
                            struct error *error)
{
    json_error_t reason;
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, &reason);

    *manifest = (struct segment_manifest){.entity_count = 0};
    bool ok = json_is_object(root);
    if (ok && !check_seal(root, key, arena, &manifest->key_id, error)) {
        json_decref(root);
        return false;
    }
    ok = ok && read_root(root, arena, manifest);
    json_decref(root);
    if (!ok) {
        (void)error_set(error, ERROR_CORRUPT, "the manifest of the segments has a wrong form");
        return error_hint(error, "Carry it anew from where it was written.");
    }
    return true;
}

/* The whole file; `*found` false: there is none. */
static bool read_file(const char *path, struct text_buffer *out, bool *found, struct error *error)
{
    char piece[4096];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;

    *found = descriptor >= 0;
    if (descriptor < 0) {
        return errno == ENOENT || errno == ENOTDIR ||
               error_set_system(error, ERROR_IO, errno, "could not open file \"%s\"", path);
    }
    while (got > 0 && !out->failed) {
        got = read(descriptor, piece, sizeof piece);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        text_buffer_push(out, piece, got > 0 ? (size_t)got : 0);
    }
    int why = errno;
    (void)close(descriptor);
    return got >= 0 ? text_buffer_check(out, error)
                    : error_set_system(error, ERROR_IO, why, "could not read file \"%s\"", path);
}

bool segment_manifest_read(const char *work_directory,
                           const struct segment_key *key,
                           struct arena *arena,
                           struct segment_manifest *manifest,
                           bool *found,
                           struct error *error)
{
    struct text_buffer text;
    char path[PATH_BYTES_MAX];

    *found = false;
    if (snprintf(path, sizeof path, MANIFEST_PATH, work_directory) >= (int)sizeof path) {
        return error_set(error, ERROR_IO, "the name of the work directory is too long");
    }
    text_buffer_init(&text, LIMIT_MANIFEST_BYTES);
    bool ok = read_file(path, &text, found, error);
    if (ok && *found) {
        ok = segment_manifest_parse(text.data, text.size, key, arena, manifest, error) ||
             error_context(error, "reading \"%s\"", path);
    }
    text_buffer_release(&text);
    return ok;
}
