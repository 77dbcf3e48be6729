/**
 * What `ipinfo` finds out about networks, result by result.
 *
 * @module
 */
import { BITS, type IpVersion } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import { formatNetwork, hostCount, type IpNetwork, parseNetwork } from "../address/network.ts";
import { ParseError, within } from "../address/parse_error.ts";
import {
  addressesOf,
  addressRange,
  containsNetwork,
  excludeNetworks,
  mergeNetworks,
  nextFree,
  overlaps,
  planHosts,
  rangeNetworks,
  splitBits,
  splitNetwork,
} from "../address/subnets.ts";
import { networkJson } from "./json.ts";
import { formatMap, partsOf } from "./network_map.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Size, SubnetValues } from "./subnet_options.ts";

/** A line of the results. */
export interface Result {
  /** For a person. */
  readonly text: string;
  /** For a program. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The operands as texts, and how they are read. */
export interface Work {
  /** The operands, or the lines of standard input. */
  readonly texts: readonly string[];
  /** Returns the network that a text names. */
  readonly read: (text: string) => IpNetwork;
  /** The longest line of a drawing. */
  readonly columns: number;
  /** Whether nothing is drawn, because a program reads it. */
  readonly json: boolean;
  /** The version of integers. */
  readonly integers: IpVersion;
}

/** Yields results; returns the exit code. */
export type Operation = (work: Work) => Generator<Result, number>;

/**
 * Returns the operation that `values` ask for, `null` for none.
 *
 * @throws {UserError} For more than one.
 */
export function operationOf(values: SubnetValues): Operation | null {
  const { split, hosts, exclude, contains, overlaps: overlapping, next } = values;
  const asked: (readonly [name: string, operation: Operation | false])[] = [
    ["split", split !== null && ((work) => splitAll(work, split))],
    ["hosts", hosts !== null && ((work) => plan(work, hosts))],
    ["range", values.range && ranges],
    ["merge", values.merge && merge],
    ["exclude", exclude.length > 0 && ((work) => leaveOut(work, exclude))],
    ["contains", contains !== null && ((work) => compare(work, "contain", contains))],
    ["overlaps", overlapping !== null && ((work) => compare(work, "overlap", overlapping))],
    ["next", next !== null && ((work) => findNext(work, next))],
    ["list", values.list && list],
    ["map", values.map && map],
  ];
  const given = asked.filter(([, operation]) => operation);
  if (given.length > 1) {
    const names = given.map(([name]) => `--${name}`).join(" and ");
    throw new UserError(`${names} do not go together: one at a time`);
  }
  return given[0]?.[1] || null;
}

function* splitAll({ texts, read }: Work, size: Size): Generator<Result, number> {
  for (const network of texts.map(read)) {
    const prefix = "prefix" in size ? size.prefix : network.prefix + splitBits(size.parts)!;
    if (prefix < network.prefix || prefix > BITS[network.address.version]) {
      throw new UserError(
        "prefix" in size
          ? `${formatNetwork(network)} has no networks with prefix /${prefix} in it`
          : `${formatNetwork(network)} has fewer than ${size.parts} addresses`,
      );
    }
    yield* networks(splitNetwork(network, prefix));
  }
  return EXIT.ok;
}

function* plan({ texts, read }: Work, hosts: readonly bigint[]): Generator<Result, number> {
  const whole = read(onlyOne(texts, "hosts"));
  const planned = planHosts(whole, hosts);
  const missing = planned.filter(({ network }) => network === null);
  if (missing.length > 0) {
    const counts = missing.map((each) => each.hosts).join(", ");
    const message = `${formatNetwork(whole)} has no room for ${counts} hosts beside the others`;
    throw new UserError(message, { exit: EXIT.failed });
  }
  const width = Math.max(...planned.map(({ network }) => formatNetwork(network!).length));
  for (const { hosts, network } of planned) {
    const text = formatNetwork(network!).padEnd(width);
    yield {
      text: `${text}  ${hosts} of ${hostCount(network!)} hosts`,
      json: { hosts: `${hosts}`, network: networkJson(network!) },
    };
  }
  return EXIT.ok;
}

function* ranges({ texts, integers }: Work): Generator<Result, number> {
  for (const text of texts) {
    const dash = text.indexOf("-");
    if (dash === -1) {
      throw new ParseError("a range", text, "a range is two addresses with - between", {
        hint: "write it like 10.0.0.1-10.0.0.9",
      });
    }
    const end = (offset: number, part: string) =>
      within("a range", text, offset, () => parseIp(part, integers));
    const first = end(0, text.slice(0, dash));
    const last = end(dash + 1, text.slice(dash + 1));
    const range = addressRange(first, last);
    if (range === null) {
      const mixed = first.version !== last.version;
      const reason = mixed ? "it mixes IPv4 and IPv6" : "the first address is above the last";
      throw new ParseError("a range", text, reason);
    }
    yield* networks(rangeNetworks(range));
  }
  return EXIT.ok;
}

function* merge({ texts, read }: Work): Generator<Result, number> {
  yield* networks(mergeNetworks(texts.map(read)));
  return EXIT.ok;
}

function* leaveOut({ texts, read }: Work, excluded: readonly string[]): Generator<Result, number> {
  const without = excluded.map(read);
  for (const network of texts.map(read)) yield* networks(excludeNetworks(network, without));
  return EXIT.ok;
}

function* compare(
  { texts, read, integers }: Work,
  verb: "contain" | "overlap",
  text: string,
): Generator<Result, number> {
  const other = parseNetwork(text, integers);
  const relation = verb === "contain" ? containsNetwork : overlaps;
  let exit: number = EXIT.ok;
  for (const network of texts.map(read)) {
    const answer = relation(network, other);
    if (!answer) exit = EXIT.failed;
    yield {
      text: `${formatNetwork(network)} ${answer ? `${verb}s` : `does not ${verb}`} ${text}`,
      json: { network: networkJson(network), other: text, answer },
    };
  }
  return exit;
}

function* findNext({ texts, read }: Work, prefix: number): Generator<Result, number> {
  const [whole, ...used] = texts.map(read);
  if (prefix > BITS[whole!.address.version]) {
    throw new UserError(`${formatNetwork(whole!)} has no networks with prefix /${prefix} in it`);
  }
  const free = nextFree(whole!, used, prefix);
  if (free === null) {
    throw new UserError(`no /${prefix} is free in ${formatNetwork(whole!)}`, { exit: EXIT.failed });
  }
  yield* networks([free]);
  return EXIT.ok;
}

function* list({ texts, read }: Work): Generator<Result, number> {
  for (const network of texts.map(read)) {
    for (const address of addressesOf(network)) {
      const text = formatIp(address);
      yield { text, json: { address: text } };
    }
  }
  return EXIT.ok;
}

function* map({ texts, read, columns, json }: Work): Generator<Result, number> {
  const [whole, ...given] = texts.map(read);
  const parts = partsOf(whole!, given);
  if (json) {
    for (const { network, free } of parts) {
      yield { text: "", json: { network: networkJson(network), free } };
    }
  } else {
    yield { text: formatMap(whole!, parts, columns).trimEnd(), json: {} };
  }
  return EXIT.ok;
}

function* networks(found: Iterable<IpNetwork>): Generator<Result, void> {
  for (const network of found) {
    yield {
      text: formatNetwork(network),
      get json() {
        return { network: networkJson(network) };
      },
    };
  }
}

function onlyOne(texts: readonly string[], name: string): string {
  if (texts.length !== 1) throw new UserError(`--${name} takes one network, not ${texts.length}`);
  return texts[0]!;
}
