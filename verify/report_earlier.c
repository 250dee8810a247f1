/* report_earlier.c — what a report says of a run before its own, out of the report of that run.
 *
 * A report that is gone, altered or another run's gives no numbers: the run is listed all the same,
 * with what is wrong. SPDX-License-Identifier: Apache-2.0 */
#include "report_view.h"

#include "novate/report.h"

#include <inttypes.h>
#include <string.h>

/* Counts of an entity that are summed over entities. */
static const char *const counts[] = {"source_rows",
                                     "loaded",
                                     "filtered",
                                     "rejected",
                                     "not_equal",
                                     "missing_target",
                                     "missing_source"};

static const char *fault_of(const struct report_earlier *run,
                            const struct seal_state *state,
                            const char *migration)
{
    if (!run->reported) {
        return "it left no report";
    }
    if (run->too_large) {
        return "its report is too large to be read again";
    }
    if (run->report.data == NULL) {
        return "its report could not be read";
    }
    if (!state->is_report || !state->is_sealed || state->altered != NULL) {
        return "its report is not as it was written";
    }
    if (state->migration == NULL || strcmp(state->migration, migration) != 0) {
        return "its report is of another migration";
    }
    return state->run == run->run ? NULL : "its report is of another run";
}

static void put_count(struct text_buffer *out, const char *name, bool known, uint64_t value)
{
    if (known) {
        text_buffer_member_count(out, name, value);
    } else {
        text_buffer_member_text(out, name, NULL);
    }
}

/* Over the entities that know it. */
static void put_sum(struct text_buffer *out, const struct report_view *view, const char *name)
{
    bool known = false;
    uint64_t value = 0;
    for (size_t i = 0; i < view->entity_count; i++) {
        known = known || view_count(view_entity(view, i), name, &value);
    }
    put_count(out, name, known, view_total(view, name));
}

static void put_run(const struct report_earlier *run,
                    const char *fault,
                    const struct report_view *view,
                    struct text_buffer *out)
{
    uint64_t seconds = 0;
    bool ended = view_seconds(run->started_at, run->finished_at, &seconds);

    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member(out, "run");
    text_buffer_format(out, "%" PRId64, run->run);
    text_buffer_member_text(out, "kind", run->kind);
    text_buffer_member_text(out, "started_at", run->started_at);
    put_count(out, "seconds", ended, seconds);
    text_buffer_member_text(
        out, "verdict", fault == NULL ? view_text(view->root, "verdict") : run->verdict);
    put_count(out, "entities", fault == NULL, view->entity_count);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        put_sum(out, view, counts[i]);
    }
    text_buffer_member_text(out, "fault", fault);
    text_buffer_char(out, '}');
}

bool report_earlier_push(const struct report_earlier *run,
                         const char *migration,
                         struct text_buffer *out,
                         struct error *error)
{
    struct arena arena;
    struct seal_state state = {.is_report = false};
    struct report_view view = {.root = NULL};
    struct error ignored = ERROR_NONE;

    arena_init(&arena, 4096, NULL);
    bool ok = run->report.data == NULL || seal_look(run->report, &arena, &state, error);
    const char *fault = ok ? fault_of(run, &state, migration) : NULL;
    if (ok && fault == NULL && !report_view_open(&view, run->report.data, &ignored)) {
        fault = "its report could not be read";
    }
    if (ok) {
        put_run(run, fault, &view, out);
    }
    report_view_close(&view);
    arena_release(&arena);
    return ok && text_buffer_check(out, error);
}
