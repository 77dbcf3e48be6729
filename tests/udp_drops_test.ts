import { assertEquals } from "@std/assert";
import { createSocket } from "node:dgram";
import { parseDrops } from "../server/udp_drops.ts";
import { LINUX, needs } from "./needs.ts";
import { until } from "./waiting.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             \n";

Deno.test("parseDrops() finds a socket by its address and port", () => {
  const udp = HEAD +
    "  115: 0100007F:1F40 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7021 2 0000000000000000 12        \n" +
    "  116: 00000000:1F41 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7022 2 0000000000000000 3456      \n" +
    "  116: 0200007F:1F41 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7023 2 0000000000000000 7         \n";
  assertEquals(parseDrops(udp, "127.0.0.1", 8000, true), 12);
  assertEquals(parseDrops(udp, "0.0.0.0", 8001, true), 3456);
  assertEquals(parseDrops(udp, "127.0.0.2", 8001, true), 7);
  assertEquals(parseDrops(udp, "127.0.0.3", 8001, true), null);
  assertEquals(parseDrops("", "127.0.0.1", 8000, true), null);
  const udp6 = HEAD +
    " 4221: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7024 2 0000000000000000 9\n";
  assertEquals(parseDrops(udp6, "::1", 8000, true), 9);
});

/** A socket that does not read: it prints its port, and ends with its standard input. */
const DEAF = `import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()`;

for (const host of ["127.0.0.1", "::1"]) {
  Deno.test({
    name: `parseDrops() tells what the kernel drops at ${host}`,
    ...needs(LINUX, "python3"),
    async fn() {
      const child = new Deno.Command("python3", {
        args: ["-c", DEAF, host],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      const port = Number(new TextDecoder().decode((await reader.read()).value));
      const path = `/proc/net/udp${host.includes(":") ? "6" : ""}`;
      const drops = async () => parseDrops(await Deno.readTextFile(path), host, port);
      assertEquals(await drops(), 0);
      const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
      await until(async () => {
        for (let i = 0; i < 100; i++) socket.send(new Uint8Array(8000), port, host);
        return (await drops())! > 0;
      });
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  });
}
