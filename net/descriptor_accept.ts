/**
 * Accepting at a descriptor that another program has opened, by calls of the C library.
 *
 * Deno takes no descriptor, and `node:net`, which takes one, accepts no more once none is left for a new
 * connection, and does not say so (Deno 2.9.6). The calls say it, and can be made again.
 *
 * @module
 */
import { intAt, IS_LINUX, openCLibrary } from "./c_library.ts";
import { systemError } from "./node_errors.ts";
import { addressOf } from "./socket_calls.ts";
import { msg } from "../text/messages.ts";

const CALLS = {
  __errno_location: { parameters: [], result: "pointer" },
  accept4: { parameters: ["i32", "pointer", "pointer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const;

type Library = Deno.DynamicLibrary<typeof CALLS>;

/** `SOL_SOCKET`, `SO_ACCEPTCONN`, `SOCK_CLOEXEC`, `F_GETFL`, `F_SETFL`, `O_NONBLOCK` and `POLLIN` of Linux. */
const SOL_SOCKET = 1, SO_ACCEPTCONN = 30, SOCK_CLOEXEC = 0o2000000;
const F_GETFL = 3, F_SETFL = 4, O_NONBLOCK = 0o4000, POLLIN = 1;

/** `EINTR` and `EAGAIN`: the call is made again, or when somebody has come. */
const EINTR = 4, EAGAIN = 11;

/** `EPROTO`: a client was gone before it was accepted, as with `ECONNABORTED`. */
const EPROTO = 71;

/** A socket that listens, and belongs to this process. */
export interface Acceptor {
  /** Its address, or `null` if that is none of IP. */
  readonly address: string | null;
  /**
   * Resolves to the descriptor of the next connection, which belongs to the caller, or to `null` once it is closed.
   *
   * @throws {Error} As the system does, with its `code`; it can be called again then.
   */
  accept(): Promise<number | null>;
  /** Stops listening. */
  close(): void;
}

/**
 * Returns what accepts at `fd`; `null` where that is not possible: on other systems than Linux, and without the
 * permission `--allow-ffi`, for which nobody is asked.
 *
 * @throws {Error} If it is no socket that listens.
 */
export function acceptAt(fd: number): Acceptor | null {
  if (!IS_LINUX) return null;
  const library = openCLibrary(CALLS);
  if (library === null) return null;
  const { fcntl, getsockname, getsockopt } = library.symbols;
  const listens = Int32Array.of(0);
  const size = Uint32Array.of(listens.byteLength);
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, listens, size) !== 0 || listens[0] !== 1) {
    library.close();
    throw new Error(msg("it does not listen"));
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK); // another process may take the one that has come
  return new DescriptorAcceptor(fd, addressOf(getsockname, fd), library);
}

/** The acceptor of a descriptor: it waits in a thread of its own until somebody comes or it is closed. */
class DescriptorAcceptor implements Acceptor {
  readonly address: string | null;
  readonly #fd: number;
  readonly #library: Library;
  readonly #errno: Deno.PointerObject;
  /** An eventfd(2), which ends waiting. */
  readonly #closing: number;
  #isClosed = false;
  #waiting = false;

  constructor(fd: number, address: string | null, library: Library) {
    this.#fd = fd;
    this.address = address;
    this.#library = library;
    this.#errno = library.symbols.__errno_location()!;
    this.#closing = library.symbols.eventfd(0, SOCK_CLOEXEC);
  }

  async accept(): Promise<number | null> {
    while (!this.#isClosed) {
      const fd = this.#library.symbols.accept4(this.#fd, null, null, SOCK_CLOEXEC);
      if (fd !== -1) return fd;
      const number = intAt(this.#errno);
      if (number === EINTR) continue;
      if (number !== EAGAIN) {
        const error = systemError("accept4", number);
        throw number === EPROTO ? Object.assign(error, { name: "ConnectionAborted" }) : error;
      }
      await this.#somebody();
    }
    return null;
  }

  /** Resolves when somebody has come, or it is closed. */
  async #somebody(): Promise<void> {
    const polled = Int32Array.of(this.#fd, POLLIN, this.#closing, POLLIN); // two of `struct pollfd`
    this.#waiting = true;
    await this.#library.symbols.poll(polled, 2n, -1);
    this.#waiting = false;
    if (this.#isClosed) this.#release();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#waiting) return this.#release();
    this.#library.symbols.write(this.#closing, BigUint64Array.of(1n), 8n);
  }

  #release(): void {
    const { close } = this.#library.symbols;
    close(this.#fd);
    close(this.#closing);
    this.#library.close();
  }
}
