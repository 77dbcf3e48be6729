/**
 * Everything that is shown of a conversation beside its bytes: progress, times of lines, a dump, a log
 * of calls, and notes about turns.
 *
 * @module
 */
import { type Io, say, speaksUnicode } from "../cli/io.ts";
import type { Observer, Writable } from "../net/stream.ts";
import { formatBytes } from "../text/units.ts";
import { callLog } from "./call_log.ts";
import type { ConversationOptions } from "./conversation.ts";
import type { LocalSide } from "./local_side.ts";
import type { Measurement } from "./measurement.ts";
import { type SessionOptions, tellsStats } from "./options.ts";
import type { Turn } from "./turns.ts";
import { t } from "../text/messages.ts";

/** The part of a conversation's options that shows it. */
export interface Display extends
  Pick<
    ConversationOptions,
    "observers" | "onEvent" | "show" | "onTurn" | "onOutOfTurn" | "onPeerEnd"
  > {
  /** The output for received bytes, with the times before its lines if they are asked for. */
  readonly output: Writable;
  /** Erases the progress, and resolves when the log is written. */
  close(): Promise<void>;
}

/** Returns the prompt that shows in half-duplex which side may speak. */
export function promptOf(turn: Turn, io: Io): string {
  if (turn === "local") return "you> ";
  return speaksUnicode(io) ? "… " : "... ";
}

/** Opens what the options ask for. */
export async function openDisplay(
  options: SessionOptions,
  local: LocalSide,
  measurement: Measurement,
  io: Io,
): Promise<Display> {
  const { mode, peerRole, verbose, isLast } = options;
  const typing = io.stdin.isTerminal();
  const tell = (line: string) => void say(local.io, line);
  const observers: Observer[] = [];
  let output: Writable = local.output;
  const progress = mode !== "receive" && !typing && io.stderr.isTerminal()
    ? new (await import("./progress.ts")).Progress(io)
    : null;
  if (progress) {
    if (io.stdout.isTerminal()) output = progress.around(output);
    observers.push((event, data) => event === "write" && progress.add(data.length));
  }
  if (options.time) {
    const times = new (await import("./line_times.ts")).LineTimes();
    output = times.around(output, local.io);
    observers.push((event, data) => event === "write" && times.sent(data, performance.now()));
  }
  if (tellsStats(options) || options.udp) observers.push(measurement.observe);
  const dump = options.hex ? new (await import("./transfer_dump.ts")).HexDump() : null;
  const log = await callLog(options.log, local.io);
  return {
    output,
    observers,
    onEvent: log && ((event) => {
      if (verbose || event.event === "close") log.write(event);
    }),
    show: dump && ((event, data) => say(local.io, dump.format(event, data, io.now()))),
    onTurn: (turn) => local.setPrompt(promptOf(turn, io)),
    onOutOfTurn: (bytes) => tell(t`! out of turn: ${formatBytes(bytes.length)}`),
    async onPeerEnd(goesOn) {
      if (!goesOn) return;
      if (typing) tell(t`the ${peerRole} has ended its half; it still gets what you type`);
      if (isLast) await io.endOutput?.(); // `… | tar x` is to end
    },
    async close() {
      await progress?.close();
      await log?.flush();
    },
  };
}
