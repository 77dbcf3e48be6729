import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  anyText,
  choice,
  type Command,
  command,
  flag,
  type Operand,
  option,
  optionalValue,
  port,
  repeated,
} from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { parse, UnknownOption, wantsHelp } from "../cli/parse.ts";
import { didYouMean } from "../cli/suggest.ts";
import { client } from "../client.ts";
import { serve } from "../server.ts";
import { codePoint } from "./code_points.ts";

/** A made-up command. */
const walk = command({
  name: "walk",
  description: [],
  operands: [{ name: "PLACE", summary: "where to", repeated: true }],
  options: {
    port: port("leave by this port", null),
    text: option({ value: "TEXT", summary: "say this", parse: anyText }, null),
    order: choice("ORDER", "which way", ["up", "down"], "up"),
    header: repeated({ value: "TEXT", summary: "a header", short: "H", parse: anyText }),
    json: flag("print JSON", "j"),
    noDelay: flag("do not wait", "n"),
    ipv4: flag("only IPv4", "4"),
    way: optionalValue({
      value: "NUMBER",
      summary: "by this way",
      short: "w",
      bare: 1,
      takes: (word) => /^\d+$/.test(word),
      parse: Number,
    }, null),
  },
  examples: [],
  permissions: [],
  run: () => Promise.resolve(),
});

const DEFAULTS = {
  port: null as number | null,
  text: null as string | null,
  order: "up" as "up" | "down",
  header: [] as readonly string[],
  json: false,
  noDelay: false,
  ipv4: false,
  way: null as number | null,
};

interface Read {
  readonly args: readonly string[];
  readonly options?: Partial<typeof DEFAULTS>;
  readonly operands?: readonly string[];
}

const READ: readonly Read[] = [
  { args: [] },
  { args: ["--port=80"], options: { port: 80 } },
  { args: ["--port", "80"], options: { port: 80 } },
  { args: ["-p80"], options: { port: 80 } },
  { args: ["-p=80"], options: { port: 80 } },
  { args: ["-p", "80"], options: { port: 80 } },
  { args: ["--text=a=b"], options: { text: "a=b" } },
  { args: ["--text="], options: { text: "" } },
  { args: ["--text", ""], options: { text: "" } },
  { args: ["--text", "-"], options: { text: "-" } },
  { args: ["--text=--json"], options: { text: "--json" } },
  { args: ["--text", "true"], options: { text: "true" } },
  { args: ["--text", "-1"], options: { text: "-1" } },
  { args: ["--text=a\nb"], options: { text: "a\nb" } },
  { args: ["--text", "007"], options: { text: "007" } },
  { args: ["--header=b", "-Ha", "-H", "b"], options: { header: ["b", "a", "b"] } },
  { args: ["--header", "", "-H="], options: { header: ["", ""] } },
  { args: ["--json"], options: { json: true } },
  { args: ["-j"], options: { json: true } },
  { args: ["--json=true"], options: { json: true } },
  { args: ["--json=false"] },
  { args: ["-j=true"], options: { json: true } },
  { args: ["-j=false"] },
  { args: ["--json", "true"], options: { json: true }, operands: ["true"] },
  { args: ["--json", "false"], options: { json: true }, operands: ["false"] },
  { args: ["--no-delay"], options: { noDelay: true } },
  { args: ["--no-delay=true"], options: { noDelay: true } },
  { args: ["-jn"], options: { json: true, noDelay: true } },
  { args: ["-jp80"], options: { json: true, port: 80 } },
  { args: ["-jp", "80"], options: { json: true, port: 80 } },
  { args: ["-Hjp"], options: { header: ["jp"] } },
  { args: ["-Hx12"], options: { header: ["x12"] } },
  { args: ["-H-"], options: { header: ["-"] } },
  { args: ["-4"], options: { ipv4: true } },
  { args: ["-4j"], options: { ipv4: true, json: true } },
  { args: ["--order=down"], options: { order: "down" } },
  { args: ["a", "--json", "b"], options: { json: true }, operands: ["a", "b"] },
  { args: ["-1"], operands: ["-1"] },
  { args: ["-1", "8000"], operands: ["-1", "8000"] },
  { args: ["8000", "-1", "1"], operands: ["8000", "-1", "1"] },
  { args: ["-12", "2"], operands: ["-12", "2"] },
  { args: ["-1.5", "-.5", "-1e3", "-0x10"], operands: ["-1.5", "-.5", "-1e3", "-0x10"] },
  { args: ["-1", "--json"], options: { json: true }, operands: ["-1"] },
  { args: ["", "-", ""], operands: ["", "-", ""] },
  { args: ["007", "1e3", "0x10"], operands: ["007", "1e3", "0x10"] },
  { args: ["--"] },
  { args: ["--", "--port=80", "-x", "--"], operands: ["--port=80", "-x", "--"] },
  { args: ["a", "--", "", "-1", "__proto__"], operands: ["a", "", "-1", "__proto__"] },
  { args: ["--way"], options: { way: 1 } },
  { args: ["--way", "7"], options: { way: 7 } },
  { args: ["--way=7", "8"], options: { way: 7 }, operands: ["8"] },
  { args: ["-w", "7"], options: { way: 7 } },
  { args: ["-w7"], options: { way: 7 } },
  { args: ["-jw", "7", "8"], options: { json: true, way: 7 }, operands: ["8"] },
  { args: ["--way", "home"], options: { way: 1 }, operands: ["home"] },
  { args: ["--way", "-1"], options: { way: 1 }, operands: ["-1"] },
  { args: ["--way", ""], options: { way: 1 }, operands: [""] },
  { args: ["--way", "--json"], options: { way: 1, json: true } },
  { args: ["--way", "--", "7"], options: { way: 1 }, operands: ["7"] },
  { args: ["7", "--way"], options: { way: 1 }, operands: ["7"] },
  {
    args: ["--json", "--", "--json", "--json"],
    options: { json: true },
    operands: ["--json", "--json"],
  },
  { args: ["--text=--json", "--json"], options: { text: "--json", json: true } },
  { args: ["--json", "--", "true"], options: { json: true }, operands: ["true"] },
];

for (const { args, options = {}, operands = [] } of READ) {
  Deno.test(`parse() reads ${JSON.stringify(args)}`, () => {
    const expected = { options: { ...DEFAULTS, ...options }, operands, behind: [] };
    assertEquals(parse(walk, args), expected);
  });
}

interface Refused {
  readonly args: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

const REFUSED: readonly Refused[] = [
  { args: ["--prot=80"], message: "unknown option --prot", hint: "did you mean --port?" },
  { args: ["--JSON"], message: "unknown option --JSON", hint: "did you mean --json?" },
  { args: ["--hlep"], message: "unknown option --hlep", hint: "did you mean --help?" },
  { args: ["--something"], message: "unknown option --something" },
  { args: ["-P", "80"], message: "unknown option -P", hint: "did you mean -p?" },
  { args: ["-o", "up"], message: "unknown option -o" },
  { args: ["-6"], message: "unknown option -6" },
  { args: ["-x"], message: "unknown option -x" },
  { args: ["-jx"], message: "unknown option -x in -jx" },
  { args: ["-j5"], message: "unknown option -5 in -j5" },
  { args: ["-😀"], message: "unknown option -😀" },
  { args: ["-="], message: "unknown option -=" },
  { args: ["-port=80"], message: "unknown option -port", hint: "did you mean --port?" },
  { args: ["-json"], message: "unknown option -json", hint: "did you mean --json?" },
  { args: ["-help"], message: "unknown option -help", hint: "did you mean --help?" },
  { args: ["--no-json"], message: "unknown option --no-json" },
  { args: ["--no-port=80"], message: "unknown option --no-port" },
  { args: ["--_=x"], message: "unknown option --_" },
  { args: ["---"], message: "unknown option ---" },
  { args: ["--=80"], message: "unknown option --=80" },
  { args: ["--__proto__=x"], message: "unknown option --__proto__" },
  { args: ["--constructor", "x"], message: "unknown option --constructor" },
  { args: ["--a.b=c"], message: "unknown option --a.b" },
  { args: ["--port.x=80"], message: "unknown option --port.x", hint: "did you mean --port?" },
  { args: ["--port"], message: "--port needs a value: --port PORT" },
  { args: ["-p"], message: "--port needs a value: --port PORT" },
  { args: ["-jp"], message: "--port needs a value: --port PORT" },
  { args: ["--port", "--json"], message: "--port needs a value: --port PORT" },
  { args: ["--port", "--", "80"], message: "--port needs a value: --port PORT" },
  { args: ["--header=a", "-H"], message: "--header needs a value: --header TEXT" },
  ...([
    ["-p", "80", "--port=81"],
    ["--port=81", "-p80"],
    ["--port", "80", "8000", "--port", "80"],
    ["--port=80", "--port"],
  ].map((args) => ({ args, message: "--port is given twice", hint: "leave one of them out" }))),
  ...([["--json", "--json=false"], ["--json=false", "-j"], ["-jj"]]
    .map((args) => ({ args, message: "--json is given twice", hint: "leave one of them out" }))),
  {
    args: ["--way", "7", "--way"],
    message: "--way is given twice",
    hint: "leave one of them out",
  },
  { args: ["--way="], message: "--way= needs a value: --way=NUMBER" },
  { args: ["-w="], message: "-w= needs a value: -w=NUMBER" },
  { args: ["--json=abc"], message: "--json takes no value" },
  { args: ["--json="], message: "--json takes no value" },
  { args: ["-j=abc"], message: "-j takes no value" },
  { args: ["--port=80x"], message: '--port: "80x" is not a port: a port is a decimal number' },
  { args: ["-p80x"], message: '--port: "80x" is not a port: a port is a decimal number' },
  {
    args: ["-port80"],
    message: '--port: "ort80" is not a port: no service is known by that name',
    hint: "the forms are a number of 0 to 65535, and well-known names like http",
  },
  { args: ["--port", "-1"], message: '--port: "-1" is not a port: a port is a decimal number' },
  { args: ["--port="], message: '--port: "" is not a port: it is empty' },
  {
    args: ["--port=８０"],
    message: '--port: "８０" is not a port: a port is a decimal number',
    hint: "write it in ASCII digits: 80",
  },
  { args: ["--order=x"], message: '--order: "x" is not an order: choose up, down' },
];

for (const { args, message, hint } of REFUSED) {
  Deno.test(`parse() refuses ${JSON.stringify(args)}: ${message}`, () => {
    const error = assertThrows(() => parse(walk, args), UserError);
    const said = error instanceof UnknownOption
      ? error.hint ?? didYouMean(error.typed, error.names)
      : error.hint;
    assertEquals(
      { message: error.message, hint: said, exit: error.exit },
      { message, hint: hint ?? null, exit: 2 },
    );
  });
}

/** A command without options, with these operands. */
function withOperands(...operands: Operand[]): Command {
  return { ...walk, name: "go", operands, options: {} };
}

const from: Operand = { name: "FROM", summary: "where from", required: true };
const to: Operand = { name: "TO", summary: "where to" };
const more: Operand = { name: "MORE", summary: "further on", repeated: true };

interface Counted {
  readonly operands: readonly Operand[];
  readonly args: readonly string[];
  /** The refusal, none if the arguments are right. */
  readonly refusal?: string;
}

const COUNTED: readonly Counted[] = [
  { operands: [], args: [] },
  { operands: [], args: ["a"], refusal: '"a": go takes no operands' },
  { operands: [from], args: [], refusal: "FROM is missing: where from" },
  { operands: [from], args: [""] },
  { operands: [from], args: ["a", "b"], refusal: '"b" is one operand too many' },
  { operands: [from], args: ["a", "--", "-b"], refusal: '"-b" is one operand too many' },
  { operands: [from, to], args: ["a", "b"] },
  { operands: [from, to], args: ["a", "b", "c", "d"], refusal: '"c" is one operand too many' },
  { operands: [to], args: [] },
  { operands: [more], args: [] },
  { operands: [from, more], args: ["a", "b", "c", "d"] },
  {
    operands: [{ ...more, required: true }],
    args: [],
    refusal: "MORE is missing: further on",
  },
];

for (const { operands, args, refusal } of COUNTED) {
  const names = operands.map(({ name }) => name).join(" ") || "no operands";
  Deno.test(`parse() ${refusal ? "refuses" : "takes"} ${JSON.stringify(args)} for ${names}`, () => {
    const read = () => parse(withOperands(...operands), args);
    if (refusal) assertEquals(assertThrows(read, UserError).message, refusal);
    else assertEquals(read().operands, args);
  });
}

Deno.test("parse() leaves an error of an option's parser that is a bug alone", () => {
  const broken = option({
    value: "X",
    summary: "broken",
    parse() {
      throw new TypeError("a bug");
    },
  }, null);
  const each: Command = { ...walk, options: { broken } };
  assertThrows(() => parse(each, ["--broken=1"]), TypeError, "a bug");
});

const HELP: readonly (readonly [args: readonly string[], wanted: boolean])[] = [
  [["-h"], true],
  [["--help"], true],
  [["a", "--port", "80", "-h"], true],
  [["--nonsense", "--help", "--port"], true],
  [["--", "--help"], false],
  [["a", "--", "-h"], false],
  [["help"], false],
  [["--helping"], false],
];

for (const [args, wanted] of HELP) {
  Deno.test(`wantsHelp() is ${wanted} for ${JSON.stringify(args)}`, () => {
    assertEquals(wantsHelp(args), wanted);
  });
}

/** Words as a fuzzer types them: options that exist, nearly exist or cannot, numbers, anything. */
const word = fc.oneof(
  fc.constantFrom("--", "-", "", "-p", "-j", "-jp", "-4", "--port", "--text", "--json", "--host"),
  fc.constantFrom("true", "false", "-1", "80", "--__proto__", "--constructor=1", "--_", "-_"),
  fc.tuple(fc.constantFrom("-", "--", "--no-", "--port=", "-p", "-j=", "\0"), fc.string()).map(
    (parts) => parts.join(""),
  ),
  fc.string({ unit: codePoint }),
);

for (const each of [walk, serve, client] as readonly Command[]) {
  Deno.test(`parse() throws nothing but a UserError for ${each.name}, whatever is typed`, () => {
    fc.assert(
      fc.property(fc.array(word), (args) => {
        try {
          parse(each, args);
        } catch (error) {
          assert(error instanceof UserError, `${error}`);
          assertEquals(error.exit, 2);
        }
      }),
      { numRuns: 2000 },
    );
  });
}

Deno.test("parse() returns the operands behind -- exactly as they are", () => {
  fc.assert(fc.property(fc.array(word), (operands) => {
    assertEquals(parse(walk, ["--json", "--", ...operands]).operands, operands);
  }));
});

Deno.test("parse() returns operands and values in order, whatever stands between them", () => {
  const plain = fc.string({ unit: codePoint }).filter((text) => !text.startsWith("-"));
  const value = plain.map((text) => ({ operand: null, header: text }));
  const operand = plain.map((text) => ({ operand: text, header: null }));
  fc.assert(fc.property(fc.array(fc.oneof(value, operand)), fc.boolean(), (parts, joined) => {
    const args = parts.flatMap(({ operand, header }) =>
      operand ?? (joined ? [`--header=${header}`] : ["-H", header!])
    );
    const read = parse(walk, args);
    assertEquals(read.operands, parts.flatMap(({ operand }) => operand ?? []));
    assertEquals(read.options.header, parts.flatMap(({ header }) => header ?? []));
  }));
});

Deno.test("parse() keeps what stands behind -- apart where it is another program's command line", () => {
  const strace = command({
    name: "strace",
    description: [],
    operands: [{ name: "PORT", summary: "" }],
    behind: { name: "COMMAND", summary: "" },
    options: { json: flag("") },
    examples: [],
    permissions: [],
    async run() {},
  });
  const { options, operands, behind } = parse(strace, [
    "80",
    "--",
    "ls",
    "-l",
    "--json",
    "--",
    "-h",
  ]);
  assertEquals([options.json, operands], [false, ["80"]]);
  assertEquals(behind, ["ls", "-l", "--json", "--", "-h"]);
  assertEquals(parse(strace, ["80"]).behind, []);
});
