/**
 * Ports for programs that cannot say which one they have taken: they are given a number before they
 * listen, and nobody else may take it until then. Also ports at which nobody listens: one that the system
 * chose and that was closed again may be given to the next who asks, and then it answers.
 *
 * None of them is one of those that systems give to who asks for any port and to connections (Linux: 32768
 * and up, others 49152 and up). Against other files of tests that run at the same time, and other runs of
 * them on the same machine, each file has a block of ports of its own: it listens on the first port of the
 * block as long as it runs.
 *
 * @module
 */
import { parseProcNet, type TableForm } from "../sockets/proc_net.ts";

/** The first port of the first block, the number of ports in a block, and the number of blocks. */
const FIRST = 20_000, SIZE = 20, BLOCKS = 600;

/** Listens on a port; `null` if somebody else does. */
function listenOn(hostname: string, port: number): Deno.TcpListener | null {
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return null;
    throw error;
  }
}

function canListen(hostname: string, port: number): boolean {
  const listener = listenOn(hostname, port);
  listener?.close();
  return listener !== null;
}

/** Takes a block that nobody has; returns its first port, which stays bound until the process ends. */
function takeBlock(): number {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const port = FIRST + SIZE * ((start + i) % BLOCKS);
    if (listenOn("127.0.0.1", port)) return port;
  }
  throw new Error("every block of ports is taken");
}

// When the file is loaded, and not in a test: a test has to close what it opens.
const BLOCK = takeBlock();

let given = 0;

/** How the kernel's tables are read where the addresses do not matter. */
const PORTS_ALONE: TableForm = { littleEndian: true, zoneOf: () => null };

/** Returns the ports on which somebody listens, whatever the address; `null` where no table tells (not Linux). */
export function listening(): ReadonlySet<number> | null {
  try {
    const tables = ["tcp", "tcp6"].map((name) => Deno.readTextFileSync(`/proc/self/net/${name}`));
    const sockets = parseProcNet(tables.join(""), "tcp", PORTS_ALONE);
    return new Set(
      sockets.filter(({ state }) => state === "LISTEN").map(({ local }) => local.port),
    );
  } catch {
    return null;
  }
}

/**
 * Returns a port that is free and that only this file of tests has.
 *
 * To see whether it is free nobody listens on it, where there is another way: a program that another test
 * starts at that moment has the socket open until it runs, and the system accepts connections until then.
 */
export function freePort(hostname = "127.0.0.1"): number {
  const taken = listening();
  for (let i = 0; i < SIZE - 1; i++) {
    const port = BLOCK + 1 + given++ % (SIZE - 1);
    if (taken !== null ? !taken.has(port) : canListen(hostname, port)) return port;
  }
  throw new Error(`the ports from ${BLOCK} are all in use`);
}
