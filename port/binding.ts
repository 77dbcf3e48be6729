/**
 * Attempts to bind a port, and what they tell: whether a server could have it, on IPv4 and on IPv6.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { isListener, type KernelSocket } from "../sockets/socket.ts";
import type { BindSystem } from "./context.ts";

/** The results of binding by address: "ok", or the system's code, such as "EADDRINUSE". */
export type BindOutcome = Readonly<Record<string, string>>;

/** A system that binds; which one it is decides what binding tells. */
export interface BindingSystem extends BindSystem {
  /** The operating system. */
  readonly platform: string;
}

/** The address that stands for all of an IP version. */
const EVERYWHERE: Readonly<Record<IpVersion, string>> = { 4: "0.0.0.0", 6: "::" };

/** The address of an IP version for this machine alone. */
const LOOPBACK: Readonly<Record<IpVersion, string>> = { 4: "127.0.0.1", 6: "::1" };

/**
 * Tries to bind a port as a server does: at `hostname`, or if that is `null` at all addresses, which on
 * other systems than Linux another server does not prevent that has a loopback address alone.
 */
export async function tryToBind(
  system: BindingSystem,
  protocol: PortProtocol,
  port: number,
  hostname: string | null,
): Promise<BindOutcome> {
  const everywhere = [EVERYWHERE[4], EVERYWHERE[6]];
  const hostnames = hostname !== null
    ? [hostname]
    : system.platform === "linux"
    ? everywhere
    : [...everywhere, LOOPBACK[4], LOOPBACK[6]];
  const outcome: Record<string, string> = {};
  for (const each of hostnames) { // in turn: :: takes IPv4 with it
    outcome[each] = await system.tryBind(protocol, each, port) ?? "ok";
  }
  return outcome;
}

/** Codes that say that this machine has no IPv6, or no IPv4, and nothing of the port. */
const NO_SUCH_PROTOCOL: readonly string[] = ["EAFNOSUPPORT", "EADDRNOTAVAIL", "EPROTONOSUPPORT"];

/** Whether a server could bind, by what was tried and what is there; `null` if nothing was tried. */
export function isFree(
  bind: BindOutcome | null,
  sockets: readonly KernelSocket[],
): boolean | null {
  // Some systems let one bind all addresses beside a server on one of them.
  if (sockets.some(isListener)) return false;
  if (bind === null) return sockets.some(({ state }) => state !== "TIME-WAIT") ? false : null;
  const outcomes = Object.values(bind).filter((code) => !NO_SUCH_PROTOCOL.includes(code));
  return outcomes.length > 0 && outcomes.every((code) => code === "ok");
}

/** Whether binding has failed because something has the port. */
export function isInUse(bind: BindOutcome): boolean {
  return Object.values(bind).includes("EADDRINUSE");
}

/**
 * Returns those of a port's sockets that stand against a server at `hostname`: at the same address, or
 * at all addresses. A socket of IPv6 at all addresses may have IPv4, too; on Linux binding tells.
 */
export function socketsAt(
  hostname: string,
  sockets: readonly KernelSocket[],
  bind: BindOutcome | null,
  platform: string,
): KernelSocket[] {
  const version = versionOf(hostname);
  const bound = platform === "linux" && bind?.[hostname] === "ok";
  return sockets.filter((socket) => {
    const own = plain(socket.local.hostname);
    const covers = own === hostname || own === EVERYWHERE[version] || own === EVERYWHERE[6] ||
      hostname === EVERYWHERE[6] || (hostname === EVERYWHERE[4] && versionOf(own) === 4);
    return covers && !(bound && isListener(socket));
  });
}

function versionOf(hostname: string): IpVersion {
  return hostname.includes(":") ? 6 : 4;
}

/** Returns IPv4 in IPv6 as IPv4 (RFC 4291, section 2.5.5.2). */
function plain(hostname: string): string {
  return hostname.replace(/^::ffff:(?=\d+\.)/, "");
}

/** The state of a port for a server of one IP version. */
export interface VersionState {
  /**
   * Whether a server could have it: `free`; `held` by others on all addresses or on that of this
   * machine alone; `refused` by the system; `missing` where the machine does not have this version.
   */
  readonly state: "free" | "held" | "refused" | "missing";
  /** The loopback address on which it could, though others hold it elsewhere; `null` if there is none. */
  readonly freeAddress: string | null;
}

/** The states of a port by IP version. */
export type VersionStates = Readonly<Record<IpVersion, VersionState>>;

/**
 * Resolves to the states of a port for servers of IPv4 and of IPv6, of which each may have it alone;
 * to `null` if binding all addresses was not tried.
 */
export async function readVersionStates(
  system: BindingSystem,
  protocol: PortProtocol,
  port: number,
  { sockets, bind }: {
    readonly sockets: readonly KernelSocket[] | null;
    readonly bind: BindOutcome | null;
  },
): Promise<VersionStates | null> {
  if (bind?.[EVERYWHERE[4]] === undefined || bind[EVERYWHERE[6]] === undefined) return null;
  const holders = (sockets ?? []).filter(({ remote }) => remote === null)
    .map(({ local }) => plain(local.hostname));
  // A socket of IPv6 may have IPv4, too; on Linux binding tells, elsewhere both can be bound beside it.
  const isOf = (version: IpVersion, hostname: string) =>
    versionOf(hostname) === version ||
    (system.platform !== "linux" && hostname === EVERYWHERE[6]);
  const stateOf = async (version: IpVersion): Promise<VersionState> => {
    const code = bind[EVERYWHERE[version]]!;
    const own = holders.filter((hostname) => isOf(version, hostname));
    if (NO_SUCH_PROTOCOL.includes(code)) return { state: "missing", freeAddress: null };
    if (code === "ok") return { state: own.length > 0 ? "held" : "free", freeAddress: null };
    if (code !== "EADDRINUSE") return { state: "refused", freeAddress: null };
    const loopback = LOOPBACK[version];
    const everywhere = own.includes(EVERYWHERE[version]) || own.includes(loopback);
    const isFree = !everywhere && await system.tryBind(protocol, loopback, port) === null;
    // Deno binds :: for both versions: where nobody listens on IPv6, a server of IPv6 alone can.
    const alone = version === 6 && own.length === 0 && isFree;
    return { state: alone ? "free" : "held", freeAddress: isFree ? loopback : null };
  };
  return { 4: await stateOf(4), 6: await stateOf(6) };
}
