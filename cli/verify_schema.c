/* verify_schema.c — the contract is in verify_schema.h.
 *
 * Two catalogues are read one after the other: of a temporary PostgreSQL that the plan's schema is
 * applied to, and of the target. Then neither is needed any more.
 * SPDX-License-Identifier: Apache-2.0 */
#include "verify_schema.h"

#include "looking.h"

#include "novate/schema_compare.h"

enum {
    OUTPUT_BYTES_MAX = 256 << 20
};

/* What a schema file may say and nobody compares. */
static const char not_looked_at[] =
    "comments, owners, privileges, order of columns, tablespaces, storage and statistics settings "
    "of columns, event triggers, publications, operators, text search objects, collations";

struct sides {
    struct target_catalogue declared;
    struct target_catalogue found;
    const char *target; /* its description */
    struct schema_comparison comparison;
};

/* Those of the other verification would be taken for obeyed. */
static bool check_options(const struct options *options, struct error *error)
{
    const char *name = options->entity_count > 0      ? "entity"
                       : options->report_count > 0    ? "report"
                       : options->restart             ? "restart"
                       : options->show_keys           ? "show-keys"
                       : options->jobs != 1           ? "jobs"
                       : options->signing_key != NULL ? "signing-key"
                                                      : NULL;
    if (name == NULL) {
        return true;
    }
    error_set(error, ERROR_USAGE, "\"verify schema\" has no option --%s", name);
    return error_hint(error, "Try \"novate help verify\".");
}

static bool check_schema(const struct job *job, struct error *error)
{
    if (job->plan.target.schema == NULL) {
        error_set(error,
                  ERROR_NOT_VERIFIED,
                  "the plan names no schema that the target could be compared with");
        return error_hint(error, "Write \"schema: FILE.sql\" under \"target\" of the plan.");
    }
    if (!private_cluster_available()) {
        error_set(error,
                  ERROR_NOT_VERIFIED,
                  "no PostgreSQL is installed here to try the plan's schema with");
        return error_hint(error, "Install the package \"postgresql\".");
    }
    return true;
}

static bool read_declared(struct job *job,
                          struct target_catalogue *declared,
                          const char **schemas,
                          struct error *error)
{
    if (!job_target_declared(job, error) ||
        !target_catalogue_schemas(job->target.control, &job->arena, schemas, error)) {
        return false;
    }
    if (*schemas == NULL) {
        error_set(error,
                  ERROR_NOTHING,
                  "the schema file \"%s\" makes nothing that could be compared",
                  job->plan.target.schema);
        return error_hint(error, "Write into it what the target's structure is to be.");
    }
    bool ok =
        target_catalogue_read(job->target.control, *schemas, false, &job->arena, declared, error);
    job_target_leave(job);
    return ok;
}

static bool read_found(struct job *job,
                       const char *schemas,
                       struct sides *sides,
                       struct error *error)
{
    bool there = false;
    if (!looking_target(job, &there, error)) {
        return false;
    }
    if (!there) {
        error_set(error, ERROR_STATE, "there is no private target yet");
        return error_hint(error, "Run \"novate run\" or \"novate load\" first.");
    }
    sides->target = session_description(job->target.control);
    return target_catalogue_read(
        job->target.control, schemas, true, &job->arena, &sides->found, error);
}

/* --- text --- */

static void push_compared(const struct schema_comparison *comparison, struct text_buffer *out)
{
    const char *before = "compared: ";
    for (int kind = 0; kind < CATALOGUE_KIND_COUNT; kind++) {
        uint64_t count = comparison->compared[kind];
        if (count > 0) {
            text_buffer_string(out, before);
            text_buffer_count(out, count);
            text_buffer_format(
                out, " %s", catalogue_kind_name((enum catalogue_kind)kind, count != 1));
            before = ", ";
        }
    }
    text_buffer_char(out, '\n');
}

static bool other_version(const struct sides *sides)
{
    return sides->declared.major != sides->found.major;
}

static void push_text(const struct job *job, const struct sides *sides, struct text_buffer *out)
{
    const struct schema_comparison *comparison = &sides->comparison;
    text_buffer_string(out, "target ");
    schema_text(sides->target, out);
    text_buffer_string(out, "\nschema file ");
    schema_text(job->plan.target.schema, out);
    text_buffer_format(out, ", as PostgreSQL %s makes it\n", sides->declared.version);
    if (other_version(sides)) {
        text_buffer_string(out,
                           "the versions differ: a definition, or the SHA-256 of one, may be "
                           "another one only in how the servers write it\n");
    }
    for (int index = 0; index < comparison->count; index++) {
        schema_finding_text(&comparison->findings[index], out);
        text_buffer_char(out, '\n');
    }
    for (int index = 0; index < comparison->gap_count; index++) {
        const struct catalogue_gap *gap = comparison->gaps[index];
        text_buffer_format(out, "not compared: %s ", catalogue_kind_name(gap->kind, false));
        schema_text(gap->name, out);
        text_buffer_string(out, ": ");
        schema_text(gap->reason, out);
        text_buffer_char(out, '\n');
    }
    text_buffer_format(
        out, "findings: %d, not compared: %d\n", comparison->count, comparison->gap_count);
    push_compared(comparison, out);
    text_buffer_format(out, "never compared: %s\n", not_looked_at);
}

/* --- JSON --- */

static void push_json_finding(const struct schema_finding *finding, struct text_buffer *out)
{
    struct text_buffer words;
    const struct catalogue_sequence *sequence = finding->sequence;
    text_buffer_init(&words, OUTPUT_BYTES_MAX);
    schema_finding_text(finding, &words);
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "schema", finding->item->schema);
    text_buffer_member_text(out, "object", finding->item->object);
    text_buffer_member_text(out, "kind", catalogue_kind_name(finding->item->kind, false));
    text_buffer_member_text(out, "name", finding->item->name);
    text_buffer_member_text(out, "finding", schema_deviation_name(finding->deviation));
    text_buffer_member_text(out, "property", finding->property);
    text_buffer_member_text(out, "declared", finding->declared);
    text_buffer_member_text(out, "found", finding->found);
    if (sequence != NULL) {
        text_buffer_member_text(out, "next", sequence->next);
        text_buffer_member_text(out, "furthest", sequence->furthest);
        text_buffer_member_text(out, "column", sequence->column);
    }
    text_buffer_member_text(out, "text", words.data == NULL ? "" : words.data);
    text_buffer_char(out, '}');
    out->failed = out->failed || words.failed;
    text_buffer_release(&words);
}

static const char *verdict_of(const struct schema_comparison *comparison)
{
    return comparison->count > 0       ? "differences"
           : comparison->gap_count > 0 ? "not_verified"
                                       : "verified";
}

static void push_json(const struct job *job, const struct sides *sides, struct text_buffer *out)
{
    const struct schema_comparison *comparison = &sides->comparison;
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "migration", job->plan.migration);
    text_buffer_member_text(out, "verdict", verdict_of(comparison));
    text_buffer_member_text(out, "schema", job->plan.target.schema);
    text_buffer_member_text(out, "schema_version", sides->declared.version);
    text_buffer_member_text(out, "target", sides->target);
    text_buffer_member_text(out, "target_version", sides->found.version);
    text_buffer_member_bool(out, "same_major_version", !other_version(sides));
    text_buffer_member(out, "findings");
    text_buffer_char(out, '[');
    for (int index = 0; index < comparison->count; index++) {
        push_json_finding(&comparison->findings[index], out);
    }
    text_buffer_char(out, ']');
    text_buffer_member(out, "not_compared");
    text_buffer_char(out, '[');
    for (int index = 0; index < comparison->gap_count; index++) {
        const struct catalogue_gap *gap = comparison->gaps[index];
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, "kind", catalogue_kind_name(gap->kind, false));
        text_buffer_member_text(out, "name", gap->name);
        text_buffer_member_text(out, "reason", gap->reason);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
    text_buffer_member(out, "compared");
    text_buffer_char(out, '{');
    for (int kind = 0; kind < CATALOGUE_KIND_COUNT; kind++) {
        text_buffer_member_count(
            out, catalogue_kind_name((enum catalogue_kind)kind, true), comparison->compared[kind]);
    }
    text_buffer_char(out, '}');
    text_buffer_member_text(out, "never_compared", not_looked_at);
    text_buffer_string(out, "}\n");
}

/* --- CSV --- */

static void push_csv_line(const char *const fields[7], struct text_buffer *out)
{
    for (int index = 0; index < 7; index++) {
        text_buffer_string(out, index == 0 ? "" : ",");
        text_buffer_csv(out, fields[index] == NULL ? "" : fields[index]);
    }
    text_buffer_string(out, "\r\n");
}

static void push_csv(const struct sides *sides, struct text_buffer *out)
{
    const struct schema_comparison *comparison = &sides->comparison;
    text_buffer_string(out, "schema,kind,name,finding,property,declared,found\r\n");
    for (int index = 0; index < comparison->count; index++) {
        const struct schema_finding *finding = &comparison->findings[index];
        const struct catalogue_sequence *sequence = finding->sequence;
        const char *const fields[] = {finding->item->schema,
                                      catalogue_kind_name(finding->item->kind, false),
                                      finding->item->name,
                                      schema_deviation_name(finding->deviation),
                                      sequence != NULL ? "next value" : finding->property,
                                      sequence != NULL ? sequence->furthest : finding->declared,
                                      sequence != NULL ? sequence->next : finding->found};
        push_csv_line(fields, out);
    }
    for (int index = 0; index < comparison->gap_count; index++) {
        const struct catalogue_gap *gap = comparison->gaps[index];
        const char *const fields[] = {"",
                                      catalogue_kind_name(gap->kind, false),
                                      gap->name,
                                      "not compared",
                                      gap->reason,
                                      "",
                                      ""};
        push_csv_line(fields, out);
    }
}

/* --- all --- */

static bool print(struct job *job, const struct sides *sides, struct error *error)
{
    struct text_buffer out;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    switch (job->options->format) {
    case OUTPUT_JSON:
        push_json(job, sides, &out);
        break;
    case OUTPUT_CSV:
        push_csv(sides, &out);
        break;
    case OUTPUT_TEXT:
    case OUTPUT_MARKDOWN:
        push_text(job, sides, &out);
        break;
    }
    bool ok = text_buffer_check(&out, error);
    if (ok) {
        console_result(job->console, out.data, out.size);
    }
    text_buffer_release(&out);
    return ok;
}

/* What novate itself can do about them. */
static bool push_advice(const struct schema_comparison *comparison, struct error *error)
{
    bool missing = false;
    bool behind = false;
    for (int index = 0; index < comparison->count; index++) {
        const struct schema_finding *finding = &comparison->findings[index];
        enum catalogue_kind kind = finding->item->kind;
        behind = behind || finding->deviation == SCHEMA_BEHIND;
        missing = missing || (finding->deviation == SCHEMA_MISSING &&
                              (kind == CATALOGUE_INDEX || kind == CATALOGUE_CONSTRAINT));
    }
    if (!missing && !behind) {
        return error_hint(error, "Mend the target, or the schema file where that is out of date.");
    }
    return error_hint(
        error,
        "%s%s%s",
        missing ? "What novate took off while it loaded, \"novate load --finish\" restores." : "",
        missing && behind ? " " : "",
        behind ? "\"novate run\" sets the sequences of tables that it loads." : "");
}

static bool conclude(const struct schema_comparison *comparison, struct error *error)
{
    if (comparison->count > 0) {
        error_set(error,
                  ERROR_DIFFERENCES,
                  "the target's structure is not what the schema file says: %d finding%s",
                  comparison->count,
                  comparison->count == 1 ? "" : "s");
        return push_advice(comparison, error);
    }
    if (comparison->gap_count > 0) {
        error_set(error,
                  ERROR_NOT_VERIFIED,
                  "%d of the target's objects could not be compared",
                  comparison->gap_count);
        return error_hint(error, "Ask as a role that may read them, the owner for example.");
    }
    return true;
}

bool verify_schema(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct sides sides;
    const char *schemas = NULL;
    if (!check_options(options, error)) {
        return false;
    }
    bool ok = job_open(&job, options, console, error) && check_schema(&job, error) &&
              read_declared(&job, &sides.declared, &schemas, error) &&
              read_found(&job, schemas, &sides, error) &&
              schema_compare(&sides.declared, &sides.found, &job.arena, &sides.comparison, error) &&
              print(&job, &sides, error) && conclude(&sides.comparison, error);
    job_close(&job);
    return ok;
}
