/**
 * The addresses of this machine: by interface, with their networks, MAC addresses and gateways.
 *
 * @module
 */
import { formatBits, ipv6 } from "../address/ip.ts";
import { addressOf, formatIp, parseIp } from "../address/ip_text.ts";
import {
  contains,
  formatNetwork,
  type IpNetwork,
  networkOf,
  type PrefixedAddress,
} from "../address/network.ts";
import { UserError } from "../cli/errors.ts";
import type { InterfaceAddress, Io } from "../cli/io.ts";
import { columnsOf } from "../cli/terminal.ts";
import { type Gateway, readGateways } from "../system/gateways.ts";
import { escapeLine } from "../text/escape.ts";
import { formatTable } from "../text/layout.ts";
import { addressRecord } from "./record.ts";
import type { Operation, Result } from "./results.ts";
import { t } from "../text/messages.ts";

/** An address of this machine. */
interface OwnAddress extends PrefixedAddress {
  readonly network: IpNetwork;
  /** The interface and the MAC address; the latter is `null` where the interface has none. */
  readonly interface: string;
  readonly mac: string | null;
  /** The addresses of default gateways in the network, or by this interface. */
  readonly gateways: readonly string[];
  /** Whether it is a temporary address (RFC 8981); `null` where the system does not say. */
  readonly temporary: boolean | null;
}

/**
 * Resolves to the operation that shows this machine without an input: a table, or in JSON a record of
 * each address.
 *
 * @throws {UserError} If the addresses may not be seen.
 */
export async function showThisMachine(io: Io, json: boolean): Promise<Operation> {
  const [gateways, temporary] = await Promise.all([readGateways(io), readTemporary(io)]);
  const addresses = io.networkInterfaces().map((each) => ownAddress(each, gateways, temporary));
  if (addresses.length === 0) {
    throw new UserError(t`the addresses of this machine cannot be seen`, {
      hint: t`--allow-sys=networkInterfaces lets netkit see them; or give an ADDRESS`,
    });
  }
  if (json) {
    return showing(addresses.map((each) => ({ text: "", json: machineRecord(each) })));
  }
  const rows = addresses.map(({ address, network, mac, gateways, temporary, ...own }, i) => {
    const isSame = addresses[i - 1]?.interface === own.interface;
    const notes = [
      ...gateways.map((gateway) => t`gateway ${gateway}`),
      ...(temporary ? [t`temporary`] : []),
    ];
    return [
      isSame ? "" : escapeLine(own.interface),
      `${formatIp(address)}/${network.prefix}`,
      formatNetwork(network),
      isSame ? "" : mac ?? "",
      notes.join(t`, `),
    ];
  });
  const heading = [t`interface`, t`address`, t`network`, "MAC", ""];
  return showing([{
    text: formatTable([heading, ...rows], columnsOf(io.stdout, io)).trimEnd(),
    json: {},
  }]);
}

/** Returns the operation that has results without an input. */
function showing(results: readonly Result[]): Operation {
  return { take: () => [], end: () => results };
}

/** Returns the record of an address of this machine: that of the address, and where it is. */
function machineRecord(own: OwnAddress): Record<string, unknown> {
  const { interface: name, mac, gateways, temporary } = own;
  const text = `${formatIp(own.address)}/${own.network.prefix}`;
  return { ...addressRecord(text, own), interface: name, mac, gateways, temporary };
}

function ownAddress(
  { name, address: text, netmask, mac }: InterfaceAddress,
  gateways: readonly Gateway[],
  temporary: ReadonlySet<bigint> | null,
): OwnAddress {
  const address = parseIp(text);
  const ones = formatBits(parseIp(netmask)).indexOf("0");
  const network = networkOf(address, ones === -1 ? formatBits(address).length : ones);
  const near = gateways.filter((gateway) => {
    const parsed = addressOf(gateway.address);
    return parsed !== null && contains(network, parsed) &&
      (gateway.interface === null || gateway.interface === name || gateway.interface === text);
  });
  return {
    interface: name,
    mac: mac === undefined || /^(00:)*00$/.test(mac) ? null : mac,
    address,
    network,
    forms: [],
    gateways: near.map((each) => each.address),
    temporary: address.version === 4 ? false : temporary?.has(address.value) ?? null,
  };
}

/** The flag of a temporary address in the kernel's table (IFA_F_TEMPORARY, linux/if_addr.h). */
const TEMPORARY = 0x01;

/** Resolves to the values of the temporary IPv6 addresses in Linux' table, `null` where there is none. */
async function readTemporary(io: Io): Promise<ReadonlySet<bigint> | null> {
  const table = await io.readTextFile("/proc/net/if_inet6", { ask: false }).catch(() => null);
  if (table === null) return null;
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.filter(([address = "", , , , flags = ""]) =>
      /^[0-9a-f]{32}$/.test(address) && (parseInt(flags, 16) & TEMPORARY) !== 0
    ).map(([address]) => ipv6(BigInt(`0x${address}`)).value),
  );
}
