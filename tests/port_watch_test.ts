import { assert, assertEquals } from "@std/assert";
import { portReader } from "../port/reader.ts";
import { type Reading, watchPort } from "../port/watch.ts";
import { changeLine } from "../port/watch_text.ts";
import { fakeIo, run } from "./fakes.ts";
import { needs } from "./needs.ts";
import { port as portCommand } from "../port.ts";
import { namespaces } from "./arp_namespace.ts";
import { Netkit } from "./processes.ts";
import { SocketSpace } from "./socket_namespace.ts";
import { until } from "./waiting.ts";
import type { KernelSocket, SocketState } from "../sockets/socket.ts";

const NAMESPACES = await namespaces();

interface Made {
  readonly state: SocketState;
  readonly id?: string;
  readonly secondsLeft?: number;
}

function made(
  local: readonly [string, number],
  remote: readonly [string, number] | null,
  { state, id = `${local} ${remote}`, secondsLeft }: Made,
): KernelSocket {
  const address = ([hostname, port]: readonly [string, number]) => ({ hostname, port });
  return {
    protocol: "tcp",
    version: local[0].includes(":") ? 6 : 4,
    local: address(local),
    remote: remote && address(remote),
    state,
    secondsLeft: secondsLeft ?? null,
    user: "0",
    id,
    processes: [],
  };
}

const HERE = ["127.0.0.1", 8000] as const;
const THERE = ["127.0.0.1", 51478] as const;

/** Watches port 8000 over readings that are given; returns what each has brought. */
async function watched(...readings: readonly (readonly KernelSocket[])[]): Promise<Reading[]> {
  const stop = new AbortController();
  const left = [...readings];
  const seen: Reading[] = [];
  const read = () => Promise.resolve(left.shift() ?? []);
  for await (const reading of watchPort(read, 8000, () => Promise.resolve(0), stop.signal)) {
    seen.push(reading);
    if (left.length === 0) stop.abort();
  }
  return seen;
}

function linesOf({ changes }: Reading): string[] {
  return changes.map(changeLine).map(({ subject, state }, i) =>
    `${changes[i]!.event}: ${subject}  ${state}`
  );
}

Deno.test("watchPort() joins the ends of a connection and tells what becomes of it", async () => {
  const listener = made(HERE, null, { state: "LISTEN" });
  const readings = await watched(
    [listener],
    [
      listener,
      made(HERE, THERE, { state: "ESTABLISHED" }),
      made(THERE, HERE, { state: "ESTABLISHED" }),
    ],
    [
      listener,
      made(HERE, THERE, { state: "CLOSE-WAIT" }),
      made(THERE, HERE, { state: "FIN-WAIT-2" }),
    ],
    [listener, made(THERE, HERE, { state: "TIME-WAIT", secondsLeft: 59.2 })],
    [listener, made(THERE, HERE, { state: "TIME-WAIT", secondsLeft: 58.9 })],
    [],
  );
  const ends = "127.0.0.1:51478 ⇄ 127.0.0.1:8000";
  assertEquals(readings.map(linesOf), [
    ["present: 127.0.0.1:8000  LISTEN"],
    [`appeared: ${ends}  ESTABLISHED | ESTABLISHED`],
    [`changed: ${ends}  FIN-WAIT-2 | CLOSE-WAIT`],
    [`changed: ${ends}  TIME-WAIT 60 s | gone`],
    [], // the countdown alone is no change
    ["vanished: 127.0.0.1:8000  gone", `vanished: ${ends}  gone | gone`],
  ]);
  assertEquals(readings.map(({ secondsLeft }) => secondsLeft), [[], [], [], [59.2], [58.9], []]);
});

Deno.test("watchPort() joins IPv4 in IPv6 with its other end, and keeps listeners apart", async () => {
  const [reading] = await watched([
    made(HERE, null, { state: "LISTEN", id: "1" }),
    made(HERE, null, { state: "LISTEN", id: "2" }),
    made(["::ffff:127.0.0.1", 8000], ["::ffff:127.0.0.1", 51478], { state: "ESTABLISHED" }),
    made(THERE, HERE, { state: "ESTABLISHED" }),
    made(["192.0.2.1", 8000], ["192.0.2.7", 51478], { state: "ESTABLISHED" }),
  ]);
  assertEquals(linesOf(reading!).map((line) => line.replace(/^present: /, "")), [
    "127.0.0.1:8000  LISTEN",
    "127.0.0.1:8000  LISTEN",
    "127.0.0.1:51478 ⇄ 127.0.0.1:8000  ESTABLISHED | ESTABLISHED",
    "192.0.2.7:51478 ⇄ 192.0.2.1:8000  ESTABLISHED",
  ]);
});

Deno.test("watchPort() tells of a socket that is connected to itself, and of two ends on one port", async () => {
  const other = ["127.0.0.2", 8000] as const;
  const [reading] = await watched([
    made(HERE, HERE, { state: "ESTABLISHED" }),
    made(HERE, other, { state: "FIN-WAIT-2" }),
    made(other, HERE, { state: "CLOSE-WAIT" }),
  ]);
  assertEquals(linesOf(reading!), [
    "present: 127.0.0.1:8000 ⇄ 127.0.0.1:8000  ESTABLISHED",
    "present: 127.0.0.2:8000 ⇄ 127.0.0.1:8000  FIN-WAIT-2",
    "present: 127.0.0.1:8000 ⇄ 127.0.0.2:8000  CLOSE-WAIT",
  ]);
});

/** A row of /proc/net/tcp in the order of bytes of this machine. */
function row(state: string, inode: number, timer = "00:00000000"): string {
  const loopback = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "0100007F" : "7F000001";
  const none = "00000000";
  return `   0: ${loopback}:1F40 ${none}:0000 ${state} ${none}:${none} ${timer} ${none}  0 0 ${inode} 1 0\n`;
}

Deno.test("portReader() looks for the process of a socket when it is new, and not again", async () => {
  const files: Record<string, string> = {
    "/proc/net/tcp": row("0A", 77),
    "/proc/9/comm": "server\n",
    "/proc/10/comm": "worker\n",
  };
  const links = { "/proc/9/fd/3": "socket:[77]", "/proc/10/fd/3": "socket:[77]" };
  const io = fakeIo({ files, links });
  let listings = 0;
  const counting = Object.create(io, {
    listFolder: {
      value: (path: string) => {
        if (path === "/proc") listings++;
        return io.listFolder(path);
      },
    },
  });
  const read = portReader(counting, "tcp", 8000, () => true);
  const names = async () =>
    (await read()).map(({ processes }) => processes.map(({ name }) => name).join());
  assertEquals([await names(), await names(), await names()], Array(3).fill(["server,worker"]));
  assertEquals(listings, 1);
  files["/proc/net/tcp"] = row("0A", 78); // whose process may not be seen
  for (let i = 0; i < 6; i++) assertEquals(await names(), [""]);
  assertEquals(listings, 4);
});

Deno.test("port --watch ends with Ctrl-C, and says first that it waits", async () => {
  const io = fakeIo({ files: { "/proc/net/tcp": "" } });
  const ended = run(portCommand, ["--watch", "8000"], io);
  await until(() => io.err().includes("\n"));
  io.interrupt(new Error("SIGINT"));
  assertEquals(await ended, 0);
  assertEquals(io.err(), "nothing is on 8000/tcp yet; waiting, Ctrl-C stops\n");
  assertEquals(io.out(), "");
});

/** A record of `--watch --json`. */
interface Event {
  readonly event: string;
  readonly state: string | null;
  readonly "peer_state": string | null;
  readonly command: string | null;
  readonly pid: number | null;
  readonly peer: string | null;
  readonly "time_left_s": number | null;
}

Deno.test({
  name:
    "port --watch shows a real connection from LISTEN to the end of TIME-WAIT, with the countdown",
  ...needs("ip", "python3", NAMESPACES),
  async fn() {
    await using space = await SocketSpace.make();
    await using python = space.python(`
import socket, sys
l = c = s = None
for line in sys.stdin:
    step = line.strip()
    if step == "listen":
        l = socket.socket(socket.AF_INET6); l.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        l.bind(("::", 8000)); l.listen()
    if step == "connect": c = socket.create_connection(("127.0.0.1", 8000))
    if step == "accept": s, _ = l.accept()
    if step == "shutdown": c.shutdown(socket.SHUT_WR); s.recv(1)
    if step == "close": s.close(); c.recv(1); c.close()
    if step == "end": l.close()`);
    await using process = new Netkit(["port", "--watch", "--json", "8000"], {
      wrap: (words) => space.inside(words),
    });
    await process.says(/yet; waiting/);
    const reader = process.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const events: Event[] = [];
    let rest = "";
    const until = async (expected: Partial<Event>): Promise<Event> => {
      for (;;) {
        const found = events.find((event) =>
          Object.entries(expected).every(([key, value]) => event[key as keyof Event] === value)
        );
        if (found) return found;
        const { value, done } = await reader.read();
        assert(!done, `no ${JSON.stringify(expected)} in ${JSON.stringify(events)}`);
        const lines = (rest + value).split("\n");
        rest = lines.pop()!;
        events.push(...lines.map((line) => JSON.parse(line)));
      }
    };
    await python.tell("listen");
    const listener = await until({ state: "LISTEN" });
    assertEquals([listener.command, listener.pid], ["python3", python.pid]);
    await python.tell("connect");
    const queued = await until({ state: "ESTABLISHED", peer_state: "ESTABLISHED", pid: null });
    // The table of IPv6, with the end of the server, is read first: what comes after that has one end at first.
    assertEquals(events.find(({ peer }) => peer === queued.peer)!.event, "appeared");
    await python.tell("accept"); // now it is a process's
    await until({ state: "ESTABLISHED", pid: python.pid });
    await python.tell("shutdown");
    await until({ state: "CLOSE-WAIT", peer_state: "FIN-WAIT-2" });
    await python.tell("close");
    const waiting = await until({ state: null, peer_state: "TIME-WAIT" });
    assert(30 < waiting.time_left_s! && waiting.time_left_s! <= 60, `${waiting.time_left_s}`);
    await python.tell("end");
    await until({ event: "vanished", peer: null });
    await until({ event: "vanished", peer: queued.peer }); // after a minute
    const left = events.filter(({ event }) => event === "waiting").map((each) => each.time_left_s!);
    assert(left.length >= 3, `${left}`);
    assertEquals(left, left.toSorted((a, b) => b - a));
    process.signal("SIGINT");
    while (!(await reader.read()).done);
    assertEquals((await process.child.status).code, 0);
  },
});

Deno.test("a line of --watch names the processes of a socket", () => {
  const process = {
    pid: 4121,
    name: "deno",
    words: null,
    user: null,
    folder: null,
    deleted: false,
    descriptors: [],
  };
  const local = { ...made(HERE, THERE, { state: "ESTABLISHED" }), processes: [process, process] };
  const pair = { local, peer: null, seen: { local: true, peer: false }, addresses: local };
  const { state } = changeLine({ event: "present", pair });
  assertEquals(state, "ESTABLISHED deno 4121 and 1 more");
});
