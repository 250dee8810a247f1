/* rendering_internal.h — what rendering.c (rules) and rendering_words.c (expressions) share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_RENDERING_INTERNAL_H
#define TRANSFORM_RENDERING_INTERNAL_H

#include "ast.h"
#include "lexer.h"
#include "program.h"

#include "novate/rendering.h"

/* Tokens [first, end). */
struct span {
    int first;
    int end;
};

/* One expression. */
struct words {
    const struct program *program;
    struct lookup *const *lookups;
    const char *const *withheld;
    struct rendered_lookup *described;
    const struct schema *schema;
    char row; /* 's' or 'r': what columns are of */
    bool *reads;
    const struct expression_spec *spec;
    const struct routine *routine; /* the same, compiled */
    const struct token *tokens;
    int token_count;
    const struct node **nodes; /* names and calls, by their token; NULL: another word */
    struct arena *arena;
    const char *reason; /* NULL: nothing stood in the way so far */
};

/* Cuts and parses. `*top` NULL: the expression cannot be read, which is a reason. */
bool words_read(struct words *words, const struct node **top, struct error *error) NODISCARD;
/* The arguments of a call; -1 (and a reason) where there are more than `max`. */
int words_arguments(struct words *words, const struct node *call, struct span *spans, int max);
/* Appends the SQL of a part of the expression. */
void words_push(struct words *words, struct span span, struct text_buffer *out);
/* A type as the server names it; types that novate does not know itself are text. */
void rendering_type(struct type type, struct text_buffer *out);
void words_refuse(struct words *words, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
