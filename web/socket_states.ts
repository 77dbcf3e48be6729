/**
 * The states of connections' sockets in the kernel of Linux, as `netkit port --watch` has them, for a page
 * that has opened a connection. Everybody may read them.
 *
 * @module
 */
import { readTables } from "../sockets/linux.ts";
import {
  formatSocketAddress,
  type KernelSocket,
  type SocketAddress,
  type SocketSystem,
} from "../sockets/socket.ts";

/** A socket as a page shows it. */
export interface SocketShown {
  /** Its state: `ESTABLISHED`. */
  readonly state: string;
  /** Whole seconds until the kernel forgets it, as in TIME-WAIT; `null` for one that stays. */
  readonly secondsLeft: number | null;
}

/** The states of the two sockets of a connection. */
export interface SocketStates {
  /** That of this server; `null` if it is gone. */
  readonly server: SocketShown | null;
  /** That of the client; `null` if it is gone, or is on another machine. */
  readonly client: SocketShown | null;
}

/** The part of the system that reading takes. */
export interface StateSystem extends Pick<SocketSystem, "readTextFile"> {
  /** The operating system. */
  readonly platform: string;
}

/** The most of a processor that reading may take. */
const SHARE = 1 / 50;

/** Milliseconds for which a reading is as good as a new one: several pages ask at once. */
const FRESH = 300;

/**
 * A reader of the states of connections, which reads the tables of the kernel when it is asked, and the more
 * rarely the longer they are.
 */
export class SocketStateReader {
  readonly #system: StateSystem;
  readonly #ports: ReadonlySet<number>;
  #sockets: Promise<readonly KernelSocket[] | null> = Promise.resolve(null);
  #next = 0;

  /** Reads the sockets at these ports of the server, and those of clients on this machine. */
  constructor(system: StateSystem, ports: readonly number[]) {
    this.#system = system;
    this.#ports = new Set(ports);
  }

  /**
   * Resolves to the states of the connection from `peer` to a port of the server; `null` where the kernel
   * does not tell them. Never asks for a permission.
   */
  async of(peer: string, port: number): Promise<SocketStates | null> {
    if (this.#system.platform !== "linux") return null;
    if (performance.now() >= this.#next) {
      this.#next = Infinity; // until it is done
      this.#sockets = this.#read();
    }
    const sockets = await this.#sockets;
    if (sockets === null) return null;
    const wanted = plain(peer);
    const shown = (isIt: (socket: KernelSocket, remote: SocketAddress) => boolean) => {
      const found = sockets.find((each) => each.remote !== null && isIt(each, each.remote));
      return found === undefined ? null : show(found);
    };
    return {
      server: shown(({ local }, remote) => local.port === port && isAt(remote, wanted)),
      client: shown(({ local }, remote) => remote.port === port && isAt(local, wanted)),
    };
  }

  async #read(): Promise<readonly KernelSocket[] | null> {
    const began = performance.now();
    const isOurs = (local: number, remote: number) =>
      this.#ports.has(local) || this.#ports.has(remote);
    try {
      return await readTables(
        { readTextFile: (path) => this.#system.readTextFile(path, { ask: false }) },
        ["tcp"],
        isOurs,
      );
    } catch {
      return null; // it may not be read
    } finally {
      const ended = performance.now();
      this.#next = ended + Math.max(FRESH, (ended - began) / SHARE);
    }
  }
}

function isAt(address: SocketAddress, peer: string): boolean {
  return plain(formatSocketAddress(address)) === peer;
}

/** Returns IPv4 in IPv6 as IPv4 (RFC 4291, section 2.5.5.2): one side of a connection alone may have it. */
function plain(address: string): string {
  return address.replace(/^\[::ffff:(\d+\.\d+\.\d+\.\d+)\]/, "$1");
}

function show({ state, secondsLeft }: KernelSocket): SocketShown {
  return {
    state: state ?? "?",
    secondsLeft: secondsLeft === null ? null : Math.ceil(secondsLeft),
  };
}
