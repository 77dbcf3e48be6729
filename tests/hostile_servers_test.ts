import { assertEquals, assertMatch } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { ATTACKS, testHostileServer } from "./hostile_servers.ts";
import { Netkit } from "./processes.ts";

const encoder = new TextEncoder();

/** A server of each kind; the others, and other options, are in hostile_servers_matrix_test.ts. */
const KINDS: ReadonlySet<string> = new Set([
  "a line without end, with no option",
  "control characters in an answer of SMTP",
  "an answer of IMAP without end",
  "records of TLS that are not",
  "a handshake of 16 MiB, --insecure",
]);

const attacks = ATTACKS.filter(({ name }) => KINDS.has(name));
assertEquals(attacks.length, KINDS.size);
for (const attack of attacks) testHostileServer(attack);

for (const [protocol, drop] of [["--starttls=smtp", "2"], ["--tls", "\x16"]] as const) {
  Deno.test(`netkit client ${protocol} waits no longer than --connect-timeout for a slow server`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = `${listener.addr.port}`;
    const args = ["client", protocol, "--insecure", "--connect-timeout", "0.5", port];
    await using client = new Netkit(args);
    const left = client.end();
    using conn = await listener.accept();
    const dripping = setInterval(() => writeAll(conn, encoder.encode(drop)).catch(() => {}), 100);
    try {
      const { code, err } = await left;
      assertEquals(code, 1);
      assertMatch(err, /^netkit client: cannot connect to .*: (no answer in 500 ms|.* not TLS)\n/);
    } finally {
      clearInterval(dripping);
    }
  });
}
