/* test_mapping_file.c — mapping files: what they may say, and what is said of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"

#include <check.h>
#include <stdio.h>

static struct fixture fixture;

static void setup(void)
{
    fixture_setup(&fixture);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

/* The mapping after it was read without a problem. */
static const struct mapping *read_mapping(const char *text)
{
    fixture_expect(&fixture, NULL, text, "");
    return &fixture.plan.mappings[0];
}

static const struct lookup_spec *read_lookup(const char *keys)
{
    char text[1024];

    temp_file_text("codes.csv", "a,b\n");
    (void)snprintf(text, sizeof text, MAPPING_SMALLEST "lookups:\n  l: %s\n", keys);
    return &read_mapping(text)->lookups[0];
}

START_TEST(defaults_of_a_source)
{
    const struct relation_spec *source = &read_mapping(MAPPING_SMALLEST)->source;

    ck_assert_int_eq(source->delimiter, ',');
    ck_assert_int_eq(source->quote, '"');
    ck_assert(source->header);
    ck_assert_str_eq(source->null, "");
    ck_assert_ptr_null(source->encoding);
    ck_assert_ptr_null(source->key);
    ck_assert_int_eq(source->place.line, 2);
    ck_assert_int_eq(source->place.column, 17);
}
END_TEST

START_TEST(shape_of_a_file)
{
    const struct relation_spec *source =
        &read_mapping(MAPPING_HEAD "source:\n"
                                   "  file: a*.txt\n"
                                   "  key: ID\n"
                                   "  delimiter: \"\\t\"\n"
                                   "  quote: ''\n"
                                   "  header: false\n"
                                   "  null: NULL\n"
                                   "  encoding: ISO-8859-1\n"
                                   "  columns:\n"
                                   "    ID: numeric(10,2)\n"
                                   "    AT: \"date 'DD/MM/YYYY'\"\n" MAPPING_TARGET MAPPING_REST)
             ->source;

    ck_assert_int_eq(source->delimiter, '\t');
    ck_assert_int_eq(source->quote, 0);
    ck_assert(!source->header);
    ck_assert_str_eq(source->null, "NULL");
    ck_assert_str_eq(source->encoding, "ISO-8859-1");
    ck_assert_str_eq(source->key[0], "ID");
    ck_assert_int_eq(source->column_count, 2);
    ck_assert_str_eq(source->columns[0].type, "numeric(10,2)");
    ck_assert_int_eq(source->columns[1].place.line, 12);
    ck_assert_int_eq(source->columns[1].format_count, 1);
    ck_assert_str_eq(source->columns[1].formats[0], "DD/MM/YYYY");
}
END_TEST

START_TEST(columns_declare_formats_places_and_policies)
{
    const struct relation_spec *source =
        &read_mapping(MAPPING_HEAD
                      "source:\n"
                      "  file: a*.txt\n"
                      "  format: fixed\n"
                      "  undecodable: replace\n"
                      "  columns:\n"
                      "    AT: {type: \"date 'DD/MM/YYYY' , 'YYYY-MM-DD'\", start: 3, width: 10}\n"
                      "    NOTE: {width: 40, encoding: windows-1252, undecodable: reject, nul: "
                      "strip}\n" MAPPING_TARGET MAPPING_REST)
             ->source;

    ck_assert_int_eq(source->format, FILE_FORMAT_FIXED);
    ck_assert(!source->header);
    ck_assert_int_eq(source->column_count, 2);
    const struct relation_column *at = &source->columns[0];
    ck_assert_int_eq(at->format_count, 2);
    ck_assert_str_eq(at->formats[1], "YYYY-MM-DD");
    ck_assert_uint_eq(at->start, 3);
    ck_assert_uint_eq(at->width, 10);
    ck_assert_int_eq(at->decode, POLICY_REPLACE);
    ck_assert_int_eq(at->nul, POLICY_REJECT);
    const struct relation_column *note = &source->columns[1];
    ck_assert_ptr_null(note->type);
    ck_assert_str_eq(note->encoding, "windows-1252");
    ck_assert_int_eq(note->decode, POLICY_REJECT);
    ck_assert_int_eq(note->nul, POLICY_STRIP);
}
END_TEST

START_TEST(columns_of_a_table_declare_what_their_bytes_mean)
{
    const struct relation_spec *source =
        &read_mapping(MAPPING_HEAD
                      "source:\n"
                      "  table: T\n"
                      "  nul: strip\n"
                      "  columns: {NOTE: {undecodable: replace}}\n" MAPPING_TARGET MAPPING_REST)
             ->source;

    ck_assert_int_eq(source->nul, POLICY_STRIP);
    ck_assert_int_eq(source->columns[0].decode, POLICY_REPLACE);
    ck_assert_int_eq(source->columns[0].nul, POLICY_STRIP);
}
END_TEST

START_TEST(missing_is_said_in_every_form)
{
    const char *const shape = "{file: codes.csv, from: a, to: b, missing: ";
    static const struct {
        const char *text;
        enum lookup_missing missing;
        const char *value;
    } forms[] = {
        {"reject", LOOKUP_MISSING_REJECT, NULL},
        {"null", LOOKUP_MISSING_NULL, NULL},
        {"'null'", LOOKUP_MISSING_NULL, NULL},
        {"keep", LOOKUP_MISSING_KEEP, NULL},
        {"{default: X}", LOOKUP_MISSING_DEFAULT, "X"},
        {"{default: ''}", LOOKUP_MISSING_DEFAULT, ""},
        {"\"default: not known\"", LOOKUP_MISSING_DEFAULT, "not known"},
    };
    char text[256];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        (void)snprintf(text, sizeof text, "%s%s}", shape, forms[i].text);
        const struct lookup_spec *lookup = read_lookup(text);
        ck_assert_int_eq(lookup->missing, forms[i].missing);
        if (forms[i].value != NULL) {
            ck_assert_str_eq(lookup->missing_default, forms[i].value);
        } else {
            ck_assert_ptr_null(lookup->missing_default);
        }
    }
    ck_assert_int_eq(read_lookup("{file: codes.csv, from: a, to: b}")->missing,
                     LOOKUP_MISSING_REJECT);
    ck_assert_int_eq(
        read_lookup("{file: codes.csv, from: a, to: b,\n      missing: {default: 7}}")->missing,
        LOOKUP_MISSING_DEFAULT);
}
END_TEST

START_TEST(lookups_have_several_columns_or_follow_chains)
{
    const struct lookup_spec *lookup =
        read_lookup("{query: \"SELECT 1\", in: source, from: [a, b], to: [c, d, e]}");
    ck_assert_int_eq(lookup->from_count, 2);
    ck_assert_int_eq(lookup->to_count, 3);
    ck_assert_str_eq(lookup->to[2], "e");
    ck_assert_str_eq(lookup->source.query, "SELECT 1");
    ck_assert(!lookup->chase);

    lookup = read_lookup("{table: MERGES, where: \"X = 1\", from: a, to: b, chase: true}");
    ck_assert(lookup->chase);
    ck_assert_str_eq(lookup->source.where, "X = 1");

    lookup = read_lookup("{target: ref.t, where: \"x = 1\", from: a, to: b}");
    ck_assert_str_eq(lookup->target_table, "ref.t");
    ck_assert_str_eq(lookup->source.where, "x = 1");
}
END_TEST

/* Where an expression begins, whatever form it is written in. */
START_TEST(places_of_expressions_in_every_form)
{
    static const struct {
        const char *yaml;
        const char *text;
        int line, column;
    } forms[] = {
        {"columns:\n  a: B + 1\n", "B + 1", 5, 6},
        {"columns:\n  a:    \"B + 1\"\n", "B + 1", 5, 10},
        {"columns:\n  a: 'B + ''x'''\n", "B + 'x'", 5, 7},
        {"columns: {a: B + 1}\n", "B + 1", 4, 14},
        {"columns: {\"é\": B}\n", "B", 4, 16},
        {"columns:\n  a:\n    B + 1\n", "B + 1", 6, 5},
        {"columns:\n  a: |\n    B\n      + 1\n", "B\n  + 1\n", 6, 5},
        {"columns:\n  a: >-\n\n    B\n    + 1\n", "\nB + 1", 7, 5},
        {"columns:\n  a: &x B\n", "B", 5, 9},
        {"columns:\n  a: &x\n    'B'\n", "B", 6, 6},
        {"columns:\n  a: !!str B\n", "B", 5, 12},
        {"columns:\n  a: null\n", "null", 5, 6},
        {"columns:\n  a: 5\n", "5", 5, 6},
    };
    char text[512];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        (void)snprintf(
            text, sizeof text, "%s%s", MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET, forms[i].yaml);
        const struct expression_spec *spec = &read_mapping(text)->columns[0];
        ck_assert_str_eq(spec->text, forms[i].text);
        ck_assert_msg(spec->place.line == forms[i].line && spec->place.column == forms[i].column,
                      "%s is said to be at %d:%d",
                      forms[i].yaml,
                      spec->place.line,
                      spec->place.column);
    }
}
END_TEST

static struct hash digest_of(const char *mapping)
{
    return read_mapping(mapping)->digest;
}

/* Comments, layout and quotes do not make another mapping; every value does. */
START_TEST(digest_covers_content_and_not_layout)
{
    const struct hash one = digest_of(MAPPING_SMALLEST);
    static const char *const equal[] = {
        "# said\n\n" MAPPING_SMALLEST,
        "entity:   \"a\"\nsource:\n    table: 'A'\n" MAPPING_TARGET MAPPING_REST,
    };
    static const char *const other[] = {
        "entity: b\n" MAPPING_SOURCE MAPPING_TARGET MAPPING_REST,
        MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "columns: {id: id}\n",
        MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "columns: {id: ID, x: Y}\n",
        MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "copy: id\n" MAPPING_REST,
        MAPPING_SMALLEST "checks: {c: true}\n",
        MAPPING_SMALLEST "filters: {c: true}\n",
    };

    for (size_t i = 0; i < sizeof equal / sizeof equal[0]; i++) {
        ck_assert_msg(hash_equal(one, digest_of(equal[i])), "%s", equal[i]);
    }
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        ck_assert_msg(!hash_equal(one, digest_of(other[i])), "%s", other[i]);
    }
}
END_TEST

START_TEST(lookups_have_periods_and_a_place)
{
    const struct lookup_spec *lookup =
        read_lookup("{table: T, from: a, to: b, valid_at: [f, u], store: disk}");
    ck_assert_int_eq(lookup->valid_at_count, 2);
    ck_assert_str_eq(lookup->valid_at[0], "f");
    ck_assert_str_eq(lookup->valid_at[1], "u");
    ck_assert_int_eq(lookup->store, LOOKUP_ON_DISK);

    lookup = read_lookup("{table: T, from: a, to: b, store: memory}");
    ck_assert_int_eq(lookup->valid_at_count, 0);
    ck_assert_int_eq(lookup->store, LOOKUP_IN_MEMORY);
    ck_assert_int_eq(read_lookup("{table: T, from: a, to: b}")->store, LOOKUP_IN_MEMORY);
}
END_TEST

/* Where entries are kept can change under way; "store" elsewhere is a name like any other. */
START_TEST(digest_leaves_out_where_lookups_are_kept)
{
#define LOOKUP_OF(more) MAPPING_SMALLEST "lookups: {store: {table: T, from: a, to: b" more "}}\n"
    const struct hash one = digest_of(LOOKUP_OF(""));
    ck_assert(hash_equal(one, digest_of(LOOKUP_OF(", store: disk"))));
    ck_assert(hash_equal(one, digest_of(LOOKUP_OF(", store: memory"))));
    ck_assert(!hash_equal(one, digest_of(LOOKUP_OF(", valid_at: [f, u]"))));
    ck_assert(!hash_equal(one, digest_of(LOOKUP_OF(", missing: null"))));
    ck_assert(!hash_equal(one, digest_of(MAPPING_SMALLEST)));
#undef LOOKUP_OF
}
END_TEST

/* How it is loaded can change under way, too. */
START_TEST(digest_leaves_out_what_is_deferred)
{
#define TARGET_OF(more) MAPPING_HEAD MAPPING_SOURCE "target: {table: t.a" more "}\n" MAPPING_REST
    const struct hash one = digest_of(TARGET_OF(""));
    ck_assert(hash_equal(one, digest_of(MAPPING_SMALLEST)));
    ck_assert(hash_equal(one, digest_of(TARGET_OF(", defer: [indexes, unique_indexes]"))));
    ck_assert(!hash_equal(one, digest_of(TARGET_OF(", scope: s"))));
#undef TARGET_OF
}
END_TEST

START_TEST(digest_covers_the_files_of_lookups)
{
    const char *const mapping =
        MAPPING_SMALLEST "lookups: {l: {file: codes.csv, from: a, to: b}}\n";

    temp_file_text("codes.csv", "a,b\n1,2\n");
    const struct hash one = digest_of(mapping);
    ck_assert(hash_equal(one, digest_of(mapping)));
    temp_file_text("codes.csv", "a,b\n1,3\n");
    ck_assert(!hash_equal(one, digest_of(mapping)));
}
END_TEST

/* What decides the entries of a lookup: all that is written of it, but for what is done without. */
START_TEST(digest_of_a_lookup_covers_its_entries)
{
    static const char *const others[] = {
        "{table: U, from: a, to: b}",
        "{query: T, from: a, to: b}",
        "{target: T, from: a, to: b}",
        "{target: T, undivided: true, from: a, to: b}",
        "{target: T, undivided: true, where: a, from: a, to: b}",
        "{table: T, in: source, from: a, to: b}",
        "{table: T, where: x, from: a, to: b}",
        "{table: T, where: y, from: a, to: b}",
        "{table: T, from: b, to: a}",
        "{table: T, from: [a, b], to: c}",
        "{table: T, from: a, to: [b, c]}",
        "{table: T, from: a, to: c}",
        "{table: T, from: a, to: b, chase: true}",
        "{table: T, from: a, to: b, valid_at: [f, u]}",
        "{table: T, from: a, to: b, valid_at: [u, f]}",
        "{table: T, from: a, to: b, store: disk}",
        "{file: codes.csv, from: a, to: b}",
        "{file: codes.csv, from: a, to: b, columns: {a: integer}}",
    };
    enum {
        COUNT = sizeof others / sizeof others[0]
    };
    const struct hash one = read_lookup("{table: T, from: a, to: b}")->digest;
    struct hash digests[COUNT];

    ck_assert(hash_equal(read_lookup("{table: 'T', from: a, to: b}")->digest, one));
    ck_assert(hash_equal(read_lookup("{table: T, from: a, to: b, missing: keep}")->digest, one));
    ck_assert(
        hash_equal(read_lookup("{table: T, from: a, to: b, missing: {default: 7}}")->digest, one));
    for (int i = 0; i < COUNT; i++) {
        digests[i] = read_lookup(others[i])->digest;
        ck_assert_msg(!hash_equal(digests[i], one), "%s", others[i]);
        for (int j = 0; j < i; j++) {
            ck_assert_msg(!hash_equal(digests[i], digests[j]), "%s and %s", others[i], others[j]);
        }
    }
}
END_TEST

#define A         MAPPING_HEAD
#define S         MAPPING_SOURCE
#define T         MAPPING_TARGET
#define C         MAPPING_REST
#define SOURCE(x) MAPPING_HEAD "source: {" x "}\n" MAPPING_TARGET MAPPING_REST
#define TARGET(x) MAPPING_HEAD MAPPING_SOURCE "target: {" x "}\n" MAPPING_REST
#define LOOKUP(x) MAPPING_SMALLEST "lookups: {l: {" x "}}\n"

static const struct {
    const char *mapping;
    const char *problems;
} wrong[] = {
    {"", "a.yaml:1:1: the file is empty"},
    {"[a]\n", "a.yaml:1:1: a mapping must be a map, not a list"},
    {"x: 1\n",
     "a.yaml:1:1: \"x\" is not a key of a mapping\n"
     "a.yaml:1:1: a mapping must have \"entity\"\n"
     "a.yaml:1:1: a mapping must have \"source\"\n"
     "a.yaml:1:1: a mapping must have \"target\"\n"
     "a.yaml:1:1: the mapping fills no target column"},
    {A S T C "coluns: {}\n", "a.yaml:5:1: \"coluns\" is not a key of a mapping"},
    {A S T C "columns: {a: B}\n", "a.yaml:5:1: \"columns\" is given twice"},
    {A S T "columns: {a: B, c: D, a: E}\n", "a.yaml:4:23: \"a\" is given twice"},
    {A S T C "xref: true\n", "a.yaml:5:1: \"xref\" is not supported by this version"},
    {A S T C "emit: x\n", "a.yaml:5:7: \"emit\" must be a list of 1 to 64 rows"},
    {A S T C "dedupe: x\n", "a.yaml:5:9: \"dedupe\" must be a map, not a text"},
    {A S T C "pivot: x\n", "a.yaml:5:8: \"pivot\" must be a map, not a text"},
    {"entity: a/b\n" S T C, "a.yaml:1:9: \"a/b\" cannot be the name of an entity"},
    {"entity: .a\n" S T C, "a.yaml:1:9: \".a\" cannot be the name of an entity"},
    {A S T, "a.yaml:1:1: the mapping fills no target column"},
    {A S T "columns: {}\n", "a.yaml:1:1: the mapping fills no target column"},
    {A S T "columns: [a]\n",
     "a.yaml:4:10: \"columns\" must be a map of names and expressions, not a list"},
    {A S T "columns: {a: [B]}\n", "a.yaml:4:14: \"a\" must be an expression, not a list"},
    {A S T "columns:\n  a:\n  b: C\n", "a.yaml:5:3: \"a\" has no expression"},
    {A S T "columns: {'': B}\n", "a.yaml:4:11: a column must have a name"},
    {A S T "copy: []\n", "a.yaml:4:7: \"copy\" must have 1 to 1600 entries, not 0"},
    {A S T "copy: {a: b}\n", "a.yaml:4:7: \"copy\" must be a text or a list of texts, not a map"},
    {A S T C "filters: {a b: C}\n", "a.yaml:5:11: \"a b\" cannot be the name of a filter or check"},
    {A S T C "checks: x\n",
     "a.yaml:5:9: \"checks\" must be a map of names and expressions, not a text"},
    /* the source */
    {A "source: A\n" T C, "a.yaml:2:9: \"source\" must be a map, not a text"},
    {SOURCE("key: A"), "a.yaml:2:9: \"source\" must have one of \"table\", \"query\" and \"file\""},
    {SOURCE("table: A, query: B"), "a.yaml:2:20: \"query\" cannot stand beside \"table\""},
    {SOURCE("table: [A]"), "a.yaml:2:17: \"table\" must be a text, not a list"},
    {SOURCE("table: A, key: {a: b}"),
     "a.yaml:2:25: \"key\" must be a text or a list of texts, not a map"},
    {SOURCE("table: A, key: [a, a]"), "a.yaml:2:29: \"a\" is in the list twice"},
    {SOURCE("table: A, key: []"), "a.yaml:2:25: \"key\" must have 1 to 32 entries, not 0"},
    {SOURCE("table: A, in: other"), "a.yaml:2:24: the plan has no source named \"other\""},
    {SOURCE("table: A, delimiter: ;"), "a.yaml:2:20: only a file can have \"delimiter\""},
    {SOURCE("file: A, where: x = 1"), "a.yaml:2:19: a file cannot have \"where\""},
    {SOURCE("file: A, delimiter: ab"), "a.yaml:2:30: \"delimiter\" must be one ASCII character"},
    {SOURCE("file: A, delimiter: '\\t'"), "a.yaml:2:30: \"delimiter\" must be one ASCII character"},
    {SOURCE("file: A, quote: é"), "a.yaml:2:26: \"quote\" must be one ASCII character"},
    {SOURCE("file: A, quote: ','"),
     "a.yaml:2:26: \"delimiter\" and \"quote\" cannot be the same character"},
    {SOURCE("file: A, header: maybe"), "a.yaml:2:27: \"header\" must be true or false"},
    {SOURCE("file: A, null: [x]"), "a.yaml:2:25: \"null\" must be a text, not a list"},
    {SOURCE("file: A, columns: [x]"),
     "a.yaml:2:28: \"columns\" must be a map of names and types, not a list"},
    {SOURCE("file: A, columns: {}"), "a.yaml:2:28: \"columns\" must have 1 to 1600 entries, not 0"},
    {SOURCE("file: A, columns: {x: }"), "a.yaml:2:32: column \"x\" must have a type"},
    {SOURCE("file: A, columns: {x: numbr}"), "a.yaml:2:32: \"numbr\" is not a type"},
    {SOURCE("file: A, columns: {x: \"text 'YYYY'\"}"),
     "a.yaml:2:39: only dates, times and timestamps have a format"},
    {SOURCE("file: A, columns: {x: \"date 'HH24:MI'\"}"),
     "a.yaml:2:39: the format has no year, month and day"},
    /* the target */
    {TARGET("key: id"), "a.yaml:3:9: \"target\" must have \"table\""},
    {TARGET("table: t, mode: upsert"), "a.yaml:3:26: mode \"upsert\" needs \"key\""},
    {TARGET("table: t, mode: replace, scope: x"),
     "a.yaml:3:42: mode \"replace\" cannot have \"scope\""},
    {TARGET("table: t, mode: replace, defer: [indexes]"),
     "a.yaml:3:42: mode \"replace\" cannot have \"defer\""},
    {TARGET("table: t, mode: inset"),
     "a.yaml:3:26: \"mode\" must be insert, upsert or replace, not \"inset\""},
    {TARGET("table: t, scope: ''"), "a.yaml:3:27: \"scope\" is empty"},
    /* lookups */
    {A S T C "lookups: [l]\n", "a.yaml:5:10: \"lookups\" must be a map of lookups, not a list"},
    {A S T C "lookups: {l: x}\n", "a.yaml:5:14: lookup \"l\" must be a map, not a text"},
    {LOOKUP("table: T, to: b"), "a.yaml:5:14: lookup \"l\" must have \"from\""},
    {LOOKUP("table: T, from: b"), "a.yaml:5:14: lookup \"l\" must have \"to\""},
    {LOOKUP("from: a, to: b"),
     "a.yaml:5:14: lookup \"l\" must have one of \"file\", \"table\", \"query\" and \"target\""},
    {LOOKUP("table: T, target: t, from: a, to: b"),
     "a.yaml:5:25: \"target\" cannot stand beside \"table\""},
    {LOOKUP("table: T, form: a, to: b"),
     "a.yaml:5:14: lookup \"l\" must have \"from\"\n"
     "a.yaml:5:25: \"form\" is not a key of lookup \"l\""},
    {LOOKUP("table: T, from: a, to: b, missing: ignore"),
     "a.yaml:5:50: \"missing\" cannot be \"ignore\""},
    {LOOKUP("table: T, from: a, to: b, missing: {otherwise: x}"),
     "a.yaml:5:50: \"missing\" must have \"default\"\n"
     "a.yaml:5:51: \"otherwise\" is not a key of \"missing\""},
    {LOOKUP("table: T, from: a, to: b, missing: "), "a.yaml:5:41: \"missing\" has no value"},
    {LOOKUP("table: T, from: a, to: [b, c], chase: true"),
     "a.yaml:5:46: a lookup that follows chains must have one column in \"from\" and one in "
     "\"to\""},
    {LOOKUP("table: T, from: a, to: b, valid_at: f"),
     "a.yaml:5:51: \"valid_at\" must have two columns, not 1"},
    {LOOKUP("table: T, from: a, to: b, valid_at: [f, u, x]"),
     "a.yaml:5:51: \"valid_at\" must have two columns, not 3"},
    {LOOKUP("table: T, from: a, to: b, valid_at: [f, u], chase: true"),
     "a.yaml:5:59: a lookup that follows chains cannot have \"valid_at\""},
    {LOOKUP("table: T, from: a, to: b, store: tape"), "a.yaml:5:48: \"store\" cannot be \"tape\""},
    {LOOKUP("target: t, in: source, from: a, to: b"),
     "a.yaml:5:26: a lookup of the target cannot have \"in\""},
    {LOOKUP("table: T, keep: latest(u), from: a, to: b"),
     "a.yaml:5:25: only a file of a source can have \"keep\" in a lookup"},
    {LOOKUP("file: none.csv, where: u = 1, from: a, to: b"),
     "a.yaml:5:21: file \"none.csv\" cannot be read: No such file or directory\n"
     "a.yaml:5:31: only a file of a source can have \"where\" in a lookup"},
    {LOOKUP("table: T, in: other, from: a, to: b"),
     "a.yaml:5:29: the plan has no source named \"other\""},
    {LOOKUP("file: none.csv, from: a, to: b"),
     "a.yaml:5:21: file \"none.csv\" cannot be read: No such file or directory"},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    fixture_expect(&fixture, NULL, wrong[_i].mapping, wrong[_i].problems);
}
END_TEST

START_TEST(suggestions_name_what_was_meant)
{
    fixture_expect(&fixture,
                   NULL,
                   MAPPING_SMALLEST "chekcs: {a: true}\n",
                   "a.yaml:5:1: \"chekcs\" is not a key of a mapping");
    ck_assert_str_eq(fixture.problems.items[0].hint, "Perhaps you meant \"checks\".");
    fixture_expect(&fixture,
                   NULL,
                   MAPPING_HEAD MAPPING_SOURCE "target: {table: t, mode: inset}\n" MAPPING_REST,
                   "a.yaml:3:26: \"mode\" must be insert, upsert or replace, not \"inset\"");
    ck_assert_str_eq(fixture.problems.items[0].hint, "Perhaps you meant \"insert\".");
    fixture_expect(&fixture,
                   PLAN_HEAD
                   "sources: {winpath: {odbc: D}, jac: {odbc: E}}\n" PLAN_TARGET PLAN_MAPPINGS,
                   MAPPING_HEAD "source: {in: winpat, table: A}\n" MAPPING_TARGET MAPPING_REST,
                   "a.yaml:2:14: the plan has no source named \"winpat\"");
    ck_assert_str_eq(fixture.problems.items[0].hint, "Perhaps you meant \"winpath\".");
}
END_TEST

START_TEST(modes_are_known)
{
    static const struct {
        const char *target;
        enum load_mode mode;
    } modes[] = {
        {"target: {table: t}\n", LOAD_INSERT},
        {"target: {table: t, key: [a], mode: upsert, scope: x}\n", LOAD_UPSERT},
        {"target: {table: t, mode: replace}\n", LOAD_REPLACE},
    };
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        char text[512];
        (void)snprintf(text,
                       sizeof text,
                       "%s%s%s%s",
                       MAPPING_HEAD,
                       MAPPING_SOURCE,
                       modes[i].target,
                       MAPPING_REST);
        fixture_expect(&fixture, NULL, text, "");
        ck_assert_int_eq(fixture.plan.mappings[0].mode, modes[i].mode);
    }
}
END_TEST

/* Stages ask for the source of a relation again; the problem is still one. */
START_TEST(a_missing_source_is_one_problem)
{
    fixture_expect(&fixture,
                   NULL,
                   MAPPING_HEAD "source: {in: x, table: A}\n" MAPPING_TARGET MAPPING_REST,
                   "a.yaml:2:14: the plan has no source named \"x\"");
    ck_assert_ptr_null(
        plan_source_of(&fixture.plan, &fixture.plan.mappings[0].source, &fixture.problems));
    ck_assert_int_eq(fixture.problems.count, 1);
}
END_TEST

START_TEST(a_source_must_be_of_the_right_kind)
{
    fixture_expect(&fixture,
                   PLAN_HEAD "source: {csv: in}\n" PLAN_TARGET PLAN_MAPPINGS,
                   NULL,
                   "a.yaml:2:17: there is no \"odbc\" in source \"source\"");
    fixture_expect(&fixture,
                   PLAN_HEAD "source: {odbc: D}\n" PLAN_TARGET PLAN_MAPPINGS,
                   MAPPING_HEAD "source: {file: a.csv}\n" MAPPING_TARGET MAPPING_REST,
                   "a.yaml:2:16: there is no folder \"csv\" in source \"source\"");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mapping_file");
    TCase *tests = tcase_create("mapping_file");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, defaults_of_a_source);
    tcase_add_test(tests, shape_of_a_file);
    tcase_add_test(tests, columns_declare_formats_places_and_policies);
    tcase_add_test(tests, columns_of_a_table_declare_what_their_bytes_mean);
    tcase_add_test(tests, missing_is_said_in_every_form);
    tcase_add_test(tests, lookups_have_several_columns_or_follow_chains);
    tcase_add_test(tests, places_of_expressions_in_every_form);
    tcase_add_test(tests, digest_covers_content_and_not_layout);
    tcase_add_test(tests, lookups_have_periods_and_a_place);
    tcase_add_test(tests, digest_leaves_out_where_lookups_are_kept);
    tcase_add_test(tests, digest_leaves_out_what_is_deferred);
    tcase_add_test(tests, digest_covers_the_files_of_lookups);
    tcase_add_test(tests, digest_of_a_lookup_covers_its_entries);
    tcase_add_loop_test(
        tests, what_is_wrong_is_said_at_its_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, suggestions_name_what_was_meant);
    tcase_add_test(tests, modes_are_known);
    tcase_add_test(tests, a_missing_source_is_one_problem);
    tcase_add_test(tests, a_source_must_be_of_the_right_kind);
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
