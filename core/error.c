/* error.c — operation errors; the contract is in novate/error.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int exit_code;
    const char *name;
    const char *meaning;
} CODES[] = {
#define ERROR_CODE(name, exit, text, meaning) {exit, text, meaning},
#include "novate/error_codes.def"
#undef ERROR_CODE
};

/* Cuts a text that filled its buffer back to the last whole character. */
static void cut_at_character(char *text, size_t written, size_t size)
{
    if (written < size) {
        return;
    }
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80) {
        end--;
    }
    if (end > 0 && (unsigned char)text[end - 1] >= 0xC0) {
        end--;
    }
    text[end] = '\0';
}

static void format_into(char *text, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void format_into(char *text, size_t size, const char *format, va_list arguments)
{
    int written = vsnprintf(text, size, format, arguments);
    if (written < 0) {
        text[0] = '\0';
        return;
    }
    cut_at_character(text, (size_t)written, size);
}

bool error_set(struct error *error, enum error_code code, const char *format, ...)
{
    if (error == NULL || error->code != ERROR_OK) {
        return false;
    }
    *error = ERROR_NONE;
    error->code = code;
    va_list arguments;
    va_start(arguments, format);
    format_into(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_system(
    struct error *error, enum error_code code, int error_number, const char *format, ...)
{
    if (error == NULL || error->code != ERROR_OK) {
        return false;
    }
    *error = ERROR_NONE;
    error->code = code;
    va_list arguments;
    va_start(arguments, format);
    format_into(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    char reason[128] = "";
    if (strerror_r(error_number, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", error_number);
    }
    size_t used = strlen(error->message);
    int written = snprintf(error->message + used, sizeof error->message - used, ": %s", reason);
    cut_at_character(
        error->message, used + (size_t)(written > 0 ? written : 0), sizeof error->message);
    return false;
}

bool error_set_memory(struct error *error)
{
    error_set(error, ERROR_MEMORY, "out of memory");
    if (error != NULL && error->code == ERROR_MEMORY && error->hint[0] == '\0') {
        error_hint(error, "Raise \"memory_mb\" under \"limits\" in the plan, or use fewer jobs.");
    }
    return false;
}

bool error_detail(struct error *error, const char *format, ...)
{
    if (error != NULL && error->code != ERROR_OK) {
        va_list arguments;
        va_start(arguments, format);
        format_into(error->detail, sizeof error->detail, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool error_hint(struct error *error, const char *format, ...)
{
    if (error != NULL && error->code != ERROR_OK) {
        va_list arguments;
        va_start(arguments, format);
        format_into(error->hint, sizeof error->hint, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool error_context(struct error *error, const char *format, ...)
{
    if (error == NULL || error->code == ERROR_OK) {
        return false;
    }
    size_t used = strlen(error->context);
    if (used > 0 && used + 2 < sizeof error->context) {
        memcpy(error->context + used, "; ", 3);
        used += 2;
    }
    va_list arguments;
    va_start(arguments, format);
    format_into(error->context + used, sizeof error->context - used, format, arguments);
    va_end(arguments);
    return false;
}

bool error_sqlstate(struct error *error, const char *sqlstate)
{
    if (error != NULL && error->code != ERROR_OK && sqlstate != NULL) {
        (void)snprintf(error->sqlstate, sizeof error->sqlstate, "%.5s", sqlstate);
    }
    return false;
}

bool error_internal(struct error *error, const char *condition, const char *file, int line)
{
    error_set(error,
              ERROR_INTERNAL,
              "internal error: \"%s\" does not hold at %s:%d",
              condition,
              file,
              line);
    return error_hint(error,
                      "This is a defect of novate; please report it. What was committed "
                      "is safe, and the same command resumes.");
}

int error_exit_code(enum error_code code)
{
    return code < ERROR_CODE_COUNT ? CODES[code].exit_code : CODES[ERROR_INTERNAL].exit_code;
}

const char *error_code_name(enum error_code code)
{
    return code < ERROR_CODE_COUNT ? CODES[code].name : CODES[ERROR_INTERNAL].name;
}

const char *error_code_meaning(enum error_code code)
{
    return code < ERROR_CODE_COUNT ? CODES[code].meaning : CODES[ERROR_INTERNAL].meaning;
}
