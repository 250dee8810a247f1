/* checksum.h — checksums that others compute too: MD5, SHA-1, SHA-256 and SHA-512 of bytes, as
 * md5sum, sha256sum and the manifests of suppliers have them.
 *
 * Inside of novate things are told apart by hash.h, which is faster; these are for what is handed
 * over between people. Several kinds are computed in one pass. Threads   a struct checksums belongs
 * to one thread at a time, which checksums_aside() gives a helper.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CHECKSUM_H
#define NOVATE_CHECKSUM_H

#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>

enum checksum_kind {
    CHECKSUM_MD5,
    CHECKSUM_SHA1,
    CHECKSUM_SHA256,
    CHECKSUM_SHA512,
};
#define CHECKSUM_KIND_COUNT 4

#define CHECKSUM_HEX_SIZE 129 /* 128 digits and NUL */

const char *checksum_kind_text(enum checksum_kind kind); /* "SHA-256" */
/* Kinds have digests of different lengths. False: no kind has so many hexadecimal digits. */
bool checksum_kind_of(size_t digits, enum checksum_kind *kind);

struct checksums {
    void *contexts[CHECKSUM_KIND_COUNT]; /* NULL: not computed */
    bool failed;
    struct checksums_helper *helper; /* NULL: there is none */
};

/* `kinds` has a bit (1 << kind) for each that is wanted. ERROR_INTERNAL when the library of this
 * machine does not give one (MD5 where it is forbidden). */
bool checksums_open(struct checksums *checksums, unsigned kinds, struct error *error) NODISCARD;
/* From now on a thread of its own computes: a push copies, and waits while the thread is some MiB
 * behind. Where no thread or memory is to be had, pushes compute as before. */
void checksums_aside(struct checksums *checksums);
void checksums_push(struct checksums *checksums, const void *data, size_t size);
/* Of a kind that was asked for, in lower case; nothing may be pushed afterwards. */
bool checksums_hex(struct checksums *checksums,
                   enum checksum_kind kind,
                   char hex[CHECKSUM_HEX_SIZE],
                   struct error *error) NODISCARD;
void checksums_close(struct checksums *checksums);

/* Digests of many small values, one after the other. */
enum message_digest_kind {
    MESSAGE_DIGEST_MD5,
    MESSAGE_DIGEST_SHA1,
    MESSAGE_DIGEST_SHA224,
    MESSAGE_DIGEST_SHA256,
    MESSAGE_DIGEST_SHA384,
    MESSAGE_DIGEST_SHA512,
};
#define MESSAGE_DIGEST_SIZE_MAX 64

struct message_digest {
    void *context;
    void *method;
};

/* ERROR_INTERNAL as above. */
bool message_digest_open(struct message_digest *digest,
                         enum message_digest_kind kind,
                         struct error *error) NODISCARD;
/* Of `head` (may be empty) and `text`. The size of the digest; 0: the library failed. */
size_t message_digest_compute(struct message_digest *digest,
                              const void *head,
                              size_t head_size,
                              struct text text,
                              unsigned char value[MESSAGE_DIGEST_SIZE_MAX]);
void message_digest_close(struct message_digest *digest);

#endif
