/**
 * The operations of `ipinfo` on networks: dividing, joining, comparing, finding room, drawing.
 *
 * @module
 */
import { BITS, ipv6 } from "../address/ip.ts";
import { eui64Address } from "../address/link_layer.ts";
import { formatIp } from "../address/ip_text.ts";
import { formatNetwork, type IpNetwork } from "../address/network.ts";
import { rangeNetworks, rangeOf } from "../address/range.ts";
import { formatGenerate, reverseZones } from "../address/reverse_zones.ts";
import { addressesOf, containsNetwork, hostsOf, nextFree, nthPart } from "../address/subnets.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { columnsOf } from "../cli/terminal.ts";
import { count } from "../text/units.ts";
import { calculate, formatCalculated } from "./calculation.ts";
import { compare } from "./comparisons.ts";
import { readSet, readTables } from "./list_file.ts";
import {
  countAll,
  intersect,
  match,
  mergeAll,
  networkResults,
  subtract,
} from "./list_operations.ts";
import { type Reading, readNetwork } from "./reading.ts";
import { grep } from "./log_lines.ts";
import { showReaders } from "./reader_table.ts";
import { divide, plan, planNote } from "./subnetting.ts";
import { formatMap, partsOf } from "./network_map.ts";
import { isRange, parseRange } from "./range_text.ts";
import type { OperationName, Options } from "./options.ts";
import { networkRecord } from "./record.ts";
import type { GivenNetwork, Operation, Result } from "./results.ts";
import { t } from "../text/messages.ts";

/** The context of an operation: the reading of its inputs, and the system. */
export interface Context {
  /** The rules by which inputs are read. */
  readonly reading: Reading;
  /** The system, for files and the width of drawings. */
  readonly io: Io;
}

/**
 * Resolves to the operation on networks that has a name, as `options` ask for it. The files of lists are
 * read.
 *
 * @throws {UserError} When a file cannot be read.
 */
export async function operationOf(
  name: OperationName,
  options: Options,
  context: Context,
): Promise<Operation> {
  const { reading, io } = context;
  const columns = columnsOf(io.stdout, io);
  switch (name) {
    case "split":
      return onEach(
        context,
        (network) => divide(network, options, io.stdout.isTerminal(), columns),
      );
    case "hosts":
      return planAll(context, options, columns);
    case "range":
      return {
        take: ({ text }) => networkResults(rangeNetworks(parseRange(text, reading.integers))),
      };
    case "merge":
      return mergeAll(reading, options);
    case "count":
      return countAll(reading);
    case "and":
      return intersect(await readSet(options.and!, [], reading, io), reading, options);
    case "exclude":
      return subtract(await readSet(options.not, options.exclude, reading, io), reading, options);
    case "grep": {
      const set = await readSet(options.grep!, [], reading, io);
      return grep(set, reading, io.stdout.isTerminal());
    }
    case "match":
      return match(await readTables(options.match!, reading, io), reading);
    case "in":
    case "contains":
    case "overlaps":
      return await compare(name, options[name]!, reading, io);
    case "next":
      return onAll(context, (given) => findNext(given, options.next!));
    case "eui64":
      return onEach(context, (network) => networkResults([eui64(network, options.eui64!)]));
    case "ula":
      return { take: () => [], end: () => networkResults([randomUla()]) };
    case "list":
      return { take: ({ text }) => list(text, reading, options) };
    case "calc":
      return { lines: "whole", take: ({ text }) => [calculation(text, reading)] };
    case "reverseZones":
      return onEach(context, (network) => zones(network, columns));
    case "readers":
      return showReaders(options.json || options.csv, columns);
    case "map":
      return onAll(context, (given) => map(given, options, columns));
  }
}

/** Returns the operation that does `work` on one network after the other. */
function onEach({ reading }: Context, work: (network: IpNetwork) => Iterable<Result>): Operation {
  return { take: ({ text }) => work(readNetwork(text, reading)) };
}

/** Returns the operation that does `work` when all networks are there. */
function onAll(
  { reading }: Context,
  work: (given: readonly GivenNetwork[]) => Iterable<Result>,
): Operation {
  const given: GivenNetwork[] = [];
  return {
    needsEach: true,
    take(input) {
      given.push({ network: readNetwork(input.text, reading), input });
      return [];
    },
    end() {
      if (given.length === 0) throw new UserError(t`there is no network in the list`);
      return work(given);
    },
  };
}

/** Returns the operation that plans networks for hosts. */
function planAll(context: Context, options: Options, columns: number): Operation {
  let note: string | null = null;
  const operation = onAll(context, (given) => {
    note = planNote(given[0]!.network, options);
    return plan(given, options, columns);
  });
  return {
    ...operation,
    get note() {
      return note;
    },
  };
}

function* findNext(
  [whole, ...used]: readonly GivenNetwork[],
  prefix: number,
): Generator<Result> {
  const { network, input } = whole!;
  if (prefix > BITS[network.address.version]) {
    throw new UserError(t`${formatNetwork(network)} has no networks with prefix /${prefix} in it`);
  }
  const free = nextFree(network, used.map((each) => each.network), prefix);
  if (free === null) {
    throw new UserError(t`no /${prefix} is free in ${formatNetwork(network)}`, {
      exit: EXIT.failed,
    });
  }
  for (const result of networkResults([free])) yield { ...result, from: input };
}

/** Returns the address of a host in `network` with its MAC address `mac`, with the prefix of a host. */
function eui64(network: IpNetwork, mac: Uint8Array): IpNetwork {
  const { address: { version }, prefix } = network;
  if (version === 4 || prefix > LONGEST_FOR_EUI64) {
    throw new UserError(t`${formatNetwork(network)} has no 64 bits for a host`, {
      hint: t`EUI-64 takes IPv6 networks up to /64`,
    });
  }
  return { address: eui64Address(network, mac), prefix: BITS[6] };
}

/** The longest prefix that leaves 64 bits to the host. */
const LONGEST_FOR_EUI64 = 64;

/** Returns a network fd00::/8 with 40 random bits, a /48 (RFC 4193, section 3.1). */
function randomUla(): IpNetwork {
  const random = crypto.getRandomValues(new Uint8Array(5));
  return { address: ipv6(BigInt(`0xfd${random.toHex()}`) << 80n), prefix: 48 };
}

/** Yields the addresses or hosts of a network, or the addresses of a range; all or the one with a number. */
function* list(text: string, reading: Reading, { hostsOnly, nth }: Options): Generator<Result> {
  const network = isRange(text) ? null : readNetwork(text, reading);
  const range = network === null
    ? parseRange(text, reading.integers)
    : hostsOnly
    ? hostsOf(network)
    : rangeOf(network);
  const found = nth === null ? null : nthPart(range, nth);
  if (nth !== null && found === null) {
    const noun = hostsOnly ? ["host", "hosts"] : ["address", "addresses"];
    const has = count(range.last.value - range.first.value + 1n, noun[0]!, noun[1]!);
    const name = network ? formatNetwork(network) : text;
    throw new UserError(t`${name} has ${has}: there is none with number ${nth}`);
  }
  for (const address of found ? [found] : addressesOf(range)) {
    const text = formatIp(address);
    yield { text, json: { address: text } };
  }
}

function calculation(text: string, { integers }: Reading): Result {
  const found = calculate(text, integers);
  const json = "address" in found
    ? { address: formatIp(found.address) }
    : "network" in found
    ? { network: networkRecord(found.network) }
    : { difference: `${found.difference}` };
  return { text: formatCalculated(found), json };
}

/** Yields the zones of `network`; on a terminal the network goes below a name that leaves no room. */
function* zones(network: IpNetwork, columns: number): Generator<Result> {
  for (const zone of reverseZones(network)) {
    const { name, parent } = zone;
    const addresses = formatNetwork(zone.network);
    const fits = name.length + 2 + addresses.length <= columns;
    const generate = parent && formatGenerate(zone);
    yield {
      text: `${name}${fits ? "" : "\n"}  ${addresses}` +
        (parent ? "\n  " + t`in ${parent.name}: ${generate}` : ""),
      get json() {
        const record = networkRecord(zone.network);
        return { zone: name, parent: parent && parent.name, generate, network: record };
      },
    };
  }
}

function* map(
  [whole, ...others]: readonly GivenNetwork[],
  { json, csv }: Options,
  columns: number,
): Generator<Result> {
  const parts = partsOf(whole!.network, others.map(({ network }) => network));
  if (!json && !csv) {
    yield { text: formatMap(whole!.network, parts, columns).trimEnd(), json: {} };
    return;
  }
  for (const { network, free } of parts) {
    const given = free ? whole : others.find((each) => containsNetwork(each.network, network));
    const json = { network: networkRecord(network), free };
    yield { text: "", json, from: given!.input };
  }
}
