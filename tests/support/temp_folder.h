/* temp_folder.h — a folder of its own for a test, and the files in it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_TEMP_FOLDER_H
#define SUPPORT_TEMP_FOLDER_H

#include <stddef.h>

#define TEMP_FOLDER_SIZE 64

/* Makes a folder (temporary.h) and goes there. Fails the test when it cannot. */
void temp_folder_enter(char path[TEMP_FOLDER_SIZE]);
/* Removes the folder with everything in it, and leaves it. */
void temp_folder_leave(const char *path);

/* Writes a file, and the folders of its name, below the current directory. */
void temp_file_write(const char *name, const void *data, size_t size);
void temp_file_text(const char *name, const char *text);

#endif
