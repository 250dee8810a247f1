/* signing_key.h — the operator's key, which signs reports, and its public half, which checks them.
 *
 * Ed25519 (RFC 8032) over the bytes of the report's file as they are, so that other programs check
 * it too: openssl pkeyutl -verify -rawin. The secret is a file of mode 0600 as segment_key.h has
 * it; FILE.pub, beside it, is for everybody. A signature is a file of three lines: what it is, the
 * public key, the signature, both as hexadecimal digits.
 *
 * Errors   ERROR_KEY: no key file, not safe, not one of novate's. Threads   a key is read-only once
 * it is open. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SIGNING_KEY_H
#define NOVATE_SIGNING_KEY_H

#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>

#define SIGNING_PUBLIC_HEX_SIZE 65 /* 64 digits and NUL */
#define SIGNATURE_TEXT_SIZE     256

/* Makes FILE and FILE.pub; neither is ever written over. */
bool signing_key_make(const char *path, struct error *error) NODISCARD;

struct signing_key;
bool signing_key_open(const char *path, struct signing_key **key, struct error *error) NODISCARD;
void signing_key_close(struct signing_key *key); /* NULL is allowed */

/* The public half, as hexadecimal digits. */
const char *signing_key_public(const struct signing_key *key);
/* What a signature file holds for these bytes. */
bool signing_key_sign(const struct signing_key *key,
                      struct text bytes,
                      char text[SIGNATURE_TEXT_SIZE],
                      struct error *error) NODISCARD;

/* The public half of a key, out of FILE.pub. */
bool signing_public_read(const char *path,
                         char public_hex[SIGNING_PUBLIC_HEX_SIZE],
                         struct error *error) NODISCARD;
/* Whose signature it is, and whether it is one of these bytes. False: it is none of novate's. */
bool signature_check(struct text signature,
                     struct text bytes,
                     char public_hex[SIGNING_PUBLIC_HEX_SIZE],
                     bool *valid,
                     struct error *error) NODISCARD;

#endif
