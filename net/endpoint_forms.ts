/**
 * Forms of endpoints in other programs, and those that they have here.
 *
 * It is loaded when an endpoint was refused.
 *
 * @module
 */
import { portOfName } from "../address/known_ports.ts";
import { DEFAULT_PORT } from "./endpoint.ts";

/** Schemes of URLs that speak TLS from the first byte on. */
const SECURE = /^(https|wss|ldaps|imaps|pop3s|smtps|tls|ssl)$/i;

/** A name of socat's for a kind of socket: `TCP4-LISTEN`, `OPENSSL`, `UNIX-CONNECT`. */
const SOCAT = /^(tcp|udp|openssl|ssl|unix|sctp)[46]?(-[a-z-]+)?:(.*)$/is;

/**
 * Returns the operands that may be meant by `text`, an endpoint that was refused. They are tried before
 * they are offered.
 */
export function endpointsMeant(text: string): readonly (readonly string[])[] {
  const plain = asciiOf(text.trim());
  const [, scheme, authority = ""] =
    plain.match(/^([a-z][a-z0-9+.-]*):\/\/(?:[^@/?#]*@)?([^/?#]*)/i) ?? [];
  if (scheme !== undefined) return ofUrl(scheme.toLowerCase(), authority, plain);
  const [, kind = "", , rest] = plain.match(SOCAT) ?? [];
  if (rest !== undefined) {
    const [address = ""] = rest.split(",");
    if (/^unix/i.test(kind)) return [[`unix:${address}`]];
    const options = /^udp/i.test(kind) ? ["--udp"] : /ssl$/i.test(kind) ? ["--tls"] : [];
    return [[...options, address]];
  }
  const [, name, number] = plain.match(/^([\w.-]+)[,;](\d+)$/) ?? [];
  if (name !== undefined) return [[`${name}:${number}`]];
  if (/^[^/]*\d-\d+$/.test(plain)) return [["--check", plain]];
  const [, zoned, portBehind] = plain.match(/^([0-9a-f:.]+%[^:\]]+):(\d+)$/i) ?? [];
  if (zoned !== undefined) return [[`[${zoned}]:${portBehind}`]];
  if (/^[\d.]+\/\d+:\d+$/.test(plain)) return []; // a network has no port
  const [host, port] = splitLast(plain);
  if (/^\*?$/.test(host) && plain.startsWith("*")) {
    const behind = port === "*" ? DEFAULT_PORT : port;
    return [[`0.0.0.0:${behind}`], [`[::]:${behind}`]];
  }
  if (plain.includes("/") && !/^[^/]*:\d+\//.test(plain) && !/^[^/:]+\/\d+$/.test(plain)) {
    return [[`unix:${plain}`]];
  }
  if (host.includes(":") && /^[0-9a-f:.]+(%\w+)?$/i.test(plain)) {
    return [[`[${plain}]:${DEFAULT_PORT}`], [`[${host}]:${port}`]];
  }
  const shorter = plain.replace(/^[^@]+@/, "").replace(/^([^/: ]+)[/ ]+(\d+)$/, "$1:$2")
    .replace(/\/.*/s, "").replace(/:$/, "");
  const isHost = !shorter.includes(":") && /^[a-z[]|\./i.test(shorter);
  const forms = isHost ? [`${shorter}:${DEFAULT_PORT}`] : [shorter];
  return forms.map((form) => [form]);
}

function ofUrl(scheme: string, authority: string, url: string): readonly (readonly string[])[] {
  if (scheme === "unix") return [[`unix:${url.slice("unix://".length)}`]];
  const hasPort = /:\d+$/.test(authority);
  const endpoint = hasPort ? authority : `${authority}:${portOfScheme(scheme)}`;
  return SECURE.test(scheme) ? [["--tls", endpoint], [endpoint]] : [[endpoint]];
}

/** Returns the port of a URL without one. */
function portOfScheme(scheme: string): number {
  return portOfName({ ws: "http", wss: "https", sftp: "ssh" }[scheme] ?? scheme) ?? DEFAULT_PORT;
}

/** Returns what stands before the last colon, and what stands behind it. */
function splitLast(text: string): [host: string, port: string] {
  const colon = text.lastIndexOf(":");
  return [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
}

/** Returns `text` with digits, letters and marks of East Asian keyboards in ASCII, and names as the DNS has them. */
function asciiOf(text: string): string {
  const plain = text.normalize("NFKC").replaceAll("\u3002", ".");
  const [host, port] = splitLast(plain);
  if (!/[^\0-\x7f]/.test(host) || !URL.canParse(`http://${host}/`)) return plain;
  return `${new URL(`http://${host}/`).hostname}:${port}`;
}
