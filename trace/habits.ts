/**
 * Options of tcpdump, tshark and strace that are typed into `netkit trace`.
 *
 * `-w` is netkit's own as in tcpdump: the file to write; `-c` counts connections, not packets.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";
import { portOfName } from "../address/known_ports.ts";

/**
 * Returns what is meant by an operand, or by all of them with blanks between: a file, the port of a filter
 * of tcpdump and perhaps an interface, or the name of a service.
 */
export function instead(operand: string): readonly (readonly string[])[] {
  const [, behind] = operand.match(/^(?:\S*:)?(\d+)(?:\/tcp)?$/i) ?? [];
  if (behind !== undefined) return [[behind]];
  if (/\.(p?cap(ng)?|cap\.gz|pcap(ng)?\.gz|txt|hex)$|\//i.test(operand)) return [["-r", operand]];
  const words = operand.split(" ");
  const port = words.findLast((word) => /^\d+$/.test(word));
  if (port !== undefined) {
    const [first = ""] = words;
    const isInterface = words.length === 2 && !/^(tcp|udp|ip6?|port|src|dst|host|\d+)$/.test(first);
    return [isInterface ? [port, "-i", first] : [port]];
  }
  const named = portOfName(words.at(-1)!);
  return named === null ? [] : [[`${named}`]];
}

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-n -nn --numeric -N", "no names are looked up: leave it out"],
  ["-v --verbose -vv -V", "notes are shown from 110 columns on: leave it out"],
  ["-u --udp", "trace draws TCP, which has states: leave it out"],
  ["-l --line-buffered", "each row is printed at once: leave it out"],
  ["--listen", "with a server of its own: write --serve"],
  ["-4 -6 --ipv4 --ipv6", "both versions of IP are traced: leave it out"],
  [
    "-p= --port= -f=",
    "a port is the operand: write {8000}",
  ],
  ["-R= --display-filter= --read-filter=", "write -Y {'ip.addr == 10.0.0.1'}"],
  [
    "-p --no-promiscuous-mode -I --monitor-mode -y= -B= -Q= --direction= -j=",
    "tcpdump is called as it suits: leave it out",
  ],
  ["-s== --snaplen== --snapshot-length==", "whole packets: write --full"],
  ["-s= --snaplen= --snapshot-length=", "of each packet 256 bytes are taken: leave it out"],
  ["-x -X -XX -A --hexdump -e --hex", "bytes are shown by: netkit frame -r {x.pcap}"],
  [
    "-t -tt -ttt -tttt -q -S -K -O -U --immediate-mode -#",
    "there is one way to draw: leave it out",
  ],
  ["-t= -S=", "there is one way to draw: leave it out"],
  ["-D --list-interfaces", "for the interfaces: netkit ipinfo"],
  ["-G= -C= -W= -b= -Z=", "one file is written, as long as it takes: leave it out"],
  ["-T==", "for a program: write --json"],
  ["-z --statistics", "each connection is told at its end: leave it out"],
  ["-z=", "each connection is told at its end: leave it out"],
  [
    "--autostop== --duration== --timeout==",
    "Ctrl-C ends it, or a number of connections: write -c 1",
  ],
  ["--output= -o=", "write -w"],
  ["--input= --file= --infile= --pcap=", "write -r"],
  ["--connection= --stream= --flow=", "write --conn"],
  ["--dev= --iface=", "write --interface"],
  ["--graph= --picture= --draw=", "write --svg"],
  ["-k --kill", "trace looks on, and stops nothing: leave it out"],
];
