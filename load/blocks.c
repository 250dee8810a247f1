/* blocks.c — the function by which the target narrows a piece, made for one table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "blocks.h"

#include "workspace_private.h"

#include <stdio.h>
#include <string.h>

const char blocks_query[] = "SELECT * FROM pg_temp.novate_blocks($1::integer)";

/* clang-format off */

/* $1 is the table's oid. Base types without modifiers: what those and domains check is checked
 * where the row goes into the table itself, so that a block can be told which row it is. */
static const char read_columns[] =
    "WITH RECURSIVE step AS ("
    "  SELECT a.attname, a.attnum, t.oid AS type, t.typtype, t.typbasetype"
    "  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    "  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    " UNION ALL"
    "  SELECT s.attname, s.attnum, t.oid, t.typtype, t.typbasetype"
    "  FROM step s JOIN pg_type t ON t.oid = s.typbasetype WHERE s.typtype = 'd')"
    " SELECT string_agg(format('%I %s', attname, format_type(type, -1)), ', ' ORDER BY attnum),"
    "  current_setting('server_version_num')::integer >= 140000"
    " FROM step WHERE typtype <> 'd' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = $1::oid"
    "  AND c.relkind IN ('r', 'p') AND NOT c.relhasrules AND NOT row_security_active(c.oid))";

/* One of the rows `first` to `guilty` is refused, by what is checked after the last row of a block.
 * Rows `first` to `stop` are to be inserted before the row after `stop`, which is refused already,
 * is passed over. One that another row keeps out is only refused when it comes first: the other
 * one may stand before it in the block, and be refused itself. */
static const char body_start[] =
    "<<novate>> DECLARE"
    " places tid[] := ARRAY(SELECT s.ctid FROM pg_temp.novate_rows AS s ORDER BY s.ctid);"
    " rows integer := cardinality(places);"
    " first integer := 1;"
    " last integer;"
    " stop integer := rows;"
    " guilty integer := 0;"
    " step integer := novate_blocks.size;"
    " reached integer;"
    " drawn bigint;"
    " stored bigint;"
    " missing boolean;"
    "BEGIN"
    " WHILE novate.first <= novate.rows LOOP"
    "  last := least(novate.first + novate.step - 1, novate.stop);"
    "  drawn := nextval('pg_temp.novate_row');"
    "  missing := false;"
    "  BEGIN ";
static const char body_inserted[] =
    "   GET DIAGNOSTICS stored = ROW_COUNT;"
    "   missing := novate.stored <> novate.last - novate.first + 1;"
    "   IF novate.missing THEN RAISE EXCEPTION 'rows are missing'; END IF;"
    "   first := novate.last + 1;"
    "   IF novate.first > novate.stop THEN"
    "    first := novate.stop + 2;"
    "    stop := novate.rows;"
    "   END IF;"
    "   step := CASE WHEN novate.first > novate.guilty THEN novate_blocks.size"
    "    ELSE greatest(1, (novate.guilty - novate.first + 1) / 2) END;"
    "  EXCEPTION WHEN OTHERS THEN"
    "   GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, of_constraint = CONSTRAINT_NAME,"
    "    of_column = COLUMN_NAME, of_datatype = PG_DATATYPE_NAME;"
    "   reached := novate.first + (currval('pg_temp.novate_row') - novate.drawn)::integer - 1;"
    "   IF novate.missing THEN"
    "    state := NULL;"
    "   ELSIF ";
static const char body_end[] =
    " THEN"
    "    RAISE;"
    "   END IF;"
    "   IF novate.first < novate.last AND (novate.missing OR novate.reached < novate.first"
    "     OR novate.reached >= novate.last) THEN"
    "    guilty := novate.last;"
    "    step := (novate.last - novate.first + 1) / 2;"
    "   ELSIF novate.first < novate.last AND novate.reached > novate.first"
    "     AND (novate.stop < novate.rows OR novate_blocks.state IN ('23505', '23P01')) THEN"
    "    step := novate.reached - novate.first;"
    "   ELSE"
    "    refused := greatest(novate.first, least(novate.reached, novate.last));"
    "    RETURN NEXT;"
    "    guilty := 0;"
    "    step := novate_blocks.size;"
    "    IF novate_blocks.refused > novate.first THEN"
    "     stop := novate_blocks.refused - 1;"
    "    ELSE"
    "     first := novate.first + 1;"
    "    END IF;"
    "    IF novate.first > novate.stop THEN"
    "     first := novate.stop + 2;"
    "     stop := novate.rows;"
    "    END IF;"
    "   END IF;"
    "  END;"
    " END LOOP;"
    "END";

/* clang-format on */

void blocks_init(struct blocks *blocks, struct budget *budget)
{
    *blocks = (struct blocks){.built = false};
    arena_init(&blocks->arena, 4096, budget);
    arena_init(&blocks->answers, (size_t)64 << 10, budget);
}

void blocks_release(struct blocks *blocks)
{
    arena_release(&blocks->answers);
    arena_release(&blocks->arena);
}

static void push_source(const struct schema *schema, struct text_buffer *out)
{
    for (int i = 0; i < schema->count; i++) {
        text_buffer_string(out, i > 0 ? ", s." : "s.");
        text_buffer_identifier(out, schema->columns[i].name, '"');
    }
}

/* `ranges`: the server scans ranges of places (since 14); else it fetches one row at a time. */
static void push_body(const struct target_table *table,
                      const struct schema *schema,
                      bool ranges,
                      struct text_buffer *out)
{
    text_buffer_string(out, body_start);
    text_buffer_format(out, "INSERT INTO %s (", table->quoted);
    workspace_push_columns(schema, out);
    text_buffer_string(out, ") OVERRIDING SYSTEM VALUE SELECT ");
    push_source(schema, out);
    /* No number is drawn for the rows of other blocks. */
    text_buffer_format(out,
                       " FROM (SELECT * FROM pg_temp.novate_rows AS r WHERE r.ctid %s OFFSET 0)"
                       " AS s WHERE nextval('pg_temp.novate_row') > 0; ",
                       ranges ? "BETWEEN novate.places[novate.first] AND novate.places[novate.last]"
                              : "= ANY (novate.places[novate.first:novate.last])");
    text_buffer_string(out, body_inserted);
    server_error_push_not_data("novate_blocks.state", out);
    text_buffer_string(out, body_end);
}

/* A sequence that caches its numbers is drawn from without a look at it; currval() knows. */
static void push_create(const char *columns, struct text body, struct text_buffer *out)
{
    text_buffer_format(out,
                       "CREATE TEMPORARY TABLE novate_rows (%s) ON COMMIT DROP;"
                       " CREATE TEMPORARY SEQUENCE IF NOT EXISTS novate_row CACHE 10000;"
                       " CREATE OR REPLACE FUNCTION pg_temp.novate_blocks(size integer) RETURNS"
                       " TABLE (refused integer, state text, of_constraint text, of_column text,"
                       " of_datatype text) LANGUAGE plpgsql AS ",
                       columns);
    text_buffer_literal(out, body);
}

static bool write_statements(struct blocks *blocks,
                             const struct target_table *table,
                             const struct schema *schema,
                             bool binary,
                             const struct session_result *found,
                             struct error *error)
{
    struct text_buffer body;
    struct text_buffer create;
    struct text_buffer copy;
    text_buffer_init(&body, (size_t)4 << 20);
    text_buffer_init(&create, (size_t)8 << 20);
    text_buffer_init(&copy, (size_t)4 << 20);
    push_body(table, schema, session_value(found, 0, 1)[0] == 't', &body);
    push_create(session_value(found, 0, 0), text_from(body.data, body.size), &create);
    text_buffer_string(&copy, "TRUNCATE pg_temp.novate_rows; COPY pg_temp.novate_rows (");
    workspace_push_columns(schema, &copy);
    text_buffer_format(&copy, ") FROM STDIN (FORMAT %s)", binary ? "binary" : "text");
    bool ok = text_buffer_check(&body, error) && text_buffer_check(&create, error) &&
              text_buffer_check(&copy, error);
    if (ok) {
        blocks->create = arena_string(&blocks->arena, create.data);
        blocks->copy = arena_string(&blocks->arena, copy.data);
        ok = (blocks->create != NULL && blocks->copy != NULL) || error_set_memory(error);
    }
    text_buffer_release(&body);
    text_buffer_release(&create);
    text_buffer_release(&copy);
    return ok;
}

bool blocks_build(struct blocks *blocks,
                  struct session *session,
                  const struct target_table *table,
                  const struct schema *schema,
                  bool binary,
                  struct error *error)
{
    char oid[16];
    struct session_result result;
    const char *const parameters[] = {oid};
    if (blocks->built) {
        return true;
    }
    blocks->built = true;
    snprintf(oid, sizeof oid, "%u", table->oid);
    arena_reset(&blocks->answers);
    if (!session_query(session, read_columns, 1, parameters, &blocks->answers, &result, error)) {
        return false;
    }
    blocks->usable = result.rows == 1 && session_value(&result, 0, 0) != NULL;
    return !blocks->usable || write_statements(blocks, table, schema, binary, &result, error);
}
