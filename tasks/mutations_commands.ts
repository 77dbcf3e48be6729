/**
 * Small deliberate bugs in commands: their options, what they print, how they end.
 *
 * @module
 */
import { type Mutation, mutationsOf } from "./mutation.ts";

/** The bugs of `text/`, `cli/`, `system/` and the commands. */
export const COMMAND_MUTATIONS: readonly Mutation[] = [
  ...mutationsOf("text/escape.ts", ["tests/terminal_test.ts"], [
    ["\\x7f-\\x9f", "\\x7f", "a server's C1 characters move the cursor"],
    ["\\u202a-\\u202e", "", "a server's text runs from right to left"],
  ]),
  ...mutationsOf("text/layout.ts", ["tests/help_test.ts", "tests/layout_test.ts"], [
    [
      "used + blank.length + more > columns",
      "used + more > columns",
      "a line is a column too long",
    ],
    ["columns + text.length - width(text)", "columns", "columns with Chinese are crooked"],
    ["if (used < columns) kept", "if (used <= columns) kept", "a cut line is a column too long"],
  ]),
  ...mutationsOf("text/units.ts", ["tests/units_test.ts"], [
    ["value >= 1024 :", "value > 1024 :", "1024 B"],
    ["milliseconds < 59_995", "milliseconds < 60_000", "60.00 s"],
  ]),
  ...mutationsOf("cli/csv.ts", ["tests/csv_test.ts"], [
    ['/[",]/.test(text)', "/[,]/.test(text)", "a quote breaks the file"],
  ]),
  ...mutationsOf("cli/suggest.ts", ["tests/suggest_test.ts"], [
    ["given === swapped ? 1", "given === swapped ? 3", "srevre: nothing is proposed"],
    ["if (distance < least)", "if (distance <= least)", "what is proposed is far off"],
  ]),
  ...mutationsOf("cli/errors.ts", ["tests/errors_test.ts"], [
    ["reason.cannotStart ? EXIT.usage : EXIT.failed", "EXIT.failed", "a port in use exits with 1"],
  ]),
  ...mutationsOf("cli/columns.ts", ["tests/arp_test.ts"], [
    ["escaped[i] = escapeLine(text)", "escaped[i] = text", "a name in a table moves the cursor"],
  ]),
  ...mutationsOf("talk/transfer_dump.ts", ["tests/hex_dump_test.ts"], [
    ["this.#offsets[event] += bytes.length", "this.#offsets[event] = bytes.length", "offsets"],
  ]),
  ...mutationsOf("talk/line_times.ts", ["tests/line_times_test.ts"], [
    ["this.#atStart = feed !== -1;", "this.#atStart = true;", "a time in the middle of a line"],
  ]),
  ...mutationsOf("cli/parse.ts", ["tests/parse_test.ts"], [
    [
      "(end === -1 ? args : args.slice(0, end)).some",
      "args.some",
      "trace -- curl --help is netkit's",
    ],
    ['rest.replace(/^=/, "")', "rest", "-p=80 is no number"],
  ]),
  ...mutationsOf("cli/terminal.ts", ["tests/terminal_test.ts", "tests/help_test.ts"], [
    ['!io.env("NO_COLOR")', "true", "NO_COLOR is not obeyed"],
    ['io.env("TERM") !== "dumb"', "true", "Emacs shows escape sequences"],
  ]),
  ...mutationsOf("talk/progress.ts", ["tests/progress_test.ts"], [
    ["Math.min(1, sent / size)", "sent / size", "104 % of a file that grows"],
  ]),
  ...mutationsOf("system/io.ts", ["tests/system_test.ts"], [
    ['sendSignal(child, "SIGKILL");', "", "a program that hangs is left behind"],
    ["columnsAsked(this) ?? 80", "80", "COLUMNS is not obeyed"],
  ]),
  ...mutationsOf("main.ts", ["tests/main_test.ts"], [
    [
      "if (error instanceof OutputClosed) return EXIT.ok;",
      "if (error instanceof OutputClosed) return EXIT.failed;",
      "netkit … | head fails",
    ],
    [
      "Math.max(1, width(input.slice(start, end)))",
      "Math.max(1, end - start)",
      "carets under Chinese",
    ],
  ]),
  ...mutationsOf("talk/session.ts", ["tests/client_test.ts"], [
    [
      "if (dropped > 0) {",
      "if (dropped < 0) {",
      "--mode send hides what it drops",
    ],
  ]),
  ...mutationsOf("client/check.ts", ["tests/check_test.ts"], [
    ['isOpen &&= result.state === "open";', "", "--check is 0 though an endpoint is closed"],
    ["fault !== null && !insecure", "fault === null && insecure", "--check trusts any certificate"],
  ]),
  ...mutationsOf("client/check_result.ts", ["tests/check_test.ts"], [
    [
      "Math.floor((notAfter - at) / DAY)",
      "Math.ceil((notAfter - at) / DAY)",
      "--days is a day late",
    ],
  ]),
  ...mutationsOf("client/reach.ts", ["tests/udp_channel_test.ts"], [
    [
      "wait: wait ?? UDP_WAIT,",
      "wait: UDP_WAIT,",
      "client --udp --wait 60 ends after a second",
    ],
  ]),
  ...mutationsOf("port/print_reports.ts", ["tests/port_command_test.ts"], [
    [
      "free === false) ? EXIT.failed : EXIT.ok",
      "free === false) ? EXIT.ok : EXIT.ok",
      "a script takes a port in use",
    ],
  ]),
  ...mutationsOf("ipinfo/results.ts", ["tests/ipinfo_test.ts"], [
    ["line === null ? exit : EXIT.failed", "EXIT.failed", "a wrong operand exits with 1"],
  ]),
  ...mutationsOf("arp/request.ts", ["tests/arp_test.ts"], [
    ["options.all || (row.kind", "(row.kind", "arp --all hides multicast"],
  ]),
  ...mutationsOf("arp/text.ts", ["tests/arp_test.ts"], [
    ["left > 0 ? `${left} s` : t`now`", "`${left} s`", "-3 s"],
  ]),
  ...mutationsOf("arp/table.ts", ["tests/arp_test.ts"], [
    ["if (failures.length === 0) hint", "hint", "the advice is for the last program"],
  ]),
  ...mutationsOf("frame/decapsulate.ts", ["tests/frame_test.ts"], [
    ["output.seen < number.first", "output.seen <= number.first", "a packet that is there is not"],
  ]),
  ...mutationsOf("frame/packet_output.ts", ["tests/frame_test.ts"], [
    ["this.seen >= number.last)", "this.seen > number.last)", "-n 2-3 has three packets"],
  ]),
  ...mutationsOf("web/trace_page/list_order.ts", ["tests/trace_page_model_test.ts"], [
    ["const sign = isDown ? -1 : 1;", "const sign = 1;", "the largest does not come first"],
  ]),
  ...mutationsOf("trace/place.ts", ["tests/trace_test.ts"], [
    [
      "? () => true : (address) => address === at;",
      "? () => false : (address) => address === at;",
      "--at both",
    ],
  ]),
  ...mutationsOf("trace/connection_record.ts", ["tests/trace_test.ts"], [
    ["of: ({ bytes }) => bytes[0]", "of: () => 0", "--json counts no bytes"],
  ]),
  ...mutationsOf("ipinfo/calculation.ts", ["tests/ipinfo_operations_test.ts"], [
    ["(network ? addressCount(network) : 1n)", "1n", "10.0.0.0/24+1 is 10.0.0.1/24"],
    ["one.value - other.value", "other.value - one.value", "A-B is B-A"],
  ]),
  ...mutationsOf("ipinfo/comparisons.ts", ["tests/ipinfo_operations_test.ts"], [
    ["if (!answer) isNegative = true;", "", "--in exits with 0 for an address that is not in FILE"],
    ["!isMixed && ", "", "--contains leaves out one version of FILE"],
  ]),
  ...mutationsOf("ipinfo/merged_inputs.ts", ["tests/ipinfo_operations_test.ts"], [
    [
      "range.last.value >= first.value",
      "true",
      "a merged network has inputs that ended before it",
    ],
  ]),
  ...mutationsOf("ipinfo/log_lines.ts", ["tests/ipinfo_operations_test.ts"], [
    ["isFound = true;", "", "--grep exits with 1 though it has found a line"],
  ]),
  ...mutationsOf("ipinfo/readers.ts", ["tests/ipinfo_readers_test.ts"], [
    ["text.length <= 15", "text.length <= 14", "Java refuses 255.255.255.255"],
  ]),
  ...mutationsOf("ipinfo/forms.ts", ["tests/ipinfo_test.ts"], [
    ["prefix === 0 ?", "prefix === 1 ?", "the network of an address with /0 is the address"],
  ]),
  ...mutationsOf("learn/answer.ts", ["tests/learn_test.ts"], [
    ['digits.replaceAll(",", "")', "digits", "1,460 is no 1460"],
  ]),
  ...mutationsOf("learn/lab/wire.ts", ["tests/lab_test.ts"], [
    ["each !== receive", "each === receive", "a frame comes back to the card that has sent it"],
  ]),
  ...mutationsOf("learn/lab/lessons/simultaneous_close.ts", ["tests/lab_test.ts"], [
    ["closed.size === 2) queueMicrotask", "closed.size === 1) queueMicrotask", "FINs do not cross"],
  ]),
  ...mutationsOf("learn/lessons/subnets.ts", ["tests/learn_matrix_test.ts"], [
    [
      "stage.random.integer(25, 28)",
      "28",
      "all exercises have the same prefix",
      "no test asks for another one",
    ],
  ]),
  ...mutationsOf("learn/programs/spinning_client.ts", ["tests/learn_matrix_test.ts"], [
    [
      "if (count === null) return;",
      "if (count === null) break;",
      "nothing",
      "the function ends behind the loop",
    ],
  ]),
  ...mutationsOf("trace/live.ts", ["tests/trace_test.ts"], [
    ["silence - before >= quiet", "silence >= quiet", "the silence before a command's end counts"],
  ]),
  ...mutationsOf("trace/live.ts", ["tests/trace_live_test.ts"], [
    [
      "view.open === 0 && view.finished > 0 ? QUIET : LONG_QUIET",
      "Infinity",
      "trace -- PROGRAM does not end",
    ],
  ]),
];
