/**
 * The version of netkit, which `deno task version` has from CHANGELOG.md.
 *
 * @module
 */

/** The version: major, minor, patch (semver.org). */
export const VERSION = "0.2.0";

/** The day of the version, for the manual page. */
export const VERSION_DATE = "2026-11-29";
