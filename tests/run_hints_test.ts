import { assert } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { parsePort } from "../address/port.ts";
import { UserError } from "../cli/errors.ts";
import { adviseOnName } from "../cli/name_advice.ts";
import { cannotConnect, type Tried } from "../client/connect_errors.ts";
import { main } from "../main.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { explainEndpoint, type Platform } from "../net/endpoint_errors.ts";
import { cannotSee } from "../port/context.ts";
import { cannotListen, cannotSpeakTls } from "../server/bind_hints.ts";
import { passedSocket } from "../server/passed_socket.ts";
import { onOneLine } from "../text/messages.ts";
import { ExplainedError } from "../text/reason.ts";
import { fakeIo, type FakeOptions, missing } from "./fakes.ts";
import { followed, some, transcript, words } from "./hints.ts";
import { procRow } from "./proc_rows.ts";
import { ROOT, sources } from "./sources.ts";

/** A failure while a command runs: the command line, and what makes its hint. */
interface Failure {
  /** The words behind `netkit`. */
  readonly typed: string;
  /** What goes wrong, for the name of the test. */
  readonly when: string;
  /** Resolves to the hint. */
  hint(): string | null | Promise<string | null>;
}

const TRIED: Tried = { timeout: 1000, retry: null, source: null, host: "127.0.0.1" };

/** Returns the failure of connecting to `endpoint` with an error of this name, message and code. */
function connecting(endpoint: string, name: string, message: string, code?: string): Failure {
  const error = Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
  return {
    typed: `client ${/Data|TLS|CERT|SIGN/.test(`${name} ${code}`) ? "--tls " : ""}${endpoint}`,
    when: `${name} ${code ?? message}`.trim(),
    hint: () => {
      const [host = null] = endpoint.split(/:\d+$/);
      const { hint } = cannotConnect(error, endpoint, { ...TRIED, host }) as UserError;
      return hint;
    },
  };
}

/** Returns the failure of binding the endpoint, where `files` are what the system says. */
function binding(
  typed: string,
  error: Error,
  { option = "", ...machine }: FakeOptions & { readonly option?: string } = {},
): Failure {
  const endpoint = parseEndpoint(words(typed).at(-1)!);
  return {
    typed,
    when: error.name,
    async hint() {
      const bind = { protocol: "tcp", option } as const;
      return (await cannotListen(error, endpoint, bind, fakeIo(machine)) as UserError).hint;
    },
  };
}

/** Returns the failure that running the line in such a system has. */
function running(typed: string, when: string, machine: FakeOptions = {}): Failure {
  return {
    typed,
    when,
    async hint() {
      const io = fakeIo(machine);
      assert(await main(words(typed), io) !== 0, io.out());
      return io.err().match(/^ {2}(.*)$/m)?.[1] ?? null;
    },
  };
}

/** Returns the failure that `work` throws. */
function throwing(typed: string, when: string, work: () => void): Failure {
  return {
    typed,
    when,
    hint() {
      try {
        work();
      } catch (error) {
        if (error instanceof UserError) return error.hint;
        throw error;
      }
      return null;
    },
  };
}

/** A machine with two interfaces. */
const MACHINE: Platform = {
  os: "linux",
  interfaces: () => [{ name: "eth0", address: "fe80::1" }, { name: "eth1", address: "fe80::2" }],
};

/** Returns the failure of the endpoint of a command with an error of this code. */
function explaining(typed: string, code: string, platform = MACHINE): Failure {
  const endpoint = parseEndpoint(words(typed).at(-1)!);
  return {
    typed,
    when: code,
    hint() {
      const error = Object.assign(new Error(code), { code });
      const found = explainEndpoint(error, endpoint, platform);
      return found instanceof ExplainedError ? found.explanation.hint ?? null : null;
    },
  };
}

const { AddrInUse, AddrNotAvailable, NotCapable, PermissionDenied } = Deno.errors;

/** A server that holds port 8000. */
const HELD: FakeOptions = {
  files: {
    "/proc/net/tcp": procRow(["127.0.0.1", 8000], ["0.0.0.0", 0], "0A", 11),
    "/proc/net/tcp6": "",
    "/proc/4121/comm": "deno\n",
    "/proc/4121/cmdline": `deno\0run\0/home/${"long/".repeat(30)}server.ts\0`,
    "/proc/4121/status": "Name:\tdeno\nUid:\t0\t0\t0\t0\n",
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  },
  links: {
    "/proc/4121/fd/9": "socket:[11]",
    "/proc/4121/ns/net": "net:[1]",
    "/proc/self/ns/net": "net:[1]",
  },
};

/** A program that is not installed, or says what it has to say on standard error. */
function program(name: string, said: string | null): Pick<FakeOptions, "programs"> {
  return {
    programs: (asked) =>
      asked !== name || said === null
        ? missing(asked)
        : { code: 1, stdout: new Uint8Array(), stderr: new TextEncoder().encode(said) },
  };
}

const FAILURES: readonly Failure[] = [
  connecting("localhost:443", "InvalidData", "invalid peer certificate: UnknownIssuer"),
  connecting("localhost:443", "Error", "x", "SELF_SIGNED_CERT_IN_CHAIN"),
  connecting("localhost:443", "InvalidData", "invalid peer certificate: CaUsedAsEndEntity"),
  connecting("localhost:443", "InvalidData", "certificate not valid for name"),
  connecting("localhost:443", "InvalidData", "received corrupt message"),
  connecting("localhost:443", "UnexpectedEof", "tls handshake eof"),
  ...["nosuch.invalid", "printer.local", "nosuch.example.com", "loclahost", "localhots"].map((
    host,
  ) => connecting(`${host}:80`, "Error", "failed to lookup address information: Name not known")),
  connecting("a.b:80", "Error", "failed to lookup address information: EAI_AGAIN"),
  {
    typed: "ipinfo --resolve loclahost",
    when: "the name does not resolve",
    hint: () => adviseOnName("loclahost", "ENOTFOUND"),
  },
  running("client 127.0.0.1:0", "port 0"),
  running("client --tls --ca no.pem 8000", "a file without a certificate", {
    files: { "no.pem": "hello" },
  }),
  binding("serve 127.0.0.1:8000", new AddrInUse("in use"), HELD),
  binding("serve 127.0.0.1:8000", new AddrInUse("in use")),
  binding("serve --web 8000", new AddrInUse("in use"), { option: "--web " }),
  binding("serve 192.0.2.1:80", new AddrNotAvailable("not here")),
  binding("serve 127.0.0.1:80", new PermissionDenied("no")),
  binding("serve unix:/tmp/x", new AddrInUse("in use")),
  binding("serve loclahost:80", new Error("failed to lookup address information: no name")),
  binding(
    "serve 8000",
    new NotCapable('Requires net access to "x", run again with the --allow-net flag'),
  ),
  explaining("serve [fe80::1]:80", "EINVAL"),
  explaining("serve [fe80::1%eth9]:80", "EINVAL"),
  explaining("serve [2001:db8::1%eth0]:80", "EINVAL"),
  explaining("serve unix:@x", "EINVAL", { ...MACHINE, os: "darwin" }),
  running("frame hello -w -", "a terminal", { terminal: true }),
  running("frame -r x", "no capture", { files: { x: "00 5g\n" } }),
  running("trace -r x", "no capture", { files: { x: "00 5g\n" } }),
  running("frame --set ip.tll=3 hello", "no such field"),
  running("frame --set ip.ttl hello", "no value"),
  running("frame --set ip.ttl=x hello", "no number"),
  running("frame --set tcp.flags=foo hello", "no flag"),
  running("frame -r x --link etherent", "no link", { files: { x: "00" } }),
  running("trace 8000", "tcpdump is not installed", program("tcpdump", null)),
  running("trace 8000 --web 8000", "the page at the port that is traced"),
  {
    typed: "trace -r x",
    when: "the port behind --web is taken",
    async hint() {
      using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      return await running(`trace -r x --web ${taken.addr.port}`, "taken").hint();
    },
  },
  running("ipinfo", "no addresses may be seen"),
  running("ipinfo --range 10.0.0.5", "no range"),
  running("ipinfo --range 10.0.0.5-30", "a short range"),
  running("ipinfo --calc 10.0.0.1", "no sum"),
  running("ipinfo --merge 1.2.3.4 255.255.255.0", "a mask behind an address"),
  running('ipinfo --merge "1.2.3.4 5.6.7.8"', "two addresses in one word"),
  running("ipinfo --eui64 00:00:5e:00:53:01 2001:db8::/80", "a long prefix"),
  running("port --pid nginx", "a name is no number"),
  running("serve --web-name x", "no server for browsers"),
  running("frame -r x -Y 'tcp.port = 80'", "one equals sign"),
  running("frame -r x -Y 'tcp | udp'", "one bar"),
  running("frame -r x -Y 'tcp udp'", "no operator"),
  running("frame -r x -Y 'tcp.port in {80 443}'", "a set without commas"),
  running("serve --web --web-name x:y", "no name"),
  running("serve --web --web-origin x", "no origin"),
  running("frame -r x -w x", "the file that is read", { files: { x: "00" } }),
  running("client –qqq", "a dash of a text processor"),
  running("help serve yaml", "no such part"),
  running('serve --host "*"', "no host"),
  running("ipinfo -", "a range in a list", { stdin: "10.0.0.0-10.0.0.9\n" }),
  running("ipinfo -", "a name in a list", { stdin: "example.com\n" }),
  throwing("client --port ８０", "full-width digits", () => {
    try {
      parsePort("８０");
    } catch (error) {
      throw error instanceof ParseError ? new UserError("", { hint: error.hint }) : error;
    }
  }),
  running("port --free 65535", "none is free", { bind: () => "EADDRINUSE" }),
  throwing("port 8000", "nobody may read /proc", () => {
    throw cannotSee(new NotCapable("no"), fakeIo());
  }),
  throwing("serve --tls-cert a --tls-key b", "no PEM", () => cannotSpeakTls(new Error("no PEM"))),
  ...[1, 2].map((count) =>
    throwing("serve --udp", `${count} sockets handed over`, () => {
      const env = (name: string) => name === "LISTEN_PID" ? `${Deno.pid}` : `${count}`;
      passedSocket({ host: null, port: null, udp: true }, [], { env });
    })
  ),
  running("arp", "no program has the table"),
  running("arp --read x", "a file in no known format", { files: { x: "hello\n" } }),
  running("frame -r x -Y http.host==“a”", "quotes of a word processor"),
];

for (const { typed, when, hint } of FAILURES) {
  Deno.test(`the hint for netkit ${typed} (${when}) leads to what netkit takes`, async () => {
    const said = await hint();
    assert(said !== null, "there is none");
    for (const line of followed(said, words(typed))) {
      assert(await some(line), `${said} leads to ${JSON.stringify(line)}`);
    }
  });
}

Deno.test("the holder of a port is named by the end of its command line", async () => {
  const { hint } = binding("serve 127.0.0.1:8000", new AddrInUse("in use"), HELD);
  const said = await hint();
  assert(/held by deno, pid 4121 \(.*server\.ts\); \d+ is free$/.test(said ?? ""), said ?? "");
});

/** A literal or a template of a source. */
const LITERAL = String.raw`(?:"(?:[^"\\\n]|\\.)*"|t?` + "`(?:[^`\\\\]|\\\\.)*`)";

/** Hints that need another system, a real peer or a program; a test beside has each. */
const ELSEWHERE: readonly (readonly [start: string, test: string])[] = [
  ["SHA-256 ", "client_tls_test.ts"],
  [
    "it has to be a socket that listens, of TCP or a Unix one (ListenStream=)",
    "special_servers_test.ts",
  ],
  ["sudo ", "trace_test.ts"],
  ["if the server runs already", "trace_live_test.ts"],
];

Deno.test("each hint of the sources is followed by a test", async () => {
  const seen: string[] = [];
  for (const name of ["habits.txt", "hints.txt"]) {
    seen.push(...(await transcript(name)).map(({ said }) => said[1]?.trim() ?? ""));
  }
  for (const { hint } of FAILURES) seen.push(await hint() ?? "");
  const unseen: string[] = [];
  const site = new RegExp(String.raw`\bhint(?::|\s=)\s*(${LITERAL}(?:\s*\+\s*${LITERAL})*)`, "g");
  for (const path of await sources()) {
    if (/^learn\/(lab\/)?lessons\//.test(path)) continue; // those are for wrong answers: learn_test.ts tries them
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [, literal = ""] of text.matchAll(site)) {
      const parts = onOneLine(
        [...literal.matchAll(new RegExp(LITERAL, "g"))]
          .map(([part]) => part.replace(/^t?["`]|["`]$/g, "")).join(""),
      );
      const pattern = parts.replace(/\$\{[^{}]*$/, "${}").split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/)
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
      const isElsewhere = ELSEWHERE.some(([start]) => parts.startsWith(start));
      if (isElsewhere || seen.some((hint) => new RegExp(`^${pattern}$`).test(hint))) continue;
      unseen.push(`${path}: ${parts}`);
    }
  }
  assert(unseen.length === 0, unseen.join("\n"));
});

for (const [start, test] of ELSEWHERE) {
  Deno.test(`the hint "${start}…" has a test in ${test}`, async () => {
    const text = await Deno.readTextFile(new URL(test, import.meta.url));
    const end = start.match(/\((\w+)/)?.[1]; // a test may look for the last word alone
    assert(text.includes(start.trim()) || end && text.includes(end), `${test} does not have it`);
  });
}
