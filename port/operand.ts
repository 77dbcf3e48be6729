/**
 * The ports that an operand of the command line means: a number, a range, the name of a service, or
 * one of these at an address.
 *
 * @module
 */
import { addressOf, formatIp } from "../address/ip_text.ts";
import { ParseError, within } from "../address/parse_error.ts";
import type { PortRange } from "../address/port_class.ts";
import { isRange, parseRange, parseRealPort } from "../address/port_range.ts";
import { type PortName, type PortProtocol, portsNamed } from "../sockets/port_names.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The ports that an operand means. */
export interface WantedPorts {
  /** The first and the last; the same for one port. */
  readonly range: PortRange;
  /** The protocol. */
  readonly protocol: PortProtocol;
  /** The address on which a server would have them; `null` for all addresses. */
  readonly hostname: string | null;
}

/** Thrown for a name that no port has. */
export class UnknownService extends ParseError {
  /** Says that `name` is unknown. */
  constructor(name: string) {
    super(t`a port or the name of a service`, name, t`no service is called that`);
  }
}

/**
 * Returns the ports that `text` means: `PORT`, `A-B`, or the name of a service; with `/tcp` or `/udp`
 * for this protocol; with `ADDRESS:` or `[ADDRESS]:` before it at this address, `*:` for all.
 *
 * @param usual The protocol if the operand names none.
 * @param names The names of the services.
 * @throws {UnknownService} For a name that no port has.
 * @throws {ParseError} For anything else.
 */
export function parsePorts(
  text: string,
  usual: PortProtocol,
  names: readonly PortName[],
): WantedPorts {
  const [, place = text, suffix] = text.match(/^(.*)\/(tcp|udp)$/is) ?? [];
  const [, number, other] = text.match(/^(\d+)\/([a-z]+)$/i) ?? [];
  if (suffix === undefined && number !== undefined) {
    throw new ParseError(
      t`a port`,
      text,
      t`TCP and UDP are looked at, not ${other!.toUpperCase()}`,
      {
        at: [number.length + 1, text.length],
      },
    );
  }
  const protocol = (suffix?.toLowerCase() ?? usual) as PortProtocol;
  if (isRange(place)) return { range: parseRange(place, text), protocol, hostname: null };
  const colon = place.lastIndexOf(":");
  const hostname = colon < 0
    ? null
    : parseHost(place.slice(0, colon), place.slice(colon + 1), text);
  const port = place.slice(colon + 1);
  const range = isRange(port) ? parseRange(port, text) : parseOne(port, text, protocol, names);
  return { range, protocol, hostname };
}

/** Reads the address before the colon of an operand `whole`; `null` for all addresses. */
function parseHost(host: string, port: string, whole: string): string | null {
  if (host === "*") return null;
  const inner = host.match(/^\[(.*)\]$/s)?.[1] ?? host;
  const address = addressOf(inner);
  if (address && (address.version === 4 || inner !== host)) return formatIp(address);
  const fail = (reason: string, hint: string) => new ParseError(t`a port`, whole, reason, { hint });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(whole)) {
    throw fail(t`it is a URL`, t`give its port alone`);
  }
  if (/^localhost$/i.test(inner)) {
    throw fail(t`it is a name with a port`, t`write 127.0.0.1:${port} or [::1]:${port}`);
  }
  if (address) {
    throw fail(t`IPv6 before a port stands in brackets`, t`write ${`[${host}]:${port}`}`);
  }
  const plain = whole.replace(/^\[|\]$/g, "");
  if (addressOf(plain)) throw fail(translate(PORT_MISSING), t`write ${`[${plain}]:8000`}`);
  const hint = /^\w[\w-]*$/.test(port) ? t`write ${port}` : t`write a port, or ADDRESS:PORT`;
  throw fail(t`what stands before the colon is no IP address`, hint);
}

const PORT_MISSING = msg("it is an address without a port");

/** Reads one port, by its number or its name, of an operand `whole`. */
function parseOne(
  text: string,
  whole: string,
  protocol: PortProtocol,
  names: readonly PortName[],
): PortRange {
  const named = /^[a-z0-9][\w.+*-]*$/i.test(text) && /[a-z]/i.test(text)
    ? portsNamed(text, names)
    : [];
  const found = named.find((each) => each.protocol === protocol);
  if (found) return [found.port, found.port];
  if (named.length > 0) {
    const { port: number, protocol: other } = named[0]!;
    throw new ParseError(t`a ${protocol.toUpperCase()} service`, whole, t`it is ${other}`, {
      hint: t`write ${number}/${other}`,
    });
  }
  if (/^[a-z]/i.test(text)) throw new UnknownService(text);
  if (/^\d+(\.\d+){3}$/.test(text) && addressOf(text)) {
    throw new ParseError(t`a port`, whole, translate(PORT_MISSING), {
      hint: t`write ${text}:8000`,
    });
  }
  const number = within(t`a port`, whole, whole.indexOf(text), () => parseRealPort(text));
  return [number, number];
}
