/**
 * A lesson on paper: the steps with room for answers, the blank ladder of a connection, and the answers on
 * a page of their own.
 *
 * @module
 */
import { createBytes } from "../cli/byte_source.ts";
import { EXIT } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { languageInUse, t } from "../text/messages.ts";
import type { Asked, Numbered } from "./lesson.ts";
import { Screen } from "./screen.ts";
import type { Stage } from "./stage.ts";

const STYLE = `
body { max-width: 44rem; margin: 2rem auto; font: 11pt/1.5 system-ui, sans-serif; }
pre { font: 8pt/1.3 ui-monospace, monospace; border-left: 3px solid #888; padding-left: 1rem; overflow: hidden; }
.answer { border-bottom: 1px solid #888; height: 2.2rem; margin-bottom: 1rem; }
figure { margin: 0; }
figure svg { max-width: 100%; height: auto; }
section { break-inside: avoid; }
.answers { break-before: page; }
`;

/** Keeps what a stage shows as text. */
class Page extends Screen {
  /** The text since the last step. */
  text = "";

  override write(text: string): Promise<void> {
    this.text += text;
    return Promise.resolve();
  }
}

/**
 * Writes a lesson as HTML into a file; resolves to the exit code.
 *
 * @param stageOn Makes the stage that shows the steps on a screen; what it writes itself comes first.
 */
export async function writeSheet(
  { lesson: { title, steps }, number }: Numbered,
  path: string,
  io: Io,
  stageOn: (screen: Screen) => Promise<Stage>,
): Promise<number> {
  const file = await createBytes(path, io); // refused before anything runs
  const page = new Page({ ...io, columns: () => 100 });
  await using stage = await stageOn(page);
  const parts = [preformatted(page.text)];
  const answers: string[] = [];
  for (const [at, step] of steps.entries()) {
    page.text = "";
    const asked = await stage.step(at, step.play);
    io.stop.throwIfAborted();
    const ladder = await stage.blankLadder();
    const shown = ladder === null ? preformatted(page.text) : figure(page.text, ladder);
    parts.push(section(at + 1, step.says(), shown, asked));
    if (ladder !== null) answers.push(preformatted(page.text));
    if (asked !== null) {
      const [answer] = asked.answers;
      const text = asked.why.startsWith(answer!) ? asked.why : `${answer}. ${asked.why}`;
      answers.push(`<p><b>${at + 1}.</b> ${html(text)}</p>`);
    }
  }
  const heading = t`Lesson ${number}: ${title()}`;
  await file.write(new TextEncoder().encode(
    `<!DOCTYPE html>
<html lang="${languageInUse()}">
<meta charset="utf-8">
<title>${html(heading)}</title>
<style>${STYLE}</style>
<h1>${html(heading)}</h1>
${parts.join("\n")}
<section class="answers">
<h2>${html(t`Answers`)}</h2>
${answers.join("\n")}
</section>
</html>
`,
  ));
  file.close();
  return EXIT.ok;
}

function section(
  number: number,
  says: readonly string[],
  shown: string,
  asked: Asked | null,
): string {
  const paragraphs = says.map((text) => `<p>${html(text)}</p>`).join("\n");
  const question = asked === null
    ? ""
    : `<p><b>${number}.</b> ${html(asked.text)}</p>\n<div class="answer"></div>`;
  return `<section>\n${paragraphs}\n${shown}\n${question}\n</section>`;
}

function preformatted(output: string): string {
  if (output.trim() === "") return "";
  const lines = output.split("\n").filter((line) => line !== "");
  const indent = Math.min(...lines.map((line) => line.search(/\S|$/)));
  const flush = output.split("\n").map((line) => line.slice(indent)).join("\n");
  return `<pre>${html(flush.replace(/^\n+/, "").trimEnd())}</pre>`;
}

/** Returns the command lines of a step, and in place of their output a ladder to be filled in. */
function figure(output: string, ladder: string): string {
  const lines = output.split("\n").filter((line) => /^ {2}[a-z]?\$ /.test(line));
  return `${preformatted(lines.join("\n"))}\n<figure>${
    ladder.replace(/^<\?xml[^>]*>\s*/, "")
  }</figure>`;
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
