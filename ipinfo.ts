/**
 * `netkit ipinfo`: an address in all its forms, and its network.
 *
 * @module
 */
import { BITS } from "./address/ip.ts";
import { type IpNetwork, networkOf, type PrefixedAddress } from "./address/network.ts";
import { REGISTRY_DATE } from "./address/special.ts";
import { ParseError } from "./address/parse_error.ts";
import { formatBlock } from "./ipinfo/block.ts";
import { FORM_NAMES, formatForms, type FormName, quickForms } from "./ipinfo/forms.ts";
import { ADDRESS_FIELDS, addressJson } from "./ipinfo/json.ts";
import { type Given, joinMasks, readAddress, type Reading, readInputs } from "./ipinfo/operands.ts";
import { type Command, command, flag, repeated } from "./cli/command.ts";
import { EXIT, UserError } from "./cli/errors.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { SUBNET_FIELDS, SUBNET_OPTIONS } from "./ipinfo/subnet_options.ts";
import { operationOf, type Result, type Work } from "./ipinfo/subnet_operations.ts";
import { palette } from "./cli/terminal.ts";
import { lookUp } from "./net/dns.ts";
import { escapeControls, escapeLine } from "./text/escape.ts";
import { reasonOf } from "./text/reason.ts";

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
    `What special addresses are for is what IANA's registries said on ${REGISTRY_DATE}.`,
  ],
  operands: [{
    name: "ADDRESS[/PREFIX]",
    summary: "an IP address, or - for standard input, one address a line",
    required: true,
    repeated: true,
  }],
  options: {
    ipv6: flag("read integers as IPv6", "6"),
    resolve: flag("also take host names, and show all their addresses"),
    strict: flag("refuse networks whose host bits are set"),
    form: repeated({
      value: "FORM",
      summary: "print only this form, one line an address; several with tabs between",
      choices: FORM_NAMES,
      parse: parseForm,
    }),
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
    {
      line: "netkit ipinfo --map 10.0.0.0/24 10.0.0.0/26 10.0.0.128/27",
      says: "what is used, what is free",
    },
    { line: "netkit ipinfo --form integer 10.0.0.1", says: "only the integer" },
    { line: "netkit ipinfo --json - < addresses.txt", says: "many addresses, for a program" },
  ],
  json: [...ADDRESS_FIELDS, ...SUBNET_FIELDS],
  permissions: ["with --resolve: --allow-net"],
  async run({ options, operands }, io) {
    if (operands.indexOf("-") !== operands.lastIndexOf("-")) {
      throw new UserError("- is given twice, but standard input can be read only once");
    }
    const reading: Reading = { integers: options.ipv6 ? 6 : 4, strict: options.strict };
    const operation = operationOf(options);
    if (options.form.length > 0 && (operation || options.json)) {
      throw new UserError(`--form goes with addresses, not with ${operation ? "this" : "--json"}`);
    }
    const joined = options.range ? operands : joinMasks(operands, reading.integers);
    if (operation) {
      const inputs: Given[] = [];
      for await (const group of readInputs(joined, io)) inputs.push(...group);
      return await printResults(
        operation(workOn(inputs, reading, options.json, io)),
        inputs,
        options.json,
        io,
      );
    }
    const forms = options.form;
    const shortcut = forms.length > 0 && !options.strict ? quickForms(forms) : null;
    const show = (text: string, parsed: PrefixedAddress) => {
      if (forms.length > 0) return `${formatForms(parsed, forms)}\n`;
      if (options.json) return `${formatJson(addressJson(text, parsed))}\n`;
      return formatBlock(text, parsed, style);
    };
    const lineFeed = options.json || forms.length > 0 ? "" : "\n"; // between blocks
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
          if (options.resolve && isName(text)) {
            for (const parsed of await resolve(text, reading)) {
              results += separator + show(text, parsed);
              separator = lineFeed;
            }
            continue;
          }
          const quick = shortcut?.(text) ?? null;
          if (quick !== null) {
            results += `${quick}\n`;
            continue;
          }
          results += separator + show(text, readAddress(text, reading));
          separator = lineFeed;
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

/** Returns the name of a form. */
function parseForm(text: string): FormName {
  const found = FORM_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  throw new ParseError("a form", text, `choose ${FORM_NAMES.join(", ")}`);
}

/** Whether `text` may be a host name, with a prefix or without: it has a letter and is no address. */
function isName(text: string): boolean {
  return /^(?!0[xb])(?=.*[a-z])[a-z0-9_.-]+(\/[0-9.]+)?$/i.test(text);
}

/** Resolves to the addresses of a host name, each with the prefix behind the name. */
async function resolve(text: string, reading: Reading): Promise<PrefixedAddress[]> {
  const [name = "", ...prefix] = text.split("/");
  let addresses: readonly string[];
  try {
    addresses = await lookUp(name);
  } catch (error) {
    throw new ParseError("an IP address", text, reasonOf(error));
  }
  return [...new Set(addresses)].map((address) => ({
    ...readAddress([address, ...prefix].join("/"), reading),
    forms: ["host name"],
  }));
}

/** Returns what an operation needs; to it, an address alone is a network of one. */
function workOn(inputs: readonly Given[], reading: Reading, json: boolean, io: Io): Work {
  return {
    texts: inputs.map(({ text }) => text),
    integers: reading.integers,
    columns: io.columns(),
    json,
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
