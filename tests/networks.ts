/**
 * Networks of Linux of their own, one with an address from which nothing comes back.
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

/** Wraps a command. */
export type Wrap = (words: readonly string[]) => readonly string[];

/**
 * Returns a wrap with which a command runs in a network of its own, which the shell script `setup` has made,
 * with `hosts` as its /etc/hosts, once the Python program `server` has printed a line.
 */
export function inNetwork(setup: string, hosts: string, server: string): Wrap {
  const script = `
    hosts=$(mktemp)
    printf '${hosts.replaceAll("\n", "\\n")}' >"$hosts"
    mount --bind "$hosts" /etc/hosts
    rm -f "$hosts"
    ip link set lo up
    ip link add near type veth peer name far
    ip link set near up
    ip link set far up
    ${setup}
    exec 3<&0
    told=$(mktemp -u)
    mkfifo "$told"
    python3 -uc '${server}' </dev/null >"$told" 3<&- &
    read -r ready <"$told"
    rm "$told"
    code=0
    "$@" <&3 || code=$?
    kill $! || true
    exit $code`;
  return (words) => ["unshare", "-rmn", "sh", "-ec", script, "sh", ...words];
}

/**
 * Wraps a command such that it runs in a network of its own, where `he.example` is an address of IPv6 from
 * which nothing comes back, and then 127.0.0.1, where a server at port 7000 says `HI` once.
 */
export const withBlackHole: Wrap = inNetwork(
  `ip address add 2001:db8::1/64 dev near nodad
   ip neigh add 2001:db8::99 lladdr 00:00:5e:00:53:09 nud permanent dev near`,
  "2001:db8::99 he.example\n127.0.0.1 he.example\n",
  SERVER,
);
