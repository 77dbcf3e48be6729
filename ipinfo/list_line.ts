/**
 * One line of a list of addresses, as people keep them: comments, columns, names behind the address.
 *
 * @module
 */
import { parseIp } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { isMask } from "./masks.ts";
import { t } from "../text/messages.ts";

/** The parts of a line that name addresses and say what they are. */
export interface ListEntry {
  /** The address, network or range, without blanks in it; a mask behind a slash. */
  readonly text: string;
  /** The words behind it, or else the comment; empty if there are none. */
  readonly label: string;
  /** The fault of a line with two addresses, `null` for others. */
  readonly fault: ParseError | null;
}

/** Matches a line that is more than one word without a range in it. */
const NOT_PLAIN = /[\s,;#"-]/;

/** Matches one end of a range: what may be an address, which has at most 64 characters. */
const END = "(?=[0-9a-f]{0,8}[.:])[0-9a-f.:]{2,64}(?:%[^\\s-]+)?";

/** Matches a range with blanks around its dash, as whois servers write it. */
const RANGE = new RegExp(`^(${END})\\s*-\\s*(${END})(?=$|[\\s,])`, "i");

/** Matches four octets in binary with blanks between, the form of a whiteboard. */
const BINARY_OCTETS = /^[01]{8}(?:\s+[01]{8}){3}(?=$|[\s,])/;

/**
 * Returns the entry in `line`, `null` for a line without one: blank, or only a comment. A comment
 * begins with `#` or `;`. The first column is the address, network or range; columns end at a blank,
 * a tab or a comma. A mask or `/24` in the second column belongs to the address; another word
 * that looks like an address is a fault; any other word is a label.
 */
export function parseListLine(line: string): ListEntry | null {
  if (!NOT_PLAIN.test(line)) return line === "" ? null : { text: line, label: "", fault: null };
  const [, content = "", note = ""] = line.match(/^([^#;]*)(.*)$/s)!;
  const comment = note.replace(/^[#;\s]+/, "").trim();
  const plain = content.trim().replace(/^"([^"]*)"/, "$1");
  if (plain === "") return null;
  const range = plain.match(RANGE);
  if (range) {
    return entry(`${range[1]}-${range[2]}`, plain.slice(range[0].length), comment);
  }
  const octets = plain.match(BINARY_OCTETS)?.[0];
  const first = octets ?? plain.match(/^[^\s,]*/)![0];
  const text = octets?.replace(/\s+/g, ".") ?? first;
  const rest = plain.slice(first.length);
  const [word = ""] = rest.match(/^\s+([^\s,]+)/)?.slice(1) ?? [];
  if (isMask(word, text)) {
    return entry(`${text}/${word.replace("/", "")}`, rest.replace(word, ""), comment);
  }
  const fault = looksLikeAddress(word)
    ? new ParseError(t`one address`, `${text} ${word}`, t`${word} looks like an address, too`, {
      at: [text.length + 1, text.length + 1 + word.length],
      hint: t`write each on a line of its own`,
    })
    : null;
  return { ...entry(text, rest, comment), fault };
}

/** Returns the whole of `line` as an entry, `null` for a blank line or one with only a comment. */
export function wholeLine(line: string): ListEntry | null {
  const text = line.trim();
  return text === "" || /^[#;]/.test(text) ? null : { text, label: "", fault: null };
}

function entry(text: string, rest: string, comment: string): ListEntry {
  const label = rest.replace(/^[\s,]+|(?<![\s,])[\s,]+$/g, "");
  return { text, label: label === "" ? comment : label, fault: null };
}

/** Whether `word` has the form of an address: a number alone is none, nor is a host name. */
function looksLikeAddress(word: string): boolean {
  const [bare = ""] = word.split("/");
  if (/^[0-9]+(\.[0-9]+){3}$/.test(bare)) return true;
  if (!bare.includes(":")) return false;
  try {
    return parseIp(bare).version === 6;
  } catch {
    return false;
  }
}
