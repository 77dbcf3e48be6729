import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { readPackets } from "../capture/packet_source.ts";
import { ChildText } from "../cli/child_text.ts";
import { Stopped, UserError } from "../cli/errors.ts";
import { learn } from "../learn.ts";
import { Lab } from "../learn/lab/lab.ts";
import { canMakeLab } from "../learn/lab/needs.ts";
import { LabStage } from "../learn/lab/stage.ts";
import { type Fate, Wire } from "../learn/lab/wire.ts";
import { allLessons, LAB_LESSONS } from "../learn/lessons.ts";
import { Screen } from "../learn/screen.ts";
import { type FakeIo, fakeIo, run } from "./fakes.ts";
import { labIo, play, tryMistakes } from "./learning.ts";
import { LABORATORY, needs } from "./needs.ts";
import { netkit } from "./processes.ts";

const NEEDS = [LABORATORY, "ip", "nsenter", "unshare"];

/** The frames of a capture with segments of TCP. */
async function framesOf(name: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  const bytes = await Deno.readFile(new URL(`../examples/${name}.pcap`, import.meta.url));
  for await (const packet of readPackets(ReadableStream.from([bytes]))) {
    frames.push(packet.bytes.slice());
  }
  return frames;
}

/** A wire with three cards; `seen` has the numbers of the frames that have come to each, from 0. */
async function wired() {
  const wire = new Wire();
  const frames = await framesOf("first-contact");
  const seen: number[][] = [[], [], []];
  let changed = Promise.withResolvers<void>();
  const plugs = seen.map((own) =>
    wire.plug((frame) => {
      own.push(frames.indexOf(frame));
      changed.resolve();
      changed = Promise.withResolvers();
    })
  );
  const send = (from: number, number: number) => plugs[from]!.send(frames[number]!);
  const arrived = async (at: number, count: number) => {
    while (seen[at]!.length < count) await changed.promise;
    return seen[at]!;
  };
  return { wire, seen, send, arrived };
}

/** A judge that gives segments these fates in turn. */
function fates(...all: Fate[]): () => Fate {
  return () => all.shift() ?? null;
}

Deno.test("Wire carries a frame to all other cards, at once and in order", async () => {
  const { seen, send } = await wired();
  for (const [from, number] of [[0, 0], [0, 1], [1, 2]] as const) send(from, number);
  assertEquals(seen, [[2], [0, 1], [0, 1, 2]]);
});

Deno.test("Wire loses segments, holds them, and lets them overtake each other", async () => {
  const { wire, seen, send, arrived } = await wired();
  wire.fate = fates("lost", "held", null, 40, null);
  for (const number of [4, 5, 6]) send(0, number); // those before are no segments
  assertEquals(seen[1], [6]);
  wire.release();
  assertEquals(seen[1], [6, 5]);
  for (const number of [7, 8]) send(0, number);
  assertEquals(await arrived(1, 4), [6, 5, 8, 7]);
  wire.fate = () => "lost";
  send(0, 0);
  assertEquals(seen[1], [6, 5, 8, 7, 0]);
});

Deno.test("Wire takes its time with each frame, keeps their order, and drops them at its end", async () => {
  const { wire, seen, send, arrived } = await wired();
  wire.delay = 5;
  for (const number of [0, 1, 2]) send(0, number);
  assertEquals(seen[1], []);
  assertEquals(await arrived(1, 3), [0, 1, 2]);
  send(0, 3);
  wire[Symbol.dispose](); // a timer that is left would fail this test
  assertEquals(seen[1], [0, 1, 2]);
});

for (
  const [what, options, message, hint] of [
    ["another system", { platform: "darwin" }, "it takes Linux", null],
    [
      "a user without rights",
      {
        files: { "/proc/self/status": "Name:\tdeno\nCapEff:\t0000000000000000\n" },
      },
      "it takes root",
      "start it with sudo; in a container: docker run --privileged",
    ],
    [
      "root of a container",
      {
        files: { "/proc/self/status": "CapEff:\t00000000a80425fb\n" }, // what Docker gives
      },
      "it takes root",
      "start it with sudo; in a container: docker run --privileged",
    ],
  ] as const
) {
  Deno.test(`netkit learn --lab tells ${what} what is missing`, async () => {
    const error = await assertRejects(() => canMakeLab(fakeIo(options)), UserError);
    assertEquals([error.message, error.hint, error.exit], [
      `cannot make the laboratory: ${message}`,
      hint,
      2,
    ]);
  });
}

Deno.test("netkit learn --lab tells which program is missing, and that there is no TAP", async () => {
  const files = { "/proc/self/status": "CapEff:\t000001ffffffffff\n" };
  const gone = new Deno.errors.NotFound("no such program");
  const here = { code: 0, stdout: new Uint8Array(), stderr: new Uint8Array() };
  const messageOf = async (missing: string) => {
    const io = fakeIo({ files, programs: (name) => name === missing ? gone : here });
    const { message, hint } = await assertRejects(() => canMakeLab(io), UserError);
    return [message, hint];
  };
  const cannot = "cannot make the laboratory:";
  assertEquals(await messageOf("ip"), [
    `${cannot} ip is not installed`,
    "the package iproute2 has it",
  ]);
  assertEquals(await messageOf("nsenter"), [
    `${cannot} nsenter is not installed`,
    "the package util-linux has it",
  ]);
  assertEquals((await messageOf(""))[0], `${cannot} this machine has no /dev/net/tun`);
});

Deno.test("netkit learn --lab that Ctrl-C ends says nothing of the programs that have ended with it", async () => {
  const files = { "/proc/self/status": "CapEff:\t000001ffffffffff\n" };
  const io: FakeIo = fakeIo({
    files,
    programs: () => {
      io.interrupt(new Stopped("SIGINT"));
      return new Deno.errors.NotFound("no such program");
    },
  });
  await assertRejects(() => run(learn, ["--lab", "1"], io), Stopped);
});

Deno.test("netkit learn --lab --list has the lessons of the laboratory, and makes none", async () => {
  const { out, code } = await netkit(["learn", "--lab", "--list"]);
  assertEquals(code, 0);
  assertEquals(out.match(/^ \d {2}\S+/gm)?.map((row) => row.slice(4)), Object.keys(LAB_LESSONS));
  const other = await netkit(["learn", "router"]);
  assertEquals([other.code, other.err.includes("netkit learn --lab router")], [2, true]);
  const needs = await netkit(["learn", "--lab", "--answers"]);
  assertEquals([needs.code, needs.err.includes("netkit learn --lab --list")], [2, true]);
  const plain = await netkit(["learn"]);
  assertEquals([plain.code, plain.out.includes("netkit learn --lab --list")], [0, true]);
});

for (const lesson of await allLessons(LAB_LESSONS)) {
  Deno.test(
    `netkit learn --lab ${lesson.name} is played to its end, and each mistake gets its hint`,
    {
      ...needs(...NEEDS),
    },
    async () => {
      const io = labIo();
      await using lab = await Lab.make(io);
      const { done, out, tries, asked } = await play(lesson, (asked) => asked?.answers[0] ?? "", {
        io,
        lab,
      });
      assert(done, out);
      assertEquals(tries.map(({ right, tries }) => [right, tries]), tries.map(() => [true, 1]));
      assert(!out.includes("undefined"), out);
      for (const line of out.split("\n")) {
        assert(line.length <= 80 || /^ {2}[abcr]?\$ /.test(line), line);
      }
      // The row to which the rule of its last question leads: the host knows its own state at once.
      const row = lesson.name === "four-segments" ? /FIN-WAIT-2 +│◀─+ ACK ack=8/ : /$/;
      assertMatch(out, row);
      for (const each of asked) await tryMistakes(each!);
    },
  );
}

/** A run of a step in the laboratory that would have had another answer. */
interface Changed {
  readonly lesson: string;
  /** The number of the step, counted from 0. */
  readonly step: number;
  /** The answer of the run as it is; `null` where that is a matter of moments. */
  readonly answer: string | null;
  /** Returns an object of `--json` of the other run. */
  readonly object: (object: Record<string, unknown>) => Record<string, unknown>;
  /** The answer of the other run. */
  readonly other: string;
}

/** The value of a field of a segment, seven higher. */
function sevenMore(name: "seq" | "ack"): Changed["object"] {
  return (each) => typeof each[name] === "number" ? { ...each, [name]: each[name] + 7 } : each;
}

const CHANGED: readonly Changed[] = [
  {
    lesson: "four-segments",
    step: 0,
    answer: "4",
    object: (each) => "close" in each ? { ...each, close: { segments: 3 } } : each,
    other: "3",
  },
  { lesson: "simultaneous-close", step: 1, answer: "1", object: sevenMore("ack"), other: "8" },
  { lesson: "reordering", step: 0, answer: "1449", object: sevenMore("ack"), other: "1456" },
  { lesson: "reordering", step: 1, answer: "1449", object: sevenMore("seq"), other: "1456" },
  {
    lesson: "reordering",
    step: 2,
    answer: null,
    object: (each) => {
      const fields = [
        { name: "tcp.ack_raw", value: 100 },
        { name: "tcp.options.sack_le", value: 110 },
        { name: "tcp.options.sack_re", value: 115 },
      ];
      return { ...each, layers: [{ name: "tcp", fields }] };
    },
    other: "5",
  },
];

for (const { lesson, step, answer, object, other } of CHANGED) {
  Deno.test(
    `netkit learn --lab ${lesson}, step ${step + 1}: another run, another answer`,
    { ...needs(...NEEDS) },
    async () => {
      const io = labIo();
      await using lab = await Lab.make(io);
      await using stage = new LabStage(io, new Screen(io), 1, lab);
      const { steps } = await LAB_LESSONS[lesson]!();
      const played = async () => (await stage.step(step, steps[step]!.play))!;
      const [right] = (await played()).answers;
      if (answer !== null) assertEquals(right, answer);
      assertNotEquals(right, other);
      const { json } = stage;
      stage.json = async <T>(args: readonly string[]) =>
        (await json.call(stage, args) as Record<string, unknown>[]).map(object) as T[];
      const changed = await played();
      assertEquals(changed.answers[0], other);
      await tryMistakes(changed);
    },
  );
}

Deno.test("netkit learn --lab --sheet, --answers and --report have the questions of a lesson", {
  ...needs(...NEEDS),
}, async () => {
  const folder = await Deno.makeTempDir();
  const env = { XDG_STATE_HOME: folder };
  const file = `${folder}/file`;
  try {
    const sheet = await netkit(["learn", "--lab", "four-segments", "--sheet", file], "", { env });
    assertEquals([sheet.code, sheet.out, sheet.err], [0, "", ""]);
    const [lesson, answers] = (await Deno.readTextFile(file)).split('class="answers"');
    const count = (text: string, pattern: RegExp) => text.match(pattern)?.length;
    assertEquals([count(lesson!, /class="answer"/g), count(lesson!, /<svg/g)], [2, 2]);
    assert(lesson!.includes("192.0.2.1/24") && lesson!.includes("b$ netkit serve"), lesson);
    // The rungs of the lesson have blanks where those of the answers have numbers.
    assertEquals([lesson!.includes("ack=1"), answers!.includes("ack=1")], [false, true]);
    const { out } = await netkit(["learn", "--lab", "four-segments", "--answers"], "", { env });
    assertEquals([count(out, /^\d\. /gm), count(out, /^rule: /gm)], [2, 2]);
    await netkit(["learn", "--lab", "--report", file], "q\n", { env });
    const report = JSON.parse(await Deno.readTextFile(file));
    assertEquals([report.lesson, report.step, report.tries], ["who-has", 1, 0]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Lab takes its cards away, also from a host that somebody else has entered", {
  ...needs(...NEEDS),
}, async () => {
  const io = labIo();
  const lab = await Lab.make(io);
  const shell = new Deno.Command("nsenter", {
    args: [
      "-t",
      `${lab.host("a").pid}`,
      "-n",
      "sh",
      "-c",
      "echo in; read x; ip -o link",
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const out = new ChildText(shell.stdout);
  await out.match(/in\n/);
  await lab[Symbol.asyncDispose]();
  await shell.stdin.close();
  await out.ended;
  await shell.status;
  // Where modules for tunnels are loaded, a network has also their interfaces from the beginning.
  assertEquals(out.text.match(/^\d+: (lo|eth\d+):/gm), ["1: lo:"]);
});
