/* crossing.c — the contract is in crossing.h. SPDX-License-Identifier: Apache-2.0 */
#include "crossing_internal.h"
#include "picking.h"

#include "novate/limits.h"

#include <string.h>

enum {
    CROSS_SEED = 0, /* the same records in every run, so that a difference can be looked at again */
    SCRATCH_BYTES_MAX = 1 << 30
};

bool crossing_allowed(const struct options *options, struct error *error)
{
    if (options->cross_check == 0 || (!options->no_verify && !options->dry_run)) {
        return true;
    }
    if (options->no_verify) {
        error_set(error,
                  ERROR_USAGE,
                  "option --cross-check is part of the verification, which option --no-verify "
                  "leaves out");
    } else {
        error_set(error,
                  ERROR_USAGE,
                  "option --cross-check makes temporary tables in the target, and option --dry-run "
                  "writes nothing");
    }
    return error_hint(error, "Leave out one of the two.");
}

/* --- picking --- */

static bool tap_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct crossing_tap *tap = state;
    return tap->inner.next(tap->inner.state, batch, more, error) &&
           (!*more || pick_offer(tap->pick, batch, error));
}

bool crossing_tap(struct job *job,
                  struct entity *entity,
                  struct crossing_tap *tap,
                  struct reader *reader,
                  struct error *error)
{
    const int *keys = NULL;
    int count = 0;

    if (job->options->cross_check == 0 || entity->pick != NULL) {
        return true;
    }
    if (!picking_keys(entity, &entity->arena, &keys, &count, error) ||
        !pick_create(program_source_schema(entity->program),
                     keys,
                     count,
                     CROSS_SEED,
                     (int)job->options->cross_check,
                     &job->budget,
                     &entity->pick,
                     error)) {
        return false;
    }
    *tap = (struct crossing_tap){.inner = *reader, .pick = entity->pick};
    *reader = (struct reader){.state = tap, .schema = reader->schema, .next = tap_next};
    return true;
}

/* --- lookups --- */

struct entries {
    struct crossing *crossing;
    int index;
    uint64_t count;
};

static bool take_entries(void *state, const struct batch *batch, struct error *error)
{
    struct entries *entries = state;
    entries->count += (uint64_t)batch->rows;
    if (entries->count > LIMIT_CROSS_ENTRIES) {
        return error_set(error, ERROR_NOTHING, "too many entries");
    }
    return cross_check_entries(entries->crossing->cross, entries->index, batch, error);
}

/* `*withheld`: why the entries are not to be had. */
static bool copy_lookup(struct crossing *crossing,
                        int index,
                        const char **withheld,
                        struct error *error)
{
    struct job *job = crossing->job;
    struct entity *entity = crossing->entity;
    struct entries entries = {.crossing = crossing, .index = index};
    const struct lookups_visitor visitor = {.state = &entries, .take = take_entries};
    struct error reason = ERROR_NONE;

    if (!cross_check_lookup(crossing->cross, index, error)) {
        return false;
    }
    if (lookups_read(job, entity, index, &visitor, &reason)) {
        return true;
    }
    if (entries.count > LIMIT_CROSS_ENTRIES) {
        *withheld = arena_format(&job->arena, "it has more than %d entries", LIMIT_CROSS_ENTRIES);
        return *withheld != NULL || error_set_memory(error);
    }
    *error = reason;
    return false;
}

/* The rules as SQL, and the lookups that they ask in the target. */
static bool render(struct crossing *crossing, const char **withheld, struct error *error)
{
    struct entity *entity = crossing->entity;
    struct arena *arena = &crossing->job->arena;
    bool again = false;

    if (!program_render(
            entity->program, entity->lookups, withheld, arena, &crossing->rendering, error)) {
        return false;
    }
    for (int i = 0; crossing->cross != NULL && i < entity->mapping->lookup_count; i++) {
        if (crossing->rendering.lookups[i].asked &&
            !copy_lookup(crossing, i, &withheld[i], error)) {
            return false;
        }
        again = again || withheld[i] != NULL;
    }
    return !again ||
           program_render(
               entity->program, entity->lookups, withheld, arena, &crossing->rendering, error);
}

/* --- a slice of the records --- */

struct slice {
    struct batch records; /* as the server gets them */
    struct batch given;   /* as the mapping gets them, which may change them */
    struct batch one;     /* what came of one record */
    struct batch mapped;
    bool *wanted;
};

/* What becomes of each record is known of one that is mapped alone; the rows of all that are kept
 * come in one batch, in the same order. */
static bool map_slice(struct crossing *crossing,
                      struct slice *slice,
                      const struct transformer *mapping,
                      int count,
                      struct error *error)
{
    const struct entity *entity = crossing->entity;
    int rows = 0;

    for (int i = 0; i < count; i++) {
        struct fate *fate = &crossing->fates[i];
        if (!pick_fill(entity->pick, crossing->first + i, 1, &slice->given, error) ||
            !mapping->apply(mapping->state, &slice->given, &slice->one, error)) {
            return false;
        }
        crossing_fate(entity->program, entity->mapping, &slice->one, fate);
        fate->row = fate->kind == FATE_KEPT ? rows++ : -1;
        slice->wanted[i] = fate->kind == FATE_KEPT || fate->kind == FATE_COLUMN_REFUSED ||
                           fate->kind == FATE_CHECK_NOT_MET || fate->kind == FATE_CHECK_REFUSED;
    }
    return pick_fill(entity->pick, crossing->first, count, &slice->given, error) &&
           mapping->apply(mapping->state, &slice->given, &slice->mapped, error) &&
           NOVATE_CHECK(error, slice->mapped.rows == rows);
}

/* Values that only the server knows in its own form. */
static bool canonicalise(struct crossing *crossing,
                         struct slice *slice,
                         struct session *session,
                         struct error *error)
{
    const struct schema *schema = program_target_schema(crossing->entity->program);

    for (int i = 0; slice->mapped.rows > 0 && i < schema->count; i++) {
        if (schema->columns[i].type.id == TYPE_OTHER &&
            !session_canonicalise(session,
                                  schema->columns[i].declared,
                                  &slice->mapped.columns[i],
                                  &slice->mapped,
                                  i,
                                  error)) {
            return false;
        }
    }
    return true;
}

static bool compare_slice(struct crossing *crossing,
                          struct slice *slice,
                          const struct transformer *mapping,
                          struct session *session,
                          struct error *error)
{
    int left = pick_count(crossing->entity->pick) - crossing->first;
    int count = left < LIMIT_BATCH_ROWS ? left : LIMIT_BATCH_ROWS;

    bool ok = map_slice(crossing, slice, mapping, count, error) &&
              canonicalise(crossing, slice, session, error) &&
              pick_fill(crossing->entity->pick, crossing->first, count, &slice->records, error) &&
              cross_check_records(crossing->cross, &slice->records, slice->wanted, error) &&
              crossing_ask_losses(crossing, count, error) &&
              cross_check_read(crossing->cross, crossing, crossing_compare, error);
    crossing->first += count;
    return ok;
}

static bool compare_all(struct crossing *crossing, struct session *session, struct error *error)
{
    const struct program *program = crossing->entity->program;
    const struct schema *source = program_source_schema(program);
    const struct schema *target = program_target_schema(program);
    struct budget *budget = &crossing->job->budget;
    struct transform *transform = NULL;
    struct slice slice = {.wanted = ARENA_ARRAY(&crossing->job->arena, bool, LIMIT_BATCH_ROWS)};

    if (slice.wanted == NULL) {
        return error_set_memory(error);
    }
    bool ok = batch_init(&slice.records, source, budget, error) &&
              batch_init(&slice.given, source, budget, error) &&
              batch_init(&slice.one, target, budget, error) &&
              batch_init(&slice.mapped, target, budget, error) &&
              transform_create(program, budget, &transform, error);
    if (ok) {
        transform_use_groups(transform, crossing->entity->grouped.groups);
    }
    crossing->mapped = &slice.mapped;
    while (ok && crossing->first < pick_count(crossing->entity->pick)) {
        struct transformer mapping = transform_as_transformer(transform);
        ok = compare_slice(crossing, &slice, &mapping, session, error);
    }
    transform_destroy(transform);
    batch_release(&slice.records);
    batch_release(&slice.given);
    batch_release(&slice.one);
    batch_release(&slice.mapped);
    return ok;
}

/* --- the result --- */

static bool list_unchecked(struct crossing *crossing,
                           const char *kind,
                           const struct rendered_rule *rules,
                           int count,
                           struct cross_unchecked *list,
                           struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (rules[i].sql != NULL) {
            continue;
        }
        struct cross_unchecked *item = &list[crossing->result->not_checked_count++];
        item->column = arena_format(&crossing->job->arena, "%s%s", kind, rules[i].name);
        item->reason = rules[i].reason == NULL ? "it cannot be rendered" : rules[i].reason;
        if (item->column == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

static int count_rendered(const struct rendered_rule *rules, int count)
{
    int rendered = 0;
    for (int i = 0; i < count; i++) {
        rendered += rules[i].sql != NULL ? 1 : 0;
    }
    return rendered;
}

/* What the server computes, and what it does not. */
static bool take_stock(struct crossing *crossing, struct error *error)
{
    const struct rendering *rendering = &crossing->rendering;
    size_t rules =
        (size_t)(rendering->filter_count + rendering->column_count + rendering->check_count);
    struct cross_unchecked *list =
        ARENA_ARRAY(&crossing->job->arena, struct cross_unchecked, rules + 2);

    if (list == NULL) {
        return error_set_memory(error);
    }
    crossing->filters = count_rendered(rendering->filters, rendering->filter_count);
    crossing->checks = count_rendered(rendering->checks, rendering->check_count);
    crossing->result->columns =
        (uint64_t)count_rendered(rendering->columns, rendering->column_count);
    crossing->result->not_checked = list;
    if (crossing->entity->mapping->grouping != NULL) {
        list[crossing->result->not_checked_count++] = (struct cross_unchecked){
            .column = "dedupe", .reason = "which record of a group is kept is novate's own choice"};
    }
    if (crossing->filters + crossing->checks == 0 && crossing->result->columns == 0) {
        crossing->result->reason = "no rule of the mapping has a counterpart in SQL";
    }
    return list_unchecked(
               crossing, "filter ", rendering->filters, rendering->filter_count, list, error) &&
           list_unchecked(crossing, "", rendering->columns, rendering->column_count, list, error) &&
           list_unchecked(
               crossing, "check ", rendering->checks, rendering->check_count, list, error);
}

static bool cross(struct crossing *crossing, struct session *session, struct error *error)
{
    struct job *job = crossing->job;
    const struct entity *entity = crossing->entity;
    struct cross_check_options options = {
        .session = session,
        .source = program_source_schema(entity->program),
        .target = program_target_schema(entity->program),
        .rendering = &crossing->rendering,
        .timezone = job_source_settings(job, entity)->timezone,
        .budget = &job->budget,
    };
    const char **withheld =
        ARENA_ARRAY(&job->arena, const char *, (size_t)entity->mapping->lookup_count + 1);

    if (withheld == NULL) {
        return error_set_memory(error);
    }
    if (!render(crossing, withheld, error)) {
        return false;
    }
    if (crossing->rendering.whole != NULL) {
        crossing->result->reason = crossing->rendering.whole;
        return true;
    }
    return cross_check_open(&options, &crossing->cross, error) &&
           render(crossing, withheld, error) &&
           cross_check_probe(crossing->cross, &job->arena, error) && take_stock(crossing, error) &&
           (crossing->result->reason != NULL || compare_all(crossing, session, error));
}

/* What the target could not do is a result: all else that was verified stays. */
static bool settle(struct crossing *crossing, const struct error *stop, struct error *error)
{
    struct cross_result *result = crossing->result;
    if (stop->code != ERROR_TARGET && stop->code != ERROR_TARGET_CONNECT) {
        *error = *stop;
        return error_context(
            error, "cross-checking entity \"%s\"", crossing->entity->mapping->entity);
    }
    console_log(crossing->job->console,
                LOG_WARNING,
                "cross-check",
                "the cross-check of entity \"%s\" is not possible: %s%s%s%s%s",
                crossing->entity->mapping->entity,
                stop->message,
                stop->detail[0] == '\0' ? "" : "; ",
                stop->detail,
                stop->hint[0] == '\0' ? "" : " ",
                stop->hint);
    result->impossible = true;
    result->equal = 0;
    result->reason = arena_format(&crossing->job->arena,
                                  "the target could not do it: %s%s%s%s",
                                  stop->message,
                                  stop->sqlstate[0] == '\0' ? "" : " (",
                                  stop->sqlstate,
                                  stop->sqlstate[0] == '\0' ? "" : ")");
    return result->reason != NULL || error_set_memory(error);
}

bool crossing_run(struct job *job, struct entity *entity, struct error *error)
{
    struct text_buffer scratch;
    struct session *session = NULL;
    struct error stop = ERROR_NONE;
    struct cross_result *result = ARENA_NEW(&job->arena, struct cross_result);
    struct crossing crossing = {.job = job, .entity = entity, .scratch = &scratch};

    if (job->options->cross_check == 0 || entity->pick == NULL) {
        return true;
    }
    crossing.result = result;
    crossing.fates = ARENA_ARRAY(&job->arena, struct fate, LIMIT_BATCH_ROWS);
    crossing.differences = ARENA_ARRAY(&job->arena, struct cross_difference, LIMIT_DIFFERENCES);
    if (result == NULL || crossing.fates == NULL || crossing.differences == NULL) {
        return error_set_memory(error);
    }
    pick_finish(entity->pick);
    result->asked = job->options->cross_check;
    result->records = (uint64_t)pick_count(entity->pick);
    result->differences = crossing.differences;
    text_buffer_init(&scratch, SCRATCH_BYTES_MAX);
    bool ok = job_session(job, false, &session, &stop) && cross(&crossing, session, &stop);
    cross_check_close(crossing.cross);
    session_close(session);
    text_buffer_release(&scratch);
    ok = ok || settle(&crossing, &stop, error);
    entity->cross = ok ? result : NULL;
    return ok;
}
