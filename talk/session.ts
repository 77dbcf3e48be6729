/**
 * A conversation of a person, a pipe or a file with a connection, with everything that is shown of it.
 *
 * Life of a session: greeted, opened at the local side, carried on by `converse`, ended by the peer, by
 * the end of input or by a signal, and explained when it failed. The connection is closed in each case.
 *
 * The folder, file by file:
 *
 * - `options.ts`: the options of a conversation, for the client and for the server that talks.
 * - `session.ts`: one conversation from the greeting to the last word about it.
 * - `local_side.ts`: standard input and output; on a terminal with `prompt.ts`, a line editor: its keys are
 *   in `keys.ts`, its line in `line_editor.ts`, its drawing in `prompt_screen.ts`.
 * - `display.ts`: everything that is shown beside the bytes; its parts are `progress.ts`,
 *   `line_times.ts`, `transfer_dump.ts` and `call_log.ts` (with `events.ts`, and `call_text.ts`).
 * - `conversation.ts`: the four modes; `turns.ts` is half-duplex, `duplex.ts` both ways at once.
 * - `shared_input.ts`: standard input for several conversations, one after the other.
 * - `line_input.ts`: one line, one message.
 * - `crlf.ts`, `idle_channel.ts`: line ends that are sent, and the longest silence.
 * - `measurement.ts`, `stats.ts`: times and amounts, and their form as text and as JSON.
 * - `session_errors.ts`, `tls_errors.ts`: a conversation that failed, in words.
 *
 * @module
 */
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import type { Connection } from "../net/connection.ts";
import { count, formatBytes } from "../text/units.ts";
import { converse, SilenceError } from "./conversation.ts";
import { openDisplay, promptOf } from "./display.ts";
import type { TalkEnd } from "./duplex.ts";
import { type LocalSide, openLocalSide } from "./local_side.ts";
import type { Measurement } from "./measurement.ts";
import { type SessionOptions, UDP_WAIT } from "./options.ts";
import { t } from "../text/messages.ts";

/**
 * Runs the conversation with a connection until the peer has ended, or there is nothing to wait for.
 *
 * @param opened The local side, if it is open already for more than one conversation.
 * @throws {UserError} When the connection broke or the peer was silent for too long. `Stopped` and
 * `OutputClosed` come as they are.
 */
export async function runSession(
  { channel, peer }: Connection,
  options: SessionOptions,
  measurement: Measurement,
  io: Io,
  opened: LocalSide | null = null,
): Promise<void> {
  const { mode, udp, name, peerRole } = options;
  const isTerminal = io.stdin.isTerminal(); // it is closed with the conversation, and none then
  await greet(peer, options, opened?.io ?? io);
  const local = opened ?? await openLocalSide(io, mode !== "receive");
  const first = peerRole === "server" ? "local" : "peer"; // a client speaks first
  if (mode === "half") local.setPrompt(promptOf(first, io));
  const display = await openDisplay(options, local, measurement, io);
  try {
    const { by, dropped } = await converse(channel, local.input, display.output, {
      ...options,
      ...display,
      signal: local.stop,
      first,
      messages: udp,
      wait: udp ? null : options.wait,
      patience: () => patienceOf(options, io),
    });
    await local.end();
    await local.flush();
    if (udp && peerRole === "server" && mode !== "send") {
      await checkAnswered(measurement, options);
    }
    if (dropped > 0) {
      await tell(io, t`dropped ${formatBytes(dropped)} that came the other way`);
    } else if (isTerminal) await tell(opened?.io ?? io, farewell(by, options));
    const { lost } = measurement;
    if (lost > 0) {
      await tell(io, t`lost ${count(lost, "datagram")} that came too fast to be read`);
    }
  } catch (error) {
    const { explainFailure } = await import("./session_errors.ts");
    const hint = error instanceof SilenceError && udp && peerRole === "server"
      ? await silenceHint(options)
      : null;
    throw explainFailure(error, name, { ...options, hint });
  } finally {
    await local.flush().catch(() => {}); // the error that is under way matters more
    await display.close();
  }
}

/** Milliseconds without input after which a pipe that may stay open, or a next client, is not kept waiting. */
const PATIENCE = 1000;

/**
 * Resolves to the milliseconds without input after which sending to a peer that has ended its half ends,
 * too: at the listening side, where a client ends its half as soon as it has asked, and where the input is
 * a file, all is sent; of a pipe to a server all that comes without such a silence. The typing of a person
 * ends with the peer.
 */
async function patienceOf(
  { peerRole, udp, keepOpen, isLast }: SessionOptions,
  io: Io,
): Promise<number> {
  const wholly = isLast ? Infinity : PATIENCE;
  if (keepOpen) return wholly;
  if (udp || io.stdin.isTerminal()) return 0;
  if (peerRole === "client") return wholly;
  const { kind } = await io.stdinInfo();
  return kind === "file" ? Infinity : kind === "pipe" ? PATIENCE : 0;
}

/** Says on a terminal where the conversation goes, and elsewhere that the input is not read. */
async function greet(peer: string, { mode, udp, name }: SessionOptions, io: Io): Promise<void> {
  if (io.stdin.isTerminal()) {
    const where = name === peer ? name : `${name} (${peer})`;
    const what = udp ? t`each line goes to ${where} as a datagram` : t`connected to ${where}`;
    const keys = mode === "receive" ? t`nothing is sent` : t`Ctrl-D ends input`;
    return await tell(io, t`${what}; ${keys}, Ctrl-C ends`);
  }
  if (mode !== "receive") return;
  const { kind } = await io.stdinInfo();
  if (kind !== "other") await tell(io, t`standard input is not read with --mode receive`);
}

/** Refuses to take silence for an answer: by UDP it is all that a closed port says. */
async function checkAnswered(measurement: Measurement, options: SessionOptions): Promise<void> {
  const { name, wait } = options;
  const { sent, received } = measurement.result();
  if (sent === 0 || received > 0) return;
  throw new UserError(t`no answer within ${(wait ?? UDP_WAIT) / 1000} s from ${name}`, {
    exit: EXIT.failed,
    hint: await silenceHint(options),
  });
}

async function silenceHint({ whySilent }: SessionOptions): Promise<string> {
  return await whySilent?.() ??
    t`UDP does not tell whether anybody is there; --mode send expects no answer`;
}

/** Returns the last words to a person about a conversation that ended in order. */
function farewell(by: TalkEnd, { wait, udp, mode, peerRole }: SessionOptions): string {
  if (by === "wait" || udp) return t`nothing more came for ${(wait ?? UDP_WAIT) / 1000} s`;
  if (mode === "receive") return t`the ${peerRole} has ended`;
  return by === "both"
    ? t`you have ended first, then the ${peerRole}`
    : t`the ${peerRole} has ended first`;
}

/** Says a sentence on standard error; what it takes is loaded when there is one. */
async function tell(io: Io, text: string): Promise<void> {
  const { sayFolded } = await import("../cli/terminal.ts");
  await sayFolded(io, text);
}
