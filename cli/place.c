/* place.c — the contract is in place.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include "files.h"
#include "outcome.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MACHINE_BYTES_MAX = 4096
};

/* What systemd and D-Bus call the machine; where there is none, its name. */
static const char *machine(struct job *job)
{
    struct text_buffer text;
    struct error ignored = ERROR_NONE;
    const char *name = NULL;
    text_buffer_init(&text, MACHINE_BYTES_MAX);
    if (read_file("/etc/machine-id", ERROR_IO, &text, &ignored) && text.size > 0) {
        name = arena_copy(&job->arena, text.data, strcspn(text.data, "\n"));
    }
    text_buffer_release(&text);
    return name != NULL && name[0] != '\0' ? name : outcome_host(job);
}

static bool look_here(struct job *job, struct ledger_place *here, struct error *error)
{
    struct stat status;
    char current[PATH_MAX];
    const char *file = arena_format(&job->arena, "%s/ledger.db", job->plan.work);
    if (file == NULL) {
        return error_set_memory(error);
    }
    if (stat(file, &status) != 0 || getcwd(current, sizeof current) == NULL) {
        return error_set_system(error, ERROR_IO, errno, "could not look at \"%s\"", file);
    }
    *here = (struct ledger_place){
        .host = machine(job),
        .path = job->plan.work[0] == '/'
                    ? job->plan.work
                    : arena_format(&job->arena, "%s/%s", current, job->plan.work),
        .inode = (int64_t)status.st_ino,
    };
    return here->path != NULL || error_set_memory(error);
}

static bool refuse_copy(const struct ledger_place *known,
                        const struct ledger_place *here,
                        struct error *error)
{
    error_set(error,
              ERROR_STATE,
              "the work directory \"%s\" is a copy of the one that was begun",
              here->path);
    error_detail(error,
                 "It was begun at %s in \"%s\"%s.",
                 known->begun_at,
                 known->path,
                 strcmp(known->host, here->host) == 0 ? "" : " of another machine");
    return error_hint(error,
                      "Go on where it was begun. If that is gone and no other copy is worked with, "
                      "\"novate ledger adopt PLAN\" accepts this one.");
}

bool place_check(struct job *job, struct error *error)
{
    struct ledger_place known;
    struct ledger_place here;
    bool found = false;
    if (!look_here(job, &here, error) ||
        !ledger_place_get(job->ledger, &job->arena, &known, &found, error)) {
        return false;
    }
    if (!found) {
        return ledger_place_put(job->ledger, &here, error);
    }
    bool same_host = strcmp(known.host, here.host) == 0;
    bool same_path = strcmp(known.path, here.path) == 0;
    if (known.inode == here.inode && same_host && same_path) {
        return true;
    }
    if (known.inode != here.inode || (!same_host && !same_path)) {
        return refuse_copy(&known, &here, error);
    }
    here.target = known.target;
    here.target_description = known.target_description;
    return ledger_place_put(job->ledger, &here, error);
}

static bool note_target(struct job *job, struct ledger_place *place, struct error *error)
{
    place->target = session_identity(job->target.control);
    place->target_description = session_description(job->target.control);
    return ledger_place_put(job->ledger, place, error);
}

bool place_check_target(struct job *job, struct error *error)
{
    struct ledger_place known;
    bool found = false;
    const char *identity = session_identity(job->target.control);
    if (job->rehearsal) {
        return true;
    }
    if (!ledger_place_get(job->ledger, &job->arena, &known, &found, error) ||
        !NOVATE_CHECK(error, found)) {
        return false;
    }
    if (known.target != NULL && strcmp(known.target, identity) == 0) {
        return true;
    }
    bool begins = job->options->restart && job->options->entity_count == 0;
    if (known.target == NULL || begins) {
        return note_target(job, &known, error);
    }
    error_set(error,
              ERROR_STATE,
              "the target is not the one that work directory \"%s\" was begun with",
              job->plan.work);
    error_detail(error,
                 "It was begun with %s; this is %s, another database or one that was made anew.",
                 known.target_description,
                 session_description(job->target.control));
    return error_hint(error,
                      "Name the first one, or another work directory with --work, or begin again "
                      "with --restart. \"novate ledger adopt PLAN\" accepts this target as the "
                      "same one, restored or moved.");
}

bool place_adopt(struct job *job, struct error *error)
{
    struct ledger_place known = {.target = NULL};
    struct ledger_place here;
    bool found = false;
    if (!look_here(job, &here, error) ||
        !ledger_place_get(job->ledger, &job->arena, &known, &found, error)) {
        return false;
    }
    if (job->target.control != NULL && !job->rehearsal) {
        return note_target(job, &here, error);
    }
    here.target = known.target;
    here.target_description = known.target_description;
    return ledger_place_put(job->ledger, &here, error);
}
