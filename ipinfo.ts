/**
 * `netkit ipinfo`: an address in all its forms, and its network.
 *
 * @module
 */
import { TextLineStream } from "@std/streams/text-line-stream";
import { formatHex, formatInteger, type IpAddress } from "./address/ip.ts";
import { formatIp } from "./address/ip_text.ts";
import { formatBinary } from "./address/ipv4.ts";
import {
  addressCount,
  broadcast,
  firstHost,
  formatNetwork,
  hostBits,
  hostCount,
  type IpNetwork,
  lastHost,
  netmask,
  parsePrefixedIpv4,
  type PrefixedAddress,
  wildcardMask,
} from "./address/network.ts";
import { ParseError } from "./address/parse_error.ts";
import { type Command, command, flag } from "./cli/command.ts";
import { cannot, EXIT, UserError } from "./cli/errors.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { escapeControls, escapeLine } from "./text/escape.ts";
import { pad, wrap } from "./text/layout.ts";
import { type Palette, palette, PLAIN } from "./cli/terminal.ts";

/** The command. */
export const ipinfo: Command = command({
  name: "ipinfo",
  summary: "show an IPv4 address in binary and other forms, and its network",
  description: [
    "An ADDRESS is read in dotted decimal (192.168.1.1), in binary octets " +
    "(11000000.10101000.00000001.00000001), or as an integer in decimal, hexadecimal (0x…) or " +
    "binary digits (0b…). PREFIX is a length (/24), a netmask (/255.255.255.0) or a wildcard " +
    "mask (/0.0.0.255). In the binary form, | separates the network bits from the host bits.",
    "What different programs read differently is refused and explained: leading zeros " +
    "(010.8.8.8), short forms (127.1), hexadecimal octets (0x7f.0.0.1).",
  ],
  operands: [{
    name: "ADDRESS[/PREFIX]",
    summary: "an IPv4 address, or - for standard input, one address a line",
    required: true,
    repeated: true,
  }],
  options: {
    json: flag("print one JSON object a line for each address"),
  },
  examples: [
    { line: "netkit ipinfo 192.168.1.130/25", says: "the address, its network and its hosts" },
    { line: "netkit ipinfo 11000000.10101000.00000001.00000001", says: "from binary to decimal" },
    { line: "netkit ipinfo 0xc0a80101 3232235777", says: "from integers" },
    { line: "netkit ipinfo --json - < addresses.txt", says: "many addresses, for a program" },
  ],
  json: [
    { name: "input", type: "string", says: "the address as it was given" },
    { name: "version", type: "number", says: "4" },
    { name: "address", type: "string", says: "in dotted decimal" },
    { name: "integer", type: "string", says: "as a decimal integer" },
    { name: "hex", type: "string", says: "as a hexadecimal integer, 0x and 8 digits" },
    { name: "binary", type: "string", says: "as binary octets" },
    { name: "network", type: "object or null", says: "null if no prefix was given" },
    { name: "network.address", type: "string", says: "the lowest address" },
    { name: "network.prefix", type: "number", says: "the number of network bits" },
    { name: "network.netmask", type: "string", says: "ones in the network bits" },
    { name: "network.wildcard", type: "string", says: "ones in the host bits" },
    { name: "network.first", type: "string", says: "the lowest address for a host" },
    { name: "network.last", type: "string", says: "the highest address for a host" },
    { name: "network.broadcast", type: "string or null", says: "null in a /31 and a /32" },
    { name: "network.addresses", type: "string", says: "the number of addresses" },
    { name: "network.usable", type: "string", says: "the number of addresses for hosts" },
    {
      name: "error",
      type: "string",
      says: "what is wrong with the input; only input and at beside",
    },
    { name: "at", type: "array of two numbers", says: "where in the input, in UTF-16 code units" },
  ],
  permissions: [],
  async run({ options, operands }, io) {
    if (operands.indexOf("-") !== operands.lastIndexOf("-")) {
      throw new UserError("- is given twice, but standard input can be read only once");
    }
    const only = operands.length === 1;
    const { red } = palette(io, io.stderr);
    const style = { columns: io.columns(), palette: palette(io, io.stdout) };
    let exit: number = EXIT.ok;
    let separator = "";
    for await (const inputs of readInputs(operands, io)) {
      let results = "";
      const complaints: string[] = [];
      let failure: ParseError | null = null;
      for (const { text, line } of inputs) {
        try {
          const parsed = parsePrefixedIpv4(text);
          if (options.json) {
            results += `${formatJson(toJson(text, parsed))}\n`;
          } else {
            results += separator + formatBlock(text, parsed, style);
            separator = "\n";
          }
        } catch (error) {
          if (!(error instanceof ParseError)) throw error;
          failure = error;
          exit = Math.max(exit, line === null ? EXIT.usage : EXIT.failed);
          if (options.json) {
            results += `${formatJson({ input: text, error: error.reason, at: error.at })}\n`;
          }
          const where = line === null ? "" : `line ${line}: `;
          complaints.push(`${red("netkit ipinfo:")} ${where}${escapeLine(error.message)}`);
          if (error.hint !== null) complaints.push(`  ${escapeControls(error.hint)}`);
        }
      }
      if (results !== "") await print(io.stdout, results);
      if (failure !== null && only && operands[0] !== "-") throw failure;
      if (complaints.length > 0) await say(io, complaints.join("\n"));
    }
    return exit;
  },
});

/** A text that should be an address, and its line of standard input, `null` for an operand. */
interface Given {
  readonly text: string;
  readonly line: number | null;
}

/** Yields the operands, and for `-` the lines of standard input that are not blank, in groups. */
async function* readInputs(operands: readonly string[], io: Io): AsyncGenerator<readonly Given[]> {
  for (const operand of operands) {
    if (operand !== "-") {
      yield [{ text: operand, line: null }];
      continue;
    }
    const lines = io.stdin.readable
      .pipeThrough(new TextDecoderStream("utf-8", { ignoreBOM: true }))
      .pipeThrough(new TextLineStream());
    let line = 0;
    for await (const group of groupsOf(lines)) {
      // A file may begin with a byte-order mark.
      if (line === 0) group[0] = group[0]?.replace(/^\ufeff/, "") ?? "";
      yield group.map((text) => ({ text, line: ++line })).filter(({ text }) => text.trim() !== "");
    }
  }
}

/** The most lines that wait for being printed together; 512 blocks are 300 kB of text. */
const MAX_GROUP = 512;

/**
 * Yields `lines` in groups of those that are there without waiting: a file takes few writes, and
 * who types lines gets an answer to each.
 */
async function* groupsOf(lines: ReadableStream<string>): AsyncGenerator<string[]> {
  const reader = lines.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    let group: string[] = [];
    let pause: Promise<null> | null = null;
    let next = reader.read();
    while (true) {
      const result = await (pause === null ? next : Promise.race([next, pause]));
      if (result !== null && !result.done) {
        group.push(result.value);
        next = reader.read();
        pause ??= new Promise((resolve) => timer = setTimeout(() => resolve(null), 0));
        if (group.length < MAX_GROUP) continue;
      }
      clearTimeout(timer);
      pause = null;
      yield group;
      group = [];
      if (result?.done) return;
    }
  } catch (error) {
    throw cannot("read standard input", error);
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {}); // it may have failed already
  }
}

function toJson(input: string, { address, network }: PrefixedAddress): Record<string, unknown> {
  const end = network && broadcast(network);
  return {
    input,
    version: address.version,
    address: formatIp(address),
    integer: formatInteger(address),
    hex: formatHex(address),
    binary: formatBinary(address),
    network: network && {
      address: formatIp(network.address),
      prefix: network.prefix,
      netmask: formatIp(netmask(network)),
      wildcard: formatIp(wildcardMask(network)),
      first: formatIp(firstHost(network)),
      last: formatIp(lastHost(network)),
      broadcast: end && formatIp(end),
      addresses: addressCount(network).toString(),
      usable: hostCount(network).toString(),
    },
  };
}

/** How results are laid out. */
interface Style {
  /** The longest line. */
  readonly columns: number;
  /** Styles of network bits and host bits. */
  readonly palette: Palette;
}

/** A line of a block: label, value, and the address whose bits are shown beside it. */
type Row = readonly [label: string, value: string, bits?: IpAddress];

/** Lays out what is known of an address; the bits follow below where they do not fit beside. */
function formatBlock(input: string, { address, network, forms }: PrefixedAddress, style: Style) {
  const canonical = formatIp(address) + (network ? `/${network.prefix}` : "");
  const rows: Row[] = [
    ...(input === canonical
      ? []
      : [["input", `${escapeLine(input)} (${forms.join(", ")})`] as const]),
    ["address", formatIp(address), address],
    ...(network ? networkRows(network) : []),
    ["integer", formatInteger(address)],
    ["hex", formatHex(address)],
  ];
  const prefix = network?.prefix ?? null;
  const labelWidth = Math.max(...rows.map(([label]) => label.length)) + 2;
  const valueWidth = Math.max(...rows.map(([, value, bits]) => bits ? value.length : 0)) + 2;
  const bitsWidth = bitsOf(address, prefix, style.palette).plain.length;
  const beside = labelWidth + valueWidth + bitsWidth <= style.columns;
  const indent = " ".repeat(Math.min(labelWidth, Math.max(0, style.columns - bitsWidth)));
  return rows.flatMap(([label, value, shown]) => {
    const { plain = "", styled = "" } = shown ? bitsOf(shown, prefix, style.palette) : {};
    if (shown && beside) return [pad(label, labelWidth) + pad(value, valueWidth) + styled];
    const left = fold(value, style.columns - labelWidth).map((line, i) =>
      pad(i === 0 ? label : "", labelWidth) + line
    ).flatMap((line) => fold(line, style.columns)); // in case it is narrower than the labels
    if (!shown) return left;
    const fits = plain.length <= style.columns;
    return [...left, ...(fits ? [indent + styled] : fold(plain, style.columns))];
  }).map((line) => `${line}\n`).join("");
}

function networkRows(network: IpNetwork): Row[] {
  const mask = netmask(network);
  const wildcard = wildcardMask(network);
  const [first, last, end] = [firstHost(network), lastHost(network), broadcast(network)];
  const { prefix } = network;
  const pair = hostBits(network) === 1;
  return [
    ["prefix", `/${prefix}, ${prefix} network + ${hostBits(network)} host bits`],
    ["netmask", formatIp(mask), mask],
    ["wildcard", formatIp(wildcard), wildcard],
    ["network", formatNetwork(network), network.address],
    end
      ? ["broadcast", formatIp(end), end]
      : ["broadcast", pair ? "none: both ends of a link (RFC 3021)" : "none: a single address"],
    ["first host", formatIp(first), first],
    ["last host", formatIp(last), last],
    ["addresses", `${addressCount(network)}, ${hostCount(network)} usable`],
  ];
}

/** Returns the bits of `address` with `|` behind the first `prefix`, in place of a dot there. */
function bitsOf(address: IpAddress, prefix: number | null, { green, yellow }: Palette) {
  const binary = formatBinary(address);
  if (prefix === null) return { plain: binary, styled: binary };
  const [, network = "", host = ""] = binary.match(new RegExp(`^((?:[01]\\.?){${prefix}})(.*)$`)) ??
    [];
  const left = network.replace(/\.$/, "");
  const parts = (paint: Pick<Palette, "green" | "yellow">) =>
    [left && paint.green(left), "|", host && paint.yellow(host)].filter(Boolean).join(" ");
  return { plain: parts(PLAIN), styled: parts({ green, yellow }) };
}

/** Breaks `text`, at blanks where it has them, into lines of at most `columns`. */
function fold(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  const pieces = new RegExp(`.{1,${Math.max(1, columns)}}`, "g");
  return wrap(text, columns).flatMap((line) => line.match(pieces) ?? []);
}
