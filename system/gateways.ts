/**
 * Default gateways, read from the routing tables of programs and kernels.
 *
 * @module
 */
import { addressOf, formatIp } from "../address/ip_text.ts";
import { ipv4, ipv6 } from "../address/ip.ts";
import { isIPv4 } from "../address/ipv4.ts";
import { output, type SourceSystem, withoutAsking } from "./programs.ts";

/** A default gateway: the router for all destinations without a route of their own. */
export interface Gateway {
  /** Its address. */
  readonly address: string;
  /** The interface that leads to it: its name, or on Windows its IPv4 address. */
  readonly interface: string | null;
  /** The number of that interface. */
  readonly interfaceIndex: number | null;
}

/**
 * Resolves to the default gateways of this machine, to none where no source has them. The user is
 * not asked for permissions.
 */
export async function readGateways(everything: SourceSystem): Promise<readonly Gateway[]> {
  const system = withoutAsking(everything);
  const { platform } = system;
  const none = () => [];
  if (platform === "windows") {
    return await output(system, "route", ["print"]).then(parseRoutePrint, none);
  }
  if (platform !== "linux" && platform !== "android") {
    return await output(system, "netstat", ["-rn"]).then(parseNetstat, none);
  }
  return await output(system, "ip", ROUTES).then(parseIpRoute).catch(async () => {
    const [four, six] = await Promise.all([
      system.readTextFile("/proc/net/route").then(parseProcRoute, none),
      system.readTextFile("/proc/net/ipv6_route").then(parseProcIpv6Route, none),
    ]);
    return [...four, ...six];
  });
}

/**
 * The arguments of `ip` for the routes of both versions of IP: one process, since starting one is a tenth of
 * what netkit takes to start. Without `table all` it tells those of IPv4 only.
 */
const ROUTES = ["-j", "route", "show", "table", "all", "type", "unicast"];

function gateway(
  address: string | undefined,
  known: Partial<Gateway> = {},
): readonly Gateway[] {
  if (address === undefined || addressOf(address) === null) return [];
  return [{ address, interface: null, interfaceIndex: null, ...known }];
}

function wordsByLine(text: string): (readonly string[])[] {
  return text.split("\n").map((line) => line.trim().split(/\s+/));
}

/**
 * Returns the gateways of the main table in the JSON of `ip -j route`: of a route with one next hop, with
 * several (`nexthops`), and with one of the other version of IP (`via`, RFC 8950).
 *
 * @throws {SyntaxError} If `text` is no JSON.
 */
export function parseIpRoute(text: string): readonly Gateway[] {
  const routes: unknown = text.trim() === "" ? [] : JSON.parse(text);
  if (!Array.isArray(routes)) return [];
  const used = routes.filter((route) => route?.dst === "default" && route.table === undefined);
  return used.flatMap((route) => {
    const hops: unknown[] = Array.isArray(route.nexthops) ? [route, ...route.nexthops] : [route];
    return hops.flatMap((hop) => {
      const { gateway: plain, via, dev } = (hop ?? {}) as Readonly<Record<string, unknown>>;
      const other = typeof via === "object" && via !== null && "host" in via ? via.host : undefined;
      const address = plain ?? other;
      return gateway(typeof address === "string" ? address : undefined, {
        interface: typeof dev === "string" ? dev : null,
      });
    });
  });
}

/** Flag of a route that leads to a router, of Linux' `route.h`. */
const RTF_GATEWAY = 0x2;

/** Returns the gateways in /proc/net/route, whose addresses are in the byte order of the machine. */
export function parseProcRoute(text: string): readonly Gateway[] {
  return wordsByLine(text).flatMap(([device, destination, address, flags, , , , mask]) => {
    if (destination !== "00000000" || mask !== "00000000") return [];
    if (!/^[0-9a-f]{8}$/i.test(address ?? "") || !(parseInt(flags!, 16) & RTF_GATEWAY)) return [];
    // Deno runs on little-endian machines only, so the octets stand in reverse.
    const octets = Uint8Array.fromHex(address!).reverse();
    return gateway(formatIp(ipv4(BigInt(`0x${octets.toHex()}`))), { interface: device! });
  });
}

/** Returns the gateways in /proc/net/ipv6_route. */
export function parseProcIpv6Route(text: string): readonly Gateway[] {
  return wordsByLine(text).flatMap((columns) => {
    const [destination, prefix, , , address = "", , , , flags = ""] = columns;
    if (!/^0{32}$/.test(destination!) || prefix !== "00") return [];
    if (!/^[0-9a-f]{32}$/i.test(address) || !(parseInt(flags, 16) & RTF_GATEWAY)) return [];
    return gateway(formatIp(ipv6(BigInt(`0x${address}`))), { interface: columns[9] ?? null });
  });
}

/**
 * Returns the gateways in `netstat -rn` of macOS, the BSDs and Solaris: `default GATEWAY FLAGS …`,
 * then numbers, the interface and, on some, when the route expires.
 */
export function parseNetstat(text: string): readonly Gateway[] {
  return wordsByLine(text).flatMap(([destination, address, , ...rest]) => {
    if (destination !== "default" && destination !== "::/0") return [];
    const device = rest.findLast((word) => /^[a-z]/i.test(word));
    return gateway(address, { interface: device ?? null });
  });
}

/**
 * Returns the gateways in `route print` of Windows in any language: for IPv4 `0.0.0.0 0.0.0.0 GATEWAY
 * INTERFACE METRIC`, for IPv6 `INDEX METRIC ::/0 GATEWAY`, of which a long GATEWAY has its own line.
 */
export function parseRoutePrint(text: string): readonly Gateway[] {
  const lines = wordsByLine(text);
  return lines.flatMap(([first, second, third, fourth], i) => {
    if (first === "0.0.0.0" && second === "0.0.0.0") {
      const device = fourth !== undefined && isIPv4(fourth) ? fourth : null;
      return third !== undefined && isIPv4(third) ? gateway(third, { interface: device }) : [];
    }
    if (third !== "::/0" || !/^\d+$/.test(first!)) return [];
    return gateway(fourth ?? lines[i + 1]?.[0], { interfaceIndex: Number(first) });
  });
}
