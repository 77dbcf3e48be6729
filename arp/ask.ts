/**
 * `netkit arp --ask ADDRESS`: the kernel is made to ask the link for an address, without root.
 *
 * Life of a question: the row of the address is read; a datagram goes to the address, so that the kernel
 * sends ARP requests or neighbour solicitations; the table is read again until the row is reachable, has
 * another MAC address, or a second is over. A signal ends it.
 *
 * @module
 */
import { unmapped } from "../address/ip.ts";
import { addressOf, formatIp, parseIp } from "../address/ip_text.ts";
import { cannot, EXIT } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { pause } from "../net/waiting.ts";
import { readGateways } from "../system/gateways.ts";
import { addressKey, isLinkLocal } from "./address.ts";
import type { NeighbourRow, OwnAddress } from "./classify.ts";
import { requestOf } from "./request.ts";
import type { Options } from "./options.ts";
import { readTable } from "./table.ts";
import { formatRows } from "./text.ts";
import { listed, t } from "../text/messages.ts";

/** The port of the discard service (RFC 863): a host that has it throws the datagram away. */
const DISCARD = 9;

/** Milliseconds in which an answer must come. */
const TIME_LIMIT = 1000;

/** Milliseconds between two readings. */
const INTERVAL = 50;

/**
 * Asks for the MAC address of `options.ask` and prints its row. Resolves to the exit code: 1 if no MAC
 * address answers, or if the address is on no link of this machine.
 *
 * @throws {UserError} If the datagram cannot be sent or the table not be read.
 */
export async function ask(options: Options & { readonly ask: string }, io: Io): Promise<number> {
  const address = formatIp(unmapped(parseIp(options.ask)));
  const own = io.networkInterfaces();
  const mine = own.find((each) => addressKey(each.address) === addressKey(address));
  if (mine) {
    await sayFolded(io, t`${address} is an address of this machine (${mine.name})`);
    return EXIT.ok;
  }
  if (!isOnLink(address, own)) return await sayGateway(address, io);
  const request = requestOf({ ...options, all: true }, [address]);
  const read = async () => {
    const table = await readTable(request, null, io);
    return table.rows.filter((row) => request.queries.some((query) => query.matches(row)));
  };
  const before = await read();
  await send(address);
  let after = await read();
  for (const end = io.now() + TIME_LIMIT; !isAnswered(before, after) && io.now() < end;) {
    await pause(INTERVAL, io.stop);
    io.stop.throwIfAborted();
    after = await read();
  }
  for (const line of verdictOf(address, before, after)) await sayFolded(io, line);
  await print(io.stdout, formatRows(after, { hidden: 0, unread: [] }, options, io));
  return after.some(({ mac }) => mac !== null) ? EXIT.ok : EXIT.failed;
}

async function send(address: string): Promise<void> {
  const { sendDatagram } = await import("../net/udp.ts");
  await sendDatagram(address, DISCARD).catch((error) => {
    throw cannot(t`send to ${address}`, error);
  });
}

/** Whether an address is in a network of an interface; where these are not known, it may be. */
export function isOnLink(text: string, own: readonly OwnAddress[]): boolean {
  const address = parseIp(text);
  if (own.length === 0 || isLinkLocal(text)) return true;
  return own.some(({ address: hereText, netmask: maskText }) => {
    const [here, mask] = [addressOf(hereText), addressOf(maskText)];
    return here !== null && mask !== null && here.version === address.version &&
      (here.value & mask.value) === (address.value & mask.value);
  });
}

async function sayGateway(address: string, io: Io): Promise<number> {
  const version = address.includes(":") ? 6 : 4;
  const gateways = (await readGateways(io))
    .filter((gateway) => (gateway.address.includes(":") ? 6 : 4) === version)
    .map(({ address, interface: device }) => device === null ? address : t`${address} (${device})`);
  const own = listed([...new Set(gateways)], "or");
  const way = own === ""
    ? t`there is no default gateway for it`
    : t`the gateway ${own} gets its packets`;
  await sayFolded(io, t`${address} is on no link of this machine: ${way}`);
  return EXIT.failed;
}

/** Returns the MAC addresses of rows. */
function macsOf(rows: readonly NeighbourRow[]): string[] {
  return rows.map(({ mac }) => mac).filter((mac) => mac !== null).toSorted();
}

/** Whether the answer is there: the row is reachable, or its MAC address is another one. */
export function isAnswered(
  before: readonly NeighbourRow[],
  after: readonly NeighbourRow[],
): boolean {
  const known = macsOf(before);
  return after.some(({ state, mac }) =>
    mac !== null && (state === "reachable" || state === "permanent" || !known.includes(mac))
  );
}

/** Returns the result in sentences, from the rows of an address before and after the question. */
export function verdictOf(
  address: string,
  before: readonly NeighbourRow[],
  after: readonly NeighbourRow[],
): string[] {
  const [old, now] = [macsOf(before), macsOf(after)];
  if (now.length === 0) return [t`${address} does not answer within a second`];
  const fresh = now.filter((mac) => !old.includes(mac));
  if (old.length > 0 && fresh.length > 0) {
    const [was, is] = [listed(old, "and"), listed(fresh, "and")];
    return [
      t`${address} was at ${was} and answers from ${is} now: another network card, two hosts with one
        address, or ARP spoofing`,
    ];
  }
  const unsure = after.find(({ state }) =>
    state === "stale" || state === "delay" || state === "probe"
  );
  return unsure && !isAnswered(before, after)
    ? [t`${address} has not confirmed its MAC address within a second (${unsure.state})`]
    : [];
}
