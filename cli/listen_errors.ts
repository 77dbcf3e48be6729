/**
 * Why a server cannot listen, in words for the user.
 *
 * @module
 */
import { cannot, EXIT } from "./errors.ts";

/** Where it was to listen. */
export interface Place {
  /** The endpoint as it is written. */
  readonly name: string;
  /** Its port, `null` for a Unix socket. */
  readonly port: number | null;
  /** Whether it was to speak TLS. */
  readonly tls: boolean;
  /** Returns what to do when the port is taken, or `null`. */
  readonly whenTaken: () => string | null;
}

/** Returns the error for the user when listening at a place failed with `error`. */
export function cannotListen(error: unknown, { name, port, tls, whenTaken }: Place): Error {
  if (tls && error instanceof Error && !("code" in error)) { // it is not the system's
    return cannot("speak TLS", error, {
      exit: EXIT.usage,
      hint: "--tls-cert and --tls-key name files in PEM that belong together",
    });
  }
  const kind = error instanceof Error ? error.name : "";
  let hint: string | null = null;
  if (kind === "AddrInUse") {
    hint = port === null ? "another server listens there, or it is no socket" : whenTaken();
  } else if (kind === "PermissionDenied" && port !== null && port < 1024) {
    hint = "ports below 1024 are for root (on Linux: net.ipv4.ip_unprivileged_port_start); " +
      "take a higher one";
  }
  return cannot(`listen on ${name}`, error, { hint });
}
