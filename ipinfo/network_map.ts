/**
 * The map of a network: its parts, given or free, drawn as a bar.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import { addressCount, formatNetwork, type IpNetwork } from "../address/network.ts";
import { rangeOf } from "../address/range.ts";
import { containsNetwork, excludeNetworks, overlaps } from "../address/subnets.ts";
import { formatTable } from "../text/layout.ts";
import { UserError } from "../cli/errors.ts";

/** The letters of parts in the bar; after the last one comes the first again. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The character for free addresses. */
const FREE = ".";

/** A part of a network, given or free. */
export interface Part {
  /** The addresses of the part. */
  readonly network: IpNetwork;
  /** Whether it is free. */
  readonly free: boolean;
  /** The character for it in the bar. */
  readonly letter: string;
}

/**
 * Returns the parts of `whole` in order: the given ones, and between them the fewest free networks.
 *
 * @throws {UserError} If a part is not in `whole`, or overlaps another one.
 */
export function partsOf(whole: IpNetwork, given: readonly IpNetwork[]): Part[] {
  const used = given.toSorted((a, b) => a.address.value < b.address.value ? -1 : 1);
  for (const [i, each] of used.entries()) {
    if (!containsNetwork(whole, each)) {
      throw new UserError(`${formatNetwork(each)} is not in ${formatNetwork(whole)}`);
    }
    const next = used[i + 1];
    if (next && overlaps(each, next)) {
      throw new UserError(`${formatNetwork(each)} and ${formatNetwork(next)} overlap`);
    }
  }
  const parts = used.map((network, i) => ({
    network,
    free: false,
    letter: LETTERS[i % LETTERS.length]!,
  }));
  const free = [...excludeNetworks(whole, used)]
    .map((network) => ({ network, free: true, letter: FREE }));
  return [...parts, ...free].sort((a, b) =>
    a.network.address.value < b.network.address.value ? -1 : 1
  );
}

/** Columns of a bar where nothing limits it. */
const BAR = 80;

/** Draws the parts of `whole` in proportion as a bar of `columns`, and lists them below it. */
export function formatMap(whole: IpNetwork, parts: readonly Part[], columns: number): string {
  const total = addressCount(whole);
  const rows = parts.map(({ network, free, letter }) => {
    const { first, last } = rangeOf(network);
    const row = [letter, formatNetwork(network), free ? "free" : ""];
    const size = share(addressCount(network), total);
    // Of IPv6 the ends would not fit, and can be read from the hexadecimal digits.
    return first.version === 6
      ? [...row, size]
      : [...row, size, `${formatIp(first)} - ${formatIp(last)}`];
  });
  const bar = drawBar(whole, parts, Math.max(1, (columns === Infinity ? BAR : columns) - 2));
  return `${formatNetwork(whole)}\n[${bar}]\n${formatTable(rows, columns)}`;
}

/** Returns a letter for each column: that of a given part if it has an address there. */
function drawBar(whole: IpNetwork, parts: readonly Part[], columns: number): string {
  const total = addressCount(whole);
  const letters = Array<string>(columns).fill(FREE);
  const column = (value: bigint) => Number((value - whole.address.value) * BigInt(columns) / total);
  for (const { network, letter } of parts.filter(({ free }) => !free)) {
    const { first, last } = rangeOf(network);
    for (let i = column(first.value); i <= column(last.value); i++) {
      // Parts that are smaller than a column share it; the first one is seen.
      if (letters[i] === FREE || i > column(first.value)) letters[i] = letter;
    }
  }
  return letters.join("");
}

/** Returns the share of `total` that `size` is, in percent. */
function share(size: bigint, total: bigint): string {
  const percent = Number(size * 100_000n / total) / 1000;
  return percent < 0.1 ? "<0.1 %" : `${Number(percent.toFixed(1))} %`;
}
