/* program_verify.c — does what a mapping says of the comparison fit its columns?
 * SPDX-License-Identifier: Apache-2.0 */
#include "program_build.h"

#include "novate/problem.h"

static bool is_key(const struct program *program, int column)
{
    for (int i = 0; i < program->target_key_count; i++) {
        if (program->target_key[i] == column) {
            return true;
        }
    }
    return false;
}

static bool is_float(struct type type)
{
    return type.id == TYPE_FLOAT4 || type.id == TYPE_FLOAT8;
}

static void check_rule(struct problems *problems,
                       const struct program *program,
                       const struct compare_rule *rule)
{
    int column = schema_find(&program->target, text_of(rule->column), true);
    bool skip = rule->reason != NULL;

    if (column < 0) {
        problem_add(problems,
                    rule->place,
                    "Only columns that the mapping fills are compared.",
                    "\"%s\" under \"%s\" is not a column that the mapping fills",
                    rule->column,
                    skip ? "skip" : "tolerance");
    } else if (is_key(program, column)) {
        problem_add(problems,
                    rule->place,
                    NULL,
                    "\"%s\" is of the target's key, by which rows are told apart: it is compared "
                    "as it is",
                    rule->column);
    } else if (!skip && !is_float(program->target.columns[column].type)) {
        problem_add(problems,
                    rule->place,
                    "Only real and double precision have a tolerance.",
                    "\"%s\" is of an exact type, which is compared exactly",
                    rule->column);
    } else if (!skip && program->target_key_count == 0) {
        problem_add(problems,
                    rule->place,
                    "Name the columns that identify a row under \"target\".",
                    "a tolerance needs \"key\": without it, nothing says which rows belong "
                    "together");
    }
}

void check_compare_rules(struct build *build, const struct mapping *mapping)
{
    for (int i = 0; build->target != NULL && i < mapping->compare_count; i++) {
        check_rule(build->context.problems, build->program, &mapping->compare[i]);
    }
}
