import { assert, assertEquals } from "@std/assert";
import { needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** A lesson: what it prints, in this order, and which program it needs. */
interface Lesson {
  readonly prints: readonly RegExp[];
  readonly needs?: string;
}

const LESSONS: Readonly<Record<string, Lesson>> = {
  "1-conversation.sh": {
    prints: [
      /^\$ printf .* \| netkit client 127\.0\.0\.1:\d+\nHELLO\nSTRASSE\n/m,
      / connect 127\.0\.0\.1:\d+\n/,
      / write {3}6 B {2}"hello\\n"\n(.*\n)*?HELLO\n/,
      / shutdown\n.* read {4}0 B\n.* close /,
      /^\$ cat log\n.* socket .*\n.* bind .*\n.* listen .*\n.* accept {2}#1 /m,
      / accept {2}#2 (.*\n)*.* read .* 0 B\n.* close .* 14 B in, 14 B out, .*\n$/,
    ],
  },
  "2-half-close.sh": {
    prints: [
      /^\$ yes .* \| wc -c\n *1000000\n/m,
      /"event":"shutdown"\n"event":"read"\n"event":"close"\n/,
      / read .* 0 B\n.* close .* 976\.6 KiB in, 976\.6 KiB out, .*\n$/,
    ],
  },
  "3-simultaneous-close.sh": {
    prints: [
      / CLOSING +│◀─+ FIN,ACK seq=6 ack=6 ─+┤ FIN-WAIT-1\n +│ +simultaneous close +│\n/,
      / TIME-WAIT +│◀─+ ACK ack=7 ─+┤ CLOSING\n/,
      /^packet 8\n.* tcp\.seq_raw +1496143036\n/m,
      /^packet 9\n(.*\n)?.* tcp\.ack_raw +1496143036\n/m,
      /^packet 11\n(.*\n)?.* tcp\.ack_raw +1496143037\n/m,
    ],
  },
  "4-subnets.sh": {
    prints: [
      /\nnetwork {5}192\.168\.10\.0\/24 .* \| 00000000\n/,
      /\n192\.168\.10\.160\/28 .*\.161 - \.174 +\.175 +14 +4\n/,
      /\n\[A+B+C+\.+\]\n/,
      /\n\$ netkit ipinfo --next \/26 .*\n192\.168\.10\.192\/26\n/,
      /\n192\.168\.10\.128\/27 contains 192\.168\.10\.130\n$/,
    ],
  },
  "5-port.sh": {
    prints: [
      /^netkit serve: cannot listen on 127\.0\.0\.1:(\d+): address already in use\n(.*\n)+?\(exit status 2\)\n/m,
      /^(\d+)\/tcp .*\n(.*\n)*?held by .* pid \d+(.*\n)+?.* 127\.0\.0\.1:\1 LISTEN\nIPv4 {7}held\n(.*\n)+?to free it kill \d+\n/m,
      /^\$ netkit port --free\n\d+\n/m,
      /^\d+\/tcp .*\n(.*\n)*?free {7}bound 0\.0\.0\.0 and \[::\] just now\n/m,
    ],
  },
  "6-load-balancer.sh": {
    needs: "haproxy",
    prints: [
      /\nQUESTION 1\nQUESTION 2\nQUESTION 3\nQUESTION 4\n/,
      / accept {2}#\d+ 127\.0\.0\.1:\d+ by way of 127\.0\.0\.1:\d+\n/,
      /\nQUESTION 5\nQUESTION 6\nQUESTION 7\nQUESTION 8\nQUESTION 9\nQUESTION 10\n/,
      / drain .*\n.* stop /, // how many are still open then is a matter of moments
    ],
  },
};

const scripts = (await Array.fromAsync(Deno.readDir(EXAMPLES)))
  .map(({ name }) => name).filter((name) => name.endsWith(".sh")).sort();

Deno.test("the README leads through every lesson in examples/", async () => {
  for (const file of ["README.md", "README.zh-CN.md"]) {
    const readme = await Deno.readTextFile(new URL(`../${file}`, EXAMPLES));
    const linked = [...readme.matchAll(/\]\(examples\/([^)]*\.sh)\)/g)].map(([, name]) => name);
    assertEquals(linked, scripts, file);
  }
});

for (const name of scripts) {
  const lesson = LESSONS[name];
  Deno.test({
    name: `examples/${name} prints what it teaches`,
    ...needs(UNIX, ...(lesson?.needs === undefined ? [] : [lesson.needs])),
    fn: async () => {
      assert(lesson, "no test says what it prints");
      const { code, out, err } = await runScript(name);
      assertEquals([code, err], [0, ""], out);
      let at = 0;
      for (const pattern of lesson.prints) {
        const found = out.slice(at).match(pattern);
        assert(found, `no ${pattern} in ${out.slice(at)}`);
        at += found.index! + 1;
      }
    },
  });
}

/** Runs a lesson as somebody does who has Deno and no netkit. */
async function runScript(name: string) {
  const cwd = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [new URL(name, EXAMPLES).pathname],
      cwd,
      env: {
        PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`,
        COLUMNS: "80",
        NETKIT_PORT: `${freePort()}`,
      },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test({
  name: "the lessons are clean for shellcheck",
  ...needs("shellcheck"),
  fn: async () => {
    const { code, stdout } = await new Deno.Command("shellcheck", {
      // What is between quotation marks is run later, and what one file sets another one uses.
      args: ["-x", "-P", ".", "-e", "SC2016,SC2034", "-s", "sh", "setup", ...scripts],
      cwd: EXAMPLES,
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""]);
  },
});
