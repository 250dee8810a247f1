/* checksum.c — checksums that others compute too, by OpenSSL's libcrypto.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/checksum.h"

#include <openssl/evp.h>

static const struct {
    const char *text;
    const char *algorithm; /* as libcrypto names it */
    size_t digits;
} kinds_known[CHECKSUM_KIND_COUNT] = {
    [CHECKSUM_MD5] = {"MD5", "MD5", 32},
    [CHECKSUM_SHA1] = {"SHA-1", "SHA1", 40},
    [CHECKSUM_SHA256] = {"SHA-256", "SHA256", 64},
    [CHECKSUM_SHA512] = {"SHA-512", "SHA512", 128},
};

const char *checksum_kind_text(enum checksum_kind kind)
{
    return kinds_known[kind].text;
}

bool checksum_kind_of(size_t digits, enum checksum_kind *kind)
{
    for (int i = 0; i < CHECKSUM_KIND_COUNT; i++) {
        if (kinds_known[i].digits == digits) {
            *kind = (enum checksum_kind)i;
            return true;
        }
    }
    return false;
}

static bool open_one(void **context, const char *algorithm)
{
    EVP_MD *method = EVP_MD_fetch(NULL, algorithm, NULL);
    EVP_MD_CTX *opened = method == NULL ? NULL : EVP_MD_CTX_new();
    bool ok = opened != NULL && EVP_DigestInit_ex(opened, method, NULL) == 1;

    EVP_MD_free(method); /* the context keeps its own */
    *context = opened;
    return ok;
}

bool checksums_open(struct checksums *checksums, unsigned kinds, struct error *error)
{
    *checksums = (struct checksums){.failed = false};
    for (int i = 0; i < CHECKSUM_KIND_COUNT; i++) {
        if ((kinds & (1u << i)) != 0 &&
            !open_one(&checksums->contexts[i], kinds_known[i].algorithm)) {
            checksums_close(checksums);
            return error_set(
                error, ERROR_INTERNAL, "libcrypto does not compute %s here", kinds_known[i].text);
        }
    }
    return true;
}

void checksums_push(struct checksums *checksums, const void *data, size_t size)
{
    for (int i = 0; i < CHECKSUM_KIND_COUNT; i++) {
        EVP_MD_CTX *context = checksums->contexts[i];

        if (context != NULL && size > 0 && EVP_DigestUpdate(context, data, size) != 1) {
            checksums->failed = true;
        }
    }
}

bool checksums_hex(struct checksums *checksums,
                   enum checksum_kind kind,
                   char hex[CHECKSUM_HEX_SIZE],
                   struct error *error)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char value[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_MD_CTX *context = checksums->contexts[kind];

    if (!NOVATE_CHECK(error, context != NULL)) {
        return false;
    }
    if (checksums->failed || EVP_DigestFinal_ex(context, value, &size) != 1) {
        return error_set(
            error, ERROR_INTERNAL, "libcrypto could not compute %s", kinds_known[kind].text);
    }
    for (unsigned i = 0; i < size; i++) {
        hex[2 * i] = digits[value[i] >> 4];
        hex[2 * i + 1] = digits[value[i] & 0xF];
    }
    hex[2 * size] = '\0';
    return true;
}

void checksums_close(struct checksums *checksums)
{
    for (int i = 0; i < CHECKSUM_KIND_COUNT; i++) {
        EVP_MD_CTX_free(checksums->contexts[i]);
        checksums->contexts[i] = NULL;
    }
}
