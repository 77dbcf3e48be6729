import { assertEquals, assertMatch } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { ATTACKS, testHostileServer } from "./hostile_servers.ts";
import { needs } from "./needs.ts";
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
  Deno.test({
    name: `netkit client ${protocol} waits no longer than --connect-timeout for a slow server`,
    ...needs(),
    async fn() {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const port = `${listener.addr.port}`;
      const args = ["client", protocol, "--insecure", "--connect-timeout", "0.5", port];
      await using client = new Netkit(args);
      let dripping: ReturnType<typeof setInterval> | undefined;
      // On a busy machine the client may give up before it has connected.
      const accepted = listener.accept().then((conn) => {
        dripping = setInterval(() => writeAll(conn, encoder.encode(drop)).catch(() => {}), 100);
        return conn;
      }, () => null);
      try {
        const { code, err } = await client.end();
        assertEquals(code, 1);
        assertMatch(
          err,
          /^netkit client: cannot connect to .*: (no answer in 500 ms|.* not TLS)\n/,
        );
      } finally {
        listener.close();
        using _conn = await accepted;
        clearInterval(dripping);
      }
    },
  });
}
