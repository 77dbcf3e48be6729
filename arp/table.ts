/**
 * Reading a neighbour table from the sources of a plan.
 *
 * @module
 */
import { decodeTable, type NeighbourTable, readNeighbours } from "./formats.ts";
import type { Told } from "./classify.ts";
import type { Source, SourcePlan } from "./sources.ts";
import { type SourceSystem, withoutAsking } from "../system/programs.ts";

/** Marks at the start of a text that say how it is encoded (Unicode Standard, section 23.8). */
const MARKS: readonly (readonly [mark: readonly [number, number], label: string])[] = [
  [[0xff, 0xfe], "utf-16le"], // `arp -a > FILE` in Windows PowerShell writes this
  [[0xfe, 0xff], "utf-16be"],
];

/** Returns the table in the bytes of a file, or `null` if it is in no known format. */
export function readSaved(bytes: Uint8Array): NeighbourTable | null {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  return readNeighbours(marked ? new TextDecoder(marked[1]).decode(bytes) : decodeTable(bytes));
}

/** What sources have told. */
export interface Answer {
  /** The sources, for another reading. */
  readonly used: readonly Source[];
  /** What each of them has told. */
  readonly told: readonly Told[];
}

/**
 * Resolves to what the first source of `plan` that answers has told, and those that know the rest of
 * it; to `null` if none answers.
 *
 * @param failed Told of each source that should have answered but did not; may throw to give up.
 */
export async function readFirst(
  system: SourceSystem,
  plan: SourcePlan,
  failed: (source: Source, error: unknown) => void,
): Promise<Answer | null> {
  for (const source of plan.oneOf) {
    try {
      const { used, told } = await readAll(system, [source]);
      const others = source.versions.includes(6) ? [] : plan.also;
      const more = await Promise.all(
        others.map((other) =>
          readAll(withoutAsking(system), [other]).catch(() => ({ used: [], told: [] }))
        ),
      );
      return {
        used: [used, ...more.map(({ used }) => used)].flat(),
        told: [told, ...more.map(({ told }) => told)].flat(),
      };
    } catch (error) {
      failed(source, error);
    }
  }
  return null;
}

/** Resolves to what all of `sources` have told. Rejects as the first of them that fails. */
export async function readAll(system: SourceSystem, sources: readonly Source[]): Promise<Answer> {
  const told = await Promise.all(sources.map(async (source) => ({
    source: source.label,
    neighbours: await source.read(system),
  })));
  return { used: sources, told };
}
