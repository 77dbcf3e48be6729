/**
 * The operations of `ipinfo` on networks: dividing, joining, comparing, finding room, drawing.
 *
 * @module
 */
import { BITS, ipv6 } from "../address/ip.ts";
import { eui64Address } from "../address/link_layer.ts";
import { formatIp } from "../address/ip_text.ts";
import { formatNetwork, type IpNetwork, parseNetwork } from "../address/network.ts";
import { rangeNetworks } from "../address/range.ts";
import { addressesOf, containsNetwork, nextFree, overlaps } from "../address/subnets.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { columnsOf } from "../cli/terminal.ts";
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
import { divide, plan, planNote } from "./subnetting.ts";
import { formatMap, partsOf } from "./network_map.ts";
import { parseRange } from "./range_text.ts";
import { operationsIn, type Options } from "./options.ts";
import { networkRecord } from "./record.ts";
import type { Operation, Result } from "./results.ts";

/** The context of an operation: the reading of its inputs, and the system. */
export interface Context {
  /** The rules by which inputs are read. */
  readonly reading: Reading;
  /** The system, for files and the width of drawings. */
  readonly io: Io;
}

/**
 * Resolves to the operation on networks that `options` ask for, to `null` if to none. The files of
 * lists are read.
 *
 * @throws {UserError} When a file cannot be read.
 */
export async function operationOf(options: Options, context: Context): Promise<Operation | null> {
  const { reading, io } = context;
  const columns = columnsOf(io.stdout, io);
  const [name] = operationsIn(options);
  switch (name) {
    case "split":
      return onEach(
        context,
        (network) => divide(network, options, io.stdout.isTerminal(), columns),
      );
    case "hosts":
      return {
        ...onAll(context, (networks) => plan(networks, options, columns)),
        note: planNote(options),
      };
    case "range":
      return {
        take: ({ text }) => networkResults(rangeNetworks(parseRange(text, reading.integers))),
      };
    case "merge":
      return mergeAll(reading);
    case "count":
      return countAll(reading);
    case "and":
      return intersect(await readSet(options.and!, [], reading, io), reading);
    case "exclude":
      return subtract(await readSet(options.not, options.exclude, reading, io), reading);
    case "match":
      return match(await readTables(options.match!, reading, io), reading);
    case "contains":
      return compare(context, "contain", options.contains!);
    case "overlaps":
      return compare(context, "overlap", options.overlaps!);
    case "next":
      return onAll(context, (networks) => findNext(networks, options.next!));
    case "eui64":
      return onEach(context, (network) => networkResults([eui64(network, options.eui64!)]));
    case "ula":
      return { take: () => [], end: () => networkResults([randomUla()]) };
    case "list":
      return onEach(context, list);
    case "map":
      return onAll(context, (networks) => map(networks, options.json, columns));
    default:
      return null;
  }
}

/** Returns the operation that does `work` on one network after the other. */
function onEach({ reading }: Context, work: (network: IpNetwork) => Iterable<Result>): Operation {
  return { take: ({ text }) => work(readNetwork(text, reading)) };
}

/** Returns the operation that does `work` when all networks are there. */
function onAll(
  { reading }: Context,
  work: (networks: readonly IpNetwork[]) => Iterable<Result>,
): Operation {
  const networks: IpNetwork[] = [];
  return {
    needsEach: true,
    take({ text }) {
      networks.push(readNetwork(text, reading));
      return [];
    },
    end() {
      if (networks.length === 0) throw new UserError("there is no network in the list");
      return work(networks);
    },
  };
}

function compare(context: Context, verb: "contain" | "overlap", text: string): Operation {
  const other = parseNetwork(text, context.reading.integers);
  const relation = verb === "contain" ? containsNetwork : overlaps;
  return onEach(context, (network) => {
    const answer = relation(network, other);
    return [{
      text: `${formatNetwork(network)} ${answer ? `${verb}s` : `does not ${verb}`} ${text}`,
      json: { network: networkRecord(network), other: text, answer },
      negative: !answer,
    }];
  });
}

function findNext([whole, ...used]: readonly IpNetwork[], prefix: number): Iterable<Result> {
  if (prefix > BITS[whole!.address.version]) {
    throw new UserError(`${formatNetwork(whole!)} has no networks with prefix /${prefix} in it`);
  }
  const free = nextFree(whole!, used, prefix);
  if (free === null) {
    throw new UserError(`no /${prefix} is free in ${formatNetwork(whole!)}`, { exit: EXIT.failed });
  }
  return networkResults([free]);
}

/** Returns the address of a host in `network` with its MAC address `mac`, with the prefix of a host. */
function eui64(network: IpNetwork, mac: Uint8Array): IpNetwork {
  const { address: { version }, prefix } = network;
  if (version === 4 || prefix > LONGEST_FOR_EUI64) {
    throw new UserError(`${formatNetwork(network)} has no 64 bits for a host`, {
      hint: "EUI-64 takes IPv6 networks up to /64",
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

function* list(network: IpNetwork): Generator<Result> {
  for (const address of addressesOf(network)) {
    const text = formatIp(address);
    yield { text, json: { address: text } };
  }
}

function* map(
  [whole, ...given]: readonly IpNetwork[],
  json: boolean,
  columns: number,
): Generator<Result> {
  const parts = partsOf(whole!, given);
  if (!json) {
    yield { text: formatMap(whole!, parts, columns).trimEnd(), json: {} };
    return;
  }
  for (const { network, free } of parts) {
    yield { text: "", json: { network: networkRecord(network), free } };
  }
}
