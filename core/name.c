/* name.c — names that a mapping gives: quoted or not, with a schema or without, misspelt or not.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/name.h"

#include <string.h>

/* One part of a dotted name, from *cursor; moves it to the dot or the end. */
static struct name_part part_parse(const char **cursor, struct arena *arena)
{
    const char *begin = *cursor;
    struct name_part part = {.quoted = *begin == '"'};
    if (!part.quoted) {
        size_t size = strcspn(begin, ".");
        *cursor = begin + size;
        part.text = text_from(begin, size);
        return part;
    }
    char *bare = arena_copy(arena, begin + 1, strlen(begin + 1));
    size_t size = 0;
    const char *at = begin + 1;
    while (*at != '\0' && !(at[0] == '"' && at[1] != '"')) {
        at += at[0] == '"' ? 1 : 0;
        if (bare != NULL) {
            bare[size] = *at;
        }
        size++;
        at++;
    }
    *cursor = *at == '"' ? at + 1 : at;
    part.text = bare != NULL ? text_from(bare, size) : text_of(begin);
    return part;
}

struct text name_unquote(const char *name, bool *quoted, struct arena *arena)
{
    *quoted = name[0] == '"';
    if (!*quoted) {
        return text_of(name);
    }
    const char *cursor = name;
    return part_parse(&cursor, arena).text;
}

int name_column(const struct schema *schema, const char *name, struct arena *arena)
{
    bool quoted = false;
    struct text bare = name_unquote(name, &quoted, arena);
    return schema_find(schema, bare, quoted);
}

bool table_name_parse(const char *name, struct arena *arena, struct table_name *out)
{
    *out = (struct table_name){.schema = {.text = TEXT_NONE}};
    const char *cursor = name;
    out->table = part_parse(&cursor, arena);
    if (*cursor == '.') {
        cursor++;
        out->schema = out->table;
        out->table = part_parse(&cursor, arena);
    }
    return *cursor == '\0' && out->table.text.size > 0;
}

bool name_part_matches(const struct name_part *part, const char *name)
{
    struct text other = text_of(name);
    return part->quoted ? text_equal(part->text, other) : text_equal_case(part->text, other);
}

const char *name_hint(const char *name,
                      const char *const *candidates,
                      size_t count,
                      struct arena *arena)
{
    const char *nearest = text_nearest(name, candidates, count);
    return nearest == NULL ? NULL : arena_format(arena, "Perhaps you meant \"%s\".", nearest);
}

const char *name_column_hint(const struct schema *schema, const char *name, struct arena *arena)
{
    const char **names = ARENA_ARRAY(arena, const char *, (size_t)schema->count + 1);
    if (names == NULL) {
        return NULL;
    }
    for (int i = 0; i < schema->count; i++) {
        names[i] = schema->columns[i].name;
    }
    return name_hint(name, names, (size_t)schema->count, arena);
}
