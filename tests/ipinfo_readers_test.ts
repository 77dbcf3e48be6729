import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatIp } from "../address/ip_text.ts";
import { parseIpv6 } from "../address/ipv6.ts";
import { type Reader, READERS, readingsOf } from "../ipinfo/readers.ts";
import { ipinfo } from "../ipinfo.ts";
import { fakeIo, run } from "./fakes.ts";
import { needs } from "./needs.ts";
import { askPython } from "./python.ts";
import { SEED } from "./seed.ts";

/** The seed of all properties of this file; a failure prints it. */
const seed = SEED;

/** Returns what the reader whose name begins with `name` takes `text` for; `undefined` if it is not shown. */
function read(name: string, text: string): string | null | undefined {
  return readingsOf(text).find(({ reader }) => reader.name.startsWith(name))?.address;
}

/**
 * What programs made of texts, looked up by running them: OpenJDK 17.0.15 and 25 (`InetAddress.getByName`),
 * Go 1.19 (`netip.ParseAddr`), Rust 1.95, the package netmask 1.0.6 of npm.
 */
const RECORDED: [text: string, java: string | null, strict: string | null, netmask?: string][] = [
  ["010.8.8.8", "10.8.8.8", null, "10.8.8.8"],
  ["0177.0.0.1", "177.0.0.1", null, "177.0.0.1"],
  ["127.1", "127.0.0.1", null],
  ["2130706433", "127.0.0.1", null],
  ["02130706433", "127.0.0.1", null],
  ["0x7f.1", null, null],
  ["1.2.3", "1.2.0.3", null],
  ["08.1.1.1", "8.1.1.1", null, "8.1.1.1"],
  ["0400.0.0.1", null, null],
  ["1.2.3.4 foo", null, null],
  ["256.1.1.1", null, null],
  ["1.2.3.4.", null, null],
  ["1.65536", "1.1.0.0", null],
  ["1.16777216", null, null],
  ["01.02.03.04", "1.2.3.4", null],
  ["00000127.0.0.1", "127.0.0.1", null, "127.0.0.1"],
  ["000000127.0.0.1", "127.0.0.1", null, "127.0.0.1"],
  ["0255.255.255.255", null, null, "255.255.255.255"],
  ["4294967296", null, null],
  ["1.2.3.4", "1.2.3.4", "1.2.3.4"],
  ["2001:DB8::1", "2001:db8::1", "2001:db8::1"],
  ["::1.2.3.4", "::102:304", "::102:304"],
  ["::ffff:1.2.3.4", "1.2.3.4", "::ffff:1.2.3.4"],
  ["::ffff:010.8.8.8", "10.8.8.8", null],
  ["::00001", "::1", null],
  ["1::2::3", null, null],
  ["1.2.3.4%eth0", null, null],
];

for (const [text, java, strict, netmask] of RECORDED) {
  Deno.test(`readingsOf() knows how Java, Go, Rust and netmask read ${text}`, () => {
    const found = ["Java", "Go net/netip", "Rust std::net", "npm netmask"]
      .map((name) => read(name, text));
    assertEquals(found, [java, strict, strict, netmask]);
  });
}

Deno.test("readingsOf() knows who reads a zone", () => {
  const names = ["getaddrinfo", "URL", "Java", "Python", "Go net/netip", "Rust"];
  assertEquals(
    names.map((name) => read(name, "fe80::1%1")),
    ["fe80::1%1", null, "fe80::1%1", "fe80::1%1", "fe80::1%1", null],
  );
});

Deno.test("readingsOf() names the holes of older versions", () => {
  const holes = (text: string) =>
    readingsOf(text).flatMap(({ reader: { hole }, address }) => hole ? [[hole.cve, address]] : []);
  assertEquals(holes("010.8.8.8"), [
    ["CVE-2021-29921", "10.8.8.8"],
    ["CVE-2021-29923", "10.8.8.8"],
    ["CVE-2021-29922", "10.8.8.8"],
    ["CVE-2021-28918", "10.8.8.8"],
  ]);
  assertEquals(holes("127.0.0.1 x"), [["CVE-2016-10739", "127.0.0.1"]]);
  assertEquals(holes("8.8.8.8"), []);
  assertEquals(holes("::ffff:8.8.8.8"), []);
});

/** Returns the reader of today whose name begins with `name`. */
function readerNamed(name: string): Reader {
  return READERS.find((reader) => reader.name.startsWith(name) && reader.hole === null)!;
}

/** Texts that look like IPv4 addresses, and are read differently. */
const part = fc.oneof(
  fc.nat(300).map(String),
  fc.nat(300).map((n) => `0${n}`),
  fc.nat(300).map((n) => `0${n.toString(8)}`),
  fc.nat(300).map((n) => `0x${n.toString(16)}`),
  fc.nat(2 ** 32 - 1).map(String),
  fc.constantFrom("", "0", "00", "0x", "08", "a", "0X1F", "255", "4294967296"),
);
const rest = fc.constantFrom("", "", "", "", ".", " x", "%1");
const text = fc.tuple(fc.array(part, { minLength: 1, maxLength: 5 }), rest)
  .map(([parts, rest]) => parts.join(".") + rest)
  .filter((text) => text !== "");
const group = fc.oneof(fc.nat(0xffff).map((n) => n.toString(16)), fc.constantFrom("", "0", "00a"));
const ipv6 = fc.array(group, { minLength: 2, maxLength: 9 }).map((groups) => groups.join(":"));

const PYTHON = `
import ipaddress, json, socket, sys
def attempt(read, text):
    try: return read(text)
    except (OSError, ValueError): return None
def lookup(text):
    family, _, _, _, sockaddr = socket.getaddrinfo(
        text, None, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)[0]
    return str(ipaddress.ip_address(sockaddr[0]))
print(json.dumps([[
    attempt(lambda text: socket.inet_ntoa(socket.inet_aton(text)), text),
    attempt(lookup, text),
    attempt(lambda text: str(ipaddress.ip_address(text)), text),
] for text in json.load(sys.stdin)]))
`;

Deno.test({
  name: "readingsOf() agrees with inet_aton, getaddrinfo and ipaddress (skipped without python3)",
  ...needs("python3", { what: "Linux", isHere: Deno.build.os === "linux" }),
  async fn() {
    const texts = fc.sample(fc.oneof(text, ipv6), { seed, numRuns: 20_000 });
    const answers = await askPython(PYTHON, texts) as (string | null)[][];
    const readers = ["inet_aton", "getaddrinfo", "Python"].map(readerNamed);
    texts.forEach((text, i) => {
      const [aton, lookup, python] = answers[i]!;
      const isIpv6 = text.includes(":");
      const found = readers.map(({ read }) => read(text));
      // Python writes IPv4-mapped addresses in hexadecimal.
      const canonical = (address: string | null) =>
        address?.includes(":") ? formatIp(parseIpv6(address)) : address;
      const zone = text.includes("%"); // of IPv4: refused by all
      assertEquals(
        found,
        [isIpv6 ? null : aton, zone ? null : canonical(lookup!), canonical(python!)],
        `${JSON.stringify(text)} of seed ${seed}`,
      );
    });
  },
});

Deno.test({
  name: "readingsOf() agrees with the URLs of Node (skipped without node)",
  ...needs("node"),
  async fn() {
    const texts = fc.sample(fc.oneof(text, ipv6), { seed, numRuns: 20_000 });
    const script = `
      const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
      console.log(JSON.stringify(texts.map((text) => {
        try {
          return new URL("http://" + (text.includes(":") ? "[" + text + "]" : text) + "/").hostname;
        } catch { return null; }
      })));`;
    const child = new Deno.Command("node", {
      args: ["-e", script],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(texts)));
    await writer.close();
    const { stdout } = await child.output();
    const url = readerNamed("URL");
    const hosts = JSON.parse(new TextDecoder().decode(stdout)) as (string | null)[];
    texts.forEach((text, i) => {
      const host = hosts[i]!;
      const wanted = host === null || !/^(\[|[0-9]+(\.[0-9]+){3}$)/.test(host)
        ? null
        : host.startsWith("[")
        ? formatIp(parseIpv6(host.slice(1, -1)))
        : host;
      assertEquals(url.read(text), wanted, `${JSON.stringify(text)} of seed ${seed}`);
    });
  },
});

Deno.test("ipinfo --readers shows a table, and draws the lesson", async () => {
  const io = fakeIo({ columns: 80 });
  assertEquals(await run(ipinfo, ["--readers", "0177.0.0.1", "1.2.3.4", "127.1", "x"], io), 1);
  const blocks = io.out().split("\n\n");
  const table = blocks[0]!.split("\n");
  assertEquals(table[0], "0177.0.0.1");
  assertEquals(table[1]!.split(/ {2,}/), ["", "inet_aton (C)", "127.0.0.1"]);
  assert(table.some((line) => /^ {2}Go net\.ParseIP before 1\.17 +177\.0\.0\.1 +CVE-/.test(line)));
  assert(blocks[0]!.includes("127.0.0.1 or 177.0.0.1: where one program checks"), blocks[0]);
  assert(blocks[1]!.endsWith("All read the same address."), blocks[1]);
  assert(blocks[2]!.endsWith("Some read 127.0.0.1, others refuse it."), blocks[2]);
  assert(blocks[3]!.endsWith("No program reads it as an address.\n"), blocks[3]);
  assert(io.out().split("\n").every((line) => line.length <= 80));
});

Deno.test("ipinfo --readers takes a text as it stands, exits with 0 where all agree", async () => {
  const io = fakeIo({ stdin: "1.2.3.4\n" });
  assertEquals(await run(ipinfo, ["--json", "--readers", "-"], io), 0);
  const found = io.out().trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(found.at(-1), {
    input: "1.2.3.4",
    line: 1,
    reader: "netkit",
    address: "1.2.3.4",
    cve: null,
  });
  const odd = fakeIo();
  assertEquals(await run(ipinfo, ["--readers", "1.2.3.4 x\x1b"], odd), 1);
  assert(odd.out().startsWith("1.2.3.4 x\\x1b\n"), odd.out());
});
