/**
 * `netkit port`: the kind of a port, the processes that hold it, and whether a server could have it.
 *
 * @module
 */
import { type Command, command } from "./cli/command.ts";
import { UserError } from "./cli/errors.ts";
import type { Io } from "./cli/io.ts";
import { parsePorts, UnknownService, type WantedPorts } from "./port/operand.ts";
import { check, FIELDS, OPTIONS } from "./port/options.ts";
import {
  BUILT_IN_NAMES,
  parseServices,
  type PortName,
  type PortProtocol,
} from "./sockets/port_names.ts";
import { t } from "./text/messages.ts";

/** The command `port`. */
export const port: Command<typeof OPTIONS> = command({
  name: "port",
  description: [
    "Without an operand: every socket that waits for peers, of TCP and UDP. With ports, of each: " +
    "IANA's range and name, its use in practice, the processes that hold it and their sockets, " +
    "whether a server could have it now, and the reasons against it: ports of root, ports that " +
    "outgoing connections may take, ports that browsers refuse.",
    "A port is called free only after it was bound, on 0.0.0.0 and on ::, as a server binds (with " +
    "SO_REUSEADDR): no table shows a socket that is bound and does not listen. The port is given " +
    "back at once; a client that connects in that moment is reset. --no-bind does without. Several " +
    "ports are shown as a table.",
    "Nothing is changed: the command that would free a port is printed and never run. Only processes " +
    "that listen count. A service of systemd or of Windows is to be stopped, and so is a container; a " +
    "tunnel of the kernel is to be deleted; where the right command is not known there is none. " +
    "Processes of other users are named for root only.",
    "--watch shows the sockets of a port and their peers on this machine as the kernel has them, " +
    "several times a second as far as that takes less than 3 % of a processor; shorter states, as " +
    "SYN-SENT on this machine, are not seen.",
    "The sockets are read from /proc on Linux, for which Deno wants -A; from lsof and " +
    "netstat on macOS and BSD, where sockstat names processes; from netstat, tasklist and PowerShell on Windows. Names of services are those of /etc/services and some " +
    "more.",
    "The exit code is 0 if every port asked for is free (or nothing speaks against it, with " +
    "--no-bind), 1 if one is held or cannot be bound or --free finds none, 2 if the request was " +
    "wrong.",
  ],
  operands: [{
    name: "PORT",
    summary: "a port, a range A-B, or the name of a service; 53/udp is UDP; several with commas; " +
      "ADDRESS:PORT asks for one address",
    repeated: true,
  }],
  options: OPTIONS,
  examples: [
    { line: "netkit port", says: "list what listens" },
    { line: "netkit port 8000", says: "tell all about port 8000" },
    { line: "netkit port postgresql 53/udp", says: "ask by the name of the service, and for UDP" },
    { line: "netkit port 127.0.0.1:8000 [::1]:8000", says: "ask for these addresses alone" },
    { line: "netkit port --process node", says: "list what node listens on" },
    { line: "netkit serve $(netkit port --free)", says: "take a good free port" },
    { line: "netkit port 8000 --watch", says: "watch connections come and go" },
  ],
  fields: () => Promise.resolve(FIELDS),
  permissions: [
    "-A to read /proc on Linux",
    "--allow-net to try whether a port can be bound",
    "--allow-run=lsof,netstat,ps,sysctl on macOS, sockstat too on BSD; " +
    "--allow-run=netstat,tasklist,netsh,powershell on Windows",
  ],
  async check({ options, operands }) {
    const texts = operands.flatMap((text) => text.split(","));
    check(options, texts);
    await parseOperands(texts, options.udp ? "udp" : "tcp", BUILT_IN_NAMES);
  },
  habits: () => import("./port/habits.ts"),
  async run({ options, operands }, io) {
    const texts = operands.flatMap((text) => text.split(","));
    check(options, texts);
    const protocol = options.udp ? "udp" : "tcp";
    const names = await readNames(io);
    const wanted = await parseOperands(texts, protocol, names);
    if (options.watch) {
      const { printChanges } = await import("./port/print_changes.ts");
      return void await printChanges(wanted[0]!, options, io);
    }
    if (wanted.length === 0 && !options.free) {
      const { printList } = await import("./port/print_list.ts");
      return await printList(options, io);
    }
    const [{ contextReader }, { printFree, printReports }] = await Promise.all([
      import("./port/context.ts"),
      import("./port/print_reports.ts"),
    ]);
    const { free, noBind } = options;
    const context = contextReader({ noBind, names, wanted: free ? [] : wanted }, io);
    if (free) return await printFree(wanted[0] ?? null, await context(protocol), io);
    return await printReports(wanted, context, options, io);
  },
});

async function readNames(io: Io): Promise<PortName[]> {
  const text = await io.readTextFile("/etc/services", { ask: false }).catch(() => "");
  return [...parseServices(text), ...BUILT_IN_NAMES];
}

async function parseOperands(
  texts: readonly string[],
  protocol: PortProtocol,
  names: readonly PortName[],
): Promise<WantedPorts[]> {
  try {
    return texts.map((text) => parsePorts(text, protocol, names));
  } catch (error) {
    if (!(error instanceof UnknownService)) throw error;
    const { didYouMean } = await import("./cli/suggest.ts");
    const known = names.flatMap(({ name, aliases }) => [name, ...aliases]);
    const isWord = /^[a-z][\w.-]*$/i.test(error.input);
    const hint = didYouMean(error.input, known) ??
      (isWord
        ? t`if it is a program: netkit port --process ${error.input}`
        : t`give a port, A-B, or a name of /etc/services`);
    throw new UserError(error.message, { hint, cause: error });
  }
}
