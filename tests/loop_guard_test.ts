import { assertEquals } from "@std/assert";
import { isAnswerable, LoopGuard } from "../server/loop_guard.ts";

const encoder = new TextEncoder();
const PEER = "192.0.2.7:4999";

/** A guard with a clock that stands still until it is moved. */
function guarded() {
  const clock = { now: 0 };
  const guard = new LoopGuard();
  /** Has a peer send what it was sent; returns whether that is answered. */
  const back = (text: string, peer = PEER) => {
    const data = encoder.encode(text);
    const allowed = guard.allows(peer, data, clock.now);
    if (allowed) guard.sent(peer, data, clock.now);
    return allowed;
  };
  return { clock, guard, back };
}

Deno.test("LoopGuard lets a peer send back 20 datagrams at once, then ten a second", () => {
  const { clock, guard, back } = guarded();
  guard.sent(PEER, encoder.encode("HELLO"), 0);
  const count = (times: number) =>
    Array.from({ length: times }, () => back("HELLO")).filter(Boolean);
  assertEquals(count(100).length, 20);
  for (let second = 1; second <= 5; second++) {
    let allowed = 0;
    for (let tenth = 0; tenth < 10; tenth++) {
      clock.now += 100;
      allowed += count(50).length;
    }
    assertEquals(allowed, 10);
  }
});

Deno.test("LoopGuard never holds up lines that differ, or come after more than a second", () => {
  const { clock, back } = guarded();
  for (let i = 0; i < 10_000; i++) assertEquals(back(`${i}`), true);
  for (let i = 0; i < 100; i++) {
    clock.now += 1001;
    assertEquals(back("42"), true);
  }
});

Deno.test("LoopGuard lets the same digits through ten times a second for ever", () => {
  const { clock, back } = guarded();
  for (let i = 0; i < 1000; i++) {
    assertEquals(back("0123456789\n"), true);
    clock.now += 100;
  }
});

Deno.test("LoopGuard measures each peer by what it does itself", () => {
  const { guard, back } = guarded();
  guard.sent(PEER, encoder.encode("HELLO"), 0);
  for (let i = 0; i < 100; i++) back("HELLO");
  assertEquals(back("HELLO", "192.0.2.7:5000"), true);
  assertEquals(back("HELLO", "198.51.100.1:4999"), true);
  assertEquals(back("hello"), true);
});

Deno.test("LoopGuard stops each of thousands of loops", () => {
  const { guard, back } = guarded();
  let answered = 0;
  for (let i = 0; i < 1000; i++) guard.sent(`192.0.2.7:${i}`, encoder.encode("HELLO"), 0);
  for (let round = 0; round < 100; round++) {
    for (let i = 0; i < 1000; i++) if (back("HELLO", `192.0.2.7:${i}`)) answered++;
  }
  // Some answers are forgotten, since they share a place: hardly any.
  assertEquals(answered >= 20_000 && answered < 23_000, true, `${answered}`);
});

Deno.test("LoopGuard tells datagrams apart that differ in one byte, wherever it is", () => {
  const { guard } = guarded();
  const data = new Uint8Array(70).fill(0x41);
  guard.sent(PEER, data, 0);
  for (let i = 0; i < 100; i++) guard.allows(PEER, data, 0);
  assertEquals(guard.allows(PEER, data, 0), false);
  for (let i = 0; i < data.length; i++) {
    const other = data.slice();
    other[i]! ^= 0x80;
    assertEquals(guard.allows(PEER, other, 0), true, `${i}`);
    assertEquals(guard.allows(PEER, data.subarray(0, i), 0), true, `${i}`);
  }
});

Deno.test("isAnswerable() refuses the ports of services that answer anything, and port 0", () => {
  const ports = Array.from({ length: 65_536 }, (_, port) => port);
  assertEquals(ports.filter((port) => !isAnswerable("192.0.2.7", port)), [0, 13, 17, 19, 37]);
});

Deno.test("isAnswerable() refuses addresses of many hosts, and no others", () => {
  const many = ["224.0.0.1", "239.255.255.255", "255.255.255.255", "::ffff:224.0.0.1", "ff02::1"];
  const one = [
    "223.255.255.255",
    "192.0.2.255",
    "::1",
    "fe80::1",
    "2001:db8::ff02",
    "::ffff:10.0.0.1",
  ];
  assertEquals([...many, ...one].filter((host) => !isAnswerable(host, 4999)), many);
});
