/* report_files.c — the files of an entity, in all renderings of a report.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_files.h"

#include "novate/page.h"

#include <string.h>

/* Files printed one by one; the JSON has all. */
static const size_t files_max = 1000;

struct report_files_counts report_files_count(const json_t *entity)
{
    const json_t *files = json_object_get(entity, "files");
    struct report_files_counts counts = {.files = json_array_size(files)};
    for (size_t i = 0; i < json_array_size(files); i++) {
        const json_t *agrees = json_object_get(json_array_get(files, i), "agrees");
        counts.agree += json_is_true(agrees) ? 1 : 0;
        counts.disagree += json_is_false(agrees) ? 1 : 0;
    }
    return counts;
}

/* "6 records, 925 bytes, SHA-256 3a7b…"; nothing where nothing is known. */
static void push_facts(struct text_buffer *out,
                       const json_t *file,
                       const char *rows,
                       const char *bytes,
                       const char *kind,
                       const char *hash)
{
    uint64_t count = 0;
    const char *between = "";
    if (view_count(file, rows, &count)) {
        push_counted(out, count, "record", "records");
        between = ", ";
    }
    if (view_count(file, bytes, &count)) {
        text_buffer_string(out, between);
        push_counted(out, count, "byte", "bytes");
        between = ", ";
    }
    if (hash[0] != '\0') {
        text_buffer_string(out, between);
        text_buffer_string(out, kind);
        text_buffer_char(out, ' ');
        text_buffer_string(out, hash);
    }
}

static void push_found(struct text_buffer *out, const json_t *file)
{
    uint64_t bytes = 0;
    if (!view_count(file, "bytes", &bytes)) {
        text_buffer_string(out, "missing");
        return;
    }
    push_facts(out, file, "rows", "bytes", "SHA-256", view_text(file, "sha256"));
}

static void push_stated(struct text_buffer *out, const json_t *file)
{
    const char *hash = view_text(file, "stated_hash");
    if (view_text(file, "manifest")[0] == '\0') {
        text_buffer_string(out, "by no manifest");
        return;
    }
    /* A SHA-256 that is the one that was found need not be read twice. */
    bool same = strcmp(hash, view_text(file, "sha256")) == 0 && hash[0] != '\0';
    push_facts(out,
               file,
               "stated_rows",
               "stated_bytes",
               view_text(file, "hash_kind"),
               same ? "as found" : hash);
}

static const char *agreement(const json_t *file)
{
    const json_t *agrees = json_object_get(file, "agrees");
    return json_is_true(agrees)                     ? "agrees"
           : json_is_false(agrees)                  ? "DOES NOT AGREE"
           : view_text(file, "manifest")[0] == '\0' ? "not stated"
                                                    : "not compared";
}

static void push_text_field(struct text_buffer *out, const char *name, const char *value)
{
    if (value[0] != '\0') {
        text_buffer_format(out, "      %-8s %s\n", name, value);
    }
}

void report_files_text(const json_t *entity, struct text_buffer *out)
{
    const json_t *files = json_object_get(entity, "files");
    size_t count = json_array_size(files);
    if (count == 0) {
        return;
    }
    text_buffer_string(out, "  files\n");
    for (size_t i = 0; i < count && i < files_max; i++) {
        const json_t *file = json_array_get(files, i);
        text_buffer_format(
            out, "    %s: %s\n      found    ", view_text(file, "name"), agreement(file));
        push_found(out, file);
        text_buffer_string(out, "\n      stated   ");
        push_stated(out, file);
        text_buffer_char(out, '\n');
        push_text_field(out, "by", view_text(file, "manifest"));
        push_text_field(out, "remarks", view_text(file, "remarks"));
        push_text_field(out, "fault", view_text(file, "fault"));
        push_text_field(out, "same as", view_text(file, "same_as"));
    }
    if (count > files_max) {
        text_buffer_string(out, "    … and ");
        push_counted(out, count - files_max, "file", "files");
        text_buffer_string(out, " more; the JSON report has all\n");
    }
}

static void push_cell_text(struct text_buffer *out,
                           void (*push)(struct text_buffer *, const json_t *),
                           const json_t *file)
{
    struct text_buffer text;
    text_buffer_init(&text, out->max_bytes);
    push(&text, file);
    text_buffer_string(out, "<td>");
    page_text(out, text.data == NULL ? "" : text.data);
    text_buffer_string(out, "</td>");
    out->failed = out->failed || text.failed;
    text_buffer_release(&text);
}

static void push_note(struct text_buffer *out, const char *note)
{
    if (note[0] != '\0') {
        text_buffer_string(out, "<br/>");
        page_text(out, note);
    }
}

static void push_row(struct text_buffer *out, const json_t *file)
{
    const char *verdict = agreement(file);
    bool fault = json_is_false(json_object_get(file, "agrees"));

    text_buffer_string(out, "<tr><th scope=\"row\"><code>");
    page_text(out, view_text(file, "name"));
    text_buffer_string(out, "</code></th>");
    push_cell_text(out, push_found, file);
    push_cell_text(out, push_stated, file);
    text_buffer_string(out, "<td>");
    page_text(out, view_text(file, "manifest"));
    push_note(out, view_text(file, "remarks"));
    text_buffer_format(
        out, "</td><td>%s%s%s", fault ? "<strong>" : "", verdict, fault ? "</strong>" : "");
    push_note(out, view_text(file, "fault"));
    text_buffer_string(out, "</td></tr>\n");
}

void report_files_html(const json_t *entity, struct text_buffer *out)
{
    const json_t *files = json_object_get(entity, "files");
    size_t count = json_array_size(files);
    if (count == 0) {
        return;
    }
    text_buffer_string(out, "<div class=\"scroll\"><table class=\"files\"><caption>Files: ");
    push_count(out, true, count);
    if (count > files_max) {
        text_buffer_string(out, ", of which the first ");
        push_count(out, true, files_max);
        text_buffer_string(out, " are shown; the JSON report has all");
    }
    text_buffer_string(out,
                       "</caption><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Found"
                       "</th><th scope=\"col\">Stated by the supplier</th><th scope=\"col\">"
                       "Manifest</th><th scope=\"col\">Agreement</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count && i < files_max; i++) {
        push_row(out, json_array_get(files, i));
    }
    text_buffer_string(out, "</tbody></table></div>\n");
}
