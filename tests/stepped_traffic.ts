/**
 * The counts of a server whose samples are taken when a test says so.
 *
 * @module
 */
import { Traffic } from "../web/stats.ts";

/** Makes a `Traffic` whose samples are taken when `tick` is called. */
export function steppedTraffic(): { traffic: Traffic; tick: () => void } {
  const original = globalThis.setInterval;
  let tick = () => {};
  globalThis.setInterval = ((call: () => void) => {
    tick = call;
    return 0;
  }) as unknown as typeof setInterval;
  try {
    return { traffic: new Traffic(), tick };
  } finally {
    globalThis.setInterval = original;
  }
}
