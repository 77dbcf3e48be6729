import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatMac, MAC_LENGTH, parseMac } from "../address/mac.ts";
import { ParseError } from "../address/parse_error.ts";

const octets = fc.uint8Array({ minLength: MAC_LENGTH, maxLength: MAC_LENGTH });

for (
  const spelling of [
    "00:00:5e:00:53:01",
    "00:00:5E:00:53:01",
    "0:0:5e:0:53:1",
    "00-00-5E-00-53-01",
    "0-0-5e-0-53-1",
    "0000.5e00.5301",
    "0000.5E00.5301",
    "0000-5e00-5301",
    "00005e-005301",
    "00005e:005301",
    "00005E005301",
  ]
) {
  Deno.test(`parseMac() reads ${spelling}`, () => {
    assertEquals(formatMac(parseMac(spelling)), "00:00:5e:00:53:01");
  });
}

for (
  const [text, reason, at] of [
    ["", "it is empty", [0, 0]],
    ["00:00:5e:00:53:0g", "its digits are hexadecimal", [16, 17]],
    [" 00:00:5e:00:53:01", "its digits are hexadecimal", [0, 1]],
    ["００:00:5e:00:53:01", "its digits are hexadecimal", [0, 1]],
    ["(incomplete)", "its digits are hexadecimal", [0, 1]],
    ["00:00-5e:00:53:01", "its separators differ", [3, 8]],
    ["00:00:5e:00:53", "a MAC address has six octets", [0, 14]],
    ["00:00:5e:ff:fe:00:53:01", "a MAC address has six octets", [0, 23]],
    ["0.0.5e.0.53.1", "a MAC address has six octets", [0, 13]],
    ["00005e.005301", "a MAC address has six octets", [0, 13]],
    ["00005e00530", '"00005e00530" is not 12 digits', [0, 11]],
    ["000:00:5e:00:53:01", '"000" is not 2 digits', [0, 3]],
    ["00:00:5e:00::01", '"" is not 2 digits', [12, 12]],
    ["0000.5e0.5301", '"5e0" is not 4 digits', [5, 8]],
    ["00:00:5e:00:53:01:", "a MAC address has six octets", [0, 18]],
  ] as const
) {
  Deno.test(`parseMac() refuses "${text}": ${reason}`, () => {
    const error = assertThrows(() => parseMac(text), ParseError);
    assertEquals({ reason: error.reason, at: error.at }, { reason, at });
    assertEquals(error.hint, "write it like 00:00:5e:00:53:01");
  });
}

Deno.test("parseMac() and formatMac() are inverse", () => {
  fc.assert(fc.property(octets, (octets) => {
    assertEquals(parseMac(formatMac(octets)), octets as Uint8Array<ArrayBuffer>);
  }));
});

Deno.test("parseMac() reads one address in every spelling", () => {
  fc.assert(fc.property(octets, fc.constantFrom(":", "-"), (octets, separator) => {
    const short = Array.from(octets, (octet) => octet.toString(16)).join(separator);
    const digits = octets.toHex();
    const groups = [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8)];
    for (const text of [short, short.toUpperCase(), digits, groups.join("."), groups.join("-")]) {
      assertEquals(formatMac(parseMac(text)), formatMac(octets), text);
    }
  }));
});

Deno.test("parseMac() throws nothing but a ParseError, whatever it reads", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    try {
      assertEquals(parseMac(text).length, MAC_LENGTH);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
  }));
});

Deno.test("formatMac() writes longer hardware addresses the same way", () => {
  assertEquals(formatMac(new Uint8Array([0x80, 0, 2, 8, 0xfe, 0x80, 0])), "80:00:02:08:fe:80:00");
});
