import { assertEquals } from "@std/assert";
import { ownHosts } from "../web/allowed_hosts.ts";

const HOSTS: readonly {
  readonly bound: string;
  readonly address: string;
  readonly own: readonly string[];
  readonly foreign: readonly string[];
}[] = [
  {
    bound: "127.0.0.1",
    address: "127.0.0.1",
    own: ["127.0.0.1", "127.0.0.1:8080", "localhost", "LocalHost:1", "[::1]:8080", "127.0.0.1:"],
    foreign: [
      ...["", ":", ":8080", "evil.example", "evil.example:8080", "localhost.evil.example"],
      ...["127.0.0.1.evil.example", "192.0.2.1", "127.0.0.2", "localhost.", "[::1", "::1"],
      ...["localhost:8080:8080", "localhost:x", "x@localhost", "localhost/", "2130706433"],
    ],
  },
  {
    bound: "::1",
    address: "::1",
    own: ["[::1]", "[::1]:8080", "localhost:8080"],
    foreign: ["[::2]", "::1", "192.0.2.1"],
  },
  {
    bound: "Box.Example",
    address: "192.0.2.7",
    own: ["box.example:8080", "BOX.EXAMPLE", "192.0.2.7"],
    foreign: ["localhost", "127.0.0.1", "192.0.2.8", "example"],
  },
  {
    bound: "0.0.0.0",
    address: "0.0.0.0",
    own: ["192.0.2.1:8080", "127.0.0.1", "localhost:8080", "[2001:db8::1]", "[fe80::1%25eth0]"],
    foreign: ["evil.example", "box", "", "0x7f.1", "[evil.example]"],
  },
  {
    bound: "::",
    address: "::",
    own: ["192.0.2.1:8080", "[2001:db8::1]:8080", "localhost"],
    foreign: ["evil.example"],
  },
];

for (const { bound, address, own, foreign } of HOSTS) {
  Deno.test(`ownHosts() of ${bound} knows its own names from all others`, () => {
    const isOwn = ownHosts(bound, address);
    assertEquals(own.filter((host) => !isOwn(host)), []);
    assertEquals(foreign.filter((host) => isOwn(host)), []);
  });
}
