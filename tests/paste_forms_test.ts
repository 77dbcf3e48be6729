import { ARP, type Forms, HELLO, testForms } from "./pasted_forms.ts";

/** A datagram whose content is text of hexadecimal digits, as the text beside a dump then is. */
const DIGITS = Uint8Array.fromHex(
  "00005e00530200005e005301080045000034000040004011b6b5c0000201c0000202c7381f4000200000" +
    "306162206364206566203031203233203435203637203839",
);

const hex = (byte: number) => byte.toString(16).padStart(2, "0");
const pairs = (bytes: Uint8Array) => Array.from(bytes, hex);
const spaced = (bytes: Uint8Array) => pairs(bytes).join(" ");
const listed = (bytes: Uint8Array, more = "") => pairs(bytes).map((each) => `0x${each}${more}`);
const octal = (byte: number) => `\\${byte.toString(8).padStart(3, "0")}`;
const letters = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".").join(
    "",
  );
const words = (bytes: Uint8Array, size: number) =>
  bytes.toHex().match(new RegExp(`.{1,${2 * size}}`, "g"))!.join(" ");

/** Returns the rows of a dump, of `size` bytes each. */
function rows(
  bytes: Uint8Array,
  row: (part: Uint8Array, offset: string, at: number) => string,
  size = 16,
  digits = 4,
): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += size) {
    const offset = at.toString(16).padStart(digits, "0");
    text += `${row(bytes.subarray(at, at + size), offset, at)}\n`;
  }
  return text;
}

/** Returns two halves of eight bytes with two blanks between. */
function halves(part: Uint8Array): string {
  return `${spaced(part.subarray(0, 8))}  ${spaced(part.subarray(8))}`.trimEnd().padEnd(48);
}

/** Returns the rows that tcpdump -X prints of an IP packet in a frame of Ethernet. */
function tcpdump(bytes: Uint8Array, before = "", link = false): string {
  const heading =
    `${before}08:00:00.123456 IP 192.0.2.1.51000 > 192.0.2.2.8000: Flags [P.], seq 0:5, ` +
    "ack 0, win 65535, length 5";
  const packet = bytes.subarray(link ? 0 : 14);
  return `${heading}\n${
    rows(packet, (p, at) => `${before}\t0x${at}:  ${words(p, 2).padEnd(39)}  ${letters(p)}`)
  }`;
}

/** The forms, by the program that has written them. */
const FORMS: Forms = {
  "tcpdump -x": {
    write: (b) =>
      `08:00:00.123456 IP 192.0.2.1.51000 > 192.0.2.2.8000: Flags [P.], length 5\n${
        rows(b.subarray(14), (p, at) => `\t0x${at}:  ${words(p, 2)}`)
      }`,
    isIp: true,
  },
  "tcpdump -X": { write: (b) => tcpdump(b), isIp: true },
  "tcpdump -XX": (b) => tcpdump(b, "", true),
  "tcpdump -X in the journal": {
    write: (b) => tcpdump(b, "Nov 29 08:00:00 host tcpdump[1234]: "),
    isIp: true,
  },
  "tcpdump -XX behind the time of a container": (b) =>
    tcpdump(b, "2026-11-29T08:00:00.123456789Z ", true),
  "tcpdump -XX quoted in mail": (b) => tcpdump(b, "> ", true),
  "tshark -x": (b) => rows(b, (p, at) => `${at}  ${spaced(p).padEnd(47)}   ${letters(p)}`),
  "Wireshark: as hex and ASCII dump": (b) =>
    rows(b, (p, at) => `${at}   ${spaced(p).padEnd(47)}  ${letters(p)}`),
  "Wireshark: as hex dump": (b) => rows(b, (p, at) => `${at}   ${spaced(p)}`),
  "Wireshark: as hex stream": (b) => b.toHex(),
  "Wireshark: as escaped string": (b) =>
    rows(b, (p) => `"${pairs(p).map((each) => `\\x${each}`).join("")}" \\`).trimEnd().slice(0, -2),
  "Wireshark: as base64": (b) => b.toBase64(),
  "Wireshark: as C array": (b) =>
    `/* Frame (${b.length} bytes) */\nstatic const unsigned char pkt1[${b.length}] = {\n${
      rows(b, (p) => `${listed(p).join(", ")}, /* ${letters(p).replaceAll("*", ".")} */`, 8)
    }};\n`,
  "Wireshark: as Go literal": (b) =>
    `// Frame (${b.length} bytes)\nvar frame = []byte{\n${
      rows(b, (p) => `\t${listed(p).join(", ")},`, 8)
    }}\n`,
  "Wireshark: packet in the list and its bytes": (b) =>
    `No.     Time           Source                Destination           Protocol Length Info\n` +
    `      1 0.000000       192.0.2.1             192.0.2.2             TCP      ${b.length}     ` +
    `51000 → 8000 [PSH, ACK] Seq=0 Ack=0 Win=65535 Len=5\n\n${
      rows(b, (p, at) => `${at}  ${spaced(p).padEnd(47)}   ${letters(p)}`)
    }`,
  "hexdump -C": (b) =>
    rows(b, (p, at) => `${at}  ${halves(p)}  |${letters(p)}|`, 16, 8) +
    `${b.length.toString(16).padStart(8, "0")}\n`,
  "xxd -p": (b) => rows(b, (p) => p.toHex(), 30),
  "od -An -tx1": (b) => rows(b, (p) => ` ${spaced(p)}`),
  "hexyl": (b) =>
    `┌────────┬─────────────────────────┬─────────────────────────┬────────┬────────┐\n${
      rows(
        b,
        (p, at) =>
          `│${at}│ ${spaced(p.subarray(0, 8)).padEnd(23)} ┊ ${spaced(p.subarray(8)).padEnd(23)} │${
            letters(p.subarray(0, 8)).padEnd(8)
          }┊${letters(p.subarray(8)).padEnd(8)}│`,
        16,
        8,
      )
    }└────────┴─────────────────────────┴─────────────────────────┴────────┴────────┘\n`,
  "Format-Hex of PowerShell": (b) =>
    `           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n${
      rows(
        b,
        (p, at) => `${at.toUpperCase()}   ${spaced(p).toUpperCase().padEnd(47)}  ${letters(p)}`,
        16,
        8,
      )
    }`,
  "Format-Hex of PowerShell 7": (b) =>
    `   Label: p.bin\n\n          Offset Bytes                                           Ascii\n` +
    `                 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n` +
    `          ------ ----------------------------------------------- -----\n${
      rows(
        b,
        (p, at) => `${at.toUpperCase()} ${spaced(p).toUpperCase().padEnd(47)} ${letters(p)}`,
        16,
        16,
      )
    }`,
  "certutil -dump": (b) => rows(b, (p, at) => `  ${at}  ${halves(p)}  ${letters(p)}`),
  "WinDbg db": (b) =>
    rows(b, (p, _, at) => {
      const halves = `${spaced(p.subarray(0, 8))}-${spaced(p.subarray(8))}`;
      return `00000042\`1000${at.toString(16).padStart(4, "0")}  ${halves.padEnd(47)}  ${
        letters(p)
      }`;
    }),
  "lldb memory read": (b) =>
    rows(
      b,
      (p, _, at) => `0x16fdff${(0x100 + at).toString(16)}: ${spaced(p).padEnd(47)}  ${letters(p)}`,
    ),
  "scapy hexdump()": (b) =>
    rows(b, (p, at) => `${at}  ${spaced(p).toUpperCase().padEnd(47)}  ${letters(p)}`),
  "curl --trace": (b) =>
    `=> Send data, ${b.length} bytes (0x${b.length.toString(16)})\n${
      rows(b, (p, at) => `${at}: ${spaced(p).padEnd(47)} ${letters(p)}`)
    }`,
  "strace -xx": (b) =>
    `write(3, "${pairs(b).map((each) => `\\x${each}`).join("")}", ${b.length}) = ${b.length}`,
  "gdb, a char array": (b) => `$1 = "${Array.from(b, octal).join("")}"`,
  "printf of a shell": (b) => `printf '${pairs(b).map((each) => `\\x${each}`).join("")}' > p.bin`,
  "Python, lines that are joined": (b) =>
    `pkt = (\n${rows(b, (p) => `    b"${pairs(p).map((each) => `\\x${each}`).join("")}"`)})\n`,
  "Python, unhexlify()": (b) => `data = binascii.unhexlify("${b.toHex()}")`,
  "Python, a bytearray": (b) => `bytearray([${listed(b).join(", ")}])`,
  "Ruby": (b) => `[${b.toHex().replace(/^/, '"').replace(/$/, '"')}].pack("H*")`,
  "Perl": (b) => `my $p = pack("H*", "${b.toHex()}");`,
  "C#": (b) => `var p = new byte[] { ${listed(b).join(", ")} };`,
  "Kotlin": (b) => `val p = byteArrayOf(${listed(b, ".toByte()").join(", ")})`,
  "Swift": (b) => `let p: [UInt8] = [${listed(b).join(", ")}]`,
  "JavaScript": (b) => `const p = Uint8Array.of(${listed(b).join(", ")});`,
  "Deno, a Uint8Array shown": (b) =>
    `Uint8Array(${b.length}) [\n${
      rows(b, (p) => `  ${Array.from(p, (each) => String(each).padStart(3)).join(", ")},`, 12)
    }]\n`,
  "an assembler": (b) => rows(b, (p) => `  db ${pairs(p).map((each) => `0${each}h`).join(", ")}`),
  "an assembler of GNU": (b) => rows(b, (p) => `  .byte ${listed(p).join(", ")}`),
  "SQL": (b) => `INSERT INTO packets VALUES (X'${b.toHex().toUpperCase()}');`,
  "PostgreSQL": (b) => ` id |  data\n----+------\n  1 | \\x${b.toHex()}\n(1 row)\n`,
  "Elixir": (b) => `<<${listed(b).join(", ")}>>`,
  "percent signs": (b) => pairs(b).map((each) => `%${each.toUpperCase()}`).join(""),
  "commas": (b) => pairs(b).join(","),
  "semicolons": (b) => pairs(b).join(";"),
  "dashes": (b) => pairs(b).join("-"),
  "0x before each": (b) => listed(b).join(" "),
  "one number": (b) => `0x${b.toHex()}`,
  "JSON of Suricata": (b) =>
    JSON.stringify({ timestamp: "2026-11-29T08:00:00", packet: b.toBase64(), proto: "TCP" }),
  "base64 for addresses": (b) => b.toBase64({ alphabet: "base64url", omitPadding: true }),
  "base64 between BEGIN and END": (b) =>
    `-----BEGIN PACKET-----\n${b.toBase64().replace(/.{64}/g, "$&\n")}\n-----END PACKET-----\n`,
  "the log of a program": (b) => `2026-11-29 08:00:00,123 DEBUG rx ${b.length} bytes: ${spaced(b)}`,
  "the journal": (b) => `Nov 29 08:00:00 host agent[99]: packet: ${b.toHex()}`,
  "a table of Markdown": (b) =>
    `| offset | bytes |\n|---|---|\n${rows(b, (p, at) => `| ${at} | ${spaced(p)} |`)}`,
  "a block of Markdown": (b) => `\`\`\`\n${rows(b, (p, at) => `${at}  ${spaced(p)}`)}\`\`\`\n`,
};

testForms(FORMS, { HELLO, ARP, DIGITS }, ", of these forms");
