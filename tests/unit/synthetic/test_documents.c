/* test_documents.c — documents of the hospital that does not exist, read by novate's own decoder:
 * each is what was written, but those that are damaged on purpose.
 * SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"
#include "fills.h"
#include "ocf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    PERSONS = 3000,
    MARKER_BYTES = 9
};

static struct trust trust;
static struct table *tables;
static struct row *row;
static struct arena arena;
static struct ocf_decoder *decoder;
static char stored[64 * 1024];

static void setup(void)
{
    trust_init(&trust, 2008, PERSONS);
    tables = schema_create();
    row = malloc(sizeof *row);
    ck_assert_ptr_nonnull(row);
    arena_init(&arena, 65536, NULL);
    decoder = ocf_decoder_create(&arena);
    ck_assert_ptr_nonnull(decoder);
}

static void teardown(void)
{
    arena_release(&arena);
    free(row);
    free(tables);
}

static int64_t number_in(const char *column)
{
    return row_value(row, table_column(row->table, column))->integer;
}

/* Adds a chunk without its marker; returns the size with it. */
static size_t add_chunk(int64_t index, size_t size)
{
    row_begin(row, &tables[T_CE_BLOB]);
    trust_fill(&trust, index, row);
    const struct value *chunk = row_value(row, table_column(row->table, "BLOB_CONTENTS"));
    ck_assert_uint_ge(chunk->size, MARKER_BYTES);
    ck_assert_mem_eq(chunk->bytes + chunk->size - MARKER_BYTES, "ocf_blob", MARKER_BYTES);
    ck_assert_uint_le(size + chunk->size, sizeof stored);
    memcpy(stored + size, chunk->bytes, chunk->size - MARKER_BYTES);
    return size + chunk->size - MARKER_BYTES;
}

static void check_document(int64_t index, int64_t first_row, int chunks)
{
    struct document document;
    struct text out = {0};
    bool plain = false;
    size_t size = 0;
    int64_t sequence = 0;

    document_of(&trust, index, &document);
    for (int i = 0; i < chunks; i++) {
        size = add_chunk(first_row + i, size);
        ck_assert_int_eq(number_in("BLOB_LENGTH"), (int64_t)document.size);
        sequence = number_in("BLOB_SEQ_NUM");
    }
    if (document.kind == D63 && chunks == 2) {
        ck_assert_int_eq(sequence, 3); /* the second one is not there */
        return;
    }
    ck_assert_int_eq(sequence, chunks);
    if (!document.compressed) {
        ck_assert_uint_eq(size, document.size);
        ck_assert_mem_eq(stored, document.text, size);
        return;
    }
    enum document_status status = ocf_decode(decoder, text_from(stored, size), &out, &plain);
    if (document.kind == D63) {
        ck_assert_int_ne(status, DOCUMENT_OK);
        return;
    }
    ck_assert_int_eq(status, DOCUMENT_OK);
    ck_assert_uint_eq(out.size, document.size);
    ck_assert_mem_eq(out.data, document.text, out.size);
}

START_TEST(documents_decode)
{
    int64_t next = 0;

    for (int64_t i = 0; i < trust.count[T_CE_BLOB_RESULT]; i++) {
        int chunks = i % 4 == 0 ? 2 : 1;
        check_document(i, next, chunks);
        next += chunks;
    }
    ck_assert_int_eq(next, trust.count[T_CE_BLOB]);
}
END_TEST

START_TEST(documents_of_a_kind_are_of_it)
{
    struct document document;
    int64_t escapes = 0;
    int64_t markers = 0;

    for (int64_t i = 0; i < trust.count[T_CE_BLOB_RESULT]; i++) {
        document_of(&trust, i, &document);
        char *text = calloc(1, document.size + 1);
        ck_assert_ptr_nonnull(text);
        memcpy(text, document.text, document.size);
        escapes += strstr(text, "\\u8217?") != NULL && strstr(text, "{\\rtf1") == text;
        markers += strstr(text, "ocf_blob") != NULL;
        free(text);
    }
    ck_assert_int_eq(escapes, trust.dirt.count[D65]);
    ck_assert_int_eq(markers, trust.dirt.count[D64]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("synthetic documents");
    TCase *test = tcase_create("documents");

    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, documents_decode);
    tcase_add_test(test, documents_of_a_kind_are_of_it);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
