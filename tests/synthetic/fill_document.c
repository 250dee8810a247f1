/* fill_document.c — CE_BLOB_RESULT, CE_BLOB and LONG_TEXT. A chunk is a part of the compressed
 * document, or of the document itself, and ends with a marker. SPDX-License-Identifier: Apache-2.0
 */
#include "calendar.h"
#include "codes.h"
#include "documents.h"
#include "events.h"
#include "fills.h"
#include "ocf_encoder.h"
#include "orders.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

enum {
    MARKER_BYTES = 9, /* "ocf_blob" and a NUL */
    FOUR_DOCUMENTS = 5,
    OVERLONG_BYTES = 33000,
    SENTENCE_BYTES = 80
};

void fill_blob_result(const struct trust *trust, int64_t index, struct row *row)
{
    struct event event;
    struct document document;

    event_of(trust, event_first(trust, EVENTS_DOCUMENT) + index, &event);
    document_of(trust, index, &document);
    int64_t from = event_valid_from(trust, &event, event.versions);
    row_housekeeping(trust, row, from, from);
    row_number(row, "EVENT_ID", event_id(trust, event.index));
    row_moment(row, "VALID_FROM_DT_TM", from);
    row_number(row, "STORAGE_CD", CODE_STORAGE_BLOB);
    row_number(row, "FORMAT_CD", document.rtf ? CODE_FORMAT_RTF : CODE_FORMAT_AS);
    row_number(row, "MAX_SEQUENCE_NBR", !document.two_chunks ? 1 : document.kind == D63 ? 3 : 2);
}

/* Makes a document whose kind is D63 one that nobody can read: without its end or, where it has one
 * chunk, with a first code that no decoder can know yet. */
static size_t damage(const struct document *document, unsigned char *bytes, size_t size)
{
    if (document->which % 2 == 0) {
        return size / 2;
    }
    bytes[1] |= 0x40U; /* the first bit of the code behind the clear one: 256 and more */
    return size;
}

/* The part of a document that a chunk is: all, the first or the last half, or a third of it. */
static struct span part_of(const struct document *document, size_t size, bool second)
{
    int64_t bytes = (int64_t)size;

    if (!document->two_chunks) {
        return (struct span){0, bytes};
    }
    if (document->kind == D63) {
        return second ? (struct span){bytes * 2 / 3, bytes} : (struct span){0, bytes / 3};
    }
    return second ? (struct span){bytes / 2, bytes} : (struct span){0, bytes / 2};
}

static void fill_contents(struct row *row, const struct document *document, bool second)
{
    const struct ocf_encoding encoding = {.begin_with_clear = true, .codes_max = 8191};
    size_t size = document->size;
    unsigned char *encoded = NULL;
    const void *bytes = document->text;

    if (document->compressed) {
        encoded = ocf_encode(document->text, document->size, &encoding, &size);
        if (document->kind == D63 && !document->two_chunks) {
            size = damage(document, encoded, size);
        }
        bytes = encoded;
    }
    struct span part = part_of(document, size, second);
    size_t part_size = (size_t)(part.to - part.from);
    char *chunk = row_room(row, part_size + MARKER_BYTES);
    memcpy(chunk, (const char *)bytes + part.from, part_size);
    memcpy(chunk + part_size, "ocf_blob", MARKER_BYTES);
    free(encoded);
    row_bytes(row, "BLOB_CONTENTS", chunk, part_size + MARKER_BYTES);
}

/* Each fourth document has two chunks. */
void fill_blob(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t place = index % FOUR_DOCUMENTS;
    bool second = place == 1;
    struct event event;
    struct document document;

    document_of(trust, index / FOUR_DOCUMENTS * 4 + (place > 0 ? place - 1 : 0), &document);
    event_of(trust, event_first(trust, EVENTS_DOCUMENT) + document.index, &event);
    int64_t from = event_valid_from(trust, &event, event.versions);
    row_housekeeping(trust, row, from, from);
    row_number(row, "EVENT_ID", event_id(trust, event.index));
    row_moment(row, "VALID_FROM_DT_TM", from);
    row_number(row, "BLOB_SEQ_NUM", !second ? 1 : document.kind == D63 ? 3 : 2);
    row_number(row, "BLOB_LENGTH", (int64_t)document.size);
    row_number(row,
               "COMPRESSION_CD",
               document.compressed || document.kind == V02 ? CODE_OCFCOMP : CODE_NOCOMP);
    fill_contents(row, &document, second);
    if (document.kind != CLEAN && !second) {
        row_note(row, document.kind);
    }
}

static void fill_words(struct row *row, struct dice *dice, size_t size_min)
{
    size_t room = size_min + SENTENCE_BYTES;
    char *text = row_room(row, room);
    size_t size = 0;

    do {
        const char *sentence = word_any(WORDS_REPORT, dice);
        size_t length = strlen(sentence);
        memcpy(text + size, sentence, length);
        text[size + length] = ' ';
        size += length + 1;
    } while (size <= size_min);
    row_text_sized(row, "LONG_TEXT", text, size - 1);
}

/* Comments of orders, then notes on clinical events. */
void fill_long_text(const struct trust *trust, int64_t index, struct row *row)
{
    struct dice dice = trust_dice(trust, T_LONG_TEXT, index);
    bool comment = index < trust->count[T_ORDER_COMMENT];
    int64_t which = 0;
    bool overlong = dirt_at(&trust->dirt, LONG_TEXTS, index, &which) == D73;
    struct order order;
    struct event event;

    if (comment) {
        order_of(trust, index * 10, &order);
        row_housekeeping(trust, row, order.entered, order.entered);
    } else {
        event_of(trust, event_first(trust, EVENTS_OBSERVATION) + index, &event);
        row_housekeeping(trust, row, event.verified, event.verified);
    }
    row_number(row, "LONG_TEXT_ID", trust_id(trust, T_LONG_TEXT, index));
    row_text(row, "PARENT_ENTITY_NAME", comment ? "ORDER_COMMENT" : "CLINICAL_EVENT");
    row_number(row,
               "PARENT_ENTITY_ID",
               comment ? trust_id(trust, T_ORDERS, order.index) : event_id(trust, event.index));
    fill_words(row, &dice, overlong ? OVERLONG_BYTES : (size_t)dice_below(&dice, 300));
    if (overlong) {
        row_note(row, D73);
    }
}
