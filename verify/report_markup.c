/* report_markup.c — the contract is in report_markup.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <string.h>

void markup_scratch(struct text_buffer *out, struct text_buffer *scratch)
{
    page_escaped(out, text_from(scratch->data, scratch->size));
    out->failed = out->failed || scratch->failed;
    text_buffer_release(scratch);
}

void markup_time(struct text_buffer *out, const char *time)
{
    struct text_buffer scratch;
    text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
    push_time(&scratch, time);
    markup_scratch(out, &scratch);
}

void markup_term(struct text_buffer *out, const char *term, const char *value, bool code)
{
    if (*value == '\0') {
        return;
    }
    text_buffer_format(out, "<dt>%s</dt><dd>%s", term, code ? "<code>" : "");
    page_text(out, value);
    text_buffer_format(out, "%s</dd>\n", code ? "</code>" : "");
}

void markup_names(struct text_buffer *out, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        text_buffer_string(out, i == 0 ? "<code>" : ", <code>");
        page_text(out, name == NULL ? "?" : name);
        text_buffer_string(out, "</code>");
    }
}

void markup_count(struct text_buffer *out, const json_t *object, const char *name)
{
    uint64_t value = 0;
    bool known = view_count(object, name, &value);
    text_buffer_string(out, "<td class=\"n\">");
    push_count(out, known, value);
    text_buffer_string(out, "</td>");
}

void markup_cell(struct text_buffer *out, const char *text, bool code)
{
    code = code && *text != '\0';
    text_buffer_string(out, code ? "<td><code>" : "<td>");
    page_text(out, text);
    text_buffer_string(out, code ? "</code></td>" : "</td>");
}

const char *markup_verdict(const char *verdict)
{
    return strcmp(verdict, "verified") == 0      ? "good"
           : strcmp(verdict, "differences") == 0 ? "bad"
                                                 : "warn";
}

void markup_table(struct text_buffer *out,
                  const char *class,
                  struct text_buffer *caption,
                  const char *const *headings,
                  size_t count)
{
    text_buffer_string(out, "<div class=\"scroll\"><table");
    if (*class != '\0') {
        text_buffer_format(out, " class=\"%s\"", class);
    }
    text_buffer_string(out, "><caption>");
    markup_scratch(out, caption);
    text_buffer_string(out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        bool number = headings[i][0] == '#';
        text_buffer_format(out,
                           "<th scope=\"col\"%s>%s</th>",
                           number ? " class=\"n\"" : "",
                           headings[i] + (number ? 1 : 0));
    }
    text_buffer_string(out, "</tr></thead>\n<tbody>\n");
}

void markup_table_plain(struct text_buffer *out,
                        const char *class,
                        const char *caption,
                        const char *const *headings,
                        size_t count)
{
    struct text_buffer scratch;
    text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
    text_buffer_string(&scratch, caption);
    markup_table(out, class, &scratch, headings, count);
}

void markup_table_end(struct text_buffer *out)
{
    text_buffer_string(out, "</tbody></table></div>\n");
}
