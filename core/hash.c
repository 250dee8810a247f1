/* hash.c — XXH3, and sums of hashes; the contract is in novate/hash.h. The only file that knows
 * xxHash.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/hash.h"

#include "novate/checksum.h"
#include "novate/error.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

static struct hash hash_of(XXH128_hash_t value)
{
    return (struct hash){.low = value.low64, .high = value.high64};
}

struct hash hash_bytes(const void *data, size_t size)
{
    return hash_of(XXH3_128bits(data, size));
}

uint64_t hash_bytes64(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

bool hash_equal(struct hash a, struct hash b)
{
    return a.low == b.low && a.high == b.high;
}

int hash_compare(struct hash a, struct hash b)
{
    if (a.high != b.high) {
        return a.high < b.high ? -1 : 1;
    }
    return (a.low > b.low) - (a.low < b.low);
}

void hash_hex(struct hash hash, char hex[HASH_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        hex[i] = digits[(hash.high >> (60 - 4 * i)) & 15];
        hex[16 + i] = digits[(hash.low >> (60 - 4 * i)) & 15];
    }
    hex[HASH_HEX_SIZE - 1] = '\0';
}

bool hash_from_hex(const char *hex, struct hash *hash)
{
    uint64_t words[2] = {0, 0};

    for (int i = 0; i < HASH_HEX_SIZE - 1; i++) {
        char c = hex[i]; /* a NUL is no digit, so a short text ends here */
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 16;
        if (digit == 16) {
            return false;
        }
        words[i / 16] = words[i / 16] << 4 | digit;
    }
    if (hex[HASH_HEX_SIZE - 1] != '\0') {
        return false;
    }
    *hash = (struct hash){.high = words[0], .low = words[1]};
    return true;
}

bool hash_stream_open(struct hash_stream *stream, struct error *error)
{
    XXH3_state_t *state = XXH3_createState();

    *stream = (struct hash_stream){.state = state};
    if (state == NULL || XXH3_128bits_reset(state) != XXH_OK) {
        hash_stream_close(stream);
        return error_set_memory(error);
    }
    return true;
}

void hash_stream_push(struct hash_stream *stream, const void *data, size_t size)
{
    if (size > 0) {
        XXH_errorcode code = XXH3_128bits_update(stream->state, data, size);
        assert(code == XXH_OK); /* fails for a NULL argument only */
        (void)code;
    }
    if (stream->also != NULL) {
        checksums_push(stream->also, data, size);
    }
}

void hash_stream_field(struct hash_stream *stream, struct text field)
{
    const uint8_t size[4] = {(uint8_t)(field.size >> 24),
                             (uint8_t)(field.size >> 16),
                             (uint8_t)(field.size >> 8),
                             (uint8_t)field.size};

    hash_stream_push(stream, size, sizeof size);
    hash_stream_push(stream, field.data, field.size);
}

struct hash hash_stream_value(const struct hash_stream *stream)
{
    return hash_of(XXH3_128bits_digest(stream->state));
}

void hash_stream_close(struct hash_stream *stream)
{
    (void)XXH3_freeState(stream->state);
    stream->state = NULL;
}

static void sum_add(struct hash *sum, struct hash value)
{
    sum->low += value.low;
    sum->high += value.high + (sum->low < value.low ? 1 : 0);
}

void digest_add(struct digest *digest, struct hash row)
{
    digest->rows++;
    sum_add(&digest->sum, row);
}

void digest_remove(struct digest *digest, struct hash row)
{
    digest->rows--;
    digest->sum.high -= row.high + (digest->sum.low < row.low ? 1 : 0);
    digest->sum.low -= row.low;
}

void digest_merge(struct digest *digest, const struct digest *other)
{
    digest->rows += other->rows;
    sum_add(&digest->sum, other->sum);
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
    return a->rows == b->rows && hash_equal(a->sum, b->sum);
}
