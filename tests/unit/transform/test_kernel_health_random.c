/* test_kernel_health_random.c — whatever a text is, functions of health care read nothing beyond it
 * and give valid values; what they give they leave as it is; and what they call a repair is one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "health_fixture.h"

#include <stdlib.h>

/* Functions that give a text in one form: given it again, they change nothing. */
static const char *const normal_forms[] = {
    "nhs_number",
    "chi_number",
    "postcode",
    "ods_code",
    "practitioner_code",
    "gmc_code",
    "gdc_code",
    "sctid",
    "dmd_id",
    "icd10",
    "opcs4",
    "read_code",
    "ethnic_category",
    "person_stated_gender",
    "person_name",
    "ucum_unit",
    "dicom_uid",
    "mojibake",
    "person_gender_current",
    "nhs_number_status_code",
};

/* Pieces of which random texts come nearer to what functions look for. */
static const char *const pieces[] = {
    "0",
    "1",
    "9",
    "O",
    "I",
    " ",
    "-",
    ".",
    ",",
    "943",
    "476",
    "5919",
    "SO22",
    "5DE",
    "C",
    "CD",
    "G",
    "D",
    "99",
    "ZZ99",
    "BFPO",
    "MC",
    "MAC",
    "VAN",
    "de",
    "'",
    "R54",
    "+",
    "*",
    "K40",
    "..",
    "<",
    "<=",
    ">",
    "x",
    "mol",
    "/L",
    "10^9",
    "IU",
    "2008",
    "0605",
    "1000001",
    "(",
    ")",
    "\n",
    "\xc2\xa0",
    "\xc3\x83",
    "\xc2\xa2",
    "\xc3\xa2",
    "\xe2\x82\xac",
    "\xe2\x84\xa2",
    "\xc2\xb5",
    "\xce\xbc",
    "\xe2\x80\xa0",
    "\xf0\x9f\x98\x80",
};

static void push_character(struct seed *seed, struct text_buffer *out)
{
    uint32_t c = 1 + (uint32_t)seed_below(seed, seed_below(seed, 2) == 0 ? 0x7f : 0x10fffe);

    if (c < 0x80) {
        text_buffer_char(out, (char)c);
    } else if (c < 0x800) {
        text_buffer_char(out, (char)(0xc0 | c >> 6));
        text_buffer_char(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        c = c >= 0xd800 && c < 0xe000 ? 0xfffd : c;
        text_buffer_char(out, (char)(0xe0 | c >> 12));
        text_buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        text_buffer_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        text_buffer_char(out, (char)(0xf0 | c >> 18));
        text_buffer_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        text_buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        text_buffer_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

static void random_text(struct seed *seed, struct text_buffer *out)
{
    int count = seed_below(seed, seed_below(seed, 20) == 0 ? 200 : 8);

    text_buffer_reset(out);
    for (int i = 0; i < count; i++) {
        if (seed_below(seed, 4) == 0) {
            push_character(seed, out);
        } else {
            text_buffer_string(out,
                               pieces[seed_below(seed, (int)(sizeof pieces / sizeof pieces[0]))]);
        }
    }
}

/* Memory of exactly that size, so that a sanitizer sees what is read beyond it. */
static char *exact_copy(const struct text_buffer *text)
{
    char *copy = malloc(text->size > 0 ? text->size : 1);

    hold(copy != NULL);
    memcpy(copy, text->size > 0 ? text->data : "", text->size);
    return copy;
}

START_TEST(any_text_gives_a_valid_value)
{
    int count = 0;
    const struct function *table = function_table(&count);
    struct seed seed = seed_of(20260306);
    struct text_buffer text;
    int functions = 0;

    text_buffer_init(&text, 1 << 16);
    for (int i = 0; i < count; i++) {
        /* functions of health care follow each other: from nhs_number on */
        functions += strcmp(table[i].name, "nhs_number") == 0;
        if (functions == 0 || table[i].args[0] != (int)TYPE_TEXT || table[i].arg_count != 1) {
            continue;
        }
        functions++;
        for (int round = 0; round < 2000; round++) {
            struct arena_mark mark = arena_mark(&run.arena);
            random_text(&seed, &text);
            char *copy = exact_copy(&text);
            struct health_answer answer =
                health_ask_text(table[i].name, text_from(copy, text.size));
            hold(utf8_valid(answer.value, strlen(answer.value), NULL));
            ck_assert(answer.rules[0] == '\0' ||
                      (table[i].flags & FUNCTION_REMARKS) == FUNCTION_REMARKS);
            free(copy);
            arena_rewind(&run.arena, mark);
        }
    }
    text_buffer_release(&text);
    ck_assert_int_gt(functions, 35);
}
END_TEST

START_TEST(a_value_stays_and_only_repairs_change_it)
{
    struct seed seed = seed_of(20260307);
    struct text_buffer text;
    int passed = 0;

    text_buffer_init(&text, 1 << 16);
    for (size_t i = 0; i < sizeof normal_forms / sizeof normal_forms[0]; i++) {
        for (int round = 0; round < 3000; round++) {
            struct arena_mark mark = arena_mark(&run.arena);
            random_text(&seed, &text);
            text_buffer_char(&text, '\0');
            struct health_answer once = health_ask(normal_forms[i], text.data);
            if (once.value[0] != '!') {
                struct health_answer twice = health_ask(normal_forms[i], once.value);
                bool split = strcmp(normal_forms[i], "read_code") == 0; /* drops the term code */
                ck_assert_msg(strcmp(twice.value, once.value) == 0 && twice.repairs == 0,
                              "%s('%s')",
                              normal_forms[i],
                              text.data);
                ck_assert_msg((strcmp(once.value, text.data) != 0) == (once.repairs > 0) || split,
                              "%s('%s')",
                              normal_forms[i],
                              text.data);
                passed++;
            }
            arena_rewind(&run.arena, mark);
        }
    }
    text_buffer_release(&text);
    ck_assert_int_gt(passed, 3000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        any_text_gives_a_valid_value,
        a_value_stays_and_only_repairs_change_it,
    };
    return RUN_TESTS("kernel_health_random", tests);
}
