/* error.h — operation errors: what stops a stage.
 *
 * Every function that can fail returns bool, is NODISCARD and takes `struct error *` last. On
 * success the error is untouched; on failure it says what failed, in PostgreSQL's style: a message
 * (lower case, no full stop), a detail and a hint (sentences), a context (what was being done).
 * Nothing is logged where it fails; cli/ prints it once. The first failure wins: setting an error
 * that is already set changes nothing, so that clean-up cannot hide a cause.
 *
 *     struct error error = ERROR_NONE;
 *     if (!thing_open(&thing, path, &error)) { ... }
 *
 * Errors that belong to a row (a value that cannot be cast) never travel this way: see batch.h.
 *
 * Ownership   fixed-size, nothing to release; too long a text is cut at a character's boundary.
 * Threads     a struct error belongs to one thread at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_ERROR_H
#define NOVATE_ERROR_H

#include "novate/attr.h"

#include <stdbool.h>

enum error_code {
#define ERROR_CODE(name, exit, text, meaning) ERROR_##name,
#include "novate/error_codes.def"
#undef ERROR_CODE
    ERROR_CODE_COUNT
};

struct error {
    enum error_code code;
    char sqlstate[6];  /* of the source or target, or "" */
    char message[512]; /* primary: lower case, no full stop */
    char detail[1024]; /* sentences: facts */
    char hint[512];    /* sentences: what to do */
    char context[512]; /* "loading \"patient\", chunk 3", innermost first, joined by "; " */
};

#define ERROR_NONE ((struct error){.code = ERROR_OK})

/* Sets code and message unless an error is set already. Always returns false, so that callers can
 * write  return error_set(...);  `error` may be NULL where the caller does not care. */
bool error_set(struct error *error, enum error_code code, const char *format, ...)
    PRINTF_LIKE(3, 4) COLD;

/* As error_set(), with the text of `error_number` (an errno value) after the message. */
bool error_set_system(struct error *error,
                      enum error_code code,
                      int error_number,
                      const char *format,
                      ...) PRINTF_LIKE(4, 5) COLD;

/* Out of memory: the budget's limit is named in the hint. Returns false. */
bool error_set_memory(struct error *error) COLD;

/* Adds to an error that is set. Each returns false. */
bool error_detail(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) COLD;
bool error_hint(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) COLD;
bool error_context(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) COLD;
bool error_sqlstate(struct error *error, const char *sqlstate) COLD;

/* From the table in error_codes.def. */
int error_exit_code(enum error_code code);
const char *error_code_name(enum error_code code);
const char *error_code_meaning(enum error_code code);

/* A condition that only a defect of novate can break. In every build: sets ERROR_INTERNAL with file
 * and line; use it as  if (!NOVATE_CHECK(error, rows <= max)) { return false; } */
#define NOVATE_CHECK(error, condition)                                                             \
    ((condition) ? true : error_internal((error), #condition, __FILE__, __LINE__))
bool error_internal(struct error *error, const char *condition, const char *file, int line) COLD;

#endif
