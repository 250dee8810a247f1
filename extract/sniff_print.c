/* sniff_print.c — what was found, as YAML that a mapping can take over.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/sniff.h"

#include <inttypes.h>
#include <string.h>

enum {
    SUBJECT_WIDTH = 11,
    COMMENT_AT_MAX = 64 /* comments stand below each other, unless a column is wider */
};

/* A name that YAML takes as a text without quotes. */
static bool is_plain(const char *text)
{
    static const char *const words[] = {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char more[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_equal_case(text_of(text), text_of(words[i]))) {
            return false;
        }
    }
    return text[0] != '\0' && strchr(letters, text[0]) != NULL &&
           strspn(text, more) == strlen(text);
}

static void push_scalar(struct text_buffer *out, const char *text)
{
    if (is_plain(text)) {
        text_buffer_string(out, text);
    } else {
        text_buffer_json(out, text_of(text));
    }
}

static void push_character(struct text_buffer *out, char character)
{
    const char text[2] = {character, '\0'};
    text_buffer_json(out, text_of(text));
}

static void push_findings(struct text_buffer *out, const struct sniff_result *result)
{
    text_buffer_string(out, "# file ");
    text_buffer_json(out, text_of(result->file));
    text_buffer_format(out,
                       ": %" PRIu64 " bytes, %s%" PRIu64 " records looked at\n",
                       result->file_bytes,
                       !result->whole ? "a sample of it read, " : "all of it read, ",
                       result->records);
    for (int i = 0; i < result->finding_count; i++) {
        const struct sniff_finding *finding = &result->findings[i];
        text_buffer_format(out,
                           "#   %-*s %3d %%  %s\n",
                           SUBJECT_WIDTH,
                           finding->subject,
                           finding->confidence,
                           finding->found);
        if (finding->against != NULL) {
            text_buffer_format(out, "#   %-*s but:   %s\n", SUBJECT_WIDTH, "", finding->against);
        }
    }
}

static void push_declaration(struct text_buffer *out, const struct sniff_result *result, int index)
{
    const struct sniff_column *column = &result->columns[index];
    const struct sniff_place *place = result->places == NULL ? NULL : &result->places[index];
    text_buffer_string(out, "    ");
    if (column->name == NULL) {
        text_buffer_format(out, "c%d", index + 1);
    } else {
        push_scalar(out, column->name);
    }
    text_buffer_string(out, place == NULL ? ": " : ": {type: ");
    if (strpbrk(column->type, "',") != NULL) {
        text_buffer_json(out, text_of(column->type));
    } else {
        text_buffer_string(out, column->type);
    }
    if (place != NULL) {
        text_buffer_format(out, ", start: %d, width: %d}", place->start, place->width);
    }
}

static void push_columns(struct text_buffer *out, const struct sniff_result *result)
{
    int comment_at = 0;
    for (int round = 0; round < 2; round++) {
        size_t start = out->size;
        for (int i = 0; i < result->column_count; i++) {
            const struct sniff_column *column = &result->columns[i];
            size_t begin = out->size;
            push_declaration(out, result, i);
            int width = (int)(out->size - begin);
            if (round == 0) {
                comment_at = width > comment_at && width <= COMMENT_AT_MAX ? width : comment_at;
                continue;
            }
            text_buffer_format(out,
                               "%*s  # %d %%: %s\n",
                               width < comment_at ? comment_at - width : 0,
                               "",
                               column->confidence,
                               column->note);
        }
        out->size = round == 0 ? start : out->size;
    }
}

static void push_frame(struct text_buffer *out, const struct sniff_result *result)
{
    text_buffer_string(out, "\n  delimiter: ");
    push_character(out, result->delimiter);
    text_buffer_string(out, "\n  quote: ");
    if (result->quote == '\0') {
        text_buffer_string(out, "\"\"");
    } else if (result->quote == '"') {
        text_buffer_string(out, "'\"'");
    } else {
        push_character(out, result->quote);
    }
}

void sniff_print(const struct sniff_result *result, struct text_buffer *out)
{
    push_findings(out, result);
    if (result->kind == SNIFF_NO_TABLE) {
        return;
    }
    text_buffer_string(out, "source:\n  file: ");
    push_scalar(out, result->file);
    if (result->kind == SNIFF_FIXED_WIDTH) {
        text_buffer_string(out, "\n  format: fixed");
    } else if (result->millennium) {
        text_buffer_string(out, "\n  format: millennium");
    } else {
        push_frame(out, result);
    }
    text_buffer_format(out, "\n  header: %s\n  null: ", result->header ? "true" : "false");
    text_buffer_json(out, text_of(result->null));
    text_buffer_format(out, "\n  encoding: %s\n", result->encoding);
    text_buffer_string(out, "  columns:\n");
    push_columns(out, result);
}
