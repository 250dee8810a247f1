/* test_amendment.c — the restricted files: one per chunk, there whole before the chunk is written,
 * replaced when it comes again. SPDX-License-Identifier: Apache-2.0 */
#include "temporary.h"
#include "values.h"

#include "novate/amendment.h"
#include "novate/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct temporary folder;
static struct error error;
static struct column columns[] = {{.name = "id", .type = {.id = TYPE_INT4}}};
static const struct schema schema = {columns, 1};

/* The writer behind: it looks whether the file is there when the chunk ends. */
struct inner {
    char path[600];
    int batches;
    int ended_with_file;
    int aborted;
    int restarted;
    bool refuse;
};

static bool inner_write(void *state, struct batch *batch, struct error *out)
{
    struct inner *inner = state;
    struct stat status;
    inner->batches++;
    inner->ended_with_file += batch->chunk_ends && stat(inner->path, &status) == 0;
    return !inner->refuse || error_set(out, ERROR_TARGET, "refused");
}

static void inner_abort(void *state)
{
    ((struct inner *)state)->aborted++;
}

static void inner_restart(void *state)
{
    ((struct inner *)state)->restarted++;
}

static struct inner inner;
static struct amendment_writer *amendments;
static struct writer writer;

static void setup(void)
{
    error = ERROR_NONE;
    temporary_make(&folder);
    inner = (struct inner){.batches = 0};
    (void)snprintf(inner.path, sizeof inner.path, "%s/restricted/p-000000.amended", folder.path);
    struct amendment_writer_options options = {
        .work_directory = folder.path,
        .folder = "restricted",
        .entity = "p",
        .inner = {&inner, inner_write, NULL, inner_abort, inner_restart},
    };
    must(amendment_writer_create(&options, &amendments, &error), &error);
    writer = amendment_writer_as_writer(amendments);
}

static void teardown(void)
{
    amendment_writer_destroy(amendments);
    temporary_remove(&folder);
}

/* One batch of a chunk with so many amendments. */
static bool write_batch(int chunk, int count, bool ends)
{
    struct batch batch;
    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_begin(&batch, 0, false, &error), &error);
    batch.chunk = chunk;
    batch.chunk_ends = ends;
    batch.amendments = ARENA_ARRAY(&batch.arena, struct amendment, (size_t)count);
    batch.amendment_count = count;
    for (int i = 0; i < count; i++) {
        batch.amendments[i] = (struct amendment){
            .key = arena_format(&batch.arena, "[\"%d\"]", i),
            .column = "c",
            .kind = "repair",
            .rule = "blanks",
            .before = "{\"A\":\" x\"}",
            .after = i % 2 == 0 ? "x" : NULL,
        };
    }
    bool ok = writer.write(writer.state, &batch, &error);
    batch_release(&batch);
    return ok;
}

struct seen {
    int count;
    int nulls;
};

static bool see(void *state, const struct amendment *amendment, struct error *out)
{
    struct seen *seen = state;
    (void)out;
    ck_assert_str_eq(amendment->rule, "blanks");
    ck_assert_str_eq(amendment->before, "{\"A\":\" x\"}");
    ck_assert_ptr_null(amendment->position);
    seen->count++;
    seen->nulls += amendment->after == NULL;
    return true;
}

static int kept(void)
{
    struct seen seen = {0, 0};
    must(amendments_read(folder.path, "restricted", "p", NULL, see, &seen, &error), &error);
    ck_assert_int_eq(seen.nulls, seen.count / 2);
    return seen.count;
}

START_TEST(a_file_is_there_before_its_chunk_ends)
{
    struct stat status;
    ck_assert(write_batch(0, 2, false));
    ck_assert_int_ne(stat(inner.path, &status), 0);
    ck_assert(write_batch(0, 2 * LIMIT_BATCH_ROWS, true));
    ck_assert_int_eq(inner.ended_with_file, 1);
    ck_assert_int_eq(stat(inner.path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    ck_assert(write_batch(1, 0, true));
    ck_assert(write_batch(2, 4, true));
    ck_assert_int_eq(kept(), 2 + 2 * LIMIT_BATCH_ROWS + 4);
    ck_assert_int_eq(inner.batches, 4);
}
END_TEST

START_TEST(a_chunk_that_comes_again_replaces_its_file)
{
    ck_assert(write_batch(0, 6, true));
    ck_assert(write_batch(0, 2, true));
    ck_assert_int_eq(kept(), 2);
    ck_assert(write_batch(0, 0, true));
    ck_assert_int_eq(kept(), 0);
}
END_TEST

START_TEST(what_was_let_go_leaves_nothing)
{
    ck_assert(write_batch(0, 6, false));
    writer.restart(writer.state);
    ck_assert_int_eq(inner.restarted, 1);
    ck_assert(write_batch(0, 2, true));
    ck_assert(write_batch(1, 8, false));
    writer.abort(writer.state);
    ck_assert_int_eq(inner.aborted, 1);
    ck_assert_int_eq(kept(), 2);
}
END_TEST

START_TEST(what_the_inner_writer_refuses_is_its_error)
{
    inner.refuse = true;
    ck_assert(!write_batch(0, 2, true));
    ck_assert_int_eq(error.code, ERROR_TARGET);
}
END_TEST

START_TEST(an_entity_forgets_its_own_files_only)
{
    ck_assert(write_batch(0, 2, true));
    must(amendments_forget(folder.path, "restricted", "other", &error), &error);
    must(amendments_forget(folder.path, "nowhere", "p", &error), &error);
    ck_assert_int_eq(kept(), 2);
    must(amendments_forget(folder.path, "restricted", "p", &error), &error);
    ck_assert_int_eq(kept(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amendment");
    TCase *tcase = tcase_create("amendment");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_file_is_there_before_its_chunk_ends);
    tcase_add_test(tcase, a_chunk_that_comes_again_replaces_its_file);
    tcase_add_test(tcase, what_was_let_go_leaves_nothing);
    tcase_add_test(tcase, what_the_inner_writer_refuses_is_its_error);
    tcase_add_test(tcase, an_entity_forgets_its_own_files_only);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
