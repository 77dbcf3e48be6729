import { assertEquals } from "@std/assert";
import { cautionsOf, isGood } from "../port/advice.ts";
import type { PortRules } from "../port/rules.ts";

const RULES: PortRules = {
  firstUnprivileged: 1024,
  ephemeral: [32768, 60999],
  spared: [[40000, 40001]],
  excluded: [],
};

const CAUTIONS: readonly (readonly [port: number, kinds: readonly string[], good: boolean])[] = [
  [1023, ["privileged"], true], // whether it may be bound, binding tells
  [1024, [], true],
  [3000, ["crowded"], true],
  [6000, ["browser"], false],
  [32767, [], true],
  [32768, ["ephemeral"], false],
  [39999, ["ephemeral"], false],
  [40000, [], true], // the system takes it for nobody
  [60999, ["ephemeral"], false],
  [61000, [], true],
];

for (const [port, kinds, good] of CAUTIONS) {
  Deno.test(`port ${port} has the cautions "${kinds}" on Linux`, () => {
    assertEquals(cautionsOf(port, "tcp", RULES, "linux").map(({ kind }) => kind), [...kinds]);
    assertEquals(isGood(port, "tcp", RULES, "linux"), good);
  });
}
