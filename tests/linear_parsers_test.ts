import { parseIp } from "../address/ip_text.ts";
import { parseIpv4 } from "../address/ipv4.ts";
import { parseIpv6 } from "../address/ipv6.ts";
import { parseMac } from "../address/mac.ts";
import { parseNetwork, parsePrefixedAddress } from "../address/network.ts";
import { parsePort } from "../address/port.ts";
import { parseHexDigits } from "../capture/hex_digits.ts";
import { parseHexDump } from "../capture/hex_dump.ts";
import { parseSeconds } from "../cli/command.ts";
import { parseEndpoint, parseHost } from "../net/endpoint.ts";
import {
  parseIpRoute,
  parseProcIpv6Route,
  parseProcRoute,
  parseRoutePrint,
} from "../system/gateways.ts";
import { readNeighbours } from "../arp/formats.ts";
import {
  parseCommandLine,
  parseEffectiveUser,
  parsePortRange,
  parseProcNet,
  parseUsers,
  parseZones,
} from "../sockets/proc_net.ts";
import { parseLsof } from "../sockets/lsof.ts";
import {
  parseDynamicPorts,
  parseExcludedPorts,
  parseNetstat,
  parseTasklist,
} from "../sockets/netstat.ts";
import { parseServices } from "../sockets/port_names.ts";
import { RangeSet } from "../address/range_set.ts";
import { calculate } from "../ipinfo/calculation.ts";
import { parseListLine } from "../ipinfo/list_line.ts";
import { grep } from "../ipinfo/log_lines.ts";
import { readingsOf } from "../ipinfo/readers.ts";
import { assertLinear } from "./linear.ts";

const GREP = grep(
  { set: new RangeSet(), exit: 0 },
  { integers: 4, strict: false },
  false,
);

/** Parsers of the output of other programs, and of files of the system. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  readNeighbours,
  parseCommandLine,
  parseDynamicPorts,
  parseExcludedPorts,
  parseIpRoute,
  parseLsof,
  parseNetstat: (text) => parseNetstat(text, new Map()),
  parseProcNet: (text) => parseProcNet(text, "tcp", { littleEndian: true, zoneOf: () => null }),
  parseProcRoute,
  parseRoutePrint,
  parseServices,
  parseTasklist,
  parseUsers,
  parseZones,
  parsePortRange,
  parseEffectiveUser,
  parseProcIpv6Route,
};

/** Parsers of operands, and of texts of any length that a user gives. */
const OPERANDS: Readonly<Record<string, (text: string) => unknown>> = {
  parseEndpoint,
  parseHost,
  parseHexDigits,
  parseHexDump,
  parseIp,
  "parseIp(text, 6)": (text) => parseIp(text, 6),
  parseIpv4,
  parseIpv6,
  parseMac,
  parseNetwork,
  parsePort,
  parsePrefixedAddress,
  parseSeconds,
  parseListLine: (text) => parseListLine(`${text} - ${text} `),
  calculate: (text) => calculate(`${text}+`),
  "calculate(A-B)": (text) => calculate(`${text}-${text}`),
  "readers of addresses": readingsOf,
  "grep of a log": (text) => GREP.take({ text, line: null, label: "", fault: null }),
};

/** Pieces of operands, beside `UNITS`. */
const OPERAND_UNITS = [
  ...["0", "::", "1:", "f", "0x", "1.", ".1.", "%", "%1", "/", "/1", "-", "01-", "]", "]:", "["],
  ...["unix:", "http://", "@", "#", ",", ";", "中", "：", "。", "０", "é", "\u0301", "😀"],
  ...["/*", "*/", "//", "\\x", "0b", "0000  ", "0000: 00 ", "00 00\n", "\t"],
];

/** Pieces that are repeated, on one line and on many. */
const UNITS = [" ", "\n", "\r", "\0", "1", "1 ", ":", ": ", ".", '"', "[", " \n1"];

/** Runs a parser, which may refuse its input. */
function attempt(parse: (text: string) => unknown, text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw error;
  }
}

for (const [name, parse] of Object.entries(PARSERS)) {
  Deno.test(`${name}() takes linear time`, async () => {
    for (const unit of UNITS) {
      const make = (size: number) => `1${unit.repeat(size / unit.length)}!`;
      await assertLinear(make, (text) => attempt(parse, text), { name: JSON.stringify(unit) });
    }
  });
}

for (const [name, parse] of Object.entries(OPERANDS)) {
  Deno.test(`${name}() takes linear time`, async () => {
    for (const unit of [...UNITS, ...OPERAND_UNITS]) {
      for (const start of ["", "1", "[", "::"]) {
        const make = (size: number) => `${start}${unit.repeat(size / unit.length)}!`;
        const name = JSON.stringify(start + unit);
        await assertLinear(make, (text) => attempt(parse, text), { name });
      }
    }
  });
}
