/**
 * An answer that was typed, and whether it is the right one.
 *
 * @module
 */

/** Full-width forms of ASCII, as Chinese keyboards write them (Unicode, block Halfwidth and Fullwidth Forms). */
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/**
 * Returns an answer in its plain form: small letters, single blanks, ASCII in place of full-width forms,
 * without arrows, without a unit behind a number and without a period at the end.
 */
export function plainAnswer(text: string): string {
  return text
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll("\u3000", " ").replaceAll("。", "").replace(/[⇄↔→←]|<->|->|<-/g, " ")
    .trim().toLowerCase().replace(/\s+/g, " ").replace(/[.!]$/, "")
    .replace(
      /^([\d,]+) ?(b|bytes?|octets?|segments?|hosts?|addresses|字节|个|秒|s|seconds?)$/,
      "$1",
    )
    .replace(/^[\d,]+$/, (digits) => digits.replaceAll(",", ""));
}

/** Whether `typed` is one of `answers`; numbers are the same in decimal and hexadecimal. */
export function isRight(typed: string, answers: readonly string[]): boolean {
  const given = plainAnswer(typed);
  return answers.some((answer) => same(given, plainAnswer(answer)));
}

function same(given: string, right: string): boolean {
  if (given === right) return true;
  const [one, other] = [numberOf(given), numberOf(right)];
  return one !== null && one === other;
}

/** Returns the number that a text is, or `null`; digits of 0 and 1 alone may be binary, and are text. */
function numberOf(text: string): number | null {
  return /^(0x[0-9a-f]{1,12}|[1-9]\d{0,14}|0)$/.test(text) ? Number(text) : null;
}
