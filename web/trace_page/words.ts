/**
 * The words of the page in English and Chinese, and the choice between them.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { keepLanguage } from "../page/language.js";
import { CHINESE_SENTENCES } from "./sentences.ts";

/** A language of the page. */
export type Language = "en" | "zh";

const ENGLISH = {
  tagline: "TCP connections, segment by segment",
  connections: "Connections",
  filter: "Filter: address, state, end",
  "kind.all": "all",
  "kind.open": "open",
  "kind.closed": "closed",
  "kind.reset": "reset",
  "kind.refused": "refused",
  "kind.half-open": "half-open",
  "kind.slow": "slow",
  kind: "Kind of connection",
  number: "#",
  client: "client",
  server: "server",
  socket: "socket",
  there: "bytes →",
  back: "bytes ←",
  count: "segments",
  time: "time",
  end: "end",
  states: "states",
  none: "No connection yet.",
  noMatch: "No connection fits the filter.",
  notKept: "packets not kept",
  ladder: "Ladder",
  segments: "segments of the connection",
  choose: "Choose a connection.",
  first: "first segment",
  previous: "one segment back",
  next: "one segment forward",
  last: "last segment",
  play: "play, one segment a second",
  pause: "pause",
  stepper: "Stepper",
  position: "% of %",
  beginning: "before the first",
  follow: "follow the newest",
  unfold: "every segment",
  toScale: "gaps to scale",
  find: "Find in the segments",
  found: "% of %",
  notFound: "not found",
  foldClosed: "folded, Enter opens",
  foldOpen: "opened, Enter folds",
  toServer: "client to server",
  toClient: "server to client",
  later: "later",
  diagram: "State diagram",
  arrived: "in parentheses: if the last segments arrived",
  bytesTitle: "Bytes of segment %",
  bytesNone: "Choose a segment: its bytes are explained here.",
  hex: "Bytes in hexadecimal digits; arrow keys move, Enter keeps a field lit",
  layers: "Layers and fields",
  byte: "byte %",
  bytes: "bytes %",
  moreBytes: "% more bytes",
  "model.link": "link",
  "model.network": "network",
  "model.transport": "transport",
  "model.application": "application",
  keep: "Keep",
  pcap: "pcap",
  pcapLong: "save the packets of this connection for Wireshark",
  svg: "SVG",
  svgLong: "save the ladder as a picture",
  link: "link",
  linkLong: "copy a link to this view",
  copied: "copied",
  "link.connecting": "connecting",
  "link.open": "live",
  "link.complete": "recording",
  "link.lost": "netkit is gone; waiting for it",
  "link.stopped": "netkit has ended",
  "link.refused": "token missing: open the URL that netkit has printed",
  "link.embedded": "recording",
  printed: "The first % rungs are printed, % are left out.",
  keys: "Keys: ← → a segment, Home End, Space plays, / finds, F follows",
  oldBrowser: "This page needs a browser of 2025 or later.",
  waiting: "Waiting for the first segment.",
} as const;

/** The key of words. */
export type Key = keyof typeof ENGLISH;

const CHINESE: Readonly<Record<Key, string>> = {
  tagline: "逐个报文段看 TCP 连接",
  connections: "连接",
  filter: "筛选：地址、状态、结局",
  "kind.all": "全部",
  "kind.open": "打开",
  "kind.closed": "已关闭",
  "kind.reset": "被重置",
  "kind.refused": "被拒绝",
  "kind.half-open": "半开",
  "kind.slow": "缓慢",
  kind: "连接的种类",
  number: "#",
  client: "客户端",
  server: "服务器",
  socket: "套接字",
  there: "字节 →",
  back: "字节 ←",
  count: "报文段",
  time: "时间",
  end: "结局",
  states: "状态",
  none: "还没有连接。",
  noMatch: "没有符合筛选的连接。",
  notKept: "数据包未保留",
  ladder: "时序图",
  segments: "连接的报文段",
  choose: "请选择一个连接。",
  first: "第一个报文段",
  previous: "后退一个报文段",
  next: "前进一个报文段",
  last: "最后一个报文段",
  play: "播放，每秒一个报文段",
  pause: "暂停",
  stepper: "步进",
  position: "第 % 个，共 % 个",
  beginning: "第一个之前",
  follow: "跟随最新",
  unfold: "每个报文段",
  toScale: "间隔按时间比例",
  find: "在报文段中查找",
  found: "第 % 个，共 % 个",
  notFound: "没有找到",
  foldClosed: "已折叠，回车展开",
  foldOpen: "已展开，回车折叠",
  toServer: "客户端到服务器",
  toClient: "服务器到客户端",
  later: "之后",
  diagram: "状态转换图",
  arrived: "括号内：若最后的报文段已到达",
  bytesTitle: "报文段 % 的字节",
  bytesNone: "选择一个报文段，这里解释它的字节。",
  hex: "十六进制字节；方向键移动，回车保持字段高亮",
  layers: "各层与字段",
  byte: "字节 %",
  bytes: "字节 %",
  moreBytes: "另有 % 字节",
  "model.link": "链路层",
  "model.network": "网络层",
  "model.transport": "传输层",
  "model.application": "应用层",
  keep: "保存",
  pcap: "pcap",
  pcapLong: "保存此连接的数据包，供 Wireshark 打开",
  svg: "SVG",
  svgLong: "把时序图保存为图片",
  link: "链接",
  linkLong: "复制此视图的链接",
  copied: "已复制",
  "link.connecting": "正在连接",
  "link.open": "实时",
  "link.complete": "记录",
  "link.lost": "netkit 不在了，正在等待",
  "link.stopped": "netkit 已结束",
  "link.refused": "缺少令牌：请打开 netkit 输出的网址",
  "link.embedded": "记录",
  printed: "打印了前 % 行，略去 % 行。",
  keys: "按键：← → 一个报文段，Home End，空格播放，/ 查找，F 跟随",
  oldBrowser: "本页需要 2025 年或更新的浏览器。",
  waiting: "等待第一个报文段。",
};

const TABLES: Readonly<Record<Language, Readonly<Record<Key, string>>>> = {
  en: ENGLISH,
  zh: CHINESE,
};

let language: Language = "en";

/** Speaks another language from now on, also the next time. */
export function speak(next: Language): void {
  language = next;
  keepLanguage(next);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  for (const button of document.querySelectorAll<HTMLButtonElement>("#languages button")) {
    button.setAttribute("aria-pressed", `${button.value === next}`);
  }
  for (const each of document.querySelectorAll<HTMLElement>("[data-text]")) {
    each.textContent = translate(each.dataset.text as Key);
  }
  for (
    const [data, attribute] of [["label", "aria-label"], ["title", "title"], [
      "hint",
      "placeholder",
    ]]
  ) {
    for (const each of document.querySelectorAll<HTMLElement>(`[data-${data}]`)) {
      each.setAttribute(attribute!, translate(each.dataset[data!] as Key));
    }
  }
}

/** Returns the words of a key. */
export function translate(key: Key): string {
  return TABLES[language][key];
}

/** Returns the words of a key with its blanks (`%`) filled in, in order. */
export function fill(key: Key, ...values: readonly (string | number)[]): string {
  let i = 0;
  return translate(key).replace(/%/g, () => `${values[i++]}`);
}

/** Returns a sentence of the ladder in the language of the page; English where it is not known. */
export function sentence(text: string): string {
  if (language === "en" || text === "") return text;
  for (const [pattern, chinese] of CHINESE_SENTENCES) {
    const match = text.match(pattern);
    if (match) return chinese.replace(/\$(\d)/g, (_, n) => wordOf(match[Number(n)] ?? ""));
  }
  return text;
}

function wordOf(text: string): string {
  return text === "client" ? CHINESE.client : text === "server" ? CHINESE.server : text;
}
