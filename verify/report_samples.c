/* report_samples.c — the contract is in report_samples.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_samples.h"

#include "report_lines.h"

#include "novate/page.h"
#include "novate/sample.h"

static void put_sample(const struct ledger_sample *sample, struct text_buffer *out)
{
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "entity", sample->entity);
    text_buffer_member_count(out, "seed", sample->seed);
    text_buffer_member_count(out, "size", sample->size);
    text_buffer_member_count(out, "records", sample->records);
    text_buffer_member_count(out, "population", sample->population);
    text_buffer_member_text(out, "strata", sample->strata);
    text_buffer_member_count(out, "checked", sample->checked);
    text_buffer_member_count(out, "errors", sample->errors);
    text_buffer_member(out, "upper_bound_percent");
    sample_push_percent(out,
                        sample_upper_bound(sample->checked, sample->errors, sample->population));
    text_buffer_member_text(out, "who", sample->who);
    text_buffer_member_text(out, "why", sample->why);
    text_buffer_member_text(out, "at", sample->at);
    text_buffer_member_text(out, "mapping_digest", sample->mapping_digest);
    text_buffer_member_text(out, "sheet_sha256", sample->sheet_sha256);
    text_buffer_char(out, '}');
}

void report_samples_json(const struct report *report, struct text_buffer *out)
{
    text_buffer_member(out, "samples");
    text_buffer_char(out, '[');
    for (int i = 0; i < report->sample_count; i++) {
        put_sample(&report->samples[i], out);
    }
    text_buffer_char(out, ']');
}

static uint64_t count_of(const json_t *sample, const char *name)
{
    uint64_t count = 0;
    (void)view_count(sample, name, &count);
    return count;
}

/* The bound as the JSON has it: three digits after the point. */
static void push_bound(struct text_buffer *out, const json_t *sample)
{
    double percent = json_number_value(json_object_get(sample, "upper_bound_percent"));
    sample_push_percent(out, percent / 100);
}

static bool is_of_today(const struct report_view *view, const json_t *sample)
{
    for (size_t i = 0; i < view->entity_count; i++) {
        const json_t *entity = view_entity(view, i);
        if (text_equal(text_of(view_text(entity, "entity")),
                       text_of(view_text(sample, "entity")))) {
            return text_equal(text_of(view_text(entity, "mapping_digest")),
                              text_of(view_text(sample, "mapping_digest")));
        }
    }
    return true;
}

/* "299 of 1,234 records checked by A. Lane: 0 errors; at 95 % no more than 0.997 % are wrong" */
static void push_outcome(struct text_buffer *out,
                         const struct report_view *view,
                         const json_t *sample)
{
    const char *why = view_text(sample, "why");

    push_counted(out, count_of(sample, "checked"), "record", "records");
    text_buffer_string(out, " of ");
    push_count(out, true, count_of(sample, "population"));
    text_buffer_format(out, " checked by %s, ", view_text(sample, "who"));
    push_time(out, view_text(sample, "at"));
    text_buffer_string(out, ": ");
    push_counted(out, count_of(sample, "errors"), "error", "errors");
    text_buffer_string(out, "; at 95 % confidence no more than ");
    push_bound(out, sample);
    text_buffer_string(out, " % are wrong");
    if (count_of(sample, "checked") < count_of(sample, "records")) {
        text_buffer_string(out, "; NOT ALL of the sample was checked");
    }
    if (!is_of_today(view, sample)) {
        text_buffer_string(out, "; the mapping was ANOTHER ONE then");
    }
    text_buffer_format(out, "%s%s", why[0] == '\0' ? "" : ": ", why);
}

static const json_t *samples_of(const struct report_view *view)
{
    return json_object_get(view->root, "samples");
}

bool report_samples_known(const struct report_view *view)
{
    return json_array_size(samples_of(view)) > 0;
}

void report_samples_text(const struct report_view *view, struct text_buffer *out)
{
    const json_t *samples = samples_of(view);

    if (json_array_size(samples) == 0) {
        return;
    }
    lines_heading(out, "Samples that people checked");
    for (size_t i = 0; i < json_array_size(samples); i++) {
        const json_t *sample = json_array_get(samples, i);
        text_buffer_format(out, "  %s: ", view_text(sample, "entity"));
        push_outcome(out, view, sample);
        text_buffer_format(out, "\n    sheet %s\n", view_text(sample, "sheet_sha256"));
    }
}

void report_samples_html(const struct report_view *view, struct text_buffer *out)
{
    const json_t *samples = samples_of(view);

    text_buffer_string(out, "<dl>\n");
    for (size_t i = 0; i < json_array_size(samples); i++) {
        const json_t *sample = json_array_get(samples, i);
        struct text_buffer text;
        text_buffer_init(&text, out->max_bytes);
        push_outcome(&text, view, sample);
        text_buffer_string(out, "<dt>");
        page_text(out, view_text(sample, "entity"));
        text_buffer_string(out, "</dt><dd>");
        page_text(out, text.data == NULL ? "" : text.data);
        text_buffer_string(out, "<br/>sheet <code>");
        page_text(out, view_text(sample, "sheet_sha256"));
        text_buffer_string(out, "</code></dd>\n");
        out->failed = out->failed || text.failed;
        text_buffer_release(&text);
    }
    text_buffer_string(out, "</dl>\n");
}
