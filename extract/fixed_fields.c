/* fixed_fields.c — a record of fixed columns into its fields.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixed_fields.h"

#include "novate/limits.h"

#include <string.h>

bool fixed_layout_make(const struct relation_spec *spec,
                       bool utf8,
                       struct arena *arena,
                       struct problems *problems,
                       struct fixed_layout *layout,
                       struct error *error)
{
    struct fixed_column *columns =
        ARENA_ARRAY(arena, struct fixed_column, (size_t)spec->column_count + 1);
    uint64_t next = 0;
    if (columns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < spec->column_count; i++) {
        const struct relation_column *column = &spec->columns[i];
        uint64_t begin = column->start != 0 ? column->start - 1 : next;
        next = begin + column->width;
        if (column->width == 0) {
            return problem_add(problems,
                               column->place,
                               "Write {type: text, width: 10}.",
                               "column \"%s\" must have a \"width\"",
                               column->name);
        }
        if (next > LIMIT_FIXED_CHARACTERS) {
            return problem_add(problems,
                               column->place,
                               NULL,
                               "column \"%s\" ends after %d characters, which is more than a "
                               "record of fixed columns may have",
                               column->name,
                               LIMIT_FIXED_CHARACTERS);
        }
        columns[i] = (struct fixed_column){.begin = (uint32_t)begin, .end = (uint32_t)next};
    }
    *layout = (struct fixed_layout){.columns = columns,
                                    .count = spec->column_count,
                                    .utf8 = utf8,
                                    .mixed = spec->decode == POLICY_WINDOWS_1252,
                                    .null_text = text_of(spec->null != NULL ? spec->null : "")};
    for (int i = 0; i < layout->count; i++) {
        if (columns[i].end > layout->width) {
            layout->width = columns[i].end;
            layout->least = columns[i].begin;
        }
    }
    return true;
}

static bool all_ascii(const char *data, size_t size)
{
    unsigned char seen = 0;
    for (size_t i = 0; i < size; i++) {
        seen |= (unsigned char)data[i];
    }
    return seen < 0x80;
}

/* Where each character of the record begins, up to the first that is too many. */
static size_t list_offsets(const struct fixed_layout *layout,
                           const char *data,
                           size_t size,
                           uint32_t *offsets)
{
    size_t count = 0;
    for (size_t i = 0; i < size; count++) {
        if (count <= layout->width) {
            offsets[count] = (uint32_t)i;
        }
        size_t character = utf8_size(data + i, size - i);
        i += character > 0 ? character : 1;
    }
    if (count <= layout->width) {
        offsets[count] = (uint32_t)size;
    }
    return count;
}

static struct text field_of(const struct fixed_layout *layout, const char *begin, const char *end)
{
    while (end > begin && end[-1] == ' ') {
        end--;
    }
    struct text field = {.data = begin, .size = (uint32_t)(end - begin)};
    return text_equal(field, layout->null_text) ? TEXT_NONE : field;
}

enum fixed_status fixed_fields_split(const struct fixed_layout *layout,
                                     const char *data,
                                     size_t size,
                                     uint32_t *offsets,
                                     struct text *items,
                                     size_t *characters)
{
    size_t count = size;
    bool plain = !layout->utf8 || all_ascii(data, size);

    if (!plain && !layout->mixed && !utf8_valid(data, size, NULL)) {
        return FIXED_ENCODING;
    }
    if (!plain) {
        count = list_offsets(layout, data, size, offsets);
    }
    if (count < layout->least || count > layout->width) {
        *characters = count;
        return FIXED_LENGTH;
    }
    for (int i = 0; i < layout->count; i++) {
        size_t begin = layout->columns[i].begin < count ? layout->columns[i].begin : count;
        size_t end = layout->columns[i].end < count ? layout->columns[i].end : count;
        items[i] = plain ? field_of(layout, data + begin, data + end)
                         : field_of(layout, data + offsets[begin], data + offsets[end]);
    }
    return FIXED_OK;
}
