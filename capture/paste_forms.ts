/**
 * The notations of pasted bytes, by the names that `--as` takes.
 *
 * @module
 */

/** The notations of bytes that can be forced. */
export const PASTE_FORMS = ["hex", "swapped", "decimal", "octal", "string", "base64"] as const;

/** A notation of bytes. */
export type PasteForm = typeof PASTE_FORMS[number];
