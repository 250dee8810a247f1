/* tcp_proxy.c — stands between novate and a PostgreSQL that listens on a Unix socket only, on a
 * port of 127.0.0.1, and does to connections what networks do.
 *
 *     tcp_proxy SOCKET
 *
 * prints its port, then obeys lines and answers each with what was counted since the
 * one before: bytes from clients, bytes from the server, COMMITs, and whether it struck.
 *
 *     count                   nothing changes
 *     pass                    everything goes through; those that are silent are closed
 *     HOW client BYTES        strikes once so many bytes came from clients, and went through
 *     HOW server BYTES        once so many came from the server
 *     HOW commit NTH          when the NTH COMMIT comes, which does not go through
 *     HOW answer NTH          when the answer to it comes, which does not go through
 *
 * HOW: reset (RST), close (FIN), to all connections that are there; or silent: all stay open, new
 * ones too, and nothing goes through any more. SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PAIRS_MAX = 64,
    CLIENT = 0, /* ends of a pair */
    SERVER = 1
};

struct way {
    char data[65536]; /* what came and did not go yet */
    size_t used;
};

static struct pair {
    bool open;
    int ends[2];
    struct way from[2];
    bool waits; /* for the answer that is struck */
} pairs[PAIRS_MAX];

static struct {
    char how[8];
    char where[8];
    unsigned long number;
} wish = {"pass", "", 0};

static unsigned long counts[2];
static unsigned long commits;
static bool struck;
static const char *server_path;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void close_pair(struct pair *pair, bool reset)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (reset) {
        (void)setsockopt(pair->ends[CLIENT], SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    (void)close(pair->ends[CLIENT]);
    (void)close(pair->ends[SERVER]);
    pair->open = false;
}

static bool is_silent(void)
{
    return struck && strcmp(wish.how, "silent") == 0;
}

static void strike(void)
{
    struck = true;
    for (int i = 0; i < PAIRS_MAX && !is_silent(); i++) {
        if (pairs[i].open) {
            close_pair(&pairs[i], strcmp(wish.how, "reset") == 0);
        }
    }
}

static bool is_next(const char *where)
{
    return !struck && strcmp(wish.where, where) == 0;
}

/* How much of what came from one end may go on; what is struck is struck then. */
static size_t allowed(int end, size_t size)
{
    static const char *const names[] = {"client", "server"};
    if (!is_next(names[end]) || counts[end] + size < wish.number) {
        return size;
    }
    return counts[end] < wish.number ? wish.number - counts[end] : 0;
}

/* libpq sends it in one piece. Shall it go no further? */
static bool stops_commit(struct pair *pair, const char *data, size_t size)
{
    static const char message[] = "Q\0\0\0\013COMMIT";
    if (memmem(data, size, message, sizeof message) == NULL) {
        return false;
    }
    commits++;
    pair->waits = is_next("answer") && commits == wish.number;
    return is_next("commit") && commits == wish.number;
}

/* False: the pair is gone. */
static bool take(struct pair *pair, int end)
{
    struct way *way = &pair->from[end];
    ssize_t size = recv(pair->ends[end], way->data, sizeof way->data, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    if (size <= 0) {
        close_pair(pair, false);
        return false;
    }
    if ((end == SERVER && pair->waits) ||
        (end == CLIENT && stops_commit(pair, way->data, (size_t)size))) {
        pair->waits = false;
        strike();
        return pair->open;
    }
    way->used = allowed(end, (size_t)size);
    counts[end] += (size_t)size;
    return true;
}

static bool give(struct pair *pair, int end)
{
    static const char *const names[] = {"client", "server"};
    struct way *way = &pair->from[end];
    ssize_t size = send(pair->ends[1 - end], way->data, way->used, MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN && errno != EINTR) {
        close_pair(pair, false);
        return false;
    }
    if (size > 0) {
        memmove(way->data, way->data + size, way->used - (size_t)size);
        way->used -= (size_t)size;
    }
    if (way->used == 0 && is_next(names[end]) && counts[end] >= wish.number) {
        strike();
    }
    return pair->open;
}

static void welcome(int listener)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct pair *pair = NULL;
    for (int i = 0; pair == NULL && i < PAIRS_MAX; i++) {
        pair = pairs[i].open ? NULL : &pairs[i];
    }
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", server_path);
    if (client < 0 || pair == NULL || server < 0 ||
        connect(server, (const struct sockaddr *)&address, sizeof address) != 0) {
        die("tcp_proxy: connect");
    }
    (void)fcntl(client, F_SETFL, O_NONBLOCK);
    (void)fcntl(server, F_SETFL, O_NONBLOCK);
    memset(pair, 0, sizeof *pair);
    pair->open = true;
    pair->ends[CLIENT] = client;
    pair->ends[SERVER] = server;
}

/* Ends with the one who gives the orders. */
static void obey(void)
{
    static char line[128];
    static size_t used;
    ssize_t size = read(STDIN_FILENO, line + used, 1);
    if (size <= 0 || used + 2 > sizeof line) {
        exit(0);
    }
    if (line[used++] != '\n') {
        return;
    }
    line[used] = '\0';
    used = 0;
    printf("%lu %lu %lu %d\n", counts[CLIENT], counts[SERVER], commits, struck);
    (void)fflush(stdout);
    if (strcmp(line, "count\n") == 0) {
        return;
    }
    for (int i = 0; i < PAIRS_MAX && is_silent(); i++) {
        if (pairs[i].open) {
            close_pair(&pairs[i], false);
        }
    }
    memset(&wish, 0, sizeof wish);
    if (sscanf(line, "%7s %7s %lu", wish.how, wish.where, &wish.number) < 1) {
        exit(1);
    }
    counts[CLIENT] = counts[SERVER] = commits = 0;
    struck = false;
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, size) != 0 ||
        listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        die("tcp_proxy: listen");
    }
    printf("%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    return listener;
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: tcp_proxy SOCKET\n");
        return 1;
    }
    server_path = arguments[1];
    int listener = listen_somewhere();
    for (;;) {
        struct pollfd polled[2 + 2 * PAIRS_MAX] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                                   {.fd = listener, .events = POLLIN}};
        polled[1].fd = is_silent() ? -1 : listener;
        for (int i = 0; i < PAIRS_MAX; i++) {
            const struct pair *pair = &pairs[i];
            for (int end = 0; end < 2; end++) {
                polled[2 + 2 * i + end] = (struct pollfd){
                    .fd = pair->open && !is_silent() ? pair->ends[end] : -1,
                    .events = (short)((pair->from[end].used == 0 ? POLLIN : 0) |
                                      (pair->from[1 - end].used > 0 ? POLLOUT : 0))};
            }
        }
        if (poll(polled, 2 + 2 * PAIRS_MAX, -1) < 0) {
            die("tcp_proxy: poll");
        }
        for (int at = 0; at < 2 * PAIRS_MAX; at++) {
            struct pair *pair = &pairs[at / 2];
            int end = at % 2;
            short seen = polled[2 + at].revents;
            if (!pair->open || is_silent()) {
                continue;
            }
            if (pair->from[1 - end].used > 0 && (seen & (POLLOUT | POLLERR | POLLHUP)) != 0 &&
                !give(pair, 1 - end)) {
                continue;
            }
            if (!is_silent() && pair->from[end].used == 0 &&
                (seen & (POLLIN | POLLERR | POLLHUP)) != 0) {
                (void)take(pair, end);
            }
        }
        if (polled[1].revents != 0 && !is_silent()) {
            welcome(listener);
        }
        if (polled[0].revents != 0) {
            obey();
        }
    }
}
