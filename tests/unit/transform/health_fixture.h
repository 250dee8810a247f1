/* health_fixture.h — what tests of functions of health care share: one function on one text,
 * without a mapping around it. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_HEALTH_FIXTURE_H
#define TEST_HEALTH_FIXTURE_H

#include "expression_fixture.h"
#include "function_table.h"
#include "seed.h"

/* What a function gives: "!FAULT" for a data error, "NULL", or the value as text; and the rules
 * that it remarks, with ", " between them. In run.arena. */
struct health_answer {
    const char *value;
    const char *rules;
    int repairs, notes;
};

/* A text, what the function gives, and what it remarks. */
struct health_case {
    const char *text;
    const char *value;
    const char *rules;
};

static inline const struct function *health_function(const char *name)
{
    int count = 0;
    const struct function *table = function_table(&count);

    for (int i = 0; i < count; i++) {
        if (strcmp(table[i].name, name) == 0 && table[i].args[0] == (int)TYPE_TEXT &&
            table[i].arg_count == 1) {
            return &table[i];
        }
    }
    ck_abort_msg("there is no %s(text)", name);
    return NULL;
}

static inline const char *fault_name(enum fault fault)
{
    static const char *const names[] = {
#define FAULT(name, class, sqlstate, message) "!" #name,
#include "faults.def"
#undef FAULT
    };
    return names[fault];
}

static inline struct health_answer health_ask_text(const char *name, struct text text)
{
    const struct function *function = health_function(name);
    struct type type = type_of(function->result);
    struct type text_type = type_of(TYPE_TEXT);
    const struct type *types[] = {&text_type};
    struct vector argument;
    struct vector result;
    const struct vector *args[] = {&argument};
    uint64_t failed[1] = {0};
    uint64_t valid[1] = {0};
    struct failure failure = {.fault = FAULT_NONE};
    struct failures failures = {.failed = failed, .rows = &failure};
    struct remarks remarks = {.count = 0};
    struct health_answer answer = {.rules = ""};

    must(vector_create(&argument, text_type, 1, &run.arena, &run.error) &&
             vector_create(&result, type, 1, &run.arena, &run.error),
         &run.error);
    argument.texts[0] = text;
    struct call call = {.function = function,
                        .args = args,
                        .types = types,
                        .arg_count = 1,
                        .result = &result,
                        .type = &type,
                        .valid_room = valid,
                        .count = 1,
                        .arena = &run.arena,
                        .failures = &failures,
                        .remarks = &remarks};
    function->kernel(&call);
    ck_assert(!call.out_of_memory);
    if (result.valid != NULL) {
        result.valid[0] &= 1; /* as the evaluator does with bits past the rows */
    }
    must(vector_validate(&result, &run.error), &run.error);
    const char *value = value_text(&result, 0, &run.arena);
    answer.value = failures.any ? fault_name(failure.fault) : value == NULL ? "NULL" : value;
    for (int i = 0; !failures.any && i < remarks.count; i++) {
        answer.rules = arena_format(
            &run.arena, "%s%s%s", answer.rules, i == 0 ? "" : ", ", remarks.items[i].rule);
        answer.repairs += remarks.items[i].kind == REMARK_REPAIR;
        answer.notes += remarks.items[i].kind == REMARK_NOTE;
    }
    return answer;
}

static inline struct health_answer health_ask(const char *name, const char *text)
{
    return health_ask_text(name, text_of(text));
}

static inline const char *health_value_of(const char *name, const char *text)
{
    return health_ask(name, text).value;
}

static inline void check_health(const char *name, const struct health_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct health_answer answer = health_ask(name, cases[i].text);
        ck_assert_msg(strcmp(answer.value, cases[i].value) == 0,
                      "%s('%s'): %s expected, %s found",
                      name,
                      cases[i].text,
                      cases[i].value,
                      answer.value);
        ck_assert_msg(strcmp(answer.rules, cases[i].rules == NULL ? "" : cases[i].rules) == 0,
                      "%s('%s'): remarks \"%s\"",
                      name,
                      cases[i].text,
                      answer.rules);
    }
}

#define CHECK_HEALTH(name, cases) check_health((name), (cases), sizeof(cases) / sizeof(cases)[0])

/* Keeps nothing in the arena. */
static inline bool health_passes(const char *name, const char *text)
{
    struct arena_mark mark = arena_mark(&run.arena);
    bool passes = health_value_of(name, text)[0] != '!';

    arena_rewind(&run.arena, mark);
    return passes;
}

#endif
