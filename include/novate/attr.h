/* attr.h — compiler attributes under one spelling. Nothing else belongs here.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_ATTR_H
#define NOVATE_ATTR_H

#define NODISCARD         __attribute__((warn_unused_result))
#define PRINTF_LIKE(n, m) __attribute__((format(printf, n, m)))
#define UNUSED            __attribute__((unused))
#define COLD              __attribute__((cold))

#endif
