/* sealing.c — the contract is in sealing.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sealing.h"

#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    REPORT_BYTES_MAX = 256 << 20,
    PATH_BYTES_MAX = 4096
};

bool sealing_open(struct job *job, struct error *error)
{
    const char *path = job->options->signing_key;
    if (path == NULL) {
        path = getenv("NOVATE_SIGNING_KEY");
    }
    return path == NULL || path[0] == '\0' || signing_key_open(path, &job->signing, error);
}

/* One that is gone is named, without its digest: the chain says so. */
static bool digest_of(struct job *job, const char *path, const char **digest, struct error *error)
{
    char hex[SHA256_HEX_SIZE];
    struct text_buffer json;
    struct error gone = ERROR_NONE;
    *digest = NULL;
    text_buffer_init(&json, REPORT_BYTES_MAX);
    bool ok = true;
    if (read_file(path, ERROR_IO, &json, &gone)) {
        ok = sha256_hex(text_from(json.data, json.size), hex, error);
        *digest = ok ? arena_string(&job->arena, hex) : NULL;
        ok = ok && (*digest != NULL || error_set_memory(error));
    } else {
        console_log(job->console, LOG_WARNING, "report", "%s", gone.message);
    }
    text_buffer_release(&json);
    return ok;
}

bool sealing_links(struct job *job, struct seal_links *links, struct error *error)
{
    struct ledger_run *runs = NULL;
    const char *last = NULL;
    int count = 0;
    *links = (struct seal_links){
        .key = job->signing == NULL ? NULL : signing_key_public(job->signing),
    };
    if (job->ledger == NULL || !ledger_runs(job->ledger, &job->arena, &runs, &count, error)) {
        return job->ledger == NULL;
    }
    for (int index = 0; index < count; index++) {
        if (runs[index].report != NULL && runs[index].run != job->local_run) {
            last = runs[index].report;
        }
    }
    if (last == NULL) {
        return true;
    }
    const char *path = arena_format(&job->arena, "%s/%s", job->plan.work, last);
    const char *slash = strrchr(last, '/');
    links->previous = slash == NULL ? last : slash + 1;
    return path == NULL ? error_set_memory(error)
                        : digest_of(job, path, &links->previous_sha256, error);
}

bool sealing_sign(struct job *job,
                  const struct text_buffer *json,
                  const char **signature,
                  struct error *error)
{
    char text[SIGNATURE_TEXT_SIZE];
    *signature = NULL;
    if (job->signing == NULL) {
        return true;
    }
    if (!signing_key_sign(job->signing, text_from(json->data, json->size), text, error)) {
        return false;
    }
    *signature = arena_string(&job->arena, text);
    return *signature != NULL || error_set_memory(error);
}

static bool beside(const char *report, char path[PATH_BYTES_MAX], struct error *error)
{
    int size = snprintf(path, PATH_BYTES_MAX, "%s" SIGNATURE_EXTENSION, report);
    return (size > 0 && size < PATH_BYTES_MAX) ||
           error_set(error, ERROR_USAGE, "the name of the report is too long");
}

bool sealing_put(const char *report, const char *signature, struct error *error)
{
    char path[PATH_BYTES_MAX];
    if (!beside(report, path, error)) {
        return false;
    }
    if (signature == NULL) { /* one that is there is of another report */
        (void)unlink(path);
        return true;
    }
    return write_file(path, signature, strlen(signature), error);
}

bool sealing_get(const char *report,
                 struct arena *arena,
                 const char **signature,
                 struct error *error)
{
    char path[PATH_BYTES_MAX];
    struct text_buffer text;
    *signature = NULL;
    if (!beside(report, path, error)) {
        return false;
    }
    if (access(path, F_OK) != 0) {
        return true;
    }
    text_buffer_init(&text, SIGNATURE_TEXT_SIZE);
    bool ok = read_file(path, ERROR_IO, &text, error);
    if (ok) {
        *signature = arena_copy(arena, text.data == NULL ? "" : text.data, text.size);
        ok = *signature != NULL || error_set_memory(error);
    }
    text_buffer_release(&text);
    return ok;
}
