/* test_pipeline.c — order is kept, the first error stops everything, nothing waits for ever, and
 * one thread gives what three give.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "values.h"

#include "novate/limits.h"
#include "novate/pipeline.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum stage {
    STAGE_NONE,
    STAGE_READER,
    STAGE_TRANSFORMER,
    STAGE_WRITER,
    STAGE_FINISH
};

/* A job: `batches` batches, the i-th with one row that says i; the n-th call of a stage fails. */
struct job {
    int batches;
    bool transforms;
    bool threads;
    enum stage fails;
    int fails_at;
    enum stage cancels; /* that stage asks to stop at its `cancels_at`-th call */
    int cancels_at;
    struct cancel cancel;
    struct budget budget;
    struct pipeline_progress progress;
    /* each touched by one stage */
    int read;
    int transformed;
    int written;
    int finished;
    int aborted;
    bool out_of_order;
    bool chunk_lost;
    struct batch *last_seen; /* by the writer */
    pthread_t writer_thread;
};

static struct column columns[] = {{.name = "n", .type = {.id = TYPE_INT8}}};
static struct schema schema = {.columns = columns, .count = 1};

static void maybe_cancel(struct job *job, enum stage stage, int call)
{
    if (job->cancels == stage && job->cancels_at == call) {
        cancel_request(&job->cancel, CANCEL_NOW);
    }
}

static bool maybe_fail(struct job *job, enum stage stage, int call, struct error *error)
{
    static const char *const names[] = {"none", "reader", "transformer", "writer", "finish"};

    maybe_cancel(job, stage, call);
    return !(job->fails == stage && job->fails_at == call) ||
           error_set(error, ERROR_SOURCE, "the %s failed", names[stage]);
}

static bool read_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct job *job = state;

    if (!maybe_fail(job, STAGE_READER, job->read, error)) {
        return false;
    }
    *more = job->read < job->batches;
    if (!*more) {
        return true;
    }
    if (!batch_begin(batch, 1, false, error)) {
        return false;
    }
    batch_set_rows(batch, 1);
    batch->columns[0].int64s[0] = job->read;
    batch->chunk = job->read / 10;
    batch->chunk_ends = job->read % 10 == 9;
    job->read++;
    return true;
}

static bool apply(void *state, struct batch *in, struct batch *out, struct error *error)
{
    struct job *job = state;

    if (!maybe_fail(job, STAGE_TRANSFORMER, job->transformed, error) ||
        !batch_begin(out, in->rows, false, error)) {
        return false;
    }
    batch_set_rows(out, in->rows);
    out->columns[0].int64s[0] = in->columns[0].int64s[0] * 2;
    job->transformed++;
    return true;
}

static bool write_next(void *state, struct batch *batch, struct error *error)
{
    struct job *job = state;
    int expected = job->transforms ? job->written * 2 : job->written;

    if (!maybe_fail(job, STAGE_WRITER, job->written, error)) {
        return false;
    }
    job->out_of_order = job->out_of_order || batch->columns[0].int64s[0] != expected;
    job->chunk_lost = job->chunk_lost || batch->chunk != job->written / 10 ||
                      batch->chunk_ends != (job->written % 10 == 9);
    job->writer_thread = pthread_self();
    job->written++;
    return true;
}

static bool finish(void *state, struct error *error)
{
    struct job *job = state;

    job->finished++;
    return maybe_fail(job, STAGE_FINISH, 0, error);
}

static void abort_all(void *state)
{
    struct job *job = state;
    job->aborted++;
}

static bool run(struct job *job, struct error *error)
{
    struct pipeline pipeline = {
        .reader = {.state = job, .schema = &schema, .next = read_next},
        .transformer = {.state = job, .schema = &schema, .apply = job->transforms ? apply : NULL},
        .writer = {.state = job, .write = write_next, .finish = finish, .abort = abort_all},
        .threads = job->threads,
        .budget = &job->budget,
        .cancel = &job->cancel,
        .progress = &job->progress,
    };

    budget_init(&job->budget, 0);
    bool ok = pipeline_run(&pipeline, error);
    ck_assert(!job->out_of_order);
    ck_assert(!job->chunk_lost);
    ck_assert_uint_eq(atomic_load(&job->budget.used_bytes), 0);
    ck_assert_int_eq(job->aborted, ok ? 0 : 1);
    ck_assert_int_eq(ok, error->code == ERROR_OK);
    ck_assert_uint_eq(atomic_load(&job->progress.rows_written), (unsigned)job->written);
    return ok;
}

static const int counts[] = {0, 1, 2, LIMIT_PIPELINE_BATCHES, LIMIT_PIPELINE_BATCHES + 1, 9, 2000};
enum {
    COUNTS = sizeof counts / sizeof counts[0],
    SHAPES = 4
};

static struct job shape(int index, int batches)
{
    return (struct job){
        .batches = batches, .transforms = (index & 1) != 0, .threads = (index & 2) != 0};
}

START_TEST(everything_arrives_in_order)
{
    for (int i = 0; i < SHAPES * COUNTS; i++) {
        struct error error = ERROR_NONE;
        struct job job = shape(i % SHAPES, counts[i / SHAPES]);
        must(run(&job, &error), &error);
        ck_assert_int_eq(job.written, job.batches);
        ck_assert_int_eq(job.finished, 1);
        ck_assert_uint_eq(atomic_load(&job.progress.rows_read), (unsigned)job.batches);
        ck_assert(job.batches == 0 || atomic_load(&job.progress.bytes_read) > 0);
        ck_assert(job.batches == 0 || pthread_equal(job.writer_thread, pthread_self()));
    }
}
END_TEST

static void assert_failure(struct job *job, enum stage stage)
{
    static const char *const names[] = {"", "reader", "transformer", "writer", "finish"};
    struct error error = ERROR_NONE;

    ck_assert(!run(job, &error));
    ck_assert_int_eq(error.code, ERROR_SOURCE);
    ck_assert_ptr_nonnull(strstr(error.message, names[stage]));
    ck_assert_int_eq(job->finished, stage == STAGE_FINISH ? 1 : 0);
    if (stage != STAGE_FINISH) {
        ck_assert_int_le(job->written, job->fails_at);
    }
}

/* Each stage fails at its first, a middle, its last call: the run ends and says who it was. */
START_TEST(an_error_anywhere_stops_everything)
{
    for (int i = 0; i < SHAPES * COUNTS; i++) {
        int batches = counts[i / SHAPES];
        const int places[] = {0, batches / 2, batches - 1};
        for (int stage = STAGE_READER; stage <= STAGE_WRITER; stage++) {
            for (int place = 0; batches > 0 && place < 3; place++) {
                struct job job = shape(i % SHAPES, batches);
                if (stage == STAGE_TRANSFORMER && !job.transforms) {
                    continue;
                }
                job.fails = (enum stage)stage;
                job.fails_at = places[place];
                assert_failure(&job, (enum stage)stage);
            }
        }
        struct job job = shape(i % SHAPES, batches);
        job.fails = STAGE_FINISH;
        assert_failure(&job, STAGE_FINISH);
    }
}
END_TEST

/* The reader may also fail when it is asked for what comes after the last batch. */
START_TEST(an_error_at_the_end_of_reading_is_no_end)
{
    for (int i = 0; i < SHAPES; i++) {
        struct job job = shape(i, 20);
        job.fails = STAGE_READER;
        job.fails_at = 20;
        assert_failure(&job, STAGE_READER);
    }
}
END_TEST

START_TEST(random_failures_of_many_stages_end_too)
{
    struct seed seed = seed_of(31);

    for (int i = 0; i < 500; i++) {
        struct error error = ERROR_NONE;
        struct job job = shape(seed_below(&seed, SHAPES), seed_below(&seed, 40));
        job.fails = (enum stage)seed_below(&seed, 5);
        job.fails_at = seed_below(&seed, 45);
        job.cancels = (enum stage)seed_below(&seed, 4);
        job.cancels_at = seed_below(&seed, 45);
        (void)run(&job, &error);
        ck_assert(error.code == ERROR_OK || error.code == ERROR_SOURCE ||
                  error.code == ERROR_INTERRUPTED);
    }
}
END_TEST

START_TEST(a_request_to_stop_now_interrupts)
{
    for (int i = 0; i < SHAPES * 3; i++) {
        struct error error = ERROR_NONE;
        struct job job = shape(i % SHAPES, 2000);
        job.cancels = (enum stage)(STAGE_READER + i / SHAPES);
        job.cancels_at = 50;
        if (job.cancels == STAGE_TRANSFORMER && !job.transforms) {
            continue;
        }
        ck_assert(!run(&job, &error));
        ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
        ck_assert_int_eq(job.finished, 0);
        ck_assert_int_le(job.written, 51);
    }
}
END_TEST

START_TEST(a_stop_before_the_start_reads_nothing)
{
    for (int i = 0; i < SHAPES; i++) {
        struct error error = ERROR_NONE;
        struct job job = shape(i, 5);
        cancel_request(&job.cancel, CANCEL_NOW);
        cancel_request(&job.cancel, CANCEL_FINISH); /* does not weaken it */
        ck_assert(!run(&job, &error));
        ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
        ck_assert_int_eq(job.read, 0);
        ck_assert_int_eq(job.written, 0);
    }
}
END_TEST

START_TEST(to_finish_is_the_readers_matter)
{
    struct error error = ERROR_NONE;
    struct job job = shape(3, 100);

    cancel_request(&job.cancel, CANCEL_FINISH);
    must(run(&job, &error), &error);
    ck_assert_int_eq(job.written, 100);
}
END_TEST

/* What fails after a request to stop now fails because of it: the report is the request. */
START_TEST(failures_after_a_stop_are_the_stop)
{
    for (int i = 0; i < SHAPES; i++) {
        struct error error = ERROR_NONE;
        struct job job = shape(i, 100);
        job.cancels = STAGE_WRITER;
        job.cancels_at = 5;
        job.fails = STAGE_WRITER;
        job.fails_at = 5;
        ck_assert(!run(&job, &error));
        ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    }
}
END_TEST

/* A reader and a writer that know how far the other is. */
struct meeting {
    struct job *job;
    int pool;
    pthread_mutex_t mutex;
    pthread_cond_t read;
    int batches_read;
    int batches_written;
    int ahead_max;
};

static bool read_and_tell(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct meeting *meeting = state;
    bool ok = read_next(meeting->job, batch, more, error);

    pthread_mutex_lock(&meeting->mutex);
    meeting->batches_read = meeting->job->read;
    int ahead = meeting->batches_read - meeting->batches_written;
    meeting->ahead_max = ahead > meeting->ahead_max ? ahead : meeting->ahead_max;
    pthread_cond_signal(&meeting->read);
    pthread_mutex_unlock(&meeting->mutex);
    return ok;
}

/* Does not go on before the reader has filled every batch that there is. */
static bool wait_and_write(void *state, struct batch *batch, struct error *error)
{
    struct meeting *meeting = state;
    int last = meeting->job->batches;

    pthread_mutex_lock(&meeting->mutex);
    int wanted = meeting->batches_written + meeting->pool;
    while (meeting->batches_read < (wanted < last ? wanted : last)) {
        pthread_cond_wait(&meeting->read, &meeting->mutex);
    }
    bool ok = write_next(meeting->job, batch, error);
    meeting->batches_written++;
    pthread_mutex_unlock(&meeting->mutex);
    return ok;
}

START_TEST(the_reader_runs_ahead_by_the_pool_and_no_more)
{
    struct error error = ERROR_NONE;
    struct job job = {.batches = 200};
    struct meeting meeting = {
        .job = &job, .pool = _i == 0 ? LIMIT_PIPELINE_BATCHES : LIMIT_PIPELINE_BATCHES_DEEP};
    struct pipeline pipeline = {
        .reader = {.state = &meeting, .schema = &schema, .next = read_and_tell},
        .writer = {.state = &meeting, .write = wait_and_write},
        .threads = true,
        .deep = _i != 0,
    };

    ck_assert_int_eq(pthread_mutex_init(&meeting.mutex, NULL), 0);
    ck_assert_int_eq(pthread_cond_init(&meeting.read, NULL), 0);
    must(pipeline_run(&pipeline, &error), &error);
    ck_assert_int_eq(job.written, 200);
    ck_assert(!job.out_of_order);
    ck_assert_int_eq(meeting.ahead_max, meeting.pool);
    (void)pthread_cond_destroy(&meeting.read);
    (void)pthread_mutex_destroy(&meeting.mutex);
}
END_TEST

START_TEST(memory_that_is_refused_ends_it)
{
    struct error error = ERROR_NONE;
    struct budget budget;
    struct job job = shape(3, 3);
    struct pipeline pipeline = {
        .reader = {.state = &job, .schema = &schema, .next = read_next},
        .transformer = {.state = &job, .schema = &schema, .apply = apply},
        .writer = {.state = &job, .write = write_next, .abort = abort_all},
        .threads = true,
        .budget = &budget,
    };

    budget_init(&budget, 16); /* no batch fits */
    ck_assert(!pipeline_run(&pipeline, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    ck_assert_int_eq(job.aborted, 1);
}
END_TEST

static bool fail_silently(void *state, struct batch *batch, bool *more, struct error *error)
{
    (void)state;
    (void)batch;
    (void)more;
    (void)error;
    return false;
}

START_TEST(a_stage_that_fails_without_a_reason_is_a_defect)
{
    struct error error = ERROR_NONE;
    struct job job = shape(2, 3);
    struct pipeline pipeline = {
        .reader = {.schema = &schema, .next = fail_silently},
        .writer = {.state = &job, .write = write_next},
        .threads = true,
    };

    ck_assert(!pipeline_run(&pipeline, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
}
END_TEST

/* Three batches for each that goes in, which says so. */
static bool apply_thrice(void *state, struct batch *in, struct batch *out, struct error *error)
{
    struct job *job = state;

    if (!batch_begin(out, in->rows, false, error)) {
        return false;
    }
    batch_set_rows(out, in->rows);
    out->columns[0].int64s[0] = in->columns[0].int64s[0] * 3 + job->transformed % 3;
    job->transformed++;
    out->again = job->transformed % 3 != 0;
    return true;
}

static bool write_third(void *state, struct batch *batch, struct error *error)
{
    struct job *job = state;
    (void)error;

    job->out_of_order = job->out_of_order || batch->columns[0].int64s[0] != job->written;
    job->chunk_lost = job->chunk_lost || batch->chunk != job->written / 30 ||
                      batch->chunk_ends != (job->written % 30 == 29);
    job->written++;
    return true;
}

START_TEST(a_batch_that_gives_several_gives_all)
{
    for (int threads = 0; threads <= 1; threads++) {
        struct error error = ERROR_NONE;
        struct job job = {.batches = 40};
        struct pipeline pipeline = {
            .reader = {.state = &job, .schema = &schema, .next = read_next},
            .transformer = {.state = &job, .schema = &schema, .apply = apply_thrice},
            .writer = {.state = &job, .write = write_third},
            .threads = threads == 1,
        };
        must(pipeline_run(&pipeline, &error), &error);
        ck_assert_int_eq(job.written, 3 * job.batches);
        ck_assert(!job.out_of_order);
        ck_assert(!job.chunk_lost);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pipeline");
    TCase *cases = tcase_create("pipeline");

    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, everything_arrives_in_order);
    tcase_add_test(cases, an_error_anywhere_stops_everything);
    tcase_add_test(cases, an_error_at_the_end_of_reading_is_no_end);
    tcase_add_test(cases, random_failures_of_many_stages_end_too);
    tcase_add_test(cases, a_request_to_stop_now_interrupts);
    tcase_add_test(cases, a_stop_before_the_start_reads_nothing);
    tcase_add_test(cases, to_finish_is_the_readers_matter);
    tcase_add_test(cases, failures_after_a_stop_are_the_stop);
    tcase_add_loop_test(cases, the_reader_runs_ahead_by_the_pool_and_no_more, 0, 2);
    tcase_add_test(cases, memory_that_is_refused_ends_it);
    tcase_add_test(cases, a_stage_that_fails_without_a_reason_is_a_defect);
    tcase_add_test(cases, a_batch_that_gives_several_gives_all);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
