/* odbc_health_index.c — do indexes serve what reading asks for?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_health.h"
#include "odbc_index.h"

#include "novate/name.h"

/* Does an index begin with these columns, in this order? */
static bool is_covered(const struct odbc_relation *detail, const int *columns, int count)
{
    for (int i = 0; i < detail->index_count; i++) {
        const struct odbc_index *index = &detail->indexes[i];
        int matched = 0;
        while (matched < count && matched < index->column_count &&
               index->columns[matched] == columns[matched]) {
            matched++;
        }
        if (matched == count) {
            return true;
        }
    }
    return false;
}

static bool judge(const struct odbc_findings *findings,
                  const char *what,
                  const int *columns,
                  int count,
                  const char *advice,
                  struct error *error)
{
    const struct relation *relation = findings->relation;
    const struct odbc_relation *detail = relation->detail;
    struct arena *arena = findings->arena;
    const char *list = "";
    if (!detail->indexes_known) {
        return odbc_health_add(findings,
                               HEALTH_INFO,
                               what,
                               "could not be read: the source does not say",
                               "It may be a view. Ask which indexes serve it.",
                               error);
    }
    for (int i = 0; list != NULL && i < count; i++) {
        list = arena_format(
            arena, "%s%s%s", list, i == 0 ? "" : ", ", relation->schema.columns[columns[i]].name);
    }
    if (list == NULL) {
        return error_set_memory(error);
    }
    bool covered = is_covered(detail, columns, count);
    return odbc_health_add(
        findings,
        covered ? HEALTH_INFO : HEALTH_CRITICAL,
        what,
        arena_format(
            arena, covered ? "an index begins with (%s)" : "no index begins with (%s)", list),
        covered ? NULL : advice,
        error);
}

bool odbc_health_indexes(const struct odbc_findings *findings, struct error *error)
{
    const struct relation *relation = findings->relation;
    const char *changed = relation->spec->changed;
    bool ok =
        relation->key_count > 0
            ? judge(findings,
                    "key index",
                    relation->key,
                    relation->key_count,
                    "Reading in chunks would scan the table again and again. Ask for an "
                    "index on these columns in this order, or name a key that has one.",
                    error)
            : odbc_health_add(findings,
                              HEALTH_WARNING,
                              "key index",
                              "the mapping names no key",
                              "The table is read in one go, which no stop can resume. Name a key.",
                              error);
    if (!ok || changed == NULL) {
        return ok;
    }
    int column = name_column(&relation->schema, changed, findings->arena);
    return column < 0 || judge(findings,
                               "watermark index",
                               &column,
                               1,
                               "Each delta pass would read the whole table. Ask for an index on "
                               "this column.",
                               error);
}
