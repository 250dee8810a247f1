/* mapping_digest.c — what decides which rows a mapping makes, as one hash; and of a lookup what
 * decides its entries.
 *
 * The digest is over the tree, not the bytes: a comment, a blank or other quotes leave the staged
 * and loaded chunks of a mapping valid; any other name, expression or value does not. Examples are
 * left out, since they decide about no row, and parameters of fragments, which are put in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"
#include "plan_file.h"

#include "novate/hash.h"

/* Where a node stands; PART_ENTRIES is a lookup by itself. "store" of a lookup says where its
 * entries are kept, not what they are, and "defer" of the target how it is loaded, not with what:
 * they can change while a migration is under way. */
enum part {
    PART_MAPPING,
    PART_TARGET,
    PART_LOOKUPS,
    PART_LOOKUP,
    PART_ENTRIES,
    PART_OTHER
};

static enum part part_below(enum part part, struct text key)
{
    if (part == PART_MAPPING && text_equal(key, text_of("lookups"))) {
        return PART_LOOKUPS;
    }
    if (part == PART_MAPPING && text_equal(key, text_of("target"))) {
        return PART_TARGET;
    }
    return part == PART_LOOKUPS ? PART_LOOKUP : PART_OTHER;
}

static bool decides(enum part part, struct text key)
{
    if (part == PART_MAPPING) {
        return !text_equal(key, text_of("examples")) && !text_equal(key, text_of("parameters")) &&
               !text_equal(key, text_of("limits")) && !text_equal(key, text_of("verify"));
    }
    if (part == PART_TARGET) {
        return !text_equal(key, text_of("defer"));
    }
    if (part == PART_ENTRIES) {
        return !text_equal(key, text_of("missing"));
    }
    return part != PART_LOOKUP || !text_equal(key, text_of("store"));
}

static unsigned count_of(const struct plan_node *node, enum part part)
{
    unsigned count = (unsigned)node->count;

    for (int i = 0; node->kind == PLAN_MAP && i < node->count; i++) {
        count -= !decides(part, node->keys[i]->text);
    }
    return count;
}

static void push_node(struct hash_stream *stream, const struct plan_node *node, enum part part)
{
    const char kind = node->kind == PLAN_TEXT   ? (plan_node_is_null(node) ? 'n' : 't')
                      : node->kind == PLAN_LIST ? 'l'
                                                : 'm';
    const unsigned count = count_of(node, part);
    const char bytes[] = {
        (char)(count >> 24), (char)(count >> 16), (char)(count >> 8), (char)count};

    hash_stream_push(stream, &kind, 1);
    if (node->kind == PLAN_TEXT) {
        hash_stream_field(stream, node->text);
        return;
    }
    hash_stream_push(stream, bytes, sizeof bytes);
    for (int i = 0; i < node->count; i++) {
        if (node->kind != PLAN_MAP) {
            push_node(stream, node->items[i], PART_OTHER);
        } else if (decides(part, node->keys[i]->text)) {
            hash_stream_field(stream, node->keys[i]->text);
            push_node(stream, node->items[i], part_below(part, node->keys[i]->text));
        }
    }
}

void mapping_set_lookup_digest(struct plan_reader *reader,
                               const struct plan_node *node,
                               struct lookup_spec *spec)
{
    struct error memory = ERROR_NONE;
    struct hash_stream stream;

    if (!hash_stream_open(&stream, &memory)) {
        (void)plan_reader_keep(reader, NULL);
        return;
    }
    push_node(&stream, node, PART_ENTRIES);
    spec->digest = hash_stream_value(&stream);
    hash_stream_close(&stream);
}

/* False, and nothing but a problem noted, when the file cannot be read. */
static bool push_file(struct plan_reader *reader,
                      struct hash_stream *stream,
                      const struct lookup_spec *lookup,
                      struct error *error)
{
    struct error unread = ERROR_NONE;
    const char *path = plan_path_join(lookup->directory, lookup->source.file, reader->arena);

    if (path == NULL) {
        return error_set_memory(error);
    }
    if (plan_file_hash(path, stream, &unread)) {
        return true;
    }
    if (unread.code != ERROR_PLAN) {
        *error = unread;
        return false;
    }
    problem_add(reader->problems,
                lookup->source.place,
                "Files of lookups are looked for from the folder of the mapping.",
                "%s",
                unread.message);
    return true;
}

bool mapping_set_digest(struct plan_reader *reader,
                        const struct plan_node *root,
                        const struct fragments *fragments,
                        struct mapping *mapping,
                        struct error *error)
{
    struct hash_stream stream;
    bool ok = true;

    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    push_node(&stream, root, PART_MAPPING);
    for (int i = 0; i < fragments->count; i++) {
        push_node(&stream, fragments->items[i]->root, PART_MAPPING);
    }
    for (int i = 0; ok && i < mapping->lookup_count; i++) {
        const struct relation_spec *source = &mapping->lookups[i].source;
        if (source->file != NULL && source->in == NULL) {
            ok = push_file(reader, &stream, &mapping->lookups[i], error);
        }
    }
    mapping->digest = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return ok;
}
