/**
 * Ports that are known without asking the system: their names, and their use in practice.
 *
 * @module
 */
import { ParseError } from "./parse_error.ts";
import { parsePort } from "./port.ts";
import { t } from "../text/messages.ts";

/** Protocols that have ports. */
export type PortProtocol = "tcp" | "udp";

/** Ports that are known without asking the system: `PORT[/udp] NAME [ALIAS]...: USE`. */
const PRACTICE = `
20 ftp-data: FTP, data
21 ftp: FTP, control
22 ssh: SSH
22/udp ssh:
23 telnet: Telnet
25 smtp: mail between servers
53 domain dns: DNS over TCP
53/udp domain dns: DNS
67/udp bootps dhcp: DHCP servers
68/udp bootpc: DHCP clients
69/udp tftp: TFTP
80 http www: web servers
80/udp http:
88 kerberos: Kerberos
88/udp kerberos: Kerberos
110 pop3: fetching mail (POP3)
111 sunrpc portmapper: ONC RPC port mapper
111/udp sunrpc portmapper: ONC RPC port mapper
123/udp ntp: setting clocks (NTP)
135 epmap: Windows RPC
137/udp netbios-ns: NetBIOS names
138/udp netbios-dgm: NetBIOS datagrams
139 netbios-ssn: SMB over NetBIOS
143 imap imap2: mailboxes (IMAP)
161/udp snmp: SNMP agents
162/udp snmptrap: SNMP traps
179 bgp: routers (BGP)
389 ldap: LDAP
443 https: web servers (HTTPS)
443/udp https: web servers (HTTP/3)
445 microsoft-ds smb: SMB file sharing
465 submissions: handing in mail (TLS)
500/udp isakmp: IPsec (IKE)
514/udp syslog: syslog
515 printer: LPD printers
546/udp dhcpv6-client: DHCPv6 clients
547/udp dhcpv6-server: DHCPv6 servers
548 afpovertcp: Apple file sharing
554 rtsp: cameras (RTSP)
587 submission: handing in mail
631 ipp: CUPS printing
636 ldaps: LDAP (TLS)
853 domain-s: DNS over TLS
873 rsync: rsync
989 ftps-data: FTP (TLS), data
990 ftps: FTP (TLS), control
993 imaps: mailboxes (IMAP, TLS)
995 pop3s: fetching mail (POP3, TLS)
1080 socks: SOCKS proxies
1194/udp openvpn: OpenVPN
1433 ms-sql-s mssql: Microsoft SQL Server
1521 ncube-lm oracle: Oracle Database
1723 pptp: PPTP
1812/udp radius: RADIUS
1883 mqtt: MQTT
1900/udp ssdp: SSDP (UPnP)
2049 nfs: NFS
2181 eforward zookeeper: ZooKeeper
2375 docker: Docker without TLS, which gives everybody root
2376 docker-s: Docker (TLS)
2379 etcd-client etcd: etcd
3000 remoteware-cl: development servers of Node.js and Rails, Grafana
3128 ndl-aas: Squid
3306 mysql mariadb: MySQL, MariaDB
3389 ms-wbt-server rdp: Windows Remote Desktop
3478/udp stun: STUN and TURN
4173 mma-discovery: Vite previews
4200 vrml-multi-use: development servers of Angular
4222: NATS
4500/udp ipsec-nat-t: IPsec through NAT
5000 commplex-main: Flask, macOS AirPlay
5001 commplex-link: iperf 2
5060 sip: Internet telephony (SIP)
5060/udp sip: Internet telephony (SIP)
5061 sips sip-tls: Internet telephony (SIP, TLS)
5173: development servers of Vite
5201 targus-getdata1 iperf3: iperf 3
5222 xmpp-client: XMPP clients
5269 xmpp-server: XMPP servers
5353/udp mdns: Bonjour and Avahi (mDNS)
5355/udp llmnr: LLMNR
5432 postgresql postgres: PostgreSQL
5601 esmagent kibana: Kibana
5671 amqps: RabbitMQ (TLS)
5672 amqp rabbitmq: RabbitMQ
5900 rfb vnc: VNC
5985 wsman: Windows Remote Management
6000 x11: X11
6379 redis: Redis, Valkey
6443 sun-sr-https kubernetes: Kubernetes
6667 ircd irc: IRC
6697 ircs-u: IRC (TLS)
7000 afs3-fileserver: macOS AirPlay, Cassandra
7777 cbt: game servers
8000 irdmi: development web servers
8008 http-alt: web servers
8080 http-alt: web proxies, Tomcat, Jenkins and much else
8081 sunproxyadmin: web servers beside one on 8080
8086 d-s-n influxdb: InfluxDB
8088 radan-http: Hadoop
8443 pcsync-https: web servers (HTTPS)
8500 fmtp consul: Consul
8883 secure-mqtt: MQTT (TLS)
8888 ddi-tcp-1 jupyter: Jupyter
9000 cslistener: PHP-FPM, MinIO, SonarQube
9042: Cassandra clients
9090 websm prometheus: Prometheus, Cockpit
9092 xmltec-xmlmail kafka: Kafka
9100 pdl-datastream: printers (JetDirect), Prometheus node exporter
9200 wap-wsp elasticsearch: Elasticsearch, OpenSearch
9229: the debugger of Node.js and Deno
9418 git: Git
10000 ndmp: Webmin
11211 memcache memcached: memcached
11434: Ollama
15672: RabbitMQ, management
19132/udp: Minecraft (Bedrock)
25565 minecraft: Minecraft (Java)
27017 mongodb: MongoDB
32400 plex: Plex
51820/udp wireguard: WireGuard
`;

/** A port that is known without asking the system. */
export interface KnownPort {
  /** The port. */
  readonly port: number;
  /** Its protocol. */
  readonly protocol: PortProtocol;
  /** Its names, that of IANA first; none where only the use is known. */
  readonly names: readonly string[];
  /** Its use in practice; empty if that says nothing more. */
  readonly use: string;
}

let known: readonly KnownPort[] | undefined;

/** Returns the ports that are known without asking the system. */
export function knownPorts(): readonly KnownPort[] {
  known ??= PRACTICE.trim().split("\n").map((row) => {
    const [, port, udp, names = "", use = ""] = row.match(/^(\d+)(\/udp)?((?: [^:]*)?):(.*)$/)!;
    return {
      port: Number(port),
      protocol: udp === undefined ? "tcp" : "udp",
      names: names.split(" ").filter((name) => name !== ""),
      use: use.trim(),
    };
  });
  return known;
}

/**
 * Returns the port that `text` names: 0 to 65535 in decimal digits, or the name of a service that is known
 * without asking the system, such as `http`.
 *
 * @throws {ParseError} As `parsePort` does, and for another name.
 */
export function parsePortOrName(text: string): number {
  if (!/^[a-z][a-z0-9-]*$/i.test(text)) return parsePort(text);
  const port = portOfName(text);
  if (port !== null) return port;
  throw new ParseError(t`a port`, text, t`no service is known by that name`, {
    hint: t`the forms are a number of 0 to 65535, and well-known names like http`,
  });
}

/** Returns the port of the service `name`, in any case; that of TCP if there are two; or `null`. */
export function portOfName(name: string): number | null {
  const ports = knownPorts().filter(({ names }) => names.includes(name.toLowerCase()));
  const found = ports.find(({ protocol }) => protocol === "tcp") ?? ports[0];
  return found?.port ?? null;
}
