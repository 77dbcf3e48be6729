/**
 * `netkit ipinfo`: an address in all its forms, and its network.
 *
 * @module
 */
import { BITS, type IpVersion } from "./address/ip.ts";
import { formatIp, parseIp } from "./address/ip_text.ts";
import {
  formatNetwork,
  type IpNetwork,
  networkOf,
  parsePrefix,
  parsePrefixedAddress,
  type PrefixedAddress,
} from "./address/network.ts";
import { ParseError } from "./address/parse_error.ts";
import { formatBlock } from "./cli/address_block.ts";
import { ADDRESS_FIELDS, addressJson } from "./cli/address_json.ts";
import { type Command, command, flag } from "./cli/command.ts";
import { EXIT, UserError } from "./cli/errors.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { readLineGroups } from "./cli/line_groups.ts";
import {
  operationOf,
  type Result,
  SUBNET_FIELDS,
  SUBNET_OPTIONS,
  type Work,
} from "./cli/subnet_work.ts";
import { palette } from "./cli/terminal.ts";
import { escapeControls, escapeLine } from "./text/escape.ts";

/** The command. */
export const ipinfo: Command = command({
  name: "ipinfo",
  summary: "show an IP address in binary and other forms, and its network",
  description: [
    "An ADDRESS is read in dotted decimal (192.168.1.1), in binary octets " +
    "(11000000.10101000.00000001.00000001), as IPv6 in any spelling (2001:db8::1), in binary " +
    "groups of 16 digits with colons, or as an integer in decimal, hexadecimal (0x…) or binary " +
    "digits (0b…). PREFIX is a length (/24), a netmask (/255.255.255.0) or a wildcard mask " +
    "(/0.0.0.255); a mask may also stand behind the address as a word of its own. In the binary " +
    "form, | separates the network bits from the host bits.",
    "What different programs read differently is refused and explained: leading zeros " +
    "(010.8.8.8), short forms (127.1, 10/8), hexadecimal octets (0x7f.0.0.1).",
    "What special addresses are for is what IANA's registries said on 2026-07-18.",
  ],
  operands: [{
    name: "ADDRESS[/PREFIX]",
    summary: "an IP address, or - for standard input, one address a line",
    required: true,
    repeated: true,
  }],
  options: {
    ipv6: flag("read integers as IPv6", "6"),
    strict: flag("refuse networks whose host bits are set"),
    ...SUBNET_OPTIONS,
    json: flag("print one JSON object a line for each address or result"),
  },
  examples: [
    { line: "netkit ipinfo 192.168.1.130/25", says: "the address, its network and its hosts" },
    { line: "netkit ipinfo 192.168.1.130 255.255.255.128", says: "the same with a netmask" },
    { line: "netkit ipinfo 2001:db8::1/64", says: "IPv6" },
    { line: "netkit ipinfo 11000000.10101000.00000001.00000001", says: "from binary to decimal" },
    { line: "netkit ipinfo 0xc0a80101 3232235777", says: "from integers" },
    { line: "netkit ipinfo --hosts 60,20,10 192.168.1.0/24", says: "networks of fitting sizes" },
    { line: "netkit ipinfo --range 10.0.0.5-10.0.0.30", says: "a range as networks" },
    { line: "netkit ipinfo --json - < addresses.txt", says: "many addresses, for a program" },
  ],
  json: [...ADDRESS_FIELDS, ...SUBNET_FIELDS],
  permissions: [],
  async run({ options, operands }, io) {
    if (operands.indexOf("-") !== operands.lastIndexOf("-")) {
      throw new UserError("- is given twice, but standard input can be read only once");
    }
    const reading: Reading = { integers: options.ipv6 ? 6 : 4, strict: options.strict };
    const operation = operationOf(options);
    const joined = options.range ? operands : joinMasks(operands, reading.integers);
    if (operation) {
      const inputs: Given[] = [];
      for await (const group of readInputs(joined, io)) inputs.push(...group);
      return await printResults(operation(workOn(inputs, reading)), inputs, options.json, io);
    }
    const only = joined.length === 1;
    const { red } = palette(io, io.stderr);
    const style = { columns: io.columns(), palette: palette(io, io.stdout) };
    let exit: number = EXIT.ok;
    let separator = "";
    for await (const inputs of readInputs(joined, io)) {
      let results = "";
      const complaints: string[] = [];
      let failure: ParseError | null = null;
      for (const { text, line } of inputs) {
        try {
          const parsed = readAddress(text, reading);
          if (options.json) {
            results += `${formatJson(addressJson(text, parsed))}\n`;
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

/** How addresses are read. */
interface Reading {
  /** The version of integers. */
  readonly integers: IpVersion;
  /** Whether networks with host bits are refused. */
  readonly strict: boolean;
}

/** Returns what `text`, ADDRESS, ADDRESS/PREFIX or `ADDRESS MASK`, means. */
function readAddress(text: string, { integers, strict }: Reading): PrefixedAddress {
  const plain = text.replace(/^([^\s/]+) ([0-9.]+)$/, "$1/$2"); // places stay the same
  try {
    const parsed = parsePrefixedAddress(plain, integers);
    const { address, network } = parsed;
    if (strict && network && address.value !== network.address.value) {
      throw new ParseError("an IP network", plain, "its host bits are set", {
        hint: `write ${formatNetwork(network)}`,
      });
    }
    return parsed;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(wanted(error), text, error.reason, {
      at: error.at,
      ...hintFor(error, integers),
    });
  }
}

/** Returns what `error` says that its input is not. */
function wanted(error: ParseError): string {
  return error.message.match(/ is not (an? [^:]*): /)![1]!;
}

/** Returns the hint of `error`, or that a long integer may be IPv6. */
function hintFor({ hint, input }: ParseError, integers: IpVersion): { hint?: string } {
  if (hint !== null) return { hint };
  const [integer = ""] = input.match(/^[0-9][0-9a-fbx]*(?=\/|$)/i) ?? [];
  if (integers === 6 || integer === "") return {};
  try {
    return { hint: `-6 reads it as IPv6, ${formatIp(parseIp(integer, 6))}` };
  } catch {
    return {};
  }
}

/** Returns `operands` with each mask behind an address of its own joined to it by a blank. */
function joinMasks(operands: readonly string[], integers: IpVersion): string[] {
  const joined: string[] = [];
  let open = false; // whether the last one may still get a mask
  for (const operand of operands) {
    if (open && isMask(operand)) {
      joined.push(`${joined.pop()} ${operand}`);
      open = false;
    } else {
      joined.push(operand);
      open = isBareIpv4(operand, integers);
    }
  }
  return joined;
}

function isBareIpv4(text: string, integers: IpVersion): boolean {
  try {
    return parseIp(text, integers).version === 4;
  } catch {
    return false;
  }
}

/** Whether `text` is a mask, or looks so much like one that it is worth saying what is wrong. */
function isMask(text: string): boolean {
  if (!/^[0-9]+(\.[0-9]+){3}$/.test(text)) return false;
  try {
    return parsePrefix(text, 4).prefix >= 0;
  } catch {
    return text.startsWith("255.");
  }
}

/** Returns what an operation needs; to it, an address alone is a network of one. */
function workOn(inputs: readonly Given[], reading: Reading): Work {
  return {
    texts: inputs.map(({ text }) => text),
    integers: reading.integers,
    read(text: string): IpNetwork {
      const { address, network } = readAddress(text, reading);
      return network ?? networkOf(address, BITS[address.version]);
    },
  };
}

/** The fewest characters of results that are written at once. */
const BATCH = 1 << 16;

/** Prints results as they come, no faster than they are read; returns the exit code. */
async function printResults(
  results: Generator<Result, number>,
  inputs: readonly Given[],
  asJson: boolean,
  io: Io,
): Promise<number> {
  let batch = "";
  try {
    while (true) {
      const { done, value } = results.next();
      if (!done) batch += `${asJson ? formatJson(value.json) : value.text}\n`;
      if (batch.length >= BATCH || (done && batch !== "")) {
        await print(io.stdout, batch);
        batch = "";
      }
      if (done) return value;
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const bad = inputs.find(({ text, line }) => line !== null && text === error.input);
    if (!bad) throw error;
    throw new UserError(`line ${bad.line}: ${error.message}`, {
      exit: EXIT.failed,
      hint: error.hint,
      cause: error,
    });
  }
}

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
    let line = 0;
    for await (const group of readLineGroups(io)) {
      yield group.map((text) => ({ text, line: ++line })).filter(({ text }) => text.trim() !== "");
    }
  }
}
