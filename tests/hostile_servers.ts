/**
 * Servers that mean harm, and what `netkit client` does about them.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit } from "./processes.ts";

const encoder = new TextEncoder();

/** A MiB, and the most of memory that a client may take for any server; it starts with 50. */
const MIB = 1024 * 1024, MOST_MEMORY = 180 * MIB;

/** Runs a program, and tells on standard error the most memory that it has had, in KiB. */
const MEASURED = `
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
`;

/** A server: what it says once, what it waits for, and what it says again and again. */
export interface Attack {
  /** Its name. */
  readonly name: string;
  /** Options of the client. */
  readonly args: readonly string[];
  /** Said once, before a line of the client is awaited. */
  readonly first?: string;
  /** Said until so many bytes are sent or the client has gone. */
  readonly again: string | Uint8Array;
  /** The bytes; many more than a client may keep if not given. */
  readonly total?: number;
  /** The exit code of the client. */
  readonly code: number;
  /** Its standard error. */
  readonly err: RegExp;
}

const LONG_LINE = "x".repeat(65_536);

/** Bytes of a record of TLS (RFC 8446, section 5.1): type, version, length, content. */
function record(type: number, content: readonly number[]): Uint8Array {
  return Uint8Array.of(type, 3, 3, content.length >> 8, content.length & 255, ...content);
}

const HUGE = 240 * MIB;

/** The attacks. */
export const ATTACKS: readonly Attack[] = [
  ...[[], ["--time"], ["--mode", "send"]].map((args) => ({
    name: `a line without end, with ${args.join(" ") || "no option"}`,
    args,
    again: LONG_LINE,
    code: 0,
    err: /^/,
  })),
  {
    name: "lines without a text, with --time",
    args: ["--time"],
    again: "\n",
    total: MIB,
    code: 0,
    err: /^$/,
  },
  {
    name: "control characters in an answer of SMTP",
    args: ["--starttls", "smtp", "--insecure"],
    first: "554 \x1b[2J\x9b go away\x07\r\n",
    again: "",
    total: 0,
    code: 1,
    err: /^netkit client: [^\p{Cc}]*\n/u,
  },
  {
    name: "an SMTP greeting without end",
    args: ["--starttls", "smtp", "--insecure"],
    again: "220-hello\r\n".repeat(5000),
    code: 1,
    err: /: an answer of the server has no end\n$/,
  },
  {
    name: "a line of SMTP without end",
    args: ["--starttls", "smtp", "--insecure"],
    again: "2".repeat(65_536),
    code: 1,
    err: /: a line of the server has no end\n$/,
  },
  {
    name: "an answer of IMAP without end",
    args: ["--starttls", "imap", "--insecure"],
    first: "* OK ready\r\n",
    again: "* CAPABILITY IMAP4rev1\r\n".repeat(3000),
    code: 1,
    err: /: an answer of the server has no end\n$/,
  },
  ...[[], ["--insecure"]].flatMap((also): Attack[] => [
    {
      name: ["records of TLS that are not", ...also].join(", "),
      args: ["--tls", ...also],
      again: LONG_LINE,
      code: 1,
      err: /: what the server says is not TLS\n/,
    },
    {
      name: ["a handshake of 16 MiB", ...also].join(", "),
      args: ["--tls", ...also],
      again: record(22, [2, 255, 255, 255, ...new Array(8000).fill(0)]),
      code: 1,
      err: /^netkit client: cannot connect to [^\n]*TLS\n/,
    },
    {
      name: ["warnings of TLS without end", ...also].join(", "),
      args: ["--tls", ...also],
      again: record(21, [1, 90]),
      code: 1,
      err: /^netkit client: cannot connect to [^\n]*TLS[^\n]*\n/,
    },
  ]),
];

/** Declares a test that the client outlives this server. */
export function testHostileServer(attack: Attack): void {
  Deno.test({
    name: `netkit client stays small and ends in order at a server that says ${attack.name}`,
    ...needs(UNIX, "python3"),
    async fn() {
      const { args, first = "", again, total = HUGE } = attack;
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const wrap = (words: readonly string[]) => ["python3", "-c", MEASURED, ...words];
      await using client = new Netkit(["client", ...args, `${listener.addr.port}`], { wrap });
      const left = client.end();
      using conn = await listener.accept();
      const bytes = typeof again === "string" ? encoder.encode(again) : again;
      const part = new Uint8Array(bytes.length * Math.ceil(65_536 / Math.max(1, bytes.length)));
      for (let at = 0; at < part.length && bytes.length > 0; at += bytes.length) {
        part.set(bytes, at);
      }
      let sent = 0;
      try {
        if (first !== "") {
          await writeAll(conn, encoder.encode(first));
          await conn.read(new Uint8Array(1024));
        }
        for (; sent < total; sent += part.length) await writeAll(conn, part);
        await conn.closeWrite();
      } catch (error) {
        assert(error instanceof Error && attack.code === 1, `${error}`); // the client has gone
      }
      const { code, err } = await left;
      const [, peak] = err.match(/peak (\d+)\n$/)!;
      assertEquals(code, attack.code, err);
      assertMatch(err.replace(/peak \d+\n$/, ""), attack.err);
      assert(Number(peak) * 1024 < MOST_MEMORY, `${peak} KiB`);
      assert(attack.code === 0 || sent < HUGE, "all of it was read");
    },
  });
}
