import { green, yellow } from "@std/fmt/colors";
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { OutputClosed, UserError } from "../cli/errors.ts";
import type { Output } from "../cli/io.ts";
import { formatForms, quickForms } from "../ipinfo/forms.ts";
import { parsePrefixedAddress } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { ipinfo } from "../ipinfo.ts";
import { type FakeIo, fakeIo, type FakeOptions, run } from "./fakes.ts";

async function inspect(
  args: readonly string[],
  options: FakeOptions = {},
): Promise<{ exit: number; out: string; err: string }> {
  const io = fakeIo({ columns: 80, ...options });
  const exit = await run(ipinfo, args, io);
  return { exit, out: io.out(), err: io.err() };
}

function objects(ndjson: string): Record<string, unknown>[] {
  return ndjson.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("ipinfo shows an address in its network, the host bits behind a bar", async () => {
  const { exit, out, err } = await inspect(["192.168.1.130/25"]);
  assertEquals([exit, err], [0, ""]);
  assertEquals(
    out,
    `address     192.168.1.130     11000000.10101000.00000001.1 | 0000010
prefix      /25, 25 network + 7 host bits
netmask     255.255.255.128   11111111.11111111.11111111.1 | 0000000
wildcard    0.0.0.127         00000000.00000000.00000000.0 | 1111111
network     192.168.1.128/25  11000000.10101000.00000001.1 | 0000000
broadcast   192.168.1.255     11000000.10101000.00000001.1 | 1111111
first host  192.168.1.129     11000000.10101000.00000001.1 | 0000001
last host   192.168.1.254     11000000.10101000.00000001.1 | 1111110
addresses   128, 126 usable
role        an ordinary host, number 2 of 126: host bits are set
integer     3232235906
hex         0xc0a80182
reverse     130.1.168.192.in-addr.arpa
class       C (historical, before RFC 1519)
special     192.168.0.0/16 Private-Use (RFC 1918), not globally reachable
`,
  );
});

Deno.test("ipinfo shows an address without a prefix in each form and how it was read", async () => {
  const { out } = await inspect(["11000000.10101000.00000001.00000001"]);
  assertEquals(
    out,
    `input    11000000.10101000.00000001.00000001 (binary octets)
address  192.168.1.1  11000000.10101000.00000001.00000001
integer  3232235777
hex      0xc0a80101
reverse  1.1.168.192.in-addr.arpa
class    C (historical, before RFC 1519)
special  192.168.0.0/16 Private-Use (RFC 1918), not globally reachable
`,
  );
});

const BARS: [operand: string, bits: string, more: string][] = [
  ["10.1.2.3/8", "00001010 | 00000001.00000010.00000011", "16777216, 16777214 usable"],
  ["10.1.2.3/0", "| 00001010.00000001.00000010.00000011", "4294967296, 4294967294 usable"],
  ["10.1.2.3/31", "00001010.00000001.00000010.0000001 | 1", "none: both ends of a link (RFC 3021)"],
  ["10.1.2.3/32", "00001010.00000001.00000010.00000011 |", "none: a single address"],
];

for (const [operand, bits, more] of BARS) {
  Deno.test(`ipinfo ${operand} shows ${bits} and "${more}"`, async () => {
    const { out } = await inspect([operand]);
    const lines = out.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
    assertEquals(lines[0], `address  10.1.2.3  ${bits}`);
    assert(lines.some((line) => line.endsWith(`  ${more}`)), out);
  });
}

Deno.test("ipinfo puts a blank line between addresses", async () => {
  const { out } = await inspect(["1.2.3.4", "5.6.7.8"]);
  assertEquals(
    out.split("\n\n").map((block) => block.split("\n")[0]),
    [
      "address  1.2.3.4  00000001.00000010.00000011.00000100",
      "address  5.6.7.8  00000101.00000110.00000111.00001000",
    ],
  );
});

Deno.test("ipinfo is never wider than the terminal and says the same at every width", async () => {
  const operands = [
    "0b11000000101010000000000100000001/255.255.255.128",
    "1.2.3.4/31",
    "2001:db8:85a3::8a2e:370:7334/61",
  ];
  const essence = (text: string) => text.replace(/\s/g, "");
  const wide = essence((await inspect(operands, { columns: 100 })).out);
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (columns) => {
    const { out } = await inspect(operands, { columns });
    for (const line of out.split("\n")) assert(line.length <= columns, `${columns}: ${line}`);
    assertEquals(essence(out), wide);
  }));
});

Deno.test("ipinfo colours bits on a terminal, and they are the same bits", async () => {
  const { out } = await inspect(["10.1.2.3/8"], { terminal: true });
  assert(
    out.includes(`${green("00001010")} | ${yellow("00000001.00000010.00000011")}`),
    out,
  );
  // deno-lint-ignore no-control-regex -- the escape sequences of colours
  assertEquals(out.replace(/\x1b\[\d+m/g, ""), (await inspect(["10.1.2.3/8"])).out);
});

Deno.test("ipinfo --json prints one object a line", async () => {
  const { exit, out } = await inspect(["--json", "192.168.1.130/25", "3232235777"]);
  assertEquals(exit, 0);
  assertEquals(objects(out), [{
    input: "192.168.1.130/25",
    version: 4,
    address: "192.168.1.130",
    integer: "3232235906",
    hex: "0xc0a80182",
    binary: "11000000.10101000.00000001.10000010",
    reverse: "130.1.168.192.in-addr.arpa",
    exploded: null,
    class: "C",
    special: {
      name: "Private-Use",
      block: "192.168.0.0/16",
      rfc: "RFC 1918",
      globally_reachable: false,
    },
    embedded_ipv4: null,
    eui64_mac: null,
    solicited_node: null,
    multicast_mac: null,
    multicast_scope: null,
    role: "host",
    host_number: "2",
    network: {
      address: "192.168.1.128",
      prefix: 25,
      netmask: "255.255.255.128",
      wildcard: "0.0.0.127",
      first: "192.168.1.129",
      last: "192.168.1.254",
      broadcast: "192.168.1.255",
      addresses: "128",
      usable: "126",
      special: {
        name: "Private-Use",
        block: "192.168.0.0/16",
        rfc: "RFC 1918",
        globally_reachable: false,
      },
      special_inside: [],
    },
  }, {
    input: "3232235777",
    version: 4,
    address: "192.168.1.1",
    integer: "3232235777",
    hex: "0xc0a80101",
    binary: "11000000.10101000.00000001.00000001",
    reverse: "1.1.168.192.in-addr.arpa",
    exploded: null,
    class: "C",
    special: {
      name: "Private-Use",
      block: "192.168.0.0/16",
      rfc: "RFC 1918",
      globally_reachable: false,
    },
    embedded_ipv4: null,
    eui64_mac: null,
    solicited_node: null,
    multicast_mac: null,
    multicast_scope: null,
    role: null,
    host_number: null,
    network: null,
  }]);
});

for (const operand of ["192.0.2.0/31", "192.0.2.0/32"]) {
  Deno.test(`ipinfo --json ${operand} has no broadcast`, async () => {
    const { out } = await inspect(["--json", operand]);
    assertEquals((objects(out)[0]!.network as { broadcast: unknown }).broadcast, null);
  });
}

Deno.test("ipinfo declares the fields of its JSON", async () => {
  const { out } = await inspect(["--json", "1.2.3.4/5", "::ffff:10.0.0.1", "x"]);
  const hosts = await inspect(["--json", "--hosts", "5", "1.2.3.4/5"]);
  const map = await inspect(["--json", "--map", "1.2.3.4/5"]);
  const contains = await inspect(["--json", "--contains", "::", "1.2.3.4/5"]);
  const list = await inspect(["--json", "-"], { stdin: "1.2.3.4 name\n" });
  const count = await inspect(["--json", "--count", "1.2.3.4"]);
  const explain = await inspect(["--json", "--explain", "1.2.3.4"]);
  const machine = await inspect(["--json"], MACHINE);
  const match = await inspect(["--json", "--match", "x", "1.2.3.4"], { files: { x: "" } });
  const merge = await inspect(["--json", "--merge", "1.2.3.4"]);
  const calc = await inspect(["--json", "--calc", "1.2.3.4-1.2.3.4"]);
  const zones = await inspect(["--json", "--reverse-zones", "1.2.3.4/31"]);
  const readers = await inspect(["--json", "--readers", "1.2.3.4"]);
  const ranges = await inspect(["--json", "--merge", "--as-ranges", "1.2.3.4"]);
  const grep = await inspect(["--json", "--grep", "x", "x"], { files: { x: "1.2.3.4" } });
  const inner = (name: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.keys(value).map((key) => `${name}.${key}`)
      : [];
  const names = new Set(
    objects(
      out + hosts.out + map.out + contains.out + list.out + count.out + match.out + explain.out +
        machine.out + merge.out + calc.out + zones.out + readers.out + ranges.out + grep.out,
    ).flatMap((
      object,
    ) => Object.entries(object).flatMap(([name, value]) => [name, ...inner(name, value)])),
  );
  assertEquals(new Set((await ipinfo.fields!()).map((field) => field.name)), names);
});

Deno.test("ipinfo throws for a single bad operand", async () => {
  const error = await assertRejects(() => inspect(["010.8.8.8"]), ParseError, "8.8.8.8 if octal");
  assertEquals([...error.at], [0, 3]);
});

Deno.test("ipinfo shows IPv6 with its bits in eight lines", async () => {
  const { exit, out } = await inspect(["2001:DB8::c0a8:1/60"]);
  assertEquals(exit, 0);
  assertEquals(
    out,
    `input       2001:DB8::c0a8:1/60 (colon hexadecimal, prefix length)
address     2001:db8::c0a8:1
exploded    2001:0db8:0000:0000:0000:0000:c0a8:0001
binary      0010000000000001     2001
            0000110110111000     0db8
            0000000000000000     0000
            000000000000 | 0000  0000
            0000000000000000     0000
            0000000000000000     0000
            1100000010101000     c0a8
            0000000000000001     0001
prefix      /60, 60 network + 68 host bits
netmask     ffff:ffff:ffff:fff0::
wildcard    ::f:ffff:ffff:ffff:ffff
network     2001:db8::/60
broadcast   none: IPv6 has multicast instead
anycast     2001:db8::, to a router (RFC 4291, 2.6.1)
first host  2001:db8::1
last host   2001:db8:0:f:ffff:ffff:ffff:ffff
addresses   295147905179352825856 (2^68)
role        an ordinary host, number 3232235521 of 295147905179352825855: host
            bits are set
integer     42540766411282592856903984954886062081
hex         0x20010db80000000000000000c0a80001
reverse     1.0.0.0.8.a.0.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.
            ip6.arpa
solicited   ff02::1:ffa8:1, MAC 33:33:ff:a8:00:01 (RFC 4291, 2.7.1)
special     2001:db8::/32 Documentation (RFC 3849), not globally reachable
`,
  );
});

const LINES: [operand: string, line: RegExp][] = [
  ["2001:db8::/127", /^broadcast {2}.*none: both ends of a link \(RFC 6164\)$/m],
  ["2001:db8::/128", /^broadcast {2}.*none: a single address$/m],
  ["2001:db8::/0", /^binary +\| 0010000000000001 +2001$/m],
  ["2001:db8::/16", /^binary +0010000000000001 \| +2001$/m],
  ["::ffff:10.0.0.1", /^IPv4-mapped +10\.0\.0\.1\n +10\.0\.0\.0\/8 Private-Use/m],
  ["64:ff9b::8.8.8.8", /^NAT64 +8\.8\.8\.8\n +no: global unicast$/m],
  ["2002:c000:204::1", /^6to4 +192\.0\.2\.4$/m],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", /^Teredo +192\.0\.2\.45$/m],
  ["8.8.8.8", /^special +no: global unicast$/m],
  ["2600::1", /^special +no: global unicast$/m],
  ["4000::", /^special +reserved, unallocated \(RFC 4291\), not globally reachable$/m],
  ["192.0.0.9", /^special +192\.0\.0\.9\/32 Port Control Protocol Anycast.*, globally reachable$/m],
  ["fe80::1%eth0", /^address +fe80::1%eth0$/m],
];

for (const [operand, line] of LINES) {
  Deno.test(`ipinfo ${operand} shows ${line.source}`, async () => {
    const { out } = await inspect([operand], { columns: 120 });
    assert(line.test(out), out);
  });
}

Deno.test("ipinfo takes a mask behind an address, as an operand and in a line", async () => {
  const args = ["--json", "10.0.0.1", "255.0.0.0", "10.0.0.2", "10.0.0.3/8", "255.0.0.0", "-"];
  const { out } = await inspect(args, { stdin: "10.0.0.4 0.0.255.255\n" });
  const prefixes = objects(out).map(({ network }) =>
    (network as { prefix: number } | null)?.prefix ?? null
  );
  assertEquals(prefixes, [8, null, 8, null, 16]);
});

Deno.test("ipinfo shows the bits of a mask that is none", async () => {
  const message = "not contiguous: 11111111.00000000.11111111.00000000";
  await assertRejects(() => inspect(["10.0.0.1", "255.0.255.0"]), ParseError, message);
});

Deno.test("ipinfo -6 reads integers as IPv6, and is what a long integer is told", async () => {
  const { out } = await inspect(["--json", "-6", "4294967296", "1.2.3.4"]);
  assertEquals(objects(out).map(({ address }) => address), ["::1:0:0", "1.2.3.4"]);
  const error = await assertRejects(() => inspect(["4294967296"]), ParseError);
  assertEquals(error.hint, "-6 reads it as IPv6, ::1:0:0");
});

Deno.test("ipinfo --strict refuses host bits and says which network it is", async () => {
  const error = await assertRejects(() => inspect(["--strict", "10.0.0.1/8"]), ParseError);
  assertEquals([error.reason, error.hint], ["its host bits are set", "write 10.0.0.0/8"]);
  assertEquals((await inspect(["--strict", "10.0.0.0/8", "10.0.0.1"])).exit, 0);
});

Deno.test("ipinfo without an operand says what is missing where this machine will not do", async () => {
  await assertRejects(() => inspect([]), UserError, "addresses of this machine cannot be seen");
  for (const option of ["--merge", "--list", "--explain"]) {
    await assertRejects(() => inspect([option]), UserError, "ADDRESS[/PREFIX] is missing");
  }
});

const MACHINE: FakeOptions = {
  interfaces: [
    { name: "eth0", address: "192.0.2.2", netmask: "255.255.255.0", mac: "02:fc:00:00:00:01" },
    { name: "eth0", address: "2001:db8::99", netmask: "ffff:ffff:ffff:ffff::" },
    { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0", mac: "00:00:00:00:00:00" },
  ],
  files: {
    "/proc/net/route":
      "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\n",
    "/proc/net/if_inet6": "20010db8000000000000000000000099 02 40 00 01     eth0\n",
  },
};

Deno.test("ipinfo without an operand shows this machine", async () => {
  const { exit, out } = await inspect([], MACHINE);
  assertEquals(
    out,
    `interface  address          network        MAC
eth0       192.0.2.2/24     192.0.2.0/24   02:fc:00:00:00:01  gateway 192.0.2.1
           2001:db8::99/64  2001:db8::/64                     temporary
lo         127.0.0.1/8      127.0.0.0/8
`,
  );
  assertEquals(exit, 0);
  const json = objects((await inspect(["--json"], MACHINE)).out);
  assertEquals(json.map((each) => [each.interface, each.address, each.mac, each.temporary]), [
    ["eth0", "192.0.2.2", "02:fc:00:00:00:01", false],
    ["eth0", "2001:db8::99", null, true],
    ["lo", "127.0.0.1", null, false],
  ]);
  assertEquals(json[0]!.gateways, ["192.0.2.1"]);
});

Deno.test("ipinfo reports bad operands among others, goes on, and exits with 2", async () => {
  const { exit, out, err } = await inspect(["1.2.3.4", "127.1", "\x1b[2J", "5.6.7.8"]);
  assertEquals(exit, 2);
  assertEquals(out.match(/^address .*?\d(?= )/gm), ["address  1.2.3.4", "address  5.6.7.8"]);
  assertEquals(
    err,
    `netkit ipinfo: "127.1" is not an IP address: it has 2 octets instead of 4
  inet_aton reads it as 127.0.0.1: write that if it is meant
netkit ipinfo: "\\x1b[2J" is not an IP address: U+001B is neither a decimal digit nor a dot
`,
  );
});

Deno.test("ipinfo --json has an object for a bad operand and still complains", async () => {
  const { exit, out, err } = await inspect(["--json", "1.2.3.4/33", "1.2.3.4"]);
  assertEquals(exit, 2);
  const [bad, good] = objects(out);
  assertEquals(bad, { input: "1.2.3.4/33", error: "a prefix length is 0 to 32", at: [8, 10] });
  assertEquals(good!.address, "1.2.3.4");
  assertEquals(
    err,
    'netkit ipinfo: "1.2.3.4/33" is not an IP network: a prefix length is 0 to 32\n',
  );
});

Deno.test("ipinfo --resolve shows the addresses of a host name, and says when there are none", async () => {
  const { out } = await inspect(["--resolve", "localhost/16"]);
  assert(/^input {2,}localhost\/16 \(host name\)\naddress {2,}(127\.0\.0\.1|::1)/.test(out), out);
  const json = await inspect(["--resolve", "--json", "localhost", "1.2.3.4"]);
  const found = objects(json.out).map(({ input, address }) => `${input} ${address}`);
  assert(found.includes("localhost 127.0.0.1") || found.includes("localhost ::1"), json.out);
  assertEquals(found.at(-1), "1.2.3.4 1.2.3.4");
  await assertRejects(() => inspect(["--resolve", "no-such-host.invalid"]), ParseError);
  await assertRejects(() => inspect(["localhost"]), ParseError, "neither a decimal digit");
});

Deno.test("ipinfo --form prints one line an address, with tabs between several forms", async () => {
  const forms = ["address", "network", "integer", "hex", "binary", "exploded", "reverse"];
  const args = [...forms.flatMap((form) => ["--form", form]), "10.0.0.1/8", "::1"];
  assertEquals((await inspect(args)).out.split("\n").map((line) => line.split("\t")), [
    [
      "10.0.0.1",
      "10.0.0.0/8",
      "167772161",
      "0x0a000001",
      "00001010.00000000.00000000.00000001",
      "10.0.0.1",
      "1.0.0.10.in-addr.arpa",
    ],
    [
      "::1",
      "::1/128",
      "1",
      `0x${"1".padStart(32, "0")}`,
      `${"0".repeat(16)}:`.repeat(7) + "1".padStart(16, "0"),
      "0000:".repeat(7) + "0001",
      `1.${"0.".repeat(31)}ip6.arpa`,
    ],
    [""],
  ]);
});

Deno.test("ipinfo --form names the forms there are, and goes with addresses only", async () => {
  await assertRejects(
    () => inspect(["--form", "octal", "::"]),
    UserError,
    "choose address, network",
  );
  await assertRejects(
    () => inspect(["--form", "hex", "--json", "::"]),
    UserError,
    "not with --json",
  );
  await assertRejects(() => inspect(["--form", "hex", "--list", "::"]), UserError, "not with this");
});

Deno.test("quickForms() gives what formatForms() does, or leaves it to it", () => {
  const names = ["address", "network", "integer"] as const;
  const quick = quickForms(names);
  const octet = fc.oneof(fc.nat(255), fc.nat(300), fc.constantFrom(0, 255)).map(String);
  const text = fc.tuple(
    fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join(".")),
    fc.oneof(
      fc.nat(40).map((prefix) => `/${prefix}`),
      fc.constantFrom("", "/", "/08", "/1x", "/:"),
    ),
  ).map((parts) => parts.join(""));
  let plain = 0;
  fc.assert(
    fc.property(text, (text) => {
      const shown = quick(text);
      if (shown === null) return;
      plain++;
      assertEquals(shown, formatForms(parsePrefixedAddress(text), names));
    }),
    { numRuns: 5000 },
  );
  assert(plain > 500, `${plain}`);
});

Deno.test("ipinfo - reads lines, skips blank ones, numbers bad ones", async () => {
  const stdin = "\ufeff1.2.3.4\r\n\r\n  \n127.0.0.256\n10.0.0.1/8";
  const { exit, out, err } = await inspect(["--json", "-"], { stdin });
  assertEquals(exit, 1);
  assertEquals(objects(out).map((object) => object.address ?? object.at), [
    "1.2.3.4",
    [8, 11],
    "10.0.0.1",
  ]);
  assertEquals(
    err,
    'netkit ipinfo: line 4: "127.0.0.256" is not an IP address: 256 is more than 255\n',
  );
});

Deno.test("ipinfo - of one bad line does not throw", async () => {
  assertEquals((await inspect(["-"], { stdin: "x\n" })).exit, 1);
});

Deno.test("ipinfo - of nothing prints nothing", async () => {
  assertEquals(await inspect(["-"]), { exit: 0, out: "", err: "" });
});

Deno.test("ipinfo takes - among operands, in order", async () => {
  const { exit, out } = await inspect(["--json", "1.1.1.1", "-", "3.3.3.3"], {
    stdin: "2.2.2.2\n",
  });
  assertEquals(exit, 0);
  assertEquals(objects(out).map((object) => object.address), ["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
});

Deno.test("ipinfo refuses to read standard input twice", async () => {
  await assertRejects(() => inspect(["-", "1.2.3.4", "-"]), UserError, "given twice");
});

Deno.test("ipinfo - writes many lines in few pieces", async () => {
  const io = fakeIo({ stdin: "10.0.0.1/8\n".repeat(5000) });
  let writes = 0;
  const { exit, out } = await through(io, ["--json", "-"], (bytes) => {
    writes++;
    return Promise.resolve(bytes.length);
  });
  assertEquals([exit, out], [0, ""]);
  assert(writes <= 5000 / 100, `${writes} writes`);
});

/** Runs ipinfo with another standard output. */
async function through(
  io: FakeIo,
  args: readonly string[],
  write: Output["write"],
): Promise<{ exit: number; out: string }> {
  const exit = await run(ipinfo, args, { ...io, stdout: { write, isTerminal: () => false } });
  return { exit, out: io.out() };
}

Deno.test("ipinfo - answers each line as it comes, without waiting for the end", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const io = fakeIo();
  const answers: (() => void)[] = [];
  const done = run(ipinfo, ["--json", "-"], {
    ...io,
    stdin: { ...io.stdin, readable },
    stdout: {
      write: (bytes) => io.stdout.write(bytes).finally(() => answers.shift()?.()),
      isTerminal: () => true,
    },
  });
  for (const address of ["1.1.1.1", "2.2.2.2"]) {
    const answered = new Promise<void>((resolve) => answers.push(resolve));
    await writer.write(new TextEncoder().encode(`${address}\n`));
    await answered;
    assertEquals(objects(io.out()).at(-1)!.address, address);
  }
  await writer.close();
  assertEquals(await done, 0);
});

Deno.test("ipinfo - says so when standard input cannot be read", async () => {
  const io = fakeIo();
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.error(new Deno.errors.IsADirectory("Is a directory (os error 21)"));
    },
  });
  await assertRejects(
    () => run(ipinfo, ["-"], { ...io, stdin: { ...io.stdin, readable } }),
    UserError,
    "cannot read standard input: it is a directory",
  );
});

Deno.test("ipinfo - stops reading when nobody reads its output", async () => {
  const cancelled = Promise.withResolvers<void>();
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("1.2.3.4\n"));
    },
    cancel() {
      cancelled.resolve();
    },
  });
  const io = fakeIo();
  await assertRejects(
    () =>
      run(ipinfo, ["-"], {
        ...io,
        stdin: { ...io.stdin, readable },
        stdout: {
          write: () => Promise.reject(new Deno.errors.BrokenPipe()),
          isTerminal: () => false,
        },
      }),
    OutputClosed,
  );
  await cancelled.promise;
});
