/* schema_words.c — findings of schema_compare.h in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/schema_compare.h"

#include <string.h>

enum {
    VALUE_BYTES_MAX = 240 /* of a definition that is quoted */
};

const char *catalogue_kind_name(enum catalogue_kind kind, bool several)
{
    static const char *const names[CATALOGUE_KIND_COUNT][2] = {
#define CATALOGUE_KIND(id, name, plural) {name, plural},
#include "novate/catalogue_kinds.def"
#undef CATALOGUE_KIND
    };
    return names[kind][several];
}

const char *schema_deviation_name(enum schema_deviation deviation)
{
    static const char *const names[] = {"missing", "extra", "different", "behind"};
    return names[deviation];
}

/* Line ends and tabs as blanks, several of them as one; then what a terminal would obey goes. */
static void push_plain(const char *text, size_t size, struct text_buffer *out)
{
    size_t start = out->size;
    for (size_t i = 0; i < size; i++) {
        bool blank = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        bool again = blank && out->size > start && out->data[out->size - 1] == ' ';
        if (!again) {
            text_buffer_char(out, blank ? ' ' : text[i]);
        }
    }
    text_buffer_printable(out, start);
}

void schema_text(const char *text, struct text_buffer *out)
{
    push_plain(text, strlen(text), out);
}

static void push_value(const char *value, struct text_buffer *out)
{
    size_t size = value == NULL ? 0 : strlen(value);
    if (value == NULL) {
        text_buffer_string(out, "none");
        return;
    }
    if (size <= VALUE_BYTES_MAX) {
        schema_text(value, out);
        return;
    }
    size = VALUE_BYTES_MAX;
    while (size > 0 && ((unsigned char)value[size] & 0xC0) == 0x80) {
        size--;
    }
    push_plain(value, size, out);
    text_buffer_string(out, "…");
}

/* Properties whose values are sentences of their own: "NOT VALID". */
static bool speaks_for_itself(const char *property)
{
    static const char *const names[] = {
        "validation", "enforcement", "state", "persistence", "nulls"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        found = found || strcmp(names[i], property) == 0;
    }
    return found;
}

static void push_difference(const struct schema_finding *finding, struct text_buffer *out)
{
    size_t size = strlen(finding->property);
    bool several = size > 0 && finding->property[size - 1] == 's';
    if (!speaks_for_itself(finding->property)) {
        text_buffer_format(out, "%s %s ", finding->property, several ? "are" : "is");
    }
    push_value(finding->found, out);
    text_buffer_string(out, "; the schema file says ");
    push_value(finding->declared, out);
}

static void push_behind(const struct catalogue_sequence *sequence, struct text_buffer *out)
{
    text_buffer_format(out,
                       "its next value %s is behind the furthest value %s of ",
                       sequence->next,
                       sequence->furthest);
    schema_text(sequence->column, out);
    text_buffer_string(out, sequence->beyond ? ", which is beyond its bounds" : "");
}

void schema_finding_text(const struct schema_finding *finding, struct text_buffer *out)
{
    text_buffer_format(out, "%s ", catalogue_kind_name(finding->item->kind, false));
    schema_text(finding->item->name, out);
    text_buffer_string(out, ": ");
    switch (finding->deviation) {
    case SCHEMA_MISSING:
        text_buffer_string(out, "missing");
        break;
    case SCHEMA_EXTRA:
        text_buffer_string(out, "extra: the schema file has none of this name");
        break;
    case SCHEMA_DIFFERENT:
        push_difference(finding, out);
        break;
    case SCHEMA_BEHIND:
        push_behind(finding->sequence, out);
        break;
    }
}
