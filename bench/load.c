/*
 * The load generator of the bench: one thread, one epoll, no library. Linux only.
 *
 * It talks to a server that answers in upper case, and measures it from outside. The caller gives it
 * a text and the right answer to it as two files, so that no Unicode table is needed here; every byte
 * of every reply is compared with that answer: its content, its order, its length, and the end of the
 * stream. One run prints one JSON object; a wrong answer is an object with "error" and exit code 1.
 *
 *   latency  N connections play ping-pong: each sends one message, waits for the whole reply, and
 *            sends the next (a closed loop: there are never more than N messages on the way). After a
 *            warm-up, the replies of S seconds are counted, in all and for each connection.
 *   accept   as latency, and after the warm-up K newcomers connect at once and send one message each;
 *            the time until all of them are answered.
 *   bulk     N connections send M megabytes each as fast as the server takes them, end their half,
 *            and read to the end of the stream.
 *   idle     N connections send one message each and then are silent: the server's memory before,
 *            with them and after them, and the processor time that it spends on silence.
 *   start    starts a command and tries every 0.2 ms to connect to it: the time until the first
 *            verified reply. Without --port and --unix: the time until the command has ended.
 *
 * How it is done:
 *
 * - A message is a window of the text, with a newline as its last byte, for servers that work by
 *   lines. Each connection starts somewhere else in the text and moves on by one window for each
 *   message. The length of the text is to be a prime number, so a reply that is late, doubled or
 *   another connection's does not fit.
 * - In bulk the text is sent over and over; since its length is prime, the server's reads cut it at
 *   every byte sooner or later.
 * - Latency runs from before the write() of a message until after the read() of the end of its
 *   reply. The histogram's cells are 1/64 of an octave, about 1.1 % wide.
 * - The server's processor time is that of all its threads, user and system: its clock is the sum
 *   behind utime and stime of proc_pid_stat(5), without their steps of 10 ms (clock_getcpuclockid(3)).
 *   Its memory is the resident set.
 * - generatorCores is this program's own share of a core. Near 1, not the server was the limit.
 *
 * Each connection is opened and has one message answered before the next one is opened (except the
 * newcomers), so that no listen queue overflows and every connection is known to work.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LARGEST_MESSAGE = 4096,  /* fits into any socket buffer: a message is one write() */
    CHUNK = 64 * 1024,       /* bytes of one write() in bulk */
    READ_SIZE = 256 * 1024,  /* bytes of one read() in bulk */
    CALM = 2,                /* seconds that a server gets to give memory back */
    PORTS_PER_SOURCE = 8000, /* connections from one source address: well below the range of ports */
};

/* What the command line says. */
static struct {
    const char *mode;
    int port;
    const char *unix_path;
    const char *request_file, *reply_file;
    int connections;
    int newcomers;
    size_t size; /* of a message */
    double warm_up, seconds;
    double megabytes;
    pid_t server;
    int timeout;   /* seconds until the whole run is given up */
    bool tolerate; /* bulk: go on after a wrong byte, and tell where it was */
    char **command;
} options = {.connections = 1, .newcomers = 1000, .size = 64, .warm_up = 0.5, .seconds = 1,
             .megabytes = 64, .timeout = 60};

static pid_t child; /* the command of "start", or 0 */

/* ------------------------------------------------------------------------------- ends and clocks */

static void end_child(void) {
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    child = 0;
}

/* Prints the reason as JSON, instead of what is in the buffer of stdout, and exits. The reasons are
   written in this file: they need no escapes. */
static void fail(const char *format, ...) {
    end_child();
    va_list values;
    va_start(values, format);
    dprintf(STDOUT_FILENO, "{\"error\":\"");
    vdprintf(STDOUT_FILENO, format, values);
    dprintf(STDOUT_FILENO, "\"}\n");
    _exit(1);
}

static void on_alarm(int signal_number) {
    (void)signal_number;
    static const char text[] = "{\"error\":\"it did not end in time\"}\n";
    if (child > 0) kill(child, SIGKILL);
    _exit(write(STDOUT_FILENO, text, sizeof text - 1) < 0 ? 2 : 1);
}

/* Nanoseconds of a clock that only goes forward. */
static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static double seconds_between(uint64_t start, uint64_t end) { return (double)(end - start) / 1e9; }

static void sleep_seconds(double seconds) { usleep((useconds_t)(seconds * 1e6)); }

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) fail("out of memory");
    return memory;
}

/* --------------------------------------------------------------------- what processes have used */

/* Processor seconds of a process with all its threads. */
static double cpu_of(pid_t pid) {
    clockid_t clock;
    struct timespec time;
    if (pid == 0) return 0;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
        fail("the server has gone");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* KiB of memory in which a process resides. */
static long resident_kib(pid_t pid) {
    char path[64];
    long total = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%ld %ld", &total, &resident) != 2) fail("the server has gone");
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static double own_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The clocks at the beginning of what is counted. */
struct stretch {
    uint64_t start;
    double server, own;
};

static struct stretch begin_stretch(void) {
    return (struct stretch){now(), cpu_of(options.server), own_cpu()};
}

/* Prints the fields about processor time; "unit" of the server's is what the caller counts by. */
static void print_cpu(struct stretch from, double seconds, const char *unit, double per) {
    if (options.server != 0) {
        double server = cpu_of(options.server) - from.server;
        printf(",\"%s\":%.4f,\"serverCores\":%.3f", unit, server * per, server / seconds);
    }
    printf(",\"generatorCores\":%.3f", (own_cpu() - from.own) / seconds);
}

/* ------------------------------------------------------------------------ a histogram of times */

enum { STEPS = 64 /* of an octave */, CELLS = 64 * STEPS };

struct histogram {
    uint64_t cells[CELLS]; /* of nanoseconds */
    uint64_t count, greatest;
};

static int cell_of(uint64_t value) {
    if (value < STEPS) return (int)value;
    int octave = 63 - __builtin_clzll(value); /* 6 or more */
    return (octave - 5) * STEPS + (int)(value >> (octave - 6)) - STEPS;
}

/* The middle of a cell. */
static double value_of(int cell) {
    if (cell < STEPS) return cell;
    int octave = cell / STEPS + 5;
    return ((double)(cell % STEPS + STEPS) + 0.5) * (double)(1ull << (octave - 6));
}

static void record(struct histogram *times, uint64_t value) {
    times->cells[cell_of(value)]++;
    times->count++;
    if (value > times->greatest) times->greatest = value;
}

/* Milliseconds that a share of the times does not exceed. */
static double quantile_ms(const struct histogram *times, double share) {
    uint64_t wanted = (uint64_t)(share * (double)times->count), seen = 0;
    for (int cell = 0; cell < CELLS; cell++) {
        seen += times->cells[cell];
        if (seen > wanted) {
            double value = value_of(cell);
            return (value < (double)times->greatest ? value : (double)times->greatest) / 1e6;
        }
    }
    return (double)times->greatest / 1e6;
}

static void print_times(const char *prefix, const struct histogram *times) {
    printf("\"%sP50Ms\":%.4f,\"%sP99Ms\":%.4f,\"%sMaxMs\":%.4f", prefix, quantile_ms(times, 0.50),
           prefix, quantile_ms(times, 0.99), prefix, (double)times->greatest / 1e6);
}

/* ----------------------------------------------------------------------------------- the texts */

/* A text and behind it its own beginning, so that no window and no chunk has to wrap around. */
struct text {
    unsigned char *bytes;
    size_t length; /* without the beginning that is repeated */
};

static struct text request, reply;

static struct text read_text(const char *path) {
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    if (file == NULL) fail("--request and --reply name the files of the text and of its answer");
    fseek(file, 0, SEEK_END);
    struct text text = {.length = (size_t)ftell(file)};
    rewind(file);
    if (text.length == 0) fail("a text is empty");
    size_t room = text.length + (CHUNK > READ_SIZE ? CHUNK : READ_SIZE);
    text.bytes = allocate(room, 1);
    if (fread(text.bytes, 1, text.length, file) != text.length) fail("a text cannot be read");
    fclose(file);
    for (size_t i = text.length; i < room; i++) text.bytes[i] = text.bytes[i - text.length];
    return text;
}

/* --------------------------------------------------------------------------------- connections */

struct connection {
    int fd;
    size_t at;       /* where in the text its message begins */
    size_t received; /* bytes of the reply to it so far */
    uint64_t sent;   /* when it was sent; 0: there is none to be answered */
    uint64_t replies;
    enum { BUSY, CONNECTING, NEWCOMER } role;
};

static int epoll;

/* Opens connection number "index"; its source address depends on that, so that ports suffice. */
static int open_socket(int index, int flags) {
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_un un;
    } address = {0};
    socklen_t length = sizeof address.in;
    bool is_unix = options.unix_path != NULL;
    int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0) fail("no socket for connection %d: %s", index, strerror(errno));
    if (is_unix) {
        address.un.sun_family = AF_UNIX;
        strncpy(address.un.sun_path, options.unix_path, sizeof address.un.sun_path - 1);
        length = sizeof address.un;
    } else {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (index >= PORTS_PER_SOURCE) {
            uint32_t source = INADDR_LOOPBACK + (uint32_t)(index / PORTS_PER_SOURCE);
            address.in.sin_family = AF_INET;
            address.in.sin_addr.s_addr = htonl(source);
            setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
            if (bind(fd, &address.any, length) != 0) fail("bind: %s", strerror(errno));
        }
        address.in.sin_family = AF_INET;
        address.in.sin_port = htons((uint16_t)options.port);
        address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    if (connect(fd, &address.any, length) == 0 || errno == EINPROGRESS) return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static void watch(int operation, struct connection *connection, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(epoll, operation, connection->fd, &event) != 0)
        fail("epoll_ctl: %s", strerror(errno));
}

/* ------------------------------------------------------------------------------------ messages */

static struct histogram latencies, arrivals;
static uint64_t replies;     /* to busy connections */
static int newcomers_served; /* of those that arrived at once */
static uint64_t arrived;     /* when they did */

static void send_message(struct connection *connection, uint64_t time) {
    unsigned char message[LARGEST_MESSAGE];
    size_t last = options.size - 1;
    memcpy(message, request.bytes + connection->at, last);
    message[last] = '\n';
    connection->received = 0;
    connection->sent = time;
    ssize_t written = write(connection->fd, message, options.size);
    if (written < 0) fail("write: %s", strerror(errno));
    if ((size_t)written != options.size) fail("a message did not fit into the socket buffer");
}

/* Reads what has come; true if the reply is whole now, and then the next message is another. */
static bool receive_reply(struct connection *connection) {
    unsigned char bytes[LARGEST_MESSAGE + 1];
    ssize_t length = read(connection->fd, bytes, sizeof bytes);
    if (length < 0 && errno == EAGAIN) return false;
    if (length < 0) fail("read: %s", strerror(errno));
    if (length == 0) fail("the server closed a connection after %lu replies", connection->replies);
    if (connection->sent == 0) fail("a reply to no message");
    size_t before = connection->received, last = options.size - 1;
    connection->received += (size_t)length;
    if (connection->received > options.size) fail("a reply is longer than its message");
    bool whole = connection->received == options.size;
    size_t of_text = (size_t)length - (whole ? 1 : 0);
    if (memcmp(bytes, reply.bytes + connection->at + before, of_text) != 0 ||
        (whole && bytes[length - 1] != '\n'))
        fail("a wrong reply, after %lu right ones on its connection", connection->replies);
    if (!whole) return false;
    connection->replies++;
    connection->sent = 0;
    connection->at = (connection->at + last) % request.length;
    return true;
}

/* Sends one message over a blocking socket and waits for its reply. */
static void exchange(struct connection *connection) {
    send_message(connection, 1);
    while (!receive_reply(connection)) continue;
}

static void open_connection(struct connection *connection, int index) {
    connection->fd = open_socket(index, 0);
    if (connection->fd < 0) fail("connection %d: %s", index, strerror(errno));
    connection->at = (size_t)index * 7919u % request.length; /* apart from the others */
    exchange(connection);
}

static struct connection *open_connections(int count) {
    struct connection *all = allocate((size_t)count, sizeof *all);
    for (int i = 0; i < count; i++) open_connection(&all[i], i);
    return all;
}

static void close_connections(struct connection *all, int count) {
    for (int i = 0; i < count; i++) close(all[i].fd);
}

/* A newcomer is connected, or cannot be: then the reason is the socket's. */
static void greet(struct connection *connection) {
    int reason = 0;
    socklen_t length = sizeof reason;
    getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &reason, &length);
    if (reason != 0) fail("a newcomer cannot connect: %s", strerror(reason));
    connection->role = NEWCOMER;
    watch(EPOLL_CTL_MOD, connection, EPOLLIN);
    send_message(connection, arrived);
}

static void on_event(struct connection *connection) {
    if (connection->role == CONNECTING) {
        greet(connection);
        return;
    }
    uint64_t sent = connection->sent;
    if (!receive_reply(connection)) return;
    uint64_t time = now();
    if (connection->role == NEWCOMER) {
        record(&arrivals, time - sent);
        newcomers_served++;
        return;
    }
    record(&latencies, time - sent);
    replies++;
    send_message(connection, time);
}

/* Plays until a time, or until so many newcomers are served. */
static void play(uint64_t until, int newcomers) {
    struct epoll_event events[256];
    while (now() < until && (newcomers == 0 || newcomers_served < newcomers)) {
        int count = epoll_wait(epoll, events, 256, 1);
        for (int i = 0; i < count; i++) on_event(events[i].data.ptr);
    }
}

static uint64_t after(double seconds) { return now() + (uint64_t)(seconds * 1e9); }

/* Opens the busy connections, lets them play for the warm-up, and forgets what was counted. */
static struct connection *warm_up(void) {
    struct connection *all = open_connections(options.connections);
    for (int i = 0; i < options.connections; i++) {
        fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
        watch(EPOLL_CTL_ADD, &all[i], EPOLLIN);
    }
    for (int i = 0; i < options.connections; i++) send_message(&all[i], now());
    play(after(options.warm_up), 0);
    memset(&latencies, 0, sizeof latencies);
    replies = 0;
    for (int i = 0; i < options.connections; i++) all[i].replies = 0;
    return all;
}

/* Prints how many replies single connections got, also in percent of an equal share. Jain's index is
   1 when all got the same, and 1/N when one got everything (Jain, Chiu, Hawe 1984). */
static void print_fairness(const struct connection *all, int count) {
    uint64_t fewest = UINT64_MAX, most = 0;
    double sum = 0, squares = 0;
    int zero = 0;
    for (int i = 0; i < count; i++) {
        uint64_t got = all[i].replies;
        if (got < fewest) fewest = got;
        if (got > most) most = got;
        if (got == 0) zero++;
        sum += (double)got;
        squares += (double)got * (double)got;
    }
    double percent = 100 * count / sum; /* there was a reply: see measure_latency() */
    printf(",\"fewest\":%lu,\"most\":%lu,\"fewestPercent\":%.2f,\"mostPercent\":%.2f", fewest, most,
           (double)fewest * percent, (double)most * percent);
    printf(",\"zero\":%d,\"jain\":%.4f", zero, sum * sum / (count * squares));
}

/* --------------------------------------------------------------------------------------- modes */

static void measure_latency(void) {
    struct connection *all = warm_up();
    struct stretch from = begin_stretch();
    play(after(options.seconds), 0);
    double seconds = seconds_between(from.start, now());
    if (replies == 0) fail("no reply in %.1f s", seconds);
    printf("{\"seconds\":%.3f,\"messages\":%lu,\"messagesPerSecond\":%.1f,", seconds, replies,
           (double)replies / seconds);
    print_times("latency", &latencies);
    print_fairness(all, options.connections);
    print_cpu(from, seconds, "serverCpuUs", 1e6 / (double)replies);
    printf("}\n");
}

static void measure_accept(void) {
    struct connection *newcomers = allocate((size_t)options.newcomers, sizeof *newcomers);
    warm_up();
    struct stretch from = begin_stretch();
    arrived = from.start;
    for (int i = 0; i < options.newcomers; i++) {
        int index = options.connections + i;
        newcomers[i] = (struct connection){.fd = open_socket(index, SOCK_NONBLOCK),
                                           .at = (size_t)index * 7919u % request.length,
                                           .role = CONNECTING};
        if (newcomers[i].fd < 0) fail("newcomer %d: %s", i, strerror(errno));
        watch(EPOLL_CTL_ADD, &newcomers[i], EPOLLOUT);
    }
    play(after(options.timeout), options.newcomers);
    double seconds = seconds_between(from.start, now());
    printf("{\"newcomers\":%d,\"allServedMs\":%.3f,", options.newcomers, seconds * 1e3);
    print_times("arrival", &arrivals);
    printf(",\"busyMessagesPerSecond\":%.1f,", (double)replies / seconds);
    print_times("busy", &latencies);
    print_cpu(from, seconds, "serverCpuMs", 1e3);
    printf("}\n");
}

/* A connection in bulk. */
struct stream {
    int fd;
    uint64_t sent, received; /* bytes */
    bool ended;
};

static uint64_t bytes_to_send, bytes_to_come; /* for each stream */
static int64_t wrong_at = -1;                 /* where in a reply the first wrong byte was */
static unsigned char incoming[READ_SIZE];

static void write_stream(struct stream *stream, int index) {
    uint64_t left = bytes_to_send - stream->sent;
    const unsigned char *from = request.bytes + stream->sent % request.length;
    ssize_t written = write(stream->fd, from, left < CHUNK ? left : CHUNK);
    if (written < 0 && errno != EAGAIN) fail("stream %d, write: %s", index, strerror(errno));
    if (written > 0) stream->sent += (uint64_t)written;
    if (stream->sent == bytes_to_send) shutdown(stream->fd, SHUT_WR);
}

/* Compares what came with the answer. A server that is wrong once is not compared any further. */
static void verify_stream(const struct stream *stream, size_t length) {
    if (wrong_at >= 0) return;
    const unsigned char *expected = reply.bytes + stream->received % reply.length;
    uint64_t left = bytes_to_come - stream->received; /* no more than that may come */
    if (length <= left && memcmp(incoming, expected, length) == 0) return;
    size_t i = 0;
    while (i < length && i < left && incoming[i] == expected[i]) i++;
    wrong_at = (int64_t)(stream->received + i);
    if (!options.tolerate) fail("a wrong byte at %ld of the reply", wrong_at);
}

static void read_stream(struct stream *stream, int index) {
    ssize_t length = read(stream->fd, incoming, READ_SIZE);
    if (length < 0 && errno == EAGAIN) return;
    if (length < 0)
        fail("stream %d, read after %lu of %lu bytes: %s", index, stream->received, bytes_to_come,
             strerror(errno));
    if (length > 0) {
        verify_stream(stream, (size_t)length);
        stream->received += (uint64_t)length;
        return;
    }
    if (stream->sent < bytes_to_send || (wrong_at < 0 && stream->received != bytes_to_come))
        fail("the stream ended after %lu of %lu bytes", stream->received, bytes_to_come);
    stream->ended = true;
    close(stream->fd);
}

static void measure_bulk(void) {
    uint64_t cycles = (uint64_t)(options.megabytes * 1e6 / (double)request.length) + 1;
    bytes_to_send = cycles * request.length;
    bytes_to_come = cycles * reply.length;
    int count = options.connections, open_streams = count;
    struct stream *streams = allocate((size_t)count, sizeof *streams);
    for (int i = 0; i < count; i++) {
        streams[i].fd = open_socket(i, 0);
        if (streams[i].fd < 0) fail("stream %d: %s", i, strerror(errno));
        fcntl(streams[i].fd, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = &streams[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, streams[i].fd, &event);
    }
    struct stretch from = begin_stretch();
    while (open_streams > 0) {
        struct epoll_event events[64];
        int ready = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            struct stream *stream = events[i].data.ptr;
            int index = (int)(stream - streams);
            if (events[i].events & ~(uint32_t)EPOLLOUT) read_stream(stream, index);
            if (stream->ended) {
                open_streams--;
            } else if ((events[i].events & EPOLLOUT) && stream->sent < bytes_to_send) {
                write_stream(stream, index);
                if (stream->sent < bytes_to_send) continue;
                struct epoll_event only_in = {.events = EPOLLIN, .data.ptr = stream};
                epoll_ctl(epoll, EPOLL_CTL_MOD, stream->fd, &only_in);
            }
        }
    }
    double seconds = seconds_between(from.start, now());
    double megabytes = (double)bytes_to_send * count / 1e6;
    printf("{\"seconds\":%.4f,\"megabytes\":%.3f,\"megabytesPerSecond\":%.2f,\"wrongAt\":", seconds,
           megabytes, megabytes / seconds);
    if (wrong_at < 0) printf("null");
    else printf("%ld", wrong_at);
    print_cpu(from, seconds, "serverCpuMs", 1e3 / megabytes);
    printf("}\n");
}

static void measure_idle(void) {
    if (options.server == 0) fail("idle needs --pid");
    int count = options.connections;
    sleep_seconds(options.warm_up);
    long before = resident_kib(options.server);
    uint64_t start = now();
    struct connection *all = open_connections(count);
    double opening = seconds_between(start, now());
    sleep_seconds(options.warm_up);
    long with = resident_kib(options.server);
    struct stretch from = begin_stretch();
    sleep_seconds(options.seconds);
    double share = (cpu_of(options.server) - from.server) / seconds_between(from.start, now());
    for (int i = 0; i < count; i++) exchange(&all[i]); /* they are alive */
    close_connections(all, count);
    sleep_seconds(CALM);
    long afterwards = resident_kib(options.server);
    printf("{\"connections\":%d,\"beforeMiB\":%.3f,\"withMiB\":%.3f,\"afterMiB\":%.3f,"
           "\"kibPerConnection\":%.3f,\"idleCpuPercent\":%.2f,\"openedPerSecond\":%.0f}\n",
           count, (double)before / 1024, (double)with / 1024, (double)afterwards / 1024,
           (double)(with - before) / count, share * 100, count / opening);
}

/* Starts the command; it is ended with this program, whatever ends that. */
static void start_child(void) {
    child = fork();
    if (child != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    execvp(options.command[0], options.command);
    _exit(127);
}

static void measure_start(void) {
    int status = 0;
    uint64_t start = now();
    start_child();
    if (options.port == 0 && options.unix_path == NULL) {
        waitpid(child, &status, 0);
        uint64_t end = now();
        child = 0;
        if (status != 0) fail("the command failed (status %d)", status);
        printf("{\"endMs\":%.3f}\n", seconds_between(start, end) * 1e3);
        return;
    }
    struct connection connection = {0};
    while ((connection.fd = open_socket(0, 0)) < 0) {
        if (waitpid(child, &status, WNOHANG) == child) {
            child = 0;
            fail("the command ended before it listened (status %d)", status);
        }
        usleep(200);
    }
    uint64_t connected = now();
    exchange(&connection);
    uint64_t replied = now();
    long resident = resident_kib(child);
    end_child();
    printf("{\"connectMs\":%.3f,\"replyMs\":%.3f,\"residentMiB\":%.2f}\n",
           seconds_between(start, connected) * 1e3, seconds_between(start, replied) * 1e3,
           (double)resident / 1024);
}

/* -------------------------------------------------------------------------------- command line */

static void usage(void) {
    fprintf(stderr,
            "usage: load latency|accept|bulk|idle|start --request FILE --reply FILE\n"
            "            --port PORT | --unix PATH     on 127.0.0.1\n"
            "            [--pid SERVER]                whose processor time and memory to read\n"
            "            [--connections N] [--newcomers N] [--size BYTES, up to %d]\n"
            "            [--warm-up SECONDS] [--seconds SECONDS] [--megabytes M] [--tolerate]\n"
            "            [--timeout SECONDS] [-- COMMAND WORD...]\n",
            LARGEST_MESSAGE);
    exit(2);
}

static void parse_options(int count, char **words) {
    if (count < 2) usage();
    options.mode = words[1];
    for (int i = 2; i < count; i++) {
        const char *name = words[i];
        if (strcmp(name, "--") == 0) {
            options.command = words + i + 1;
            break;
        }
        if (strcmp(name, "--tolerate") == 0) {
            options.tolerate = true;
            continue;
        }
        if (++i == count) usage();
        const char *value = words[i];
        if (strcmp(name, "--port") == 0) options.port = atoi(value);
        else if (strcmp(name, "--unix") == 0) options.unix_path = value;
        else if (strcmp(name, "--pid") == 0) options.server = atoi(value);
        else if (strcmp(name, "--request") == 0) options.request_file = value;
        else if (strcmp(name, "--reply") == 0) options.reply_file = value;
        else if (strcmp(name, "--connections") == 0) options.connections = atoi(value);
        else if (strcmp(name, "--newcomers") == 0) options.newcomers = atoi(value);
        else if (strcmp(name, "--size") == 0) options.size = (size_t)atol(value);
        else if (strcmp(name, "--warm-up") == 0) options.warm_up = atof(value);
        else if (strcmp(name, "--seconds") == 0) options.seconds = atof(value);
        else if (strcmp(name, "--megabytes") == 0) options.megabytes = atof(value);
        else if (strcmp(name, "--timeout") == 0) options.timeout = atoi(value);
        else usage();
    }
    bool sized = options.size >= 2 && options.size <= LARGEST_MESSAGE;
    if (options.connections < 1 || !sized || options.timeout < 1) usage();
}

int main(int count, char **words) {
    static const struct {
        const char *name;
        void (*measure)(void);
        bool by_messages;
    } modes[] = {{"latency", measure_latency, true},
                 {"accept", measure_accept, true},
                 {"bulk", measure_bulk, false},
                 {"idle", measure_idle, true},
                 {"start", measure_start, true}};
    parse_options(count, words);
    bool starts = strcmp(options.mode, "start") == 0;
    if (starts && (options.command == NULL || options.command[0] == NULL)) usage();
    if (!starts && options.port == 0 && options.unix_path == NULL) usage();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, on_alarm);
    alarm((unsigned)options.timeout);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ); /* see fail() */
    epoll = epoll_create1(EPOLL_CLOEXEC);
    request = read_text(options.request_file);
    reply = read_text(options.reply_file);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (strcmp(options.mode, modes[i].name) != 0) continue;
        if (modes[i].by_messages && request.length != reply.length)
            fail("messages need a text whose answer is as long");
        modes[i].measure();
        fflush(stdout);
        return 0;
    }
    usage();
}
