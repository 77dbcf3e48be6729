/**
 * Forms in which bytes are pasted, and the tests that what is written in them is read again.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import * as fc from "fast-check";
import { HexDumpError } from "../capture/hex_digits.ts";
import { readPaste } from "../capture/paste.ts";
import { evidenceOf } from "../capture/plausible.ts";
import { SEED } from "./seed.ts";

/** A TCP segment with "hello" in IPv4 and Ethernet. */
export const HELLO: Uint8Array<ArrayBuffer> = Uint8Array.fromHex(
  "00005e00530200005e00530108004500002d000040004006b6c7c0000201c0000202c7381f40" +
    "00000000000000005018ffff0179000068656c6c6f",
);
/** A request of ARP: it has no checksum. */
export const ARP: Uint8Array<ArrayBuffer> = Uint8Array.fromHex(
  "ffffffffffff00005e0053010806" + "0001080006040001" + "00005e005301c0000201000000000000c0000202",
);

/** The bytes of an Ethernet header, which a form may leave out. */
const ETHERNET = 14;

/** A form in which bytes are pasted. */
export interface Form {
  readonly write: (bytes: Uint8Array) => string;
  /** Whether it leaves out the header of the link; what is in a frame must be IP. */
  readonly isIp?: boolean;
}

/** Forms by the programs that write them; a function is one with the header of the link. */
export type Forms = Readonly<Record<string, Form | Form["write"]>>;

/** Tests that each of `forms` is read, with each of `packets` and with bytes at random; `which` ends a name. */
export function testForms(
  forms: Forms,
  packets: Readonly<Record<string, Uint8Array>>,
  which: string,
): void {
  const all = Object.entries(forms).map(([what, form]): readonly [string, Form] => [
    what,
    typeof form === "function" ? { write: form } : form,
  ]);

  for (const [what, { write, isIp = false }] of all) {
    Deno.test(`readPaste() reads ${what}, or refuses what could be something else`, () => {
      for (const [name, whole] of Object.entries(packets)) {
        if (isIp && whole === ARP) continue;
        const pasted = write(whole);
        const bytes = isIp ? whole.subarray(ETHERNET) : whole;
        let found: string[];
        try {
          found = readPaste(pasted).packets.map((each) => each.toHex());
        } catch (error) {
          assert(error instanceof HexDumpError, String(error));
          assert(evidenceOf(bytes).strength < 3, `${name} is refused: ${error.message}\n${pasted}`);
          continue;
        }
        assertEquals(found, [bytes.toHex()], `${name}\n${pasted}`);
      }
    });
  }

  Deno.test(`readPaste() reads other bytes than those that were written at most once in 2000 times${which}`, () => {
    const made = fc.tuple(
      fc.constantFrom(...all),
      // Without fast-check's liking for 0: rows that begin with 00, 10, 20 do look like offsets.
      fc.noBias(fc.uint8Array({ minLength: 24, maxLength: 80 })),
    );
    const misread: string[] = []; // one in 50,000 is an Ethernet frame of a known kind by chance
    for (const [[what, form], content] of fc.sample(made, { numRuns: 2000, seed: SEED })) {
      const bytes = concat([HELLO.subarray(0, 12), Uint8Array.of(0x12, 0x34), content]);
      const wanted = (form.isIp ? bytes.subarray(ETHERNET) : bytes).toHex();
      try {
        const found = readPaste(form.write(bytes)).packets.map((each) => each.toHex()).join(" ");
        if (found !== wanted) misread.push(`${what}: ${wanted} as ${found}`);
      } catch (error) {
        assert(error instanceof HexDumpError, String(error));
      }
    }
    assert(misread.length <= 1, `seed ${SEED}: ${misread.join("\n")}`);
  });
}
