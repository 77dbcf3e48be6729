/**
 * Options of `netkit serve --talk`: those of a conversation, at the listening side.
 *
 * @module
 */
import { flag, type Values } from "../cli/command.ts";
import { refuse, TALK_OPTIONS, talkRefusals } from "../talk/options.ts";

const { idleTimeout: ofEveryServer, ...conversation } = TALK_OPTIONS;

/** The options in the order in which help prints them; `--idle-timeout` is one of any server. */
export const LISTENING_OPTIONS = {
  talk: flag("be a person or a pipe: standard input and output with the first client"),
  keep: flag("in --talk: the next client when it has gone"),
  ...conversation,
};

/** The values of these options, and of the server's that a conversation uses. */
export type TalkOptions = Values<typeof LISTENING_OPTIONS & { idleTimeout: typeof ofEveryServer }>;

/** The options that are about answering in upper case, as far as they are refused. */
export interface UpperCaseOptions {
  /** `--ascii`. */
  readonly ascii: boolean;
  /** `--udp`. */
  readonly udp: boolean;
  /** `--max-connections`. */
  readonly maxConnections: number | null;
  /** `--once`. */
  readonly once: boolean;
  /** `--web`. */
  readonly web: number | null;
  /** `--drain`, in milliseconds. */
  readonly drain: number;
  /** `--proxy-protocol`. */
  readonly proxyProtocol: boolean;
}

/**
 * Refuses options that do not go together with `--talk`, and those of `--talk` without it.
 *
 * @throws {UserError} For the first combination that is refused.
 */
export function checkTalk(options: TalkOptions & UpperCaseOptions): void {
  const { mode, turnTimeout, wait, keep, keepOpen, crlf, hex, time, stats, json } = options;
  if (options.talk) {
    const others: readonly (readonly [given: boolean, name: string])[] = [
      [options.ascii, "--ascii"],
      [options.maxConnections !== null, "--max-connections"],
      [options.web !== null, "--web"],
      [options.drain > 0, "--drain"],
      [options.proxyProtocol, "--proxy-protocol"],
    ];
    return refuse([
      ...others.map(([given, name]) =>
        [given, `${name} is about answering many, and --talk is one conversation`] as const
      ),
      [options.once, "--talk is over after one client, unless --keep is given: leave --once out"],
      ...talkRefusals(options, options.udp),
    ]);
  }
  const given = {
    mode: mode !== "full",
    turnTimeout,
    wait,
    keep,
    keepOpen,
    crlf,
    hex,
    time,
    stats,
  };
  refuse(
    Object.entries({ ...given, json }).map(([name, value]) => [
      value !== false && value !== null,
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is about a conversation`,
      "add --talk",
    ]),
  );
}
