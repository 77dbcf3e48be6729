/**
 * The options of `netkit trace`.
 *
 * @module
 */
import { formatIp, parseIp } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { parsePortOrName } from "../address/known_ports.ts";
import { parsePort } from "../address/port.ts";
import {
  anyText,
  flag,
  type Option,
  option,
  optionalValue,
  parseCount,
  type Values,
} from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { type Kind, KINDS } from "../ladder/kind.ts";
import type { Blank } from "../ladder/svg.ts";
import { DEFAULT_PORT } from "../net/endpoint.ts";
import { t } from "../text/messages.ts";

export { FIELDS } from "./record.ts";

/** The options. */
export const OPTIONS: {
  readonly read: Option<readonly string[] | null>;
  readonly interface: Option<string | null>;
  readonly filter: Option<string | null>;
  readonly serve: Option<boolean>;
  readonly count: Option<number | null>;
  readonly at: Option<string | null>;
  readonly conn: Option<number | null>;
  readonly all: Option<boolean>;
  readonly write: Option<string | null>;
  readonly full: Option<boolean>;
  readonly tunnels: Option<boolean>;
  readonly explain: Option<boolean>;
  readonly states: Option<boolean>;
  readonly svg: Option<string | null>;
  readonly scale: Option<"rows" | "time" | null>;
  readonly blank: Option<readonly Blank[] | null>;
  readonly web: Option<number | "usual" | null>;
  readonly html: Option<string | null>;
  readonly noPayload: Option<boolean>;
  readonly ascii: Option<boolean>;
  readonly list: Option<boolean>;
  readonly only: Option<readonly Kind[] | null>;
  readonly stats: Option<boolean>;
  readonly json: Option<boolean>;
} = {
  read: {
    value: "FILE",
    summary:
      "read a capture (pcap, pcapng, hex dump), or pasted lines of tcpdump or tshark instead; " +
      "- is standard input; twice: the captures of both ends of the same connections",
    short: "r",
    repeated: true,
    read: (texts) => texts.length === 0 ? null : texts,
  },
  interface: option({
    value: "IFACE",
    summary: "capture on this interface; the loopback interface if left out",
    short: "i",
    parse: anyText,
  }, null),
  filter: option({
    value: "EXPRESSION",
    summary: "look only at packets for which this is true, in the syntax of Wireshark's display " +
      "filters, as in netkit frame: 'ip.addr == 10.0.0.0/8'",
    short: "Y",
    parse: anyText,
  }, null),
  serve: flag("answer at PORT in upper case meanwhile, as netkit serve does"),
  count: option({
    value: "N",
    summary: "end after N connections that are over",
    short: "c",
    parse: parseCount,
  }, null),
  at: option({
    value: "ADDR|both",
    summary: "the capture was taken on the host with this address, or on both: then what was " +
      "captured has arrived there; if left out, both for loopback addresses, and in a file the host " +
      "whose packets have unfinished checksums (offload), else nowhere",
    parse: parsePlace,
  }, null),
  conn: option(
    { value: "N", summary: "show only connection N", parse: parseCount },
    null,
  ),
  all: flag("show every segment, also where many of data follow each other", "a"),
  write: option({
    value: "FILE",
    summary: "keep what is captured, for Wireshark or -r: the first 256 bytes of each packet",
    short: "w",
    parse: anyText,
  }, null),
  full: flag("capture whole packets: more may be lost"),
  tunnels: flag(
    "capture inside PPPoE, MPLS, GRE, VXLAN, Geneve, GTP, IP in IP and IP fragments, too; it sees one " +
      "tag of a VLAN without it",
  ),
  explain: flag(
    "say below each segment what it means to the programs, at any width; on a terminal it is on " +
      "for the first segments of a connection",
  ),
  states: flag(
    "draw the state diagram of TCP with the way of both ends through it instead; live on a terminal " +
      "it is redrawn with each segment",
  ),
  svg: option({
    value: "FILE",
    summary:
      "draw the ladder as a picture, too, for a page or a slide; of several connections the " +
      "others beside it, as FILE-2 and so on",
    parse: anyText,
  }, null),
  scale: option({
    value: "rows|time",
    summary: "the heights in the picture: a row for each segment, or in proportion to time",
    parse: (text) => oneOf(t`a scale`, SCALES, text),
  }, null),
  blank: option({
    value: "PART,...",
    summary: "leave out parts of the picture, to be filled in by hand: states, ack",
    parse: (text) => text.split(",").map((word) => oneOf(t`a part of the picture`, BLANKS, word)),
  }, null),
  web: optionalValue({
    value: "PORT",
    summary:
      "show it in a browser instead: a page at this port of 127.0.0.1; at 8090, or a free one " +
      "if that is taken, if left out",
    bare: "usual" as number | "usual",
    takes: (word) => /^[0-9]+$/.test(word),
    parse: parsePort,
  }, null),
  html: option({
    value: "FILE",
    summary: "write that page with the recording in it instead, at most 10 MiB: it loads nothing",
    parse: anyText,
  }, null),
  noPayload: flag("leave the payload out of the page of --html"),
  ascii: flag("draw with ASCII only; without a UTF-8 locale it is on"),
  list: flag("print a row for each connection at its end instead: ends, bytes, time, how it ended"),
  only: option({
    value: "KIND,...",
    summary:
      "show only connections that ended so: reset, refused, half-open (never opened or never " +
      "closed by one end), slow (a wait of 1 s or more, or a time-out)",
    parse: (text) => text.split(",").map((word) => oneOf(t`a kind of connection`, KINDS, word)),
  }, null),
  stats: flag(
    "print the statistics of each connection at its end instead: round-trip times, what was sent " +
      "again and why, full windows, waits",
  ),
  json: flag("print a JSON object for each segment, and one for each connection at its end"),
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/**
 * Checks that the options go together, and with the command line `behind` `--`.
 *
 * @throws {UserError} If some contradict each other.
 */
export function check(options: Options, behind: readonly string[]): void {
  const reads = options.read !== null;
  const pairs: readonly (readonly [boolean, string])[] = [
    [reads && options.interface !== null, t`-r and -i`],
    [reads && options.serve, t`-r and --serve`],
    [reads && options.tunnels, t`-r, which reads all tunnels, and --tunnels`],
    [reads && options.write !== null, t`-r and -w`],
    [reads && behind.length > 0, t`-r and a command`],
    [options.all && options.json, t`--all and --json, which has every segment,`],
    [options.ascii && options.json, t`--ascii and --json`],
    [options.explain && options.json, t`--explain and --json`],
    [options.states && options.json, t`--states and --json`],
    [options.states && (options.list || options.stats), t`--states and --list or --stats`],
    [options.stats && options.json, t`--stats and --json, which has the statistics,`],
    [options.stats && options.list, t`--stats and --list`],
    [options.all && (options.list || options.stats), t`--all and --list or --stats`],
    [options.web !== null && options.html !== null, t`--web and --html`],
    ...pagePairs(options),
  ];
  checkFiles(options);
  const wrong = pairs.find(([both]) => both);
  if (wrong) throw new UserError(t`${wrong[1]} do not go together`);
  if ((options.scale !== null || options.blank !== null) && options.svg === null) {
    const name = options.scale === null ? "--blank" : "--scale";
    throw new UserError(t`${name} means nothing without --svg FILE`);
  }
  if (options.noPayload && options.html === null) {
    throw new UserError(t`--no-payload means nothing without --html FILE`);
  }
  const { full, write, svg, web, html } = options;
  if (full && write === null && web === null && html === null) {
    throw new UserError(t`--full means nothing without -w FILE, --web or --html FILE`);
  }
  if (write === "-" || svg === "-" || html === "-") {
    throw new UserError(t`standard output is for the ladder: name a file`);
  }
}

function checkFiles({ read, at }: Options): void {
  if (read === null || read.length === 1) return;
  if (read.length > 2) throw new UserError(t`two captures at most: those of both ends`);
  if (read[0] === read[1]) throw new UserError(t`${read[0]} is named twice: -r takes both ends`);
  if (at !== null) throw new UserError(t`--at and two captures do not go together: they tell it`);
}

/**
 * Checks the port of the page beside `port`, the one that is traced.
 *
 * @throws {UserError} If they are the same one.
 */
export function checkWeb({ web, read }: Options, port: number | null): void {
  if (typeof web !== "number" || web === 0 || read !== null || web !== port) return;
  throw new UserError(t`--web needs a port of its own, and ${web} is the one that is traced`, {
    hint: t`for example: netkit trace ${port} --web ${web + 1 > 65535 ? web - 1 : web + 1}`,
  });
}

/** Returns the forms that do not go with a page, which has its own. */
function pagePairs(options: Options): [boolean, string][] {
  const { web, html, json, list, stats, states, all, ascii, explain, svg, only } = options;
  const name = web !== null ? "--web" : "--html";
  const others = { json, list, stats, states, all, ascii, explain, svg, only };
  if (web === null && html === null) return [];
  return Object.entries(others).map(([other, value]): [boolean, string] => {
    const isGiven = value !== null && value !== false && !(other === "only" && html !== null);
    return [isGiven, t`${name} and --${other}`];
  });
}

/** The scales of a picture, and its parts that can be left out. */
const SCALES = ["rows", "time"] as const;
const BLANKS = ["states", "ack"] as const;

/** Returns the one of `known` that `text` is; `what` is the name of their kind, with its article. */
function oneOf<T extends string>(what: string, known: readonly T[], text: string): T {
  const found = known.find((each) => each === text.trim());
  if (found === undefined) throw new ParseError(what, text, t`they are ${known.join(", ")}`);
  return found;
}

/** Returns `both`, or an address as it is in captures: without a zone, which only its host knows. */
function parsePlace(text: string): string {
  return text === "both" ? text : formatIp({ ...parseIp(text), zone: null });
}

/**
 * Returns `operands` as they are.
 *
 * @throws {ParseError} For several, as in a filter of tcpdump: `tcp port 80`.
 */
export function refuseFilter(operands: readonly string[]): readonly string[] {
  if (operands.length < 2) return operands;
  throw new ParseError(t`a port`, operands.join(" "), t`trace takes one port, and no filter`);
}

/**
 * Returns the port that a word means; `null` for none, which is every port of a capture. With `--serve` it
 * may be 0: a free one.
 *
 * @throws {UserError} If it is 0, and no server chooses one.
 * @throws {ParseError} If it is no port.
 */
export function portOperand(
  text: string | undefined,
  { read, serve }: Pick<Options, "read" | "serve">,
): number | null {
  if (text === undefined) return read === null ? DEFAULT_PORT : null;
  const port = parsePortOrName(text);
  if (port === 0 && !serve) {
    throw new UserError(t`no connection has port 0: name one of 1 to 65535`);
  }
  return port;
}
