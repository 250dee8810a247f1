/* command_repair.c — repair: statements that would mend the target, printed for people to judge.
 *
 * They hold values of records, so they go to a file for its owner alone, or to the terminal of
 * somebody who asked for values. Nothing is run, here or anywhere else.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "looking.h"
#include "outcome.h"
#include "repair.h"

#include "novate/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct printing {
    struct job *job;
    const char *salt;
    struct repair *repairs; /* by entity */
    int count;              /* that are made */
    size_t bytes;
    uint64_t differences;
    uint64_t printed;
    struct text_buffer out;
    struct text_buffer line;
};

static bool check_options(const struct options *options, struct error *error)
{
    struct stat status;
    if (!options->print) {
        error_set(error, ERROR_USAGE, "command \"repair\" needs --print");
        return error_hint(error, "It prints statements for you to judge, and runs none.");
    }
    if (options->output == NULL && !options->show_values) {
        error_set(error, ERROR_USAGE, "statements hold values of records");
        return error_hint(error,
                          "Name a new file with --output, which only you may read, or have them "
                          "on the terminal with --show-values.");
    }
    if (options->output != NULL && lstat(options->output, &status) == 0) {
        error_set(error, ERROR_IO, "file \"%s\" is there already", options->output);
        return error_hint(error, "Nothing is written over. Name another file.");
    }
    return true;
}

static void comment(struct printing *printing, const char *format, ...) PRINTF_LIKE(2, 3);
static void comment(struct printing *printing, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    repair_sql_comment(&printing->out, text);
}

static void push_states(struct printing *printing, const struct repair *repair)
{
    static const char *const words[REPAIR_STATE_COUNT] = {
        [REPAIR_CHANGED] = "not found again when they were read once more: verify again",
        [REPAIR_SHARED] = "of keys that several rows have: which one is meant cannot be told",
        [REPAIR_REFUSED] = "of values that the type of their column does not take",
        [REPAIR_TOO_MUCH] = "more than are printed at once: repair these, verify, and ask again",
    };
    uint64_t described = (uint64_t)repair->count;
    if (repair->unprintable != NULL) {
        comment(printing, "    none can be printed: %s", repair->unprintable);
        return;
    }
    for (int state = 0; state < REPAIR_STATE_COUNT; state++) {
        if (words[state] != NULL && repair->states[state] > 0) {
            comment(printing,
                    "    %llu not printed: %s",
                    (unsigned long long)repair->states[state],
                    words[state]);
        }
    }
    if (repair->differences > described) {
        comment(printing,
                "    %llu more: repair these, verify, and ask again",
                (unsigned long long)(repair->differences - described));
    }
}

static void push_entity(struct printing *printing, const struct repair *repair)
{
    char digest[HASH_HEX_SIZE];
    hash_hex(repair->entity->mapping->digest, digest);
    comment(printing,
            "  %s, mapping %s: %llu difference%s; %llu to insert, %llu to update, %llu to delete",
            repair->entity->mapping->entity,
            digest,
            (unsigned long long)repair->differences,
            repair->differences == 1 ? "" : "s",
            (unsigned long long)repair->counts[REPAIR_INSERT],
            (unsigned long long)repair->counts[REPAIR_UPDATE],
            (unsigned long long)repair->counts[REPAIR_DELETE]);
    push_states(printing, repair);
}

static void push_head(struct printing *printing)
{
    struct job *job = printing->job;
    uint64_t counts[REPAIR_KIND_COUNT] = {0};
    char digest[HASH_HEX_SIZE];
    char now[32];
    clock_utc(now);
    hash_hex(job->plan.digest, digest);
    for (int i = 0; i < printing->count; i++) {
        for (int kind = 0; kind < REPAIR_KIND_COUNT; kind++) {
            counts[kind] += printing->repairs[i].counts[kind];
        }
    }
    comment(printing, "Statements that would make the target what source and mappings say.");
    comment(printing, "NOTHING WAS RUN. They hold personal data. Read them, and judge each one.");
    comment(printing, "plan %s, digest %s", job->plan.file, digest);
    comment(printing, "migration %s, made at %s", job->plan.migration, now);
    comment(printing, "target %s", session_description(job->target.control));
    comment(printing,
            "statements: %llu (%llu insert, %llu update, %llu delete)",
            (unsigned long long)printing->printed,
            (unsigned long long)counts[REPAIR_INSERT],
            (unsigned long long)counts[REPAIR_UPDATE],
            (unsigned long long)counts[REPAIR_DELETE]);
    for (int i = 0; i < printing->count; i++) {
        push_entity(printing, &printing->repairs[i]);
    }
    comment(printing,
            "All are one transaction: with an error in one, none is done. A statement that");
    comment(printing, "says 0 rows found its row changed since, and did nothing. Run them with");
    comment(printing, "  psql -X -v ON_ERROR_STOP=1 -f FILE");
    comment(printing, "and then \"novate verify\", which says whether they were enough.");
}

static void push_statement(struct printing *printing,
                           const struct repair *repair,
                           const struct repair_item *item)
{
    struct text_buffer *line = &printing->line;
    const struct difference *difference = item->difference;
    text_buffer_reset(line);
    text_buffer_format(
        line, "%s of %s ", repair_kind_text(repair_kind_of(item)), repair->entity->mapping->entity);
    report_key(difference->key, printing->salt, printing->job->options->show_keys, line);
    for (int i = 0; i < difference->column_count; i++) {
        text_buffer_format(line, "%s %s", i == 0 ? ":" : ",", difference->columns[i]);
    }
    printing->out.failed = printing->out.failed || line->failed;
    text_buffer_char(&printing->out, '\n');
    if (!line->failed) {
        repair_sql_comment(&printing->out, line->data);
    }
    text_buffer_push(&printing->out, repair->statements.data + item->offset, item->size);
}

static void push_kind(struct printing *printing, const struct repair *repair, enum repair_kind kind)
{
    for (int i = 0; i < repair->count; i++) {
        const struct repair_item *item = &repair->items[i];
        if (item->state == REPAIR_PRINTED && repair_kind_of(item) == kind) {
            push_statement(printing, repair, item);
        }
    }
}

/* Children are deleted before their parents; new rows may take what deleted ones had. */
static void push_statements(struct printing *printing)
{
    repair_sql_begin(&printing->out);
    for (int i = printing->count - 1; i >= 0; i--) {
        push_kind(printing, &printing->repairs[i], REPAIR_DELETE);
    }
    for (int i = 0; i < printing->count; i++) {
        push_kind(printing, &printing->repairs[i], REPAIR_UPDATE);
        push_kind(printing, &printing->repairs[i], REPAIR_INSERT);
    }
    repair_sql_end(&printing->out);
}

static bool write_new(const char *path, const struct text_buffer *out, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return error_set_system(error, ERROR_IO, errno, "could not make file \"%s\"", path);
    }
    bool ok = true;
    for (size_t done = 0; ok && done < out->size;) {
        ssize_t written = write(descriptor, out->data + done, out->size - done);
        ok = written >= 0 || errno == EINTR;
        done += written > 0 ? (size_t)written : 0;
    }
    ok = ok && fsync(descriptor) == 0;
    int reason = errno;
    ok = close(descriptor) == 0 && ok;
    if (!ok) {
        (void)unlink(path);
        return error_set_system(error, ERROR_IO, reason, "could not write file \"%s\"", path);
    }
    return true;
}

static bool give_out(struct printing *printing, struct error *error)
{
    struct job *job = printing->job;
    const char *path = job->options->output;
    push_head(printing);
    if (printing->printed > 0) {
        push_statements(printing);
    }
    if (!text_buffer_check(&printing->out, error)) {
        return false;
    }
    if (path == NULL) {
        console_result(job->console, printing->out.data, printing->out.size);
        return true;
    }
    if (!write_new(path, &printing->out, error)) {
        return false;
    }
    console_log(job->console,
                LOG_INFO,
                "repair",
                "%llu statements in \"%s\": it holds personal data, and only its owner may read "
                "it; nothing was run",
                (unsigned long long)printing->printed,
                path);
    return true;
}

static bool conclude(const struct printing *printing, struct error *error)
{
    uint64_t left = printing->differences - printing->printed;
    if (left == 0) {
        error_set(error,
                  ERROR_DIFFERENCES,
                  "source and target differ in %llu row%s",
                  (unsigned long long)printing->differences,
                  printing->differences == 1 ? "" : "s");
    } else {
        error_set(
            error,
            ERROR_DIFFERENCES,
            "source and target differ in %llu rows; for %llu of them no statement was printed",
            (unsigned long long)printing->differences,
            (unsigned long long)left);
        error_detail(error, "What was printed says why, by entity.");
    }
    return error_hint(error, "Nothing was run. Judge the statements, run them, and verify again.");
}

static bool print_all(struct printing *printing, struct error *error)
{
    struct job *job = printing->job;
    printing->repairs = ARENA_ARRAY(&job->arena, struct repair, (size_t)job->entity_count + 1);
    if (printing->repairs == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < job->entity_count; i++) {
        struct repair *repair = &printing->repairs[printing->count++];
        if (!repair_make(repair, job, &job->entities[i], &printing->bytes, error)) {
            return false;
        }
        printing->differences += repair->differences;
        printing->printed += repair->states[REPAIR_PRINTED];
    }
    if (printing->differences == 0) {
        console_log(job->console, LOG_INFO, "repair", "nothing to mend: source and target agree");
        return true;
    }
    return give_out(printing, error) && conclude(printing, error);
}

static bool open_job(struct job *job, struct error *error)
{
    bool has_ledger = false;
    job_watch(job);
    if (!job_lock(job, JOB_WORK_EXISTING, error) || !looking_open(job, &has_ledger, error)) {
        return false;
    }
    if (job->target.control == NULL) {
        error_set(error, ERROR_STATE, "there is no private target yet");
        return error_hint(error, "Run \"novate run\" or \"novate load\" first.");
    }
    return job_compile(job, COMPILE_FROM_SOURCE, error);
}

bool command_repair(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct printing printing = {.job = &job};
    if (!check_options(options, error)) {
        return false;
    }
    text_buffer_init(&printing.out, LIMIT_REPAIR_BYTES * 3);
    text_buffer_init(&printing.line, LIMIT_RECORD_BYTES);
    bool ok = job_open(&job, options, console, error) && open_job(&job, error);
    if (ok) {
        printing.salt = outcome_key_salt(&job, false);
        ok = print_all(&printing, error);
    }
    for (int i = 0; i < printing.count; i++) {
        repair_release(&printing.repairs[i]);
    }
    text_buffer_release(&printing.out);
    text_buffer_release(&printing.line);
    job_close(&job);
    return ok;
}
