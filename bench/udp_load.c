/*
 * The load generator of the bench for datagrams: one thread, no library. Linux only.
 *
 * A client sends lines at a rate, whether they are answered or not (an open loop); a second, slow
 * one sends one line every 10 ms beside it. Each line has a number of its own, in hexadecimal
 * digits of lower case; an answer is counted when it is that line in upper case, once. One run
 * prints one JSON object.
 *
 *   udp_load PORT RATE SECONDS [PID]    PID: the server, whose processor time is told
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE = 64,          /* bytes of a line */
    SLOW_INTERVAL = 10, /* milliseconds between two lines of the slow client */
    CALM = 500,         /* milliseconds for answers that are still on their way */
    AT_A_TIME = 64,     /* lines sent without a look at the answers */
    WARM = 2000,        /* answers after which a server is warm: its code is compiled */
};

struct client {
    int socket;
    char kind; /* the first letter of its lines */
    uint32_t sent, answered, wrong;
    uint8_t *seen; /* of each line, whether it was answered */
    uint32_t room;
};

static void fail(const char *reason) {
    printf("{\"error\":\"%s\"}\n", reason);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static struct client open_client(int port, char kind, uint32_t room) {
    struct client client = {.kind = kind, .room = room, .seen = calloc(room, 1)};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = 8 << 20; /* answers shall not be lost here */
    client.socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (client.socket < 0 || client.seen == NULL) fail("no socket or memory");
    if (setsockopt(client.socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(client.socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (connect(client.socket, (struct sockaddr *)&address, sizeof address) != 0)
        fail("it cannot connect");
    return client;
}

static void say(struct client *client) {
    char line[LINE + 1];
    if (client->sent == client->room) return;
    snprintf(line, sizeof line, "%c %08x a line of ordinary text for the server to answer, yes",
             client->kind, client->sent);
    line[LINE - 1] = '\n';
    if (send(client->socket, line, LINE, 0) == LINE) client->sent++;
}

/* Takes what has come. */
static void listen_to(struct client *client) {
    char line[LINE + 1];
    ssize_t length;
    while ((length = recv(client->socket, line, LINE, 0)) >= 0) {
        line[length] = 0;
        char *end;
        unsigned long number = strtoul(line + 2, &end, 16);
        bool lower = false;
        for (ssize_t i = 0; i < length; i++) lower |= islower((unsigned char)line[i]) != 0;
        if (length != LINE || lower || line[0] != toupper(client->kind) || end != line + 10 ||
            number >= client->sent || client->seen[number])
            client->wrong++;
        else
            client->seen[number] = 1, client->answered++;
    }
}

/* Processor seconds of a process with all its threads. */
static double cpu_of(pid_t pid) {
    clockid_t clock;
    struct timespec time;
    if (pid == 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
        return 0;
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **words) {
    if (count < 4) fail("udp_load PORT RATE SECONDS [PID]");
    int port = atoi(words[1]);
    double rate = atof(words[2]), seconds = atof(words[3]);
    pid_t server = count > 4 ? atoi(words[4]) : 0;
    struct client fast = open_client(port, 'f', (uint32_t)(rate * seconds) + 1);
    struct client slow = open_client(port, 's', (uint32_t)(seconds * 1000 / SLOW_INTERVAL) + 1);

    /* Two lines a millisecond, until the server is there and warm. */
    struct client first = open_client(port, 'w', 40000);
    for (uint64_t end = now() + 20000000000u; first.answered < WARM; usleep(1000)) {
        if (now() > end) fail("it answers too little");
        say(&first);
        say(&first);
        listen_to(&first);
    }

    double cpu = cpu_of(server);
    uint64_t start = now(), length = (uint64_t)(seconds * 1e9), time;
    while ((time = now() - start) < length) {
        uint32_t due = (uint32_t)((double)time / 1e9 * rate);
        for (int i = 0; i < AT_A_TIME && fast.sent < due; i++) say(&fast);
        if (slow.sent < time / 1000000u / SLOW_INTERVAL) say(&slow);
        listen_to(&fast);
        listen_to(&slow);
        if (fast.sent >= due) usleep(100);
    }
    cpu = cpu_of(server) - cpu;
    for (uint64_t end = now(); now() - end < CALM * 1000000u; usleep(1000)) {
        listen_to(&fast);
        listen_to(&slow);
    }
    printf("{\"sent\":%u,\"answered\":%u,\"slowSent\":%u,\"slowAnswered\":%u,\"wrong\":%u,"
           "\"seconds\":%.3f,\"serverCores\":%.3f}\n",
           fast.sent, fast.answered, slow.sent, slow.answered, fast.wrong + slow.wrong, seconds,
           cpu / seconds);
    return 0;
}
