/**
 * The packets that a trace looks at (`trace -Y`).
 *
 * @module
 */
import { ofOption } from "../cli/parse.ts";
import { didYouMean } from "../cli/suggest.ts";
import type { DissectedPacket } from "../packet/dissect.ts";
import type { Filter } from "../packet/filter.ts";

/** Resolves to the filter that `text` says; `null` for none. */
export async function filterOf(text: string | null): Promise<Filter | null> {
  if (text === null) return null;
  const { compileFilter } = await import("../packet/filter.ts"); // rarely needed
  return await compileFilter(text, didYouMean).catch((error) => {
    throw ofOption("filter", error);
  });
}

/** Returns the packets of `source` that `filter` wants; `null` wants all. */
export function filtered(
  source: AsyncIterable<DissectedPacket>,
  filter: Filter | null,
): AsyncIterable<DissectedPacket> {
  return filter === null ? source : wanted(source, filter);
}

async function* wanted(
  source: AsyncIterable<DissectedPacket>,
  filter: Filter,
): AsyncGenerator<DissectedPacket> {
  for await (const packet of source) if (filter(packet)) yield packet;
}
