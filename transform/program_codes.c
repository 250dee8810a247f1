/* program_codes.c — columns that hold codes: those whose rule asks a lookup.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"
#include "program.h"

/* The one source column that the rule reads; -1: several, none, or one that a pivot makes. */
static int only_input(const struct program *program, const struct rule *rule)
{
    bool one = rule->input_count == 1 && rule->inputs[0] < program->source.count;
    return one ? rule->inputs[0] : -1;
}

bool program_codes(const struct program *program,
                   struct arena *arena,
                   struct program_code **codes,
                   int *count,
                   struct error *error)
{
    *count = 0;
    *codes = ARENA_ARRAY(arena, struct program_code, (size_t)program->target.count + 1);
    if (*codes == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < program->target.count; i++) {
        const struct rule *rule = &program->columns[i];
        const struct expression_spec spec = {.name = rule->name, .text = rule->text};
        bool asks = false;
        if (!expression_asks_lookup(&spec, arena, &asks, error)) {
            return false;
        }
        if (asks) {
            (*codes)[(*count)++] = (struct program_code){
                .column = i, .source = only_input(program, rule), .rule = rule->text};
        }
    }
    return true;
}
