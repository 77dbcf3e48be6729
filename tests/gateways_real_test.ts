import { assertEquals } from "@std/assert";
import { jsonLines } from "./json_lines.ts";
import { needs } from "./needs.ts";
import { NETWORKS } from "./networks.ts";
import { Netkit } from "./processes.ts";

/** Makes routes of both versions of IP, those of table 77 for nobody, and runs a command there. */
const ROUTES = `
  ip link set lo up
  ip link add near type veth peer name far
  ip link set near up
  ip link set far up
  ip address add 192.0.2.10/24 dev near
  ip address add 2001:db8::10/64 dev near nodad
  ip route add default nexthop via 192.0.2.1 dev near nexthop via 192.0.2.2 dev near
  ip -6 route add default nexthop via 2001:db8::1 dev near nexthop via 2001:db8::2 dev near
  ip route add default via 192.0.2.7 dev near table 77
  ip -6 route add default via 2001:db8::7 dev near table 77
  ip route add blackhole 198.51.100.0/24
  exec "$@"`;

Deno.test("the gateways are those of the main table, all next hops of both versions", {
  ...needs("ip", "unshare", NETWORKS),
}, async () => {
  await using process = new Netkit(["ipinfo", "--json"], {
    wrap: (words) => ["unshare", "-rn", "sh", "-ec", ROUTES, "sh", ...words],
  });
  const { code, out, err } = await process.end();
  assertEquals(code, 0, err);
  const rows = jsonLines<{ address: string; gateways: readonly string[] }>(out);
  const gatewaysOf = (text: string) => rows.find(({ address }) => address === text)?.gateways;
  assertEquals(gatewaysOf("192.0.2.10"), ["192.0.2.1", "192.0.2.2"]);
  assertEquals(gatewaysOf("2001:db8::10"), ["2001:db8::1", "2001:db8::2"]);
});
