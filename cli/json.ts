/**
 * JSON that is safe to show on a terminal.
 *
 * @module
 */
import { UNSAFE } from "../text/escape.ts";

/**
 * Returns `value` as JSON on one line. Characters that could command a terminal, which JSON would
 * leave as they are (DEL, C1, those that turn the direction of text), are written as `\u202e`.
 */
export function formatJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
