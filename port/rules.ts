/**
 * The port ranges of this machine: for outgoing connections, for root only, and for nobody.
 *
 * @module
 */
import { isIn, type PortRange } from "../address/port_class.ts";
import { MAX_PORT } from "../address/port.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { output } from "../system/programs.ts";
import { parsePortRange } from "../sockets/proc_net.ts";
import { parseDynamicPorts, parseExcludedPorts } from "../sockets/netstat.ts";
import type { SocketSystem } from "../sockets/socket.ts";

/** The ranges of a machine. */
export interface PortRules {
  /** The ports from which the system takes one for an outgoing connection. */
  readonly ephemeral: PortRange;
  /** Ports of that range that the system does not take. */
  readonly spared: readonly PortRange[];
  /** The lowest port that a user without privileges may bind. */
  readonly firstUnprivileged: number;
  /** Ports that nobody may bind: Windows keeps some for Hyper-V and others. */
  readonly excluded: readonly PortRange[];
}

/** Ports that IANA leaves to systems for this (RFC 6335, section 6): macOS and Windows do so. */
const DYNAMIC: PortRange = [49152, MAX_PORT];

/** The range of Linux if it cannot be asked (net/ipv4/af_inet.c, `inet_init_net`). */
const LINUX_EPHEMERAL: PortRange = [32768, 60999];

/** The lowest port for everybody on Unix (`IPPORT_RESERVED` of netinet/in.h). */
const UNIX_FIRST_UNPRIVILEGED = 1024;

/** Resolves to the rules of this machine; what it does not tell is as usual on such a system. */
export async function readPortRules(
  system: SocketSystem,
  protocol: PortProtocol,
): Promise<PortRules> {
  switch (system.platform) {
    case "linux":
    case "android":
      return await readLinuxRules(system);
    case "windows":
      return await readWindowsRules(system, protocol);
    default:
      return await readBsdRules(system);
  }
}

async function readLinuxRules(system: SocketSystem): Promise<PortRules> {
  const [range, reserved, first] = await Promise.all(
    ["ip_local_port_range", "ip_local_reserved_ports", "ip_unprivileged_port_start"].map((name) =>
      system.readTextFile(`/proc/sys/net/ipv4/${name}`, { ask: false }).catch(() => "")
    ),
  );
  return {
    ephemeral: parsePortRange(range!) ?? LINUX_EPHEMERAL,
    spared: parsePortList(reserved!),
    firstUnprivileged: /^\d+\s*$/.test(first!) ? Number(first) : UNIX_FIRST_UNPRIVILEGED,
    excluded: [],
  };
}

/** Reads `8080,9148-9150`, as the kernel writes ip_local_reserved_ports. */
function parsePortList(text: string): PortRange[] {
  return [...text.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, first, last = first]) => [
    Number(first),
    Number(last),
  ]);
}

async function readBsdRules(system: SocketSystem): Promise<PortRules> {
  const names = ["net.inet.ip.portrange.first", "net.inet.ip.portrange.last"];
  const text = await output(system, "sysctl", ["-n", ...names]).catch(() => "");
  return {
    ephemeral: parsePortRange(text) ?? DYNAMIC,
    spared: [],
    firstUnprivileged: UNIX_FIRST_UNPRIVILEGED,
    excluded: [],
  };
}

async function readWindowsRules(
  system: SocketSystem,
  protocol: PortProtocol,
): Promise<PortRules> {
  const ask = (...what: readonly string[]) =>
    output(system, "netsh", ["interface", "ipv4", "show", ...what]).catch(() => "");
  const [dynamic, excluded] = await Promise.all([
    ask("dynamicport", protocol),
    ask("excludedportrange", `protocol=${protocol}`),
  ]);
  return {
    ephemeral: parseDynamicPorts(dynamic) ?? DYNAMIC,
    spared: [],
    firstUnprivileged: 0,
    excluded: parseExcludedPorts(excluded),
  };
}

/** Whether the system may give `port` to an outgoing connection. */
export function isEphemeral(port: number, { ephemeral, spared }: PortRules): boolean {
  return isIn(port, ephemeral) && !spared.some((range) => isIn(port, range));
}
