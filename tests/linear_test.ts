import { assertRejects } from "@std/assert";
import { assertLinear } from "./linear.ts";

/** Takes `steps` steps. */
function work(steps: number): number {
  let sum = 0;
  for (let i = 0; i < steps; i++) sum = (sum * 31 + i) | 0;
  return sum;
}

Deno.test("assertLinear() accepts what takes linear time, and a logarithm more", async () => {
  await assertLinear((size) => size, (size) => work(50 * size));
  await assertLinear((size) => size, (size) => work(5 * size * Math.log2(size)));
  await assertLinear((size) => size, () => {});
  await assertLinear((size) => size, (size) => Promise.resolve(work(50 * size)));
});

Deno.test("assertLinear() rejects quadratic time", async () => {
  await assertRejects(
    () => assertLinear((size) => " ".repeat(size) + "x", (text) => text.replace(/\s+$/, "")),
    Error,
    "time grows faster than the input",
  );
});

Deno.test("assertLinear() does not take a step for growth", async () => {
  let clock = 0;
  const takes = (time: (size: number) => number) =>
    assertLinear((size) => size, (size) => clock += time(size), { now: () => clock });
  await takes((size) => size < 4096 ? 50e-6 * size : 200e-6 * size);
  await assertRejects(() => takes((size) => 1e-6 * size ** 1.7), Error, "time grows faster");
});
