/* bind_regex.c — constant regular expressions are compiled, and found wrong, before any record is
 * read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "kernels.h"
#include "regex.h"

#include <stdio.h>

/* Functions of an expression, which is their second argument. */
static const struct regex_user {
    kernel_function *kernel;
    int flags_arg; /* -1: has none */
    int least;     /* arguments of the form that has flags */
    bool insensitive;
    bool may_repeat;
} users[] = {
    {kernel_regex_match, -1, 0, false, false},
    {kernel_regex_no_match, -1, 0, false, false},
    {kernel_regex_imatch, -1, 0, true, false},
    {kernel_regex_no_imatch, -1, 0, true, false},
    {kernel_regex_substring, -1, 0, false, false},
    {kernel_regexp_like, 2, 3, false, false},
    {kernel_regexp_count, 3, 4, false, false},
    {kernel_regexp_match, 2, 4, false, false},
    {kernel_regexp_replace, 3, 4, false, true},
    {kernel_regexp_replace_from, 5, 6, false, true},
    {kernel_regexp_substr, 4, 5, false, false},
};

static bool is_known(const struct term *term)
{
    return term != NULL && term->kind == TERM_CONSTANT && !vector_is_null(term->constant, 0);
}

static bool refuse(struct binder *binder,
                   const struct term *pattern,
                   enum regex_status status,
                   const char *why)
{
    switch (status) {
    case REGEX_MEMORY:
        binder->memory = true;
        break;
    case REGEX_SYNTAX:
        (void)bind_problem(binder, pattern->offset, NULL, "invalid regular expression: %s", why);
        break;
    case REGEX_UNAVAILABLE:
        (void)bind_problem(binder,
                           pattern->offset,
                           "See the differences from PostgreSQL in the reference of mappings.",
                           "not available in regular expressions: %s",
                           why);
        break;
    case REGEX_LIMIT:
    case REGEX_OK:
    case REGEX_NO_MATCH:
        (void)bind_problem(binder, pattern->offset, NULL, "regular expression is too complex");
        break;
    }
    return false;
}

bool bind_regex(struct binder *binder,
                const struct function *function,
                struct term *const *args,
                int count,
                const void **state)
{
    const struct regex_user *user = NULL;
    struct regex_options options = {.global = false};
    const struct regex *regex = NULL;
    const char *why = NULL;

    *state = NULL;
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
        user = users[i].kernel == function->kernel ? &users[i] : user;
    }
    if (user == NULL || !is_known(args[1])) {
        return true;
    }
    if (user->flags_arg >= 0 && count >= user->least) {
        const struct term *flags = args[user->flags_arg];
        if (!is_known(flags)) {
            return true;
        }
        if (!regex_options_read(flags->constant->texts[0], &options) ||
            (options.global && !user->may_repeat)) {
            (void)bind_problem(binder, flags->offset, NULL, "invalid regular expression option");
            return false;
        }
    }
    options.insensitive = options.insensitive || user->insensitive;
    enum regex_status status =
        regex_compile(args[1]->constant->texts[0], options, binder->context->arena, &regex, &why);
    *state = regex;
    return status == REGEX_OK || refuse(binder, args[1], status, why);
}
