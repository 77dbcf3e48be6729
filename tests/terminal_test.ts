import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import {
  cut,
  fold,
  formatTable,
  pad,
  pieces as piecesOf,
  shorten,
  width,
  wrap,
} from "../text/layout.ts";
import { escapeControls, escapeLine, TerminalText } from "../text/escape.ts";
import { formatColumns } from "../cli/columns.ts";
import { columnsOf, palette, PLAIN, sayFolded } from "../cli/terminal.ts";
import { codePoint } from "./code_points.ts";
import { fakeIo } from "./fakes.ts";

const encoder = new TextEncoder();

Deno.test("sayFolded() says a sentence in one line where COLUMNS is no width", async () => {
  const sentence = "a sentence of a few words that would not fit into five columns";
  for (const set of ["", "0", "-5", "wide"]) {
    const io = fakeIo({ env: { COLUMNS: set } });
    assertEquals(columnsOf(io.stderr, io), Infinity);
    await sayFolded(io, sentence);
    assertEquals(io.err(), `${sentence}\n`);
  }
});

const ESCAPED: readonly (readonly [text: string, escaped: string])[] = [
  ["plain, straße, 你好, 😀", "plain, straße, 你好, 😀"],
  ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
  ["back\bspace\r", "back\\x08space\\x0d"],
  ["\x00\x7f\x80\x9b\x9f", "\\x00\\x7f\\x80\\x9b\\x9f"],
  ["evil\u202egnp.exe", "evil\\u202egnp.exe"],
  ["\u2066\u2069\u061c\u200e\u200f", "\\u2066\\u2069\\u061c\\u200e\\u200f"],
  ["\u2028\u2029\ufeff", "\\u2028\\u2029\\ufeff"],
  ["\xa0\xe9", "\xa0\xe9"],
];

for (const [text, escaped] of ESCAPED) {
  Deno.test(`escapeControls() writes ${JSON.stringify(escaped)}`, () => {
    assertEquals(escapeControls(text), escaped);
    assertEquals(escapeLine(text), escaped);
  });
}

Deno.test("escapeControls() keeps line feeds and tabs, escapeLine() writes them out", () => {
  assertEquals(escapeControls("a\tb\nc"), "a\tb\nc");
  assertEquals(escapeLine("a\tb\nc"), "a\\tb\\nc");
});

/** Everything that a terminal could obey, and what turns the direction of text (UAX #9). */
const HARMFUL = /[^\P{Cc}\n\t]|\p{Bidi_Control}|[\u2028\u2029]/u;

Deno.test("escapeControls() and escapeLine() leave no character that commands a terminal", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const text = escapeControls(String.fromCodePoint(code));
    assert(!HARMFUL.test(text), `U+${code.toString(16)}`);
  }
  assert(
    !/\p{Cc}/u.test(escapeLine(
      Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join(""),
    )),
  );
});

Deno.test("escapeControls() changes nothing the second time", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => {
    const escaped = escapeControls(text);
    assertEquals(escapeControls(escaped), escaped);
  }));
});

/** Bytes in pieces: text, line ends, controls and what is no UTF-8. */
const pieces = fc.array(fc.oneof(
  fc.uint8Array({ maxLength: 5 }),
  fc.constantFrom("\r", "\n", "\r\n", "\r\r\n", "你", "\ufeff", "\x1b[2J", "é").map((text) =>
    encoder.encode(text)
  ),
));

async function joined(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  return await new Blob(parts as Uint8Array<ArrayBuffer>[]).bytes();
}

Deno.test("TerminalText returns the same text in any cut, as a whole or byte by byte", async () => {
  await fc.assert(fc.asyncProperty(pieces, async (parts) => {
    const all = await joined(parts);
    const whole = new TerminalText();
    const expected = whole.push(all) + whole.end();
    const cut = new TerminalText();
    assertEquals(parts.map((part) => cut.push(part)).join("") + cut.end(), expected);
    const bytewise = new TerminalText();
    const bytes = Array.from(all, (byte) => bytewise.push(Uint8Array.of(byte)));
    assertEquals(bytes.join("") + bytewise.end(), expected);
    assert(!HARMFUL.test(expected));
  }));
});

const RECEIVED: readonly (readonly [received: string, shown: string])[] = [
  ["a\r\nb\r\n", "a\nb\n"],
  ["a\rb", "a\\x0db"],
  ["a\r\r\n", "a\\x0d\n"],
  ["a\r", "a\\x0d"],
  ["\x1b[2J你好\n", "\\x1b[2J你好\n"],
];

for (const [received, shown] of RECEIVED) {
  Deno.test(`TerminalText shows ${JSON.stringify(received)} as ${JSON.stringify(shown)}`, () => {
    const text = new TerminalText();
    assertEquals(text.push(encoder.encode(received)) + text.end(), shown);
  });
}

Deno.test("TerminalText shows what is no UTF-8, and a character cut off by the end, as U+FFFD", () => {
  const text = new TerminalText();
  assertEquals(text.push(Uint8Array.of(0xff, 0x61, 0xe4, 0xbd)), "\ufffda");
  assertEquals(text.end(), "\ufffd");
});

const WIDTHS: readonly (readonly [text: string, columns: number])[] = [
  ["", 0],
  ["netkit", 6],
  ["straße", 6],
  ["你好", 4],
  ["ｎ", 2],
  ["한글", 4],
  ["e\u0301", 1],
  ["\u0301", 0],
  ["😀", 2],
  ["…", 1],
];

for (const [text, columns] of WIDTHS) {
  Deno.test(`width() of ${JSON.stringify(text)} is ${columns}`, () => {
    assertEquals(width(text), columns);
  });
}

const CUTS: readonly (readonly [text: string, columns: number, kept: string])[] = [
  ["netkit", 6, "netkit"],
  ["netkit", 5, "netk…"],
  ["netkit", 1, "…"],
  ["netkit", 0, ""],
  ["netkit", -1, ""],
  ["", 0, ""],
  ["你好吗", 6, "你好吗"],
  ["你好吗", 5, "你好…"],
  ["你好吗", 4, "你…"],
  ["e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["😀😀", 3, "😀…"],
];

for (const [text, columns, kept] of CUTS) {
  Deno.test(`cut() of ${JSON.stringify(text)} to ${columns} is ${JSON.stringify(kept)}`, () => {
    assertEquals(cut(text, columns), kept);
  });
}

/** Words of narrow, wide and combined characters. */
const word = fc.array(
  fc.constantFrom("a", "Z", "9", "-", "ß", "你", "好", "ｘ", "e\u0301", "😀", "❤️", "한"),
  { minLength: 1, maxLength: 9 },
).map((characters) => characters.join(""));
const text = fc.array(word).map((words) => words.join(" "));
const columns = fc.integer({ min: 1, max: 40 });

Deno.test("cut() is never wider than asked, and its input when that fits", () => {
  fc.assert(fc.property(text, columns, (text, columns) => {
    const kept = cut(text, columns);
    assert(width(kept) <= columns);
    if (width(text) <= columns) assertEquals(kept, text);
    else assert(text.startsWith(kept.slice(0, -1)) && kept.endsWith("…"));
  }));
});

Deno.test("cut() looks only at what it keeps of a very long text", () => {
  assertEquals(cut("你".repeat(5_000_000), 5), "你你…");
});

Deno.test("pad() fills to the columns asked, and never cuts", () => {
  assertEquals(pad("你", 4), "你  ");
  assertEquals(pad("e\u0301", 2), "e\u0301 ");
  assertEquals(pad("netkit", 3), "netkit");
  fc.assert(fc.property(text, columns, (text, columns) => {
    assertEquals(width(pad(text, columns)), Math.max(width(text), columns));
  }));
});

const WRAPPED: readonly (readonly [text: string, columns: number, lines: readonly string[]])[] = [
  ["", 10, [""]],
  ["one two three", 7, ["one two", "three"]],
  ["one two three", 6, ["one", "two", "three"]],
  ["one unbreakable two", 5, ["one", "unbreakable", "two"]],
  ["你好 世界 你好", 9, ["你好 世界", "你好"]],
  ["你好 世界", 8, ["你好 世", "界"]],
  [" one  two ", 20, ["one two"]],
  ["one two", 0, ["one", "two"]],
];

for (const [text, columns, lines] of WRAPPED) {
  Deno.test(`wrap() breaks "${text}" at ${columns} columns into ${lines.length} lines`, () => {
    assertEquals(wrap(text, columns), lines);
  });
}

Deno.test("wrap() keeps every word, makes no line too long, and starts none too early", () => {
  fc.assert(fc.property(text, columns, (text, columns) => {
    const lines = wrap(text, columns);
    assertEquals(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    for (const line of lines) {
      const isPiece = !line.includes(" ") && piecesOf(line).length === 1;
      assert(width(line) <= columns || isPiece, line);
    }
    lines.slice(1).forEach((line, i) => {
      const [piece = ""] = piecesOf(line.split(" ")[0]!);
      assert(width(lines[i]!) + 1 + width(piece) > columns, lines.join("/"));
    });
  }));
});

Deno.test("formatTable() aligns columns by display width", () => {
  const rows = [["name", "address", "state"], ["网关", "192.168.1.1", "ok"], ["e\u0301", "::1"]];
  assertEquals(
    formatTable(rows, 80),
    "name  address      state\n网关  192.168.1.1  ok\ne\u0301     ::1\n",
  );
});

Deno.test("formatTable() fills cells that are like those above as it fills others", () => {
  const cell = fc.constantFrom("", "a", "网关", "abc");
  fc.assert(fc.property(fc.array(fc.array(cell, { maxLength: 4 })), (rows) => {
    const widths = [0, 1, 2, 3].map((i) => Math.max(0, ...rows.map((row) => width(row[i] ?? ""))));
    const lines = rows.map((row) =>
      row.map((cell, i) => i < row.length - 1 ? pad(cell, widths[i]! + 2) : cell).join("").trimEnd()
    );
    assertEquals(formatTable(rows, 80), lines.map((line) => `${line}\n`).join(""));
  }));
});

Deno.test("formatColumns() escapes cells that are like those above, too", () => {
  const io = fakeIo();
  const cells = ["\x1b", "\x1b", null, "\x1b", "-"];
  const columns = [
    ["A", (text: string | null) => text] as const,
    ["B", () => "b"] as const,
  ];
  assertEquals(
    formatColumns(columns, cells, io),
    "A     B\n\\x1b  b\n\\x1b  b\n-     b\n\\x1b  b\n-     b\n",
  );
});

Deno.test("formatTable() makes no line longer than asked, for any cells, and loses none that fit", () => {
  fc.assert(fc.property(fc.array(fc.array(text)), columns, (rows, columns) => {
    const lines = formatTable(rows, columns).split("\n");
    assert(lines.length > rows.length);
    assertEquals(lines.at(-1), "");
    for (const line of lines) assert(width(line) <= Math.max(4, columns)); // a margin, and one wide
  }));
});

Deno.test("formatTable() styles whole lines, after they were measured", () => {
  const style = (line: string, row: number) => row === 0 ? `<${line}>` : line;
  assertEquals(formatTable([["a", "b"], ["c", "dd"]], 5, style), "<a  b>\nc  dd\n");
});

Deno.test("formatTable() puts the cells behind on a next line where they do not fit, and drops none", () => {
  const rows = [["address", "state", "command"], ["192.0.2.1", "LISTEN", "deno run -A server.ts"]];
  assertEquals(
    formatTable(rows, 30),
    "address    state\n  command\n192.0.2.1  LISTEN\n  deno run -A server.ts\n",
  );
  assertEquals(
    formatTable(rows, 40),
    `address    state   command
192.0.2.1  LISTEN  deno run -A server.ts
`,
  );
  assertEquals(
    formatTable([["1", "deno run -A --quiet server.ts"]], 24),
    "1  deno run -A --quiet\n   server.ts\n",
  );
});

Deno.test("formatTable() in a pipe has a line a row, of any length", () => {
  const long = `deno ${"x".repeat(5000)}`;
  assertEquals(formatTable([["1", long]], Infinity), `1  ${long}\n`);
});

Deno.test("shorten() takes the folders first, and then the middle", () => {
  const command = "deno run -A /home/anna/projects/netkit/main.ts serve";
  assertEquals(shorten(command, 80), command);
  assertEquals(shorten(command, 40), "deno run -A …/main.ts serve");
  assertEquals(
    shorten("java -cp a.jar:b.jar:c.jar com.example.Main", 30),
    "java -cp a.jar…m.example.Main",
  );
  fc.assert(fc.property(text, columns, (text, columns) => {
    assert(width(shorten(text, columns)) <= Math.max(1, columns));
  }));
});

Deno.test("fold() loses nothing but blanks at the ends of lines", () => {
  assertEquals(fold("a  b cc", 4), ["a  b", "cc"]);
  assertEquals(fold("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
  fc.assert(fc.property(text, columns, (text, columns) => {
    const lines = fold(text, columns);
    assertEquals(lines.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
    for (const line of lines) assert(width(line) <= Math.max(2, columns));
  }));
});

Deno.test("palette() has colours on a terminal only, and not with NO_COLOR or TERM=dumb", () => {
  const terminal = (env: Record<string, string>) => {
    const io = fakeIo({ terminal: true, env });
    return palette(io, io.stdout);
  };
  assertNotEquals(terminal({}), PLAIN);
  assertNotEquals(terminal({ NO_COLOR: "" }), PLAIN);
  assertEquals(terminal({ NO_COLOR: "1" }), PLAIN);
  assertEquals(terminal({ TERM: "dumb" }), PLAIN);
  const pipe = fakeIo();
  assertEquals(palette(pipe, pipe.stdout), PLAIN);
});
