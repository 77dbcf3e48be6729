/**
 * `netkit ipinfo`: an address in all its forms, and its network.
 *
 * Map of the folder `ipinfo/`, in reading order:
 *
 *     options.ts        the options and their check      option_values.ts  their values
 *     fields.ts         the fields of JSON               csv_columns.ts    the columns of CSV
 *     inputs.ts         operands, and lines of standard input               line_groups.ts    the lines
 *     reading.ts        the meaning of one input: an address, a network, a host name
 *     addresses.ts      the operation that shows addresses
 *     operations.ts     the operations on networks
 *     list.ts           the entries of a list        list_line.ts   one line of it
 *     masks.ts          masks as words of their own
 *     list_file.ts      a list in a file             list_operations.ts   lists as sets of addresses
 *     merged_inputs.ts  the inputs of --merge        comparisons.ts       --in, --contains, --overlaps
 *     log_lines.ts      lines of a log with addresses of a list
 *     range_text.ts     ranges as text               calculation.ts       sums and differences
 *     readers.ts        the ways in which others read an address          reader_table.ts   their table
 *     results.ts        inputs given to an operation, its results printed
 *     block.ts          an address for a person      forms.ts    single forms of it
 *     subnetting.ts     a network divided             subnet_table.ts    the table of a textbook
 *     role.ts           the role of an address in its network    explain.ts   the steps of a teacher
 *     this_machine.ts   the addresses of this machine
 *     link_rows.ts      the link layer in a block
 *     record.ts         an address for a program     network_map.ts  a network drawn
 *
 * @module
 */
import { REGISTRY_DATE } from "./address/special.ts";
import { type Command, command } from "./cli/command.ts";
import { showAddresses } from "./ipinfo/addresses.ts";
import { joinOperands, readInputs } from "./ipinfo/inputs.ts";
import type { ResultKind } from "./ipinfo/csv_columns.ts";
import { check, GROUPS, operationsIn, OPTIONS, type Options } from "./ipinfo/options.ts";
import { readAddress, type Reading } from "./ipinfo/reading.ts";
import { type Printing, printResults } from "./ipinfo/results.ts";

/** The command `ipinfo`. */
export const ipinfo: Command = command({
  name: "ipinfo",
  description: [
    "An ADDRESS is read in dotted decimal (192.168.1.1), in binary octets " +
    "(11000000.10101000.00000001.00000001), as IPv6 in any spelling (2001:db8::1), in binary " +
    "groups of 16 digits with colons, or as an integer in decimal, hexadecimal (0x...) or binary " +
    "digits (0b...). PREFIX is a length (/24), a netmask (/255.255.255.0) or a wildcard mask " +
    "(/0.0.0.255). In the binary form, | separates the network bits from the host bits.",
    "A prefix or mask (24, /24, 255.255.255.0) may stand behind one address as a word of its own, " +
    "where no operation and no --form is asked for; 0.0.0.0 and 255.255.255.255 are addresses. On a " +
    "line of a list, a mask or /24 in the second column belongs to the address, another address " +
    "there is an error, and any other word is a name. Lists may have comments (# or ;), blanks, tabs " +
    "and commas.",
    "A text that different programs read differently is refused and explained: leading zeros " +
    "(010.8.8.8), short forms (127.1, 10/8), hexadecimal octets (0x7f.0.0.1).",
    `The purposes of special addresses are those of IANA's registries on ${REGISTRY_DATE}.`,
  ],
  operands: [{
    name: "ADDRESS[/PREFIX]",
    summary: "an IP address, or - for a list on standard input; if left out, this machine",
    repeated: true,
  }],
  options: OPTIONS,
  groups: GROUPS,
  examples: [
    { line: "netkit ipinfo 192.168.1.130/25", says: "the address, its network and its hosts" },
    { line: "netkit ipinfo", says: "the addresses of this machine, with their networks" },
    { line: "netkit ipinfo 192.168.1.130 255.255.255.128", says: "the same with a netmask" },
    { line: "netkit ipinfo 2001:db8::1/64", says: "IPv6" },
    { line: "netkit ipinfo 11000000.10101000.00000001.00000001", says: "from binary to decimal" },
    { line: "netkit ipinfo 0xc0a80101 3232235777", says: "from integers" },
    { line: "netkit ipinfo --hosts 60,20,10 192.168.1.0/24", says: "networks of fitting sizes" },
    { line: "netkit ipinfo --explain 192.168.1.130/25", says: "the steps of a teacher" },
    { line: "netkit ipinfo --range 10.0.0.5-10.0.0.30", says: "a range as networks" },
    {
      line: "netkit ipinfo --map 10.0.0.0/24 10.0.0.0/26 10.0.0.128/27",
      says: "the used and the free parts",
    },
    { line: "netkit ipinfo --readers 010.8.8.8", says: "how other programs read it" },
    { line: "netkit ipinfo --form integer 10.0.0.1", says: "only the integer" },
    { line: "netkit ipinfo --json - < addresses.txt", says: "many addresses, for a program" },
  ],
  fields: async () => (await import("./ipinfo/fields.ts")).FIELDS,
  permissions: [
    "without an operand: --allow-sys=networkInterfaces --allow-run=ip (Windows: route; others: netstat)",
    "with --resolve: --allow-net",
    "with --and, --not, --match, --in, --grep, or a FILE of --contains or --overlaps: --allow-read",
  ],
  check({ options, operands }) {
    check(options, operands);
    const reading: Reading = { integers: options.ipv6 ? 6 : 4, strict: options.strict };
    const areAddresses = operationsIn(options).length === 0 && !options.resolve;
    const rule = options.form.length > 0 ? "keep" : "join";
    for (const text of areAddresses ? joinOperands(operands, rule) : []) {
      if (text !== "-") readAddress(text, reading);
    }
  },
  habits: () => import("./ipinfo/habits.ts"),
  async run({ options, operands }, io) {
    check(options, operands);
    const { json, csv } = options;
    if (operands.length === 0 && !options.ula) {
      const { showThisMachine } = await import("./ipinfo/this_machine.ts");
      const machine = await showThisMachine(io, json || csv);
      const format = await formatOf(options, "machine");
      return await printResults(machine, readInputs([], io), { io, format, alone: true });
    }
    const reading: Reading = { integers: options.ipv6 ? 6 : 4, strict: options.strict };
    const [wanted = null] = operationsIn(options);
    const operation = wanted === null
      ? await showAddresses(options, reading, io)
      : await (await import("./ipinfo/operations.ts")).operationOf(wanted, options, {
        reading,
        io,
      });
    const rule = wanted !== null ? "refuse" : options.form.length > 0 ? "keep" : "join";
    const joined = operation.lines ? operands : joinOperands(operands, rule);
    const alone = joined.length === 1 && operands[0] !== "-";
    const kind = options.asRanges ? "ranges" : wanted ?? "addresses";
    const format = await formatOf(options, kind);
    const inputs = readInputs(joined, io, operation.lines);
    return await printResults(operation, inputs, { io, format, alone });
  },
});

/** Resolves to the format in which results of a kind are printed. */
async function formatOf({ json, csv }: Options, kind: ResultKind): Promise<Printing["format"]> {
  if (csv) return (await import("./ipinfo/csv_columns.ts")).csvTable(kind);
  return json ? "json" : "text";
}
