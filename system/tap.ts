/**
 * TAP devices of Linux: network cards whose other end is a program, which reads and writes Ethernet frames
 * (Linux, Documentation/networking/tuntap.rst).
 *
 * @module
 */
import { openCLibrary } from "../net/c_library.ts";

/** A network card that this program has made, and whose other end it is. */
export interface Tap {
  /** The name of its interface. */
  readonly name: string;
  /** Reads the next frame that the kernel sends; resolves to its bytes, `null` when the card is gone. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Hands a frame to the kernel; one that it does not take, as of an interface that is down, is lost. */
  write(frame: Uint8Array<ArrayBuffer>): void;
  /** Ends it. A read under way must have ended before. */
  close(): void;
}

const CALLS = {
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const;

/** The device that makes them. */
const DEVICE = "/dev/net/tun";

/** `TUNSETIFF`, and its flags for Ethernet frames without a header in front (linux/if_tun.h). */
const [TUNSETIFF, IFF_TAP, IFF_NO_PI] = [0x4004_54ca, 0x0002, 0x1000];

/** The bytes of `struct ifreq`, and of the name at its beginning (linux/if.h). */
const [IFREQ_SIZE, NAME_SIZE] = [40, 16];

/**
 * Makes a TAP device, which is gone when it is closed or this process ends; `null` without the C library of
 * GNU, without the permission `--allow-ffi`, and where the kernel refuses.
 *
 * @param pattern Its name, in which the kernel puts a number that is free in place of `%d`.
 * @throws If the device that makes them cannot be opened.
 */
export function openTap(pattern: string): Tap | null {
  const library = openCLibrary(CALLS);
  if (library === null) return null;
  const { ioctl, write } = library.symbols;
  const others = descriptors();
  const file = Deno.openSync(DEVICE, { read: true, write: true });
  const descriptor = descriptors().find((each) => !others.includes(each));
  const request = new Uint8Array(IFREQ_SIZE);
  new TextEncoder().encodeInto(pattern, request.subarray(0, NAME_SIZE - 1));
  new DataView(request.buffer).setUint16(NAME_SIZE, IFF_TAP | IFF_NO_PI, true);
  if (descriptor === undefined || ioctl(descriptor, BigInt(TUNSETIFF), request) !== 0) {
    file.close();
    library.close();
    return null;
  }
  const name = new TextDecoder().decode(request.subarray(0, NAME_SIZE)).replace(/\0.*$/s, "");
  return {
    name,
    async read(buffer) {
      try {
        return await file.read(buffer);
      } catch {
        return null; // the device is gone
      }
    },
    // Deno does one thing at a time with a file: while it reads, it cannot write.
    write: (frame) => void write(descriptor, frame, BigInt(frame.length)),
    close() {
      file.close();
      library.close();
    },
  };
}

/** Returns the descriptors of this process that the device is open at. */
function descriptors(): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    if (targetOf(`/proc/self/fd/${name}`) === DEVICE) found.push(Number(name));
  }
  return found;
}

/** Returns the target of a symbolic link, `null` if that is gone: the folder of descriptors was one. */
function targetOf(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return null;
  }
}
