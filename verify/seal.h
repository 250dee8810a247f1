/* seal.h — the seal of a report while it is written. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_SEAL_H
#define NOVATE_VERIFY_SEAL_H

#include "novate/seal.h"

struct seal {
    const struct text_buffer *report;
    size_t begun; /* offset of the part in hand */
    struct text_buffer parts;
    struct error error;
};

void seal_init(struct seal *seal, const struct text_buffer *report);
/* What was pushed since the part before is a part of its own: "head", "entity patient". */
void seal_part(struct seal *seal, const char *kind, const char *name);
/* Closes the object with its last member, and the file. */
bool seal_push(struct seal *seal,
               const struct seal_links *links,
               struct text_buffer *out,
               struct error *error) NODISCARD;
void seal_release(struct seal *seal);

#endif
