/**
 * Sockets that the kernel of Linux itself has made, for tunnels and for NFS: no process holds them.
 *
 * @module
 */
import type { PortProtocol } from "../sockets/port_names.ts";
import type { KernelSocket, SocketSystem } from "../sockets/socket.ts";
import { output } from "../system/programs.ts";
import { t } from "../text/messages.ts";

/** The use that the kernel makes of a port, or probably makes. */
export interface KernelUse {
  /** The use, such as `VXLAN (interface vx0)`; `null` if it is not known. */
  readonly use: string | null;
  /** Whether it is proved; if not, a hidden process may hold the port as well. */
  readonly certain: boolean;
  /** The command that ends it; `null` if there is none. */
  readonly ending: string | null;
}

/** A kind of tunnel: its name, the ports that it usually has, and the program that tells the port. */
interface Tunnel {
  readonly name: string;
  readonly ports: readonly number[];
  /** Resolves to the port of an interface, `null` if that cannot be learnt. */
  readonly portOf: (system: SocketSystem, link: string) => Promise<number | null>;
}

/** Tunnels over UDP by the type of interface that /sys/class/net/NAME/uevent tells. */
const TUNNELS: Readonly<Record<string, Tunnel>> = {
  vxlan: { name: "VXLAN", ports: [4789, 8472], portOf: portInLink },
  geneve: { name: "GENEVE", ports: [6081], portOf: portInLink },
  wireguard: { name: "WireGuard", ports: [51820], portOf: portInWireGuard },
};

/** Services of the kernel over TCP, by their ports, with the file in /proc that shows them running. */
const SERVICES: Readonly<Record<number, readonly [use: string, file: string, ending: string]>> = {
  2049: ["the NFS server", "/proc/fs/nfsd/portlist", "systemctl stop nfs-server"],
};

async function portInLink(system: SocketSystem, link: string): Promise<number | null> {
  const text = await output(system, "ip", ["-d", "link", "show", "dev", link]).catch(() => "");
  return parseTunnelPort(text);
}

/** Returns the port of a tunnel in the output of `ip -d link`, `null` if it tells of none. */
export function parseTunnelPort(text: string): number | null {
  const port = text.match(/\bdstport (\d{1,5})\b/)?.[1];
  return port === undefined ? null : Number(port);
}

async function portInWireGuard(system: SocketSystem, link: string): Promise<number | null> {
  const text = await output(system, "wg", ["show", link, "listen-port"]).catch(() => "");
  return /^\d+\s*$/.test(text) ? Number(text) : null;
}

/**
 * Resolves to the use that the kernel makes of a port whose sockets no process seems to hold; to `null`
 * if there is no sign of one.
 */
export async function findKernelUse(
  system: SocketSystem,
  port: number,
  protocol: PortProtocol,
  sockets: readonly KernelSocket[],
): Promise<KernelUse | null> {
  const ofRoot = sockets.length > 0 &&
    sockets.every(({ id, remote, user, processes }) =>
      id !== null && remote === null && processes.length === 0 && (user === "root" || user === "0")
    );
  if (system.platform !== "linux" || !ofRoot) return null;
  const seesAll = await seesEveryProcess(system);
  if (protocol === "tcp") {
    const [use, file, ending] = SERVICES[port] ?? [];
    const text = file && await system.readTextFile(file, { ask: false }).catch(() => null);
    if (use && ending && text?.includes(`tcp ${port}`)) return { use, certain: true, ending };
    if (use) return { use, certain: seesAll, ending: null };
    return seesAll ? { use: null, certain: true, ending: null } : null;
  }
  const tunnels = await tunnelsOf(system);
  for (const { link, tunnel } of tunnels) {
    if (await tunnel.portOf(system, link) !== port) continue;
    const use = t`${tunnel.name} (interface ${link})`;
    return { use, certain: true, ending: t`ip link delete ${link}` };
  }
  const usual = tunnels.find(({ tunnel }) => tunnel.ports.includes(port));
  if (usual || seesAll) {
    const use = usual ? t`${usual.tunnel.name} (interface ${usual.link})` : null;
    return { use, certain: seesAll, ending: null };
  }
  return null;
}

/** Resolves to the tunnels of this network namespace. */
async function tunnelsOf(
  system: SocketSystem,
): Promise<{ readonly link: string; readonly tunnel: Tunnel }[]> {
  const devices = await system.readTextFile("/proc/net/dev", { ask: false }).catch(() => "");
  const links = [...devices.matchAll(/^ *([^ :|]+):/gm)].map(([, link]) => link!);
  const found = await Promise.all(links.map(async (link) => {
    const event = await system.readTextFile(`/sys/class/net/${link}/uevent`, { ask: false })
      .catch(() => "");
    const type = event.match(/^DEVTYPE=(\w+)$/m)?.[1] ?? "";
    return Object.hasOwn(TUNNELS, type) ? [{ link, tunnel: TUNNELS[type]! }] : [];
  }));
  return found.flat();
}

/** The initial namespace of processes (include/linux/proc_ns.h, `PROC_PID_INIT_INO`). */
const INITIAL_PIDS = "pid:[4026531836]";

/** The bit of CAP_SYS_PTRACE, which lets a process see the descriptors of all others. */
const SYS_PTRACE = 19n;

/** Whether this process can see the descriptors of every process of the machine. */
async function seesEveryProcess(system: SocketSystem): Promise<boolean> {
  try {
    if (system.readLink("/proc/self/ns/pid") !== INITIAL_PIDS) return false;
    const status = await system.readTextFile("/proc/self/status", { ask: false });
    const capabilities = BigInt(`0x${status.match(/^CapEff:\s*([0-9a-f]+)$/m)?.[1] ?? "0"}`);
    return ((capabilities >> SYS_PTRACE) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** Returns a use of the kernel in words. */
export function describeKernelUse({ use, certain }: KernelUse): string {
  if (use === null) {
    return t`the kernel itself, it seems: no process has the socket (NFS's lock manager and
      tunnels such as VXLAN and WireGuard make ports like this one)`;
  }
  return certain
    ? t`the kernel itself: ${use}`
    : t`perhaps the kernel itself: ${use}; or a process of user root that may not be seen`;
}
