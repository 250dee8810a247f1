/* examples.h — the examples of a mapping, run through it: unit tests that stand beside what they
 * test.
 *
 * An example that gives another result than it says is a problem at its place; values are shown,
 * since they come from the mapping's file. One that cannot be decided (it asks a lookup that is not
 * filled, or is about columns of a target that is not known) is not run, with the reason; it never
 * counts as passed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXAMPLES_H
#define NOVATE_EXAMPLES_H

#include "novate/transform.h"

struct examples_input {
    const struct mapping *mapping;
    const struct schema *source;   /* all columns of the source */
    const struct schema *target;   /* NULL: not known, as for program_compile() */
    struct lookup *const *lookups; /* one per lookup; those that are filled are sealed, too */
    const bool *filled;            /* which ones are; NULL: all */
    const char *timezone;          /* of the source */
};

/* Why examples were not run. */
struct examples_reason {
    const char *text;
    int count;
};

#define EXAMPLES_REASONS_MAX 8 /* different ones that are told apart; more have no text */

/* Of all mappings; all zero at first. */
struct examples_result {
    int passed;
    int failed;
    int not_run;
    struct examples_reason reasons[EXAMPLES_REASONS_MAX];
    int reason_count;
};

/* Adds to `result`. Texts of reasons live in the arena. */
bool examples_run(const struct examples_input *input,
                  struct arena *arena,
                  struct problems *problems,
                  struct examples_result *result,
                  struct error *error) NODISCARD;

/* Counts `count` examples as not run. */
void examples_skip(struct examples_result *result, int count, const char *reason);

/* "12 passed, 1 not run (lookup "mrn" is not filled)"; "" when there are none. */
void examples_format(const struct examples_result *result, struct text_buffer *out);

#endif
