/**
 * The page of a recording as one document with everything in it, which loads nothing (`trace --html`).
 *
 * @module
 */
import { type EmbeddedRecording, formatPacket } from "./packet_text.ts";
import type { Recording } from "./recording.ts";
import { traceResources } from "./trace_resources.ts";

/** Resolves to the document of all connections of `recording`, called `title`. */
export async function traceDocument(recording: Recording, title: string): Promise<string> {
  const { rows } = recording.rowsSince(0);
  const data: EmbeddedRecording = {
    title,
    connections: rows.toSorted((one, other) => one.number - other.number).map((row) => ({
      row,
      packets: recording.packetsOf(row.number).map(formatPacket),
    })),
  };
  const files = await traceResources();
  const text = (name: string) => files.get(name)!.content;
  const script = text("trace.js"); // a bundler writes no end of a script into one
  const style = text("trace.css");
  const icon = `data:image/svg+xml;base64,${new TextEncoder().encode(text("icon.svg")).toBase64()}`;
  const policy = [
    "default-src 'none'",
    `script-src '${await hashOf(script)}'`,
    `style-src '${await hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const replaced: readonly (readonly [string, string])[] = [
    [
      `<meta charset="utf-8">`,
      `<meta charset="utf-8">\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`,
    ],
    [`<link rel="stylesheet" href="trace.css">`, `<style>${style}</style>`],
    [`<script type="module" src="trace.js"></script>`, `<script type="module">${script}</script>`],
    [`href="icon.svg"`, `href="${icon}"`],
    [`src="icon.svg"`, `src="${icon}"`],
    [
      `  </body>`,
      `    <script type="application/json" id="recording">${escapeData(data)}</script>\n  </body>`,
    ],
  ];
  return replaced.reduce((html, [from, to]) => html.replace(from, () => to), text(""));
}

/** Returns data in JSON without `<`. */
function escapeData(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

/** Resolves to the hash of a script or style (Content Security Policy Level 3, section 2.3.1). */
async function hashOf(content: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return `sha256-${new Uint8Array(hash).toBase64()}`;
}
