/**
 * The options of `netkit ipinfo`.
 *
 * @module
 */
import {
  anyText,
  choice,
  flag,
  option,
  type OptionGroups,
  optionName,
  type Options as OptionTable,
  repeated,
  type Values,
} from "../cli/command.ts";
import { parseMac } from "../address/mac.ts";
import { UserError } from "../cli/errors.ts";
import {
  FORM_NAMES,
  parseForm,
  parseHosts,
  parseNumber,
  parsePrefixLength,
  parseSize,
} from "./option_values.ts";
import { listed, t } from "../text/messages.ts";

/** The options. */
export const OPTIONS = {
  ipv6: flag("read integers as IPv6", "6"),
  resolve: flag("also take host names, and show all their addresses"),
  strict: flag("refuse networks whose host bits are set"),
  form: repeated({
    value: "FORM",
    summary: "print only this form, one line an address; several with tabs between",
    choices: FORM_NAMES,
    parse: parseForm,
  }),
  explain: flag("show the steps that lead to the network, or to the result of --split or --hosts"),
  split: option({
    value: "N|/P",
    summary: "divide each network into N parts, or into networks with prefix P",
    parse: parseSize,
  }, null),
  hosts: option({
    value: "N,N,...",
    summary: "divide the network for so many hosts each, the largest first; each may have a name " +
      "(sales:60,hr:20)",
    parse: parseHosts,
  }, null),
  p2p: choice("PREFIX", "the prefix of a network for 1 or 2 hosts in --hosts", ["30", "31"], "30"),
  subnetZero: choice(
    "YES|NO",
    "whether the first and last part may be used in --hosts and --split (RFC 950 forbade it)",
    ["yes", "no"],
    "yes",
  ),
  range: flag("the fewest networks for ranges FIRST-LAST, given in place of ADDRESS"),
  merge: flag("the fewest networks for all the given ones"),
  count: flag("the number of addresses in all the given ones, each counted once"),
  and: option({
    value: "FILE",
    summary: "the parts of each network or range that are in the list in FILE",
    parse: anyText,
  }, null),
  not: option({
    value: "FILE",
    summary: "the parts of each network or range that are not in the list in FILE",
    parse: anyText,
  }, null),
  exclude: repeated({
    value: "NETWORK",
    summary: "the same for one network or range (may be repeated, also beside --not)",
    parse: anyText,
  }),
  match: option({
    value: "FILE",
    summary:
      "the longest prefix in the list in FILE for each address, as a router finds it (exit " +
      "1 if there is none)",
    parse: anyText,
  }, null),
  asRanges: flag(
    "print ranges FIRST-LAST and not networks, with --merge, --and, --not or --exclude",
  ),
  grep: option({
    value: "FILE",
    summary:
      "the lines with an address in the list in FILE, as they are, of logs: files in place of ADDRESS, " +
      "or - for standard input (exit 1 if there is none)",
    parse: anyText,
  }, null),
  in: option({
    value: "FILE",
    summary: "whether each address, network or range is in the list in FILE (exit 1 if not)",
    parse: anyText,
  }, null),
  contains: option({
    value: "NETWORK|FILE",
    summary: "whether each network contains this address or network, or all of the list in FILE " +
      "(exit 1 if not)",
    parse: anyText,
  }, null),
  overlaps: option({
    value: "NETWORK|FILE",
    summary: "whether each network overlaps this one, or the list in FILE (exit 1 if not)",
    parse: anyText,
  }, null),
  next: option({
    value: "/P",
    summary: "the first network with prefix P in the first one that is free of the others",
    parse: parsePrefixLength,
  }, null),
  eui64: option({
    value: "MAC",
    summary: "the address that a host with this MAC address gives itself in each IPv6 network",
    parse: parseMac,
  }, null),
  ula: flag("a random prefix for a private IPv6 network (RFC 4193), without an operand"),
  list: flag("all addresses of each network or range"),
  hostsOnly: flag("with --list: without the network and the broadcast address"),
  nth: option({
    value: "N",
    summary: "with --split or --list: only the N-th one, from 1; -1 is the last",
    parse: parseNumber,
  }, null),
  calc: flag("sums A+N, A-N (N networks further for NETWORK+N) and differences A-B, for ADDRESS"),
  reverseZones: flag("the zones of the reverse DNS for each network (RFC 2317 below /24)"),
  readers: flag(
    "how other programs read each ADDRESS, and the holes that came of it (exit 1 if " +
      "they differ)",
  ),
  map: flag("draw how the first network is divided by the others"),
  json: flag("print one JSON object a line for each address or result"),
  csv: flag("print comma-separated values (RFC 4180), the input of each row first"),
} satisfies OptionTable;

/** The options by their purpose. */
export const GROUPS: OptionGroups<typeof OPTIONS> = {
  "reading and showing addresses": ["ipv6", "resolve", "strict", "form", "explain", "readers"],
  "dividing a network": [
    ...["split", "hosts", "p2p", "subnetZero", "next", "list", "hostsOnly", "nth", "map"] as const,
    "reverseZones",
  ],
  "lists as sets of addresses": [
    ...["range", "merge", "count", "and", "not", "exclude", "asRanges", "match"] as const,
    ...["in", "contains", "overlaps", "grep"] as const,
  ],
  "making addresses": ["calc", "eui64", "ula"],
  "results for programs": ["json", "csv"],
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/** The name of an option that asks for an operation on networks. */
export type OperationName =
  | "split"
  | "hosts"
  | "range"
  | "merge"
  | "count"
  | "and"
  | "exclude"
  | "match"
  | "grep"
  | "in"
  | "contains"
  | "overlaps"
  | "next"
  | "eui64"
  | "ula"
  | "list"
  | "calc"
  | "reverseZones"
  | "readers"
  | "map";

/** The operations on networks, of which one can be asked for at a time. */
const OPERATIONS: readonly OperationName[] = [
  ...["split", "hosts", "range", "merge", "count", "and", "exclude", "match"] as const,
  ...["in", "contains", "overlaps", "next", "eui64", "ula", "list", "calc"] as const,
  ...["reverseZones", "readers", "map", "grep"] as const,
];

/** Returns the names of the operations that are asked for. */
export function operationsIn(options: Options): OperationName[] {
  return OPERATIONS.filter((name) => {
    const value = name === "exclude" ? options.not ?? options.exclude : options[name];
    return Array.isArray(value) ? value.length > 0 : value !== null && value !== false;
  });
}

/**
 * Checks that the options and operands go together.
 *
 * @throws {UserError} If they do not.
 */
export function check(options: Options, operands: readonly string[]): void {
  if (operands.indexOf("-") !== operands.lastIndexOf("-")) {
    throw new UserError(t`- is given twice, but standard input can be read only once`);
  }
  const operations = operationsIn(options);
  const needsNone = operations.length === 0 || operations[0] === "ula";
  if (operands.length === 0 && (!needsNone || options.form.length > 0 || options.explain)) {
    throw new UserError(t`ADDRESS[/PREFIX] is missing: give an address, or - for a list`);
  }
  if (options.ula && operands.length > 0) throw new UserError(t`--ula takes no operand`);
  if (operations.length > 1) {
    const names = listed(operations.map(flagOf), "and");
    throw new UserError(t`${names} do not go together: one at a time`);
  }
  checkPairs(options, operations[0] ?? null);
}

/** Refuses options that do not go with the operation, or with each other. */
function checkPairs(options: Options, operation: OperationName | null): void {
  const { explain, form, json, csv, hostsOnly, nth } = options;
  if (explain && !["split", "hosts", null].includes(operation)) {
    throw new UserError(t`--explain goes with --split and --hosts, not with ${flagOf(operation!)}`);
  }
  if (hostsOnly && operation !== "list") throw new UserError(t`--hosts-only goes with --list`);
  if (nth !== null && operation !== "list" && operation !== "split") {
    throw new UserError(t`--nth goes with --split or --list`);
  }
  const { asRanges } = options;
  if (asRanges && !["merge", "and", "exclude"].includes(operation ?? "")) {
    throw new UserError(t`--as-ranges goes with --merge, --and, --not or --exclude`);
  }
  const pairs: [wrong: boolean, names: string][] = [
    [explain && form.length > 0, t`--explain and --form`],
    [explain && csv, t`--explain and --csv`],
    [json && csv, t`--json and --csv`],
    [explain && nth !== null, t`--explain and --nth`],
  ];
  const wrong = pairs.find(([wrong]) => wrong);
  if (wrong) throw new UserError(t`${wrong[1]} do not go together`);
  if (form.length > 0 && (operation !== null || json || csv)) {
    const other = operation !== null ? "this" : json ? "--json" : "--csv";
    throw new UserError(t`--form goes with addresses, not with ${other}`);
  }
}

/** Returns an operation as it is typed: `--reverse-zones`. */
function flagOf(name: OperationName): string {
  return `--${optionName(name)}`;
}
