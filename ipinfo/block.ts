/**
 * The block of labelled lines that shows a person an IP address.
 *
 * @module
 */
import { embeddedIpv4 } from "../address/embedded.ts";
import { formatBits, formatHex, formatInteger, type IpAddress } from "../address/ip.ts";
import { classOf } from "../address/ip_class.ts";
import { formatIp, formatReverse } from "../address/ip_text.ts";
import { formatBinary } from "../address/ipv4.ts";
import { formatExploded } from "../address/ipv6.ts";
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
  type PrefixedAddress,
  wildcardMask,
} from "../address/network.ts";
import { type SpecialBlock, specialBlockOf, specialBlocksIn } from "../address/special.ts";
import { escapeLine } from "../text/escape.ts";
import { pad, width, wrap } from "../text/layout.ts";
import { count } from "../text/units.ts";
import { type Palette, PLAIN } from "../cli/terminal.ts";
import { linkRows } from "./link_rows.ts";
import { roleOf } from "./role.ts";
import { t, translate } from "../text/messages.ts";

/** The layout of results. */
export interface Style {
  /** The longest line. */
  readonly columns: number;
  /** The styles of network bits and host bits. */
  readonly palette: Palette;
}

/** A text, and the same with its styles. */
interface Styled {
  readonly plain: string;
  readonly styled: string;
}

/** A line of a block: a label, a value, and bits beside it. */
interface Row {
  readonly label: string;
  readonly value: string;
  readonly bits?: Styled;
}

/**
 * Returns the block of an address that was given as `input`. The bits of IPv4 stand beside
 * each address or, where they do not fit, below it; those of IPv6 in eight lines.
 */
export function formatBlock(
  input: string,
  { address, network, forms }: PrefixedAddress,
  style: Style,
): string {
  const canonical = formatIp(address) + (network ? `/${network.prefix}` : "");
  const prefix = network?.prefix ?? null;
  const given = {
    label: t`input`,
    value: `${escapeLine(input)} (${forms.map(translate).join(t`, `)})`,
  };
  const rows: Row[] = [
    ...(input === canonical ? [] : [given]),
    { label: t`address`, value: formatIp(address), ...octets(address, prefix, style) },
    ...(address.version === 6 ? groupRows(address, prefix, style) : []),
    ...(network
      ? [...networkRows(network, style), { label: t`role`, value: roleOf(address, network).says }]
      : []),
    { label: t`integer`, value: formatInteger(address) },
    { label: t`hex`, value: formatHex(address) },
    { label: t`reverse`, value: formatReverse(address) },
    ...linkRows(address),
    ...purposeRows(address, network),
  ];
  return layOut(rows, style);
}

function networkRows(network: IpNetwork, style: Style): Row[] {
  const { address: { version }, prefix } = network;
  const row = (label: string, address: IpAddress, value = formatIp(address)) => ({
    label,
    value,
    ...octets(address, prefix, style),
  });
  const host = hostBits(network);
  const end = broadcast(network);
  const addresses = addressCount(network);
  return [
    { label: t`prefix`, value: t`/${prefix}, ${prefix} network + ${host} host bits` },
    row(t`netmask`, netmask(network)),
    row(t`wildcard`, wildcardMask(network)),
    row(t`network`, network.address, formatNetwork(network)),
    ...(end ? [row(t`broadcast`, end)] : [{ label: t`broadcast`, value: noBroadcast(network) }]),
    ...(version === 6 && host > 1
      ? [{
        label: t`anycast`,
        value: t`${formatIp(network.address)}, to a router (RFC 4291,
        2.6.1)`,
      }]
      : []),
    row(t`first host`, firstHost(network)),
    row(t`last host`, lastHost(network)),
    {
      label: t`addresses`,
      value: version === 6 && host > 9
        ? `${addresses} (2^${host})`
        : t`${addresses}, ${hostCount(network)} usable`,
    },
  ];
}

/** Returns the reason for which `network` has no broadcast address. */
function noBroadcast(network: IpNetwork): string {
  const { version } = network.address;
  if (hostBits(network) === 0) return t`none: a single address`;
  if (hostBits(network) > 1) return t`none: IPv6 has multicast instead`;
  return t`none: both ends of a link (RFC ${version === 4 ? 3021 : 6164})`;
}

/** Returns the lines on the purpose of `address` and `network`, and on the IPv4 address in it. */
function purposeRows(address: IpAddress, network: IpNetwork | null): Row[] {
  const ipClass = classOf(address);
  const embedded = embeddedIpv4(address);
  return [
    ...(ipClass ? [{ label: t`class`, value: t`${ipClass} (historical, before RFC 1519)` }] : []),
    ...specialRows(address, network),
    ...(embedded
      ? [
        { label: embedded.kind, value: formatIp(embedded.address) },
        { label: "", value: purpose(specialBlockOf(embedded.address)) },
      ]
      : []),
  ];
}

/** The most parts of a network that are listed, each of them a special block. */
const MOST_PARTS = 4;

/** Returns the special block of `address`, and, of a larger network, the blocks inside it. */
function specialRows(address: IpAddress, network: IpNetwork | null): Row[] {
  const inside = network ? specialBlocksIn(network) : [];
  if (network === null || inside.length === 0) {
    return [{ label: t`special`, value: purpose(specialBlockOf(address)) }];
  }
  const whole = specialBlockOf(network.address, network.prefix);
  const parts = inside.slice(0, MOST_PARTS).map((block) => ({
    label: "",
    value: `${partOf(network, block.network!)}: ${purpose(block)}`,
  }));
  const more = inside.length - parts.length;
  return [
    ...(address.value === network.address.value
      ? []
      : [{ label: t`special`, value: t`${purpose(specialBlockOf(address))}: the address` }]),
    {
      label: address.value === network.address.value ? "special" : "",
      value: whole
        ? t`${purpose(whole)}, and in it`
        : t`not the network as a whole, but parts of it:`,
    },
    ...parts,
    ...(more > 0 ? [{ label: "", value: t`and ${count(more, "smaller block")}` }] : []),
  ];
}

/** Returns the part of `network` that `block` is: "half", "1/16". */
function partOf(network: IpNetwork, block: IpNetwork): string {
  const bits = block.prefix - network.prefix;
  return bits === 1 ? "half" : bits <= 10 ? `1/${2 ** bits}` : t`a small part`;
}

function purpose(block: SpecialBlock | null): string {
  if (!block) return t`no: global unicast`;
  const where = block.block === null ? "" : `${block.block} `;
  const reach = { true: t`, globally reachable`, false: t`, not globally reachable`, null: "" };
  return `${where}${block.name} (${block.rfc})${reach[`${block.globallyReachable}`]}`;
}

/** Returns the bits of an IPv4 address with `|` behind the first `prefix`, in place of a dot there. */
function octets(
  address: IpAddress,
  prefix: number | null,
  { palette }: Style,
): { bits?: Styled } {
  return address.version === 6 ? {} : { bits: divided(formatBinary(address), prefix, palette) };
}

/** Returns the groups of an IPv6 address, in binary with `|` behind the first `prefix` bits. */
function groupRows(address: IpAddress, prefix: number | null, { palette }: Style): Row[] {
  const digits = formatExploded({ ...address, zone: null });
  const groups = formatBits(address).match(/.{16}/g)!.map((binary, i) => {
    const left = prefix === null ? null : prefix - i * 16;
    const { plain, styled } = left === null || (left > 0 && left <= 16) || (left === 0 && i === 0)
      ? divided(binary, left, palette)
      : { plain: binary, styled: palette[left > 0 ? "green" : "yellow"](binary) };
    const hex = digits.split(":")[i]!;
    return { plain, styled, hex };
  });
  const widest = Math.max(...groups.map(({ plain }) => plain.length));
  return [
    { label: t`exploded`, value: formatExploded(address) },
    ...groups.map(({ plain, styled, hex }, i) => {
      const gap = " ".repeat(widest - plain.length + 2);
      return {
        label: i === 0 ? t`binary` : "",
        value: "",
        bits: { plain: plain + gap + hex, styled: styled + gap + hex },
      };
    }),
  ];
}

/** Divides binary digits, which may have dots, behind the first `prefix` of them. */
function divided(binary: string, prefix: number | null, { green, yellow }: Palette): Styled {
  if (prefix === null) return { plain: binary, styled: binary };
  const [, network = "", host = ""] = binary.match(new RegExp(`^((?:[01]\\.?){${prefix}})(.*)$`)) ??
    [];
  const left = network.replace(/\.$/, "");
  const parts = (paint: Pick<Palette, "green" | "yellow">) =>
    [left && paint.green(left), "|", host && paint.yellow(host)].filter(Boolean).join(" ");
  return { plain: parts(PLAIN), styled: parts({ green, yellow }) };
}

/** Lays rows out in columns; bits that do not fit beside their value go below it. */
function layOut(rows: readonly Row[], { columns }: Style): string {
  const labelWidth = Math.max(...rows.map(({ label }) => width(label))) + 2;
  const valueWidth = Math.max(...rows.map(({ value, bits }) => bits && value ? value.length : 0)) +
    2;
  const bitsWidth = Math.max(...rows.map(({ bits }) => bits?.plain.length ?? 0));
  const beside = labelWidth + valueWidth + bitsWidth <= columns;
  const indent = " ".repeat(Math.min(labelWidth, Math.max(0, columns - bitsWidth)));
  return rows.flatMap(({ label, value, bits }) => {
    if (bits && value === "" && labelWidth + bitsWidth <= columns) {
      return [pad(label, labelWidth) + bits.styled];
    }
    if (bits && value !== "" && beside) {
      return [pad(label, labelWidth) + pad(value, valueWidth) + bits.styled];
    }
    const left = fold(value, columns - labelWidth).map((line, i) =>
      (pad(i === 0 ? label : "", labelWidth) + line).trimEnd()
    ).flatMap((line) => fold(line, columns)); // in case it is narrower than the labels
    if (!bits) return left;
    const lines = left.filter((line) => line !== "");
    const fits = bits.plain.length <= columns;
    return [...lines, ...(fits ? [indent + bits.styled] : fold(bits.plain, columns))];
  }).map((line) => `${line}\n`).join("");
}

/**
 * Breaks `text` into lines of at most `columns`: at blanks where it has them, else behind a dot or
 * colon, and before the last two labels of a reverse name.
 */
function fold(text: string, columns: number): string[] {
  if (text === "" || width(text) <= columns) return [text];
  const some = `.{1,${Math.max(1, columns)}}`;
  const pieces = new RegExp(`${some}$|${some}(?=ip6\\.arpa$)|${some}(?<=[.:])|${some}`, "g");
  return wrap(text, columns).flatMap((line) => line.match(pieces) ?? []);
}
