/* carried.c — the report and its signature that a page carries with it, as comments that no reader
 * sees: base64 has nothing in it that ends a comment. SPDX-License-Identifier: Apache-2.0 */
#include "novate/base64.h"
#include "novate/seal.h"

#include <string.h>

#define REPORT_OPENS    "<!-- novate report: "
#define SIGNATURE_OPENS "<!-- novate signature: "
#define CLOSES          " -->\n"

static void push(const char *opens, struct text bytes, struct text_buffer *out)
{
    text_buffer_string(out, opens);
    base64_push(bytes, out);
    text_buffer_string(out, CLOSES);
}

void seal_push_carried(struct text json, struct text signature, struct text_buffer *out)
{
    push(REPORT_OPENS, json, out);
    if (signature.data != NULL) {
        push(SIGNATURE_OPENS, signature, out);
    }
}

/* What follows `opens`, up to where it closes. */
static struct text between(struct text page, const char *opens)
{
    size_t size = strlen(opens);
    const char *end = page.data + page.size;
    const char *at = page.data;
    while (at != NULL && (size_t)(end - at) > size && memcmp(at, opens, size) != 0) {
        at = memchr(at + 1, '<', (size_t)(end - at) - 1);
    }
    if (at == NULL || (size_t)(end - at) <= size) {
        return TEXT_NONE;
    }
    at += size;
    const char *closes = memchr(at, CLOSES[0], (size_t)(end - at));
    return closes == NULL ? TEXT_NONE : text_from(at, (size_t)(closes - at));
}

static bool take(
    struct text page, const char *opens, struct arena *arena, struct text *out, struct error *error)
{
    struct text digits = between(page, opens);
    *out = TEXT_NONE;
    return digits.data == NULL || base64_read(digits, arena, out, error);
}

bool seal_carried(struct text page,
                  struct arena *arena,
                  struct text *json,
                  struct text *signature,
                  struct error *error)
{
    return take(page, REPORT_OPENS, arena, json, error) &&
           take(page, SIGNATURE_OPENS, arena, signature, error);
}
