import { assertEquals, assertStringIncludes } from "@std/assert";
import { namespaces } from "./arp_namespace.ts";
import { needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { SocketSpace } from "./socket_namespace.ts";

const NAMESPACES = await namespaces();

function laboratory(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs("ip", "python3", "setpriv", "unshare", NAMESPACES), fn });
}

/** Runs `netkit port` in a namespace, by way of other commands; resolves to its output and exit code. */
async function portOf(
  space: SocketSpace,
  args: readonly string[],
  by: readonly string[] = [],
): Promise<{ out: string; code: number }> {
  await using process = new Netkit(["port", ...args], {
    wrap: (words) => space.inside([...by, ...words]),
  });
  const { out, code } = await process.end();
  return { out, code };
}

/** Returns the text of a label's row. */
function rowOf(out: string, label: string): string | undefined {
  return out.split("\n").find((line) => line.startsWith(label))?.slice(11);
}

/** A server that prints its port, and waits. */
const SERVER = `
import socket, sys
l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
print(l.getsockname()[1]); sys.stdin.read()`;

laboratory("port tells of IPv4, IPv6 and addresses each, as servers there find it", async () => {
  await using space = await SocketSpace.make();
  await using python = space.python(`
import json, sys
from socket import *
kept = []
def listen(host, only=0, listens=True):
    s = socket(AF_INET6 if ":" in host else AF_INET)
    if ":" in host: s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, only)
    s.bind((host, 0)); kept.append(s)
    if listens: s.listen()
    return s.getsockname()[1]
ports = [listen("::", 1), listen("::"), listen("0.0.0.0"), listen("127.0.0.1"), listen("::1", 1),
    listen("::1", 1, False), listen("::ffff:127.0.0.1")]
print(json.dumps(ports))
def can(host, port):
    with socket(AF_INET6 if ":" in host else AF_INET) as s:
        s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        if ":" in host: s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1)
        try: s.bind((host, port)); s.listen(); return True
        except OSError: return False
sys.stdin.readline()
print(json.dumps([[can(host, port) for host in ("0.0.0.0", "::", "127.0.0.1", "::1")]
    for port in ports]))
sys.stdin.read()`);
  const ports = await python.line<number[]>();
  const hosts = ["", "0.0.0.0:", "127.0.0.1:", "[::1]:"];
  const operands = ports.flatMap((port) => hosts.map((host) => `${host}${port}`));
  const { out } = await portOf(space, ["--json", ...operands]);
  const told = out.trim().split("\n").map((line) => JSON.parse(line));
  await python.tell("try");
  const real = await python.line<boolean[][]>();
  const expected = ports.flatMap((port, i) => {
    const [any4, any6, own4, own6] = real[i]!;
    return [
      [port, null, false, any4 ? "free" : "held", any6 ? "free" : "held"],
      [port, "0.0.0.0", any4, null, null],
      [port, "127.0.0.1", own4, null, null],
      [port, "::1", own6, null, null],
    ];
  });
  assertEquals(
    told.map(({ port, address, free, ipv4, ipv6 }) => [port, address, free, ipv4, ipv6]),
    expected,
  );
});

laboratory(
  "port names every process that shares a port by SO_REUSEPORT, and ends all",
  async () => {
    await using space = await SocketSpace.make();
    const program = (port: number) => `
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
s.bind(("127.0.0.1", ${port})); s.listen(); print(s.getsockname()[1])
sys.stdin.read()`;
    await using first = space.python(program(0));
    const port = await first.line<number>();
    await using second = space.python(program(port));
    await second.line();
    const { out } = await portOf(space, [`${port}`]);
    const pids = [first.pid, second.pid].toSorted((a, b) => a - b);
    assertEquals(rowOf(out, "to free it"), `kill ${pids.join(" ")}`);
    await first.end(); // one alone does not free the port
    assertEquals((await portOf(space, [`127.0.0.1:${port}`])).code, 1);
    await second.end();
    assertEquals((await portOf(space, [`127.0.0.1:${port}`])).code, 0);
  },
);

laboratory("port says of a program that it was deleted since it started", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using space = await SocketSpace.make();
    const words = ["-c", "import sys; print(sys.executable); print(sys.base_prefix)"];
    const { stdout } = await new Deno.Command("python3", { args: words }).output();
    const [program = "", prefix = ""] = new TextDecoder().decode(stdout).trim().split("\n");
    const copy = `${folder}/server`;
    // By another process: none is started from a file that is open for writing, and one that another test
    // starts at that moment would have this one's open files for a while.
    await new Deno.Command("cp", { args: [await Deno.realPath(program), copy] }).output();
    await using server = space.python(
      `import os; os.unlink("${copy}")\n${SERVER}`,
      ([, ...args]) => ["env", `PYTHONHOME=${prefix}`, copy, ...args],
    );
    const port = await server.line<number>();
    const out = (await portOf(space, [`${port}`])).out.replace(/\s+/g, " ");
    assertStringIncludes(out, ", its program deleted or replaced since");
    assertStringIncludes(out, ` to free it kill ${server.pid} `);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

laboratory(
  "port tells of a process that may not be looked into, and gives no command",
  async () => {
    await using space = await SocketSpace.make();
    await using server = space.python(
      `import os, socket; os.setgid(65534); os.setuid(65534)\n${SERVER}`,
    );
    const port = await server.line<number>();
    // Without this capability root is as another user: it may look into its own processes only.
    const weak = ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"];
    const { out, code } = await portOf(space, [`${port}`], weak);
    assertStringIncludes(
      out.replace(/\s+/g, " "),
      "held by a process of user nobody that may not be seen: the processes of other users are " +
        "named for root only",
    );
    assertEquals([rowOf(out, "to free it"), code], [undefined, 1]);
  },
);

laboratory(
  "port in a pid namespace of its own says that other containers are not seen",
  async () => {
    await using space = await SocketSpace.make();
    await using server = space.python(SERVER);
    const port = await server.line<number>();
    const other = ["unshare", "--pid", "--fork", "--mount-proc"];
    const { out, code } = await portOf(space, [`${port}`], other);
    assertStringIncludes(
      out.replace(/\s+/g, " "),
      "held by a socket of user root that no process here has: the kernel has sockets of its own " +
        "(VXLAN, NFS), and the processes of other containers are not seen",
    );
    assertEquals([rowOf(out, "to free it"), code], [undefined, 1]);
  },
);
