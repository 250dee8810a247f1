/* node_compare.c — the contract is in node_compare.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "node_compare.h"

static int order(int a, int b)
{
    return (a > b) - (a < b);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Names of columns and functions. */
static int compare_names(struct text a, struct text b)
{
    uint32_t size = a.size < b.size ? a.size : b.size;

    for (uint32_t i = 0; i < size; i++) {
        int difference = order(lower(a.data[i]), lower(b.data[i]));
        if (difference != 0) {
            return difference;
        }
    }
    return (a.size > b.size) - (a.size < b.size);
}

/* The texts of two nodes of one kind, where they mean something. */
static int compare_texts(const struct node *a, const struct node *b)
{
    switch ((int)a->kind) {
    case NODE_NAME:
        return a->quoted ? text_compare(a->text, b->text) : compare_names(a->text, b->text);
    case NODE_CALL:
        return compare_names(a->text, b->text);
    case NODE_NUMBER:
    case NODE_STRING:
    case NODE_OPERATOR:
        return text_compare(a->text, b->text);
    default:
        return 0;
    }
}

static int compare_types(struct type a, struct type b)
{
    int difference = order((int)a.id, (int)b.id);

    difference = difference != 0 ? difference : order(a.length, b.length);
    difference = difference != 0 ? difference : order(a.precision, b.precision);
    return difference != 0 ? difference : order(a.scale, b.scale);
}

/* All but the trees below. */
static int compare_tops(const struct node *a, const struct node *b)
{
    int difference = order((int)a->kind, (int)b->kind);

    difference = difference != 0 ? difference : order(a->quoted, b->quoted);
    difference = difference != 0 ? difference : compare_texts(a, b);
    difference = difference != 0 ? difference : order((int)a->test, (int)b->test);
    difference = difference != 0 ? difference : order(a->negated, b->negated);
    difference = difference != 0 ? difference : order(a->insensitive, b->insensitive);
    difference = difference != 0 ? difference : compare_types(a->type, b->type);
    return difference != 0 ? difference : order(a->arg_count, b->arg_count);
}

int node_compare(const struct node *a, const struct node *b)
{
    if (a == NULL || b == NULL) {
        return order(a != NULL, b != NULL);
    }
    int difference = compare_tops(a, b);
    for (int i = 0; difference == 0 && i < a->arg_count; i++) {
        difference = node_compare(a->args[i], b->args[i]);
    }
    return difference;
}
