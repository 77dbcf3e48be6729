import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { main } from "../main.ts";
import { speak } from "../cli/language.ts";
import { type CheckResult, formatCheck } from "../client/check_result.ts";
import type { ServerEvent } from "../server/events.ts";
import { describe } from "../server/event_text.ts";
import { listed, t, translateNumbered } from "../text/messages.ts";
import { fakeIo, type FakeOptions } from "./fakes.ts";
import { readModules } from "../tasks/module_graph.ts";
import { netkit } from "./processes.ts";

/** Runs netkit in a fake system; resolves to its exit code and what it has printed. */
async function run(args: readonly string[], options: FakeOptions = {}) {
  const io = fakeIo(options);
  try {
    return { code: await main(args, io), out: io.out(), err: io.err() };
  } finally {
    await speak("en");
  }
}

const UTF8 = { LANG: "zh_CN.UTF-8" };

/** Locales, the languages of their environment, and the language in which netkit speaks. */
const LOCALES: readonly (readonly [options: FakeOptions, args: string, language: "en" | "zh"])[] = [
  [{}, "", "en"],
  [{ language: "zh-CN", env: UTF8 }, "", "zh"],
  [{ language: "zh-TW", env: { LANG: "zh_TW.UTF-8" } }, "", "zh"],
  [{ language: "zh-HK", env: { LC_ALL: "zh_HK.UTF-8" } }, "", "zh"],
  [{ language: "zh-CN" }, "", "zh"], // macOS, Windows; or the environment may not be read
  [{ language: "zh-CN", env: { LANG: "zh_CN.GBK" } }, "", "en"],
  [{ language: "zh-CN", env: { LANG: "zh_CN.GBK" } }, "--lang zh", "zh"],
  [{ language: "zh-CN", env: { LANG: "zh_CN.UTF-8", LC_ALL: "C" } }, "", "en"],
  [{ language: "zh-CN", env: { ...UTF8, TERM: "linux" } }, "", "en"],
  [{ language: "de-DE", env: { LANG: "de_DE.UTF-8" } }, "", "en"],
  [{ language: "zh-CN", env: { ...UTF8, NETKIT_LANG: "en" } }, "", "en"],
  [{ env: { NETKIT_LANG: "zh" } }, "", "zh"],
  [{ env: { NETKIT_LANG: "zh_CN.UTF-8" } }, "", "zh"],
  [{ language: "zh-CN", env: { ...UTF8, NETKIT_LANG: "tlh" } }, "", "zh"],
  [{ env: { NETKIT_LANG: "zh" } }, "--lang en", "en"],
  [{ language: "zh-CN", env: UTF8 }, "--lang=en", "en"],
  [{}, "--lang zh", "zh"],
  [{}, "--lang=zh-Hans", "zh"],
];

Deno.test("arp has the marks of the language between the sources that it cannot read", async () => {
  const { code, err } = await run(["arp"], { language: "zh-CN", env: UTF8 });
  assertEquals(code, 2);
  assertStringIncludes(err, " 无法读取邻居表：arp -an：没有安装；ip -j neigh：没有安装；");
});

for (const [options, args, language] of LOCALES) {
  const { env = {} } = options;
  const where = [options.language, ...Object.entries(env).map((each) => each.join("="))].join(" ");
  Deno.test(`netkit speaks ${language} in ${where || "no locale"} with ${args || "no option"}`, async () => {
    const words = args.split(" ").filter(Boolean);
    const usage = language === "zh" ? "\n用法：" : "\nusage:";
    for (const line of [[...words, "--help"], ["--help", ...words], [...words, "help", "arp"]]) {
      const { code, out } = await run(line, options);
      assertEquals(code, 0);
      assertStringIncludes(out, usage);
    }
    const refused = language === "zh" ? "未知选项：--nonsense" : "unknown option --nonsense";
    for (const line of [[...words, "arp", "--nonsense"], ["arp", "--nonsense", ...words]]) {
      const { code, err } = await run(line, options);
      assertEquals(code, 2);
      assertStringIncludes(err, refused);
    }
  });
}

Deno.test("--lang is refused without a language, with an unknown one, and twice; behind -- it is no option", async () => {
  const cases = [
    ["--lang", "--lang needs a value: --lang LANGUAGE"],
    ["arp --lang=", "--lang needs a value: --lang LANGUAGE"],
    ["--lang arp", '--lang: "arp" is no language of netkit\'s'],
    ["--lang en arp --lang zh", "--lang is given twice"],
  ];
  for (const [line, text] of cases) {
    const { code, err } = await run(line!.split(" "));
    assertEquals(code, 2);
    assertStringIncludes(err, `netkit: ${text}`);
  }
  const { err } = await run(["arp", "--", "--lang"]);
  assert(!err.includes("needs a value"), err);
});

Deno.test("what programs read is English in every locale: --json, --csv, --log json", async () => {
  const options = { language: "zh-CN", env: UTF8 };
  const english = await run(["ipinfo", "--json", "192.168.1.130/25", "x"]);
  assertEquals(await run(["ipinfo", "--json", "192.168.1.130/25", "x"], options), english);
  assertEquals(
    await run(["ipinfo", "--csv", "192.168.1.130/25"], options),
    await run(["ipinfo", "--csv", "192.168.1.130/25"]),
  );
  const { err } = await run(["ipinfo", "--json", "--nonsense"], options);
  assertStringIncludes(err, "未知选项");
});

Deno.test("frame -r says in every language that a file is neither a capture nor a dump", async () => {
  for (const [lang, hint] of [["en", "neither a capture (pcap"], ["zh", "既不是抓包文件（pcap"]]) {
    const { err } = await run(["frame", "-r", "-", "--lang", lang!], { stdin: "zzzz\n" });
    assertStringIncludes(err, hint!);
  }
});

Deno.test("English loads no catalogue, and no module to choose a language", async () => {
  const modules = await readModules();
  for (const path of ["text/zh_CN.json", "cli/language.ts"]) {
    const importers = modules.flatMap(({ dependencies = [] }) =>
      dependencies.filter(({ code }) => code?.specifier.endsWith(`/${path}`))
    );
    assertEquals(importers.map(({ isDynamic }) => isDynamic), [true], path);
  }
});

Deno.test("a process speaks Chinese by its locale, also without the permission to read the environment", async () => {
  const env = { NETKIT_LANG: "", LANG: "zh_CN.UTF-8" };
  const { err } = await netkit(["arp", "--nonsense"], "", { env });
  assertStringIncludes(err, "netkit arp: 未知选项：--nonsense");
  const wrap = (words: readonly string[]) =>
    words.filter((word) => word !== "-A").toSpliced(2, 0, "--no-prompt", "--allow-read");
  const left = await netkit(["arp", "--nonsense"], "", { env, wrap });
  assertStringIncludes(left.err, "未知选项");
});

Deno.test("speak() changes the language of messages, and back", async () => {
  await speak("zh");
  assertEquals(t`connection refused`, "连接被拒绝 (connection refused)");
  await speak("en");
  assertEquals(t`connection refused`, "connection refused");
});

Deno.test("listed() has in Chinese one word before the last, in English one before each", async () => {
  const words = ["--udp", "--icmp", "--arp"];
  assertEquals(listed(words, "or"), "--udp or --icmp or --arp");
  assertEquals(listed(words, "and"), "--udp and --icmp and --arp");
  await speak("zh");
  try {
    assertEquals(listed(words, "or"), "--udp、--icmp或--arp");
    assertEquals(listed(words, "and"), "--udp、--icmp和--arp");
    assertEquals(listed(["--udp"], "or"), "--udp");
  } finally {
    await speak("en");
  }
});

Deno.test("a reason with a number in it is said in Chinese, and in JSON in English", async () => {
  const event: ServerEvent = {
    ...{ event: "refuse", connection: 3, peer: "127.0.0.1:9", protocol: "HTTP" },
    reason: "its address has more than 64 unfinished requests",
  };
  await speak("zh");
  try {
    assertEquals(describe(event, 80), "#3 127.0.0.1:9  它的地址有超过64个未完成的请求");
    assertEquals(translateNumbered("this is no HTTP/1.1"), "这不是HTTP/1.1");
    assertEquals(translateNumbered("7 of nothing"), "7 of nothing");
  } finally {
    await speak("en");
  }
  assertStringIncludes(describe(event, 80), event.reason);
});

Deno.test("client --check shows a certificate in Chinese, its rows aligned", async () => {
  const result: CheckResult = {
    ...{ endpoint: "a:443", state: "open", peer: null, reason: null, alpn: null, lookUp: null },
    ...{ connect: null, handshake: null, at: Date.UTC(2026, 0, 1) },
    certificate: {
      ...{ subject: "CN=a", names: ["a", "b"], issuer: "CN=a", protocol: "TLSv1.3" },
      ...{ notBefore: 0, notAfter: Date.UTC(2026, 0, 3), fingerprint: "", serial: "" },
    },
  } as unknown as CheckResult;
  await speak("zh");
  try {
    assertEquals(formatCheck(result).split("\n"), [
      "open a:443",
      "  主体    CN=a",
      "  名称    a, b",
      "  签发者  CN=a（自签）",
      "  到期    2026-01-03T00:00:00Z，还剩2天",
      "  TLS     TLSv1.3",
    ]);
  } finally {
    await speak("en");
  }
});

/** Command lines with a list or an example in what netkit says, and that in Chinese. */
const IN_CHINESE: readonly (readonly [line: string, said: string])[] = [
  ["frame --udp --icmp --arp x", "--udp、--icmp和--arp不能同时用"],
  ["ipinfo --merge --exclude 10.0.0.0/8 x", "--merge和--exclude不能同时用"],
  ["ipinfo ::ffff:010.8.8.8", "请写：::ffff:8.8.8.8或::ffff:10.8.8.8"],
  ["ipinfo 08.8.8.8", "按八进制是无效地址（inet_aton的读法）"],
  ["trace -r examples/lost-syn.pcap -i lo", "-r和-i不能同时用"],
  ["ipinfo --map 10.0.0.0/24 10.0.0.0/25", "空闲"],
  ["client 127.0.0.1:80 --port 81", "不是--port所需的主机：它自己已经写了端口"],
];

for (const [line, said] of IN_CHINESE) {
  Deno.test(`netkit ${line} says in Chinese ${said}`, async () => {
    const { out, err } = await run([...line.split(" "), "--lang", "zh"]);
    assertStringIncludes(out + err, said);
  });
}
