import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../address/parse_error.ts";
import {
  anyText,
  choice,
  command,
  flag,
  option,
  optionName,
  parseSeconds,
  port,
  repeated,
  seconds,
} from "../cli/command.ts";
import { codePoint } from "./code_points.ts";

const TIMES: readonly (readonly [text: string, milliseconds: number])[] = [
  ["0", 0],
  ["10", 10_000],
  ["10s", 10_000],
  ["0.5", 500],
  ["1.25s", 1250],
  ["500ms", 500],
  ["0.5ms", 0.5],
  ["007", 7000],
  ["2147483", 2_147_483_000],
  ["2147483647ms", 2 ** 31 - 1],
];

for (const [text, milliseconds] of TIMES) {
  Deno.test(`parseSeconds() reads ${text} as ${milliseconds} ms`, () => {
    assertEquals(parseSeconds(text), milliseconds);
  });
}

const NO_TIMES = [
  "",
  " ",
  "-1",
  "+1",
  "1e3",
  ".5",
  "5.",
  "1 s",
  "1h",
  "１",
  "10\n",
  "Infinity",
  "s",
];

for (const text of NO_TIMES) {
  Deno.test(`parseSeconds() refuses ${JSON.stringify(text)} and says how to write it`, () => {
    const error = assertThrows(() => parseSeconds(text), ParseError, "a number of seconds");
    assertEquals(error.hint, "the forms are 10, 0.5, 2s and 500ms");
  });
}

Deno.test("parseSeconds() refuses minutes, and says how many seconds they are", () => {
  const error = assertThrows(() => parseSeconds("5m"), ParseError, "a number of seconds");
  assertEquals(error.hint, "write 300");
});

for (const text of ["2147483648ms", "2147484", "9".repeat(400)]) {
  Deno.test(`parseSeconds() refuses ${text.slice(0, 20)}: no timer runs that long`, () => {
    assertThrows(() => parseSeconds(text), ParseError, "more than 24 days");
  });
}

Deno.test("parseSeconds() returns milliseconds from 0 below 2^31, or throws a ParseError", () => {
  fc.assert(fc.property(fc.stringMatching(/^\d*\.?\d*m?s?$/), (text) => {
    try {
      const milliseconds = parseSeconds(text);
      return milliseconds >= 0 && milliseconds < 2 ** 31;
    } catch (error) {
      return error instanceof ParseError;
    }
  }));
});

const NAMES: readonly (readonly [key: string, name: string])[] = [
  ["port", "port"],
  ["connectTimeout", "connect-timeout"],
  ["maxOpenFiles", "max-open-files"],
  ["ipv4", "ipv4"],
];

for (const [key, name] of NAMES) {
  Deno.test(`optionName() writes ${key} as ${name}`, () => assertEquals(optionName(key), name));
}

Deno.test("flag() is whether it was given", () => {
  const { read, value, repeated } = flag("print JSON", "j");
  assertEquals([read([]), read([""]), read(["", ""])], [false, true, true]);
  assertEquals([value, repeated], [null, false]);
});

Deno.test("flag() has no short name unless it is given one", () => {
  assertEquals("short" in flag("print JSON"), false);
  assertEquals(flag("print JSON", "j").short, "j");
});

Deno.test("option() is its fallback when it was not given, else the last one given", () => {
  const { read } = option({ value: "N", summary: "a number", parse: Number }, null);
  assertEquals([read([]), read(["1"]), read(["1", "2"])], [null, 1, 2]);
});

Deno.test("repeated() is everything that was given, in order", () => {
  const { read, repeated: many } = repeated({ value: "N", summary: "a number", parse: Number });
  assertEquals([read([]), read(["2"]), read(["2", "1", "2"])], [[], [2], [2, 1, 2]]);
  assertEquals(many, true);
});

Deno.test("port() is a port with the short name p", () => {
  const { read, short, value } = port("listen there", 8000);
  assertEquals([read([]), read(["80"]), short, value], [8000, 80, "p", "PORT"]);
  assertThrows(() => read(["80x"]), ParseError);
});

Deno.test("seconds() is in milliseconds", () => {
  const { read, short, value } = seconds("wait", 1500, "w");
  assertEquals([read([]), read(["2"]), short, value], [1500, 2000, "w", "SECONDS"]);
  assertEquals("short" in seconds("wait", null), false);
});

Deno.test("choice() is one of its choices", () => {
  const { read, choices } = choice("ORDER", "which way", ["up", "down"], "up");
  assertEquals([read([]), read(["down"]), choices], ["up", "down", ["up", "down"]]);
});

Deno.test("choice() names the choices, one of which may be meant", () => {
  const { read } = choice("ORDER", "which way", ["up", "down"], "up");
  const error = assertThrows(() => read(["dwon"]), ParseError);
  assertEquals(error.message, '"dwon" is not an order: choose up, down');
  assertEquals([error.hint, error.names], [null, ["up", "down"]]);
  for (const text of ["", "UP", "__proto__", "toString"]) {
    assertThrows(() => read([text]), ParseError);
  }
});

Deno.test("anyText() takes any text", () => {
  fc.assert(fc.property(fc.string({ unit: codePoint }), (text) => anyText(text) === text));
});

Deno.test("command() returns its argument", () => {
  const spec = {
    name: "walk",
    description: [],
    operands: [],
    options: {},
    examples: [],
    permissions: [],
    run: () => Promise.resolve(),
  };
  assertEquals(command(spec) === spec, true);
});

/** Is compiled and never run: each line below an `@ts-expect-error` must not compile. */
export function wrongTypes(): void {
  const fixed = { name: "walk", description: [], operands: [], examples: [] };
  command({
    ...fixed,
    permissions: [],
    options: {
      port: port("listen there", null),
      json: flag("print JSON"),
      order: choice("ORDER", "which way", ["up", "down"], "up"),
      wait: seconds("wait", 1000),
      header: repeated({ value: "TEXT", summary: "a header", parse: anyText }),
    },
    run({ options }) {
      const json: boolean = options.json;
      const port: number | null = options.port;
      const order: "up" | "down" = options.order;
      const wait: number = options.wait;
      const header: readonly string[] = options.header;
      // @ts-expect-error there is no such option
      options.prot;
      // @ts-expect-error the port is null when it is left out
      const wrongPort: number = options.port;
      // @ts-expect-error a flag is no text
      const wrongJson: string = options.json;
      // @ts-expect-error there is no such choice
      options.order === "sideways";
      // @ts-expect-error an option that may be given several times is an array
      const wrongHeader: string = options.header;
      // @ts-expect-error the values are not to be changed
      options.json = true;
      return Promise.resolve(
        [json, port, order, wait, header, wrongPort, wrongJson, wrongHeader].length,
      );
    },
  });
  // @ts-expect-error the fallback is none of the choices
  choice("ORDER", "which way", ["up", "down"], "sideways");
  // @ts-expect-error a port is no text
  port("listen there", "80");
  // @ts-expect-error an option has something that stands for its value
  option({ summary: "a number", parse: Number }, null);
  // @ts-expect-error a command needs its permissions
  command({ ...fixed, options: {}, run: () => Promise.resolve() });
  // @ts-expect-error the exit code is a number
  command({ ...fixed, permissions: [], options: {}, run: () => Promise.resolve("done") });
}
