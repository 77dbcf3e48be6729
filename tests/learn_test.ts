import { assert, assertEquals, assertMatch } from "@std/assert";
import { isRight } from "../learn/answer.ts";
import { step } from "../learn/lesson.ts";
import { lessonNamed, NAMES } from "../learn/lessons.ts";
import { handshake } from "../learn/lessons/handshake.ts";
import { capturesModule } from "../tasks/captures.ts";
import { Screen } from "../learn/screen.ts";
import { Stage } from "../learn/stage.ts";
import type { Asked, Lesson } from "../learn/lesson.ts";
import { learningIo, play, playOne } from "./learning.ts";
import { needs, UNIX } from "./needs.ts";
import { netkit } from "./processes.ts";

const ASKED: Asked = {
  text: "How many?",
  answers: ["54"],
  rule: "Count them.",
  mistakes: [{ given: "59", hint: "That is the whole frame." }],
  why: "So many there are.",
};

Deno.test("a lesson says the answer after three wrong ones, and why", async () => {
  const out = await playOne(ASKED, ["59", "1", "2"]);
  assertMatch(
    out,
    /That is the whole frame\.[^]*Count them\.[^]*It is 54\.\n\nSo many there are\./,
  );
});

Deno.test("? and Enter explain, b goes back, q leaves and keeps the place", async () => {
  assertMatch(await playOne(ASKED, ["?", "", "54"]), /Count them\.[^]*Count them\.[^]*Right\./);
  const lines: (string | null)[] = ["", "b", "", "q"];
  const two: Lesson = {
    name: "two",
    title: () => "Two steps",
    steps: [step({ says: () => ["one"] }), {
      says: () => ["two"],
      play: () => Promise.resolve(ASKED),
    }],
  };
  const { out, done } = await play(two, () => lines.shift() ?? null);
  assertEquals([done, out.match(/^(one|two)$/gm)], [false, ["one", "two", "one", "two"]]);
});

Deno.test("b at the first step says that it is the first, and any line where nothing is asked has an answer", async () => {
  const first = /This is the first step: there is none before it\./g;
  const asked = await playOne(ASKED, ["b", "back", "54"]);
  assertEquals(asked.match(first)?.length, 2, asked);
  assertEquals(asked.match(/\[step 1 of 1\]/g)?.length, 1, asked); // it is not begun again
  const lines: (string | null)[] = ["b", "x", "？", "", "q"];
  const two: Lesson = {
    name: "two",
    title: () => "Two steps",
    steps: [step({ says: () => ["one"] }), step({ says: () => ["two"] })],
  };
  const { out } = await play(two, () => lines.shift() ?? null);
  assertMatch(out, /one\n\nThis is the first step[^]*(Nothing is asked here[^]*){2}two\n/);
  assertEquals(out.match(/^(one|two)$/gm), ["one", "two"]);
});

/** Plays a lesson of two steps that ask on a terminal, where these lines are typed. */
function playTwoAsked(typed: readonly string[]) {
  const io = learningIo();
  io.stdin.isTerminal = () => true;
  const lines = [...typed];
  const one = { says: () => ["one"], play: () => Promise.resolve(ASKED) };
  const lesson: Lesson = { name: "two", title: () => "Two", steps: [one, one] };
  return play(lesson, () => lines.shift() ?? null, { io });
}

Deno.test("what is no key says so between an answer and the next step, which b asks again", async () => {
  const { out } = await playTwoAsked(["54", "n", "b", "54", "", "q"]);
  assertMatch(out, /So many[^]*Nothing is asked here[^]*1 of 2\][^]*So many[^]*2 of 2\]/);
  assertEquals(out.includes("first step"), false, out);
});

Deno.test("a lesson is coloured on a terminal, and has no escape with NO_COLOR", async () => {
  for (
    const [env, isColoured] of [[{ TERM: "xterm" }, true], [{ NO_COLOR: "1" }, false]] as const
  ) {
    const io = learningIo(80, { terminal: true, env });
    const lesson: Lesson = {
      name: "one",
      title: () => "One",
      steps: [step({
        says: () => ["one"],
        run: (stage) => stage.run(["ipinfo", "192.168.1.1"]).then(() => undefined),
        asks: {
          text: () => "How many?",
          answer: () => ["54"],
          rule: () => "Count.",
          mistakes: () => [],
          why: () => "So many.",
        },
      })],
    };
    const { out } = await play(lesson, () => "54", { io });
    assertMatch(out, /\$ netkit ipinfo 192\.168\.1\.1[^]*11000000/);
    // Where the tests themselves run with NO_COLOR, @std/fmt colours nothing.
    assertEquals(out.includes("\x1b["), isColoured && !Deno.noColor, out);
  }
});

Deno.test("isRight() takes an answer as people type it", () => {
  const rows: [string, string[], boolean][] = [
    ["54 bytes", ["54"], true],
    ["５４", ["54"], true],
    ["  SYN,ACK ", ["SYN,ACK"], true],
    ["syn，ack", ["SYN,ACK"], true],
    ["0x36", ["54"], true],
    ["4,294,967,296", ["4294967296"], true],
    ["Established.", ["ESTABLISHED"], true],
    ["010", ["10"], false],
    ["10", ["00001010"], false],
    ["", ["54"], false],
  ];
  for (const [given, answers, right] of rows) {
    assertEquals(isRight(given, answers), right, given);
  }
});

Deno.test("w serves the page of trace --web with the connection of the step", {
  ...needs(UNIX),
}, async () => {
  const io = learningIo();
  await using stage = new Stage(io, new Screen(io), 1);
  assertEquals(await stage.openPage(), null); // nothing was watched yet
  await stage.step(0, handshake.steps[0]!.play);
  const [, client, server] = io.out().match(/#1 {2}\S+:(\d+) → \S+:(\d+)/)!;
  const address = await stage.openPage();
  const response = await fetch(new URL("events", address!));
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes(client!) && text.includes(server!)) break; // it ends with the page
  }
  assert(text.includes(client!) && text.includes(server!), text);
});

Deno.test("a person at a terminal reads why before the next step begins", async () => {
  const { out, done, tries } = await playTwoAsked(["54", "?", "b", "54", "", "q"]);
  assertEquals([done, tries.map(({ step, right }) => [step, right])], [
    false,
    [[1, true], [1, true], [2, false]],
  ]);
  assertEquals(out.match(/So many there are/g)?.length, 3, out); // right, ?, right
});

Deno.test("the step in docs/lessons.md is one of learn/lessons/udp.ts, in each language", async () => {
  const textOf = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));
  const flat = (text: string) => text.replace(/\s+/g, " ");
  const lesson = flat(await textOf("learn/lessons/udp.ts"));
  for (const page of ["docs/lessons.md", "docs/zh-CN/lessons.md"]) {
    const [, code] = (await textOf(page)).match(/```ts\n([^]*?)```/)!;
    assert(lesson.includes(flat(code!).trim()), page);
  }
});

Deno.test("learn/captures_data.ts has the captures of examples/", async () => {
  const text = await Deno.readTextFile(new URL("../learn/captures_data.ts", import.meta.url));
  assertEquals(await capturesModule() === text, true, "run: deno task captures");
});

Deno.test("lessonNamed() takes numbers and names, and proposes one", async () => {
  for (const [i, name] of NAMES.entries()) {
    assertEquals((await lessonNamed(`${i + 1}`)).lesson.name, name);
    assertEquals((await lessonNamed(name.toUpperCase())).number, i + 1);
  }
  for (const word of ["0", "17", "constructor", "-1", ""]) {
    await lessonNamed(word).then(
      () => assert(false, word),
      (error) => assertMatch(error.message, /there is no lesson/),
    );
  }
});

Deno.test("netkit learn keeps the place, reports tries, and lists what is done", {
  ...needs(UNIX),
}, async () => {
  const folder = await Deno.makeTempDir();
  const env = { XDG_STATE_HOME: folder, LC_ALL: "C.UTF-8" };
  try {
    const report = `${folder}/report.json`;
    const first = await netkit(["learn", "1", "--seed", "3", "--report", report], "59\n54\nq\n", {
      env,
    });
    assertEquals([first.code, first.err], [0, ""]);
    assertMatch(
      first.out,
      /\[step 1 of 4\][^]*Right\.[^]*\[step 2 of 4\][^]*netkit learn 1 goes on here/,
    );
    const lines = (await Deno.readTextFile(report)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(lines.map(({ lesson, step, tries, right }) => [lesson, step, tries, right]), [
      ["layers", 1, 2, true],
      ["layers", 2, 0, false],
    ]);
    assertMatch((await netkit(["learn"], "", { env })).out, /^ 1 {2}layers .* step 2 of 4$/m);
    const again = await netkit(["learn", "layers"], "", { env });
    assertMatch(again.out, /\[step 2 of 4\]/);
    assertEquals(again.out.includes("[step 1 of 4]"), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("netkit learn --answers and --sheet have every question of the lesson", {
  ...needs(UNIX),
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { out, code } = await netkit(["learn", "subnets", "--answers", "--seed", "5"]);
    assertEquals([code, out.match(/^\d\. /gm)?.length, out.match(/^rule: /gm)?.length], [0, 5, 5]);
    const file = `${folder}/sheet.html`;
    assertEquals((await netkit(["learn", "7", "--sheet", file])).code, 0);
    const html = await Deno.readTextFile(file);
    assertEquals([html.match(/class="answer"/g)?.length, html.includes("<h2>Answers</h2>")], [
      3,
      true,
    ]);
    assert(html.includes("SYN,ACK"));
    const [lesson, answers] = html.split('class="answers"');
    assertEquals(lesson!.match(/<svg/g)?.length, 3);
    // The rungs of the lesson have blanks where those of the answers have numbers.
    assertEquals([lesson!.includes("ack=1"), answers!.includes("ack=1")], [false, true]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
