/* base64.h — bytes as text of RFC 4648, section 4, with padding and without line ends.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_BASE64_H
#define NOVATE_BASE64_H

#include "novate/arena.h"
#include "novate/text.h"

void base64_push(struct text bytes, struct text_buffer *out);
/* Into the arena. `*out` has NULL data when it is no base64. */
bool base64_read(struct text digits,
                 struct arena *arena,
                 struct text *out,
                 struct error *error) NODISCARD;

#endif
