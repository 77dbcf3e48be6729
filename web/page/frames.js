/**
 * A frame of a WebSocket (RFC 6455, section 5.2), byte for byte, beside the same message as TCP carries it.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
import { formatBytes } from "./units.js";
import { translate } from "./words.js";

/**
 * @typedef {object} Frame
 * @property {number} number Its number among the calls of its connection.
 * @property {"received" | "sent"} way Whether the server has received or sent it.
 * @property {number | null} message The number of its message, from 1 for each way.
 * @property {boolean} final
 * @property {number} reserved
 * @property {number} opcode
 * @property {string} kind
 * @property {boolean} masked
 * @property {string} head Its head, in hexadecimal.
 * @property {string | null} mask The masking key.
 * @property {string} hex The beginning of its content, not masked.
 * @property {string} data The same as text, escaped.
 * @property {number} bytes All of it.
 */

/** Bytes of the content that are shown. */
const MOST = 24;

/** Returns a frame in a few words: `text, 5 B, FIN`. @param {Frame} frame */
export function titleOf({ kind, bytes, head, final }) {
  return `${kind}, ${formatBytes(bytes - head.length / 2)}${final ? ", FIN" : ""}`;
}

/** Returns the bytes of a frame, part by part, each with its meaning. @param {Frame} frame */
export function showFrame(frame) {
  const content = bytesOf(frame.hex);
  const length = frame.bytes - frame.head.length / 2;
  const key = bytesOf(frame.mask ?? "");
  const head = bytesOf(frame.head);
  const extended = head.slice(2, head.length - key.length);
  const short = (head[1] ?? 0) & 0x7f;
  const masked = key.length === 0
    ? content
    : content.map((byte, i) => byte ^ (key[i % key.length] ?? 0));
  const parts = [
    part(
      head.slice(0, 1),
      `FIN ${Number(frame.final)} · RSV ${frame.reserved} · opcode ${frame.opcode} ${frame.kind}`,
    ),
    part(
      head.slice(1, 2),
      `MASK ${Number(frame.masked)} · ${
        extended.length === 0
          ? translate("lengthIs").replace("%", String(short))
          : translate("lengthIn").replace("%", String(extended.length))
      }`,
    ),
    ...(extended.length === 0
      ? []
      : [part(extended, translate("lengthIs").replace("%", String(length)))]),
    ...(key.length === 0 ? [] : [part(key, translate("mask"))]),
    ...(length === 0 ? [] : [part(masked, translate(frame.masked ? "masked" : "content"), length)]),
  ];
  const element = document.createElement("div");
  element.className = "frame";
  element.append(
    line(translate("overWebSocket").replace("%", formatBytes(frame.bytes)), parts),
    // A control frame is no message: there is nothing like it over TCP.
    ...(frame.message === null ? [] : [
      line(
        translate("overTcp").replace("%", formatBytes(length)),
        length === 0 ? [] : [part(content, frame.data, length, "bdi")],
      ),
    ]),
  );
  return element;
}

/** @param {string} title @param {HTMLElement[]} parts */
function line(title, parts) {
  const element = document.createElement("div");
  const heading = document.createElement("p");
  heading.textContent = title;
  const bytes = document.createElement("ul");
  bytes.append(...parts);
  element.append(heading, bytes);
  return element;
}

/**
 * @param {number[]} bytes
 * @param {string} meaning
 * @param {number} length The number of bytes that there are.
 * @param {"span" | "bdi"} tag That of the meaning.
 */
function part(bytes, meaning, length = bytes.length, tag = "span") {
  const element = document.createElement("li");
  const code = document.createElement("code");
  const shown = bytes.slice(0, MOST).map((byte) => byte.toString(16).padStart(2, "0"));
  code.textContent = shown.join(" ") + (length > shown.length ? " …" : "");
  const says = document.createElement(tag);
  says.textContent = meaning;
  element.append(code, says);
  return element;
}

/** @param {string} hex @returns {number[]} */
function bytesOf(hex) {
  return (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
}
