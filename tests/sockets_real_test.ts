import { jsonLines } from "./json_lines.ts";
import { formatSocketAddress } from "../sockets/socket.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LSOF_ARGUMENTS, parseLsof } from "../sockets/lsof.ts";
import { installed, needs } from "./needs.ts";
import { namespaces } from "./arp_namespace.ts";
import { type Left, Netkit } from "./processes.ts";
import { EVERY_STATE, SILENT_NEIGHBOUR, SocketSpace } from "./socket_namespace.ts";

const NAMESPACES = await namespaces();

function real(name: string, fn: (test: Deno.TestContext) => Promise<void>): void {
  const programs = ["ip", "ss", "python3", "setpriv", "unshare"];
  Deno.test({ name, ...needs(...programs, NAMESPACES), fn });
}

/** Runs `netkit port` in a namespace, `within` of another command. */
async function portOf(
  space: SocketSpace,
  args: readonly string[],
  within: readonly string[] = [],
): Promise<Left> {
  await using process = new Netkit(["port", ...args], {
    wrap: (words) => space.inside([...within, ...words]),
  });
  return await process.end();
}

/** A socket as netkit tells it. */
interface SocketRecord {
  readonly protocol: string;
  readonly local: string;
  readonly peer: string | null;
  readonly state: string;
  readonly pid: number | null;
  readonly command: string | null;
  readonly user: string | null;
  readonly processes: readonly {
    readonly pid: number;
    readonly command: string;
    readonly fds: readonly number[];
    readonly "program_deleted": boolean;
    readonly user: string;
  }[];
}

/** A port as netkit tells it. */
interface PortRecord {
  readonly port: number;
  readonly free: boolean | null;
  readonly bind: Readonly<Record<string, string>>;
  readonly sockets: readonly SocketRecord[];
  readonly cautions: readonly { readonly kind: string; readonly says: string }[];
  readonly ephemeral: readonly number[];
  readonly "next_free": number | null;
}

async function recordOf(
  space: SocketSpace,
  port: number | string,
  within: readonly string[] = [],
): Promise<PortRecord> {
  return JSON.parse((await portOf(space, ["--json", `${port}`], within)).out);
}

/** The states as ss spells them. */
const STATES: Readonly<Record<string, string>> = {
  "ESTAB": "ESTABLISHED",
  "SYN-RECV": "SYN-RECEIVED",
  "UNCONN": "UNCONNECTED",
};

/** Returns the rows of \`ss -tunapH\` in one form: protocol, ends, state, and process by descriptor. */
function rowsOfSs(text: string): string[] {
  return text.trim().split("\n").map((line) => {
    const [protocol, state, , , own, peers, users = ""] = line.split(/\s+/);
    const holders = [...users.matchAll(/\("([^"]*)",pid=(\d+),fd=(\d+)\)/g)]
      .map(([, name, pid, fd]) => `${name} ${pid} ${fd}`).sort();
    const remote = withoutZone(addressOfSs(peers!));
    return [
      protocol,
      addressOfSs(own!),
      /^(0\.0\.0\.0|\[::\]):\*$/.test(remote) ? "-" : remote,
      STATES[state!] ?? state,
      ...holders,
    ].join(" ");
  }).sort();
}

/** ss writes `*:80` for all addresses of both versions, and the zone behind the bracket. */
function addressOfSs(text: string): string {
  return text.replace(/^\*:/, "[::]:").replace(/^\[([^\]]+)\]%(\w+):/, "[$1%$2]:");
}

/** ss leaves the zone of the other end out. */
function withoutZone(address: string): string {
  return address.replace(/%\w+/, "");
}

function rowsOfNetkit(sockets: readonly SocketRecord[]): string[] {
  return sockets.map(({ protocol, local, peer, state, processes }) => {
    const holders = processes.flatMap(({ pid, command, fds }) =>
      fds.map((fd) => `${command} ${pid} ${fd}`)
    ).sort();
    return [protocol, local, peer === null ? "-" : withoutZone(peer), state, ...holders].join(" ");
  }).sort();
}

const TCP_STATES = [
  "LISTEN",
  "SYN-SENT",
  "SYN-RECEIVED",
  "ESTABLISHED",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "CLOSE-WAIT",
  "CLOSING",
  "LAST-ACK",
  "TIME-WAIT",
];

/** What the program of every state tells of itself. */
interface Made {
  readonly pid: number;
  readonly workers: readonly number[];
  readonly shared: number;
  readonly reuse: number;
  readonly bound: number;
  readonly dual: number;
  readonly only: number;
  readonly deferred: number;
}

real("port tells of sockets in every state what ss tells, with the processes", async (test) => {
  await using space = await SocketSpace.make(SILENT_NEIGHBOUR);
  await using python = space.python(EVERY_STATE);
  await python.line<Made>();

  await test.step("the same set as ss -tunap", async () => {
    const ours = await portOf(space, ["--json"]);
    const theirs = rowsOfSs(await space.output(["ss", "-tunapH"]));
    assertEquals(rowsOfNetkit(jsonLines(ours.out)), theirs);
    const states = new Set(theirs.map((row) => row.split(" ")[3]));
    assertEquals(TCP_STATES.filter((state) => !states.has(state)), []);
    assert(states.has("UNCONNECTED"));
  });

  await test.step("the list shows who waits for peers, and --all the rest", async () => {
    // First, for TIME-WAIT is over in a minute (and LISTEN is not).
    assertMatch((await portOf(space, ["--all"])).out, /TIME-WAIT/);
    const list = await portOf(space, []);
    assertMatch(list.out, /^Port +Address +Process +PID +User\s+Command\n/);
    assert(!list.out.includes("TIME-WAIT"));
    for (const line of list.out.split("\n")) assert(line.length <= 80, line);
  });

  await test.step("the same sockets as lsof, read as on macOS", async () => {
    if (!installed("lsof")) return;
    const lsof = parseLsof(await space.output(["lsof", ...LSOF_ARGUMENTS]));
    // lsof leaves out zones, and that IPv4 is in IPv6.
    const plain = (address: string) => withoutZone(address).replace(/^\[::ffff:([\d.]+)\]/, "$1");
    const row = (proto: string, local: string, remote: string | null, pids: readonly number[]) =>
      [proto, plain(local), remote && plain(remote), ...pids.toSorted()].join(" ");
    const theirs = lsof.map(({ protocol, local, remote, processes }) =>
      row(
        protocol,
        formatSocketAddress(local),
        remote && formatSocketAddress(remote),
        processes.map(({ pid }) => pid),
      )
    );
    const { out } = await portOf(space, ["--json"]);
    const ours = jsonLines<SocketRecord>(out)
      .filter(({ processes }) => processes.length > 0)
      .map(({ protocol, local, peer, processes }) =>
        row(protocol, local, peer, processes.map(({ pid }) => pid))
      );
    assertEquals(theirs.sort(), ours.sort());
  });
});

real(
  "port tells of a port that many hold, that is bound only, or of one version of IP",
  async (test) => {
    await using space = await SocketSpace.make(SILENT_NEIGHBOUR);
    await using python = space.python(EVERY_STATE);
    const made = await python.line<Made>();

    await test.step("a descriptor that processes share names them all", async () => {
      const { sockets: [socket] } = await recordOf(space, made.shared);
      const pids = socket!.processes.map(({ pid }) => pid);
      assertEquals(pids, [made.pid, ...made.workers].sort((a, b) => a - b));
      const holder = socket!.processes.find(({ pid }) => pid === made.pid);
      assertEquals(holder!.fds.length, 2); // it has a duplicate
      const { out } = await portOf(space, [`${made.shared}`]);
      assertStringIncludes(out, `\nto free it kill ${pids.join(" ")}\n`);
    });

    await test.step("each socket of SO_REUSEPORT is there", async () => {
      const { sockets } = await recordOf(space, made.reuse);
      assertEquals(sockets.length, 4);
      assertEquals(sockets.map(({ pid }) => pid).sort(), [made.pid, ...made.workers].sort());
    });

    await test.step("a socket that is bound only holds its port", async () => {
      const { code, out } = await portOf(space, [`${made.bound}`]);
      assertEquals(code, 1);
      assertMatch(out, new RegExp(`\nheld by {4}python3, pid ${made.pid}, user root: `));
      assertStringIncludes(out, `:${made.bound} bound, but neither listening nor connected\n`);
      assertStringIncludes(out, `\nto free it kill ${made.pid}\n`);
      assertEquals((await portOf(space, ["--no-bind", `${made.bound}`])).code, 0); // nobody can know
    });

    await test.step("IPv6 alone leaves IPv4 free, both together do not", async () => {
      const only = await recordOf(space, made.only);
      assertEquals([only.free, only.bind], [false, { "0.0.0.0": "ok", "::": "EADDRINUSE" }]);
      const { out } = await portOf(space, [`${made.only}`]);
      assertStringIncludes(out, "\nIPv4       free\nIPv6       held\n");
      const dual = await recordOf(space, made.dual);
      assertEquals(dual.bind, { "0.0.0.0": "EADDRINUSE", "::": "EADDRINUSE" });
      const [, connection] = dual.sockets;
      assertMatch(connection!.peer!, /^\[::ffff:127\.0\.0\.1\]:\d+$/);
    });
  },
);

real("port as somebody else names the user whose process it may not see", async () => {
  await using space = await SocketSpace.make();
  // Without this capability root may look into its own processes only.
  const weak = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"];
  await using python = space.python(`
import os, socket, sys, json
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
os.setgid(65534); os.setuid(65534)
u = socket.socket(); u.bind(("127.0.0.1", 0)); u.listen()
print(json.dumps([s.getsockname()[1], u.getsockname()[1]]))
sys.stdin.read()`);
  const [before, after] = await python.line<[number, number]>();
  const seen = await recordOf(space, after!);
  assertEquals([seen.sockets[0]!.pid, seen.sockets[0]!.user], [python.pid, "nobody"]);
  assertEquals((await recordOf(space, before!)).sockets[0]!.user, "nobody");
  const unseen = await recordOf(space, after!, weak);
  assertEquals([unseen.free, unseen.sockets[0]!.pid, unseen.sockets[0]!.user], [
    false,
    null,
    "nobody",
  ]);
  const { out, code } = await portOf(space, [`${after}`], weak);
  assertEquals(code, 1);
  assertMatch(out, /\nheld by {4}a process of user nobody that may not be seen: /);
  assert(!out.includes("to free it"), out);
  const list = await portOf(space, [], weak);
  assertMatch(
    list.err,
    /^no process is named: the processes of other users are named for root only/,
  );

  // The same where the kernel hides even that there are such processes (proc(5), hidepid).
  const hidden = ["unshare", "-m", "sh", "-ec", 'mount -t proc -o hidepid=2 proc /proc; exec "$@"'];
  const hiding = await recordOf(space, after!, [...hidden, "sh", ...weak]);
  assertEquals([hiding.free, hiding.sockets[0]!.pid], [false, null]);
});

real("port in another pid namespace tells that it cannot see the process", async () => {
  await using space = await SocketSpace.make();
  await using python = space.python(`
import socket, sys, json
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
print(json.dumps(s.getsockname()[1]))
sys.stdin.read()`);
  const port = await python.line<number>();
  const within = ["unshare", "-pf", "--mount-proc"];
  const record = await recordOf(space, port, within);
  assertEquals([record.free, record.sockets.length, record.sockets[0]!.pid], [false, 1, null]);
  const { out } = await portOf(space, [`${port}`], within);
  assertMatch(out, /the\s+processes\s+of\s+other\s+containers\s+are\s+not\s+seen/);
});

/** Names that have broken readers of tables. */
const NAMES = [
  "two words",
  "a) S 1 (b",
  "line\nfeed",
  "tab\there",
  "日本語",
  "\x1b[31m",
  ") R 9 9",
];

real("port tells names of processes as they are, and shows them harmless", async () => {
  await using space = await SocketSpace.make();
  await using python = space.python(`
import os, socket, sys, json
ports = []
for name in json.loads(${JSON.stringify(JSON.stringify(NAMES))}):
    s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
    ports.append(s.getsockname()[1])
    ready, told = os.pipe()
    if os.fork() == 0:
        open("/proc/self/comm", "w").write(name)
        os.write(told, b"!")
        sys.stdin.read()
        os._exit(0)
    os.read(ready, 1)
    s.close()
print(json.dumps(ports))
sys.stdin.read()`);
  const ports = await python.line<number[]>();
  const { out } = await portOf(space, ["--json", ...ports.map(String)]);
  const records: PortRecord[] = out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    // The port stays open in the children that came later: the name is that of the first.
    records.map(({ sockets: [socket] }) => socket!.processes[0]!.command.slice(0, 15)),
    NAMES.map((name) => name.slice(0, 15)),
  );
  for (const port of ports) {
    const left = await portOf(space, [`${port}`]);
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert(!/[\x00-\x09\x0b-\x1f]/.test(left.out), JSON.stringify(left.out));
    assertEquals(left.out.split("\n").filter((line) => line.startsWith("held by")).length, 1);
  }
});

real("port knows a program that was deleted", async () => {
  await using space = await SocketSpace.make();
  const folder = await Deno.makeTempDir();
  try {
    await using python = space.python(`
import os, shutil, subprocess, sys, json, time
path = ${JSON.stringify(folder)} + "/holder"
shutil.copy(shutil.which("ncat"), path)
child = subprocess.Popen([path, "-lk", "127.0.0.1", "8000"], stdin=subprocess.DEVNULL)
while "1F40" not in open("/proc/net/tcp").read(): time.sleep(0.01)
os.remove(path)
print(json.dumps(child.pid))
sys.stdin.readline()
child.kill()
child.wait()
print("0")`);
    const pid = await python.line<number>();
    const { sockets: [socket] } = await recordOf(space, 8000);
    assertEquals([socket!.pid, socket!.command], [pid, "holder"]);
    assertEquals(socket!.processes[0]!.program_deleted, true);
    const { out } = await portOf(space, ["8000"]);
    assertStringIncludes(out, `held by    holder, pid ${pid}, user root, its program deleted`);
    await python.tell("end");
    await python.line();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

real("port obeys the port ranges of its network namespace", async () => {
  await using space = await SocketSpace.make(`
    echo 20000 20999 >/proc/sys/net/ipv4/ip_local_port_range
    echo 20100-20110 >/proc/sys/net/ipv4/ip_local_reserved_ports
    echo 100 >/proc/sys/net/ipv4/ip_unprivileged_port_start`);
  const kinds = async (port: number) =>
    (await recordOf(space, port)).cautions.map(({ kind }) => kind);
  assertEquals((await recordOf(space, 20001)).ephemeral, [20000, 20999]);
  assertEquals(await kinds(20001), ["ephemeral"]);
  assertEquals(await kinds(20105), []);
  assertEquals(await kinds(40000), []);
  assertEquals(await kinds(99), ["privileged"]);
  assertEquals(await kinds(443), []);
  assertEquals((await portOf(space, ["--free", "20000"])).out, "20100\n");
  assertMatch((await portOf(space, ["20001"])).out, /21000–65535\s+is\s+safer/);
});

real("port tells of TIME-WAIT alone whether a server can have the port", async () => {
  await using space = await SocketSpace.make();
  await using python = space.python(`
import socket, sys, json
kept = []
def waiting(reuse):
    l = socket.socket()
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
    l.bind(("127.0.0.1", 0)); l.listen()
    c = socket.create_connection(l.getsockname()); s, _ = l.accept()
    s.close(); c.recv(1); c.close()
    port = l.getsockname()[1]
    l.close()
    return port
print(json.dumps([waiting(1), waiting(0)]))
sys.stdin.read()`);
  const [reusing, plain] = await python.line<[number, number]>();
  const free = await recordOf(space, reusing!);
  assertEquals([free.free, free.sockets[0]!.state], [true, "TIME-WAIT"]);
  assertEquals(free.cautions[0]!.kind, "lingering");
  // The kernel remembers that this one's server did not set SO_REUSEADDR.
  const held = await recordOf(space, plain!);
  assertEquals([held.free, held.sockets[0]!.state], [false, "TIME-WAIT"]);
  const { out, code } = await portOf(space, [`${plain}`]);
  assertEquals(code, 1);
  assertMatch(out, /\nheld by {4}the kernel alone: .*\n {11}1 TIME-WAIT \(\d+ s left\)\n/);
  assertMatch(out, /\nto free it wait \d+ s\n/);
});

real("port finds one process among ten thousand sockets", async () => {
  await using space = await SocketSpace.make();
  await using python = space.python(`
import resource, socket, sys, json
resource.setrlimit(resource.RLIMIT_NOFILE, (11000, 11000))
l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(4096)
kept = [l]
for i in range(5000):
    c = socket.create_connection(l.getsockname()); s, _ = l.accept()
    kept += [c, s]
print(json.dumps(l.getsockname()[1]))
sys.stdin.read()`);
  const port = await python.line<number>();
  const { sockets } = await recordOf(space, port);
  assertEquals(sockets.length, 5001);
  assert(sockets.every(({ pid }) => pid === python.pid));
  assertMatch((await portOf(space, [`${port}`])).out, / LISTEN; 5000 ESTABLISHED\n/);
  assertEquals(jsonLines((await portOf(space, ["--json"])).out).length, 10_001);
});

real("port tells nothing of UDP but what is there", async () => {
  await using space = await SocketSpace.make();
  await using python = space.python(`
import socket, sys, json
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0))
print(json.dumps(u.getsockname()[1]))
sys.stdin.read()`);
  const port = await python.line<number>();
  assertEquals((await recordOf(space, port)).free, true); // of TCP
  const held = await recordOf(space, `${port}/udp`);
  assertEquals([held.free, held.sockets[0]!.pid], [false, python.pid]);
  const { out } = await portOf(space, ["--udp", `${port}`]);
  assertStringIncludes(out, `\n           127.0.0.1:${port}\nIPv4       held\n`);
  assertStringIncludes(out, `\nto free it kill ${python.pid}\n`);
});
