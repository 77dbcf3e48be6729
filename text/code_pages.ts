/**
 * The decoder of program output: bytes in some encoding or code page of any system to text.
 *
 * @module
 */
/** The upper halves of the code pages that `TextDecoder` does not know. */
const UPPER_HALVES: Readonly<Record<string, string>> = {
  "437": "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  "850": "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
};

/** The labels of `TextDecoder` for code pages of consoles. */
const LABELS: Readonly<Record<string, string>> = {
  "866": "ibm866",
  "874": "windows-874",
  "932": "shift_jis",
  "936": "gbk",
  "949": "euc-kr",
  "950": "big5",
  "20932": "euc-jp",
  "54936": "gb18030",
  "65001": "utf-8",
};

/**
 * The code pages of Windows for scripts other than Latin, each with words of neighbour tables that
 * no other page has: headings, types, states, and the message that the table is empty.
 */
const PAGE_WORDS: readonly (readonly [page: string, words: RegExp])[] = [
  ["gbk", /动态|静态|接口|物理地址|类型|未找到|永久|停滞|访问/],
  ["big5", /動態|靜態|介面|網際網路|實體位址|類型|找不到|永久|過時/],
  ["shift_jis", /動的|静的|インターフェイス|物理アドレス|種類|エントリ|到達/],
  ["euc-kr", /동적|정적|인터페이스|인터넷|물리적|유형|항목|영구|연결할/],
  ["ibm866", /динамич|статич|Интерфейс|Физический|адрес|запис|постоян/i],
];

/**
 * Returns the text that a program wrote: as UTF-16 if it is that, as UTF-8, else in the code page `page`, else in the first of
 * GBK, Big5, Shift_JIS, EUC-KR and IBM866 in which it contains a word that Windows uses there. Other
 * bytes are UTF-8 with damaged characters if most characters are whole, or else code page 850: there
 * each byte is a character, so that the ASCII text is right whatever the page was.
 *
 * @param page The number of a code page (`936`, `cp936`) or a label of `TextDecoder` (`gbk`); an
 *   unknown page, or one in which the bytes are not valid, is ignored.
 */
export function decodeOutput(bytes: Uint8Array, page?: string): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return new TextDecoder(utf16).decode(bytes);
  const utf8 = decodeStrictly(bytes, "utf-8");
  if (utf8 !== null) return utf8;
  const known = page === undefined ? null : decodePage(bytes, page);
  if (known !== null) return known;
  if (isMostlyUtf8(bytes)) return new TextDecoder().decode(bytes);
  for (const [label, words] of PAGE_WORDS) {
    const text = new TextDecoder(label).decode(bytes);
    if (words.test(text)) return text;
  }
  return decodeHalf(bytes, UPPER_HALVES["850"]!);
}

/** The least number of zeros that are taken for a half of characters, not for damage. */
const FEWEST_ZEROS = 8;

/**
 * Returns the kind of UTF-16 of a text, or `null` if it is none: by its byte order mark (Unicode
 * Standard, section 23.8), as `arp -a > FILE` in Windows PowerShell writes it, or by the zeros in each
 * second byte of ASCII characters, as `cmd /u` writes it without a mark.
 */
function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const length = Math.min(bytes.length, SAMPLE) & ~1;
  if (!bytes.subarray(0, length).includes(0)) return null; // nearly always
  const zeros = [0, 0];
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i & 1]!++;
  const [even = 0, odd = 0] = zeros;
  if (odd >= FEWEST_ZEROS && odd > length / 8 && odd > 4 * even) return "utf-16le";
  return even >= FEWEST_ZEROS && even > length / 8 && even > 4 * odd ? "utf-16be" : null;
}

/** Returns the text, or `null` if the bytes are not valid in that encoding or it is unknown. */
function decodeStrictly(bytes: Uint8Array, label: string): string | null {
  try {
    // As a stream, so that a character that is cut off at the end is no error.
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

function decodePage(bytes: Uint8Array, page: string): string | null {
  const number = page.match(/^(?:cp|ibm|windows-)?(\d{3,5})$/i)?.[1] ?? "";
  const half = UPPER_HALVES[number];
  if (half !== undefined) return decodeHalf(bytes, half);
  return decodeStrictly(bytes, LABELS[number] ?? (/^125\d$/.test(number) ? `cp${number}` : page));
}

/** Decodes a code page whose lower half is ASCII. */
function decodeHalf(bytes: Uint8Array, half: string): string {
  // This encoding keeps ASCII and has U+F780 to U+F7FF for the other bytes (WHATWG, section 14.5).
  return new TextDecoder("x-user-defined").decode(bytes)
    .replace(/[\uf780-\uf7ff]/g, (letter) => half[letter.charCodeAt(0) - 0xf780]!);
}

/** The number of bytes that are enough to recognise UTF-8. */
const SAMPLE = 100_000;

/** Whether there are at least two whole characters of several bytes for each damaged place. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, SAMPLE));
  const damaged = text.match(/\ufffd+/g)?.length ?? 0;
  const whole = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  return whole > 0 && whole >= 2 * damaged;
}
