import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cut, formatTable, pad, width, wrap } from "../text/layout.ts";

/** Texts with letters of one column and of two. */
const words = fc.array(fc.constantFrom("a", "bc", "你", "你好", "straße", "é"), { maxLength: 12 });

Deno.test("wrap() fills lines to the last column and no further", () => {
  assertEquals(wrap("ab cd ef", 5), ["ab cd", "ef"]);
  assertEquals(wrap("ab cd ef", 4), ["ab", "cd", "ef"]);
  assertEquals(wrap("你 好", 5), ["你 好"]);
  assertEquals(wrap("你 好", 4), ["你", "好"]);
  fc.assert(fc.property(words, fc.integer({ min: 6, max: 20 }), (list, columns) => {
    const lines = wrap(list.join(" "), columns);
    assert(lines.every((line) => width(line) <= columns));
    assertEquals(lines.join(" "), list.join(" "));
  }));
});

Deno.test("cut() leaves what fits, and ends with … what does not, within the columns", () => {
  assertEquals(["abc", "abcd", "你好", "你好吗"].map((text) => cut(text, 4)), [
    "abc",
    "abcd",
    "你好",
    "你…",
  ]);
  assertEquals(cut("abcde", 4), "abc…");
  fc.assert(fc.property(words, fc.nat(20), (list, columns) => {
    const text = list.join("");
    const shown = cut(text, columns);
    assert(width(shown) <= columns);
    if (width(text) <= columns) assertEquals(shown, text);
  }));
});

Deno.test("pad() and formatTable() align by columns of the terminal, not by characters", () => {
  assertEquals(pad("你", 4), "你  ");
  assertEquals(pad("abcde", 4), "abcde");
  assertEquals(
    formatTable([["你好", "1"], ["abc", "2"]], 80),
    "你好  1\nabc   2\n",
  );
});
