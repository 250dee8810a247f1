/* kernel_digest.c — md5(), the SHA-2 family, and names as UUIDs. The library is asked for the
 * algorithm once per call, not per row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/checksum.h"

#include <string.h>

typedef void put_function(struct call *call, int row, const unsigned char *value, size_t size);

static void put_bytes(struct call *call, int row, const unsigned char *value, size_t size)
{
    char *out = call_bytes(call, size);

    if (out != NULL) {
        memcpy(out, value, size);
        call->result->texts[row] = text_from(out, size);
    }
}

static void put_hex(struct call *call, int row, const unsigned char *value, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *out = call_bytes(call, 2 * size);

    if (out == NULL) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[value[i] >> 4];
        out[2 * i + 1] = digits[value[i] & 0xf];
    }
    call->result->texts[row] = text_from(out, 2 * size);
}

/* Version and variant of RFC 4122 over the first 16 bytes. */
static void put_uuid(struct call *call, int row, const unsigned char *value, size_t size)
{
    struct uuid uuid;

    (void)size;
    memcpy(uuid.bytes, value, sizeof uuid.bytes);
    uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0f) | 0x50);
    uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3f) | 0x80);
    call->result->uuids[row] = uuid;
}

/* The digest of the last argument, behind the bytes of a UUID if that is the first. */
static void digest(struct call *call, enum message_digest_kind kind, put_function *put)
{
    struct message_digest digest;
    struct error error = ERROR_NONE;
    unsigned char value[MESSAGE_DIGEST_SIZE_MAX];
    bool open = message_digest_open(&digest, kind, &error);

    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, call->arg_count - 1, row);
        bool named = call->arg_count > 1;
        const struct uuid *space = named ? &call->args[0]->uuids[call_slot(call, 0, row)] : NULL;
        size_t size =
            open ? message_digest_compute(&digest, space, named ? sizeof *space : 0, text, value)
                 : 0;
        if (size == 0) {
            call_fail(call, row, FAULT_DIGEST);
        } else {
            put(call, row, value, size);
        }
    }
    if (open) {
        message_digest_close(&digest);
    }
}

void kernel_md5(struct call *call)
{
    digest(call, MESSAGE_DIGEST_MD5, put_hex);
}

void kernel_sha224(struct call *call)
{
    digest(call, MESSAGE_DIGEST_SHA224, put_bytes);
}

void kernel_sha256(struct call *call)
{
    digest(call, MESSAGE_DIGEST_SHA256, put_bytes);
}

void kernel_sha384(struct call *call)
{
    digest(call, MESSAGE_DIGEST_SHA384, put_bytes);
}

void kernel_sha512(struct call *call)
{
    digest(call, MESSAGE_DIGEST_SHA512, put_bytes);
}

void kernel_uuid_v5(struct call *call)
{
    digest(call, MESSAGE_DIGEST_SHA1, put_uuid);
}
