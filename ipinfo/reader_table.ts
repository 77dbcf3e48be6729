/**
 * The operation that shows how other programs read the text of an address.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { fold, formatTable, wrap } from "../text/layout.ts";
import { meaningsOf, type Reading, readingsOf } from "./readers.ts";
import type { Operation } from "./results.ts";
import { t } from "../text/messages.ts";

/** Returns the operation that shows how other programs read each text, in a table of at most `columns`. */
export function showReaders(json: boolean, columns: number): Operation {
  return {
    blocks: true,
    lines: "whole",
    *take({ text }) {
      const readings = readingsOf(text);
      const negative = !agree(readings);
      if (!json) {
        yield { text: formatReadings(text, readings, columns), json: {}, negative };
        return;
      }
      for (const { reader: { name, hole }, address } of readings) {
        yield { text: "", json: { reader: name, address, cve: hole?.cve ?? null }, negative };
      }
    },
  };
}

/** Whether all readers read the same address. */
function agree(readings: readonly Reading[]): boolean {
  return readings.every(({ address }) => address !== null && address === readings[0]!.address);
}

function formatReadings(text: string, readings: readonly Reading[], columns: number): string {
  const rows = readings.map(({ reader: { name, hole }, address }) => [
    `  ${name}`,
    address ?? "refused",
    hole?.cve ?? "",
  ]);
  const lines = wrap(conclusionOf(readings), columns);
  return [...fold(escapeLine(text), columns), formatTable(rows, columns).trimEnd(), ...lines]
    .join("\n");
}

/** Returns the lesson of the readings in a sentence. */
function conclusionOf(readings: readonly Reading[]): string {
  const meanings = meaningsOf(readings);
  if (meanings.length === 0) return t`No program reads it as an address.`;
  if (agree(readings)) return t`All read the same address.`;
  if (meanings.length === 1) return t`Some read ${meanings[0]}, others refuse it.`;
  return t`${meanings.slice(0, -1).join(", ")} or ${meanings.at(-1)}: where one program checks
    an address and another connects to it, the check is passed by (server-side request
    forgery).`;
}
