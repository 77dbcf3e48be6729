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
import { convict, findSuspects, seesAllProcesses } from "../sockets/suspects.ts";
import {
  holdingSockets,
  isListener,
  type KernelSocket,
  processesOf,
  type SocketProcess,
} from "../sockets/socket.ts";
import { findKernelUse, type KernelUse } from "./kernel_sockets.ts";
import { type Managers, readManagers } from "./managers.ts";
import { hasUnseenProcess } from "./holders.ts";
import { count } from "../text/units.ts";
import { describeWindowsSide } from "./wsl.ts";
import { cautionsOfRemedies } from "./remedies.ts";
import {
  type BindOutcome,
  isFree,
  isInUse,
  readVersionStates,
  socketsAt,
  tryToBind,
  type VersionStates,
} from "./binding.ts";
import { delay } from "@std/async/delay";
import { type Context, readByPort } from "./context.ts";
import { t } from "../text/messages.ts";

/** A report on a port. */
export interface PortReport {
  /** The port. */
  readonly port: number;
  /** The address that was asked for; `null` for all. */
  readonly hostname: string | null;
  /** Its protocol. */
  readonly protocol: PortProtocol;
  /** Its range of IANA. */
  readonly portClass: PortClass;
  /** The name by which it is registered, or `null`. */
  readonly name: string | null;
  /** Its use in practice, or `null`. */
  readonly practice: string | null;
  /** The sockets on it, of an address only those that stand against it; `null` if they may not be seen. */
  readonly sockets: readonly KernelSocket[] | null;
  /** The managers of the processes that listen on it. */
  readonly managers: Managers;
  /** The use that the kernel itself makes of it; `null` if there is no sign of one. */
  readonly kernel: KernelUse | null;
  /** The other system that holds it, as Windows does for WSL, in words; `null` if there is none. */
  readonly elsewhere: string | null;
  /** Whether all processes of this PID namespace are seen; false where its sockets have their processes. */
  readonly seesAll: boolean;
  /** Its states for servers of IPv4 and of IPv6; `null` if binding all addresses was not tried. */
  readonly versions: VersionStates | null;
  /** The addresses on which others wait for peers, beside the one that was asked for. */
  readonly heldElsewhere: readonly string[];
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
type Observation = Pick<PortReport, "sockets" | "bind" | "heldElsewhere">;

/** A port that was asked for, at an address or at all if that is `null`. */
export type AskedPort = Pick<PortReport, "port" | "hostname">;

/**
 * Returns the reports of ports, in their order.
 *
 * @throws As the system does if it does not allow to bind at all.
 */
export async function reportsOn(
  asked: readonly AskedPort[],
  context: Context,
): Promise<PortReport[]> {
  const { system, protocol, binds } = context;
  const seen: [asked: AskedPort, seen: Observation][] = [];
  for (const each of asked) seen.push([each, await observe(each, context.sockets, context)]);
  const doubtful = seen.some(([, each]) => isDoubtful(each));
  const again = doubtful ? await lookAgain(context) : context.sockets;
  for (const entry of seen) {
    if (binds && isDoubtful(entry[1])) entry[1] = await observe(entry[0], again, context);
  }
  const hidden = seen.some(([, each]) => isDoubtful(each));
  const suspects = hidden ? await findSuspects(system).catch(() => []) : [];
  const isUnseen = seen.some(([, { sockets }]) => sockets?.some(hasUnseenProcess));
  const seesAll = isUnseen && await seesAllProcesses(system);
  const elsewhere = hidden ? await describeWindowsSide(system) : null;
  return await Promise.all(seen.map(async ([{ port, hostname }, each]) => {
    const doubtful = isDoubtful(each);
    const bound = await convict(system, doubtful ? suspects : [], protocol, port);
    const sockets = each.sockets && [...each.sockets, ...bound.sockets];
    return reportOf({
      ...each,
      port,
      hostname,
      sockets,
      suspects: bound.unclear,
      versions: await readVersionStates(system, protocol, port, { ...each, sockets }),
      elsewhere: doubtful && bound.sockets.length === 0 ? elsewhere : null,
      seesAll,
      managers: await readManagers(system, holdingSockets(sockets ?? [])),
      kernel: await findKernelUse(system, port, protocol, each.sockets ?? []),
    }, context);
  }));
}

/** Tries to bind a port, and picks its sockets from those of this machine. */
async function observe(
  { port, hostname }: AskedPort,
  known: Context["sockets"],
  { system, protocol, binds }: Context,
): Promise<Observation> {
  const bind = binds ? await tryToBind(system, protocol, port, hostname) : null;
  const all = known && (known.get(port) ?? []);
  const sockets = all === null || hostname === null
    ? all
    : socketsAt(hostname, all, bind, system.platform);
  const others = (all ?? []).filter((each) => isListener(each) && !sockets?.includes(each));
  return { bind, sockets, heldElsewhere: [...new Set(others.map(({ local }) => local.hostname))] };
}

/** Whether something has a port that nobody seemed to have when the table was read. */
function isDoubtful({ sockets, bind }: Observation): boolean {
  return bind !== null && isInUse(bind) && sockets?.length === 0;
}

/** Milliseconds in which a port that seems held by nobody may come free. */
const SETTLING = 50;

/** Resolves to the sockets a moment later. */
async function lookAgain(
  { system, protocol, owned, sockets }: Context,
): Promise<Context["sockets"]> {
  await delay(SETTLING);
  try {
    return await readByPort(system, protocol, owned);
  } catch {
    return sockets; // as they were
  }
}

function reportOf(
  observed:
    & Observation
    & AskedPort
    & Pick<PortReport, "suspects" | "managers" | "kernel" | "elsewhere" | "seesAll" | "versions">,
  context: Context,
): PortReport {
  const { protocol, names, rules, system } = context;
  const { port, sockets, bind, managers } = observed;
  const { platform } = system;
  const free = isFree(bind, sockets ?? []);
  const held = { port, sockets: sockets ?? [], managers, platform };
  return {
    ...observed,
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
      says:
        t`nearly all servers set SO_REUSEADDR; one that does not has to wait until the connections
        above have gone`,
    };
  }
  const more = others.length === 0
    ? ""
    : t` and ${count(others.length, "other process", "other processes")}`;
  return {
    kind,
    says:
      t`nearly all servers set SO_REUSEADDR; one that does not cannot have it while connections of
        it are held by ${first.name}, pid ${first.pid}${more}: waiting alone does not help`,
  };
}

/**
 * Resolves to the first port of `range` that is free at an address, or at all if that is `null`, on which
 * there is no socket at all, and against which nothing speaks; to `null` if there is none.
 */
export async function findFreePort(
  range: PortRange,
  hostname: string | null,
  { system, protocol, rules, sockets }: Context,
): Promise<number | null> {
  for (let port = range[0]; port <= range[1]; port++) {
    const good = isGood(port, protocol, rules, system.platform) && !sockets?.has(port);
    if (good && isFree(await tryToBind(system, protocol, port, hostname), [])) return port;
  }
  return null;
}
