import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { formatNetwork } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { parseRule, readRules } from "../server/access_rules.ts";
import { fakeIo } from "./fakes.ts";
import { needs, UNIX } from "./needs.ts";
import { netkit, startServer } from "./processes.ts";
import { exchangeText } from "./servers.ts";

/** Returns a rule in words. */
function wordsOf(text: string): string {
  const rule = parseRule(text);
  if ("file" in rule) return `file ${rule.file}`;
  return "host" in rule ? `host ${rule.host}` : formatNetwork(rule.network);
}

const RULES: readonly (readonly [text: string, rule: string])[] = [
  ["192.0.2.0/24", "192.0.2.0/24"],
  ["2001:db8::/32", "2001:db8::/32"],
  ["::1", "::1/128"],
  ["cafe::", "cafe::/128"],
  ["localhost", "host localhost"],
  ["cafe", "host cafe"],
  ["a.bc", "host a.bc"],
  ["3com.example", "host 3com.example"],
  ["@rules", "file rules"],
  ["@/etc/a b", "file /etc/a b"],
];

for (const [text, rule] of RULES) {
  Deno.test(`parseRule() reads ${text} as ${rule}`, () => assertEquals(wordsOf(text), rule));
}

// A network that is misread as a name would never resolve, or let the wrong ones in.
for (
  const text of [
    ...[
      "",
      "@",
      "10",
      "10.0.0.0/255.0.0.0",
      "192.168.1",
      "0x0a000000",
      "0x0a000000/8",
      "1.2.3.4.5",
    ],
    ...["example.com/24", "example.com:80", "fe80::1%eth0", "0177.0.0.1", "*.example.com", "a b"],
  ]
) {
  Deno.test(`parseRule() takes ${JSON.stringify(text)} for no name`, () => {
    assertThrows(() => parseRule(text), ParseError);
  });
}

const FILE = "\ufeff# the office\n192.0.2.0/24\r\n\n  2001:db8::/32 , 10.0.0.1  # two\nlocalhost\n";

Deno.test("readRules() reads networks, names and files, with remarks and any white space", async () => {
  const io = fakeIo({ files: { "/rules": FILE } });
  const found = await readRules("allow", ["198.51.100.7", "@/rules"], io);
  const texts = found.map(formatNetwork);
  assertEquals(texts.slice(0, 4), [
    "198.51.100.7/32",
    "192.0.2.0/24",
    "2001:db8::/32",
    "10.0.0.1/32",
  ]);
  const local = texts.slice(4);
  assert(local.length > 0 && local.every((each) => ["127.0.0.1/32", "::1/128"].includes(each)));
});

const WRONG: readonly (readonly [file: string, says: RegExp])[] = [
  ["10\n", /^--deny: \/rules, line 1: "10" is not a network/],
  ["::1\n# x\n192.0.2.0/33\n", /^--deny: \/rules, line 3: /],
  ["@/other", /^--deny: \/rules, line 1: a file has no other files in it/],
  ["no-such-host.invalid", /^cannot find no-such-host\.invalid for --deny: /],
];

for (const [file, says] of WRONG) {
  Deno.test(`readRules() says where ${JSON.stringify(file)} is wrong`, async () => {
    const io = fakeIo({ files: { "/rules": file } });
    const error = await readRules("deny", ["@/rules"], io).then(() => null, (error) => error);
    assert(error instanceof UserError);
    assertMatch(error.message, says);
    assertEquals(error.exit, 2);
  });
}

Deno.test({
  name: "netkit serve --allow and --deny take names and files; a file without a rule allows nobody",
  ...needs(UNIX),
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/here`, "127.0.0.0/8\n");
    await Deno.writeTextFile(`${folder}/none`, "# nobody\n");
    const cases: readonly (readonly [args: readonly string[], answered: boolean])[] = [
      [["--allow", "localhost"], true],
      [["--deny", "localhost"], false],
      [["--allow", `@${folder}/here`], true],
      [["--allow", `@${folder}/here`, "--deny", "localhost"], false],
      [["--allow", `@${folder}/none`], false],
      [["--deny", `@${folder}/none`], true],
      [["--allow", "192.0.2.1", "--allow", `@${folder}/here`], true],
    ];
    for (const [args, answered] of cases) {
      await using server = await startServer(args);
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
      const answer = await exchangeText(conn, "x").catch(() => "");
      assertEquals(answer, answered ? "X" : "", args.join(" "));
    }
    const { code, err } = await netkit(["serve", "--allow", `@${folder}/nothing`, "0"]);
    assertEquals(code, 2);
    assertMatch(err, /^netkit serve: cannot read \S+\/nothing for --allow: no such file/);
    await Deno.remove(folder, { recursive: true });
  },
});
