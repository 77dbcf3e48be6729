/**
 * TLS: records, and the hellos with which a connection begins (RFC 8446, RFC 5246).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { type Field, field, type FieldSpec, formatValue, headerTable, raw, text } from "./field.ts";
import { FieldList } from "./field_list.ts";
import { u16 } from "./numbers.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

const VERSIONS: Readonly<Record<number, string>> = {
  0x0300: "SSL 3.0",
  0x0301: "TLS 1.0",
  0x0302: "TLS 1.1",
  0x0303: "TLS 1.2",
  0x0304: "TLS 1.3",
};
const CONTENT: Readonly<Record<number, string>> = {
  20: "change cipher spec",
  21: "alert",
  22: "handshake",
  23: "application data",
  24: "heartbeat",
};
const HANDSHAKES: Readonly<Record<number, string>> = {
  0: "hello request",
  1: "client hello",
  2: "server hello",
  4: "new session ticket",
  8: "encrypted extensions",
  11: "certificate",
  12: "server key exchange",
  13: "certificate request",
  14: "server hello done",
  15: "certificate verify",
  16: "client key exchange",
  20: "finished",
};
const APPLICATION_DATA = 23;
const ALERT = 21;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;

const RECORD_TYPE = field("tls.record.content_type", 8, "decimal", "what is inside", {
  names: CONTENT,
});
const RECORD_VERSION = field("tls.record.version", 16, "hex", "not the one that is agreed on", {
  names: VERSIONS,
});
const RECORD_LENGTH = field("tls.record.length", 16, "decimal", "bytes of content");
const ENCRYPTED = raw("tls.app_data", "encrypted");
const CHANGE = raw("tls.change_cipher_spec", "from here on, all is encrypted");
const ENCRYPTED_ALERT = raw("tls.alert_message", "why it ends, encrypted");
const LEVEL = field("tls.alert_message.level", 8, "decimal", "how bad it is", {
  names: { 1: "warning", 2: "fatal" },
});
const REASON = field("tls.alert_message.desc", 8, "decimal", "why it ends", {
  names: { 0: "close notify", 40: "handshake failure", 42: "bad certificate", 48: "unknown CA" },
});
const TYPE = field("tls.handshake.type", 8, "decimal", "the message", { names: HANDSHAKES });
const LENGTH = field("tls.handshake.length", 24, "decimal", "bytes of the message");
const VERSION = field("tls.handshake.version", 16, "hex", "1.2 also means a later one", {
  names: VERSIONS,
});
const RANDOM = field("tls.handshake.random", 256, "bytes", "random");
const SESSION_LENGTH = field("tls.handshake.session_id_length", 8, "decimal", "bytes of it");
const SESSION = raw("tls.handshake.session_id", "the session, to be resumed");
const CIPHERS_LENGTH = field("tls.handshake.cipher_suites_length", 16, "decimal", "bytes of them");
const CIPHER = field("tls.handshake.ciphersuite", 16, "hex", "a way to encrypt");
const COMPRESSIONS_LENGTH = field("tls.handshake.comp_methods_length", 8, "decimal", "bytes");
const COMPRESSION = field("tls.handshake.comp_method", 8, "decimal", "0: none");
const EXTENSIONS_LENGTH = field("tls.handshake.extensions_length", 16, "decimal", "bytes of them");
const EXTENSION_TYPE = field("tls.handshake.extension.type", 16, "decimal", "an extension", {
  names: { 0: "server name", 16: "ALPN", 43: "supported versions", 51: "key share" },
});
const EXTENSION_LENGTH = field("tls.handshake.extension.len", 16, "decimal", "bytes of it");
const EXTENSION_DATA = raw("tls.rest", "what the extension says");
const NAMES_LENGTH = field(
  "tls.handshake.extensions_server_name_list_len",
  16,
  "decimal",
  "bytes of the names",
);
const NAME_TYPE = field(
  "tls.handshake.extensions_server_name_type",
  8,
  "decimal",
  "0: a host",
);
const NAME_LENGTH = field(
  "tls.handshake.extensions_server_name_len",
  16,
  "decimal",
  "bytes of the name",
);
const NAME = text("tls.handshake.extensions_server_name", "the host that is wanted (SNI)");
const ALPN_LENGTH = field("tls.handshake.extensions_alpn_len", 16, "decimal", "bytes of them");
const ALPN_STRING_LENGTH = field(
  "tls.handshake.extensions_alpn_str_len",
  8,
  "decimal",
  "bytes of it",
);
const ALPN = text("tls.handshake.extensions_alpn_str", "a protocol that is spoken inside");

/** Reads a hello, up to `end`. */
function hello(list: FieldList, type: number, end: number): void {
  const fits = () => list.at < Math.min(end, list.end);
  list.take(VERSION);
  list.take(RANDOM);
  list.bytes(SESSION, list.take(SESSION_LENGTH));
  if (type === CLIENT_HELLO) {
    const ciphersEnd = list.take(CIPHERS_LENGTH) + list.at;
    while (list.at + 2 <= ciphersEnd && fits()) list.take(CIPHER);
    const methodsEnd = list.take(COMPRESSIONS_LENGTH) + list.at;
    while (list.at + 1 <= methodsEnd && fits()) list.skip(1);
  } else {
    list.take(CIPHER);
    list.take(COMPRESSION);
  }
  if (!fits()) return;
  list.take(EXTENSIONS_LENGTH);
  while (list.at + 4 <= end && list.left >= 4) {
    const kind = list.take(EXTENSION_TYPE);
    const size = list.take(EXTENSION_LENGTH);
    const extensionEnd = Math.min(list.at + size, list.end);
    if (kind === 0 && size >= 5) {
      list.take(NAMES_LENGTH);
      list.take(NAME_TYPE);
      list.bytes(NAME, list.take(NAME_LENGTH));
    } else if (kind === 16 && size >= 2) {
      list.take(ALPN_LENGTH);
      while (list.at < extensionEnd) list.bytes(ALPN, list.take(ALPN_STRING_LENGTH));
    } else if (size > 0) list.bytes(EXTENSION_DATA, size);
    list.skip(extensionEnd - list.at);
  }
}

/** Reads what a record contains; `end` is its end, which may be behind what was captured. */
function content(list: FieldList, type: number, end: number): void {
  const size = end - list.at;
  if (type === APPLICATION_DATA) list.bytes(ENCRYPTED, size);
  else if (type === 20) list.bytes(CHANGE, size);
  else if (type === ALERT && size === 2) [LEVEL, REASON].forEach((spec) => list.take(spec));
  else if (type === ALERT) list.bytes(ENCRYPTED_ALERT, size);
  else {
    while (type === HANDSHAKE && list.left >= 4 && list.at + 4 <= end) {
      const kind = list.fields.length;
      const message = list.take(TYPE);
      const length = list.take(LENGTH);
      const messageEnd = list.at + length;
      if (messageEnd > end) {
        // An encrypted message has any bytes in place of type and length.
        list.at -= 4;
        list.fields.length = kind;
        break;
      }
      if (message === CLIENT_HELLO || message === SERVER_HELLO) hello(list, message, messageEnd);
      list.skip(messageEnd - list.at);
    }
    list.skip(end - list.at);
  }
}

function rest({ body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const list = new FieldList(bytes, at, body);
  while (list.left >= 5 && isRecord(bytes, list.at)) {
    const type = list.take(RECORD_TYPE);
    list.take(RECORD_VERSION);
    const size = list.take(RECORD_LENGTH);
    content(list, type, list.at + size);
  }
  return list.fields;
}

/** Whether a record begins at `at`. */
function isRecord(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! in CONTENT && bytes[at + 1] === 3 && bytes[at + 2]! <= 4 &&
    u16(bytes, at + 3) <= 0x4100 && u16(bytes, at + 3) > 0;
}

function addLine(layer: Layer, bytes: Uint8Array, line: Line): void {
  const { start } = layer;
  const type = bytes[start]!;
  line.what = `TLS ${CONTENT[type]}`;
  if (type !== HANDSHAKE) return;
  const message = HANDSHAKES[bytes[start + 5] ?? -1];
  if (message === undefined) return;
  line.what = `TLS ${message}`;
  const values = (spec: FieldSpec) => fields.filter((each) => each.spec === spec).map(formatValue);
  const fields = bytes[start + 5]! <= SERVER_HELLO ? rest(layer, bytes, start) : [];
  const [name] = values(NAME);
  const protocols = values(ALPN);
  if (name !== undefined) line.what += ` ${escapeLine(name)}`;
  if (protocols.length > 0) line.what += ` (${escapeLine(protocols.join(", "))})`;
}

/** TLS. */
export const TLS: Protocol = {
  name: "tls",
  title: "TLS",
  model: "application",
  table: headerTable(),
  size: (_bytes, start, end) => end - start,
  read: (cursor) => {
    if (cursor.has(5) && isRecord(cursor.bytes, cursor.at)) cursor.header(TLS);
    return 0;
  },
  rest,
  others: [
    ...[
      RECORD_TYPE,
      RECORD_VERSION,
      RECORD_LENGTH,
      ENCRYPTED,
      CHANGE,
      ENCRYPTED_ALERT,
      LEVEL,
      REASON,
    ],
    ...[TYPE, LENGTH, VERSION, RANDOM, SESSION_LENGTH, SESSION, CIPHERS_LENGTH, CIPHER],
    ...[COMPRESSIONS_LENGTH, COMPRESSION, EXTENSIONS_LENGTH, EXTENSION_TYPE, EXTENSION_LENGTH],
    ...[NAMES_LENGTH, NAME_TYPE, NAME_LENGTH, NAME, ALPN_LENGTH, ALPN_STRING_LENGTH, ALPN],
  ],
  line: addLine,
};
