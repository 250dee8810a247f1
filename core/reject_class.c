/* reject_class.c — why a record could not be carried, and which SQLSTATE says so.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/batch.h"

#include <string.h>

const char *reject_class_text(enum reject_class class)
{
    static const char *const texts[] = {
#define REJECT_CLASS(name, text, meaning, finder, remedy) text,
#include "novate/reject_classes.def"
#undef REJECT_CLASS
    };
    return (unsigned)class < REJECT_CLASS_COUNT ? texts[class] : "SERVER";
}

void reject_class_reference(struct text_buffer *out)
{
    text_buffer_string(out, "| class | means | found by | what to do |\n|---|---|---|---|\n");
#define REJECT_CLASS(name, text, meaning, finder, remedy)                                          \
    text_buffer_string(out, "| `" text "` | " meaning " | " finder " | " remedy " |\n");
#include "novate/reject_classes.def"
#undef REJECT_CLASS
}

/* First match wins; a state of fewer than five characters stands for all that begin with it. */
enum reject_class reject_class_of(const char *sqlstate)
{
    static const struct {
        char state[6];
        enum reject_class class;
    } classes[] = {
        {"23502", REJECT_NULL_VALUE},  /* not_null_violation */
        {"22004", REJECT_NULL_VALUE},  /* null_value_not_allowed */
        {"23503", REJECT_FOREIGN_KEY}, /* foreign_key_violation */
        {"23001", REJECT_FOREIGN_KEY}, /* restrict_violation */
        {"23505", REJECT_UNIQUE},      /* unique_violation */
        {"23514", REJECT_CHECK},       /* check_violation */
        {"44000", REJECT_CHECK},       /* with_check_option_violation */
        {"23P01", REJECT_EXCLUSION},   /* exclusion_violation */
        {"22001", REJECT_LENGTH},      /* string_data_right_truncation */
        {"22026", REJECT_LENGTH},      /* string_data_length_mismatch */
        {"22003", REJECT_RANGE},       /* numeric_value_out_of_range */
        {"22008", REJECT_RANGE},       /* datetime_field_overflow */
        {"22015", REJECT_RANGE},       /* interval_field_overflow */
        {"22021", REJECT_ENCODING},    /* character_not_in_repertoire */
        {"22P05", REJECT_ENCODING},    /* untranslatable_character */
        {"22P02", REJECT_TYPE},        /* invalid_text_representation */
        {"22P03", REJECT_TYPE},        /* invalid_binary_representation */
        {"22007", REJECT_TYPE},        /* invalid_datetime_format */
        {"22009", REJECT_TYPE},        /* invalid_time_zone_displacement_value */
        {"22018", REJECT_TYPE},        /* invalid_character_value_for_cast */
        {"42601", REJECT_TYPE},        /* syntax_error, of a tsvector, an ltree, … */
        {"2200", REJECT_TYPE},         /* XML and escape formats */
        {"2203", REJECT_TYPE},         /* JSON */
        {"22P04", REJECT_SERVER},      /* bad_copy_file_format: not the record's fault */
        {"22", REJECT_ARITHMETIC},     /* division_by_zero, invalid_parameter_value, … */
        {"P0", REJECT_TRIGGER},        /* raise_exception and other of PL/pgSQL */
        {"09", REJECT_TRIGGER},        /* triggered_action_exception */
        {"27", REJECT_TRIGGER},        /* triggered_data_change_violation */
    };
    for (size_t i = 0; sqlstate != NULL && i < sizeof classes / sizeof classes[0]; i++) {
        if (strncmp(sqlstate, classes[i].state, strlen(classes[i].state)) == 0) {
            return classes[i].class;
        }
    }
    return REJECT_SERVER;
}
