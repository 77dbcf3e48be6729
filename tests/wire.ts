/**
 * Two hosts of a real kernel and a bad wire between them (`wire.py`): what was captured at each host, and
 * which states the kernel's sockets really went through.
 *
 * @module
 */
import { dissectPacket } from "../packet/dissect.ts";
import { readPackets } from "../capture/packet_source.ts";
import { type Segment, segmentOf } from "../tcp/segment.ts";
import type { State } from "../tcp/state.ts";

/** A call of a side, and its arguments: see `talk` in `wire.py`. */
export type Call = readonly [name: string, ...args: number[]];

/** The fate of packets that match. */
export interface Rule {
  /** The side that has sent them. */
  readonly from: "a" | "b";
  readonly port: number;
  /** Their flags. */
  readonly flags: number;
  /** The flags that are looked at; all if not given. */
  readonly mask?: number;
  /** Whether they carry payload. */
  readonly data?: boolean;
  /** To how many of them it happens, behind the first `skip` ones. */
  readonly count: number;
  readonly skip?: number;
  /** Milliseconds that they take; they are dropped if neither this nor one of the following is given. */
  readonly delay?: number;
  /** Milliseconds after which a copy of each arrives, beside the one in time. */
  readonly again?: number;
  /** Segments of a third party that arrive behind each. */
  readonly forge?: readonly Forgery[];
}

/** A segment that neither end has sent; its numbers are counted from those of the packet that it follows. */
export interface Forgery {
  readonly flags: number;
  /** Whether it is in the name of the receiver of that packet, not of its sender. */
  readonly back?: boolean;
  readonly seq?: number;
  readonly ack?: number;
  /** Bytes of payload. */
  readonly length?: number;
  readonly ttl?: number;
  readonly id?: number;
  readonly window?: number;
  /** Milliseconds until it arrives; 1 if not given. */
  readonly delay?: number;
}

/** A conversation. */
export interface Talk {
  /** The port of the server, a different one for each talk. */
  readonly port: number;
  readonly a?: readonly Call[];
  readonly b?: readonly Call[];
  readonly rules?: readonly Rule[];
}

/** The course of a connection. */
export interface Plan {
  readonly seed: number;
  /** Of 1: how many packets are lost, doubled, late by up to `jitter` ms. All take `delay` ms. */
  readonly wire: {
    readonly loss?: number;
    readonly twice?: number;
    readonly late?: number;
    readonly jitter?: number;
    readonly delay?: number;
    readonly mtu?: number;
  };
  readonly talks: readonly Talk[];
  /** Seconds after which a conversation is broken off. */
  readonly limit?: number;
  /** Seconds of silence after which it is over. */
  readonly silence?: number;
}

/** The events of a connection. */
export interface Recording {
  /** The addresses of a and b. */
  readonly addresses: readonly [string, string];
  /** The captures taken at a and at b. */
  readonly captures: readonly [Uint8Array, Uint8Array];
  /**
   * The states of each socket, `CLOSE` as the kernel calls it, by its address, the server's port and the
   * client's, 0 where that was never told; more than one where the client has used the port again.
   */
  readonly sockets: ReadonlyMap<string, readonly string[][]>;
  /** All TCP packets in the order in which the wire got them. */
  readonly carried: readonly Carried[];
}

/** A packet, and the number of copies in which the wire has carried it. */
export interface Carried {
  readonly from: "a" | "b";
  readonly ports: readonly [source: number, destination: number];
  readonly flags: number;
  readonly length: number;
  readonly seq: number;
  readonly ack: number;
  readonly copies: number;
}

/** Whether the wire can be made here: it takes Linux, root, Python, iproute2, TUN devices and tracefs. */
export async function canMakeWire(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  try {
    const { success } = await new Deno.Command("sh", {
      args: [
        "-c",
        "command -v python3 ip && test -c /dev/net/tun && " +
        "unshare -nm sh -c 'mount -t tracefs none /mnt && test -d /mnt/instances && " +
        "test -d /mnt/events/sock/inet_sock_set_state'",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

/** Carries out `plan`. */
export async function record(plan: Plan): Promise<Recording> {
  const child = new Deno.Command("python3", {
    args: [new URL("wire.py", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(plan)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { addresses, pcaps, moves, carried } = JSON.parse(new TextDecoder().decode(stdout));
  return {
    addresses,
    captures: pcaps.map((pcap: string) => Uint8Array.fromBase64(pcap)),
    sockets: socketsOf(moves, plan),
    carried: carried.map((
      [from, source, destination, flags, length, seq, ack, copies]: [
        "a" | "b",
        ...number[],
      ],
    ) => ({ from, ports: [source, destination], flags, length, seq, ack, copies })),
  };
}

/** The kernel's record of one socket. The client's port is 0 until it is chosen, behind SYN_SENT. */
interface Account {
  readonly states: string[];
  clientPort: number;
}

/** Sorts the moves of the kernel's trace by sockets. */
function socketsOf(
  moves: readonly (readonly [string, number, number, string, string])[],
  plan: Plan,
): Map<string, string[][]> {
  const accounts = new Map<string, Account[]>();
  const ports = plan.talks.map(({ port }) => port);
  for (const [address, port, other, before, state] of moves) {
    if (before === state) continue; // it is told again when the program lets go of the socket
    const isClient = ports.includes(other);
    const clientPort = isClient ? port : other;
    const key = `${address} ${isClient ? other : port}`;
    const own = accounts.get(key) ?? [];
    accounts.set(key, own);
    if (before === "LISTEN" || (before === "CLOSE" && state === "SYN_SENT")) {
      own.push({ states: [state], clientPort });
      continue;
    }
    const moved = own.findLast((each) =>
      each.states.at(-1) === before && (each.clientPort === clientPort || each.clientPort === 0)
    );
    if (!moved) continue;
    moved.states.push(state);
    moved.clientPort = clientPort;
  }
  const sockets = new Map<string, string[][]>();
  for (const [key, own] of accounts) {
    for (const { states, clientPort } of own) {
      const name = `${key} ${clientPort}`;
      sockets.set(name, [...sockets.get(name) ?? [], states]);
    }
  }
  return sockets;
}

/** The kernel's names of the states of RFC 9293; TIME-WAIT is none of its sockets. */
export const KERNEL_NAMES: Readonly<Partial<Record<State, string>>> = {
  "CLOSED": "CLOSE",
  "SYN-SENT": "SYN_SENT",
  "SYN-RECEIVED": "SYN_RECV",
  "ESTABLISHED": "ESTABLISHED",
  "FIN-WAIT-1": "FIN_WAIT1",
  "FIN-WAIT-2": "FIN_WAIT2",
  "CLOSE-WAIT": "CLOSE_WAIT",
  "CLOSING": "CLOSING",
  "LAST-ACK": "LAST_ACK",
};

/**
 * Returns how a path of states compares with what the kernel's socket went through: `equal`; `behind`
 * where the kernel went on (it also gives up, of which the wire tells nothing); or `wrong`.
 *
 * A socket in TIME-WAIT, or an orphan in FIN-WAIT-2, is CLOSE to the kernel's trace: something smaller
 * stands in for it.
 */
export function compare(
  path: readonly State[],
  kernel: readonly string[],
): "equal" | "behind" | "wrong" {
  const own = path[0] === "CLOSED" || path[0] === "LISTEN" ? path.slice(1) : path;
  if (own.at(-1) === "LISTEN" && kernel.length === 0) return "equal"; // it never was a socket
  for (const [i, state] of own.entries()) {
    const theirs = kernel[i];
    if (KERNEL_NAMES[state] === theirs) continue;
    const stoodIn = theirs === "CLOSE" && (state === "TIME-WAIT" || state === "CLOSED");
    if (stoodIn) return "equal";
    const parked = i === kernel.length && kernel.at(-1) === "CLOSE" && own[i - 1] === "TIME-WAIT";
    return parked || (kernel.length === 0 && state === "SYN-RECEIVED") ? "equal" : "wrong";
  }
  return own.length === kernel.length ? "equal" : "behind";
}

/** Returns the TCP segments of a capture. */
export async function segmentsOf(capture: Uint8Array): Promise<Segment[]> {
  const segments: Segment[] = [];
  for await (const packet of readPackets(chunksOf(capture))) {
    const segment = segmentOf(dissectPacket(packet));
    if (segment) segments.push(segment);
  }
  return segments;
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  await Promise.resolve();
}
