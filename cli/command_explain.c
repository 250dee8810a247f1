/* command_explain.c — explain: what mappings do, in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "explain_show.h"
#include "job.h"
#include "offline.h"

#include "novate/explain.h"

#include <string.h>
#include <sys/stat.h>

enum {
    OUTPUT_BYTES_MAX = 64 << 20,
    EXPLAIN_BLOCK_BYTES = 64 * 1024
};

static bool explain(const struct mapping *mapping,
                    const struct schema *source,
                    const struct schema *target,
                    const struct options *options,
                    struct arena *arena,
                    struct problems *problems,
                    struct text_buffer *out,
                    struct error *error)
{
    struct explanation explanation;
    if (!explain_mapping(mapping, source, target, arena, problems, &explanation, error)) {
        return error_context(error, "explaining the mapping of entity \"%s\"", mapping->entity);
    }
    explain_show(&explanation, options->format, out);
    return true;
}

/* --- a mapping alone --- */

static bool check_problems(struct console *console,
                           const struct problems *problems,
                           const char *file,
                           struct error *error)
{
    struct text_buffer text;
    text_buffer_init(&text, OUTPUT_BYTES_MAX);
    problems_format(problems, &text);
    if (text.size > 0) {
        console_text(console, text.data);
    }
    text_buffer_release(&text);
    return problems_check(problems, file, error);
}

static bool explain_alone(const struct options *options,
                          struct console *console,
                          struct arena *arena,
                          struct text_buffer *out,
                          struct error *error)
{
    struct problems problems;
    struct mapping mapping;
    problems_init(&problems, arena);
    if (options->typed) {
        error_set(error, ERROR_USAGE, "option --typed needs the plan of the mapping");
        return error_hint(error, "Name it with --plan.");
    }
    if (!mapping_load(options->plan,
                      options->settings,
                      options->setting_count,
                      arena,
                      &problems,
                      &mapping,
                      error)) {
        return false;
    }
    return program_check_syntax(&mapping, arena, &problems, error) &&
           (problems.errors > 0 ||
            explain(&mapping, NULL, NULL, options, arena, &problems, out, error)) &&
           check_problems(console, &problems, options->plan, error);
}

/* --- a plan, or a mapping of one --- */

static bool is_same_file(const char *left, const char *right)
{
    struct stat a;
    struct stat b;
    return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Leaves the entity of the mapping alone. */
static bool select_mapping(struct job *job, const char *path, struct error *error)
{
    int kept = 0;
    for (int index = 0; index < job->entity_count; index++) {
        if (is_same_file(job->entities[index].mapping->file, path)) {
            job->entities[kept++] = job->entities[index];
        }
    }
    job->entity_count = kept;
    return kept > 0 || error_set(error,
                                 ERROR_USAGE,
                                 "plan \"%s\" does not name the mapping \"%s\"",
                                 job->options->plan,
                                 path);
}

static bool compile_all(struct job *job, const char **unknown, struct error *error)
{
    if (!job->options->offline) {
        return job_target_look(job, error) && job_compile(job, COMPILE_UNFILLED, error);
    }
    for (int index = 0; index < job->entity_count; index++) {
        if (!offline_compile(job, &job->entities[index], &unknown[index], error)) {
            return false;
        }
    }
    return job_check_problems(job, error);
}

static bool show_entity(struct job *job,
                        const struct entity *entity,
                        const char *unknown,
                        struct text_buffer *out,
                        struct error *error)
{
    if (!job->options->typed) {
        return explain(entity->mapping,
                       entity->program == NULL ? NULL : &entity->source_schema,
                       entity->table == NULL ? NULL : &entity->table->schema,
                       job->options,
                       &job->arena,
                       &job->problems,
                       out,
                       error);
    }
    text_buffer_format(
        out, "entity %s -> %s\n", entity->mapping->entity, entity->mapping->target_table);
    if (entity->program != NULL) {
        program_explain(entity->program, out);
    } else {
        text_buffer_format(out, "not typed: %s\n", unknown == NULL ? "" : unknown);
    }
    text_buffer_char(out, '\n');
    return true;
}

static bool explain_plan(const struct options *options,
                         const char *mapping,
                         struct console *console,
                         struct text_buffer *out,
                         struct error *error)
{
    struct job job;
    const char **unknown = NULL;
    bool ok = job_open(&job, options, console, error) &&
              (mapping == NULL || select_mapping(&job, mapping, error));
    if (ok) {
        unknown = ARENA_ARRAY(&job.arena, const char *, (size_t)job.entity_count + 1);
        ok = unknown != NULL ? compile_all(&job, unknown, error) : error_set_memory(error);
    }
    for (int index = 0; ok && index < job.entity_count; index++) {
        ok = show_entity(&job, &job.entities[index], unknown[index], out, error);
    }
    ok = ok && job_check_problems(&job, error);
    job_close(&job);
    return ok;
}

bool command_explain(const struct options *options, struct console *console, struct error *error)
{
    struct arena arena;
    struct text_buffer out;
    struct options of_plan = *options;
    const char *mapping = NULL;
    bool is_mapping = false;
    arena_init(&arena, EXPLAIN_BLOCK_BYTES, NULL);
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    if (!options->typed) {
        explain_show_head(options->format, &out);
    }
    bool ok = plan_is_mapping(options->plan, &arena, &is_mapping, error);
    if (ok && is_mapping && options->mapping_plan != NULL) {
        mapping = options->plan;
        of_plan.plan = options->mapping_plan;
        is_mapping = false;
    }
    if (ok) {
        ok = is_mapping ? explain_alone(options, console, &arena, &out, error)
                        : explain_plan(&of_plan, mapping, console, &out, error);
    }
    ok = ok && text_buffer_check(&out, error);
    if (ok && out.size > 0) {
        console_result(console, out.data, out.size);
    }
    text_buffer_release(&out);
    arena_release(&arena);
    return ok;
}
