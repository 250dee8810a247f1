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
kernel_function kernel_truncate;
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
/* kernel_regex.c */
kernel_function kernel_regex_match;
kernel_function kernel_regex_no_match;
kernel_function kernel_regex_imatch;
kernel_function kernel_regex_no_imatch;
kernel_function kernel_regex_substring;
kernel_function kernel_regexp_like;
kernel_function kernel_regexp_count;
kernel_function kernel_regexp_match;
kernel_function kernel_regexp_replace;
kernel_function kernel_regexp_replace_from;
kernel_function kernel_regexp_substr;
/* kernel_character.c */
kernel_function kernel_initcap;
kernel_function kernel_translate;
kernel_function kernel_reverse;
kernel_function kernel_repeat;
kernel_function kernel_chr;
kernel_function kernel_ascii;
kernel_function kernel_char_octets;
kernel_function kernel_bit_length;
kernel_function kernel_concat_ws;
kernel_function kernel_overlay;
kernel_function kernel_byte_overlay;
/* kernel_byte.c */
kernel_function kernel_byte_substring;
kernel_function kernel_byte_position;
kernel_function kernel_get_byte;
kernel_function kernel_encode;
kernel_function kernel_decode;
/* kernel_digest.c */
kernel_function kernel_md5;
kernel_function kernel_sha224;
kernel_function kernel_sha256;
kernel_function kernel_sha384;
kernel_function kernel_sha512;
kernel_function kernel_uuid_v5;
/* kernel_encoding.c */
kernel_function kernel_convert_from;
kernel_function kernel_convert_to;
/* kernel_math.c */
kernel_function kernel_float_sqrt;
kernel_function kernel_float_cbrt;
kernel_function kernel_float_exp;
kernel_function kernel_float_ln;
kernel_function kernel_float_log;
kernel_function kernel_float_power;
kernel_function kernel_numeric_power;
kernel_function kernel_numeric_exp;
kernel_function kernel_numeric_ln;
kernel_function kernel_numeric_log;
kernel_function kernel_numeric_log10;
kernel_function kernel_numeric_sqrt;
kernel_function kernel_numeric_div;
kernel_function kernel_numeric_gcd;
kernel_function kernel_numeric_lcm;
kernel_function kernel_numeric_scale;
kernel_function kernel_numeric_min_scale;
kernel_function kernel_numeric_trim_scale;
kernel_function kernel_int_and;
kernel_function kernel_int_or;
kernel_function kernel_int_xor;
kernel_function kernel_int_not;
kernel_function kernel_int_shift_left;
kernel_function kernel_int_shift_right;
kernel_function kernel_int_gcd;
kernel_function kernel_int_lcm;
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
/* kernel_compare.c, of intervals */
kernel_function kernel_interval_eq;
kernel_function kernel_interval_ne;
kernel_function kernel_interval_lt;
kernel_function kernel_interval_le;
kernel_function kernel_interval_gt;
kernel_function kernel_interval_ge;
/* kernel_interval.c */
kernel_function kernel_parse_interval;
kernel_function kernel_interval_fit;
kernel_function kernel_interval_add;
kernel_function kernel_interval_subtract;
kernel_function kernel_interval_negate;
kernel_function kernel_interval_multiply;
kernel_function kernel_interval_divide;
kernel_function kernel_interval_justify_hours;
kernel_function kernel_interval_justify_days;
kernel_function kernel_interval_justify_interval;
kernel_function kernel_make_interval;
kernel_function kernel_time_add_interval;
kernel_function kernel_time_subtract_interval;
kernel_function kernel_time_subtract;
kernel_function kernel_time_to_interval;
kernel_function kernel_interval_to_time;
/* kernel_shift.c */
kernel_function kernel_shift_forward;
kernel_function kernel_shift_back;
kernel_function kernel_timestamp_subtract;
/* kernel_extract.c */
kernel_function kernel_extract;
kernel_function kernel_date_part;
kernel_function kernel_date_part_of_date;
/* kernel_trunc.c */
kernel_function kernel_date_trunc;
kernel_function kernel_interval_trunc;
kernel_function kernel_date_bin;
/* kernel_zone.c */
kernel_function kernel_zone_to_utc;
kernel_function kernel_zone_to_local;
kernel_function kernel_offset_to_utc;
kernel_function kernel_offset_to_local;
/* kernel_make.c */
kernel_function kernel_make_date;
kernel_function kernel_make_time;
kernel_function kernel_make_timestamp;
kernel_function kernel_make_timestamptz;
kernel_function kernel_isfinite;
kernel_function kernel_to_timestamp;
/* kernel_write_date.c */
kernel_function kernel_write_date;
/* kernel_read_date.c */
kernel_function kernel_read_date;
kernel_function kernel_read_timestamp;
/* kernel_write_number.c */
kernel_function kernel_write_number;
/* kernel_read_number.c */
kernel_function kernel_read_number;
/* kernel_parse_date.c */
kernel_function kernel_parse_strict;
/* kernel_nhs.c */
kernel_function kernel_nhs_number;
kernel_function kernel_nhs_number_status;
kernel_function kernel_nhs_number_range;
kernel_function kernel_chi_number;
/* kernel_health_category.c */
kernel_function kernel_ethnic_category;
kernel_function kernel_person_stated_gender;
kernel_function kernel_person_gender_current;
kernel_function kernel_nhs_number_status_code;
/* kernel_health_code.c */
kernel_function kernel_ods_code;
kernel_function kernel_ods_status;
kernel_function kernel_practitioner_code;
kernel_function kernel_practitioner_status;
kernel_function kernel_gmc_code;
kernel_function kernel_gdc_code;
/* kernel_health_coding.c */
kernel_function kernel_icd10;
kernel_function kernel_opcs4;
kernel_function kernel_read_code;
kernel_function kernel_read_term;
/* kernel_health_name.c */
kernel_function kernel_person_name;
/* kernel_health_postcode.c */
kernel_function kernel_postcode;
kernel_function kernel_postcode_status;
/* kernel_health_range.c */
kernel_function kernel_ref_range_low;
kernel_function kernel_ref_range_high;
kernel_function kernel_ref_range_low_comparator;
kernel_function kernel_ref_range_high_comparator;
/* kernel_health_result.c */
kernel_function kernel_result_value;
kernel_function kernel_result_comparator;
kernel_function kernel_pack_total;
kernel_function kernel_pack_containers;
kernel_function kernel_pack_units;
kernel_function kernel_pack_unit;
/* kernel_health_sctid.c */
kernel_function kernel_sctid;
kernel_function kernel_sctid_number;
kernel_function kernel_dmd_id;
kernel_function kernel_dmd_id_number;
kernel_function kernel_sctid_kind;
kernel_function kernel_sctid_kind_number;
kernel_function kernel_sctid_namespace;
/* kernel_health_text.c */
kernel_function kernel_mojibake;
kernel_function kernel_dicom_uid;
/* kernel_health_time.c */
kernel_function kernel_hl7_timestamp;
kernel_function kernel_hl7_precision;
kernel_function kernel_excel_date_int;
kernel_function kernel_excel_date_float;
kernel_function kernel_excel_date_numeric;
kernel_function kernel_excel_date_text;
kernel_function kernel_known_date;
kernel_function kernel_known_timestamp;
/* kernel_health_unit.c */
kernel_function kernel_ucum_unit;
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
