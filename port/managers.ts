/**
 * The managers of processes: the systemd unit or the container that has started a process, and that
 * is to be stopped in its place.
 *
 * @module
 */
import type { KernelSocket, SocketProcess, SocketSystem } from "../sockets/socket.ts";
import { output } from "../system/programs.ts";
import { t } from "../text/messages.ts";

/** The manager of a process. */
export type Manager =
  /** A service of systemd; with `ofUser` of a user's systemd. */
  | { readonly kind: "unit"; readonly unit: string; readonly ofUser: boolean }
  /** A container, by its id or the name of its machine; `name` is `null` if it is not known. */
  | {
    readonly kind: "container";
    readonly engine: Engine;
    readonly id: string;
    readonly name: string | null;
  }
  /** The service of an engine, such as dockerd: its containers are to be stopped, not the engine. */
  | { readonly kind: "engine"; readonly unit: string }
  /** A login session, or a program that a desktop has started. */
  | { readonly kind: "session" }
  /** systemd itself, which listens for socket units. */
  | { readonly kind: "init" };

/** The programs that run containers. */
export type Engine = "docker" | "podman" | "nerdctl" | "kubernetes" | "lxc" | "nspawn";

/** Paths of control groups that are containers, with the id (man pages and sources of the engines). */
const CONTAINERS: readonly (readonly [engine: Engine, path: RegExp])[] = [
  ["kubernetes", /^\/kubepods(?:\.slice)?\/.*?([0-9a-f]{64})/],
  ["docker", /\/docker[-/]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/],
  ["podman", /\/libpod-([0-9a-f]{64})(?:\.scope)?(?:\/|$)/],
  ["nerdctl", /\/nerdctl-([0-9a-f]{64})\.scope/],
  ["lxc", /\/lxc(?:\.payload\.|\.payload\/|\/)([^/]+)/],
  ["nspawn", /\/machine\.slice\/machine-([^/]+)\.scope/],
];

/** Units of the engines themselves. */
const ENGINES = /^(snap\.)?(docker|containerd|podman|crio|kubelet|k3s|lxd|incus)(\..*)?\.service$/;

/**
 * Returns the manager of a process from the text of its /proc/PID/cgroup (cgroups(7)), or `null` if
 * the groups tell of none.
 *
 * @example
 * ```ts
 * import { parseCgroup } from "./managers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCgroup("0::/system.slice/nginx.service\n"), {
 *   kind: "unit",
 *   unit: "nginx.service",
 *   ofUser: false,
 * });
 * ```
 */
export function parseCgroup(text: string): Manager | null {
  const lines = text.split("\n").flatMap((line) => {
    const [, controllers, path] = line.match(/^\d+:([^:]*):(\/.*)$/) ?? [];
    return path === undefined ? [] : [{ controllers, path }];
  });
  for (const { path } of lines) {
    for (const [engine, pattern] of CONTAINERS) {
      const id = path.match(pattern)?.[1];
      if (id !== undefined) return { kind: "container", engine, id, name: null };
    }
  }
  const paths = lines.filter(({ controllers }) =>
    controllers === "" || controllers === "name=systemd"
  ).map(({ path }) => path);
  for (const path of paths) {
    const manager = managerIn(path.split("/"));
    if (manager) return manager;
  }
  return null;
}

/** Returns the manager that the names of nested groups tell of: the innermost unit. */
function managerIn(groups: readonly string[]): Manager | null {
  const unit = groups.findLast((group) => /.\.(service|scope)$/.test(group));
  if (unit === undefined) return null;
  if (unit === "init.scope" || /^user@\d+\.service$/.test(unit)) return { kind: "init" };
  if (unit.endsWith(".scope")) return { kind: "session" };
  if (ENGINES.test(unit)) return { kind: "engine", unit };
  return { kind: "unit", unit, ofUser: groups.some((group) => /^user@\d+\.service$/.test(group)) };
}

/** The managers of processes by their numbers. */
export type Managers = ReadonlyMap<number, Manager>;

/**
 * Resolves to the managers of the processes that listen on `sockets`, as far as they are known; names
 * of containers are asked of their engine. None on other systems than Linux.
 */
export async function readManagers(
  system: SocketSystem,
  sockets: readonly KernelSocket[],
): Promise<Managers> {
  const managers = new Map<number, Manager>();
  if (system.platform === "windows" || sockets.length === 0) return managers;
  const read = async (pid: number | "self") =>
    parseCgroup(
      await system.readTextFile(`/proc/${pid}/cgroup`, { ask: false }).catch(() => ""),
    );
  // A process in the same container as this program is not stopped by the engine of the container.
  const own = JSON.stringify(system.platform === "linux" ? await read("self") : null);
  for (const socket of sockets) {
    for (const process of socket.processes) {
      if (managers.has(process.pid)) continue;
      const found = system.platform === "linux" ? await read(process.pid) : null;
      const foreign = found?.kind === "container" && JSON.stringify(found) === own ? null : found;
      const engine = forwardsFor(process);
      const manager = engine
        ? await publisherOf(system, engine, socket)
        : foreign && await withName(system, foreign);
      if (manager) managers.set(process.pid, manager);
    }
  }
  return managers;
}

/** Names of processes that hold ports for the containers of an engine. */
const FORWARDERS: readonly (readonly [engine: Engine, name: RegExp])[] = [
  ["docker", /^(docker-proxy|rootlesskit|com\.docker\.\w+(\.exe)?|vpnkit.*|OrbStack.*)$/i],
  ["podman", /^rootlessport(-child)?$/],
];

/** Returns the engine for whose containers a process holds ports, `null` for other processes. */
export function forwardsFor({ name }: Pick<SocketProcess, "name">): Engine | null {
  return FORWARDERS.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** The format of `docker ps` that `parseContainers` reads. */
const FORMAT = "{{.ID}}\t{{.Names}}\t{{.Ports}}";

async function containers(system: SocketSystem, engine: string): Promise<readonly Container[]> {
  const text = await output(system, engine, ["ps", "--no-trunc", "--format", FORMAT])
    .catch(() => "");
  return parseContainers(text);
}

/** A container as `docker ps` tells of it. */
export interface Container {
  /** Its id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Its published ports, such as `0.0.0.0:8080->80/tcp`. */
  readonly ports: string;
}

/** Returns the containers in the output of `docker ps --no-trunc` with id, name and ports. */
export function parseContainers(text: string): Container[] {
  return text.split("\n").flatMap((line) => {
    const [id, name, ports = ""] = line.trimEnd().split("\t");
    return id && name && /^[0-9a-f]{12,64}$/.test(id) ? [{ id, name, ports }] : [];
  });
}

/** Whether a container publishes a port of this machine. */
export function publishes({ ports }: Container, port: number, protocol: string): boolean {
  return [...ports.matchAll(/:(\d+)(?:-(\d+))?->[\d-]+\/(\w+)/g)].some(([, first, last, of]) =>
    of === protocol && Number(first) <= port && port <= Number(last ?? first)
  );
}

async function publisherOf(
  system: SocketSystem,
  engine: Engine,
  socket: KernelSocket,
): Promise<Manager | null> {
  const found = (await containers(system, engine))
    .find((each) => publishes(each, socket.local.port, socket.protocol));
  return found
    ? { kind: "container", engine, id: found.id, name: found.name }
    : { kind: "engine", unit: `${engine}.service` };
}

async function withName(system: SocketSystem, manager: Manager): Promise<Manager> {
  const { kind } = manager;
  if (kind !== "container" || !/^(docker|podman|nerdctl)$/.test(manager.engine)) return manager;
  const found = (await containers(system, manager.engine)).find(({ id }) => id === manager.id);
  return { ...manager, name: found?.name ?? null };
}

/** Returns a manager in words, or `null` if it is nothing to tell of. */
export function describeManager(manager: Manager | undefined): string | null {
  switch (manager?.kind) {
    case "unit":
      return t`${manager.unit} of ${manager.ofUser ? "a user's systemd" : "systemd"}`;
    case "container":
      return t`the container ${manager.name ?? shortId(manager)} of ${manager.engine}`;
    case "engine":
      return t`${manager.unit}, which runs containers`;
    default:
      return null;
  }
}

/** Returns the id of a container as its engine prints it: the first twelve digits. */
export function shortId({ id }: { readonly id: string }): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}
