/**
 * Options of tcpdump, tshark, hping and xxd that are typed into `netkit frame`.
 *
 * `-n` and `-w` are netkit's own: the number of a packet, and the file to write.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

/** Returns what is meant by the name of a capture. */
export function instead(operand: string): readonly (readonly string[])[] {
  return [["-r", operand]];
}

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-D --list-interfaces", "for the interfaces: netkit ipinfo"],
  ["--live", "write -i {lo}"],
  ["-R= --display-filter= --read-filter=", "write -Y {'tcp.port == 80'}"],
  ["-f=", "frame takes Wireshark's display filters: write -Y {'tcp.port == 80'}"],
  ["-x -X -XX -xx -A --hexdump", "bytes are beside each field: write -v"],
  ["-V -O== --details", "write -v"],
  ["-e --link-level", "the link layer is always shown: leave it out"],
  ["--numeric -N", "no names are looked up: leave it out"],
  ["-tt", "seconds since 1970: write --time epoch"],
  ["-ttt", "seconds since the packet before: write --time delta"],
  ["-tttt", "write --time absolute"],
  ["-ttttt", "seconds since the first packet are shown: leave it out"],
  ["-t==", "another form of times: write --time absolute"],
  [
    "-l -q -S -K -U -# -P --print --color",
    "it has one way to print: leave it out",
  ],
  ["-s= --snaplen= --snapshot-length= -F= -B=", "a file is read as it is: leave it out"],
  ["-T== -e== -E==", "for a program: write --json"],
  ["-d= --decode-as=", "what the bytes begin with: write --link"],
  ["-y= --linktype=", "write --link"],
  ["-z", "frame sends nothing: leave it out"],
  ["-z=", "statistics are those of trace -r: leave it out"],
  ["-4 -6 --ipv4 --ipv6", "the version is that of --from and --to: leave it out"],
  ["--tcp", "TCP is what it makes: leave it out"],
  ["--sport= --source-port= --baseport=", "write --from :{51000}"],
  ["--dport= -p= --port= --destport= --dest-port=", "write --to :{8000}"],
  ["-a= --src= --source= --spoof=", "write --from"],
  ["--dst= --dest= --destination= --host=", "write --to"],
  ["--flags=", "write --set tcp.flags={SYN}"],
  ["--syn", "write --set tcp.flags=SYN"],
  ["--ttl=", "write --set ip.ttl={64}"],
  ["--seq=", "write --set tcp.seq={1}"],
  ["--win= --window=", "write --set tcp.window_size_value={1024}"],
  ["-d= --data= --payload=", "the payload is the operand: write {hello}"],
  ["--payload-hex=", "write --hex {0a}"],
  ["-o= --output= --out=", "write -w"],
  ["--input= --infile= --file= -I= --pcap=", "write -r"],
  ["--ping --echo", "write --icmp"],
  ["--listen --send --inject", "frame sends and receives nothing: leave it out"],
  ["--timeout=", "it waits for nothing: leave it out"],
];
