/* kernel_health.h — what the kernels of health care share.
 *
 * A reader looks at one value and fills a struct reading: what the value is, as a word of
 * health_words.def or a fault, what it reads as, and what is to be said of it (repairs.def). One
 * reader serves both the function that gives the value and the one that gives the word, so that
 * they cannot disagree. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_KERNEL_HEALTH_H
#define TRANSFORM_KERNEL_HEALTH_H

#include "kernel.h"

/* What may be said of a row that passes. */
enum rule {
#define REPAIR(id, rule, meaning) RULE_##id,
#define NOTE(id, rule, meaning)   RULE_##id,
#include "repairs.def"
#undef REPAIR
#undef NOTE
    RULE_COUNT
};

enum word {
    WORD_NONE, /* NULL */
#define WORD(function, id, word, fault, meaning) WORD_##id,
#include "health_words.def"
#undef WORD
    WORD_COUNT
};

enum {
    READING_BYTES = 32, /* the longest value that a reader writes itself */
    READING_RULES = 6
};

struct reading {
    struct text text; /* the value: a piece of what was given, or of `data` */
    char data[READING_BYTES];
    enum word word;
    enum fault fault;
    enum rule rules[READING_RULES];
    int rule_count;
};

typedef void reader(struct text given, struct reading *reading);

/* The value is, or is refused as, what the word says. */
void reading_word(struct reading *reading, enum word word);
/* At most READING_RULES of them. */
void reading_rule(struct reading *reading, enum rule rule);
/* The first `size` bytes of `data` are the value. */
void reading_own(struct reading *reading, uint32_t size);
/* `given` without blanks around it; the rule where there were any. */
struct text reading_trim(struct text given, struct reading *reading, enum rule blanks);
/* The same in capitals, in `data`; false if it is longer than that, or than `max`. */
struct capitals {
    uint32_t max;
    enum rule blanks; /* what is said of blanks around it */
    enum rule small;  /* and of small letters */
};
bool reading_upper(struct text given, struct reading *reading, struct capitals how);

/* Kernels of one text: its value, with its remarks, or its fault; the word, whatever the fault; the
 * word, or the fault. */
void health_value(struct call *call, reader *read);
void health_status(struct call *call, reader *read);
void health_word(struct call *call, reader *read);
void health_put(struct call *call, int row, struct text given, const struct reading *reading);
void health_put_word(struct call *call, int row, enum word word);
void health_say(struct call *call, int row, enum rule rule);

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline char to_capital(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static inline bool all_digits(const char *data, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (!is_digit(data[i])) {
            return false;
        }
    }
    return size > 0;
}

/* kernel_health_sctid.c: what is wrong with the identifier, FAULT_NONE: nothing. */
enum fault sctid_fault(const char *digits, uint32_t size);

/* A number as results have it: digits, a point with digits before or behind it, commas between
 * thousands; no other form that a program may take for a number. */
struct result_number {
    char digits[64]; /* without commas */
    uint32_t size;
    bool thousands; /* there were commas */
};

enum {
    NUMBER_SIGNED = 1,   /* may begin with - */
    NUMBER_THOUSANDS = 2 /* may have commas */
};

/* Moves `*text` past the number at its beginning; false if there is none. */
bool result_number_read(struct text *text, unsigned flags, struct result_number *number);
void skip_blanks(struct text *text);
/* Stores it, or fails. */
void result_number_put(struct call *call, int row, const struct result_number *number);

/* The lists of mappings/README.md, out of repairs.def, health_words.def and the lists of codes. */
void health_reference(struct text_buffer *out);

#endif
