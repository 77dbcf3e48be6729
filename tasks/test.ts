/**
 * `deno task test`, `deno task test-quick` and `deno task test-matrix`: the tests, the quick ones among
 * them, or those of every case against every other, and at their end a list of the tests that were
 * skipped, with the reason.
 *
 * A quick test starts no program and makes no network namespace: neither its file nor what that imports
 * from `tests/` and `bench/` does, and Deno does not allow it to.
 *
 * @module
 */
import { SHARED_BROWSER, startBrowser } from "../tests/browser_process.ts";
import { endProcess } from "../tests/waiting.ts";
import { count } from "../text/units.ts";

const ROOT = new URL("../", import.meta.url);
const TESTS = new URL("tests/", ROOT);

/**
 * Files that try all of something against all of something else, compare at random for long, or run again
 * for another language or for what is released: they have a task of their own, and CI runs it.
 */
export const MATRIX: readonly string[] = [
  "learn_matrix_test.ts", // takes the longest
  "address_sets_test.ts",
  "arp_robust_test.ts",
  "bundle_matrix_test.ts",
  "client_peers_test.ts",
  "command_rules_test.ts",
  "compare_tshark_test.ts",
  "compile_test.ts",
  "damaged_captures_test.ts",
  "filter_tshark_test.ts",
  "frame_options_tshark_test.ts",
  "frame_tshark_test.ts",
  "habit_lines_test.ts",
  "habits_test.ts",
  "hex_tools_test.ts",
  "hostile_servers_matrix_test.ts",
  "ipinfo_differential_test.ts",
  "lab_end_test.ts",
  "lesson_changes_test.ts",
  "linear_bytes_test.ts",
  "linear_parsers_test.ts",
  "linear_test.ts",
  "npm_registry_test.ts",
  "npm_test.ts",
  "packet_list_matrix_test.ts",
  "page_token_test.ts",
  "port_free_test.ts",
  "port_laboratory_test.ts",
  "port_names_matrix_test.ts",
  "protocols_test.ts",
  "reassembly_matrix_test.ts",
  "refusals_test.ts",
  "regex_test.ts",
  "robustness_test.ts",
  "serve_peers_test.ts",
  "tcp_kernel_test.ts",
  "trace_page_examples_test.ts",
  "transcripts_matrix_test.ts",
  "web_attacks_matrix_test.ts",
];

/** Files of which one takes several seconds: they are not quick. */
export const LONG: readonly string[] = [
  "arp_formats_test.ts",
  "http_conformance_test.ts",
  "lab_test.ts",
  "learn_test.ts",
  "lessons_test.ts",
  "limits_test.ts",
  "packet_list_test.ts",
  "paste_test.ts",
  "serve_test.ts",
  "talk_attacks_test.ts",
  "tcp_reset_test.ts",
  "tcp_test.ts",
  "trace_both_page_test.ts",
  "trace_test.ts",
  "upper_kernel_test.ts",
  "upper_message_test.ts",
  "web_attacks_test.ts",
  "web_room_test.ts",
  "web_test.ts",
  "websocket_conformance_test.ts",
];

/**
 * Files that take longest, or measure the memory of their isolate. They are started first, since one that
 * came last would keep all waiting; the others are joined (`joinFiles`).
 */
export const FIRST: readonly string[] = [
  "port_watch_test.ts",
  "transcripts_test.ts",
  "lessons_test.ts",
  "page_test.ts",
  "page_access_test.ts",
  "page_calls_test.ts",
  "web_test.ts",
  "lab_test.ts",
  "talk_test.ts",
  "tls_server_test.ts",
  "sockets_real_test.ts",
  "arp_real_test.ts",
  "client_test.ts",
  "trace_page_test.ts",
  "trace_page_hard_test.ts",
  "prompt_test.ts",
  "packet_list_test.ts",
  "web_attacks_test.ts",
  "talk_attacks_test.ts",
  "tcp_test.ts",
  "conformance_test.ts",
];

/** Files that run at a time where they compute and hardly wait: the quick ones, and the matrix. */
const COMPUTING_JOBS = navigator.hardwareConcurrency + 1;

/**
 * Files that run at a time: more than half of the time of a test is waiting, for a process, a browser, or
 * a minute of TIME-WAIT.
 */
const JOBS = 2 * navigator.hardwareConcurrency + 1;

/** Files into which those are joined that are not among the first: enough that none of them ends alone. */
const JOINED = 3 * JOBS;

/** Permissions of quick tests: all but starting programs. */
const QUICK_PERMISSIONS: readonly string[] = [
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys",
  "--no-prompt",
];

/** Seconds that the quick tests may take on two cores. */
const QUICK_SECONDS = 30;

/**
 * The ways in which a test starts a program: by itself, or by the piece that it tests; or calls the C library,
 * for which Deno has a permission as for programs.
 */
const STARTS_PROGRAM = /\bDeno\.Command\(|\bspawnSpooled\(|\bopenForeignSockets\(/;

/** Whether the module at `url`, or one that it imports from tests/ or bench/, starts programs. */
async function startsPrograms(url: URL, seen: Set<string>): Promise<boolean> {
  if (seen.has(url.href)) return false;
  seen.add(url.href);
  const text = await Deno.readTextFile(url);
  if (STARTS_PROGRAM.test(text)) return true;
  for (const [, path] of text.matchAll(/\bfrom "(\.[^"]+\.ts)"/g)) {
    const imported = new URL(path!, url);
    const isTesting = /^(tests|bench|tasks)\//.test(imported.href.slice(ROOT.href.length));
    if (isTesting && await startsPrograms(imported, seen)) return true;
  }
  return false;
}

/** Resolves to the names of the files of tests that are no matrix: the longest, then the rest in order. */
async function testNames(): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(TESTS), ({ name }) => name))
    .filter((name) => name.endsWith("_test.ts") && !MATRIX.includes(name)).sort();
  return [...FIRST, ...names.filter((name) => !FIRST.includes(name))];
}

/** Resolves to the paths of the files of which all tests are quick, relative to the project's folder. */
export async function quickFiles(): Promise<string[]> {
  const names = (await testNames()).filter((name) => !LONG.includes(name));
  const starts = await Promise.all(
    names.map((name) => startsPrograms(new URL(name, TESTS), new Set())),
  );
  return names.filter((_, i) => !starts[i]).map((name) => `tests/${name}`);
}

/** Returns a line for each reason in a list of reasons, the most frequent first. */
export function skippedLines(reasons: readonly string[]): string[] {
  const counts = Map.groupBy(reasons, (reason) => reason);
  return [...counts].map(([reason, { length }]) => ({ reason, length }))
    .toSorted((one, other) => other.length - one.length)
    .map(({ reason, length }) => `skipped: ${count(length, "test needs", "tests need")} ${reason}`);
}

/** Signals that end the tests; what was made for them is taken away then as well. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs `deno test` with these arguments; resolves to its exit code, and says what was skipped. */
async function test(
  args: readonly string[],
  jobs = JOBS,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const skipped = await Deno.makeTempFile();
  try {
    const child = new Deno.Command(Deno.execPath(), {
      // Types are checked by `deno task check`: here it would take half a minute, and of quick tests a third.
      args: ["test", "--parallel", "--no-check", ...args],
      cwd: ROOT,
      env: { DENO_JOBS: `${jobs}`, NETKIT_SKIPPED: skipped, ...env },
    }).spawn();
    const handlers = SIGNALS.map((signal) => [signal, () => endProcess(child, signal)] as const);
    for (const handler of handlers) Deno.addSignalListener(...handler);
    const { code } = await child.status;
    for (const handler of handlers) Deno.removeSignalListener(...handler);
    const reasons = (await Deno.readTextFile(skipped)).split("\n").slice(0, -1);
    for (const line of skippedLines(reasons)) print(line);
    return code;
  } finally {
    await Deno.remove(skipped);
  }
}

/**
 * Runs these tests, which share a browser: the start of one takes longer than most of what they do in it.
 */
async function testWithBrowser(args: readonly string[], jobs: number): Promise<number> {
  await using browser = await startBrowser().catch(() => null); // then each test says what it needs
  return await test(args, jobs, browser === null ? {} : { [SHARED_BROWSER]: browser.address });
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/**
 * Writes `count` files into `folder` that import these files of tests, and resolves to their paths. A file of
 * tests has an isolate of its own, which takes half a second of processor time; a quick test takes
 * milliseconds. In their order, neighbours come into different files: they often take as long as each other.
 */
async function joinFiles(
  folder: string,
  name: string,
  files: readonly string[],
  count: number,
): Promise<string[]> {
  return await Promise.all(Array.from({ length: Math.min(count, files.length) }, async (_, i) => {
    const path = `${folder}/${name}_${i + 1}_test.ts`;
    const urls = files.filter((_, k) => k % count === i).map((file) => new URL(file, ROOT).href);
    await Deno.writeTextFile(path, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
    return path;
  }));
}

async function quick(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const folder = await Deno.makeTempDir();
  let code;
  try {
    const files = await joinFiles(folder, "quick", await quickFiles(), COMPUTING_JOBS);
    code = await test(
      ["--config=deno.json", ...QUICK_PERMISSIONS, ...args, ...files],
      COMPUTING_JOBS,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const seconds = (performance.now() - start) / 1000;
  if (seconds > QUICK_SECONDS) {
    print(
      `it took ${seconds.toFixed(0)} s; on two idle cores ${QUICK_SECONDS} s must do: ` +
        "what takes longer belongs into LONG in tasks/test.ts",
    );
  }
  return code;
}

/** Runs all tests but the matrix. */
async function all(args: readonly string[]): Promise<number> {
  const quick = await quickFiles();
  const others = (await testNames()).slice(FIRST.length).map((name) => `tests/${name}`)
    .filter((file) => !quick.includes(file));
  const folder = await Deno.makeTempDir();
  try {
    const files = [
      ...FIRST.map((name) => `tests/${name}`),
      ...await joinFiles(folder, "joined", others, JOINED),
      ...await joinFiles(folder, "quick", quick, COMPUTING_JOBS),
    ];
    return await testWithBrowser(["--config=deno.json", "-A", ...args, ...files], JOBS);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [first, ...rest] = Deno.args;
  if (first === "--quick") Deno.exit(await quick(rest));
  if (first === "--matrix") {
    const files = MATRIX.map((name) => `tests/${name}`);
    Deno.exit(await testWithBrowser(["-A", ...rest, ...files], COMPUTING_JOBS));
  }
  const hasFiles = Deno.args.some((arg) => !arg.startsWith("-"));
  Deno.exit(await (hasFiles ? test(["-A", ...Deno.args]) : all(Deno.args)));
}
