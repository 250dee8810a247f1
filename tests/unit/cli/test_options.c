/* test_options.c — the command line: what is read, what is refused, and with which suggestion.
 * SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS_MAX = 12
};

/* Splits a line at blanks, as a shell would. */
static bool parse(const char *line, struct options *options, struct error *error)
{
    static char copy[256];
    char *words[WORDS_MAX];
    int count = 0;
    (void)snprintf(copy, sizeof copy, "novate %s", line);
    for (char *at = copy; *at != '\0' && count < WORDS_MAX;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at == ' ') {
            *at++ = '\0';
        }
    }
    return options_parse(count, words, options, error);
}

START_TEST(options_are_read_wherever_they_stand)
{
    struct options options;
    struct error error = ERROR_NONE;
    ck_assert(parse(
        "run -j4 plan.yaml --set a=1 --set=b=2 --no-verify -q --entity=patient", &options, &error));
    ck_assert_int_eq(options.command, COMMAND_RUN);
    ck_assert_str_eq(options.plan, "plan.yaml");
    ck_assert_int_eq(options.jobs, 4);
    ck_assert_int_eq(options.setting_count, 2);
    ck_assert_str_eq(options.settings[1], "b=2");
    ck_assert(options.no_verify);
    ck_assert(options.quiet);
    ck_assert_str_eq(options.entities[0], "patient");
    ck_assert(parse("rejects list p --limit 0", &options, &error));
    ck_assert_str_eq(options.plan, "p");
    ck_assert_uint_eq(options.limit, 0);
    ck_assert(parse("trace p patient --show-keys -- -5 A", &options, &error));
    ck_assert_str_eq(options.plan, "p");
    ck_assert_int_eq(options.file_count, 3);
    ck_assert_str_eq(options.files[0], "patient");
    ck_assert_str_eq(options.files[1], "-5");
    ck_assert_str_eq(options.files[2], "A");
    ck_assert(parse("repair p --print --output f.sql", &options, &error));
    ck_assert(options.print);
    ck_assert_str_eq(options.output, "f.sql");
    ck_assert(parse("verify schema p --format json", &options, &error));
    ck_assert_str_eq(options.verb, "schema");
    ck_assert_str_eq(options.plan, "p");
    ck_assert(parse("verify ./schema", &options, &error));
    ck_assert_str_eq(options.verb, "");
    ck_assert_str_eq(options.plan, "./schema");
    ck_assert(parse("run -- -plan", &options, &error));
    ck_assert_str_eq(options.plan, "-plan");
}
END_TEST

static const struct {
    const char *line;
    const char *message;
    const char *hint;
} REFUSED[] = {
    {"rnu plan.yaml", "there is no command \"rnu\"", "Perhaps you meant \"novate run\"."},
    {"run", "command \"run\" needs a plan file", "Try \"novate help run\"."},
    {"run a b", "\"b\" is one argument too many", "Try \"novate help run\"."},
    {"run p --job 3", "there is no option --job", "Perhaps you meant --jobs."},
    {"run p --jobs x", "option --jobs needs a number from 0 to 64, not \"x\"", "novate help run"},
    {"run p --jobs 65", "option --jobs needs a number from 0 to 64, not \"65\"", ""},
    {"run p --jobs", "option --jobs needs an argument: N", ""},
    {"run p --dry-run=yes", "option --dry-run takes no argument", ""},
    {"check p --restart",
     "command \"check\" has no option --restart",
     "Try \"novate help check\"."},
    {"--jobs 3 run p", "option --jobs must follow a command", "Try \"novate help\"."},
    {"run p -z", "there is no option -z", ""},
    {"run p --log-format xml", "option --log-format is text or json, not \"xml\"", ""},
    {"segments",
     "command \"segments\" needs list PLAN, check PLAN or key FILE",
     "Try \"novate help segments\"."},
    {"segments drop p", "command \"segments\" needs list PLAN, check PLAN or key FILE", ""},
    {"segments check", "command \"segments check\" needs a plan file", ""},
    {"segments key", "command \"segments\" needs a file", ""},
    {"segments key a b", "\"b\" is one argument too many", ""},
    {"segments list p q", "\"q\" is one argument too many", ""},
    {"check p --key-file k", "command \"check\" has no option --key-file", ""},
    {"repairs p", "command \"repairs\" needs list PLAN", ""},
    {"rejects list", "command \"rejects list\" needs a plan file", ""},
    {"rejects list p 3", "\"3\" is one argument too many", ""},
    {"rejects list p --state done", "option --state is open, retried or closed, not \"done\"", ""},
    {"rejects list p --format markdown",
     "option --format is text, json or csv, not \"markdown\"",
     ""},
    {"trace p patient",
     "command \"trace\" needs a plan file, an entity and the key of a record",
     "Try \"novate help trace\"."},
    {"trace p patient 3 --format csv", "option --format is text or json, not \"csv\"", ""},
    {"trace p patient 3 --entity x", "command \"trace\" has no option --entity", ""},
    {"repair p q", "\"q\" is one argument too many", ""},
    {"verify p --print", "command \"verify\" has no option --print", ""},
    {"verify", "command \"verify\" needs a plan file", "Try \"novate help verify\"."},
    {"verify p q", "\"q\" is one argument too many", "Try \"novate help verify\"."},
    {"verify schema", "command \"verify schema\" needs a plan file", ""},
    {"verify schema p q", "\"q\" is one argument too many", ""},
    {"verify shema p",
     "\"p\" is one argument too many",
     "Perhaps you meant \"novate verify schema\"."},
    {"report chek p",
     "\"p\" is one argument too many",
     "Perhaps you meant \"novate report check\"."},
    {"verify p --format markdown", "option --format is text, json or csv, not \"markdown\"", ""},
    {"version now", "\"now\" is one argument too many", ""},
};

START_TEST(mistakes_are_told_with_what_to_do)
{
    struct options options;
    struct error error = ERROR_NONE;
    ck_assert(!parse(REFUSED[_i].line, &options, &error));
    ck_assert_int_eq(error.code, ERROR_USAGE);
    ck_assert_str_eq(error.message, REFUSED[_i].message);
    ck_assert_msg(strstr(error.hint, REFUSED[_i].hint) != NULL, "hint is \"%s\"", error.hint);
    ck_assert_str_ne(error.hint, "");
}
END_TEST

START_TEST(help_lists_every_command_and_only_its_options)
{
    struct text_buffer out;
    text_buffer_init(&out, 1 << 20);
    help_program(&out);
    ck_assert_ptr_nonnull(strstr(out.data, "  rehearse    "));
    text_buffer_reset(&out);
    help_command(COMMAND_CHECK, &out);
    ck_assert_ptr_nonnull(strstr(out.data, "--offline"));
    ck_assert_ptr_null(strstr(out.data, "--no-verify"));
    for (const char *line = out.data; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        ck_assert_uint_le(size, 100);
        line += size + (line[size] == '\n');
    }
    text_buffer_release(&out);
}
END_TEST

/* The README beside the code carries what `novate help reference` prints. */
START_TEST(the_reference_is_not_stale)
{
    char path[1024];
    struct text_buffer page;
    struct text_buffer reference;
    const char *here = __FILE__;
    const char *end = strstr(here, "tests/unit/cli/");
    ck_assert_ptr_nonnull(end);
    (void)snprintf(path, sizeof path, "%.*scli/README.md", (int)(end - here), here);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "no file %s", path);
    text_buffer_init(&page, 1 << 20);
    text_buffer_init(&reference, 1 << 20);
    char piece[4096];
    size_t size = 0;
    while ((size = fread(piece, 1, sizeof piece, file)) > 0) {
        text_buffer_push(&page, piece, size);
    }
    ck_assert_int_eq(fclose(file), 0);
    text_buffer_string(&reference, "<!-- reference:begin -->\n");
    help_reference(&reference);
    text_buffer_string(&reference, "<!-- reference:end -->\n");
    ck_assert_msg(strstr(page.data, reference.data) != NULL,
                  "cli/README.md is stale: put the output of \"novate help reference\" between "
                  "its markers");
    text_buffer_release(&page);
    text_buffer_release(&reference);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tcase = tcase_create("options");
    tcase_add_test(tcase, options_are_read_wherever_they_stand);
    tcase_add_loop_test(
        tcase, mistakes_are_told_with_what_to_do, 0, (int)(sizeof REFUSED / sizeof REFUSED[0]));
    tcase_add_test(tcase, help_lists_every_command_and_only_its_options);
    tcase_add_test(tcase, the_reference_is_not_stale);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
