/**
 * The permission for the network before a `node:` module is used. Without it, such a module throws where
 * nothing can catch, or gives the error another name.
 *
 * @module
 */

/**
 * Asks the user for the permission to use `host`, as Deno's own sockets do, if it is missing.
 *
 * @param host A name or an address, with a port behind it or without: then for all ports.
 * @throws {Deno.errors.NotCapable} If it is not given.
 */
export function requireNet(host: string): void {
  let state;
  try {
    ({ state } = Deno.permissions.requestSync({ name: "net", host }));
  } catch {
    return; // it is no host, which the system says better
  }
  if (state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires net access to "${host}", run again with the --allow-net flag`,
  );
}
