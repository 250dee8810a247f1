/* report_flow.c — where the records of an entity went: the two sides of its identity, as a picture
 * and as a table.
 *
 *     source ██████████████████ loaded 971 (97.1 %)
 *            ██▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ filtered, inactive: 26 (2.6 %)
 *            ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ rejected, LENGTH: 3 (0.3 %)
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_flow.h"

#include "report_chart.h"
#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <string.h>

enum {
    NAMES_MAX = 5,                       /* of one kind in the picture; the table has all */
    STREAMS_MAX = 2 + 3 * NAMES_MAX + 1, /* loaded, present, three kinds, unaccounted for */
    FLOW_HEIGHT = 150,
    LINE_HEIGHT = 20,
    LEFT = 16,
    RIGHT = 330,
    LABEL_CHARACTERS = 50
};

struct stream {
    const char *kind; /* in words */
    const char *class;
    const char *name;    /* of the filter, class or rule; "" for those that have none */
    const char *meaning; /* in words; or "" */
    uint64_t count;
};

struct flow {
    const json_t *identity;
    uint64_t source;
    uint64_t emitted;
    uint64_t whole;
    struct stream streams[STREAMS_MAX];
    size_t stream_count;
};

/* What a reject class means; "" for a name that is none. */
static const char *class_meaning(const char *name)
{
    static const struct {
        const char *text;
        const char *meaning;
    } classes[] = {
#define REJECT_CLASS(name, text, meaning, finder, remedy) {text, meaning},
#include "novate/reject_classes.def"
#undef REJECT_CLASS
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(classes[i].text, name) == 0) {
            return classes[i].meaning;
        }
    }
    return "";
}

/* Kinds of destinations that have names, in the order of the identity. */
static const struct {
    const char *member; /* of the identity; also what it is called */
    const char *meaning;
} named[] = {
    {"filtered", "left out on purpose"},
    {"rejected", NULL}, /* its class says it */
    {"merged", "in the row of another record"},
};

/* Calls `use` for each destination, the empty ones too where they have no name. */
static void each_stream(const json_t *identity,
                        void (*use)(void *state, const struct stream *stream),
                        void *state)
{
    struct stream stream = {.kind = "loaded", .class = "loaded", .name = "", .meaning = ""};
    if (!view_count(identity, "loaded", &stream.count)) {
        const json_t *digests = json_object_get(identity, "digests");
        stream.kind = "passed the mapping";
        (void)view_count(json_object_get(digests, "passed"), "rows", &stream.count);
    }
    use(state, &stream);
    stream.count = 0;
    if (view_count(identity, "present", &stream.count)) {
        stream.kind = "already present";
        stream.class = "present";
        use(state, &stream);
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        json_t *counts = json_object_get(identity, named[i].member);
        stream.kind = named[i].member;
        stream.class = named[i].member;
        for (void *at = json_object_iter(counts); at != NULL;
             at = json_object_iter_next(counts, at)) {
            stream.name = json_object_iter_key(at);
            stream.meaning =
                named[i].meaning != NULL ? named[i].meaning : class_meaning(stream.name);
            stream.count = 0;
            (void)view_count(counts, stream.name, &stream.count);
            use(state, &stream);
        }
    }
}

static void add_to_sum(void *state, const struct stream *stream)
{
    uint64_t *sum = state;
    *sum += stream->count;
}

/* Adds to the picture. Where a kind has many names, the last one takes all that follow. */
static void add_to_flow(void *state, const struct stream *stream)
{
    struct flow *flow = state;
    size_t same = 0;
    if (stream->count == 0) {
        return;
    }
    for (size_t i = 0; i < flow->stream_count; i++) {
        same += flow->streams[i].kind == stream->kind ? 1 : 0;
    }
    if (same == NAMES_MAX) {
        struct stream *last = &flow->streams[flow->stream_count - 1];
        last->name = "others";
        last->count += stream->count;
        return;
    }
    flow->streams[flow->stream_count++] = *stream;
}

static void flow_open(struct flow *flow, const json_t *identity)
{
    uint64_t sum = 0;
    *flow = (struct flow){.identity = identity};
    (void)view_count(identity, "source", &flow->source);
    (void)view_count(identity, "emitted", &flow->emitted);
    flow->whole = flow->source + flow->emitted;
    each_stream(identity, add_to_sum, &sum);
    each_stream(identity, add_to_flow, flow);
    if (sum < flow->whole) {
        flow->streams[flow->stream_count++] = (struct stream){.kind = "UNACCOUNTED FOR",
                                                              .class = "lost",
                                                              .name = "",
                                                              .meaning = "",
                                                              .count = flow->whole - sum};
    }
}

static void push_stream_words(struct text_buffer *out,
                              const struct stream *stream,
                              uint64_t whole,
                              const char *between)
{
    text_buffer_count(out, stream->count);
    text_buffer_string(out, " (");
    push_share(out, stream->count, whole);
    text_buffer_format(
        out, ")%s%s%s%s", between, stream->kind, *stream->name == '\0' ? "" : ": ", stream->name);
}

static void push_source_words(struct text_buffer *out, const struct flow *flow)
{
    text_buffer_string(out, "source: ");
    push_counted(out, flow->source, "record", "records");
    if (flow->emitted > 0) {
        text_buffer_string(out, "; ");
        text_buffer_count(out, flow->emitted);
        text_buffer_string(out, " more emitted by them");
    }
}

/* One stream: a band from the source, and what it is. */
static void push_stream(struct text_buffer *out,
                        const struct flow *flow,
                        const struct stream *stream,
                        int from,
                        int to,
                        int thick)
{
    struct text_buffer words;
    int middle = (LEFT + RIGHT) / 2;

    text_buffer_format(out,
                       "<path class=\"area %s\" d=\"M%d %dC%d %d %d %d %d %dV%dC%d %d %d %d %d %dZ"
                       "\"></path>\n",
                       stream->class,
                       LEFT,
                       from,
                       middle,
                       from,
                       middle,
                       to,
                       RIGHT,
                       to,
                       to + thick,
                       middle,
                       to + thick,
                       middle,
                       from + thick,
                       LEFT,
                       from + thick);
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_stream_words(&words, stream, flow->whole, " ");
    chart_label(out,
                RIGHT + 10,
                to + thick / 2 + 5,
                false,
                words.data == NULL ? "" : words.data,
                LABEL_CHARACTERS);
    out->failed = out->failed || words.failed;
    text_buffer_release(&words);
}

/* The description of the picture is the sentence that it draws. */
static void begin_picture(struct text_buffer *out,
                          const struct flow *flow,
                          const json_t *entity,
                          size_t index,
                          int height)
{
    struct text_buffer title;
    struct text_buffer words;
    char id[32] = "flow";
    struct text_buffer name;

    text_buffer_init(&name, sizeof id);
    text_buffer_format(&name, "flow-%zu", index);
    text_buffer_init(&title, LIMIT_PLAN_BYTES);
    text_buffer_format(&title, "Where the records of %s went", view_text(entity, "entity"));
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_source_words(&words, flow);
    for (size_t i = 0; i < flow->stream_count; i++) {
        text_buffer_string(&words, i == 0 ? ", of which " : "; ");
        push_stream_words(&words, &flow->streams[i], flow->whole, " ");
    }
    text_buffer_char(&words, '.');
    chart_begin(out, name.data == NULL ? id : name.data, height, &title, &words);
    text_buffer_release(&name);
}

static void push_picture(struct text_buffer *out,
                         const struct flow *flow,
                         const json_t *entity,
                         size_t index)
{
    int thick[STREAMS_MAX];
    bool widened = false;
    int left = 0;
    int right = 0;
    for (size_t i = 0; i < flow->stream_count; i++) {
        thick[i] = chart_pixels(flow->streams[i].count, flow->whole, FLOW_HEIGHT, &widened);
        left += thick[i];
        right += thick[i] > LINE_HEIGHT ? thick[i] + 4 : LINE_HEIGHT;
    }
    struct text_buffer words;
    begin_picture(out, flow, entity, index, (left > right ? left : right) + 34);
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_source_words(&words, flow);
    chart_label(out, 0, 14, false, words.data == NULL ? "" : words.data, 2 * LABEL_CHARACTERS);
    text_buffer_release(&words);
    chart_bar(out, 2, 24, LEFT - 2, left, "plain");
    int from = 24;
    int to = 24;
    for (size_t i = 0; i < flow->stream_count; i++) {
        int inset = thick[i] > LINE_HEIGHT ? 0 : (LINE_HEIGHT - thick[i]) / 2;
        push_stream(out, flow, &flow->streams[i], from, to + inset, thick[i]);
        from += thick[i];
        to += thick[i] > LINE_HEIGHT ? thick[i] + 4 : LINE_HEIGHT;
    }
    chart_end(out);
    if (widened) {
        text_buffer_string(out,
                           "<p class=\"note\">Bands are as wide as their counts, but the smallest, "
                           "which are drawn wider to be seen.</p>\n");
    }
}

struct rows {
    struct text_buffer *out;
    uint64_t whole;
};

static void push_row(void *state, const struct stream *stream)
{
    struct rows *rows = state;
    struct text_buffer *out = rows->out;
    struct text_buffer share;
    text_buffer_format(out, "<tr><th scope=\"row\">%s</th>", stream->kind);
    markup_cell(out, stream->name, false);
    text_buffer_string(out, "<td class=\"n\">");
    text_buffer_count(out, stream->count);
    text_buffer_string(out, "</td><td class=\"n\">");
    text_buffer_init(&share, LIMIT_PLAN_BYTES);
    push_share(&share, stream->count, rows->whole);
    markup_scratch(out, &share);
    text_buffer_format(out, "</td><td>%s</td></tr>\n", stream->meaning);
}

static void push_flow_table(struct text_buffer *out, const struct flow *flow, const json_t *entity)
{
    static const char *const headings[] = {
        "Where to", "Filter, class or rule", "#Records", "#Share", "Meaning"};
    struct rows rows = {.out = out, .whole = flow->whole};
    struct text_buffer caption;
    text_buffer_init(&caption, LIMIT_PLAN_BYTES);
    text_buffer_format(&caption, "Where the records of %s went; ", view_text(entity, "entity"));
    push_source_words(&caption, flow);
    text_buffer_format(&caption, "; counted by: %s", view_text(flow->identity, "counted_by"));
    markup_table(out, "", &caption, headings, sizeof headings / sizeof *headings);
    each_stream(flow->identity, push_row, &rows);
    const struct stream *last =
        flow->stream_count == 0 ? NULL : &flow->streams[flow->stream_count - 1];
    if (last != NULL && strcmp(last->class, "lost") == 0) {
        push_row(&rows, last);
    }
    markup_table_end(out);
}

void report_flow_html(const json_t *entity, size_t index, struct text_buffer *out)
{
    const json_t *identity = json_object_get(entity, "identity");
    struct flow flow;
    if (!json_is_object(identity)) {
        text_buffer_string(out, "<p>Where its records went is not known.</p>\n");
        return;
    }
    flow_open(&flow, identity);
    if (flow.stream_count > 0) {
        push_picture(out, &flow, entity, index);
    }
    push_flow_table(out, &flow, entity);
}
