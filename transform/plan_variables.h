/* plan_variables.h — the variables of a plan: ${name} in the values of plan and mappings.
 *
 * A plan declares them with their values, --set overrides these. "$${" stands for "${". Values of
 * variables are texts and hold no variables themselves.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PLAN_VARIABLES_H
#define TRANSFORM_PLAN_VARIABLES_H

#include "plan_reader.h"

#include "novate/plan.h"

struct plan_variables {
    struct plan_variable *items;
    int count;
    const struct plan_node **forms; /* of each: what its value must look like, or NULL */
    size_t put_bytes; /* of texts that variables were put into, to bound their growth */
    bool partial;     /* a name that is not declared stays as it is: there is no plan */
    const char *hint; /* where names are declared, for problems; NULL: in the plan */
};

/* Letters, digits and "_", and no digit first. */
bool plan_variable_name(struct text name);

/* Reads the map under "variables" (NULL: none) and applies the settings, NAME=VALUE each.
 * ERROR_USAGE for a setting of another form; a variable that is not declared is a problem. */
bool plan_variables_read(struct plan_reader *reader,
                         const char *plan_path,
                         const struct plan_node *node,
                         const char *const *settings,
                         int setting_count,
                         struct plan_variables *variables,
                         struct error *error) NODISCARD;

/* The settings alone: there is no plan that declares names, so others stay as they are. */
bool plan_variables_take(struct plan_reader *reader,
                         const char *const *settings,
                         int setting_count,
                         struct plan_variables *variables,
                         struct error *error) NODISCARD;

/* Puts the values into every text of the tree but keys and the node `except` (may be NULL). A name
 * that is not declared is a problem where it stands. */
void plan_variables_put(struct plan_reader *reader,
                        struct plan_variables *variables,
                        struct plan_node *node,
                        const struct plan_node *except);

/* The same in the bytes of a file, comments included; unknown names stay. A file that would grow
 * beyond all bounds stays as it is: it has a problem already. */
const char *plan_variables_render(struct plan_reader *reader,
                                  const struct plan_variables *variables,
                                  struct text content);

#endif
