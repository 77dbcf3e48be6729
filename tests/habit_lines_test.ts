import { assert, assertEquals } from "@std/assert";
import { speak } from "../cli/language.ts";
import { main, refusalOf } from "../main.ts";
import { width } from "../text/layout.ts";
import { fakeIo } from "./fakes.ts";
import { followed, some, transcript } from "./hints.ts";

const HABITS = await transcript("habits.txt");
const LINES = [...HABITS, ...await transcript("hints.txt")];

/** Words of a sentence that is still English. */
const ENGLISH = /[a-z]{2,} (if|is|of|the|to|with|for|and|has|have|not|or|like|a) [a-z]{2,}/;

for (const each of LINES) {
  const { args, said } = each;
  const typed = args.join(" ");
  if (said.length === 0) {
    Deno.test(`netkit takes ${typed}`, async () => assertEquals(await refusalOf(args), null));
    continue;
  }

  Deno.test(`netkit ${typed}: ${said.at(-1)!.trim()}`, async () => {
    const io = fakeIo();
    assert(await refusalOf(args) !== null, "it is taken"); // or what follows would do it
    assertEquals(await main(args, io), 2);
    assertEquals({ err: io.err().trimEnd().split("\n"), out: io.out() }, { err: said, out: "" });
  });

  Deno.test(`the hint for netkit ${typed} leads to what netkit takes`, async () => {
    for (const line of followed(said[1]?.trim() ?? "", args)) {
      assert(await some(line), `${said[1]} leads to ${JSON.stringify(line)}`);
    }
  });

  Deno.test(`netkit ${typed} is answered in Chinese, too`, async () => {
    if (args.includes("--json")) return; // it is for a program
    const io = fakeIo({ language: "zh-CN", env: { LANG: "zh_CN.UTF-8" } });
    try {
      assertEquals(await main(args, io), 2);
    } finally {
      await speak("en");
    }
    const lines = io.err().trimEnd().split("\n");
    assertEquals(lines.length, said.length);
    for (const line of lines) {
      const words = line.replace(/^netkit( \w+)?: |"[^"]*"|\bnetkit [^，。：；]*/g, "");
      assert(/\p{Script=Han}/u.test(words), line);
      assert(!ENGLISH.test(words), line);
    }
  });

  Deno.test(`the error for netkit ${typed} is two lines for a terminal of 80 columns`, () => {
    assert(said.length <= 2);
    for (const line of said) {
      const own = line.replace(/^(.*?: (?:--\w+: )?)".*" (?=is not )/, "$1");
      const most = HABITS.includes(each) || line.startsWith("  ") ? 80 : 130;
      assert(width(own) <= most, `${width(own)} columns: ${own}`);
      assert(width(line) <= 175);
    }
  });
}

Deno.test("the transcript has the lines of the report, and forty more", () => {
  assert(LINES.length > 130, `${LINES.length}`);
  assertEquals(new Set(LINES.map(({ args }) => args.join(" "))).size, LINES.length);
});
