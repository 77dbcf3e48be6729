import { assert, assertEquals } from "@std/assert";
import { needs } from "./needs.ts";
import { namespaces } from "./arp_namespace.ts";
import { Netkit } from "./processes.ts";
import { SEED } from "./seed.ts";
import { SocketSpace } from "./socket_namespace.ts";

const NAMESPACES = await namespaces();

/** The number of ports that are tried. */
const TRIALS = 300;

/**
 * Holds random ports in random ways, half of which are in no table of the kernel, and prints the ports;
 * then, asked, binds each of them itself, as a server and as a program that does not set SO_REUSEADDR,
 * and prints which it got.
 */
const HOLDER = (seed: number) => `
import random, sys, json
from socket import *
random.seed(${seed})
kept = []
def hold(family, kind, host, port, listens, only=0, reuse=0):
    s = socket(family, kind)
    if reuse: s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    if family == AF_INET6: s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, only)
    s.bind((host, port))
    if listens: s.listen()
    kept.append(s)
    return s
def connected(port, reuse, listens):
    l = hold(AF_INET, SOCK_STREAM, "127.0.0.1", port, True, reuse=reuse)
    c = create_connection(l.getsockname()); s, _ = l.accept()
    kept.extend([c, s])
    if not listens: kept.remove(l); l.close()
def outgoing(port):
    l = hold(AF_INET, SOCK_STREAM, "127.0.0.1", 0, True)
    c = socket(); c.bind(("127.0.0.1", port)); c.connect(l.getsockname())
    kept.append(c)
ways = [
    lambda p: None,
    lambda p: None,
    lambda p: None,
    lambda p: hold(AF_INET, SOCK_STREAM, "127.0.0.1", p, False),
    lambda p: hold(AF_INET, SOCK_STREAM, "127.0.0.77", p, False),
    lambda p: hold(AF_INET, SOCK_STREAM, "0.0.0.0", p, False),
    lambda p: hold(AF_INET6, SOCK_STREAM, "::1", p, False),
    lambda p: hold(AF_INET6, SOCK_STREAM, "::", p, False, only=1),
    lambda p: hold(AF_INET6, SOCK_STREAM, "::ffff:127.0.0.1", p, False),
    lambda p: hold(AF_INET, SOCK_STREAM, "127.0.0.1", p, True),
    lambda p: hold(AF_INET, SOCK_STREAM, "0.0.0.0", p, True, reuse=1),
    lambda p: hold(AF_INET6, SOCK_STREAM, "::", p, True),
    lambda p: hold(AF_INET6, SOCK_STREAM, "::", p, True, only=1),
    lambda p: connected(p, 0, True),
    lambda p: connected(p, 0, False),
    lambda p: outgoing(p),
    lambda p: hold(AF_INET, SOCK_DGRAM, "127.0.0.1", p, False),
]
ports = random.sample(range(1, 65536), ${TRIALS})
for port in ports:
    try: random.choice(ways)(port)
    except OSError: pass # an outgoing connection has it
print(json.dumps(ports))
def tries(port, reuse):
    for family, host in ((AF_INET, "0.0.0.0"), (AF_INET6, "::")):
        with socket(family, SOCK_STREAM) as s:
            if reuse: s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            try:
                s.bind((host, port))
                if reuse: s.listen()
            except OSError: return False
    return True
sys.stdin.readline()
print(json.dumps([[tries(port, 1), tries(port, 0)] for port in ports]))
sys.stdin.read()
`;

Deno.test({
  name: `port calls a port free exactly when a server can bind it, in ${TRIALS} random trials`,
  ...needs("ip", "python3", NAMESPACES),
  async fn() {
    await using space = await SocketSpace.make();
    await using python = space.python(HOLDER(SEED), (words) => [
      "sh",
      "-c",
      'ulimit -n 8192; exec "$@"',
      "sh",
      ...words,
    ]);
    const ports = await python.line<number[]>();
    await using process = new Netkit(["port", "--json", ...ports.map(String)], {
      wrap: (words) => space.inside(words),
    });
    const { out, err, code } = await process.end();
    assertEquals([err, code], ["", 1]);
    const told: { port: number; free: boolean }[] = out.trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    await python.tell("try");
    const real = await python.line<[boolean, boolean][]>();
    assertEquals(told.map(({ port }) => port), ports);
    const wrong = told.flatMap(({ port, free }, i) => free === real[i]![0] ? [] : [port]);
    assertEquals(wrong, [], `seed ${SEED}`);
    const refused = told.flatMap(({ port, free }, i) => free && !real[i]![1] ? [port] : []);
    assertEquals(refused, [], `seed ${SEED}: free, but not without SO_REUSEADDR`);
    const free = told.filter(({ free }) => free).length;
    assert(TRIALS / 10 < free && free < TRIALS * 9 / 10, `${free} free`); // both were tried
  },
});

Deno.test({
  name: "port --free prints a port that a server gets at once, and skips those that are bound only",
  ...needs("ip", "python3", NAMESPACES),
  async fn() {
    await using space = await SocketSpace.make();
    await using python = space.python(`
import socket, sys, json
kept = []
for port in (5000, 5001, 5002, 5004, 6001):
    s = socket.socket(); s.bind(("127.0.0.1", port)); kept.append(s)
print("0")
sys.stdin.read()`);
    await python.line();
    const free = async (...args: readonly string[]) => {
      await using process = new Netkit(["port", "--free", ...args], {
        wrap: (words) => space.inside(words),
      });
      const { code, out, err } = await process.end();
      return { code, out, err };
    };
    assertEquals(await free(), { code: 0, out: "5003\n", err: "" });
    assertEquals(await free("5004"), { code: 0, out: "5005\n", err: "" });
    // 5060 and 5061 are for SIP, 6000 for X11: browsers refuse them.
    assertEquals((await free("5060")).out, "5062\n");
    assertEquals((await free("6000")).out, "6002\n");
    assertEquals((await free("--udp", "6000")).out, "6000\n");
    assertEquals((await free("32767")).out, "32767\n");
    assertEquals((await free("32768")).out, "61000\n");
    const none = await free("5000-5002");
    assertEquals([none.code, none.out], [1, ""]);
    assert(none.err.startsWith("netkit port: no good port in 5000–5002 is free\n  "), none.err);
  },
});
