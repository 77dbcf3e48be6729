/**
 * Options of arp, ip neigh, arping and arp-scan that are typed into `netkit arp`.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-n --numeric", "names are looked up with --names only: leave it out"],
  ["-i= -I= --device= --interface= -N=", "the rows of all interfaces are shown: leave it out"],
  ["-d= --delete= --flush", "netkit changes nothing; sudo ip neigh del ADDRESS dev INTERFACE does"],
  [
    "-s= --set= -S= -f= --file= -D --use-device",
    "netkit changes nothing; sudo ip neigh replace does, or sudo arp -s",
  ],
  ["-e -v --verbose -l -x", "all that the system tells is in the table: leave it out"],
  ["-g", "the whole table is what it prints: leave it out"],
  ["-H= -t= --hw-type=", "rows of any hardware are shown: leave it out"],
  ["-c= --count= --repeat=", "--ask asks until an answer is there, at most 1 s: leave it out"],
  ["-w= --wait=", "write --timeout"],
  ["-A -U -b -P --announce", "netkit announces no address: leave it out"],
  ["-q --quiet -Q", "notes are standard error: leave it out, and end with 2>/dev/null"],
  [
    "-F --localnet --scan",
    "netkit scans no network, it asks for an address: write --ask 192.168.1.7",
  ],
  ["--resolve", "write --names"],
  ["-V --vendors --oui --manufacturer", "write --vendor"],
  ["-u -z --udp --tcp", "ARP has no ports: leave it out"],
  ["-m --monitor --follow --continuous", "write --watch"],
  ["-p --proxy", "proxy entries are shown as what they are: leave it out"],
];
