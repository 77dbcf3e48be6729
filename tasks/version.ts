/**
 * `deno task version`: writes the version of CHANGELOG.md into deno.json and cli/version.ts;
 * `deno task version --notes` prints what the changelog says of it, for a release.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);

/** What CHANGELOG.md says of the latest version. */
export interface Release {
  /** The version: `0.2.0`. */
  readonly version: string;
  /** Its day: `2026-11-29`. */
  readonly date: string;
  /** Its changes in Markdown, without the heading. */
  readonly notes: string;
}

/**
 * Returns the latest version in the text of a changelog, in the form of Keep a Changelog.
 *
 * @throws {Error} If there is none.
 */
export function latestRelease(changelog: string): Release {
  const found = changelog.match(
    /^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)\n([\s\S]*?)(?=^## |(?![\s\S]))/m,
  );
  if (found === null) throw new Error('no "## 1.2.3 - 2026-01-31" in CHANGELOG.md');
  const [, version, date, notes] = found;
  return { version: version!, date: date!, notes: notes!.trim() + "\n" };
}

/** Returns the module that has the version for the program. */
export function versionModule({ version, date }: Release): string {
  return `/**
 * The version of netkit, which \`deno task version\` has from CHANGELOG.md.
 *
 * @module
 */

/** The version: major, minor, patch (semver.org). */
export const VERSION = "${version}";

/** The day of the version, for the manual page. */
export const VERSION_DATE = "${date}";
`;
}

/** Returns the text of deno.json with the version. */
export function withVersion(config: string, { version }: Release): string {
  return config.replace(/^( {2}"version": )"[^"]*"/m, (_, key) => `${key}"${version}"`);
}

if (import.meta.main) {
  const release = latestRelease(await Deno.readTextFile(new URL("CHANGELOG.md", ROOT)));
  if (Deno.args.includes("--notes")) {
    Deno.stdout.writeSync(new TextEncoder().encode(release.notes));
  } else {
    const config = new URL("deno.json", ROOT);
    await Deno.writeTextFile(config, withVersion(await Deno.readTextFile(config), release));
    await Deno.writeTextFile(new URL("cli/version.ts", ROOT), versionModule(release));
  }
}
