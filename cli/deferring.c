/* deferring.c — what is off, and taking it off; the contract is in deferring.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "deferring.h"

#include "deferring_items.h"

#include <string.h>

const char *deferring_kind(const char *kind)
{
    return strcmp(kind, "foreign_key") == 0         ? "foreign key"
           : strcmp(kind, "unique_constraint") == 0 ? "unique constraint"
                                                    : "index";
}

const char *deferring_state(const char *state)
{
    return strcmp(state, "not_valid") == 0 ? "is not validated" : "is missing";
}

unsigned deferring_wanted(const struct job *job, const struct entity *entity)
{
    const struct mapping *mapping = entity->mapping;
    if (mapping->mode == LOAD_REPLACE) {
        return 0; /* the table serves its readers for as long as its new content is gathered */
    }
    return mapping->defer_given ? mapping->defer : job->plan.target.defer;
}

static bool fill_request(struct job *job,
                         const struct entity *entity,
                         unsigned defer,
                         struct deferral_request *request,
                         struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    const char **key =
        ARENA_ARRAY(&job->arena, const char *, (size_t)mapping->target_key_count + 1);
    if (key == NULL) {
        return error_set_memory(error);
    }
    *request = (struct deferral_request){
        .migration = job->plan.migration,
        .entity = mapping->entity,
        .run = job->run,
        .table = entity->table,
        .indexes = (defer & DEFER_INDEXES) != 0,
        .unique_indexes = (defer & DEFER_UNIQUE_INDEXES) != 0,
        .foreign_keys = (defer & DEFER_FOREIGN_KEYS) != 0,
        .key = key,
        .finds_by_key = mapping->mode != LOAD_INSERT,
    };
    for (int index = 0; index < mapping->target_key_count; index++) {
        int found = schema_find(&entity->table->schema, text_of(mapping->target_key[index]), true);
        if (found >= 0) {
            key[request->key_count++] = entity->table->schema.columns[found].name;
        }
    }
    return true;
}

bool deferring_begin(struct job *job, const struct entity *entity, struct error *error)
{
    unsigned defer = deferring_wanted(job, entity);
    struct deferral_request request;
    struct deferral_item *items = NULL;
    int count = 0;
    int dropped = 0;
    if (defer == 0) {
        return true;
    }
    if (!fill_request(job, entity, defer, &request, error) ||
        !deferral_drop(job->target.control, &request, &job->arena, &items, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        dropped += items[index].kept == NULL;
        if (items[index].kept != NULL) {
            console_log(job->console,
                        LOG_INFO,
                        "deferred",
                        "%s \"%s\" of %s stays in place: %s",
                        deferring_kind(items[index].kind),
                        items[index].name,
                        entity->table->quoted,
                        items[index].kept);
        }
    }
    if (dropped > 0) {
        console_log(job->console,
                    LOG_INFO,
                    "deferred",
                    "%d of the indexes and constraints of %s are off while it is loaded; "
                    "novate.deferred has their definitions",
                    dropped,
                    entity->table->quoted);
    }
    return true;
}

void deferring_item_json(const struct deferred *item, const char *state, struct text_buffer *json)
{
    text_buffer_member(json, NULL);
    text_buffer_char(json, '{');
    text_buffer_member_text(json, "entity", item->entity);
    text_buffer_member_text(json, "kind", item->kind);
    text_buffer_member_text(json, "table", item->table);
    text_buffer_member_text(json, "name", item->name);
    text_buffer_member_text(json, "state", state);
}

bool deferring_say(struct job *job, struct text_buffer *json, struct error *error)
{
    struct deferred *list = NULL;
    int count = 0;
    if (!deferral_list(
            job->target.control, job->plan.migration, &job->arena, &list, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        const struct deferred *item = &list[index];
        console_log(job->console,
                    LOG_WARNING,
                    "deferred",
                    "%s \"%s\" of %s %s since %s%s%s",
                    deferring_kind(item->kind),
                    item->name,
                    item->table,
                    deferring_state(item->state),
                    item->dropped_at,
                    item->message == NULL ? "" : ": ",
                    item->message == NULL ? "" : item->message);
        deferring_item_json(item, item->state, json);
        text_buffer_member_text(json, "message", item->message);
        text_buffer_char(json, '}');
    }
    if (count > 0) {
        console_log(job->console,
                    LOG_WARNING,
                    "deferred",
                    "the same command goes on and restores them at its end; without loading, "
                    "\"novate load %s --finish\" does",
                    job->options->plan);
    }
    return true;
}

void deferring_say_left(struct job *job)
{
    struct text_buffer json;
    struct error lost = ERROR_NONE;
    text_buffer_init(&json, (size_t)1 << 20);
    if (job->run != 0 && !deferring_say(job, &json, &lost)) {
        console_log(job->console,
                    LOG_WARNING,
                    "deferred",
                    "whether indexes and constraints are missing in the target is not known: "
                    "see \"novate status\"");
    }
    text_buffer_release(&json);
}

bool deferring_push(struct job *job, struct text_buffer *out, struct error *error)
{
    struct deferred *list = NULL;
    int count = 0;
    if (!deferral_list(
            job->target.control, job->plan.migration, &job->arena, &list, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        text_buffer_format(out,
                           "deferred: %s \"%s\" of %s %s since %s\n",
                           deferring_kind(list[index].kind),
                           list[index].name,
                           list[index].table,
                           deferring_state(list[index].state),
                           list[index].dropped_at);
        if (list[index].message != NULL) {
            text_buffer_format(out, "          %s\n", list[index].message);
        }
    }
    if (count > 0) {
        text_buffer_format(
            out, "          \"novate load %s --finish\" restores them\n", job->options->plan);
    }
    return true;
}
