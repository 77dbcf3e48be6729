/**
 * Options of nc -l, ncat -l, socat and http.server that are typed into `netkit serve`.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

export { endpointsMeant as instead } from "../net/endpoint_forms.ts";

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-l --listen", "serve always listens: leave it out"],
  ["-k --keep-alive", "with --talk, the next client: write --keep"],
  [
    "-k --fork --reuse --reuseaddr --reuseport",
    "it serves client after client, and many at once: leave it out",
  ],
  ["-z", "who has a port, and is it free: netkit port {8000}"],
  ["-n --nodns --numeric", "no client's name is looked up: leave it out"],
  ["-w= -i= -t= --timeout= --idle=", "when nothing moves for this time: write --idle-timeout"],
  ["-q --quiet --silent", "write --log none"],
  ["-q=", "it closes when the client has, and all is answered: leave it out"],
  [
    "-e= --exec= -c= --sh-exec= --lua-exec= --cgi",
    "netkit runs no program for a peer: leave it out",
  ],
  ["-s= --source= --address= --bind= -b= --listen-address= -a= --interface= -I=", "write --host"],
  ["-m= --max-conns= --max-clients= --backlog= --limit=", "write --max-connections"],
  [
    "--ssl --https",
    "with a certificate for this run: write --tls",
  ],
  ["--ssl-cert= --cert= -cert= --certfile=", "write --tls-cert"],
  ["--ssl-key= --key= -key= --keyfile=", "write --tls-key"],
  ["-d --daemon --background -D", "the shell does that, with & at the end: leave it out"],
  ["--chat --broker --interactive", "a person at this end: write --talk"],
  ["--recv-only --receive", "write --talk --mode receive"],
  ["--send-only --send", "write --talk --mode send"],
  ["-o= --output= -x= --hex-dump=", "to keep what passes: netkit trace 8000 -w x.pcap"],
  ["-U= --unixsock= --unix= --unix-socket=", "write unix:{/tmp/a.sock}"],
  ["--sctp --vsock --dccp", "TCP, UDP and Unix sockets are all there is: leave it out"],
  ["--allowfile= --denyfile=", "a rule on each line of FILE: write --allow @FILE"],
  ["-d= --directory= --root= --cors -S", "netkit serves no files: leave it out"],
  ["--http --browser --websocket", "browsers are served by: write --web"],
  ["--proxy= --upstream=", "netkit forwards nothing: leave it out"],
  ["-t --telnet", "telnet's negotiation is not answered: leave it out"],
  ["--tcp", "TCP is what it speaks: leave it out"],
  ["-N --no-shutdown", "each half of a connection ends on its own: leave it out"],
  ["--upper --uppercase", "upper case is what it answers: leave it out"],
  ["--threads= --workers= --jobs=", "one process serves all, at once: leave it out"],
];
