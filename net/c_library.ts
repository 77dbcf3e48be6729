/**
 * The C library of the system, for calls that Deno lacks.
 *
 * @module
 */

/** The C library by the system's name; on Windows a socket is no small number that could be looked for. */
const LIBRARIES: Readonly<Record<string, string>> = {
  linux: "libc.so.6",
  darwin: "/usr/lib/libSystem.B.dylib",
};

/**
 * Opens the C library for these calls; returns `null` on other systems than Linux and macOS, with another
 * C library, and without the permission `--allow-ffi`, for which nobody is asked.
 */
export function openCLibrary<const C extends Deno.ForeignLibraryInterface>(
  calls: C,
): Deno.DynamicLibrary<C> | null {
  const library = LIBRARIES[Deno.build.os];
  if (library === undefined) return null;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  try {
    return Deno.dlopen(library, calls);
  } catch {
    return null; // another C library
  }
}
