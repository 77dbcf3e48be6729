/**
 * Text in the columns of a terminal: width, cutting, padding, wrapping, tables.
 *
 * The map of `text/`, texts of any kind (pure):
 *
 *     layout.ts        columns of a terminal
 *     text_buffer.ts   text that grows, in UTF-8
 *     messages.ts      messages in the user's language
 *     units.ts         numbers with units and nouns
 *     escape.ts        control characters written out
 *     preview.ts       the beginning of data in a line
 *     reason.ts        system errors in words
 *     tls_reason.ts    TLS errors of clients in words
 *     code_pages.ts    the encodings of other programs' output
 *
 * @module
 */
import { unicodeWidth } from "@std/cli/unicode-width";

/** Returns how many columns `text` takes; Chinese characters take two. */
export function width(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : unicodeWidth(text);
}

/** Whether `text` takes at most `columns`. */
export function fits(text: string, columns: number): boolean {
  return 2 * text.length <= columns || width(text) <= columns; // no part of it takes more than two
}

/** Returns `text` cut to `columns`, with an ellipsis where something was cut off. */
export function cut(text: string, columns: number): string {
  if (2 * text.length <= columns) return text; // no part of it takes more than two
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns) return columns > 0 ? `${kept}…` : "";
    if (used < columns) kept += character;
  }
  return text;
}

/** Returns `text` filled with blanks to `columns`. */
export function pad(text: string, columns: number): string {
  return text.padEnd(columns + text.length - width(text));
}

/** Returns `text` with blanks before it, so that it takes `columns`. */
export function padLeft(text: string, columns: number): string {
  return " ".repeat(Math.max(columns - width(text), 0)) + text;
}

/**
 * Breaks `text` at blanks, and between Chinese characters, into lines of at most `columns`; a longer
 * word stands alone. Several blanks count as one.
 */
export function wrap(text: string, columns: number): string[] {
  if (2 * text.length <= columns && !/^ | {2}| $/.test(text)) return [text]; // in a file nearly always
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ").filter((word) => word !== "")) {
    let blank = line === "" ? "" : " ";
    for (const piece of pieces(word)) {
      const more = width(piece);
      if (line !== "" && used + blank.length + more > columns) {
        lines.push(line);
        line = blank = "";
        used = 0;
      }
      used += blank.length + more;
      line += blank + piece;
      blank = "";
    }
  }
  return [...lines, line];
}

/**
 * Whether a line may end between two characters that stand together. Its patterns are read when it is
 * first called: those with classes of Unicode take 1 ms, which a constant would take at each start.
 */
function mayBreak(before: string, after: string): boolean {
  if (after === "-" && PART_END.test(before)) return true;
  // Characters of which each is a word to the layout: Chinese and Japanese, and full-width forms.
  const ideograph =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u301f\uff01-\uff60]/u;
  if (!ideograph.test(before) && !ideograph.test(after)) return false;
  // Marks that end no line, those that open, and marks that begin none (GB/T 15834, section 5): those that
  // close, and those that end a part.
  return !/[\p{Ps}\p{Pi}/"'$#@+-]/u.test(before) &&
    !/[\p{Pe}\p{Pf}，。、：；？！…—·～％,.:;?!%/"'-]/u.test(after);
}

/** Marks behind which an option may begin a line, as in `--ca、--cert`. */
const PART_END = /[，。、：；]/;

/** Returns the parts of a word between which a line may end: Chinese characters with their marks. */
export function pieces(word: string): readonly string[] {
  if (/^[\x20-\x7e]*$/.test(word)) return [word]; // nearly always
  const found: string[] = [];
  let last = "";
  for (const character of word) {
    if (last === "" || mayBreak(last, character)) found.push(character);
    else found[found.length - 1] += character;
    last = character;
  }
  return found;
}

/**
 * Breaks `text` into lines of at most `columns`: at blanks, between Chinese characters, and inside of
 * words that are longer. Blanks stay as they are where no line ends.
 *
 * @param indent Blanks before each line but the first; at most half of the columns.
 */
export function fold(text: string, columns: number, indent = 0): string[] {
  if (fits(text, columns)) return [text]; // nearly always
  const margin = " ".repeat(Math.min(indent, Math.floor(columns / 2)));
  const lines: string[] = [];
  let [rest, front] = [text, ""];
  while (front.length + width(rest) > columns) {
    const most = start(rest, Math.max(columns - front.length, 2)); // the widest character
    const blank = rest[most.length] === " " ? most.length : most.lastIndexOf(" ");
    const end = Math.max(blank, lastBreak(rest, most.length));
    const isBroken = end > 0 && most.slice(0, end).trim() !== "";
    const line = most.slice(0, isBroken ? end : most.length);
    lines.push(front + line.trimEnd());
    rest = rest.slice(line.length).trimStart();
    front = margin;
  }
  return rest === "" ? lines : [...lines, front + rest];
}

/** Returns the last place up to `end` in which a line of `text` may end between Chinese characters, or 0. */
function lastBreak(text: string, end: number): number {
  for (let at = end; at > 0 && end - at < LONGEST_UNBROKEN; at--) {
    if (mayBreak(text[at - 1]!, text[at] ?? " ")) return at;
  }
  return 0;
}

/** The longest run of marks and letters in which a place for the end of a line is looked for. */
const LONGEST_UNBROKEN = 80;

/** Returns the longest beginning of `text` that has at most `columns`. */
function start(text: string, columns: number): string {
  let used = 0;
  let length = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns) break;
    length += character.length;
  }
  return text.slice(0, length);
}

/**
 * Returns a command line in at most `columns`. The folders of paths go first, then what is in the middle:
 * the program at one end and the names at the other say what it is.
 */
export function shorten(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  const words = text.split(" ").map((word) => {
    const name = word.slice(word.lastIndexOf("/") + 1);
    return name === "" || name.length + 2 >= word.length ? word : `…/${name}`;
  });
  const short = words.join(" ");
  if (width(short) <= columns) return short;
  const half = Math.max(0, Math.floor((columns - 1) / 2));
  const end = [...start([...short].reverse().join(""), half)].reverse().join("");
  return `${start(short, half)}…${end}`;
}

/** The fewest columns for the last cell of a row; where there are less, it stands on a line of its own. */
const LEAST_LAST = 20;

/** The most lines of a cell. */
const MOST_LINES = 4;

/** Blanks before the cells of a row that do not stand on its first line. */
const INDENT = 2;

/**
 * Lays `rows` out in aligned columns, two blanks apart. Where a line would grow longer than `columns`,
 * the cells behind stand on a next line, and the last one is wrapped; one of more than four lines is
 * shortened. Cells may not contain styles; `style` gets each finished line.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  columns: number,
  style: (line: string, row: number) => string = (line) => line,
): string {
  const { widths, isPlain } = widthsOf(rows);
  if (widths.reduce((sum, each) => sum + each + 2, -2) <= columns) { // nothing is to be wrapped
    return inColumns(rows, widths, style, isPlain ? padPlain : pad);
  }
  const groups = groupsOf(widths, columns);
  const lines: string[] = [];
  rows.forEach((row, i) => {
    groups.forEach(({ from, to }, g) => {
      const cells = Math.min(to, row.length);
      if (g > 0 && row.slice(from, cells).every((cell) => cell === "")) return;
      let head = g === 0 ? "" : " ".repeat(INDENT);
      for (let j = from; j < cells - 1; j++) head += pad(row[j]!, widths[j]! + 2);
      for (const line of linesBehind(head, cells > from ? row[cells - 1]! : "", columns)) {
        lines.push(style(line.trimEnd(), i));
      }
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** The widths of columns: of their widest cells. */
interface Widths {
  readonly widths: readonly number[];
  /** Whether each character of all cells takes one column. */
  readonly isPlain: boolean;
}

function widthsOf(rows: readonly (readonly string[])[]): Widths {
  const widths: number[] = [];
  let isPlain = true;
  let above: readonly string[] = [];
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      if (row[i] === above[i]) continue;
      const columns = width(row[i]!);
      if (columns !== row[i]!.length) isPlain = false;
      if (columns > (widths[i] ?? -1)) widths[i] = columns;
    }
    above = row;
  }
  return { widths, isPlain };
}

/** Returns a text whose characters take one column each, filled with blanks. */
function padPlain(text: string, columns: number): string {
  return text.padEnd(columns);
}

/**
 * Returns rows on a line each, each cell but the last filled to the width of its column. In long tables
 * most cells are like those above: these are filled once.
 */
function inColumns(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  style: (line: string, row: number) => string,
  fill: typeof pad,
): string {
  const filled: string[] = [];
  let above: readonly string[] = [];
  return rows.map((row, r) => {
    for (let i = 0; i < row.length - 1; i++) {
      if (row[i] !== above[i] || i === above.length - 1) filled[i] = fill(row[i]!, widths[i]! + 2);
    }
    above = row;
    const last = row.at(-1) ?? "";
    filled.length = Math.max(0, row.length - 1); // of a shorter row, nothing of the one above
    return style((filled.join("") + last).trimEnd(), r) + "\n";
  }).join("");
}

/** Returns the lines of a row whose last cell stands behind `head`. */
function linesBehind(head: string, last: string, columns: number): string[] {
  const used = width(head);
  const room = Math.max(1, columns - used);
  if (room >= width(last)) return [head + last];
  return fold(shorten(last, MOST_LINES * room), room)
    .map((line, j) => (j === 0 ? head : " ".repeat(used)) + line);
}

/** Columns of a table that stand beside each other: from one to before another. */
interface Group {
  readonly from: number;
  to: number;
}

/** Returns which columns of the given widths stand beside each other in lines of `columns`. */
function groupsOf(widths: readonly number[], columns: number): readonly Group[] {
  const groups: Group[] = [{ from: 0, to: 0 }];
  let used = 0;
  widths.forEach((each, i) => {
    const needed = i === widths.length - 1 ? Math.min(each, LEAST_LAST) : each;
    if (i > groups.at(-1)!.from && used + needed > columns) {
      groups.push({ from: i, to: i });
      used = INDENT;
    }
    groups.at(-1)!.to = i + 1;
    used += each + 2;
  });
  return groups;
}
