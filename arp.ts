/**
 * `netkit arp`: the neighbour table of this machine, from any program or file that has it.
 *
 * @module
 */
import { check, FIELDS, OPTIONS } from "./arp/options.ts";
import { requestOf, selectRows } from "./arp/request.ts";
import { type Command, command } from "./cli/command.ts";
import { EXIT } from "./cli/errors.ts";
import { print, say } from "./cli/io.ts";
import { withTimeLimit } from "./system/programs.ts";
import { listed, t } from "./text/messages.ts";

/** The command `arp`. */
export const arp: Command<typeof OPTIONS> = command({
  name: "arp",
  description: [
    "Prints the neighbour table of this machine: the hosts on the same link that it has talked to " +
    "lately, ordered by interface and address. It sends nothing to the network, but with --ask.",
    "The table comes from `arp -an` (Windows: `arp -a`), in whatever language it answers. On " +
    "Linux `ip -j neigh` is asked, too: it knows the state of each neighbour. Where arp fails or is " +
    "missing, the table is read from `ip` or /proc/net/arp, " +
    "which Deno lets a program read with -A only; on Windows from `netsh`. As arp knows IPv4 only, " +
    "`ip`, `ndp -an` or `netsh` are asked for the neighbours in IPv6, where these work. " +
    "Standard error names the sources.",
    "Operands look rows up, exactly, in any spelling; several ask for any of them. Of a MAC address " +
    "the first three octets are enough. A NAME implies --names. Nothing found is exit code 1.",
    "The kind is dynamic (learned), static (set by hand), gateway (a default route leads there), own " +
    "(an address of this machine), multicast or broadcast; the last two are hidden unless --all or " +
    'an operand asks for them. A value that the source does not have is "-". On Windows an interface is ' +
    "called by its IPv4 address.",
    "--read reads the saved table of any system, router or switch. In one of unknown format a line " +
    "with one IP address and one MAC address is a row; interface, VLAN, age and type are found by the " +
    "names of the columns. Standard error, and a last object in JSON, count the multicast and broadcast " +
    "rows that are hidden and the lines with an address that were not understood.",
    "Hints stand on standard error, and not with --json, --csv or --watch: one MAC at several " +
    "addresses, one address with several MACs, virtual routers (VRRP, HSRP, GLBP), locally administered " +
    "MACs. Each of these has harmless reasons, too.",
    "--ask sends one datagram to port 9 of an address on the link, so that the kernel asks who has it, " +
    "and reads the table until the answer is there, at most a second; no answer is exit code 1. It tells " +
    "of a MAC address that is another one than before, and of an address off the link its gateway.",
    "--watch prints a line for each row, then one for each change, until Ctrl-C; the exit code is 0.",
  ],
  operands: [{
    name: "WHAT",
    summary:
      "an IP address, a network like 192.168.1.0/24, a range like 192.168.1.7-9, a MAC address, " +
      "or a host's name",
    repeated: true,
  }],
  options: OPTIONS,
  groups: {
    "what is shown": ["all", "ipv4", "ipv6", "names", "vendor", "noHints"],
    "the source": ["source", "read", "ask", "timeout"],
    "over time": ["watch", "interval"],
    "results for programs": ["json", "csv"],
  },
  examples: [
    { line: "netkit arp", says: "print the table" },
    { line: "netkit arp 0:1c:42:0:0:9", says: "find the addresses of a MAC" },
    { line: "netkit arp --json 192.168.1.0/24", says: "print a part of it for a program" },
    { line: "netkit arp --ask 192.168.1.7", says: "who has 192.168.1.7?" },
    { line: "netkit arp --watch", says: "watch hosts come and go" },
    { line: "ssh router show arp | netkit arp --read -", says: "show another machine's table" },
  ],
  fields: () => Promise.resolve(FIELDS),
  permissions: [
    "--allow-run=arp,ip (Windows: arp,netsh,route; macOS and BSD: arp,ndp,netstat)",
    "--allow-sys=networkInterfaces to know own addresses",
    "--allow-read for --read, --allow-net for --ask",
  ],
  check({ options, operands }) {
    check(options, operands);
    requestOf(options, operands);
  },
  habits: () => import("./arp/habits.ts"),
  async run({ options, operands }, given) {
    check(options, operands);
    const request = requestOf(options, operands);
    const io = options.timeout === null ? given : withTimeLimit(given, options.timeout);
    if (options.ask !== null) {
      const { ask } = await import("./arp/ask.ts");
      return await ask({ ...options, ask: options.ask }, io);
    }
    if (options.watch) {
      const { watch } = await import("./arp/watch.ts");
      await watch(request, io);
      return EXIT.ok;
    }
    const [{ readTable }, { formatRows, sayHints, sayOmissions }, { sayFolded }] = await Promise
      .all([
        import("./arp/table.ts"),
        import("./arp/text.ts"),
        import("./cli/terminal.ts"),
      ]);
    const table = await readTable(request, null, io);
    await sayFolded(io, t`source: ${table.source}`);
    if (table.rows.length === 0) await say(io, t`the table is empty`);
    const { rows, hidden } = selectRows(table.rows, request);
    const omitted = { hidden, unread: table.unread };
    const found = rows.length > 0 || operands.length === 0;
    if (!found && table.rows.length > 0) {
      await sayFolded(io, t`nothing in the table is ${listed(operands, "or")}`);
    }
    await sayOmissions(omitted, io);
    await print(io.stdout, formatRows(rows, omitted, options, io));
    if (!options.json && !options.csv && !options.noHints) await sayHints(table.rows, rows, io);
    return found ? EXIT.ok : EXIT.failed;
  },
});
