/**
 * The commands that would free a port, by the kind of its holder. Where none is known for sure there is
 * none. Nothing here is ever run.
 *
 * @module
 */
import {
  formatSocketAddress,
  holdingSockets,
  isListener,
  type KernelSocket,
  type SocketProcess,
} from "../sockets/socket.ts";
import { formatLeft, quote } from "../sockets/text.ts";
import type { Caution } from "./advice.ts";
import { forwardsFor, type Managers, shortId } from "./managers.ts";
import { t } from "../text/messages.ts";

/** The holder of a port, as far as a remedy depends on it. */
export interface Holding {
  /** The port. */
  readonly port: number;
  /** Its sockets. */
  readonly sockets: readonly KernelSocket[];
  /** The managers of the processes. */
  readonly managers: Managers;
  /** The operating system. */
  readonly platform: string;
}

/** A command that ends one holder: of a process, which can be joined with others, or in full. */
type Remedy = { readonly pid: number } | { readonly text: string };

/** Returns the commands that free a port, or else the way to do so; none where that is not known. */
export function remediesOf(holding: Holding): string[] {
  const { sockets } = holding;
  const holders = holdingSockets(sockets);
  const left = sockets.flatMap(({ secondsLeft }) => secondsLeft ?? []);
  if (holders.every(({ processes }) => processes.length === 0)) {
    const waits = left.length > 0 && left.length === sockets.length;
    return waits ? [t`wait ${formatLeft([Math.max(...left)])}`] : [];
  }
  const addresses = new Map<string, Set<string>>();
  for (const [address, same] of Map.groupBy(holders, ({ local }) => formatSocketAddress(local))) {
    for (const text of remediesAt(same, holding)) {
      addresses.set(text, (addresses.get(text) ?? new Set()).add(address));
    }
  }
  const sets = new Set([...addresses.values()].map((each) => [...each].join()));
  return [...addresses].map(([text, at]) =>
    sets.size < 2 ? text : t`${text} (for ${[...at].join(", ")})`
  );
}

/** Returns the commands that end the holders of the sockets of one address: one `kill` for all. */
function remediesAt(sockets: readonly KernelSocket[], holding: Holding): string[] {
  const texts = new Set<string>();
  const killed = new Map<number, string>();
  for (const socket of sockets) {
    for (const process of socket.processes) {
      const remedy = remedyOf(process, socket, holding);
      if (remedy === null) continue;
      if ("text" in remedy) texts.add(remedy.text);
      else killed.set(remedy.pid, process.name);
    }
  }
  if (killed.size === 0) return [...texts];
  return [
    ...texts,
    killLine([...killed.keys()].sort((a, b) => a - b), [...killed.values()], holding),
  ];
}

/** Console programs of Windows that end by force only (taskkill: "with /F option"). */
const CONSOLE =
  /^(node|python\w*|java|deno|bun|php|ruby|nginx|dotnet|go|caddy|mysqld|postgres)\.exe$/i;

function killLine(
  pids: readonly number[],
  names: readonly string[],
  { platform }: Holding,
): string {
  if (platform !== "windows") return t`kill ${pids.join(" ")}`;
  const arguments_ = pids.map((pid) => `/PID ${pid}`).join(" ");
  return names.every((name) => CONSOLE.test(name))
    ? `taskkill /F ${arguments_}`
    : t`taskkill ${arguments_} (with /F if it does not end)`;
}

function remedyOf(
  process: SocketProcess,
  socket: KernelSocket,
  holding: Holding,
): Remedy | null {
  const { platform } = holding;
  if (platform === "windows") return remedyOnWindows(process, holding);
  if (platform === "darwin") return remedyOnMac(process, socket, holding);
  return remedyOnUnix(process, socket, holding);
}

function remedyOnUnix(
  process: SocketProcess,
  socket: KernelSocket,
  { managers, port }: Holding,
): Remedy | null {
  const manager = managers.get(process.pid);
  if (process.pid === INIT || manager?.kind === "init") return ofInit(process, socket, managers);
  switch (manager?.kind) {
    case "container":
      return ofContainer(manager);
    case "unit": {
      const user = manager.ofUser ? "--user " : "";
      const name = quote(manager.unit.replace(/\.service$/, ""));
      const text = t`systemctl ${user}stop ${name} (if it is killed, systemd may start it again)`;
      return { text };
    }
    case "engine": {
      const engine = forwardsFor(process);
      return engine && { text: t`${engine} stop $(${engine} ps -q --filter publish=${port})` };
    }
    default:
      return isLoginSession(process, managers) ? null : { pid: process.pid };
  }
}

/** The first process: killing it ends the system, or the container. */
const INIT = 1;

function ofInit(
  { pid, name }: SocketProcess,
  { processes }: KernelSocket,
  managers: Managers,
): Remedy | null {
  // systemd keeps the socket of a service that it has started for it: NAME.socket of NAME.service.
  const units = processes.flatMap((each) => {
    const manager = managers.get(each.pid);
    return manager?.kind === "unit" ? [manager.unit.replace(/\.service$/, ".socket")] : [];
  });
  if (name === "systemd" || pid !== INIT) {
    return units.length > 0
      ? { text: t`systemctl stop ${quote(units[0]!)}, which systemd listens for` }
      : { text: t`stop the .socket unit: systemctl list-sockets names it` };
  }
  return {
    text: t`stop its service: process 1 is init, and killing it ends the machine or container`,
  };
}

function ofContainer(
  manager: { readonly engine: string; readonly id: string; readonly name: string | null },
): Remedy | null {
  const name = quote(manager.name ?? shortId(manager));
  switch (manager.engine) {
    case "docker":
    case "podman":
    case "nerdctl":
      return { text: `${manager.engine} stop ${name}` };
    case "nspawn":
      return { text: t`machinectl stop ${name}` };
    case "kubernetes":
      return { text: t`scale its workload down: Kubernetes starts container ${name} again` };
    default:
      return null; // lxc-stop, lxc stop or incus stop
  }
}

/** Processes of Windows that hold ports for others. */
function remedyOnWindows(process: SocketProcess, { port }: Holding): Remedy | null {
  const { pid, name, services = [] } = process;
  if (pid === SYSTEM) return ofSystem(port);
  if (forwardsFor(process)) {
    return { text: t`docker ps --filter publish=${port} names the container: docker stop NAME` };
  }
  if (/^wsl(relay|host)\.exe$/i.test(name)) {
    return { text: t`end the server in WSL: wsl ss -ltnp "sport = :${port}" names it` };
  }
  const [service, ...others] = services;
  if (services.some((each) => ESSENTIAL.test(each))) return null;
  if (service === undefined) return /^svchost\.exe$/i.test(name) ? null : { pid };
  return others.length === 0
    ? { text: t`net stop ${/\s/.test(service) ? `"${service}"` : service} (as an administrator)` }
    : { text: t`net stop the one that listens of ${services.join(", ")} (as an administrator)` };
}

/** The process of the kernel of Windows. */
const SYSTEM = 4;

/** Services that Windows does not run without. */
const ESSENTIAL = /^(RpcSs|RpcEptMapper|DcomLaunch|LSM|SamSs|EventLog|PlugPlay|Schedule)$/i;

function ofSystem(port: number): Remedy | null {
  if ([139, 445].includes(port)) return null; // file sharing, of which Windows is made
  return { text: t`netsh http show servicestate names the owner of its URL: stop that service` };
}

/** Services of macOS that launchd listens for, by their ports (System Settings, General, Sharing). */
const SHARING: Readonly<Record<number, string>> = {
  22: "Remote Login",
  445: "File Sharing",
  3283: "Remote Management",
  5900: "Screen Sharing",
};

function remedyOnMac(
  process: SocketProcess,
  socket: KernelSocket,
  holding: Holding,
): Remedy | null {
  const { port } = holding;
  if (/^ControlCe/.test(process.name)) {
    return [5000, 7000].includes(port)
      ? { text: t`turn AirPlay Receiver off: System Settings, General, AirDrop & Handoff` }
      : null;
  }
  if (process.pid === INIT) {
    const service = SHARING[port];
    return service === undefined
      ? null
      : { text: t`turn ${service} off: System Settings, General, Sharing` };
  }
  return remedyOnUnix(process, socket, holding);
}

/** Processes that serve logins. */
const LOGIN = /^(sshd|sshd-session|sshd-auth|dropbear)$/;

function isLoginSession({ pid, name, words }: SocketProcess, managers: Managers): boolean {
  return LOGIN.test(name) &&
    (managers.get(pid)?.kind === "session" || /^sshd(-session)?: \S+@/.test(words?.[0] ?? ""));
}

/** Returns the cautions about ending the holders of a port. */
export function cautionsOfRemedies({ sockets, managers }: Holding): Caution[] {
  const logins = sockets.filter(isListener).flatMap(({ processes }) => processes)
    .filter(({ name }) => LOGIN.test(name));
  if (logins.length === 0) return [];
  const says = logins.some((each) => isLoginSession(each, managers))
    ? t`a login session of SSH forwards this port (ssh -R or X11): killing its process ends the
      session`
    : t`it serves logins: while it is stopped nobody can log in, perhaps not even you`;
  return [{ kind: "login", says }];
}
