import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Flow } from "../tcp/flow.ts";
import { Lingering } from "../tcp/lingering.ts";

/** Flows, of which the queue reads nothing. */
const FLOWS = Array.from({ length: 8 }, () => ({}) as Flow);

Deno.test("Lingering has the flows in the order in which they were added, whatever is deleted", () => {
  const call = fc.record({ flow: fc.nat(7), isAdded: fc.boolean() });
  fc.assert(fc.property(fc.array(call, { maxLength: 60 }), fc.nat(60), (calls, most) => {
    const lingering = new Lingering();
    const oracle = new Map<Flow, bigint>();
    for (const [i, { flow, isAdded }] of calls.entries()) {
      lingering.delete(FLOWS[flow]!);
      oracle.delete(FLOWS[flow]!);
      if (isAdded) {
        lingering.add(FLOWS[flow]!, BigInt(i));
        oracle.set(FLOWS[flow]!, BigInt(i));
      }
      assertEquals(lingering.size, oracle.size);
      const due = [...oracle].filter(([, time]) => time <= most).map(([each]) => each);
      assertEquals(
        lingering.upTo(BigInt(most)).map((each) => FLOWS.indexOf(each)),
        due.map((each) => FLOWS.indexOf(each)),
      );
    }
    assertEquals(lingering.upTo(), [...oracle.keys()]);
  }));
});

Deno.test("Lingering keeps no flow that was deleted", () => {
  const lingering = new Lingering();
  for (let i = 0; i < 10_000; i++) {
    const flow = {} as Flow;
    lingering.add(flow, BigInt(i));
    if (i % 10 === 0) continue;
    lingering.delete(flow);
  }
  assertEquals([lingering.size, lingering.upTo().length], [1000, 1000]);
  for (const flow of lingering.upTo()) lingering.delete(flow);
  assertEquals([lingering.size, lingering.upTo()], [0, []]);
});
