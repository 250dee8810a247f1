/* synthetic_trust.c — makes a hospital that does not exist: its Millennium, the extracts of its
 * laboratory, pharmacy and picture archive, and the truth about them (README.md).
 * SPDX-License-Identifier: Apache-2.0 */
#include "fatal.h"
#include "sink.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SINKS_MAX = 8,
    SEED = 2008
};

static const char help[] =
    "synthetic_trust — a hospital that does not exist\n\n"
    "  --seed N         another hospital of the same size (2008)\n"
    "  --profile NAME   tiny (1 000 persons), demo (20 000) or bench (100 000); tiny\n"
    "  --persons N      another number of persons, 1 000 at least\n"
    "  --tables A,B     only these tables\n\n"
    "  --sqlite FILE    Millennium as a database of SQLite\n"
    "  --mariadb DIR    Millennium for MariaDB: load.sql and a file of each table\n"
    "  --feed DIR       Millennium as the UK feed's files; --feed-faults makes one too short\n"
    "                   and delivers one twice\n"
    "  --winpath DIR    the laboratory's extract; --jac DIR and --pacs DIR likewise\n"
    "  --downtime DIR   what wards wrote on paper in the outage, as it was typed in\n"
    "  --truth DIR      which rows are dirty, and how many\n";

struct job {
    uint64_t seed;
    int64_t persons;
    const char *tables;
    bool faults;
    struct sink *sinks[SINKS_MAX];
    int sink_count;
    const char *paths[128]; /* of outputs, by their option */
    pid_t beside;           /* makes the largest table; 0: nobody does */
    char beside_path[1024];
};

static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                                        {"profile", required_argument, NULL, 'p'},
                                        {"persons", required_argument, NULL, 'n'},
                                        {"tables", required_argument, NULL, 't'},
                                        {"sqlite", required_argument, NULL, 'q'},
                                        {"mariadb", required_argument, NULL, 'm'},
                                        {"feed", required_argument, NULL, 'f'},
                                        {"winpath", required_argument, NULL, 'w'},
                                        {"jac", required_argument, NULL, 'j'},
                                        {"pacs", required_argument, NULL, 'x'},
                                        {"downtime", required_argument, NULL, 'd'},
                                        {"truth", required_argument, NULL, 'r'},
                                        {"help", no_argument, NULL, 'h'},
                                        {"feed-faults", no_argument, NULL, 'b'},
                                        {NULL, 0, NULL, 0}};

static int64_t persons_of(const char *profile)
{
    static const struct {
        const char *name;
        int64_t persons;
    } profiles[] = {{"tiny", 1000}, {"demo", 20000}, {"bench", 100000}};

    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        if (strcmp(profile, profiles[i].name) == 0) {
            return profiles[i].persons;
        }
    }
    fatal("there is no profile \"%s\"; there are tiny, demo and bench", profile);
}

static uint64_t number_of(const char *text)
{
    char *end = NULL;
    uint64_t number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0') {
        fatal("\"%s\" is no number", text);
    }
    return number;
}

static void read_options(struct job *job, int count, char **arguments)
{
    int option = 0;

    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            job->seed = number_of(optarg);
            break;
        case 'p':
            job->persons = persons_of(optarg);
            break;
        case 'n':
            job->persons = (int64_t)number_of(optarg);
            break;
        case 't':
            job->tables = optarg;
            break;
        case 'b':
            job->faults = true;
            break;
        case 'h':
            (void)fputs(help, stdout);
            exit(0);
        case '?':
            exit(1);
        default:
            job->paths[option] = optarg;
            break;
        }
    }
    if (optind < count) {
        fatal("what is \"%s\"? --help says what there is", arguments[optind]);
    }
}

static void open_sinks(struct job *job, const struct trust *trust)
{
    static const struct {
        int option;
        enum system system;
    } peripherals[] = {{'w', WINPATH}, {'j', JAC}, {'x', PACS}, {'d', PAPER}};

    if (job->paths['q'] != NULL) {
        job->sinks[job->sink_count++] = sink_sqlite(job->paths['q']);
    }
    if (job->paths['m'] != NULL) {
        job->sinks[job->sink_count++] = sink_mariadb(job->paths['m']);
    }
    if (job->paths['f'] != NULL) {
        job->sinks[job->sink_count++] = sink_feed(job->paths['f'], trust, job->faults);
    }
    for (size_t i = 0; i < sizeof peripherals / sizeof *peripherals; i++) {
        if (job->paths[peripherals[i].option] != NULL) {
            job->sinks[job->sink_count++] =
                sink_peripheral(job->paths[peripherals[i].option], peripherals[i].system);
        }
    }
    if (job->paths['r'] != NULL) {
        job->sinks[job->sink_count++] = sink_truth(job->paths['r'], trust);
    }
}

static bool is_asked_for(const struct job *job, const char *table)
{
    size_t length = strlen(table);

    for (const char *at = job->tables; at != NULL && *at != '\0';) {
        size_t name = strcspn(at, ",");
        if (name == length && strncmp(at, table, length) == 0) {
            return true;
        }
        at += name + (at[name] == ',');
    }
    return job->tables == NULL;
}

static void make_table(const struct trust *trust,
                       struct table *table,
                       struct row *row,
                       struct sink **sinks,
                       int sink_count)
{
    row_begin(row, table);
    for (int i = 0; i < sink_count; i++) {
        sinks[i]->begin(sinks[i], row);
    }
    for (int64_t index = table->zero_row ? -1 : 0; index < trust->count[table->number]; index++) {
        trust_fill(trust, index, row);
        for (int i = 0; i < sink_count; i++) {
            sinks[i]->write(sinks[i], row);
        }
        row_reset(row);
    }
    for (int i = 0; i < sink_count; i++) {
        sinks[i]->end(sinks[i], table);
    }
}

static void make_tables(const struct job *job, const struct trust *trust, struct table *tables)
{
    struct row *row = malloc(sizeof *row);

    if (row == NULL) {
        fatal("no memory");
    }
    for (int i = 0; i < TABLES; i++) {
        struct sink *wanting[SINKS_MAX];
        int wanting_count = 0;
        bool elsewhere = job->beside > 0 && i == T_CLINICAL_EVENT;
        for (int s = 0; s < job->sink_count && is_asked_for(job, tables[i].name); s++) {
            if (!elsewhere && job->sinks[s]->wants(job->sinks[s], &tables[i])) {
                wanting[wanting_count++] = job->sinks[s];
            }
        }
        if (wanting_count > 0) {
            make_table(trust, &tables[i], row, wanting, wanting_count);
        }
    }
    free(row);
}

/* The largest table is made at the same time, into a file of its own, by another process: a
 * database alone takes half the time then. */
static void begin_beside(struct job *job, const struct trust *trust, struct table *tables)
{
    const char *path = job->paths['q'];

    for (size_t i = 0; i < sizeof job->paths / sizeof *job->paths; i++) {
        if (i != 'q' && job->paths[i] != NULL) {
            return;
        }
    }
    if (path == NULL || job->tables != NULL) {
        return;
    }
    int length = snprintf(job->beside_path, sizeof job->beside_path, "%s.beside", path);
    if (length >= (int)sizeof job->beside_path || strchr(path, '\'') != NULL) {
        return;
    }
    job->beside = fork();
    if (job->beside < 0) {
        fatal("a second process cannot be started");
    }
    if (job->beside == 0) {
        struct job own = {.tables = "CLINICAL_EVENT"};
        own.sinks[own.sink_count++] = sink_sqlite(job->beside_path);
        make_tables(&own, trust, tables);
        own.sinks[0]->close(own.sinks[0]);
        exit(0);
    }
}

static void end_beside(struct job *job)
{
    int status = 0;

    if (job->beside == 0) {
        return;
    }
    if (waitpid(job->beside, &status, 0) != job->beside || status != 0) {
        fatal("the process that made the largest table failed");
    }
    sink_sqlite_take_in(job->sinks[0], job->beside_path);
}

int main(int count, char **arguments)
{
    struct job job = {.seed = SEED, .persons = persons_of("tiny")};
    struct trust *trust = malloc(sizeof *trust);
    struct table *tables = schema_create();

    if (trust == NULL) {
        fatal("no memory");
    }
    read_options(&job, count, arguments);
    trust_init(trust, job.seed, job.persons);
    begin_beside(&job, trust, tables);
    open_sinks(&job, trust);
    make_tables(&job, trust, tables);
    end_beside(&job);
    for (int i = 0; i < job.sink_count; i++) {
        job.sinks[i]->close(job.sinks[i]);
    }
    free(tables);
    free(trust);
    return 0;
}
