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

/** Whether this is Linux, whose calls and numbers differ in part from those of other systems. */
export const IS_LINUX: boolean = Deno.build.os === "linux";

/** Returns the `int` at an address of the C library's memory, such as that of `errno`. */
export function intAt(address: Deno.PointerObject): number {
  return new Deno.UnsafePointerView(address).getInt32();
}
