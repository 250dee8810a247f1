/* report_chart.c — the contract is in report_chart.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_chart.h"

#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <string.h>

void chart_patterns(struct text_buffer *out)
{
    static const struct {
        const char *name;
        const char *class;
        const char *path;
    } patterns[] = {
        {"present", "", "M0 4H8"},
        {"filtered", "", "M-2 2L2 -2M0 8L8 0M6 10L10 6"},
        {"rejected", " class=\"bad\"", "M0 0L8 8M0 8L8 0"},
        {"merged", "", "M4 0V8"},
    };
    text_buffer_string(out,
                       "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\" "
                       "focusable=\"false\"><defs>");
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        text_buffer_format(out,
                           "<pattern id=\"p-%s\"%s width=\"8\" height=\"8\" "
                           "patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\"></rect>"
                           "<path d=\"%s\"></path></pattern>",
                           patterns[i].name,
                           patterns[i].class,
                           patterns[i].path);
    }
    text_buffer_string(out, "</defs></svg>\n");
}

void chart_begin(struct text_buffer *out,
                 const char *id,
                 int height,
                 struct text_buffer *title,
                 struct text_buffer *description)
{
    text_buffer_format(out,
                       "<figure class=\"scroll\"><svg class=\"chart\" role=\"img\" "
                       "aria-labelledby=\"%s-t %s-d\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                       "height=\"%d\"><title id=\"%s-t\">",
                       id,
                       id,
                       CHART_WIDTH,
                       height,
                       CHART_WIDTH,
                       height,
                       id);
    markup_scratch(out, title);
    text_buffer_format(out, "</title><desc id=\"%s-d\">", id);
    markup_scratch(out, description);
    text_buffer_string(out, "</desc>\n");
}

void chart_end(struct text_buffer *out)
{
    text_buffer_string(out, "</svg></figure>\n");
}

void chart_bar(struct text_buffer *out, int x, int y, int width, int height, const char *class)
{
    text_buffer_format(out,
                       "<rect class=\"area %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\">"
                       "</rect>\n",
                       class,
                       x,
                       y,
                       width,
                       height);
}

void chart_label(
    struct text_buffer *out, int x, int y, bool right, const char *text, size_t characters)
{
    size_t size = strlen(text);
    size_t kept = utf8_offset(text, size, characters);
    text_buffer_format(
        out, "<text x=\"%d\" y=\"%d\"%s>", x, y, right ? " text-anchor=\"end\"" : "");
    page_escaped(out, text_from(text, kept));
    text_buffer_string(out, kept < size ? "…</text>\n" : "</text>\n");
}

void chart_verdict(struct text_buffer *out, int x, int y, const char *verdict)
{
    bool verified = strcmp(verdict, "verified") == 0;
    bool bad = strcmp(verdict, "differences") == 0 || strcmp(verdict, "rejects") == 0;
    if (!verified && !bad) {
        text_buffer_format(out, "<text x=\"%d\" y=\"%d\">?</text>\n", x - 4, y + 5);
        return;
    }
    text_buffer_format(out,
                       verified ? "<path class=\"shape\" d=\"M%d %dl4 5l9 -11\"></path>\n"
                                : "<path class=\"shape\" d=\"M%d %dl10 10m0 -10l-10 10\"></path>\n",
                       x - 6,
                       verified ? y : y - 5);
}

int chart_pixels(uint64_t part, uint64_t whole, int pixels, bool *widened)
{
    const int least = 3;
    double share = whole == 0 ? 0 : (double)part / (double)whole;
    int wanted = share > 1 ? pixels : (int)(share * pixels + 0.5);
    if (part == 0 || wanted >= least) {
        return part == 0 ? 0 : wanted;
    }
    *widened = true;
    return least;
}

void push_share(struct text_buffer *out, uint64_t part, uint64_t whole)
{
    if (whole == 0) {
        text_buffer_string(out, "–");
        return;
    }
    unsigned tenths = (unsigned)((double)part / (double)whole * 1000 + 0.5);
    if (part > 0 && tenths == 0) {
        text_buffer_string(out, "under 0.1 %");
    } else if (part < whole && tenths >= 1000) {
        text_buffer_string(out, "over 99.9 %");
    } else {
        text_buffer_format(out, "%u.%u %%", tenths / 10, tenths % 10);
    }
}
