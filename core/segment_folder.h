/* segment_folder.h — which files of a folder are an entity's.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_FOLDER_H
#define NOVATE_SEGMENT_FOLDER_H

#include "novate/segment.h"

/* Removes every file of the entity in the folder of the work directory, whole or begun; a folder
 * that is not there has none. */
bool segment_folder_forget(const char *work_directory,
                           const char *folder,
                           const char *entity,
                           struct error *error) NODISCARD;

/* The chunks of which the folder has a whole file of that stage, ascending. */
bool segment_folder_list(const char *work_directory,
                         const char *folder,
                         const char *entity,
                         enum segment_stage stage,
                         struct arena *arena,
                         int **ordinals,
                         int *count,
                         struct error *error) NODISCARD;

#endif
