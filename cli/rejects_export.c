/* rejects_export.c — rejects export: reasons and source records as CSV, for those who mend them.
 *
 * The file holds personal data: it is made with mode 0600 and never over another one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "looking.h"
#include "rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OUTPUT_BYTES_MAX = 256 << 20,
    PIECE_BYTES = 64 << 10
};

struct exporting {
    struct job *job;
    const char *path;
    int descriptor;
    uint64_t rejects;
    uint64_t records;
    struct text_buffer out;
};

/* A name without a folder goes to folder "rejects" of the work directory. */
static bool choose_path(struct exporting *exporting, struct error *error)
{
    struct job *job = exporting->job;
    const char *name = job->options->files[0];
    exporting->path = name;
    if (strchr(name, '/') != NULL) {
        return true;
    }
    const char *folder = arena_format(&job->arena, "%s/rejects", job->plan.work);
    exporting->path = arena_format(&job->arena, "%s/rejects/%s", job->plan.work, name);
    if (folder == NULL || exporting->path == NULL) {
        return error_set_memory(error);
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return error_set_system(error, ERROR_IO, errno, "could not make folder \"%s\"", folder);
    }
    return true;
}

static bool make_file(struct exporting *exporting, struct error *error)
{
    exporting->descriptor =
        open(exporting->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (exporting->descriptor >= 0) {
        return true;
    }
    int reason = errno;
    error_set_system(error, ERROR_IO, reason, "could not make file \"%s\"", exporting->path);
    return reason == EEXIST ? error_hint(error, "Nothing is written over. Name another file.")
                            : false;
}

static bool flush(struct exporting *exporting, size_t least, struct error *error)
{
    struct text_buffer *out = &exporting->out;
    if (!text_buffer_check(out, error)) {
        return false;
    }
    for (size_t done = 0; out->size > least && done < out->size;) {
        ssize_t written = write(exporting->descriptor, out->data + done, out->size - done);
        if (written < 0 && errno != EINTR) {
            return error_set_system(
                error, ERROR_IO, errno, "could not write file \"%s\"", exporting->path);
        }
        done += written < 0 ? 0 : (size_t)written;
    }
    if (out->size > least) {
        text_buffer_reset(out);
    }
    return true;
}

static const char *say_found(enum reread_state found)
{
    return found == REREAD_FOUND     ? "read again"
           : found == REREAD_MISSING ? "not in the source any more"
                                     : "not to be told from others with the same key";
}

static bool push_line(void *state,
                      const struct target_reject *reject,
                      enum reread_state found,
                      const char *json,
                      struct error *error)
{
    struct exporting *exporting = state;
    struct text_buffer *out = &exporting->out;
    char now[32];
    clock_utc(now);
    const char *const texts[] = {reject->state,
                                 reject->entity,
                                 reject->key,
                                 reject->class_text,
                                 reject->name,
                                 reject->column,
                                 reject->message,
                                 reject->sqlstate,
                                 reject->position,
                                 reject->first_seen_at,
                                 reject->rejected_at,
                                 now,
                                 say_found(found),
                                 json};
    text_buffer_format(out, "%lld", (long long)reject->reject);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        text_buffer_char(out, ',');
        text_buffer_csv(out, texts[i] == NULL ? "" : texts[i]);
    }
    text_buffer_string(out, "\r\n");
    exporting->rejects++;
    exporting->records += json != NULL;
    return flush(exporting, PIECE_BYTES, error);
}

static bool export_all(struct exporting *exporting, struct error *error)
{
    struct job *job = exporting->job;
    text_buffer_string(&exporting->out,
                       "reject,state,entity,key,class,name,column,message,sqlstate,position,"
                       "first_seen_at,last_seen_at,read_at,record_is,source_record\r\n");
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        struct target_reject_filter filter = rejects_filter(job, entity->mapping->entity);
        struct target_reject *rejects = NULL;
        int count = 0;
        filter.state = filter.state == NULL ? "open" : filter.state;
        if (!target_rejects(job->target.control, &filter, &job->arena, &rejects, &count, error) ||
            (count > 0 &&
             !rejects_read_records(job, entity, rejects, count, push_line, exporting, error))) {
            return false;
        }
    }
    return flush(exporting, 0, error);
}

static bool write_export(struct exporting *exporting, struct error *error)
{
    if (!choose_path(exporting, error) || !make_file(exporting, error)) {
        return false;
    }
    bool ok = export_all(exporting, error);
    if (ok && fsync(exporting->descriptor) != 0) {
        ok = error_set_system(
            error, ERROR_IO, errno, "could not write file \"%s\"", exporting->path);
    }
    ok = (close(exporting->descriptor) == 0 || !ok ||
          error_set_system(
              error, ERROR_IO, errno, "could not write file \"%s\"", exporting->path)) &&
         ok;
    if (!ok) {
        (void)unlink(exporting->path);
        return false;
    }
    console_log(exporting->job->console,
                LOG_INFO,
                "rejects",
                "%llu rejects, %llu with the record as the source has it now, in \"%s\": it holds "
                "personal data, and only its owner may read it",
                (unsigned long long)exporting->rejects,
                (unsigned long long)exporting->records,
                exporting->path);
    return true;
}

bool rejects_export(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct exporting exporting = {.job = &job, .descriptor = -1};
    bool has_ledger = false;
    if (options->file_count == 0) {
        error_set(error, ERROR_USAGE, "\"rejects export\" needs a file to write");
        return error_hint(error, "Try \"novate help rejects\".");
    }
    text_buffer_init(&exporting.out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_READ, error) &&
              looking_open(&job, &has_ledger, error);
    if (ok && !has_ledger) {
        ok = error_set(error, ERROR_STATE, "nothing was loaded yet");
    }
    ok = ok && job_compile(&job, COMPILE_UNFILLED, error) && write_export(&exporting, error);
    text_buffer_release(&exporting.out);
    job_close(&job);
    return ok;
}
