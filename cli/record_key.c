/* record_key.c — the contract is in record_key.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "record_key.h"

bool record_key_find(struct record_key *key,
                     const struct relation *relation,
                     const int *columns,
                     int column_count,
                     struct error *error)
{
    int indices[LIMIT_KEY_COLUMNS];
    key->count = relation_key(relation, indices);
    for (int i = 0; i < key->count; i++) {
        int at = 0;
        while (at < column_count && columns[at] != indices[i]) {
            at++;
        }
        if (!NOVATE_CHECK(error, at < column_count)) {
            return false;
        }
        key->columns[i] = at;
    }
    return true;
}

/* The text of char(n) has lost its padding, which some servers compare. */
bool record_key_is_asked_by_text(const struct record_key *key, const struct relation *relation)
{
    const struct schema *schema = relation_schema(relation);
    int indices[LIMIT_KEY_COLUMNS];
    int count = relation_key(relation, indices);
    bool ok = key->count > 0;
    for (int i = 0; i < count; i++) {
        enum type_id type = schema->columns[indices[i]].type.id;
        ok = ok && (type_is_integer(type) || type == TYPE_NUMERIC || type == TYPE_TEXT ||
                    type == TYPE_VARCHAR);
    }
    return ok;
}

void record_key_json(const struct record_key *key,
                     const struct batch *batch,
                     int row,
                     struct text_buffer *out)
{
    struct vector values[LIMIT_KEY_COLUMNS];
    text_buffer_reset(out);
    if (key->count == 0) {
        batch_key_json(batch, row, out);
        return;
    }
    for (int i = 0; i < key->count; i++) {
        values[i] = batch->columns[key->columns[i]];
    }
    vectors_key_json(values, key->count, row, out);
}
