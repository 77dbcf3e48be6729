/**
 * The operations of `ipinfo` on networks: dividing, joining, comparing, finding room, drawing.
 *
 * @module
 */
import { BITS, type IpVersion } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import { formatNetwork, hostCount, type IpNetwork, parseNetwork } from "../address/network.ts";
import {
  addressesOf,
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
import { EXIT, UserError } from "../cli/errors.ts";
import { count } from "../text/units.ts";
import { formatMap, partsOf } from "./network_map.ts";
import { parseRange } from "./range_text.ts";
import type { Size } from "./option_values.ts";
import { operationsIn, type Options } from "./options.ts";
import { networkRecord } from "./record.ts";
import type { Operation, Result } from "./results.ts";

/** The context of an operation: the reading of its inputs, and the form of its output. */
export interface Context {
  /** Returns the network that a text names. */
  readonly read: (text: string) => IpNetwork;
  /** The longest line of a drawing, in columns. */
  readonly columns: number;
  /** Whether nothing is drawn, because a program reads it. */
  readonly json: boolean;
  /** The version of integers. */
  readonly integers: IpVersion;
}

/** Returns the operation on networks that `options` ask for, `null` for none. */
export function operationOf(options: Options, context: Context): Operation | null {
  const [name] = operationsIn(options);
  switch (name) {
    case "split":
      return onEach(context, (network) => split(network, options.split!));
    case "hosts":
      return onAll(context, (networks) => plan(onlyOne(networks, "hosts"), options.hosts!));
    case "range":
      return { take: ({ text }) => results(rangeNetworks(parseRange(text, context.integers))) };
    case "merge":
      return mergeAll(context);
    case "exclude": {
      const excluded = options.exclude.map(context.read);
      return onEach(context, (network) => results(excludeNetworks(network, excluded)));
    }
    case "contains":
      return compare(context, "contain", options.contains!);
    case "overlaps":
      return compare(context, "overlap", options.overlaps!);
    case "next":
      return onAll(context, (networks) => findNext(networks, options.next!));
    case "list":
      return onEach(context, list);
    case "map":
      return onAll(context, (networks) => map(networks, context));
    default:
      return null;
  }
}

/** Returns the operation that does `work` on one network after the other. */
function onEach({ read }: Context, work: (network: IpNetwork) => Iterable<Result>): Operation {
  return { take: ({ text }) => work(read(text)) };
}

/** Returns the operation that does `work` when all networks are there. */
function onAll(
  { read }: Context,
  work: (networks: readonly IpNetwork[]) => Iterable<Result>,
): Operation {
  const networks: IpNetwork[] = [];
  return {
    needsEach: true,
    take({ text }) {
      networks.push(read(text));
      return [];
    },
    end() {
      if (networks.length === 0) throw new UserError("there is no network in the list");
      return work(networks);
    },
  };
}

/** Returns the operation that joins all networks and ranges. */
function mergeAll({ read }: Context): Operation {
  const networks: IpNetwork[] = [];
  return {
    take({ text }) {
      networks.push(read(text));
      return [];
    },
    end: () => results(mergeNetworks(networks)),
  };
}

function* split(network: IpNetwork, size: Size): Generator<Result> {
  const prefix = "prefix" in size ? size.prefix : network.prefix + splitBits(size.parts)!;
  if (prefix < network.prefix || prefix > BITS[network.address.version]) {
    throw new UserError(
      "prefix" in size
        ? `${formatNetwork(network)} has no networks with prefix /${prefix} in it`
        : `${formatNetwork(network)} has fewer than ${size.parts} addresses`,
    );
  }
  yield* results(splitNetwork(network, prefix));
}

function* plan(whole: IpNetwork, hosts: readonly bigint[]): Generator<Result> {
  const planned = planHosts(whole, hosts);
  const missing = planned.filter(({ network }) => network === null);
  if (missing.length > 0) {
    const counts = missing.map((each) => each.hosts);
    const hosts = counts.length === 1 ? count(counts[0]!, "host") : `${counts.join(", ")} hosts`;
    const message = `${formatNetwork(whole)} has no room for ${hosts} beside the others`;
    throw new UserError(message, { exit: EXIT.failed });
  }
  const width = Math.max(...planned.map(({ network }) => formatNetwork(network!).length));
  for (const { hosts, network } of planned) {
    const text = formatNetwork(network!).padEnd(width);
    yield {
      text: `${text}  ${hosts} of ${count(hostCount(network!), "host")}`,
      json: { hosts: `${hosts}`, network: networkRecord(network!) },
    };
  }
}

function compare(context: Context, verb: "contain" | "overlap", text: string): Operation {
  const other = parseNetwork(text, context.integers);
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
  return results([free]);
}

function* list(network: IpNetwork): Generator<Result> {
  for (const address of addressesOf(network)) {
    const text = formatIp(address);
    yield { text, json: { address: text } };
  }
}

function* map(
  [whole, ...given]: readonly IpNetwork[],
  { columns, json }: Context,
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

/** Yields a result for each network. */
function* results(networks: Iterable<IpNetwork>): Generator<Result> {
  for (const network of networks) {
    yield {
      text: formatNetwork(network),
      get json() {
        return { network: networkRecord(network) };
      },
    };
  }
}

function onlyOne(networks: readonly IpNetwork[], option: string): IpNetwork {
  const [network] = networks;
  if (network !== undefined && networks.length === 1) return network;
  throw new UserError(`--${option} takes one network, not ${networks.length}`);
}
