/* test_kernel_write_date.c — to_char of timestamps and intervals, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(fields)
{
    static const struct value_case cases[] = {
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'YYYY-MM-DD HH24:MI:SS.US')",
         "2024-02-09 15:04:05.067891"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'FMDD FMMonth YYYY')", "9 February 2024"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', '|Month|MONTH|month|Mon|MON|mon|')",
         "|February |FEBRUARY |february |Feb|FEB|feb|"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', '|Day|DAY|day|Dy|DY|dy|')",
         "|Friday   |FRIDAY   |friday   |Fri|FRI|fri|"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'HH12:MI AM a.m. PM p.m.')",
         "03:04 PM p.m. PM p.m."},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'DDD IDDD D ID W WW IW Q CC J')",
         "040 040 6 5 2 06 06 1 21 2460350"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'Y,YYY YYY YY Y IYYY IYY IY I')",
         "2,024 024 24 4 2024 024 24 4"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'RM FMRM rm')", "II   II ii  "},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'MS FF1 FF2 FF3 FF4 FF5 FF6 SSSS SSSSS')",
         "067 0 06 067 0678 06789 067891 54245 54245"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'DDth DDTH Dth FMDDDth MITH')",
         "09th 09TH 6th 40th 04TH"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'BC B.C. ad a.d.')", "AD A.D. ad a.d."},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', '\"the year\" YYYY \\\"x\\\"')",
         "the year 2024 \"x\""},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'TZH:TZM OF')", "+00:00 +00"},
        {"to_char(TIMESTAMP '2024-02-09 15:04:05.067891', 'yyyy-mm-dd')", "2024-02-09"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(nothing_to_write)
{
    static const struct value_case cases[] = {
        {"to_char(TIMESTAMP 'infinity', 'YYYY')", "NULL"},
        {"to_char(TIMESTAMP '2024-01-01', '')", "NULL"},
        {"to_char(TIMESTAMP '2024-01-01', 'FM')", ""},
        {"to_char(TIMESTAMP '0044-03-15 BC', 'YYYY YY Y,YYY CC IYYY BC')",
         "0044 44 0,044 -01 0044 BC"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(intervals)
{
    static const struct value_case cases[] = {
        {"to_char(INTERVAL '1 year 2 mons -3 days -4:05:06.5', 'YYYY MM DD HH24 MI SS MS')",
         "0001 02 -3 -04 -05 -06 -500"},
        {"to_char(INTERVAL '100:00', 'HH24 HH12 AM')", "100 04 AM"},
        {"to_char(TIME '13:30', 'HH12:MI PM')", "01:30 PM"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {fields, nothing_to_write, intervals};
    return RUN_TESTS("kernel_write_date", tests);
}
