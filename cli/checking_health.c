/* checking_health.c — how fit the sources are to be read, as `check` shows it.
 *
 * Findings are advice: they change no exit code. SPDX-License-Identifier: Apache-2.0 */
#include "checking_health.h"

static void push_findings(const struct health *health,
                          struct text_buffer *out,
                          struct health_counts *counts)
{
    static const char *const severities[] = {
        [HEALTH_INFO] = "note", [HEALTH_WARNING] = "warning", [HEALTH_CRITICAL] = "CRITICAL"};
    /* The worst first. */
    for (int severity = HEALTH_CRITICAL; severity >= HEALTH_INFO; severity--) {
        for (int index = 0; index < health->count; index++) {
            const struct health_finding *finding = &health->items[index];
            if ((int)finding->severity != severity) {
                continue;
            }
            text_buffer_format(out,
                               "  health %-8s  %s: %s\n",
                               severities[severity],
                               finding->what,
                               finding->measured);
            if (finding->advice != NULL) {
                text_buffer_format(out, "                   %s\n", finding->advice);
            }
            counts->of[severity]++;
        }
    }
}

static bool look(struct job *job,
                 const struct plan_source *settings,
                 const struct relation *relation,
                 struct health *health,
                 struct error *error)
{
    struct source *source = NULL;
    if (!source_pool_lend(job->sources, settings, &source, error)) {
        return false;
    }
    bool ok = source_health(source, relation, &job->arena, health, error);
    source_pool_return(job->sources, source);
    return ok;
}

static bool is_used(const struct job *job, const struct plan_source *settings)
{
    for (int index = 0; index < job->entity_count; index++) {
        const struct entity *entity = &job->entities[index];
        if (entity->relation != NULL && entity->mapping->source.file == NULL &&
            job_source_settings(job, entity) == settings) {
            return true;
        }
    }
    return false;
}

bool checking_health_sources(struct job *job,
                             struct text_buffer *out,
                             struct health_counts *counts,
                             struct error *error)
{
    for (int index = 0; index < job->plan.source_count; index++) {
        const struct plan_source *settings = &job->plan.sources[index];
        struct health health = {.count = 0};
        if (settings->odbc == NULL || !is_used(job, settings)) {
            continue;
        }
        if (!look(job, settings, NULL, &health, error)) {
            return false;
        }
        bool only = job->plan.source_count == 1;
        text_buffer_format(out, "source%s%s\n", only ? "" : " ", only ? "" : settings->name);
        push_findings(&health, out, counts);
    }
    return true;
}

bool checking_health_entity(struct job *job,
                            const struct entity *entity,
                            struct text_buffer *out,
                            struct health_counts *counts,
                            struct error *error)
{
    struct health health = {.count = 0};
    if (entity->relation == NULL) {
        return true;
    }
    if (!look(job, job_source_settings(job, entity), entity->relation, &health, error)) {
        return false;
    }
    push_findings(&health, out, counts);
    return true;
}

void checking_health_total(const struct health_counts *counts, struct text_buffer *out)
{
    int warnings = counts->of[HEALTH_WARNING];
    int notes = counts->of[HEALTH_INFO];
    if (counts->of[HEALTH_CRITICAL] + warnings + notes == 0) {
        return;
    }
    text_buffer_format(out,
                       "health of the source: %d critical, %d warning%s, %d note%s\n",
                       counts->of[HEALTH_CRITICAL],
                       warnings,
                       warnings == 1 ? "" : "s",
                       notes,
                       notes == 1 ? "" : "s");
}
