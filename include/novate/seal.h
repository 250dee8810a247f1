/* seal.h — what makes an altered report known: SHA-256 of every part, of all of it, and of the
 * report before it.
 *
 * The seal is the last member of the report and counts the bytes of the file as they are: from `{`
 * on, part by part, then itself up to its own last digest. Whoever alters a report can seal it
 * anew; only a signature (signing_key.h), or a digest that was noted elsewhere, tells of that.
 * The format is in verify/README.md. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEAL_H
#define NOVATE_SEAL_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

#define SHA256_HEX_SIZE 65 /* 64 digits and NUL */

/* What the seal of a new report names. */
struct seal_links {
    const char *previous; /* name of the file of the report before it; NULL: it is the first */
    const char *previous_sha256; /* of that file; NULL: it was gone */
    const char *key;             /* public half of the key that will sign it; NULL: none */
};

/* What a file says of itself, and whether it is as it was. All texts are the arena's. */
struct seal_state {
    bool is_report;               /* false: no report of novate, or damaged beyond recognition */
    bool is_sealed;               /* false: it has no seal, as before there were any */
    const char *altered;          /* which part was altered, in words; NULL: none */
    char sha256[SHA256_HEX_SIZE]; /* of the whole file */
    int parts;
    const char *previous;        /* as above */
    const char *previous_sha256; /* as above */
    const char *key;             /* as above */
    const char *migration;
    const char *kind;
    const char *verdict;
    const char *finished_at;
    const char *tool_version;
    int64_t run;
};

bool sha256_hex(struct text bytes, char hex[SHA256_HEX_SIZE], struct error *error) NODISCARD;

/* Looks at the bytes of a report's JSON file. True whatever it finds. */
bool seal_look(struct text file,
               struct arena *arena,
               struct seal_state *state,
               struct error *error) NODISCARD;

/* A page carries the report that it shows, and its signature, in a form that no reader sees. */
void seal_push_carried(struct text json, struct text signature, struct text_buffer *out);
/* Takes them out again, into the arena; NULL data: there is none. */
bool seal_carried(struct text page,
                  struct arena *arena,
                  struct text *json,
                  struct text *signature,
                  struct error *error) NODISCARD;

#endif
