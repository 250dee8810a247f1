/* ocf_encoder.h — OCF (transform/ocf.h) the other way round: what tests decode.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_OCF_ENCODER_H
#define TESTS_OCF_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

struct ocf_encoding {
    bool begin_with_clear; /* both occur */
    bool marker;           /* "ocf_blob\0" at the end */
    int codes_max;         /* strings are forgotten when the next one would be this: 300 to 8191;
                              beyond: never */
};

/* The usual one. */
extern const struct ocf_encoding ocf_usual;

/* From malloc. */
unsigned char *ocf_encode(const void *data,
                          size_t size,
                          const struct ocf_encoding *encoding,
                          size_t *encoded_size);

#endif
