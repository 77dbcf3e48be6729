import { assert, assertEquals } from "@std/assert";
import type { ForeignSocket } from "../cli/io.ts";
import type { SocketProcess } from "../sockets/socket.ts";
import { convict } from "../sockets/suspects.ts";
import { fakeIo } from "./fakes.ts";
import { LINUX, needs } from "./needs.ts";
import { socketsOf } from "../sockets/linux.ts";
import { openForeignSockets } from "../system/foreign_sockets.ts";
import { system } from "../system/io.ts";

function process(pid: number, descriptors: readonly number[]): SocketProcess {
  return { pid, name: "x", words: null, user: "root", folder: null, deleted: false, descriptors };
}

/** Looks at suspects where the sockets are these, by process and descriptor. */
async function convicted(
  sockets: Readonly<Record<string, ForeignSocket | null>> | null,
  suspects: readonly SocketProcess[],
): Promise<[bound: string[], unclear: number[]]> {
  const system = Object.assign(fakeIo(), {
    foreignSockets: () =>
      Promise.resolve(
        sockets && {
          look: (pid: number, descriptor: number) => sockets[`${pid}/${descriptor}`] ?? null,
          list: () => null,
          [Symbol.dispose]() {},
        },
      ),
  });
  const found = await convict(system, suspects, "tcp", 8000);
  return [
    found.sockets.map(({ local, processes }) => `${local.hostname} ${processes[0]!.pid}`),
    found.unclear.map(({ pid }) => pid),
  ];
}

const BOUND: ForeignSocket = { protocol: 6, local: { hostname: "127.0.0.1", port: 8000 } };
const UNBOUND: ForeignSocket = { protocol: 6, local: { hostname: "0.0.0.0", port: 0 } };
const UDP: ForeignSocket = { ...BOUND, protocol: 17 };
const VSOCK: ForeignSocket = { protocol: 0, local: null };

Deno.test("convict() leaves all suspects where their sockets cannot be looked at", async () => {
  assertEquals(await convicted(null, [process(1, [3]), process(2, [3])]), [[], [1, 2]]);
});

Deno.test("convict() names the process whose socket has the port, and no other", async () => {
  const sockets = { "1/3": UNBOUND, "1/4": UDP, "2/3": VSOCK, "2/9": BOUND };
  assertEquals(
    await convicted(sockets, [process(1, [3, 4]), process(2, [3, 9]), process(3, [5])]),
    [
      ["127.0.0.1 2"],
      [],
    ],
  );
});

Deno.test("convict() clears those whose sockets are others, and leaves those it may not see", async () => {
  assertEquals(
    await convicted({ "1/3": UNBOUND, "2/3": VSOCK }, [
      process(1, [3]),
      process(2, [3]),
      process(3, [3]),
    ]),
    [[], [3]],
  );
});

Deno.test("foreign sockets: list() finds the descriptors and inodes that the links of /proc name", {
  ...needs(LINUX),
}, () => {
  using foreign = openForeignSockets();
  const listeners = Array.from({ length: 300 }, () => Deno.listen({ port: 0 })); // some blocks of entries
  const links = () => socketsOf(system(), Deno.pid).map(([fd, inode]) => `${fd} ${inode}`);
  const before = links();
  const found: string[] = [];
  const n = foreign!.list("/proc/self/fd", (fd, inode) => found.push(`${fd} ${inode}`))!;
  const after = new Set(links());
  for (const listener of listeners) listener.close();
  const stayed = before.filter((each) => after.has(each)); // other tests' sockets come and go
  assert(stayed.length >= listeners.length, `${stayed.length}`);
  assertEquals(stayed.filter((each) => !found.includes(each)), []);
  assert(n > found.length, "this process has other files, too");
  assertEquals(foreign!.list("/proc/self/none", () => assert(false)), 0);
});
