/**
 * Names of Wireshark's that are no fields of a header: those that stand for one of another name, or for
 * several, and those that nothing in a packet can be set by.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { msg, t, translate } from "../text/messages.ts";

/** A setting in the names of headers' fields. */
export interface Expanded {
  /** `FIELD=VALUE`, as often as needed. */
  readonly settings: readonly string[];
  /** The field that is set in place of the name that was given, in words; `null` for that name itself. */
  readonly says: string | null;
}

/** Names that stand for another field, and why. */
const INSTEAD: Readonly<Record<string, readonly [field: string, why: string]>> = {
  "tcp.seq": ["tcp.seq_raw", msg("Wireshark counts tcp.seq from the connection's first number")],
  "tcp.ack": ["tcp.ack_raw", msg("Wireshark counts tcp.ack from the connection's first number")],
  "tcp.window_size": [
    "tcp.window_size_value",
    msg("tcp.window_size is that times the window scale of the SYN"),
  ],
  "tcp.flags.str": ["tcp.flags", msg("the letters are how Wireshark prints it")],
  "ip.src_host": ["ip.src", msg("no names are looked up")],
  "ip.dst_host": ["ip.dst", msg("no names are looked up")],
  "ipv6.src_host": ["ipv6.src", msg("no names are looked up")],
  "ipv6.dst_host": ["ipv6.dst", msg("no names are looked up")],
  "tcp.options.mss": ["tcp.options.mss_val", msg("tcp.options.mss is the whole option")],
  "tcp.options.wscale": ["tcp.options.wscale.shift", msg("tcp.options.wscale is the whole option")],
};

/** Names of several fields side by side: the fields and their bits, and the words for single bits. */
const SEVERAL: Readonly<Record<string, readonly (readonly [field: string, bits: number])[]>> = {
  "ip.flags": [["ip.flags.rb", 1], ["ip.flags.df", 1], ["ip.flags.mf", 1]],
  "ip.dsfield": [["ip.dsfield.dscp", 6], ["ip.dsfield.ecn", 2]],
};

/** Names that cannot be set, with the reason, by patterns. */
const REFUSED: readonly (readonly [names: RegExp, reason: string, hint: string])[] = [
  [
    /^(ip|ipv6)\.(addr|host)$/,
    msg("it is the address of either end"),
    msg("write {1}.src or {1}.dst"),
  ],
  [/^(eth|arp)\.addr$/, msg("it is the address of either end"), msg("write {1}.src or {1}.dst")],
  [
    /^(tcp|udp|sctp)\.port$/,
    msg("it is the port of either end"),
    msg("write {1}.srcport or {1}.dstport"),
  ],
  [
    /^(tcp|udp)\.(len|payload|segment_data|data)$|^data(\.data|\.len|\.text)?$/,
    msg("it follows from the data"),
    msg("give PAYLOAD, as digits with --hex"),
  ],
  [
    /^(ip|ipv6)\.(fragments?|reassembled)\b/,
    msg("it tells of several packets"),
    msg("write --fragment BYTES"),
  ],
  [/^eth\.(padding|trailer)$/, msg("it is behind the packet"), msg("write --pad")],
  [
    /^ip\.(options|opt|src_rt|rec_rt)\b/,
    msg("netkit makes no options of IP"),
    msg("the options of TCP can be set: tcp.options.mss_val=1460"),
  ],
  [
    /^frame\b|\.(?:stream|analysis|completeness|status|nxtseq|window_size_scalefactor|str|ig|lg)(?:\.|$)|\.time_|_resolved$/,
    msg("Wireshark computes it from the capture: it is in no byte of the packet"),
    "",
  ],
];

const WHAT = msg("a setting");

/**
 * Returns the settings that `text`, `FIELD=VALUE`, stands for; itself where the name is that of a field, or
 * of nothing.
 *
 * @throws {ParseError} For a name of Wireshark's that cannot be set, with the reason.
 */
export function expandSetting(text: string): Expanded {
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  const own = Object.hasOwn(INSTEAD, name) ? INSTEAD[name]! : null;
  if (own !== null && equals !== -1) {
    const [field, why] = own;
    return {
      settings: [`${field}${text.slice(name.length)}`],
      says: t`${field} is set: ${translate(why)}`,
    };
  }
  if (Object.hasOwn(SEVERAL, name) && equals !== -1) return severalSettings(name, text, equals + 1);
  for (const [names, reason, hint] of REFUSED) {
    const match = name.match(names);
    if (match === null) continue;
    throw new ParseError(WHAT, text, t`${name} cannot be set: ${translate(reason)}`, {
      at: [0, name.length],
      ...hint === "" ? {} : { hint: translate(hint).replaceAll("{1}", match[1]!) },
    });
  }
  return { settings: [text], says: null };
}

/** Returns the settings of the parts of a field, by a number or by the words of bits. */
function severalSettings(name: string, text: string, at: number): Expanded {
  const parts = SEVERAL[name]!;
  const value = text.slice(at);
  const bits = parts.reduce((sum, [, each]) => sum + each, 0);
  const number = /^(0x[0-9a-f]+|0b[01]+|[0-9]+)$/i.test(value)
    ? Number(value)
    : wordBits(parts, value);
  if (number === null || number >= 2 ** bits) {
    const words = parts.every(([, each]) => each === 1) ? t`, or words: ${wordsOf(parts)}` : "";
    throw new ParseError(WHAT, text, t`${name} has ${bits} bits: 0-${2 ** bits - 1}${words}`, {
      at: [at, text.length],
    });
  }
  let shift = bits;
  const settings = parts.map(([field, each]) => {
    shift -= each;
    return `${field}=${number >> shift & 2 ** each - 1}`;
  });
  return { settings, says: null };
}

function wordsOf(parts: readonly (readonly [field: string, bits: number])[]): string {
  return parts.map(([field]) => field.split(".").at(-1)!.toUpperCase()).join(",");
}

/** Returns the number that words of single bits make, `DF,MF`, or `null` for other words. */
function wordBits(
  parts: readonly (readonly [field: string, bits: number])[],
  value: string,
): number | null {
  if (parts.some(([, bits]) => bits > 1)) return null;
  if (value.toLowerCase() === "none") return 0;
  const names = wordsOf(parts).split(",");
  let number = 0;
  for (const word of value.toUpperCase().split(",")) {
    const place = names.indexOf(word);
    if (place === -1) return null;
    number |= 1 << names.length - 1 - place;
  }
  return number;
}

/** Returns the names that stand for other fields of `names`, each with what is set. */
export function otherNames(names: readonly string[]): (readonly [name: string, sets: string])[] {
  return [
    ...Object.entries(INSTEAD).flatMap(([name, [field]]) =>
      names.includes(field) ? [[name, field] as const] : []
    ),
    ...Object.entries(SEVERAL).flatMap(([name, parts]) =>
      parts.every(([field]) => names.includes(field))
        ? [[name, parts.map(([field]) => field).join(", ")] as const]
        : []
    ),
  ];
}
