import { green, yellow } from "@std/fmt/colors";
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { OutputClosed, UserError } from "../cli/errors.ts";
import type { Output } from "../cli/io.ts";
import { ParseError } from "../address/parse_error.ts";
import { ipinfo } from "../ipinfo.ts";
import { type FakeIo, fakeIo, type FakeOptions, run } from "./fakes.ts";

async function inspect(
  args: readonly string[],
  options: FakeOptions = {},
): Promise<{ exit: number; out: string; err: string }> {
  const io = fakeIo(options);
  const exit = await run(ipinfo, args, io);
  return { exit, out: io.out(), err: io.err() };
}

function objects(ndjson: string): Record<string, unknown>[] {
  return ndjson.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("ipinfo shows an address in its network, the host bits behind a bar", async () => {
  const { exit, out, err } = await inspect(["192.168.1.130/25"]);
  assertEquals([exit, err], [0, ""]);
  assertEquals(
    out,
    `address     192.168.1.130     11000000.10101000.00000001.1 | 0000010
prefix      /25, 25 network + 7 host bits
netmask     255.255.255.128   11111111.11111111.11111111.1 | 0000000
wildcard    0.0.0.127         00000000.00000000.00000000.0 | 1111111
network     192.168.1.128/25  11000000.10101000.00000001.1 | 0000000
broadcast   192.168.1.255     11000000.10101000.00000001.1 | 1111111
first host  192.168.1.129     11000000.10101000.00000001.1 | 0000001
last host   192.168.1.254     11000000.10101000.00000001.1 | 1111110
addresses   128, 126 usable
integer     3232235906
hex         0xc0a80182
`,
  );
});

Deno.test("ipinfo shows an address without a prefix in each form and how it was read", async () => {
  const { out } = await inspect(["11000000.10101000.00000001.00000001"]);
  assertEquals(
    out,
    `input    11000000.10101000.00000001.00000001 (binary octets)
address  192.168.1.1  11000000.10101000.00000001.00000001
integer  3232235777
hex      0xc0a80101
`,
  );
});

const BARS: [operand: string, bits: string, more: string][] = [
  ["10.1.2.3/8", "00001010 | 00000001.00000010.00000011", "16777216, 16777214 usable"],
  ["10.1.2.3/0", "| 00001010.00000001.00000010.00000011", "4294967296, 4294967294 usable"],
  ["10.1.2.3/31", "00001010.00000001.00000010.0000001 | 1", "none: both ends of a link (RFC 3021)"],
  ["10.1.2.3/32", "00001010.00000001.00000010.00000011 |", "none: a single address"],
];

for (const [operand, bits, more] of BARS) {
  Deno.test(`ipinfo ${operand} shows ${bits} and "${more}"`, async () => {
    const { out } = await inspect([operand]);
    const lines = out.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
    assertEquals(lines[0], `address  10.1.2.3  ${bits}`);
    assert(lines.some((line) => line.endsWith(`  ${more}`)), out);
  });
}

Deno.test("ipinfo puts a blank line between addresses", async () => {
  const { out } = await inspect(["1.2.3.4", "5.6.7.8"]);
  assertEquals(
    out.split("\n\n").map((block) => block.split("\n")[0]),
    [
      "address  1.2.3.4  00000001.00000010.00000011.00000100",
      "address  5.6.7.8  00000101.00000110.00000111.00001000",
    ],
  );
});

Deno.test("ipinfo is never wider than the terminal and says the same at every width", async () => {
  const operands = ["0b11000000101010000000000100000001/255.255.255.128", "1.2.3.4/31"];
  const essence = (text: string) => text.replace(/\s/g, "");
  const wide = essence((await inspect(operands, { columns: 100 })).out);
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (columns) => {
    const { out } = await inspect(operands, { columns });
    for (const line of out.split("\n")) assert(line.length <= columns, `${columns}: ${line}`);
    assertEquals(essence(out), wide);
  }));
});

Deno.test("ipinfo colours bits on a terminal, and they are the same bits", async () => {
  const { out } = await inspect(["10.1.2.3/8"], { terminal: true });
  assert(
    out.includes(`${green("00001010")} | ${yellow("00000001.00000010.00000011")}`),
    out,
  );
  // deno-lint-ignore no-control-regex -- the escape sequences of colours
  assertEquals(out.replace(/\x1b\[\d+m/g, ""), (await inspect(["10.1.2.3/8"])).out);
});

Deno.test("ipinfo --json prints one object a line", async () => {
  const { exit, out } = await inspect(["--json", "192.168.1.130/25", "3232235777"]);
  assertEquals(exit, 0);
  assertEquals(objects(out), [{
    input: "192.168.1.130/25",
    version: 4,
    address: "192.168.1.130",
    integer: "3232235906",
    hex: "0xc0a80182",
    binary: "11000000.10101000.00000001.10000010",
    network: {
      address: "192.168.1.128",
      prefix: 25,
      netmask: "255.255.255.128",
      wildcard: "0.0.0.127",
      first: "192.168.1.129",
      last: "192.168.1.254",
      broadcast: "192.168.1.255",
      addresses: "128",
      usable: "126",
    },
  }, {
    input: "3232235777",
    version: 4,
    address: "192.168.1.1",
    integer: "3232235777",
    hex: "0xc0a80101",
    binary: "11000000.10101000.00000001.00000001",
    network: null,
  }]);
});

for (const operand of ["192.0.2.0/31", "192.0.2.0/32"]) {
  Deno.test(`ipinfo --json ${operand} has no broadcast`, async () => {
    const { out } = await inspect(["--json", operand]);
    assertEquals((objects(out)[0]!.network as { broadcast: unknown }).broadcast, null);
  });
}

Deno.test("ipinfo declares the fields of its JSON", async () => {
  const { out } = await inspect(["--json", "1.2.3.4/5", "x"]);
  const names = new Set(
    objects(out).flatMap((object) =>
      Object.entries(object).flatMap(([name, value]) => [
        name,
        ...(name === "network" ? Object.keys(value as object).map((key) => `network.${key}`) : []),
      ])
    ),
  );
  assertEquals(new Set(ipinfo.json!.map((field) => field.name)), names);
});

Deno.test("ipinfo throws for a single bad operand", async () => {
  const error = await assertRejects(() => inspect(["010.8.8.8"]), ParseError, "8.8.8.8 if octal");
  assertEquals([...error.at], [0, 3]);
});

Deno.test("ipinfo refuses IPv6 and says so", async () => {
  await assertRejects(() => inspect(["2001:db8::1/64"]), ParseError, "it looks like IPv6");
});

Deno.test("ipinfo without an operand says what is missing", async () => {
  await assertRejects(() => inspect([]), UserError, "ADDRESS[/PREFIX] is missing");
});

Deno.test("ipinfo reports bad operands among others, goes on, and exits with 2", async () => {
  const { exit, out, err } = await inspect(["1.2.3.4", "127.1", "\x1b[2J", "5.6.7.8"]);
  assertEquals(exit, 2);
  assertEquals(out.match(/^address .*?\d(?= )/gm), ["address  1.2.3.4", "address  5.6.7.8"]);
  assertEquals(
    err,
    `netkit ipinfo: "127.1" is not an IPv4 address: it has 2 octets instead of 4
  inet_aton reads it as 127.0.0.1: write that if it is meant
netkit ipinfo: "\\x1b[2J" is not an IPv4 address: U+001B is neither a decimal digit nor a dot
`,
  );
});

Deno.test("ipinfo --json has an object for a bad operand and still complains", async () => {
  const { exit, out, err } = await inspect(["--json", "1.2.3.4/33", "1.2.3.4"]);
  assertEquals(exit, 2);
  const [bad, good] = objects(out);
  assertEquals(bad, { input: "1.2.3.4/33", error: "a prefix length is 0 to 32", at: [8, 10] });
  assertEquals(good!.address, "1.2.3.4");
  assertEquals(
    err,
    'netkit ipinfo: "1.2.3.4/33" is not an IPv4 network: a prefix length is 0 to 32\n',
  );
});

Deno.test("ipinfo - reads lines, skips blank ones, numbers bad ones", async () => {
  const stdin = "\ufeff1.2.3.4\r\n\r\n  \n127.0.0.256\n10.0.0.1/8";
  const { exit, out, err } = await inspect(["--json", "-"], { stdin });
  assertEquals(exit, 1);
  assertEquals(objects(out).map((object) => object.address ?? object.at), [
    "1.2.3.4",
    [8, 11],
    "10.0.0.1",
  ]);
  assertEquals(
    err,
    'netkit ipinfo: line 4: "127.0.0.256" is not an IPv4 address: 256 is more than 255\n',
  );
});

Deno.test("ipinfo - of one bad line does not throw", async () => {
  assertEquals((await inspect(["-"], { stdin: "x\n" })).exit, 1);
});

Deno.test("ipinfo - of nothing prints nothing", async () => {
  assertEquals(await inspect(["-"]), { exit: 0, out: "", err: "" });
});

Deno.test("ipinfo takes - among operands, in order", async () => {
  const { exit, out } = await inspect(["--json", "1.1.1.1", "-", "3.3.3.3"], {
    stdin: "2.2.2.2\n",
  });
  assertEquals(exit, 0);
  assertEquals(objects(out).map((object) => object.address), ["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
});

Deno.test("ipinfo refuses to read standard input twice", async () => {
  await assertRejects(() => inspect(["-", "1.2.3.4", "-"]), UserError, "given twice");
});

Deno.test("ipinfo - writes many lines in few pieces", async () => {
  const io = fakeIo({ stdin: "10.0.0.1/8\n".repeat(5000) });
  let writes = 0;
  const { exit, out } = await through(io, ["--json", "-"], (bytes) => {
    writes++;
    return Promise.resolve(bytes.length);
  });
  assertEquals([exit, out], [0, ""]);
  assert(writes <= 5000 / 100, `${writes} writes`);
});

/** Runs ipinfo with another standard output. */
async function through(
  io: FakeIo,
  args: readonly string[],
  write: Output["write"],
): Promise<{ exit: number; out: string }> {
  const exit = await run(ipinfo, args, { ...io, stdout: { write, isTerminal: () => false } });
  return { exit, out: io.out() };
}

Deno.test("ipinfo - answers each line as it comes, without waiting for the end", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const io = fakeIo();
  const answers: (() => void)[] = [];
  const done = run(ipinfo, ["--json", "-"], {
    ...io,
    stdin: { ...io.stdin, readable },
    stdout: {
      write: (bytes) => io.stdout.write(bytes).finally(() => answers.shift()?.()),
      isTerminal: () => true,
    },
  });
  for (const address of ["1.1.1.1", "2.2.2.2"]) {
    const answered = new Promise<void>((resolve) => answers.push(resolve));
    await writer.write(new TextEncoder().encode(`${address}\n`));
    await answered;
    assertEquals(objects(io.out()).at(-1)!.address, address);
  }
  await writer.close();
  assertEquals(await done, 0);
});

Deno.test("ipinfo - says so when standard input cannot be read", async () => {
  const io = fakeIo();
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.error(new Deno.errors.IsADirectory("Is a directory (os error 21)"));
    },
  });
  await assertRejects(
    () => run(ipinfo, ["-"], { ...io, stdin: { ...io.stdin, readable } }),
    UserError,
    "cannot read standard input: it is a directory",
  );
});

Deno.test("ipinfo - stops reading when nobody reads its output", async () => {
  const cancelled = Promise.withResolvers<void>();
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("1.2.3.4\n"));
    },
    cancel() {
      cancelled.resolve();
    },
  });
  const io = fakeIo();
  await assertRejects(
    () =>
      run(ipinfo, ["-"], {
        ...io,
        stdin: { ...io.stdin, readable },
        stdout: {
          write: () => Promise.reject(new Deno.errors.BrokenPipe()),
          isTerminal: () => false,
        },
      }),
    OutputClosed,
  );
  await cancelled.promise;
});
