/**
 * Texts that the servers have to put into upper case, and the right answers.
 *
 * @module
 */

/**
 * The length of a text in bytes, the greatest prime below 2^16. Sent over and over, a text is cut at
 * every byte by chunks of any usual size.
 */
const LENGTH = 65_521;

/** A text and the right answer to it, in UTF-8. */
export interface Text {
  /** The bytes that are sent: `LENGTH` of them. */
  readonly request: Uint8Array;
  /** The bytes that have to come back. */
  readonly reply: Uint8Array;
}

/** Words in which upper case is more than a bit: it changes lengths, or nothing, or is another letter. */
const WORDS = [
  "hello world",
  "你好世界", // has no case
  "αβγδς", // the final sigma becomes an ordinary one
  "straße", // ß becomes SS
  "ısparta", // the dotless i becomes ASCII: 2 bytes become 1
  "ﬃ", // a ligature becomes three letters
  "ΐ", // 2 bytes become 6
  "café naïve",
  "привет",
  "😀🚀", // 4 bytes each, no case
  "𐐨", // 4 bytes that have a case
  "0123456789 @[`{~",
];

/** Returns numbers from 0 to below `limit` that are the same in every run. */
function numbers(limit: number): () => number {
  let state = 1;
  return () => {
    // The generator of ANSI C's rand(); its low bits are poor, hence the shift.
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % limit;
  };
}

/** Makes a text of `LENGTH` bytes from the start of `text`. */
function textOf(text: string): Text {
  const encoder = new TextEncoder();
  const request = new Uint8Array(LENGTH);
  const { written } = encoder.encodeInto(text, request); // whole characters only
  request.fill("x".charCodeAt(0), written);
  const answer = new TextDecoder().decode(request).toUpperCase();
  return { request, reply: encoder.encode(answer) };
}

/** Returns a text of all ASCII characters, seven of eight of them small letters. */
export function asciiText(): Text {
  const next = numbers(1024);
  let text = "";
  while (text.length < LENGTH) {
    const code = next() % 8 === 0 ? next() % 128 : 0x61 + next() % 26;
    text += String.fromCharCode(code);
  }
  return textOf(text);
}

/** Returns a text in many scripts. */
export function mixedText(): Text {
  const next = numbers(WORDS.length);
  let text = "";
  while (text.length < LENGTH) text += `${WORDS[next()]!} `;
  return textOf(text);
}
