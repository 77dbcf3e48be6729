/**
 * The options of `netkit arp`.
 *
 * @module
 */
import {
  anyText,
  choice,
  flag,
  type Option,
  option,
  seconds,
  type Values,
} from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";

/** The options. */
export const ARP_OPTIONS: {
  readonly json: Option<boolean>;
  readonly csv: Option<boolean>;
  readonly all: Option<boolean>;
  readonly ipv4: Option<boolean>;
  readonly ipv6: Option<boolean>;
  readonly names: Option<boolean>;
  readonly vendor: Option<boolean>;
  readonly noHints: Option<boolean>;
  readonly watch: Option<boolean>;
  readonly interval: Option<number | null>;
  readonly timeout: Option<number | null>;
  readonly source: Option<"auto" | "arp" | "ip" | "proc" | "netsh">;
  readonly read: Option<string | null>;
} = {
  json: flag("print a JSON array of objects; with --watch an object a line"),
  csv: flag("print comma-separated values (RFC 4180)"),
  all: flag("show multicast and broadcast addresses, too"),
  ipv4: flag("only IPv4", "4"),
  ipv6: flag("only IPv6", "6"),
  names: flag("look up the names of the hosts, which can take seconds"),
  vendor: flag("show who has made the network card"),
  noHints: flag("do not say what is remarkable"),
  watch: flag("go on and print what appears, vanishes or changes"),
  interval: seconds("with --watch: time between two readings; 2 if left out", null),
  timeout: seconds("give up on a program that takes longer than this; 60 if left out", null),
  source: choice(
    "SOURCE",
    "use this source and no other",
    ["auto", "arp", "ip", "proc", "netsh"],
    "auto",
  ),
  read: option({
    value: "FILE",
    summary: "read what one of the sources has said, on any system; - is standard input",
    parse: anyText,
  }, null),
};

/** The values of the options. */
export type ArpOptions = Values<typeof ARP_OPTIONS>;

/** The shortest time between two readings, in milliseconds: each starts programs. */
const SHORTEST_INTERVAL = 100;

/**
 * Refuses options that contradict each other.
 *
 * @throws {UserError} If some do.
 */
export function refuseContradictions(options: ArpOptions): void {
  const { json, csv, watch, read, interval } = options;
  const pairs: readonly (readonly [boolean, string])[] = [
    [json && csv, "--json and --csv"],
    [watch && csv, "--watch and --csv"],
    [watch && read !== null, "--watch and --read"],
    [options.timeout !== null && read !== null, "--timeout and --read"],
    [options.source !== "auto" && read !== null, "--source and --read"],
  ];
  const wrong = pairs.find(([both]) => both);
  if (wrong) throw new UserError(`${wrong[1]} do not go together`);
  if (interval === null) return;
  if (!watch) throw new UserError("--interval means nothing without --watch");
  if (interval < SHORTEST_INTERVAL) throw new UserError("--interval: 0.1 seconds is the least");
}
