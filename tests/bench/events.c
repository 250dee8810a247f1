/* events.c — the clinical events that the benchmark migrates, on stdout: row i is the same on every
 * machine and in both formats.
 *
 *     events tsv|csv ROWS
 *
 * 12 columns, about 149 bytes a row: keys, codes of up to 17 digits, a result as text, two times,
 * an accession number and a remark, one in sixteen of them NULL. tsv is what LOAD DATA reads (\N
 * for NULL), csv has a header and quotes where a field needs them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static const char *const remarks[16] = {
    "Potassium level, serum",
    "Sodium level, serum",
    "Creatinine, sample slightly haemolysed",
    "Haemoglobin estimation",
    "White cell count, \"film\" to follow",
    "Platelet count",
    "C-reactive protein level",
    "Temperature, tympanic",
    "Heart rate, peripheral pulse",
    "Blood pressure, systolic, sitting",
    "Blood pressure, diastolic, sitting",
    "Oxygen saturation on air",
    "Respiratory rate",
    "Glucose, capillary, before breakfast",
    "Fluid balance, 24 hours, running total",
    NULL,
};

static const int statuses[8] = {25, 25, 25, 25, 34, 35, 31, 36};

/* 01/01/2006 and up to 900 days more; months of 28 days are enough for a benchmark. */
static void put_time(uint64_t random, char *out, size_t size)
{
    snprintf(out,
             size,
             "%04u-%02u-%02u %02u:%02u:%02u",
             (unsigned)(2006 + random % 3),
             (unsigned)(1 + (random >> 8) % 12),
             (unsigned)(1 + (random >> 16) % 28),
             (unsigned)((random >> 24) % 24),
             (unsigned)((random >> 32) % 60),
             (unsigned)((random >> 40) % 60));
}

static void put_remark(const char *remark, bool csv)
{
    if (remark == NULL) {
        fputs(csv ? "" : "\\N", stdout);
        return;
    }
    if (!csv || strpbrk(remark, ",\"") == NULL) {
        fputs(remark, stdout);
        return;
    }
    putchar('"');
    for (const char *c = remark; *c != '\0'; c++) {
        if (*c == '"') {
            putchar('"');
        }
        putchar(*c);
    }
    putchar('"');
}

static void put_row(uint64_t row, bool csv)
{
    uint64_t a = mix(row * 3);
    uint64_t b = mix(row * 3 + 1);
    uint64_t c = mix(row * 3 + 2);
    char occurred[32];
    char updated[32];
    char separator = csv ? ',' : '\t';
    put_time(b, occurred, sizeof(occurred));
    put_time(b + 777, updated, sizeof(updated));
    printf("%" PRIu64 "%c%" PRIu64 "%c%" PRIu64 "%c%" PRIu64 "%c%u%c%d%c",
           UINT64_C(1000000000) + row * 2,
           separator,
           UINT64_C(20000000) + a % 900000,
           separator,
           UINT64_C(30000000) + a % 2700000,
           separator,
           UINT64_C(10000000000000000) + c % UINT64_C(80000000000000000),
           separator,
           (unsigned)(200 + (a >> 40) % 40),
           separator,
           statuses[(a >> 48) % 8],
           separator);
    printf("%u.%u%c%u%c%s%c%s%c%06u%012" PRIu64 "%c",
           (unsigned)(c >> 8) % 300,
           (unsigned)(c >> 20) % 10,
           separator,
           (unsigned)(270 + (c >> 32) % 30),
           separator,
           occurred,
           separator,
           updated,
           separator,
           (unsigned)((b >> 50) % 366 + 8000),
           row,
           separator);
    put_remark(remarks[(c >> 60) % 16], csv);
    putchar('\n');
}

int main(int argc, char **argv)
{
    char *end = NULL;
    uint64_t rows = argc == 3 ? strtoull(argv[2], &end, 10) : 0;
    bool csv = argc == 3 && strcmp(argv[1], "csv") == 0;
    if (argc != 3 || *end != '\0' || (!csv && strcmp(argv[1], "tsv") != 0)) {
        fputs("usage: events tsv|csv ROWS\n", stderr);
        return 1;
    }
    if (csv) {
        fputs("EVENT_ID,PERSON_ID,ENCNTR_ID,EVENT_CD,EVENT_CLASS_CD,RESULT_STATUS_CD,RESULT_VAL,"
              "RESULT_UNITS_CD,EVENT_END_DT_TM,UPDT_DT_TM,ACCESSION_NBR,EVENT_TAG\n",
              stdout);
    }
    for (uint64_t row = 0; row < rows; row++) {
        put_row(row, csv);
    }
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
