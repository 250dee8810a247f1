/* references.c — asks which rows of a piece refer to what is not there; see references.h.
 *
 * Keys go as arrays, in binary where the piece does: the bytes of the fields are those of the
 * elements. Each is looked up by the index of the key that it refers to, never by a join, whose
 * cost would grow with that table. SPDX-License-Identifier: Apache-2.0 */
#include "references.h"

#include "copy_escape.h"
#include "loader_private.h"
#include "references_queries.h"

#include "novate/deferral.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    THERE_MAX = 1 << 16, /* keys that are known to be there: 1 MB */
    PLACES_MAX = 2 * LIMIT_COPY_ROWS,
    ARRAY_BYTES_MAX = 1 << 30
};

/* The columns of references_query. */
enum {
    READ_NAME,
    READ_REFERS_TO,
    READ_TABLE,
    READ_FULL,
    READ_COUNT,
    READ_CHILD,
    READ_PARENT,
    READ_COLLATION,
    READ_EQUALS,
    READ_ARRAY,
    READ_TYPE,
    READ_ELEMENT
};

void references_init(struct references *references, struct budget *budget)
{
    *references = (struct references){.off = NULL};
    arena_init(&references->arena, 4096, budget);
    arena_init(&references->fixed, (size_t)64 << 10, budget);
    text_buffer_init(&references->key, LIMIT_RECORD_BYTES * 2);
}

void references_release(struct references *references)
{
    for (int i = 0; references->arrays != NULL && i < LIMIT_KEY_COLUMNS; i++) {
        text_buffer_release(&references->arrays[i]);
    }
    text_buffer_release(&references->key);
    arena_release(&references->arena);
    arena_release(&references->fixed);
}

static bool make_room(struct references *references, struct error *error)
{
    struct arena *arena = &references->fixed;
    if (references->arrays != NULL) {
        return true;
    }
    references->there = ARENA_ARRAY(arena, struct hash, THERE_MAX);
    references->places = ARENA_ARRAY(arena, int, PLACES_MAX);
    references->keys = ARENA_ARRAY(arena, struct reference_key, LIMIT_COPY_ROWS);
    references->key_of = ARENA_ARRAY(arena, int, LIMIT_COPY_ROWS);
    references->absent = ARENA_ARRAY(arena, int16_t, LIMIT_COPY_ROWS);
    struct text_buffer *arrays = ARENA_ARRAY(arena, struct text_buffer, LIMIT_KEY_COLUMNS);
    if (references->there == NULL || references->places == NULL || references->keys == NULL ||
        references->key_of == NULL || references->absent == NULL || arrays == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < LIMIT_KEY_COLUMNS; i++) {
        text_buffer_init(&arrays[i], ARRAY_BYTES_MAX);
    }
    references->arrays = arrays;
    return true;
}

/* Rows of it come later, in this run. */
static bool is_filled_later(const struct loader *loader, const char *oid)
{
    uint32_t number = (uint32_t)strtoul(oid, NULL, 10);
    for (int i = 0; i < loader->options.filled_later_count; i++) {
        if (loader->options.filled_later[i] == number) {
            return true;
        }
    }
    return false;
}

/* Numbers of the keys that are not there. A parameter per column. */
static const char *write_question(struct loader *loader,
                                  const struct session_result *read,
                                  int first,
                                  int count)
{
    struct text_buffer sql;
    bool binary = loader->encoder.binary;
    text_buffer_init(&sql, (size_t)1 << 20);
    text_buffer_string(&sql, "SELECT (novate_asked.n - 1)::text FROM (SELECT n");
    for (int i = 0; i < count; i++) {
        text_buffer_format(
            &sql, ", c%d::%s AS c%d", i, session_value(read, first + i, READ_TYPE), i);
    }
    text_buffer_string(&sql, " FROM unnest(");
    for (int i = 0; i < count; i++) {
        text_buffer_format(&sql,
                           "%s$%d::%s",
                           i > 0 ? ", " : "",
                           i + 1,
                           binary ? session_value(read, first + i, READ_ARRAY) : "text[]");
    }
    text_buffer_string(&sql, ") WITH ORDINALITY AS novate_keys(");
    for (int i = 0; i < count; i++) {
        text_buffer_format(&sql, "c%d, ", i);
    }
    text_buffer_format(&sql,
                       "n) OFFSET 0) AS novate_asked WHERE (SELECT true FROM ONLY %s"
                       " AS novate_parent WHERE ",
                       session_value(read, first, READ_TABLE));
    for (int i = 0; i < count; i++) {
        text_buffer_string(&sql, i > 0 ? " AND novate_parent." : "novate_parent.");
        text_buffer_identifier(&sql, session_value(read, first + i, READ_PARENT), '"');
        text_buffer_format(&sql,
                           "%s %s novate_asked.c%d",
                           session_value(read, first + i, READ_COLLATION),
                           session_value(read, first + i, READ_EQUALS),
                           i);
    }
    text_buffer_string(&sql, " LIMIT 1) IS NULL");
    const char *question = sql.failed ? NULL : arena_string(&loader->references.arena, sql.data);
    text_buffer_release(&sql);
    return question;
}

/* The rows [first, first + count) are one key; all its columns must be sent. */
static bool add_reference(struct loader *loader,
                          const struct session_result *read,
                          int first,
                          int count,
                          struct error *error)
{
    struct references *references = &loader->references;
    struct reference *reference = &references->list[references->count];
    if (count > LIMIT_KEY_COLUMNS ||
        count != (int)strtol(session_value(read, first, READ_COUNT), NULL, 10) ||
        is_filled_later(loader, session_value(read, first, READ_REFERS_TO))) {
        return true;
    }
    *reference = (struct reference){
        .name = session_value(read, first, READ_NAME),
        .full = session_value(read, first, READ_FULL)[0] == 't',
        .count = count,
        .columns = ARENA_ARRAY(&references->arena, int, (size_t)count),
        .types = ARENA_ARRAY(&references->arena, uint32_t, (size_t)count),
        .question = write_question(loader, read, first, count),
    };
    if (reference->columns == NULL || reference->types == NULL || reference->question == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        const char *child = session_value(read, first + i, READ_CHILD);
        reference->columns[i] = schema_find(loader->options.schema, text_of(child), true);
        reference->types[i] =
            (uint32_t)strtoul(session_value(read, first + i, READ_ELEMENT), NULL, 10);
        if (reference->columns[i] < 0) {
            return true;
        }
    }
    references->count++;
    return true;
}

static bool read_list(struct loader *loader, const char *oid, struct error *error)
{
    struct references *references = &loader->references;
    struct session_result read;
    const char *const parameters[] = {oid};
    if (!session_query(
            loader->session, references_query, 1, parameters, &references->arena, &read, error)) {
        return false;
    }
    references->list = ARENA_ARRAY(&references->arena, struct reference, (size_t)read.rows + 1);
    if (references->list == NULL) {
        return error_set_memory(error);
    }
    for (int first = 0, end = 0; first < read.rows; first = end) {
        const char *name = session_value(&read, first, READ_NAME);
        for (end = first + 1; end < read.rows; end++) {
            if (strcmp(session_value(&read, end, READ_NAME), name) != 0) {
                break;
            }
        }
        if (!add_reference(loader, &read, first, end - first, error)) {
            return false;
        }
    }
    return references->count == 0 || make_room(references, error);
}

/* What is off may change from one chunk to the next, where several migrations load the table. */
bool references_read(struct loader *loader, struct error *error)
{
    struct references *references = &loader->references;
    struct session_result off;
    char oid[16];
    const char *const parameters[] = {oid};
    snprintf(oid, sizeof oid, "%u", loader->options.table->oid);
    if (loader->options.mode == LOAD_REPLACE) {
        return true; /* nothing is taken off its shadow */
    }
    if (!session_query_prepared(loader->session,
                                "SELECT string_agg(deferred::text, ' ') FROM (" REFERENCES_OFF
                                ") off",
                                1,
                                parameters,
                                &loader->chunk_arena,
                                &off,
                                error)) {
        return error_context(error, "looking for foreign keys that are off");
    }
    const char *now = session_value(&off, 0, 0);
    if (now == NULL ? references->off == NULL
                    : references->off != NULL && strcmp(references->off, now) == 0) {
        return true;
    }
    arena_reset(&references->arena);
    references->count = 0;
    references->off = now == NULL ? NULL : arena_string(&references->arena, now);
    if (now != NULL && references->off == NULL) {
        return error_set_memory(error);
    }
    if (references->there != NULL) { /* keys are numbered anew */
        memset(references->there, 0, THERE_MAX * sizeof *references->there);
    }
    return now == NULL || read_list(loader, oid, error) ||
           error_context(error, "reading foreign keys that are off");
}

/* The key of a row by a reference, hashed. `*asked` false: there is none, or none that can be told.
 */
static bool hash_key(
    struct loader *loader, int number, int row, struct hash *hash, bool *asked, struct error *error)
{
    struct references *references = &loader->references;
    const struct reference *reference = &references->list[number];
    struct text_buffer *key = &references->key;
    int nulls = 0;
    text_buffer_reset(key);
    text_buffer_push(key, &number, sizeof number);
    *asked = true;
    for (int i = 0; i < reference->count; i++) {
        struct text field;
        enum piece_value value =
            piece_field(&loader->piece, loader->encoder.binary, row, reference->columns[i], &field);
        nulls += value == PIECE_NULL ? 1 : 0;
        *asked = *asked && value == PIECE_VALUE;
        text_buffer_push(key, &field.size, sizeof field.size);
        text_buffer_push(key, field.data, field.size);
    }
    if (reference->full && nulls > 0 && nulls < reference->count) {
        references->absent[row] = (int16_t)number;
        references->absent_count++;
    }
    if (!text_buffer_check(key, error)) {
        return false;
    }
    *hash = hash_bytes(key->data, key->size);
    return true;
}

/* Which of the piece's keys it is; a new one where it is none. */
static int number_key(struct references *references, struct hash hash, int row)
{
    uint32_t place = (uint32_t)hash.high % PLACES_MAX;
    while (references->places[place] >= 0) {
        int key = references->places[place];
        if (hash_equal(references->keys[key].hash, hash)) {
            return key;
        }
        place = (place + 1) % PLACES_MAX;
    }
    references->places[place] = references->key_count;
    references->keys[references->key_count] = (struct reference_key){.hash = hash, .row = row};
    return references->key_count++;
}

static bool gather(struct loader *loader, int number, struct error *error)
{
    struct references *references = &loader->references;
    references->key_count = 0;
    memset(references->places, -1, PLACES_MAX * sizeof *references->places);
    for (int row = 0; row < loader->piece.rows; row++) {
        struct hash hash;
        bool asked = false;
        references->key_of[row] = -1;
        if (references->absent[row] != REFERENCES_PRESENT) {
            continue; /* the first key that refuses it is what counts */
        }
        if (!hash_key(loader, number, row, &hash, &asked, error)) {
            return false;
        }
        if (asked && !hash_equal(references->there[hash.low % THERE_MAX], hash)) {
            references->key_of[row] = number_key(references, hash, row);
        }
    }
    return true;
}

static void push_quoted(struct text text, bool first, struct text_buffer *out)
{
    text_buffer_string(out, first ? "\"" : ",\"");
    for (uint32_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte == '\\' && i + 1 < text.size) {
            byte = copy_unescape(text.data[++i]);
        }
        if (byte == '"' || byte == '\\') {
            text_buffer_char(out, '\\');
        }
        text_buffer_char(out, byte);
    }
    text_buffer_char(out, '"');
}

/* An array of the server's, of the column `i` of the keys [first, end). */
static void push_array(const struct loader *loader, int number, int i, int first, int end)
{
    const struct references *references = &loader->references;
    const struct reference *reference = &references->list[number];
    struct text_buffer *out = &references->arrays[i];
    bool binary = loader->encoder.binary;
    /* One dimension, no NULL, the type of the elements, how many, the number of the first. */
    const uint32_t head[] = {1, 0, reference->types[i], (uint32_t)(end - first), 1};
    char bytes[sizeof(uint32_t)];
    text_buffer_reset(out);
    for (size_t at = 0; binary && at < sizeof head / sizeof head[0]; at++) {
        (void)wire_store32(bytes, head[at]);
        text_buffer_push(out, bytes, sizeof bytes);
    }
    text_buffer_string(out, binary ? "" : "{");
    for (int key = first; key < end; key++) {
        struct text field;
        (void)piece_field(
            &loader->piece, binary, references->keys[key].row, reference->columns[i], &field);
        if (binary) {
            (void)wire_store32(bytes, field.size);
            text_buffer_push(out, bytes, sizeof bytes);
            text_buffer_push(out, field.data, field.size);
        } else {
            push_quoted(field, key == first, out);
        }
    }
    text_buffer_string(out, binary ? "" : "}");
}

static bool ask_range(
    struct loader *loader, int number, int first, int end, struct arena *arena, struct error *error)
{
    struct references *references = &loader->references;
    const struct reference *reference = &references->list[number];
    struct session_array arrays[LIMIT_KEY_COLUMNS];
    struct session_result missing;
    for (int i = 0; i < reference->count; i++) {
        push_array(loader, number, i, first, end);
        if (!text_buffer_check(&references->arrays[i], error)) {
            return false;
        }
        arrays[i] = (struct session_array){.data = references->arrays[i].data,
                                           .size = references->arrays[i].size};
    }
    if (!session_query_arrays(loader->session,
                              reference->question,
                              reference->count,
                              arrays,
                              loader->encoder.binary,
                              arena,
                              &missing,
                              error)) {
        return false;
    }
    for (int row = 0; row < missing.rows; row++) {
        long key = first + strtol(session_value(&missing, row, 0), NULL, 10);
        if (!NOVATE_CHECK(error, key >= first && key < end)) {
            return false;
        }
        references->keys[key].missing = true;
    }
    return true;
}

/* A value that its type does not take keeps a question from being answered: it is found by halves,
 * and its row is sent, for the server to refuse. */
static bool ask_keys(struct loader *loader, int number, int first, int end, struct error *error)
{
    struct error failure = ERROR_NONE;
    struct arena arena;
    if ((!loader->references.asked || loader->savepoint == SAVEPOINT_BROKEN) &&
        !loader_savepoint(loader, error)) {
        return false;
    }
    loader->references.asked = true;
    arena_init(&arena, 4096, loader->options.budget);
    bool ok = ask_range(loader, number, first, end, &arena, &failure);
    arena_release(&arena);
    if (ok) {
        return true;
    }
    if (!screen_recover(loader, &failure, error)) {
        return false;
    }
    if (!server_error_is_data(failure.sqlstate)) {
        loader->references.count = 0; /* validating will tell */
        return true;
    }
    int middle = first + (end - first) / 2;
    return end - first <= 1 ||
           (ask_keys(loader, number, first, middle, error) &&
            (loader->references.count == 0 || ask_keys(loader, number, middle, end, error)));
}

static void take_answer(struct loader *loader, int number)
{
    struct references *references = &loader->references;
    for (int key = 0; key < references->key_count; key++) {
        struct hash hash = references->keys[key].hash;
        if (!references->keys[key].missing) {
            references->there[hash.low % THERE_MAX] = hash;
        }
    }
    for (int row = 0; row < loader->piece.rows; row++) {
        int key = references->key_of[row];
        if (key >= 0 && references->keys[key].missing) {
            references->absent[row] = (int16_t)number;
            references->absent_count++;
        }
    }
}

bool references_ask(struct loader *loader, struct error *error)
{
    struct references *references = &loader->references;
    references->absent_count = 0;
    references->asked = false;
    for (int row = 0; references->count > 0 && row < loader->piece.rows; row++) {
        references->absent[row] = REFERENCES_PRESENT;
    }
    for (int number = 0; number < references->count; number++) {
        if (!gather(loader, number, error)) {
            return false;
        }
        if (references->key_count > 0) {
            if (!ask_keys(loader, number, 0, references->key_count, error)) {
                return error_context(error, "asking for the rows that others refer to");
            }
            take_answer(loader, number);
        }
    }
    return true;
}

bool references_refuse(struct loader *loader, int row, struct error *error)
{
    const struct references *references = &loader->references;
    struct refusal refusal = {.row = row, .sqlstate = "23503"};
    snprintf(refusal.constraint,
             sizeof refusal.constraint,
             "%s",
             references->list[references->absent[row]].name);
    return rejects_refuse(loader, row, &refusal, error);
}

bool deferral_asked(struct session *session,
                    const struct target_table *table,
                    struct arena *arena,
                    uint32_t **oids,
                    int *count,
                    struct error *error)
{
    struct session_result read;
    char oid[16];
    const char *const parameters[] = {oid};
    snprintf(oid, sizeof oid, "%u", table->oid);
    *count = 0;
    if (!session_query_prepared(session, references_query, 1, parameters, arena, &read, error)) {
        return error_context(
            error, "looking for the foreign keys of %s that are off", table->quoted);
    }
    *oids = ARENA_ARRAY(arena, uint32_t, (size_t)read.rows + 1);
    if (*oids == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < read.rows; row++) {
        (*oids)[(*count)++] =
            (uint32_t)strtoul(session_value(&read, row, READ_REFERS_TO), NULL, 10);
    }
    return true;
}
