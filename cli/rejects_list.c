/* rejects_list.c — rejects list: one by one or counted, as text, CSV or JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "looking.h"
#include "outcome.h"
#include "rejects.h"

#include "novate/report.h"

#include <string.h>

enum {
    OUTPUT_BYTES_MAX = 256 << 20,
    KEY_BYTES_MAX = 1 << 20
};

struct listing {
    struct job *job;
    const char *salt;
    uint64_t shown;
    uint64_t elsewhere; /* in other states than the one that is shown */
    struct text_buffer out;
    struct text_buffer key;
};

static const char *show_key(struct listing *listing, const char *key)
{
    text_buffer_reset(&listing->key);
    report_key(key, listing->salt, listing->job->options->show_keys, &listing->key);
    return listing->key.data;
}

static void push_line(struct listing *listing, const struct target_reject *reject)
{
    struct text_buffer *out = &listing->out;
    text_buffer_format(out,
                       "%lld  %s  %s  %s%s%s",
                       (long long)reject->reject,
                       reject->entity,
                       show_key(listing, reject->key),
                       reject->class_text,
                       reject->name == NULL ? "" : ":",
                       reject->name == NULL ? "" : reject->name);
    if (reject->column != NULL) {
        text_buffer_format(out, "  column %s", reject->column);
    }
    text_buffer_format(out, "  %s", reject->message);
    if (reject->sqlstate != NULL && reject->sqlstate[0] != '\0') {
        text_buffer_format(out, " (SQLSTATE %s)", reject->sqlstate);
    }
    if (reject->position != NULL) {
        text_buffer_format(out, "  %s", reject->position);
    }
    if (strcmp(reject->state, "open") != 0) {
        text_buffer_format(out, "  %s", reject->state);
    }
    if (reject->times_seen > 1) {
        text_buffer_format(out,
                           "  seen %lld times since %s",
                           (long long)reject->times_seen,
                           reject->first_seen_at);
    }
    text_buffer_char(out, '\n');
}

static void push_csv(struct listing *listing, const struct target_reject *reject)
{
    struct text_buffer *out = &listing->out;
    const char *const texts[] = {reject->state,
                                 reject->entity,
                                 show_key(listing, reject->key),
                                 reject->class_text,
                                 reject->name,
                                 reject->column,
                                 reject->message,
                                 reject->sqlstate,
                                 reject->position,
                                 reject->first_seen_at,
                                 reject->rejected_at};
    text_buffer_format(out, "%lld", (long long)reject->reject);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        text_buffer_char(out, ',');
        text_buffer_csv(out, texts[i] == NULL ? "" : texts[i]);
    }
    text_buffer_format(out,
                       ",%d,%lld,%lld,%lld\r\n",
                       reject->chunk,
                       (long long)reject->first_run,
                       (long long)reject->run,
                       (long long)reject->times_seen);
}

static void push_json(struct listing *listing, const struct target_reject *reject)
{
    struct text_buffer *out = &listing->out;
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "reject", (uint64_t)reject->reject);
    text_buffer_member_text(out, "state", reject->state);
    text_buffer_member_text(out, "entity", reject->entity);
    text_buffer_member_text(out, "key", show_key(listing, reject->key));
    text_buffer_member_text(out, "class", reject->class_text);
    text_buffer_member_text(out, "name", reject->name);
    text_buffer_member_text(out, "column", reject->column);
    text_buffer_member_text(out, "message", reject->message);
    text_buffer_member_text(out, "sqlstate", reject->sqlstate);
    text_buffer_member_text(out, "position", reject->position);
    text_buffer_member_text(out, "first_seen_at", reject->first_seen_at);
    text_buffer_member_text(out, "last_seen_at", reject->rejected_at);
    text_buffer_member_count(out, "chunk", (uint64_t)reject->chunk);
    text_buffer_member_count(out, "first_run", (uint64_t)reject->first_run);
    text_buffer_member_count(out, "last_run", (uint64_t)reject->run);
    text_buffer_member_count(out, "times_seen", (uint64_t)reject->times_seen);
    text_buffer_char(out, '}');
}

static void push_group_line(struct listing *listing, const struct target_reject_group *group)
{
    struct text_buffer *out = &listing->out;
    text_buffer_format(out,
                       "%llu  %s  %s  %s%s%s",
                       (unsigned long long)group->rejects,
                       group->entity,
                       group->state,
                       group->class_text,
                       group->name == NULL ? "" : ":",
                       group->name == NULL ? "" : group->name);
    if (group->column != NULL) {
        text_buffer_format(out, "  column %s", group->column);
    }
    if (group->times_seen_max > 1) {
        text_buffer_format(out,
                           "  seen up to %llu times since %s",
                           (unsigned long long)group->times_seen_max,
                           group->first_seen_at);
    }
    text_buffer_char(out, '\n');
}

static void push_group_csv(struct listing *listing, const struct target_reject_group *group)
{
    struct text_buffer *out = &listing->out;
    const char *const texts[] = {group->entity,
                                 group->state,
                                 group->class_text,
                                 group->name,
                                 group->column,
                                 group->first_seen_at,
                                 group->last_seen_at};
    text_buffer_format(out, "%llu", (unsigned long long)group->rejects);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        text_buffer_char(out, ',');
        text_buffer_csv(out, texts[i] == NULL ? "" : texts[i]);
    }
    text_buffer_format(out, ",%llu\r\n", (unsigned long long)group->times_seen_max);
}

static void push_group_json(struct listing *listing, const struct target_reject_group *group)
{
    struct text_buffer *out = &listing->out;
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "rejects", group->rejects);
    text_buffer_member_text(out, "entity", group->entity);
    text_buffer_member_text(out, "state", group->state);
    text_buffer_member_text(out, "class", group->class_text);
    text_buffer_member_text(out, "name", group->name);
    text_buffer_member_text(out, "column", group->column);
    text_buffer_member_text(out, "first_seen_at", group->first_seen_at);
    text_buffer_member_text(out, "last_seen_at", group->last_seen_at);
    text_buffer_member_count(out, "times_seen_max", group->times_seen_max);
    text_buffer_char(out, '}');
}

static bool list_entity(struct listing *listing, const char *entity, struct error *error)
{
    struct job *job = listing->job;
    struct target_reject *rejects = NULL;
    int count = 0;
    struct target_reject_filter filter = rejects_filter(job, entity);
    uint64_t limit = job->options->limit;
    if (limit != 0 && listing->shown >= limit) {
        return true;
    }
    filter.state = filter.state == NULL ? "open" : filter.state;
    filter.limit = limit == 0 ? 0 : limit - listing->shown;
    if (!target_rejects(job->target.control, &filter, &job->arena, &rejects, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        (job->options->format == OUTPUT_CSV    ? push_csv
         : job->options->format == OUTPUT_JSON ? push_json
                                               : push_line)(listing, &rejects[index]);
    }
    listing->shown += (uint64_t)count;
    return true;
}

static bool summarise(struct listing *listing, const char *entity, struct error *error)
{
    struct job *job = listing->job;
    struct target_reject_group *groups = NULL;
    int count = 0;
    const struct target_reject_filter filter = rejects_filter(job, entity);
    if (!target_reject_groups(job->target.control, &filter, &job->arena, &groups, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        (job->options->format == OUTPUT_CSV    ? push_group_csv
         : job->options->format == OUTPUT_JSON ? push_group_json
                                               : push_group_line)(listing, &groups[index]);
    }
    listing->shown += (uint64_t)count;
    return true;
}

static bool count_elsewhere(struct listing *listing, const char *entity, struct error *error)
{
    struct target_reject_counts counts;
    struct job *job = listing->job;
    if (!target_reject_counts(job->target.control, job->plan.migration, entity, &counts, error)) {
        return false;
    }
    listing->elsewhere += counts.closed + counts.retried;
    return true;
}

static bool list_all(struct listing *listing, bool has_ledger, struct error *error)
{
    const struct options *options = listing->job->options;
    struct text_buffer *out = &listing->out;
    if (options->format == OUTPUT_CSV) {
        text_buffer_string(out,
                           options->summary
                               ? "rejects,entity,state,class,name,column,first_seen_at,"
                                 "last_seen_at,times_seen_max\r\n"
                               : "reject,state,entity,key,class,name,column,message,sqlstate,"
                                 "position,first_seen_at,last_seen_at,chunk,first_run,last_run,"
                                 "times_seen\r\n");
    }
    text_buffer_string(out, options->format == OUTPUT_JSON ? "[" : "");
    for (int index = 0; has_ledger && index < listing->job->entity_count; index++) {
        const char *entity = listing->job->entities[index].mapping->entity;
        if (!(options->summary ? summarise : list_entity)(listing, entity, error) ||
            !count_elsewhere(listing, entity, error)) {
            return false;
        }
    }
    text_buffer_string(out, options->format == OUTPUT_JSON ? "]\n" : "");
    return text_buffer_check(out, error);
}

static void say_what_is_left(const struct listing *listing)
{
    const struct options *options = listing->job->options;
    struct console *console = listing->job->console;
    bool full = !options->summary && options->limit != 0 && listing->shown == options->limit;
    if (full) {
        console_log(console, LOG_INFO, "rejects", "there may be more: --limit 0 shows all");
    }
    if (options->state == NULL && !options->summary && listing->elsewhere > 0) {
        console_log(console,
                    LOG_INFO,
                    "rejects",
                    "%s; %llu were retried or closed: see --state and --summary",
                    listing->shown == 0 ? "no open rejects" : "these are open",
                    (unsigned long long)listing->elsewhere);
    } else if (listing->shown == 0) {
        console_log(console, LOG_INFO, "rejects", "no rejects");
    }
}

bool rejects_list(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct listing listing = {.job = &job};
    bool has_ledger = false;
    text_buffer_init(&listing.out, OUTPUT_BYTES_MAX);
    text_buffer_init(&listing.key, KEY_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_READ, error) &&
              looking_open(&job, &has_ledger, error);
    if (ok) {
        listing.salt = outcome_key_salt(&job, false);
        ok = list_all(&listing, has_ledger, error);
    }
    if (ok) {
        console_result(console, listing.out.data == NULL ? "" : listing.out.data, listing.out.size);
        say_what_is_left(&listing);
    }
    text_buffer_release(&listing.key);
    text_buffer_release(&listing.out);
    job_close(&job);
    return ok;
}
