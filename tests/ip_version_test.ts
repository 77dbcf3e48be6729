import { assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { placesOf } from "../net/dns.ts";
import { chooseEndpoint, formatEndpoint } from "../net/endpoint.ts";
import { freePort } from "./free_port.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit, PATIENT } from "./processes.ts";

const none = { host: null, port: null };

const CHOSEN:
  readonly (readonly [operand: string | undefined, version: 4 | 6, endpoint: string])[] = [
    [undefined, 4, "127.0.0.1:8000"],
    [undefined, 6, "[::1]:8000"],
    ["7000", 6, "[::1]:7000"],
    [":7000", 6, "[::1]:7000"],
    ["7000", 4, "127.0.0.1:7000"],
    ["a.test:7000", 6, "a.test:7000"],
    ["[::]:7000", 6, "[::]:7000"],
    ["192.0.2.1:7000", 4, "192.0.2.1:7000"],
  ];

for (const [operand, version, endpoint] of CHOSEN) {
  Deno.test(`chooseEndpoint() of ${operand ?? "nothing"} with -${version} is ${endpoint}`, () => {
    const options = { ...none, [`ipv${version}`]: true };
    assertEquals(formatEndpoint(chooseEndpoint(operand, options)), endpoint);
  });
}

for (const [operand, version] of [["127.0.0.1:1", 6], ["[::1]:1", 4], ["unix:/a", 4]] as const) {
  Deno.test(`chooseEndpoint() refuses ${operand} with -${version}`, () => {
    const options = { ...none, [`ipv${version}`]: true };
    assertThrows(() => chooseEndpoint(operand, options), ParseError, `of IPv${version}`);
  });
}

Deno.test("chooseEndpoint() with -4 and -6 takes both, as arp does", () => {
  const options = { ...none, ipv4: true, ipv6: true };
  assertEquals(formatEndpoint(chooseEndpoint("[::1]:1", options)), "[::1]:1");
});

/** Whether the loopback interface has an IPv6 address: a container may have none. */
function hasIpv6(): boolean {
  return Deno.networkInterfaces().some(({ address }) => address === "::1");
}

for (const version of [4, 6]) {
  const hostname = version === 4 ? "127.0.0.1" : "::1";
  const address = version === 4 ? /127\.0\.0\.1:\d+/ : /\[::1\]:\d+/;

  Deno.test(
    `netkit serve -${version} and netkit client -${version} meet on the loopback interface`,
    {
      ...needs(UNIX, { what: "IPv6", isHere: version === 4 || hasIpv6() }),
    },
    async () => {
      const port = `${freePort(hostname)}`;
      await using server = new Netkit(["serve", `-${version}`, port]);
      await server.says(address);
      const { code, out } = await netkit(["client", `-${version}`, port], "hello\n");
      assertEquals({ code, out }, { code: 0, out: "HELLO\n" });
    },
  );
}

const LOCALHOST_LINES:
  readonly (readonly [protocol: string, server: string[], client: string[]])[] = [
    ["TCP", [], []],
    ["TCP, with -6,", [], ["-6"]],
    ["UDP", ["--udp"], ["--udp", ...PATIENT]],
  ];

for (const [protocol, server, client] of LOCALHOST_LINES) {
  Deno.test(
    `netkit client ${protocol} finds a server at ::1 by the name localhost, whatever the hosts file says`,
    { ...needs(UNIX, { what: "IPv6", isHere: hasIpv6() }) },
    async () => {
      const port = freePort("::1"); // nobody has it at 127.0.0.1, which may be tried first
      await using listening = new Netkit(["serve", "-6", `${port}`, ...server]);
      await listening.says(/\[::1\]:\d+/);
      for (const name of ["localhost", "LOCALHOST."]) {
        const words = ["client", ...client, `${name}:${port}`];
        const { code, out, err } = await netkit(words, "hi\n");
        assertEquals({ code, out, err }, { code: 0, out: "HI\n", err: "" });
      }
    },
  );
}

Deno.test("placesOf() has both loopback addresses for localhost, and those of the system first", async () => {
  for (const name of ["localhost", "a.localhost"]) {
    const places = await placesOf(name, null);
    assertEquals([places.includes("127.0.0.1"), places.includes("::1")], [true, true]);
    assertEquals(new Set(places).size, places.length);
  }
  assertEquals(await placesOf("localhost", 4), ["127.0.0.1"]);
  assertEquals(await placesOf("127.0.0.1", null), ["127.0.0.1"]);
});
