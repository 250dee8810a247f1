/* plan_system.c — the target of a plan, its limits, its digest, and which source a relation has.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_system.h"

#include "plan_division.h"
#include "plan_file.h"
#include "plan_policy.h"
#include "plan_relation.h"
#include "plan_secret.h"

#include "novate/datetime.h"

#include <stdlib.h>
#include <string.h>

/* The default keeps a small virtual machine usable; the least lets one pipeline work at all. */
#define MEMORY_MB_DEFAULT 256
#define MEMORY_MB_LEAST   16
#define MEMORY_MB_MOST    (1024 * 1024)

const char *plan_read_path(struct plan_reader *reader,
                           const struct plan_field *field,
                           const char *directory)
{
    const char *name = plan_read_text(reader, field);
    if (name == NULL) {
        return NULL;
    }
    const char *path = plan_path_join(directory, name, reader->arena);
    (void)plan_reader_keep(reader, path);
    return path;
}

enum target_key {
    TARGET_POSTGRES,
    TARGET_PRIVATE,
    TARGET_SCHEMA,
    TARGET_DEFER,
    TARGET_MAINTENANCE,
    TARGET_DIVIDED_BY,
    TARGET_KEY_COUNT
};

static const struct plan_key target_keys[TARGET_KEY_COUNT] = {
    [TARGET_POSTGRES] = {"postgres", 0},
    [TARGET_PRIVATE] = {"private", 0},
    [TARGET_SCHEMA] = {"schema", 0},
    [TARGET_DEFER] = {"defer", 0},
    [TARGET_MAINTENANCE] = {"maintenance", 0},
    [TARGET_DIVIDED_BY] = {"divided_by", 0},
};

unsigned plan_read_defer(struct plan_reader *reader,
                         const struct plan_field *field,
                         unsigned allowed)
{
    static const struct {
        const char *name;
        unsigned bit;
    } names[] = {
        {"indexes", DEFER_INDEXES},
        {"foreign_keys", DEFER_FOREIGN_KEYS},
        {"unique_indexes", DEFER_UNIQUE_INDEXES},
    };
    enum {
        NAMES = sizeof names / sizeof names[0]
    };
    unsigned bits = 0;

    if (field->key == NULL) {
        return 0;
    }
    if (field->value->kind == PLAN_LIST && field->value->count == 0) {
        return 0; /* nothing, where the plan says otherwise */
    }
    int count = 0;
    const char *const *list = plan_read_list(reader, field, NAMES, &count);
    if (count == 1 && strcmp(list[0], "none") == 0) {
        return 0;
    }
    const struct place *places = plan_list_places(reader, field, list, count);
    for (int i = 0; i < count; i++) {
        unsigned bit = 0;
        for (int at = 0; at < NAMES; at++) {
            bit = strcmp(names[at].name, list[i]) == 0 ? names[at].bit : bit;
        }
        const struct place place = places == NULL ? plan_field_place(field) : places[i];
        if (bit == 0) {
            problem_add(reader->problems,
                        place,
                        "Write indexes, foreign_keys or, in a mapping, unique_indexes; or none.",
                        "\"%s\" cannot be deferred",
                        list[i]);
        } else if ((bit & allowed) == 0) {
            problem_add(reader->problems,
                        place,
                        "Write it under \"target\" of the mapping: rows that are there twice are "
                        "found only when the index is built.",
                        "\"%s\" cannot be deferred for all mappings at once",
                        list[i]);
        }
        bits |= bit;
    }
    return bits;
}

void plan_read_target(struct plan_reader *reader, const struct plan_field *field, struct plan *plan)
{
    static const char *const maintenances[] = {"analyze", "vacuum", "none"};
    struct plan_field fields[TARGET_KEY_COUNT];
    struct plan_target *target = &plan->target;

    if (field->key == NULL) {
        return;
    }
    target->place = field->value->place;
    if (!plan_read_keys(
            reader, field->value, "\"target\"", target_keys, TARGET_KEY_COUNT, fields)) {
        return;
    }
    target->postgres = plan_read_text(reader, &fields[TARGET_POSTGRES]);
    target->private_cluster = plan_read_bool(reader, &fields[TARGET_PRIVATE], false);
    target->schema = plan_read_path(reader, &fields[TARGET_SCHEMA], plan->directory);
    target->defer =
        plan_read_defer(reader, &fields[TARGET_DEFER], DEFER_INDEXES | DEFER_FOREIGN_KEYS);
    target->maintenance = (enum plan_maintenance)plan_read_choice(
        reader, &fields[TARGET_MAINTENANCE], maintenances, 3, MAINTENANCE_ANALYZE);
    plan_read_division(reader, &fields[TARGET_DIVIDED_BY], &target->division);
    if (fields[TARGET_POSTGRES].key != NULL && target->private_cluster) {
        problem_add(reader->problems,
                    fields[TARGET_PRIVATE].key->place,
                    NULL,
                    "\"private\" cannot stand beside \"postgres\"");
    } else if (fields[TARGET_POSTGRES].key == NULL && !target->private_cluster) {
        problem_add(reader->problems,
                    field->value->place,
                    "Write \"private: true\" for a PostgreSQL that novate makes itself.",
                    "\"target\" must have one of \"postgres\" and \"private\"");
    }
    if (target->postgres != NULL && plan_secret_in_conninfo(target->postgres)) {
        problem_add(reader->problems,
                    plan_field_place(&fields[TARGET_POSTGRES]),
                    "Put it into ~/.pgpass, a service file or the environment (PGPASSWORD).",
                    "a plan must not hold a password");
    }
}

enum limit_key {
    LIMIT_REJECTS,
    LIMIT_MEMORY_MB,
    LIMIT_KEY_COUNT
};

static const struct plan_key limit_keys[LIMIT_KEY_COUNT] = {
    [LIMIT_REJECTS] = {"rejects", 0},
    [LIMIT_MEMORY_MB] = {"memory_mb", 0},
};

void plan_set_limits(struct plan_limits *limits)
{
    *limits = (struct plan_limits){.rejects_share = -1, .memory_mb = MEMORY_MB_DEFAULT};
}

/* "0.1%": digits, a point and digits at most, a percent sign; up to 100. */
static bool parse_share(const char *text, double *share)
{
    const size_t size = strlen(text);
    const size_t whole = strspn(text, "0123456789");
    const size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    const size_t digits = whole + (fraction > 0 ? 1 + fraction : 0);

    if (whole == 0 || size > 32 || digits + 1 != size || text[digits] != '%') {
        return false;
    }
    const double percent = strtod(text, NULL);
    *share = percent / 100;
    return percent <= 100;
}

static void read_rejects(struct plan_reader *reader,
                         const struct plan_field *field,
                         struct plan_limits *limits)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *value = field->value;
    if (value->kind != PLAN_TEXT || (!plan_parse_number(value->text.data, &limits->rejects_max) &&
                                     !parse_share(value->text.data, &limits->rejects_share))) {
        plan_set_limits(limits);
        problem_add(reader->problems,
                    value->place,
                    NULL,
                    "\"rejects\" must be a count or a share from 0%% to 100%%, such as 0.1%%");
    }
}

void plan_read_limits(struct plan_reader *reader,
                      const struct plan_field *field,
                      struct plan_limits *limits)
{
    struct plan_field fields[LIMIT_KEY_COUNT];

    if (field->key == NULL ||
        !plan_read_keys(reader, field->value, "\"limits\"", limit_keys, LIMIT_KEY_COUNT, fields)) {
        return;
    }
    read_rejects(reader, &fields[LIMIT_REJECTS], limits);
    limits->memory_mb = plan_read_number(
        reader, &fields[LIMIT_MEMORY_MB], MEMORY_MB_LEAST, MEMORY_MB_MOST, MEMORY_MB_DEFAULT);
}

void plan_read_mapping_limits(struct plan_reader *reader,
                              const struct plan_field *field,
                              struct plan_limits *limits)
{
    struct plan_field rejects;

    plan_set_limits(limits);
    if (field->key != NULL &&
        plan_read_keys(reader, field->value, "\"limits\"", limit_keys, 1, &rejects)) {
        read_rejects(reader, &rejects, limits);
    }
}

/* The folder as the plan sees it, so that the digest does not change with the directory from which
 * novate is called. */
static struct text relative_to_plan(const struct plan *plan, const char *path)
{
    const size_t size = strlen(plan->directory);

    if (path != NULL && strncmp(path, plan->directory, size) == 0 && path[size] == '/') {
        return text_of(path + size + 1);
    }
    return text_of(path);
}

bool plan_set_digest(struct plan *plan, struct error *error)
{
    struct hash_stream stream;

    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    hash_stream_field(&stream, text_of(plan->migration));
    for (int i = 0; i < plan->source_count; i++) {
        const struct plan_source *source = &plan->sources[i];
        hash_stream_field(&stream, text_of(source->name));
        hash_stream_field(&stream, text_of(source->odbc));
        hash_stream_field(&stream, relative_to_plan(plan, source->csv));
        hash_stream_field(&stream, text_of(source->encoding));
        hash_stream_field(&stream, text_of(source->timezone));
        if (source->format != FILE_FORMAT_CSV) {
            hash_stream_field(&stream, text_of(plan_format_name(source->format)));
        }
        if (source->decode != POLICY_REJECT) {
            hash_stream_field(&stream, text_of(plan_policy_name(source->decode)));
        }
    }
    plan->digest = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return true;
}

/* Says it once, however many stages ask. */
static const struct plan_source *refuse_source(struct problems *problems,
                                               struct place place,
                                               const char *hint,
                                               const char *message,
                                               const char *name)
{
    for (int i = 0; i < problems->count; i++) {
        const struct place known = problems->items[i].place;
        if (known.file == place.file && known.line == place.line && known.column == place.column) {
            return NULL;
        }
    }
    problem_add(problems,
                place,
                hint,
                "%s%s%s%s",
                message,
                name[0] != '\0' ? " \"" : "",
                name,
                name[0] != '\0' ? "\"" : "");
    return NULL;
}

const struct plan_source *plan_source_of(const struct plan *plan,
                                         const struct relation_spec *spec,
                                         struct problems *problems)
{
    const struct plan_source *found = NULL;
    const char *names[PLAN_SOURCES_MAX];

    for (int i = 0; i < plan->source_count; i++) {
        names[i] = plan->sources[i].name;
        if (spec->in != NULL && strcmp(names[i], spec->in) == 0) {
            found = &plan->sources[i];
        }
    }
    if (plan->source_count == 0) {
        return NULL; /* plan_load() has said so */
    }
    if (spec->in == NULL && plan->source_count > 1) {
        return refuse_source(problems,
                             spec->place,
                             "Write \"in: NAME\" beside it.",
                             "the plan has several sources, and this does not say which",
                             "");
    }
    if (spec->in != NULL && found == NULL) {
        const char *nearest = text_nearest(spec->in, names, (size_t)plan->source_count);
        const char *hint =
            nearest == NULL ? NULL
                            : arena_format(problems->arena, "Perhaps you meant \"%s\".", nearest);
        return refuse_source(
            problems, spec->in_place, hint, "the plan has no source named", spec->in);
    }
    found = found != NULL ? found : &plan->sources[0];
    if (found->csv == NULL && found->odbc == NULL) {
        return NULL; /* plan_load() has said so */
    }
    if (spec->file != NULL && found->csv == NULL) {
        return refuse_source(
            problems, spec->place, NULL, "there is no folder \"csv\" in source", found->name);
    }
    if (spec->file == NULL && found->odbc == NULL) {
        return refuse_source(
            problems, spec->place, NULL, "there is no \"odbc\" in source", found->name);
    }
    return found;
}
