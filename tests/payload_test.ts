import { assertEquals } from "@std/assert";
import { formatPayload } from "../ladder/payload.ts";

/** A ClientHello as OpenSSL 3 sends it, for www.example.com. */
const CLIENT_HELLO = Uint8Array.fromHex(
  "16030100cd010000c90303fee78903083d2fc4e59c5f0b8e3af2387c9a5c9b5d8705b47980b901fd8ac342201896f2a8" +
    "ddcbbd878affdff1cc7f21e760b6b67536fbbd9adf3f554cd4eec90a0004130100ff0100007c00000014001200000f77" +
    "77772e6578616d706c652e636f6d000b000403000102000a00040002001d002300000010000500030268320016000000" +
    "170000000d000400020403002b0003020304002d00020101003300260024001d0020c3746ba386becca497a6b20f2872" +
    "d86e8c5beba44bd969745d0e4d70daf7a307",
);

const bytes = (text: string) => new TextEncoder().encode(text);

for (
  const [what, data, length, words] of [
    [
      "a ClientHello with the name of the server",
      CLIENT_HELLO,
      210,
      "TLS ClientHello www.example.com",
    ],
    [
      "a ClientHello of which the name was not captured",
      CLIENT_HELLO.subarray(0, 90),
      210,
      "TLS ClientHello",
    ],
    ["a ServerHello", Uint8Array.fromHex("160303007a0200007603"), 127, "TLS ServerHello"],
    ["an encrypted message", Uint8Array.fromHex("1603030028f3a90b7c55"), 45, "TLS handshake"],
    ["application data", Uint8Array.fromHex("1703030045a1b2c3"), 74, "TLS application data"],
    ["the end of a connection", Uint8Array.fromHex("15030300020100"), 7, "TLS alert close_notify"],
    ["an encrypted alert", Uint8Array.fromHex("1503030013a1b2c3"), 24, "TLS alert"],
    ["a request", bytes("GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n"), 32, "GET /a?b=1 HTTP/1.1"],
    ["a response", bytes("HTTP/1.1 404 Not Found\r\nContent-"), 99, "HTTP/1.1 404 Not Found"],
    [
      "a request that is longer than what was kept",
      bytes(`GET /${"a".repeat(59)}`),
      99,
      `GET /${"a".repeat(59)}…`,
    ],
    ["SSH", bytes("SSH-2.0-OpenSSH_9.6\r\n"), 21, "SSH-2.0-OpenSSH_9.6"],
    ["other text", bytes("HELO example.com\r\n"), 18, '"HELO example.com\\r\\n"'],
    ["what is no TLS", Uint8Array.fromHex("160901020304"), 6, '"\\x16\\t\\x01\\x02\\x03\\x04"'],
    ["a record that is too long", Uint8Array.fromHex("1603ffffff01"), 6, '"\\x16\\x03���\\x01"'],
    ["nothing", new Uint8Array(), 5, ""],
  ] as const
) {
  Deno.test(`formatPayload() tells ${what}`, () => {
    assertEquals(formatPayload(data, length), words);
  });
}

Deno.test("formatPayload() takes any beginning of a ClientHello", () => {
  for (let end = 1; end <= CLIENT_HELLO.length; end++) {
    const words = formatPayload(CLIENT_HELLO.subarray(0, end), CLIENT_HELLO.length);
    assertEquals(words.includes("ClientHello"), end > 5, `${end}: ${words}`);
  }
});
