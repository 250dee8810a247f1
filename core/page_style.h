/* page_style.h — the style and the script of pages, as they stand in them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PAGE_STYLE_H
#define CORE_PAGE_STYLE_H

extern const char page_style[];
extern const char page_style_rest[]; /* goes on from it */
extern const char page_script[];

#endif
