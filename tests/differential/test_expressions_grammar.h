/* test_expressions_grammar.h — random expressions of the mapping language, as trees.
 *
 * The functions come from function_reference(): one that is added to the language is tested the
 * same day. Every value is a column, so that PostgreSQL's planner cannot compute a branch that no
 * row takes; literals stand only where something beside them is a column. One argument in thirty is
 * of any type at all, so that both sides must agree on what is refused, too.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_GRAMMAR_H
#define TEST_EXPRESSIONS_GRAMMAR_H

#include "assertions.h"
#include "function_table.h"
#include "seed.h"

#include "novate/arena.h"
#include "novate/text.h"
#include "novate/type.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define GRAMMAR_TYPES     17
#define GRAMMAR_COLUMNS   3 /* of each type */
#define GRAMMAR_PIECES    8
#define GRAMMAR_FUNCTIONS 512
#define ANY_TYPE          (-1)

/* One type: what casts and columns of it look like, and values that are known to hurt. */
struct grammar_type {
    enum type_id id;
    const char *cast;
    const char *short_name; /* columns are short_name_0 … */
    const char *declared[GRAMMAR_COLUMNS];
    const char *values[20];
};

static const struct grammar_type grammar_types[GRAMMAR_TYPES] = {
    {TYPE_BOOL, "boolean", "b", {"boolean", "boolean", "boolean"}, {"t", "f"}},
    {TYPE_INT2,
     "smallint",
     "i2",
     {"smallint", "smallint", "smallint"},
     {"0", "1", "-1", "2", "7", "100", "32767", "-32768"}},
    {TYPE_INT4,
     "integer",
     "i4",
     {"integer", "integer", "integer"},
     {"0", "1", "-1", "2", "3", "-2", "10", "2147483647", "-2147483648", "65536"}},
    {TYPE_INT8,
     "bigint",
     "i8",
     {"bigint", "bigint", "bigint"},
     {"0",
      "1",
      "-1",
      "5",
      "3000000000",
      "9007199254740993",
      "9223372036854775807",
      "-9223372036854775808"}},
    {TYPE_NUMERIC,
     "numeric",
     "n",
     {"numeric", "numeric", "numeric(10,2)"},
     {"0",
      "1",
      "-1.5",
      "2.5",
      "0.1",
      "3.00",
      "12345678.90",
      "-99999999.99",
      "0.005",
      "NaN",
      "1.10",
      "100"}},
    {TYPE_FLOAT4,
     "real",
     "f4",
     {"real", "real", "real"},
     {"0", "1", "-1.5", "0.1", "1e+38", "1e-38", "NaN", "Infinity", "-Infinity", "16777216"}},
    {TYPE_FLOAT8,
     "double precision",
     "f8",
     {"double precision", "double precision", "double precision"},
     {"0",
      "1",
      "-1.5",
      "2.5",
      "0.1",
      "1e+300",
      "1e-300",
      "-0",
      "1e+15",
      "1e-05",
      "Infinity",
      "-Infinity",
      "2147483648",
      "NaN",
      "0.5"}},
    {TYPE_TEXT,
     "text",
     "t",
     {"text", "text", "text"},
     {"",    " ",  "a",     "B", "abc",        "%",  "a_c", "héllo", "Ä日本",
      " x ", "12", "-3.50", "t", "2024-02-29", "\\", "a\\", "1e5",   "\360\237\230\200z",
      ",",   "ab%"}},
    {TYPE_VARCHAR,
     "varchar",
     "v",
     {"varchar(8)", "varchar", "varchar(12)"},
     {"", "a ", "abc", "é", "0042", "true", "12:30", "xyxy", " 7"}},
    {TYPE_CHAR, "char(3)", "c", {"char(5)", "char(1)", "char(3)"}, {"a", "b", "", "1", "é"}},
    {TYPE_BYTEA, "bytea", "y", {"bytea", "bytea", "bytea"}, {"\\x", "\\x00ff", "\\x6162"}},
    {TYPE_DATE,
     "date",
     "d",
     {"date", "date", "date"},
     {"2024-02-29",
      "1999-12-31",
      "2000-01-01",
      "infinity",
      "-infinity",
      "4713-11-24 BC",
      "5874897-12-31",
      "1900-03-01"}},
    {TYPE_TIME,
     "time",
     "h",
     {"time", "time", "time"},
     {"00:00:00", "12:34:56.789", "23:59:59.999999", "24:00:00"}},
    {TYPE_TIMESTAMP,
     "timestamp",
     "s",
     {"timestamp", "timestamp", "timestamp"},
     {"2024-02-29 12:00:00",
      "1999-12-31 23:59:59.999999",
      "infinity",
      "-infinity",
      "2024-03-31 01:30:00",
      "2024-10-27 01:30:00",
      "1968-10-27 02:30:00",
      "1970-06-01 12:00:00",
      "1971-10-31 02:30:00",
      "1944-07-01 12:34:56.789",
      "1945-07-15 02:30:00",
      "0044-03-15 10:00:00 BC",
      "2024-12-30 00:00:00",
      "294276-12-31 23:59:59"}},
    {TYPE_TIMESTAMPTZ,
     "timestamptz",
     "z",
     {"timestamptz", "timestamptz", "timestamptz"},
     {"2024-02-29 12:00:00+00",
      "1999-12-31 23:59:59.999999+00",
      "infinity",
      "2024-06-01 00:30:00+00",
      "4713-11-25 00:00:00+00 BC"}},
    {TYPE_UUID,
     "uuid",
     "u",
     {"uuid", "uuid", "uuid"},
     {"00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
    {TYPE_INTERVAL,
     "interval",
     "v_i",
     {"interval", "interval", "interval"},
     {"0",
      "1 day",
      "-1 mon",
      "1 year 2 mons -3 days 04:05:06.789",
      "24:00:00",
      "-00:00:00.000001",
      "30 days",
      "2147483647 days",
      "-2147483648 months",
      "1 month -30 days 00:00:01",
      "2562047700:00:54.775807",
      "-9223272036854775807 us",
      "35 days 27:00:00",
      "1 mon"}},
};

static inline int grammar_value_count(int type)
{
    int count = 0;
    while (count < 20 && grammar_types[type].values[count] != NULL) {
        count++;
    }
    return count;
}

static inline int grammar_index(enum type_id id)
{
    for (int i = 0; i < GRAMMAR_TYPES; i++) {
        if (grammar_types[i].id == id) {
            return i;
        }
    }
    return ANY_TYPE;
}

/* pieces[0] child[0] pieces[1] child[1] … */
struct tree {
    const char *pieces[GRAMMAR_PIECES];
    struct tree *children[GRAMMAR_PIECES];
    int count;
    int type;
};

struct grammar {
    struct seed *seed;
    struct arena *arena;
    const struct function *functions[GRAMMAR_FUNCTIONS];
    int function_count;
};

static inline void tree_push(const struct tree *tree, struct text_buffer *out)
{
    for (int i = 0; i < tree->count; i++) {
        text_buffer_string(out, tree->pieces[i]);
        tree_push(tree->children[i], out);
    }
    text_buffer_string(out, tree->pieces[tree->count]);
}

/* Every function of the table that PostgreSQL has too. */
static inline void grammar_init(struct grammar *grammar, struct seed *seed, struct arena *arena)
{
    int count = 0;
    const struct function *table = function_table(&count);

    *grammar = (struct grammar){.seed = seed, .arena = arena};
    for (int i = 0; i < count; i++) {
        if (table[i].kernel == NULL || (table[i].flags & FUNCTION_OURS) != 0) {
            continue;
        }
        hold(grammar->function_count < GRAMMAR_FUNCTIONS);
        grammar->functions[grammar->function_count++] = &table[i];
    }
    ck_assert_int_gt(grammar->function_count, 40);
}

static inline int chance(struct grammar *grammar, int percent)
{
    return seed_below(grammar->seed, 100) < percent;
}

static inline struct tree *tree_new(struct grammar *grammar, int type)
{
    struct tree *tree = ARENA_NEW(grammar->arena, struct tree);
    hold(tree != NULL);
    tree->type = type;
    tree->pieces[0] = "";
    return tree;
}

/* Adds a child and what stands behind it. */
static inline void tree_add(struct tree *tree, struct tree *child, const char *piece)
{
    tree->children[tree->count++] = child;
    tree->pieces[tree->count] = piece;
}

static inline struct tree *tree_column(struct grammar *grammar, int type)
{
    struct tree *tree = tree_new(grammar, type);
    tree->pieces[0] = arena_format(grammar->arena,
                                   "%s_%d",
                                   grammar_types[type].short_name,
                                   seed_below(grammar->seed, GRAMMAR_COLUMNS));
    return tree;
}

/* A literal whose type the context decides; one that the type can read. */
static inline struct tree *tree_literal(struct grammar *grammar, int type)
{
    struct tree *tree = tree_new(grammar, type);
    int value = seed_below(grammar->seed, grammar_value_count(type));
    tree->pieces[0] = arena_format(grammar->arena, "'%s'", grammar_types[type].values[value]);
    return tree;
}

#endif
