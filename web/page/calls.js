/**
 * A connection that is opened: the states of its sockets, and its calls with the beginning of their bytes.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { showFrame, titleOf } from "./frames.js";
import { setText } from "./text.js";
import { fragment } from "./token.js";
import { formatBytes, formatCount } from "./units.js";
import { translate } from "./words.js";

/** @typedef {import("./frames.js").Frame} Frame */
/**
 * @typedef {{ number: number, time: number, call: string, bytes?: number, data?: string, hex?: string,
 *   note?: string } & Partial<Frame>} Call
 */
/** @typedef {{ state: string, secondsLeft: number | null }} Socket */
/**
 * @typedef {{ connection: number, dropped: number, calls: Call[],
 *   states: { server: Socket | null, client: Socket | null } | null,
 *   before: { received: number, sent: number } | null }} Opened
 */

/** Calls that stay on the page: the first ones, and the last ones. The server keeps as many. */
const [FIRST, LAST] = [32, 96];

/** The states and calls of a connection that is opened. */
export class CallList {
  /**
   * @param {string} listener The listener that has accepted it.
   * @param {string | null} peer Its client, if the segments of sockets are captured.
   */
  constructor(listener, peer) {
    this.isWeb = listener === "web";
    this.element = document.createElement("div");
    this.element.className = "opened";
    this.sockets = document.createElement("p");
    this.before = document.createElement("p");
    this.list = document.createElement("ol");
    this.list.tabIndex = 0; // it scrolls
    this.gap = document.createElement("li");
    this.gap.className = "gap";
    this.segments = document.createElement("a");
    this.segments.className = "segments";
    this.element.append(this.sockets, this.before, this.list);
    if (peer !== null && !this.isWeb) {
      // The packets of IPv4 have its addresses, also where the socket has them as IPv6.
      const client = peer.replace(/^\[::ffff:([\d.]+)\]/, "$1");
      this.segments.href = `trace/${fragment()}client=${encodeURIComponent(client)}`;
      this.sockets.after(this.segments);
    }
    /** @type {{ call: Call, line: HTMLElement }[]} */
    this.lines = [];
    /** @type {Opened["states"]} */
    this.states = null;
    /** Whether the sockets have been seen in the kernel. */
    this.seen = { server: false, client: false };
    /** @type {Opened["before"]} */
    this.moved = null;
    this.speak();
  }

  /** Adds what is new. @param {Opened} opened */
  show({ calls, states, before }) {
    const last = this.lines.at(-1)?.call.number ?? 0;
    const { list } = this;
    const follows = list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
    for (const call of calls) {
      if (call.number <= last) continue; // the page was connected again
      const line = this.lineOf(call);
      this.lines.push({ call, line });
      this.list.append(line);
      if (this.lines.length <= FIRST + LAST) continue;
      this.lines.splice(FIRST, 1)[0]?.line.remove();
    }
    this.states = states;
    this.moved = before;
    for (const side of /** @type {const} */ (["server", "client"])) {
      if (states?.[side]) this.seen[side] = true;
    }
    this.writeSockets();
    if (follows && list.scrollHeight > list.clientHeight) list.scrollTop = list.scrollHeight;
  }

  /** Writes everything anew that depends on the language. */
  speak() {
    this.writeSockets();
    for (const { call, line } of this.lines) {
      const half = call.call === "read" && call.bytes === 0 ? line.querySelector("bdi") : null;
      if (half !== null) setText(half, translate("half"));
      const more = line.querySelector("details");
      if (more !== null) showIn(more, /** @type {Frame} */ (call));
    }
  }

  /** Writes the states of the sockets, and what is not shown. */
  writeSockets() {
    this.list.setAttribute("aria-label", translate("calls"));
    setText(this.segments, translate("segments"));
    const { states, moved, lines } = this;
    const sides = /** @type {const} */ (["server", "client"]).filter((side) =>
      side === "server" || this.seen.client
    ).map((side) => {
      const socket = states?.[side];
      const state = socket ? socket.state : translate(this.seen[side] ? "gone" : "unknown");
      const left = (socket?.secondsLeft ?? null) === null ? "" : ` (${socket?.secondsLeft} s)`;
      return `${translate(`side.${side}`)} ${state}${left}`;
    });
    setText(
      this.sockets,
      states === null ? translate("noStates") : `${translate("kernel")} ${sides.join(" · ")}`,
    );
    this.before.hidden = moved === null;
    setText(
      this.before,
      moved === null ? "" : translate("before").replace("%in", formatBytes(moved.received))
        .replace("%out", formatBytes(moved.sent)),
    );
    const between = (lines[FIRST]?.call.number ?? 0) - (lines[FIRST - 1]?.call.number ?? 0) - 1;
    if (between > 0) {
      setText(this.gap, translate("notKept").replace("%", formatCount(between)));
      lines[FIRST]?.line.before(this.gap);
    }
  }

  /** @param {Call} call @returns {HTMLElement} */
  lineOf(call) {
    const line = document.createElement("li");
    const first = this.lines[0]?.call.time ?? call.time;
    const time = document.createElement("time");
    time.textContent = `${((call.time - first) / 1000).toFixed(3)} s`;
    const name = document.createElement("b");
    name.textContent = call.call;
    line.className = call.call;
    if (call.call === "frame") {
      const frame = /** @type {Frame} */ (call);
      line.className = "frame-line";
      name.textContent = `frame ${frame.way}`;
      const what = document.createElement("span");
      what.append(name, ` ${titleOf(frame)}`);
      const more = document.createElement("details");
      const summary = document.createElement("summary");
      summary.append(time, what);
      more.append(summary);
      // It is made when it is opened: a hundred frames are thousands of elements.
      more.addEventListener("toggle", () => showIn(more, frame));
      line.append(more);
      return line;
    }
    line.append(time, name);
    if (call.bytes !== undefined) {
      const size = document.createElement("span");
      size.textContent = formatBytes(call.bytes);
      line.append(size);
    }
    const words = this.isWeb ? grouped(call.hex ?? "") : call.data ?? "";
    if (words !== "") line.append(quote(words, (call.bytes ?? 0) > (call.hex ?? "").length / 2));
    if (call.call === "read" && call.bytes === 0) line.append(quote(translate("half"), false));
    if (call.note) line.append(quote(call.note, false));
    return line;
  }
}

/** Shows a frame in an element, if that is open. @param {HTMLDetailsElement} more @param {Frame} frame */
function showIn(more, frame) {
  more.querySelector(".frame")?.remove();
  if (more.open) more.append(showFrame(frame));
}

/** @param {string} text @param {boolean} isCut */
function quote(text, isCut) {
  const code = document.createElement("code");
  const words = document.createElement("bdi");
  words.textContent = text + (isCut ? "…" : "");
  code.append(words);
  return code;
}

/** @param {string} hex */
function grouped(hex) {
  return (hex.match(/../g) ?? []).join(" ");
}
