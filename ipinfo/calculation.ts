/**
 * Sums and differences of addresses: `10.0.0.250+10`, `10.0.1.0-10.0.0.5`.
 *
 * @module
 */
import { BITS, type IpAddress, type IpVersion } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import { addressCount, formatNetwork, type IpNetwork, parseNetwork } from "../address/network.ts";
import { ParseError, within } from "../address/parse_error.ts";
import { msg, t } from "../text/messages.ts";

const WHAT = msg("a sum of an address");

/** The result of a calculation: an address, the network so many further on, or a difference. */
export type Calculated =
  | { readonly address: IpAddress }
  | { readonly network: IpNetwork }
  | { readonly difference: bigint };

/** Matches a number behind the last + or -: in decimal or hexadecimal digits. */
const NUMBER = /([+-])\s*(0x[0-9a-f]{1,32}|[0-9]{1,39})$/i;

/**
 * Returns the result of `text`: ADDRESS+N and ADDRESS-N are an address, NETWORK+N and NETWORK-N the
 * network of the same size so many further on or back, and ADDRESS-ADDRESS is the number of addresses
 * from the second one to the first one, which may be negative. Blanks may stand around the sign.
 *
 * @throws {ParseError} For anything else, also for a result outside of the space of addresses.
 */
export function calculate(text: string, integers: IpVersion = 4): Calculated {
  const [end, sign, digits] = text.match(NUMBER) ?? [];
  if (end !== undefined) {
    const left = text.slice(0, -end.length).trimEnd();
    const steps = sign === "-" ? -BigInt(digits!) : BigInt(digits!);
    return addSteps(text, left, steps, integers);
  }
  // A zone may have a dash, an address has none: the sign is the last one before the second address.
  const dash = text.lastIndexOf("-");
  if (dash === -1) {
    const reason = text.trimEnd().endsWith("+")
      ? t`there is no number behind the +`
      : t`there is no + or - in it`;
    throw new ParseError(WHAT, text, reason, {
      hint: t`write it like 10.0.0.1+5 or 10.0.0.9-10.0.0.1`,
    });
  }
  const left = text.slice(0, dash).trimEnd();
  const right = text.slice(dash + 1).trimStart();
  const one = within(WHAT, text, 0, () => parseIp(left, integers));
  const other = within(WHAT, text, text.length - right.length, () => parseIp(right, integers));
  if (one.version !== other.version) throw new ParseError(WHAT, text, t`it mixes IPv4 and IPv6`);
  return { difference: one.value - other.value };
}

/** Returns `calculated` as text. */
export function formatCalculated(calculated: Calculated): string {
  if ("address" in calculated) return formatIp(calculated.address);
  return "network" in calculated ? formatNetwork(calculated.network) : `${calculated.difference}`;
}

/** Returns the address or network `steps` behind the one in `left`. */
function addSteps(text: string, left: string, steps: bigint, integers: IpVersion): Calculated {
  const network = left.includes("/")
    ? within(WHAT, text, 0, () => parseNetwork(left, integers))
    : null;
  const address = network?.address ?? within(WHAT, text, 0, () => parseIp(left, integers));
  const value = address.value + steps * (network ? addressCount(network) : 1n);
  const width = BigInt(BITS[address.version]);
  if (value < 0n || value >> width !== 0n) {
    const edge = { ...address, value: value < 0n ? 0n : (1n << width) - 1n };
    const side = value < 0n ? t`below` : t`above`;
    throw new ParseError(WHAT, text, t`the result is ${side} ${formatIp({ ...edge, zone: null })}`);
  }
  const moved = { ...address, value };
  return network ? { network: { ...network, address: moved } } : { address: moved };
}
