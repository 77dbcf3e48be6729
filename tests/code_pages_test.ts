import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readNeighbours } from "../arp/formats.ts";
import { decodeOutput } from "../text/code_pages.ts";

const testdata = new URL("testdata/arp/", import.meta.url);

function bytesOf(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`${name}.out`, testdata));
}

/** The code page of a Windows in each language, and a word that its `arp -a` has. */
const LANGUAGES = [
  ["zh_CN-gbk", "936", "动态"],
  ["zh_TW-big5", "950", "動態"],
  ["ja-cp932", "932", "動的"],
  ["ko-cp949", "949", "동적"],
  ["ru-cp866", "866", "динамический"],
  ["de-cp850", "850", "dynamisch"],
  ["fr-cp850", "850", "Interface\u00a0:"],
  ["fr-cp437", "437", "Interface\u00a0:"],
  ["es-cp850", "850", "dinámico"],
  ["es-cp437", "437", "dinámico"],
  ["pt_BR-cp850", "850", "dinâmico"],
  ["it-cp850", "850", "dinamico"],
] as const;

for (const [name, page, word] of LANGUAGES) {
  Deno.test(`decodeOutput() finds "${word}" in ${name}, with its page and without`, () => {
    const bytes = bytesOf(`written-windows-${name}`);
    for (
      const text of [
        decodeOutput(bytes),
        decodeOutput(bytes, page),
        decodeOutput(bytes, `cp${page}`),
      ]
    ) {
      assert(text.includes(word), text);
      const kinds = readNeighbours(text)!.neighbours.map(({ kind }) => kind);
      assertEquals(kinds, ["dynamic", "static", "static", "dynamic"]);
    }
  });
}

Deno.test("readNeighbours() reads structure and kinds of Latin letters whatever the page is said to be", () => {
  for (const name of ["de-cp850", "fr-cp850", "es-cp850", "pt_BR-cp850", "it-cp850"]) {
    for (const page of ["936", "950", "932", "949", "866", "1252", "437", "none", "", "cp999"]) {
      const { neighbours } = readNeighbours(
        decodeOutput(bytesOf(`written-windows-${name}`), page),
      )!;
      const kinds = neighbours.map(({ kind }) => kind);
      assertEquals(kinds, ["dynamic", "static", "static", "dynamic"], `${name} as ${page}`);
    }
  }
});

Deno.test("decodeOutput() prefers UTF-8 to the page that it is given", () => {
  assertEquals(decodeOutput(new TextEncoder().encode("动态"), "850"), "动态");
  assertEquals(decodeOutput(new TextEncoder().encode("\ufeff动态")), "动态");
});

Deno.test("decodeOutput() takes GBK for what is not UTF-8 and has a word of Chinese Windows", () => {
  assertEquals(decodeOutput(new Uint8Array([0xb6, 0xaf, 0xcc, 0xac])), "动态");
  assertEquals(
    readNeighbours(decodeOutput(bytesOf("written-windows-empty-zh_CN-gbk")))?.neighbours,
    [],
  );
});

Deno.test("decodeOutput() keeps UTF-8 of which net-tools has cut a character at a column's end", () => {
  const text = decodeOutput(bytesOf("nettools210-ja_JP.utf8-arp-e"));
  assert(text.includes("不完全"));
  assert(text.includes("\ufffdMP"));
});

Deno.test("decodeOutput() gives a character for each byte where the page is not known", () => {
  assertEquals(decodeOutput(new Uint8Array([0x41, 0xff, 0x82, 0x0d, 0x0a])), "A\u00a0\u00e9\r\n");
});

Deno.test("decodeOutput() does not mind a character of UTF-8 that is cut off at the end", () => {
  assertEquals(decodeOutput(new TextEncoder().encode("动态").subarray(0, 5)), "动");
});

Deno.test("decodeOutput() leaves ASCII as it is, whatever else there is", () => {
  const ascii = (text: string) => text.replace(/[^\n-~]/g, "");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    // No page but UTF-8 and the last one is meant: random bytes hold no word of the others.
    fc.pre(!(bytes[0]! >= 0xfe && bytes[1]! >= 0xfe)); // the byte order mark of UTF-16
    const text = decodeOutput(bytes);
    assertEquals(ascii(text), ascii(new TextDecoder("latin1").decode(bytes)));
  }));
});

for (const label of ["utf-16le", "utf-16be"] as const) {
  Deno.test(`decodeOutput() knows ${label} by its zeros where it has no byte order mark`, () => {
    const units = Array.from(
      "\r\nInterface: 192.0.2.10 --- 0xb 动态\r\n",
      (letter) => letter.charCodeAt(0),
    );
    const bytes = units.flatMap((unit) =>
      label === "utf-16le" ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255]
    );
    assertEquals(
      decodeOutput(Uint8Array.from(bytes)),
      "\r\nInterface: 192.0.2.10 --- 0xb 动态\r\n",
    );
  });
}

Deno.test("decodeOutput() does not take a few zeros for UTF-16", () => {
  assertEquals(decodeOutput(new TextEncoder().encode("a\0b\0c\0")), "a\0b\0c\0");
});
