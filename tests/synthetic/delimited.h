/* delimited.h — rows as lines of a file. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_DELIMITED_H
#define SYNTHETIC_DELIMITED_H

#include "calendar.h"
#include "row.h"

#include <stdio.h>

enum quoting {
    QUOTE_CSV,  /* as RFC 4180 says, where it is needed */
    QUOTE_NONE, /* whatever the text holds */
    QUOTE_LOAD  /* as LOAD DATA reads it: backslashes, \N, bytes in hexadecimal */
};

struct dialect {
    char delimiter;
    enum quoting quoting;
    bool cp1252;        /* and not UTF-8; U+0092 is its byte 92 */
    bool mark;          /* the byte order mark of UTF-8 */
    const char *header; /* before the names of columns; NULL: no such line */
    const char *line_end;
    enum moment_form moment;
    enum moment_form day;
};

/* Opens FOLDER/NAME, which is a new file. */
FILE *delimited_open(const char *folder, const char *name, const struct dialect *dialect);
void delimited_header(FILE *file, const struct table *table, const struct dialect *dialect);
void delimited_row(FILE *file, const struct row *row, const struct dialect *dialect);
/* Ends the program where something could not be written. */
void delimited_close(FILE *file, const char *name);
void folder_make(const char *folder);

#endif
