/**
 * IP addresses as values, with all that is the same in both versions of the protocol.
 *
 * Map of the folder, in reading order:
 *
 *     ip.ts              an address as a value; integers, hexadecimal, bits
 *     parse_error.ts     the error of every parser: the input, the fault, its place, a hint
 *     ipv4.ts            IPv4 as text          ipv6.ts, ipv6_forms.ts   IPv6 as text
 *     ip_text.ts         either version as text, and names in the reverse DNS
 *     network.ts         networks: an address with a prefix length, masks, hosts, broadcast
 *     range.ts           ranges from a first to a last address
 *     range_set.ts, range_set_v6.ts   sets of addresses    prefix_table.ts   longest-prefix match
 *     subnets.ts         networks divided, compared     host_plan.ts   networks for numbers of hosts
 *     special.ts         blocks with a purpose of their own (IANA)
 *     embedded.ts        IPv4 addresses inside IPv6 addresses
 *     ip_class.ts        classes A to E         zone.ts     addresses of one link
 *     mac.ts             MAC addresses          link_layer.ts   those that belong to IP addresses
 *     port.ts            port numbers           port_class.ts, blocked_ports.ts   ranges of ports
 *     source_address.ts  the local address and port of a client
 *     tcp_state.ts       the names of the states of TCP
 *
 * @module
 */
import { ParseError } from "./parse_error.ts";
import { t } from "../text/messages.ts";

/** A version of the Internet Protocol. */
export type IpVersion = 4 | 6;

/**
 * An IP address. Its value is a `bigint`, so that shifts and masks are the same at every width;
 * those of `number` are signed at bit 31.
 */
export interface IpAddress {
  /** The version, which says how many bits the value has. */
  readonly version: IpVersion;
  /** The bits, the first one on the wire as the most significant. */
  readonly value: bigint;
  /**
   * The zone of an IPv6 address, without `%`: the link on which it is meant (RFC 4007, section 11).
   * `null` without one, and always for IPv4. It is no part of the bits, and networks have none.
   */
  readonly zone: string | null;
}

/** The number of bits of an address (RFC 791, section 3.1; RFC 8200, section 3). */
export const BITS: Readonly<Record<IpVersion, number>> = { 4: 32, 6: 128 };

/**
 * The longest text that is read. Binary octets have 35 characters, IPv6 with an embedded IPv4
 * address 45, a zone on Linux 15 (`IFNAMSIZ`).
 */
export const MAX_LENGTH = 64;

/** Returns the error for a text of more than `MAX_LENGTH` characters that should be `what`. */
export function tooLong(what: string, text: string): ParseError {
  return new ParseError(what, text, t`${text.length} characters are too many`);
}

/** A form in which addresses are written; `parse(format(address))` is `address`. */
export interface IpForm {
  /** The name of the form, for people. */
  readonly name: string;
  /** Matches a text that is meant to be in this form, right or wrong. */
  readonly looks: RegExp;
  /** Returns the address, or throws a `ParseError`. */
  readonly parse: (text: string) => IpAddress;
  /** Returns the address in this form. */
  readonly format: (address: IpAddress) => string;
}

/**
 * Returns the IPv4 address with these 32 bits.
 *
 * @throws {RangeError} If `value` is negative or has more bits.
 */
export function ipv4(value: bigint): IpAddress {
  return addressOf(4, value, null);
}

/**
 * Returns the IPv6 address with these 128 bits, in `zone` if it is given.
 *
 * @throws {RangeError} If `value` is negative or has more bits.
 */
export function ipv6(value: bigint, zone: string | null = null): IpAddress {
  return addressOf(6, value, zone);
}

function addressOf(version: IpVersion, value: bigint, zone: string | null): IpAddress {
  if (value < 0n || value >> BigInt(BITS[version]) !== 0n) {
    throw new RangeError(`Not ${BITS[version]} bits: ${value}`);
  }
  return { version, value, zone };
}

/** Whether `address` is an IPv4 address in IPv6, `::ffff:0:0/96` (RFC 4291, section 2.5.5.2). */
export function isMapped({ version, value }: IpAddress): boolean {
  return version === 6 && value >> 32n === 0xffffn;
}

/**
 * Returns the IPv4 address that `address` stands for if it is IPv4-mapped, otherwise `address`. A
 * socket that is bound to `::` sees its IPv4 peers as mapped addresses.
 */
export function unmapped(address: IpAddress): IpAddress {
  return isMapped(address) ? ipv4(address.value & 0xffff_ffffn) : address;
}

/** Returns `address` as a decimal integer. */
export function formatInteger({ value }: IpAddress): string {
  return value.toString();
}

/** Returns `address` as a hexadecimal integer with all its digits: `0x0a000001`. */
export function formatHex({ version, value }: IpAddress): string {
  return `0x${value.toString(16).padStart(BITS[version] / 4, "0")}`;
}

/** Returns the bits of `address`, 32 or 128 characters `0` or `1`. */
export function formatBits({ version, value }: IpAddress): string {
  return value.toString(2).padStart(BITS[version], "0");
}
