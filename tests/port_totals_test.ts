import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { port as portCommand } from "../port.ts";
import { fakeIo, run } from "./fakes.ts";
import { procRow } from "./proc_rows.ts";

Deno.test("port --all ends with the totals by state and process, and names what does not close", async () => {
  const peer = (port: number): readonly [string, number] => ["192.0.2.7", port];
  const rows = Array.from(
    { length: 12 },
    (_, i) => procRow(["127.0.0.1", 8000], peer(5000 + i), "08", 100 + i),
  );
  const machine = () =>
    fakeIo({
      columns: 100,
      files: {
        "/proc/net/tcp": procRow(["127.0.0.1", 8000], ["0.0.0.0", 0], "0A", 99) + rows.join(""),
        "/proc/net/udp": procRow(["0.0.0.0", 53], ["0.0.0.0", 0], "07", 200),
        "/proc/7/comm": "node\n",
        "/proc/8/comm": "named\n",
      },
      links: {
        ...Object.fromEntries(rows.map((_, i) => [`/proc/7/fd/${10 + i}`, `socket:[${100 + i}]`])),
        "/proc/7/fd/3": "socket:[99]",
        "/proc/8/fd/3": "socket:[200]",
      },
    });
  const io = machine();
  assertEquals(await run(portCommand, ["--all"], io), 0);
  assertStringIncludes(
    io.err(),
    "14 sockets: 12 CLOSE-WAIT, 1 LISTEN, 1 UDP without a peer\n" +
      "of node, pid 7 (13); named, pid 8 (1)\n" +
      "12 CLOSE-WAIT of node, pid 7: it does not close connections that its peers have ended\n",
  );
  const list = machine();
  assertEquals(await run(portCommand, [], list), 0);
  assert(!list.err().includes("sockets: "), list.err());
});
