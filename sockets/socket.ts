/**
 * A socket of TCP or UDP in the kernel of this machine, with the processes that hold it.
 *
 * @module
 */
import { isIn, type PortRange } from "../address/port_class.ts";
import type { TcpState } from "../address/tcp_state.ts";
import type { SourceSystem } from "../system/programs.ts";
import type { PortProtocol } from "./port_names.ts";

/** The states of TCP, and the one of a UDP socket without a peer. */
export type SocketState = TcpState | "UNCONNECTED";

/** An address with a port: a socket's own, or its peer's. */
export interface SocketAddress {
  /** The IP address as text, IPv6 without brackets and with its zone where that is known. */
  readonly hostname: string;
  /** The port; 0 stands for none. */
  readonly port: number;
}

/** A process that holds a socket. */
export interface SocketProcess {
  /** The process's number. */
  readonly pid: number;
  /** Its name, which it chooses itself. */
  readonly name: string;
  /** Its command line, the words as they were given; `null` if that is not known. */
  readonly words: readonly string[] | null;
  /** The name of its user, or the number if that has no name; `null` if not known. */
  readonly user: string | null;
  /** The folder that it works in; `null` if not known. */
  readonly folder: string | null;
  /** Whether its program has been deleted or replaced since it started. */
  readonly deleted: boolean;
  /** Its file descriptors that are this socket. */
  readonly descriptors: readonly number[];
  /** The services of Windows that it runs; none, or not given, elsewhere. */
  readonly services?: readonly string[];
}

/** A socket. */
export interface KernelSocket {
  /** Its protocol. */
  readonly protocol: PortProtocol;
  /** The version of IP of the socket; one of version 6 can carry IPv4, too. */
  readonly version: 4 | 6;
  /** Its own address. */
  readonly local: SocketAddress;
  /** The peer's address; `null` if it is not connected. */
  readonly remote: SocketAddress | null;
  /** Its state; `null` where the system tells it only in a word of its user's language. */
  readonly state: SocketState | null;
  /** Seconds until the kernel forgets it, as in TIME-WAIT; `null` for one that stays. */
  readonly secondsLeft: number | null;
  /** Its user, as the system says; `null` if it does not. */
  readonly user: string | null;
  /** Its name, the same in two readings; `null` where the system has no name for it. */
  readonly id: string | null;
  /** The processes that hold it; none if it has outlived them, or they may not be seen. */
  readonly processes: readonly SocketProcess[];
}

/** A look at the sockets of other processes; see `Io`. */
export interface ForeignSockets extends Disposable {
  /** Returns the protocol's number and the address of a descriptor, `null` if it may not be seen. */
  look(
    pid: number,
    descriptor: number,
  ): { readonly protocol: number; readonly local: SocketAddress | null } | null;
  /**
   * Calls `use` with each descriptor in a folder /proc/PID/fd that is a socket, and with its inode; returns
   * how many descriptors are in it, 0 if they may not be seen, `null` if there is no such call here.
   */
  list(folder: string, use: (descriptor: number, inode: string) => void): number | null;
}

/** The part of the system, as `Io` has it, that reading sockets takes. */
export interface SocketSystem extends SourceSystem {
  /** Returns the names in a folder. */
  listFolder(path: string): readonly string[];
  /** Returns the target of a symbolic link. */
  readLink(path: string): string;
  /** Opens a look at the sockets of other processes; see `Io`. */
  foreignSockets?(): Promise<ForeignSockets | null>;
}

/** A choice of sockets. */
export interface SocketQuery {
  /** The protocols. */
  readonly protocols: readonly PortProtocol[];
  /** The local ports; `null` for all. */
  readonly range: PortRange | null;
  /**
   * Those whose processes are asked for; all of `range` if not given. Where none of them has a socket, Linux
   * need not look at the descriptors of every process.
   */
  readonly owned?: PortRange;
}

/** Whether `socket` is of those wanted. */
export function isWanted(
  { protocol, local }: Pick<KernelSocket, "protocol" | "local">,
  { protocols, range }: SocketQuery,
): boolean {
  return protocols.includes(protocol) && (range === null || isIn(local.port, range));
}

/** Whether a socket waits for peers: it listens, or is of UDP and not connected. */
export function isListener({ remote, state }: Pick<KernelSocket, "remote" | "state">): boolean {
  return remote === null && state !== "CLOSED";
}

/** Returns the sockets that hold a port: those that wait for peers, or all if none does. */
export function holdingSockets(sockets: readonly KernelSocket[]): readonly KernelSocket[] {
  const listeners = sockets.filter(isListener);
  return listeners.length > 0 ? listeners : sockets;
}

/** Returns the processes of `sockets`, each once, by their numbers. */
export function processesOf(sockets: readonly KernelSocket[]): SocketProcess[] {
  const byPid = new Map(
    sockets.flatMap(({ processes }) => processes).map((process) => [process.pid, process]),
  );
  return [...byPid.values()].sort((a, b) => a.pid - b.pid);
}

/** Returns an address with its port: `127.0.0.1:8000`, `[::1]:8000`, with `*` for no port. */
export function formatSocketAddress({ hostname, port }: SocketAddress): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${host}:${port === 0 ? "*" : port}`;
}
