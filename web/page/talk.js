/**
 * The conversation of the page with the server, over a WebSocket.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
import { showFrame } from "./frames.js";
import { rove } from "./rove.js";
import { setText } from "./text.js";
import { protocols } from "./token.js";
import { formatBytes } from "./units.js";
import { translate } from "./words.js";

/** The most messages that are kept on the page, and the most characters that are shown of one. */
const MAX_MESSAGES = 200;
const MAX_SHOWN = 2000;

/** @typedef {import("./frames.js").Frame} Frame */
/** @typedef {import("./calls.js").Call} Call */

/** @type {(id: string) => HTMLElement} */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** A conversation, with its messages in a list. */
export class Talk {
  /** @param {string} tab The name of the page, by which the server knows its connections. */
  constructor(tab) {
    this.tab = tab;
    this.input = /** @type {HTMLInputElement} */ (element("message"));
    this.log = element("messages");
    this.updateStops = rove(this.log, "li > button", "last");
    /** @type {WebSocket | null} */
    this.socket = null;
    /** The WebSocket when it is open. @type {Promise<WebSocket>} */
    this.opening = Promise.reject(new Error("not open"));
    this.opening.catch(() => {});
    /** The times at which messages were sent that are not answered yet. @type {number[]} */
    this.waiting = [];
    /** The messages of each way on this WebSocket, by which the server knows their frames. */
    this.count = { sent: 0, received: 0 };
    /** The messages whose frames are shown, and where. @type {Map<HTMLElement, { key: string, place: HTMLElement }>} */
    this.opened = new Map();
    /** The frames of this WebSocket, by way and message. @type {Map<string, Frame[]>} */
    this.frames = new Map();
    /** Called when the frames of a message are wanted, or no longer. */
    this.onOpen = () => {};
    /** The server's reason for closing the conversation. */
    this.whyClosed = "";
  }

  /** Resolves to the WebSocket when it is open; rejects when it does not open. */
  connect() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return this.opening;
    const url = new URL(`ws?tab=${this.tab}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.hash = "";
    const opened = this.socket = new WebSocket(url, protocols());
    opened.binaryType = "arraybuffer";
    this.whyClosed = "";
    this.waiting = [];
    this.count = { sent: 0, received: 0 };
    this.frames.clear();
    for (const each of this.opened.values()) each.key = ""; // the numbers begin again
    opened.addEventListener("message", ({ data }) => {
      const since = this.waiting.shift();
      this.say("received", String(data), since === undefined ? null : performance.now() - since);
    });
    this.opening = new Promise((resolve, reject) => {
      opened.addEventListener("open", () => {
        element("closed").hidden = true;
        resolve(opened);
      });
      opened.addEventListener("close", ({ reason }) => {
        reject(new Error(reason));
        if (reason !== "") this.whyClosed = reason;
        this.showEnd();
      });
    });
    this.opening.catch(() => {}); // the page says it
    return this.opening;
  }

  /** Says that the conversation is over. */
  showEnd() {
    setText(element("reason"), translate(this.whyClosed));
    element("closed").hidden = false;
  }

  /** Sends a message. @param {string} text */
  async send(text) {
    if (text === "") return;
    const { input } = this;
    try {
      const open = await this.connect();
      this.say("sent", text, null);
      this.waiting.push(performance.now());
      open.send(text);
    } catch {
      if (input.value === "") input.value = text;
    }
  }

  /**
   * Adds a message to the conversation.
   *
   * @param {"sent" | "received"} way
   * @param {string} text
   * @param {number | null} milliseconds The time to the answer.
   */
  say(way, text, milliseconds) {
    element("welcome").hidden = true;
    const item = document.createElement("li");
    item.className = way;
    const said = document.createElement("bdi"); // its direction is its own, whatever is in it
    said.textContent = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
    const note = document.createElement("small");
    const size = formatBytes(new TextEncoder().encode(text).length);
    note.textContent = milliseconds === null
      ? size
      : `${size} · ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
    item.append(said, this.opener(item, note, `${way} ${++this.count[way]}`));
    const { log } = this;
    log.append(item);
    while (log.children.length > MAX_MESSAGES) {
      this.opened.delete(/** @type {HTMLElement} */ (log.firstElementChild));
      log.firstElementChild?.remove();
    }
    this.updateStops();
    const scroller = element("log");
    scroller.scrollTop = scroller.scrollHeight;
  }

  /**
   * Returns the button with the note of a message, which shows its frames.
   *
   * @param {HTMLElement} item The message.
   * @param {HTMLElement} note
   * @param {string} key Its way, and its number.
   */
  opener(item, note, key) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.append(note);
    const { socket } = this;
    button.addEventListener("click", () => {
      const opened = this.opened.get(item);
      if (opened !== undefined) {
        opened.place.remove();
        this.opened.delete(item);
      } else {
        const place = document.createElement("div");
        place.className = "frames";
        item.append(place);
        this.opened.set(item, { key: socket === this.socket ? key : "", place });
      }
      button.setAttribute("aria-expanded", String(opened === undefined));
      this.onOpen();
      this.showFrames();
    });
    return button;
  }

  /** Takes calls of the page's own connection, as the server tells of them. @param {Call[]} calls */
  take(calls) {
    for (const call of calls) {
      if (call.call !== "frame" || (call.message ?? null) === null) continue;
      const frame = /** @type {Frame} */ (call);
      // What the server has received is what the page has sent.
      const key = `${frame.way === "received" ? "sent" : "received"} ${frame.message}`;
      const frames = this.frames.get(key) ?? [];
      if (frames.some((each) => each.number === frame.number)) continue;
      this.frames.set(key, [...frames, frame]);
      if (this.frames.size <= 2 * MAX_MESSAGES) continue;
      this.frames.delete(/** @type {string} */ (this.frames.keys().next().value));
    }
    this.showFrames();
  }

  /** Writes everything anew that depends on the language. */
  speak() {
    setText(element("reason"), translate(this.whyClosed));
    for (const { place } of this.opened.values()) place.replaceChildren();
    this.showFrames();
  }

  /** Shows the frames of the messages that are opened. */
  showFrames() {
    for (const { key, place } of this.opened.values()) {
      const frames = this.frames.get(key) ?? [];
      if (frames.length === 0) setText(place, translate("noFrame"));
      else if (place.children.length !== frames.length) {
        place.replaceChildren(...frames.map(showFrame));
      }
    }
  }
}
