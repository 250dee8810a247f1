/* file_statements.c — which statement of the supplier's belongs to which file of a relation.
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_source.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Stable: statements of one file stay in the order of their manifests. */
static int compare_statements(const void *left, const void *right)
{
    const struct statement *a = left;
    const struct statement *b = right;
    int order = strcmp(a->name, b->name);
    if (order == 0) {
        order = strcmp(a->manifest, b->manifest);
    }
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* As file_glob() matches: the folder exactly, the name by pattern. */
static bool name_matches(const char *pattern, const char *name)
{
    const char *slash = strrchr(pattern, '/');
    size_t prefix = slash == NULL ? 0 : (size_t)(slash - pattern) + 1;
    return strncmp(pattern, name, prefix) == 0 && strchr(name + prefix, '/') == NULL &&
           fnmatch(pattern + prefix, name + prefix, FNM_PERIOD) == 0;
}

/* Files and statements are both sorted by name. */
static bool distribute(struct file_detail *detail,
                       const char *pattern,
                       struct arena *arena,
                       struct error *error)
{
    struct manifest *manifest = &detail->manifest;
    int file = 0;
    detail->missing = ARENA_ARRAY(arena, const struct statement *, (size_t)manifest->count + 1);
    if (detail->missing == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0, next = 0; i < manifest->count; i = next) {
        const struct statement *first = &manifest->statements[i];
        for (next = i + 1;
             next < manifest->count && strcmp(manifest->statements[next].name, first->name) == 0;) {
            next++;
        }
        while (file < detail->file_count && strcmp(detail->files[file].name, first->name) < 0) {
            file++;
        }
        if (file < detail->file_count && strcmp(detail->files[file].name, first->name) == 0) {
            detail->files[file].statements = first;
            detail->files[file].statement_count = next - i;
        } else if (name_matches(pattern, first->name)) {
            detail->missing[detail->missing_count++] = first;
        }
    }
    return true;
}

bool file_statements_read(const struct plan_source *settings,
                          const char *pattern,
                          struct file_detail *detail,
                          struct arena *arena,
                          struct error *error)
{
    const struct plan_manifest *form = &settings->manifest;
    if (form->form == MANIFEST_NONE) {
        return true;
    }
    /* A format's own manifest lies beside its files; a given one is where the plan says. */
    const char *slash = form->required ? NULL : strrchr(pattern, '/');
    detail->manifest_pattern =
        slash == NULL
            ? form->file
            : arena_format(arena, "%.*s%s", (int)(slash - pattern) + 1, pattern, form->file);
    if (detail->manifest_pattern == NULL) {
        return error_set_memory(error);
    }
    if (!manifest_read(
            form, settings->csv, detail->manifest_pattern, arena, &detail->manifest, error)) {
        return false;
    }
    if (detail->manifest.count > 1) {
        qsort(detail->manifest.statements,
              (size_t)detail->manifest.count,
              sizeof *detail->manifest.statements,
              compare_statements);
    }
    return distribute(detail, pattern, arena, error);
}
