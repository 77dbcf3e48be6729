/**
 * The machine as reports on ports need it: its rules, its sockets, and whether binding may be tried.
 *
 * @module
 */
import { cannot } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import type { PortRange } from "../address/port_class.ts";
import type { PortName, PortProtocol } from "../sockets/port_names.ts";
import type { KernelSocket, SocketSystem } from "../sockets/socket.ts";
import { readSockets } from "../sockets/sockets.ts";
import { reasonOf } from "../text/reason.ts";
import type { WantedPorts } from "./operand.ts";
import { type PortRules, readPortRules } from "./rules.ts";
import { t } from "../text/messages.ts";

/** The part of `Io` that binds. */
export interface BindSystem {
  /** Tries to bind as a server does; resolves to `null` or the system's code. */
  tryBind(protocol: PortProtocol, hostname: string, port: number): Promise<string | null>;
}

/** The facts from which the reports on the ports of a protocol are made. */
export interface Context {
  /** The system. */
  readonly system: SocketSystem & BindSystem;
  /** The protocol of the ports. */
  readonly protocol: PortProtocol;
  /** The names of ports, the first one of a port first. */
  readonly names: readonly PortName[];
  /** The rules of this machine for port numbers. */
  readonly rules: PortRules;
  /** The ports whose processes are asked for. */
  readonly owned: PortRange;
  /** The sockets of the protocol by their ports, with the processes of `owned`; `null` if they may not be seen. */
  readonly sockets: SocketsByPort | null;
  /** Whether binding may be tried. */
  readonly binds: boolean;
}

/** Sockets by their local ports. */
export type SocketsByPort = ReadonlyMap<number, readonly KernelSocket[]>;

/** The ports of nobody: none of them has a socket. */
const NO_PORTS: PortRange = [0, 0];

/** Returns the ports from the first to the last that is wanted of a protocol. */
function spanOf(wanted: readonly WantedPorts[], protocol: PortProtocol): PortRange {
  const ports = wanted.filter((each) => each.protocol === protocol).flatMap(({ range }) => range);
  return ports.length === 0 ? NO_PORTS : [Math.min(...ports), Math.max(...ports)];
}

/**
 * Returns a function that resolves to the context of a protocol; each is read once.
 *
 * @param wanted The ports whose processes are asked for.
 */
export function contextReader(
  { noBind, names, wanted }: {
    readonly noBind: boolean;
    readonly names: readonly PortName[];
    readonly wanted: readonly WantedPorts[];
  },
  io: Io,
): (protocol: PortProtocol) => Promise<Context> {
  const known = new Map<PortProtocol, Promise<Context>>();
  const read = async (protocol: PortProtocol): Promise<Context> => {
    const owned = spanOf(wanted, protocol);
    const [rules, sockets] = await Promise.all([
      readPortRules(io, protocol),
      readByPort(io, protocol, owned).catch(async (error) => {
        const reason = t`the sockets of this machine may not be seen: ${reasonOf(error)}`;
        await sayFolded(io, reason);
        return null;
      }),
    ]);
    return { system: io, protocol, names, rules, owned, sockets, binds: !noBind };
  };
  return (protocol) => {
    const found = known.get(protocol) ?? read(protocol);
    known.set(protocol, found);
    return found;
  };
}

/** Resolves to all sockets of a protocol by their ports, with the processes of those in `owned`. */
export async function readByPort(
  system: SocketSystem,
  protocol: PortProtocol,
  owned: PortRange,
): Promise<SocketsByPort> {
  const sockets = await readSockets(system, { protocols: [protocol], range: null, owned });
  return Map.groupBy(sockets, ({ local }) => local.port);
}

/** Returns the error to throw where the sockets cannot be read. */
export function cannotSee(error: unknown, { platform }: Io): Error {
  const denied = platform === "linux" && error instanceof Error && error.name === "NotCapable";
  return cannot(t`see the sockets of this machine`, error, {
    hint: denied ? t`run again with -A: with less, Deno lets nobody read /proc` : null,
  });
}
