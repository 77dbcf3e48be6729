/**
 * The servers that are compared: how each is found, built and started.
 *
 * @module
 */
import { findProgram, run } from "./processes.ts";
import type { Missing } from "./results.ts";

/** Where a server is to listen, on this machine. */
export type Address =
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tls"; readonly port: number; readonly cert: string; readonly key: string };

/** A server that can be started. */
export interface Server {
  /** Its name in tables and on the command line. */
  readonly name: string;
  /** The program behind it and its version. */
  readonly version: string;
  /** Whether one process does all the work: else what its pid uses is not what the server uses. */
  readonly oneProcess: boolean;
  /** Returns the command that listens at an address, or `null` if it cannot. */
  readonly command: (address: Address) => readonly string[] | null;
}

/** A server that may or may not be there. */
interface Peer {
  readonly name: string;
  /** The programs that it needs; the first one tells its version. */
  readonly needs: readonly string[];
  /** The argument that makes that program tell its version. */
  readonly version: string;
  /** An environment variable that names the first program, if it is not in `PATH`. */
  readonly variable?: string;
  /** Returns the command that builds it, or `null`. */
  readonly build: ((program: string) => readonly string[]) | null;
  /** Returns the command that listens at an address, or `null` if it cannot. */
  readonly command: (address: Address, program: string) => readonly string[] | null;
  readonly oneProcess?: boolean;
}

/** Where this folder is. */
const BENCH = new URL(".", import.meta.url).pathname;
const MAIN = new URL("../main.ts", import.meta.url).pathname;
const BUNDLE = new URL("../tasks/bundle.ts", import.meta.url).pathname;
const DENO = Deno.execPath();

/** Where built programs go; neither committed nor formatted. */
export const BUILT: string = new URL("../bin/bench/", import.meta.url).pathname;

/** Longest time that building a program may take, in milliseconds. */
const BUILD_TIMEOUT = 120_000;

/** The word for the port in the command line of a server from outside. */
const PORT_WORD = /\bPORT\b/g;

/** Text in upper case by a program that works by lines; `stdbuf`, or it would wait for 4 KiB. */
const TR = "stdbuf -oL tr a-z A-Z";

function netkit(script: readonly string[], address: Address): readonly string[] {
  const serve = [DENO, "run", "-A", ...script, "serve", "--log", "none"];
  switch (address.kind) {
    case "tcp":
      return [...serve, `${address.port}`];
    case "unix":
      return [...serve, `unix:${address.path}`];
    case "tls":
      return [...serve, "--tls-cert", address.cert, "--tls-key", address.key, `${address.port}`];
  }
}

/** Returns how a peer that takes a port or a path is told an address. */
function plain(address: Address): readonly string[] | null {
  if (address.kind === "tls") return null;
  return [address.kind === "tcp" ? `${address.port}` : address.path];
}

function withPlain(words: readonly string[], address: Address): readonly string[] | null {
  const where = plain(address);
  return where && [...words, ...where];
}

/** Returns a command for TCP only. */
function onPort(address: Address, command: (port: number) => readonly string[]) {
  return address.kind === "tcp" ? command(address.port) : null;
}

/** Returns a peer that is a script of Deno's beside this file. */
function denoPeer(name: string): Peer {
  return {
    name,
    needs: [DENO],
    version: "--version",
    build: null,
    command: (address) =>
      onPort(address, (port) => [DENO, "run", "-A", `${BENCH}peers/${name}.ts`, `${port}`]),
  };
}

/** The subject and its peers, in the order of the tables. */
const PEERS: readonly Peer[] = [
  {
    name: "netkit",
    needs: [DENO],
    version: "--version",
    build: null,
    command: (address) => netkit([MAIN], address),
  },
  {
    name: "bundle",
    needs: [DENO],
    version: "--version",
    build: (deno) => [deno, "run", "-A", BUNDLE, `${BUILT}program`],
    command: (address) => netkit([`${BUILT}program/main.js`], address),
  },
  {
    name: "file",
    needs: [DENO],
    version: "--version",
    build: (deno) => [deno, "run", "-A", BUNDLE, `${BUILT}netkit.js`],
    command: (address) => netkit([`${BUILT}netkit.js`], address),
  },
  {
    name: "go",
    needs: ["go"],
    version: "version",
    build: (go) => [go, "build", "-o", `${BUILT}go`, `${BENCH}peers/go.go`],
    command: (address) => withPlain([`${BUILT}go`], address),
  },
  {
    name: "node",
    needs: ["node"],
    version: "--version",
    build: null,
    command(address, node) {
      const words = [node, `${BENCH}peers/node.mjs`];
      if (address.kind !== "tls") return withPlain(words, address);
      return [...words, `${address.port}`, address.cert, address.key];
    },
  },
  {
    name: "bun",
    needs: ["bun"],
    variable: "BUN",
    version: "--version",
    build: null,
    command: (address, bun) => onPort(address, (port) => [bun, `${BENCH}peers/bun.js`, `${port}`]),
  },
  {
    name: "c",
    needs: ["cc"],
    version: "--version",
    build: (cc) => [cc, "-O3", "-march=native", "-o", `${BUILT}c`, `${BENCH}peers/c.c`],
    command: (address) => withPlain([`${BUILT}c`], address),
  },
  denoPeer("loop"),
  denoPeer("readable"),
  denoPeer("decoder"),
  denoPeer("empty"),
  {
    name: "ncat",
    needs: ["ncat", "stdbuf"],
    version: "--version",
    build: null,
    oneProcess: false,
    command: (address, ncat) =>
      onPort(address, (port) => [ncat, "-lk", "-m", "1000", "-c", TR, "127.0.0.1", `${port}`]),
  },
  {
    name: "socat",
    needs: ["socat", "stdbuf"],
    version: "-V",
    build: null,
    oneProcess: false,
    command: (address, socat) =>
      onPort(
        address,
        (port) => [socat, `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`, `EXEC:${TR}`],
      ),
  },
];

/** The names of the servers that the bench knows. */
export const SERVER_NAMES: readonly string[] = PEERS.map(({ name }) => name);

/**
 * Finds and builds the servers `names`, and makes one of each of `extras`, which are commands for a
 * shell in which the word `PORT` stands for the port.
 */
export async function findServers(
  names: ReadonlySet<string>,
  extras: ReadonlyMap<string, string>,
): Promise<{ readonly servers: readonly Server[]; readonly missing: readonly Missing[] }> {
  await Deno.mkdir(BUILT, { recursive: true });
  const servers: Server[] = [];
  const missing: Missing[] = [];
  for (const peer of PEERS.filter(({ name }) => names.has(name))) {
    const found = await find(peer);
    if (typeof found === "string") missing.push({ name: peer.name, reason: found });
    else servers.push(found);
  }
  for (const [name, command] of extras) servers.push(extraServer(name, command));
  return { servers, missing };
}

/** Resolves to the server that `peer` is here, or to why it is none. */
async function find(peer: Peer): Promise<Server | string> {
  const { name, needs, variable, build, command, oneProcess = true } = peer;
  const named = variable && Deno.env.get(variable);
  const programs = [named || needs[0]!, ...needs.slice(1)].map((each) => ({
    each,
    path: findProgram(each),
  }));
  const absent = programs.find(({ path }) => path === null);
  if (absent) return `${absent.each} is not installed`;
  const program = programs[0]!.path!;
  const version = await versionOf(program, peer.version);
  if (build) {
    const { success, complaint } = await run(build(program), BUILD_TIMEOUT);
    if (!success) return `it cannot be built: ${complaint}`;
  }
  return { name, version, oneProcess, command: (address) => command(address, program) };
}

/** Resolves to the first version number that a program tells, with its name. */
async function versionOf(program: string, argument: string): Promise<string> {
  const { out, complaint } = await run([program, argument], 10_000);
  const number = `${out}\n${complaint}`.match(/\d+(\.\d+)+/)?.[0] ?? "of unknown version";
  return `${program.split("/").at(-1)} ${number}`;
}

function extraServer(name: string, line: string): Server {
  return {
    name,
    version: line,
    oneProcess: true,
    command: (address) =>
      onPort(address, (port) => ["sh", "-c", `exec ${line.replace(PORT_WORD, `${port}`)}`]),
  };
}
