import { assert, assertEquals, assertMatch } from "@std/assert";
import { accessFor } from "../web/web_access.ts";
import { ServerWithWeb, UPGRADE } from "./web_servers.ts";

const NONE = { names: [], origins: [] };

const NEEDS:
  readonly (readonly [what: string, isNeeded: boolean, ...Parameters<typeof accessFor>])[] = [
    ["127.0.0.1", false, "127.0.0.1", "127.0.0.1", NONE],
    ["::1", false, "::1", "::1", NONE],
    ["all addresses", true, "0.0.0.0", "0.0.0.0", NONE],
    ["all addresses of IPv6", true, "::", "::", NONE],
    ["an address of the local network", true, "192.0.2.7", "192.0.2.7", NONE],
    ["127.0.0.1 with a name for a proxy", true, "127.0.0.1", "127.0.0.1", {
      names: ["lab.local"],
      origins: [],
    }],
    ["127.0.0.1 with a page of a proxy", true, "127.0.0.1", "127.0.0.1", {
      names: [],
      origins: ["https://lab.example"],
    }],
    ["127.0.0.1 with a page of this machine", false, "127.0.0.1", "127.0.0.1", {
      names: [],
      origins: ["http://localhost:3000", "http://[::1]:3000"],
    }],
  ];

for (const [what, isNeeded, ...args] of NEEDS) {
  Deno.test(`accessFor() asks ${isNeeded ? "for a token" : "for no token"} on ${what}`, () => {
    const { token } = accessFor(...args);
    assertEquals(token !== null, isNeeded);
    if (token === null) return;
    assertMatch(token, /^[\w-]{22}$/);
    assert(token !== accessFor(...args).token);
  });
}

/** A server with a name and an origin of its own, its token, and the fields that give it away. */
async function startNamed() {
  const server = await ServerWithWeb.start({}, {
    names: { names: ["lab.local"], origins: ["https://lab.example"] },
  });
  const token = server.token!;
  return { server, token, bearer: `Authorization: Bearer ${token}` };
}

Deno.test("a server with a name answers by it and by that of its origins, and by no other", async () => {
  const { server } = await startNamed();
  await using _ = server;
  const status = async (host: string, ...fields: string[]) =>
    (await server.ask(["GET /healthz HTTP/1.1", `Host: ${host}`, ...fields])).status;
  for (const host of ["lab.local", "LAB.local:8080", "lab.example", "127.0.0.1", "localhost:1"]) {
    assertEquals(await status(host), 200, host);
  }
  for (
    const host of ["evil.example", "x.lab.local", "lab.local.evil", "lab.local.", "192.0.2.1", ""]
  ) assertEquals(await status(host), 421, host);
  assertEquals(await status("lab.local", "Origin: http://lab.local"), 200);
  assertEquals(await status("lab.local", "Origin: https://lab.example"), 200);
  for (
    const origin of ["http://lab.example", "https://lab.example:444", "https://evil", "null"]
  ) assertEquals(await status("lab.local", `Origin: ${origin}`), 403, origin);
});

Deno.test("events and the WebSocket need the token, and nothing else does", async () => {
  const { server, token, bearer } = await startNamed();
  await using _ = server;
  const ask = (...lines: string[]) => server.ask([...lines, "Host: lab.local"]);
  for (const path of ["/", "/page.js", "/healthz", "/metrics"]) {
    assertEquals((await ask(`GET ${path} HTTP/1.1`)).status, 200, path);
  }
  const wrong = [
    [],
    ["Authorization: Bearer"],
    ["Authorization: Bearer x"],
    [`Authorization: Bearer ${token}x`],
    [`Authorization: Bearer ${token.slice(1)}`],
    [`Authorization: Basic ${token}`],
    [`Authorization: Bearer ${"A".repeat(22)}`],
    [`Cookie: token=${token}`],
    [`Sec-WebSocket-Protocol: netkit, ${token}`],
    [`Sec-WebSocket-Protocol: netkit, netkit-token.${token}x`],
  ];
  for (const fields of wrong) {
    for (const path of ["/events", `/events?token=${token}`]) {
      const { status, head, text } = await ask(`GET ${path} HTTP/1.1`, ...fields);
      assertEquals(status, 401, fields.join());
      assertMatch(head, /\r\nWWW-Authenticate: Bearer/);
      assertMatch(text, /open the URL that netkit serve has printed/);
    }
    assertEquals((await ask("GET /ws HTTP/1.1", ...UPGRADE, ...fields)).status, 401);
  }
  const opened = await server.upgrade([`Sec-WebSocket-Protocol: netkit, netkit-token.${token}`]);
  using _opened = opened;
  assertMatch(opened.head, /^HTTP\/1.1 101 .*\r\nSec-WebSocket-Protocol: netkit(\r\n|$)/s);
  assert(!opened.head.includes(token), "the answer repeats the token");
  using events = await server.connect(server.web);
  await events.write(new TextEncoder().encode(
    ["GET /events HTTP/1.1", "Host: lab.local", bearer, "", ""].join("\r\n"),
  ));
  const answer = new Uint8Array(100);
  const count = await events.read(answer);
  assertMatch(new TextDecoder().decode(answer.subarray(0, count!)), /^HTTP\/1.1 200 /);
});

Deno.test("a page of one's own may read the events, and a foreign one may not ask", async () => {
  const { server } = await startNamed();
  await using _ = server;
  const preflight = (origin: string) =>
    server.ask([
      "OPTIONS /events HTTP/1.1",
      "Host: lab.local",
      `Origin: ${origin}`,
      "Access-Control-Request-Method: GET",
      "Access-Control-Request-Headers: authorization",
    ]);
  const { status, head } = await preflight("https://lab.example");
  assertEquals(status, 204);
  assertMatch(head, /\r\nAccess-Control-Allow-Origin: https:\/\/lab\.example\r\n/);
  assertMatch(head, /\r\nAccess-Control-Allow-Headers: Authorization\r\n/);
  assertMatch(head, /\r\nVary: Origin/);
  const foreign = await preflight("https://evil.example");
  assertEquals(foreign.status, 403);
  assert(!/Access-Control/.test(foreign.head), "another page may read the refusal");
  assertEquals((await server.ask(["OPTIONS / HTTP/1.1", "Host: lab.local"])).status, 405);
  const own = await server.ask(["GET /metrics HTTP/1.1", "Host: lab.local"]);
  assertMatch(own.head, /\r\nCross-Origin-Resource-Policy: same-origin/);
  assert(!/Access-Control/.test(own.head));
});

Deno.test("no event has the token, whatever is told", async () => {
  const server = await ServerWithWeb.start({ verbose: true }, {
    names: { names: ["lab.local"], origins: [] },
  });
  const token = server.token!;
  {
    await using _ = server;
    (await server.upgrade([`Sec-WebSocket-Protocol: netkit, netkit-token.${token}`]))
      [Symbol.dispose]();
    await server.ask(["GET /metrics HTTP/1.1", `Authorization: Bearer ${token}`]);
    await server.saw((event) => event.event === "request" && event.path === "/metrics");
  }
  const kept = server.events.map((event) => JSON.stringify(event)).join("\n");
  assert(kept.includes("127.0.0.1") && !kept.includes(token));
});
