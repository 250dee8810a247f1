/* explain.c — a mapping in words; the contract is in novate/explain.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/explain.h"

#include "explain_words.h"
#include "function_table.h"
#include "parser.h"
#include "program_build.h"

#include "novate/limits.h"
#include "novate/name.h"

#include <string.h>

struct explainer {
    const struct mapping *mapping;
    const struct schema *source; /* or NULL */
    const struct schema *target; /* or NULL */
    struct arena *arena;
    struct problems *problems;
    struct error *error;
    struct explained *items;
    int count;
    int capacity;
    bool *filled;               /* of the target's columns */
    bool *read;                 /* of the source's */
    struct word_list functions; /* used, and without a phrase */
};

const char *explained_kind_text(enum explained_kind kind)
{
    static const char *const texts[EXPLAINED_KIND_COUNT] = {
        [EXPLAINED_FILTER] = "filter",
        [EXPLAINED_GROUP] = "group",
        [EXPLAINED_ROW] = "row",
        [EXPLAINED_COLUMN] = "column",
        [EXPLAINED_CHECK] = "check",
        [EXPLAINED_UNFILLED] = "not filled",
        [EXPLAINED_UNREAD] = "not read",
        [EXPLAINED_FUNCTION] = "function",
    };
    return texts[kind];
}

/* --- items --- */

static bool add(struct explainer *explainer, const struct explained *item)
{
    if (explainer->count == explainer->capacity) {
        const int capacity = explainer->capacity == 0 ? 64 : 2 * explainer->capacity;
        struct explained *items = ARENA_ARRAY(explainer->arena, struct explained, (size_t)capacity);
        if (items == NULL) {
            return error_set_memory(explainer->error);
        }
        if (explainer->count > 0) {
            memcpy(items, explainer->items, (size_t)explainer->count * sizeof *items);
        }
        explainer->items = items;
        explainer->capacity = capacity;
    }
    struct explained *to = &explainer->items[explainer->count++];
    *to = *item;
    const char **texts[] = {&to->rule, &to->sources, &to->lookups, &to->nulls, &to->rejects};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = *texts[i] == NULL ? "" : *texts[i];
    }
    return true;
}

static const char *type_name(struct explainer *explainer, const struct column *column)
{
    struct text_buffer out;

    if (column->declared != NULL) {
        return column->declared;
    }
    text_buffer_init(&out, 256);
    type_format(column->type, &out);
    const char *name = out.failed ? NULL : arena_copy(explainer->arena, out.data, out.size);
    text_buffer_release(&out);
    return name;
}

/* The type of a source column: the catalogue's, or what the mapping declares; NULL: not known. */
static const char *source_type(struct explainer *explainer, const char *name)
{
    const struct relation_spec *spec = &explainer->mapping->source;
    int index =
        explainer->source == NULL ? -1 : schema_find(explainer->source, text_of(name), false);

    if (index >= 0) {
        explainer->read[index] = true;
        return type_name(explainer, &explainer->source->columns[index]);
    }
    for (int i = 0; i < spec->column_count; i++) {
        if (text_equal_case(text_of(spec->columns[i].name), text_of(name))) {
            return spec->columns[i].type;
        }
    }
    return NULL;
}

static bool is_repeated(const struct word_list *columns, int index)
{
    for (int i = 0; i < index; i++) {
        if (text_equal_case(text_of(columns->items[i]), text_of(columns->items[index]))) {
            return true;
        }
    }
    return false;
}

/* "PERSON_ID bigint, NAME_LAST". Names of checks are target columns, whose types are above. */
static const char *join_columns(struct explainer *explainer,
                                const struct word_list *columns,
                                bool of_source)
{
    struct text_buffer out;

    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    text_buffer_string(&out, "");
    for (int i = 0; i < columns->count; i++) {
        if (is_repeated(columns, i)) {
            continue; /* in other letters */
        }
        const char *type = of_source ? source_type(explainer, columns->items[i]) : NULL;
        text_buffer_format(&out,
                           "%s%s%s%s",
                           i == 0 ? "" : ", ",
                           columns->items[i],
                           type == NULL ? "" : " ",
                           type == NULL ? "" : type);
    }
    const char *text = out.failed ? NULL : arena_copy(explainer->arena, out.data, out.size);
    text_buffer_release(&out);
    return text;
}

/* What the column itself refuses. */
static void add_column_refusals(struct telling *telling, const struct column *column)
{
    const struct type *type = &column->type;

    if (!column->nullable) {
        word_list_add(telling, &telling->refusals, "NULL");
    }
    if (type_is_text(type->id) && type->length > 0) {
        word_list_add(telling,
                      &telling->refusals,
                      arena_format(telling->arena, "longer than %d characters", (int)type->length));
    }
    if (type->id == TYPE_NUMERIC && type->precision > 0) {
        word_list_add(telling,
                      &telling->refusals,
                      arena_format(telling->arena,
                                   "more than %d digits, or more than %d after the point",
                                   (int)type->precision,
                                   (int)type->scale));
    }
}

/* --- expressions --- */

/* The words of an expression; what is not valid stays as it is written. */
static bool say(struct explainer *explainer,
                const struct expression_spec *spec,
                struct telling *telling,
                const char **words)
{
    struct node *node = NULL;

    if (!parser_parse(spec, explainer->arena, explainer->problems, &node, explainer->error)) {
        return false;
    }
    *words = node == NULL ? spec->text : tell_expression(telling, node);
    return true;
}

/* Fills in what is said of the expression. */
static bool tell(struct explainer *explainer,
                 const struct expression_spec *spec,
                 struct telling *telling,
                 struct explained *item)
{
    *telling = (struct telling){.arena = explainer->arena, .mapping = explainer->mapping};
    if (!say(explainer, spec, telling, &item->rule)) {
        return false;
    }
    item->text = spec->text;
    item->place = spec->place;
    item->lookups = word_list_join(&telling->lookups, ", ", explainer->arena);
    item->sources = join_columns(explainer, &telling->columns, item->kind != EXPLAINED_CHECK);
    for (int i = 0; i < telling->functions.count; i++) {
        word_list_add(telling, &explainer->functions, telling->functions.items[i]);
    }
    return !telling->memory || error_set_memory(explainer->error);
}

static bool finish(struct explainer *explainer, struct telling *telling, struct explained *item)
{
    item->rejects = word_list_join(&telling->refusals, "; ", explainer->arena);
    if (telling->memory || item->rejects == NULL || item->sources == NULL ||
        item->lookups == NULL || item->rule == NULL) {
        return error_set_memory(explainer->error);
    }
    return add(explainer, item);
}

static bool explain_conditions(struct explainer *explainer,
                               enum explained_kind kind,
                               const struct expression_spec *specs,
                               int count)
{
    for (int i = 0; i < count; i++) {
        struct explained item = {.kind = kind, .name = specs[i].name};
        struct telling telling;
        if (!tell(explainer, &specs[i], &telling, &item)) {
            return false;
        }
        item.rule = arena_format(explainer->arena,
                                 "%s %s",
                                 kind == EXPLAINED_CHECK ? "rejected where this is false:"
                                                         : "kept only where",
                                 item.rule);
        if (!finish(explainer, &telling, &item)) {
            return false;
        }
    }
    return true;
}

/* The target column of a rule, which it fills; NULL: not known. */
static const struct column *fill(struct explainer *explainer, const char *name)
{
    int index =
        explainer->target == NULL ? -1 : schema_find(explainer->target, text_of(name), false);

    if (index < 0) {
        return NULL;
    }
    explainer->filled[index] = true;
    return &explainer->target->columns[index];
}

static bool describe_column(struct explainer *explainer,
                            const struct column *column,
                            struct telling *telling,
                            struct explained *item)
{
    if (column != NULL) {
        add_column_refusals(telling, column);
        item->type = type_name(explainer, column);
        item->nulls = column->nullable ? "may be NULL" : "must have a value";
    }
    return finish(explainer, telling, item);
}

static bool explain_columns(struct explainer *explainer,
                            const struct expression_spec *specs,
                            int count)
{
    for (int i = 0; i < count; i++) {
        struct explained item = {.kind = EXPLAINED_COLUMN, .name = specs[i].name};
        struct telling telling;
        if (!tell(explainer, &specs[i], &telling, &item) ||
            !describe_column(explainer, fill(explainer, specs[i].name), &telling, &item)) {
            return false;
        }
    }
    return true;
}

static bool is_column(const struct mapping *mapping, const char *name)
{
    for (int i = 0; i < mapping->column_count; i++) {
        if (text_equal_case(text_of(mapping->columns[i].name), text_of(name))) {
            return true;
        }
    }
    return false;
}

static bool explain_copied(struct explainer *explainer, int at, const char *name)
{
    struct telling telling = {.arena = explainer->arena, .mapping = explainer->mapping};
    struct explained item = {.kind = EXPLAINED_COLUMN,
                             .name = name,
                             .text = explainer->mapping->copy[at],
                             .lookups = ""};

    if (explainer->mapping->copy_places != NULL) {
        item.place = explainer->mapping->copy_places[at];
    }
    word_list_add(&telling, &telling.columns, name);
    item.rule = "the source column of the same name";
    item.sources = join_columns(explainer, &telling.columns, true);
    return describe_column(explainer, fill(explainer, name), &telling, &item);
}

/* A pattern stands for the columns that both sides have, as far as they are known. */
static bool explain_copy(struct explainer *explainer, int at)
{
    const struct mapping *mapping = explainer->mapping;
    const char *pattern = mapping->copy[at];
    const struct schema *schema = explainer->target != NULL ? explainer->target : explainer->source;

    if (strpbrk(pattern, "*?") == NULL) {
        return explain_copied(explainer, at, pattern);
    }
    if (explainer->source == NULL) {
        const struct explained item = {
            .kind = EXPLAINED_COLUMN,
            .name = pattern,
            .text = pattern,
            .rule = "each target column with such a name: the source column of the same name",
            .place = mapping->copy_places != NULL ? mapping->copy_places[at] : mapping->copy_place,
        };
        return add(explainer, &item);
    }
    for (int i = 0; i < schema->count; i++) {
        const struct column *column = &schema->columns[i];
        const bool taken = is_column(mapping, column->name) || column->generated ||
                           (explainer->target != NULL && explainer->filled[i]);
        if (!taken && build_matches(pattern, column->name) &&
            schema_find(explainer->source, text_of(column->name), false) >= 0 &&
            !explain_copied(explainer, at, column->name)) {
            return false;
        }
    }
    return true;
}

static bool explain_emit(struct explainer *explainer, const struct emit_spec *emit)
{
    struct explained item = {.kind = EXPLAINED_ROW, .name = emit->name, .place = emit->place};
    struct telling telling = {.arena = explainer->arena, .mapping = explainer->mapping};

    if (emit->when.text == NULL) {
        item.rule = "each record gives this row";
        item.sources = item.lookups = "";
    } else if (!tell(explainer, &emit->when, &telling, &item)) {
        return false;
    } else {
        item.rule = arena_format(explainer->arena, "given where %s", item.rule);
    }
    return finish(explainer, &telling, &item) &&
           explain_columns(explainer, emit->columns, emit->column_count);
}

/* --- several records --- */

/* A column that a pivot makes, as the mapping's expressions see it. */
static bool explain_attribute(struct explainer *explainer,
                              const struct grouping_spec *grouping,
                              const struct pivot_column *column)
{
    struct explained item = {.kind = EXPLAINED_GROUP, .name = column->name};
    struct telling telling;
    const struct expression_spec *value =
        column->value.text != NULL ? &column->value : &grouping->value;

    if (!tell(explainer, value, &telling, &item)) {
        return false;
    }
    item.rule = arena_format(explainer->arena,
                             "of the record whose attribute is '%s': %s",
                             column->attribute == NULL ? "" : column->attribute,
                             item.rule);
    return finish(explainer, &telling, &item);
}

static bool explain_groups(struct explainer *explainer, const struct grouping_spec *grouping)
{
    struct telling telling = {.arena = explainer->arena, .mapping = explainer->mapping};
    struct explained item = {.kind = EXPLAINED_GROUP,
                             .name = grouping->pivot ? "pivot" : "dedupe",
                             .lookups = "",
                             .place = grouping->place};
    const char *keep = "the last by the key of the source";
    const char *attribute = "";
    struct word_list by = {0};

    for (int i = 0; i < grouping->by_count; i++) {
        const char *words = NULL;
        if (!say(explainer, &grouping->by[i], &telling, &words)) {
            return false;
        }
        word_list_add(&telling, &by, words);
    }
    if ((grouping->keep.text != NULL && !say(explainer, &grouping->keep, &telling, &keep)) ||
        (grouping->pivot && !say(explainer, &grouping->attribute, &telling, &attribute))) {
        return false;
    }
    const char *same = word_list_join(&by, " and ", explainer->arena);
    item.rule = arena_format(
        explainer->arena,
        grouping->pivot
            ? "one row of all records with the same %s; %s says which attribute a record "
              "has, and of several values of one counts that of the record that is %s"
            : "of all records with the same %s%s one is kept: %s",
        same == NULL ? "" : same,
        attribute,
        keep);
    item.sources = join_columns(explainer, &telling.columns, true);
    if (!finish(explainer, &telling, &item)) {
        return false;
    }
    for (int i = 0; i < grouping->column_count; i++) {
        if (!explain_attribute(explainer, grouping, &grouping->columns[i])) {
            return false;
        }
    }
    return true;
}

/* --- what is left over --- */

static void read_column(struct explainer *explainer, const char *name)
{
    int index =
        explainer->source == NULL ? -1 : name_column(explainer->source, name, explainer->arena);
    if (index >= 0) {
        explainer->read[index] = true;
    }
}

/* What is read without a rule. */
static void read_keys(struct explainer *explainer)
{
    const struct relation_spec *spec = &explainer->mapping->source;

    for (int i = 0; i < spec->key_count; i++) {
        read_column(explainer, spec->key[i]);
    }
    if (spec->changed != NULL) {
        read_column(explainer, spec->changed);
    }
}

static bool explain_left(struct explainer *explainer,
                         enum explained_kind kind,
                         const struct schema *schema,
                         const bool *used,
                         const char *rule)
{
    for (int i = 0; schema != NULL && i < schema->count; i++) {
        const struct column *column = &schema->columns[i];
        const struct explained item = {
            .kind = kind, .name = column->name, .type = type_name(explainer, column), .rule = rule};
        if (!used[i] && !add(explainer, &item)) {
            return false;
        }
    }
    return true;
}

static bool explain_functions(struct explainer *explainer)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < explainer->functions.count; i++) {
        const char *name = explainer->functions.items[i];
        for (int at = 0; at < count; at++) {
            const struct function *function = &table[at].function;
            if (table[at].group != NULL || function->doc[0] == '\0' ||
                !text_equal_case(text_of(function->name), text_of(name))) {
                continue;
            }
            const struct explained item = {
                .kind = EXPLAINED_FUNCTION, .name = name, .rule = function->doc};
            if (!add(explainer, &item)) {
                return false;
            }
            break;
        }
    }
    return true;
}

/* "table PERSON where …" */
static const char *describe_source(struct explainer *explainer)
{
    const struct relation_spec *spec = &explainer->mapping->source;

    return arena_format(explainer->arena,
                        "%s%s%s%s%s%s",
                        spec->table != NULL   ? "table "
                        : spec->query != NULL ? "query "
                                              : "file ",
                        spec->table != NULL   ? spec->table
                        : spec->query != NULL ? spec->query
                        : spec->file != NULL  ? spec->file
                                              : "",
                        spec->where != NULL ? " where " : "",
                        spec->where != NULL ? spec->where : "",
                        spec->in != NULL ? " of " : "",
                        spec->in != NULL ? spec->in : "");
}

static bool explain_all(struct explainer *explainer)
{
    const struct mapping *mapping = explainer->mapping;

    read_keys(explainer);
    if (!explain_conditions(explainer, EXPLAINED_FILTER, mapping->filters, mapping->filter_count) ||
        (mapping->grouping != NULL && !explain_groups(explainer, mapping->grouping)) ||
        !explain_columns(explainer, mapping->columns, mapping->column_count)) {
        return false;
    }
    for (int i = 0; i < mapping->copy_count; i++) {
        if (!explain_copy(explainer, i)) {
            return false;
        }
    }
    for (int i = 0; i < mapping->emit_count; i++) {
        if (!explain_emit(explainer, &mapping->emits[i])) {
            return false;
        }
    }
    return explain_conditions(explainer, EXPLAINED_CHECK, mapping->checks, mapping->check_count) &&
           explain_left(explainer,
                        EXPLAINED_UNFILLED,
                        explainer->target,
                        explainer->filled,
                        "left to the target, not compared") &&
           explain_left(explainer,
                        EXPLAINED_UNREAD,
                        explainer->source,
                        explainer->read,
                        "no rule reads it") &&
           explain_functions(explainer);
}

bool explain_mapping(const struct mapping *mapping,
                     const struct schema *source,
                     const struct schema *target,
                     struct arena *arena,
                     struct problems *problems,
                     struct explanation *explanation,
                     struct error *error)
{
    struct explainer explainer = {
        .mapping = mapping,
        .source = source,
        .target = target,
        .arena = arena,
        .problems = problems,
        .error = error,
        .filled = ARENA_ARRAY(arena, bool, (size_t)(target == NULL ? 1 : target->count + 1)),
        .read = ARENA_ARRAY(arena, bool, (size_t)(source == NULL ? 1 : source->count + 1)),
    };

    if (explainer.filled == NULL || explainer.read == NULL) {
        return error_set_memory(error);
    }
    if (!explain_all(&explainer)) {
        return false;
    }
    *explanation = (struct explanation){.mapping = mapping,
                                        .source = describe_source(&explainer),
                                        .items = explainer.items,
                                        .count = explainer.count};
    return explanation->source != NULL || error_set_memory(error);
}
