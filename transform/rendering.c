/* rendering.c — what is rendered is said in novate/rendering.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_table.h"
#include "rendering_internal.h"

#include <string.h>

#define RULE_BYTES_MAX ((size_t)64 << 20)
#define TYPE_BYTES_MAX 256

void rendering_type(struct type type, struct text_buffer *out)
{
    bool text = type.id == TYPE_OTHER || type.id == TYPE_UNKNOWN || type.id == TYPE_INTERVAL;

    if (text) {
        text_buffer_string(out, "text");
    } else if (type.id == TYPE_CHAR && type.length == 0) {
        text_buffer_string(out, "bpchar");
    } else {
        type_format(type.id == TYPE_CHAR ? type : type_of(type.id), out);
    }
}

/* The type's name in the arena; NULL when memory ran out. */
static const char *keep_type(struct type type, struct arena *arena)
{
    struct text_buffer name;
    text_buffer_init(&name, TYPE_BYTES_MAX);
    rendering_type(type, &name);
    const char *copy = name.failed ? NULL : arena_copy(arena, name.data, name.size);
    text_buffer_release(&name);
    return copy;
}

static bool describe_lookup(const struct lookup *lookup,
                            struct arena *arena,
                            struct rendered_lookup *described,
                            struct error *error)
{
    int keys = lookup_key_count(lookup);
    bool *numeric = ARENA_ARRAY(arena, bool, (size_t)keys + 1);

    if (numeric == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < keys; i++) {
        numeric[i] = lookup_key_is_numeric(lookup, i);
    }
    described->key_count = keys;
    described->numeric = numeric;
    described->value_count = lookup_value_count(lookup);
    if (lookup_has_periods(lookup)) {
        described->period = keep_type(*lookup_period_type(lookup), arena);
        return described->period != NULL || error_set_memory(error);
    }
    return true;
}

/* Everything but the rules. */
static bool describe(const struct program *program,
                     struct lookup *const *lookups,
                     struct arena *arena,
                     struct rendering *rendering,
                     struct error *error)
{
    for (int i = 0; i < program->mapping->lookup_count; i++) {
        if (lookups[i] != NULL &&
            !describe_lookup(lookups[i], arena, &rendering->lookups[i], error)) {
            return false;
        }
    }
    for (int i = 0; i < program->source.count; i++) {
        rendering->record_types[i] = keep_type(program->source.columns[i].type, arena);
        if (rendering->record_types[i] == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

/* What stands around a whole expression. */
struct whole {
    struct span value;
    struct span fallback; /* of try(); empty: NULL */
    bool tries;
    bool cuts;
};

static bool is_call(const struct node *node, const char *name, int args)
{
    return node->kind == NODE_CALL && node->arg_count == args &&
           text_equal_case(node->text, text_of(name));
}

/* Takes truncate(), fit(), note(), repair() and try() off, from outside in. */
static void unwrap(struct words *words, const struct node *node, struct whole *whole)
{
    struct span spans[2];

    *whole = (struct whole){.value = {0, words->token_count}};
    if (is_call(node, "truncate", 1) || is_call(node, "fit", 1)) {
        whole->cuts = is_call(node, "truncate", 1);
        (void)words_arguments(words, node, spans, 2);
        whole->value = spans[0];
        node = node->args[0];
    }
    while (is_call(node, "note", 2) || is_call(node, "repair", 2)) {
        (void)words_arguments(words, node, spans, 2);
        whole->value = spans[1];
        node = node->args[1];
    }
    if (is_call(node, "try", 1) || is_call(node, "try", 2)) {
        int count = words_arguments(words, node, spans, 2);
        whole->tries = true;
        whole->value = spans[0];
        whole->fallback = count == 2 ? spans[1] : (struct span){0, 0};
    }
}

/* The value as the column takes it: cut where truncate() says so, read by the server where only
 * the server knows the type. */
static void push_assigned(struct words *words,
                          struct span span,
                          bool cuts,
                          const struct column *column,
                          struct text_buffer *out)
{
    bool other = column->type.id == TYPE_OTHER;
    bool text = type_is_text(column->type.id);

    if (cuts && !text && column->type.id != TYPE_NUMERIC) {
        words_refuse(words, "truncate() of another type than text and numeric");
    }
    text_buffer_string(out,
                       other          ? "CAST(CAST(("
                       : cuts && text ? "CAST(("
                       : cuts         ? "trunc(CAST(("
                                      : "(");
    if (span.end == span.first) {
        text_buffer_string(out, "NULL");
    } else {
        words_push(words, span, out);
    }
    if (other) {
        text_buffer_format(out, ") AS text) AS %s)", column->declared);
    } else if (cuts && text) {
        text_buffer_string(out, ") AS ");
        type_format(column->type, out);
        text_buffer_char(out, ')');
    } else if (cuts) {
        text_buffer_format(out, ") AS numeric), %d)", column->type.scale);
    } else {
        text_buffer_char(out, ')');
    }
}

/* The text of a buffer in the arena; NULL where something stood in the way. */
static bool keep(struct words *words,
                 struct text_buffer *buffer,
                 const char **sql,
                 struct error *error)
{
    bool ok = text_buffer_check(buffer, error);
    *sql = NULL;
    if (ok && words->reason == NULL) {
        *sql = arena_copy(words->arena, buffer->data, buffer->size);
        ok = *sql != NULL || error_set_memory(error);
    }
    text_buffer_release(buffer);
    return ok;
}

static bool render_condition(struct words *words, struct rendered_rule *rule, struct error *error)
{
    const struct node *top = NULL;
    struct text_buffer out;

    if (!words_read(words, &top, error)) {
        return false;
    }
    text_buffer_init(&out, RULE_BYTES_MAX);
    if (top != NULL) {
        words_push(words, (struct span){0, words->token_count}, &out);
    }
    bool ok = keep(words, &out, &rule->sql, error);
    rule->reason = words->reason;
    return ok;
}

static bool render_value(struct words *words,
                         const struct column *column,
                         struct rendered_rule *rule,
                         struct error *error)
{
    const struct node *top = NULL;
    struct whole whole = {.tries = false};
    struct text_buffer out;

    if (!words_read(words, &top, error)) {
        return false;
    }
    text_buffer_init(&out, RULE_BYTES_MAX);
    if (top != NULL) {
        unwrap(words, top, &whole);
        push_assigned(words, whole.value, whole.cuts, column, &out);
    }
    if (!keep(words, &out, &rule->sql, error)) {
        return false;
    }
    if (whole.tries) {
        text_buffer_init(&out, RULE_BYTES_MAX);
        push_assigned(words, whole.fallback, whole.cuts, column, &out);
        if (!keep(words, &out, &rule->fallback, error)) {
            return false;
        }
    }
    rule->reason = words->reason;
    rule->sql = words->reason == NULL ? rule->sql : NULL;
    return true;
}

/* A column under copy: is the source's of that name, whatever it looks like. */
static bool render_copied(const struct words *words,
                          const char *name,
                          const struct column *column,
                          struct rendered_rule *rule,
                          struct error *error)
{
    int index = schema_find(words->schema, text_of(name), true);
    bool other = column->type.id == TYPE_OTHER;

    if (index < 0) {
        rule->reason = "its column of the source is not read";
        return true;
    }
    rule->sql =
        other
            ? arena_format(words->arena, "CAST(CAST(s.c%d AS text) AS %s)", index, column->declared)
            : arena_format(words->arena, "s.c%d", index);
    return rule->sql != NULL || error_set_memory(error);
}

static const struct expression_spec *find_spec(const struct mapping *mapping, const char *column)
{
    for (int i = 0; i < mapping->column_count; i++) {
        if (text_equal_case(text_of(mapping->columns[i].name), text_of(column))) {
            return &mapping->columns[i];
        }
    }
    return NULL;
}

static bool render_columns(const struct words *model,
                           struct rendering *rendering,
                           struct error *error)
{
    const struct program *program = model->program;

    for (int i = 0; i < rendering->column_count; i++) {
        const struct column *column = &program->target.columns[i];
        struct rendered_rule *rule = &rendering->columns[i];
        struct words words = *model;
        words.spec = find_spec(program->mapping, column->name);
        words.routine = &program->columns[i].routine;
        rule->name = column->name;
        bool ok = words.spec == NULL
                      ? render_copied(&words, program->columns[i].text, column, rule, error)
                      : render_value(&words, column, rule, error);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool render_conditions(const struct words *model,
                              const struct expression_spec *specs,
                              const struct rule *compiled,
                              struct rendered_rule *rules,
                              int count,
                              struct error *error)
{
    for (int i = 0; i < count; i++) {
        struct words words = *model;
        words.spec = &specs[i];
        words.routine = &compiled[i].routine;
        rules[i].name = specs[i].name;
        if (words.row == 'r') {
            words.reads = ARENA_ARRAY(words.arena, bool, (size_t)words.schema->count + 1);
            if (words.reads == NULL) {
                return error_set_memory(error);
            }
            rules[i].reads = words.reads;
        }
        if (!render_condition(&words, &rules[i], error)) {
            return false;
        }
    }
    return true;
}

bool program_render(const struct program *program,
                    struct lookup *const *lookups,
                    const char *const *withheld,
                    struct arena *arena,
                    struct rendering *rendering,
                    struct error *error)
{
    const struct mapping *mapping = program->mapping;
    size_t lookup_count = (size_t)mapping->lookup_count;

    *rendering = (struct rendering){
        .filters = ARENA_ARRAY(arena, struct rendered_rule, (size_t)mapping->filter_count + 1),
        .filter_count = mapping->filter_count,
        .columns = ARENA_ARRAY(arena, struct rendered_rule, (size_t)program->target.count + 1),
        .column_count = program->target.count,
        .checks = ARENA_ARRAY(arena, struct rendered_rule, (size_t)mapping->check_count + 1),
        .check_count = mapping->check_count,
        .lookups = ARENA_ARRAY(arena, struct rendered_lookup, lookup_count + 1),
        .record_types = ARENA_ARRAY(arena, const char *, (size_t)program->source.count + 1),
        .whole = program->branch_count > 1 || program->emitted != NULL
                     ? "a record gives several rows (emit:)"
                 : program->grouping != NULL && program->grouping->spec->pivot
                     ? "several records make one row (pivot:)"
                     : NULL,
    };
    if (rendering->filters == NULL || rendering->columns == NULL || rendering->checks == NULL ||
        rendering->lookups == NULL || rendering->record_types == NULL) {
        return error_set_memory(error);
    }
    struct words words = {.program = program,
                          .lookups = lookups,
                          .withheld = withheld,
                          .described = rendering->lookups,
                          .schema = &program->source,
                          .row = 's',
                          .arena = arena};
    if (rendering->whole != NULL) {
        return true;
    }
    if (!describe(program, lookups, arena, rendering, error)) {
        return false;
    }
    if (!render_conditions(&words,
                           mapping->filters,
                           program->filters,
                           rendering->filters,
                           mapping->filter_count,
                           error) ||
        !render_columns(&words, rendering, error)) {
        return false;
    }
    words.schema = &program->target;
    words.row = 'r';
    return render_conditions(
        &words, mapping->checks, program->checks, rendering->checks, mapping->check_count, error);
}
