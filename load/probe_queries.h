/* probe_queries.h — what a probe asks of the target's catalogue; $1 is the table's oid.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_PROBE_QUERIES_H
#define NOVATE_LOAD_PROBE_QUERIES_H

/* Can the table be asked about; is nothing but constraints in the way of a row? */
extern const char probe_read_table[];
/* Name, number, type, whether it is generated, the expression of its value where it is not sent,
 * the numbers of the columns that this needs. */
extern const char probe_read_columns[];
/* The members of a struct probe_test. $2: columns whose values are not known, as an array. */
extern const char probe_read_own[];
/* The same; $3: those that are checked after the statement. */
extern const char probe_read_unique[];
extern const char probe_read_foreign[];

#endif
