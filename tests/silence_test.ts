import { assert, assertEquals } from "@std/assert";
import { Silence } from "../cli/silence.ts";

Deno.test("Silence releases what is held, says when it is long, and looks no more when nothing is", async () => {
  let held = 0;
  const told: boolean[] = [];
  const long = Promise.withResolvers<void>();
  const silence = new Silence({
    isHolding: () => held > 0,
    release(isLong) {
      told.push(isLong);
      if (!isLong) return;
      held = 0;
      long.resolve();
    },
  });
  silence.hear(); // nothing is held: no timer, or Deno would tell of it at the end of this test
  held = 1;
  silence.hear();
  await long.promise;
  assertEquals(told.at(-1), true);
  assert(told.length > 2 && told.indexOf(true) === told.length - 1);
});

Deno.test("Silence tells its length at each look if it is asked to, and begins anew at an item", async () => {
  const lengths: number[] = [];
  const enough = Promise.withResolvers<void>();
  let isAnew = false;
  const silence = new Silence({
    isHolding: () => false,
    release: () => {},
    onTick(length) {
      lengths.push(length);
      if (isAnew) return enough.resolve();
      if (length < 60) return;
      isAnew = true;
      silence.hear();
    },
  });
  await enough.promise;
  silence.end();
  assertEquals(lengths, [0, 20, 40, 60, 0]);
});
