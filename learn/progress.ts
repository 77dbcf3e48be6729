/**
 * The place in the lessons that is kept from one day to the next, in a file of the user's.
 *
 * @module
 */
import { isSystemError } from "../text/reason.ts";
import type { Io } from "../cli/io.ts";

/** The place in a lesson. */
export interface Place {
  /** The step that comes next, counted from 0. */
  readonly step: number;
  /** Whether all steps have been done once. */
  readonly done: boolean;
}

/** The places in all lessons by their names. */
export class Progress {
  readonly #io: Pick<Io, "replaceFile" | "makeFolder">;
  readonly #folder: string | null;
  readonly #places: Map<string, Place>;
  /** Whether the file could be written, as far as is known. */
  isKept: boolean;

  private constructor(
    io: Pick<Io, "replaceFile" | "makeFolder">,
    folder: string | null,
    places: Map<string, Place>,
  ) {
    this.#io = io;
    this.#folder = folder;
    this.#places = places;
    this.isKept = folder !== null;
  }

  /** Reads the places that were kept; a file that is missing or damaged has none. */
  static async read(io: Io): Promise<Progress> {
    const folder = folderOf(io);
    if (folder === null) return new Progress(io, null, new Map());
    const text = await io.readTextFile(`${folder}/learn.json`, { ask: false }).catch(() => "");
    return new Progress(io, folder, placesIn(text));
  }

  /** Returns the place in a lesson; its beginning if it was never started. */
  of(name: string): Place {
    return this.#places.get(name) ?? { step: 0, done: false };
  }

  /** Keeps a place; where the file cannot be written, only until netkit ends. */
  async keep(name: string, place: Place): Promise<void> {
    this.#places.set(name, place);
    if (this.#folder === null) return;
    try {
      await this.#io.makeFolder(this.#folder);
      const text = JSON.stringify(Object.fromEntries(this.#places));
      await this.#io.replaceFile(`${this.#folder}/learn.json`, `${text}\n`);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.isKept = false;
    }
  }
}

/** Returns the folder for what a program keeps (XDG Base Directory Specification; on Windows %LOCALAPPDATA%). */
function folderOf(io: Pick<Io, "env" | "platform">): string | null {
  const home = io.env("HOME");
  const state = io.platform === "windows"
    ? io.env("LOCALAPPDATA")
    : io.env("XDG_STATE_HOME") || (home && `${home}/.local/state`);
  return state ? `${state}/netkit` : null;
}

function placesIn(text: string): Map<string, Place> {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return new Map();
  }
  if (typeof kept !== "object" || kept === null) return new Map();
  const places = Object.entries(kept).filter(([, place]) =>
    Number.isSafeInteger(place?.step) && place.step >= 0 && typeof place.done === "boolean"
  );
  return new Map(places);
}
