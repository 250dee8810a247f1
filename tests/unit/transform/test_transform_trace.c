/* test_transform_trace.c — what each rule made of one record: which were passed, which one decided,
 * which were not reached, what was read and what came of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/transform_trace.h"

static struct trace trace;

static void source(void)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "NAME", "text");
    run.key[0] = "ID";
    mapping_run_filter(&run, "not_zero", "ID <> 0");
    mapping_run_filter(&run, "named", "NAME <> ''");
    mapping_run_column(&run, "id", "ID + 1");
    mapping_run_column(&run, "share", "10 / (ID - 7)");
    mapping_run_column(&run, "name", "upper(NAME)");
    mapping_run_check(&run, "small", "id < 100");
    mapping_run_check(&run, "other", "name <> 'BAD'");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
}

/* mapping_run_transform() would give the record's batch back, whose values are looked at. */
static void transform_record(void)
{
    struct transformer transformer = transform_as_transformer(run.transform);
    do {
        ck_assert(transformer.apply(transformer.state, &run.in, &run.out, &run.error));
    } while (run.out.again);
    ck_assert(transform_trace(run.transform, &run.arena, &trace, &run.error));
}

static void apply(const char *id, const char *name)
{
    mapping_run_row(&run, (const char *[]){id, name});
    mapping_run_fill(&run, run.row_count - 1, 1);
    transform_record();
}

/* Outcomes of all steps, a letter each. */
static const char *outcomes(void)
{
    static const char letters[] = {
        [TRACE_PASSED] = 'p',
        [TRACE_LEFT_OUT] = 'l',
        [TRACE_REJECTED] = 'r',
        [TRACE_MERGED] = 'm',
        [TRACE_NOT_REACHED] = '-',
    };
    static char text[32];
    for (int i = 0; i < trace.count; i++) {
        text[i] = letters[trace.steps[i].outcome];
    }
    text[trace.count] = '\0';
    return text;
}

static const char *value_of(const struct vector *vector)
{
    static struct text_buffer buffer;
    text_buffer_init(&buffer, 1000);
    text_buffer_string(&buffer, "");
    vector_format(vector, 0, &buffer);
    const char *copy = arena_string(&run.arena, buffer.data);
    text_buffer_release(&buffer);
    return copy;
}

START_TEST(every_step_of_a_record_that_passes_is_known)
{
    source();
    apply("8", "Ann");
    ck_assert_str_eq(outcomes(), "ppppppp");
    const struct trace_step *name = &trace.steps[4];
    ck_assert_int_eq(name->kind, TRACE_COLUMN);
    ck_assert_str_eq(name->name, "name");
    ck_assert_str_eq(name->text, "upper(NAME)");
    ck_assert(name->place.line > 0);
    ck_assert_int_eq(name->input_count, 1);
    ck_assert_str_eq(trace.columns->columns[name->inputs[0]].name, "NAME");
    ck_assert_str_eq(value_of(&trace.values[name->inputs[0]]), "Ann");
    ck_assert(name->computed);
    ck_assert_str_eq(value_of(&name->made), "ANN");
    ck_assert_str_eq(value_of(&trace.steps[2].made), "9");
    ck_assert_int_eq(trace.steps[5].kind, TRACE_CHECK);
    ck_assert_int_eq(trace.steps[5].input_count, 0);
}
END_TEST

START_TEST(what_comes_after_the_rule_that_decided_is_not_reached)
{
    source();
    apply("0", "Ann");
    ck_assert_str_eq(outcomes(), "l------");
    apply("8", "");
    ck_assert_str_eq(outcomes(), "pl-----");
    apply("7", "Ann");
    ck_assert_str_eq(outcomes(), "pppr---");
    ck_assert(trace.steps[2].computed && !trace.steps[3].computed && !trace.steps[4].computed);
    ck_assert_str_eq(value_of(&trace.steps[2].made), "8");
    apply("200", "Ann");
    ck_assert_str_eq(outcomes(), "pppppr-");
    apply("8", "bad");
    ck_assert_str_eq(outcomes(), "ppppppr");
    apply("8", "Ann");
    ck_assert_str_eq(outcomes(), "ppppppp");
}
END_TEST

START_TEST(an_error_of_the_reader_comes_before_all_rules)
{
    source();
    mapping_run_row(&run, (const char *[]){"8", "Ann"});
    mapping_run_fill(&run, 0, 1);
    const struct row_error bad = {
        .row = 0, .column = 1, .class = REJECT_ENCODING, .message = "no UTF-8"};
    ck_assert(batch_note(&run.in, &bad, &run.error));
    transform_record();
    ck_assert_str_eq(outcomes(), "r-------");
    ck_assert_int_eq(trace.steps[0].kind, TRACE_READER);
}
END_TEST

START_TEST(rows_of_a_record_have_steps_of_their_own)
{
    static struct expression_spec values[2];
    values[0] = (struct expression_spec){.name = "name", .text = "NAME"};
    values[1] = (struct expression_spec){.name = "name", .text = "'none'"};
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "NAME", "text");
    run.key[0] = "ID";
    mapping_run_column(&run, "id", "ID");
    run.emits[0] = (struct emit_spec){
        .name = "first",
        .when = {.name = "when", .text = "ID = 1"},
        .columns = &values[0],
        .column_count = 1,
    };
    run.emits[1] = (struct emit_spec){
        .name = "last",
        .when = {.name = "when", .text = "ID = 2"},
        .columns = &values[1],
        .column_count = 1,
    };
    run.mapping.emit_count = 2;
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    apply("1", "Ann");
    ck_assert_str_eq(trace.row, "last");
    ck_assert_str_eq(outcomes(), "l--");
    ck_assert_int_eq(trace.steps[0].kind, TRACE_ROW);
    apply("2", "Ann");
    ck_assert_str_eq(outcomes(), "ppp");
    ck_assert_str_eq(value_of(&trace.steps[2].made), "none");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_step_of_a_record_that_passes_is_known,
        what_comes_after_the_rule_that_decided_is_not_reached,
        an_error_of_the_reader_comes_before_all_rules,
        rows_of_a_record_have_steps_of_their_own,
    };
    return RUN_TESTS("transform/transform_trace", tests);
}
