/* requests.c — the foreground of a live system: requests at a fixed rate, and how long each waited.
 *
 *     requests CONNECTION RATE SECONDS CONNECTIONS KEYS SEED
 *
 * Requests are due at fixed moments, whether the one before has been answered or not; a latency is
 * counted from when the request was due, so that a stall is felt by all that stand behind it. Four
 * of five read one record of table FOREGROUND by its key, the fifth changes one. Prints count and
 * the 50th, 95th and 99th percentile and the longest, in microseconds.
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <pthread.h>
#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)

struct client {
    pthread_t thread;
    SQLHDBC connection;
    int64_t begin_ns;
    int64_t period_ns;
    uint64_t random;
    uint64_t keys;
    int64_t *latencies; /* of each request, in ns */
    int count;
    bool failed;
};

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void sleep_until(int64_t moment)
{
    struct timespec until = {.tv_sec = moment / SECOND_NS, .tv_nsec = moment % SECOND_NS};
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* xorshift64* */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static bool request(struct client *client, bool changes)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;
    char sql[128];
    uint64_t key = next_random(&client->random) % client->keys + 1;
    (void)snprintf(sql,
                   sizeof sql,
                   changes ? "UPDATE FOREGROUND SET N = N + 1 WHERE ID = %" PRIu64
                           : "SELECT N, TXT FROM FOREGROUND WHERE ID = %" PRIu64,
                   key);
    bool ok = SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, client->connection, &statement)) &&
              SQL_SUCCEEDED(SQLExecDirect(statement, (SQLCHAR *)sql, SQL_NTS));
    ok = ok && (changes || SQL_SUCCEEDED(SQLFetch(statement)));
    (void)SQLFreeHandle(SQL_HANDLE_STMT, statement);
    return ok;
}

static void *run(void *argument)
{
    struct client *client = argument;
    for (int index = 0; index < client->count && !client->failed; index++) {
        int64_t due = client->begin_ns + index * client->period_ns;
        sleep_until(due);
        client->failed = !request(client, index % 5 == 4);
        client->latencies[index] = now_ns() - due;
    }
    return NULL;
}

static bool open_client(struct client *client, SQLHENV environment, const char *connection)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "%s", connection);
    return SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, environment, &client->connection)) &&
           SQL_SUCCEEDED(SQLDriverConnect(client->connection,
                                          NULL,
                                          (SQLCHAR *)text,
                                          SQL_NTS,
                                          NULL,
                                          0,
                                          NULL,
                                          SQL_DRIVER_NOPROMPT));
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t microseconds(const int64_t *sorted, int count, int percent)
{
    return sorted[(int64_t)(count - 1) * percent / 100] / 1000;
}

int main(int count, char **arguments)
{
    if (count != 7) {
        fputs("requests: CONNECTION RATE SECONDS CONNECTIONS KEYS SEED\n", stderr);
        return EXIT_FAILURE;
    }
    long rate = strtol(arguments[2], NULL, 10);
    long seconds = strtol(arguments[3], NULL, 10);
    long connections = strtol(arguments[4], NULL, 10);
    int each = (int)(rate * seconds / connections);
    struct client *clients = calloc((size_t)connections, sizeof *clients);
    int64_t *latencies = calloc((size_t)each * (size_t)connections, sizeof *latencies);
    SQLHENV environment = SQL_NULL_HENV;
    bool ok = clients != NULL && latencies != NULL && each > 0 &&
              SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment)) &&
              SQL_SUCCEEDED(
                  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0));
    for (long index = 0; ok && index < connections; index++) {
        ok = open_client(&clients[index], environment, arguments[1]);
    }
    int64_t begin = now_ns() + SECOND_NS / 10;
    for (long index = 0; ok && index < connections; index++) {
        struct client *client = &clients[index];
        client->period_ns = SECOND_NS * connections / rate;
        client->begin_ns = begin + index * SECOND_NS / rate;
        client->keys = strtoull(arguments[5], NULL, 10);
        client->random = strtoull(arguments[6], NULL, 10) * 64 + (uint64_t)index + 1;
        client->latencies = latencies + index * each;
        client->count = each;
        ok = pthread_create(&client->thread, NULL, run, client) == 0;
    }
    for (long index = 0; ok && index < connections; index++) {
        (void)pthread_join(clients[index].thread, NULL);
        ok = !clients[index].failed;
    }
    if (!ok) {
        fputs("requests: could not connect, or a request failed\n", stderr);
        return EXIT_FAILURE;
    }
    int total = each * (int)connections;
    qsort(latencies, (size_t)total, sizeof *latencies, compare);
    printf("%d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
           total,
           microseconds(latencies, total, 50),
           microseconds(latencies, total, 95),
           microseconds(latencies, total, 99),
           latencies[total - 1] / 1000);
    return EXIT_SUCCESS;
}
