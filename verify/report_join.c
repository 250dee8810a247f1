/* report_join.c — reports of several migrations, apart and together. The contract is in
 * novate/report.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_join.h"

#include "novate/report.h"

#include <stdlib.h>
#include <string.h>

const char *const joined_names[JOINED_COUNT] = {
    [JOINED_SOURCE] = "source_rows",
    [JOINED_EMITTED] = "emitted",
    [JOINED_LOADED] = "loaded",
    [JOINED_PRESENT] = "present",
    [JOINED_FILTERED] = "filtered",
    [JOINED_REJECTED] = "rejected",
    [JOINED_MERGED] = "merged",
    [JOINED_DIFFERENCES] = "differences",
};

/* Of one entity of one report, or of several. */
struct sums {
    uint64_t counts[JOINED_COUNT];
    bool unknown[JOINED_COUNT];
    bool open; /* the identity of one of them does not close */
    const char *verdict;
    bool any;
};

static int severity(const char *verdict)
{
    static const char *const ascending[] = {"verified", "not_verified", "rejects", "differences"};
    int count = (int)(sizeof ascending / sizeof *ascending);
    for (int i = 0; i < count; i++) {
        if (strcmp(verdict, ascending[i]) == 0) {
            return i;
        }
    }
    return 1; /* one that is not known verifies nothing */
}

static const char *worse(const char *one, const char *other)
{
    return one == NULL || severity(other) > severity(one) ? other : one;
}

static bool count_of(const json_t *entity, enum joined_count count, uint64_t *value)
{
    uint64_t missing = 0;
    if (count != JOINED_DIFFERENCES) {
        return view_count(entity, joined_names[count], value);
    }
    *value = view_differences(entity);
    return view_count(entity, "not_equal", &missing);
}

static void add_entity(struct sums *sums, const json_t *entity)
{
    for (int i = 0; i < JOINED_COUNT; i++) {
        uint64_t value = 0;
        if (count_of(entity, (enum joined_count)i, &value)) {
            sums->counts[i] += value;
        } else {
            sums->unknown[i] = true;
        }
    }
    sums->open |= !view_closes(entity);
    sums->verdict = worse(sums->verdict, view_text(entity, "verdict"));
    sums->any = true;
}

static void add_report(struct sums *sums, const struct report_view *view)
{
    for (size_t i = 0; i < view->entity_count; i++) {
        add_entity(sums, view_entity(view, i));
    }
    sums->verdict = worse(sums->verdict, view_text(view->root, "verdict"));
    sums->any = true;
}

static bool put_sums(json_t *object, const struct sums *sums)
{
    const char *verdict = sums->verdict == NULL ? "not_verified" : sums->verdict;
    bool ok = json_object_set_new(object, "verdict", json_string(verdict)) == 0 &&
              json_object_set_new(object, "closes", json_boolean(sums->any && !sums->open)) == 0;
    for (int i = 0; i < JOINED_COUNT; i++) {
        bool known = sums->any && !sums->unknown[i];
        json_t *count = known ? json_integer((json_int_t)sums->counts[i]) : json_null();
        ok = ok && json_object_set_new(object, joined_names[i], count) == 0;
    }
    return ok;
}

static bool copy_member(json_t *to, const json_t *from, const char *name)
{
    const json_t *value = json_object_get(from, name);
    return json_object_set_new(to, name, value == NULL ? json_null() : json_deep_copy(value)) == 0;
}

static json_t *make_report(const struct report_view *view)
{
    json_t *object = json_object();
    struct sums sums = {.any = false};
    add_report(&sums, view);
    bool ok = copy_member(object, view->root, "migration") &&
              copy_member(object, view->root, "run") && copy_member(object, view->root, "kind") &&
              copy_member(object, view->root, "finished_at") &&
              json_object_set_new(object, "sha256", json_string(view->sha256)) == 0 &&
              put_sums(object, &sums);
    if (!ok) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static const json_t *find_entity(const struct report_view *view, const char *name)
{
    for (size_t i = 0; i < view->entity_count; i++) {
        if (strcmp(view_text(view_entity(view, i), "entity"), name) == 0) {
            return view_entity(view, i);
        }
    }
    return NULL;
}

/* Counts by name; a repair is an object that has its count. */
static bool add_names(json_t *sums, json_t *names)
{
    const char *name = NULL;
    json_t *value = NULL;
    bool ok = true;
    json_object_foreach(names, name, value)
    {
        const json_t *count = json_is_object(value) ? json_object_get(value, "count") : value;
        json_int_t sum = json_integer_value(json_object_get(sums, name));
        sum += json_integer_value(count);
        ok = ok && json_object_set_new(sums, name, json_integer(sum)) == 0;
    }
    return ok;
}

/* By name, whatever the order of the reports. */
static bool put_names(json_t *object,
                      const char *member,
                      const struct report_view *views,
                      int count,
                      const char *entity)
{
    json_t *sums = json_object();
    bool ok = sums != NULL;
    for (int i = 0; ok && i < count; i++) {
        const json_t *part = find_entity(&views[i], entity);
        bool repaired = strcmp(member, "repaired") == 0;
        const json_t *parent = repaired ? part : json_object_get(part, "identity");
        ok = add_names(sums, json_object_get(parent, member));
    }
    return json_object_set_new(object, member, sums) == 0 && ok;
}

static bool put_part(json_t *parts, const struct report_view *view, const json_t *entity)
{
    json_t *object = json_object();
    struct sums sums = {.any = false};
    add_entity(&sums, entity);
    bool ok = copy_member(object, view->root, "migration") &&
              copy_member(object, view->root, "run") && put_sums(object, &sums);
    return json_array_append_new(parts, object) == 0 && ok;
}

static json_t *make_entity(const struct report_view *views, int count, const char *name)
{
    json_t *object = json_object();
    json_t *parts = json_array();
    json_t *together = json_object();
    struct sums sums = {.any = false};
    bool ok = json_object_set_new(object, "entity", json_string(name)) == 0;
    for (int i = 0; i < count; i++) {
        const json_t *entity = find_entity(&views[i], name);
        if (entity != NULL) {
            add_entity(&sums, entity);
            ok = put_part(parts, &views[i], entity) && ok;
        }
    }
    ok = json_object_set_new(object, "reports", parts) == 0 && ok;
    ok = put_sums(together, &sums) && ok;
    ok = json_object_set_new(object, "together", together) == 0 && ok;
    ok = put_names(object, "filtered", views, count, name) &&
         put_names(object, "rejected", views, count, name) &&
         put_names(object, "repaired", views, count, name) && ok;
    if (!ok) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static bool put_entities(json_t *root, const struct report_view *views, int count)
{
    json_t *entities = json_array();
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        for (size_t j = 0; ok && j < views[i].entity_count; j++) {
            const char *name = view_text(view_entity(&views[i], j), "entity");
            bool seen = false;
            for (int before = 0; before < i; before++) {
                seen = seen || find_entity(&views[before], name) != NULL;
            }
            ok = seen || json_array_append_new(entities, make_entity(views, count, name)) == 0;
        }
    }
    return json_object_set_new(root, "entities", entities) == 0 && ok;
}

static json_t *make_joined(const struct report_view *views, int count)
{
    json_t *root = json_object();
    json_t *reports = json_array();
    json_t *together = json_object();
    struct sums sums = {.any = false};
    bool ok = json_object_set_new(root, "novate_joined_reports", json_integer(1)) == 0;
    for (int i = 0; i < count; i++) {
        add_report(&sums, &views[i]);
        ok = json_array_append_new(reports, make_report(&views[i])) == 0 && ok;
    }
    ok = json_object_set_new(root, "verdict", json_string(sums.verdict)) == 0 && ok;
    ok = json_object_set_new(root, "reports", reports) == 0 && ok;
    ok = put_sums(together, &sums) && ok;
    ok = json_object_set_new(root, "together", together) == 0 && ok;
    ok = put_entities(root, views, count) && ok;
    if (!ok) {
        json_decref(root);
        return NULL;
    }
    return root;
}

/* A run that is there twice would count twice. */
static bool check_distinct(const struct report_view *views, int count, struct error *error)
{
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < i; j++) {
            const char *migration = view_text(views[i].root, "migration");
            if (strcmp(migration, view_text(views[j].root, "migration")) == 0) {
                (void)error_set(
                    error, ERROR_USAGE, "two of the reports are of migration \"%s\"", migration);
                return error_hint(error,
                                  "Give one report of each migration; \"novate report diff\" "
                                  "compares runs of one.");
            }
        }
    }
    return true;
}

static bool show(const json_t *joined,
                 enum report_format format,
                 struct text_buffer *out,
                 struct error *error)
{
    char *json = NULL;
    switch (format) {
    case REPORT_JSON:
        json = json_dumps(joined, JSON_COMPACT);
        if (json == NULL) {
            return error_set_memory(error);
        }
        text_buffer_string(out, json);
        text_buffer_char(out, '\n');
        free(json);
        break;
    case REPORT_TEXT:
        joined_text(joined, out);
        break;
    case REPORT_CSV:
        joined_csv(joined, out);
        break;
    case REPORT_HTML:
        joined_html(joined, out);
        break;
    }
    return text_buffer_check(out, error);
}

static bool open_views(const char *const *reports,
                       int count,
                       struct report_view *views,
                       int *opened,
                       struct error *error)
{
    for (*opened = 0; *opened < count; (*opened)++) {
        struct report_view *view = &views[*opened];
        if (!report_view_open(view, reports[*opened], error)) {
            return false;
        }
        if (!sha256_hex(text_of(reports[*opened]), view->sha256, error)) {
            report_view_close(view);
            return false;
        }
    }
    return check_distinct(views, count, error);
}

static enum verdict verdict_of(const char *text)
{
    static const enum verdict verdicts[] = {
        VERDICT_VERIFIED, VERDICT_NOT_VERIFIED, VERDICT_REJECTS, VERDICT_DIFFERENCES};
    return verdicts[severity(text)];
}

bool report_join(const char *const *reports,
                 int count,
                 enum report_format format,
                 struct text_buffer *out,
                 enum verdict *verdict,
                 struct error *error)
{
    struct report_view *views = calloc((size_t)count + 1, sizeof *views);
    json_t *joined = NULL;
    int opened = 0;
    if (views == NULL) {
        return error_set_memory(error);
    }
    bool ok = open_views(reports, count, views, &opened, error);
    if (ok) {
        joined = make_joined(views, count);
        ok = joined != NULL || error_set_memory(error);
    }
    if (ok) {
        *verdict = verdict_of(view_text(joined, "verdict"));
        ok = show(joined, format, out, error);
    }
    json_decref(joined);
    for (int i = 0; i < opened; i++) {
        report_view_close(&views[i]);
    }
    free(views);
    return ok;
}
