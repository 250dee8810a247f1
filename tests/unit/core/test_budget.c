/* test_budget.c — large values wait for memory instead of failing, nothing waits for ever, and the
 * budget is kept to.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "values.h"

#include "novate/limits.h"
#include "novate/pipeline.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    BUDGET_BYTES = 32 << 20,
    LARGE_MAX = 11 << 20, /* of one value; a record has two */
    PIPELINES = 4,
    RECORDS = 120
};

static struct column columns[] = {{.name = "body", .type = {.id = TYPE_TEXT}},
                                  {.name = "image", .type = {.id = TYPE_BYTEA}}};
static struct schema schema = {.columns = columns, .count = 2};

/* A pipeline of one record a batch, now and then with large values. */
struct job {
    struct budget *budget;
    struct seed seed;
    int records;
    int large_bytes; /* of every value; 0: random */
    int fails_at;    /* of the writer; -1: never */
    bool threads;
    int read;
    int written;
    size_t bytes_read;
    size_t bytes_written;
    bool ok;
    struct error error;
    pthread_t thread;
};

static bool put_value(struct job *job, struct batch *batch, int column, struct error *error)
{
    bool large = seed_below(&job->seed, 3) != 0;
    size_t size = job->large_bytes > 0 ? (size_t)job->large_bytes
                  : large ? (size_t)seed_below(&job->seed, LARGE_MAX) + LIMIT_LARGE_BYTES
                          : 10;
    char *data = size >= LIMIT_LARGE_BYTES ? arena_large(&batch->arena, size)
                                           : arena_bytes(&batch->arena, size);
    if (data == NULL) {
        return error_set_memory(error);
    }
    data[0] = (char)job->read;
    data[size - 1] = (char)job->read;
    batch->columns[column].texts[0] = text_from(data, size);
    job->bytes_read += size;
    return true;
}

static bool read_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct job *job = state;
    *more = job->read < job->records;
    if (!*more) {
        return true;
    }
    if (!batch_begin(batch, 1, false, error) || !put_value(job, batch, 0, error) ||
        !put_value(job, batch, 1, error)) {
        return false;
    }
    batch_set_rows(batch, 1);
    job->read++;
    return true;
}

/* Hands large values on, as the transformation does. */
static bool apply(void *state, struct batch *in, struct batch *out, struct error *error)
{
    (void)state;
    if (!batch_begin(out, 1, false, error)) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        struct text value = in->columns[i].texts[0];
        if (!arena_mark_large(&in->arena, value.data)) {
            char *copy = arena_copy(&out->arena, value.data, value.size);
            if (copy == NULL) {
                return error_set_memory(error);
            }
            value.data = copy;
        }
        out->columns[i].texts[0] = value;
    }
    arena_hand_on(&in->arena, &out->arena);
    batch_set_rows(out, 1);
    return true;
}

static bool write_next(void *state, struct batch *batch, struct error *error)
{
    struct job *job = state;
    if (job->written == job->fails_at) {
        return error_set(error, ERROR_TARGET, "the writer failed");
    }
    for (int i = 0; i < 2; i++) {
        struct text value = batch->columns[i].texts[0];
        ck_assert_int_eq(value.data[0], (char)job->written);
        ck_assert_int_eq(value.data[value.size - 1], (char)job->written);
        job->bytes_written += value.size;
    }
    job->written++;
    return true;
}

static void *run(void *state)
{
    struct job *job = state;
    struct pipeline pipeline = {
        .reader = {.state = job, .schema = &schema, .next = read_next},
        .transformer = {.state = job, .schema = &schema, .apply = apply},
        .writer = {.state = job, .write = write_next},
        .threads = job->threads,
        .budget = job->budget,
    };
    job->ok = pipeline_run(&pipeline, &job->error);
    return NULL;
}

static void run_together(struct job *jobs, int count)
{
    for (int i = 0; i < count; i++) {
        ck_assert_int_eq(pthread_create(&jobs[i].thread, NULL, run, &jobs[i]), 0);
    }
    for (int i = 0; i < count; i++) {
        ck_assert_int_eq(pthread_join(jobs[i].thread, NULL), 0);
    }
}

static void assert_empty(const struct budget *budget)
{
    ck_assert_uint_eq(atomic_load(&budget->used_bytes), 0);
    ck_assert_uint_le(atomic_load(&budget->peak_bytes), BUDGET_BYTES);
    ck_assert_int_eq(budget->in_flight, 0);
    ck_assert(!budget->large_taken);
}

/* Each pipeline reads many times the budget, and any two of them would pass it. */
START_TEST(pipelines_share_a_budget_that_they_pass_together)
{
    struct budget budget;
    struct seed seed = seed_of(20260101);
    struct job jobs[PIPELINES];
    budget_init(&budget, BUDGET_BYTES);
    for (int i = 0; i < PIPELINES; i++) {
        jobs[i] = (struct job){.budget = &budget,
                               .seed = {.state = seed_next(&seed)},
                               .records = RECORDS,
                               .fails_at = -1,
                               .threads = true};
    }
    run_together(jobs, PIPELINES);
    for (int i = 0; i < PIPELINES; i++) {
        must(jobs[i].ok, &jobs[i].error);
        ck_assert_int_eq(jobs[i].written, RECORDS);
        ck_assert_uint_eq(jobs[i].bytes_written, jobs[i].bytes_read);
        ck_assert_uint_gt(jobs[i].bytes_read, 2 * (size_t)BUDGET_BYTES);
    }
    assert_empty(&budget);
}
END_TEST

/* A reader that waits is woken, whoever of them fails. */
START_TEST(a_failure_ends_those_who_wait)
{
    struct seed seed = seed_of(7);
    for (int round = 0; round < 30; round++) {
        struct budget budget;
        struct job jobs[PIPELINES];
        budget_init(&budget, BUDGET_BYTES);
        for (int i = 0; i < PIPELINES; i++) {
            jobs[i] = (struct job){.budget = &budget,
                                   .seed = {.state = seed_next(&seed)},
                                   .records = 20,
                                   .fails_at = seed_below(&seed, 30),
                                   .threads = true};
        }
        run_together(jobs, PIPELINES);
        for (int i = 0; i < PIPELINES; i++) {
            ck_assert_int_eq(jobs[i].ok, jobs[i].fails_at >= 20);
            ck_assert_int_eq(jobs[i].error.code, jobs[i].ok ? ERROR_OK : ERROR_TARGET);
        }
        assert_empty(&budget);
    }
}
END_TEST

/* One record of most of the budget after the other: as long as the last one is in flight, the next
 * one waits. In one thread there is nothing to wait for. */
START_TEST(records_of_most_of_the_budget_come_one_by_one)
{
    for (int threads = 0; threads < 2; threads++) {
        struct budget budget;
        struct job job = {.budget = &budget,
                          .records = 12,
                          .large_bytes = 12 << 20,
                          .fails_at = -1,
                          .threads = threads != 0};
        budget_init(&budget, BUDGET_BYTES);
        run(&job);
        must(job.ok, &job.error);
        ck_assert_int_eq(job.written, 12);
        ck_assert_uint_ge(atomic_load(&budget.peak_bytes), 24u << 20);
        assert_empty(&budget);
    }
}
END_TEST

START_TEST(a_record_that_never_fits_is_an_error)
{
    for (int threads = 0; threads < 2; threads++) {
        struct budget budget;
        struct job job = {.budget = &budget,
                          .records = 3,
                          .large_bytes = 16 << 20,
                          .fails_at = -1,
                          .threads = threads != 0};
        budget_init(&budget, BUDGET_BYTES);
        run(&job);
        ck_assert(!job.ok);
        ck_assert_int_eq(job.error.code, ERROR_MEMORY);
        assert_empty(&budget);
    }
}
END_TEST

static int destroyed;

static void destroy(void *data)
{
    destroyed++;
    free(data);
}

START_TEST(large_values_change_hands_and_are_given_back_once)
{
    struct budget budget;
    struct arena from;
    struct arena to;
    budget_init(&budget, 1 << 20);
    arena_init(&from, 1024, &budget);
    arena_init(&to, 1024, &budget);
    char *small = arena_string(&from, "small");
    char *kept = arena_large(&from, 5000);
    char *left = arena_large(&from, 10);
    void *foreign = malloc(3000);
    ck_assert(foreign != NULL && arena_adopt(&from, foreign, 3000, destroy));
    ck_assert(!arena_mark_large(&from, small));
    ck_assert(arena_is_large(&from, left) && !arena_is_large(&to, left));
    ck_assert(arena_mark_large(&from, kept + 4999));
    ck_assert(arena_mark_large(&from, (char *)foreign + 1));
    char *before = arena_string(&to, "before");
    struct arena_mark mark = arena_mark(&to);
    arena_hand_on(&from, &to);
    ck_assert(arena_is_large(&to, kept) && arena_is_large(&to, foreign));
    ck_assert(arena_is_large(&from, left));
    ck_assert_str_eq(small, "small");
    arena_release(&from);
    arena_rewind(&to, mark);
    ck_assert_str_eq(before, "before");
    ck_assert_int_eq(destroyed, 0);
    arena_reset(&to);
    ck_assert_int_eq(destroyed, 1);
    arena_release(&to);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
    void *refused = malloc(8);
    ck_assert(!arena_adopt(&to, refused, (size_t)2 << 20, destroy));
    ck_assert_int_eq(destroyed, 1);
    free(refused);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("budget");
    TCase *cases = tcase_create("budget");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, pipelines_share_a_budget_that_they_pass_together);
    tcase_add_test(cases, a_failure_ends_those_who_wait);
    tcase_add_test(cases, records_of_most_of_the_budget_come_one_by_one);
    tcase_add_test(cases, a_record_that_never_fits_is_an_error);
    tcase_add_test(cases, large_values_change_hands_and_are_given_back_once);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
