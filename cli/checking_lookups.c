/* checking_lookups.c — the contract is in checking_lookups.h.
 *
 * One pipeline reads, at the pace of the source; the mapping is compiled anew with nothing but what
 * asks lookups, and what comes out of it is thrown away. Where one row is made of several records,
 * their groups are found before, as in a run: only those that stand for a group ask for what is in
 * its row. SPDX-License-Identifier: Apache-2.0 */
#include "checking_lookups.h"

#include "grouping.h"
#include "list_reader.h"
#include "progress.h"

#include "novate/limits.h"
#include "novate/lookup_misses.h"

enum {
    ROWS_MAX = 1000000,       /* of a relation that is read without being asked to */
    CODES_MAX = 10,           /* shown of a lookup */
    RECORDS_MIN = 5,          /* that must share a code which is shown, as in a profile */
    LIST_BYTES_MAX = 600,     /* of those codes: they must fit into a message */
    LIST_BYTES_ROOM = 1 << 20 /* of the last one too */
};

static void push_bytes(uint64_t bytes, struct text_buffer *out)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = (double)bytes / 1000;
    int unit = 0;
    while (value >= 1000 && unit < 3) {
        value /= 1000;
        unit++;
    }
    text_buffer_format(out, "%.1f %s", value, units[unit]);
}

static void push_shared(const struct entity *entity,
                        const struct shared_lookup *shared,
                        struct text_buffer *out)
{
    const struct mapping *mapping = shared->entity->mapping;
    text_buffer_format(out, "those of lookup %s", mapping->lookups[shared->at].name);
    if (shared->entity != entity) {
        text_buffer_format(out, " of entity %s", mapping->entity);
    }
    text_buffer_char(out, '\n');
}

void checking_lookups_push(const struct entity *entity, struct text_buffer *out)
{
    for (int at = 0; at < entity->mapping->lookup_count; at++) {
        const struct lookup *lookup = entity->lookups[at];
        const struct lookup_spec *spec = &entity->mapping->lookups[at];
        uint64_t entries = lookup_count(lookup);
        text_buffer_format(out, "  lookup %s: ", spec->name);
        if (entity->lookups_unread[at]) {
            text_buffer_string(out,
                               spec->target_table != NULL
                                   ? "read when the entities before have loaded what it asks\n"
                                   : "not read, since the window is closed\n");
            continue;
        }
        text_buffer_count(out, entries);
        text_buffer_string(out, entries == 1 ? " entry, " : " entries, ");
        if (entity->lookups_shared[at] != NULL) {
            push_shared(entity, entity->lookups_shared[at], out);
            continue;
        }
        push_bytes(lookup_bytes(lookup), out);
        text_buffer_string(out, spec->store == LOOKUP_ON_DISK ? ", on disk\n" : ", in memory\n");
    }
}

/* --- counting --- */

struct counting {
    struct job *job;
    struct entity *entity;
    struct mapping mapping; /* what asks lookups */
    struct lookup_misses **misses;
    struct transformer transformer;
    bool again; /* the batch in hand gave rows before */
    const struct chunk_list *chunks;
    struct grouped grouped;
    uint64_t records;
    uint64_t records_kept; /* of chunks that are read whole */
};

static void take_back(struct counting *counting)
{
    counting->records = counting->records_kept;
    for (int at = 0; at < counting->mapping.lookup_count; at++) {
        lookup_misses_take_back(counting->misses[at]);
    }
}

static void keep(struct counting *counting)
{
    counting->records_kept = counting->records;
    for (int at = 0; at < counting->mapping.lookup_count; at++) {
        lookup_misses_keep(counting->misses[at]);
    }
}

static bool apply(void *state, struct batch *in, struct batch *out, struct error *error)
{
    struct counting *counting = state;
    if (in->chunk_restarts) {
        counting->again = false;
        take_back(counting);
    }
    for (int at = 0; !counting->again && at < counting->mapping.lookup_count; at++) {
        lookup_misses_begin(counting->misses[at]);
    }
    counting->records += counting->again ? 0 : (uint64_t)in->rows;
    bool ok = counting->transformer.apply(counting->transformer.state, in, out, error);
    counting->again = ok && out->again;
    if (ok && in->chunk_ends && !out->again) {
        keep(counting);
    }
    return ok;
}

static bool go_on(const struct counting *counting, struct error *error)
{
    if (cancel_level(&counting->job->cancel) == CANCEL_NONE) {
        return true;
    }
    error_set(error, ERROR_INTERRUPTED, "interrupted");
    return error_hint(error, "Nothing was written. The same command begins again.");
}

static bool pass_over(void *state, struct batch *batch, struct error *error)
{
    (void)batch;
    return go_on(state, error);
}

/* Nothing is written that could be: what was counted is taken back where it is counted. */
static void pass_over_again(void *state)
{
    (void)state;
}

static bool read_records(struct counting *counting,
                         const struct program *program,
                         struct source *source,
                         struct error *error)
{
    struct job *job = counting->job;
    struct list_reader records = {.reader = NULL};
    struct reader reader;
    struct transform *transform = NULL;
    int count = 0;
    const int *columns = program_source_columns(program, &count);
    bool ok = list_reader_open(&records,
                               source,
                               counting->entity->relation,
                               columns,
                               count,
                               counting->chunks,
                               &job->cancel,
                               &reader,
                               error) &&
              transform_create(program, &job->budget, &transform, error);
    if (ok) {
        transform_use_groups(transform, counting->grouped.groups);
        counting->transformer = transform_as_transformer(transform);
        struct pipeline pipeline = {
            .reader = reader,
            .transformer = {.state = counting,
                            .schema = counting->transformer.schema,
                            .apply = apply},
            .writer = {.state = counting, .write = pass_over, .restart = pass_over_again},
            .threads = true,
            .budget = &job->budget,
            .cancel = &job->cancel,
            .progress = &counting->entity->progress,
        };
        ok = pipeline_run(&pipeline, error) && go_on(counting, error);
    }
    list_reader_close(&records);
    transform_destroy(transform);
    return ok;
}

static bool read_watched(struct counting *counting,
                         const struct program *program,
                         uint64_t rows,
                         struct error *error)
{
    struct job *job = counting->job;
    struct entity *entity = counting->entity;
    struct source *source = NULL;
    struct progress progress;
    if (!job_source(job, &entity->mapping->source, &source, error)) {
        return false;
    }
    progress_open(&progress,
                  job->console,
                  "count",
                  entity->mapping->entity,
                  &entity->progress,
                  job_pace(job, entity),
                  rows,
                  0);
    watch_work(&job->watch, "count", entity->mapping->entity, &entity->progress);
    bool ok = read_records(counting, program, source, error);
    progress_close(&progress);
    watch_work(&job->watch, NULL, NULL, NULL);
    source_pool_return(job->sources, source);
    return ok;
}

/* --- what is said --- */

/* Keys are no codes but numbers of records where a value is itself a key: in chains, and where a
 * lookup only says whether there is such a record. A patient has many results, so that it does not
 * help that a number is not rare. */
static bool keys_are_records(const struct lookup_spec *spec)
{
    int keys = 0;
    for (int at = 0; at < spec->to_count; at++) {
        bool key = false;
        for (int from = 0; from < spec->from_count; from++) {
            key = key || text_equal_case(text_of(spec->to[at]), text_of(spec->from[from]));
        }
        keys += key;
    }
    return spec->chase || keys == spec->to_count;
}

/* "'362' 1000, '363' 200, and 7 more". */
static void push_codes(const struct lookup_spec *spec,
                       const struct lookup_misses_summary *summary,
                       struct text_buffer *out)
{
    int shown = 0;
    if (keys_are_records(spec)) {
        text_buffer_string(out, "numbers of records, so not shown");
        return;
    }
    for (; shown < summary->count && out->size < LIST_BYTES_MAX; shown++) {
        text_buffer_format(out,
                           "%s%s %llu",
                           shown == 0 ? "" : ", ",
                           summary->items[shown].key,
                           (unsigned long long)summary->items[shown].records);
    }
    if (shown == 0) {
        text_buffer_format(out, "fewer than %d records each, so not shown", RECORDS_MIN);
    } else if (summary->more) {
        text_buffer_string(out, ", and more");
    } else if (shown < summary->codes) {
        text_buffer_format(out, ", and %d more", summary->codes - shown);
    }
}

static const char *becomes(enum lookup_missing missing)
{
    return missing == LOOKUP_MISSING_KEEP      ? "are kept"
           : missing == LOOKUP_MISSING_DEFAULT ? "become the default"
                                               : "become NULL";
}

static void say_missing(struct job *job,
                        const struct lookup_spec *spec,
                        const struct lookup_misses_summary *summary,
                        const char *codes,
                        struct text_buffer *out)
{
    const char *holds = spec->valid_at_count > 0 ? " that holds" : "";
    const char *some = summary->more ? "more than " : "";
    const char *plural = summary->codes == 1 ? "" : "s";
    const char *records = summary->records == 1 ? "" : "s";
    if (spec->missing != LOOKUP_MISSING_REJECT) {
        text_buffer_format(out,
                           "  lookup %s: %s%d code%s in %llu record%s without an entry%s %s: %s\n",
                           spec->name,
                           some,
                           summary->codes,
                           plural,
                           (unsigned long long)summary->records,
                           records,
                           holds,
                           becomes(spec->missing),
                           codes);
        return;
    }
    (void)problem_warn(&job->problems,
                       spec->place,
                       "These records will be rejected. Add the codes, or say what becomes of them "
                       "under missing:.",
                       "lookup \"%s\" has no entry%s for %s%d code%s in %llu record%s: %s",
                       spec->name,
                       holds,
                       some,
                       summary->codes,
                       plural,
                       (unsigned long long)summary->records,
                       records,
                       codes);
}

static bool say_all(struct counting *counting, struct text_buffer *out, struct error *error)
{
    const struct mapping *mapping = counting->entity->mapping;
    bool ok = true;
    bool any = false;
    text_buffer_string(out, "  codes: ");
    text_buffer_count(out, counting->records);
    text_buffer_string(out, counting->records == 1 ? " record read" : " records read");
    size_t end = out->size;
    text_buffer_char(out, '\n');
    for (int at = 0; ok && at < mapping->lookup_count; at++) {
        struct lookup_misses_summary summary;
        struct text_buffer codes;
        text_buffer_init(&codes, LIST_BYTES_ROOM);
        ok = lookup_misses_summarise(counting->misses[at], CODES_MAX, RECORDS_MIN, &summary, error);
        if (ok && summary.records > 0 && !counting->entity->lookups_unread[at]) {
            any = true;
            push_codes(&mapping->lookups[at], &summary, &codes);
            ok = text_buffer_check(&codes, error);
            if (ok) {
                say_missing(counting->job, &mapping->lookups[at], &summary, codes.data, out);
            }
        }
        text_buffer_release(&codes);
    }
    if (ok && !any && !out->failed) {
        out->size = end;
        text_buffer_string(out, ", every code has an entry\n");
    }
    return ok;
}

/* --- the whole --- */

static bool compile_asking(struct counting *counting, struct program **program, struct error *error)
{
    struct job *job = counting->job;
    struct problems said_before;
    problems_init(&said_before, &job->arena);
    return program_compile(&counting->mapping,
                           &counting->entity->source_schema,
                           NULL,
                           counting->entity->lookups,
                           job_source_settings(job, counting->entity)->timezone,
                           &job->arena,
                           &said_before,
                           program,
                           error);
}

static bool count_codes(struct counting *counting,
                        uint64_t rows,
                        struct text_buffer *out,
                        struct error *error)
{
    struct job *job = counting->job;
    int lookups = counting->mapping.lookup_count;
    struct program *program = NULL;
    counting->misses = ARENA_ARRAY(&job->arena, struct lookup_misses *, (size_t)lookups);
    bool ok = counting->misses != NULL ? compile_asking(counting, &program, error)
                                       : error_set_memory(error);
    if (!ok || program == NULL) {
        return ok;
    }
    if (!job->watch.running) { /* of the first entity that is read */
        job_watch(job);
    }
    if (program_has_groups(program)) { /* before anything is counted */
        ok = grouping_read_with(
            job, counting->entity, program, counting->chunks, &counting->grouped, error);
    }
    for (int at = 0; ok && at < lookups; at++) {
        ok = lookup_misses_create(&job->budget, &counting->misses[at], error);
        if (ok) {
            lookup_watch(counting->entity->lookups[at], counting->misses[at]);
        }
    }
    ok = ok && read_watched(counting, program, rows, error) && say_all(counting, out, error);
    for (int at = 0; at < lookups; at++) {
        lookup_watch(counting->entity->lookups[at], NULL);
        lookup_misses_destroy(counting->misses[at]);
    }
    grouping_release(&counting->grouped);
    return ok;
}

/* Rows of all chunks; false where one of them does not say. */
static bool estimate(const struct chunk_list *chunks, uint64_t *rows)
{
    bool known = true;
    *rows = 0;
    for (int at = 0; at < chunks->count; at++) {
        *rows += chunks->items[at].rows_estimate;
        known = known &&
                (chunks->items[at].rows_estimate > 0 || chunks->items[at].kind == CHUNK_KEY_NULL);
    }
    return known;
}

/* One that waits for other entities does not keep the others from being counted. */
static bool waits_for_window(const struct entity *entity)
{
    for (int at = 0; at < entity->mapping->lookup_count; at++) {
        if (entity->lookups_unread[at] && entity->mapping->lookups[at].target_table == NULL) {
            return true;
        }
    }
    return false;
}

bool checking_lookups_count(struct job *job,
                            struct entity *entity,
                            const struct chunk_list *chunks,
                            struct text_buffer *out,
                            struct error *error)
{
    struct counting counting = {.job = job, .entity = entity, .chunks = chunks};
    bool asks = false;
    uint64_t rows = 0;
    if (entity->mapping->lookup_count == 0) {
        return true;
    }
    if (!mapping_of_lookups(entity->mapping, &job->arena, &counting.mapping, &asks, error)) {
        return false;
    }
    if (!asks) {
        return true;
    }
    if (chunks == NULL || waits_for_window(entity)) {
        text_buffer_string(out, "  codes: not counted, since the window is closed\n");
        return true;
    }
    bool known = estimate(chunks, &rows);
    if (!job->options->codes && (!known || rows > ROWS_MAX)) {
        text_buffer_string(out, "  codes: not counted: ");
        if (known) {
            text_buffer_string(out, "about ");
            text_buffer_count(out, rows);
            text_buffer_string(out, " rows; --codes counts them\n");
        } else {
            text_buffer_string(out, "how many rows there are is not known; --codes counts them\n");
        }
        return true;
    }
    return count_codes(&counting, known ? rows : 0, out, error)
               ? true
               : error_context(error, "counting codes of entity \"%s\"", entity->mapping->entity);
}
