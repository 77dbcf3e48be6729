/**
 * Options of ipcalc (both), sipcalc, ip and ifconfig that are typed into `netkit ipinfo`.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

/** Returns the words that read an operand: a range, a host name, or nothing for a command of ip. */
export function instead(operand: string): readonly (readonly string[])[] {
  if (/^(a|ad|addr|address|l|link|show|ls|list|all|eth\d|en\w+|wl\w+|lo)$/.test(operand)) {
    return [[]];
  }
  const [, octets] = operand.match(/^((?:\d{1,3}\.){1,3})[*x](?:\.[*x]){0,2}$/i) ?? [];
  if (octets !== undefined) {
    const count = octets.split(".").length - 1;
    return [[`${octets}${"0.".repeat(3 - count)}0/${8 * count}`]];
  }
  if (/^[0-9a-f.:]+ *[-–—] *[0-9a-f.:]+$/i.test(operand)) return [["--range", operand]];
  return /^localhost$|^[a-z0-9.-]*\.[a-z]{2,}$/i.test(operand) ? [["--resolve", operand]] : [];
}

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-4 --ipv4", "the address tells its version: leave it out"],
  ["-s= -S=", "write --split"],
  ["-s -S", "all sizes are one word: netkit ipinfo --hosts 10,20,30 192.168.0.0/24"],
  ["-r --deaggregate -d", "write --range"],
  ["-d --dns --lookup -o --lookup-host --host", "names need: write --resolve"],
  ["--hostname -x --ptr", "the name in the DNS: write --form reverse"],
  ["--reverse", "write --form reverse"],
  ["-n --network --prefix", "write --form network"],
  [
    "-p -b -m -w --broadcast --netmask --mask --wildcard --minaddr --maxaddr",
    "it is one of the lines; for a program: write --json",
  ],
  ["--nobinary --no-binary -n --nocolor", "it is shown with the rest: leave it out"],
  ["--binary --bin", "write --form binary"],
  ["--hex", "write --form hex"],
  ["--integer --int --decimal", "write --form integer"],
  ["-e --expand --exploded --full", "write --form exploded"],
  ["-c --class --check", "class and validity are always told: leave it out"],
  ["-i --info -a --all -v --verbose", "all of it is always shown: leave it out"],
  ["-i= -I= --interface= --dev=", "without an operand this machine is shown: leave it out"],
  ["--zone --zones --rdns --arpa", "write --reverse-zones"],
  ["--usable --hosts-list", "write --list --hosts-only"],
  ["--html --human -br -brief -details", "text or --json is what there is: leave it out"],
  ["-6to4 -t --v4inv6", "both are shown with the address: leave it out"],
  ["-g --geoinfo --geo --whois", "netkit asks no service on the internet: leave it out"],
  ["--random-private= --random", "for IPv6: netkit ipinfo --ula"],
  ["--aggregate --summarize --collapse --supernet", "write --merge"],
  ["--subnets= --new-prefix=", "write --split"],
  ["--vlsm= --hosts-per=", "write --hosts"],
  ["--inside= --includes=", "write --contains"],
  ["--intersect=", "write --overlaps"],
  ["-u -z -l --udp --tcp", "it talks to nobody: leave it out"],
  ["--filter= --grepcidr=", "write --grep"],
  ["-f= --file=", "a list is read from standard input: netkit ipinfo - <FILE"],
  ["--timeout=", "it waits for nothing: leave it out"],
];
