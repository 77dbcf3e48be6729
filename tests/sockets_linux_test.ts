import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ipv4, ipv6 } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import {
  parseCommandLine,
  parseEffectiveUser,
  parsePortRange,
  parseProcNet,
  parseSocketLink,
  parseUsers,
  parseZones,
} from "../sockets/proc_net.ts";
import { findOwners, readLinuxSockets } from "../sockets/linux.ts";
import { codePoint } from "./code_points.ts";
import type { ForeignSockets } from "../sockets/socket.ts";
import { fakeIo } from "./fakes.ts";
import { procRow } from "./proc_rows.ts";

const LITTLE = { littleEndian: true, zoneOf: () => null };

/** Recorded on Linux 6.18, x86-64: a listener, both ends of a connection, and one in TIME-WAIT. */
const TCP = `
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 30112 1 000000006c5fb2bf 100 0 0 10 0
   1: 0100007F:C916 0100007F:1F40 01 00000000:00000000 02:000AF85B 00000000     0        0 31337 2 0000000012345678 20 4 30 10 -1
   2: 0100007F:C918 0100007F:1F40 06 00000000:00000000 03:00001703 00000000     0        0 0 3 00000000c0ffee00
`;

Deno.test("parseProcNet() reads states, ends, users, inodes and how long TIME-WAIT lasts", () => {
  const [listener, connection, waiting, ...rest] = parseProcNet(TCP, "tcp", LITTLE);
  assertEquals(rest, []);
  assertEquals(listener, {
    protocol: "tcp",
    version: 4,
    local: { hostname: "127.0.0.1", port: 8000 },
    remote: null,
    state: "LISTEN",
    secondsLeft: null,
    user: "1000",
    id: "30112",
    processes: [],
  });
  assertEquals([connection!.state, connection!.secondsLeft], ["ESTABLISHED", null]);
  assertEquals(connection!.remote, { hostname: "127.0.0.1", port: 8000 });
  assertEquals([waiting!.state, waiting!.secondsLeft, waiting!.id], ["TIME-WAIT", 58.91, null]);
});

/** Recorded in the same place: dual-stack, IPv4 in IPv6, link-local. */
const TCP6 = `
   0: 000080FE000000000000000005000000:C14D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1131962 1 000000003a69694b 100 0 0 10 0
   6: 000080FE000000000000000005000000:C70E 000080FE000000000000000005000000:C14D 01 00000000:00000000 00:00000000 00000000     0        0 1131963 2 00000000d53dcc62 20 0 0 10 -1
   8: 0000000000000000FFFF00000100007F:9F5D 0000000000000000FFFF00000100007F:E512 01 00000000:00000000 00:00000000 00000000     0        0 1131959 1 0000000080dede1c 20 0 0 10 -1
`;

/** proc_net(5), if_inet6: address, index, prefix, scope, flags, name. */
const IF_INET6 = `00000000000000000000000000000001 01 80 10 80       lo
fe800000000000000000000000000005 02 40 20 80     eth0
fe800000000000000000000000000006 02 40 20 80     eth0
fe800000000000000000000000000006 03 40 20 80     eth1
`;

Deno.test("parseProcNet() gives link-local addresses the zone of their interface", () => {
  const zoneOf = parseZones(IF_INET6);
  const sockets = parseProcNet(TCP6, "tcp", { littleEndian: true, zoneOf });
  assertEquals(sockets.map(({ local, remote }) => [local.hostname, remote?.hostname]), [
    ["fe80::5%eth0", undefined],
    ["fe80::5%eth0", "fe80::5%eth0"],
    ["::ffff:127.0.0.1", "::ffff:127.0.0.1"],
  ]);
  assertEquals(zoneOf("fe80::6"), null); // two interfaces have it
  assertEquals(sockets.map(({ version }) => version), [6, 6, 6]);
});

Deno.test("parseProcNet() gives every address of fe80::/10 its zone, not only those of fe80::/64", () => {
  const zoneOf = parseZones("febf0000000000000000000000000005 02 40 20 80     eth0\n");
  const row =
    "   0: 0000BFFE000000000000000005000000:C14D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5 1 0 100 0 0 10 0";
  const [socket] = parseProcNet(row, "tcp", { littleEndian: true, zoneOf });
  assertEquals(socket!.local.hostname, "febf::5%eth0");
});

Deno.test("findOwners() finds the descriptors of a process whose first thread has ended", () => {
  // Its /proc/PID/fd is empty then; the threads that are left still have them (proc_pid_task(5)).
  const io = fakeIo({
    links: {
      "/proc/7/task/9/fd/3": "socket:[30112]",
      "/proc/7/task/9/fd/4": "/dev/null",
      "/proc/8/fd/5": "socket:[30112]",
    },
  });
  assertEquals(
    [...findOwners(io, new Set(["30112"]), [7, 8])],
    [["30112", [{ pid: 7, descriptors: [3] }, { pid: 8, descriptors: [5] }]]],
  );
});

Deno.test("findOwners() takes the descriptors from the faster look, and from the links where it has none", () => {
  const io = fakeIo({ links: { "/proc/7/fd/3": "socket:[1]", "/proc/8/fd/5": "socket:[1]" } });
  const list = (folder: string, use: (descriptor: number, inode: string) => void) => {
    if (folder !== "/proc/7/fd") return null;
    use(4, "1");
    use(6, "2"); // nobody asked for it
    return 2;
  };
  const foreign = { look: () => null, list, [Symbol.dispose]() {} };
  assertEquals(
    [...findOwners(io, new Set(["1"]), [7, 8], foreign)],
    [["1", [{ pid: 7, descriptors: [4] }, { pid: 8, descriptors: [5] }]]],
  );
});

Deno.test("parseProcNet() calls UDP sockets without a peer unconnected", () => {
  const row = (state: string) =>
    `  215: 0100007F:D724 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 5 2 0 0`;
  assertEquals(parseProcNet(row("07"), "udp", LITTLE)[0]!.state, "UNCONNECTED");
  assertEquals(parseProcNet(row("01"), "udp", LITTLE)[0]!.state, "ESTABLISHED");
  assertEquals(parseProcNet(row("07"), "tcp", LITTLE)[0]!.state, "CLOSED");
});

/** Writes words as the kernel's %08X prints what is in memory in network order. */
function written(value: bigint, words: number, littleEndian: boolean): string {
  return Array.from({ length: words }, (_, i) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, Number(value >> BigInt(32 * (words - 1 - i)) & 0xffff_ffffn));
    return view.getUint32(0, littleEndian).toString(16).toUpperCase().padStart(8, "0");
  }).join("");
}

Deno.test("parseProcNet() reads every address, as either order of bytes writes it", () => {
  const port = fc.integer({ min: 1, max: 65535 });
  const value = fc.bigInt({ min: 1n, max: 2n ** 128n - 1n });
  fc.assert(
    fc.property(value, port, fc.boolean(), fc.boolean(), (bits, port, isV4, littleEndian) => {
      const address = isV4 ? ipv4(bits >> 96n) : ipv6(bits);
      const hex = written(address.value, isV4 ? 1 : 4, littleEndian);
      const digits = port.toString(16).toUpperCase().padStart(4, "0");
      const none = `${"0".repeat(hex.length)}:0000`;
      const text =
        `   0: ${hex}:${digits} ${none} 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0\n`;
      const [socket] = parseProcNet(text, "tcp", { littleEndian, zoneOf: () => null });
      assertEquals(socket!.local, { hostname: formatIp(address), port });
      assertEquals(socket!.remote, null);
    }),
  );
});

Deno.test("parseProcNet() takes any text, and any cut of a table", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => {
    parseProcNet(text, "tcp", LITTLE);
    parseZones(text);
    parseUsers(text);
  }));
  for (let end = 0; end < TCP.length; end++) {
    assert(parseProcNet(TCP.slice(0, end), "tcp", LITTLE).length <= 3);
  }
});

Deno.test("parseSocketLink() knows sockets from other files", () => {
  assertEquals(parseSocketLink("socket:[123]"), "123");
  assertEquals(parseSocketLink("pipe:[123]"), null);
  assertEquals(parseSocketLink("/tmp/socket:[123]"), null);
});

Deno.test("parseCommandLine() keeps the words apart, empty ones and line feeds, too", () => {
  assertEquals(parseCommandLine("a\0b c\0\nd\0"), ["a", "b c", "\nd"]);
  assertEquals(parseCommandLine("sshd: root [priv]\0\0\0"), ["sshd: root [priv]"]);
  assertEquals(parseCommandLine(""), null);
});

Deno.test("parseEffectiveUser() reads the second number, whatever the process is called", () => {
  const status = "Name:\tx\\nUid:\t9\t9\t9\t9\nUmask:\t0022\nUid:\t1000\t1001\t1002\t1003\n";
  assertEquals(parseEffectiveUser(status), "1001");
  assertEquals(parseEffectiveUser(""), null);
});

Deno.test("parseUsers() takes the first name of a number", () => {
  const users = parseUsers("root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\nbroken\n");
  assertEquals([...users], [["0", "root"]]);
});

Deno.test("parsePortRange() reads two ports in order", () => {
  assertEquals(parsePortRange("32768\t60999\n"), [32768, 60999]);
  assertEquals(parsePortRange("49152\n65535\n"), [49152, 65535]); // sysctl -n of two names
  assertEquals(parsePortRange("60999\t32768\n"), null);
  assertEquals(parsePortRange("1 70000"), null);
  assertEquals(parsePortRange(""), null);
});

/** A call of the C library by which process 7 has descriptor 5, and none. */
const LISTS:
  readonly (readonly [what: string, list: ForeignSockets["list"] | null, owner: string])[] = [
    ["a call that lists descriptors", (folder, use) => {
      if (folder !== "/proc/7/fd") return 0;
      use(5, "1");
      return 1;
    }, "7/5"],
    ["no C library", null, "7/3"],
  ];

for (const [what, list, owner] of LISTS) {
  Deno.test(`readLinuxSockets() finds the process of one of 2,000 sockets with ${what}`, async () => {
    const rows = Array.from(
      { length: 2000 },
      (_, i) => procRow(["127.0.0.1", 8000], ["127.0.0.1", 20_000 + i], "01", 1 + i),
    );
    const io = fakeIo({
      files: { "/proc/net/tcp": rows.join(""), "/etc/passwd": "", "/proc/7/comm": "deno\n" },
      links: { "/proc/7/fd/3": "socket:[1]" },
    });
    let closed = 0;
    const calls = list && { look: () => null, list, [Symbol.dispose]: () => void closed++ };
    const system = Object.assign(io, { foreignSockets: () => Promise.resolve(calls) });
    const sockets = await readLinuxSockets(system, { protocols: ["tcp"], range: null });
    assertEquals(sockets.length, 2000);
    const found = sockets.flatMap(({ id, processes }) =>
      processes.map(({ pid, descriptors }) => [id, `${pid}/${descriptors}`])
    );
    assertEquals(found, [["1", owner]]);
    assertEquals(closed, calls === null ? 0 : 1);
  });
}
