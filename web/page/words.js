/**
 * The words of the page in English and Chinese.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The words by language and key; the English ones of `data-text` elements stand in the page. */
const WORDS = {
  en: {
    tagline: "one service over TCP and WebSocket",
    talk: "Talk to the server",
    welcome: "What you send comes back in upper case, whatever the language.",
    message: "Message",
    send: "Send",
    closed: "The conversation is closed.",
    again: "Connect again",
    flow: "Bytes per second",
    received: "received",
    sent: "sent",
    openTcp: "sockets open",
    openWeb: "browsers open",
    accepted: "connections so far",
    bytes: "bytes in and out",
    connections: "Connections",
    client: "Client",
    in: "In",
    out: "Out",
    age: "Age",
    state: "State",
    invite: "From a terminal, over a socket:",
    protocols: "TCP and WebSocket (RFC 6455)",
    placeholder: "Type here, Enter sends",
    more: "and % more",
    own: "this page",
    "status.connecting": "connecting",
    "status.live": "accepting",
    "status.draining": "draining",
    "status.stopped": "stopped",
    "state.open": "open",
    "state.close": "closed",
    "state.reset": "reset",
    "state.error": "failed",
  },
  zh: {
    tagline: "一个服务，TCP 与 WebSocket",
    talk: "与服务器对话",
    welcome: "无论哪种文字，发送的内容都会以大写返回。",
    message: "消息",
    send: "发送",
    closed: "对话已结束。",
    again: "重新连接",
    flow: "每秒字节数",
    received: "接收",
    sent: "发送",
    openTcp: "套接字连接",
    openWeb: "浏览器连接",
    accepted: "累计连接",
    bytes: "收发字节",
    connections: "连接",
    client: "客户端",
    in: "收",
    out: "发",
    age: "时长",
    state: "状态",
    invite: "在终端里用套接字连接：",
    protocols: "TCP 与 WebSocket（RFC 6455）",
    placeholder: "在此输入，按回车发送",
    more: "另有 % 个",
    own: "本页",
    "status.connecting": "正在连接",
    "status.live": "正在服务",
    "status.draining": "正在停止",
    "status.stopped": "已停止",
    "state.open": "打开",
    "state.close": "已关闭",
    "state.reset": "被重置",
    "state.error": "出错",
    "the server stops": "服务器正在停止。",
  },
};

/** The language that is spoken: the browser's, if the page knows it. */
export const translator = {
  /** @type {"en" | "zh"} */
  language: (navigator.languages ?? []).find((each) => /^(en|zh)\b/.test(each))?.startsWith("zh")
    ? "zh"
    : "en",

  /** Speaks another language from now on. @param {string} language */
  speak(language) {
    this.language = language === "zh" ? "zh" : "en";
    document.documentElement.lang = this.language === "zh" ? "zh-CN" : "en";
    for (const each of document.querySelectorAll("[data-text]")) {
      each.textContent = translate(/** @type {HTMLElement} */ (each).dataset.text ?? "");
    }
    document.getElementById("message")?.setAttribute("placeholder", translate("placeholder"));
  },
};

/** Returns the words of a key; what is no key, as it is. @param {string} key @returns {string} */
export function translate(key) {
  const words = /** @type {Record<string, string>} */ (WORDS[translator.language]);
  return words[key] ?? key;
}
