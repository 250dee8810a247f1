/* health_reference.c — what functions of health care give and remark, in Markdown.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"

#include <string.h>

struct line {
    const char *title; /* of the table, where it changes */
    const char *name;
    const char *kind; /* or NULL */
    const char *meaning;
};

static void push_table(struct text_buffer *out, const char *head, const struct line *lines, int n)
{
    const char *title = NULL;

    for (int i = 0; i < n; i++) {
        if (title == NULL || strcmp(title, lines[i].title) != 0) {
            title = lines[i].title;
            text_buffer_format(out, "%s%s\n\n%s", i == 0 ? "" : "\n", title, head);
        }
        text_buffer_format(out, "| `%s` |", lines[i].name);
        if (lines[i].kind != NULL) {
            text_buffer_format(out, " %s |", lines[i].kind);
        }
        text_buffer_format(out, " %s |\n", lines[i].meaning);
    }
}

#define LINES(lines) (lines), (int)(sizeof(lines) / sizeof(lines)[0])

static const struct line rules[] = {
#define REPAIR(id, rule, meaning) {"Rules:", rule, "repair", meaning},
#define NOTE(id, rule, meaning)   {"Rules:", rule, "note", meaning},
#include "repairs.def"
#undef REPAIR
#undef NOTE
};

static const struct line words[] = {
#define WORD(function, id, word, fault, meaning)                                                   \
    {"Words of `" function "`:", word, FAULT_##fault == FAULT_NONE ? "" : "refused", meaning},
#include "health_words.def"
#undef WORD
};

static const struct line codes[] = {
#define ODS_DEFAULT(code, meaning)          {"Default codes:", code, "organisation", meaning},
#define PRACTITIONER_DEFAULT(code, meaning) {"Default codes:", code, "practitioner", meaning},
#include "ods_defaults.def"
#undef ODS_DEFAULT
#undef PRACTITIONER_DEFAULT
};

static const struct line places[] = {
#define AREA(first, second)   /* of a place */
#define PSEUDO(code, meaning) {"Pseudo postcodes:", code, NULL, meaning},
#include "postcodes.def"
#undef AREA
#undef PSEUDO
};

void health_reference(struct text_buffer *out)
{
    push_table(out, "| rule | | what it means |\n| --- | --- | --- |\n", LINES(rules));
    text_buffer_char(out, '\n');
    push_table(out, "| | | meaning |\n| --- | --- | --- |\n", LINES(words));
    text_buffer_char(out, '\n');
    push_table(out, "| | of | meaning |\n| --- | --- | --- |\n", LINES(codes));
    text_buffer_char(out, '\n');
    push_table(out, "| | meaning |\n| --- | --- |\n", LINES(places));
}
