/* sniff_header.c — is the first record a header, or a record?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_internal.h"

#include <string.h>

enum {
    NUMBER_DIGITS = 6,
    NAME_BYTES_MAX = 128 /* the longest name of a column that any database gives */
};

/* Does a name of several parts, or one of a table's usual words, stand in the first record? */
static bool has_usual_name(const struct sniffing *at)
{
    static const char *const words[] = {
        "id", "name", "code", "date", "type", "status", "number", "description", "value", "key"};
    for (int i = 0; i < at->first_count; i++) {
        struct text name = at->first[i];
        if (name.size > 0 && memchr(name.data, '_', name.size) != NULL) {
            return true;
        }
        for (size_t word = 0; word < sizeof words / sizeof *words; word++) {
            if (text_equal_case(name, text_of(words[word]))) {
                return true;
            }
        }
    }
    return false;
}

static bool is_repeated(const struct sniffing *at, int index)
{
    for (int i = 0; i < index; i++) {
        if (text_equal(at->first[i], at->first[index])) {
            return true;
        }
    }
    return false;
}

/* Names have letters, and no long numbers in them. */
static bool is_no_name(struct text field)
{
    int letters = 0;
    int digits = 0;
    for (uint32_t i = 0; i < field.size; i++) {
        unsigned char byte = (unsigned char)field.data[i];
        digits = byte >= '0' && byte <= '9' ? digits + 1 : 0;
        letters += (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte >= 0x80;
        if (digits == NUMBER_DIGITS) {
            return true;
        }
    }
    return field.size > 0 && (letters == 0 || field.size > NAME_BYTES_MAX);
}

struct header_evidence {
    int data;     /* fields that can be no names */
    int contrast; /* fields unlike the values below them */
    int unnamed;  /* empty */
    int repeated;
};

static void header_weigh(struct sniffing *at, struct header_evidence *evidence)
{
    for (int i = 0; i < at->first_count; i++) {
        struct sniff_facts one = {.records = 0};
        sniff_facts_add(&one, at->dates, at->first[i]);
        evidence->data += is_no_name(at->first[i]) || one.exponents + one.dates > 0;
        evidence->unnamed += at->first[i].size == 0;
        evidence->repeated += at->first[i].size > 0 && is_repeated(at, i);
        evidence->contrast +=
            i < at->fields &&
            sniff_facts_differ(&at->facts[i], &at->context, at->dates, at->first[i]);
    }
}

/* A first record that is shown as names must surely be one: values are nobody's to see. */
bool sniff_header(struct sniffing *at)
{
    struct header_evidence seen = {.data = 0};
    header_weigh(at, &seen);
    bool hash = at->first_count > 0 && at->first[0].size > 1 && at->first[0].data[0] == '#';
    bool named = seen.unnamed == 0 && seen.repeated == 0;
    bool *header = &at->result->header;
    const char *against = seen.repeated > 0  ? "two columns have the same name: mend that first"
                          : seen.unnamed > 0 ? "a column has no name"
                                             : NULL;
    if (hash && seen.data == 0) {
        *header = true;
        if (at->result->delimiter == '|' && at->result->quote == '\0') {
            at->result->millennium = true;
            at->first[0] = text_from(at->first[0].data + 1, at->first[0].size - 1);
        }
        return sniff_report(at, "header", 97, "yes: the first record begins with #", against);
    }
    if (seen.data > 0) {
        return sniff_report(at, "header", 90, "no: the first record has what is no name", NULL);
    }
    if (seen.contrast > 0 && (named || seen.contrast > 2)) {
        *header = true;
        return sniff_report(at,
                            "header",
                            seen.contrast > 1 ? 95 : 85,
                            "yes: the first record is unlike the values below it",
                            against);
    }
    if (named && has_usual_name(at)) {
        *header = true;
        return sniff_report(at,
                            "header",
                            65,
                            "yes: the first record has usual names of columns",
                            "the columns are texts, so it could be a record");
    }
    return sniff_report(at,
                        "header",
                        50,
                        "no: nothing tells the first record from the others",
                        "it could be names of columns; say \"header: true\" if so");
}
