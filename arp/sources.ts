/**
 * Sources of neighbour tables: programs and a file, and the plan for a system which of them to use.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { type NeighbourTable, readNeighbours } from "./formats.ts";
import { output, SourceFailure, type SourceSystem } from "../system/programs.ts";
import { t } from "../text/messages.ts";

/** The names of the sources on the command line. */
export type SourceName = "arp" | "ip" | "proc" | "netsh";

/** A source: a program or file that has a neighbour table. */
export interface Source {
  /** The program that is run or the file that is read, as the user would write it: `ip -j neigh`. */
  readonly label: string;
  /** The versions of IP that it can know. */
  readonly versions: readonly IpVersion[];
  /** Resolves to its table; rejects with a `SourceFailure`, or as the system does. */
  read(system: SourceSystem): Promise<NeighbourTable>;
}

/** The options that decide between sources. */
export interface SourceQuery {
  /** The only source that may be used, `null` for any. */
  readonly source: SourceName | null;
  /** The versions of IP. */
  readonly versions: readonly IpVersion[];
  /** Whether names are to be looked up. */
  readonly names: boolean;
  /** Whether entries that need no learning (multicast) are wanted. */
  readonly all: boolean;
}

/** The sources to read. */
export interface SourcePlan {
  /** Alternatives in order: the first one that answers is used. */
  readonly oneOf: readonly Source[];
  /** Additional sources, for what the first one does not know; they may fail. */
  readonly also: readonly Source[];
}

/** Returns the sources to read on `platform`; `oneOf` is empty if none fits the query. */
export function planSources(platform: string, query: SourceQuery): SourcePlan {
  const { byName, ipv6, more } = platform === "windows"
    ? windowsSources()
    : posixSources(platform, query);
  const able = (sources: readonly Source[] = []) =>
    sources.filter(({ versions }) => versions.some((version) => query.versions.includes(version)));
  const besides = query.source === null || query.source === "netsh" ? able(ipv6) : [];
  const states = query.source === null ? able(more) : [];
  const oneOf = able(query.source === null ? Object.values(byName).flat() : byName[query.source]);
  if (query.versions.includes(4)) {
    return { oneOf, also: oneOf.length === 0 ? [] : states.length > 0 ? states : besides };
  }
  const known = query.source === null || byName[query.source] !== undefined;
  return { oneOf: besides.length > 0 && known ? besides : oneOf, also: [] };
}

interface NamedSources {
  readonly byName: Readonly<Partial<Record<SourceName, readonly Source[]>>>;
  readonly ipv6: readonly Source[];
  /** Sources that know more of the same entries, and IPv6. */
  readonly more: readonly Source[];
}

function windowsSources(): NamedSources {
  return {
    byName: { arp: [program([4], "arp", "-a")], netsh: [netsh(4)] },
    ipv6: [netsh(6)],
    more: [],
  };
}

function netsh(version: IpVersion): Source {
  return program([version], "netsh", "interface", `ipv${version}`, "show", "neighbors");
}

function posixSources(platform: string, { versions, names, all }: SourceQuery): NamedSources {
  const linux = platform === "linux" || platform === "android";
  const version = versions.length === 1 ? versions[0]! : null;
  return {
    byName: {
      // Without -n each row is looked up in DNS, and one silent name server takes seconds.
      arp: [
        ...(names ? [program([4], "arp", "-a")] : []),
        program([4], "arp", "-an"),
      ],
      ip: [ip(version, all)],
      proc: [PROC_NET_ARP],
    },
    ipv6: [linux ? ip(6, all) : program([6], "ndp", "-an")],
    // `arp` tells no state of IPv4 but incomplete and permanent.
    more: linux ? [ip(version, all)] : [],
  };
}

/** `ip -j neigh`; `nud all` shows also entries that need no learning, such as multicast. */
function ip(version: IpVersion | null, all: boolean): Source {
  return program(
    version === null ? [4, 6] : [version],
    "ip",
    ...(version === null ? [] : [`-${version}`]),
    "-j",
    "neigh",
    ...(all ? ["show", "nud", "all"] : []),
  );
}

const PROC_NET_ARP: Source = {
  label: "/proc/net/arp",
  versions: [4],
  async read(system) {
    return tableOf(await system.readTextFile("/proc/net/arp"));
  },
};

function program(versions: readonly IpVersion[], name: string, ...args: readonly string[]): Source {
  return {
    label: [name, ...args].join(" "),
    versions,
    async read(system) {
      return tableOf(await output(system, name, args, { ask: true }));
    },
  };
}

function tableOf(text: string): NeighbourTable {
  const table = readNeighbours(text);
  if (table === null) throw new SourceFailure(t`its output is in no known format`);
  return table;
}
