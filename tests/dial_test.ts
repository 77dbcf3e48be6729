import { assert, assertEquals } from "@std/assert";
import { NETWORKS, withBlackHole } from "./networks.ts";
import { needs } from "./needs.ts";
import { netkit } from "./processes.ts";

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
  // The attempt that lost ends when it likes: also behind what is read.
  const lines = err.split("\n").map((line) => line.replace(/^[\d:.]+ {2}/, ""))
    .filter((line) => /^(cancel|connect|resolve|socket|try) /.test(line));
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
