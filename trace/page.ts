/**
 * The page of a trace: served to a browser (`--web`), or written into a file (`--html`).
 *
 * @module
 */
import { checkBrowserPort } from "../address/blocked_ports.ts";
import { createBytes } from "../cli/byte_source.ts";
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { readOption } from "../cli/parse.ts";
import { sayError, sayFolded, sayHint } from "../cli/terminal.ts";
import type { Listener } from "../net/connection.ts";
import { DEFAULT_HOST } from "../net/endpoint.ts";
import { listen } from "../net/listen.ts";
import { loopbackOf } from "../system/packet_capture.ts";
import { count, formatBytes } from "../text/units.ts";
import { Recording } from "../web/recording.ts";
import { serveSite } from "../web/site_server.ts";
import { traceDocument } from "../web/trace_document.ts";
import { traceSite } from "../web/trace_site.ts";
import type { RecordingFacts } from "../web/trace_stream.ts";
import type { Options } from "./options.ts";
import type { Output } from "./view.ts";
import { withoutPayload } from "./without_payload.ts";
import { t } from "../text/messages.ts";

/** The port of the page if none is named. */
const USUAL_PORT = 8090;

/** The most bytes of a document: what can still be sent as an attachment. */
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * Refuses a port to which no browser connects.
 *
 * @throws {UserError} About the option `--web`.
 */
export function checkPagePort(port: number): void {
  readOption("web", () => checkBrowserPort(port));
}

/**
 * Shows connections in a page instead of on the terminal; `traceInto` records them. Resolves to the exit code.
 *
 * @throws {UserError} If capturing, reading, listening or writing is not possible.
 */
export async function showPage(
  traceInto: (output: Output) => Promise<number>,
  port: number | null,
  options: Options,
  io: Io,
): Promise<number> {
  if (typeof options.web === "number") checkPagePort(options.web);
  const recording = new Recording();
  const keeper = options.noPayload ? withoutPayload(recording) : recording;
  const run = () => traceInto({ options, picture: null, recording: keeper });
  if (options.html !== null) {
    const code = await run();
    await writeDocument(recording, options, io);
    return code;
  }
  return await servePage(recording, run, port, options, io);
}

/** Writes the page with the recording in it. */
async function writeDocument(recording: Recording, options: Options, io: Io): Promise<void> {
  const { html, read } = options;
  const document = new TextEncoder().encode(
    await traceDocument(recording, titleOf(read ?? ["trace"])),
  );
  if (document.length > MOST_BYTES) {
    throw new UserError(
      t`${html} would have ${formatBytes(document.length)}; ${formatBytes(MOST_BYTES)} are the
        most`,
      {
        exit: EXIT.failed,
        hint: recording.size > 1
          ? t`--conn N takes one connection`
          : t`--no-payload leaves the payload out`,
      },
    );
  }
  const sink = await createBytes(html!, io);
  try {
    await sink.write(document);
  } finally {
    sink.close();
  }
  const connections = count(recording.size, "connection");
  await sayFolded(io, t`${html}: ${connections}, ${formatBytes(document.length)}`);
}

/** Serves the page until a signal; resolves to the exit code. */
async function servePage(
  recording: Recording,
  run: () => Promise<number>,
  port: number | null,
  options: Options,
  io: Io,
): Promise<number> {
  const isLive = options.read === null;
  const name = options.interface ?? loopbackOf(io.platform);
  let facts: RecordingFacts = {
    title: isLive ? t`tcp port ${port}, ${name}` : titleOf(options.read!),
    live: isLive,
    problem: null,
  };
  const listener = await openListener(options.web!, port);
  const ended = new AbortController();
  const stop = AbortSignal.any([io.stop, ended.signal]);
  const site = await traceSite(recording, () => facts);
  const serving = serveSite(listener, site, { host: DEFAULT_HOST, stop, stopNow: io.stopNow });
  try {
    await sayFolded(io, t`http://${listener.address}/ shows it; Ctrl-C ends`);
    let code: number = EXIT.ok;
    try {
      code = await run();
    } catch (error) {
      // A file that cannot be read ends it; if nothing can be captured, the page tells how to.
      if (!isLive || !(error instanceof UserError)) throw error;
      const { message, hint } = error;
      facts = {
        ...facts,
        problem: { message, hint: hint?.replaceAll(/sudo netkit trace \d+/g, "$& --web") ?? null },
      };
      await sayError(io, "netkit trace", message);
      await sayHint(io, facts.problem!.hint);
      code = error.exit;
    }
    facts = { ...facts, live: false };
    recording.complete();
    if (!io.stop.aborted) {
      await new Promise<void>((resolve) => {
        io.stop.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return code;
  } finally {
    ended.abort();
    await serving;
  }
}

/** Listens at the port of the page; at the usual one, or a free one if it is taken. */
async function openListener(web: number | "usual", traced: number | null): Promise<Listener> {
  const listenAt = (port: number) => listen({ transport: "tcp", hostname: DEFAULT_HOST, port });
  if (web === "usual" && traced !== USUAL_PORT) {
    const listener = await listenAt(USUAL_PORT).catch(() => null); // a free one does as well
    if (listener !== null) return listener;
  }
  const port = web === "usual" ? 0 : web;
  try {
    return await listenAt(port);
  } catch (error) {
    throw cannot(t`listen on ${DEFAULT_HOST}:${port}`, error, {
      exit: EXIT.usage,
      hint: t`--web without a port takes a free one`,
    });
  }
}

/** Returns the names of files without their folders. */
function titleOf(paths: readonly string[]): string {
  return paths.map((path) => path === "-" ? t`standard input` : path.split(/[/\\]/).at(-1)!)
    .join(t` and `);
}
