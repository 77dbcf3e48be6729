/**
 * Habits of other programs that hold for every command, and the names of those programs.
 *
 * It is loaded when a word is unknown. The habits of one command are in its folder, `client/habits.ts`.
 *
 * @module
 */

/**
 * Options of other programs, and the advice on each. Names stand in a row; one that has a value ends in
 * `=` (`-w= --timeout=`), and in `==` where the advice does without the value. `cli/advice.ts` tells
 * which words of an advice mean something. Of several rows for an option the first one counts whose
 * advice leads to a command line that netkit takes.
 */
export type HabitRows = readonly (readonly [options: string, advice: string])[];

/** The habits of a command: a module of its folder. */
export interface Habits {
  /** Options of other programs. */
  readonly HABITS: HabitRows;
  /** Returns the words, none or several, that may be meant by an operand that is refused. */
  readonly instead?: (operand: string) => readonly (readonly string[])[];
}

/** The options that are asked for with any command. */
export const COMMON: HabitRows = [
  ["-V --version", "the version is that of netkit: netkit --version"],
  ["-? --usage --man --longhelp", "write --help"],
  ["-j -J", "write --json"],
  ["--format== --output-format== -o== -T==", "for a program: write --json"],
  ["--no-color --no-colour --color= --colour=", "NO_COLOR=1 turns colours off: leave it out"],
  ["--kill -k", "netkit prints the command that frees a port, and runs none: netkit port {8000}"],
  ["-y --yes --force", "netkit never asks: leave it out"],
  ["-q --quiet --silent", "notes are standard error: leave it out, and end with 2>/dev/null"],
  ["--verbose -vv -vvv", "write -v"],
  ["--udp", "netkit does this for TCP only: leave it out"],
  ["-4 -6 --ipv4 --ipv6", "it takes IPv4 and IPv6 as they come: leave it out"],
  ["-v --verbose --debug -d", "it tells all that it knows: leave it out"],
];

const NETCAT = "nc netcat ncat nc.openbsd nc.traditional";

const CAPTURERS = "tcpdump wireshark tshark dumpcap sniff capture ethereal";

/** The names of other programs, and the commands that do their work. */
export const PROGRAMS: HabitRows = [
  [
    NETCAT,
    "it is two commands: netkit client {localhost:8000}, netkit serve 8000",
  ],
  ["socat", "an end is one word here: netkit client {localhost:8000}, netkit serve 8000"],
  ["openssl s_client", "by TLS: netkit client --tls {localhost:443}"],
  [
    "telnet connect dial talk",
    "to talk to a server: netkit client {localhost:8000}",
  ],
  [
    "curl wget http https httpie",
    "a request is typed by hand here: netkit client --crlf {localhost:80}",
  ],
  ["websocat ws wscat", "browsers are served by: netkit serve --web"],
  ["listen sever echo daemon s_server", "to listen: netkit serve {8000}"],
  ["http.server httpd", "netkit serves no files; to browsers it speaks with: netkit serve --web"],
  ["chat", "one end listens, one connects: netkit serve --talk 8000, netkit client 8000"],
  ["nmap scan zmap masscan", "for one port or several: netkit client --check {localhost:20-25}"],
  ["lsof ss netstat fuser kill ports sockstat pid", "for what has a port: netkit port {8000}"],
  [
    CAPTURERS,
    "live: netkit trace {8000}, from a file: netkit frame -r x.pcap",
  ],
  ["dump hexdump xxd od pcap decode dissect", "to explain bytes: netkit frame -r {x.pcap}"],
  ["scapy hping hping3 packet craft", "to make a packet: netkit frame --to 192.0.2.2:80 hello"],
  [
    "ipcalc sipcalc subnet subnets cidr netmask ip-info calc whois",
    "for addresses and networks: netkit ipinfo {192.168.1.1/24}",
  ],
  [
    "ip ifconfig ipconfig addr address iface interfaces hostname",
    "for this machine's addresses: netkit ipinfo, its neighbours: netkit arp",
  ],
  [
    "neigh neighbor neighbour mac ndp arp-scan oui",
    "for the MAC addresses of neighbours: netkit arp",
  ],
  ["arping", "to ask who has an address: netkit arp --ask {192.168.1.7}"],
  [
    "ping ping6 fping rtt latency",
    "by TCP: netkit client --check {localhost:8000}",
  ],
  [
    "dig nslookup host resolve dns getent drill resolvectl",
    "for the addresses of a name: netkit ipinfo --resolve {localhost}",
  ],
  [
    "route traceroute tracepath mtr routes gateway",
    "netkit knows only the first hop, the gateway: netkit ipinfo",
  ],
  ["ladder states sequence", "to see a connection: netkit trace {8000}"],
  ["version --v -v ver", "write --version"],
  ["-? usage manual", "write --help"],
  ["-l --listen -lp -lk -lvp -lvnp", "to listen: netkit serve {8000}"],
];

/** Options of single programs for which netkit has another word than for those of its command. */
export const OWN_OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lsof: { "-p": "--pid", "-c": "--process" },
  ncat: { "--keep-open": "--keep" },
  netstat: { "-i": "-I" },
  sipcalc: { "-s": "--split /" },
};

/** The advice on those of `PROGRAMS` that do the work of another command if a word says so. */
export const BY_WORD: readonly (readonly [names: string, word: RegExp, advice: string])[] = [
  [
    `${NETCAT} socat`,
    /^(-[a-z]*l[a-z]*|--listen|[a-z0-9]+-listen:.*)$/i,
    "to listen: netkit serve --talk {8000}",
  ],
  // To `trace`, `-c` is a number of connections.
  [CAPTURERS, /^-c\d*$/, "to end after some packets: netkit frame {-i lo -c 10}"],
];

/** Commands that may be meant by words that are the name of no program: the first that takes them. */
export const GUESSES: readonly (readonly [words: RegExp, advice: string])[] = [
  [/^\S+\.p?cap(ng)?(\.gz)?$/i, "to read a capture: netkit frame -r {x.pcap}"],
  [/^[0-9]+$/, "for a port: netkit port {8000}"],
  [/^[0-9a-f.:]+([/ ][0-9.]+)?$/i, "for an address: netkit ipinfo {192.168.1.1}"],
  [/^\S+[: ][0-9]+$/, "for a server: netkit client {localhost:8000}"],
];
