/* segments.h — the staged files of a work directory as a set: their key, their manifest, and taking
 * over what another machine staged.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SEGMENTS_H
#define CLI_SEGMENTS_H

#include "job.h"

#include "novate/segment_manifest.h"

/* Opens the key that --key-file or NOVATE_KEY_FILE names; job->key stays NULL with neither. */
bool segments_key(struct job *job, struct error *error) NODISCARD;

/* Are there segments that came without a ledger? */
bool segments_carried(const struct job *job);
/* Entities that the ledger does not know and a manifest lists: every segment is read and checked,
 * then the ledger is made from them, and the log says so. */
bool segments_adopt(struct job *job, struct error *error) NODISCARD;

/* Before the first segment is written: what a manifest says is true no longer. */
bool segments_touch(struct job *job, struct error *error) NODISCARD;
/* Writes the manifest, unless there is one, or a stage of an entity is not complete. */
bool segments_finish(struct job *job, struct error *error) NODISCARD;

/* What the ledger knows of the entities of `mappings`, staged as far as they are; files are not
 * looked at. `*complete` false: an entity is between two stages. */
bool segments_recorded(struct job *job,
                       const struct mapping *const *mappings,
                       int count,
                       struct segment_manifest *manifest,
                       bool *complete,
                       struct error *error) NODISCARD;

#endif
