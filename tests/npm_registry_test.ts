import { assertEquals } from "@std/assert";
import { makePackage, packageOf } from "../tasks/npm.ts";
import { makeCertificate, makeSignedCertificate } from "./certificates.ts";
import { needs, UNIX } from "./needs.ts";
import { NETWORKS } from "./networks.ts";
import { type Package, readPackage, type Registry, startRegistry } from "./registry.ts";
import { GUARD } from "./waiting.ts";

/** The packages of Deno that npm installs here: the launcher, and the program. */
const DENO_PACKAGES = ["deno", `@deno/${platformOfDeno()}`].map((name) =>
  `${name}@${(packageOf(null).dependencies as { deno: string }).deno}`
);

function platformOfDeno(): string {
  const { os, arch } = Deno.build;
  return `${os}-${arch === "aarch64" ? "arm64" : "x64"}${os === "linux" ? "-glibc" : ""}`;
}

/** Runs a program to its end; in its environment are `PATH` and these variables alone. */
async function run(words: readonly string[], cwd: string, env: Record<string, string>) {
  const [program, ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd,
    env: { PATH: Deno.env.get("PATH")!, ...env },
    clearEnv: true,
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Packs netkit and Deno in `folder`, Deno as npm has it; resolves to the packages. */
async function packAll(folder: string): Promise<Package[]> {
  await makePackage(new URL(`file://${folder}/package/`), null);
  const pack = ["npm", "pack", "--prefer-offline", "--pack-destination", folder];
  const packed = await run(
    [...pack, `${folder}/package`, ...DENO_PACKAGES],
    folder,
    Deno.env.toObject(),
  );
  assertEquals(packed.code, 0, packed.err);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return await Promise.all(
    files.filter((name) => name.endsWith(".tgz")).map((name) => readPackage(`${folder}/${name}`)),
  );
}

/**
 * Makes the environment of somebody who has installed nothing yet, and knows no registry but this one.
 */
async function emptyHome(home: string, registry: Registry): Promise<Record<string, string>> {
  await Deno.mkdir(home);
  return {
    HOME: home,
    npm_config_registry: registry.url,
    npm_config_globalconfig: "/dev/null", // it may have an authority of its own
    npm_config_fetch_retries: "0",
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
  };
}

/** Asserts that a program prints what `netkit ipinfo` prints of an address. */
async function assertRuns(words: readonly string[], cwd: string, env: Record<string, string>) {
  const { code, out, err } = await run([...words, "ipinfo", "--json", "192.0.2.1/24"], cwd, env);
  assertEquals(code, 0, err);
  assertEquals(JSON.parse(out).network.broadcast, "192.0.2.255");
}

/** A server and a client of the program that is `$0`, in a network of their own; the answer is the output. */
const CONVERSATION = `
  ip link set lo up
  mkfifo said
  "$0" serve 7000 2>said & server=$!
  exec 4<said
  while read -r line <&4; do case $line in *" listen "*) break ;; esac; done
  echo hello | "$0" client 7000
  kill $server
  wait $server`;

Deno.test("the npm package comes from a mirror, or from behind an authority of one's own", {
  ...needs("npm", "tar", "openssl", UNIX, NETWORKS),
  timeout: 4 * GUARD, // npm fetches Deno, where it has none yet
}, async (test) => {
  const folder = await Deno.makeTempDir();
  try {
    const packages = await packAll(folder);
    assertEquals(packages.length, 3);

    await test.step("npx runs it from a mirror, in an empty home", async () => {
      await using mirror = await startRegistry(packages);
      const env = await emptyHome(`${folder}/mirror`, mirror);
      await assertRuns(["npx", "-y", "netkit"], env.HOME!, env);
      for (const { manifest: { name, version } } of packages) {
        assertEquals(mirror.asked.includes(`/${name}/-/${version}.tgz`), true, name);
      }
      await assertRuns(["unshare", "-rn", "npx", "--offline", "netkit"], env.HOME!, env);
    });

    const certificate = await makeSignedCertificate();
    const authority = `${folder}/own-ca.pem`;
    await Deno.writeTextFile(authority, certificate.authority);
    await using registry = await startRegistry(packages, certificate);

    await test.step("without the authority there is npm's error, which the page names", async () => {
      const env = await emptyHome(`${folder}/unknown`, registry);
      const { code, err } = await run(["npx", "-y", "netkit"], env.HOME!, env);
      assertEquals(code, 1);
      const [, name] = err.match(/npm error code (\w+)/) ?? [];
      for (const page of ["docs/deployment.md", "docs/zh-CN/deployment.md"]) {
        const text = await Deno.readTextFile(new URL(`../${page}`, import.meta.url));
        assertEquals(text.includes(`\`${name}\``), true, `${page} does not name ${name}`);
      }
      assertEquals(registry.asked, []);
    });

    await test.step("npm takes the authority of cafile, and then no other one", async () => {
      const { cert } = await makeCertificate("other", "TRUE");
      await Deno.writeTextFile(`${folder}/other.pem`, cert);
      for (const [cafile, expected] of [[authority, 0], [`${folder}/other.pem`, 1]] as const) {
        const env = await emptyHome(`${folder}/cafile-${expected}`, registry);
        await Deno.writeTextFile(`${env.HOME}/.npmrc`, `cafile=${cafile}\n`);
        const all = { ...env, NODE_EXTRA_CA_CERTS: authority };
        const { code, err } = await run(["npm", "view", "netkit", "version"], env.HOME!, all);
        assertEquals(code, expected, err);
      }
    });

    const home = `${folder}/named`;
    await test.step("NODE_EXTRA_CA_CERTS names the authority; no script of a package need run", async () => {
      const env = { ...await emptyHome(home, registry), NODE_EXTRA_CA_CERTS: authority };
      const install = ["npm", "install", "--ignore-scripts", "--prefix", home, "netkit"];
      const added = await run(install, home, env);
      assertEquals(added.code, 0, added.err);
    });

    await test.step("what is installed runs in a network that has nobody in it", async () => {
      const alone = (words: readonly string[]) =>
        run(["unshare", "-rn", ...words], home, { HOME: home });
      const program = `${home}/node_modules/.bin/netkit`;
      await assertRuns(["unshare", "-rn", program], home, { HOME: home });
      const frame = await alone([program, "frame", "hello", "-w", "hello.pcap"]);
      assertEquals(frame.code, 0, frame.err);
      const trace = await alone([program, "trace", "-r", "hello.pcap", "--lang", "zh"]);
      assertEquals(trace.code, 0, trace.err);
      const row = "? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0\n";
      await Deno.writeTextFile(`${home}/table`, row);
      const vendors = await alone([program, "arp", "--vendor", "--read", "table"]);
      assertEquals([vendors.code, vendors.out.includes("ICANN")], [0, true], vendors.err);
      assertEquals((await alone(["sh", "-ec", CONVERSATION, program])).out, "HELLO\n");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
