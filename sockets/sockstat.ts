/**
 * The processes that sockstat(1) of FreeBSD and NetBSD names: those of all users, also without root,
 * which netstat there does not.
 *
 * @module
 */
import { MAX_PORT } from "../address/port.ts";
import type { KernelSocket, SocketAddress } from "./socket.ts";

/** Returns the arguments with which sockstat lists what `parseSockstat` reads, `null` where there is none. */
export function sockstatArguments(platform: string): readonly string[] | null {
  if (platform === "freebsd") return ["-46"];
  return platform === "netbsd" ? ["-46n"] : null; // where FreeBSD's -n is of users
}

/** Protocols with the version of IP; 46 is a socket of IPv6 that has IPv4, too. */
const PROTOCOL = /^(tcp|udp)(4|6|46)?$/;

/**
 * Returns the sockets in the output of sockstat, each with one process: user, command, process,
 * descriptor, protocol, both addresses. The command can have blanks, so the columns are counted from the
 * protocol. Lines that are no rows are left out.
 */
export function parseSockstat(text: string): KernelSocket[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const at = words.findIndex((word, i) => i > 3 && PROTOCOL.test(word));
    if (at < 0) return [];
    const [user = "", ...command] = words.slice(0, at - 2);
    const [pid, descriptor] = words.slice(at - 2, at);
    const [, protocol, digits = ""] = words[at]!.match(PROTOCOL)!;
    const [own = "", peers = ""] = words.slice(at + 1);
    const version = digits.includes("6") || own.includes("::") ? 6 : 4;
    const [local, remote] = [parseAddress(own, version), parseAddress(peers, version)];
    if (!local || !remote || local.port === 0 || !/^[1-9]\d{0,9}$/.test(pid!)) return [];
    return [{
      protocol: protocol as KernelSocket["protocol"],
      version,
      local,
      remote: remote.port === 0 ? null : remote,
      state: null,
      secondsLeft: null,
      user,
      id: null,
      processes: [{
        pid: Number(pid),
        name: command.join(" "),
        words: null,
        user,
        folder: null,
        deleted: false,
        descriptors: /^\d+$/.test(descriptor!) ? [Number(descriptor)] : [],
      }],
    }];
  });
}

/** Reads `HOST:PORT`, of NetBSD `HOST.PORT`; an asterisk stands for any. */
function parseAddress(text: string, version: 4 | 6): SocketAddress | null {
  const [, host, digits] = text.match(/^(\*|\[?[0-9a-f.:]+(?:%\w+)?\]?)[.:](\*|\d{1,5})$/i) ?? [];
  if (host === undefined || Number(digits) > MAX_PORT) return null;
  const hostname = host !== "*" ? host.replace(/^\[|\]$/g, "") : version === 6 ? "::" : "0.0.0.0";
  return { hostname, port: digits === "*" ? 0 : Number(digits) };
}
