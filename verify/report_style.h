/* report_style.h — how a report looks as a page, on a screen and on paper.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_REPORT_STYLE_H
#define NOVATE_VERIFY_REPORT_STYLE_H

extern const char report_style[];

#endif
