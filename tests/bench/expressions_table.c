/* expressions_table.c — every function, operator and cast of the tables, one at a time.
 *
 * The arguments come from the entry's own example: substr('abc', 2, 1) is measured as
 * substr(text column, 2, 1), the column holding 'abc'. Where there is no example, and for operators
 * and casts, columns hold typical values of their type. What is measured are the steps of the
 * expression over batches of columns, without what moves rows into the batch that comes out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile.h"
#include "eval.h"
#include "expressions_bench.h"
#include "parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIGURES_MAX   4096
#define COLUMNS       (2 * TYPE_COUNT) /* two of each type */
#define VALUES        4
#define ROUND_SECONDS 0.004 /* at least: the clock is not finer than that by far */

/* What columns of a type hold, one after the other. */
static const struct {
    enum type_id id;
    const char *sql;
    const char *values[VALUES];
} typical[] = {
    {TYPE_BOOL, "boolean", {"t", "f", "t", "t"}},
    {TYPE_INT2, "smallint", {"1", "25", "90", "7"}},
    {TYPE_INT4, "integer", {"25", "40312", "7", "1999"}},
    {TYPE_INT8, "bigint", {"1000000017", "3", "20345981", "2540000017"}},
    {TYPE_NUMERIC, "numeric", {"12.5", "4.25", "130", "0.375"}},
    {TYPE_FLOAT4, "real", {"37.5", "4.25", "120", "0.5"}},
    {TYPE_FLOAT8, "double precision", {"37.2", "4.25", "120", "98.6"}},
    {TYPE_TEXT, "text", {"Potassium level, serum", "O'Neill", " 12 High Street ", "SO16 6YD"}},
    {TYPE_VARCHAR, "varchar", {"Haemoglobin", "RN1-77", "Sm\303\255th", "MODIFIED"}},
    {TYPE_CHAR, "char(10)", {"9434765919", "A", "M", "4010232137"}},
    {TYPE_BYTEA, "bytea", {"\\x6162", "\\x00ff10", "\\x", "\\x0102030405"}},
    {TYPE_DATE, "date", {"2008-03-29", "1947-11-02", "2006-01-31", "2024-02-29"}},
    {TYPE_TIME, "time", {"09:30:00", "23:59:59.5", "00:00:00", "12:15:00"}},
    {TYPE_TIMESTAMP,
     "timestamp",
     {"2008-03-29 09:30:00",
      "2006-10-02 23:05:11.25",
      "1999-12-31 00:00:00",
      "2024-07-01 12:00:00"}},
    {TYPE_TIMESTAMPTZ,
     "timestamptz",
     {"2008-03-29 09:30:00+00",
      "2006-10-02 23:05:11.25+00",
      "1999-12-31 00:00:00+00",
      "2024-07-01 12:00:00+00"}},
    {TYPE_UUID,
     "uuid",
     {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      "00000000-0000-0000-0000-000000000001",
      "11111111-2222-3333-4444-555555555555",
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"}},
    {TYPE_INTERVAL, "interval", {"3 days", "1 mon 2 days", "04:05:06.5", "-1 year"}},
};

#define TYPES ((int)(sizeof typical / sizeof typical[0]))

struct table {
    struct arena arena; /* of one expression */
    struct error error;
    const struct zone *zone;
    int rounds;
    struct bench_figure *figures;
    int count;
};

/* An expression to measure: its text, and the columns in it. */
struct subject {
    char text[512];
    char shown[96];
    const char *values[2]; /* of the first and second column, or NULL: typical ones */
    int types[2];          /* indices in `typical` */
    int columns;
};

static int type_index(int id)
{
    for (int i = 0; i < TYPES; i++) {
        if ((int)typical[i].id == id) {
            return i;
        }
    }
    return -1;
}

/* Four values, read as a cast from text reads them, and then again and again. */
static void put_column(struct table *table,
                       const struct subject *subject,
                       int column,
                       struct vector *to)
{
    static const struct type text_type = {.id = TYPE_TEXT};
    int type = subject->types[column];
    struct text texts[VALUES];
    uint64_t room[(LIMIT_BATCH_ROWS + 63) / 64];
    uint64_t failed = 0;
    struct failure rows[VALUES];
    struct failures failures = {.failed = &failed, .rows = rows};
    const struct vector from = {
        .type = text_type, .rows = VALUES, .base_rows = VALUES, .texts = texts};
    const struct vector *args[] = {&from};
    const struct type *types[] = {&text_type};
    struct type full = {0};

    if (!type_parse_expression(text_of(typical[type].sql), &full)) {
        bench_fail(typical[type].sql);
    }
    bench_check(vector_create(to, full, LIMIT_BATCH_ROWS, &table->arena, &table->error),
                &table->error);
    for (int i = 0; i < VALUES; i++) {
        const char *value = subject->values[column];
        texts[i] = text_of(value != NULL ? value : typical[type].values[(i + column) % VALUES]);
    }
    struct call call = {.function = input_function(full.id),
                        .args = args,
                        .types = types,
                        .arg_count = 1,
                        .result = to,
                        .type = &full,
                        .valid_room = room,
                        .count = VALUES,
                        .arena = &table->arena,
                        .zone = table->zone,
                        .failures = &failures};
    call.function->kernel(&call);
    if (failures.any || call.out_of_memory) {
        bench_fail("a typical value cannot be read");
    }
    size_t size = storage_size(type_storage(full.id));
    for (int row = VALUES; row < LIMIT_BATCH_ROWS; row++) {
        memcpy((char *)to->data + (size_t)row * size,
               (char *)to->data + (size_t)(row % VALUES) * size,
               size);
    }
}

/* ns per row. */
static double run(struct table *table,
                  struct compiler *compiler,
                  struct routine *routine,
                  const struct vector *columns,
                  int column_count,
                  bool *fails)
{
    struct evaluator evaluator;
    struct arena batch;
    double figures[BENCH_ROUNDS_MAX];
    int passes = 1;

    arena_init(&batch, 1 << 20, NULL);
    bench_check(evaluator_init(
                    &evaluator, compiler->file, table->zone, &table->arena, &batch, &table->error),
                &table->error);
    for (int round = 0; round < table->rounds;) {
        double before = bench_now();
        for (int pass = 0; pass < passes; pass++) {
            arena_reset(&batch);
            evaluator_begin(&evaluator, LIMIT_BATCH_ROWS);
            memcpy(evaluator.registers, columns, (size_t)column_count * sizeof *columns);
            bench_check(evaluator_run(&evaluator, routine, &table->error), &table->error);
        }
        double seconds = bench_now() - before;
        if (seconds < ROUND_SECONDS && round == 0) {
            passes *= 2;
        } else {
            figures[round++] = seconds / passes / LIMIT_BATCH_ROWS * 1e9;
        }
    }
    *fails = evaluator.frames[0].any;
    arena_release(&batch);
    return bench_median(figures, table->rounds);
}

static struct term *bind(struct table *table, const struct subject *subject, struct schema *schema)
{
    static const char *const names[] = {"a", "b"};
    static struct mapping mapping = {.file = "bench.yaml", .entity = "bench"};
    struct expression_spec spec = {.name = "x", .text = subject->text};
    struct problems *problems = ARENA_NEW(&table->arena, struct problems);
    struct bind_context *context = ARENA_NEW(&table->arena, struct bind_context);
    struct node *node = NULL;

    if (problems == NULL || context == NULL) {
        bench_fail("out of memory");
    }
    problems_init(problems, &table->arena);
    *context = (struct bind_context){
        .arena = &table->arena, .problems = problems, .mapping = &mapping, .zone = table->zone};
    for (int i = 0; i < subject->columns; i++) {
        struct column *column = &schema->columns[i];
        *column = (struct column){.name = names[i], .nullable = true};
        if (!type_parse_expression(text_of(typical[subject->types[i]].sql), &column->type)) {
            bench_fail(typical[subject->types[i]].sql);
        }
    }
    schema->count = subject->columns;
    struct binder binder = {
        .context = context, .spec = &spec, .schema = schema, .schema_name = "source"};
    bench_check(parser_parse(&spec, &table->arena, problems, &node, &table->error), &table->error);
    return node == NULL ? NULL : bind_value(&binder, node);
}

static void measure(struct table *table, const struct subject *subject)
{
    static const int registers[] = {0, 1};
    struct column columns[2];
    struct vector vectors[2];
    struct schema schema = {.columns = columns};
    struct register_file file;
    struct compiler compiler;
    struct routine routine;
    bool fails = false;

    arena_reset(&table->arena);
    if (table->count == FIGURES_MAX) {
        bench_fail("too many expressions");
    }
    struct bench_figure *figure = &table->figures[table->count];
    struct term *term = bind(table, subject, &schema);
    if (term == NULL) {
        fprintf(stderr, "not measured: %s\n", subject->text);
        return;
    }
    int constants = compiler_prepare(term);
    bench_check(
        compiler_init(&compiler, &table->arena, &file, subject->columns, constants, &table->error),
        &table->error);
    compiler.columns = registers;
    bench_check(compiler_routine(&compiler, term, true, &routine, &table->error), &table->error);
    for (int i = 0; i < subject->columns; i++) {
        put_column(table, subject, i, &vectors[i]);
    }
    figure->ns = run(table, &compiler, &routine, vectors, subject->columns, &fails);
    figure->note = fails ? "  (fails for some rows)" : "";
    (void)snprintf(figure->text, sizeof figure->text, "%s", subject->shown);
    table->count++;
}

/* Where the argument that begins at `at` ends: at a comma or bracket that is not within. */
static size_t argument_size(const char *at)
{
    int depth = 0;
    bool quoted = false;
    size_t size = 0;

    for (; at[size] != '\0'; size++) {
        char c = at[size];
        quoted = quoted != (c == '\'');
        if (quoted) {
            continue;
        }
        if (depth == 0 && (c == ',' || c == ')')) {
            break;
        }
        depth += (c == '(') - (c == ')');
    }
    return size;
}

/* The arguments in an example "name(a, b) = c"; how many. */
static int example_arguments(const struct function *function, struct text *args)
{
    size_t name = strlen(function->name);
    const char *at = function->example == NULL ? NULL : strstr(function->example, function->name);
    int count = 0;

    if (at == NULL || at[name] != '(') {
        return -1;
    }
    for (at += name + 1; count < FUNCTION_ARGS_MAX && *at != '\0' && *at != ')'; count++) {
        at += strspn(at, " ");
        args[count] = text_from(at, argument_size(at));
        at += args[count].size + (at[args[count].size] == ',');
    }
    return count;
}

/* The example of this entry, or of another one of its name with as many arguments. */
static bool find_example(const struct function *function, struct text *args)
{
    int count = 0;
    const struct function *all = function_table(&count);

    if (example_arguments(function, args) == function->arg_count) {
        return true;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(all[i].name, function->name) == 0 &&
            example_arguments(&all[i], args) == function->arg_count) {
            return true;
        }
    }
    return false;
}

/* 'O''Neill' as O'Neill; NULL if it is no literal. */
static const char *literal_value(struct text text, struct arena *arena)
{
    if (text.size < 2 || text.data[0] != '\'' || text.data[text.size - 1] != '\'') {
        return NULL;
    }
    char *value = arena_copy(arena, text.data + 1, text.size - 2);
    char *out = value;
    for (const char *in = value; *in != '\0'; in++) {
        in += *in == '\'' && in[1] == '\'';
        *out++ = *in;
    }
    *out = '\0';
    return value;
}

/* Is there an argument that is neither text nor integer? Then those are data, the others not. */
static bool has_data(const struct function *function)
{
    for (int i = 0; i < function->arg_count; i++) {
        if (function->args[i] != TYPE_TEXT && function->args[i] != TYPE_INT4) {
            return true;
        }
    }
    return false;
}

static bool add_argument(struct subject *subject,
                         const struct function *function,
                         int arg,
                         struct text example,
                         struct arena *arena)
{
    int id = function->args[arg] == TYPE_ANY ? TYPE_INT4 : function->args[arg];
    int type = type_index(id);
    bool scalar = id == TYPE_TEXT || id == TYPE_INT4;
    bool data = has_data(function) ? !scalar : arg == 0;
    size_t used = strlen(subject->text);

    if (data || (example.size == 0 && subject->columns < 2)) {
        if (type < 0 || subject->columns == 2) {
            return false;
        }
        subject->values[subject->columns] = id == TYPE_TEXT ? literal_value(example, arena) : NULL;
        subject->types[subject->columns] = type;
        (void)snprintf(
            subject->text + used, sizeof subject->text - used, "%c", 'a' + subject->columns++);
        return true;
    }
    (void)snprintf(
        subject->text + used, sizeof subject->text - used, "%.*s", (int)example.size, example.data);
    return true;
}

static void show(struct subject *subject)
{
    (void)snprintf(subject->shown,
                   sizeof subject->shown,
                   "%.60s%s%s%s%s%s",
                   subject->text,
                   subject->columns > 0 ? "   " : "",
                   subject->columns > 0 ? typical[subject->types[0]].sql : "",
                   subject->columns > 1 ? ", " : "",
                   subject->columns > 1 ? typical[subject->types[1]].sql : "",
                   "");
}

static void measure_function(struct table *table, const struct function *function)
{
    struct text args[FUNCTION_ARGS_MAX] = {TEXT_NONE};
    struct subject subject = {.columns = 0};
    struct arena arena;

    arena_init(&arena, 4096, NULL);
    if (!find_example(function, args)) {
        memset(args, 0, sizeof args);
    }
    (void)snprintf(subject.text, sizeof subject.text, "%s(", function->name);
    for (int arg = 0; arg < function->arg_count; arg++) {
        if (arg > 0) {
            (void)strncat(subject.text, ", ", 3);
        }
        if (!add_argument(&subject, function, arg, args[arg], &arena)) {
            fprintf(stderr,
                    "not measured: %s with %d arguments\n",
                    function->name,
                    function->arg_count);
            arena_release(&arena);
            return;
        }
    }
    (void)strncat(subject.text, ")", 2);
    show(&subject);
    if (subject.columns > 0) {
        measure(table, &subject);
    }
    arena_release(&arena);
}

static void measure_operator(struct table *table, const struct function *operator)
{
    struct subject subject = {.columns = operator->arg_count };

    for (int i = 0; i < operator->arg_count; i++) {
        subject.types[i] =
            type_index(operator->args[i] == TYPE_ANY ? TYPE_INT4 : operator->args[i]);
        if (subject.types[i] < 0) {
            fprintf(stderr, "not measured: operator %s\n", operator->name);
            return;
        }
    }
    (void)snprintf(subject.text,
                   sizeof subject.text,
                   operator->arg_count == 2 ? "a %s b" : "%s a",
                   operator->name);
    show(&subject);
    measure(table, &subject);
}

static void measure_cast(struct table *table, int from, int to)
{
    struct subject subject = {.columns = 1, .types = {from}};
    bool text = typical[from].id == TYPE_TEXT;

    (void)snprintf(subject.text, sizeof subject.text, "CAST(a AS %s)", typical[to].sql);
    if (text && !type_is_text(typical[to].id)) {
        subject.values[0] = typical[to].values[0];
    }
    show(&subject);
    measure(table, &subject);
}

int bench_table(int rounds, struct bench_figure **figures)
{
    static struct table table;
    struct arena lasting;
    int count = 0;
    const struct function *functions = function_table(&count);

    table.rounds = rounds;
    table.figures = calloc(FIGURES_MAX, sizeof *table.figures);
    if (table.figures == NULL) {
        bench_fail("out of memory");
    }
    arena_init(&table.arena, 1 << 20, NULL);
    arena_init(&lasting, 65536, NULL);
    bench_check(zone_load("Europe/London", &lasting, &table.zone, &table.error), &table.error);
    for (int i = 0; i < count; i++) {
        if (functions[i].kernel != NULL) {
            measure_function(&table, &functions[i]);
        }
    }
    const struct function *operators = operator_table(&count);
    for (int i = 0; i < count; i++) {
        if (operators[i].kernel != NULL) {
            measure_operator(&table, &operators[i]);
        }
    }
    for (int from = 0; from < TYPES; from++) {
        for (int to = 0; to < TYPES; to++) {
            const struct cast *cast = cast_find(typical[from].id, typical[to].id);
            bool reads = typical[from].id == TYPE_TEXT && !type_is_text(typical[to].id);
            bool writes = typical[to].id == TYPE_TEXT && !type_is_text(typical[from].id);
            if ((cast != NULL && cast->function.kernel != NULL) || reads || writes) {
                measure_cast(&table, from, to);
            }
        }
    }
    arena_release(&table.arena);
    arena_release(&lasting);
    *figures = table.figures;
    return table.count;
}
