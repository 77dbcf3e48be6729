/*
 * One thread, one epoll, a buffer of 64 KiB, a to z only: c PORT|PATH
 *
 * What the machine can do. A connection whose peer does not read keeps the rest of an answer, and is
 * not read from until that is written.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct connection {
    int fd;
    unsigned char *rest; /* of an answer, or NULL */
    size_t length, written;
};

static int epoll;
static unsigned char buffer[64 * 1024];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int listen_at(const char *where) {
    int on = 1, is_unix = where[0] == '/';
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr_in port = {.sin_family = AF_INET,
                               .sin_port = htons((unsigned short)atoi(where)),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    strncpy(path.sun_path, where, sizeof path.sun_path - 1);
    int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr *address = is_unix ? (struct sockaddr *)&path : (struct sockaddr *)&port;
    if (bind(fd, address, is_unix ? sizeof path : sizeof port) != 0) die("bind");
    if (listen(fd, 4096) != 0) die("listen");
    return fd;
}

static void accept_all(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        connection->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void end(struct connection *connection) {
    close(connection->fd);
    free(connection->rest);
    free(connection);
}

static void wait_for(struct connection *connection, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    epoll_ctl(epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

static void on_writable(struct connection *connection) {
    size_t left = connection->length - connection->written;
    ssize_t written = write(connection->fd, connection->rest + connection->written, left);
    if (written < 0 && errno != EAGAIN) {
        end(connection);
        return;
    }
    if (written > 0) connection->written += (size_t)written;
    if (connection->written < connection->length) return;
    free(connection->rest);
    connection->rest = NULL;
    wait_for(connection, EPOLLIN);
}

static void on_readable(struct connection *connection) {
    ssize_t length = read(connection->fd, buffer, sizeof buffer);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        end(connection);
        return;
    }
    for (ssize_t i = 0; i < length; i++) /* without a branch, for the vectors of the processor */
        buffer[i] -= (unsigned char)(((unsigned char)(buffer[i] - 'a') < 26) << 5);
    ssize_t written = write(connection->fd, buffer, (size_t)length);
    if (written == length) return;
    if (written < 0 && errno != EAGAIN) {
        end(connection);
        return;
    }
    if (written < 0) written = 0;
    connection->length = (size_t)(length - written);
    connection->written = 0;
    connection->rest = malloc(connection->length);
    memcpy(connection->rest, buffer + written, connection->length);
    wait_for(connection, EPOLLOUT);
}

int main(int count, char **words) {
    if (count != 2) return 2;
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_at(words[1]);
    epoll = epoll_create1(0);
    struct epoll_event events[256], arrivals = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &arrivals);
    for (;;) {
        int ready = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == NULL) accept_all(listener);
            else if (connection->rest != NULL) on_writable(connection);
            else on_readable(connection);
        }
    }
}
