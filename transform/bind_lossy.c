/* bind_lossy.c — the contract is in bind_lossy.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_lossy.h"

#include "bound.h"

#include <stdio.h>
#include <string.h>

/* Digits that a double and a float hold exactly. */
enum {
    FLOAT8_DIGITS = 15,
    FLOAT4_DIGITS = 6,
    NAME_BYTES = 63 /* of PostgreSQL's type name */
};

/* What is between a value and its column. */
enum fitness {
    FITS,
    UNPROVED,  /* a record may not fit, and is rejected then */
    TOO_LARGE, /* the same, and the bound says so */
    UNSEEN,    /* something would be lost and no record is asked */
};

struct finding {
    enum fitness fitness;
    enum extent extent;
};

static bool is_float(enum type_id id)
{
    return id == TYPE_FLOAT4 || id == TYPE_FLOAT8;
}

static struct finding compare(int64_t bound, int64_t room, enum extent extent)
{
    enum fitness fitness = bound < 0 ? UNPROVED : bound <= room ? FITS : TOO_LARGE;

    return (struct finding){fitness, fitness == FITS ? EXTENT_NONE : extent};
}

/* The worse of two. */
static struct finding worse(struct finding a, struct finding b)
{
    return a.fitness >= b.fitness ? a : b;
}

static struct finding into_text(struct bound bound, struct type type)
{
    return type.length > 0 ? compare(bound.characters, type.length, EXTENT_LENGTH)
                           : (struct finding){FITS, EXTENT_NONE};
}

/* Digits that every value of an integer type has room for. */
static int integer_digits(enum type_id id)
{
    return id == TYPE_INT2 ? 4 : id == TYPE_INT4 ? 9 : 18;
}

static int integer_bytes(enum type_id id)
{
    return id == TYPE_INT2 ? 2 : id == TYPE_INT4 ? 4 : 8;
}

static struct finding into_integer(const struct term *term, struct bound bound, struct type type)
{
    struct finding fraction = compare(bound.fraction, 0, EXTENT_DIGITS);

    if (term->type.id == type.id || (bound.bytes >= 0 && bound.bytes <= integer_bytes(type.id))) {
        return (struct finding){FITS, EXTENT_NONE};
    }
    if (is_float(term->type.id) && bound.fraction < 0) {
        fraction.fitness = TOO_LARGE; /* a float is hardly ever whole */
    }
    return worse(fraction, compare(bound.whole, integer_digits(type.id), EXTENT_DIGITS));
}

static struct finding into_numeric(const struct term *term, struct bound bound, struct type type)
{
    if (is_float(term->type.id)) {
        return (struct finding){UNSEEN, EXTENT_DIGITS};
    }
    if (type.precision == 0) {
        return (struct finding){FITS, EXTENT_NONE};
    }
    if (type.scale < 0) {
        return (struct finding){type_equal(term->type, type) ? FITS : UNPROVED, EXTENT_DIGITS};
    }
    return worse(compare(bound.fraction, type.scale, EXTENT_DIGITS),
                 compare(bound.whole, type.precision - type.scale, EXTENT_DIGITS));
}

static struct finding into_float(const struct term *term, struct bound bound, struct type type)
{
    int digits = type.id == TYPE_FLOAT4 ? FLOAT4_DIGITS : FLOAT8_DIGITS;
    int bytes = type.id == TYPE_FLOAT4 ? 2 : 4;

    if (term->type.id == type.id || term->type.id == TYPE_FLOAT4 ||
        (bound.bytes >= 0 && bound.bytes <= bytes) ||
        (bound.fraction == 0 && bound.whole >= 0 && bound.whole <= digits)) {
        return (struct finding){FITS, EXTENT_NONE};
    }
    if (type_is_integer(term->type.id)) {
        return compare(bound.whole, digits, EXTENT_DIGITS);
    }
    return (struct finding){UNSEEN, EXTENT_DIGITS};
}

static struct finding into_time(const struct term *term, struct bound bound, struct type type)
{
    if (term->type.id == TYPE_TIMESTAMPTZ && type.id == TYPE_TIMESTAMP) {
        return (struct finding){UNSEEN, EXTENT_ZONE};
    }
    if (type.precision == 0 || type_equal(term->type, type)) {
        return (struct finding){FITS, EXTENT_NONE};
    }
    return compare(bound.seconds, type.precision - 1, EXTENT_SECONDS);
}

/* Types that are text to novate, and that PostgreSQL cuts without a word. */
static struct finding into_other(struct bound bound, const char *declared)
{
    int64_t room = strcmp(declared, "\"char\"") == 0 ? 1
                   : strcmp(declared, "name") == 0   ? NAME_BYTES
                                                     : INT64_MAX;

    if (room == INT64_MAX || (bound.characters >= 0 && bound.characters <= room)) {
        return (struct finding){FITS, EXTENT_NONE};
    }
    return (struct finding){UNSEEN, EXTENT_LENGTH};
}

static struct finding find(const struct term *term, const struct column *column)
{
    struct bound bound = bound_of(term);

    switch ((int)column->type.id) {
    case TYPE_VARCHAR:
    case TYPE_CHAR:
        return into_text(bound, column->type);
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return into_integer(term, bound, column->type);
    case TYPE_NUMERIC:
        return into_numeric(term, bound, column->type);
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        return into_float(term, bound, column->type);
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        return into_time(term, bound, column->type);
    case TYPE_OTHER:
        return into_other(bound, column->declared);
    default:
        return (struct finding){FITS, EXTENT_NONE};
    }
}

/* --- what is said --- */

/* A problem to be said. */
struct refusal {
    struct binder *binder;
    const struct term *term;
    const struct column *column;
    const struct expression_spec *spec;
    struct bound bound;
    const char *type; /* of the column */
};

static const char *type_name(struct binder *binder, const struct column *column)
{
    return column->type.id == TYPE_OTHER ? column->declared : bind_type_name(binder, column->type);
}

/* The expression as written; what truncate() or fit() stands around already is left out. */
static const char *expression_of(const struct refusal *refusal)
{
    const char *text = refusal->spec->text;

    return refusal->term->loss == LOSS_REFUSED && strlen(text) <= 100 && strchr(text, '\n') == NULL
               ? text
               : "…";
}

/* A hint: of the pattern, @ is the expression, # the number, ~ the column's type. */
static const char *hint_of(const struct refusal *refusal, const char *pattern, int number)
{
    const struct expression_spec *spec = refusal->spec;
    bool copied =
        spec->place.line == spec->name_place.line && spec->place.column == spec->name_place.column;
    struct text_buffer out;

    text_buffer_init(&out, 1024);
    text_buffer_string(&out, copied ? "Give it a rule under columns: " : "Write ");
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '@') {
            text_buffer_string(&out, expression_of(refusal));
        } else if (*at == '#') {
            text_buffer_format(&out, "%d", number);
        } else if (*at == '~') {
            text_buffer_string(&out, refusal->type);
        } else {
            text_buffer_char(&out, *at);
        }
    }
    const char *hint =
        out.failed ? NULL : arena_copy(refusal->binder->context->arena, out.data, out.size);
    text_buffer_release(&out);
    return hint;
}

static void refuse_length(const struct refusal *refusal)
{
    (void)bind_problem(
        refusal->binder,
        refusal->term->offset,
        hint_of(refusal,
                "truncate(@) to cut it, or fit(@) to reject the records in which it is longer.",
                0),
        "column \"%s\" holds %d characters, but the expression may have %lld",
        refusal->column->name,
        (int)refusal->column->type.length,
        (long long)refusal->bound.characters);
}

/* "may have 8 digits before the point and 4 after it". */
static void describe_digits(const struct refusal *refusal, char *out, size_t size)
{
    struct bound bound = refusal->bound;

    if (is_float(refusal->term->type.id)) {
        (void)snprintf(out, size, "may have a fraction");
    } else if (bound.whole >= 0 && bound.fraction > 0) {
        (void)snprintf(out,
                       size,
                       "may have %d digits before the point and %d after it",
                       bound.whole,
                       bound.fraction);
    } else if (bound.fraction > 0) {
        (void)snprintf(out, size, "may have %d digits after the point", bound.fraction);
    } else {
        (void)snprintf(out, size, "may have %d digits", bound.whole);
    }
}

/* Would it fit if digits after the point were dropped? */
static bool fits_whole(struct bound bound, struct type type)
{
    int room = type.id == TYPE_NUMERIC ? type.precision - type.scale : integer_digits(type.id);

    return bound.whole <= room;
}

static void refuse_digits(const struct refusal *refusal)
{
    struct type type = refusal->column->type;
    const char *pattern = "fit(@) to reject the records that do not fit.";
    char digits[128];

    describe_digits(refusal, digits, sizeof digits);
    if (refusal->term->loss == LOSS_CUT) {
        pattern = "fit(trunc(…, #)): truncate() drops digits after the point only.";
    } else if (fits_whole(refusal->bound, type)) {
        pattern = type_is_integer(type.id)
                      ? "round(@) or truncate(@) to drop the fraction, or fit(@) to reject the "
                        "records that have one."
                      : "round(@, #) or truncate(@) to drop digits, or fit(@) to reject the "
                        "records that have more.";
    }
    (void)bind_problem(refusal->binder,
                       refusal->term->offset,
                       hint_of(refusal, pattern, type.scale),
                       "column \"%s\" is of type %s, but the expression %s",
                       refusal->column->name,
                       refusal->type,
                       digits);
}

static void refuse_seconds(const struct refusal *refusal)
{
    (void)bind_problem(
        refusal->binder,
        refusal->term->offset,
        hint_of(
            refusal, "CAST(@ AS ~) to round, or fit(@) to reject the records that have more.", 0),
        "column \"%s\" holds %d digits of a fraction of a second, but the expression may have %d",
        refusal->column->name,
        refusal->column->type.precision - 1,
        refusal->bound.seconds);
}

/* What no record is asked for: only the mapping can say that it is meant. */
static void refuse_unseen(const struct refusal *refusal, enum extent extent)
{
    const char *pattern = "CAST(@ AS ~) if that is meant.";
    const char *lost = "digits";
    int room = strcmp(refusal->type, "name") == 0 ? NAME_BYTES : 1;

    if (extent == EXTENT_LENGTH) {
        pattern = "left(@, #) if that is meant.";
        lost = "the end of a text";
    } else if (extent == EXTENT_ZONE) {
        pattern = "CAST(@ AS ~) if the local time of the source's time zone is meant.";
        lost = "the time zone";
    }
    (void)bind_problem(refusal->binder,
                       refusal->term->offset,
                       hint_of(refusal, pattern, room),
                       "column \"%s\" is of type %s, which loses %s of type %s",
                       refusal->column->name,
                       refusal->type,
                       lost,
                       bind_type_name(refusal->binder, refusal->term->type));
}

bool bind_lossless(struct binder *binder,
                   const struct term *term,
                   const struct column *column,
                   const struct expression_spec *spec,
                   enum extent *unproved)
{
    struct finding finding = find(term, column);
    bool constant = term->kind == TERM_CONSTANT && finding.extent != EXTENT_ZONE;
    bool told = term->loss == LOSS_REJECTED && finding.fitness != UNSEEN;

    *unproved = EXTENT_NONE;
    if (constant || told || finding.fitness == FITS) {
        return true;
    }
    if (finding.fitness == UNPROVED) {
        *unproved = finding.extent;
        return true;
    }
    struct refusal refusal = {.binder = binder,
                              .term = term,
                              .column = column,
                              .spec = spec,
                              .bound = bound_of(term),
                              .type = type_name(binder, column)};
    if (finding.fitness == UNSEEN) {
        refuse_unseen(&refusal, finding.extent);
    } else if (finding.extent == EXTENT_LENGTH) {
        refuse_length(&refusal);
    } else if (finding.extent == EXTENT_SECONDS) {
        refuse_seconds(&refusal);
    } else {
        refuse_digits(&refusal);
    }
    return false;
}

/* --- truncate(x) --- */

static struct term *bind_integer(struct binder *binder, int value, uint32_t offset)
{
    char digits[16];
    enum fault fault = FAULT_NONE;

    (void)snprintf(digits, sizeof digits, "%d", value);
    const char *copy = arena_string(binder->context->arena, digits);
    if (copy == NULL) {
        binder->memory = true;
        return NULL;
    }
    struct term *text = bind_text(binder, TYPE_TEXT, text_of(copy), offset);
    return text == NULL ? NULL
                        : bind_folded(binder,
                                      input_function(TYPE_INT4),
                                      type_of(TYPE_INT4),
                                      offset,
                                      &text,
                                      1,
                                      &fault);
}

/* trunc(x), or trunc(x, scale) of a number that has as many digits after the point. */
static struct term *cut_fraction(struct binder *binder, struct term *term, const int *scale)
{
    struct type numeric =
        type_of(scale == NULL && is_float(term->type.id) ? TYPE_FLOAT8 : TYPE_NUMERIC);
    const struct function *function = NULL;
    struct term *args[2] = {NULL, NULL};
    enum type_id types[2] = {numeric.id, TYPE_INT4};
    int count = scale == NULL ? 1 : 2;

    args[0] = term->type.id == numeric.id
                  ? term
                  : bind_coerce(binder, term, numeric, COERCE_EXPLICIT, term->offset);
    args[1] = scale == NULL ? NULL : bind_integer(binder, *scale, term->offset);
    if (args[0] == NULL || (count == 2 && args[1] == NULL) ||
        function_resolve(text_of("trunc"), types, count, &function) != RESOLVED) {
        return NULL;
    }
    return bind_call(binder, function, type_of(function->result), term->offset, args, count);
}

static struct term *refuse_cut(struct binder *binder,
                               const struct term *term,
                               const struct column *column)
{
    return bind_problem(binder,
                        term->offset,
                        "It cuts texts to the length of the column, and fractions to its digits.",
                        "truncate() has nothing to cut: column \"%s\" is of type %s, the "
                        "expression of type %s",
                        column->name,
                        type_name(binder, column),
                        bind_type_name(binder, term->type));
}

struct term *bind_cut(struct binder *binder, struct term *term, const struct column *column)
{
    struct type type = column->type;
    enum type_id source = term->type.id;
    bool text = source == TYPE_UNKNOWN || type_is_text(source);
    bool fraction = source == TYPE_NUMERIC || is_float(source);
    struct term *cut = NULL;

    if (text && type_is_text(type.id) && type.length > 0) {
        cut = bind_coerce(binder, term, type, COERCE_EXPLICIT, term->offset);
    } else if (fraction && type_is_integer(type.id)) {
        cut = cut_fraction(binder, term, NULL);
    } else if (fraction && type.id == TYPE_NUMERIC && type.precision > 0) {
        int scale = type.scale;
        cut = cut_fraction(binder, term, &scale);
    } else {
        return refuse_cut(binder, term, column);
    }
    if (cut != NULL) {
        cut->loss = LOSS_CUT;
    }
    return cut;
}
