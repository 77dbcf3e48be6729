import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { namespaces } from "./arp_namespace.ts";
import { needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { SocketSpace } from "./socket_namespace.ts";
import { until } from "./waiting.ts";

const NAMESPACES = await namespaces();

function laboratory(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs("ip", "python3", "setpriv", NAMESPACES), fn });
}

/** Runs `netkit port` in a namespace; resolves to its standard output. */
async function portOf(space: SocketSpace, ...args: readonly string[]): Promise<string> {
  await using process = new Netkit(["port", ...args], { wrap: (words) => space.inside(words) });
  return (await process.end()).out;
}

/** Returns the text of a label's row. */
function rowOf(out: string, label: string): string | undefined {
  return out.split("\n").find((line) => line.startsWith(label))?.slice(11);
}

/** Resolves to whether a server without SO_REUSEPORT can listen on a port of the namespace. */
async function canListen(space: SocketSpace, port: number): Promise<boolean> {
  await using python = space.python(`
import socket, json, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("0.0.0.0", ${port})); s.listen(); print("true")
except OSError: print("false")
sys.stdin.read()`);
  return await python.line<boolean>();
}

laboratory(
  "port: the command that it prints frees a forking server's port, and its sessions go on",
  async () => {
    await using space = await SocketSpace.make();
    await using server = space.python(`
import os, socket, sys, json
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("127.0.0.1", 0)); l.listen()
sessions, clients = [], []
for i in range(12):
    c = socket.create_connection(l.getsockname()); s, _ = l.accept()
    pid = os.fork()
    if pid == 0:
        l.close(); c.close(); [x.close() for x in clients]
        s.recv(1); os._exit(0)
    s.close(); sessions.append(pid); clients.append(c)
keeper = os.fork() # which keeps the clients when the server is killed
if keeper == 0:
    l.close(); sys.stdin.read(); os._exit(0)
print(json.dumps([os.getpid(), l.getsockname()[1], sessions])); sys.stdin.read()`);
    const [listener, port, sessions] = await server.line<[number, number, number[]]>();
    const out = await portOf(space, `${port}`);
    assertEquals(rowOf(out, "to free it"), `kill ${listener}`);
    assertStringIncludes(out, "12 other processes have its connections");
    assertEquals(await canListen(space, port), false);
    Deno.kill(listener, "SIGTERM");
    await until(() => canListen(space, port));
    for (const pid of sessions) Deno.kill(pid, "SIGTERM"); // throws if one has gone
  },
);

laboratory(
  "port: the kernel's own VXLAN socket is no process of root, and its command frees the port",
  async () => {
    await using space = await SocketSpace.make(`
    ip link add vx0 type vxlan id 7 dev lo dstport 22090
    ip link set vx0 up`);
    const out = await portOf(space, "22090/udp");
    assertEquals(rowOf(out, "held by"), "the kernel itself: VXLAN (interface vx0)");
    const command = rowOf(out, "to free it")!;
    assertEquals(command, "ip link delete vx0");
    await space.output(command.split(" "));
    assertStringIncludes(await portOf(space, "22090/udp"), "\nfree ");
  },
);

laboratory(
  "port: of several processes with sockets in no table the one that has the port is named",
  async () => {
    await using space = await SocketSpace.make();
    const program = (bind: string) => `
import socket, sys, json
s = socket.socket(socket.AF_INET6 if "::" in "${bind}" else socket.AF_INET)
kept = [socket.socket() for i in range(3)]
if "${bind}": s.bind(("${bind}", 0))
print(json.dumps(s.getsockname()[1])); sys.stdin.read()`;
    await using unbound = space.python(program(""));
    await using other = space.python(program("127.0.0.1"));
    await using holder = space.python(program("127.0.0.2"));
    await using ipv6 = space.python(program("::1"));
    await unbound.line();
    await other.line();
    const [port, port6] = [await holder.line<number>(), await ipv6.line<number>()];
    const out = await portOf(space, `${port}`);
    assert(rowOf(out, "held by")!.startsWith(`python3, pid ${holder.pid}, `), out);
    assertStringIncludes(out, `127.0.0.2:${port} bound, but neither listening nor connected`);
    assertEquals(rowOf(out, "to free it"), `kill ${holder.pid}`);
    assertEquals(rowOf(out, "suspects"), undefined);
    const out6 = await portOf(space, `${port6}`);
    assertEquals(rowOf(out6, "to free it"), `kill ${ipv6.pid}`);
  },
);

laboratory("port held on one address only tells that another one is free", async () => {
  await using space = await SocketSpace.make("ip address add 192.0.2.10/32 dev lo");
  await using server = space.python(`
import socket, sys
l = socket.socket(); l.bind(("192.0.2.10", 0)); l.listen()
print(l.getsockname()[1]); sys.stdin.read()`);
  const port = await server.line<number>();
  assertStringIncludes(
    await portOf(space, `${port}`),
    "held on 192.0.2.10 only: 127.0.0.1 is free",
  );
  await using other = space.python(`
import socket, sys
l = socket.socket(); l.bind(("127.0.0.1", ${port})); l.listen()
print("true"); sys.stdin.read()`);
  assert(await other.line<boolean>());
  assert(!(await portOf(space, `${port}`)).includes(" is free"));
});

laboratory(
  "port that is free beside a connection of a live process names that process",
  async () => {
    await using space = await SocketSpace.make();
    await using server = space.python(`
import socket, sys, json
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("127.0.0.1", 0)); l.listen()
c = socket.create_connection(l.getsockname()); s, _ = l.accept()
port = l.getsockname()[1]; l.close()
b = socket.socket() # a server without SO_REUSEADDR
try: b.bind(("127.0.0.1", port)); bound = True
except OSError: bound = False
b.close()
print(json.dumps([port, bound])); sys.stdin.read()`);
    const [port, bound] = await server.line<[number, boolean]>();
    assertEquals(bound, false);
    const out = (await portOf(space, `${port}`)).replace(/\s+/g, " ");
    assertStringIncludes(out, ` held by python3, pid ${server.pid}: waiting alone does not help`);
  },
);

laboratory("port finds a socket in the descriptors that a thread has of its own", async () => {
  await using space = await SocketSpace.make();
  await using server = space.python(`
import ctypes, socket, sys, threading
def serve():
    if ctypes.CDLL(None).unshare(0x400): raise OSError("unshare")
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
    print(l.getsockname()[1]); ended.wait()
ended = threading.Event()
threading.Thread(target=serve, daemon=True).start()
sys.stdin.read()`);
  const port = await server.line<number>();
  const out = await portOf(space, `${port}`);
  assert(rowOf(out, "held by")!.startsWith(`python3, pid ${server.pid}, `), out);
});

/** The folder of control groups whose names /proc/PID/cgroup tells as systemd's, if one can be made. */
async function makeUnit(): Promise<string | null> {
  for (const root of ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"]) {
    const folder = `${root}/netkit-${crypto.randomUUID().slice(0, 8)}.service`;
    try {
      if (root === "/sys/fs/cgroup") await Deno.stat(`${root}/cgroup.procs`);
      await Deno.mkdir(folder);
      return folder;
    } catch {
      continue;
    }
  }
  return null;
}

laboratory(
  "port: a server in a control group named like a unit is stopped by systemctl",
  async () => {
    const folder = await makeUnit();
    if (folder === null) return; // control groups cannot be made here, as in a container
    try {
      await using space = await SocketSpace.make();
      await using server = space.python(`
import os, socket, sys, json
l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
print(l.getsockname()[1]); sys.stdin.read()`);
      const port = await server.line<number>();
      await Deno.writeTextFile(`${folder}/cgroup.procs`, `${server.pid}`);
      const out = await portOf(space, `${port}`);
      const unit = folder.replace(/.*\//, "").replace(".service", "");
      assert(rowOf(out, "to free it")!.startsWith(`systemctl stop ${unit} `), out);
      assertStringIncludes(out, `${unit}.service of systemd`);
    } finally {
      await until(() => Deno.remove(folder).then(() => true, () => false)); // when the process has ended
    }
  },
);
