/**
 * `netkit trace`: real TCP connections as ladders of segments and states, live or from a capture.
 *
 * The folder `trace/`: `options.ts` the options; `read.ts` a capture in a file or a pipe, `both_ends.ts` two of both ends; `live.ts` a
 * capture as it passes; `child_command.ts` the command behind `--`; `upper_server.ts` the server of
 * `--serve`; `place.ts` the hosts at which a capture was taken, `offload.ts` where checksums
 * prove them; `filter.ts` the packets of `-Y`; `packet_list.ts` pasted lines as packets, of it `tcpdump_line.ts`,
 * `wireshark_line.ts`, `pasted_clock.ts`, `pasted_numbers.ts` and `pasted_packet.ts`; `view.ts` packets to lines; `lines.ts`
 * lines over time; `form.ts` a form, `forms.ts` the forms, of them `list.ts` the list of connections, `states.ts` the state
 * diagram, `selection.ts` those of `--only`; `page.ts` and `without_payload.ts` a page for a browser; `record.ts` and `connection_record.ts` and `clocks_record.ts` the JSON records; `pictures.ts` the files of `--svg`; `local_processes.ts` the processes at local ends. Segments become states in `tcp/`, and a drawing in
 * `ladder/`.
 *
 * @module
 */
import { createBytes, refuseSameFile } from "./cli/byte_source.ts";
import { type Command, command } from "./cli/command.ts";
import type { Io } from "./cli/io.ts";
import { check, checkWeb, FIELDS, OPTIONS, portOperand, refuseFilter } from "./trace/options.ts";
import type { Output } from "./trace/view.ts";

/** The command. */
export const trace: Command<typeof OPTIONS> = command({
  name: "trace",
  description: [
    "Captures what passes at PORT, or reads a capture, and draws each connection: one rung a segment, " +
    "the states of both ends at the sides. At the end of a connection it says how it was opened and " +
    "closed, and how each end walked through the state diagram of TCP (RFC 9293): event / action on " +
    "each edge. Sequence numbers are counted from the SYN, as in Wireshark.",
    "The sender of a segment has made its move; the receiver makes its move when arrival is certain " +
    "(captured on its host), or when a later segment of its own proves it. A state that nobody can " +
    "know is not shown, or stands in parentheses at the end.",
    "Live it works through tcpdump and needs its rights. A command behind -- is started when the " +
    "capture is ready; when it has ended and its connections are over, so is the trace. Its standard " +
    "output goes to standard error; the word netkit is this program. Ctrl-C ends, with exit code 0.",
    "From 110 columns on, notes tell what a segment means to the programs. Marks like retransmission " +
    "follow the rules of Wireshark's tcp.analysis fields.",
  ],
  operands: [{
    name: "PORT",
    summary: "the port of the server; live 8000 if left out, else every port",
  }],
  behind: { name: "COMMAND", summary: "a program to start, with its arguments" },
  options: OPTIONS,
  groups: {
    "where the packets come from": ["read", "interface", "tunnels", "serve", "at"],
    "what is looked at": ["filter", "count", "conn", "only"],
    "the ladder": ["all", "explain", "ascii"],
    "in place of the ladder": ["states", "list", "stats", "json"],
    "pictures and pages": ["svg", "scale", "blank", "web", "html", "noPayload"],
    "keeping the packets": ["write", "full"],
  },
  examples: [
    { line: "sudo netkit trace 8000", says: "show the connections of a server on this machine" },
    {
      line: "echo hello | netkit trace --serve -- netkit client --mode half",
      says: "a server, a client and their connection, all in one",
    },
    { line: "netkit trace 443 -i eth0 -- curl -s https://example.com", says: "trace one command" },
    { line: "netkit trace -r examples/simultaneous-close.pcap", says: "read a capture" },
    { line: "ssh host tcpdump -w - port 80 | netkit trace -r - 80", says: "trace on another host" },
    { line: "netkit trace -r one.pcap --list --only reset,slow", says: "find the odd ones first" },
    {
      line: "netkit trace -r one.pcap --conn 3 --stats",
      says: "round-trip times, retransmissions",
    },
    { line: "netkit trace -r one.pcap -Y 'ip.addr==10.0.0.7'", says: "only one host" },
    { line: "netkit trace -r one.pcap --svg one.svg --scale time", says: "draw it for a slide" },
    { line: "netkit trace -r one.pcap --web", says: "look at it in a browser" },
    { line: "netkit trace -r one.pcap --conn 3 --html one.html", says: "hand it out" },
  ],
  fields: () => Promise.resolve(FIELDS),
  permissions: [
    "--allow-run=tcpdump (Windows: dumpcap)",
    "--allow-run for a command behind --",
    "--allow-sys=networkInterfaces with -i to know own addresses",
    "--allow-read for -r",
    "--allow-write for -w, --svg and --html",
    "--allow-net for --serve and --web",
  ],
  async check({ options, operands, behind }) {
    check(options, behind);
    checkWeb(options, portOperand(operands[0], options));
    if (typeof options.web === "number") {
      (await import("./trace/page.ts")).checkPagePort(options.web);
    }
  },
  joinOperands: refuseFilter,
  habits: () => import("./trace/habits.ts"),
  async run({ options, operands, behind }, io) {
    check(options, behind);
    const port = portOperand(operands[0], options);
    checkWeb(options, port);
    const traceInto = (output: Output) => tracePackets(port, behind, output, io);
    if (options.web !== null || options.html !== null) {
      const { showPage } = await import("./trace/page.ts");
      return await showPage(traceInto, port, options, io);
    }
    const picture = options.svg === null
      ? null
      : new (await import("./ladder/svg.ts")).LadderPicture({
        all: options.all,
        scale: options.scale ?? "rows",
        blank: options.blank ?? [],
      });
    for (const path of options.svg === null ? [] : options.read ?? []) {
      await refuseSameFile(path, options.svg!, io);
    }
    const sink = options.svg === null ? null : await createBytes(options.svg, io);
    try {
      return await traceInto({ options, picture });
    } finally {
      if (picture) {
        const { writePictures } = await import("./trace/pictures.ts");
        await writePictures(picture, options.svg!, sink!, io);
      }
      sink?.close();
    }
  },
});

/** Traces what passes, one capture, or two of both ends; resolves to the exit code. */
async function tracePackets(
  port: number | null,
  behind: readonly string[],
  output: Output,
  io: Io,
): Promise<number> {
  const { read } = output.options;
  if (read === null) {
    const { traceLive } = await import("./trace/live.ts");
    return await traceLive(port!, behind, output, io);
  }
  const [one, other] = read;
  if (other === undefined) {
    const { traceFile } = await import("./trace/read.ts");
    return await traceFile(one!, port, output, io);
  }
  const { traceBothEnds } = await import("./trace/both_ends.ts");
  return await traceBothEnds([one!, other], port, output, io);
}
