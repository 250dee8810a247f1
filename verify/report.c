/* report.c — what a report concludes, how it shows keys, and which form a file gets.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/report.h"

#include "identity.h"
#include "report_view.h"

#include "novate/hash.h"
#include "novate/limits.h"

#include <string.h>

/* Higher is worse. */
static int severity(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_VERIFIED:
        return 0;
    case VERDICT_NOT_VERIFIED:
        return 1;
    case VERDICT_REJECTS:
        return 2;
    case VERDICT_DIFFERENCES:
        return 3;
    }
    return 1;
}

enum verdict report_verdict(const struct report_entity *entities, int count)
{
    /* Nothing that was compared is nothing that was verified. */
    enum verdict worst = count == 0 ? VERDICT_NOT_VERIFIED : VERDICT_VERIFIED;
    for (int i = 0; i < count; i++) {
        enum verdict verdict = identity_verdict(&entities[i]);
        if (severity(verdict) > severity(worst)) {
            worst = verdict;
        }
    }
    return worst;
}

void report_key(const char *key, const char *salt, bool show_keys, struct text_buffer *out)
{
    char hex[HASH_HEX_SIZE];
    struct text_buffer salted;

    if (show_keys) {
        text_buffer_string(out, key);
        return;
    }
    text_buffer_init(&salted, LIMIT_RECORD_BYTES);
    text_buffer_string(&salted, salt == NULL ? "" : salt);
    text_buffer_string(&salted, key);
    out->failed = out->failed || salted.failed;
    hash_hex(hash_bytes(salted.data, salted.size), hex);
    text_buffer_release(&salted);
    text_buffer_format(out, "#%.8s", hex);
}

bool report_format_of(const char *path, enum report_format *format)
{
    static const struct {
        const char *extension;
        enum report_format format;
    } formats[] = {
        {".json", REPORT_JSON},
        {".txt", REPORT_TEXT},
        {".csv", REPORT_CSV},
        {".html", REPORT_HTML},
        {".htm", REPORT_HTML},
    };
    const char *name = strrchr(path, '/');
    const char *dot = strrchr(name == NULL ? path : name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof *formats; i++) {
        if (text_equal_case(text_of(dot), text_of(formats[i].extension))) {
            *format = formats[i].format;
            return true;
        }
    }
    return false;
}

bool report_render(const char *json,
                   const char *signature,
                   enum report_format format,
                   struct text_buffer *out,
                   struct error *error)
{
    struct report_view view;

    if (!report_view_open(&view, json, error)) {
        return false;
    }
    if (!sha256_hex(text_of(json), view.sha256, error)) {
        report_view_close(&view);
        return false;
    }
    switch (format) {
    case REPORT_JSON:
        text_buffer_string(out, json);
        break;
    case REPORT_TEXT:
        report_text(&view, out);
        break;
    case REPORT_CSV:
        report_csv(&view, out);
        break;
    case REPORT_HTML:
        report_html(&view, out);
        seal_push_carried(text_of(json), signature == NULL ? TEXT_NONE : text_of(signature), out);
        break;
    }
    report_view_close(&view);
    return text_buffer_check(out, error);
}
