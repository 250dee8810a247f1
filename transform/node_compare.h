/* node_compare.h — when two expressions are the same, wherever they stand and however they are
 * spaced.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_NODE_COMPARE_H
#define TRANSFORM_NODE_COMPARE_H

#include "ast.h"

/* An order of trees, by anything but their places: 0 for those that mean the same. Names count
 * without regard to case unless they are quoted; 1 and 1.0 differ. */
int node_compare(const struct node *a, const struct node *b);

#endif
