/**
 * The connection of a client: tried once, or again until the server is there.
 *
 * @module
 */
import { formatSource } from "../address/source_address.ts";
import { UserError } from "../cli/errors.ts";
import { type Io, say } from "../cli/io.ts";
import { connect, type UdpConnectOptions } from "../net/connect.ts";
import type { Connection } from "../net/connection.ts";
import type { DialEvent } from "../net/dial.ts";
import { type Endpoint, formatEndpoint, versionOf } from "../net/endpoint.ts";
import type { TlsOptions } from "../net/tls.ts";
import { callLog } from "../talk/call_log.ts";
import type { Measurement } from "../talk/measurement.ts";
import { tellsStats, UDP_WAIT } from "../talk/options.ts";
import { reasonOf } from "../text/reason.ts";
import { type Options, speaksTls } from "./options.ts";
import { t } from "../text/messages.ts";

/**
 * Connects to `endpoint` as the options ask for, and logs each attempt.
 *
 * @param tlsRead TLS with the files of the options read, as `readTls` gives it; read here if not given.
 * @throws {UserError} With the reason of the last attempt.
 */
export async function reach(
  endpoint: Endpoint,
  options: Options,
  measurement: Measurement,
  io: Io,
  tlsRead?: TlsOptions | null,
): Promise<Connection> {
  const name = formatEndpoint(endpoint);
  const { connectTimeout, retry: time, source } = options;
  if (endpoint.transport === "tcp" && endpoint.port === 0) {
    throw new UserError(t`cannot connect to ${name}: 0 is no port of a server`, {
      hint: t`0 asks the system for a free port when listening; connect to the one that it chose`,
    });
  }
  const tls = tlsRead ?? await readTls(options, io);
  const udp = options.udp ? await udpOptions(options, measurement, io) : null;
  const signal = io.stop;
  const log = await callLog(options.log, io);
  const attempt = async (timeout: number) => {
    log?.write({ event: "socket", protocol: protocolOf(endpoint, options) });
    let isTold = false; // which address has failed, and why
    const onEvent = (event: DialEvent) => {
      log!.write(event);
      isTold = event.event === "fail";
    };
    try {
      const connection = await connect(endpoint, {
        timeout: Math.min(timeout, connectTimeout),
        signal,
        source,
        version: versionOf(options),
        tls,
        udp,
        ...(tellsStats(options) || options.check ? { onStep: measurement.step } : {}),
        ...(log ? { onEvent } : {}),
      });
      if (!options.udp) log?.write({ event: "connect", peer: connection.peer });
      const { alpn = null } = connection;
      if (alpn !== null) log?.write({ event: "tls", alpn });
      return connection;
    } catch (error) {
      if (!isTold) log?.write({ event: "fail", error });
      throw error;
    }
  };
  try {
    if (time === null) return await attempt(Infinity);
    const onWait = (error: unknown) => {
      if (io.stderr.isTerminal()) say(io, t`waiting for ${name}: ${reasonOf(error)}`);
    };
    const { isPassing, retry } = await import("./retry.ts");
    return await retry(attempt, { time, signal, isPassing, onWait });
  } catch (error) {
    const [{ cannotConnect }, { isPassing }] = await Promise.all([
      import("./connect_errors.ts"),
      import("./retry.ts"),
    ]);
    throw cannotConnect(error, name, {
      timeout: connectTimeout,
      retry: isPassing(error) ? time : null,
      source: source && formatSource(source),
      host: endpoint.transport === "unix" ? null : endpoint.hostname,
    });
  } finally {
    await log?.flush();
  }
}

/** Resolves to the options of UDP, with what the system knows of it. */
async function udpOptions(
  { wait }: Options,
  { lose }: Measurement,
  io: Io,
): Promise<UdpConnectOptions> {
  const { isForMany, isUdpPortHeld } = await import("./udp_ports.ts");
  return {
    wait: wait ?? UDP_WAIT,
    onLoss: lose,
    isHeld: (address, port) => isUdpPortHeld(address, port, io),
    isForMany: (address) => isForMany(address, io),
  };
}

/**
 * Resolves to TLS as the options ask for it, with the files that they name read; `null` where none is spoken.
 *
 * @throws {UserError} For a file that cannot be read, or is no certificate.
 */
export async function readTls(options: Options, io: Io): Promise<TlsOptions | null> {
  if (!speaksTls(options)) return null;
  const { ca: authorities, cert, key, serverName, insecure, fingerprint, starttls } = options;
  const same = { serverName, insecure, fingerprint, starttls, alpn: options.alpn ?? [] };
  if (authorities === null && cert === null) return { ca: null, own: null, ...same };
  const { readCertificates, readServerTls } = await import("../cli/certificates.ts");
  const ca = authorities === null ? null : await readCertificates(authorities, io);
  const own = cert === null || key === null ? null : await readServerTls(cert, key, io);
  return { ca, own, ...same };
}

function protocolOf(endpoint: Endpoint, options: Options): string {
  if (endpoint.transport === "unix") return "Unix";
  if (options.udp) return "UDP";
  if (!speaksTls(options)) return "TCP";
  const { starttls } = options;
  return `TCP, then ${starttls === null ? "" : `${starttls.toUpperCase()}, then `}TLS`;
}
