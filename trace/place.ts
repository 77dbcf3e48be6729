/**
 * The place of a capture: the hosts at which it was taken, where a captured segment has arrived.
 *
 * @module
 */
import type { Here } from "../tcp/connection.ts";

/** Returns the hosts that `--at` names; `usual` where it was not given. */
export function placeOf(at: string | null, usual: Here): Here {
  if (at === null) return usual;
  return at === "both" ? () => true : (address) => address === at;
}
