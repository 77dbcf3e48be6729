/**
 * The operations of `ipinfo` that divide a network: into equal parts, or for numbers of hosts.
 *
 * @module
 */
import { planHosts, type PlanRules, prefixNeeded } from "../address/host_plan.ts";
import { BITS, type IpVersion } from "../address/ip.ts";
import {
  addressCount,
  formatNetwork,
  hostCount,
  type IpNetwork,
  splitBits,
} from "../address/network.ts";
import { type AddressRange, rangeOf } from "../address/range.ts";
import { nthPart } from "../address/subnets.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import { formatTable, pad, width } from "../text/layout.ts";
import { count } from "../text/units.ts";
import { explainDivision, explainPlan, formatSteps } from "./explain.ts";
import type { HostRequest, Size } from "./option_values.ts";
import type { Options } from "./options.ts";
import { networkRecord } from "./record.ts";
import type { GivenNetwork, Result } from "./results.ts";
import { subnetCells, subnetHeading, type SubnetRow } from "./subnet_table.ts";
import { t } from "../text/messages.ts";

/**
 * Yields the equal parts of a network that `--split` asks for: as a table on a terminal, else as plain
 * networks for another program.
 *
 * @throws {UserError} If the network has no such parts.
 */
export function* divide(
  network: IpNetwork,
  { explain, split, nth, subnetZero }: Options,
  asTable: boolean,
  columns: number,
): Generator<Result> {
  const prefix = prefixOfParts(network, split!);
  const { first, last } = rangeOf(network);
  const row = (part: IpNetwork): SubnetRow => ({ network: part, hosts: null, name: null });
  const heading = subnetHeading(row(network));
  const widthsOf = (short: boolean) => {
    const ends = [first, last].map((address) => subnetCells(row({ address, prefix }), short));
    return heading.map((cell, i) =>
      Math.max(width(cell), ...ends.map((cells) => width(cells[i]!))) + (i === 2 ? 4 : 0)
    );
  };
  const lineWidth = widthsOf(false).reduce((sum, each) => sum + each + 2, -2);
  const short = lineWidth > columns;
  const widths = widthsOf(short);
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => pad(cell, widths[i]!)).join("  ").trimEnd();
  if (explain) yield stepsResult(explainDivision(network, prefix), columns);
  let headed = !asTable;
  const inner = subnetZero === "no" ? innerParts(network, prefix) : rangeOf(network);
  for (const part of partsIn(inner, network, prefix, nth)) {
    const text = asTable ? line(subnetCells(row(part), short)) : formatNetwork(part);
    yield {
      text: headed ? text : `${line(heading)}\n${text}`,
      get json() {
        return { network: networkRecord(part) };
      },
    };
    headed = true;
  }
}

/** Returns the addresses of `network` without those of its first and last part with `prefix`. */
function innerParts(network: IpNetwork, prefix: number): AddressRange {
  const { first, last } = rangeOf(network);
  const size = addressCount({ address: first, prefix });
  return {
    first: { ...first, value: first.value + size },
    last: { ...last, value: last.value - size },
  };
}

/**
 * Yields the parts with `prefix` in `range`, all of them or the one with a number.
 *
 * @throws {UserError} If there is none with that number.
 */
function* partsIn(
  range: AddressRange,
  network: IpNetwork,
  prefix: number,
  nth: bigint | null,
): Generator<IpNetwork> {
  const size = addressCount({ address: range.first, prefix });
  if (nth === null) {
    for (let { value } = range.first; value <= range.last.value; value += size) {
      yield { address: { ...range.first, value }, prefix };
    }
    return;
  }
  const address = nthPart(range, nth, size);
  if (address !== null) return yield { address, prefix };
  const parts = (range.last.value + 1n - range.first.value) / size;
  const has = count(parts > 0n ? parts : 0n, "part");
  throw new UserError(
    t`${formatNetwork(network)} has ${has} with /${prefix}: there is none with number ${nth}`,
  );
}

/** Returns the result that is the steps of an explanation. */
function stepsResult(steps: readonly string[], columns: number): Result {
  return { text: formatSteps(steps, columns).join("\n"), json: { steps } };
}

/** Returns the prefix of the parts of `network` that `size` asks for. */
function prefixOfParts(network: IpNetwork, size: Size): number {
  const prefix = "prefix" in size ? size.prefix : network.prefix + splitBits(size.parts)!;
  if (prefix >= network.prefix && prefix <= BITS[network.address.version]) return prefix;
  throw new UserError(
    "prefix" in size
      ? t`${formatNetwork(network)} has no networks with prefix /${prefix} in it`
      : t`${formatNetwork(network)} has fewer than ${size.parts} addresses`,
  );
}

/**
 * Yields the plan of the one network for the hosts that `--hosts` asks for.
 *
 * @throws {UserError} If there are several networks, or no room.
 */
export function* plan(
  given: readonly GivenNetwork[],
  options: Options,
  columns: number,
): Generator<Result> {
  const [{ network: whole, input: from }] = given as [GivenNetwork];
  if (given.length !== 1) {
    throw new UserError(t`--hosts takes one network, not ${given.length}`);
  }
  const requests = options.hosts!;
  const hosts = requests.map((each) => each.hosts);
  const rules = rulesOf(whole, options);
  const planned = planHosts(whole, hosts, rules);
  if (planned.some(({ network }) => network === null)) throw noRoom(whole, requests, rules);
  const named = requests.some(({ name }) => name !== null);
  const rows = planned.map(({ index, hosts, network }) => ({
    network: network!,
    hosts,
    name: named ? requests[index]!.name ?? "" : null,
  }));
  const [heading, ...lines] = tableLines(rows, columns);
  if (options.explain) yield { ...stepsResult(explainPlan(planned), columns), from };
  for (const [i, { network, hosts, name }] of rows.entries()) {
    yield {
      from,
      text: i === 0 ? `${heading}\n${lines[i]}` : lines[i]!,
      json: {
        name: name === "" ? null : name,
        hosts: `${hosts}`,
        wasted: `${hostCount(network) - hosts}`,
        network: networkRecord(network),
      },
    };
  }
}

/** Returns the heading and the rows of a plan in lines of at most `columns`. */
function tableLines(rows: readonly SubnetRow[], columns: number): string[] {
  const table = (short: boolean, columns: number) => {
    const cells = rows.map((row) => subnetCells(row, short));
    const byRow: string[][] = [[], ...rows.map(() => [])];
    formatTable([subnetHeading(rows[0]!), ...cells], columns, (line, row) => {
      byRow[row]!.push(line);
      return line;
    });
    return byRow.map((lines) => lines.join("\n"));
  };
  const whole = table(false, Infinity);
  return whole.every((line) => width(line) <= columns) ? whole : table(true, columns);
}

/**
 * Returns the advice on links between two routers that goes with a plan in `whole`, `null` if it has none:
 * in IPv6 no part is as small as a /30 is in IPv4.
 */
export function planNote({ address }: IpNetwork, { hosts, p2p }: Options): string | null {
  const hasLink = address.version === 4 && hosts!.some((each) => each.hosts <= 2n);
  if (p2p === "31" || !hasLink) return null;
  return t`a link between two routers has a /30, as in courses and exams; --p2p 31 gives it a
    /31 (RFC 3021)`;
}

/** The prefix of a LAN in IPv6 (RFC 4291, section 2.5.1; RFC 7421). */
const LAN = 64;

/** The prefix of a link between two routers in IPv6 (RFC 6164). */
const LINK = 127;

/** Returns the rules of a plan: links have a /30 or /31, LANs of IPv6 a /64 where there is room. */
function rulesOf(whole: IpNetwork, { p2p, subnetZero }: Options): PlanRules {
  const longest = (version: IpVersion, hosts: bigint) => {
    const isLink = hosts <= 2n;
    if (version === 4) return isLink ? Number(p2p) : BITS[4];
    if (isLink && p2p === "31") return LINK;
    return whole.prefix <= LAN ? LAN : BITS[6];
  };
  return { longest, subnetZero: subnetZero === "yes" };
}

/** Returns the error that says how much room is missing. */
function noRoom(
  whole: IpNetwork,
  requests: readonly HostRequest[],
  rules: PlanRules,
): UserError {
  const hosts = requests.map((each) => each.hosts);
  const prefix = prefixNeeded(whole, hosts, rules);
  const has = t`${formatNetwork(whole)} has ${count(addressCount(whole), "address", "addresses")}`;
  const asked = hosts.length === 1
    ? count(hosts[0]!, "host")
    : t`${hosts.slice(0, -1).join(", ")} and ${hosts.at(-1)} hosts`;
  const needs = prefix === 0 ? "" : t`: a /${prefix} is needed, and ${has}`;
  return new UserError(t`no room for ${asked} in ${formatNetwork(whole)}${needs}`, {
    exit: EXIT.failed,
  });
}
