/**
 * Options of `netkit serve --talk` that do not go together.
 *
 * @module
 */
import { refuse, talkRefusals } from "../talk/options.ts";
import type { Options } from "./options.ts";
import { t } from "../text/messages.ts";

/**
 * Refuses options that are about answering many clients, and those of a conversation that do not go
 * together.
 *
 * @throws {UserError} For the first combination that is refused.
 */
export function checkTalk(options: Options): void {
  const others: readonly (readonly [given: boolean, name: string])[] = [
    [options.ascii, "--ascii"],
    [options.echo, "--echo"],
    [options.hold, "--hold"],
    [options.reset, "--reset"],
    [options.linger !== null, "--linger"],
    [options.maxConnections !== null, "--max-connections"],
    [options.web !== null, "--web"],
    [options.drain > 0, "--drain"],
    [options.proxyProtocol, "--proxy-protocol"],
  ];
  refuse([
    ...others.map(([given, name]) =>
      [given, t`${name} is for many clients, and --talk has one`] as const
    ),
    [options.once, t`--talk ends after one client, without --keep: leave --once out`],
    ...talkRefusals(options, options.udp),
  ]);
}
