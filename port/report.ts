/**
 * Reports on ports: the kind of each, its sockets, and whether a server could have it.
 *
 * @module
 */
import {
  isBlockedByBrowsers,
  isIn,
  type PortClass,
  portClassOf,
  type PortRange,
} from "../address/port_class.ts";
import { nameOfPort, type PortProtocol, practiceOf } from "../sockets/port_names.ts";
import { type Caution, cautionsOf, isGood } from "./advice.ts";
import { convict, findSuspects } from "../sockets/suspects.ts";
import {
  holdingSockets,
  isListener,
  type KernelSocket,
  processesOf,
  type SocketProcess,
} from "../sockets/socket.ts";
import { findKernelUse, type KernelUse } from "./kernel_sockets.ts";
import { type Managers, readManagers } from "./managers.ts";
import { count } from "../text/units.ts";
import { describeWindowsSide } from "./wsl.ts";
import { cautionsOfRemedies } from "./remedies.ts";
import { delay } from "@std/async/delay";
import { type Context, readByPort } from "./context.ts";

/** The results of binding by address: "ok", or the system's code, such as "EADDRINUSE". */
export type BindOutcome = Readonly<Record<string, string>>;

/** A report on a port. */
export interface PortReport {
  /** The port. */
  readonly port: number;
  /** Its protocol. */
  readonly protocol: PortProtocol;
  /** Its range of IANA. */
  readonly portClass: PortClass;
  /** The name by which it is registered, or `null`. */
  readonly name: string | null;
  /** Its use in practice, or `null`. */
  readonly practice: string | null;
  /** The sockets on it; `null` if they may not be seen. */
  readonly sockets: readonly KernelSocket[] | null;
  /** The managers of the processes that listen on it. */
  readonly managers: Managers;
  /** The use that the kernel itself makes of it; `null` if there is no sign of one. */
  readonly kernel: KernelUse | null;
  /** The other system that holds it, as Windows does for WSL, in words; `null` if there is none. */
  readonly elsewhere: string | null;
  /** An address on which a server can have it, though it is held on others; `null` if there is none. */
  readonly freeAddress: string | null;
  /** Whether Windows has reserved it for Hyper-V and others. */
  readonly excluded: boolean;
  /** Processes that may hold it, where it is held by a socket in no table. */
  readonly suspects: readonly SocketProcess[];
  /** The results of binding; `null` if it was not tried. */
  readonly bind: BindOutcome | null;
  /** Whether a server could have it now; `null` if nothing speaks against it, but it was not tried. */
  readonly free: boolean | null;
  /** The ports for outgoing connections. */
  readonly ephemeral: PortRange;
  /** Whether only root may bind it. */
  readonly privileged: boolean;
  /** Whether browsers refuse it. */
  readonly browserBlocked: boolean;
  /** The reasons against it. */
  readonly cautions: readonly Caution[];
}

/** The sockets that were seen on a port, and the results of binding. */
interface Observation {
  readonly sockets: readonly KernelSocket[] | null;
  readonly bind: BindOutcome | null;
}

/**
 * Returns the reports of `ports`, in their order.
 *
 * @throws As the system does if it does not allow to bind at all.
 */
export async function reportsOn(
  ports: readonly number[],
  context: Context,
): Promise<PortReport[]> {
  const { system, protocol, binds } = context;
  const seen: [port: number, seen: Observation][] = [];
  for (const port of ports) {
    const bind = binds ? await tryAll(system, protocol, port) : null;
    seen.push([port, { sockets: context.sockets && (context.sockets.get(port) ?? []), bind }]);
  }
  const doubtful = seen.some(([, each]) => isDoubtful(each));
  const again = doubtful ? await lookAgain(context) : context.sockets;
  for (const entry of seen) {
    const [port, each] = entry;
    if (!isDoubtful(each)) continue;
    const sockets = again && (again.get(port) ?? []);
    entry[1] = { sockets, bind: await tryAll(system, protocol, port) };
  }
  const hidden = seen.some(([, each]) => isDoubtful(each));
  const suspects = hidden ? await findSuspects(system).catch(() => []) : [];
  const elsewhere = hidden ? await describeWindowsSide(system) : null;
  return await Promise.all(seen.map(async ([port, each]) => {
    const doubtful = isDoubtful(each);
    const bound = await convict(system, doubtful ? suspects : [], protocol, port);
    const sockets = each.sockets && [...each.sockets, ...bound.sockets];
    return reportOf(port, {
      ...each,
      sockets,
      suspects: bound.unclear,
      freeAddress: await findFreeAddress(system, protocol, port, each),
      elsewhere: doubtful && bound.sockets.length === 0 ? elsewhere : null,
      managers: await readManagers(system, holdingSockets(sockets ?? [])),
      kernel: await findKernelUse(system, port, protocol, each.sockets ?? []),
    }, context);
  }));
}

/** The address of this machine alone, on which servers listen unless told otherwise. */
const OWN = "127.0.0.1";

/**
 * Resolves to the loopback address on which a port can be bound though servers on other addresses hold
 * it; to `null` if there is none, or if it was not tried.
 */
async function findFreeAddress(
  system: Context["system"],
  protocol: PortProtocol,
  port: number,
  { sockets, bind }: Observation,
): Promise<string | null> {
  const listeners = (sockets ?? []).filter(isListener).map(({ local }) => local.hostname);
  const holdsIt = listeners.some((hostname) => ["0.0.0.0", "::", "*", OWN].includes(hostname));
  if (bind?.["0.0.0.0"] !== "EADDRINUSE" || listeners.length === 0 || holdsIt) return null;
  return await system.tryBind(protocol, OWN, port) === null ? OWN : null;
}

/** Whether something has a port that nobody seemed to have when the table was read. */
function isDoubtful({ sockets, bind }: Observation): boolean {
  return bind !== null && isInUse(bind) && sockets?.length === 0;
}

/** Milliseconds in which a port that seems held by nobody may come free. */
const SETTLING = 50;

/** Resolves to the sockets a moment later. */
async function lookAgain(
  { system, protocol, sockets }: Context,
): Promise<Context["sockets"]> {
  await delay(SETTLING);
  try {
    return await readByPort(system, protocol);
  } catch {
    return sockets; // as they were
  }
}

function reportOf(
  port: number,
  observed:
    & Observation
    & Pick<PortReport, "suspects" | "managers" | "kernel" | "elsewhere" | "freeAddress">,
  context: Context,
): PortReport {
  const { protocol, names, rules, system } = context;
  const { sockets, bind, managers } = observed;
  const { platform } = system;
  const free = isFree(bind, sockets ?? []);
  const held = { port, sockets: sockets ?? [], managers, platform };
  return {
    ...observed,
    port,
    protocol,
    portClass: portClassOf(port),
    name: nameOfPort(port, protocol, names),
    practice: practiceOf(port, protocol),
    free,
    excluded: rules.excluded.some((range) => isIn(port, range)),
    ephemeral: rules.ephemeral,
    privileged: port < rules.firstUnprivileged,
    browserBlocked: protocol === "tcp" && isBlockedByBrowsers(port),
    cautions: [
      ...(free && sockets && sockets.length > 0 ? [lingering(sockets)] : []),
      ...(free === false ? cautionsOfRemedies(held) : []),
      ...cautionsOf(port, protocol, rules, platform),
    ],
  };
}

/** Returns the caution about a port that is free beside connections of the server that had it. */
function lingering(sockets: readonly KernelSocket[]): Caution {
  const [first, ...others] = processesOf(sockets);
  const kind = "lingering";
  if (first === undefined) {
    return {
      kind,
      says: "nearly all servers set SO_REUSEADDR; one that does not has to wait until the " +
        "connections above have gone",
    };
  }
  const more = others.length === 0
    ? ""
    : ` and ${count(others.length, "other process", "other processes")}`;
  return {
    kind,
    says:
      "nearly all servers set SO_REUSEADDR; one that does not cannot have it while connections " +
      `of it are held by ${first.name}, pid ${first.pid}${more}: waiting alone does not help`,
  };
}

/** The addresses that stand for all of IPv4 and of IPv6: who has these has the port, on Linux. */
const EVERYWHERE: readonly string[] = ["0.0.0.0", "::"];

/** Addresses on which other systems let others listen beside who has all of them. */
const LOOPBACK: readonly string[] = ["127.0.0.1", "::1"];

async function tryAll(
  system: Context["system"],
  protocol: PortProtocol,
  port: number,
): Promise<BindOutcome> {
  const outcome: Record<string, string> = {};
  const hostnames = system.platform === "linux" ? EVERYWHERE : [...EVERYWHERE, ...LOOPBACK];
  for (const hostname of hostnames) { // in turn: :: takes IPv4 with it
    outcome[hostname] = await system.tryBind(protocol, hostname, port) ?? "ok";
  }
  return outcome;
}

/** Codes that say that this machine has no IPv6, or no IPv4, and nothing of the port. */
const NO_SUCH_PROTOCOL: readonly string[] = ["EAFNOSUPPORT", "EADDRNOTAVAIL", "EPROTONOSUPPORT"];

/** Whether a server could bind, by what was tried and what is there. */
function isFree(bind: BindOutcome | null, sockets: readonly KernelSocket[]): boolean | null {
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
 * Resolves to the first port of `range` that is free, on which there is no socket at all, and against
 * which nothing speaks; to `null` if there is none.
 */
export async function findFreePort(
  range: PortRange,
  { system, protocol, rules, sockets }: Context,
): Promise<number | null> {
  for (let port = range[0]; port <= range[1]; port++) {
    const good = isGood(port, protocol, rules, system.platform) && !sockets?.has(port);
    if (good && isFree(await tryAll(system, protocol, port), [])) return port;
  }
  return null;
}
