/* page.c — a report as a page: its head, its frame, and what of a text must be escaped.
 *
 * Nothing is fetched: the page must read the same in ten years, from a disk, and the policy in its
 * head makes a browser hold it to that. SPDX-License-Identifier: Apache-2.0 */
#include "novate/page.h"

#include "page_style.h"

#include "novate/base64.h"
#include "novate/checksum.h"

#include <string.h>

void page_escaped(struct text_buffer *out, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        switch (c) {
        case '&':
            text_buffer_string(out, "&amp;");
            break;
        case '<':
            text_buffer_string(out, "&lt;");
            break;
        case '>':
            text_buffer_string(out, "&gt;");
            break;
        case '"':
            text_buffer_string(out, "&quot;");
            break;
        case '\'':
            text_buffer_string(out, "&#39;");
            break;
        default:
            if (((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
                text_buffer_string(out, "�"); /* no HTML may have control characters */
            } else {
                text_buffer_char(out, c);
            }
        }
    }
}

void page_text(struct text_buffer *out, const char *text)
{
    page_escaped(out, text_of(text));
}

/* 'sha256-…': the only style, and the only script, that a browser may use. */
static void push_source(struct text_buffer *out, const char *text, const char *rest)
{
    unsigned char value[MESSAGE_DIGEST_SIZE_MAX];
    struct message_digest digest;
    struct error ignored = ERROR_NONE;

    if (!message_digest_open(&digest, MESSAGE_DIGEST_SHA256, &ignored)) {
        out->failed = true;
        return;
    }
    size_t size = message_digest_compute(&digest, text, strlen(text), text_of(rest), value);
    message_digest_close(&digest);
    out->failed = out->failed || size == 0;
    text_buffer_string(out, "'sha256-");
    base64_push(text_from((const char *)value, size), out);
    text_buffer_char(out, '\'');
}

static void push_policy(struct text_buffer *out)
{
    text_buffer_string(out,
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "base-uri 'none'; form-action 'none'; style-src ");
    push_source(out, page_style, page_style_rest);
    text_buffer_string(out, "; script-src ");
    push_source(out, page_script, "");
    text_buffer_string(out, "\"/>\n");
}

void page_begin(struct text_buffer *out, const char *title)
{
    text_buffer_string(out,
                       "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    push_policy(out);
    text_buffer_string(out,
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n"
                       "<title>");
    page_text(out, title);
    text_buffer_string(out, "</title>\n<style>");
    text_buffer_string(out, page_style);
    text_buffer_string(out, page_style_rest);
    text_buffer_string(out,
                       "</style>\n</head>\n<body>\n"
                       "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n");
}

void page_main(struct text_buffer *out)
{
    text_buffer_string(out, "<main id=\"content\">\n");
}

void page_end(struct text_buffer *out)
{
    text_buffer_string(out, "<script>");
    text_buffer_string(out, page_script);
    text_buffer_string(out, "</script>\n</body>\n</html>\n");
}
