/* parents.c — rejects whose row refers to a record that is a reject itself; see parents.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_decode.h"
#include "copy_escape.h"
#include "loader_private.h"
#include "references_queries.h"

#include <stdio.h>
#include <stdlib.h>

/* $1: the table's oid, $2: the migration. A row per column of a link; those of keys that are off
 * come after the others. */
static const char select_links[] =
    "SELECT k.name, e.entity, k.child, k.parent FROM ("
    " SELECT c.oid::bigint AS place, c.conname AS name, c.confrelid AS refers_to,"
    "  child.attname AS child, parent.attname AS parent, k.n FROM pg_constraint c"
    "  CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(child, parent, n)"
    "  JOIN pg_attribute child ON child.attrelid = c.conrelid AND child.attnum = k.child"
    "  JOIN pg_attribute parent ON parent.attrelid = c.confrelid AND parent.attnum = k.parent"
    "  WHERE c.conrelid = $1::oid AND c.contype = 'f'"
    " UNION ALL SELECT (1::bigint << 32) + f.deferred, f.name, f.refers_to, k.child, k.parent, k.n"
    "  FROM (" REFERENCES_OFF ") f CROSS JOIN LATERAL " REFERENCES_COLUMNS ") k"
    " JOIN novate.entity e ON e.migration = $2 AND to_regclass(e.target_table) = k.refers_to"
    " ORDER BY k.place, e.entity, k.n";

/* Which of the rows refer to a reject. $1: the migration, $2: the entity, $3: the rows, $4: rejects
 * that are read again just now. Rows that refer to each other in a circle have no cause but
 * themselves: from `cause` only those are reached that lead to a record outside of it. The planner
 * knows little of how many there are, and a join might compare every row with every reject;
 * INTERSECT, and IN … IS TRUE or IS NOT TRUE, are hashed. */
static const char select_children[] =
    "WITH RECURSIVE asked AS MATERIALIZED (SELECT * FROM json_to_recordset($3::json)"
    "  AS a(n integer, own text, entity text, key text)),"
    " known AS MATERIALIZED (SELECT entity, key FROM asked INTERSECT"
    "  SELECT entity, key FROM novate.reject WHERE migration = $1 AND state = 'open'"
    "  AND entity = ANY (ARRAY(SELECT DISTINCT entity FROM asked))"
    "  AND (reject IN (SELECT unnest($4::bigint[]))) IS NOT TRUE),"
    " link AS MATERIALIZED (SELECT n, own, entity, key,"
    "  ((entity, key) IN (SELECT entity, key FROM known)) IS TRUE AS rejected,"
    "  (entity = $2 AND key IN (SELECT own FROM asked)) IS TRUE AS waits FROM asked),"
    " cause AS (SELECT n, own, rejected AS child FROM link"
    "  WHERE rejected OR n NOT IN (SELECT n FROM link WHERE rejected OR waits)"
    "  UNION SELECT l.n, l.own, true FROM cause c JOIN link l ON l.entity = $2 AND l.key = c.own)"
    " SELECT n::text FROM cause WHERE child GROUP BY n ORDER BY cause.n";

void parents_init(struct parents *parents)
{
    text_buffer_init(&parents->rows, (size_t)1 << 30);
    text_buffer_init(&parents->asked, (size_t)1 << 30);
    text_buffer_init(&parents->key, LIMIT_RECORD_BYTES * 2);
    text_buffer_init(&parents->part, LIMIT_RECORD_BYTES * 2);
    text_buffer_init(&parents->wire, LIMIT_RECORD_BYTES * 2);
}

void parents_release(struct parents *parents)
{
    for (int i = 0; i < parents->link_count; i++) {
        batch_release(&parents->links[i].batch);
    }
    text_buffer_release(&parents->rows);
    text_buffer_release(&parents->asked);
    text_buffer_release(&parents->key);
    text_buffer_release(&parents->part);
    text_buffer_release(&parents->wire);
}

void parents_reset(struct parents *parents)
{
    text_buffer_reset(&parents->rows);
    text_buffer_reset(&parents->asked);
    parents->count = 0;
}

static const struct identity *find_identity(const struct loader *loader, const char *entity)
{
    for (int i = 0; i < loader->options.identity_count; i++) {
        if (strcmp(loader->options.identities[i].entity, entity) == 0) {
            return &loader->options.identities[i];
        }
    }
    return NULL;
}

/* How the column tells a part of the source key; NULL: it does not. */
static const struct identity_column *way_of(const struct identity *identity, const char *column)
{
    for (int i = 0; i < identity->count; i++) {
        if (text_equal_case(text_of(identity->columns[i].name), text_of(column))) {
            return &identity->columns[i];
        }
    }
    return NULL;
}

/* The rows [first, end) of the answer are one link. It is of use where they are the whole source
 * key, beside columns that are the same in all rows, and all of them are sent. */
static bool add_link(struct loader *loader,
                     const struct session_result *answer,
                     int first,
                     int end,
                     struct error *error)
{
    struct parents *parents = &loader->parents;
    struct parent_link *link = &parents->links[parents->link_count];
    const struct identity *identity = find_identity(loader, session_value(answer, first, 1));
    if (identity == NULL || identity->key_count > end - first) {
        return true;
    }
    const size_t count = (size_t)(end - first);
    int constant = identity->key_count;
    *link = (struct parent_link){
        .constraint = session_value(answer, first, 0),
        .entity = identity->entity,
        .columns = ARENA_ARRAY(&loader->arena, int, count),
        .ways = ARENA_ARRAY(&loader->arena, const struct identity_column *, count),
        .schema = {.columns = ARENA_ARRAY(&loader->arena, struct column, count)},
    };
    if (link->columns == NULL || link->ways == NULL || link->schema.columns == NULL) {
        return error_set_memory(error);
    }
    const struct schema *table = &loader->options.table->schema;
    for (int row = first; row < end; row++) {
        struct text child = text_of(session_value(answer, row, 2));
        const struct identity_column *way = way_of(identity, session_value(answer, row, 3));
        int position = way == NULL                          ? -1
                       : way->position == IDENTITY_CONSTANT ? constant++
                                                            : way->position;
        int column = schema_find(loader->options.schema, child, true);
        int stored = schema_find(table, child, true);
        if (position < 0 || position >= end - first || column < 0 || stored < 0 ||
            link->schema.columns[position].name != NULL) {
            return true;
        }
        link->columns[position] = column;
        link->ways[position] = way;
        link->schema.columns[position] = table->columns[stored];
        if (!loader->encoder.binary) {
            link->schema.columns[position].type = (struct type){.id = TYPE_TEXT};
        }
        link->schema.count++;
    }
    parents->link_count++;
    return batch_init(&link->batch, &link->schema, loader->options.budget, error);
}

/* Asked once, when there is a row to ask about. */
static bool read_links(struct loader *loader, struct error *error)
{
    struct parents *parents = &loader->parents;
    struct session_result answer;
    char oid[16];
    snprintf(oid, sizeof oid, "%u", loader->options.table->oid);
    const char *const parameters[] = {oid, loader->options.entity->migration};
    if (parents->known || loader->options.identity_count == 0) {
        return true;
    }
    if (!NOVATE_CHECK(error, !loader->copying) ||
        (loader->savepoint == SAVEPOINT_BROKEN && !loader_savepoint(loader, error)) ||
        !session_query(
            loader->session, select_links, 2, parameters, &loader->arena, &answer, error)) {
        return error_context(error, "looking up foreign keys");
    }
    parents->links = ARENA_ARRAY(&loader->arena, struct parent_link, (size_t)answer.rows + 1);
    if (parents->links == NULL) {
        return error_set_memory(error);
    }
    for (int first = 0, end = 0; first < answer.rows; first = end) {
        for (end = first + 1; end < answer.rows; end++) {
            if (strcmp(session_value(&answer, end, 0), session_value(&answer, first, 0)) != 0 ||
                strcmp(session_value(&answer, end, 1), session_value(&answer, first, 1)) != 0) {
                break;
            }
        }
        if (!add_link(loader, &answer, first, end, error)) {
            return false;
        }
    }
    parents->known = true;
    return true;
}

static void push_unescaped(struct text text, struct text_buffer *out)
{
    for (uint32_t i = 0; i < text.size; i++) {
        bool escaped = text.data[i] == '\\' && i + 1 < text.size;
        text_buffer_char(out, escaped ? copy_unescape(text.data[++i]) : text.data[i]);
    }
}

/* The key that the row refers to, as a row of COPY BINARY. */
static bool push_wire(const struct loader *loader,
                      const struct parent_link *link,
                      int row,
                      struct text_buffer *out)
{
    char head[4];
    text_buffer_reset(out);
    text_buffer_push(out, head, (size_t)(wire_store16(head, (uint16_t)link->schema.count) - head));
    for (int i = 0; i < link->schema.count; i++) {
        struct text field;
        if (piece_field(&loader->piece, loader->encoder.binary, row, link->columns[i], &field) !=
            PIECE_VALUE) {
            return false;
        }
        size_t at = out->size;
        text_buffer_push(out, head, sizeof head);
        if (loader->encoder.binary) {
            text_buffer_push(out, field.data, field.size);
        } else {
            push_unescaped(field, out);
        }
        if (!out->failed) {
            (void)wire_store32(out->data + at, (uint32_t)(out->size - at - sizeof head));
        }
    }
    return true;
}

static struct text value_text(const struct vector *value, struct text_buffer *scratch)
{
    text_buffer_reset(scratch);
    if (!type_is_text(value->type.id) && value->type.id != TYPE_OTHER) {
        vector_format(value, 0, scratch);
        return text_from(scratch->data, scratch->size);
    }
    struct text text = value->texts[vector_slot(value, 0)];
    while (value->type.id == TYPE_CHAR && text.size > 0 && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    return text;
}

/* What the source key has where a column of its row has this; false: no key gives that. */
static bool push_source(const struct identity_column *way,
                        struct text text,
                        struct text_buffer *out)
{
    struct text inner = {.data = NULL};
    int64_t number = 0;
    if (way->added != 0) {
        bool whole =
            text_to_int64(text, &number) && !__builtin_sub_overflow(number, way->added, &number);
        text_buffer_format(out, "\"%lld\"", (long long)number);
        return whole;
    }
    size_t around = (size_t)way->before.size + way->after.size;
    if (text.size < around) {
        return false;
    }
    inner = text_from(text.data + way->before.size, text.size - around);
    text_buffer_json(out, inner);
    return text_equal(text_from(text.data, way->before.size), way->before) &&
           text_equal(text_from(inner.data + inner.size, way->after.size), way->after);
}

/* The key that the row refers to, as a reject of the link's entity has it. `*there` false: it has
 * none. */
static bool read_key(
    struct loader *loader, struct parent_link *link, int row, bool *there, struct error *error)
{
    struct parents *parents = &loader->parents;
    enum copy_row outcome = COPY_MALFORMED;
    *there = push_wire(loader, link, row, &parents->wire);
    if (!*there) {
        return true;
    }
    if (!text_buffer_check(&parents->wire, error) || !batch_begin(&link->batch, 1, false, error) ||
        !copy_decode_row(
            parents->wire.data, parents->wire.size, &link->batch, 0, &outcome, error)) {
        return false;
    }
    batch_set_rows(&link->batch, 1);
    text_buffer_reset(&parents->key);
    for (int i = 0; *there && i < link->schema.count; i++) {
        struct text value = value_text(&link->batch.columns[i], &parents->part);
        if (link->ways[i]->position == IDENTITY_CONSTANT) {
            *there = text_equal(value, link->ways[i]->before);
            continue;
        }
        text_buffer_char(&parents->key, i == 0 ? '[' : ',');
        *there = push_source(link->ways[i], value, &parents->key);
    }
    text_buffer_char(&parents->key, ']');
    return text_buffer_check(&parents->part, error) && NOVATE_CHECK(error, outcome == COPY_ROW) &&
           text_buffer_check(&parents->key, error);
}

static void push_asked(struct parents *parents, const char *own, const char *entity)
{
    struct text_buffer *out = &parents->asked;
    text_buffer_string(out, out->size == 0 ? "[" : ",");
    text_buffer_format(out, "{\"n\":%d,\"own\":", parents->count);
    text_buffer_json(out, text_of(own));
    text_buffer_string(out, ",\"entity\":");
    text_buffer_json(out, text_of(entity));
    text_buffer_string(out, ",\"key\":");
    text_buffer_json(out, text_from(parents->key.data, parents->key.size));
    text_buffer_char(out, '}');
}

bool parents_ask(struct loader *loader,
                 int row,
                 const char *constraint,
                 const char *own,
                 bool *waits,
                 struct error *error)
{
    struct parents *parents = &loader->parents;
    *waits = false;
    if (!read_links(loader, error)) {
        return false;
    }
    for (int i = 0; i < parents->link_count; i++) {
        struct parent_link *link = &parents->links[i];
        bool there = false;
        if (strcmp(link->constraint, constraint) != 0) {
            continue;
        }
        if (!read_key(loader, link, row, &there, error)) {
            return error_context(error, "reading the key that a row refers to");
        }
        if (there) {
            push_asked(parents, own, link->entity);
            *waits = true;
        }
    }
    parents->count += *waits ? 1 : 0;
    return text_buffer_check(&parents->asked, error);
}

static bool push_classified(struct loader *loader,
                            const struct session_result *children,
                            struct error *error)
{
    struct text_buffer *out = &loader->rejects;
    const char *row = loader->parents.rows.data;
    int next = 0;
    for (int i = 0; i < loader->parents.count; i++) {
        const char *end = strchr(row, '\n');
        bool child =
            next < children->rows && strtol(session_value(children, next, 0), NULL, 10) == i;
        text_buffer_push(out, row, (size_t)(end - row));
        text_buffer_format(
            out, "\t%s\n", reject_class_text(child ? REJECT_PARENT : REJECT_FOREIGN_KEY));
        next += child ? 1 : 0;
        row = end + 1;
    }
    return NOVATE_CHECK(error, next == children->rows) && text_buffer_check(out, error);
}

static bool count_rejects(struct loader *loader,
                          enum reject_class class,
                          int count,
                          struct error *error)
{
    return count == 0 ||
           counters_add(
               &loader->tally.counters, "reject", reject_class_text(class), (uint64_t)count, error);
}

bool parents_settle(struct loader *loader, struct error *error)
{
    struct parents *parents = &loader->parents;
    const struct target_entity *entity = loader->options.entity;
    struct session_result children;
    struct arena arena;
    arena_init(&arena, 4096, loader->options.budget);
    text_buffer_char(&parents->asked, ']');
    const char *again = loader->options.retry == NULL ? "{}" : retry_found(loader);
    const char *const parameters[] = {
        entity->migration, entity->entity, parents->asked.data, again};
    bool ok =
        (again != NULL || error_set_memory(error)) && text_buffer_check(&parents->asked, error) &&
        session_query(loader->session, select_children, 4, parameters, &arena, &children, error);
    ok = ok && push_classified(loader, &children, error) &&
         count_rejects(loader, REJECT_PARENT, children.rows, error) &&
         count_rejects(loader, REJECT_FOREIGN_KEY, parents->count - children.rows, error);
    arena_release(&arena);
    parents_reset(parents);
    return ok || error_context(error, "looking for rejects that rows refer to");
}
