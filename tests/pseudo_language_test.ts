/**
 * A language that exists only here: English in letters of double width. What is not a message, or is laid out
 * by the number of its characters, shows.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Command } from "../cli/command.ts";
import { commandHelp, programHelp } from "../cli/help.ts";
import { PLAIN } from "../cli/terminal.ts";
import { frame } from "../frame.ts";
import { loadNetkit, main, refusalOf } from "../main.ts";
import { width } from "../text/layout.ts";
import { trace } from "../trace.ts";
import { fakeIo, type FakeOptions, run } from "./fakes.ts";
import { transcript } from "./hints.ts";
import { procRow } from "./proc_rows.ts";
import { asChinese, inPseudo, WORDS } from "./pseudo.ts";

/** Refuses lines that are wider than the terminal though they could be broken. */
function fits(text: string, columns: number): void {
  for (const line of text.split("\n")) {
    const isBreakable = line.trim().replace(/ \\$/, "").includes(" ");
    assert(width(line) <= columns || !isBreakable, `${width(line)} columns: ${line}`);
  }
}

const program = await loadNetkit();

for (const command of program.commands) {
  for (const columns of [40, 80, 120]) {
    Deno.test(`help of ${command.name} in letters of double width fits ${columns} columns`, async () => {
      const style = { columns, palette: PLAIN };
      const help = await inPseudo(() => commandHelp(program, command, style));
      fits(help, columns);
      fits(await inPseudo(() => programHelp(program, style)), columns);
    });
  }
}

/** What is printed on a terminal of so many columns. */
async function printed(command: Command, args: readonly string[], columns: number) {
  const io = fakeIo({ columns, terminal: true, stdin: CAPTURE, env: { NO_COLOR: "1" } });
  return await inPseudo(async () => {
    await run(command, args, io);
    return io.out() + io.err();
  });
}

const CAPTURE = await Deno.readFile(
  new URL("../examples/four-segment-close.pcap", import.meta.url),
);

/** Commands, and the fewest columns in which they fit: the state diagram is a drawing of 60. */
const CASES: readonly (readonly [command: Command, line: string, least?: number])[] = [
  [frame, "hello"],
  [frame, "--udp --to [2001:db8::53]:53 hello"],
  [frame, "--set help"],
  [frame, "--arp --to 192.0.2.7"],
  [trace, "-r -"],
  [trace, "-r - --explain"],
  [trace, "-r - --at both"],
  [trace, "-r - --list"],
  [trace, "-r - --states", 60],
  [frame, "-r -"],
  [frame, "-r - -v"],
];

for (const [command, line, least = 40] of CASES) {
  for (const columns of [least, 80, 120]) {
    Deno.test(`${command.name} ${line} in letters of double width: ${columns} columns, and no text but messages`, async () => {
      const text = await printed(command, line.split(" "), columns);
      fits(text, columns);
      assertEquals(text.split("\n").filter((each) => WORDS.test(each)), []);
    });
  }
}

/** Forms in which the captures of examples/ are shown, and the fewest columns in which they fit. */
const SHOWN: readonly (readonly [line: string, least?: number])[] = [
  ["trace --explain"],
  ["trace --all --at both"],
  ["trace --stats"],
  ["trace --list"],
  ["trace --states", 60],
  ["frame -v -c 3"],
];

const CAPTURES = (await Array.fromAsync(Deno.readDir(new URL("../examples", import.meta.url))))
  .map(({ name }) => name).filter((name) => name.endsWith(".pcap")).sort();

for (const [line, least = 40] of SHOWN) {
  Deno.test(`netkit ${line} -r of each example in letters of double width: ${least}, 80, 120 columns, no text but messages`, async () => {
    for (const name of CAPTURES) {
      const bytes = await Deno.readFile(new URL(`../examples/${name}`, import.meta.url));
      for (const columns of [least, 80, 120]) {
        const io = fakeIo({
          ...{ terminal: true, columns, env: { NO_COLOR: "1" } },
          files: { [name]: bytes },
        });
        await asChinese(() => main([...line.split(" "), "-r", name, "--lang", "zh"], io));
        // Names of the numbers of protocols are the same in all languages: (echo request).
        const text = (io.out() + io.err()).replaceAll(name, "").replaceAll(/\([a-z ]+\)/g, "");
        fits(text, columns);
        assertEquals(
          text.split("\n").filter((each) => WORDS.test(each)),
          [],
          `${name}, ${columns}`,
        );
      }
    }
  });
}

/** A command line in a text, options and what is quoted: the same in all languages. */
const TYPED = /netkit [a-z]+:?.*|deno run.*|"[^"]*"|--?[a-z].*/g;

/** English words of a text that are no value: none stands behind a mark of a name, or is one of a list. */
const LEFT = /(?<![-.:/\w=(])[a-z]{2,} (?!and |or )[a-z]{2,}(?![-.:/\w])/;

for (const name of ["habits.txt", "hints.txt"]) {
  Deno.test(`errors and hints of ${name} in letters of double width: 40, 80, 120 columns, no text but messages`, async () => {
    const lines = await transcript(name);
    for (const { args } of lines) {
      const isRefused = await refusalOf(args) !== null; // else it would be run
      if (!isRefused || args.some((arg) => /^--?(json|csv|log)/.test(arg))) continue;
      for (const columns of [40, 80, 120]) {
        const io = fakeIo({ terminal: true, columns, env: { NO_COLOR: "1" } });
        await asChinese(() => main([args[0]!, "--lang", "zh", ...args.slice(1)], io));
        for (const line of io.err().trimEnd().split("\n")) {
          const isCopied = /netkit |sudo |--\w/.test(line);
          assert(isCopied || width(line) <= columns, `${args.join(" ")}, ${columns}: ${line}`);
          const isInput = args.join(" ").includes(line.trim());
          if (!isInput) assert(!LEFT.test(line.replace(TYPED, "")), `${args.join(" ")}: ${line}`);
        }
      }
    }
  });
}

/** A machine with a server, a neighbour table and addresses. */
const MACHINE: FakeOptions = {
  interfaces: [
    { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0", mac: "00:00:00:00:00:00" },
    { name: "eth0", address: "192.0.2.7", netmask: "255.255.255.0", mac: "00:00:5e:00:53:07" },
    { name: "eth0", address: "2001:db8::7", netmask: "ffff:ffff:ffff:ffff::" },
  ],
  files: {
    "/proc/net/tcp": procRow(["127.0.0.1", 8000], ["0.0.0.0", 0], "0A", 11),
    "/proc/net/tcp6": "",
    "/proc/net/udp": "",
    "/proc/net/udp6": "",
    "/proc/4121/comm": "deno\n",
    "/proc/4121/cmdline": "deno\0run\0server.ts\0",
    "/proc/4121/status": "Name:\tdeno\nUid:\t0\t0\t0\t0\n",
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
    "/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
    "neighbours":
      "IP address       HW type     Flags       HW address            Mask     Device\n" +
      "192.0.2.1        0x1         0x2         00:00:5e:00:53:01     *        eth0\n" +
      "192.0.2.9        0x1         0x2         00:00:5e:00:53:01     *        eth0\n" +
      "192.0.2.3        0x1         0x0         00:00:00:00:00:00     *        eth0\n",
  },
  links: {
    "/proc/4121/fd/9": "socket:[11]",
    "/proc/4121/cwd": "/home/anna",
    "/proc/4121/exe": "/usr/bin/deno",
    "/proc/4121/ns/net": "net:[1]",
    "/proc/self/ns/net": "net:[1]",
  },
};

/** Command lines of the commands with tables, and the fewest columns: a drawn AND has 70, a heading 84. */
const TABLES: readonly (readonly [line: string, least?: number])[] = [
  ["ipinfo"],
  ["ipinfo 192.168.1.130/25"],
  ["ipinfo --explain 192.168.1.130/25", 80],
  ["ipinfo 2001:db8::7/64"],
  ["ipinfo --split 4 10.0.0.0/24", 84],
  ["ipinfo --hosts 100,50,2 10.0.0.0/24"],
  ["arp --read neighbours"],
  ["port"],
  ["port 8000"],
  ["port 443"],
  ["port --all"],
  ["ipinfo --map 10.0.0.0/24 10.0.0.0/26 10.0.0.192/27"],
  ["ipinfo --explain 2001:db8::7/64", 80],
  ["ipinfo --explain --hosts 100,50,2 10.0.0.0/24", 80],
  ["ipinfo --reverse-zones 10.0.0.128/26", 64],
  ["ipinfo --contains 10.1.2.3 10.0.0.0/8"],
  ["learn --list", 60],
  ["learn --lab --list", 60],
];

for (const [line, least = 40] of TABLES) {
  for (const columns of new Set([least, Math.max(least, 80), 120])) {
    Deno.test(`netkit ${line} in letters of double width: ${columns} columns, and no text but messages`, async () => {
      const io = fakeIo({ ...MACHINE, terminal: true, columns, env: { NO_COLOR: "1" } });
      await asChinese(() => main([...line.split(" "), "--lang", "zh"], io));
      const text = io.out() + io.err();
      assert(/[\uff21-\uff5a]/.test(text), text);
      fits(text, columns);
      assertEquals(text.split("\n").filter((each) => WORDS.test(each.replace(TYPED, ""))), []);
    });
  }
}
