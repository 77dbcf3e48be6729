/**
 * The ports that an operand of the command line means: a number, a range, or the name of a service.
 *
 * @module
 */
import { ParseError, within } from "../address/parse_error.ts";
import { parsePort } from "../address/port.ts";
import type { PortRange } from "../address/port_class.ts";
import { type PortName, type PortProtocol, portsNamed } from "../sockets/port_names.ts";

/** The ports that an operand means. */
export interface WantedPorts {
  /** The first and the last; the same for one port. */
  readonly range: PortRange;
  /** The protocol. */
  readonly protocol: PortProtocol;
}

/** Thrown for a name that no port has. */
export class UnknownService extends ParseError {
  /** Says that `name` is unknown. */
  constructor(name: string) {
    super("a port or the name of a service", name, "no service is called that");
  }
}

/**
 * Returns the ports that `text` means: `PORT`, `A-B`, or the name of a service; with `/tcp` or `/udp`
 * for this protocol.
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
  const [, port = text, suffix] = text.match(/^(.*)\/(tcp|udp)$/is) ?? [];
  const protocol = (suffix?.toLowerCase() ?? usual) as PortProtocol;
  const plain = port.normalize("NFKC");
  if (/^\d+ *[-–—~:.]+ *\d+$/.test(plain) && !/^\d+\.\d+$/.test(plain)) {
    return { range: parseRange(port), protocol };
  }
  const named = /^[a-z0-9][\w.+*-]*$/i.test(port) && /[a-z]/i.test(port)
    ? portsNamed(port, names)
    : [];
  const found = named.find((each) => each.protocol === protocol);
  if (found) return { range: [found.port, found.port], protocol };
  if (named.length > 0) {
    const { port: number, protocol: other } = named[0]!;
    throw new ParseError(`a ${protocol.toUpperCase()} service`, text, `it is ${other}`, {
      hint: `write ${number}/${other}`,
    });
  }
  const address = port.match(/:(\d{1,5})$/)?.[1];
  if (address !== undefined) {
    throw new ParseError("a port", text, "it is an address with a port", {
      hint: `write ${address}`,
    });
  }
  if (/^[a-z]/i.test(port)) throw new UnknownService(port);
  const number = within("a port", text, 0, () => parseRealPort(port));
  return { range: [number, number], protocol };
}

const RANGE = "a range of ports";

function parseRange(text: string): PortRange {
  const [, first = "", dash = "", last = ""] = text.match(/^([^-]*)(-)(.*)$/s) ?? [];
  if (dash === "") {
    throw new ParseError(RANGE, text, "a range is written with a hyphen", {
      hint: `write ${text.normalize("NFKC").replace(/\D+/, "-")}`,
    });
  }
  const range: PortRange = [
    within(RANGE, text, 0, () => parseRealPort(first)),
    within(RANGE, text, first.length + 1, () => parseRealPort(last)),
  ];
  if (range[0] > range[1]) {
    throw new ParseError(RANGE, text, "it ends before it begins", {
      hint: `write ${range[1]}-${range[0]}`,
    });
  }
  return range;
}

/** Reads a port to which something can connect: any but 0. */
function parseRealPort(text: string): number {
  const port = parsePort(text);
  if (port > 0) return port;
  const reason = "0 asks the system to choose a free port; nothing can connect to 0";
  throw new ParseError("a port", text, reason, { hint: "netkit port --free prints a free one" });
}
