/* test_kernel_health_time.c — times of HL7, days of spreadsheets, dates that mean that there is
 * none. SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

START_TEST(times_of_hl7)
{
    static const struct health_case times[] = {
        {"2008", "2008-01-01 00:00:00+00", ""},
        {"200806", "2008-06-01 00:00:00+00", ""},
        {"20080605", "2008-06-05 00:00:00+00", ""},
        {"2008060509", "2008-06-05 09:00:00+00", ""},
        {"200806050915", "2008-06-05 09:15:00+00", ""},
        {"20080605091530", "2008-06-05 09:15:30+00", ""},
        {"20080605091530.1234", "2008-06-05 09:15:30.1234+00", ""},
        {"20080605091530.1234+0100", "2008-06-05 08:15:30.1234+00", ""},
        {"200806050015-0930", "2008-06-05 09:45:00+00", ""},
        {" 20080605+0000 ", "2008-06-05 00:00:00+00", ""},
        {"20000229", "2000-02-29 00:00:00+00", ""},
        {"2008065", "!HL7", ""},
        {"200", "!HL7", ""},
        {"", "!HL7", ""},
        {"2008060509153", "!HL7", ""},
        {"2008060509153012", "!HL7", ""},
        {"20080605091530.", "!HL7", ""},
        {"20080605091530.12345", "!HL7", ""},
        {"200806050915.1", "!HL7", ""},
        {"20080605+1", "!HL7", ""},
        {"20080605+01000", "!HL7", ""},
        {"20080605+0160", "!HL7", ""},
        {"20080605+1600", "!HL7", ""},
        {"2008-06-05", "!HL7", ""},
        {"20080605 0915", "!HL7", ""},
        {"20080605T0915", "!HL7", ""},
        {"20081305", "!DATE_RANGE", ""},
        {"20080631", "!DATE_RANGE", ""},
        {"20010229", "!DATE_RANGE", ""},
        {"2008060524", "!DATE_RANGE", ""},
        {"200806050960", "!DATE_RANGE", ""},
        {"20080605091560", "!DATE_RANGE", ""},
        {"00000101", "!DATE_RANGE", ""},
    };
    static const struct health_case precisions[] = {
        {"2008", "year", ""},
        {"200806", "month", ""},
        {"20080605", "day", ""},
        {"2008060509", "hour", ""},
        {"200806050915", "minute", ""},
        {"20080605091530", "second", ""},
        {"20080605091530.1+0100", "fraction", ""},
        {"2008+0000", "year", ""},
        {"20081305", "!DATE_RANGE", ""},
        {"2008065", "!HL7", ""},
    };
    CHECK_HEALTH("hl7_timestamp", times);
    CHECK_HEALTH("hl7_precision", precisions);
}
END_TEST

START_TEST(a_time_without_offset_is_local)
{
    static const struct value_case cases[] = {
        {"hl7_timestamp('200806050915') = timestamptz '2008-06-05 08:15+00'", "t"},
        {"hl7_timestamp('200801050915') = timestamptz '2008-01-05 09:15+00'", "t"},
        {"hl7_timestamp('200806050915+0000') = timestamptz '2008-06-05 09:15+00'", "t"},
        {"hl7_timestamp('19700115')::date = date '1970-01-15'", "t"}, /* summer time all year */
    };
    run.timezone = "Europe/London";
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(days_of_spreadsheets)
{
    static const struct value_case cases[] = {
        {"excel_date(1)", "1900-01-01"},
        {"excel_date(59)", "1900-02-28"},
        {"excel_date(60)", "!22008"},
        {"excel_date(61)", "1900-03-01"},
        {"excel_date(25569)", "1970-01-01"},
        {"excel_date(39604)", "2008-06-05"},
        {"excel_date(2958465)", "9999-12-31"},
        {"excel_date(2958466)", "!22008"},
        {"excel_date(0)", "!22008"},
        {"excel_date(-1)", "!22008"},
        {"excel_date(9223372036854775807)", "!22008"},
        {"excel_date(38142, 1904)", "2008-06-05"},
        {"excel_date(0, 1904)", "1904-01-01"},
        {"excel_date(60, 1904)", "1904-03-01"},
        {"excel_date(2957003, 1904)", "9999-12-31"},
        {"excel_date(2957004, 1904)", "!22008"},
        {"excel_date(1, 1900)", "1900-01-01"},
        {"excel_date(1, 1970)", "!22023"},
        {"excel_date(39604.999)", "2008-06-05"},
        {"excel_date(60.5)", "!22008"},
        {"excel_date(-0.5)", "!22008"},
        {"excel_date('NaN'::numeric)", "!22008"},
        {"excel_date(39604.5::float8)", "2008-06-05"},
        {"excel_date('NaN'::float8)", "!22008"},
        {"excel_date('Infinity'::float8)", "!22008"},
        {"excel_date(12::smallint)", "1900-01-12"},
        {"excel_date('39604')", "2008-06-05"},
        {"excel_date(' 39604.75 ')", "2008-06-05"},
        {"excel_date('38142', 1904)", "2008-06-05"},
        {"excel_date('-1')", "!22008"},
        {"excel_date('1e5')", "!22008"},
        {"excel_date('39,604')", "!22008"},
        {"excel_date('')", "!22008"},
        {"excel_date('99999999999999999999')", "!22008"},
        {"excel_date(null::int)", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(days_that_mean_none)
{
    static const struct value_case cases[] = {
        {"known_date(date '1753-01-01')", "NULL"},
        {"known_date(date '1753-01-03')", "NULL"},
        {"known_date(date '1753-01-02')", "1753-01-02"},
        {"known_date(date '1800-01-01')", "NULL"},
        {"known_date(date '1900-01-01')", "NULL"},
        {"known_date(date '1900-01-02')", "1900-01-02"},
        {"known_date(date '2008-06-05')", "2008-06-05"},
        {"known_date(date '2100-12-30')", "2100-12-30"},
        {"known_date(date '2100-12-31')", "NULL"},
        {"known_date(date '9999-12-31')", "NULL"},
        {"known_date(date 'infinity')", "infinity"},
        {"known_date(null::date)", "NULL"},
        {"known_date(timestamp '2100-12-31 00:00:00')", "NULL"},
        {"known_date(timestamp '2100-12-31 23:59:59.999999')", "NULL"},
        {"known_date(timestamp '2101-01-01 00:00:00')", "2101-01-01 00:00:00"},
        {"known_date(timestamp '2100-12-30 23:59:59')", "2100-12-30 23:59:59"},
        {"known_date(timestamp '1800-01-01 00:00:00')", "NULL"},
        {"known_date(timestamp '-infinity')", "-infinity"},
        {"known_date(timestamptz '2100-12-31 23:59:59+00')", "NULL"},
        {"known_date(timestamptz '2100-12-31 00:00:00+14')", "NULL"},
        {"known_date(timestamptz '2100-12-31 23:59:59-12')", "NULL"},
        {"known_date(timestamptz '2100-12-30 09:59:59+00')", "2100-12-30 09:59:59+00"},
        {"known_date(timestamptz '2101-01-01 12:00:00+00')", "2101-01-01 12:00:00+00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        times_of_hl7,
        a_time_without_offset_is_local,
        days_of_spreadsheets,
        days_that_mean_none,
    };
    return RUN_TESTS("kernel_health_time", tests);
}
