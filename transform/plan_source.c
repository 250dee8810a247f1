/* plan_source.c — the sources of a plan: what is read, how hard, and what the supplier says of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_file.h"
#include "plan_pace.h"
#include "plan_policy.h"
#include "plan_relation.h"
#include "plan_secret.h"
#include "plan_system.h"

#include "novate/datetime.h"
#include "novate/limits.h"

#include <string.h>

#define BACK_OFF_DEFAULT      3.0
#define RETRY_SECONDS_DEFAULT 300
#define RETRY_SECONDS_MOST    86400

enum system_key {
    SYSTEM_ODBC,
    SYSTEM_CSV,
    SYSTEM_FORMAT,
    SYSTEM_MANIFEST,
    SYSTEM_ENCODING,
    SYSTEM_UNDECODABLE,
    SYSTEM_TIMEZONE,
    SYSTEM_ROWS_PER_SECOND_MAX,
    SYSTEM_CHUNK_MS_TARGET,
    SYSTEM_CONNECTIONS_MAX,
    SYSTEM_WINDOW,
    SYSTEM_BACK_OFF,
    SYSTEM_RETRY_S_MAX,
    SYSTEM_CONSISTENCY,
    SYSTEM_KEY_COUNT
};

static const struct plan_key system_keys[SYSTEM_KEY_COUNT] = {
    [SYSTEM_ODBC] = {"odbc", 0},
    [SYSTEM_CSV] = {"csv", 0},
    [SYSTEM_FORMAT] = {"format", 0},
    [SYSTEM_MANIFEST] = {"manifest", PLAN_NULLABLE},
    [SYSTEM_ENCODING] = {"encoding", 0},
    [SYSTEM_UNDECODABLE] = {"undecodable", 0},
    [SYSTEM_TIMEZONE] = {"timezone", 0},
    [SYSTEM_ROWS_PER_SECOND_MAX] = {"rows_per_second_max", 0},
    [SYSTEM_CHUNK_MS_TARGET] = {"chunk_ms_target", 0},
    [SYSTEM_CONNECTIONS_MAX] = {"connections_max", 0},
    [SYSTEM_WINDOW] = {"window", 0},
    [SYSTEM_BACK_OFF] = {"back_off", 0},
    [SYSTEM_RETRY_S_MAX] = {"retry_s_max", 0},
    [SYSTEM_CONSISTENCY] = {"consistency", 0},
};

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

static void read_window(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct plan_window *window)
{
    const char *text = plan_read_text(reader, field);

    if (text != NULL && !plan_pace_parse_window(text, window)) {
        problem_add(reader->problems,
                    plan_field_place(field),
                    "It may go over midnight, and is meant in the source's time zone.",
                    PLAN_PACE_WINDOW_MESSAGE);
    }
}

static double read_back_off(struct plan_reader *reader, const struct plan_field *field)
{
    const char *text = plan_read_text(reader, field);
    double factor = BACK_OFF_DEFAULT;

    if (text != NULL && !plan_pace_parse_back_off(text, &factor)) {
        problem_add(reader->problems, plan_field_place(field), NULL, PLAN_PACE_BACK_OFF_MESSAGE);
    }
    return factor;
}

static void read_pace(struct plan_reader *reader,
                      const struct plan_field *fields,
                      struct plan_pace *pace)
{
    pace->rows_per_second_max =
        plan_read_number(reader, &fields[SYSTEM_ROWS_PER_SECOND_MAX], 1, PLAN_PACE_ROWS_MOST, 0);
    pace->chunk_ms_target = plan_read_number(reader,
                                             &fields[SYSTEM_CHUNK_MS_TARGET],
                                             PLAN_PACE_MS_LEAST,
                                             PLAN_PACE_MS_MOST,
                                             PLAN_PACE_MS_DEFAULT);
    pace->connections_max =
        plan_read_number(reader, &fields[SYSTEM_CONNECTIONS_MAX], 1, LIMIT_JOBS, 0);
    read_window(reader, &fields[SYSTEM_WINDOW], &pace->window);
    pace->back_off = read_back_off(reader, &fields[SYSTEM_BACK_OFF]);
    pace->retry_seconds_max = plan_read_number(
        reader, &fields[SYSTEM_RETRY_S_MAX], 0, RETRY_SECONDS_MOST, RETRY_SECONDS_DEFAULT);
}

enum manifest_key {
    MANIFEST_FILE,
    MANIFEST_DELIMITER,
    MANIFEST_NAME,
    MANIFEST_ROWS,
    MANIFEST_BYTES,
    MANIFEST_HASH,
    MANIFEST_KEY_COUNT
};

static const struct plan_key manifest_keys[MANIFEST_KEY_COUNT] = {
    [MANIFEST_FILE] = {"file", PLAN_REQUIRED},
    [MANIFEST_DELIMITER] = {"delimiter", 0},
    [MANIFEST_NAME] = {"name", 0},
    [MANIFEST_ROWS] = {"rows", 0},
    [MANIFEST_BYTES] = {"bytes", 0},
    [MANIFEST_HASH] = {"hash", 0},
};

/* The control file of a Millennium feed; one that is not there is not missed. */
static const struct plan_manifest manifest_of_millennium = {
    .form = MANIFEST_COLUMNS,
    .file = "STATREF*",
    .delimiter = '|',
    .name = "EXTRACT_FILENAME",
    .rows = "SOURCE_COUNT",
};

static void read_manifest_map(struct plan_reader *reader,
                              const struct plan_field *field,
                              struct plan_manifest *manifest)
{
    struct plan_field fields[MANIFEST_KEY_COUNT];

    if (!plan_read_keys(
            reader, field->value, "\"manifest\"", manifest_keys, MANIFEST_KEY_COUNT, fields)) {
        return;
    }
    manifest->file = plan_read_text(reader, &fields[MANIFEST_FILE]);
    manifest->delimiter = plan_read_character(reader, &fields[MANIFEST_DELIMITER], ',');
    manifest->name = plan_read_text(reader, &fields[MANIFEST_NAME]);
    manifest->rows = plan_read_text(reader, &fields[MANIFEST_ROWS]);
    manifest->bytes = plan_read_text(reader, &fields[MANIFEST_BYTES]);
    manifest->hash = plan_read_text(reader, &fields[MANIFEST_HASH]);
    manifest->form = manifest->name != NULL ? MANIFEST_COLUMNS : MANIFEST_CHECKSUMS;
    const bool states = manifest->rows != NULL || manifest->bytes != NULL || manifest->hash != NULL;
    if (states != (manifest->name != NULL)) {
        problem_add(reader->problems,
                    field->value->place,
                    "Name the columns that hold a file's name and what is said of it; a file of "
                    "checksums needs none.",
                    states ? "\"manifest\" must have \"name\" beside what it states"
                           : "\"manifest\" must have one of \"rows\", \"bytes\" and \"hash\" "
                             "beside \"name\"");
    }
}

static void read_manifest(struct plan_reader *reader,
                          const struct plan_field *field,
                          struct plan_source *source)
{
    if (field->key == NULL) {
        if (source->format == FILE_FORMAT_MILLENNIUM) {
            source->manifest = manifest_of_millennium;
            source->manifest.place = source->place;
        }
        return;
    }
    source->manifest.place = field->value->place;
    if (plan_node_is_null(field->value)) {
        return; /* the format's own is not to be looked for */
    }
    source->manifest.required = true;
    if (field->value->kind == PLAN_MAP) {
        read_manifest_map(reader, field, &source->manifest);
        return;
    }
    source->manifest.file = plan_read_text(reader, field);
    source->manifest.form = MANIFEST_CHECKSUMS;
}

static const char *const consistencies[] = {
    [CONSISTENCY_SNAPSHOT] = "snapshot",
    [CONSISTENCY_CHUNK] = "chunk",
};

static void read_encoding(struct plan_reader *reader,
                          const struct plan_field *fields,
                          struct plan_source *source)
{
    const char *encoding = plan_read_text(reader, &fields[SYSTEM_ENCODING]);
    struct place place = {0};

    source->encoding = encoding != NULL ? encoding : "UTF-8";
    source->decode =
        plan_read_undecodable(reader, &fields[SYSTEM_UNDECODABLE], POLICY_REJECT, &place);
    if (!plan_policy_check(reader, source->decode, source->encoding, place)) {
        source->decode = POLICY_REJECT; /* said once, and not of each mapping */
    }
}

/* What is said of files needs files. */
static void check_folder(struct plan_reader *reader, const struct plan_field *fields)
{
    static const enum system_key keys[] = {SYSTEM_FORMAT, SYSTEM_MANIFEST, SYSTEM_UNDECODABLE};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (fields[keys[i]].key != NULL && fields[SYSTEM_CSV].key == NULL) {
            problem_add(reader->problems,
                        fields[keys[i]].key->place,
                        "Files come from the folder \"csv\".",
                        "\"%s\" needs \"csv\" beside it",
                        plan_field_name(&fields[keys[i]]));
        }
    }
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
    source->csv = plan_read_path(reader, &fields[SYSTEM_CSV], directory);
    read_encoding(reader, fields, source);
    source->timezone = read_timezone(reader, &fields[SYSTEM_TIMEZONE]);
    source->format = plan_read_format(reader, &fields[SYSTEM_FORMAT], FILE_FORMAT_CSV);
    read_manifest(reader, &fields[SYSTEM_MANIFEST], source);
    read_pace(reader, fields, &source->pace);
    source->consistency = (enum plan_consistency)plan_read_choice(
        reader, &fields[SYSTEM_CONSISTENCY], consistencies, 2, CONSISTENCY_SNAPSHOT);
    check_folder(reader, fields);
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
    if (count == 0 || count > PLAN_SOURCES_MAX) {
        problem_add(reader->problems,
                    several->value->place,
                    NULL,
                    "\"sources\" must have 1 to %d entries, not %d",
                    PLAN_SOURCES_MAX,
                    count);
        return;
    }
    struct plan_source *sources = ARENA_ARRAY(reader->arena, struct plan_source, (size_t)count);
    if (!plan_reader_keep(reader, sources)) {
        return;
    }
    plan->sources = sources;
    for (int i = 0; i < count; i++) {
        sources[i].memory_mb = plan->limits.memory_mb;
    }
    if (found == 1) {
        read_several(reader, several, plan, sources);
        return;
    }
    plan->source_count = 1;
    sources[0].name = "source";
    read_source(reader, one->value, "\"source\"", plan->directory, &sources[0]);
}
