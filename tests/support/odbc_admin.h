/* odbc_admin.h — statements that make the tables of a test, through any ODBC driver.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_ODBC_ADMIN_H
#define NOVATE_TESTS_ODBC_ADMIN_H

/* Connects, executes each statement, disconnects; fails the test on any refusal. NULL ends. */
void odbc_admin(const char *connection_string, const char *const *statements);

#endif
