/* command_sample.c — sample: sheets for people, and what they found.
 *
 * Sheets hold personal data: they have mode 0600 and are never written over another file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "files.h"
#include "outcome.h"
#include "progress.h"
#include "sampling.h"

#include "novate/ledger_sample.h"
#include "novate/seal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SHEET_BYTES_MAX = 512 << 20
};

/* FILE of --output without its extension, or samples/ENTITY-SEED-SIZE of the work directory. */
static const char *choose_base(struct job *job, const char *entity, struct error *error)
{
    const char *output = job->options->output;
    if (output != NULL) {
        const char *dot = strrchr(output, '.');
        bool known = dot != NULL && (strcmp(dot, ".html") == 0 || strcmp(dot, ".csv") == 0);
        char *base = arena_string(&job->arena, output);
        if (base != NULL && known) {
            base[dot - output] = '\0';
        }
        return base;
    }
    const char *folder = arena_format(&job->arena, "%s/samples", job->plan.work);
    char *base = arena_format(&job->arena,
                              "%s/samples/%s-%" PRIu64 "-%" PRIu64,
                              job->plan.work,
                              entity,
                              job->options->seed,
                              job->options->size);
    if (folder == NULL || base == NULL) {
        return NULL;
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        (void)error_set_system(error, ERROR_IO, errno, "could not make folder \"%s\"", folder);
        return NULL;
    }
    return base;
}

static bool check_new(const char *path, struct error *error)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        return true;
    }
    error_set(error, ERROR_IO, "file \"%s\" is there already", path);
    return error_hint(error,
                      "Nothing is written over. Name another file with --output, or move it away.");
}

static bool write_sheet(const struct sample_sheet *sheet,
                        const char *path,
                        void (*push)(const struct sample_sheet *, struct text_buffer *),
                        char sha256[SHA256_HEX_SIZE],
                        struct error *error)
{
    struct text_buffer out;
    text_buffer_init(&out, SHEET_BYTES_MAX);
    push(sheet, &out);
    bool ok = text_buffer_check(&out, error) && write_file(path, out.data, out.size, error) &&
              sha256_hex(text_from(out.data, out.size), sha256, error);
    text_buffer_release(&out);
    return ok;
}

static bool note_sample(struct job *job,
                        const struct entity *entity,
                        const struct sample_sheet *sheet,
                        const char *path,
                        const char *sha256,
                        struct error *error)
{
    char digest[HASH_HEX_SIZE];
    hash_hex(entity->mapping->digest, digest);
    const struct ledger_sample sample = {
        .entity = sheet->entity,
        .sheet = path,
        .sheet_sha256 = sha256,
        .mapping_digest = digest,
        .strata = sheet->strata,
        .seed = sheet->seed,
        .size = sheet->size,
        .population = sheet->population,
        .records = (uint64_t)sheet->count,
        .drawn_at = sheet->drawn_at,
    };
    return ledger_sample_put(job->ledger, &sample, error);
}

static void say_drawn(struct job *job, const struct sample_sheet *sheet, const char *base)
{
    struct text_buffer out;
    text_buffer_init(&out, 1 << 20);
    text_buffer_format(&out,
                       "%s: %d of %" PRIu64 " records, in %s.html and .csv\n",
                       sheet->entity,
                       sheet->count,
                       sheet->population,
                       base);
    text_buffer_string(&out, "  no error in it: at 95 % confidence no more than ");
    sample_push_percent(&out, sample_upper_bound((uint64_t)sheet->count, 0, sheet->population));
    text_buffer_string(&out, " % are wrong\n");
    console_result(job->console, out.data, out.size);
    text_buffer_release(&out);
}

static bool draw_entity(struct job *job,
                        struct entity *entity,
                        struct session *session,
                        struct error *error)
{
    struct sampling sampling;
    char html[SHA256_HEX_SIZE];
    char csv[SHA256_HEX_SIZE];
    struct sample_sheet sheet = {
        .migration = job->plan.migration,
        .entity = entity->mapping->entity,
        .source = job_source_settings(job, entity)->name,
        .target = session_description(session),
        .drawn_at = job->started_at,
        .strata = job->options->strata,
        .seed = job->options->seed,
        .size = job->options->size,
    };
    const char *base = choose_base(job, sheet.entity, error);
    const char *page = base == NULL ? NULL : arena_format(&job->arena, "%s.html", base);
    const char *list = base == NULL ? NULL : arena_format(&job->arena, "%s.csv", base);

    if (page == NULL || list == NULL) {
        return error_set_memory(error);
    }
    if (!check_new(page, error) || !check_new(list, error)) {
        return false;
    }
    bool ok = sampling_draw(&sampling, job, entity, error);
    if (ok && sampling.population == 0) {
        console_log(job->console,
                    LOG_WARNING,
                    "sample",
                    "entity \"%s\" has no records: there is nothing to look at",
                    sheet.entity);
    } else if (ok) {
        ok = sampling_sheet(&sampling, session, &sheet, error) &&
             write_sheet(&sheet, list, sample_csv, csv, error) &&
             write_sheet(&sheet, page, sample_html, html, error) &&
             note_sample(job, entity, &sheet, page, html, error);
        if (ok) {
            say_drawn(job, &sheet, base);
        }
    }
    sampling_release(&sampling);
    return ok;
}

static bool check_draw(const struct job *job, struct error *error)
{
    if (job->options->size == 0) {
        return error_set(error, ERROR_USAGE, "option --size is one record at least");
    }
    if (job->options->output != NULL && job->entity_count > 1) {
        error_set(error, ERROR_USAGE, "option --output is for the sheet of one entity");
        return error_hint(error, "Name it with --entity.");
    }
    if (job->plan.target.private_cluster && !job_has_private_target(job)) {
        error_set(error, ERROR_STATE, "there is no private target yet");
        return error_hint(error, "Run \"novate run\" or \"novate load\" first.");
    }
    return true;
}

static bool draw(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct session *session = NULL;
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_EXISTING, error) &&
              check_draw(&job, error) && job_target(&job, true, error) &&
              job_compile(&job, COMPILE_FROM_SOURCE, error) &&
              job_session(&job, true, &session, error);
    for (int index = 0; ok && index < job.entity_count; index++) {
        ok = draw_entity(&job, &job.entities[index], session, error);
    }
    session_close(session);
    job_close(&job);
    return ok;
}

/* --- what came of it --- */

/* The sample that was drawn last, of the entities that were asked for. */
static bool find_last(struct job *job, struct ledger_sample *found, struct error *error)
{
    struct ledger_sample *samples = NULL;
    int count = 0;
    int matches = 0;
    if (!ledger_samples(job->ledger, &job->arena, &samples, &count, error)) {
        return false;
    }
    for (int index = 0; index < job->entity_count; index++) {
        const char *entity = job->entities[index].mapping->entity;
        for (int at = count - 1; at >= 0; at--) {
            if (strcmp(samples[at].entity, entity) == 0) {
                *found = samples[at];
                matches++;
                break;
            }
        }
    }
    if (matches == 1) {
        return true;
    }
    error_set(error,
              matches == 0 ? ERROR_STATE : ERROR_USAGE,
              matches == 0 ? "no sample was drawn yet" : "there are samples of several entities");
    return error_hint(error,
                      matches == 0 ? "Draw one with \"novate sample PLAN\"."
                                   : "Say whose it is with --entity.");
}

static bool check_outcome(const struct ledger_sample *sample, struct error *error)
{
    if (sample->checked > sample->records || sample->checked == 0) {
        return error_set(error,
                         ERROR_USAGE,
                         "the sample has %" PRIu64 " records, of which %" PRIu64
                         " cannot have been checked",
                         sample->records,
                         sample->checked);
    }
    if (sample->errors > sample->checked) {
        return error_set(error,
                         ERROR_USAGE,
                         "%" PRIu64 " errors in %" PRIu64 " records that were checked",
                         sample->errors,
                         sample->checked);
    }
    return true;
}

static void say_recorded(struct job *job, const struct ledger_sample *sample)
{
    struct text_buffer out;
    text_buffer_init(&out, 1 << 20);
    text_buffer_format(&out,
                       "%s: %" PRIu64 " error%s in %" PRIu64 " records of %" PRIu64
                       ": at 95 %% confidence no more than ",
                       sample->entity,
                       sample->errors,
                       sample->errors == 1 ? "" : "s",
                       sample->checked,
                       sample->population);
    sample_push_percent(&out,
                        sample_upper_bound(sample->checked, sample->errors, sample->population));
    text_buffer_string(&out, " % are wrong\n");
    console_result(job->console, out.data, out.size);
    text_buffer_release(&out);
}

static bool record(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct ledger_sample sample = {.entity = NULL};
    char now[32];
    if (options->errors == UINT64_MAX) {
        error_set(error, ERROR_USAGE, "\"sample record\" needs --errors");
        return error_hint(error, "Say how many records were found to be wrong; 0 is a number.");
    }
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_EXISTING, error) &&
              find_last(&job, &sample, error);
    if (ok) {
        clock_utc(now);
        sample.at = now;
        sample.errors = options->errors;
        sample.checked = options->checked == UINT64_MAX ? sample.records : options->checked;
        sample.who = options->who != NULL ? options->who : outcome_operator(&job);
        sample.why = options->why;
        ok = check_outcome(&sample, error) && ledger_sample_put(job.ledger, &sample, error);
    }
    if (ok) {
        say_recorded(&job, &sample);
    }
    job_close(&job);
    return ok;
}

bool command_sample(const struct options *options, struct console *console, struct error *error)
{
    bool records = strcmp(options->verb, "record") == 0;
    return records ? record(options, console, error) : draw(options, console, error);
}
