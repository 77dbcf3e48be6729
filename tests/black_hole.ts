/**
 * A network of Linux of its own, with an address from which nothing comes back.
 *
 * @module
 */
import { ALL_INSTALLED, installed, type Need } from "./needs.ts";

/** Whether network namespaces can be made. */
function hasNetworks(): boolean {
  if (ALL_INSTALLED) return true;
  if (Deno.build.os !== "linux" || !installed("unshare") || !installed("ip")) return false;
  const { success } = new Deno.Command("unshare", { args: ["-rmn", "true"], stderr: "null" })
    .outputSync();
  return success;
}

/** Network namespaces. */
export const NETWORKS: Need = { what: "network namespaces", isHere: hasNetworks() };

const SERVER = `
import socket
s = socket.create_server(("127.0.0.1", 7000))
print("ready")
c, _ = s.accept()
c.sendall(b"HI")
`;

/**
 * Wraps a command such that it runs in a network of its own, where `he.example` is an address of IPv6 from
 * which nothing comes back, and then 127.0.0.1, where a server at port 7000 says `HI` once.
 */
export function withBlackHole(words: readonly string[]): string[] {
  const script = `
    hosts=$(mktemp)
    printf '2001:db8::99 he.example\\n127.0.0.1 he.example\\n' >"$hosts"
    mount --bind "$hosts" /etc/hosts
    rm -f "$hosts"
    ip link set lo up
    ip link add hole type veth peer name far
    ip address add 2001:db8::1/64 dev hole nodad
    ip link set hole up
    ip link set far up
    ip neigh add 2001:db8::99 lladdr 00:00:5e:00:53:09 nud permanent dev hole
    python3 -uc '${SERVER}' | { read -r ready; exec "$@" </dev/null; }`;
  return ["unshare", "-rmn", "sh", "-ec", script, "sh", ...words];
}
