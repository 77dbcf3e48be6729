/**
 * Every way in which the system refuses an endpoint, provoked: one line, an exit code of design, and
 * never a word of Deno's insides.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Stopped } from "../cli/errors.ts";
import { main } from "../main.ts";
import { fakeIo } from "./fakes.ts";
import { freePort } from "./free_port.ts";
import { LINUX, needs, UNIX } from "./needs.ts";
import { namespaces } from "./arp_namespace.ts";
import { allowed, Netkit, netkit, PATIENT } from "./processes.ts";
import { SocketSpace } from "./socket_namespace.ts";
import { GUARD } from "./waiting.ts";

/** What no user is to read: bugs, numbers of errors, codes and web pages of libraries, words of Rust. */
const INSIDES =
  /bug in netkit|os error|https?:|UNKNOWN|\bE[A-Z]{4,}\b|FQDN|SUN_LEN|getaddrinfo|\bat file:|null byte|undefined/;

/** Runs netkit in this process, interrupted twice should it not end by itself. */
async function runHere(words: readonly string[]): Promise<{ code: number; err: string }> {
  const io = fakeIo({ stdin: "x" });
  const guard = setTimeout(() => {
    io.interrupt(new Stopped("SIGINT"));
    io.interrupt(new Stopped("SIGINT"));
  }, GUARD * 0.9);
  try {
    const code = await main(words, io);
    return { code, err: io.err() };
  } finally {
    clearTimeout(guard);
  }
}

/** Checks that standard error is one line of `command`, with a hint or without, that says `reason`. */
function assertRefused(err: string, command: string, reason: string, hint: string | null): void {
  assert(!INSIDES.test(err), err);
  const lines = err.trimEnd().split("\n").filter((line) => !/^(look-up|total|sent|rec)/.test(line));
  assert(lines[0]!.startsWith(`netkit ${command}: `), err);
  assert(lines[0]!.endsWith(`: ${reason}`), `${err} does not end with ${reason}`);
  if (hint === null) assertEquals(lines.length, 1, err);
  else assertEquals(lines.slice(1), [`  ${hint}`]);
}

/** Every road that takes a host: by Deno's own sockets, by node:net, by node:dgram, with a look-up apart. */
const ROADS: readonly (readonly string[])[] = [
  ["client"],
  ["client", "--stats"],
  ["client", "--udp"],
  ["client", "--tls"],
  ["client", "--tls", "--insecure"],
  ["client", "--source", "127.0.0.1"],
  ["serve"],
  ["serve", "--udp"],
  ["serve", "--web", "0"],
];

const ALL_HERE = "0.0.0.0 and [::] are all of this machine's; to see them: netkit ipinfo";
const FORMS = "the forms are HOST:PORT, PORT, :PORT, [IPv6]:PORT, unix:PATH and unix:@NAME";

const INVALID = "names in .invalid are for no host, for good: give another, or an address";

/** Hosts that no road takes, with what is said; `null` where that differs. */
const HOSTS: readonly [host: string, reason: string | null, hint?: string][] = [
  ["netkit.invalid", "the name does not resolve", INVALID],
  ["256.1.1.1", "IPv4 is four numbers, 0-255"],
  ["0177.0.0.1", "a leading zero is ambiguous", "write 127.0.0.1:9 or 177.0.0.1:9"],
  ["127.1", "IPv4 is four numbers, 0-255", "write 127.0.0.1:9"],
  ["a..b", "a part of the name is empty"],
  [".", "a part of the name is empty"],
  ["192.0.2.1.", "an address has no dot at its end", "write 192.0.2.1:9"],
  [`${"a".repeat(64)}.example`, "a part of the name is longer than 63 characters"],
  ["abcde.".repeat(50), "the name is longer than 253 characters"],
  ["büro.invalid", "the name does not resolve", INVALID],
  ["127.0.0.1%lo", "only an IPv6 address has an interface behind %"],
  [
    "a b",
    "no host name contains a blank",
    FORMS,
  ],
  ["[1:2:3]", null],
  ["[::1%lo]", null],
];

for (const road of ROADS) {
  for (const [host, reason, hint = null] of HOSTS) {
    Deno.test(`netkit ${road.join(" ")} ${host.slice(0, 20)}:9 is one line and exit code 2`, async () => {
      const { code, err } = await runHere([...road, `${host}:9`]);
      assertEquals(code, 2, err);
      assert(!INSIDES.test(err), err);
      if (reason !== null) assertRefused(err, road[0]!, reason, hint);
    });
  }
}

const LINK_LOCAL = "a link-local address needs its interface";
const ON_LINKS = "only a link-local address (fe80::/10) has an interface behind %";
const GROUP = "TCP has no multicast and no broadcast";

const CASES: readonly [words: string, code: number, reason: string, hint?: string][] = [
  [
    "client 127.0.0.1:0",
    2,
    "0 is no port of a server",
    "0 asks the system for a free port when listening; connect to the one that it chose",
  ],
  [
    "client --udp 127.0.0.1:0",
    2,
    "0 is no port of a server",
    "0 asks the system for a free port when listening; connect to the one that it chose",
  ],
  ["client 127.0.0.1:CLOSED", 1, "connection refused"],
  ["client [::ffff:127.0.0.1]:CLOSED", 1, "connection refused"],
  ["client 0.0.0.0:CLOSED", 1, "connection refused"],
  ["client --source 127.0.0.1 127.0.0.1:CLOSED", 1, "connection refused"],
  ["client --stats 127.0.0.1:CLOSED", 1, "connection refused"],
  ["client --tls 127.0.0.1:CLOSED", 1, "connection refused"],
  ["client --retry 2 127.0.0.1:CLOSED", 1, "connection refused", "tried for 2.00 s"],
  ["client --source 192.0.2.99 127.0.0.1:CLOSED", 2, "not an address of this machine"],
  ["client --udp --source 192.0.2.99 127.0.0.1:CLOSED", 2, "not an address of this machine"],
  ["client --source ::1 127.0.0.1:CLOSED", 2, "it is no IPv6 address"],
  ["client --udp --source ::1 127.0.0.1:CLOSED", 2, "it is no IPv6 address"],
  ["client --source 127.0.0.1 [::1]:CLOSED", 2, "it is no IPv4 address"],
  [
    "client --source 224.0.0.1 127.0.0.1:9",
    2,
    "it is no address of a host",
    "write one of this machine",
  ],
  ["client --source fe80::1 [::1]:9", 2, LINK_LOCAL, "write fe80::1%eth0, with the name of yours"],
  ["client --source ::1%lo [::1]:9", 2, ON_LINKS, "write ::1"],
  [
    "client --source fe80::1%lo [::1]:9",
    2,
    "fe80::1%lo reaches only hosts on its link: [fe80::…%INTERFACE]:PORT",
  ],
  [
    "client --source [fe80::1%lo]:5 [fe80::2%lo]:9",
    2,
    "cannot connect from [fe80::1%lo]:5: not an address of this machine",
  ],
  ["client [::1%lo]:9", 2, ON_LINKS, "write [::1]:9"],
  ["client --udp [::1%lo]:9", 2, ON_LINKS, "write [::1]:9"],
  ["client [1:2:3]:9", 2, "it is no IPv6 address"],
  ["serve [1:2:3]:9", 2, "it is no IPv6 address"],
  ["serve [::1%lo]:0", 2, ON_LINKS, "write [::1]:0"],
  ["serve --udp [::1%lo]:0", 2, ON_LINKS, "write [::1]:0"],
  ["serve [ff02::1]:0", 2, GROUP],
  ["serve [ff02::1%lo]:0", 2, GROUP],
  ["serve 224.0.0.1:0", 2, GROUP],
  ["serve 239.255.255.250:0", 2, GROUP],
  ["serve 255.255.255.255:0", 2, GROUP],
  ["serve 192.0.2.99:0", 2, "not an address of this machine", ALL_HERE],
  ["serve [::ffff:192.0.2.99]:0", 2, "not an address of this machine", ALL_HERE],
  ["serve --udp 192.0.2.99:0", 2, "not an address of this machine", ALL_HERE],
  ["serve 240.0.0.1:0", 2, "not an address of this machine", ALL_HERE],
  ["client unix:@nobody-listens", 1, "connection refused"],
];

for (const [words, code, reason, hint = null] of CASES) {
  Deno.test({
    name: `netkit ${words} says "${reason}", exit code ${code}`,
    ...needs(.../fe80|%lo|255|240|ff02/.test(words) ? [LINUX] : []), // others have other words
    async fn() {
      const line = words.replace("CLOSED", String(freePort())).split(" ");
      const left = await runHere(line);
      assertEquals(left.code, code, left.err);
      assertRefused(left.err, line[0]!, reason, hint);
    },
  });
}

for (
  const words of [
    "client [fe80::1]:9",
    "client --stats [fe80::1]:9",
    "client --tls [fe80::1]:9",
    "client --retry 0.01 [fe80::1]:9",
    "serve [fe80::1]:9",
    "serve --udp [fe80::1]:9",
  ]
) {
  Deno.test({
    name: `netkit ${words} names an interface that is there`,
    ...needs(LINUX),
    async fn() {
      const line = words.split(" ");
      const { code, err } = await runHere(line);
      assertEquals(code, 2, err);
      const names = Deno.networkInterfaces().filter(({ address }) => /^fe[89ab]/.test(address))
        .map(({ name }) => name);
      assertRefused(err, line[0]!, LINK_LOCAL, `write [fe80::1%${names[0] ?? "eth0"}]:9`);
    },
  });
}

for (const words of ["client", "client --stats", "client --udp", "serve", "serve --udp"]) {
  Deno.test({
    name: `netkit ${words} [fe80::1%nix]:9 says that there is no such interface`,
    ...needs(LINUX),
    async fn() {
      const line = words.split(" ");
      const { code, err } = await runHere([...line, "[fe80::1%nix]:9"]);
      assertEquals(code, 2, err);
      assertMatch(err, /: there is no interface "nix"\n( {2}interfaces here: .*\n)?$/);
      assert(!INSIDES.test(err), err);
    },
  });
}

Deno.test("netkit serve on a port that is taken, by TCP and for browsers, exits with 2", async () => {
  using busy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = busy.addr;
  for (const line of [[`127.0.0.1:${port}`], ["127.0.0.1:0", "--web", String(port)]]) {
    const { code, err } = await runHere(["serve", ...line]);
    assertEquals(code, 2, err);
    assertMatch(err, /: address already in use\n {2}.* is (free|held by)/);
    assert(!INSIDES.test(err), err);
  }
  const { code, err } = await runHere(["client", "--source", `127.0.0.1:${port}`, `[::1]:${port}`]);
  assertEquals(code, 2, err);
});

/** Paths at which there is no socket, in a folder with a file, a folder and two links in a circle. */
const PATHS: readonly [name: string, client: string, clientCode: number, server: string][] = [
  ["none/x", "no such file or directory", 1, "no such file or directory"],
  ["file/x", "a part of the path is not a directory", 1, "a part of the path is not a directory"],
  ["loop1/x", "a symbolic link leads back to itself", 1, "a symbolic link leads back to itself"],
  ["loop1", "a symbolic link leads back to itself", 1, "address already in use"],
  ["file", "connection refused", 1, "address already in use"],
  ["folder", "connection refused", 1, "address already in use"],
  ["a".repeat(300), "LONG", 2, "LONG"],
  ["a/".repeat(3000), "LONG", 2, "LONG"],
  ["é".repeat(60), "LONG", 2, "LONG"],
];

for (const [name, client, clientCode, server] of PATHS) {
  Deno.test({
    name: `netkit client and serve explain unix:FOLDER/${name.slice(0, 12)}`,
    ...needs(UNIX),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${folder}/file`, "precious");
        await Deno.mkdir(`${folder}/folder`);
        await Deno.symlink("loop2", `${folder}/loop1`);
        await Deno.symlink("loop1", `${folder}/loop2`);
        const path = `${folder}/${name}`;
        for (
          const [words, reason, code] of [[["client"], client, clientCode], [
            ["client", "--stats"],
            client,
            clientCode,
          ], [["serve"], server, 2]] as const
        ) {
          const left = await runHere([...words, `unix:${path}`]);
          assertEquals(left.code, code, left.err);
          if (reason !== "LONG") {
            const hint = reason.startsWith("address")
              ? "another server listens there, or it is no socket"
              : null;
            assertRefused(left.err, words[0], reason, hint);
            continue;
          }
          const length = new TextEncoder().encode(path).length;
          assertMatch(
            left.err,
            new RegExp(
              `: the path has ${length} bytes, and that of a socket has at most 10[37]\n {2}take a shorter`,
            ),
          );
          assert(!INSIDES.test(left.err), left.err);
        }
        assertEquals(await Deno.readTextFile(`${folder}/file`), "precious");
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

const DENIED: readonly string[] = [
  "client 127.0.0.1:9",
  "client --stats localhost:9",
  "client --udp 127.0.0.1:9",
  "client --source 127.0.0.1 127.0.0.1:9",
  "client unix:/x",
  "serve 127.0.0.1:0",
  "serve --udp 127.0.0.1:0",
  "serve unix:/x",
  "port --free",
  "port 9",
];

for (const words of DENIED) {
  Deno.test(`netkit ${words} without permissions names the one that is missing`, async () => {
    const { code, err } = await netkit(words.split(" "), "x", allowed("--deny-net"));
    assert(!INSIDES.test(err), err);
    if (words === "port 9") return; // it tells what it can
    assertEquals(code, 2, err);
    assertMatch(
      err,
      /Deno was not given the permission\n {2}run again with --allow-(net|read|write) /,
    );
  });
}

const NAMESPACES = await namespaces();

/** Routes and addresses for what only a network of one's own can show. */
const REFUSING = `
  ip -6 address add fe80::5/64 dev lo nodad
  ip -6 address add fe80::6/64 dev lo nodad
  ip route add unreachable 198.51.100.0/24
  ip route add prohibit 203.0.113.0/24
  ip route add blackhole 192.0.2.0/24`;

Deno.test({
  name: "netkit explains what routes refuse, by TCP and UDP, in a network of its own",
  ...needs("ip", NAMESPACES),
  async fn() {
    await using space = await SocketSpace.make(REFUSING);
    const inside = (words: readonly string[]) => ({ wrap: () => space.inside([...words]) });
    const rows: readonly [words: string, code: number, reason: string][] = [
      ["client 10.0.0.1:9", 1, "network is unreachable"],
      ["client --stats 10.0.0.1:9", 1, "network is unreachable"],
      ["client [2001:db8::1]:9", 1, "network is unreachable"],
      ["client 240.0.0.1:9", 1, "network is unreachable"],
      ["client 255.255.255.255:9", 1, "network is unreachable"],
      ["client 224.0.0.1:9", 1, "network is unreachable"],
      ["client 198.51.100.1:9", 1, "no route to host"],
      ["client --source 127.0.0.1 198.51.100.1:9", 1, "no route to host"],
      ["client 203.0.113.1:9", 2, "permission denied"],
      ["client 192.0.2.1:9", 2, "the system refuses this address (invalid argument)"],
      [
        "client --udp 198.51.100.1:9",
        1,
        "the system sends nothing there: there is no route, or it is a broadcast address",
      ],
      [
        "client --udp 10.0.0.1:9",
        1,
        "the system sends nothing there: there is no route, or it is a broadcast address",
      ],
    ];
    for (const [words, code, reason] of rows) {
      const left = await netkit(words.split(" "), "x", { wrap: (all) => inside(all).wrap() });
      assertEquals(left.code, code, `${words}: ${left.err}`);
      assertRefused(left.err, "client", reason, null);
    }
  },
});

Deno.test({
  name: "netkit keeps the zone of a link-local address: in the log, the peer, --stats and --source",
  ...needs("ip", NAMESPACES),
  async fn() {
    await using space = await SocketSpace.make(REFUSING);
    const here = { wrap: (words: readonly string[]) => space.inside([...words]) };
    await using server = new Netkit(["serve", "[fe80::5%lo]:0", "--log", "json"], here);
    const [, address] = await server.says(/"listen".*"address":"([^"]+)"/);
    assertMatch(address!, /^\[fe80::5%lo\]:\d+$/);
    assertEquals(await netkit(["client", address!], "zone", here), {
      code: 0,
      out: "ZONE",
      err: "",
    });
    await server.says(/"close".*"peer":"\[fe80::[56]%lo\]:\d+"/);
    const chosen = await netkit(
      ["client", "--source", "[fe80::5%lo]", "--stats", address!],
      "zone",
      here,
    );
    assertEquals([chosen.code, chosen.out], [0, "ZONE"], chosen.err);
    assert(chosen.err.includes(address!), chosen.err);
    const other = await netkit(["client", "--source", "fe80::6%lo", address!], "zone", here);
    assertEquals([other.code, other.out], [0, "ZONE"], other.err); // a second address of the interface
    await server.says(/"close".*"peer":"\[fe80::6%lo\]:\d+"/);
    const port = await netkit(["client", "--source", "[fe80::6%lo]:5555", address!], "zone", here);
    assertEquals([port.code, port.out], [0, "ZONE"], port.err);
    await server.says(/"close".*"peer":"\[fe80::6%lo\]:5555"/);
    for (
      const [source, to, words] of [
        [
          "fe80::77%lo",
          address!,
          "cannot connect from fe80::77%lo: not an address of this machine",
        ],
        ["fe80::6%lo", "[fe80::5%lo]:9", "cannot connect to [fe80::5%lo]:9: connection refused"],
      ] as const
    ) {
      const { err } = await netkit(["client", "--source", source, to], "", here);
      assertRefused(err, "client", words, null);
    }
    // Without calls of the C library the system chooses.
    const wrap = (words: readonly string[]) =>
      here.wrap(allowed("--allow-net", "--allow-env", "--allow-sys").wrap!(words));
    const without = await netkit(["client", "--source", "fe80::6%lo", address!], "zone", { wrap });
    assertEquals(without.code, 2, without.err);
    assertRefused(
      without.err,
      "client",
      "the system connects from fe80::5%lo, not from fe80::6%lo",
      null,
    );
    const bare = await netkit(["client", address!.replace("%lo", "")], "zone", here);
    assertEquals(bare.code, 2, bare.err);
    assertMatch(
      bare.err,
      /: a link-local address needs its interface\n {2}write \[fe80::5%lo\]:\d+\n$/,
    );
  },
});

Deno.test({
  name: "netkit --udp keeps the zone of a link-local address",
  ...needs("ip", NAMESPACES),
  async fn() {
    await using space = await SocketSpace.make(REFUSING);
    const here = { wrap: (words: readonly string[]) => space.inside([...words]) };
    await using server = new Netkit(
      ["serve", "--udp", "[fe80::5%lo]:0", "--log", "json", "-v"],
      here,
    );
    const [, address] = await server.says(/"bind".*"address":"([^"]+)"/);
    assertMatch(address!, /^\[fe80::5%lo\]:\d+$/);
    const left = await netkit(
      ["client", "--udp", ...PATIENT, "--source", "fe80::6%lo", address!],
      "zone",
      here,
    );
    assertEquals(left, { code: 0, out: "ZONE", err: "" });
    await server.says(/"write".*"peer":"\[fe80::6%lo\]:\d+"/);
  },
});
