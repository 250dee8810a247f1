/* plan_secret.c — passwords do not belong into a plan; this finds them.
 *
 * The search is blunt on purpose: what looks like a password is one. A connection string that is
 * refused wrongly can be put into odbc.ini or a service file; a password that is let through is in
 * a file that people copy.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_secret.h"

#include "novate/text.h"

#include <string.h>

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Does `text` give the attribute a value: "name = something", in any case? */
static bool gives(const char *text, const char *name)
{
    const size_t size = strlen(name);

    for (const char *at = text; strlen(at) > size; at++) {
        if ((at > text && is_word(at[-1])) ||
            !text_equal_case(text_from(at, size), text_from(name, size))) {
            continue;
        }
        const char *after = at + size + strspn(at + size, " \t");
        if (*after == '=') {
            after += 1 + strspn(after + 1, " \t");
            return *after != '\0' && *after != ';' && *after != '&';
        }
    }
    return false;
}

bool plan_secret_in_odbc(const char *connection)
{
    return gives(connection, "pwd") || gives(connection, "password");
}

/* "//user:password@host": a colon before the @ that ends the user. */
static bool in_authority(const char *text)
{
    const char *authority = strstr(text, "://");

    if (authority == NULL) {
        return false;
    }
    authority += 3;
    const size_t size = strcspn(authority, "/?# \t\"'");
    const char *at = memchr(authority, '@', size);
    return at != NULL && memchr(authority, ':', (size_t)(at - authority)) != NULL;
}

bool plan_secret_in_conninfo(const char *conninfo)
{
    return gives(conninfo, "password") || gives(conninfo, "sslpassword") || in_authority(conninfo);
}

void plan_secret_hide(struct problems *problems)
{
    for (int i = 0; i < problems->count; i++) {
        struct problem *problem = &problems->items[i];
        if (problem->line_text != NULL && (plan_secret_in_odbc(problem->line_text) ||
                                           plan_secret_in_conninfo(problem->line_text))) {
            problem->line_text = NULL;
        }
    }
}
