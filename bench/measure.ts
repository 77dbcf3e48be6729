/**
 * Measuring: round by round, the servers one after the other, each in a process of its own.
 *
 * @module
 */
import { findProgram, Process, run } from "./processes.ts";
import type { Run, Sample } from "./results.ts";
import type { Amount, Scenario } from "./scenarios.ts";
import { type Address, BUILT, type Server } from "./servers.ts";
import { asciiText, mixedText } from "./texts.ts";

/** The needs of every measurement. */
export interface Laboratory {
  /** A folder for sockets and certificates that is removed in the end. */
  readonly folder: string;
  /** The time and the bytes of a measurement. */
  readonly amount: Amount;
  /** Told what is measured next. */
  readonly onProgress: (text: string) => void;
}

/** Seconds that one measurement may take. */
const TIMEOUT = 40;
/** Milliseconds that a server may take until it listens. */
const LISTEN_TIMEOUT = 10_000;
/** Milliseconds between two attempts to reach it. */
const RETRY = 5;
/** After so many failures in one scenario a server sits out the rest of it. */
const PATIENCE = 2;

const HERE = new URL(".", import.meta.url).pathname;
const GENERATOR = `${BUILT}load`;

/** Compiles the generator, and writes texts and a certificate into the folder. */
export async function prepare(folder: string): Promise<void> {
  if (findProgram("cc") === null) throw new Error("The bench needs a C compiler: cc");
  await Deno.mkdir(BUILT, { recursive: true });
  const cc = ["cc", "-O2", "-Wall", "-Wextra", "-o", GENERATOR, `${HERE}load.c`];
  const { success, complaint } = await run(cc, 60_000);
  if (!success) throw new Error(`load.c cannot be compiled: ${complaint}`);
  for (const [name, text] of [["ascii", asciiText()], ["mixed", mixedText()]] as const) {
    await Deno.writeFile(`${folder}/${name}.request`, text.request);
    await Deno.writeFile(`${folder}/${name}.reply`, text.reply);
  }
}

/** Makes a certificate for 127.0.0.1 in the folder; resolves to whether that worked. */
export async function makeCertificate(folder: string): Promise<boolean> {
  if (findProgram("openssl") === null) return false;
  const { success } = await run([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    ...["-nodes", "-days", "1", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"], // or Deno takes it for no server's
    ...["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`],
  ], 20_000);
  return success;
}

/** Measures `servers` in a scenario for a number of rounds; in each, another one is the first. */
export async function measure(
  scenario: Scenario,
  { servers, rounds, laboratory }: {
    readonly servers: readonly Server[];
    readonly rounds: number;
    readonly laboratory: Laboratory;
  },
): Promise<Run[]> {
  const runs: Run[] = [];
  const failures = new Map<Server, number>();
  if (scenario.name === "start") await warmCaches(scenario, servers, laboratory);
  for (let round = 1; round <= rounds; round++) {
    for (let i = 0; i < servers.length; i++) {
      const server = servers[(i + round - 1) % servers.length]!;
      if ((failures.get(server) ?? 0) >= PATIENCE) continue;
      laboratory.onProgress(`${scenario.name}, round ${round} of ${rounds}: ${server.name}`);
      const found = await attempt(scenario, server, laboratory);
      if (typeof found === "string") failures.set(server, (failures.get(server) ?? 0) + 1);
      runs.push({
        scenario: scenario.name,
        server: server.name,
        round,
        sample: typeof found === "string" ? null : found,
        error: typeof found === "string" ? found : null,
      });
    }
  }
  return runs;
}

/** Starts every server once: files are in memory then, and compiled scripts in Deno's cache. */
async function warmCaches(
  scenario: Scenario,
  servers: readonly Server[],
  laboratory: Laboratory,
): Promise<void> {
  for (const server of servers) await attempt(scenario, server, laboratory);
}

/** Resolves to the figures of one measurement, or to why there are none. */
async function attempt(
  scenario: Scenario,
  server: Server,
  laboratory: Laboratory,
): Promise<Sample | string> {
  const { folder, amount } = laboratory;
  const load = [...scenario.load(amount), ...withText(folder, scenario.text)];
  if (scenario.name === "start") {
    const address = freeAddress(scenario.over, folder);
    const where = server.name === "empty" ? [] : placeOf(address);
    const command = server.command(address)!; // those that cannot were left out
    const found = await generate([...generatorFor(address), ...load, ...where, "--", ...command]);
    if (typeof found === "string" || !("endMs" in found)) return found;
    return { replyMs: found.endMs! }; // of the empty program
  }
  const started = await startServer(server, scenario.over, folder);
  if (typeof started === "string") return started;
  await using running = started;
  return await running.load(load);
}

/** Returns the generator's options for a text and the answer to it, which `prepare` has written, and its time limit. */
export function withText(folder: string, text: Scenario["text"]): readonly string[] {
  const texts = ["--request", `${folder}/${text}.request`, "--reply", `${folder}/${text}.reply`];
  return [...texts, "--timeout", `${TIMEOUT}`];
}

/** A server that listens. Disposing of it ends it. */
export interface RunningServer extends AsyncDisposable {
  /** Runs the generator with these options beside where the server is; resolves to what it found, or to its error. */
  load(options: readonly string[]): Promise<Sample | string>;
}

/** Starts a server at an address of its own; resolves to it, or to why it does not listen. */
export async function startServer(
  server: Server,
  over: Address["kind"],
  folder: string,
): Promise<RunningServer | string> {
  const address = freeAddress(over, folder);
  const process = new Process(server.command(address)!); // those that cannot were left out
  if (!await listens(address, process)) {
    process.kill();
    return `it does not listen: ${(await process.end(0)).complaint || "no complaint"}`;
  }
  const pid = server.oneProcess || address.kind === "tls" ? ["--pid", `${process.pid}`] : [];
  return {
    load: (options) =>
      generate([...generatorFor(address), ...options, ...placeOf(address), ...pid]),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

function generatorFor(address: Address): readonly string[] {
  if (address.kind !== "tls") return [GENERATOR];
  return [Deno.execPath(), "run", "-A", `${HERE}tls_load.ts`];
}

/** Returns the generator's options that name an address. */
function placeOf(address: Address): readonly string[] {
  if (address.kind === "unix") return ["--unix", address.path];
  const cert = address.kind === "tls" ? ["--cert", address.cert] : [];
  return ["--port", `${address.port}`, ...cert];
}

/** Runs a generator; resolves to what it found, or to its error. */
async function generate(command: readonly string[]): Promise<Sample | string> {
  const { out, complaint } = await run(command, (TIMEOUT + 5) * 1000);
  try {
    const found = JSON.parse(out) as Sample & { error?: string };
    return found.error ?? found;
  } catch {
    return complaint || "the load generator ended without a result";
  }
}

/** Resolves to whether a connection to `address` succeeds while the process lives, and soon enough. */
async function listens(address: Address, process: Process): Promise<boolean> {
  const deadline = performance.now() + LISTEN_TIMEOUT;
  let ended = false;
  process.ended.then(() => ended = true);
  while (!ended && performance.now() < deadline) {
    try {
      const conn = address.kind === "unix"
        ? await Deno.connect({ transport: "unix", path: address.path })
        : await Deno.connect({ hostname: "127.0.0.1", port: address.port });
      conn.close();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
  return false;
}

let lastPort = 0;
let sockets = 0;

/** Returns an address at which nobody listens. */
function freeAddress(kind: Address["kind"], folder: string): Address {
  if (kind === "unix") return { kind, path: `${folder}/${++sockets}.sock` };
  const port = freePort();
  if (kind === "tcp") return { kind, port };
  return { kind, port, cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
}

/**
 * Returns a free port below those that the kernel gives to clients: a client that tries to reach a
 * port among these before somebody listens there can be given that very port, and then reaches itself.
 */
function freePort(): number {
  const range = Deno.readTextFileSync("/proc/sys/net/ipv4/ip_local_port_range");
  const end = Number(range.split(/\s/)[0]); // 32768 as delivered
  if (lastPort === 0) lastPort = end - 1 - Math.floor(Math.random() * 8000);
  for (;;) {
    lastPort = lastPort <= end - 10_000 ? end - 1 : lastPort - 1;
    try {
      Deno.listen({ hostname: "127.0.0.1", port: lastPort }).close();
      return lastPort;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
