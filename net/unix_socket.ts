/**
 * The file of a Unix socket: a server takes it, gives it back, and removes no other server's.
 *
 * @module
 */

/** The part of a listening socket that a server needs. */
export type UnixListener = Pick<Deno.UnixListener, "accept" | "close" | "addr">;

/**
 * Listens at `path`, or at a name of Linux's abstract namespace behind a NUL. The file of a socket on
 * which nobody listens any more is replaced.
 *
 * Closing a listener of Deno's removes the file at the path that it has bound, even that of a server that
 * came after it. So it binds another name in the same folder, under which `ss` and `lsof` show it, and
 * the file gets its own name by link(2), which never replaces one.
 *
 * @throws As `Deno.listen` does; `AddrInUse` if a server listens there or it is no socket.
 */
export async function listenUnix(path: string): Promise<UnixListener> {
  if (path.startsWith("\0")) return Deno.listen({ transport: "unix", path }); // it has no file
  const stale = await staleFile(path);
  return Deno.build.os === "windows" ? bindInPlace(path, stale) : bindAndName(path, stale);
}

/** Binds beside `path` and gives that name to the file: at once, so that nothing comes in between. */
function bindAndName(path: string, stale: Deno.FileInfo | null): UnixListener {
  let listener: Deno.UnixListener;
  try {
    listener = bindBeside(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return bindInPlace(path, stale);
    throw error;
  }
  const bound = listener.addr.path;
  try {
    if (stale !== null) removeStale(path, stale, `${bound}~`);
    linkNew(bound, path);
    const own = Deno.lstatSync(path);
    if (stat(bound) !== null) Deno.removeSync(bound);
    return {
      addr: { transport: "unix", path },
      accept: () => listener.accept(),
      close() {
        removeOwn(path, own);
        listener.close();
      },
    };
  } catch (error) {
    listener.close(); // removes `bound`
    throw error;
  }
}

/** Binds `path` itself: where the permission is for this file only, or no such links are made. */
function bindInPlace(path: string, stale: Deno.FileInfo | null): UnixListener {
  if (stale !== null) Deno.removeSync(path);
  return Deno.listen({ transport: "unix", path });
}

/** Resolves to the file that a server has left behind, or to `null` if there is none. */
async function staleFile(path: string): Promise<Deno.FileInfo | null> {
  const there = stat(path);
  if (there === null) return null;
  const taken = () => new Deno.errors.AddrInUse("Address already in use");
  if (!there.isSocket) throw taken(); // connecting to any other file is refused, too
  const { isUnixSocketOpen } = await import("./unix_probe.ts");
  const isOpen = isUnixSocketOpen(path);
  if (isOpen === true) throw taken();
  if (isOpen === false) return there;
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return there;
    if (error instanceof Deno.errors.NotFound) return null; // it has gone since
    throw error;
  }
  throw taken();
}

/** The most names that are tried, if others have them. */
const TRIES = 20;

/** Listens at a name of its own in the folder of `path`. */
function bindBeside(path: string): Deno.UnixListener {
  for (let count = 0;; count++) {
    try {
      return Deno.listen({ transport: "unix", path: nameBeside(path, count) });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || count === TRIES) throw error;
    }
  }
}

/** Returns `path` with the number of the process; or, if that may be too long, a name just as long. */
function nameBeside(path: string, count: number): string {
  const telling = `${path}.${Deno.pid}${count === 0 ? "" : `.${count}`}`;
  if (new TextEncoder().encode(telling).length <= SHORTEST_LIMIT) return telling;
  const start = path.lastIndexOf("/") + 1;
  const length = new TextEncoder().encode(path.slice(start)).length;
  const letters = Array.from({ length }, () => Math.floor(Math.random() * 36).toString(36));
  return path.slice(0, start) + letters.join("");
}

/** Bytes that the path of a socket may have on every system. */
const SHORTEST_LIMIT = 103;

/**
 * Removes the file `stale`, but not one that another server has put there since: it takes the file
 * away, looks which one it is, and gives it back if it is another.
 */
function removeStale(path: string, stale: Deno.FileInfo, away: string): void {
  const there = stat(path);
  if (there === null || !isUnchanged(there, stale)) return; // another server was faster
  try {
    Deno.renameSync(path, away);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const taken = Deno.lstatSync(away); // in between it may have been another's after all
  try {
    if (!isUnchanged(taken, stale)) linkNew(away, path);
  } finally {
    if (stat(away) !== null) Deno.removeSync(away);
  }
}

/** Removes the file at `path` if it is `own`. */
function removeOwn(path: string, own: Deno.FileInfo): void {
  try {
    const there = stat(path);
    if (there !== null && isSame(there, own)) Deno.removeSync(path);
  } catch {
    // It may no longer be removed: the next server finds it stale.
  }
}

/**
 * Gives `file` the name `path`, in place of its own where there are no links to sockets; throws
 * `AddrInUse` if something has that name.
 */
function linkNew(file: string, path: string): void {
  try {
    Deno.linkSync(file, path);
  } catch (error) {
    if (stat(path) !== null) throw new Deno.errors.AddrInUse("Address already in use");
    if (error instanceof Deno.errors.NotCapable) throw error;
    Deno.renameSync(file, path);
  }
}

function stat(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function isSame(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** Whether it is the same file, and not a new one with the number of one that was removed. */
function isUnchanged(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return isSame(one, other) && one.mtime?.getTime() === other.mtime?.getTime();
}
