/* sniff_encoding.h — which encoding the bytes of a sample are in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_ENCODING_H
#define NOVATE_EXTRACT_SNIFF_ENCODING_H

#include "sniff_sample.h"

struct sniff_encoding {
    const char *name; /* as a mapping writes it */
    const char *how;  /* it was decided: "UTF-8, every byte is ASCII" */
    const char *against;
    int confidence;
    bool wide; /* UTF-16: sniff_encoding_narrow() first */
    bool big;  /* UTF-16BE */
    uint64_t nul_bytes;
};

bool sniff_encoding_find(const struct sniff_sample *sample,
                         struct arena *arena,
                         struct sniff_encoding *encoding,
                         struct error *error) NODISCARD;

/* Makes UTF-8 of a sample in UTF-16, for looking at; takes the byte order mark off any. */
bool sniff_encoding_narrow(struct sniff_sample *sample,
                           const struct sniff_encoding *encoding,
                           struct arena *arena,
                           struct error *error) NODISCARD;

#endif
