import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cut, fold, formatTable, pad, width, wrap } from "../text/layout.ts";

/** Texts with letters of one column and of two. */
const words = fc.array(fc.constantFrom("a", "bc", "你", "你好", "straße", "é"), { maxLength: 12 });

Deno.test("wrap() fills lines to the last column and no further", () => {
  assertEquals(wrap("ab cd ef", 5), ["ab cd", "ef"]);
  assertEquals(wrap("ab cd ef", 4), ["ab", "cd", "ef"]);
  assertEquals(wrap("你 好", 5), ["你 好"]);
  assertEquals(wrap("你好", 2), ["你", "好"]);
  assertEquals(wrap("你 好", 4), ["你", "好"]);
  fc.assert(fc.property(words, fc.integer({ min: 6, max: 20 }), (list, columns) => {
    const lines = wrap(list.join(" "), columns);
    assert(lines.every((line) => width(line) <= columns));
    const joined = (text: string) => text.replaceAll(" ", "");
    assertEquals(joined(lines.join("")), joined(list.join("")));
  }));
});

Deno.test("wrap() breaks Chinese between any characters, but no line begins or ends with a mark that may not", () => {
  const text =
    "客户端（主动关闭的一方）发送FIN，进入“FIN-WAIT-1”：这是第一次挥手；接着是《计算机网络》、「半关闭」。";
  for (let columns = 6; columns < 60; columns++) {
    const lines = wrap(text, columns);
    assertEquals(lines.join(""), text);
    for (const [i, line] of lines.entries()) {
      assert(!/^[，。、：；）》」”]/.test(line), `${columns}: ${line}`);
      assert(!/[（《「“]$/.test(line), `${columns}: ${line}`);
      assert(columns < 16 || width(line) <= columns, line);
      const room = columns - width(line);
      assert(
        i === lines.length - 1 || columns < 16 || room < 16,
        `${room} columns are empty: ${line}`,
      );
    }
  }
});

Deno.test("wrap() begins a line with an option behind a Chinese mark, and leaves a dash where it stands", () => {
  assertEquals(wrap("要--tls-cert、--tls-key、--client-ca", 22), [
    "要--tls-cert、",
    "--tls-key、--client-ca",
  ]);
  assertEquals(wrap("三次握手-四次挥手", 9), ["三次握", "手-四次挥", "手"]);
});

Deno.test("fold() breaks Chinese as wrap() does, and other words where a line is full", () => {
  assertEquals(fold("连接被拒绝，端口上没有人监听", 12), ["连接被拒绝，", "端口上没有人", "监听"]);
  assertEquals(fold("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
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
