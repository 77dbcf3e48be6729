/**
 * `netkit serve --talk`: standard input and output with a client, the mirror of `netkit client`.
 *
 * Life of a listening side: it listens; accepts a client, agrees on TLS, talks with it as a client talks
 * with a server; then it ends, or waits for the next one. Listening ends with the first client accepted
 * (the next one is refused by the system), or, with `--keep`, by a signal.
 *
 * @module
 */
import { EXIT, UserError } from "../cli/errors.ts";
import { type Io, say } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import type { LogForm } from "../cli/command.ts";
import type { Connection, Listener } from "../net/connection.ts";
import { closeQuietly } from "../net/stream.ts";
import { callLog } from "../talk/call_log.ts";
import type { Call } from "../talk/call_text.ts";
import { LocalSideError } from "../talk/duplex.ts";
import { type LocalSide, openLocalSide } from "../talk/local_side.ts";
import { Measurement } from "../talk/measurement.ts";
import { runSession } from "../talk/session.ts";
import { SharedInput } from "../talk/shared_input.ts";
import { formatStats, formatStatsJson } from "../talk/stats.ts";
import { type AcceptTrouble, connections } from "./accept.ts";
import type { CertificateEvent } from "./events.ts";
import { tellsStats } from "../talk/options.ts";
import type { Options } from "./options.ts";
import { agreedBy } from "./session.ts";
import { t } from "../text/messages.ts";

/** The options of a listening side that talks, and the rules for its clients. */
export interface ListeningOptions extends Options {
  /** Returns whether a peer at an IP address may connect; every peer may if not given. */
  readonly access?: (address: string) => boolean;
  /** Tells of the certificate that was made for this run, if there is one. */
  readonly certificate?: CertificateEvent | null;
}

/**
 * Talks with the first client, or with one after the other.
 *
 * Resolves to the exit code: with `keep`, a signal between two clients is the end in order.
 *
 * @param listen Starts listening; gets the function to call for each datagram that is lost.
 * @throws As `runSession` does, without `keep`; the reason of the signal when no client has come.
 */
export async function talkWithClients(
  listen: (onLoss: () => void) => Promise<Listener>,
  options: ListeningOptions,
  io: Io,
): Promise<number> {
  let measurement = new Measurement();
  const listener = await listen(() => measurement.lose());
  const reads = await hasInput(options, io);
  const mode = reads ? options.mode : "receive";
  const side = new LocalSideForAll(io, reads, options.log);
  const end = new AbortController();
  end.signal.addEventListener("abort", () => listener.close());
  const stop = () => end.abort();
  io.stop.addEventListener("abort", stop);
  if (io.stop.aborted) stop();
  try {
    await side.log(...(options.certificate ? [options.certificate] : []), ...listening(listener));
    for await (const connection of await clients(listener, options, side, end.signal)) {
      if (!await isWelcome(connection, options, side)) continue;
      if (!options.keep) listener.close();
      measurement = new Measurement();
      const local = await side.open(stop);
      await talkWith(connection, { ...options, mode }, measurement, local, io);
      if (!options.keep) return EXIT.ok;
    }
    if (!options.keep) throw io.stop.reason;
    return EXIT.ok;
  } finally {
    io.stop.removeEventListener("abort", stop);
    listener.close();
    await side.close();
  }
}

/** Handshakes of TLS at once: one that never ends keeps no other client away. */
const MAX_HANDSHAKES = 64;

/** Resolves to the connections that are accepted until `signal`, each when its TLS is agreed on if that is spoken. */
async function clients(
  listener: Listener,
  { access }: ListeningOptions,
  side: LocalSideForAll,
  signal: AbortSignal,
): Promise<AsyncIterable<Connection>> {
  const onTrouble = ({ error }: AcceptTrouble) => void side.log({ event: "fail", error });
  const accepted = connections(listener, { signal, onTrouble });
  if (!listener.secure) return accepted;
  const { agreed } = await import("./handshakes.ts");
  const onRefuse = ({ peer }: Connection, reason: string) =>
    void side.log({ event: "refuse", peer, reason });
  return agreed(accepted, { places: MAX_HANDSHAKES, access, signal, onRefuse });
}

/** Whether there is input: not in `--mode receive`, and not where standard input is connected to nothing. */
async function hasInput({ mode }: ListeningOptions, io: Io): Promise<boolean> {
  if (mode !== "full") return mode !== "receive";
  return io.stdin.isTerminal() || (await io.stdinInfo()).kind !== "other";
}

/** Returns the calls by which `listener` came to be. */
function listening({ protocol, address, inherited = false }: Listener): Call[] {
  const first = [{ event: "socket", protocol }, { event: "bind", protocol, address }];
  const calls = inherited ? [] : first;
  return protocol.startsWith("UDP") ? calls : [...calls, { event: "listen", protocol, address }];
}

/** The local side of all conversations: opened with the first one, closed after the last one. */
class LocalSideForAll {
  #io: Io;
  readonly #reads: boolean;
  readonly #form: LogForm;
  #local: LocalSide | null = null;
  #input: SharedInput | null = null;
  /** Ends when all calls up to now are logged. */
  #logged: Promise<void> = Promise.resolve();

  constructor(io: Io, reads: boolean, form: LogForm) {
    this.#io = io;
    this.#reads = reads;
    this.#form = form;
  }

  /** Resolves to the local side for the next conversation; `onStop` is called for Ctrl-C at its prompt. */
  async open(onStop: () => void): Promise<LocalSide> {
    if (this.#local === null || this.#input === null) {
      this.#local = await openLocalSide(this.#io, this.#reads);
      this.#local.stop.addEventListener("abort", onStop);
      this.#input = new SharedInput(this.#local.input);
      this.#io = this.#local.io;
    }
    return { ...this.#local, input: this.#input.lease() };
  }

  /** Logs calls, above the line that is typed if there is one. */
  log(...calls: readonly Call[]): Promise<void> {
    return this.#logged = this.#logged.then(async () => {
      const log = await callLog(this.#form, this.#io);
      for (const call of calls) log?.write(call);
      await log?.flush();
    });
  }

  /** Closes the input; resolves when all is logged, and the line of the prompt is erased. */
  async close(): Promise<void> {
    this.#input?.close();
    await this.#logged;
    await this.#local?.flush().catch(() => {}); // the error that is under way matters more
  }
}

/** Resolves to whether a client is talked with: whether it is allowed. */
async function isWelcome(
  { peer, host, channel, tls }: Connection,
  { access, udp }: ListeningOptions,
  side: LocalSideForAll,
): Promise<boolean> {
  if (host !== undefined && access !== undefined && !access(host)) {
    closeQuietly(channel);
    await side.log({ event: "refuse", peer, reason: t`not allowed` });
    return false;
  }
  if (!udp) await side.log({ event: "accept", peer });
  const agreed = agreedBy({ tls });
  if (Object.keys(agreed).length > 0) await side.log({ event: "tls", ...agreed });
  return true;
}

/** Talks with one client, and prints the statistics. With `keep`, a client that breaks off is reported. */
async function talkWith(
  connection: Connection,
  options: ListeningOptions,
  measurement: Measurement,
  local: LocalSide,
  io: Io,
): Promise<void> {
  const { peer, tls } = connection;
  try {
    const isLast = !options.keep;
    const session = { ...options, name: peer, peerRole: "client", isLast } as const;
    await runSession(connection, session, measurement, io, local);
  } catch (error) {
    const isOfClient = error instanceof UserError && !(error.cause instanceof LocalSideError);
    if (!options.keep || !isOfClient) throw error;
    await sayFolded(local.io, error.message);
  } finally {
    if (tellsStats(options)) {
      const stats = { peer, alpn: tls?.agreement?.alpn ?? null, ...measurement.result() };
      await say(
        local.io,
        options.json ? formatStatsJson(stats) : await formatStats(stats, "client"),
      );
    }
  }
}
