/**
 * The options of `netkit port`, and the fields of its JSON.
 *
 * In this folder:
 *
 * - `operand.ts`: the ports that an operand means
 * - `print_reports.ts`: `port PORT...` and `--free`; `print_list.ts`: `port` without an operand,
 *   with `totals.ts`, the count by state and process
 * - `print_changes.ts`: `--watch`
 * - `context.ts`: the machine as reports need it, with `rules.ts`, its port ranges
 * - `binding.ts`: attempts to bind, and what they tell of IPv4 and IPv6
 * - `report.ts`: the report on a port, with `advice.ts`, the reasons against a port
 * - `rows.ts`, `runs.ts`, `holders.ts`, `labelled_rows.ts`: reports in words
 * - `managers.ts`: the units and containers of holders, `remedies.ts`: the commands that free a port
 * - `kernel_sockets.ts`: sockets that the kernel itself has made, `wsl.ts`: ports that Windows holds
 * - `reader.ts`, `watch.ts`, `watch_text.ts`, `watch_lines.ts`: one port's sockets over time
 * - `record.ts`: the fields of JSON
 *
 * @module
 */
import { anyText, flag, type JsonField, type Option, option, type Values } from "../cli/command.ts";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { documentationOf } from "../cli/record.ts";
import { PORT_FIELDS } from "./record.ts";
import { CHANGE_FIELDS } from "./watch_text.ts";
import { t } from "../text/messages.ts";

/** The options. */
export const OPTIONS: {
  readonly free: Option<boolean>;
  readonly watch: Option<boolean>;
  readonly udp: Option<boolean>;
  readonly all: Option<boolean>;
  readonly process: Option<string | null>;
  readonly pid: Option<number | null>;
  readonly noBind: Option<boolean>;
  readonly json: Option<boolean>;
} = {
  free: flag(
    "print the first good free port from PORT, or within A-B, and nothing else; from 5000 if " +
      "left out",
  ),
  watch: flag("print every change of the sockets on a port, until Ctrl-C"),
  udp: flag("ports of UDP; TCP if left out, the list has both", "u"),
  all: flag(
    "list every socket, in any state, not only those that wait for peers, with totals",
    "a",
  ),
  process: option({
    value: "NAME",
    summary: "list only sockets of processes whose name or program begins with NAME",
    parse: anyText,
  }, null),
  pid: option({
    value: "N",
    summary: "list only sockets of the process with this number",
    parse: parsePid,
  }, null),
  noBind: flag("do not try to bind: then nothing is said to be free"),
  json: flag("print an object a line; of the list every socket, in any state"),
};

/** Reads the number of a process: at most 2^32 - 1, as Windows has them. */
function parsePid(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new ParseError(t`the number of a process`, text, t`write 1 or more in digits`, {
    ...(/^[a-z][\w.-]*$/i.test(text) ? { hint: t`write --process ${text}` } : {}),
  });
}

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/** The fields of JSON: of a port with its sockets, and of a change. */
export const FIELDS: readonly JsonField[] = [
  ...documentationOf(PORT_FIELDS),
  {
    name: "time",
    type: "string",
    says: "with --watch: the time at which the sockets were read (ISO 8601)",
  },
  ...documentationOf(CHANGE_FIELDS),
];

/**
 * Refuses options that contradict each other, or the number of operands.
 *
 * @throws {UserError} If some do.
 */
export function check(options: Options, operands: readonly string[]): void {
  const { free, watch, all, process, pid, noBind } = options;
  const pairs: readonly (readonly [boolean, string])[] = [
    [free && watch, t`--free and --watch do not go together`],
    [
      free && noBind,
      t`--free has to bind: leave --no-bind out`,
    ],
    [free && operands.length > 1, t`--free starts at one port: give no other`],
    [watch && operands.length !== 1, t`--watch looks at one port: give it, and no other`],
    [
      (all || process !== null || pid !== null) && (free || watch || operands.length > 0),
      t`--all, --process and --pid are for the list: give no port`,
    ],
  ];
  const wrong = pairs.find(([both]) => both);
  if (wrong) throw new UserError(wrong[1]);
}
