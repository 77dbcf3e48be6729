/**
 * Options of a conversation with a person or a pipe, the same at either end of the connection.
 *
 * @module
 */
import { choice, flag, type LogForm, seconds, type Values } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { t } from "../text/messages.ts";

/** The modes: both ways at once, both ways in turns, one way out, one way in. */
export const MODES = ["full", "half", "send", "receive"] as const;

/** One of `MODES`. */
export type Mode = typeof MODES[number];

/** The options, in the order in which help prints them. */
export const TALK_OPTIONS = {
  mode: choice("MODE", "both ways at once, in turns, or one way only", MODES, "full"),
  turnTimeout: seconds("in --mode half: the longest wait for an answer", null),
  wait: seconds("the longest wait for the peer after all input", null),
  keepOpen: flag("go on sending to a peer that has ended its half"),
  idleTimeout: seconds("give up when nothing comes or goes so long", null),
  crlf: flag("send each line feed as CRLF", "C"),
  hex: flag("show all bytes both ways on standard error"),
  time: flag("put time and round-trip time before each line"),
  stats: flag("tell at the end how long it took, how much it was"),
  json: flag("the same as --stats, as a JSON object"),
};

/** The values of the options of a conversation. */
export type TalkValues = Values<typeof TALK_OPTIONS>;

/** Milliseconds after the last datagram at which a conversation by UDP ends, if nothing else is asked for. */
export const UDP_WAIT = 1000;

/** The settings of a session: the options of a conversation, and the peer. */
export interface SessionOptions extends TalkValues {
  /** The name of the peer as it was asked for: `localhost:8000`. */
  readonly name: string;
  /** The part that the peer plays. */
  readonly peerRole: "server" | "client";
  /** Whether each write is a datagram. */
  readonly udp: boolean;
  /** The form of the log of calls on standard error. */
  readonly log: LogForm;
  /** Resolves to why a peer of UDP may have been silent, `null` if that is not known. */
  readonly whySilent?: () => Promise<string | null>;
  /** Whether standard output is over when the peer has ended: no other conversation follows. */
  readonly isLast: boolean;
  /** Whether the log has every read and write; if not, only the end. */
  readonly verbose: boolean;
}

/** A combination that is refused: whether it was given, the reason, and the advice. */
export type Refusal = readonly [given: boolean, why: string, hint?: string];

/**
 * Refuses options that do not go together, rather than leave one without effect.
 *
 * @throws {UserError} For the first combination that is refused.
 */
export function refuse(refusals: readonly Refusal[]): void {
  for (const [given, why, hint] of refusals) {
    if (given) throw new UserError(why, { hint: hint ?? null });
  }
}

/** Returns whether times and amounts are told at the end: `--json` is their other form. */
export function tellsStats({ stats, json }: Pick<TalkValues, "stats" | "json">): boolean {
  return stats || json;
}

/** Returns the combinations of a conversation that are refused. */
export function talkRefusals(options: TalkValues, udp: boolean): readonly Refusal[] {
  const { mode, keepOpen } = options;
  return [
    [
      options.turnTimeout !== null && mode !== "half",
      t`--turn-timeout is about taking turns`,
      t`add --mode half, or use --idle-timeout`,
    ],
    [keepOpen && udp, t`--keep-open is about connections, and UDP has none`],
    [
      keepOpen && mode === "receive",
      t`--keep-open goes on sending, and --mode receive sends nothing`,
    ],
    [
      keepOpen && mode === "half",
      t`--mode half ends with the peer's turns: leave --keep-open out`,
    ],
    [options.time && mode === "send", t`--time is about what arrives, and --mode send drops it`],
  ];
}
