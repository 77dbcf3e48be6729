import { assertEquals, assertMatch } from "@std/assert";
import { client } from "../client.ts";
import { isForMany, isUdpPortHeld } from "../client/udp_ports.ts";
import { system } from "../system/io.ts";
import { fakeIo, run } from "./fakes.ts";
import { freePort } from "./free_port.ts";
import { LINUX, needs } from "./needs.ts";
import { inNetwork, NETWORKS } from "./networks.ts";
import { netkit, PATIENT } from "./processes.ts";

/** A server in Python that answers in upper case, at several addresses. */
const SERVER = `
import socket, threading
def serve(s):
    while True:
        data, peer = s.recvfrom(2000)
        s.sendto(data.upper(), peer)
def at(host, port, family=socket.AF_INET):
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind((host, port))
    threading.Thread(target=serve, args=(s,)).start()
    return s
s = at("0.0.0.0", 7000)
group = socket.inet_aton("239.1.2.3") + socket.inet_aton("192.0.2.1")
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
at("::1", 7001, socket.AF_INET6)
at("127.0.0.1", 7002)
print("ready")
`;

const wrap = inNetwork(
  `ip address add 192.0.2.1/24 broadcast 192.0.2.255 dev near
   ip route add default dev near`,
  "::1 twice.example\n127.0.0.1 twice.example\n",
  SERVER,
);

const ANSWERED: [where: string, what: string][] = [
  ["192.0.2.255:7000", "everybody in a network"],
  ["255.255.255.255:7000", "everybody on the link"],
  ["239.1.2.3:7000", "a group"],
  ["twice.example:7001", "the first address of a name"],
  ["twice.example:7002", "the second address of a name, as nobody has the port at the first"],
];

for (const [where, what] of ANSWERED) {
  Deno.test(`netkit client --udp ${where} is answered: ${what}`, {
    ...needs(NETWORKS, "python3"),
  }, async () => {
    const words = ["client", "--udp", ...PATIENT, where];
    const { code, out, err } = await netkit(words, "hello\n", { wrap });
    assertEquals({ code, out, err }, { code: 0, out: "HELLO\n", err: "" });
  });
}

Deno.test("netkit client --udp tells that nobody on this machine has the port", {
  ...needs(LINUX),
}, async () => {
  const { code, err } = await netkit(["client", "--udp", "--wait", "0.1", "127.0.0.1:9"], "x\n");
  assertEquals(code, 1);
  assertEquals(
    err,
    "netkit client: no answer within 0.1 s from 127.0.0.1:9\n" +
      "  nobody on this machine has UDP port 9 at 127.0.0.1\n",
  );
});

Deno.test("netkit client --udp wants the interface of a link-local address, as TCP does", async () => {
  for (const words of [["--udp"], []]) {
    const { code, err } = await netkit(["client", ...words, "[fe80::1]:9"], "x\n");
    assertEquals(code, 2);
    assertMatch(err, /^netkit client: cannot .*: a link-local address needs its interface\n/);
    const chinese = await netkit(["client", "--lang", "zh", ...words, "[fe80::1]:9"], "x\n");
    assertMatch(chinese.err, /：链路本地地址要写明接口\n/);
  }
});

Deno.test("netkit client --udp says that there may be no route, also of the broadcast address", {
  ...needs(NETWORKS, "python3"),
}, async () => {
  const nowhere = inNetwork("", "127.0.0.1 localhost\n", 'print("ready")');
  const { code, err } = await netkit(["client", "--udp", "255.255.255.255:9"], "x\n", {
    wrap: nowhere,
  });
  assertEquals(code, 1);
  assertMatch(err, /: the system sends nothing there: there is no route, or /);
});

Deno.test("client --udp --mode half from a pipe does not wait for ever for an answer", async () => {
  const words = ["--udp", "--mode", "half", "--wait", "0.1", "127.0.0.1:9"];
  const io = fakeIo({ stdin: "one\ntwo\n" });
  const error = await run(client, words, io).catch((error) => error);
  assertMatch(error.message, /^no answer within 0\.1 s from 127\.0\.0\.1:9$/);
  assertEquals(error.exit, 1);
});

Deno.test("isUdpPortHeld() knows the sockets of this machine, and nothing of others", {
  ...needs(LINUX),
}, async () => {
  const io = system();
  const { createSocket } = await import("node:dgram");
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(freePort(), "127.0.0.1", resolve));
  const { port } = socket.address();
  assertEquals(await isUdpPortHeld("127.0.0.1", port, io), true);
  assertEquals(await isUdpPortHeld("127.0.0.2", port, io), false);
  assertEquals(await isUdpPortHeld("192.0.2.1", port, io), null);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  assertEquals(await isUdpPortHeld("127.0.0.1", port, io), false);
  assertEquals(await isUdpPortHeld("127.0.0.1", port, fakeIo()), null); // no table
});

Deno.test("isForMany() knows groups, and the broadcast addresses of this machine", () => {
  const io = fakeIo({
    interfaces: [
      { name: "eth0", address: "192.0.2.65", netmask: "255.255.255.192" },
      { name: "p2p", address: "198.51.100.0", netmask: "255.255.255.254" },
      { name: "eth0", address: "2001:db8::1", netmask: "ffff:ffff:ffff:ffff::" },
    ],
  });
  const many = ["192.0.2.127", "255.255.255.255", "224.0.0.251", "ff02::fb"];
  assertEquals(many.filter((each) => !isForMany(each, io)), []);
  const one = ["192.0.2.65", "192.0.2.255", "198.51.100.1", "127.0.0.1", "::1", "2001:db8::1"];
  assertEquals(one.filter((each) => isForMany(each, io)), []);
});

Deno.test("netkit serve --udp is a member of the group that it is bound to", {
  ...needs(NETWORKS, "python3"),
}, async () => {
  const script = `
    "$@" serve --udp 239.7.8.9:7100 2>"$0" &
    trap "kill $!" EXIT
    until grep -q bind "$0"; do kill -0 $!; sleep 0.1; done
    "$@" client --udp ${PATIENT.join(" ")} 239.7.8.9:7100`;
  const log = await Deno.makeTempFile();
  const inside = (words: readonly string[]) =>
    wrap(["sh", "-ec", script, log, ...words.slice(0, -1)]);
  const { out, err } = await netkit(["client"], "hello\n", { wrap: inside });
  assertEquals(out, "HELLO\n", err + await Deno.readTextFile(log));
  await Deno.remove(log);
});
