/* segment_key.h — the key under which staged files are encrypted and their manifest is sealed.
 *
 * It lives in a file of its own: a line that says what it is, and 32 random bytes as hexadecimal
 * digits. A key file that others may read is refused. What is derived from the key is kept in
 * memory of libsodium (guarded, locked where the system allows it, wiped when it is given back);
 * the key itself is wiped as soon as the derivation is done. No message shows a key.
 *
 * Errors   ERROR_KEY: no key file, not safe, not one of novate's. Threads   a key is read-only once
 * it is open and may be shared by all.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_KEY_H
#define NOVATE_SEGMENT_KEY_H

#include "novate/error.h"

#include <stdbool.h>

/* Makes a new key file, mode 0600; one that is there is never written over. */
bool segment_key_make(const char *path, struct error *error) NODISCARD;

struct segment_key;
bool segment_key_open(const char *path, struct segment_key **key, struct error *error) NODISCARD;
void segment_key_close(struct segment_key *key); /* NULL is allowed */

/* Says which key it is without saying what it is: 32 hexadecimal digits. */
const char *segment_key_id(const struct segment_key *key);

#endif
