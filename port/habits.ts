/**
 * Options of lsof, ss, netstat and fuser that are typed into `netkit port`.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

/** Returns the port that is meant by an operand like `8000/sctp`, `TCP:8000` or a URL. */
export function instead(operand: string): readonly (readonly string[])[] {
  const [, protocol, number] = operand.match(/^(tcp|udp)\/(\d+)$/i) ?? [];
  if (protocol !== undefined) return [[`${number}/${protocol.toLowerCase()}`]];
  if (/^(tcp|udp)$/i.test(operand)) return [/^u/i.test(operand) ? ["--udp"] : []];
  const [, port] = operand.match(/^(\d+)\/[a-z]+$/i) ??
    operand.match(/^(?:tcp|udp|[a-z]+:\/\/.*):(\d+)(?:\/.*)?$/is) ?? [];
  return port === undefined ? [] : [[port]];
}

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-c= --command=", "write --process"],
  ["-i= -p= --port= --sport= -n=", "the port is the operand: write {8000}"],
  ["-i --inet -iTCP -iUDP", "TCP and UDP are what it lists: leave it out"],
  ["-t --tcp", "TCP is what it looks at: leave it out"],
  ["-l --list --listen --listening -s=", "what listens is what it lists: leave it out"],
  [
    "-n --numeric --numeric-ports --numeric-hosts -P",
    "numbers are printed as numbers: leave it out",
  ],
  [
    "-p --processes --program --programs --pids",
    "processes are always shown: leave it out",
  ],
  ["-s --summary --statistics", "totals stand below the list: write --all"],
  ["-k --kill", "netkit prints the command that frees a port, and runs none: leave it out"],
  ["--resolve", "no names of hosts are looked up: leave it out"],
  [
    "-o --options --timers -e --extended --extend -m --memory --info --cgroup -T",
    "ss -tieom has timers and memory; leave it out",
  ],
  ["-c --continuous -E --events --follow -w", "write --watch"],
  ["-c --continuous -E --events --follow -w", "changes of one port: netkit port 8000 --watch"],
  ["-H --no-header --noheaders -O --oneline -Q", "for a program: write --json"],
  ["-4 -6 --ipv4 --ipv6", "IPv4 and IPv6 are looked at together: leave it out"],
  [
    "-x --unix -U --raw --dccp -d --sctp -S --family= -f= -A=",
    "TCP and UDP are all that has ports here: leave it out",
  ],
  ["-W --wide", "in a pipe or a file nothing is cut: leave it out"],
  ["-v --verbose", "one port alone is told in full: netkit port 8000"],
  [
    "-z --open --check",
    "here: netkit port {8000}, elsewhere: netkit client --check {localhost:8000}",
  ],
  ["-g --groups -M -r --route", "for routes and gateways: netkit ipinfo"],
  ["-I --interfaces", "for interfaces: netkit ipinfo"],
  ["--unused --available --random", "write --free"],
  ["--timeout= -R= -b", "it waits for nothing: leave it out"],
  ["-q --quiet --silent", "the exit code tells, 0 for free: leave it out, and end with >/dev/null"],
];
