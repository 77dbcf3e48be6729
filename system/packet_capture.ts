/**
 * Packets as they pass, captured by tcpdump, or on Windows by dumpcap: for `trace` and for `frame -i`.
 *
 * Life of a capture: the program is started, and is ready when it says that it listens; it writes a pcap
 * file to its standard output; `stop`, or a signal of the user, ends it; then its output ends, and it says
 * how many packets the kernel dropped.
 *
 * @module
 */
import { ChildText } from "../cli/child_text.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import type { Io, Running } from "../cli/io.ts";
import { escapeLine } from "../text/escape.ts";
import type { SpooledOptions } from "./io.ts";
import { DISK_IS_FULL, spawnSpooled } from "./spooled.ts";
import { t } from "../text/messages.ts";

/** The choice of packets to capture. */
export interface CaptureOptions {
  /** The name of the interface. */
  readonly interface: string;
  /** The TCP port of one side; `null` for all packets. */
  readonly port: number | null;
  /** Whether whole packets are captured, or their headers and a little of the payload. */
  readonly full: boolean;
  /** Whether segments inside tunnels, several tags and IP fragments are captured, too. */
  readonly tunnels: boolean;
  /** Advice for those who may not capture. */
  readonly advice: {
    /** The command that does it with the rights of root, without `sudo`. */
    readonly again: string;
    /** The way that needs no such program. */
    readonly without: string;
    /** The way that needs no rights. */
    readonly rootless: string;
  };
}

/** The system, as far as a capture needs it: `stop` ends it. */
export type CaptureSystem = Pick<Io, "platform" | "spawn" | "stop">;

/** A running capture. */
export interface LiveCapture {
  /** The pcap file, as it is written; it ends some time after `stop`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Ends it. */
  stop(): void;
  /**
   * Resolves at its end to the number of packets that the kernel dropped, `null` if that is not told.
   *
   * @throws {UserError} If it ended by itself.
   */
  end(): Promise<number | null>;
}

/** Bytes of each packet that are captured: 14 + 60 + 60 hold all headers of Ethernet, IPv4 and TCP. */
const SNAP = 256;

/**
 * Kibibytes of the kernel's buffer. Of 400,000 packets of short connections on two busy cores 4 MiB lost
 * 309,000 and 360,000, 64 MiB lost 118,000 and 188,000.
 */
const BUFFER = "65536";

/** The exit code of a program that has written more than it may: 128 + SIGXFSZ (signal(7)). */
const FILE_IS_FULL = 153;

/** Returns the loopback interface of a system. */
export function loopbackOf(platform: string): string {
  if (platform === "windows") return "\\Device\\NPF_Loopback";
  return platform === "linux" ? "lo" : "lo0";
}

/**
 * Starts to capture; resolves when it is certain that nothing is missed from now on.
 *
 * @throws {UserError} If that is not possible: no program, no rights, no such interface.
 * @throws {Stopped} If the user has stopped it first.
 */
export async function startCapture(
  options: CaptureOptions,
  io: CaptureSystem,
): Promise<LiveCapture> {
  const filters = filtersFor(options, io.platform);
  for (const filter of filters.slice(0, -1)) {
    const capture = await startWith(filter, options, io, NO_TAGS);
    if (capture !== null) return capture;
  }
  return (await startWith(filters.at(-1)!, options, io, null))!;
}

/** Starts to capture with `filter`, all packets if that is empty; `null` if the program refuses that for the reason `unless`. */
async function startWith(
  filter: string,
  options: CaptureOptions,
  io: CaptureSystem,
  unless: RegExp | null,
): Promise<LiveCapture | null> {
  const { program, args } = commandFor(filter, options, io.platform);
  const { stop: signal } = io;
  let running: Running;
  try {
    const options: SpooledOptions = { env: { LC_ALL: "C" }, through: spawnSpooled };
    running = io.spawn(program, args, options);
  } catch (error) {
    throw notInstalled(program, options, error);
  }
  const words = new Messages(running.stderr);
  let stopped = false;
  let isOver = false;
  const stop = () => {
    stopped ||= !isOver;
    running.kill(io.platform === "windows" ? "SIGKILL" : "SIGINT");
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const ready = await words.match(/listening on|Capturing on/);
  if (ready === null || signal.aborted) {
    running.kill("SIGKILL");
    for await (const _ of running.stdout); // what was written is not wanted
    await running.ended;
    signal.throwIfAborted();
    if (unless?.test(words.last)) return null;
    throw cannotCapture(program, options, words.last);
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* running.stdout;
    isOver = true;
  }
  return {
    bytes: bytes(),
    stop,
    async end() {
      const code = await running.ended;
      await words.ended;
      signal.removeEventListener("abort", stop);
      // Ctrl-C reaches it as well, perhaps before netkit: then it ends in good order.
      if (!stopped && !signal.aborted && code !== 0) {
        const reason = code === DISK_IS_FULL
          ? t`the disk with the folder for temporary files (TMPDIR) is full`
          : code === FILE_IS_FULL
          ? t`more than 1 GiB was captured that is not read yet`
          : words.last || t`exit code ${code}`;
        throw new UserError(t`${program} has ended by itself: ${reason}`, { exit: EXIT.failed });
      }
      const dropped = words.text.match(/\b(\d+) packets? dropped by kernel/);
      return dropped ? Number(dropped[1]) : null;
    },
  };
}

/** The reason for which libpcap refuses a filter: the link has no tags. */
const NO_TAGS = /no VLAN support|not supported|syntax error/i;

/**
 * Packets that may hold segments of any port, in the words of pcap-filter(7): PPPoE, MPLS, IP in IP, GRE,
 * VXLAN, GTP, Geneve, and fragments of IP.
 */
const TUNNELS = [
  "ether proto 0x8864",
  "ether proto 0x8847",
  "ip proto 4 or ip proto 41 or ip proto 47",
  "ip6 proto 4 or ip6 proto 41 or ip6 proto 47 or ip6 proto 44",
  "udp port 4789 or udp port 2152 or udp port 6081",
  "ip[6:2] & 0x1fff != 0",
].join(" or ");

/** Returns filters for what is wanted, an empty one for all packets, the first one for links that may have tags of a VLAN. */
function filtersFor(
  { interface: name, port, tunnels }: CaptureOptions,
  platform: string,
): readonly string[] {
  if (port === null) return [""];
  const plain = tunnels ? `tcp port ${port} or ${TUNNELS}` : `tcp port ${port}`;
  if (name === loopbackOf(platform)) return [plain];
  // Behind the word vlan all places in the packet are those behind the tag.
  const twice = tunnels ? ` or (vlan and (${plain}))` : "";
  return [`${plain} or (vlan and (${plain}${twice}))`, plain];
}

function commandFor(
  filter: string,
  { interface: name, full }: CaptureOptions,
  platform: string,
): { program: string; args: string[] } {
  const isAll = filter === "";
  const snap = full ? "0" : `${SNAP}`;
  if (platform === "windows") {
    // It holds packets back for up to a second; there is nothing better on this system.
    return {
      program: "dumpcap",
      args: ["-q", "-P", "-i", name, "-s", snap, ...isAll ? [] : ["-f", filter], "-w", "-"],
    };
  }
  // Without --immediate-mode the kernel holds packets back for up to a second; with whole packets in a
  // small buffer it drops most of them (libpcap issues 354 and 472).
  const fast = ["--immediate-mode", "-U", "-B", BUFFER, "-s", snap, "--time-stamp-precision=nano"];
  return {
    program: "tcpdump",
    args: [...fast, "-n", "-i", name, "-w", "-", ...isAll ? [] : [filter]],
  };
}

function notInstalled(program: string, { advice }: CaptureOptions, cause: unknown): UserError {
  if (cause instanceof Error && cause.name === "NotFound") {
    const where = program === "dumpcap" ? t`it comes with Wireshark` : "apt install tcpdump";
    return new UserError(t`${program} is not installed`, {
      hint: `${where}; ${advice.without}`,
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(t`cannot start ${program}: ${reason}`, { cause });
}

function cannotCapture(program: string, options: CaptureOptions, said: string): UserError {
  if (/permission|not permitted|root/i.test(said)) {
    return new UserError(t`capturing on ${options.interface} needs root`, {
      hint: t`sudo ${options.advice.again}, or give ${program} the right once: sudo setcap
        cap_net_raw+ep $(command -v ${program}); ${options.advice.rootless}`,
    });
  }
  return new UserError(
    t`cannot capture on ${options.interface}: ${said || `${program} says nothing`}`,
  );
}

/** The most characters of the program's messages that are kept. */
const MAX_TEXT = 16 * 1024;

/** The beginning of a message: the name of the program. */
const PREFIX = /^(?=\S*?(?:tcpdump|dumpcap))\S*: /;

/** The messages of a program on standard error. */
class Messages extends ChildText {
  constructor(stream: AsyncIterable<Uint8Array>) {
    super(stream, MAX_TEXT);
  }

  /** The last message, escaped, without the name of the program; an explanation may stand behind it. */
  get last(): string {
    const lines = this.text.trimEnd().split("\n");
    const message = lines.findLast((line) => PREFIX.test(line)) ?? lines.at(-1) ?? "";
    return escapeLine(message.replace(PREFIX, ""));
  }
}
