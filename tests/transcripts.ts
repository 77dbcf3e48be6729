/**
 * The transcripts in the pages for users: each command is run, and says what the page shows.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { freePort } from "./free_port.ts";
import { capturing } from "./live_capture.ts";
import { needs, UNIX } from "./needs.ts";
import { type Entry, type Page, transcripts } from "./pages.ts";
import { netkit as runNetkit, RUN, type StartOptions, startServer } from "./processes.ts";
import { writeProgram } from "./written_program.ts";

const CAPTURING = await capturing();

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
"-j route show table all type unicast") echo '[{"dst":"default","gateway":"192.0.2.1","dev":"eth0"}]' ;;
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

/** The program of which the transcripts must be true. */
export type Program = StartOptions & { readonly run: readonly string[] };

/** What it takes to run the transcripts. */
const TRANSCRIPTS = [UNIX, "bash", "ncat", "curl"] as const;

/** netkit as it stands here, in a language. */
export function netkitIn(lang: "en" | "zh"): Program {
  return { run: RUN, env: { NETKIT_LANG: lang } };
}

/**
 * Declares tests that the transcripts of these pages are true of a program.
 *
 * @param name What they are called: the transcripts, and this.
 */
export function testTranscripts(
  name: string,
  pages: readonly Page[],
  program: () => Program | Promise<Program>,
): void {
  const seen = new Set<string>();
  // A page is a test of its own: all together would take more than half of what a test that waits may take.
  for (const page of pages) {
    // What several pages show is run once.
    const entries = transcripts(page.text).filter(({ command, output }) => {
      const key = `${command}\n${output}`;
      return !seen.has(key) && seen.add(key);
    });
    if (entries.length === 0) continue;
    Deno.test({
      name: `the transcripts ${name}: ${page.path}`,
      ...needs(...TRANSCRIPTS),
      fn: async (test) => await checkTranscripts(entries, await program(), test),
    });
  }
}

/** Servers for the commands of transcripts. Disposing of it stops those that were started. */
class Servers {
  readonly #program: Program;
  readonly #stack = new AsyncDisposableStack();
  #tcp?: ReturnType<typeof startServer>;
  #web?: Promise<string>;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Resolves to the server that has the default port in the transcripts. */
  tcp(): ReturnType<typeof startServer> {
    return this.#tcp ??= (async () => {
      // A port that nothing is to be said against.
      const { out } = await runNetkit(["port", "--free", `${freePort()}`], "", this.#program);
      return this.#stack.use(await startServer([], { ...this.#program, port: Number(out) }));
    })();
  }

  /** Resolves to the port of the server that has a page. */
  web(): Promise<string> {
    return this.#web ??= (async () => {
      const server = this.#stack.use(await startServer(["--web", "0"], this.#program));
      return (await server.says(/http:\/\/127\.0\.0\.1:(\d+)\/[,，]/))[1]!;
    })();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** The command whose output is the log of a server that runs during the others, of the same page. */
const SERVE = "netkit serve";

/** Runs the commands of a page, and compares what each says with what is shown. */
async function checkTranscripts(
  entries: readonly Entry[],
  program: Program,
  test: Deno.TestContext,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await writeProgram(`${folder}/arp`, ARP);
  await writeProgram(`${folder}/ip`, IP);
  await using servers = new Servers(program);
  const run = async (command: string): Promise<string> => {
    // In the transcripts the server has the default port; here it has one that was free.
    const here = command.replace(/netkit client$/, "$& $PORT").replaceAll("8000", "$PORT")
      .replaceAll("8080", "$WEB");
    const port = !here.includes("$PORT")
      ? ""
      : `${command.includes("--serve") ? freePort() : (await servers.tcp()).port}`;
    const web = here.includes("$WEB") ? await servers.web() : "";
    const prelude = `set -o pipefail; netkit() { "$DENO" ${program.run.join(" ")} "$@"; }\n`;
    const { stdout } = await new Deno.Command("bash", {
      args: ["-c", `${prelude}exec 2>&1\n${here}`],
      ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
      env: {
        DENO: Deno.execPath(),
        PORT: port,
        WEB: web,
        PATH: `${folder}:${Deno.env.get("PATH")}`,
        COLUMNS: "80",
        ...program.env,
      },
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    if (port === "") return said;
    return said.replaceAll(`:${port}`, ":8000")
      .replace(new RegExp(`(tcp port |TCP端口)${port}\\b`), (_, words) => `${words}8000`);
  };
  for (const { command, output } of entries) {
    if (command === SERVE) continue; // it is running; its output comes last
    await test.step({
      name: command,
      ...(command.includes("--serve") ? needs(CAPTURING) : {}),
      fn: async () => assertEquals(lasting(await run(command)), lasting(output)),
    });
  }
  const served = entries.find(({ command }) => command === SERVE);
  if (served !== undefined) {
    const server = await servers.tcp();
    await server.says(/ close /);
    await test.step(SERVE, () => {
      const log = server.err.replaceAll(`:${server.port}`, ":8000").split("\n").slice(0, 5);
      assertEquals(lasting(log.join("\n")), lasting(served.output.trimEnd()));
    });
  }
  await Deno.remove(folder, { recursive: true });
}
