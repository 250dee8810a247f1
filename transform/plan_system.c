/* plan_system.c — the systems of a plan: its sources, its target, and its limits.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_system.h"

#include "plan_file.h"
#include "plan_relation.h"
#include "plan_secret.h"

#include "novate/datetime.h"

#include <stdlib.h>
#include <string.h>

/* Systems of one plan: a hospital has a few dozen. */
#define SOURCES_MAX 100

/* The default keeps a small virtual machine usable; the least lets one pipeline work at all. */
#define MEMORY_MB_DEFAULT 256
#define MEMORY_MB_LEAST   16
#define MEMORY_MB_MOST    (1024 * 1024)

#define ROWS_PER_SECOND_MOST 1000000000

enum system_key {
    SYSTEM_ODBC,
    SYSTEM_CSV,
    SYSTEM_ENCODING,
    SYSTEM_TIMEZONE,
    SYSTEM_ROWS_PER_SECOND_MAX,
    SYSTEM_KEY_COUNT
};

static const struct plan_key system_keys[SYSTEM_KEY_COUNT] = {
    [SYSTEM_ODBC] = {"odbc", 0},
    [SYSTEM_CSV] = {"csv", 0},
    [SYSTEM_ENCODING] = {"encoding", 0},
    [SYSTEM_TIMEZONE] = {"timezone", 0},
    [SYSTEM_ROWS_PER_SECOND_MAX] = {"rows_per_second_max", 0},
};

static const char *read_path(struct plan_reader *reader,
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

static const char *read_timezone(struct plan_reader *reader, const struct plan_field *field)
{
    const char *name = plan_read_text(reader, field);
    const struct zone *zone;
    struct error error = ERROR_NONE;

    if (name == NULL) {
        return "UTC";
    }
    if (!zone_load(name, reader->arena, &zone, &error)) {
        problem_add(reader->problems,
                    plan_field_place(field),
                    "Time zones are named as in the system's database, such as Europe/London.",
                    "%s",
                    error.message);
        return "UTC";
    }
    return name;
}

static const char *read_odbc(struct plan_reader *reader, const struct plan_field *field)
{
    const char *odbc = plan_read_text(reader, field);

    if (odbc != NULL && plan_secret_in_odbc(odbc)) {
        problem_add(reader->problems,
                    plan_field_place(field),
                    "Put it into odbc.ini, readable by its owner only, and name its DSN here.",
                    "a plan must not hold a password");
    }
    return odbc;
}

static void read_source(struct plan_reader *reader,
                        const struct plan_node *node,
                        const char *what,
                        const char *directory,
                        struct plan_source *source)
{
    struct plan_field fields[SYSTEM_KEY_COUNT];

    source->place = node->place;
    source->encoding = "UTF-8";
    source->timezone = "UTC";
    if (!plan_read_keys(reader, node, what, system_keys, SYSTEM_KEY_COUNT, fields)) {
        return;
    }
    source->odbc = read_odbc(reader, &fields[SYSTEM_ODBC]);
    source->csv = read_path(reader, &fields[SYSTEM_CSV], directory);
    const char *encoding = plan_read_text(reader, &fields[SYSTEM_ENCODING]);
    source->encoding = encoding != NULL ? encoding : "UTF-8";
    source->timezone = read_timezone(reader, &fields[SYSTEM_TIMEZONE]);
    source->rows_per_second_max =
        plan_read_number(reader, &fields[SYSTEM_ROWS_PER_SECOND_MAX], 1, ROWS_PER_SECOND_MOST, 0);
    if (fields[SYSTEM_ODBC].key == NULL && fields[SYSTEM_CSV].key == NULL) {
        problem_add(reader->problems,
                    node->place,
                    "Tables and queries come from \"odbc\", files from the folder \"csv\".",
                    "%s must have \"odbc\", \"csv\" or both",
                    what);
    }
}

static void read_several(struct plan_reader *reader,
                         const struct plan_field *field,
                         struct plan *plan,
                         struct plan_source *sources)
{
    const struct plan_node *map = field->value;

    for (int i = 0; i < map->count; i++) {
        if (!plan_check_name(reader, "a source", map->keys[i])) {
            continue;
        }
        struct plan_source *source = &sources[plan->source_count++];
        source->name = map->keys[i]->text.data;
        const char *what = arena_format(reader->arena, "source \"%s\"", source->name);
        if (plan_reader_keep(reader, what)) {
            read_source(reader, map->items[i], what, plan->directory, source);
        }
    }
}

void plan_read_sources(struct plan_reader *reader,
                       const struct plan_node *root,
                       const struct plan_field *one,
                       const struct plan_field *several,
                       struct plan *plan)
{
    const struct plan_field *const fields[] = {one, several};
    const int found =
        plan_check_one_of(reader, fields, 2, "a plan", "\"source\" and \"sources\"", root->place);
    const int count = found == 1 && several->value->kind == PLAN_MAP ? several->value->count : 1;

    if (found < 0) {
        return;
    }
    if (found == 1 && several->value->kind != PLAN_MAP) {
        plan_refuse_kind(reader, several, "a map of names and sources");
        return;
    }
    if (count == 0 || count > SOURCES_MAX) {
        problem_add(reader->problems,
                    several->value->place,
                    NULL,
                    "\"sources\" must have 1 to %d entries, not %d",
                    SOURCES_MAX,
                    count);
        return;
    }
    struct plan_source *sources = ARENA_ARRAY(reader->arena, struct plan_source, (size_t)count);
    if (!plan_reader_keep(reader, sources)) {
        return;
    }
    plan->sources = sources;
    if (found == 1) {
        read_several(reader, several, plan, sources);
        return;
    }
    plan->source_count = 1;
    sources[0].name = "source";
    read_source(reader, one->value, "\"source\"", plan->directory, &sources[0]);
}

enum target_key {
    TARGET_POSTGRES,
    TARGET_PRIVATE,
    TARGET_SCHEMA,
    TARGET_KEY_COUNT
};

static const struct plan_key target_keys[TARGET_KEY_COUNT] = {
    [TARGET_POSTGRES] = {"postgres", 0},
    [TARGET_PRIVATE] = {"private", 0},
    [TARGET_SCHEMA] = {"schema", 0},
};

void plan_read_target(struct plan_reader *reader, const struct plan_field *field, struct plan *plan)
{
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
    target->schema = read_path(reader, &fields[TARGET_SCHEMA], plan->directory);
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
    const char *names[SOURCES_MAX];

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
