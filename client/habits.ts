/**
 * Options of nc, ncat, socat, telnet, curl and openssl s_client that are typed into `netkit client`.
 *
 * @module
 */
import type { HabitRows } from "../cli/habits.ts";

export { endpointsMeant as instead } from "../net/endpoint_forms.ts";

/** The advice on each. */
export const HABITS: HabitRows = [
  ["-l --listen", "client connects, serve listens: netkit serve --talk {8000}"],
  ["-k", "write --insecure"],
  ["-k --keep", "to serve client after client: netkit serve --talk --keep {8000}"],
  ["--zero --scan --probe --open", "write --check"],
  ["-w= --timeout= --connection-timeout= -m= --max-time=", "write --connect-timeout"],
  ["-T= -i=", "when nothing comes or goes for this time: write --idle-timeout"],
  ["-q= -t=", "the wait for the server once all is sent: write --wait"],
  ["-n --nodns --numeric", "only names that you give are looked up: leave it out"],
  ["--count=", "round trips of each line: netkit client --mode half --time localhost:8000"],
  ["-e= --exec= -c= --sh-exec= --lua-exec=", "netkit runs no program for a peer: leave it out"],
  ["--ssl --https --ssl3 --tls1 --sslv3", "SSL is called TLS since 1999: write --tls"],
  ["--no-check-certificate --no-verify --ssl-no-verify", "write --insecure"],
  ["--ssl-verify --verify -verify=", "a certificate is checked unless --insecure: leave it out"],
  ["--ssl-cert= --client-cert= -E=", "write --cert"],
  ["--ssl-key= --client-key=", "write --key"],

  ["--ssl-alpn=", "write --alpn"],
  ["--ssl-reqd", "write --starttls smtp"],
  ["--pin= --pinnedpubkey= --thumbprint= --sha256=", "write --fingerprint"],
  ["--cacert= --ca-cert= --cafile= --ssl-trustfile= -CAfile=", "write --ca"],
  ["--servername= --sni= --ssl-servername= -servername=", "write --server-name"],
  ["-connect= --connect= --connect-to= --dest= --destination=", "write {localhost:8000}"],
  ["-s= --source-address= --bind= --interface= --local= -S= -b= -I=", "write --source"],
  ["--source-port= --local-port= --sport=", "write --source 0.0.0.0:{5000}"],
  [
    "-x= --proxy= -X= --proxy-type= --proxy-auth= -P= --socks5=",
    "netkit goes through no proxy: leave it out",
  ],
  ["-N", "the end of the input is the end of what is sent, always: leave it out"],
  ["--no-shutdown", "the end of the input is sent on: keep the input open, and leave it out"],
  ["-d --recv-only --receive-only --no-stdin", "write --mode receive"],
  ["--send-only", "write --mode send"],
  ["--half-duplex --half", "write --mode half"],
  ["--duplex= --full-duplex --full", "both ways at once is what it does: leave it out"],
  ["-U= --unixsock= --unix-socket= --unix= --abstract-unix-socket=", "write unix:{/tmp/a.sock}"],
  [
    "-H= --header= --request= --data= -F= -A= -L --location -I --head",
    "netkit speaks no HTTP: pipe the request in, and write --crlf",
  ],
  [
    "-o== --output== -O== --append-output",
    "the answer is standard output: leave it out, and end with >FILE",
  ],
  ["--hex-dump== -x --hexdump", "write --hex"],
  ["-b --broadcast", "a broadcast address needs no option: leave it out"],
  ["--sctp --vsock -Z --dccp", "TCP, UDP and Unix sockets are all there is: leave it out"],
  ["-M= --ttl= --tos= -V=", "such settings of a socket are the system's: leave it out"],
  ["-t --telnet", "telnet's negotiation is not answered: leave it out"],
  ["--tcp", "TCP is what it speaks: leave it out"],
  ["-g= -G= -r -D", "netkit does not have this: leave it out"],
  ["-q --quiet --silent", "received bytes are all that it prints: leave it out"],
  ["--rtt --ping --latency --timestamps -ts", "write --time"],
  ["--crnl -c", "write --crlf"],
  ["--repeat= --retries= --retry-connrefused", "to try for 5 s: write --retry 5"],
  ["--user= --escape=", "there is no log-in and no escape character: leave it out"],
];
