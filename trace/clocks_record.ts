/**
 * The JSON record of the clocks of two captures.
 *
 * @module
 */
import { type Field, recordOf } from "../cli/record.ts";
import type { Clocks } from "../tcp/merge.ts";

/** The fields of the clocks of two captures. */
export const CLOCKS: readonly Field<Clocks>[] = [
  { name: "type", type: "string", says: "", of: () => "clocks" },
  {
    name: "hosts",
    type: "array of 2 strings",
    says: "of the clocks of two captures: the hosts at which they were taken",
    of: ({ hosts }) => hosts,
  },
  {
    name: "files",
    type: "array of 2 numbers",
    says: "the capture that was taken at each: 1 is that of the first -r",
    of: ({ captures }) => captures.map((capture) => capture + 1),
  },
  {
    name: "offset",
    type: "string",
    says: "nanoseconds that the second clock is ahead of the first, in decimal digits",
    of: ({ offset }) => `${offset}`,
  },
  {
    name: "uncertainty",
    type: "number",
    says: "nanoseconds that the offset may be more or less",
    of: ({ uncertainty }) => Math.round(uncertainty),
  },
  {
    name: "drift_ppm",
    type: "number",
    says: "microseconds that the second clock gains in a second; 0 where one offset fits all",
    of: ({ drift }) => drift * 1e6,
  },
];

/** Returns the record of the clocks of two captures. */
export function clocksRecord(clocks: Clocks): Readonly<Record<string, unknown>> {
  return recordOf(CLOCKS, clocks);
}
