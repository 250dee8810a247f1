/* date_formats.c — the formats that dates of one column may have, tried in their order.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_formats.h"

/* "dd-MMM-yyyy" has its months in capitals, which are read in any case. */
static const char *const millennium[] = {
    "DD/MM/YYYY HH24:MI:SS",
    "YYYY-MM-DD HH24:MI:SS.MS",
    "DD-MM-YYYY HH24:MI:SS",
    "DD-MON-YYYY HH24:MI:SS",
    "DD-MON-YYYY",
    "YYYY-MM-DD HH24:MI:SS",
    "DD/MM/YYYY",
    "YYYY-MM-DD",
    "DD-MM-YYYY",
};

bool date_formats_parse(const char *const *formats,
                        int count,
                        struct arena *arena,
                        struct date_formats *out,
                        struct error *error)
{
    *out = (struct date_formats){.count = count, .exclusive = true};
    out->patterns = ARENA_ARRAY(arena, struct datetime_pattern, (size_t)count + 1);
    if (out->patterns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        if (!datetime_pattern_parse(text_of(formats[i]), &out->patterns[i], error)) {
            return false;
        }
        for (int k = 0; k < i; k++) {
            out->exclusive =
                out->exclusive && datetime_patterns_exclusive(&out->patterns[k], &out->patterns[i]);
        }
    }
    return true;
}

bool date_formats_millennium(struct arena *arena, struct date_formats *out, struct error *error)
{
    if (!date_formats_parse(
            millennium, (int)(sizeof millennium / sizeof millennium[0]), arena, out, error)) {
        return false;
    }
    out->whole_days = true;
    return true;
}

enum datetime_status date_formats_apply(const struct date_formats *formats,
                                        struct text text,
                                        int *last,
                                        struct datetime_fields *fields)
{
    enum datetime_status refusal = DATETIME_SYNTAX;
    int begin = formats->exclusive ? *last : 0;

    for (int i = 0; i < formats->count; i++) {
        int at = begin + i < formats->count ? begin + i : begin + i - formats->count;
        enum datetime_status status = datetime_pattern_apply(&formats->patterns[at], text, fields);
        if (status == DATETIME_OK) {
            *last = at;
            return DATETIME_OK;
        }
        refusal = status == DATETIME_SYNTAX ? refusal : status;
    }
    return refusal;
}
