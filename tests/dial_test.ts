import { assert, assertEquals } from "@std/assert";
import { ALL_INSTALLED, installed, type Need, needs } from "./needs.ts";
import { netkit } from "./processes.ts";

/** Whether network namespaces can be made. */
function hasNetworks(): boolean {
  if (ALL_INSTALLED) return true;
  if (Deno.build.os !== "linux" || !installed("unshare") || !installed("ip")) return false;
  const { success } = new Deno.Command("unshare", { args: ["-rmn", "true"], stderr: "null" })
    .outputSync();
  return success;
}

const NETWORKS: Need = { what: "network namespaces", isHere: hasNetworks() };

/**
 * Wraps a command such that it runs in a network of its own, where `he.example` is an address of IPv6 from
 * which nothing comes back, and then 127.0.0.1, where a server at port 7000 says `HI` once.
 */
function withBlackHole(words: readonly string[]): string[] {
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

const SERVER = `
import socket
s = socket.create_server(("127.0.0.1", 7000))
print("ready")
c, _ = s.accept()
c.sendall(b"HI")
`;

for (const more of [[], ["--stats"], ["--source", "127.0.0.1"]]) {
  Deno.test(`netkit client ${more.join(" ")} takes the address that answers, and tells the race`, {
    ...needs(NETWORKS, "python3"),
  }, async () => {
    const words = ["client", "he.example:7000", "--log", "json", ...more];
    const { code, out, err } = await netkit(words, "", { wrap: withBlackHole });
    assertEquals([code, out], [0, "HI"], err);
    const events = err.split("\n").filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    const addresses = more.includes("--source") ? [] : ["2001:db8::99"];
    assertEquals(events[1].addresses, [...addresses, "127.0.0.1"]);
    const race = events.slice(2).filter(({ peer }) => peer !== undefined)
      .map(({ event, peer }) => `${event} ${peer}`);
    const hole = ["try [2001:db8::99]:7000", "cancel [2001:db8::99]:7000"];
    const all = ["try 127.0.0.1:7000", "connect 127.0.0.1:7000"];
    if (addresses.length > 0) {
      assertEquals(race.toSorted(), [...hole, ...all].toSorted());
      assert(race.indexOf(hole[0]!) < race.indexOf(all[0]!), `${race}`);
    } else {
      assertEquals(race, all);
    }
  });
}

Deno.test("netkit client tells in text which addresses it tries, and how that ends", {
  ...needs(NETWORKS, "python3"),
}, async () => {
  const words = ["client", "he.example:7000", "--log", "text"];
  const { err } = await netkit(words, "", { wrap: withBlackHole });
  const lines = err.split("\n").slice(0, 6).map((line) => line.replace(/^[\d:.]+ {2}/, ""));
  assertEquals(lines.toSorted(), [
    "cancel  [2001:db8::99]:7000",
    "connect 127.0.0.1:7000",
    "resolve he.example: 2001:db8::99, 127.0.0.1",
    "socket  TCP",
    "try     127.0.0.1:7000",
    "try     [2001:db8::99]:7000",
  ]);
});

Deno.test("netkit client tells of each address why it has failed", async () => {
  const { code, err } = await netkit(["client", "localhost:1", "--log", "json"]);
  assertEquals(code, 1);
  const events = err.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const failed = events.filter(({ event }) => event === "fail");
  const tried = events.filter(({ event }) => event === "try");
  assertEquals(failed.length, tried.length); // and not once more for all
  for (const { error } of failed) assertEquals(error, "connection refused");
});
