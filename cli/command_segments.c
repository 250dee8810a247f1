/* command_segments.c — segments list, check, key: staged files, without source or target.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "segments.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    OUTPUT_BYTES_MAX = 256 << 20,
    NAME_WIDTH_MIN = 6
};

/* The manifest, the ledger, or both, of the entities that were asked for. */
struct holding {
    struct segment_manifest manifest;
    bool has_manifest;
    struct segment_manifest recorded;
    bool has_ledger;
};

static bool has_ledger(struct job *job)
{
    const char *path = arena_format(&job->arena, "%s/ledger.db", job->plan.work);
    return path != NULL && access(path, F_OK) == 0;
}

static bool open_holding(struct job *job, struct holding *holding, struct error *error)
{
    bool complete = false;
    const struct mapping **mappings =
        ARENA_ARRAY(&job->arena, const struct mapping *, (size_t)job->entity_count + 1);
    if (mappings == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < job->entity_count; index++) {
        mappings[index] = job->entities[index].mapping;
    }
    *holding = (struct holding){.has_ledger = has_ledger(job)};
    if (holding->has_ledger &&
        (!job_lock(job, JOB_WORK_READ, error) ||
         !segments_recorded(
             job, mappings, job->entity_count, &holding->recorded, &complete, error))) {
        return false;
    }
    return true;
}

static const struct manifest_entity *find_entity(const struct segment_manifest *manifest,
                                                 const char *name)
{
    for (int index = 0; index < manifest->entity_count; index++) {
        if (strcmp(manifest->entities[index].entity, name) == 0) {
            return &manifest->entities[index];
        }
    }
    return NULL;
}

static bool push_row(struct job *job,
                     const char *entity,
                     int width,
                     const struct manifest_segment *segment,
                     struct text_buffer *out,
                     struct error *error)
{
    struct segment_look look;
    const char *path = arena_format(&job->arena, "%s/segments/%s", job->plan.work, segment->file);
    if (path == NULL) {
        return error_set_memory(error);
    }
    if (!segment_look(path, &look, error)) {
        return false;
    }
    bool other_size = segment->sha256 != NULL && look.bytes != segment->bytes;
    text_buffer_format(out,
                       "%-*s  %-11s  %6d  %12llu  %14llu  %-9s  %s\n",
                       width,
                       entity,
                       segment->stage == SEGMENT_EXTRACTED ? "extracted" : "transformed",
                       segment->chunk,
                       (unsigned long long)segment->rows,
                       (unsigned long long)look.bytes,
                       !look.found      ? "-"
                       : look.encrypted ? "yes"
                                        : "no",
                       !look.found  ? "missing"
                       : other_size ? "altered"
                                    : "staged");
    return true;
}

static bool push_list(struct job *job,
                      const struct segment_manifest *manifest,
                      struct text_buffer *out,
                      int *rows,
                      struct error *error)
{
    size_t width = NAME_WIDTH_MIN;
    for (int index = 0; index < manifest->entity_count; index++) {
        size_t size = strlen(manifest->entities[index].entity);
        width = size > width ? size : width;
    }
    for (int index = 0; index < manifest->entity_count; index++) {
        const struct manifest_entity *entity = &manifest->entities[index];
        for (int at = 0; at < entity->segment_count; at++) {
            if (*rows == 0) {
                text_buffer_format(out,
                                   "%-*s  %-11s  %6s  %12s  %14s  %-9s  %s\n",
                                   (int)width,
                                   "entity",
                                   "stage",
                                   "chunk",
                                   "rows",
                                   "bytes",
                                   "encrypted",
                                   "state");
            }
            if (!push_row(job, entity->entity, (int)width, &entity->segments[at], out, error)) {
                return false;
            }
            (*rows)++;
        }
    }
    return true;
}

static bool nothing(struct error *error)
{
    error_set(error, ERROR_NOTHING, "there are no segments");
    return error_hint(error, "\"novate extract\" writes them.");
}

static bool list(struct job *job, struct console *console, struct error *error)
{
    struct holding holding;
    struct text_buffer out;
    int rows = 0;
    if (!open_holding(job, &holding, error)) {
        return false;
    }
    const struct segment_manifest *shown = &holding.recorded;
    if (!holding.has_ledger) {
        if (!segment_manifest_read(job->plan.work,
                                   job->key,
                                   &job->arena,
                                   &holding.manifest,
                                   &holding.has_manifest,
                                   error)) {
            return false;
        }
        shown = &holding.manifest;
    }
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = push_list(job, shown, &out, &rows, error) && text_buffer_check(&out, error);
    if (ok && rows > 0) {
        console_result(console, out.data, out.size);
    }
    text_buffer_release(&out);
    return ok && (rows > 0 || nothing(error));
}

/* What a check has found so far. */
struct finding {
    struct job *job;
    struct text_buffer out;
    int segments;
    uint64_t bytes;
    int faults;
};

static void fault(struct finding *finding, const char *file, const char *what)
{
    finding->faults++;
    text_buffer_format(&finding->out, "%s: %s\n", file, what);
}

/* One segment is read whole. Only damage is gone on from; without the right key, or without memory,
 * nothing could be said of the others either. */
static bool check_segment(struct finding *finding,
                          const char *entity,
                          const struct manifest_segment *segment,
                          struct error *error)
{
    struct job *job = finding->job;
    struct chunk chunk;
    struct tally tally;
    struct error reason = ERROR_NONE;
    struct arena_mark mark = arena_mark(&job->arena);
    bool ok = manifest_segment_check(
        job->plan.work, entity, segment, job->key, &job->arena, &chunk, &tally, &reason);
    arena_rewind(&job->arena, mark);
    finding->segments++;
    finding->bytes += segment->bytes;
    if (ok) {
        return true;
    }
    if (reason.code != ERROR_CORRUPT) {
        *error = reason;
        return false;
    }
    fault(finding, segment->file, reason.message);
    return true;
}

static bool same_segment(const struct manifest_segment *a, const struct manifest_segment *b)
{
    return strcmp(a->file, b->file) == 0 && strcmp(a->checksum, b->checksum) == 0 &&
           strcmp(a->chunk_id, b->chunk_id) == 0 && a->rows == b->rows &&
           digest_equal(&a->source, &b->source);
}

/* Does the ledger say the same of an entity? One that does not know it was not told yet. */
static void compare_ledger(struct finding *finding,
                           const struct manifest_entity *listed,
                           const struct manifest_entity *recorded)
{
    if (recorded == NULL) {
        return;
    }
    int most = listed->segment_count > recorded->segment_count ? listed->segment_count
                                                               : recorded->segment_count;
    for (int index = 0; index < most; index++) {
        bool in_both = index < listed->segment_count && index < recorded->segment_count;
        if (in_both && same_segment(&listed->segments[index], &recorded->segments[index])) {
            continue;
        }
        const struct manifest_entity *from = index < listed->segment_count ? listed : recorded;
        fault(finding,
              from->segments[index].file,
              "the ledger of the work directory and the manifest do not say the same of it");
    }
}

static bool is_listed(const struct segment_manifest *manifest, const char *file)
{
    for (int index = 0; index < manifest->entity_count; index++) {
        const struct manifest_entity *entity = &manifest->entities[index];
        for (int at = 0; at < entity->segment_count; at++) {
            if (strcmp(entity->segments[at].file, file) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool find_extra(struct finding *finding,
                       const struct segment_manifest *manifest,
                       struct error *error)
{
    struct job *job = finding->job;
    const char *path = arena_format(&job->arena, "%s/segments", job->plan.work);
    if (path == NULL) {
        return error_set_memory(error);
    }
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno == ENOENT ||
               error_set_system(error, ERROR_IO, errno, "could not read folder \"%s\"", path);
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
            strcmp(name, "manifest.json") != 0 && !is_listed(manifest, name)) {
            fault(finding, name, "the manifest does not list it");
        }
    }
    (void)closedir(directory);
    return true;
}

static bool check_entities(struct finding *finding,
                           const struct holding *holding,
                           struct error *error)
{
    const struct segment_manifest *listed =
        holding->has_manifest ? &holding->manifest : &holding->recorded;
    for (int index = 0; index < finding->job->entity_count; index++) {
        const char *name = finding->job->entities[index].mapping->entity;
        const struct manifest_entity *entity = find_entity(listed, name);
        const struct manifest_entity *recorded =
            holding->has_ledger ? find_entity(&holding->recorded, name) : NULL;
        if (entity == NULL) {
            if (recorded != NULL && recorded->segment_count > 0) {
                fault(finding, recorded->segments[0].file, "the manifest does not list its entity");
            }
            continue;
        }
        for (int at = 0; at < entity->segment_count; at++) {
            if (!check_segment(finding, name, &entity->segments[at], error)) {
                return false;
            }
        }
        if (holding->has_manifest) {
            compare_ledger(finding, entity, recorded);
        }
    }
    bool all = finding->job->options->entity_count == 0;
    return !holding->has_manifest || !all || find_extra(finding, listed, error);
}

static bool conclude(struct finding *finding,
                     const struct holding *holding,
                     struct console *console,
                     struct error *error)
{
    if (finding->faults == 0) {
        text_buffer_format(
            &finding->out, "%d segments are as they were written", finding->segments);
        if (!holding->has_manifest) {
            text_buffer_string(&finding->out,
                               "; there is no manifest, since a stage is not complete\n");
        } else if (holding->manifest.key_id != NULL) {
            text_buffer_format(
                &finding->out, "; the manifest is sealed with key %s\n", holding->manifest.key_id);
        } else {
            text_buffer_string(&finding->out,
                               "; the manifest is not sealed: checksums find accidents, not "
                               "forgery\n");
        }
    }
    if (!text_buffer_check(&finding->out, error)) {
        return false;
    }
    console_result(console, finding->out.data, finding->out.size);
    if (finding->faults == 0) {
        return true;
    }
    error_set(error, ERROR_CORRUPT, "%d faults in %d segments", finding->faults, finding->segments);
    return error_hint(error,
                      "Carry these files anew from where they were written, or stage their "
                      "entities again with --restart.");
}

static bool check(struct job *job, struct console *console, struct error *error)
{
    struct holding holding;
    struct finding finding = {.job = job};
    if (!open_holding(job, &holding, error) || !segment_manifest_read(job->plan.work,
                                                                      job->key,
                                                                      &job->arena,
                                                                      &holding.manifest,
                                                                      &holding.has_manifest,
                                                                      error)) {
        return false;
    }
    text_buffer_init(&finding.out, OUTPUT_BYTES_MAX);
    bool ok = check_entities(&finding, &holding, error);
    if (ok && finding.segments == 0 && finding.faults == 0) {
        ok = nothing(error);
    } else if (ok) {
        ok = conclude(&finding, &holding, console, error);
    }
    text_buffer_release(&finding.out);
    return ok;
}

static bool make_key(const char *path, struct console *console, struct error *error)
{
    struct segment_key *key = NULL;
    if (!segment_key_make(path, error) || !segment_key_open(path, &key, error)) {
        return false;
    }
    console_log(console,
                LOG_INFO,
                "key",
                "made key %s in \"%s\"; without it nothing that it encrypts can be read: keep a "
                "copy, and carry it by another way than the segments",
                segment_key_id(key),
                path);
    segment_key_close(key);
    return true;
}

bool command_segments(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    if (strcmp(options->verb, "key") == 0) {
        return make_key(options->files[0], console, error);
    }
    bool lists = strcmp(options->verb, "list") == 0;
    bool ok = job_open(&job, options, console, error) && segments_key(&job, error) &&
              (lists ? list(&job, console, error) : check(&job, console, error));
    job_close(&job);
    return ok;
}
