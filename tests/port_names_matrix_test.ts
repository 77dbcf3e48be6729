/**
 * Every port of 65,536, beside what others say of it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { nameOfPort, parseServices } from "../sockets/port_names.ts";
import { isBlockedByBrowsers } from "../address/port_class.ts";
import { MAX_PORT } from "../address/port.ts";
import { LINUX, needs } from "./needs.ts";
import { askPython } from "./python.ts";

const SERVICES = "/etc/services";

Deno.test({
  name: "names of ports are those that Python finds in /etc/services",
  ...needs(LINUX, "python3", { what: SERVICES, isHere: await exists(SERVICES) }),
  async fn() {
    const program = `
import json, socket
found = []
for proto in ("tcp", "udp"):
    for port in range(65536):
        try: found.append([port, proto, socket.getservbyport(port, proto)])
        except OSError: pass
print(json.dumps(found))`;
    const python = await askPython(program, null) as [number, "tcp" | "udp", string][];
    assert(python.length > 100);
    const names = parseServices(await Deno.readTextFile(SERVICES));
    const ours = (["tcp", "udp"] as const).flatMap((protocol) =>
      Array.from({ length: MAX_PORT + 1 }, (_, port) => port).flatMap((port) => {
        const name = nameOfPort(port, protocol, names);
        return name === null ? [] : [[port, protocol, name] as const];
      })
    );
    assertEquals(ours.map(String), python.map(String));
  },
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test({
  name: "isBlockedByBrowsers() says of every port what Node's fetch does",
  ...needs("node"),
  async fn() {
    // Ports that are not blocked are refused by the dispatcher below, so that nothing is connected.
    const program = `
const blocked = [];
for (let port = 0; port < 65536; port++) {
  const error = await fetch("http://127.0.0.1:" + port, { dispatcher: { dispatch() { throw new Error("allowed"); } } })
    .catch((error) => error);
  if (error.cause?.message === "bad port") blocked.push(port);
}
console.log(JSON.stringify(blocked));`;
    const { stdout } = await new Deno.Command("node", {
      args: ["--input-type=module", "-e", program],
    }).output();
    const node: number[] = JSON.parse(new TextDecoder().decode(stdout));
    assert(node.length > 70);
    // 0 was added to the standard in 2024; fetch of an older Node lets it through.
    const ours = Array.from({ length: MAX_PORT + 1 }, (_, port) => port)
      .filter((port) => port > 0 && isBlockedByBrowsers(port));
    assertEquals(ours, node.filter((port) => port > 0));
  },
});
