/* strict_format.h — formats of parse_date() and its like: one or several, of which the first counts
 * that fits. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_STRICT_FORMAT_H
#define TRANSFORM_STRICT_FORMAT_H

#include "novate/datetime.h"

struct strict_format {
    struct datetime_pattern *patterns;
    int count;
};

#endif
