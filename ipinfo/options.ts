/**
 * The options of `netkit ipinfo`, and the fields of its JSON.
 *
 * @module
 */
import {
  anyText,
  choice,
  flag,
  type JsonField,
  option,
  type Options as OptionTable,
  repeated,
  type Values,
} from "../cli/command.ts";
import { parseMac } from "../address/mac.ts";
import { UserError } from "../cli/errors.ts";
import { FORM_NAMES } from "./forms.ts";
import { parseForm, parseHosts, parsePrefixLength, parseSize } from "./option_values.ts";
import { ADDRESS_FIELDS } from "./record.ts";

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
  contains: option({
    value: "NETWORK",
    summary: "whether each network contains this address or network (exit 1 if not)",
    parse: anyText,
  }, null),
  overlaps: option({
    value: "NETWORK",
    summary: "whether each network overlaps this one (exit 1 if not)",
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
  list: flag("all addresses of each network"),
  map: flag("draw how the first network is divided by the others"),
  json: flag("print one JSON object a line for each address or result"),
} satisfies OptionTable;

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/** The fields of JSON: of an address, of an input that is none, and of other results. */
export const FIELDS: readonly JsonField[] = [
  ...ADDRESS_FIELDS,
  { name: "line", type: "number", says: "the line of the list; left out for an operand" },
  {
    name: "label",
    type: "string",
    says: "the name behind it in the list; left out if there is none",
  },
  {
    name: "error",
    type: "string",
    says: "the fault in the input; only input, line and at stand beside it",
  },
  {
    name: "at",
    type: "array of two numbers",
    says: "the place of the fault, in UTF-16 code units",
  },
  { name: "match", type: "string or null", says: "with --match: the longest prefix" },
  { name: "match_label", type: "string or null", says: "with --match: the name behind it in FILE" },
  { name: "addresses", type: "string", says: "with --count: the number of addresses of a version" },
  { name: "ranges", type: "number", says: "with --count: the number of ranges that they are in" },
  { name: "free", type: "boolean", says: "with --map: whether none of the given ones is there" },
  { name: "hosts", type: "string", says: "with --hosts: the number of hosts asked for" },
  { name: "interface", type: "string", says: "without an operand: the interface of this machine" },
  { name: "mac", type: "string or null", says: "without an operand: the MAC address of it" },
  {
    name: "gateways",
    type: "array of strings",
    says: "without an operand: default gateways there",
  },
  {
    name: "temporary",
    type: "boolean or null",
    says: "without an operand: whether it is a temporary address (RFC 8981)",
  },
  {
    name: "steps",
    type: "array of strings",
    says: "with --explain: the steps, a sentence or two each",
  },
  { name: "name", type: "string or null", says: "with --hosts: the name of the network" },
  {
    name: "wasted",
    type: "string",
    says: "with --hosts: the number of usable addresses left over",
  },
  {
    name: "other",
    type: "string",
    says: "with --contains or --overlaps: the network compared with",
  },
  { name: "answer", type: "boolean", says: "with --contains or --overlaps: yes or no" },
];

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
  | "contains"
  | "overlaps"
  | "next"
  | "eui64"
  | "ula"
  | "list"
  | "map";

/** The operations on networks, of which one can be asked for at a time. */
const OPERATIONS: readonly OperationName[] = [
  ...["split", "hosts", "range", "merge", "count", "and", "exclude", "match"] as const,
  ...["contains", "overlaps", "next", "eui64", "ula", "list", "map"] as const,
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
    throw new UserError("- is given twice, but standard input can be read only once");
  }
  const operations = operationsIn(options);
  const needsNone = operations.length === 0 || operations[0] === "ula";
  if (operands.length === 0 && (!needsNone || options.form.length > 0 || options.explain)) {
    throw new UserError("ADDRESS[/PREFIX] is missing: give an address, or - for a list");
  }
  if (options.ula && operands.length > 0) throw new UserError("--ula takes no operand");
  if (operations.length > 1) {
    const names = operations.map((name) => `--${name}`).join(" and ");
    throw new UserError(`${names} do not go together: one at a time`);
  }
  if (options.explain && !["split", "hosts", undefined].includes(operations[0])) {
    throw new UserError(`--explain goes with --split and --hosts, not with --${operations[0]}`);
  }
  if (options.explain && options.form.length > 0) {
    throw new UserError("--explain and --form do not go together");
  }
  if (options.form.length > 0 && (operations.length > 0 || options.json)) {
    const other = operations.length > 0 ? "this" : "--json";
    throw new UserError(`--form goes with addresses, not with ${other}`);
  }
}
