/**
 * The options of `netkit arp`.
 *
 * @module
 */
import {
  anyText,
  choice,
  flag,
  type JsonField,
  type Option,
  option,
  seconds,
  type Values,
} from "../cli/command.ts";
import { parseIp } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { CHANGE_FIELDS, OMISSION_FIELDS, ROW_FIELDS } from "./record.ts";
import { t } from "../text/messages.ts";

/** The options of the command. */
export const OPTIONS: {
  readonly json: Option<boolean>;
  readonly csv: Option<boolean>;
  readonly all: Option<boolean>;
  readonly ipv4: Option<boolean>;
  readonly ipv6: Option<boolean>;
  readonly names: Option<boolean>;
  readonly vendor: Option<boolean>;
  readonly noHints: Option<boolean>;
  readonly watch: Option<boolean>;
  readonly ask: Option<string | null>;
  readonly interval: Option<number | null>;
  readonly timeout: Option<number | null>;
  readonly source: Option<"auto" | "arp" | "ip" | "proc" | "netsh">;
  readonly read: Option<string | null>;
} = {
  json: flag("print a JSON object a line"),
  csv: flag("print comma-separated values (RFC 4180)"),
  all: flag("show multicast and broadcast addresses, too", "a"),
  ipv4: flag("only IPv4", "4"),
  ipv6: flag("only IPv6", "6"),
  names: flag("look up the names of the hosts, which can take seconds"),
  vendor: flag("show the makers of the network cards"),
  noHints: flag("print no hints"),
  watch: flag("go on and print the rows that appear, vanish or change"),
  ask: option({
    value: "ADDRESS",
    summary: "ask the link for this address: send it a datagram and show the answer",
    parse: parseAsked,
  }, null),
  interval: seconds("with --watch: time between two readings; 2 if left out", null),
  timeout: seconds("give up on a program that takes longer than this; 60 if left out", null),
  source: choice(
    "SOURCE",
    "use this source and no other",
    ["auto", "arp", "ip", "proc", "netsh"],
    "auto",
  ),
  read: option({
    value: "FILE",
    summary: "read the saved output of a source, of any system; - is standard input",
    short: "r",
    parse: anyText,
  }, null),
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/** The fields of the JSON output: those of a row, of the last object, and those that `--watch` adds. */
export const FIELDS: readonly JsonField[] = [
  ...ROW_FIELDS,
  ...OMISSION_FIELDS,
  ...CHANGE_FIELDS,
];

/** The shortest time between two readings, in milliseconds: each reading starts programs. */
const SHORTEST_INTERVAL = 100;

/**
 * Checks that the options and operands go together.
 *
 * @throws {UserError} If two of them do not.
 */
export function check(options: Options, operands: readonly string[]): void {
  const { json, csv, watch, read, interval } = options;
  const pairs: readonly (readonly [boolean, string])[] = [
    [json && csv, t`--json and --csv`],
    [watch && csv, t`--watch and --csv`],
    [watch && options.ask !== null, t`--watch and --ask`],
    [read !== null && options.ask !== null, t`--read and --ask`],
    [operands.length > 0 && options.ask !== null, t`--ask and WHAT`],
    [watch && read !== null, t`--watch and --read`],
    [options.timeout !== null && read !== null, t`--timeout and --read`],
    [options.source !== "auto" && read !== null, t`--source and --read`],
  ];
  const wrong = pairs.find(([both]) => both);
  if (wrong) throw new UserError(t`${wrong[1]} do not go together`);
  if (interval === null) return;
  if (!watch) throw new UserError(t`--interval means nothing without --watch`);
  if (interval < SHORTEST_INTERVAL) throw new UserError(t`--interval: 0.1 seconds is the least`);
}

/**
 * Returns `text`, if it is an address.
 *
 * @throws {ParseError} For anything else; a network and a name are advised to.
 */
function parseAsked(text: string): string {
  if (/^[^/]+\/\d{1,3}$/.test(text)) {
    throw new ParseError(t`an IP address`, text, t`it is a network, and one address is asked for`);
  }
  if (/^[a-z][a-z0-9.-]*$/i.test(text) && !/^[0-9a-f]+$/i.test(text)) {
    throw new ParseError(t`an IP address`, text, t`it is a name`, {
      hint: t`its address is told by: netkit ipinfo --resolve ${text}`,
    });
  }
  parseIp(text); // throws
  return text;
}
