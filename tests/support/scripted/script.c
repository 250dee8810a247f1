/* script.c — what the driver is to say, read from a file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scripted.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct script *scripts;

static const struct {
    const char *name;
    SQLSMALLINT type;
} type_names[] = {{"char", SQL_CHAR},
                  {"varchar", SQL_VARCHAR},
                  {"longvarchar", SQL_LONGVARCHAR},
                  {"wchar", SQL_WCHAR},
                  {"wvarchar", SQL_WVARCHAR},
                  {"wlongvarchar", SQL_WLONGVARCHAR},
                  {"decimal", SQL_DECIMAL},
                  {"numeric", SQL_NUMERIC},
                  {"tinyint", SQL_TINYINT},
                  {"smallint", SQL_SMALLINT},
                  {"integer", SQL_INTEGER},
                  {"bigint", SQL_BIGINT},
                  {"real", SQL_REAL},
                  {"float", SQL_FLOAT},
                  {"double", SQL_DOUBLE},
                  {"bit", SQL_BIT},
                  {"date", SQL_TYPE_DATE},
                  {"time", SQL_TYPE_TIME},
                  {"timestamp", SQL_TYPE_TIMESTAMP},
                  {"binary", SQL_BINARY},
                  {"varbinary", SQL_VARBINARY},
                  {"longvarbinary", SQL_LONGVARBINARY},
                  {"guid", SQL_GUID}};
#define TYPE_COUNT (sizeof type_names / sizeof type_names[0])

SQLSMALLINT sql_type_named(const char *name)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(type_names[i].name, name) == 0) {
            return type_names[i].type;
        }
    }
    return (SQLSMALLINT)strtol(name, NULL, 10);
}

const char *sql_type_name(SQLSMALLINT type)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (type_names[i].type == type) {
            return type_names[i].name;
        }
    }
    return "other";
}

/* The next word of a line, or what stands in double quotes. */
static char *word(char **at)
{
    while (**at == ' ') {
        (*at)++;
    }
    char end = **at == '"' && (*at)[1] != '\0' ? '"' : ' ';
    char *begin = end == '"' ? ++*at : *at;
    char *stop = strchr(begin, end);
    *at = stop == NULL ? begin + strlen(begin) : stop + 1;
    if (stop != NULL) {
        *stop = '\0';
    }
    return begin;
}

static char *rest(char *at)
{
    return strdup(at + strspn(at, " "));
}

static void read_column(struct script_rule *rule, char *at)
{
    struct script_column *column = &rule->columns[rule->column_count++];
    column->name = strdup(word(&at));
    char *type = word(&at);
    column->type = sql_type_named(type);
    column->size = strtoul(word(&at), NULL, 10);
    column->digits = (SQLSMALLINT)strtol(word(&at), NULL, 10);
    column->type_name = strdup(type);
    for (char *option = word(&at); *option != '\0'; option = word(&at)) {
        column->notnull = column->notnull || strcmp(option, "notnull") == 0;
        column->is_unsigned = column->is_unsigned || strcmp(option, "unsigned") == 0;
        if (strcmp(option, "as") == 0) {
            free(column->type_name);
            column->type_name = rest(at);
            return;
        }
    }
}

static void read_row(struct script_rule *rule, char *at, bool range)
{
    struct script_row *row = calloc(1, sizeof *row);
    if (range) {
        row->from = strdup(word(&at));
        row->to = strdup(word(&at));
        row->text = rest(at);
    } else {
        row->text = strdup(at);
    }
    *rule->rows_end = row;
    rule->rows_end = &row->next;
}

static void read_failure(struct script_rule *rule, char *at)
{
    (void)snprintf(rule->failure.state, sizeof rule->failure.state, "%s", word(&at));
    rule->failure.native = (SQLINTEGER)strtol(word(&at), NULL, 10);
    rule->failure.text = rest(at);
}

static bool read_rule_line(struct script_rule *rule, const char *verb, char *at)
{
    if (rule == NULL) {
        return false;
    }
    if (strcmp(verb, "when") == 0) {
        rule->when_parameter = (int)strtol(word(&at), NULL, 10);
        rule->when_value = rest(at);
    } else if (strcmp(verb, "times") == 0) {
        rule->times = strtol(at, NULL, 10);
    } else if (strcmp(verb, "column") == 0 && rule->column_count < SCRIPT_COLUMNS_MAX) {
        read_column(rule, at);
    } else if (strcmp(verb, "row") == 0 || strcmp(verb, "rows") == 0) {
        read_row(rule, at, verb[3] == 's');
    } else if (strcmp(verb, "latency") == 0) {
        rule->latency_ms = strtol(at, NULL, 10);
    } else if (strcmp(verb, "fail") == 0) {
        read_failure(rule, at);
    } else if (strcmp(verb, "fail-after") == 0) {
        rule->fail_after = strtol(word(&at), NULL, 10);
        read_failure(rule, at);
    } else if (strcmp(verb, "drop") == 0) {
        rule->drop = true;
    } else {
        return false;
    }
    return true;
}

static bool read_line(struct script *script, struct script_rule ***end, char *line)
{
    char *at = line + strspn(line, " \t");
    at[strcspn(at, "\r\n")] = '\0';
    if (*at == '\0' || *at == '#') {
        return true;
    }
    char *verb = at;
    at += strcspn(at, " ");
    if (*at == ' ') {
        *at++ = '\0';
    }
    if (strcmp(verb, "dbms") == 0) {
        script->product = strdup(word(&at));
        script->version = rest(at);
    } else if (strcmp(verb, "driver") == 0) {
        script->driver = rest(at);
    } else if (strcmp(verb, "quote") == 0) {
        script->quote = rest(at);
    } else if (strcmp(verb, "no-bigint") == 0) {
        script->no_bigint = true;
    } else if (strcmp(verb, "getdata") == 0) {
        script->getdata = (strstr(at, "any") != NULL ? SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER : 0) |
                          (strstr(at, "bound") != NULL ? SQL_GD_BOUND : 0) |
                          (strstr(at, "block") != NULL ? SQL_GD_BLOCK : 0);
    } else if (strcmp(verb, "on") == 0) {
        struct script_rule *rule = calloc(1, sizeof *rule);
        rule->pattern = rest(at);
        rule->times = -1;
        rule->fail_after = -1;
        rule->rows_end = &rule->rows;
        **end = rule;
        *end = &rule->next;
    } else {
        /* `end` is the link of the last rule. */
        struct script_rule *last = script->rules;
        while (last != NULL && last->next != NULL) {
            last = last->next;
        }
        return read_rule_line(last, verb, at);
    }
    return true;
}

static struct script *script_read(const char *path)
{
    FILE *file = fopen(path, "r");
    struct script *script = calloc(1, sizeof *script);
    struct script_rule **end = &script->rules;
    char *line = NULL;
    size_t capacity = 0;
    int number = 0;
    bool ok = file != NULL;
    while (ok && getline(&line, &capacity, file) >= 0) {
        number++;
        ok = read_line(script, &end, line);
    }
    if (!ok) {
        (void)fprintf(stderr, "scripted: %s:%d: not understood\n", path, number);
    }
    free(line);
    if (file != NULL) {
        (void)fclose(file);
    }
    script->path = strdup(path);
    return ok ? script : NULL;
}

struct script *script_open(const char *path)
{
    (void)pthread_mutex_lock(&mutex);
    struct script *script = scripts;
    while (script != NULL && strcmp(script->path, path) != 0) {
        script = script->next;
    }
    if (script == NULL) {
        script = script_read(path);
        if (script != NULL) {
            script->next = scripts;
            scripts = script;
        }
    }
    (void)pthread_mutex_unlock(&mutex);
    return script;
}

static bool matches(const char *pattern, const char *text)
{
    for (; *pattern != '\0'; pattern++, text++) {
        if (*pattern == '%') {
            do {
                if (matches(pattern + 1, text)) {
                    return true;
                }
            } while (*text++ != '\0');
            return false;
        }
        if (*pattern != *text) {
            return false;
        }
    }
    return *text == '\0';
}

const struct script_rule *script_match(struct script *script,
                                       const char *sql,
                                       char *const *parameters,
                                       int count)
{
    (void)pthread_mutex_lock(&mutex);
    struct script_rule *rule = script->rules;
    for (; rule != NULL; rule = rule->next) {
        int when = rule->when_parameter;
        bool given = when == 0 || (when <= count && parameters[when - 1] != NULL &&
                                   strcmp(parameters[when - 1], rule->when_value) == 0);
        if (given && rule->times != 0 && matches(rule->pattern, sql)) {
            rule->times -= rule->times > 0 ? 1 : 0;
            break;
        }
    }
    (void)pthread_mutex_unlock(&mutex);
    return rule;
}

/* Writes what stands at `*at` and leaves it on the last character of that. */
static void push(FILE *out, const char **at, int64_t number)
{
    const char *from = *at;
    if (from[0] == '#') {
        (void)fprintf(out, "%lld", (long long)number);
    } else if (from[0] != '\\' || from[1] == '\0') {
        (void)fputc(from[0], out);
    } else if (from[1] == 'r' && from[2] == '{') {
        char *end = NULL;
        long count = strtol(from + 3, &end, 10);
        for (long i = 0; i < count; i++) {
            (void)fputc(end[1], out);
        }
        *at = end + 1;
    } else {
        (void)fputc(from[1] == 'n' ? '\n' : from[1], out);
        *at = from + 1;
    }
}

bool script_field(const char *row, int column, int64_t number, char **field)
{
    const char *at = row;
    for (int i = 0; i < column && *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        } else {
            i += *at == '|' ? 1 : 0;
        }
    }
    *field = NULL;
    if (at[0] == '\\' && at[1] == 'N') {
        return false;
    }
    size_t size = 0;
    FILE *out = open_memstream(field, &size);
    for (; *at != '\0' && *at != '|'; at++) {
        push(out, &at, number);
    }
    (void)fclose(out);
    return true;
}

int64_t script_number(const char *text, char *const *parameters, int count)
{
    int64_t value = 0;
    char *end = NULL;
    if (text[0] != '?') {
        return strtoll(text, NULL, 10);
    }
    long index = strtol(text + 1, &end, 10);
    if (index >= 1 && index <= count && parameters[index - 1] != NULL) {
        value = strtoll(parameters[index - 1], NULL, 10);
    }
    return value + strtoll(end, NULL, 10);
}

int64_t script_limit(const char *sql)
{
    static const char *const words[] = {" LIMIT ", "TOP (", "FETCH FIRST ", "ROWNUM <= "};
    int64_t limit = INT64_MAX;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *at = strstr(sql, words[i]);
        int64_t value = at == NULL ? 0 : strtoll(at + strlen(words[i]), NULL, 10);
        limit = value > 0 && value < limit ? value : limit;
    }
    return limit;
}
