import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeCertificate } from "./certificates.ts";
import { LINUX, type Need, needs } from "./needs.ts";
import { allowed, Netkit, netkit, startServer } from "./processes.ts";

/** Starts a server with both listeners; resolves when both listen. */
async function startServerWithWeb(
  args: readonly string[],
  wrap?: (words: readonly string[]) => readonly string[],
) {
  const server = await startServer([...args, "--web", "0"], wrap ? { wrap } : {});
  const [, url] = await server.says(/listen +(https?:\S+), for browsers\n/);
  return Object.assign(server, { url: url! });
}

function web(name: string, fn: () => Promise<void>, ...all: readonly Need[]): void {
  Deno.test({ name, ...needs(...all), fn });
}

web("netkit serve --web says where both listeners are, and answers through both", async () => {
  await using server = await startServerWithWeb([]);
  assertEquals(
    server.err.replace(/\d\d:\d\d:\d\d\.\d{3}/g, "TIME").replace(/:\d+/g, ":PORT"),
    `TIME  socket  TCP over IPv4
TIME  bind    127.0.0.1:PORT
TIME  listen  127.0.0.1:PORT, waiting for clients; Ctrl-C stops
TIME  socket  TCP over IPv4
TIME  bind    127.0.0.1:PORT
TIME  listen  http://127.0.0.1:PORT/, for browsers
`,
  );
  assertEquals(await (await fetch(`${server.url}healthz`)).text(), "ok\n");
  const socket = new WebSocket(`${server.url.replace("http", "ws")}ws`);
  socket.onopen = () => socket.send("straße");
  const answer = await new Promise((resolve) => socket.onmessage = ({ data }) => resolve(data));
  assertEquals(answer, "STRASSE");
  const gone = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  server.signal("SIGTERM");
  const { code, reason } = await gone;
  assertEquals([code, reason], [1001, "the server stops"]);
  const left = await server.end();
  assertEquals(left.code, 0);
  assertMatch(left.err, /accept {2}#1 127\.0\.0\.1:\d+ {2}WebSocket\n/);
  assertMatch(left.err, /close {3}#1 127\.0\.0\.1:\d+ {2}7 B in, 7 B out/);
});

web("netkit serve --web tells a program the URL, and of WebSockets", async () => {
  await using server = await startServerInJson();
  const lines = server.err.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ event }) => event), [
    ...["socket", "bind", "listen"],
    ...["socket", "bind", "listen"],
  ]);
  assertEquals(lines.map(({ url }) => typeof url), [
    ...["undefined", "undefined", "undefined"],
    ...["string", "string", "string"],
  ]);
});

async function startServerInJson(): Promise<Netkit> {
  const server = new Netkit(["serve", "0", "--web", "0", "--log", "json"]);
  await server.says(/"listen".*"url".*\n/);
  return server;
}

web(
  "netkit serve --web answers with TLS where the other listener does",
  async () => {
    const folder = await Deno.makeTempDir();
    const made = await makeCertificate();
    await Deno.writeTextFile(`${folder}/cert`, made.cert);
    await Deno.writeTextFile(`${folder}/key`, made.key);
    await using server = await startServerWithWeb(
      ["--tls-cert", `${folder}/cert`, "--tls-key", `${folder}/key`],
    );
    const { stdout } = await new Deno.Command("curl", {
      args: ["--silent", "--show-error", "--cacert", `${folder}/cert`, `${server.url}healthz`],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "ok\n");
    assertMatch(server.url, /^https:/);
    await Deno.remove(folder, { recursive: true });
  },
  "openssl",
  "curl",
);

web("the metrics are what Prometheus reads, and count", async () => {
  await using server = await startServerWithWeb([]);
  for (let i = 0; i < 3; i++) {
    using conn = await Deno.connect({ port: server.port });
    await conn.write(new TextEncoder().encode("hello"));
    await conn.closeWrite();
    while (await conn.read(new Uint8Array(10)) !== null);
  }
  await server.says(/close {3}#3/);
  await (await fetch(`${server.url}nothing`)).body?.cancel();
  const response = await fetch(`${server.url}metrics`);
  assertEquals(
    response.headers.get("content-type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );
  const text = await response.text();
  for (
    const line of [
      'netkit_connections_open{listener="tcp"} 0',
      'netkit_connections_total{listener="tcp"} 3',
      'netkit_received_bytes_total{listener="tcp"} 15',
      'netkit_sent_bytes_total{listener="tcp"} 15',
      'netkit_http_requests_total{code="404"} 1',
      'netkit_accept_latency_seconds_bucket{listener="tcp",le="+Inf"} 3',
      'netkit_accept_latency_seconds_count{listener="tcp"} 3',
    ]
  ) assertStringIncludes(text, `${line}\n`);
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  assertEquals([code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], [
    ...[0, "", ""],
  ]);
}, "promtool");

web(
  "so many browsers that the descriptors run out end neither listener",
  async () => {
    await using server = await startServerWithWeb(
      ["--max-connections", "1000"],
      (words) => ["prlimit", "--nofile=100", ...words],
    );
    const port = Number(new URL(server.url).port);
    const flood = await Promise.all(
      Array.from({ length: 150 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
    );
    await server.says(/retry .*cannot accept/);
    for (const conn of flood) conn.close();
    assertEquals(await (await fetch(`${server.url}healthz`)).text(), "ok\n");
  },
  LINUX,
  "prlimit",
);

const REFUSED: readonly (readonly [args: string, message: string, hint?: string])[] = [
  ["--web 6000", '--web: "6000" is not a port for browsers: they refuse to connect to it', "7000"],
  ["--web 70000", '--web: "70000" is not a port: ports are 16 bits, 0-65535'],
  ["--web=x", '--web: "x" is not a port: a port is a decimal number'],
  ["--web=", "--web= needs a value: --web=PORT"],
  [
    "--web 8000",
    "--web needs a port of its own, and 8000 is that of the other clients",
    "netkit serve 8000 --web 8001",
  ],
  ["8080 --web", "--web needs a port of its own, and 8080 is that of the other clients"],
  ["--web --once", "--once is over before a browser has looked: leave it or --web out"],
  ["--web --udp", "--web needs connections, and UDP has none"],
];

for (const [args, message, hint = ""] of REFUSED) {
  web(`netkit serve ${args} is refused`, async () => {
    const { code, out, err } = await netkit(["serve", ...args.split(" ")]);
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, `netkit serve: ${message}\n`);
    assertStringIncludes(err, hint);
  });
}

web(
  "netkit serve --web with a port that is taken says who has it and which one is free",
  async () => {
    await using other = await startServer();
    const { code, err } = await netkit(["serve", "0", "--web", `${other.port}`]);
    assertEquals(code, 2);
    assertMatch(err, /cannot listen on 127\.0\.0\.1:\d+: address already in use\n/);
    if (Deno.build.os === "linux") {
      assertMatch(err, /\n {2}127\.0\.0\.1:\d+ is held by deno, pid \d+ \(.*\); \d+ is free\n/);
    }
    const { err: sandboxed } = await netkit(
      ["serve", "0", "--web", `${other.port}`],
      "",
      allowed("--allow-net"),
    );
    assertMatch(sandboxed, /\n {2}127\.0\.0\.1:\d+ is free: netkit serve --web \d+\n/);
  },
);

web(
  "netkit serve --web beyond this machine prints the URL with its token, and logs none",
  async () => {
    await using server = await startServerWithWeb(["--web-name", "lab.local", "-v"]);
    const reader = server.child.stdout.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    const [, url, token] = new TextDecoder().decode(value)
      .match(/^(http:\/\/lab\.local:\d+\/)#token=([\w-]{22})\n$/)!;
    const port = new URL(url!).port;
    const events = (fields: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/events`, { headers: fields });
    const refused = await events({});
    assertEquals(refused.status, 401);
    await refused.body?.cancel();
    const answer = await events({ Authorization: `Bearer ${token}` });
    assertEquals(answer.status, 200);
    await answer.body?.cancel();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["netkit", `netkit-token.${token}`]);
    await new Promise((resolve) => socket.onopen = resolve);
    assertEquals(socket.protocol, "netkit");
    const closed = new Promise((resolve) => socket.onclose = resolve);
    server.signal("SIGTERM");
    await closed;
    assertEquals(await server.ended(), 0);
    assertStringIncludes(server.err, "GET /ws  101");
    assertEquals(server.err.includes(token!), false);
  },
);

for (
  const [args, message] of [
    ["--web-name lab.local", "--web-name is about the page"],
    ["--web --web-name lab.local:80", '--web-name: "lab.local:80" is not a host'],
    ["--web --web-name *", '--web-name: "*" is not a host'],
    ["--web --web-origin lab.local", '--web-origin: "lab.local" is not an origin'],
    ["--web --web-origin https://lab.local/page", "is not an origin"],
    ["--web --web-origin https://*.local", "is not an origin"],
  ] as const
) {
  web(`netkit serve ${args} is refused`, async () => {
    const { code, err } = await netkit(["serve", ...args.split(" ")]);
    assertEquals(code, 2);
    assertStringIncludes(err, message);
  });
}
