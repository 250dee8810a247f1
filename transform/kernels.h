/* kernels.h — every kernel, by the file that holds it. The tables (functions.def, operators.def,
 * casts.def, inputs.def, internals.def) say what each is for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_KERNELS_H
#define TRANSFORM_KERNELS_H

#include "kernel.h"

/* kernel_logic.c */
kernel_function kernel_and;
kernel_function kernel_or;
kernel_function kernel_not;
kernel_function kernel_is_null;
kernel_function kernel_is_true;
kernel_function kernel_is_false;
kernel_function kernel_distinct;
kernel_function kernel_nullif;
kernel_function kernel_greatest;
kernel_function kernel_least;
kernel_function kernel_in_set;
kernel_function kernel_same;
/* kernel_integer.c */
kernel_function kernel_int2_add;
kernel_function kernel_int2_subtract;
kernel_function kernel_int2_multiply;
kernel_function kernel_int2_divide;
kernel_function kernel_int2_negate;
kernel_function kernel_int2_abs;
kernel_function kernel_int_to_int2;
kernel_function kernel_int4_add;
kernel_function kernel_int4_subtract;
kernel_function kernel_int4_multiply;
kernel_function kernel_int4_divide;
kernel_function kernel_int4_negate;
kernel_function kernel_int4_abs;
kernel_function kernel_int_to_int4;
kernel_function kernel_int8_add;
kernel_function kernel_int8_subtract;
kernel_function kernel_int8_multiply;
kernel_function kernel_int8_divide;
kernel_function kernel_int8_negate;
kernel_function kernel_int8_abs;
kernel_function kernel_int_to_int8;
kernel_function kernel_int_remainder;
kernel_function kernel_int4_to_bool;
kernel_function kernel_bool_to_int4;
/* kernel_float.c */
kernel_function kernel_float_add;
kernel_function kernel_float_subtract;
kernel_function kernel_float_multiply;
kernel_function kernel_float_divide;
kernel_function kernel_float_negate;
kernel_function kernel_float_abs;
kernel_function kernel_float_round;
kernel_function kernel_float_trunc;
kernel_function kernel_float_ceil;
kernel_function kernel_float_floor;
kernel_function kernel_float_sign;
kernel_function kernel_int_to_float;
kernel_function kernel_float_to_int;
kernel_function kernel_float8_to_float4;
kernel_function kernel_float_to_numeric;
kernel_function kernel_assign_int_to_float;
kernel_function kernel_assign_float_to_int;
/* kernel_numeric.c */
kernel_function kernel_numeric_add;
kernel_function kernel_numeric_subtract;
kernel_function kernel_numeric_multiply;
kernel_function kernel_numeric_divide;
kernel_function kernel_numeric_remainder;
kernel_function kernel_numeric_negate;
kernel_function kernel_numeric_abs;
kernel_function kernel_numeric_sign;
kernel_function kernel_numeric_round;
kernel_function kernel_numeric_trunc;
kernel_function kernel_numeric_ceil;
kernel_function kernel_numeric_floor;
kernel_function kernel_int_to_numeric;
kernel_function kernel_numeric_to_int;
kernel_function kernel_assign_numeric_to_int;
kernel_function kernel_numeric_to_float;
kernel_function kernel_numeric_fit;
kernel_function kernel_assign_numeric;
/* kernel_compare.c */
kernel_function kernel_int64_eq;
kernel_function kernel_int64_ne;
kernel_function kernel_int64_lt;
kernel_function kernel_int64_le;
kernel_function kernel_int64_gt;
kernel_function kernel_int64_ge;
kernel_function kernel_double_eq;
kernel_function kernel_double_ne;
kernel_function kernel_double_lt;
kernel_function kernel_double_le;
kernel_function kernel_double_gt;
kernel_function kernel_double_ge;
kernel_function kernel_numeric_eq;
kernel_function kernel_numeric_ne;
kernel_function kernel_numeric_lt;
kernel_function kernel_numeric_le;
kernel_function kernel_numeric_gt;
kernel_function kernel_numeric_ge;
kernel_function kernel_text_eq;
kernel_function kernel_text_ne;
kernel_function kernel_text_lt;
kernel_function kernel_text_le;
kernel_function kernel_text_gt;
kernel_function kernel_text_ge;
kernel_function kernel_boolean_eq;
kernel_function kernel_boolean_ne;
kernel_function kernel_boolean_lt;
kernel_function kernel_boolean_le;
kernel_function kernel_boolean_gt;
kernel_function kernel_boolean_ge;
kernel_function kernel_uuid_eq;
kernel_function kernel_uuid_ne;
kernel_function kernel_uuid_lt;
kernel_function kernel_uuid_le;
kernel_function kernel_uuid_gt;
kernel_function kernel_uuid_ge;
kernel_function kernel_instant_eq;
kernel_function kernel_instant_ne;
kernel_function kernel_instant_lt;
kernel_function kernel_instant_le;
kernel_function kernel_instant_gt;
kernel_function kernel_instant_ge;
/* kernel_text.c */
kernel_function kernel_upper;
kernel_function kernel_lower;
kernel_function kernel_btrim;
kernel_function kernel_ltrim;
kernel_function kernel_rtrim;
kernel_function kernel_text_length;
kernel_function kernel_byte_length;
kernel_function kernel_substring;
kernel_function kernel_left;
kernel_function kernel_right;
kernel_function kernel_concat;
kernel_function kernel_replace;
kernel_function kernel_strpos;
kernel_function kernel_starts_with;
kernel_function kernel_lpad;
kernel_function kernel_rpad;
kernel_function kernel_split_part;
/* kernel_like.c */
kernel_function kernel_like;
kernel_function kernel_not_like;
kernel_function kernel_ilike;
kernel_function kernel_not_ilike;
kernel_function kernel_like_escape;
/* kernel_format.c */
kernel_function kernel_to_text;
kernel_function kernel_bool_to_text;
kernel_function kernel_text_to_char;
kernel_function kernel_text_cut;
kernel_function kernel_assign_length;
kernel_function kernel_char_pad;
kernel_function kernel_bool_output;
/* kernel_parse.c */
kernel_function kernel_parse_int;
kernel_function kernel_parse_numeric;
kernel_function kernel_parse_float;
kernel_function kernel_parse_bool;
kernel_function kernel_parse_uuid;
kernel_function kernel_parse_bytea;
kernel_function kernel_parse_datetime;
/* kernel_datetime.c */
kernel_function kernel_date_add_days;
kernel_function kernel_date_subtract_days;
kernel_function kernel_date_subtract;
kernel_function kernel_date_add_time;
kernel_function kernel_date_to_timestamp;
kernel_function kernel_date_to_timestamptz;
kernel_function kernel_timestamp_to_timestamptz;
kernel_function kernel_timestamptz_to_timestamp;
kernel_function kernel_timestamp_to_date;
kernel_function kernel_timestamp_to_time;
kernel_function kernel_fraction_fit;
kernel_function kernel_assign_fraction;
/* kernel_nhs.c */
kernel_function kernel_nhs_number;
/* kernel_record.c */
kernel_function kernel_note;
kernel_function kernel_reject;
kernel_function kernel_repair;
/* kernel_lookup.c */
kernel_function kernel_lookup;
/* kernel_document.c */
kernel_function kernel_rtf_text;
kernel_function kernel_rtf_bytes;
kernel_function kernel_ocf_decode;

/* False where a date is past the last timestamp. */
bool date_to_timestamp(int64_t date, int64_t *timestamp);

#endif
