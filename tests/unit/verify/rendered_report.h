/* rendered_report.h — a report in the forms that people read, for tests that look at them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_RENDERED_REPORT_H
#define NOVATE_TESTS_RENDERED_REPORT_H

#include "sample_report.h"

static struct sample it;
static struct text_buffer json;
static struct text_buffer page;
static struct error error;

static inline void rendered_setup(void)
{
    sample_setup(&it);
    error = ERROR_NONE;
    text_buffer_init(&json, (size_t)16 << 20);
    text_buffer_init(&page, (size_t)16 << 20);
}

static inline void rendered_teardown(void)
{
    text_buffer_release(&json);
    text_buffer_release(&page);
    sample_teardown(&it);
}

static inline const char *render(enum report_format format)
{
    text_buffer_reset(&json);
    text_buffer_reset(&page);
    ck_assert(report_json(&it.report, &json, &error));
    ck_assert(report_render(json.data, NULL, format, &page, &error));
    return page.data;
}

static inline void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "lacks: %s", part);
}

static inline void assert_lacks(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "has: %s", part);
}

#endif
