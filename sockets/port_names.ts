/**
 * The names of ports: those that IANA registers, and the use of ports in practice.
 *
 * @module
 */
import { knownPorts, type PortProtocol } from "../address/known_ports.ts";

export type { PortProtocol } from "../address/known_ports.ts";

/** A name of a port. */
export interface PortName {
  /** The port. */
  readonly port: number;
  /** Its protocol. */
  readonly protocol: PortProtocol;
  /** The name by which it is registered. */
  readonly name: string;
  /** Other names. */
  readonly aliases: readonly string[];
}

/**
 * Returns the names in the text of /etc/services (services(5)), in its order; lines that are none are
 * left out, and protocols other than TCP and UDP.
 */
export function parseServices(text: string): PortName[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", entry = "", ...aliases] = line.replace(/#.*/s, "").trim().split(/\s+/);
    const [, digits, protocol] = entry.match(/^(\d{1,5})\/(tcp|udp)$/) ?? [];
    const port = Number(digits);
    return digits === undefined || port > 65535
      ? []
      : [{ port, protocol: protocol as PortProtocol, name, aliases }];
  });
}

/** The names that are known without /etc/services. */
export const BUILT_IN_NAMES: readonly PortName[] = knownPorts().flatMap(
  ({ port, protocol, names: [name, ...aliases] }) =>
    name === undefined ? [] : [{ port, protocol, name, aliases }],
);

/** Returns the use of `port` in practice, or `null`. */
export function practiceOf(port: number, protocol: PortProtocol): string | null {
  return knownPorts().find((row) => row.port === port && row.protocol === protocol)?.use || null;
}

/** Returns the first of `names` that `port` has, or `null`. */
export function nameOfPort(
  port: number,
  protocol: PortProtocol,
  names: readonly PortName[],
): string | null {
  return names.find((each) => each.port === port && each.protocol === protocol)?.name ?? null;
}

/**
 * Returns the ports that are called `name` in `names`, in any case of letters: the one of its
 * protocol first for each.
 */
export function portsNamed(name: string, names: readonly PortName[]): readonly PortName[] {
  const wanted = name.toLowerCase();
  const isIt = (each: string) => each.toLowerCase() === wanted;
  const registered = names.filter((each) => isIt(each.name));
  return [...registered, ...names.filter(({ aliases }) => aliases.some(isIt))];
}
