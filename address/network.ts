/**
 * IP networks: an address and how many of its bits name the network (RFC 4632, section 3.1).
 *
 * @module
 */
import {
  BITS,
  characterName,
  formatBinary,
  formatIp,
  formOf,
  type IpAddress,
  parseIp,
} from "./ip.ts";
import { ParseError } from "./parse_error.ts";

/** A network, which is a block of addresses. */
export interface IpNetwork {
  /** The lowest address: its host bits are zero. */
  readonly address: IpAddress;
  /** How many bits name the network, 0 to the width of the address. */
  readonly prefix: number;
}

/** What ADDRESS or ADDRESS/PREFIX means. */
export interface PrefixedAddress {
  /** The address; its host bits may be set. */
  readonly address: IpAddress;
  /** The network that it is in, or `null` if no prefix was given. */
  readonly network: IpNetwork | null;
  /** The names of the forms in which address and prefix are written. */
  readonly forms: readonly string[];
}

/** A form in which the size of a network is written. */
export type PrefixForm = "prefix length" | "netmask" | "wildcard mask";

/**
 * Returns the network of size `prefix` that `address` is in.
 *
 * @throws {RangeError} If `prefix` is not an integer from 0 to the width of the address.
 */
export function networkOf(address: IpAddress, prefix: number): IpNetwork {
  const { version, value } = address;
  const hostBits = BITS[version] - prefix;
  if (!Number.isInteger(prefix) || prefix < 0 || hostBits < 0) {
    throw new RangeError(`Not a prefix length: ${prefix}`);
  }
  const shift = BigInt(hostBits);
  return { address: { version, value: value >> shift << shift }, prefix };
}

/** Returns the netmask: ones in the network bits. */
export function netmask({ address: { version }, prefix }: IpNetwork): IpAddress {
  return networkOf({ version, value: (1n << BigInt(BITS[version])) - 1n }, prefix).address;
}

/** Returns the wildcard mask, the inverse of the netmask: ones in the host bits. */
export function wildcardMask(network: IpNetwork): IpAddress {
  return { version: network.address.version, value: addressCount(network) - 1n };
}

/** Returns the broadcast address, or `null` where there is none: /31 (RFC 3021) and /32. */
export function broadcast(network: IpNetwork): IpAddress | null {
  return hasReserved(network) ? lastAddress(network) : null;
}

/** Returns the lowest address that a host can have. */
export function firstHost(network: IpNetwork): IpAddress {
  const { version, value } = network.address;
  return { version, value: hasReserved(network) ? value + 1n : value };
}

/** Returns the highest address that a host can have. */
export function lastHost(network: IpNetwork): IpAddress {
  const { version, value } = lastAddress(network);
  return { version, value: hasReserved(network) ? value - 1n : value };
}

/** Returns how many addresses the network has. */
export function addressCount(network: IpNetwork): bigint {
  return 1n << BigInt(hostBits(network));
}

/** Returns how many hosts the network can have. */
export function hostCount(network: IpNetwork): bigint {
  return addressCount(network) - (hasReserved(network) ? 2n : 0n);
}

/** Returns how many bits number the hosts. */
export function hostBits({ address, prefix }: IpNetwork): number {
  return BITS[address.version] - prefix;
}

function lastAddress(network: IpNetwork): IpAddress {
  const { version, value } = network.address;
  return { version, value: value + addressCount(network) - 1n };
}

/** Whether the lowest and highest address are no host's (RFC 1122, section 3.2.1.3; RFC 3021). */
function hasReserved(network: IpNetwork): boolean {
  return hostBits(network) > 1;
}

/** Returns `network` as ADDRESS/PREFIX. */
export function formatNetwork({ address, prefix }: IpNetwork): string {
  return `${formatIp(address)}/${prefix}`;
}

/**
 * Returns what `text`, ADDRESS or ADDRESS/PREFIX, means. ADDRESS is in any form that `parseIp`
 * reads; PREFIX is a length or a mask, see `parsePrefix`.
 *
 * @throws {ParseError} With positions in the whole of `text`.
 */
export function parsePrefixedAddress(text: string): PrefixedAddress {
  const slash = text.indexOf("/");
  if (slash === -1) {
    return { address: parseIp(text), network: null, forms: [formOf(text).name] };
  }
  const addressText = text.slice(0, slash);
  const address = within("an IPv4 address", text, 0, () => parseIp(addressText));
  const { prefix, form } = within(
    "an IPv4 network",
    text,
    slash + 1,
    () => parsePrefix(text.slice(slash + 1)),
  );
  return { address, network: networkOf(address, prefix), forms: [formOf(addressText).name, form] };
}

/**
 * Returns the prefix length that `text` means, and its form: a number from 0 to 32, a netmask, or,
 * if it cannot be one, a wildcard mask. 0.0.0.0 and 255.255.255.255 are netmasks, /0 and /32.
 *
 * @throws {ParseError} For anything else, also for masks whose ones are not contiguous.
 */
export function parsePrefix(text: string): { prefix: number; form: PrefixForm } {
  const what = "a prefix length";
  if (text.includes(".")) return parseMask(text);
  if (text === "") throw new ParseError(what, text, "the prefix length is missing");
  const stray = text.match(/[^0-9]/u);
  if (stray) {
    const [character] = stray;
    const plain = text.normalize("NFKC").trim();
    throw new ParseError(what, text, `${characterName(character)} is not a decimal digit`, {
      at: [stray.index!, stray.index! + character.length],
      ...(/^[0-9]{1,2}$/.test(plain) ? { hint: `write /${plain}` } : {}),
    });
  }
  const prefix = Number(text);
  if (prefix > BITS[4]) throw new ParseError(what, text, `a prefix length is 0 to ${BITS[4]}`);
  if (text !== `${prefix}`) {
    throw new ParseError(what, text, "a prefix length has no leading zero", {
      hint: `write /${prefix}`,
    });
  }
  return { prefix, form: "prefix length" };
}

function parseMask(text: string): { prefix: number; form: PrefixForm } {
  const binary = formatBinary(parseIp(text));
  const digits = binary.replaceAll(".", "");
  if (/^1*0*$/.test(digits)) return { prefix: digits.lastIndexOf("1") + 1, form: "netmask" };
  if (/^0+1+$/.test(digits)) return { prefix: digits.indexOf("1"), form: "wildcard mask" };
  throw new ParseError("a netmask", text, `the ones of the mask are not contiguous: ${binary}`);
}

/** Runs `parse` on the part of `whole` at `offset`; its errors become errors in `whole`. */
function within<T>(what: string, whole: string, offset: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const [start, end] = error.at;
    throw new ParseError(what, whole, error.reason, {
      at: [offset + start, offset + end],
      ...(error.hint === null ? {} : { hint: error.hint }),
    });
  }
}
