/* command_repairs.c — repairs list: what was noted and mended, out of the restricted files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "job.h"
#include "outcome.h"
#include "segments.h"

#include "novate/amendment.h"
#include "novate/report.h"

#include <string.h>

enum {
    PIECE_BYTES = 64 << 10,
    OUTPUT_BYTES_MAX = 16 << 20
};

struct listing {
    struct job *job;
    const char *entity;
    const char *salt;
    uint64_t shown;
    struct text_buffer out;
};

static bool flush(struct listing *listing, size_t least, struct error *error)
{
    if (!text_buffer_check(&listing->out, error)) {
        return false;
    }
    if (listing->out.size > least) {
        console_result(listing->job->console, listing->out.data, listing->out.size);
        text_buffer_reset(&listing->out);
    }
    return true;
}

static bool is_full(const struct listing *listing)
{
    uint64_t limit = listing->job->options->limit;
    return limit != 0 && listing->shown >= limit;
}

static void push_values(const struct amendment *amendment, struct text_buffer *out)
{
    text_buffer_format(out, "  %s -> ", amendment->before);
    if (amendment->after == NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_json(out, text_of(amendment->after));
    }
}

static bool list_amendment(void *state, const struct amendment *amendment, struct error *error)
{
    struct listing *listing = state;
    const struct options *options = listing->job->options;
    struct text_buffer *out = &listing->out;

    if (is_full(listing) ||
        (options->rule != NULL && strcmp(options->rule, amendment->rule) != 0)) {
        return true;
    }
    text_buffer_format(out, "%s  ", listing->entity);
    report_key(amendment->key, listing->salt, options->show_keys, out);
    text_buffer_format(out, "  %s  %s", amendment->kind, amendment->rule);
    if (amendment->column != NULL) {
        text_buffer_format(out, "  column %s", amendment->column);
    }
    if (amendment->position != NULL) {
        text_buffer_format(out, "  %s", amendment->position);
    }
    if (options->show_values && amendment->column != NULL) {
        push_values(amendment, out);
    }
    text_buffer_char(out, '\n');
    listing->shown++;
    return flush(listing, PIECE_BYTES, error);
}

static bool list_all(struct listing *listing, struct error *error)
{
    struct job *job = listing->job;

    for (int i = 0; i < job->entity_count && !is_full(listing); i++) {
        listing->entity = job->entities[i].mapping->entity;
        if (!amendments_read(job->plan.work,
                             job_restricted_folder(job),
                             listing->entity,
                             job->key,
                             list_amendment,
                             listing,
                             error)) {
            return error_context(error, "reading what was noted of \"%s\"", listing->entity);
        }
    }
    return flush(listing, 0, error);
}

bool command_repairs(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct listing listing = {.job = &job};

    text_buffer_init(&listing.out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && segments_key(&job, error) &&
              job_lock(&job, JOB_WORK_READ, error);
    if (ok) {
        listing.salt = outcome_key_salt(&job, false);
        ok = list_all(&listing, error);
    }
    if (ok && listing.shown == 0) {
        console_log(console, LOG_INFO, "repairs", "nothing was noted or mended");
    } else if (ok && is_full(&listing)) {
        console_log(console, LOG_INFO, "repairs", "there may be more: --limit 0 shows all");
    }
    text_buffer_release(&listing.out);
    job_close(&job);
    return ok;
}
