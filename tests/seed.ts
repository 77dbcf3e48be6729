/**
 * The seed of random tests.
 *
 * @module
 */

/**
 * The seed of all random tests of this process: `NETKIT_SEED`, else another one each time; in CI always the
 * same, so that a run of the same sources has the same result.
 */
export const SEED: number = Number(Deno.env.get("NETKIT_SEED")) ||
  (Deno.env.get("CI") === "true" ? 7 : Date.now() & 0x7fffffff);
