/* date_names.h — months and days in English, as PostgreSQL writes them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_DATE_NAMES_H
#define TRANSFORM_DATE_NAMES_H

extern const char *const date_month_names[12];
extern const char *const date_day_names[7]; /* from Sunday on */
extern const char *const date_roman_months[12];

#endif
