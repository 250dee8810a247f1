/* test_kernel_document.c — functions of documents as mappings call them: what becomes of damage,
 * NULLs, lengths, and of documents that are not compressed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "kernels.h"

START_TEST(rtf_becomes_text)
{
    static const struct value_case cases[] = {
        {"rtf_text('{\\rtf1\\ansi Hb 13.2 g/dL\\par Plts 250}')", "Hb 13.2 g/dL\nPlts 250"},
        {"rtf_text('{\\rtf1\\ansi\\ansicpg1252 Caf\\''e9 \\''93x\\''94}')",
         "Caf\303\251 \342\200\234x\342\200\235"},
        {"rtf_text('{\\rtf1\\ansi\\uc1 \\u8217?s}')", "\342\200\231s"},
        {"rtf_text('{\\rtf1 one\\b0 two}')", "onetwo"},
        {"rtf_text('{\\rtf1 a\\~b\\_c\\-d}')", "a\302\240b\342\200\221cd"},
        {"rtf_text('plain text')", "plain text"},
        {"rtf_text('\\x7b5c7274663120636166e97d'::bytea)", "caf\303\251"},
        {"rtf_text('\\x636166e9'::bytea)", "caf\303\251"},
        {"rtf_text('\\x'::bytea)", ""},
        {"rtf_text('')", ""},
        {"rtf_text('{\\rtf1}')", ""},
        {"rtf_text(null::text)", "NULL"},
        {"rtf_text(null::bytea)", "NULL"},
        {"rtf_text('{\\rtf1 x'::char(20))", "!22P02"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(damaged_rtf_is_rejected)
{
    static const struct value_case cases[] = {
        {"rtf_text('{\\rtf1 x')", "!22P02"},
        {"rtf_text('{\\rtf1 x}}')", "!22P02"},
        {"rtf_text('{\\rtf1 \\''81}')", "!22021"},
        {"rtf_text('\\x81'::bytea)", "!22021"},
        {"rtf_text('\\x255044462d312e34'::bytea)", "!22023"},
        {"rtf_text('{\\rtf1' || rpad('', 600, '{') || rpad('', 601, '}'))", "!54001"},
        {"try(rtf_text('{\\rtf1 x'), 'not readable')", "not readable"},
    };
    CHECK_VALUES(cases);
}
END_TEST

#define AAAAAAAA "'\\x801060503814046f63665f626c6f6200'::bytea"

START_TEST(ocf_becomes_the_document)
{
    static const struct value_case cases[] = {
        {"ocf_decode('\\x8040406f63665f626c6f6200'::bytea)", "\\x"},
        {"ocf_decode('\\x801060206f63665f626c6f6200'::bytea)", "\\x41"},
        {"ocf_decode(" AAAAAAAA ")", "\\x4141414141414141"},
        {"rtf_text(ocf_decode('"
         "\\x801ecb8723a198625c309b8e66984428d2633819c62321a8c84048310806233174"
         "58ce2f32130b870309c8404330998b827328e4fb016f63665f626c6f6200'::bytea))",
         "Hb 13.2 g/dL\nCaf\303\251"},
        {"ocf_decode('\\x'::bytea)", "\\x"},
        {"ocf_decode(null)", "NULL"},
        {"ocf_decode('\\x801060'::bytea)", "!22P03"},
        {"ocf_decode('\\x806060'::bytea)", "!22P03"},
        {"try(ocf_decode('\\x801060'::bytea))", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(lengths_agree_within_one_percent)
{
    static const struct value_case cases[] = {
        {"ocf_decode(" AAAAAAAA ", 8)", "\\x4141414141414141"},
        {"ocf_decode(" AAAAAAAA ", 9)", "!22026"},
        {"ocf_decode(" AAAAAAAA ", 7)", "!22026"},
        {"ocf_decode(" AAAAAAAA ", -8)", "!22026"},
        {"ocf_decode(" AAAAAAAA ", -9223372036854775808)", "!22026"},
        {"ocf_decode(" AAAAAAAA ", null)", "NULL"},
        {"ocf_decode('\\x'::bytea, 0)", "\\x"},
        {"ocf_decode('\\x'::bytea, 1)", "!22026"},
        {"ocf_decode('\\x'::bytea, 9223372036854775807)", "!22026"},
        /* what is not compressed: 100 bytes, of which 99 or 101 might be stated */
        {"length(ocf_decode(('\\x255044462d' || rpad('', 190, '78'))::bytea, 99))", "!22026"},
        {"length(ocf_decode(('\\x255044462d' || rpad('', 190, '78'))::bytea, 100))", "100"},
        {"length(ocf_decode(('\\x255044462d' || rpad('', 190, '78'))::bytea, 101))", "100"},
        {"length(ocf_decode(('\\x255044462d' || rpad('', 190, '78'))::bytea, 102))", "!22026"},
    };
    CHECK_VALUES(cases);
}
END_TEST

/* Several documents in one batch: each has its own result, whatever the others are. */
START_TEST(documents_of_a_batch_do_not_touch_each_other)
{
    static const char *const rows[][1] = {{"\\x801060206f63665f626c6f6200"},
                                          {"\\x7b5c727466312078796f63665f626c6f6200"},
                                          {"\\x801060503814046f63665f626c6f6200"},
                                          {NULL},
                                          {"\\x7b5c72746631205c66302079797d"},
                                          {"\\x801060206f63665f626c6f6200"}};

    mapping_run_source(&run, "D", "bytea");
    mapping_run_column(&run, "text", "try(rtf_text(ocf_decode(D)), 'damaged')");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mapping_run_row(&run, rows[i]);
    }
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 6);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "A");
    ck_assert_str_eq(mapping_run_value(&run, 0, 1), "damaged");
    ck_assert_str_eq(mapping_run_value(&run, 0, 2), "AAAAAAAA");
    ck_assert_ptr_null(mapping_run_value(&run, 0, 3));
    ck_assert_str_eq(mapping_run_value(&run, 0, 4), "yy");
    ck_assert_str_eq(mapping_run_value(&run, 0, 5), "A");
}
END_TEST

/* What the kernel says of the rows of one batch. */
START_TEST(documents_that_are_not_compressed_are_noted)
{
    struct text blobs[] = {text_of("%PDF-1.4"), text_from("\x80\x10\x60\x20", 4), text_of("%PDF-")};
    struct vector argument = {
        .type = type_of(TYPE_BYTEA), .rows = 3, .base_rows = 3, .texts = blobs};
    struct text texts[3];
    struct vector result = {.type = type_of(TYPE_BYTEA), .rows = 3, .base_rows = 3, .texts = texts};
    uint64_t valid = 0;
    uint64_t failed = 0;
    struct failures failures = {.failed = &failed};
    struct remarks remarks = {.items = NULL};
    struct call call = {.args = (const struct vector *const[]){&argument},
                        .types = (const struct type *const[]){&argument.type},
                        .arg_count = 1,
                        .result = &result,
                        .type = &result.type,
                        .valid_room = &valid,
                        .count = 3,
                        .arena = &run.arena,
                        .failures = &failures,
                        .remarks = &remarks};

    kernel_ocf_decode(&call);
    ck_assert(!call.out_of_memory && !failures.any);
    ck_assert(text_equal(texts[0], blobs[0]) && text_equal(texts[1], text_of("A")));
    ck_assert_int_eq(remarks.count, 2);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(remarks.items[i].rule, "ocf_not_compressed");
        ck_assert_int_eq(remarks.items[i].kind, REMARK_REPAIR);
        ck_assert_int_eq(remarks.items[i].row, 2 * i);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {rtf_becomes_text,
                                  damaged_rtf_is_rejected,
                                  ocf_becomes_the_document,
                                  lengths_agree_within_one_percent,
                                  documents_of_a_batch_do_not_touch_each_other,
                                  documents_that_are_not_compressed_are_noted};
    return RUN_TESTS("kernel_document", tests);
}
