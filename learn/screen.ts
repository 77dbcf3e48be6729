/**
 * The output of a lesson: paragraphs, command lines, their output, questions.
 *
 * @module
 */
import { inLocale, type Io, print } from "../cli/io.ts";
import { columnsOf, type Palette, palette } from "../cli/terminal.ts";
import { escapeControls } from "../text/escape.ts";
import { fits, fold, width, wrap } from "../text/layout.ts";

/** The longest line of a paragraph, in columns: longer ones are hard to read. */
const LONGEST_LINE = 80;

function plain(text: string): string {
  return text;
}

/** Standard output as a lesson uses it. */
export class Screen {
  /** The styles of the output. */
  readonly palette: Palette;

  /** Makes a screen on the standard output of `io`. */
  constructor(readonly io: Io) {
    this.palette = palette(io, io.stdout);
  }

  /** Writes lines as they are. */
  async write(text: string): Promise<void> {
    await print(this.io.stdout, inLocale(text, this.io));
  }

  /** Writes a paragraph and an empty line; `lead` is its beginning, in a style of its own. */
  async paragraph(text: string, lead = "", style: (lead: string) => string = plain): Promise<void> {
    const between = lead === "" || width(lead.at(-1)!) === 2 ? "" : " "; // a full-width mark has its own
    const lines = this.#wrapped(`${lead}${between}${text}`);
    await this.write(`${style(lines.slice(0, lead.length))}${lines.slice(lead.length)}\n\n`);
  }

  /** Writes a text in lines, without an empty one behind it. */
  async lines(text: string): Promise<void> {
    await this.write(`${this.#wrapped(text)}\n`);
  }

  #wrapped(text: string): string {
    return wrap(text, Math.min(columnsOf(this.io.stdout, this.io), LONGEST_LINE)).join("\n");
  }

  /** Writes a title with the place behind it, and an empty line. */
  async title(text: string, place: string): Promise<void> {
    const isOneLine = fits(`${text}  ${place}`, columnsOf(this.io.stdout, this.io));
    const between = isOneLine ? "  " : "\n";
    await this.write(`${this.palette.bold(text)}${between}${this.palette.dim(place)}\n\n`);
  }

  /** Writes a command line as it would be typed. */
  async commandLine(text: string): Promise<void> {
    await this.prompted("", text);
  }

  /** Writes a command line behind the prompt of a host. */
  protected async prompted(host: string, text: string): Promise<void> {
    await this.write(`  ${this.palette.cyan(`${host}$ ${text}`)}\n`);
  }

  /** Writes the output of a program below its command line. */
  async output(text: string): Promise<void> {
    if (text === "") return;
    const columns = columnsOf(this.io.stdout, this.io) - 2;
    const lines = escapeControls(text).replace(/\n$/, "").split("\n")
      .flatMap((line) => fold(line, columns, 2)); // a log is as long as it is, in a pipe
    await this.write(lines.map((line) => line === "" ? "\n" : `  ${line}\n`).join(""));
  }

  /** Ends what was shown with an empty line. */
  async gap(): Promise<void> {
    await this.write("\n");
  }
}
