/* key_file.h — a key in a file of its own: a line that says what it is, and 32 bytes as hexadecimal
 * digits.
 *
 * A secret is written with mode 0600, never over a file that is there, and refused where others may
 * read it. Errors   ERROR_KEY: no such file, not safe, not a key of this kind; ERROR_IO.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_KEY_FILE_H
#define NOVATE_KEY_FILE_H

#include "novate/error.h"

#include <stdbool.h>
#include <stdint.h>

#define KEY_FILE_BYTES 32

struct key_file_kind {
    const char *line; /* "novate segment key 1\n" */
    const char *hint; /* how one is made */
    const char *loss; /* what would be lost with a key that is written over */
    bool open;        /* others may read it: a public key */
};

/* Starts libsodium; before anything of it is used. */
bool key_file_ready(struct error *error) NODISCARD;
bool key_file_make(const struct key_file_kind *kind,
                   const char *path,
                   const uint8_t key[KEY_FILE_BYTES],
                   struct error *error) NODISCARD;
/* The caller wipes a secret when it is done with it. */
bool key_file_read(const struct key_file_kind *kind,
                   const char *path,
                   uint8_t key[KEY_FILE_BYTES],
                   struct error *error) NODISCARD;

#endif
