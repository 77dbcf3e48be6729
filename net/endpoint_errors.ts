/**
 * Errors of the system about an endpoint, in words: what is wrong with its address, its zone or its path.
 *
 * It is loaded when something has failed.
 *
 * @module
 */
import { needsZone, ZONE_MISSING, ZONE_ON_LINKS_ONLY } from "../address/zone.ts";
import { type Endpoint, formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { ExplainedError, type Explanation, isNoHost, isUnresolved } from "../text/reason.ts";
import { t, translate } from "../text/messages.ts";

/** The part of the system that the explanations need. */
export interface Platform {
  /** The operating system: `linux`, `darwin`, `windows`, … */
  readonly os: string;
  /** Returns the interfaces of this machine by their addresses; none if they may not be asked for. */
  interfaces(): readonly { readonly name: string; readonly address: string }[];
}

/** This machine. Windows numbers its interfaces where others write their names. */
const HERE: Platform = {
  os: Deno.build.os,
  interfaces() {
    const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
    if (state !== "granted") return [];
    return Deno.networkInterfaces().map(({ name, address, scopeid }) => ({
      name: Deno.build.os === "windows" ? String(scopeid) : name,
      address,
    }));
  },
};

/**
 * Returns `error`, with which the system has refused `endpoint`, with the fault of the endpoint in
 * words; or as it is where its class says enough.
 */
export function explainEndpoint<E>(
  error: E,
  endpoint: Endpoint,
  platform: Platform = HERE,
): E | ExplainedError {
  if (!(error instanceof Error) || error instanceof ExplainedError) return error;
  const explanation = endpoint.transport === "unix"
    ? explainPath(endpoint.path, error, platform)
    : explainAddress(endpoint, error, platform);
  return explanation ? new ExplainedError({ cannotStart: true, ...explanation }, error) : error;
}

/** Bytes of a Unix socket's path: `sun_path` less the NUL at its end (unix(7); unix(4) on BSD). */
const LONGEST_PATH_LINUX = 107, LONGEST_PATH_BSD = 103;

/** Returns how many bytes the path of a Unix socket may have on `os`. */
export function longestPath(os: string): number {
  return os === "linux" || os === "android" || os === "windows"
    ? LONGEST_PATH_LINUX
    : LONGEST_PATH_BSD;
}

function explainPath(path: string, error: Error, { os }: Platform): Explanation | null {
  if (path.startsWith("\0") && os !== "linux" && os !== "android") {
    return {
      words: t`only Linux has sockets without a file (abstract ones, @NAME)`,
      hint: t`a file of this name is unix:./@${path.slice(1)}`,
    };
  }
  if (!isInvalid(error) && codeOf(error) !== "ENAMETOOLONG") return null;
  const length = new TextEncoder().encode(path).length;
  const longest = longestPath(os);
  if (length <= longest) return null;
  return {
    words: t`the path has ${length} bytes, and that of a socket has at most ${longest}`,
    hint: path.startsWith("\0")
      ? t`take a shorter name`
      : t`take a shorter one, or go to its folder and write a relative one`,
  };
}

function explainAddress(
  endpoint: { readonly hostname: string; readonly port: number },
  error: Error,
  platform: Platform,
): Explanation | null {
  const [address = "", zone] = endpoint.hostname.split("%");
  if (isNoHost(error)) {
    return { words: address.includes(":") ? t`it is no IPv6 address` : t`it is no host name` };
  }
  if (zone === undefined) {
    if (isInvalid(error) && needsZone(address)) return missingZone(endpoint, platform);
    if (address.includes(":") && isUnresolved(error)) return { words: t`it is no IPv6 address` };
    return codeOf(error) === UNKNOWN ? unsent() : null;
  }
  if (!isUnresolved(error) && !isUnknownDevice(error) && !isInvalid(error)) return null;
  if (!needsZone(address)) {
    const plain = formatEndpoint({ ...endpoint, transport: "tcp", hostname: address });
    return { words: translate(ZONE_ON_LINKS_ONLY), hint: t`write ${plain}` };
  }
  const names = namesOf(platform);
  return {
    words: t`there is no interface "${zone}"`,
    ...(names.length === 0 ? {} : { hint: t`interfaces here: ${names.join(", ")}` }),
  };
}

/** With which code `node:dgram` refuses whatever but a datagram that is too long. */
const UNKNOWN = "UNKNOWN";

function unsent(): Explanation {
  const words = t`the system sends nothing there: there is no route, or it is a broadcast
    address`;
  return { words, cannotStart: false };
}

function missingZone(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  platform: Platform,
): Explanation {
  const [zone = "eth0"] = namesOf(platform);
  const zoned = formatEndpoint({ transport: "tcp", hostname: `${hostname}%${zone}`, port });
  return { words: translate(ZONE_MISSING), hint: t`write ${zoned}` };
}

/**
 * Returns the refusal of a link-local address without its interface, where the kernel does not refuse it: for
 * datagrams it takes any.
 */
export function withoutInterface(endpoint: TcpEndpoint): ExplainedError {
  return new ExplainedError({ cannotStart: true, ...missingZone(endpoint, HERE) });
}

/** Returns the names of the interfaces with a link-local address. */
function namesOf(platform: Platform): string[] {
  const linked = platform.interfaces().filter(({ address }) => needsZone(address));
  return [...new Set(linked.map(({ name }) => name))];
}

function codeOf(error: Error): unknown {
  return (error as { code?: unknown }).code;
}

function isInvalid(error: Error): boolean {
  return codeOf(error) === "EINVAL";
}

/** Whether the system does not know the interface behind `%`; `node:` modules have no code for that. */
function isUnknownDevice(error: Error): boolean {
  const code = codeOf(error);
  return code === UNKNOWN || code === "EPERM" || /os error 19\b/.test(error.message); // ENODEV
}
