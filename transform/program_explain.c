/* program_explain.c — a program for people: each rule with its type and steps.
 * SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <stdio.h>

static void push_register(const struct program *program, int index, struct text_buffer *out)
{
    const struct register_file *file = &program->file;
    int constant = index - file->input_count;

    if (index < file->input_count) {
        text_buffer_identifier(out, program->inputs.columns[index].name, '"');
    } else if (constant < file->constant_count) {
        const struct vector *value = file->constants[constant];
        struct text_buffer text;
        text_buffer_init(&text, LIMIT_FIELD_BYTES);
        vector_format(value, 0, &text);
        if (vector_is_null(value, 0)) {
            text_buffer_string(out, "NULL");
        } else {
            text_buffer_literal(out, text_from(text.data, text.size));
        }
        text_buffer_release(&text);
    } else {
        text_buffer_format(out, "r%d", index);
    }
}

static void push_call(const struct program *program,
                      const struct step *step,
                      struct text_buffer *out)
{
    text_buffer_format(out, "r%d := %s(", step->result, step->function->name);
    for (int i = 0; i < step->arg_count; i++) {
        text_buffer_string(out, i == 0 ? "" : ", ");
        push_register(program, step->args[i], out);
    }
    text_buffer_string(out, ") as ");
    type_format(step->type, out);
}

static void push_split(const struct program *program,
                       const struct step *step,
                       const char *first,
                       const char *second,
                       struct text_buffer *out)
{
    text_buffer_format(out, "rows s%d := where ", step->first);
    push_register(program, step->args[0], out);
    text_buffer_format(out, " %s", first);
    if (second != NULL) {
        text_buffer_format(out, ", s%d := %s", step->second, second);
    }
}

static void push_joined(const struct program *program,
                        const struct step *step,
                        const char *word,
                        struct text_buffer *out)
{
    text_buffer_format(out, "r%d := %s", step->result, word);
    push_register(program, step->args[0], out);
}

static void push_step(const struct program *program,
                      const struct step *step,
                      struct text_buffer *out)
{
    switch (step->op) {
    case STEP_CALL:
        push_call(program, step, out);
        break;
    case STEP_BEGIN:
        text_buffer_format(out, "r%d := to be filled, ", step->result);
        type_format(step->type, out);
        break;
    case STEP_MERGE:
        push_joined(program, step, "", out);
        break;
    case STEP_AND:
        push_joined(program, step, "it AND ", out);
        break;
    case STEP_OR:
        push_joined(program, step, "it OR ", out);
        break;
    case STEP_SPLIT:
        push_split(program, step, "is true", "the others", out);
        break;
    case STEP_SPLIT_NULL:
        push_split(program, step, "is there", "the others", out);
        break;
    case STEP_UNDECIDED_AND:
        push_split(program, step, "is not false", NULL, out);
        break;
    case STEP_UNDECIDED_OR:
        push_split(program, step, "is not true", NULL, out);
        break;
    case STEP_SKIP:
        text_buffer_format(out, "go to %d if there are none", step->target);
        break;
    case STEP_TRY_BEGIN:
        text_buffer_format(out, "try %d", step->frame);
        break;
    case STEP_TRY_END:
        push_split(program, step, "did not fail", "the others", out);
        break;
    }
    if (step->selection != 0) {
        text_buffer_format(out, "  [rows s%d]", step->selection);
    }
}

static void push_rules(const struct program *program,
                       const char *kind,
                       const struct rule *rules,
                       int count,
                       struct text_buffer *out)
{
    for (int i = 0; i < count; i++) {
        const struct routine *routine = &rules[i].routine;
        text_buffer_format(out, "%s \"%s\" as ", kind, rules[i].name);
        type_format(routine->type, out);
        text_buffer_format(out, ": %s\n", rules[i].text);
        for (int step = 0; step < routine->count; step++) {
            text_buffer_format(out, "  %3d  ", step);
            push_step(program, &routine->steps[step], out);
            text_buffer_char(out, '\n');
        }
        text_buffer_string(out, "  result ");
        push_register(program, routine->result, out);
        text_buffer_char(out, '\n');
    }
}

static void push_names(const char *const *names, int count, struct text_buffer *out)
{
    for (int i = 0; i < count; i++) {
        text_buffer_format(out, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
}

static void push_lookup(const struct lookup_spec *spec, struct text_buffer *out)
{
    static const char *const missing[] = {
        [LOOKUP_MISSING_REJECT] = "rejects the record",
        [LOOKUP_MISSING_NULL] = "gives NULL",
        [LOOKUP_MISSING_KEEP] = "gives the key",
        [LOOKUP_MISSING_DEFAULT] = "gives the default",
    };

    text_buffer_format(out, "lookup \"%s\" of ", spec->name);
    push_names(spec->from, spec->from_count, out);
    text_buffer_string(out, " to ");
    push_names(spec->to, spec->to_count, out);
    if (spec->valid_at_count > 0) {
        text_buffer_string(out, ", valid from and until ");
        push_names(spec->valid_at, spec->valid_at_count, out);
    }
    text_buffer_format(out,
                       ": kept %s, %sa key without an entry %s\n",
                       spec->store == LOOKUP_ON_DISK ? "on disk" : "in memory",
                       spec->chase ? "chains are followed, " : "",
                       missing[spec->missing]);
}

void program_explain(const struct program *program, struct text_buffer *out)
{
    for (int i = 0; i < program->mapping->lookup_count; i++) {
        push_lookup(&program->mapping->lookups[i], out);
    }
    push_rules(program, "filter", program->filters, program->mapping->filter_count, out);
    push_rules(program, "column", program->columns, program->target.count, out);
    push_rules(program, "check", program->checks, program->mapping->check_count, out);
}
