/* job.h — one execution of novate: the plan, both sides, and what was compiled.
 *
 *     job_open        plan read and checked, signals caught
 *     job_lock        work directory, lock and ledger
 *     job_target      the target is reached (a private one is started)
 *     job_compile     every mapping against both catalogues, lookups filled
 *     job_close
 *
 * Each step can be left out by commands that do not need it; each fails as error.h says.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "console.h"
#include "interrupt.h"
#include "options.h"
#include "source_pool.h"
#include "target_pool.h"
#include "watch.h"

#include "novate/cross_result.h"
#include "novate/ledger.h"
#include "novate/pick.h"
#include "novate/plan.h"
#include "novate/private_cluster.h"
#include "novate/problem.h"
#include "novate/segment_key.h"
#include "novate/session.h"
#include "novate/signing_key.h"
#include "novate/source.h"
#include "novate/target_ledger.h"
#include "novate/transform.h"
#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

/* Groups in an arena of their own; NULL: none, and no arena. */
struct grouped {
    struct groups *groups;
    struct arena arena;
};

/* A lookup that was read when the command began: others that are the same have its entries. */
struct shared_lookup {
    const struct entity *entity;
    int at;
    const struct shared_lookup *next;
};

/* One mapping of the plan and what became of it. */
struct entity {
    const struct mapping *mapping;
    struct relation *relation;   /* NULL when the source was not needed */
    struct target_table *table;  /* NULL when the target was not reached */
    struct schema source_schema; /* what the program was compiled against */
    struct lookup **lookups;
    const struct shared_lookup **lookups_shared; /* whose entries they have; NULL: their own */
    bool *lookups_unread; /* which of them are empty: check found the window of their source closed,
                             or they wait for what they ask */
    bool *awaits;         /* by job->entities: those whose rows its lookups ask; NULL: none */
    struct program *program;
    struct grouped grouped;    /* by the program, where it does */
    const int *source_columns; /* of source_schema, in the order of the batches */
    int source_column_count;

    struct chunk_list planned; /* when planned_ahead: for the next carry_plan() */
    bool planned_ahead;
    const char *files; /* JSON array, as reports have it; NULL: not known, or no files */

    struct pipeline_progress progress;
    struct tally load; /* over all chunks that the ledger has */
    bool load_known;
    bool incomplete;                    /* chunks are left */
    struct verify_result *verification; /* NULL: not done */
    int refused; /* records that the target refused, which the verification knew of */
    const char *not_verified_reason;
    const struct report_codes *codes; /* of a verification of level "full" */
    int code_count;
    struct pick *pick;                /* records to be cross-checked; NULL: none */
    const struct cross_result *cross; /* NULL: not asked for, or not done */
    double seconds;
};

/* The target as this execution reaches it. */
struct target_side {
    struct private_cluster *cluster; /* ours to stop, or NULL */
    const char *conninfo;
    struct session *control; /* for the ledger and the catalogue */
    struct target_pool pool; /* for lanes */
};

/* A fault that was printed; several lookups may read one file. */
struct unlike {
    const char *fault;
    struct unlike *next;
};

struct job {
    const struct options *options;
    struct console *console;
    struct arena arena;
    struct budget budget;
    struct problems problems; /* not yet printed */
    int warnings;             /* printed */
    struct plan plan;
    struct cancel cancel;
    struct interrupt interrupt;
    struct work_lock lock;
    struct ledger *ledger;
    struct segment_key *key;     /* of staged files; NULL: they are not encrypted */
    struct signing_key *signing; /* of reports; NULL: they are not signed */
    struct target_side target;
    struct source_pool *sources;
    struct watch watch;      /* while records are read or written */
    struct entity *entities; /* those that were asked for, in load order */
    int entity_count;
    const struct identity *identities;  /* of all mappings of the plan, once compiled */
    const struct shared_lookup *shared; /* that was read last; NULL: none was */
    struct unlike *unlike; /* faults of files of lookups: not those that the supplier states */
    int unlike_count;
    bool rehearsal;
    const char *scratch_directory; /* of a temporary cluster, ours to remove; NULL: there is none */
    const char *target_directory;  /* where a private cluster lives that is not temporary */
    const char *target_state;      /* JSON object of the report; NULL: it was not looked at */
    int deferred_left;             /* indexes and constraints that could not be restored */
    int64_t run;                   /* in the target ledger; 0: none */
    int64_t local_run;             /* in the ledger of the work directory; 0: none */
    char started_at[32];
    double started;
};

/* Problems of the plan are printed here; ERROR_PLAN then. */
bool job_open(struct job *job,
              const struct options *options,
              struct console *console,
              struct error *error) NODISCARD;
enum job_work {
    JOB_WORK_CREATE,   /* locked; work directory and ledger are made if they are not there */
    JOB_WORK_EXISTING, /* locked; they must be there */
    JOB_WORK_READ,     /* not locked, only read; they must be there */
    JOB_WORK_ADOPT,    /* as JOB_WORK_EXISTING, wherever they were copied from */
};
bool job_lock(struct job *job, enum job_work mode, struct error *error) NODISCARD;
bool job_target(struct job *job, bool read_only, struct error *error) NODISCARD;
/* For commands that only look: a real target read-only, for a private one a temporary cluster with
 * the plan's schema that job_close() removes, so that nothing of the work directory is touched. */
bool job_target_look(struct job *job, struct error *error) NODISCARD;
/* The target as the plan's schema makes it, in a temporary cluster, whatever the plan's target is:
 * nothing else is connected to. */
bool job_target_declared(struct job *job, struct error *error) NODISCARD;
/* Ends what these began, so that another target can follow. */
void job_target_leave(struct job *job);
/* A further session to the target. */
bool job_session(const struct job *job,
                 bool read_only,
                 struct session **session,
                 struct error *error) NODISCARD;

enum compile_from {
    COMPILE_FROM_SOURCE,   /* against the source's catalogue */
    COMPILE_UNFILLED,      /* the same, to be looked at only: lookups are not filled */
    COMPILE_FROM_SEGMENTS, /* against the columns of extracted segments */
    COMPILE_TARGET_ONLY,   /* no program: only the target's tables are looked up */
};
/* Prints problems; ERROR_PLAN with any. Entities without segments are left without a program. */
bool job_compile(struct job *job, enum compile_from from, struct error *error) NODISCARD;

/* The entity's table, where a target is connected; a problem where it is not there. */
bool job_describe_target(struct job *job, struct entity *entity, struct error *error) NODISCARD;

/* A connection to the source of a relation, to be given back with source_pool_return(). NULL and a
 * problem when the plan has no such source. */
bool job_source(struct job *job,
                const struct relation_spec *spec,
                struct source **source,
                struct error *error) NODISCARD;
/* The plan's source of an entity that was compiled. */
const struct plan_source *job_source_settings(const struct job *job, const struct entity *entity);
/* How hard that is read. */
struct pace *job_pace(const struct job *job, const struct entity *entity);
/* The mapping's limits of rejects, or else the plan's. */
const struct plan_limits *job_limits(const struct job *job, const struct entity *entity);
/* Pipelines that --jobs allows for so many chunks; when the entity's source is read (NULL: it is
 * not), no more than connections_max, which is said. */
int job_lanes(const struct job *job, const struct entity *entity, int chunks);
/* From now on orders of other terminals are obeyed (when the job is locked), and states are said.
 */
void job_watch(struct job *job);
/* Forgets a private target, so that the next job_target() makes a new one. */
bool job_forget_target(struct job *job, struct error *error) NODISCARD;
/* Prints problems that were added since, and fails if there are errors. */
bool job_check_problems(struct job *job, struct error *error) NODISCARD;
/* Where what does not fit in memory is laid: in the work directory if that is ours to write in,
 * otherwise among the temporary files, since commands that only look and dry runs leave it as it
 * is. */
const char *job_disk_folder(const struct job *job);
/* Of the work directory: a rehearsal's is not the run's. */
const char *job_restricted_folder(const struct job *job);
/* Is the private target of this job there already? */
bool job_has_private_target(const struct job *job);
void job_close(struct job *job);

/* lookups.c: describes the lookups of an entity before it is compiled, fills them afterwards, and
 * gives back what they have on disk. */
bool lookups_describe(struct job *job, struct entity *entity, struct error *error) NODISCARD;
bool lookups_fill(struct job *job, struct entity *entity, struct error *error) NODISCARD;
/* Where earlier entities of the same run fill the table that a lookup asks, it is filled when these
 * have been loaded: before its own entity is carried, or is verified where it was carried before.
 */
bool lookups_fill_late(struct job *job, struct entity *entity, struct error *error) NODISCARD;
/* Reads the entries of a lookup once more: the columns of its key, its values and its periods. */
struct lookups_visitor {
    void *state;
    bool (*take)(void *state, const struct batch *batch, struct error *error);
};
bool lookups_read(struct job *job,
                  struct entity *entity,
                  int at,
                  const struct lookups_visitor *visitor,
                  struct error *error) NODISCARD;
/* May the lookup's relation be read? Without a connection only files may; others are not filled. */
bool lookups_reachable(const struct job *job, const struct lookup_spec *spec);
/* Are its columns known? Without a connection those of a table of the target are, where the plan's
 * schema is at hand; others count as texts. */
bool lookups_described(const struct job *job, const struct lookup_spec *spec);
void lookups_release(struct entity *entity);

#endif
