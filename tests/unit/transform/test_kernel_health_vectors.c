/* test_kernel_health_vectors.c — the functions of health care against examples that nobody here
 * wrote: a file of function, input, what is expected, class, source and note, with tabs between
 * them. It is not part of the project: the test is skipped where it is not (NOVATE_TEST_VECTORS, or
 * beside the checkout). SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"
#include "readme_fixture.h"

enum {
    FIELDS = 6,
    ROWS_LEAST = 160 /* of those that are about functions tested here */
};

/* A row of the file. */
struct sample {
    const char *function, *input, *expected, *class, *source, *note;
};

static char *vectors_file;
static int rows_tried;

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void expect(const struct sample *sample, const char *found, const char *wanted)
{
    ck_assert_msg(strcmp(found, wanted) == 0,
                  "%s('%s'): %s expected, %s found",
                  sample->function,
                  sample->input,
                  wanted,
                  found);
}

static void expect_refused(const struct sample *sample, const char *name)
{
    ck_assert_msg(!health_passes(name, sample->input), "%s('%s') passes", name, sample->input);
}

/* The text before the first of those characters, without blanks behind it. */
static char *head_of(const char *text, const char *ends)
{
    size_t size = strcspn(text, ends);

    while (size > 0 && text[size - 1] == ' ') {
        size--;
    }
    return arena_copy(&run.arena, text, size);
}

/* A function whose value the row has, or that refuses the input where the row has none. */
static void try_value(const struct sample *sample, const char *name)
{
    struct health_answer answer = health_ask(name, sample->input);

    if (sample->expected[0] == '\0') {
        expect_refused(sample, name);
        return;
    }
    expect(sample, answer.value, sample->expected);
    if (starts(sample->class, "valid") || starts(sample->class, "pseudo")) {
        ck_assert_msg(answer.repairs == 0, "%s('%s') is repaired", name, sample->input);
    } else if (starts(sample->class, "repair")) {
        ck_assert_msg(answer.repairs > 0, "%s('%s') is not repaired", name, sample->input);
    } else if (starts(sample->class, "default")) {
        ck_assert_msg(answer.notes > 0, "%s('%s') is not noted", name, sample->input);
    }
}

static void try_nhs_number(const struct sample *sample)
{
    try_value(sample, "nhs_number");
    if (starts(sample->class, "placeholder")) {
        expect(sample, health_value_of("nhs_number_status", sample->input), "placeholder");
    }
    if (starts(sample->class, "invalid-chi")) {
        expect(sample, health_value_of("nhs_number_status", sample->input), "chi date");
    }
}

static void try_nhs_range(const struct sample *sample)
{
    const char *low = arena_copy(&run.arena, sample->input, 10);

    ck_assert_uint_eq(strlen(sample->input), 22);
    expect(sample, health_value_of("nhs_number_range", low), sample->expected);
    expect(sample, health_value_of("nhs_number_range", sample->input + 12), sample->expected);
}

static void try_postcode(const struct sample *sample)
{
    if (starts(sample->class, "warn")) {
        expect(sample, health_value_of("postcode", sample->input), sample->expected);
        expect(sample, health_value_of("postcode_status", sample->input), "unknown area");
        return;
    }
    try_value(sample, "postcode");
    if (starts(sample->class, "pseudo")) {
        expect(sample, health_value_of("postcode_status", sample->input), "pseudo");
    }
}

static void try_sctid(const struct sample *sample)
{
    if (sample->expected[0] == '\0') {
        expect_refused(sample, "sctid");
        return;
    }
    const char *kind = health_value_of("sctid_kind", sample->input);
    const char *wanted =
        strstr(sample->expected, "description") != NULL ? "description" : "concept";
    expect(sample, health_value_of("sctid", sample->input), sample->input);
    ck_assert_msg(strstr(kind, wanted) != NULL, "%s is a %s", sample->input, kind);
    const char *name = health_value_of("sctid_namespace", sample->input);
    if (strstr(sample->expected, "drug extension") != NULL) {
        expect(sample, name, "1000001");
    } else if (strstr(sample->expected, "clinical extension") != NULL) {
        expect(sample, name, "1000000");
    }
}

static void try_read_code(const struct sample *sample)
{
    const char *term = strstr(sample->expected, " + term ");

    expect(sample, health_value_of("read_code", sample->input), head_of(sample->expected, "(+:"));
    expect(sample,
           health_value_of("read_term", sample->input),
           term != NULL ? term + strlen(" + term ") : "NULL");
}

/* Of dates, serial numbers and sentinels are tried here. */
static void try_date(const struct sample *sample)
{
    const char *text = sample->input;
    const char *expression = NULL;

    if (strstr(sample->note, "Excel") != NULL) {
        expression = arena_format(&run.arena,
                                  "excel_date('%s'%s)",
                                  text,
                                  strstr(sample->note, "1904") != NULL ? ", 1904" : "");
        expect(sample, mapping_run_evaluate(&run, expression), sample->expected);
    } else if (strcmp(sample->class, "sentinel") == 0) {
        if (text[2] == '/') {
            text =
                arena_format(&run.arena, "%.4s-%.2s-%.2s %s", text + 6, text + 3, text, text + 11);
        }
        expression = arena_format(&run.arena, "known_date(timestamp '%s')", text);
        expect(sample, mapping_run_evaluate(&run, expression), "NULL");
    } else {
        rows_tried--;
    }
}

static void try_hl7(const struct sample *sample)
{
    if (sample->expected[0] == '\0') {
        expect_refused(sample, "hl7_timestamp");
        return;
    }
    const char *found = health_value_of("hl7_timestamp", sample->input);
    const char *precision = health_value_of("hl7_precision", sample->input);
    const char *words = strchr(sample->expected, '(');
    ck_assert_msg(words == NULL || strstr(words, precision) != NULL,
                  "%s: precision %s",
                  sample->input,
                  precision);
    if (strchr(sample->expected, '+') != NULL) {
        const char *equal = arena_format(
            &run.arena, "hl7_timestamp('%s') = timestamptz '%s'", sample->input, sample->expected);
        expect(sample, mapping_run_evaluate(&run, equal), "t");
        return;
    }
    char *wanted = head_of(sample->expected, "(");
    char *letter = strchr(wanted, 'T');
    if (letter != NULL) {
        *letter = ' ';
    }
    ck_assert_msg(starts(found, wanted), "%s: %s", sample->input, found);
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Bytes that are text already; what is not, the files' reader has decoded or refused. */
static void try_bytes(const struct sample *sample)
{
    size_t size = strlen(sample->input) / 2;
    char *bytes = arena_bytes(&run.arena, size + 1);

    for (size_t i = 0; i < size; i++) {
        bytes[i] =
            (char)(hex_digit(sample->input[2 * i]) * 16 + hex_digit(sample->input[2 * i + 1]));
    }
    bytes[size] = '\0';
    if (!utf8_valid(bytes, size, NULL) || strlen(bytes) != size || bytes[0] == ' ') {
        rows_tried--;
        return;
    }
    struct health_answer answer = health_ask("mojibake", bytes);
    expect(sample, answer.value, sample->expected);
    ck_assert_int_eq(answer.repairs > 0, strcmp(sample->class, "repair") == 0);
}

/* "containers 4, units 1, total 4", "total 99", "0 x 0.75". */
static void try_pack(const struct sample *sample)
{
    const char *total = strstr(sample->expected, "total ");
    const char *times = strstr(sample->expected, " x ");
    const char *units = strstr(sample->expected, "units ");

    if (total != NULL) {
        expect(sample, health_value_of("pack_total", sample->input), total + strlen("total "));
    }
    if (units != NULL) {
        expect(sample,
               health_value_of("pack_containers", sample->input),
               arena_copy(&run.arena,
                          sample->expected + strlen("containers "),
                          strcspn(sample->expected + strlen("containers "), ",")));
        units += strlen("units ");
        expect(sample,
               health_value_of("pack_units", sample->input),
               arena_copy(&run.arena, units, strcspn(units, ",")));
    }
    if (times != NULL) {
        expect(sample,
               health_value_of("pack_containers", sample->input),
               arena_copy(&run.arena, sample->expected, (size_t)(times - sample->expected)));
        expect(sample, health_value_of("pack_units", sample->input), times + 3);
    }
    ck_assert(total != NULL || times != NULL);
}

static void try_result(const struct sample *sample)
{
    const char *value = health_value_of("result_value", sample->input);

    if (strstr(sample->input, "Pack") != NULL || strstr(sample->input, "Tablet") != NULL) {
        expect_refused(sample, "result_value");
        try_pack(sample);
    } else if (starts(sample->expected, "cmp ")) {
        const char *number = strchr(sample->expected, ',');
        ck_assert_ptr_nonnull(number);
        expect(sample, value, number + 2);
        expect(
            sample,
            health_value_of("result_comparator", sample->input),
            arena_copy(&run.arena, sample->expected + 4, (size_t)(number - sample->expected - 4)));
    } else if (starts(sample->expected, "placeholder")) {
        expect(sample, value, "!RESULT_PLACEHOLDER");
    } else if (starts(sample->expected, "text") || starts(sample->expected, "NULL")) {
        expect(sample, value, "!RESULT_TEXT");
        expect_refused(sample, "pack_total");
    } else {
        expect(sample, value, sample->expected);
    }
}

static void try_range(const struct sample *sample)
{
    const char *expected = sample->expected;
    const char *dots = strstr(expected, "..");
    bool exclusive = strstr(expected, " exclusive") != NULL;
    const char *low = "NULL";
    const char *high = "NULL";

    if (dots != NULL) {
        low = arena_copy(&run.arena, expected, (size_t)(dots - expected));
        high = dots + 2;
    } else if (starts(expected, "low ")) {
        low = arena_copy(&run.arena, expected + 4, strcspn(expected + 4, " "));
    } else {
        high = arena_copy(&run.arena, expected + 5, strcspn(expected + 5, " "));
    }
    expect(sample, health_value_of("ref_range_low", sample->input), low);
    expect(sample, health_value_of("ref_range_high", sample->input), high);
    if (low[0] != 'N') {
        expect(sample,
               health_value_of("ref_range_low_comparator", sample->input),
               exclusive ? ">" : ">=");
    }
    if (high[0] != 'N') {
        expect(sample,
               health_value_of("ref_range_high_comparator", sample->input),
               exclusive ? "<" : "<=");
    }
}

static void try_unit(const struct sample *sample)
{
    expect(sample, health_value_of("ucum_unit", sample->input), sample->expected);
}

/* The form that a row names, or that it has none. */
static void try_form(const struct sample *sample, const char *name)
{
    if (sample->expected[0] == '\0' || starts(sample->expected, "invalid")) {
        expect_refused(sample, name);
    } else {
        expect(sample, health_value_of(name, sample->input), sample->input);
    }
}

static void try_ods(const struct sample *sample)
{
    if (sample->expected[0] == '\0' || starts(sample->class, "repair")) {
        try_value(sample, "ods_code");
        return;
    }
    const char *status = health_value_of("ods_status", sample->input);
    ck_assert_msg(text_equal_case(text_of(status), text_of(head_of(sample->expected, ":"))),
                  "%s: %s",
                  sample->input,
                  status);
    expect(sample, health_value_of("ods_code", sample->input), sample->input);
}

/* False: the row is about something else. */
static bool try_sample(const struct sample *sample)
{
    static const struct {
        const char *name;
        void (*try)(const struct sample *sample);
    } kinds[] = {{"nhs_number", try_nhs_number},
                 {"nhs_range", try_nhs_range},
                 {"uk_postcode", try_postcode},
                 {"sctid", try_sctid},
                 {"read_code", try_read_code},
                 {"date", try_date},
                 {"hl7_dtm", try_hl7},
                 {"text_bytes_hex", try_bytes},
                 {"result_value", try_result},
                 {"ref_range", try_range},
                 {"unit_to_ucum", try_unit},
                 {"ods_code", try_ods}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(sample->function, kinds[i].name) == 0) {
            kinds[i].try(sample);
            return true;
        }
    }
    if (strcmp(sample->function, "icd10") == 0 || strcmp(sample->function, "opcs4") == 0) {
        try_value(sample, sample->function);
        return true;
    }
    if (strcmp(sample->function, "practitioner_code") == 0 ||
        strcmp(sample->function, "dicom_uid") == 0) {
        try_form(sample, sample->function);
        return true;
    }
    if (strcmp(sample->function, "name_case") == 0) {
        expect(sample,
               health_value_of("person_name", sample->input),
               head_of(sample->expected, "(+:"));
        return true;
    }
    return false;
}

/* Fields of a line, which ends with a line end; missing ones are empty. */
static struct sample read_sample(char *line)
{
    const char *fields[FIELDS];

    line[strcspn(line, "\r\n")] = '\0';
    for (int i = 0; i < FIELDS; i++) {
        fields[i] = line;
        line += strcspn(line, "\t");
        if (*line != '\0') {
            *line++ = '\0';
        }
    }
    return (struct sample){fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]};
}

START_TEST(every_example_is_met)
{
    struct text_buffer file;

    text_buffer_init(&file, 1 << 22);
    readme_read(vectors_file, &file);
    rows_tried = 0;
    for (char *line = file.data; *line != '\0';) {
        char *next = line + strcspn(line, "\n");
        next += *next != '\0';
        char *copy = arena_copy(&run.arena, line, (size_t)(next - line));
        ck_assert_ptr_nonnull(copy);
        struct sample sample = read_sample(copy);
        rows_tried += try_sample(&sample);
        line = next;
    }
    text_buffer_release(&file);
    ck_assert_int_ge(rows_tried, ROWS_LEAST);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_example_is_met};
    const char *here = strstr(__FILE__, "tests/unit/transform/");
    char path[4096];

    if (getenv("NOVATE_TEST_VECTORS") != NULL) {
        (void)snprintf(path, sizeof path, "%s", getenv("NOVATE_TEST_VECTORS"));
    } else {
        (void)snprintf(path,
                       sizeof path,
                       "%.*s../shared/domain/test-vectors.tsv",
                       here == NULL ? 0 : (int)(here - __FILE__),
                       __FILE__);
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        (void)printf("no examples in %s\n", path);
        return 77;
    }
    (void)fclose(file);
    vectors_file = path;
    return RUN_TESTS("kernel_health_vectors", tests);
}
