/**
 * The conversation of the page with the server, over a WebSocket.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
import { setText } from "./table.js";
import { protocols } from "./token.js";
import { formatBytes } from "./units.js";
import { translate } from "./words.js";

/** The most messages that are kept on the page, and the most characters that are shown of one. */
const MAX_MESSAGES = 200;
const MAX_SHOWN = 2000;

/** @type {(id: string) => HTMLElement} */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** A conversation, with its messages in a list. */
export class Talk {
  /** @param {string} tab The name of the page, by which the server knows its connections. */
  constructor(tab) {
    this.tab = tab;
    this.input = /** @type {HTMLInputElement} */ (element("message"));
    this.log = element("messages");
    /** @type {WebSocket | null} */
    this.socket = null;
    /** The WebSocket when it is open. @type {Promise<WebSocket>} */
    this.opening = Promise.reject(new Error("not open"));
    this.opening.catch(() => {});
    /** The times at which messages were sent that are not answered yet. @type {number[]} */
    this.waiting = [];
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
    this.waiting = [];
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
        this.whyClosed = reason;
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
    item.append(said, note);
    const { log } = this;
    log.append(item);
    while (log.children.length > MAX_MESSAGES) log.firstElementChild?.remove();
    const scroller = element("log");
    scroller.scrollTop = scroller.scrollHeight;
  }
}
