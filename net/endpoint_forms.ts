/**
 * Forms of endpoints in other programs, and those that they have here.
 *
 * It is loaded when an endpoint was refused.
 *
 * @module
 */
import { DEFAULT_PORT } from "./endpoint.ts";

/** The ports of URL schemes, and of services by whose names people call them. */
const PORTS: Readonly<Record<string, number>> = {
  ...{
    ftp: 21,
    ssh: 22,
    sftp: 22,
    telnet: 23,
    smtp: 25,
    domain: 53,
    dns: 53,
    http: 80,
    www: 80,
    ws: 80,
  },
  ...{
    pop3: 110,
    ntp: 123,
    imap: 143,
    ldap: 389,
    https: 443,
    wss: 443,
    submission: 587,
    ldaps: 636,
  },
  ...{
    imaps: 993,
    pop3s: 995,
    mqtt: 1883,
    mysql: 3306,
    rdp: 3389,
    postgres: 5432,
    postgresql: 5432,
  },
  ...{
    amqp: 5672,
    vnc: 5900,
    redis: 6379,
    memcached: 11211,
    mongodb: 27017,
    smtps: 465,
    irc: 6667,
  },
};

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
    return /^unix/i.test(kind) ? [[`unix:${address}`]] : [[address]];
  }
  const [host, port] = splitLast(plain);
  const number = PORTS[port.toLowerCase()];
  if (number !== undefined) return [[host === "" ? `${number}` : `${bracketed(host)}:${number}`]];
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
  const forms = isHost ? [`${shorter}:${DEFAULT_PORT}`] : [shorter, ...numericHosts(shorter)];
  return forms.map((form) => [form]);
}

function ofUrl(scheme: string, authority: string, url: string): readonly (readonly string[])[] {
  if (scheme === "unix") return [[`unix:${url.slice("unix://".length)}`]];
  const hasPort = /:\d+$/.test(authority);
  const endpoint = hasPort ? authority : `${authority}:${PORTS[scheme] ?? DEFAULT_PORT}`;
  return SECURE.test(scheme) ? [["--tls", endpoint], [endpoint]] : [[endpoint]];
}

/** Returns what stands before the last colon, and what stands behind it. */
function splitLast(text: string): [host: string, port: string] {
  const colon = text.lastIndexOf(":");
  return [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** Returns the readings of an address in other notations, octal, short or an integer, with its port. */
function numericHosts(text: string): string[] {
  const [host, port] = splitLast(text);
  if (!/^[0-9.]+$|^0x[0-9a-fx.]+$/i.test(host)) return [];
  const decimal = host.split(".").map((part) => part.replace(/^0+(?=\d)/, "")).join(".");
  const readings = URL.canParse(`http://${host}/`)
    ? [new URL(`http://${host}/`).hostname, decimal]
    : [decimal];
  return [...new Set(readings)].map((reading) => `${reading}:${port}`);
}

/** Returns `text` with digits, letters and marks of East Asian keyboards in ASCII, and names as the DNS has them. */
function asciiOf(text: string): string {
  const plain = text.normalize("NFKC").replaceAll("\u3002", ".");
  const [host, port] = splitLast(plain);
  if (!/[^\0-\x7f]/.test(host) || !URL.canParse(`http://${host}/`)) return plain;
  return `${new URL(`http://${host}/`).hostname}:${port}`;
}
