/**
 * The steps by which a teacher finds the network of an address, and the reasons for a division.
 *
 * @module
 */
import type { HostNetwork } from "../address/host_plan.ts";
import { BITS, type IpAddress } from "../address/ip.ts";
import { formatBinaryIp, formatIp } from "../address/ip_text.ts";
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
} from "../address/network.ts";
import { rangeOf } from "../address/range.ts";
import { pad, width, wrap } from "../text/layout.ts";
import { count } from "../text/units.ts";
import { roleOf } from "./role.ts";
import { t } from "../text/messages.ts";

/** Returns the steps to the network of an address, and below them the AND with its mask, as text. */
export function explainAddress(parsed: PrefixedAddress, columns: number): string {
  const { address, network } = parsed;
  const title = formatIp(address) + (network ? `/${network.prefix}` : "");
  return [title, ...formatSteps(explainNetwork(parsed), columns), ...drawAnd(parsed)].join("\n");
}

/** Returns the steps from an address and its prefix to the network, its ends and its hosts. */
export function explainNetwork({ address, network }: PrefixedAddress): string[] {
  if (network === null) {
    return [
      t`${formatIp(address)} has no prefix: it says nothing about a network. Write ${
        formatIp(address)
      }/${address.version === 4 ? 24 : 64}
        to see the steps.`,
    ];
  }
  const bits = hostBits(network);
  const width = BITS[address.version];
  const size = addressCount(network);
  return [
    t`The prefix is /${network.prefix}: of ${width} bits, ${network.prefix} number the network
      and ${width} - ${network.prefix} = ${bits} the hosts.`,
    bits === 1
      ? t`${count(bits, "host bit")} makes blocks of 2^${bits} = ${size} addresses.`
      : t`${count(bits, "host bit")} make blocks of 2^${bits} = ${size} addresses.`,
    ...blockSteps(address, network),
    ...endSteps(network),
    t`${formatIp(address)} is ${roleOf(address, network).says}.`,
  ];
}

/** Returns the steps that find the block in which the address is. */
function blockSteps(address: IpAddress, network: IpNetwork): string[] {
  const { prefix } = network;
  const start = formatIp(network.address);
  if (prefix === 0) return [t`There is one block only, with all addresses: it begins at ${start}.`];
  const unit = address.version === 4 ? 8 : 16; // the bits of an octet, of a group
  const name = address.version === 4 ? t`octet` : t`group`;
  const number = Math.ceil(prefix / unit);
  const shift = BigInt(BITS[address.version] - number * unit);
  const part = (value: bigint) => Number(value >> shift & BigInt(2 ** unit - 1));
  const show = (value: number) => address.version === 4 ? `${value}` : `0x${value.toString(16)}`;
  const whole = 2 ** unit;
  const mask = part(netmask(network).value);
  const block = whole - mask;
  const own = part(address.value);
  const times = Math.floor(own / block);
  return [
    t`The mask ends in ${name} ${number}, where it is ${show(mask)}; there a block is ${show(whole)}
      - ${show(mask)} = ${show(block)} wide, so blocks begin at multiples of ${show(block)}.`,
    t`${capital(name)} ${number} of the address is ${show(own)} = ${times} × ${show(block)} + ${
      show(own - times * block)
    }:
      its block begins at ${show(times * block)}, and the network is ${start}.`,
  ];
}

/** Returns the steps that find the last address and the hosts. */
function endSteps(network: IpNetwork): string[] {
  const bits = hostBits(network);
  const { last } = rangeOf(network);
  const top = 2n ** BigInt(BITS[last.version]) - 1n;
  const next = last.value === top
    ? t`There is no block behind it, so the last address of all`
    : t`The next block begins at ${formatIp({ ...last, value: last.value + 1n })}; the address
      before that`;
  const hosts = t`${formatIp(firstHost(network))} to ${formatIp(lastHost(network))}`;
  if (bits === 0) {
    return [t`A block of one address has no network or broadcast address of its
    own.`];
  }
  if (bits === 1) {
    const rfc = last.version === 4 ? "RFC 3021" : "RFC 6164";
    return [
      t`A block of two addresses would have no host if both were reserved: on a link between two
        routers both are hosts (${rfc}), ${hosts}.`,
    ];
  }
  const end = broadcast(network);
  return end
    ? [
      t`${next} is the broadcast address, ${formatIp(end)}.`,
      t`Hosts are between the two: ${hosts}, ${addressCount(network)} - 2 = ${hostCount(network)}.`,
    ]
    : [
      t`${next} is the last one of this block, ${formatIp(last)}. IPv6 has no broadcast.`,
      t`The lowest address is that of the routers (anycast), so hosts are ${hosts}.`,
    ];
}

/** Returns the AND of an IPv4 address and its mask, bit by bit, as lines; none for IPv6. */
export function drawAnd({ address, network }: PrefixedAddress): string[] {
  if (network === null || address.version === 6) return [];
  const rows = [
    [t`address`, address],
    [t`mask`, netmask(network)],
    [t`AND`, network.address],
  ] as const;
  const beside = Math.max(8, ...rows.map(([label]) => width(label) + 1));
  return rows.map(([label, of]) =>
    `   ${pad(label, beside)}${formatBinaryIp(of)}  ${formatIp(of)}`
  );
}

/** Returns the reason for each network of a plan. */
export function explainPlan(planned: readonly HostNetwork[]): string[] {
  return [
    t`Networks are placed by size, the largest first: then each begins where the one before
      ends.`,
    ...planned.map(({ hosts, network }) => {
      const bits = hostBits(network!);
      const room = `2^${bits} = ${addressCount(network!)}`;
      const reserved = addressCount(network!) - hostCount(network!);
      const needed = reserved === 0n
        ? t`${count(hosts, "host")} and no reserved address`
        : t`${count(hosts, "host")} and ${
          count(reserved, "reserved address", "reserved addresses")
        } are ${hosts + reserved}`;
      return t`${formatNetwork(network!)}: ${needed}, which fit in ${room}: ${bits} host bits, /${
        network!.prefix
      }.`;
    }),
  ];
}

/** Returns the reason for the parts of a division. */
export function explainDivision(network: IpNetwork, prefix: number): string[] {
  const bits = prefix - network.prefix;
  return [
    t`${count(2n ** BigInt(bits), "part")} need ${count(bits, "more network bit")}: 2^${bits} = ${
      2n ** BigInt(bits)
    }.
      /${network.prefix} + ${bits} = /${prefix}.`,
    t`Each part has ${count(BITS[network.address.version] - prefix, "host bit")}.`,
  ];
}

/** Returns steps as numbered paragraphs of at most `columns`. */
export function formatSteps(steps: readonly string[], columns: number): string[] {
  return steps.flatMap((step, i) => {
    const number = `${i + 1}.`.padEnd(3);
    return wrap(step, Math.max(20, columns - number.length)).map((line, j) =>
      (j === 0 ? number : " ".repeat(number.length)) + line
    );
  });
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}
