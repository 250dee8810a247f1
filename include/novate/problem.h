/* problem.h — what is wrong with a plan or mapping, all of it in one go, as a good compiler says
 * it.
 *
 *     millennium/patient.yaml:18:22: column "NAME_LAS" does not exist
 *       18 |   family_name: upper(trim(NAME_LAS))
 *          |                           ^
 *     hint: Perhaps you meant "NAME_LAST".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PROBLEM_H
#define NOVATE_PROBLEM_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>

/* A place in a file. line and column are 1-based; column counts characters; 0: not known. */
struct place {
    const char *file;
    int line;
    int column;
};

enum problem_severity {
    PROBLEM_ERROR,
    PROBLEM_WARNING
};

struct problem {
    enum problem_severity severity;
    struct place place;
    const char *message;   /* lower case, no full stop */
    const char *hint;      /* sentence, or NULL */
    const char *line_text; /* the line of the file, or NULL */
    int order;             /* in which it was added */
};

struct problems {
    struct problem *items; /* LIMIT_PROBLEMS at most; the rest is counted */
    int count;
    int errors; /* of severity error, those past the limit and those said before included: a checker
                   sees by it whether it found one */
    int repeated; /* errors that were said before */
    int warnings; /* those past the limit included */
    struct arena *arena;
};

void problems_init(struct problems *problems, struct arena *arena);
/* Each returns false, so that checkers can return it. The hint may be NULL. What was said of the
 * same place already is not said again. */
bool problem_add(struct problems *problems,
                 struct place place,
                 const char *hint,
                 const char *format,
                 ...) PRINTF_LIKE(4, 5);
bool problem_warn(struct problems *problems,
                  struct place place,
                  const char *hint,
                  const char *format,
                  ...) PRINTF_LIKE(4, 5);
/* All of them as above, by file and place: errors and warnings as they stand in the file. Lines
 * that are long are cut around the place. Warnings alone end with their count. */
void problems_format(const struct problems *problems, struct text_buffer *out);
/* "12 errors, 3 warnings"; "" when there are none. */
void problems_count(const struct problems *problems, struct text_buffer *out);
/* False with ERROR_PLAN ("3 errors, 1 warning in \"plan.yaml\" and its mappings") when there are
 * errors. */
bool problems_check(const struct problems *problems,
                    const char *plan,
                    struct error *error) NODISCARD;

#endif
