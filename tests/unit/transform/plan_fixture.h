/* plan_fixture.h — loads plans that a test writes, and says what is wrong with them in one line per
 * problem: "plan.yaml:3:5: message".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PLAN_FIXTURE_H
#define TEST_PLAN_FIXTURE_H

#include "temp_folder.h"

#include "novate/plan.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The smallest plan and mapping; parts of them. */
#define PLAN_HEAD      "novate: 1\nmigration: m\n"
#define PLAN_SOURCE    "source: {odbc: \"DSN=a\", csv: in}\n"
#define PLAN_TARGET    "target: {private: true}\n"
#define PLAN_MAPPINGS  "mappings: [a.yaml]\n"
#define PLAN_SMALLEST  PLAN_HEAD PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS
#define MAPPING_HEAD   "entity: a\n"
#define MAPPING_SOURCE "source: {table: A}\n"
#define MAPPING_TARGET "target: {table: t.a}\n"
#define MAPPING_REST   "columns: {id: ID}\n"

#define MAPPING_SMALLEST MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET MAPPING_REST

struct fixture {
    char folder[TEMP_FOLDER_SIZE];
    struct arena arena;
    struct problems problems;
    struct plan plan;
    struct error error;
    struct text_buffer out;
};

static inline void fixture_setup(struct fixture *fixture)
{
    *fixture = (struct fixture){.error = ERROR_NONE};
    temp_folder_enter(fixture->folder);
    arena_init(&fixture->arena, 64 * 1024, NULL);
    problems_init(&fixture->problems, &fixture->arena);
    text_buffer_init(&fixture->out, 1 << 20);
}

static inline void fixture_teardown(struct fixture *fixture)
{
    text_buffer_release(&fixture->out);
    arena_release(&fixture->arena);
    temp_folder_leave(fixture->folder);
}

/* Forgets everything but the files. */
static inline void fixture_reset(struct fixture *fixture)
{
    arena_reset(&fixture->arena);
    problems_init(&fixture->problems, &fixture->arena);
    text_buffer_reset(&fixture->out);
    fixture->error = ERROR_NONE;
}

static inline bool fixture_load_with(struct fixture *fixture,
                                     const char *path,
                                     const char *const *settings,
                                     int setting_count,
                                     const char *work)
{
    return plan_load(path,
                     settings,
                     setting_count,
                     work,
                     &fixture->arena,
                     &fixture->problems,
                     &fixture->plan,
                     &fixture->error);
}

static inline bool fixture_load(struct fixture *fixture)
{
    return fixture_load_with(fixture, "plan.yaml", NULL, 0, NULL);
}

/* By place, and by message where that is the same: the order of the latter is nobody's promise. */
static inline int fixture_compare(const void *a, const void *b)
{
    const struct problem *left = a;
    const struct problem *right = b;
    const int order = strcmp(left->place.file, right->place.file);

    if (order != 0) {
        return order;
    }
    if (left->place.line != right->place.line) {
        return left->place.line - right->place.line;
    }
    if (left->place.column != right->place.column) {
        return left->place.column - right->place.column;
    }
    return strcmp(left->message, right->message);
}

/* "" when there are none. */
static inline const char *fixture_problems(struct fixture *fixture)
{
    if (fixture->problems.count > 0) {
        qsort(fixture->problems.items,
              (size_t)fixture->problems.count,
              sizeof *fixture->problems.items,
              fixture_compare);
    }
    text_buffer_reset(&fixture->out);
    text_buffer_string(&fixture->out, "");
    for (int i = 0; i < fixture->problems.count; i++) {
        const struct problem *problem = &fixture->problems.items[i];
        text_buffer_format(&fixture->out,
                           "%s%s:%d:%d: %s",
                           i == 0 ? "" : "\n",
                           problem->place.file,
                           problem->place.line,
                           problem->place.column,
                           problem->message);
    }
    return fixture->out.data != NULL ? fixture->out.data : "";
}

/* Loads plan and mapping (NULL: the smallest) and expects these problems. */
static inline void fixture_expect(struct fixture *fixture,
                                  const char *plan,
                                  const char *mapping,
                                  const char *problems)
{
    temp_file_text("plan.yaml", plan != NULL ? plan : PLAN_SMALLEST);
    temp_file_text("a.yaml", mapping != NULL ? mapping : MAPPING_SMALLEST);
    fixture_reset(fixture);
    ck_assert_msg(fixture_load(fixture), "%s", fixture->error.message);
    ck_assert_str_eq(fixture_problems(fixture), problems);
}

static inline int fixture_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
