/**
 * Options of tcpdump, tshark and strace that are typed into `netkit trace`.
 *
 * `-w` is netkit's own as in tcpdump: the file to write; `-c` counts connections, not packets.
 *
 * @module
 */
import type { Habits } from "../cli/habits.ts";

/** The advice on each. */
export const HABITS: Habits = [
  ["-n -nn --numeric -N", "no names are looked up: leave it out"],
  ["-v --verbose -vv -V", "notes are shown from 110 columns on: leave it out"],
  ["-u --udp", "trace draws TCP, which has states: leave it out"],
  ["-l --line-buffered", "each row is printed at once: leave it out"],
  ["--listen", "with a server of its own: write --serve"],
  ["-4 -6 --ipv4 --ipv6", "both versions of IP are traced: leave it out"],
  [
    "-p= --port= -f= -Y= -R= --filter= --display-filter=",
    "a port is the only filter: write {8000}",
  ],
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
  ["-z= -z --statistics", "each connection is told at its end: leave it out"],
  [
    "--autostop= --duration= --timeout=",
    "Ctrl-C ends it, or a number of connections: write -c {1}",
  ],
  ["--output= -o=", "write -w"],
  ["--input= --file= --infile= --pcap=", "write -r"],
  ["--connection= --stream= --flow=", "write --conn"],
  ["--dev= --iface=", "write --interface"],
  ["--graph= --picture= --draw=", "write --svg"],
  ["-k --kill", "trace looks on, and stops nothing: leave it out"],
];
