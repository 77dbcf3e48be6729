import { assert, assertEquals, assertMatch } from "@std/assert";
import { PAGES as REFERENCES, referencePage } from "../tasks/reference.ts";
import { loadNetkit } from "../main.ts";
import { makeBundle } from "./bundle.ts";
import { capturing } from "./live_capture.ts";
import { needs, UNIX } from "./needs.ts";
import {
  CHINESE,
  ENGLISH,
  headings,
  links,
  type Page,
  PAGES,
  textOf,
  transcripts,
} from "./pages.ts";
import { freePort, netkit as runNetkit, RUN, type StartOptions, startServer } from "./processes.ts";

const CAPTURING = await capturing();

const netkit = await loadNetkit();

for (const reference of REFERENCES) {
  Deno.test(`${reference.path} is current`, async () => {
    const current = await referencePage(netkit, reference);
    assertEquals(current === textOf(reference.path), true, "run: deno task readme");
  });
}

Deno.test("README.md has at most 400 lines, in each language", () => {
  for (const { path, text } of [ENGLISH[0]!, CHINESE[0]!]) {
    assert(text.split("\n").length <= 401, path);
  }
});

Deno.test("README.md names the commands for a machine that has only Node, with the Deno of CI", async () => {
  const ci = await Deno.readTextFile(new URL("../.ci/run", import.meta.url));
  const [deno] = ci.match(/npx -y deno@[\d.]+/)!;
  const commands = ["serve --web", "client"].map((each) => `run -A main.ts ${each}`);
  for (const command of [...commands, "task test", "task test-quick"]) {
    for (const { path, text } of [ENGLISH[0]!, CHINESE[0]!]) {
      assert(text.includes(`\n${deno} ${command}\n`), `${path}: ${deno} ${command}`);
    }
  }
});

Deno.test("docs/permissions.md lists the permissions of every command, in each language", () => {
  for (const path of ["docs/permissions.md", "docs/zh-CN/permissions.md"]) {
    for (const command of netkit.commands) {
      const row = textOf(path).split("\n").find((line) => line.startsWith(`| \`${command.name}\``));
      for (
        const flag of command.permissions.join(" ").match(/--allow-[a-z]+(=[a-zA-Z,]+)?/g) ?? []
      ) {
        assert(row?.includes(flag), `${path}: ${command.name}: ${flag}`);
      }
    }
  }
});

Deno.test("every command has its page", () => {
  for (const { name } of netkit.commands) textOf(`docs/${name}.md`); // throws
});

/** Returns the files to which a page links, by their paths from the project's folder. */
function linkedFiles({ path, text }: Page): string[] {
  return links(text).map((link) => new URL(link, `file:///${path}`).pathname.slice(1));
}

Deno.test("both languages have the same pages with the same sections, linked both ways", () => {
  const paths = ENGLISH.map(({ path }) => path);
  const inChinese = (path: string) =>
    path === "README.md" ? "README.zh-CN.md" : path.replace("docs/", "docs/zh-CN/");
  assertEquals(CHINESE.map(({ path }) => path), paths.map(inChinese));
  for (const page of ENGLISH) {
    const other = CHINESE.find(({ path }) => path === inChinese(page.path))!;
    const levels = ({ text }: Page) => headings(text).map(({ level }) => level);
    assertEquals(levels(other), levels(page), page.path);
    assert(linkedFiles(page).includes(other.path), `${page.path} does not link to ${other.path}`);
    assert(linkedFiles(other).includes(page.path), `${other.path} does not link to ${page.path}`);
  }
});

Deno.test("README.md leads to every page of docs/, and every page back, in each language", () => {
  for (const [face, ...pages] of [ENGLISH, CHINESE]) {
    for (const page of pages) {
      assert(linkedFiles(face!).includes(page.path), `${face!.path}: ${page.path}`);
      assert(linkedFiles(page).includes(face!.path), `${page.path}: ${face!.path}`);
    }
  }
});

/** Returns the anchors that GitHub gives to the headings of a Markdown text. */
function anchors(markdown: string): string[] {
  return headings(markdown).map(({ title }) =>
    title.toLowerCase().replace(/[^\p{L}\p{N}\p{M}\-_ ]/gu, "").replaceAll(" ", "-")
  );
}

for (const file of [...PAGES.map(({ path }) => path), "bench/README.md", "CHANGELOG.md"]) {
  Deno.test(`the links in ${file} lead somewhere`, async () => {
    const base = new URL(`../${file}`, import.meta.url);
    const text = await Deno.readTextFile(base);
    for (const link of links(text)) {
      const target = new URL(link, base);
      const anchor = decodeURIComponent(target.hash.slice(1));
      target.hash = "";
      const found = await Deno.stat(target).catch(() => null);
      assert(found, link);
      if (anchor) assert(anchors(await Deno.readTextFile(target)).includes(anchor), link);
    }
  });
}

/** An `arp` that knows three neighbours, so that the transcript is the same everywhere. */
const ARP = `#!/bin/sh
cat <<END
? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0
? (192.0.2.7) at <incomplete> on eth0
? (192.0.2.9) at 00:00:5e:00:53:09 [ether] PERM on eth0
END
`;

/** The neighbours that `ip` knows. */
const NEIGHBOURS = [
  { dst: "192.0.2.1", dev: "eth0", lladdr: "00:00:5e:00:53:01", state: ["REACHABLE"] },
  { dst: "192.0.2.7", dev: "eth0", state: ["FAILED"] },
  { dst: "192.0.2.9", dev: "eth0", lladdr: "00:00:5e:00:53:09", state: ["PERMANENT"] },
  { dst: "2001:db8::9", dev: "eth0", lladdr: "00:00:5e:00:53:09", state: ["STALE"] },
];

/** An `ip` that knows their states, one neighbour more, and the gateway. */
const IP = `#!/bin/sh
case "$*" in
"-j neigh") echo '${JSON.stringify(NEIGHBOURS)}' ;;
"-j route") echo '[{"dst":"default","gateway":"192.0.2.1","dev":"eth0"}]' ;;
*) echo '[]' ;;
esac
`;

/**
 * Returns `text` without what is another one each time: times of day, ports of clients, durations, and
 * of the server its process and its port's name.
 */
function lasting(text: string): string {
  return text
    .replace(
      /^\d+\/tcp +(registered \(1024–49151\)|登记端口（1024–49151）).*\n(?: {11}.*\n)?(?=held|占用者)/gm,
      "PORT $1\n",
    )
    .replace(
      /(held by +deno, pid |占用者 +deno，pid |被deno，pid )\d+(, user \S+: .*|，用户.*|(?:占用)? \(.*\))(?:\n {11}(?!127).*)*/g,
      "$1PID",
    )
    .replace(/(:8000 LISTEN);.*/g, "$1")
    .replace(/(kill |next free {2}|下一个空闲 )\d+/g, "$1NUMBER")
    .replace(/; \d+ is free|；\d+是空闲的/g, "; PORT is free")
    .replace(/^\d\d:\d\d:\d\d\.\d{3}/gm, "TIME")
    .replace(/(#\d+ +127\.0\.0\.1:)\d+/g, "$1PORT")
    .replace(/^ +\d+\.\d{6}(?= )/gm, "SECONDS")
    // At which segment the receiver's state is known, and whether an ACK and a FIN travel together,
    // depends on how busy the machine is.
    .replace(
      /^(?:capturing on|正在)[^]*?FIN-WAIT-1.*\n[^]*/,
      (live) => live.slice(0, live.search(/.*FIN-WAIT-1/)).replace(/ (LISTEN|SYN-RECEIVED)$/gm, ""),
    )
    .replace(/\b[\d.]+ m?s$/gm, "DURATION");
}

/** What it takes to run the transcripts. */
const TRANSCRIPTS = [UNIX, "bash", "ncat", "curl"] as const;

for (
  const [name, pages, lang] of [["English", ENGLISH, "en"], ["Chinese", CHINESE, "zh"]] as const
) {
  Deno.test({
    name: `the transcripts in ${name} are true`,
    ...needs(...TRANSCRIPTS),
    fn: (test) => checkTranscripts(pages, { run: RUN, env: { NETKIT_LANG: lang } }, test),
  });
}

Deno.test({
  name: "the transcripts are true of the bundle, alone in an empty folder",
  ...needs(...TRANSCRIPTS),
  fn: async (test) => {
    await using bundle = await makeBundle();
    // What the transcripts read.
    await Deno.symlink(new URL("../examples", import.meta.url), `${bundle.cwd}/examples`);
    await checkTranscripts(ENGLISH, bundle, test);
  },
});

Deno.test("README.md has a transcript of every command", () => {
  const lines = transcripts(textOf("README.md")).map(({ command }) => command).join("\n");
  for (const { name } of netkit.commands) assertMatch(lines, new RegExp(`\\bnetkit ${name}\\b`));
});

/** Runs the commands of all transcripts of `pages`; one that several pages show, once. */
async function checkTranscripts(
  pages: readonly Page[],
  program: StartOptions & { readonly run: readonly string[] },
  test: Deno.TestContext,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/arp`, ARP, { mode: 0o755 });
  await Deno.writeTextFile(`${folder}/ip`, IP, { mode: 0o755 });
  // A port that nothing is to be said against.
  const { out: free } = await runNetkit(["port", "--free", "20000"], "", program);
  await using server = await startServer([], { ...program, port: Number(free) });
  await using second = await startServer(["--web", "0"], program);
  const [, web] = await second.says(/http:\/\/127\.0\.0\.1:(\d+)\/[,，]/);
  const run = async (command: string): Promise<string> => {
    const port = `${command.includes("--serve") ? freePort() : server.port}`;
    const prelude = `set -o pipefail; netkit() { "$DENO" ${program.run.join(" ")} "$@"; }\n`;
    // In the transcripts the server has the default port; here it has one that was free.
    const here = command.replace(/netkit client$/, "$& $PORT").replaceAll("8000", "$PORT")
      .replaceAll("8080", "$WEB");
    const { stdout } = await new Deno.Command("bash", {
      args: ["-c", `${prelude}exec 2>&1\n${here}`],
      ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
      env: {
        DENO: Deno.execPath(),
        PORT: port,
        WEB: web!,
        PATH: `${folder}:${Deno.env.get("PATH")}`,
        COLUMNS: "80",
        ...program.env,
      },
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout).replaceAll(`:${port}`, ":8000")
      .replace(new RegExp(`(tcp port |TCP端口)${port}\\b`), (_, words) => `${words}8000`);
  };
  const entries = pages.flatMap(({ path, text }) =>
    transcripts(text).map((entry) => ({ path, ...entry }))
  );
  const done = new Set<string>();
  const served = entries.find(({ command }) => command === "netkit serve")!;
  for (const { path, command, output } of entries) {
    if (command === served.command) continue; // it is running; its output comes last
    if (done.has(command + output)) continue;
    done.add(command + output);
    const fn = async () => assertEquals(lasting(await run(command)), lasting(output));
    await test.step({
      name: `${path}: ${command}`,
      ...(command.includes("--serve") ? needs(CAPTURING) : {}),
      fn,
    });
  }
  await server.says(/ close /);
  await test.step(served.command, () => {
    const log = server.err.replaceAll(`:${server.port}`, ":8000").split("\n").slice(0, 5);
    assertEquals(lasting(log.join("\n")), lasting(served.output.trimEnd()));
  });
  await Deno.remove(folder, { recursive: true });
}
