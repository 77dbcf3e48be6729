/**
 * The words of the page in English and Chinese.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { usualLanguage } from "./language.js";

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
    "status.refused": "token missing",
    "state.open": "open",
    "state.close": "closed",
    "state.reset": "reset",
    "state.error": "failed",
    calls: "Calls",
    segments: "Its segments and states, as a ladder",
    kernel: "In the kernel:",
    "side.server": "server",
    "side.client": "client",
    gone: "gone",
    unknown: "not found",
    noStates: "The kernel of this system does not tell the states of sockets.",
    before: "Before a page looked: %in received, %out sent.",
    notKept: "% calls between are not kept",
    half: "the client has ended its half",
    noFrame: "The frame is not kept any more.",
    overWebSocket: "% over the WebSocket",
    overTcp: "% over TCP: the message and nothing else",
    lengthIs: "length %",
    lengthIn: "the length is in the next % bytes",
    mask: "masking key",
    masked: "content, each byte XOR one of the key",
    content: "content",
    now: "now",
    at: "%t s ago: %in in, %out out, %more",
    same: "the same",
    moreIn: "% more in",
    moreOut: "% more out",
    scale: "Not linear: 32 times the rate is 4 times as high. Strong: more than the other way.",
    needsToken: "Open the URL that netkit serve has printed: it has the token.",
    noReading: "arrow keys read one bar after the other",
  },
  zh: {
    tagline: "一个服务，TCP 与 WebSocket",
    talk: "与服务器对话",
    welcome: "无论哪种文字，发送的内容都会以大写返回。",
    message: "消息",
    send: "发送",
    closed: "对话已结束。",
    again: "重新连接",
    flow: "速率（字节/秒）",
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
    "status.live": "接受连接中",
    "status.draining": "正在停止",
    "status.stopped": "已停止",
    "status.refused": "缺少令牌",
    "state.open": "已连接",
    "state.close": "已关闭",
    "state.reset": "被复位",
    "state.error": "出错",
    calls: "调用",
    segments: "报文段与状态（时序图）",
    kernel: "内核中：",
    "side.server": "服务器",
    "side.client": "客户端",
    gone: "已消失",
    unknown: "未找到",
    noStates: "此系统的内核不提供套接字状态。",
    before: "在有页面观察之前：已收 %in，已发 %out。",
    notKept: "中间 % 个调用未保留",
    half: "客户端已结束发送",
    noFrame: "该帧已不再保留。",
    overWebSocket: "经 WebSocket：%",
    overTcp: "经 TCP：%，只有消息本身",
    lengthIs: "长度 %",
    lengthIn: "长度在随后 % 个字节中",
    mask: "掩码密钥",
    masked: "内容，每个字节与密钥中的一个字节异或",
    content: "内容",
    now: "现在",
    at: "%t 秒前：收 %in，发 %out，%more",
    same: "两者相同",
    moreIn: "收多 %",
    moreOut: "发多 %",
    scale: "非线性：速率为 32 倍，高度为 4 倍。深色部分：比另一方向多出的量。",
    needsToken: "请打开 netkit serve 输出的网址，其中带有令牌。",
    noReading: "方向键逐条读数",
    "the server stops": "服务器正在停止。",
  },
};

/** The language that is spoken. */
export const translator = {
  /** @type {"en" | "zh"} */
  language: usualLanguage(),

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
