/* kernel_health.c — the loops of the kernels of health care; the readers are in kernel_health_*.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"

#include <assert.h>
#include <string.h>

struct word_info {
    struct text text;
    enum fault fault;
};

static const struct word_info *word_info(enum word word)
{
    static const struct word_info infos[] = {
        [WORD_NONE] = {.fault = FAULT_NONE},
#define WORD(function, id, word, fault, meaning)                                                   \
    [WORD_##id] = {{.data = (word), .size = sizeof(word) - 1}, FAULT_##fault},
#include "health_words.def"
#undef WORD
    };
    return &infos[word];
}

void health_say(struct call *call, int row, enum rule rule)
{
    static const struct {
        const char *name;
        enum remark_kind kind;
    } rules[] = {
#define REPAIR(id, rule, meaning) [RULE_##id] = {rule, REMARK_REPAIR},
#define NOTE(id, rule, meaning)   [RULE_##id] = {rule, REMARK_NOTE},
#include "repairs.def"
#undef REPAIR
#undef NOTE
    };
    call_remark(call, row, rules[rule].kind, rules[rule].name);
}

void reading_word(struct reading *reading, enum word word)
{
    reading->word = word;
    reading->fault = word_info(word)->fault;
}

void reading_rule(struct reading *reading, enum rule rule)
{
    assert(reading->rule_count < READING_RULES);
    reading->rules[reading->rule_count++] = rule;
}

void reading_own(struct reading *reading, uint32_t size)
{
    reading->text = text_from(reading->data, size);
}

struct text reading_trim(struct text given, struct reading *reading, enum rule blanks)
{
    struct text text = text_trim(given);

    if (text.size != given.size) {
        reading_rule(reading, blanks);
    }
    return text;
}

bool reading_upper(struct text given, struct reading *reading, struct capitals how)
{
    struct text text = reading_trim(given, reading, how.blanks);
    bool any = false;

    if (text.size > how.max || text.size > READING_BYTES) {
        return false;
    }
    for (uint32_t i = 0; i < text.size; i++) {
        reading->data[i] = to_capital(text.data[i]);
        any = any || reading->data[i] != text.data[i];
    }
    if (any) {
        reading_rule(reading, how.small);
    }
    reading_own(reading, text.size);
    return true;
}

/* A value that is what was given is a view of it: nothing is copied. */
void health_put(struct call *call, int row, struct text given, const struct reading *reading)
{
    struct text text = reading->text;

    if (text.data == reading->data) {
        if (text_equal(text, given)) {
            text = given;
        } else {
            char *copy = call_bytes(call, text.size);
            if (copy == NULL) {
                return;
            }
            memcpy(copy, text.data, text.size);
            text = text_from(copy, text.size);
        }
    }
    call->result->texts[row] = text;
    for (int i = 0; i < reading->rule_count; i++) {
        health_say(call, row, reading->rules[i]);
    }
}

void health_put_word(struct call *call, int row, enum word word)
{
    if (word == WORD_NONE) {
        call_null(call, row);
    } else {
        call->result->texts[row] = word_info(word)->text;
    }
}

static void begin(struct reading *reading)
{
    reading->word = WORD_NONE;
    reading->fault = FAULT_NONE;
    reading->rule_count = 0;
}

void health_value(struct call *call, reader *read)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text given = call_text(call, 0, row);
        struct reading reading;
        begin(&reading);
        read(given, &reading);
        if (reading.fault != FAULT_NONE) {
            call_fail(call, row, reading.fault);
        } else {
            health_put(call, row, given, &reading);
        }
    }
}

void health_status(struct call *call, reader *read)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct reading reading;
        begin(&reading);
        read(call_text(call, 0, row), &reading);
        health_put_word(call, row, reading.word);
    }
}

void health_word(struct call *call, reader *read)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct reading reading;
        begin(&reading);
        read(call_text(call, 0, row), &reading);
        if (reading.fault != FAULT_NONE) {
            call_fail(call, row, reading.fault);
        } else {
            health_put_word(call, row, reading.word);
        }
    }
}
