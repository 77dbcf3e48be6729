/**
 * The map of a network: its parts, given or free, drawn as a bar.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import { addressCount, formatNetwork, type IpNetwork } from "../address/network.ts";
import { rangeOf } from "../address/range.ts";
import { containsNetwork, excludeNetworks, overlaps } from "../address/subnets.ts";
import { formatTable, wrap } from "../text/layout.ts";
import { UserError } from "../cli/errors.ts";
import { t } from "../text/messages.ts";

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
      throw new UserError(t`${formatNetwork(each)} is not in ${formatNetwork(whole)}`);
    }
    const next = used[i + 1];
    if (next && overlaps(each, next)) {
      throw new UserError(t`${formatNetwork(each)} and ${formatNetwork(next)} overlap`);
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

/**
 * Draws the parts of `whole` in proportion as a bar of `columns`, and lists them below it. A part that
 * is too small for a column has one all the same, where there are as many; then a line says so.
 */
export function formatMap(whole: IpNetwork, parts: readonly Part[], columns: number): string {
  const total = addressCount(whole);
  const rows = parts.map(({ network, free, letter }) => {
    const { first, last } = rangeOf(network);
    const row = [letter, formatNetwork(network), free ? t`free` : ""];
    const size = share(whole, network);
    // Of IPv6 the ends would not fit, and can be read from the hexadecimal digits.
    return first.version === 6
      ? [...row, size]
      : [...row, size, `${formatIp(first)} - ${formatIp(last)}`];
  });
  const room = Math.max(1, (columns === Infinity ? BAR : columns) - 2);
  const sections = sectionsOf(parts);
  const widths = widthsOf(sections.map(({ size }) => size), total, room);
  const bar = widths
    ? sections.map(({ letter }, i) => letter.repeat(widths[i]!)).join("")
    : drawShares(whole, parts, room);
  const isToScale = widths === null ||
    sections.every(({ size }) => size * BigInt(room) >= total);
  const note = isToScale
    ? ""
    : wrap(t`not to scale: a part smaller than a column takes a whole one`, columns)
      .map((line) => `${line}\n`).join("");
  return `${formatNetwork(whole)}\n[${bar}]\n${note}${formatTable(rows, columns)}`;
}

/** A section of the bar: a given part, or what is free between two of them. */
interface Section {
  readonly letter: string;
  readonly size: bigint;
}

function sectionsOf(parts: readonly Part[]): Section[] {
  const sections: Section[] = [];
  let wasFree = false;
  for (const { network, free, letter } of parts) {
    const size = addressCount(network);
    const before = free && wasFree ? sections.pop()!.size : 0n;
    sections.push({ letter, size: before + size });
    wasFree = free;
  }
  return sections;
}

/**
 * Returns a width for each of `sizes`, `columns` together: at least 1, and beyond that in proportion.
 * `null` if there are more sizes than columns.
 */
function widthsOf(sizes: readonly bigint[], total: bigint, columns: number): number[] | null {
  if (sizes.length > columns) return null;
  const shares = sizes.map((size) => Number(size * 1_000_000n / total) / 1_000_000);
  let large = shares.map((_, i) => i);
  let room = columns;
  while (true) { // what gets a column for nothing leaves less for the others
    const sum = large.reduce((sum, i) => sum + shares[i]!, 0);
    const kept = large.filter((i) => shares[i]! * room >= sum);
    room -= large.length - kept.length;
    const isSettled = kept.length === large.length;
    large = kept;
    if (isSettled) break;
  }
  const widths = shares.map(() => 1);
  const sum = large.reduce((sum, i) => sum + shares[i]!, 0);
  let end = 0; // rounded where a section ends, so that the widths add up to the room
  for (const i of large) {
    const start = end;
    end += shares[i]! / sum * room;
    widths[i] = Math.round(end) - Math.round(start);
  }
  return widths;
}

/** Returns a letter for each column: that of a given part if it has an address there. */
function drawShares(whole: IpNetwork, parts: readonly Part[], columns: number): string {
  const total = addressCount(whole);
  const letters = Array<string>(columns).fill(FREE);
  const column = (value: bigint) => Number((value - whole.address.value) * BigInt(columns) / total);
  for (const { network, letter } of parts.filter(({ free }) => !free)) {
    const { first, last } = rangeOf(network);
    // Parts that are smaller than a column share it; the first one is seen.
    for (let i = column(first.value); i <= column(last.value); i++) {
      if (letters[i] === FREE || i > column(first.value)) letters[i] = letter;
    }
  }
  return letters.join("");
}

/** The most bits by which a part is smaller than the whole and still has a tenth of a percent. */
const MOST_PERCENT_BITS = 9;

/** Returns the share of `whole` that `part` is: in percent, or as a power of two. */
function share(whole: IpNetwork, part: IpNetwork): string {
  const bits = part.prefix - whole.prefix;
  return bits > MOST_PERCENT_BITS ? `1/2^${bits}` : `${Number((100 / 2 ** bits).toFixed(1))} %`;
}
