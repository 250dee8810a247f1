/* checksum.c — checksums that others compute too, by OpenSSL's libcrypto.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/checksum.h"

#include "novate/arena.h"
#include "novate/queue.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    HELPER_BUFFERS = 4,
    HELPER_BUFFER_BYTES = 1 << 20
};

struct checksums_buffer {
    size_t size;
    char bytes[HELPER_BUFFER_BYTES];
};

struct checksums_helper {
    struct arena arena; /* of the queues */
    struct queue empty;
    struct queue full;
    pthread_t thread;
    bool lost; /* something that was pushed */
    struct checksums_buffer buffers[HELPER_BUFFERS];
};

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

static void compute(struct checksums *checksums, const void *data, size_t size)
{
    for (int i = 0; i < CHECKSUM_KIND_COUNT; i++) {
        EVP_MD_CTX *context = checksums->contexts[i];

        if (context != NULL && size > 0 && EVP_DigestUpdate(context, data, size) != 1) {
            checksums->failed = true;
        }
    }
}

static void *help(void *state)
{
    struct checksums *checksums = state;
    struct checksums_helper *helper = checksums->helper;
    void *item;

    while (queue_pop(&helper->full, &item)) {
        const struct checksums_buffer *buffer = item;

        compute(checksums, buffer->bytes, buffer->size);
        if (!queue_push(&helper->empty, item)) {
            checksums->failed = true;
        }
    }
    return NULL;
}

static bool queues_init(struct checksums_helper *helper)
{
    struct error ignored = ERROR_NONE;

    arena_init(&helper->arena, 4096, NULL);
    if (!queue_init(&helper->empty, HELPER_BUFFERS, &helper->arena, &ignored)) {
        arena_release(&helper->arena);
        return false;
    }
    if (!queue_init(&helper->full, HELPER_BUFFERS, &helper->arena, &ignored)) {
        queue_release(&helper->empty);
        arena_release(&helper->arena);
        return false;
    }
    return true;
}

static void helper_free(struct checksums *checksums)
{
    queue_release(&checksums->helper->empty);
    queue_release(&checksums->helper->full);
    arena_release(&checksums->helper->arena);
    free(checksums->helper);
    checksums->helper = NULL;
}

void checksums_aside(struct checksums *checksums)
{
    struct checksums_helper *helper = malloc(sizeof *helper);
    bool ready = true;

    if (helper == NULL || !queues_init(helper)) {
        free(helper);
        return;
    }
    helper->lost = false;
    checksums->helper = helper;
    for (int i = 0; i < HELPER_BUFFERS; i++) {
        ready = queue_push(&helper->empty, &helper->buffers[i]) && ready;
    }
    if (!ready || pthread_create(&helper->thread, NULL, help, checksums) != 0) {
        helper_free(checksums);
    }
}

/* What was pushed is computed. */
static void helper_end(struct checksums *checksums)
{
    if (checksums->helper != NULL) {
        queue_close(&checksums->helper->full);
        (void)pthread_join(checksums->helper->thread, NULL);
        checksums->failed = checksums->failed || checksums->helper->lost;
        helper_free(checksums);
    }
}

void checksums_push(struct checksums *checksums, const void *data, size_t size)
{
    struct checksums_helper *helper = checksums->helper;
    void *item;

    if (helper == NULL) {
        compute(checksums, data, size);
        return;
    }
    for (size_t done = 0; done < size && !helper->lost;) {
        size_t left = size - done;
        if (!queue_pop(&helper->empty, &item)) {
            helper->lost = true;
            break;
        }
        struct checksums_buffer *buffer = item;
        buffer->size = left < HELPER_BUFFER_BYTES ? left : HELPER_BUFFER_BYTES;
        memcpy(buffer->bytes, (const char *)data + done, buffer->size);
        done += buffer->size;
        helper->lost = !queue_push(&helper->full, buffer);
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
    helper_end(checksums);
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
    helper_end(checksums);
    for (int i = 0; i < CHECKSUM_KIND_COUNT; i++) {
        EVP_MD_CTX_free(checksums->contexts[i]);
        checksums->contexts[i] = NULL;
    }
}

bool message_digest_open(struct message_digest *digest,
                         enum message_digest_kind kind,
                         struct error *error)
{
    static const char *const algorithms[] = {
        "MD5", "SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"};
    EVP_MD *method = EVP_MD_fetch(NULL, algorithms[kind], NULL);
    EVP_MD_CTX *context = method == NULL ? NULL : EVP_MD_CTX_new();

    *digest = (struct message_digest){.context = context, .method = method};
    if (context == NULL) {
        EVP_MD_free(method);
        return error_set(
            error, ERROR_INTERNAL, "libcrypto does not compute %s here", algorithms[kind]);
    }
    return true;
}

size_t message_digest_compute(struct message_digest *digest,
                              const void *head,
                              size_t head_size,
                              struct text text,
                              unsigned char value[MESSAGE_DIGEST_SIZE_MAX])
{
    unsigned size = 0;
    bool ok = EVP_DigestInit_ex(digest->context, digest->method, NULL) == 1 &&
              (head_size == 0 || EVP_DigestUpdate(digest->context, head, head_size) == 1) &&
              (text.size == 0 || EVP_DigestUpdate(digest->context, text.data, text.size) == 1) &&
              EVP_DigestFinal_ex(digest->context, value, &size) == 1;

    return ok ? size : 0;
}

void message_digest_close(struct message_digest *digest)
{
    EVP_MD_CTX_free(digest->context);
    EVP_MD_free(digest->method);
}
