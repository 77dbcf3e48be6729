/**
 * Comma-separated values, for other programs (RFC 4180).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";

/** The value of a field; `null` is an empty field. */
export type CsvField = string | number | boolean | null;

/**
 * Returns `rows`, of which the first names the columns, as comma-separated values. Lines end in CRLF
 * (RFC 4180, section 2.1). Control characters are written out (`\x1b`, `\n`), so that a line is a row.
 */
export function formatCsv(rows: readonly (readonly CsvField[])[]): string {
  return rows.map((row) => `${row.map(formatField).join(",")}\r\n`).join("");
}

function formatField(field: CsvField): string {
  const text = escapeLine(field === null ? "" : `${field}`);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
