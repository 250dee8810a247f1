/* odbc_dialect.c — which dialect a driver speaks.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"

#include <string.h>
#include <strings.h>

/* In the order in which they are tried: of one product the newest version first. */
static const struct odbc_dialect *const dialects[] = {&odbc_dialect_mariadb,
                                                      &odbc_dialect_postgres,
                                                      &odbc_dialect_sqlite,
                                                      &odbc_dialect_oracle,
                                                      &odbc_dialect_oracle_old,
                                                      &odbc_dialect_sqlserver,
                                                      &odbc_dialect_generic};
#define DIALECT_COUNT (sizeof dialects / sizeof dialects[0])

/* "19.00.0000" is 19; what is no number is 0. */
static int major_version(const char *version)
{
    int value = 0;
    for (; *version >= '0' && *version <= '9' && value < 10000; version++) {
        value = value * 10 + (*version - '0');
    }
    return value;
}

const struct odbc_dialect *odbc_dialect_of_product(const char *product, const char *version)
{
    int major = major_version(version);
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        const struct odbc_dialect *dialect = dialects[i];
        if (dialect->product != NULL && odbc_contains(product, dialect->product) &&
            dialect->version <= major) {
            return dialect;
        }
    }
    return &odbc_dialect_generic;
}

/* The value after `KEY=`, or NULL. Values in braces may hold anything, and are skipped. */
static const char *value_of(const char *connection_string, const char *key, size_t size)
{
    const char *at = connection_string;
    while (*at != '\0') {
        at += strspn(at, "; ");
        size_t length = strcspn(at, "=;");
        if (length == size && strncasecmp(at, key, size) == 0) {
            return at + length + (at[length] == '=' ? 1 : 0);
        }
        at += length;
        if (at[0] == '=' && at[1] == '{') {
            const char *brace = strchr(at, '}');
            at = brace != NULL ? brace : at + strlen(at);
        }
        at += strcspn(at, ";");
    }
    return NULL;
}

/* Is `word` in the name of the driver? Its folder says nothing. */
static bool names(const char *driver, size_t size, const char *word, size_t length)
{
    for (size_t i = size; i > 0; i--) {
        if (driver[i - 1] == '/') {
            driver += i;
            size -= i;
            break;
        }
    }
    for (size_t i = 0; i + length <= size; i++) {
        if (strncasecmp(driver + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

const struct odbc_dialect *odbc_dialect_of_string(const char *connection_string)
{
    const char *driver = value_of(connection_string, "DRIVER", strlen("DRIVER"));
    size_t size = driver == NULL ? 0 : strcspn(driver, ";");
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        const char *library = dialects[i]->library != NULL ? dialects[i]->library : "";
        while (*library != '\0') {
            size_t length = strcspn(library, "|");
            if (names(driver, size, library, length)) {
                return dialects[i];
            }
            library += length + (library[length] == '|' ? 1 : 0);
        }
    }
    return NULL;
}

const char *odbc_dialect_manners(const struct odbc_dialect *dialect,
                                 const char *connection_string,
                                 struct arena *arena)
{
    const char *result = "";
    const char *at = dialect->manners != NULL ? dialect->manners : "";
    while (result != NULL && *at != '\0') {
        size_t size = strcspn(at, ";");
        size_t key_size = strcspn(at, "=");
        if (value_of(connection_string, at, key_size) == NULL) {
            result = arena_format(arena, "%s;%.*s", result, (int)size, at);
        }
        at += size + (at[size] == ';' ? 1 : 0);
    }
    const char *encoding = dialect->encoding;
    if (result != NULL && encoding != NULL &&
        value_of(connection_string, "DSN", strlen("DSN")) == NULL &&
        value_of(connection_string, encoding, strcspn(encoding, "=")) == NULL) {
        result = arena_format(arena, "%s;%s", result, encoding);
    }
    return result;
}
