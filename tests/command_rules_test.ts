import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Command, optionName } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { parse } from "../cli/parse.ts";
import { loadNetkit, main } from "../main.ts";
import { fakeIo } from "./fakes.ts";
import { freePort } from "./free_port.ts";
import { jsonLines } from "./json_lines.ts";
import { needs, UNIX } from "./needs.ts";
import { netkit } from "./processes.ts";

const { commands } = await loadNetkit();

/** Returns the options of `command`, as they are typed. */
function optionsOf(command: Command) {
  return Object.entries(command.options)
    .map(([key, option]) => ({ typed: `--${optionName(key)}`, option }));
}

for (const command of commands) {
  for (const { typed, option } of optionsOf(command)) {
    const short = option.short === undefined ? typed : `-${option.short}`;
    const value = option.value === null ? "" : "=x";

    Deno.test(`netkit ${command.name} ${typed} is refused when it is given twice, or may be repeated`, async () => {
      for (const args of [[typed + value, typed + value], [typed + value, short + value]]) {
        const io = fakeIo();
        if (value === "" && option.repeated) throw new Error("an option without a value repeated");
        if (option.repeated) {
          assertStringIncludes((await helpOf(command)).replace(/\s+/g, " "), "may be repeated");
          continue;
        }
        assertEquals(await main([command.name, ...args], io), 2);
        assertEquals(
          io.err(),
          `netkit ${command.name}: ${typed} is given twice\n  leave one of them out\n`,
        );
      }
    });
  }
}

for (const command of commands) {
  if (command.permissions.some((permission) => permission.startsWith("-A"))) continue;
  Deno.test(`the permissions of netkit ${command.name} name every option that has a FILE`, () => {
    const named = [...command.permissions].join(", ").matchAll(/(?<!\S)--?[a-z][\w-]*/g);
    const names = new Set([...named].map(([name]) => name));
    const missing = optionsOf(command).filter(({ typed, option }) =>
      option.value?.replace(/^\[|\]$/g, "") === "FILE" && !names.has(typed) &&
      !names.has(`-${option.short}`)
    );
    assertEquals(missing.map(({ typed }) => typed), []);
  });
}

async function helpOf({ name }: Command): Promise<string> {
  const io = fakeIo();
  await main([name, "--help"], io);
  return io.out();
}

/** What options need beside them to be looked at, by command and option. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  "client --ca": ["--tls", "127.0.0.1:1"],
  "client --cert": ["--tls", "--key", "/no/such/file", "127.0.0.1:1"],
  "client --key": ["--tls", "--cert", "/no/such/file", "127.0.0.1:1"],
  "serve --client-ca": ["--tls", "127.0.0.1:0"],
  "serve --tls-cert": ["--tls-key", "/no/such/file"],
  "serve --tls-key": ["--tls-cert", "/no/such/file"],
  "frame --write": ["hello"],
  "trace --svg": ["-r", "examples/hello.pcap"],
  "trace --html": ["-r", "examples/hello.pcap"],
  "learn --report": ["layers"],
  "learn --sheet": ["layers"],
  "ipinfo --in": ["10.0.0.1"],
  "ipinfo --grep": ["10.0.0.0/8"],
  "ipinfo --not": ["10.0.0.0/8"],
  "ipinfo --and": ["10.0.0.0/8"],
  "ipinfo --match": ["10.0.0.1"],
};

for (const command of commands) {
  for (const { typed, option } of optionsOf(command)) {
    if (!/^FILE\b/.test(option.value ?? "")) continue;
    const beside = BESIDE[`${command.name} ${typed}`] ?? [];

    Deno.test({
      name:
        `netkit ${command.name} ${typed} of a file that is not there, or is a folder, is exit 2`,
      ...needs(UNIX),
      async fn() {
        for (const path of ["/no/such/file", "/"]) {
          const { code, out, err } = await netkit([command.name, typed, path, ...beside]);
          assertEquals([code, out], [2, ""], err);
          assert(
            /^netkit \w+: cannot (read|write|write [a-z ]+ to) \/(no\/such\/file)?: /.test(err),
            err,
          );
        }
      },
    });
  }
}

Deno.test("a file to read is -r in every command, and - is standard input", () => {
  const reading = commands.filter(({ options }) => Object.hasOwn(options, "read"));
  assertEquals(reading.map(({ name }) => name).sort(), ["arp", "frame", "trace"]);
  for (const { name, options } of reading) {
    assertEquals(options.read!.short, "r", name);
    assertStringIncludes(options.read!.summary, "- is standard input", name);
  }
});

/** Servers that cannot have their addresses. */
const BINDS: readonly (readonly string[])[] = [
  ["serve", "192.0.2.1:0"],
  ["serve", "--udp", "192.0.2.1:0"],
  ["serve", "--talk", "192.0.2.1:0"],
  ["serve", "[::1%lo]:70000"],
  ["serve", "unix:/no/such/folder/x"],
  ["serve", "--talk", "unix:/no/such/folder/x"],
  ["serve", "unix:/"],
  ["client", "--source", "192.0.2.1", "127.0.0.1:1"],
  ["client", "--udp", "--source", "192.0.2.1", "127.0.0.1:1"],
];

for (const args of BINDS) {
  Deno.test({
    name: `netkit ${args.join(" ")} cannot start: exit 2`,
    ...needs(UNIX),
    async fn() {
      const { code, out, err } = await netkit(args);
      assertEquals([code, out], [2, ""], err);
    },
  });
}

for (const args of [["serve"], ["serve", "--udp"], ["serve", "--talk"]]) {
  Deno.test({
    name: `netkit ${args.join(" ")} at a port that is held is exit 2`,
    ...needs(),
    async fn() {
      const port = freePort(); // by UDP, too
      using _listener = Deno.listen({ hostname: "127.0.0.1", port });
      const udp = args.includes("--udp") ? await heldUdp(port) : null;
      const { code, err } = await netkit([...args, `${port}`]);
      udp?.close();
      assertEquals(code, 2, err);
    },
  });
}

async function heldUdp(port: number): Promise<{ close(): void }> {
  const { createSocket } = await import("node:dgram");
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
  return socket;
}

/** Lookups that find nothing: the command line, and the file that it reads. */
const NEGATIVE: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [
    ["trace", "-r", "examples/hello.pcap", "--conn", "9"],
    /there is no connection 9 in .*: it has 1$/m,
  ],
  [["trace", "-r", "examples/hello.pcap", "9"], /no TCP segments at port 9/],
  [
    ["frame", "-r", "examples/hello.pcap", "-n", "300"],
    /there is no packet 300 in .*: it has 10$/m,
  ],
  [["ipinfo", "--contains", "10.0.0.1", "192.0.2.0/24"], /does not contain/],
  [["ipinfo", "--overlaps", "10.0.0.0/8", "192.0.2.0/24"], /does not overlap/],
  [["ipinfo", "--next", "24", "192.0.2.0/24", "192.0.2.0/24"], /no \/24 is free/],
  [["arp", "--read", "tests/testdata/arp/busybox135-arp-an.out", "192.0.2.254"], /192\.0\.2\.254/],
];

for (const [args, says] of NEGATIVE) {
  Deno.test({
    name: `netkit ${args.join(" ")} finds nothing, says so, and is exit 1`,
    ...needs(),
    async fn() {
      const { code, out, err } = await netkit(args);
      assertEquals(code, 1, out + err);
      assert(says.test(out + err), out + err);
    },
  });
}

Deno.test("an operand and an option that give the same contradict each other", async () => {
  for (const name of ["client", "serve"]) {
    const command = commands.find((each) => each.name === name)!;
    for (const args of [["7000", "--port", "7001"], ["a.test:7000", "--host", "b.test"]]) {
      const io = fakeIo();
      const error = await assertRejects(async () => {
        await command.run(parse(command, args), io);
      }, Error);
      assert(/it has a (port|host) of its own/.test(error.message), `${error}`);
      assert(!(error instanceof UserError) || error.exit === 2);
    }
  }
});

/** Names for things that have another one in the JSON of every command. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "conn": "connection",
  "n": "number",
  "num": "number",
  "dir": "from",
  "direction": "from",
  "remote": "peer",
  "proto": "protocol",
  "len": "length or bytes",
  "win": "window",
  "bytes_sent": "bytes_out",
  "sent_bytes": "bytes_out",
  "bytes_received": "bytes_in",
  "received_bytes": "bytes_in",
  "iface": "interface",
  "timestamp": "time",
  "duration": "duration_ms",
};

/** Names that several commands have, and their one type. */
const SHARED: Readonly<Record<string, string>> = {
  "connection": "number",
  "number": "number",
  "time": "string",
  "peer": "string",
  "protocol": "string",
  "bytes": "number",
  "bytes_in": "number",
  "bytes_out": "number",
  "state": "string",
  "mac": "string",
  "interface": "string",
};

for (const { name: command, json } of commands) {
  for (const { name, type, says } of json) {
    Deno.test(`the field ${name} of netkit ${command} has the one name of its thing, in ASCII`, () => {
      const last = name.split(".").at(-1)!;
      assert(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(name), name);
      assert(/^[\x20-\x7e]+$/.test(`${type} ${says}`), says);
      assertEquals(OTHER_NAMES[last], undefined);
      if (Object.hasOwn(SHARED, last)) {
        assertEquals(type.replace(/ or null$/, ""), SHARED[last]);
      }
      assert(!/_(seconds|milliseconds|sec|msec)$/.test(last), "seconds are _s, milliseconds _ms");
    });
  }
}

/** Command lines that print several objects. */
const NDJSON: readonly (readonly string[])[] = [
  ["arp", "--json", "--read", "tests/testdata/arp/busybox135-arp-an.out"],
  ["port", "--json"],
  ["port", "--json", "60001-60003"],
  ["frame", "--json", "-r", "examples/hello.pcap"],
  ["trace", "--json", "-r", "examples/hello.pcap"],
  ["ipinfo", "--json", "192.0.2.1", "192.0.2.2"],
  ["ipinfo", "--json", "--split", "/26", "192.0.2.0/24"],
];

for (const args of NDJSON) {
  Deno.test({
    name: `netkit ${args.join(" ")} prints an object a line`,
    ...needs(),
    async fn() {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { out, err } = await netkit(args);
      assert(listener.addr.port > 0);
      const records = jsonLines<Record<string, unknown>>(out);
      assert(records.length > 0, err);
      for (const record of records) {
        assert(typeof record === "object" && record !== null && !Array.isArray(record));
        for (const value of [record.from, record.type, record.event]) {
          assert(value === undefined || /^[a-z -]+$/.test(`${value}`), `${value}`);
        }
      }
    },
  });
}
