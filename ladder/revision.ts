/**
 * Sentences about resets: the correction of an earlier verdict, and the evidence beside it.
 *
 * @module
 */
import { count } from "../text/units.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import type { Revision } from "../tcp/reset.ts";
import { hostAddressOf } from "../tcp/segment.ts";
import { isOutside, type Range, type TraitRanges, type Traits } from "../tcp/traits.ts";
import { sideName } from "./text.ts";
import { t } from "../text/messages.ts";

/** Returns the correction of an earlier verdict in a sentence. */
export function formatRevision(revision: Revision, { ends }: TcpConnection): string {
  const { side, kind, resets, traits, own } = revision;
  const name = hostAddressOf(ends[side].address);
  if (kind === "no socket") {
    return t`the FIN met no socket: the ${sideName(side)} was in no state that it leads to`;
  }
  if (kind === "not taken") {
    return t`the ${sideName(side)} had not yet taken the FIN: it acknowledges less`;
  }
  if (kind === "hole") {
    return t`a number of the ${sideName(side)} is missing in the capture, perhaps its FIN:
      nobody knows which FIN was first`;
  }
  if (kind === "refused before") {
    const { address } = ends[side];
    const words = count(resets, "reset");
    return resets === 1
      ? t`${address} accepts now (it refused before, or ${words} is not its own)`
      : t`${address} accepts now (it refused before, or ${words} are not its own)`;
  }
  const [there, here] = isOutside(traits.ttl, own?.ttl ?? null)
    ? [t` with ${formatTtl(traits.ttl!)}`, t` with TTL ${own!.ttl}`]
    : ["", ""];
  const words = count(resets, "reset");
  const verdict = resets === 1
    ? t`${words}${there}; ${name} goes on${here}: it is not its own`
    : t`${words}${there}; ${name} goes on${here}: they are not its own`;
  return verdict + formatEvidence(traits, own);
}

/** Returns the range of TTLs: `TTL 200 to 202`. */
export function formatTtl(range: Range): string {
  return `TTL ${formatRange(range)}`;
}

/**
 * Returns identification and window of resets where the side's own segment has others, or an empty text:
 * `; IP ID 1, its own 4711; window 64, its own 502`. Zero is usual in any reset, and tells nothing.
 */
export function formatEvidence(resets: TraitRanges, own: Traits | null): string {
  if (own === null) return "";
  return ([["IP ID", "id"], ["window", "window"]] as const)
    .filter(([, trait]) => isOutside(resets[trait], own[trait]) && resets[trait]![1] !== 0)
    .map(([name, trait]) => t`; ${name} ${formatRange(resets[trait]!)}, its own ${own[trait]}`)
    .join("");
}

function formatRange([least, greatest]: Range): string {
  return least === greatest ? `${least}` : t`${least} to ${greatest}`;
}
