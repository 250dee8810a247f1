/* test_core_dates.c — dates, times and time zones mean what PostgreSQL says they mean: what is
 * read, what is refused and with which SQLSTATE, what is written, and the offsets of zones.
 *
 * Left out on purpose: "now" and the like, which no record means, years and labelled
 * hours that the server lets wrap around at 32 bits, and zones that name daylight saving time
 * without its rule. SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include "novate/datetime.h"

#include <inttypes.h>

static const char *const zone_names[] = {
    "Europe/London",
    "UTC",
    "America/New_York",
    "Europe/Dublin",
    "Asia/Kolkata",
    "Europe/Moscow",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/St_Johns",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Gaza",
    "Africa/Monrovia",
    "Asia/Tehran",
    "Antarctica/Troll",
    "Europe/Amsterdam",
};
#define ZONE_COUNT COUNT(zone_names)

struct zones {
    const struct zone *all[COUNT(zone_names)];
    const struct zone *session;
};

/* Random operands: a template in which letters stand for fields and a backslash for a letter. */

static const char *const date_templates[] = {
    "Y-m-d", "Y-m-d", "Y-m-d", "Y-m-d",  "Y-m-d",        "M/D/Y", "N D Y", "D-N-Y",
    "D-N-y", "Ymd",   "M.D.y", "\\JJ",   "\\yY\\mm\\dd", "Y.O",   "ymd",   "D N, Y",
    "N-D-Y", "Y-M-D", "M-D-Y", "Y-N-D",  "ND-Y",         "Y O",   "Y/m/d", "d.m.Y",
    "m d Y", "YO",    "Y.m.d", "\\jJ.F", "Y-O",
};

static const char *const time_templates[] = {
    "H:I:S",
    "H:I:S",
    "H:I:S.F",
    "H:I:S.F",
    "H:I",
    "H:I:S.F",
    "h:I:S a\\m",
    "h:I \\p\\m",
    "HIS",
    "\\THIS",
    "\\hH\\mI\\sS.5",
    "HIS.F",
    "24:00:00",
    "23:59:60",
    "24:00:00.1",
    "23:59:59.9999995",
    "\\a\\l\\l\\b\\a\\l\\l\\s",
    "h:I.5",
    "10:11:12.",
    "1234",
    "H::S",
    "\\hH \\m\\mI \\sS.0",
    "23:59:60.5",
    "\\T H:I",
};

static const char *const zone_templates[] = {
    "",         "",          "",
    "",         "\\Z",       " utc",
    " GMT",     "z",         " BST",
    " UT",      "+Z",        "-Z",
    "+Z:I",     "-Z:I",      " +ZI",
    "-ZI",      "+Z:I:S",    " L",
    " L",       " msk",      " EST",
    " cest",    " IST",      " VET",
    " met dst", " dst",      " clt",
    " SGT",     " MAGT",     " yakt",
    " FKT",     " foo-3",    " europe/nowhere",
    " EST5EDT", " XYZ+4:30", " gb",
    " zone",    " - Z",
};

/* Filled in once, for a template's letters. */
struct fields {
    int year, month, day, hour, minute, second, zone_hour;
};

static void generate_fields(struct seed *seed, struct fields *fields)
{
    bool far = seed_below(seed, 10) == 0;

    fields->year = far ? seed_below(seed, 300000) : 1890 + seed_below(seed, 220);
    fields->month = 1 + seed_below(seed, seed_below(seed, 12) == 0 ? 14 : 12);
    fields->day = 1 + seed_below(seed, seed_below(seed, 5) == 0 ? 33 : 28);
    fields->hour = seed_below(seed, seed_below(seed, 8) == 0 ? 26 : 24);
    fields->minute = seed_below(seed, seed_below(seed, 12) == 0 ? 62 : 60);
    fields->second = seed_below(seed, seed_below(seed, 8) == 0 ? 62 : 60);
    fields->zone_hour = seed_below(seed, 17);
}

static void push_date_field(struct seed *seed,
                            char letter,
                            const struct fields *fields,
                            struct text_buffer *out)
{
    static const char *const months[] = {"Jan",
                                         "february",
                                         "MAR",
                                         "apr",
                                         "May",
                                         "June",
                                         "jul",
                                         "Aug",
                                         "sept",
                                         "Oct",
                                         "nov",
                                         "December"};

    switch (letter) {
    case 'Y':
        text_buffer_format(out, "%04d", fields->year);
        break;
    case 'y':
        text_buffer_format(out, "%02d", fields->year % 100);
        break;
    case 'M':
        text_buffer_format(out, "%d", fields->month);
        break;
    case 'm':
        text_buffer_format(out, "%02d", fields->month);
        break;
    case 'D':
        text_buffer_format(out, "%d", fields->day);
        break;
    case 'd':
        text_buffer_format(out, "%02d", fields->day);
        break;
    case 'N':
        text_buffer_string(out, PICK(seed, months));
        break;
    case 'O':
        text_buffer_format(out, "%03d", 1 + seed_below(seed, 370));
        break;
    case 'J':
        text_buffer_format(out, "%d", 2400000 + seed_below(seed, 100000));
        break;
    default:
        text_buffer_char(out, letter);
    }
}

static void push_field(struct seed *seed,
                       char letter,
                       const struct fields *fields,
                       struct text_buffer *out)
{
    switch (letter) {
    case 'H':
        text_buffer_format(out, "%02d", fields->hour);
        break;
    case 'h':
        text_buffer_format(out, "%d", fields->hour % 13);
        break;
    case 'I':
        text_buffer_format(out, "%02d", fields->minute);
        break;
    case 'S':
        text_buffer_format(out, "%02d", fields->second);
        break;
    case 'F':
        push_digits(seed, out, 1 + seed_below(seed, 9));
        break;
    case 'Z':
        text_buffer_format(out, "%02d", fields->zone_hour);
        break;
    case 'L':
        text_buffer_string(out, PICK(seed, zone_names));
        break;
    default:
        text_buffer_char(out, letter);
    }
}

static void push_template(struct seed *seed,
                          const char *letters,
                          bool is_date,
                          const struct fields *fields,
                          struct text_buffer *out)
{
    for (; *letters != '\0'; letters++) {
        if (*letters == '\\') {
            letters++;
            text_buffer_char(out, *letters);
        } else if (is_date) {
            push_date_field(seed, *letters, fields, out);
        } else {
            push_field(seed, *letters, fields, out);
        }
    }
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* "B26T" is a POSIX zone with daylight saving time by the rules of New York; core takes those of
 * today, the server those of the time. Labels such as "y2024m" look the same. */
static bool has_odd_zone(const struct text_buffer *text)
{
    for (size_t i = 0; i + 1 < text->size; i++) {
        bool first = i == 0 || strchr(" ,(0123456789", text->data[i - 1]) != NULL;
        bool label = first && strchr("ymdhsjt", text->data[i] | 0x20) != NULL;
        bool digits = false;
        bool name = false; /* of daylight saving time, after digits */
        size_t at = i + 1;

        if (!is_letter(text->data[i]) || (label && is_digit(text->data[at]))) {
            continue;
        }
        for (; at < text->size && strchr("0123456789:./+-_", text->data[at]) != NULL; at++) {
            bool colon =
                text->data[at] == ':' && at + 1 < text->size && !is_digit(text->data[at + 1]);

            name = name || (digits && (colon || strchr("./_", text->data[at]) != NULL));
            digits = digits || is_digit(text->data[at]);
        }
        if (name || (digits && at < text->size && is_letter(text->data[at]))) {
            return true;
        }
    }
    return false;
}

static bool is_comparable(const struct text_buffer *text)
{
    size_t run = 0;

    for (size_t i = 0; i < text->size; i++) {
        bool hours = run < i && strchr("hHmM", text->data[i - run - 1]) != NULL;

        if (run > 7 && strchr("-./ ", text->data[i]) != NULL) {
            return false;
        }
        run = is_digit(text->data[i]) ? run + 1 : 0;
        if (run > (hours ? 5 : 13)) {
            return false;
        }
    }
    return !has_odd_zone(text);
}

static void push_datetime(struct seed *seed, bool date, bool time, struct text_buffer *out)
{
    static const char *const starts[] = {"Mon ", "Thursday, ", "on ", "(", "  ", "sat"};
    static const char *const joints[] = {" ", " ", "T", "  ", " at ", ",", ""};
    static const char *const ends[] = {" BC", " AD", ")", " ", "bc", " 2024", "\n", " jan", " am"};
    struct fields fields;

    generate_fields(seed, &fields);
    if (seed_below(seed, 14) == 0) {
        text_buffer_string(out, PICK(seed, starts));
    }
    if (date) {
        push_template(seed, PICK(seed, date_templates), true, &fields, out);
    }
    if (date && time) {
        text_buffer_string(out, PICK(seed, joints));
    }
    if (time) {
        push_template(seed, PICK(seed, time_templates), false, &fields, out);
    }
    push_template(seed, PICK(seed, zone_templates), false, &fields, out);
    if (seed_below(seed, 10) == 0) {
        text_buffer_string(out, PICK(seed, ends));
    }
    if (seed_below(seed, 40) == 0) {
        for (int i = seed_below(seed, 170); i > 0; i--) {
            text_buffer_char(out, i % 3 == 0 ? ' ' : '0');
        }
    }
    if (seed_below(seed, 4) == 0) {
        mutate(seed, out, " \t0123456789-/:.+TZabcmpBCjdhsye,_", 1 + seed_below(seed, 3));
    }
    if (!is_comparable(out)) {
        text_buffer_reset(out);
    }
}

static void generate_datetime(struct seed *seed, struct text a, struct text_buffer *out)
{
    static const char *const edges[] = {
        "infinity",
        "-infinity",
        "epoch",
        "294276-12-31 23:59:59.999000",
        "294277-01-01",
        "4714-11-23 BC",
        "5874897-12-31",
        "4714-11-24 00:00:00 BC",
        "5874898-01-01",
        "0000-01-01",
        "2024-02-30",
        "1900-02-29",
        "",
        "infinity BC",
        "epoch 2024-1-1",
        "2000-02-29 24:00:00",
        "294276-12-31 23:00-05",
    };

    (void)a;
    if (seed_below(seed, 40) == 0) {
        text_buffer_string(out, PICK(seed, edges));
        return;
    }
    push_datetime(seed, true, seed_below(seed, 4) != 0, out);
}

static void generate_time(struct seed *seed, struct text a, struct text_buffer *out)
{
    (void)a;
    push_datetime(seed, seed_below(seed, 6) == 0, true, out);
}

/* Often within days of the usual changes of the clock. */
static void generate_instant(struct seed *seed, struct text a, struct text_buffer *out)
{
    bool near = seed_below(seed, 2) == 0;
    bool far = seed_below(seed, 12) == 0;
    int year = far ? 1 + seed_below(seed, 9999) : 1900 + seed_below(seed, 201);
    int month = near ? 3 + 7 * seed_below(seed, 2) : 1 + seed_below(seed, 12);
    int day = near ? 20 + seed_below(seed, 9) : 1 + seed_below(seed, 28);
    int hour = seed_below(seed, near ? 5 : 24);
    int minute = seed_below(seed, 60);

    (void)a;
    text_buffer_format(
        out, "%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute, seed_below(seed, 60));
}

static void generate_zone(struct seed *seed, struct text a, struct text_buffer *out)
{
    (void)a;
    text_buffer_string(out, PICK(seed, zone_names));
}

/* What core says */

static void put_status(enum datetime_status status, struct text_buffer *out)
{
    static const char *const states[] = {"", "!22007", "!22008", "!22023"};

    text_buffer_string(out, states[status]);
}

static void put_value(int64_t value, struct text_buffer *out)
{
    text_buffer_format(out, "=%016" PRIx64, (uint64_t)value);
}

static void answer_date(struct oracle *oracle,
                        struct text a,
                        struct text b,
                        struct text_buffer *out)
{
    int64_t date = 0;
    enum datetime_status status = date_parse(a, &date);

    (void)oracle;
    (void)b;
    put_status(status, out);
    if (status == DATETIME_OK) {
        bool finite = date != DATETIME_INFINITY && date != DATETIME_NEGATIVE_INFINITY;
        int32_t end = date > 0 ? INT32_MAX : INT32_MIN;

        date_format(date, out);
        text_buffer_format(out, "=%08" PRIx32, (uint32_t)(finite ? (int32_t)date : end));
    }
}

static void answer_time(struct oracle *oracle,
                        struct text a,
                        struct text b,
                        struct text_buffer *out)
{
    int64_t time = 0;
    enum datetime_status status = time_parse(a, 6, &time);

    (void)oracle;
    (void)b;
    put_status(status, out);
    if (status == DATETIME_OK) {
        time_format(time, out);
        put_value(time, out);
    }
}

static void put_timestamp(enum datetime_status status, int64_t value, struct text_buffer *out)
{
    put_status(status, out);
    if (status == DATETIME_OK) {
        timestamp_format(value, out);
        put_value(value, out);
    }
}

static void answer_timestamp(struct oracle *oracle,
                             struct text a,
                             struct text b,
                             struct text_buffer *out)
{
    int64_t value = 0;
    enum datetime_status status = timestamp_parse(a, 6, &value);

    (void)oracle;
    (void)b;
    put_timestamp(status, value, out);
}

static void answer_timestamp_3(struct oracle *oracle,
                               struct text a,
                               struct text b,
                               struct text_buffer *out)
{
    int64_t value = 0;
    enum datetime_status status = timestamp_parse(a, 3, &value);

    (void)oracle;
    (void)b;
    put_timestamp(status, value, out);
}

static void answer_timestamptz(struct oracle *oracle,
                               struct text a,
                               struct text b,
                               struct text_buffer *out)
{
    int64_t value = 0;
    enum datetime_status status =
        timestamptz_parse(a, 6, ((const struct zones *)oracle->context)->session, &value);

    (void)b;
    put_status(status, out);
    if (status == DATETIME_OK) {
        timestamptz_format(value, ((const struct zones *)oracle->context)->session, out);
        put_value(value, out);
    }
}

static const struct zone *zone_of(const struct oracle *oracle, struct text name)
{
    const struct zones *zones = oracle->context;

    for (int i = 0; i < ZONE_COUNT; i++) {
        if (text_equal(name, text_of(zone_names[i]))) {
            return zones->all[i];
        }
    }
    return NULL;
}

static void answer_to_utc(struct oracle *oracle,
                          struct text a,
                          struct text b,
                          struct text_buffer *out)
{
    int64_t value = 0;
    enum datetime_status status = timestamp_parse(a, 6, &value);

    put_timestamp(status, zone_to_utc(zone_of(oracle, b), value), out);
}

static void answer_to_local(struct oracle *oracle,
                            struct text a,
                            struct text b,
                            struct text_buffer *out)
{
    int64_t value = 0;
    enum datetime_status status = timestamp_parse(a, 6, &value);

    put_timestamp(status, zone_to_local(zone_of(oracle, b), value), out);
}

/* Text and value: the latter as the server sends it in binary. */
#define ANSWER(send, type)                                                                         \
    "SELECT x::text || '=' || encode(" send "(x), 'hex') FROM (SELECT " type " AS x) AS s"

static const struct check checks[] = {
    {"date", ANSWER("date_send", "$1::date"), answer_date, generate_datetime, NULL, 6},
    {"time", ANSWER("time_send", "$1::time"), answer_time, generate_time, NULL, 6},
    {"timestamp",
     ANSWER("timestamp_send", "$1::timestamp"),
     answer_timestamp,
     generate_datetime,
     NULL,
     6},
    {"timestamp(3)",
     ANSWER("timestamp_send", "$1::timestamp(3)"),
     answer_timestamp_3,
     generate_datetime,
     NULL,
     2},
    {"timestamptz",
     ANSWER("timestamptz_send", "$1::timestamptz"),
     answer_timestamptz,
     generate_datetime,
     NULL,
     8},
    {"to UTC",
     ANSWER("timestamp_send", "(($1::timestamp AT TIME ZONE $2) AT TIME ZONE 'UTC')"),
     answer_to_utc,
     generate_instant,
     generate_zone,
     8},
    {"to local",
     ANSWER("timestamp_send", "(($1::timestamp AT TIME ZONE 'UTC') AT TIME ZONE $2)"),
     answer_to_local,
     generate_instant,
     generate_zone,
     8},
};

static void load_zones(struct zones *zones, struct arena *arena)
{
    struct error error = ERROR_NONE;

    for (int i = 0; i < ZONE_COUNT; i++) {
        if (!zone_load(zone_names[i], arena, &zones->all[i], &error)) {
            fprintf(stderr, "%s\n", error.message);
            exit(1);
        }
    }
}

static void set_session_zone(struct oracle *oracle, struct zones *zones)
{
    int index = seed_below(&oracle->seed, ZONE_COUNT);
    char command[64];

    (void)snprintf(command, sizeof command, "SET timezone = '%s'", zone_names[index]);
    oracle_command(oracle, command);
    zones->session = zones->all[index];
}

int main(void)
{
    struct oracle oracle;
    struct arena arena;
    struct zones zones;

    oracle_open(&oracle);
    arena_init(&arena, 65536, NULL);
    load_zones(&zones, &arena);
    oracle.context = &zones;
    for (int i = 0; i < COUNT(checks); i++) {
        for (int batch = 0; batch < oracle_batches(&checks[i]); batch++) {
            set_session_zone(&oracle, &zones);
            oracle_batch(&oracle, &checks[i]);
        }
    }
    arena_release(&arena);
    return oracle_close(&oracle);
}
