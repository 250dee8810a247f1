/* page.c — how a report looks as a page, on a screen and on paper.
 *
 * No script and nothing fetched: the page must read the same in ten years, from a disk. Verdicts
 * are words; colour only repeats them. SPDX-License-Identifier: Apache-2.0 */
#include "novate/page.h"

static const char page_style[] =
    ":root{color-scheme:light;--ink:#1b1f24;--soft:#57606a;--rule:#d0d7de;--faint:#f6f8fa;"
    "--good:#1a6334;--bad:#a40e26;--warn:#7d4e00}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:2.5rem 2rem 4rem;max-width:66rem;color:var(--ink);"
    "background:#fff;font:16px/1.5 \"Source Sans 3\",\"Segoe UI\",\"Helvetica Neue\",Arial,"
    "\"Liberation Sans\",sans-serif}\n"
    "h1{font-size:1.75rem;line-height:1.2;margin:0}\n"
    "h2{font-size:1.25rem;line-height:1.3;margin:2.75rem 0 .5rem}\n"
    "h3{font-size:1.0625rem;margin:2rem 0 .5rem}\n"
    "h4{font-size:.9375rem;margin:1.25rem 0 .25rem}\n"
    "p{margin:.5rem 0;max-width:46rem}\n"
    ".meta,.note{color:var(--soft)}\n"
    ".meta{margin:.25rem 0 1.5rem}\n"
    ".note{font-size:.875rem}\n"
    ".verdict{border:2px solid currentColor;border-left-width:.75rem;padding:1rem 1.25rem;"
    "margin:1.5rem 0}\n"
    ".verdict p{color:var(--ink);font-size:1.0625rem;margin:.25rem 0 0}\n"
    ".verdict h2{margin:0;font-size:1.5rem}\n"
    ".good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}\n"
    "td.good,td.bad,td.warn,span.good,span.bad,span.warn{font-weight:600}\n"
    ".scroll{overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-size:.9375rem}\n"
    ".side{display:flex;flex-wrap:wrap;gap:0 3rem;align-items:flex-start}\n"
    "table.narrow{width:auto;min-width:16rem}\n"
    "caption{text-align:left;color:var(--soft);padding:0 0 .375rem}\n"
    "th,td{padding:.375rem .75rem;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--rule)}\n"
    "th:first-child,td:first-child{padding-left:.25rem}\n"
    "thead th{border-bottom:2px solid var(--ink);vertical-align:bottom;line-height:1.25}\n"
    "tbody th{font-weight:600}\n"
    "tfoot th,tfoot td{border-top:2px solid var(--ink);border-bottom:0;font-weight:600}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "code{font:.875em/1.4 \"Source Code Pro\",Consolas,\"Liberation Mono\",monospace;"
    "overflow-wrap:anywhere}\n"
    "dl{display:grid;grid-template-columns:11rem 1fr;gap:.25rem 1rem;margin:.5rem 0 1rem}\n"
    "dt{color:var(--soft)}\n"
    "dd{margin:0;overflow-wrap:anywhere}\n"
    "section.entity+section.entity{border-top:1px solid var(--rule);margin-top:2rem}\n"
    "h2+section.entity h3{margin-top:.75rem}\n"
    ".files{table-layout:fixed}\n"
    ".files td{overflow-wrap:anywhere}\n"
    ".sign{table-layout:fixed}\n"
    ".sign td{height:3rem}\n"
    "td.good,td.bad,td.warn{white-space:nowrap}\n"
    "@media print{@page{size:A4;margin:18mm 16mm}\n"
    "body{padding:0;max-width:none;font-size:10pt}\n"
    "table{font-size:9pt}th,td{padding:.3rem .5rem}\n"
    "h1{font-size:18pt}h2{font-size:13pt}h3{font-size:11pt}\n"
    ".scroll{overflow:visible}\n"
    "thead{display:table-header-group}\n"
    "tr,.verdict,dl{break-inside:avoid}\n"
    "h2,h3,h4,caption{break-after:avoid}\n"
    "#sign-off{break-inside:avoid}}\n";

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

void page_begin(struct text_buffer *out, const char *title)
{
    text_buffer_string(out,
                       "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                       "<title>");
    page_text(out, title);
    text_buffer_string(out, "</title>\n<style>\n");
    text_buffer_string(out, page_style);
    text_buffer_string(out, "</style>\n</head>\n<body>\n");
}

void page_end(struct text_buffer *out)
{
    text_buffer_string(out, "</body>\n</html>\n");
}
