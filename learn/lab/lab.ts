/**
 * A laboratory: four hosts on this machine, a router among them, and two wires.
 *
 *     a ──┐
 *         ├── near wire, 192.0.2.0/24 ── r ── far wire, 198.51.100.0/24 ── c
 *     b ──┘
 *
 * Life of a laboratory: hosts are made, each card is made and moved into its host, and has its address
 * there; frames are carried until the laboratory is disposed of: the cards are taken away, then the hosts
 * end, and all that runs in them. When netkit is killed the kernel does the same. Nothing of it has a name
 * outside, and nothing of it is seen from outside but its processes.
 *
 * @module
 */
import { textOf } from "../../cli/child_text.ts";
import { UserError } from "../../cli/errors.ts";
import type { Io } from "../../cli/io.ts";
import { type Host, makeHost } from "../../system/host.ts";
import { openTap, type Tap } from "../../system/tap.ts";
import { t } from "../../text/messages.ts";
import { canMakeLab } from "./needs.ts";
import { Recording } from "./recording.ts";
import { Wire } from "./wire.ts";

/** The names of the hosts; `r` is the router. */
export const HOST_NAMES = ["a", "b", "r", "c"] as const;

/** The name of a host. */
export type HostName = typeof HOST_NAMES[number];

/** A network card of a host. */
export interface Card {
  /** Its wire. */
  readonly wire: "near" | "far";
  /** Its address with the length of the prefix (networks of RFC 5737, for documentation). */
  readonly address: string;
  /** Its MAC address, one that is administered locally. */
  readonly mac: string;
  /** The router in its network; `null` at the router. */
  readonly gateway: string | null;
}

/** The cards of the hosts: `eth0`, and `eth1` of the router. */
export const CARDS: Readonly<Record<HostName, readonly Card[]>> = {
  a: [{ wire: "near", address: "192.0.2.1/24", mac: "02:00:00:00:00:0a", gateway: "192.0.2.254" }],
  b: [{ wire: "near", address: "192.0.2.2/24", mac: "02:00:00:00:00:0b", gateway: "192.0.2.254" }],
  r: [
    { wire: "near", address: "192.0.2.254/24", mac: "02:00:00:00:01:01", gateway: null },
    { wire: "far", address: "198.51.100.254/24", mac: "02:00:00:00:02:01", gateway: null },
  ],
  c: [{
    wire: "far",
    address: "198.51.100.3/24",
    mac: "02:00:00:00:00:0c",
    gateway: "198.51.100.254",
  }],
};

/** The address of a host, of the router that in the near network. */
export function addressOf(host: HostName): string {
  return CARDS[host][0]!.address.split("/")[0]!;
}

/** The longest frame: 1500 bytes of payload, two MAC addresses, a type, and a tag of a VLAN. */
const LONGEST_FRAME = 1518;

/** A host of the laboratory. */
export interface LabHost extends Host {
  /** The frames that have passed its first card. */
  readonly recording: Recording;
}

/** A laboratory. */
export class Lab implements AsyncDisposable {
  /** Its wires. */
  readonly wires: Readonly<Record<"near" | "far", Wire>> = { near: new Wire(), far: new Wire() };
  readonly #io: Io;
  readonly #hosts = new Map<HostName, LabHost>();
  readonly #taps: Tap[] = [];
  readonly #carriers: Promise<void>[] = [];

  private constructor(io: Io) {
    this.#io = io;
  }

  /**
   * Makes one.
   *
   * @throws {UserError} If this machine or this user cannot.
   */
  static async make(io: Io): Promise<Lab> {
    await canMakeLab(io);
    const lab = new Lab(io);
    try {
      await all((name) => lab.#add(name));
      await all((name) => lab.#plugIn(name));
      await lab.#inside("r", "sh", ["-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Returns a host. */
  host(name: HostName): LabHost {
    return this.#hosts.get(name)!;
  }

  /** Makes all hosts forget the MAC addresses that they have learned, and what their cards have seen. */
  async forget(): Promise<void> {
    await all((name) => this.#inside(name, "ip", ["neigh", "flush", "all"]));
    for (const { recording } of this.#hosts.values()) recording.clear();
    for (const wire of Object.values(this.wires)) wire.mend();
  }

  async #add(name: HostName): Promise<void> {
    try {
      this.#hosts.set(name, { ...await makeHost(this.#io), recording: new Recording() });
    } catch (error) {
      throw refused(error instanceof Error ? error.message : `${error}`);
    }
  }

  /** Makes the cards of a host, and gives them their addresses. */
  async #plugIn(name: HostName): Promise<void> {
    const host = this.host(name);
    const lines = ["link set lo up"];
    for (const [i, { wire, address, mac, gateway }] of CARDS[name].entries()) {
      this.#io.stop.throwIfAborted();
      const tap = openTap("netkit%d");
      if (tap === null) throw refused(t`the kernel makes no network card`);
      this.#taps.push(tap);
      const own = `eth${i}`;
      await this.#run("ip", ["link", "set", tap.name, "netns", `${host.pid}`, "name", own]);
      lines.push(
        `link set ${own} address ${mac} addrgenmode none`, // without IPv6 the wire is silent
        `address add ${address} dev ${own}`,
        `link set ${own} up`,
      );
      if (gateway !== null) lines.push(`route add default via ${gateway}`);
      this.#carriers.push(carry(tap, this.wires[wire], i === 0 ? host.recording : null));
    }
    await this.#inside(name, "ip", ["-batch", "-"], lines.map((line) => `${line}\n`).join(""));
  }

  /** Runs a program in a host to its end. */
  async #inside(name: HostName, program: string, args: readonly string[], input = "") {
    await this.#run(program, args, this.host(name), input);
  }

  /**
   * Runs a program to its end.
   *
   * @throws {UserError} With its words, if it fails.
   */
  async #run(
    program: string,
    args: readonly string[],
    where: Pick<Io, "spawn"> = this.#io,
    input = "",
  ): Promise<void> {
    const child = where.spawn(program, args, {
      env: { LC_ALL: "C" },
      input: new TextEncoder().encode(input),
    });
    const [err, , code] = await Promise.all([
      textOf(child.stderr),
      textOf(child.stdout),
      child.ended,
    ]);
    if (code !== 0) throw refused(err.trim().split("\n")[0]!);
  }

  /** Takes all of it away. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const wire of Object.values(this.wires)) wire[Symbol.dispose]();
    // A shell that somebody has opened in a host keeps its network: its cards go before.
    await all(async (name) => {
      const host = this.#hosts.get(name);
      for (const i of host === undefined ? [] : CARDS[name].keys()) {
        await this.#run("ip", ["link", "delete", `eth${i}`], host).catch(() => {}); // it never had it
      }
      await host?.[Symbol.asyncDispose]();
    });
    await Promise.all(this.#carriers);
    for (const tap of this.#taps) tap.close();
  }
}

/** Does something with each host; resolves, or rejects, when all of it is over. */
async function all(work: (name: HostName) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(HOST_NAMES.map(work));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Carries frames between a card and a wire, until the card is gone. */
async function carry(tap: Tap, wire: Wire, recording: Recording | null): Promise<void> {
  const plug = wire.plug((frame) => {
    recording?.add(frame);
    tap.write(frame);
  });
  const buffer = new Uint8Array(LONGEST_FRAME);
  for (;;) {
    const count = await tap.read(buffer);
    if (count === null) return;
    const frame = buffer.slice(0, count);
    recording?.add(frame);
    plug.send(frame);
  }
}

function refused(reason: string): UserError {
  return new UserError(t`cannot make the laboratory: ${reason}`);
}
