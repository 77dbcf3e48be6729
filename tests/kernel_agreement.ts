/**
 * The agreement of the tracker with the kernels at both ends of a wire.
 *
 * @module
 */
import { assert } from "@std/assert";
import { FLAG, hostAddressOf, portOf, type Segment } from "../tcp/segment.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { State } from "../tcp/state.ts";
import { Tracker } from "../tcp/tracker.ts";
import { compare, KERNEL_NAMES, type Recording, segmentsOf, type Talk } from "./wire.ts";

/** Follows `segments`; returns the connections by their numbers, and all steps. */
export function follow(
  segments: readonly Segment[],
  here: (address: string) => boolean,
  measured = false,
): { connections: TcpConnection[]; steps: Step[] } {
  const tracker = new Tracker({ here, measured });
  const ended = new Set<TcpConnection>(); // twice, if it was taken up again
  const steps: Step[] = [];
  for (const each of [...segments.flatMap((each) => tracker.feed(each)), ...tracker.finish()]) {
    if (each.kind === "step") steps.push(each.step);
    else ended.add(each.connection);
  }
  const connections = [...ended].sort((one, other) => one.number - other.number);
  return { connections, steps };
}

/** Returns the part of a path that the kernel tells: it does not say where a socket begins. */
export function told(path: readonly State[]): readonly State[] {
  return path[0] === "CLOSED" || path[0] === "LISTEN" ? path.slice(1) : path;
}

/** Returns the port of the server of the talk that `connection` is a part of. */
function talkOf({ ends }: TcpConnection, talks: readonly Talk[]): number {
  const ports = ends.map(({ address }) => portOf(address));
  return talks.find(({ port }) => ports.includes(port))!.port;
}

/**
 * Whether the wire has brought everything that the ends of a connection have sent, once and in order: only
 * then can a capture at one host tell the whole truth about the other.
 */
function isUnharmed(
  { ends }: TcpConnection,
  captures: readonly (readonly Segment[])[],
): boolean {
  const addresses = ends.map(({ address }) => address);
  return addresses.every((source) => {
    const [near, far] = captures.map((segments) =>
      segments.filter((each) => each.source === source && addresses.includes(each.destination))
        .map(({ seq, ack, flags, length, options }) =>
          [seq, ack, flags, length, options.timestamp?.value].join()
        ).join("\n")
    );
    return near === far;
  });
}

/**
 * Whether the program has closed while data was waiting to be sent: to the kernel it has ended its half
 * then, but the FIN stands behind the data, and until it is sent nobody outside can know of it.
 */
export function closedBehindData(
  path: readonly State[],
  kernel: readonly string[],
  sentFin: boolean,
): boolean {
  const known = told(path);
  const differs = known.findIndex((state, i) => kernel[i] !== KERNEL_NAMES[state]);
  const at = differs === -1 ? known.length : differs;
  const isLate = known[at] === "CLOSE-WAIT" || known[at] === "CLOSED";
  const isLast = at === kernel.length - 1 || kernel.slice(at + 1).join() === "CLOSE"; // by a reset
  const neverSent = at === known.length && isLast && !sentFin;
  return (isLate || neverSent) && (kernel[at] === "FIN_WAIT1" || kernel[at] === "LAST_ACK");
}

/**
 * Compares all paths with the kernel's; returns how many ends were compared. A difference is an error, unless
 * `differs` takes it.
 */
export async function agreeWithKernel(
  recording: Recording,
  talks: readonly Talk[],
  { isStrict = false, differs }: {
    isStrict?: boolean;
    differs?: (says: string) => void;
  } = {},
): Promise<number> {
  let compared = 0;
  const captures = await Promise.all(recording.captures.map(segmentsOf));
  for (const [at, own] of recording.addresses.entries()) {
    const { connections } = follow(captures[at]!, (address) => address === own);
    const used = new Map<string, number>();
    for (const connection of connections) {
      const unharmed = isStrict || isUnharmed(connection, captures);
      const presumed = connection.presume();
      connection.ends.forEach((end, side) => {
        const server = talkOf(connection, talks);
        const ports = connection.ends.map(({ address }) => portOf(address));
        const base = `${hostAddressOf(end.address)} ${server}`;
        const named = `${base} ${ports.find((each) => each !== server)}`;
        const key = recording.sockets.has(named) ? named : `${base} 0`;
        const all = [...end.path, ...presumed[side]!];
        const isSocket = all.includes("SYN-SENT") || all.includes("ESTABLISHED");
        const nth = used.get(key) ?? 0;
        const kernel = isSocket ? recording.sockets.get(key)?.[nth] ?? [] : [];
        if (isSocket) used.set(key, nth + 1);
        if (!end.here && !unharmed) return;
        const sentFin = captures[at]!.some(({ source, destination, flags }) =>
          source === end.address && destination === connection.ends[1 - side]!.address &&
          (flags & FLAG.fin) !== 0
        );
        if (closedBehindData(end.path, kernel, sentFin) && connection.bytes[side]! > 0) return;
        const verdict = compare(end.path, kernel);
        const says =
          `${end.address}, captured at ${own}: ${end.path.join(" ")} (${
            presumed[side]!.join(" ")
          }); ` +
          `the kernel: ${kernel.join(" ")}`;
        // A time-out is not on the wire: the kernel may have closed what nobody answered.
        const gaveUp = kernel.at(-1) === "CLOSE" && end.path.length >= kernel.length;
        const isRight = verdict !== "wrong" &&
          (end.here ? verdict === "equal" || gaveUp : compare(all, kernel) !== "wrong" || gaveUp);
        if (!isRight && differs) differs(says);
        else assert(isRight, says);
        compared++;
      });
    }
  }
  return compared;
}
