import { assert, assertEquals, assertThrows } from "@std/assert";
import { latestRelease, versionModule, withVersion } from "../tasks/version.ts";
import { loadNetkit } from "../main.ts";
import { ROOT } from "./sources.ts";

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
const release = latestRelease(await read("CHANGELOG.md"));

Deno.test("the version of netkit is the latest of CHANGELOG.md", async () => {
  assertEquals((await loadNetkit()).version, release.version);
});

Deno.test("deno.json and cli/version.ts have the version of CHANGELOG.md", async () => {
  for (
    const [path, text] of [
      ["deno.json", withVersion(await read("deno.json"), release)],
      ["cli/version.ts", versionModule(release)],
    ] as const
  ) {
    assert(text === await read(path), `${path} is stale, run: deno task version`);
  }
});

Deno.test("latestRelease() skips what is not released, and ends with the version before", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n- A\n\n## 1.10.0 - 2027-01-31\n\n### Added\n\n- B\n\n## 1.9.0 - 2026-12-01\n\n- C\n";
  assertEquals(latestRelease(changelog), {
    version: "1.10.0",
    date: "2027-01-31",
    notes: "### Added\n\n- B\n",
  });
  assertEquals(latestRelease("## 0.1.0 - 2026-01-01\n\n- D\n").notes, "- D\n");
  assertThrows(() => latestRelease("# Changelog\n\n## Unreleased\n"), Error, "CHANGELOG.md");
});
