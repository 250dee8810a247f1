/* sample_segment.h — a small segment of two blocks, keys for it, and a reading of all of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_SAMPLE_SEGMENT_H
#define NOVATE_TESTS_SAMPLE_SEGMENT_H

#include "temporary.h"

#include "novate/segment.h"

/* A new key; the caller closes it. */
struct segment_key *sample_key(const struct temporary *folder, const char *name);

/* Writes it to `path`, encrypted if there is a key, and gives its bytes, which the caller frees.
 * The entity is "patient", the lower bound of its chunk "10". */
uint8_t *sample_segment(const char *path, const struct segment_key *key, size_t *size);

/* False with the error of wherever it failed. */
bool segment_read_all(const char *path, const struct segment_key *key, struct error *error);

#endif
